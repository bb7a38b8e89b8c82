//! What the flows end with is what the manifest promises.

use reglament_core::model;
use reglament_source::{Diagnostic, Span};

use super::Findings;
use super::facts::{self, Stated};
use crate::codes;
use crate::manifest::{Outcome, concerns};
use crate::pack::{Flow, MANIFEST};

pub(super) fn check(findings: &mut Findings<'_>) {
    let pack = findings.pack;
    for flow in pack.flows() {
        let outcomes: Vec<Stated<'_, model::Outcome<'_>>> =
            facts::outcomes(&flow.definitions).collect();
        for outcome in &outcomes {
            promised(outcome, flow, findings);
        }
        for promised in &pack.manifest().outcomes {
            let is_used = outcomes
                .iter()
                .any(|outcome| outcome.fact.code().map(str::trim) == Some(&*promised.code.text));
            let is_noted = promised.text.note.is_some();
            if concerns(&promised.channels, &flow.channel) && !is_used && !is_noted {
                let message = format!(
                    "no end of `{}` has the outcome `{}`",
                    flow.path, promised.code
                );
                let hint = "say in a `note` why no flow ends so, or name the `channels` that do";
                let diagnostic = Diagnostic::warning(&codes::UNUSED, message);
                findings.push(MANIFEST, diagnostic.at(promised.code.span).hint(hint));
            }
        }
    }
}

/// The manifest has the outcome, in the same words.
fn promised(stated: &Stated<'_, model::Outcome<'_>>, flow: &Flow, findings: &mut Findings<'_>) {
    let mut say = |message: String, at: Span| {
        let diagnostic = Diagnostic::error(&codes::OUTCOME, message).at(at);
        findings
            .report
            .extend(&flow.path, [facts::on(diagnostic, stated.owner)]);
    };
    let Some(code) = stated.fact.code().map(str::trim) else {
        say(
            "the outcome has no `code`".to_owned(),
            stated.element.span(),
        );
        return;
    };
    let mut known = findings.pack.manifest().outcomes_of(&flow.channel);
    let Some(outcome) = known.find(|outcome| &*outcome.code.text == code) else {
        let at = facts::place(stated.element, "code");
        let channel = &flow.channel;
        say(
            format!("the manifest has no outcome `{code}` for the channel `{channel}`"),
            at,
        );
        return;
    };
    for (attribute, expected, found) in differences(outcome, stated.fact) {
        let at = facts::place(stated.element, attribute);
        say(
            format!("`{attribute}`: expected {expected} as in the manifest, found {found}"),
            at,
        );
    }
}

/// The attributes in which the flow says something else than the manifest.
fn differences(
    promised: &Outcome,
    stated: model::Outcome<'_>,
) -> Vec<(&'static str, String, String)> {
    let shown =
        |text: Option<&str>| text.map_or_else(|| "nothing".to_owned(), |it| format!("`{it}`"));
    let ground = promised.ground.as_ref().map(|name| &*name.text);
    [
        ("kind", Some(promised.kind.as_str()), stated.kind()),
        ("document", promised.text.kk.as_deref(), stated.document()),
        ("ground", ground, stated.ground()),
    ]
    .into_iter()
    .filter(|(_, expected, found)| *expected != found.map(str::trim))
    .map(|(attribute, expected, found)| (attribute, shown(expected), shown(found)))
    .collect()
}
