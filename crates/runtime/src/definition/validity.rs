//! The validity of a definition as it is stored, and which version is in force on a day.

use std::sync::Arc;

use reglament_core::timer::Date;
use reglament_pack::validity::{Bound, InForce, Validity};
use serde::{Deserialize, Serialize};

use super::{Catalogue, Definition};

/// A validity in its stored form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredValidity {
    from: StoredBound,
    until: StoredBound,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredBound {
    On(Date),
    Unknown {
        not_before: Option<Date>,
        not_after: Option<Date>,
        reason: Option<Arc<str>>,
    },
    Never,
}

impl From<&Bound> for StoredBound {
    fn from(bound: &Bound) -> Self {
        match bound {
            Bound::On(date) => Self::On(*date),
            Bound::Unknown {
                not_before,
                not_after,
                reason,
            } => Self::Unknown {
                not_before: *not_before,
                not_after: *not_after,
                reason: reason.clone(),
            },
            Bound::Never => Self::Never,
        }
    }
}

impl From<StoredBound> for Bound {
    fn from(bound: StoredBound) -> Self {
        match bound {
            StoredBound::On(date) => Self::On(date),
            StoredBound::Unknown {
                not_before,
                not_after,
                reason,
            } => Self::Unknown {
                not_before,
                not_after,
                reason,
            },
            StoredBound::Never => Self::Never,
        }
    }
}

impl From<&Validity> for StoredValidity {
    fn from(validity: &Validity) -> Self {
        Self {
            from: (&validity.from).into(),
            until: (&validity.until).into(),
        }
    }
}

impl From<StoredValidity> for Validity {
    fn from(stored: StoredValidity) -> Self {
        Self {
            from: stored.from.into(),
            until: stored.until.into(),
        }
    }
}

/// Which version of a process is in force on a day.
#[derive(Clone, Debug)]
pub(crate) enum LawfulVersion<'c> {
    /// Exactly this one.
    InForce(&'c Arc<Definition>),
    /// It cannot be proved; the newest of those that may be, and what is not known.
    Unproven(&'c Arc<Definition>, String),
    /// Several are certainly in force: the definitions contradict each other.
    Several,
    /// None is.
    None,
}

impl Catalogue {
    /// The version of `process` that is in force on `date`. No bound is made up: a definition without a
    /// validity proves nothing.
    pub(crate) fn in_force_on(&self, process: &str, date: Date) -> LawfulVersion<'_> {
        let (mut certain, mut perhaps) = (Vec::new(), Vec::new());
        for definition in self.of_process(process) {
            match definition.validity.as_ref().map(|it| it.on(date)) {
                Some(InForce::Yes) => certain.push(definition),
                Some(InForce::No(_)) => {}
                Some(InForce::Unproven { missing }) => {
                    let reasons: Vec<String> = missing
                        .iter()
                        .map(|it| {
                            it.reason
                                .as_deref()
                                .unwrap_or("a bound is not known")
                                .to_owned()
                        })
                        .collect();
                    perhaps.push((definition, reasons.join("; ")));
                }
                None => perhaps.push((definition, "it states no validity".to_owned())),
            }
        }
        match (certain.as_slice(), perhaps.pop()) {
            ([one], None) => LawfulVersion::InForce(one),
            ([_, _, ..], _) => LawfulVersion::Several,
            (_, Some((newest, reason))) => LawfulVersion::Unproven(newest, reason),
            ([], None) => LawfulVersion::None,
        }
    }
}
