//! Lanes, pools and groups of the flows are the systems and performers of the manifest.

use reglament_core::model::zeebe::AssignmentDefinition;
use reglament_core::model::{Participant, Tag};
use reglament_source::{Diagnostic, Span};
use reglament_xml::ElementRef;

use super::{Findings, facts};
use crate::codes;
use crate::manifest::{Performer, System, SystemRole, concerns};
use crate::pack::{Flow, MANIFEST};
use crate::tree::Name;

pub(super) fn check(findings: &mut Findings<'_>) {
    for flow in findings.pack.flows() {
        let mut seen = Seen::of(findings.pack.manifest());
        for element in flow.definitions.document().elements() {
            match Tag::of(element) {
                Some(Tag::Lane) => party(element, Drawn::Lane, flow, &mut seen, findings),
                Some(Tag::Participant) if is_black_box(element) => {
                    party(element, Drawn::Pool, flow, &mut seen, findings);
                }
                _ => groups(element, flow, &mut seen, findings),
            }
        }
        unused(flow, &seen, findings);
    }
}

/// How a party is drawn.
#[derive(Clone, Copy, PartialEq)]
enum Drawn {
    Lane,
    Pool,
}

/// Which systems and performers a flow has.
struct Seen<'m> {
    systems: Vec<(&'m System, bool)>,
    performers: Vec<(&'m Performer, bool)>,
}

impl<'m> Seen<'m> {
    fn of(manifest: &'m crate::manifest::Manifest) -> Self {
        Self {
            systems: manifest.systems.iter().map(|it| (it, false)).collect(),
            performers: manifest.performers.iter().map(|it| (it, false)).collect(),
        }
    }
}

fn is_black_box(element: ElementRef<'_>) -> bool {
    Participant::from_element(element).is_some_and(|pool| pool.process_ref().is_none())
}

/// The lane or pool bears the name of a system or performer.
fn party(
    element: ElementRef<'_>,
    drawn: Drawn,
    flow: &Flow,
    seen: &mut Seen<'_>,
    findings: &mut Findings<'_>,
) {
    let name = normal(element.attribute("name").unwrap_or_default());
    let mut is_known = false;
    for (performer, seen) in &mut seen.performers {
        let is_named = bears(
            &name,
            performer.all_names(),
            performer.abbreviation.as_ref(),
        );
        *seen |= is_named;
        is_known |= is_named;
    }
    for (system, seen) in &mut seen.systems {
        let is_named = bears(&name, system.all_names(), system.abbreviation.as_ref());
        let fits = match system.role {
            SystemRole::Inside => drawn == Drawn::Lane,
            SystemRole::Outside => drawn == Drawn::Pool,
            SystemRole::Transport => false,
        };
        *seen |= is_named && fits;
        is_known |= is_named && fits;
    }
    if !is_known {
        let (what, role) = match drawn {
            Drawn::Lane => ("lane", "`inside`"),
            Drawn::Pool => ("pool", "`outside`"),
        };
        let written = element.attribute("name").unwrap_or_default();
        let message =
            format!("the manifest has no performer and no system {role} named `{written}`");
        let hint = format!("a {what} bears a name of a `performer` or `system` of the manifest");
        let diagnostic = Diagnostic::error(&codes::PARTY, message);
        let diagnostic = diagnostic.at(facts::place(element, "name")).hint(hint);
        findings.push(&flow.path, facts::on(diagnostic, element));
    }
}

/// The candidate groups of a task are groups of performers.
fn groups(element: ElementRef<'_>, flow: &Flow, seen: &mut Seen<'_>, findings: &mut Findings<'_>) {
    let Some(assignment) = AssignmentDefinition::from_element(element) else {
        return;
    };
    let groups = assignment.candidate_groups().unwrap_or_default();
    if groups.trim_start().starts_with('=') {
        return; // Computed when the task is reached.
    }
    for group in groups.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let mut is_known = false;
        for (performer, seen) in &mut seen.performers {
            let is_group = performer
                .group
                .as_ref()
                .is_some_and(|it| &*it.text == group);
            *seen |= is_group;
            is_known |= is_group;
        }
        if !is_known {
            let message = format!("the manifest has no performer with the group `{group}`");
            let diagnostic = Diagnostic::error(&codes::PARTY, message);
            let at = facts::place(element, "candidateGroups");
            let owner = element
                .parent()
                .and_then(ElementRef::parent)
                .unwrap_or(element);
            findings.push(&flow.path, facts::on(diagnostic.at(at), owner));
        }
    }
}

/// Whether `name` is one of `names`, or one of them with the abbreviation in brackets behind it.
fn bears<'n>(
    name: &str,
    names: impl Iterator<Item = &'n str>,
    abbreviation: Option<&Name>,
) -> bool {
    let mut names = names.map(normal);
    names.any(|known| {
        let long = abbreviation.map(|it| format!("{known} ({})", normal(&it.text)));
        known == name || long.is_some_and(|long| long == name)
    })
}

/// A name without what does not tell names apart: case, white space, the form of quotes.
fn normal(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words
        .join(" ")
        .to_lowercase()
        .replace(['«', '»', '“', '”'], "\"")
}

fn unused(flow: &Flow, seen: &Seen<'_>, findings: &mut Findings<'_>) {
    let mut say = |id: &Name, span: Span| {
        let message = format!("`{id}` is neither lane, pool nor group of `{}`", flow.path);
        let hint = "name the `channels` in which it acts, or say in a `note` why it is not drawn";
        let diagnostic = Diagnostic::warning(&codes::UNUSED, message);
        findings
            .report
            .extend(MANIFEST, [diagnostic.at(span).hint(hint)]);
    };
    for (system, seen) in &seen.systems {
        let is_due = system.role != SystemRole::Transport
            && system.text.note.is_none()
            && concerns(&system.channels, &flow.channel);
        if is_due && !seen {
            say(&system.id, system.id.span);
        }
    }
    for (performer, seen) in &seen.performers {
        let is_due = performer.text.note.is_none() && concerns(&performer.channels, &flow.channel);
        if is_due && !seen {
            say(&performer.id, performer.id.span);
        }
    }
}
