//! Holding what a script expects against what has happened.

use std::collections::{BTreeMap, BTreeSet};

use reglament_core::program::ElementIx;

use crate::run::state_of;
use reglament_pack::tree::Name;
use reglament_pack::tree::list;

use crate::script::Expectation;
use crate::trace::{Subject, variables_json};
use crate::world::World;

impl World<'_> {
    /// What of `expectation` does not hold, each in a sentence that says what was expected and found.
    pub(crate) fn check(&self, expectation: &Expectation) -> Vec<String> {
        let mut failures = Vec::new();
        failures.extend(
            expectation
                .waiting
                .as_ref()
                .and_then(|names| self.check_waiting(names)),
        );
        failures.extend(
            expectation
                .completed
                .iter()
                .filter_map(|name| self.check_completed(name)),
        );
        failures.extend(
            expectation
                .never
                .iter()
                .filter_map(|name| self.check_never(name)),
        );
        failures.extend(
            expectation
                .count
                .iter()
                .filter_map(|(name, count)| self.check_count(name, *count)),
        );
        for order in &expectation.order {
            failures.extend(order.windows(2).filter_map(|pair| match pair {
                [first, second] => self.check_order(first, second),
                _ => None,
            }));
        }
        failures.extend(expectation.ended.and_then(|ended| self.check_ended(ended)));
        failures.extend(self.check_state(expectation));
        failures.extend(
            expectation
                .incidents
                .as_ref()
                .and_then(|names| self.check_incidents(names)),
        );
        failures.extend(self.check_variables(expectation));
        failures.extend(self.check_terms(&expectation.terms));
        failures
    }

    fn count_of(&self, name: &Name) -> u64 {
        Subject::find(self.program, &name.text).map_or(0, |subject| self.completions.of(subject))
    }

    fn check_waiting(&self, expected: &[Name]) -> Option<String> {
        let found = self.cases.iter().flat_map(|case| self.waiting(case));
        let found: Vec<&str> = found.map(|element| self.program.id(element)).collect();
        let expected: Vec<&str> = expected.iter().map(|name| &*name.text).collect();
        let (wanted, there) = (tally(&expected), tally(&found));
        let several = wanted.values().any(|count| *count > 1);
        let same_ids = wanted.keys().eq(there.keys());
        if same_ids && (!several || wanted == there) {
            return None;
        }
        Some(format!(
            "waiting: expected {}, found {}",
            ids(&expected),
            ids(&found)
        ))
    }

    fn check_completed(&self, name: &Name) -> Option<String> {
        if self.count_of(name) > 0 {
            return None;
        }
        Some(format!(
            "completed: expected `{name}`, found that it has not completed; {}",
            self.waiting_text()
        ))
    }

    fn check_never(&self, name: &Name) -> Option<String> {
        let count = self.count_of(name);
        (count > 0).then(|| {
            format!(
                "never: expected no `{name}`, found that it has completed {}",
                times(count)
            )
        })
    }

    fn check_count(&self, name: &Name, expected: u64) -> Option<String> {
        let found = self.count_of(name);
        (found != expected).then(|| {
            format!(
                "count: expected `{name}` to complete {}, found {}",
                times(expected),
                times(found)
            )
        })
    }

    fn check_order(&self, first: &Name, second: &Name) -> Option<String> {
        let rank = |name: &Name| {
            Subject::find(self.program, &name.text)
                .and_then(|subject| self.completions.rank(subject))
        };
        let found = match (rank(first), rank(second)) {
            (Some(one), Some(two)) if one < two => return None,
            (Some(_), Some(_)) => format!("`{second}` first"),
            (None, Some(_)) => format!("that `{first}` has not completed"),
            (Some(_), None) => format!("that `{second}` has not completed"),
            (None, None) => "that neither has completed".to_owned(),
        };
        Some(format!(
            "order: expected `{first}` before `{second}`, found {found}"
        ))
    }

    fn check_ended(&self, expected: bool) -> Option<String> {
        use reglament_executor::Status;
        let status = self.cases.first().map(|case| case.state().status());
        let found = !matches!(status, Some(Status::Fresh | Status::Running));
        let word = |ended: bool| {
            if ended {
                "that the case has ended"
            } else {
                "that the case is running"
            }
        };
        (found != expected).then(|| {
            format!(
                "ended: expected {}, found {}; {}",
                word(expected),
                word(found),
                self.waiting_text()
            )
        })
    }

    fn check_state(&self, expectation: &Expectation) -> Option<String> {
        let (expected, _) = expectation.state?;
        let ended = state_of(self);
        if ended.state == expected {
            return None;
        }
        let why = match &ended.error {
            Some(error) => format!(": {}", error.message),
            None => format!("; {}", self.waiting_text()),
        };
        Some(format!(
            "state: expected {expected}, found {}{why}",
            ended.state
        ))
    }

    /// Each expected incident must be there, and none besides. The error that ended an instance may be
    /// named too.
    fn check_incidents(&self, expected: &[Name]) -> Option<String> {
        let mut open = self.incidents();
        let mut missing = false;
        let failures: BTreeSet<&str> = self
            .cases
            .iter()
            .filter_map(|case| case.state().failure())
            .map(|failure| failure.kind.as_str())
            .collect();
        for name in expected {
            let position = open.iter().position(|(element, kind)| {
                self.program.id(*element) == &*name.text || *kind == &*name.text
            });
            match position {
                Some(position) => {
                    open.remove(position);
                }
                None => missing |= !failures.contains(&*name.text) && !self.failed_at(name),
            }
        }
        if !missing && open.is_empty() {
            return None;
        }
        let expected: Vec<&str> = expected.iter().map(|name| &*name.text).collect();
        let found = self.incidents().into_iter();
        let found: Vec<String> = found
            .map(|(element, kind)| format!("{} ({kind})", self.program.id(element)))
            .collect();
        let found = if found.is_empty() {
            "none".to_owned()
        } else {
            list(&found)
        };
        Some(format!(
            "incidents: expected {}, found {found}",
            ids(&expected)
        ))
    }

    /// The unresolved incidents of all instances.
    fn incidents(&self) -> Vec<(ElementIx, &'static str)> {
        let all = self.cases.iter().flat_map(|case| case.state().incidents());
        all.map(|(_, element, incident)| (element, incident.kind.as_str()))
            .collect()
    }

    /// Whether the first instance failed at `name`.
    fn failed_at(&self, name: &Name) -> bool {
        let error = state_of(self).error;
        error
            .and_then(|error| error.element)
            .is_some_and(|element| *element == *name.text)
    }

    fn check_variables(&self, expectation: &Expectation) -> Vec<String> {
        let Some(case) = self.cases.first() else {
            return Vec::new();
        };
        let mut failures = Vec::new();
        for (name, expected) in &expectation.vars {
            let found = case
                .state()
                .variables(self.program)
                .find(|(known, _)| **known == *name);
            // Dates and durations leave as JSON texts; there they are compared.
            let same = found.is_some_and(|(_, value)| {
                value == expected || value.to_json_string() == expected.to_json_string()
            });
            if !same {
                let found = found.map_or_else(
                    || "no such variable".to_owned(),
                    |(_, value)| value.to_json_string(),
                );
                failures.push(format!(
                    "vars: expected `{name}` to be {}, found {found}",
                    expected.to_json_string()
                ));
            }
        }
        if !failures.is_empty() {
            let all: Vec<_> = case
                .state()
                .variables(self.program)
                .map(|(n, v)| (n.clone(), v.clone()))
                .collect();
            failures.push(format!("vars: the case has {}", variables_json(&all)));
        }
        failures
    }
}

fn tally<'a>(ids: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let mut tally = BTreeMap::new();
    for id in ids {
        *tally.entry(*id).or_default() += 1;
    }
    tally
}

fn ids(ids: &[&str]) -> String {
    if ids.is_empty() {
        "nothing".to_owned()
    } else {
        list(ids)
    }
}

fn times(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}
