//! The waiting list in a file gives every answer that the plain one in memory gives, whatever is
//! asked and whenever; and no place is given twice.

#![cfg(feature = "sqlite")]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use proptest::prelude::*;
use reglament_adapter_api::scripted::{ScriptedWaitingList, VirtualClock};
use reglament_adapter_api::waiting_list::{
    Enter, Entry, EntryState, HandIn, OpenPlaces, PriorityCategory, Turn, WaitingList,
};
use reglament_adapter_api::{CallContext, contract};
use reglament_adapters::sqlite::{Database, SqliteWaitingList};
use reglament_core::identifier::Iin;
use reglament_core::timer::Timestamp;
use tempfile::TempDir;

const ORGANIZATIONS: [&str; 2] = ["№ 998", "№ 999"];
const CHILDREN: [&str; 8] = [
    "090311600006",
    "090312600001",
    "090313600007",
    "090314600002",
    "090315600008",
    "090316600003",
    "090317600009",
    "090318600004",
];
/// Midnight of Monday, 2 September 2013, in Almaty: terms end at midnight, and whole days are likely.
const START: &str = "2013-09-01T18:00:00Z";

/// What is asked; the numbers may be of nothing that there is.
#[derive(Clone, Debug)]
enum Ask {
    Open {
        organization: usize,
        count: u32,
    },
    Enter {
        child: usize,
        organization: usize,
        first: bool,
    },
    Check(u32),
    Refer(u32),
    Admit(u32),
    Leave(u32),
    Position(u32),
    Movement(usize),
}

/// Hours that pass before it, and whether the key of the call before is used again.
type Step = (u32, bool, Ask);

