//! When a regulation is in force, and which version a case runs under: no bound is made up.

use crate::sample::{change, changed};
use reglament_core::timer::Date;
use reglament_pack::validity::{Bound, InForce, NotInForce, Validity, Which};
use reglament_pack::{Choice, MemorySource, Pack, in_force};

fn date(text: &str) -> Date {
    Date::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn unknown(not_before: Option<&str>, not_after: Option<&str>) -> Bound {
    Bound::Unknown {
        not_before: not_before.map(date),
        not_after: not_after.map(date),
        reason: Some("not stated".into()),
    }
}

/// What is missing to prove it, where it cannot be proved.
fn missing(validity: &Validity, day: &str) -> Option<Vec<Which>> {
    match validity.on(date(day)) {
        InForce::Unproven { missing } => Some(missing.iter().map(|it| it.which).collect()),
        InForce::Yes | InForce::No(_) => None,
    }
}

#[test]
fn known_bounds_prove_every_day() {
    let validity = Validity {
        from: Bound::On(date("2013-08-10")),
        until: Bound::On(date("2014-07-14")),
    };
    let no = |reason| InForce::No(reason);
    let not_yet = no(NotInForce::NotYet(date("2013-08-10")));
    let no_longer = no(NotInForce::NoLonger(date("2014-07-14")));
    assert_eq!(validity.on(date("2013-08-09")), not_yet);
    assert_eq!(validity.on(date("2013-08-10")), InForce::Yes);
    assert_eq!(validity.on(date("2014-07-13")), InForce::Yes);
    assert_eq!(validity.on(date("2014-07-14")), no_longer);
}

#[test]
fn an_unknown_bound_leaves_open_the_days_that_nothing_proves() {
    let validity = Validity {
        from: unknown(Some("2013-07-30"), None),
        until: unknown(Some("2014-07-14"), None),
    };
    assert_eq!(
        validity.on(date("2013-07-29")),
        InForce::No(NotInForce::NotYet(date("2013-07-30")))
    );
    assert_eq!(missing(&validity, "2013-07-30"), Some(vec![Which::From]));
    assert_eq!(missing(&validity, "2014-07-13"), Some(vec![Which::From]));
    let both = Some(vec![Which::From, Which::Until]);
    assert_eq!(missing(&validity, "2014-07-14"), both);
    assert_eq!(missing(&validity, "2099-01-01"), both);
}

#[test]
fn what_is_certain_of_an_unknown_bound_counts() {
    let validity = Validity {
        from: unknown(Some("2013-07-30"), Some("2013-09-01")),
        until: unknown(None, Some("2014-08-01")),
    };
    assert_eq!(
        missing(&validity, "2013-08-31"),
        Some(vec![Which::From, Which::Until])
    );
    assert_eq!(missing(&validity, "2013-09-01"), Some(vec![Which::Until]));
    assert_eq!(
        validity.on(date("2014-08-01")),
        InForce::No(NotInForce::NoLonger(date("2014-08-01")))
    );
    let open = Validity {
        from: unknown(None, None),
        until: Bound::Never,
    };
    assert_eq!(missing(&open, "1990-01-01"), Some(vec![Which::From]));
    let reason = "it cannot be proved whether it is in force: when it came into force is not known (not stated)";
    assert_eq!(open.on(date("1990-01-01")).to_string(), reason);
}

/// The sample, in force between two days.
fn version(name: &str, from: &str, until: &str) -> Pack {
    let source = changed(
        "regulation.toml",
        "version = \"2026-01-01\"",
        &format!("version = \"{name}\""),
    );
    let day = "[validity.from]\ndate = 2026-01-01";
    let source = change(
        source,
        "regulation.toml",
        day,
        &format!("[validity.from]\ndate = {from}"),
    );
    let source: MemorySource = change(source, "regulation.toml", "\"never\"", until);
    match Pack::open(&source) {
        Ok(pack) => pack,
        Err(report) => panic!("{:?}", crate::sample::said(&report)),
    }
}

/// The choice, in words.
fn chosen(packs: &[Pack], day: &str) -> String {
    let names = |packs: Vec<&Pack>| {
        let names: Vec<&str> = packs
            .iter()
            .map(|pack| &*pack.manifest().version.text)
            .collect();
        names.join(" ")
    };
    match in_force(packs, "new-service", date(day)) {
        Choice::InForce(pack) => names(vec![pack]),
        Choice::Unproven(packs) => {
            format!(
                "perhaps {}",
                names(packs.into_iter().map(|(pack, _)| pack).collect())
            )
        }
        Choice::Ambiguous(packs) => format!("all of {}", names(packs)),
        Choice::NotInForce(packs) => {
            format!(
                "none of {}",
                names(packs.into_iter().map(|(pack, _)| pack).collect())
            )
        }
        Choice::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn the_version_in_force_on_the_filing_date_is_chosen() {
    let packs = [
        version("old", "2013-01-01", "2018-06-01"),
        version("new", "2018-06-01", "\"never\""),
    ];
    assert_eq!(chosen(&packs, "2012-12-31"), "none of old new");
    assert_eq!(chosen(&packs, "2018-05-31"), "old");
    assert_eq!(chosen(&packs, "2018-06-01"), "new");
    assert_eq!(chosen(&[], "2018-06-01"), "unknown");
}

#[test]
fn where_a_bound_is_unknown_the_choice_is_unproven() {
    let packs = [
        version("old", "2013-01-01", "\"unknown\"\nnot-before = 2018-05-24"),
        version("new", "\"unknown\"\nnot-before = 2018-05-24", "\"never\""),
    ];
    assert_eq!(chosen(&packs, "2018-05-23"), "old");
    assert_eq!(chosen(&packs, "2018-06-10"), "perhaps old new");
}

#[test]
fn a_version_that_is_certainly_in_force_is_not_chosen_while_another_may_be() {
    let packs = [
        version("old", "2013-01-01", "\"never\""),
        version("new", "\"unknown\"\nnot-before = 2018-05-24", "\"never\""),
    ];
    assert_eq!(chosen(&packs, "2018-05-23"), "old");
    assert_eq!(chosen(&packs, "2018-06-10"), "perhaps old new");
}

#[test]
fn versions_that_are_both_certainly_in_force_contradict_each_other() {
    let packs = [
        version("old", "2013-01-01", "\"never\""),
        version("new", "2018-06-01", "\"never\""),
    ];
    assert_eq!(chosen(&packs, "2018-06-01"), "all of old new");
}
