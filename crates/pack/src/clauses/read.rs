//! From the tree of `clauses.yaml` to [`Clauses`]. All problems of the file are reported at once.

use reglament_source::{Diagnostic, SourceText, Span};

use super::{Annex, Clause, Clauses, Item, OtherDocument, Row, Table, Wording};
use crate::codes::{self, CLAUSES_FILE};
use crate::tree::{Fields, Findings, Name, Node, Tree, parse_yaml};

impl Clauses {
    /// Reads `clauses.yaml`.
    ///
    /// There are no clauses when the text is not YAML; else whatever could be understood. The
    /// diagnostics stand in the order of the text.
    #[must_use]
    pub fn read(source: &SourceText) -> (Option<Self>, Vec<Diagnostic>) {
        let root = match parse_yaml(source, &CLAUSES_FILE) {
            Ok(root) => root,
            Err(diagnostic) => return (None, vec![*diagnostic]),
        };
        let mut findings = Findings::new(&CLAUSES_FILE);
        let clauses = clauses(&root, &mut findings);
        if let Some(clauses) = &clauses {
            clauses.check_numbers(&mut findings);
        }
        let mut diagnostics = findings.diagnostics;
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        (clauses, diagnostics)
    }

    /// No two clauses, items or rows have the same number.
    fn check_numbers(&self, findings: &mut Findings) {
        let clause = |clause: &Clause| {
            let document = clause.document.as_ref().map(|name| &*name.text);
            (
                document.unwrap_or_default().to_owned(),
                clause.number.clone(),
            )
        };
        unique("clause", self.clauses.iter().map(clause), findings);
        for clause in &self.clauses {
            let items = clause.items.iter();
            let what = format!("clause {}, item", clause.number);
            unique(
                &what,
                items.map(|item| (String::new(), item.number.clone())),
                findings,
            );
        }
        for table in &self.tables {
            let rows = table.rows.iter();
            let what = format!("clause {}, action", table.clause);
            unique(
                &what,
                rows.map(|row| (String::new(), row.action.clone())),
                findings,
            );
        }
        let annexes = self.annexes.iter();
        unique(
            "annex",
            annexes.map(|annex| (String::new(), annex.number.clone())),
            findings,
        );
    }
}

fn unique(what: &str, numbers: impl Iterator<Item = (String, Name)>, findings: &mut Findings) {
    let mut seen: Vec<(String, Name)> = Vec::new();
    for (group, number) in numbers {
        let earlier = seen
            .iter()
            .find(|(other, name)| *other == group && name.text == number.text);
        if let Some((_, earlier)) = earlier {
            let message = format!("{what} {number} stands here twice");
            let diagnostic = Diagnostic::error(&codes::TWICE, message).at(number.span);
            findings.push(diagnostic.label(earlier.span, "first here"));
        }
        seen.push((group, number));
    }
}

fn clauses(root: &Node, findings: &mut Findings) -> Option<Clauses> {
    let mut fields = Fields::of("clauses.yaml", root, findings)?;
    let mut clauses = Clauses::default();
    for node in fields.mappings("documents", findings) {
        clauses.documents.extend(document(node, findings));
    }
    for node in fields.mappings("clauses", findings) {
        clauses.clauses.extend(clause(node, findings));
    }
    for node in fields.mappings("annexes", findings) {
        clauses.annexes.extend(annex(node, findings));
    }
    for node in fields.mappings("tables", findings) {
        clauses.tables.extend(table(node, findings));
    }
    fields.finish_asked("clauses.yaml", findings);
    Some(clauses)
}

/// Takes the wordings out of `fields`.
fn wording(fields: &mut Fields<'_>, findings: &mut Findings) -> Wording {
    Wording {
        kk: fields.text("kk", findings),
        reading: fields.text("reading", findings),
        en: fields.text("en", findings),
        ru: fields.text("ru", findings),
    }
}

/// Words that are a mapping of their own, or one text, which is Kazakh.
fn words(fields: &mut Fields<'_>, key: &str, findings: &mut Findings) -> Option<Wording> {
    let node = fields.value(key)?;
    if !matches!(node.value, Tree::Mapping(_)) {
        let kk = crate::tree::name(key, node, findings)?.text;
        return Some(Wording {
            kk: Some(kk),
            ..Wording::default()
        });
    }
    let mut fields = Fields::of(key, node, findings)?;
    let wording = wording(&mut fields, findings);
    fields.finish_asked(&format!("`{key}`"), findings);
    Some(wording)
}

/// What is stated has words, and what is missing has none.
fn worded(what: &str, wording: &Wording, missing: bool, at: Span, findings: &mut Findings) {
    if wording.kk.is_none() && !missing {
        let message = format!("{what} has no `kk`");
        let hint = "where the source lacks it, say `missing: true` and why in a `note`";
        let diagnostic = Diagnostic::error(&codes::MISSING_KEY, message);
        findings.push(diagnostic.at(at).hint(hint));
    } else if wording.kk.is_some() && missing {
        let message = format!("{what} is missing in the source and has words");
        findings.push(Diagnostic::error(&codes::INVALID_VALUE, message).at(at));
    }
}

