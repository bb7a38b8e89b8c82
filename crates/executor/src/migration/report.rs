//! What stands in the way of a migration, all at once.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::state::Key;

/// What was found when a plan was checked against an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationReport {
    /// What stands in the way. With any of them nothing is migrated.
    pub problems: Vec<MigrationProblem>,
    /// What is worth knowing and stands in nobody's way.
    pub notes: Vec<MigrationNote>,
}

/// One thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationProblem {
    /// What kind of thing it is.
    pub kind: MigrationProblemKind,
    /// The id of the element or flow that it is about.
    pub element: Arc<str>,
    /// The element instance; none when it is about the plan alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<Key>,
    /// What is wrong, with ids, for a person.
    pub message: Arc<str>,
}

/// One thing that happens with the migration and may surprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationNote {
    /// The id of the element that it is about.
    pub element: Arc<str>,
    /// What happens, for a person.
    pub message: Arc<str>,
}

/// The kinds of things that stand in the way of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MigrationProblemKind {
    /// The plan names an element, flow or term that is not there.
    Unknown,
    /// The plan maps an element or flow twice.
    MappedTwice,
    /// The two elements are not of the same kind, or are repeated otherwise.
    OtherKind,
    /// What an element waits for is something else in the target, and the plan does not say `update`.
    OtherEvent,
    /// The instance stands at an element that the plan does not map.
    Unmapped,
    /// The mapped elements are not nested as the instances are.
    OtherScope,
    /// A token waits at the end of a flow that has no counterpart at the mapped element.
    FlowUnmapped,
    /// Tokens of two flows would wait at the end of one.
    FlowsMerged,
    /// A statutory term that runs has no counterpart.
    TermUnmapped,
    /// A term, timer, message or signal of the target cannot be computed.
    NotComputable,
    /// A join of the target waits for a flow that no token of the instance can reach.
    Starved,
    /// The instance was stopped in the middle of a step.
    InMotion,
    /// What a person has in hand has a form that the target does not have.
    FormMissing,
    /// The source marks a variable as personal data, and the target does not.
    PersonalMarkLost,
}

impl MigrationProblemKind {
    /// The name that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::MappedTwice => "mapped-twice",
            Self::OtherKind => "other-kind",
            Self::OtherEvent => "other-event",
            Self::Unmapped => "unmapped",
            Self::OtherScope => "other-scope",
            Self::FlowUnmapped => "flow-unmapped",
            Self::FlowsMerged => "flows-merged",
            Self::TermUnmapped => "term-unmapped",
            Self::NotComputable => "not-computable",
            Self::Starved => "starved",
            Self::InMotion => "in-motion",
            Self::FormMissing => "form-missing",
            Self::PersonalMarkLost => "personal-mark-lost",
        }
    }
}

impl fmt::Display for MigrationProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for MigrationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.problems.iter().enumerate() {
            if place > 0 {
                f.write_str("; ")?;
            }
            f.write_str(&problem.message)?;
        }
        Ok(())
    }
}

impl MigrationReport {
    /// Whether nothing stands in the way.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    /// Adds a problem; one that is known already is not added again.
    pub fn add(
        &mut self,
        kind: MigrationProblemKind,
        element: &str,
        instance: Option<Key>,
        message: impl AsRef<str>,
    ) {
        let problem = MigrationProblem {
            kind,
            element: Arc::from(element),
            instance,
            message: Arc::from(message.as_ref()),
        };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Adds a note.
    pub fn note(&mut self, element: &str, message: impl AsRef<str>) {
        let note = MigrationNote {
            element: Arc::from(element),
            message: Arc::from(message.as_ref()),
        };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}
