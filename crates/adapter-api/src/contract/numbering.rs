//! The contract of [`Numbering`].

use reglament_core::timer::Zone;

use super::{Breach, Calls, equal, given};
use crate::SystemError;
use crate::numbering::{AssignNumber, Numbering, NumberingError, Series};

/// The series that the implementation must have, and no others.
#[must_use]
pub fn series() -> [Series; 2] {
    [Series::new("portal", "P"), Series::new("center", "C")]
}

/// The zone that it must have: five hours ahead of UTC.
#[must_use]
pub fn zone() -> Zone {
    Zone::parse("+05:00").unwrap_or(Zone::UTC)
}

/// Asks a numbering that has given no number yet.
///
/// # Errors
/// The first rule that does not hold.
pub async fn holds(numbering: &dyn Numbering) -> Result<(), Breach> {
    let mut calls = Calls::at("2025-12-31T18:59:59Z")?;
    let ask = |series: &str| AssignNumber {
        series: series.into(),
    };
    for expected in ["P-2025-000001", "P-2025-000002"] {
        let rule = "numbers of a series begin at 1 and have no gaps";
        let found = given(rule, numbering.assign(&calls.next(), ask("portal")).await)?;
        equal(rule, &found.application_number.as_str(), &expected)?;
    }
    let rule = "each series has numbers of its own";
    let found = given(rule, numbering.assign(&calls.next(), ask("center")).await)?;
    equal(rule, &found.application_number.as_str(), &"C-2025-000001")?;

    let rule = "a repeated call gets the number that it got, and uses none up";
    let context = calls.next();
    let first = given(rule, numbering.assign(&context, ask("portal")).await)?;
    let again = given(rule, numbering.assign(&context, ask("portal")).await)?;
    equal(rule, &again, &first)?;
    let next = given(rule, numbering.assign(&calls.next(), ask("portal")).await)?;
    equal(rule, &next.application_number.as_str(), &"P-2025-000004")?;

    let rule = "a key is not used for another request";
    let found = numbering.assign(&context, ask("center")).await;
    let key = context.key.to_string();
    equal(rule, &found, &Err(SystemError::KeyReused { key }.into()))?;

    let rule = "a series that nobody declared has no numbers";
    let found = numbering.assign(&calls.next(), ask("no such")).await;
    let series = "no such".into();
    equal(rule, &found, &Err(NumberingError::UnknownSeries { series }))?;

    let rule = "a year begins at midnight of the zone, and with it the numbers";
    calls.now = super::at("2025-12-31T19:00:00Z")?;
    let found = given(rule, numbering.assign(&calls.next(), ask("portal")).await)?;
    equal(rule, &found.application_number.as_str(), &"P-2026-000001")?;

    let rule = "a call repeated in the next year still gets its number of the last";
    let mut late = context.clone();
    late.now = calls.now;
    let again = given(rule, numbering.assign(&late, ask("portal")).await)?;
    equal(rule, &again, &first)
}
