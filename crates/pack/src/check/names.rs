//! Identifiers are unique, and channels that are named exist.

use reglament_source::Diagnostic;

use super::Findings;
use crate::codes;
use crate::manifest::{Manifest, Outcome};
use crate::pack::{CLAUSES, MANIFEST};
use crate::tree::Name;

pub(super) fn check(findings: &mut Findings<'_>) {
    let manifest = findings.pack.manifest();
    unique(
        "channel",
        manifest.channels.iter().map(|it| &it.id),
        findings,
    );
    unique(
        "document",
        manifest.documents.iter().map(|it| &it.id),
        findings,
    );
    unique("form", manifest.forms.iter().map(|it| &it.id), findings);
    unique(
        "decision",
        manifest.decisions.iter().map(|it| &it.id),
        findings,
    );
    let systems = manifest.systems.iter().map(|it| &it.id);
    let performers = manifest.performers.iter().map(|it| &it.id);
    unique("system or performer", systems.chain(performers), findings);
    outcomes(manifest, findings);
    for name in named_channels(manifest) {
        channel(name, MANIFEST, findings);
    }
    let clauses = findings.pack.clauses();
    let in_clauses = clauses.clauses.iter().flat_map(|it| &it.channels);
    for name in in_clauses.chain(clauses.tables.iter().flat_map(|it| &it.channels)) {
        channel(name, CLAUSES, findings);
    }
}

/// Every channel that an entry of the manifest names.
fn named_channels(manifest: &Manifest) -> impl Iterator<Item = &Name> {
    let terms = manifest.terms.iter().flat_map(|it| &it.channels);
    let hours = manifest.hours.iter().flat_map(|it| &it.channels);
    let outcomes = manifest.outcomes.iter().flat_map(|it| &it.channels);
    let documents = manifest.documents.iter().flat_map(|it| &it.channels);
    let systems = manifest.systems.iter().flat_map(|it| &it.channels);
    let performers = manifest.performers.iter().flat_map(|it| &it.channels);
    terms
        .chain(hours)
        .chain(outcomes)
        .chain(documents)
        .chain(systems)
        .chain(performers)
}

fn channel(name: &Name, path: &str, findings: &mut Findings<'_>) {
    let manifest = findings.pack.manifest();
    if manifest.channel(&name.text).is_none() {
        let known = manifest.channels.iter().map(|it| &*it.id.text);
        let diagnostic = super::references::unknown("channel", name, known);
        findings.push(path, diagnostic);
    }
}

fn unique<'n>(what: &str, ids: impl Iterator<Item = &'n Name>, findings: &mut Findings<'_>) {
    let mut seen: Vec<&Name> = Vec::new();
    for id in ids {
        if let Some(earlier) = seen.iter().find(|other| other.text == id.text) {
            twice(&format!("the {what} `{id}`"), earlier, id, findings);
        }
        seen.push(id);
    }
}

/// One code stands several times only for different channels.
fn outcomes(manifest: &Manifest, findings: &mut Findings<'_>) {
    let overlap = |one: &Outcome, other: &Outcome| {
        one.channels.is_empty()
            || other.channels.is_empty()
            || one
                .channels
                .iter()
                .any(|name| other.channels.iter().any(|it| it.text == name.text))
    };
    for (position, outcome) in manifest.outcomes.iter().enumerate() {
        let earlier = manifest
            .outcomes
            .iter()
            .take(position)
            .find(|it| it.code.text == outcome.code.text && overlap(it, outcome));
        if let Some(earlier) = earlier {
            let what = format!("the outcome `{}` of a channel", outcome.code);
            twice(&what, &earlier.code, &outcome.code, findings);
        }
    }
}

fn twice(what: &str, earlier: &Name, later: &Name, findings: &mut Findings<'_>) {
    let diagnostic = Diagnostic::error(&codes::TWICE, format!("{what} stands here twice"));
    findings.push(
        MANIFEST,
        diagnostic.at(later.span).label(earlier.span, "first here"),
    );
}
