//! Looking up the words of a citation.

use std::fmt;

use reglament_core::model::Source;

use super::{Annex, Clause, Clauses, Item, Row, Table};

/// A place of the regulation as `reg:source` names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Citation<'c> {
    /// Another document than the regulation itself.
    pub document: Option<&'c str>,
    /// The clause.
    pub clause: &'c str,
    /// The sub-clause.
    pub item: Option<&'c str>,
    /// The action table, where there are several.
    pub table: Option<&'c str>,
    /// The rows of the action table, separated by spaces.
    pub action: Option<&'c str>,
    /// The annex.
    pub annex: Option<&'c str>,
}

/// What of a citation the text does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncited {
    /// The document is not declared.
    Document(String),
    /// There is no such clause.
    Clause(String),
    /// The clause has no such item.
    Item {
        /// The clause.
        clause: String,
        /// The item.
        item: String,
    },
    /// No table lists the actions of the clause.
    Table {
        /// The clause.
        clause: String,
        /// The number of the table, where one is named.
        table: Option<String>,
    },
    /// The table has no such row.
    Action {
        /// The clause.
        clause: String,
        /// The row.
        action: String,
    },
    /// There is no such annex.
    Annex(String),
}

impl fmt::Display for Uncited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(id) => write!(f, "the clauses declare no document `{id}`"),
            Self::Clause(clause) => write!(f, "the clauses have no clause {clause}"),
            Self::Item { clause, item } => write!(f, "clause {clause} has no item {item}"),
            Self::Table {
                clause,
                table: None,
            } => {
                write!(f, "no table lists the actions of clause {clause}")
            }
            Self::Table {
                clause,
                table: Some(table),
            } => write!(f, "no table {table} lists the actions of clause {clause}"),
            Self::Action { clause, action } => {
                write!(f, "the table of clause {clause} has no action {action}")
            }
            Self::Annex(annex) => write!(f, "the clauses have no annex {annex}"),
        }
    }
}

impl<'c> Citation<'c> {
    /// The citation of a `reg:source`.
    #[must_use]
    pub fn of(source: Source<'c>) -> Self {
        Self {
            document: source.document().map(str::trim),
            clause: source.clause().unwrap_or_default().trim(),
            item: source.item().map(str::trim),
            table: source.table().map(str::trim),
            action: source.action(),
            annex: source.annex().map(str::trim),
        }
    }

    /// The rows that it names.
    pub fn actions(&self) -> impl Iterator<Item = &'c str> + use<'c> {
        self.action.unwrap_or_default().split_whitespace()
    }
}

impl Clauses {
    /// The clause `number` of the regulation, or of another `document`.
    #[must_use]
    pub fn clause(&self, document: Option<&str>, number: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| {
            clause.document.as_ref().map(|name| &*name.text) == document
                && *clause.number.text == *number
        })
    }

    /// The item `number` of a clause of the regulation.
    #[must_use]
    pub fn item(&self, clause: &str, number: &str) -> Option<&Item> {
        self.clause(None, clause)?.item(number)
    }

    /// The annex `number`.
    #[must_use]
    pub fn annex(&self, number: &str) -> Option<&Annex> {
        self.annexes
            .iter()
            .find(|annex| *annex.number.text == *number)
    }

    /// The tables that list the actions of a clause; of them, the one with the number `table`.
    pub fn tables_of<'c, 'n>(
        &'c self,
        clause: &'n str,
        table: Option<&'n str>,
    ) -> impl Iterator<Item = &'c Table> + use<'c, 'n> {
        self.tables.iter().filter(move |found| {
            let number = found.number.as_ref().map(|name| &*name.text);
            *found.clause.text == *clause && table.is_none_or(|table| number == Some(table))
        })
    }

    /// The row `action` of the table of a clause.
    #[must_use]
    pub fn row(&self, clause: &str, table: Option<&str>, action: &str) -> Option<&Row> {
        self.tables_of(clause, table)
            .find_map(|table| table.row(action))
    }

    /// Everything of a citation that the text does not have.
    ///
    /// Of another document nothing is asked but that it is declared, unless the text has clauses of
    /// it.
    #[must_use]
    pub fn missing(&self, citation: &Citation<'_>) -> Vec<Uncited> {
        let mut missing = Vec::new();
        if let Some(document) = citation.document {
            let is_declared = self.documents.iter().any(|it| *it.id.text == *document);
            if !is_declared {
                missing.push(Uncited::Document(document.to_owned()));
            }
            let has_text = |clause: &Clause| {
                let name = clause.document.as_ref().map(|name| &*name.text);
                name == Some(document)
            };
            if !is_declared || !self.clauses.iter().any(has_text) {
                return missing;
            }
        }
        let clause = citation.clause.to_owned();
        if clause.is_empty() && citation.annex.is_some() {
            missing.extend(self.missing_annex(citation));
            return missing;
        }
        match (self.clause(citation.document, &clause), citation.item) {
            (None, _) => missing.push(Uncited::Clause(clause.clone())),
            (Some(found), Some(item)) if found.item(item).is_none() => {
                let item = item.to_owned();
                missing.push(Uncited::Item {
                    clause: clause.clone(),
                    item,
                });
            }
            (Some(_), _) => {}
        }
        self.missing_rows(citation, clause, &mut missing);
        missing.extend(self.missing_annex(citation));
        missing
    }

    fn missing_annex(&self, citation: &Citation<'_>) -> Option<Uncited> {
        let annex = citation.annex.filter(|annex| self.annex(annex).is_none())?;
        Some(Uncited::Annex(annex.to_owned()))
    }

    fn missing_rows(&self, citation: &Citation<'_>, clause: String, missing: &mut Vec<Uncited>) {
        let wants_table = citation.table.is_some() || citation.actions().next().is_some();
        if wants_table && self.tables_of(&clause, citation.table).next().is_none() {
            let table = citation.table.map(str::to_owned);
            missing.push(Uncited::Table { clause, table });
            return;
        }
        for action in citation.actions() {
            if self.row(&clause, citation.table, action).is_none() {
                let (clause, action) = (clause.clone(), action.to_owned());
                missing.push(Uncited::Action { clause, action });
            }
        }
    }
}

impl Clause {
    /// The item `number`.
    #[must_use]
    pub fn item(&self, number: &str) -> Option<&Item> {
        self.items.iter().find(|item| *item.number.text == *number)
    }
}

impl Table {
    /// The row `action`.
    #[must_use]
    pub fn row(&self, action: &str) -> Option<&Row> {
        self.rows.iter().find(|row| *row.action.text == *action)
    }
}
