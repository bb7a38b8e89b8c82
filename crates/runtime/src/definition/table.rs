//! The string table of a definition: what the positions in stored states and events stand for.
//!
//! States and events name elements, flows and variables by their positions. The table says what they
//! were when the definition was deployed. When a newer release of the library numbers them otherwise,
//! the table differs, and the definition is refused instead of being read wrongly.

use reglament_core::Program;
use serde::{Deserialize, Serialize};

use super::validity::StoredValidity;

/// The positions of a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StringTable {
    version: u16,
    elements: Vec<String>,
    flows: Vec<String>,
    messages: Vec<String>,
    names: Vec<String>,
    terms: Vec<String>,
    /// When the regulation is in force; stands here because it belongs to the definition alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) validity: Option<StoredValidity>,
    /// How unqualified days are read: [`DayReading`](reglament_pack::manifest::DayReading) in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unqualified_days: Option<String>,
}

/// A stored definition is numbered otherwise than the same file is now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "definition `{resource}` was deployed by another release that numbered its {what} otherwise; \
     expected `{expected}`, found `{found}`"
)]
pub struct TableMismatch {
    /// The name of the file.
    pub resource: String,
    /// What differs.
    pub what: &'static str,
    /// What was stored at the first place that differs.
    pub expected: String,
    /// What is there now.
    pub found: String,
}

impl StringTable {
    pub(super) fn of(program: &Program) -> Self {
        Self {
            version: 1,
            validity: None,
            unqualified_days: None,
            elements: program
                .infos
                .iter()
                .map(|(_, it)| it.id.to_string())
                .collect(),
            flows: program
                .flows
                .iter()
                .map(|(_, it)| it.id.to_string())
                .collect(),
            messages: program
                .messages
                .iter()
                .map(|(_, it)| it.id.to_string())
                .collect(),
            terms: (program.terms.iter())
                .map(|(_, it)| it.term.literal.to_string())
                .collect(),
            names: program.names.iter().map(ToString::to_string).collect(),
        }
    }

    /// Whether `now` numbers everything as this table.
    pub(super) fn check(&self, resource: &str, now: &Self) -> Result<(), TableMismatch> {
        let parts = [
            ("elements", &self.elements, &now.elements),
            ("flows", &self.flows, &now.flows),
            ("messages", &self.messages, &now.messages),
            ("variables", &self.names, &now.names),
            ("terms", &self.terms, &now.terms),
        ];
        for (what, stored, current) in parts {
            if stored == current {
                continue;
            }
            let none = String::new();
            let place = stored
                .iter()
                .zip(current)
                .take_while(|(a, b)| a == b)
                .count();
            let at = |list: &Vec<String>| list.get(place).unwrap_or(&none).clone();
            return Err(TableMismatch {
                resource: resource.to_owned(),
                what,
                expected: at(stored),
                found: at(current),
            });
        }
        Ok(())
    }
}
