//! What of a program is personal data, and about whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::SubjectPath;
use reglament_feel::{Symbol, Value};

/// The subject of what belongs to a case and to no named person: a snapshot, a text that may quote
/// anything, a value without a name.
pub const CASE: &str = "";

/// What has to be sealed in the cases of one program.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    is_strict: bool,
    /// The subject of every variable that has no mark of its own.
    rest: Option<Arc<str>>,
    by_symbol: BTreeMap<Symbol, Arc<str>>,
    by_name: BTreeMap<Arc<str>, Arc<str>>,
    paths: Vec<SubjectPath>,
}

impl Policy {
    /// What the marks of `program` ask for. Without a mark nothing is sealed.
    #[must_use]
    pub fn of(program: &Program) -> Self {
        let mut policy = Self {
            is_strict: !program.personal.is_empty(),
            ..Self::default()
        };
        for mark in &program.personal {
            let subject = match &mark.subject {
                Some(path) => {
                    if !policy.paths.contains(path) {
                        policy.paths.push(path.clone());
                    }
                    Arc::clone(&path.text)
                }
                None => Arc::from(CASE),
            };
            let Some(symbol) = mark.variable else {
                policy.rest.get_or_insert(subject);
                continue;
            };
            // The first mark of a variable says whom it is about.
            let subject = policy.by_symbol.entry(symbol).or_insert(subject);
            if let Some(name) = program.names.name(symbol) {
                let subject = Arc::clone(subject);
                policy.by_name.entry(Arc::clone(name)).or_insert(subject);
            }
        }
        policy
    }

    /// A policy that seals everything that may be personal and knows no names: for messages and
    /// answers, which are kept before anybody knows which program they are for.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            is_strict: true,
            rest: Some(Arc::from(CASE)),
            ..Self::default()
        }
    }

    /// Whether anything is sealed at all.
    #[must_use]
    pub fn seals(&self) -> bool {
        self.is_strict
    }

    /// Whom the variable is about; none when it is not personal.
    pub(super) fn subject_of(&self, symbol: Symbol) -> Option<&Arc<str>> {
        self.by_symbol.get(&symbol).or(self.rest.as_ref())
    }

    /// Whom a variable of this name is about.
    pub(super) fn subject_of_name(&self, name: &str) -> Option<&Arc<str>> {
        self.by_name.get(name).or(self.rest.as_ref())
    }

    /// The persons that are named when `symbol` gets the value `value`: subject and name.
    pub(super) fn persons<'p>(
        &'p self,
        symbol: Symbol,
        value: &'p Value,
    ) -> impl Iterator<Item = (&'p Arc<str>, String)> {
        let paths = self.paths.iter().filter(move |it| it.variable == symbol);
        paths.filter_map(|path| Some((&path.text, path.person(value)?)))
    }
}
