//! The terms of the flows stand in the text, and those of whole channels in the manifest.

use reglament_core::term::{Measure, Term};
use reglament_source::Diagnostic;

use super::Findings;
use super::facts::{self, Stated};
use crate::clauses::{Citation, Clauses};
use crate::codes;
use crate::manifest::{ServiceTerm, concerns};
use crate::pack::{Flow, MANIFEST};

pub(super) fn check(findings: &mut Findings<'_>) {
    let pack = findings.pack;
    for flow in pack.flows() {
        let given: Vec<&ServiceTerm> = pack
            .manifest()
            .terms
            .iter()
            .filter(|term| concerns(&term.channels, &flow.channel))
            .collect();
        let mut used = vec![false; given.len()];
        for term in facts::terms(&flow.definitions) {
            literal(&term, flow, findings);
            of_channel(&term, flow, &given, &mut used, findings);
        }
        for (term, _) in given.iter().zip(&used).filter(|(_, used)| !**used) {
            let message = format!("no `reg:term` of `{}` has this literal", flow.path);
            let diagnostic = Diagnostic::error(&codes::TERM_DISAGREES, message);
            findings.push(MANIFEST, diagnostic.at(term.literal_span));
        }
    }
    unqualified(findings);
}

/// Where a term counts days without saying which, the manifest says how they are read.
fn unqualified(findings: &mut Findings<'_>) {
    let pack = findings.pack;
    let stated = pack.manifest().unqualified_days.as_ref();
    let mut has_any = false;
    for flow in pack.flows() {
        for term in facts::terms(&flow.definitions) {
            let read = Term::from_model(term.fact, Measure::Action);
            let Some(read) = read.ok().filter(Term::is_unqualified) else {
                continue;
            };
            has_any = true;
            if stated.is_none() {
                let message = format!(
                    "the days of the term `{}` are not qualified, and the manifest states no reading",
                    read.literal
                );
                let diagnostic = Diagnostic::error(&codes::UNQUALIFIED, message)
                    .at(facts::place(term.element, "literal"))
                    .hint("state `[unqualified-days]` in regulation.toml");
                findings.push(&flow.path, facts::on(diagnostic, term.owner));
            }
        }
    }
    if let Some(stated) = stated.filter(|_| !has_any) {
        let message = "no term of the flows has unqualified days";
        let mut diagnostic = Diagnostic::warning(&codes::UNUSED, message);
        diagnostic.span = stated.span;
        findings.push(MANIFEST, diagnostic);
    }
}

/// The literal stands, letter by letter, in the words that it is cited from.
fn literal(
    term: &Stated<'_, reglament_core::model::Term<'_>>,
    flow: &Flow,
    findings: &mut Findings<'_>,
) {
    let (Some(clause), Some(literal)) = (term.fact.clause(), term.fact.literal()) else {
        return;
    };
    let citation = Citation {
        document: term.fact.document(),
        clause: clause.trim(),
        item: term.fact.item(),
        table: term.fact.table(),
        action: term.fact.action(),
        annex: term.fact.annex(),
    };
    let clauses = findings.pack.clauses();
    let missing = clauses.missing(&citation);
    for missing in &missing {
        let diagnostic = Diagnostic::error(&codes::UNCITED, missing.to_string());
        let diagnostic = diagnostic.at(term.element.span());
        findings.push(&flow.path, facts::on(diagnostic, term.owner));
    }
    if missing.is_empty() && !stands(literal, &citation, clauses) {
        let message = format!("the place that is cited does not have the literal `{literal}`");
        let diagnostic = Diagnostic::error(&codes::LITERAL, message);
        let diagnostic = diagnostic.at(facts::place(term.element, "literal"));
        findings.push(&flow.path, facts::on(diagnostic, term.owner));
    }
}

/// Whether the words at `citation` have `literal`, white space apart. Words of another document are
/// not at hand.
fn stands(literal: &str, citation: &Citation<'_>, clauses: &Clauses) -> bool {
    if citation.document.is_some() {
        return true;
    }
    let literal = collapse(without_number(literal, citation.item));
    let has = |words: Option<&str>| words.is_some_and(|words| collapse(words).contains(&literal));
    let in_rows = citation.actions().any(|action| {
        let row = clauses.row(citation.clause, citation.table, action);
        row.and_then(|row| row.term.as_ref())
            .is_some_and(|term| collapse(&term.text).contains(&literal))
    });
    let Some(clause) = clauses.clause(None, citation.clause) else {
        return in_rows;
    };
    in_rows
        || match citation.item {
            Some(item) => has(clause.item(item).and_then(|it| it.wording.kk.as_deref())),
            None if citation.action.is_none() => {
                has(clause.wording.kk.as_deref())
                    || has(clause.closing.as_ref().and_then(|it| it.kk.as_deref()))
            }
            None => false,
        }
}

/// The literal without the number of its item, `1) `, with which it may be quoted.
fn without_number<'l>(literal: &'l str, item: Option<&str>) -> &'l str {
    let Some(item) = item else { return literal };
    literal
        .strip_prefix(item)
        .and_then(|rest| rest.strip_prefix(')'))
        .map_or(literal, str::trim_start)
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A term of the service, of waiting or of serving is in the manifest, read alike.
fn of_channel(
    stated: &Stated<'_, reglament_core::model::Term<'_>>,
    flow: &Flow,
    given: &[&ServiceTerm],
    used: &mut [bool],
    findings: &mut Findings<'_>,
) {
    let default = if stated.is_on_process() {
        Measure::Service
    } else {
        Measure::Action
    };
    let Ok(term) = Term::from_model(stated.fact, default) else {
        return; // Reading the flow has said why.
    };
    if term.measures == Measure::Action {
        return;
    }
    let literal = collapse(&term.literal);
    let alike =
        |other: &Term| collapse(&other.literal) == literal && other.condition == term.condition;
    let found = given.iter().position(|given| alike(&given.term));
    let message = match found.and_then(|position| Some((position, given.get(position)?))) {
        Some((position, other)) => {
            if let Some(used) = used.get_mut(position) {
                *used = true;
            }
            if same_reading(&term, &other.term) {
                return;
            }
            "the manifest reads this term otherwise".to_owned()
        }
        None => "the manifest has no `term` with this literal".to_owned(),
    };
    let diagnostic = Diagnostic::error(&codes::TERM_DISAGREES, message);
    let diagnostic = diagnostic.at(stated.element.span());
    findings.push(&flow.path, facts::on(diagnostic, stated.owner));
}

/// Whether two terms are read alike. Where the clock starts only the flow can say.
fn same_reading(one: &Term, other: &Term) -> bool {
    let mut one = one.clone();
    one.literal.clone_from(&other.literal);
    one.anchor.clone_from(&other.anchor);
    one == *other
}
