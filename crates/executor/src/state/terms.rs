//! The clocks of statutory terms.

use std::collections::BTreeSet;

use reglament_core::program::TermIx;
use reglament_core::timer::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Key, State};
use crate::term::{TermClock, TermKey};

/// The clocks of an instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// In order of their starts. Of those that have ended only the terms of the case itself are kept:
    /// what became of the others is told by the history.
    pub(crate) clocks: Vec<TermClock>,
    /// The number of the newest clock.
    pub(crate) last: u32,
    /// What happens to the clocks next, by instant: derived from the clocks.
    #[serde(skip)]
    pub(crate) alarms: BTreeSet<(Timestamp, TermKey)>,
}

impl State {
    /// The clocks of the statutory terms, in order of their starts: all that have not ended, and of
    /// those that have, the terms that the process of the case itself carries.
    pub fn terms(&self) -> impl Iterator<Item = &TermClock> {
        self.rare()
            .and_then(|rare| rare.terms.as_deref())
            .into_iter()
            .flat_map(|terms| &terms.clocks)
    }

    /// The clock with the number `key`, if it is still kept.
    #[must_use]
    pub fn term(&self, key: TermKey) -> Option<&TermClock> {
        self.terms().find(|clock| clock.key == key)
    }

    /// Whether any clock is kept.
    #[inline]
    pub(crate) fn has_terms(&self) -> bool {
        self.rare().is_some_and(|rare| rare.terms.is_some())
    }

    /// The number that the next clock will have.
    pub(crate) fn next_term(&self) -> TermKey {
        let terms = self.rare().and_then(|rare| rare.terms.as_ref());
        TermKey(terms.map_or(0, |terms| terms.last) + 1)
    }

    /// The first thing that happens to a clock.
    pub(crate) fn first_alarm(&self) -> Option<(Timestamp, TermKey)> {
        self.rare()?.terms.as_ref()?.alarms.first().copied()
    }

    /// The clock that `owner` has for the alternatives that begin with `first`.
    pub(crate) fn term_of(
        &self,
        program: &reglament_core::Program,
        owner: Key,
        first: TermIx,
    ) -> Option<&TermClock> {
        self.terms()
            .find(|clock| clock.owner == owner && program.terms[clock.term].first == first)
    }

    /// What does not agree about the clocks.
    pub(crate) fn check_terms(&self) -> Result<(), String> {
        let Some(terms) = self.rare().and_then(|rare| rare.terms.as_ref()) else {
            return Ok(());
        };
        for clock in terms.clocks.iter().filter(|clock| clock.is_open()) {
            if self.live(clock.owner).is_none() {
                return Err(format!(
                    "{} belongs to {}, which has ended",
                    clock.key, clock.owner
                ));
            }
        }
        let alarms = terms.clocks.iter();
        let alarms: BTreeSet<_> = alarms
            .filter_map(|clock| Some((clock.alarm()?, clock.key)))
            .collect();
        if alarms == terms.alarms {
            Ok(())
        } else {
            Err(format!(
                "{} alarms of terms, {} indexed",
                alarms.len(),
                terms.alarms.len()
            ))
        }
    }
}