fn ask() -> impl Strategy<Value = Ask> {
    let organization = 0..ORGANIZATIONS.len();
    let number = 0..10_u32;
    prop_oneof![
        1 => (organization.clone(), 0..3_u32)
            .prop_map(|(organization, count)| Ask::Open { organization, count }),
        4 => (0..CHILDREN.len(), organization.clone(), any::<bool>())
            .prop_map(|(child, organization, first)| Ask::Enter { child, organization, first }),
        4 => number.clone().prop_map(Ask::Check),
        3 => number.clone().prop_map(Ask::Refer),
        2 => (0..6_u32).prop_map(Ask::Admit),
        1 => number.clone().prop_map(Ask::Leave),
        1 => number.prop_map(Ask::Position),
        1 => organization.prop_map(Ask::Movement),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Whole days, so that a call is often at the very end of a term.
    let hours = prop_oneof![Just(0_u32), (1..7_u32).prop_map(|days| days * 24)];
    prop::collection::vec((hours, prop::bool::weighted(0.1), ask()), 1..60)
}

/// The answer to one question, in words: two lists agree when their words do.
async fn answer(list: &dyn WaitingList, context: &CallContext, ask: &Ask) -> String {
    let entry = |queue_number: u32| Entry { queue_number };
    let organization = |index: usize| ORGANIZATIONS[index].to_owned();
    match ask.clone() {
        Ask::Open {
            organization: index,
            count,
        } => {
            let organization = organization(index);
            let request = OpenPlaces {
                organization,
                count,
            };
            format!("{:?}", list.open_places(context, request).await)
        }
        Ask::Enter {
            child,
            organization: index,
            first,
        } => {
            let request = Enter {
                child: Iin::parse(CHILDREN[child]).unwrap(),
                organization: organization(index),
                turn: if first { Turn::First } else { Turn::General },
                categories: vec![PriorityCategory::LargeFamily; usize::from(first)],
            };
            format!("{:?}", list.enter(context, request).await)
        }
        Ask::Check(number) => format!("{:?}", list.check_places(context, entry(number)).await),
        Ask::Refer(number) => format!("{:?}", list.refer(context, entry(number)).await),
        Ask::Admit(referral_number) => {
            let request = HandIn { referral_number };
            format!("{:?}", list.admit(context, request).await)
        }
        Ask::Leave(number) => format!("{:?}", list.leave(context, entry(number)).await),
        Ask::Position(number) => format!("{:?}", list.position(context, entry(number)).await),
        Ask::Movement(index) => {
            let organization = organization(index);
            format!("{:?}", list.movement(context, &organization, 0, 1000).await)
        }
    }
}

fn agree(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let folder = TempDir::new().unwrap();
    let rules = contract::waiting_list::rules().unwrap();
    let plain = ScriptedWaitingList::new(rules.clone());
    let database = Database::open(&folder.path().join("list.sqlite")).unwrap();
    let kept = SqliteWaitingList::new(database, rules);
    let clock = VirtualClock::at(Timestamp::EPOCH);

    let mut now = Timestamp::parse_rfc3339(START).unwrap();
    let mut key = 0;
    for (hours, repeats_key, ask) in steps {
        now = now
            .checked_add_micros(i64::from(hours) * 3_600_000_000)
            .unwrap();
        key += u32::from(!repeats_key);
        let context = CallContext::new(format!("key-{key}"), now);
        let expected = clock.run(answer(&plain, &context, &ask));
        let found = clock.run(answer(&kept, &context, &ask));
        prop_assert_eq!(found, expected, "{:?} at {}", ask, now);
        for organization in ORGANIZATIONS {
            let places = |list: &dyn WaitingList| {
                format!("{:?}", clock.run(list.places(&context, organization)))
            };
            prop_assert_eq!(places(&kept), places(&plain));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_list_in_a_file_answers_as_the_plain_one(steps in steps()) {
        agree(steps)?;
    }
}

#[test]
fn many_at_once_get_different_numbers_and_one_gets_the_place() {
    let folder = TempDir::new().unwrap();
    let rules = contract::waiting_list::rules().unwrap();
    let database = Database::open(&folder.path().join("list.sqlite")).unwrap();
    let list = Arc::new(SqliteWaitingList::new(database, rules));
    let now = Timestamp::parse_rfc3339(START).unwrap();
    let run = |work: &mut dyn FnMut(&VirtualClock)| work(&VirtualClock::at(now));
    run(&mut |clock| {
        let open = OpenPlaces {
            organization: ORGANIZATIONS[0].into(),
            count: 1,
        };
        let context = CallContext::new("open", now);
        clock.run(list.open_places(&context, open)).unwrap();
    });
    let threads: Vec<_> = (0..CHILDREN.len())
        .map(|child| {
            let list = Arc::clone(&list);
            std::thread::spawn(move || {
                let clock = VirtualClock::at(now);
                let request = Enter {
                    child: Iin::parse(CHILDREN[child]).unwrap(),
                    organization: ORGANIZATIONS[0].into(),
                    turn: Turn::General,
                    categories: Vec::new(),
                };
                let context = CallContext::new(format!("enter-{child}"), now);
                let number = clock
                    .run(list.enter(&context, request))
                    .unwrap()
                    .queue_number;
                let entry = Entry {
                    queue_number: number,
                };
                let context = CallContext::new(format!("check-{child}"), now);
                let found = clock.run(list.check_places(&context, entry)).unwrap();
                (number, found.place_available)
            })
        })
        .collect();
    let mut answers: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
    answers.sort_unstable();
    let numbers: Vec<u32> = answers.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=8).collect::<Vec<u32>>());
    assert_eq!(
        answers.iter().filter(|(_, available)| *available).count(),
        1
    );
}

#[test]
fn a_list_that_is_opened_again_goes_on_where_it_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("list.sqlite");
    let now = Timestamp::parse_rfc3339(START).unwrap();
    let clock = VirtualClock::at(now);
    let context = |key: &str| CallContext::new(key, now);
    let enter = || Enter {
        child: Iin::parse(CHILDREN[0]).unwrap(),
        organization: ORGANIZATIONS[0].into(),
        turn: Turn::First,
        categories: vec![PriorityCategory::Orphan],
    };
    let open = || {
        let rules = contract::waiting_list::rules().unwrap();
        SqliteWaitingList::new(Database::open(&path).unwrap(), rules)
    };
    let list = open();
    let places = OpenPlaces {
        organization: ORGANIZATIONS[0].into(),
        count: 1,
    };
    clock
        .run(list.open_places(&context("open"), places))
        .unwrap();
    let first = clock.run(list.enter(&context("enter"), enter())).unwrap();
    drop(list);
    let list = open();
    let again = clock.run(list.enter(&context("enter"), enter())).unwrap();
    assert_eq!(again, first);
    let entry = Entry {
        queue_number: first.queue_number,
    };
    clock
        .run(list.check_places(&context("check"), entry))
        .unwrap();
    drop(list);
    let list = open();
    let standing = clock
        .run(list.position(&context("position"), entry))
        .unwrap();
    assert_eq!(standing.queue_state, EntryState::Reserved);
}
