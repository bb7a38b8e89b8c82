//! Every citation leads to words, and every item and row of a channel is cited by its flow.

use reglament_source::{Diagnostic, Span};

use super::{Findings, facts};
use crate::clauses::{Citation, Clause, Table};
use crate::codes;
use crate::manifest::{Place, Statement};
use crate::pack::{CLAUSES, Flow, MANIFEST};

pub(super) fn check(findings: &mut Findings<'_>) {
    let pack = findings.pack;
    for flow in pack.flows() {
        for source in facts::sources(&flow.definitions) {
            let citation = Citation::of(source.fact);
            for missing in pack.clauses().missing(&citation) {
                let diagnostic = Diagnostic::error(&codes::UNCITED, missing.to_string());
                let diagnostic = diagnostic.at(source.element.span());
                findings.push(&flow.path, facts::on(diagnostic, source.owner));
            }
        }
        implemented(flow, findings);
    }
    for statement in pack.manifest().statements() {
        let Some(citation) = statement.place.as_ref().map(citation) else {
            continue;
        };
        cited(&citation, statement, findings);
    }
}

/// The citation of a place of the manifest.
fn citation(place: &Place) -> Citation<'_> {
    Citation {
        document: place.document.as_deref(),
        clause: place.clause.as_deref().unwrap_or_default(),
        item: place.item.as_deref(),
        table: place.table.as_deref(),
        action: place.action.as_deref(),
        annex: place.annex.as_deref(),
    }
}

fn cited(citation: &Citation<'_>, statement: &Statement, findings: &mut Findings<'_>) {
    for missing in findings.pack.clauses().missing(citation) {
        let diagnostic = Diagnostic::error(&codes::UNCITED, missing.to_string());
        findings.push(MANIFEST, diagnostic.at(statement.span));
    }
}

/// Every item and row that belongs to the channel is cited on an element of its flow.
fn implemented(flow: &Flow, findings: &mut Findings<'_>) {
    let clauses = findings.pack.clauses();
    let cited: Vec<Citation<'_>> = facts::sources(&flow.definitions)
        .map(|source| Citation::of(source.fact))
        .filter(|citation| citation.document.is_none())
        .collect();
    let belongs = |channels: &[crate::tree::Name]| {
        channels.iter().any(|channel| channel.text == flow.channel)
    };
    for clause in clauses.clauses.iter().filter(|it| belongs(&it.channels)) {
        items(clause, &cited, flow, findings);
    }
    for table in clauses.tables.iter().filter(|it| belongs(&it.channels)) {
        rows(table, &cited, flow, findings);
    }
}

fn items(clause: &Clause, cited: &[Citation<'_>], flow: &Flow, findings: &mut Findings<'_>) {
    let clause_number = &*clause.number.text;
    for item in clause.items.iter().filter(|item| !item.missing) {
        let is_cited = cited.iter().any(|citation| {
            citation.clause == clause_number && citation.item == Some(&*item.number.text)
        });
        if !is_cited {
            let what = format!("item {} of clause {clause_number}", item.number);
            unimplemented(&what, item.number.span, flow, findings);
        }
    }
}

fn rows(table: &Table, cited: &[Citation<'_>], flow: &Flow, findings: &mut Findings<'_>) {
    let number = table.number.as_ref().map(|name| &*name.text);
    for row in &table.rows {
        let is_cited = cited.iter().any(|citation| {
            citation.clause == &*table.clause.text
                && citation.table.is_none_or(|table| Some(table) == number)
                && citation.actions().any(|action| action == &*row.action.text)
        });
        if !is_cited {
            let what = format!("action {} of clause {}", row.action, table.clause);
            unimplemented(&what, row.action.span, flow, findings);
        }
    }
}

fn unimplemented(what: &str, at: Span, flow: &Flow, findings: &mut Findings<'_>) {
    let message = format!("{what} is cited by no element of `{}`", flow.path);
    let hint = "cite it by `reg:source` on the element that implements it";
    let diagnostic = Diagnostic::error(&codes::UNIMPLEMENTED, message);
    findings.push(CLAUSES, diagnostic.at(at).hint(hint));
}