/// The literals of terms under `term`; each stands in the words.
fn terms(
    fields: &mut Fields<'_>,
    wordings: &[&Wording],
    what: &str,
    findings: &mut Findings,
) -> Vec<Name> {
    let terms = fields.names("term", findings).unwrap_or_default();
    for term in &terms {
        let stands =
            |words: &&Wording| words.kk.as_ref().is_some_and(|kk| kk.contains(&*term.text));
        if !wordings.iter().any(stands) {
            let message = format!("the words of {what} do not have the literal `{term}`");
            findings.push(Diagnostic::error(&codes::LITERAL, message).at(term.span));
        }
    }
    terms
}

fn document(node: &Node, findings: &mut Findings) -> Option<OtherDocument> {
    let mut fields = Fields::of("documents", node, findings)?;
    let id = fields.required("id", "the document", node.span, findings);
    let document = OtherDocument {
        wording: wording(&mut fields, findings),
        note: fields.text("note", findings),
        id: id?,
    };
    fields.finish_asked("the document", findings);
    Some(document)
}

fn clause(node: &Node, findings: &mut Findings) -> Option<Clause> {
    let mut fields = Fields::of("clauses", node, findings)?;
    let number = fields.required("clause", "the clause", node.span, findings);
    let what = number.as_ref().map_or_else(
        || "the clause".to_owned(),
        |number| format!("clause {number}"),
    );
    let wording = wording(&mut fields, findings);
    let closing = words(&mut fields, "closing", findings);
    let missing = fields.boolean("missing", findings).unwrap_or_default();
    let place = number.as_ref().map_or(node.span, |number| number.span);
    worded(&what, &wording, missing, place, findings);
    let empty = Wording::default();
    let wordings = [&wording, closing.as_ref().unwrap_or(&empty)];
    let terms = terms(&mut fields, &wordings, &what, findings);
    let items = fields.mappings("items", findings);
    let item = |node: &&Node| item(node, &what, findings);
    let items = items.iter().filter_map(item).collect();
    let clause = Clause {
        document: fields.name("document", findings),
        channels: fields.names("channels", findings).unwrap_or_default(),
        note: fields.text("note", findings),
        items,
        closing,
        terms,
        missing,
        number: number?,
        wording,
    };
    fields.finish_asked(&what, findings);
    Some(clause)
}

fn item(node: &Node, clause: &str, findings: &mut Findings) -> Option<Item> {
    let mut fields = Fields::of("items", node, findings)?;
    let number = fields.required("item", &format!("an item of {clause}"), node.span, findings)?;
    let what = format!("{clause}, item {number}");
    let wording = wording(&mut fields, findings);
    let missing = fields.boolean("missing", findings).unwrap_or_default();
    worded(&what, &wording, missing, number.span, findings);
    let terms = terms(&mut fields, &[&wording], &what, findings);
    let note = fields.text("note", findings);
    fields.finish_asked(&what, findings);
    Some(Item {
        number,
        wording,
        terms,
        missing,
        note,
    })
}

fn annex(node: &Node, findings: &mut Findings) -> Option<Annex> {
    let mut fields = Fields::of("annexes", node, findings)?;
    let number = fields.required("annex", "the annex", node.span, findings);
    let annex = Annex {
        wording: wording(&mut fields, findings),
        note: fields.text("note", findings),
        number: number?,
    };
    fields.finish_asked("the annex", findings);
    Some(annex)
}

fn table(node: &Node, findings: &mut Findings) -> Option<Table> {
    let mut fields = Fields::of("tables", node, findings)?;
    let clause = fields.required("clause", "the table", node.span, findings);
    let rows = fields.mappings("rows", findings);
    let row = |node: &&Node| row(node, findings);
    let rows = rows.iter().filter_map(row).collect();
    let table = Table {
        number: fields.name("table", findings),
        annex: fields.name("annex", findings),
        channels: fields.names("channels", findings).unwrap_or_default(),
        wording: wording(&mut fields, findings),
        note: fields.text("note", findings),
        rows,
        clause: clause?,
    };
    fields.finish_asked("the table", findings);
    Some(table)
}

fn row(node: &Node, findings: &mut Findings) -> Option<Row> {
    let mut fields = Fields::of("rows", node, findings)?;
    let action = fields.required("action", "the row", node.span, findings)?;
    let what = format!("action {action}");
    let wording = wording(&mut fields, findings);
    let missing = fields.boolean("missing", findings).unwrap_or_default();
    worded(&what, &wording, missing, action.span, findings);
    let row = Row {
        missing,
        unit: words(&mut fields, "unit", findings).unwrap_or_default(),
        completion: words(&mut fields, "completion", findings),
        term: fields.name("term", findings),
        next: words(&mut fields, "next", findings),
        note: fields.text("note", findings),
        action,
        wording,
    };
    fields.finish_asked(&what, findings);
    Some(row)
}
