//! The contract of [`WaitingList`].

use reglament_core::calendar::WorkCalendar;
use reglament_core::term::{Amount, Budget, Reading, Term, Unit};

use super::{Breach, Calls, at, day, equal, given, iin};
use crate::SystemError;
use crate::waiting_list::{
    Enter, Entered, Entry, EntryState, HandIn, OpenPlaces, PlaceFound, Places, PriorityCategory,
    QueueNumber, Rules, Standing, Turn, WaitingList, WaitingListError,
};

const ORGANIZATION: &str = "№ 999 мектепке дейінгі ұйым";
const CHILDREN: [&str; 5] = [
    "110520500312",
    "090311600006",
    "090312600001",
    "090313600007",
    "090314600002",
];

/// The rules that the list must have: a referral is handed in within 5 calendar days, a reservation
/// lasts 3 working days of Kazakhstan.
///
/// # Errors
/// None: the rules are right.
pub fn rules() -> Result<Rules, Breach> {
    let term = |literal: &str, number, unit| {
        let budget = Amount::whole(number).map(|amount| Budget { amount, unit });
        Term::new(literal, budget.map(Reading::of))
    };
    let calendar = WorkCalendar::builtin("kz").ok_or("there is a calendar 'kz'");
    let calendar = super::fixture("kz", calendar)?;
    let referral = term("5 күн", 5, Unit::Unqualified).read_days_as(Unit::CalendarDays);
    let reservation = term("үш жұмыс күні", 3, Unit::WorkingDays);
    let rules = Rules::new(referral, reservation, calendar.clone());
    super::fixture("terms", rules)
}

/// Asks an empty list.
///
/// # Errors
/// The first rule that does not hold.
pub async fn holds(list: &dyn WaitingList) -> Result<(), Breach> {
    let mut test = Test {
        list,
        calls: Calls::at("2013-09-02T04:00:00Z")?,
    };
    test.entering().await?;
    test.turns().await?;
    test.referral().await?;
    test.terms_that_run_out().await?;
    test.leaving().await?;
    test.movement().await
}

struct Test<'l> {
    list: &'l dyn WaitingList,
    calls: Calls,
}

fn entry(queue_number: QueueNumber) -> Entry {
    Entry { queue_number }
}

fn place(until: Option<&str>) -> Result<PlaceFound, Breach> {
    Ok(PlaceFound {
        place_available: until.is_some(),
        place_reserved_until: until.map(at).transpose()?,
    })
}

impl Test<'_> {
    fn request(&self, child: &str, turn: Turn) -> Result<Enter, Breach> {
        let categories = match turn {
            Turn::First => vec![PriorityCategory::Orphan],
            Turn::General => Vec::new(),
        };
        Ok(Enter {
            child: iin(child)?,
            organization: ORGANIZATION.into(),
            turn,
            categories,
        })
    }

    async fn enter(&mut self, child: &str, turn: Turn) -> Result<QueueNumber, Breach> {
        let request = self.request(child, turn)?;
        let found = self.list.enter(&self.calls.next(), request).await;
        given("a child is entered", found).map(|found| found.queue_number)
    }

    async fn stands(
        &mut self,
        rule: &str,
        number: QueueNumber,
        state: EntryState,
        position: Option<u32>,
    ) -> Result<(), Breach> {
        let found = self.list.position(&self.calls.next(), entry(number)).await;
        let expected = Standing {
            queue_state: state,
            queue_position: position,
        };
        equal(rule, &given(rule, found)?, &expected)
    }

    async fn check(
        &mut self,
        rule: &str,
        number: QueueNumber,
        until: Option<&str>,
    ) -> Result<(), Breach> {
        let found = self
            .list
            .check_places(&self.calls.next(), entry(number))
            .await;
        equal(rule, &given(rule, found)?, &place(until)?)
    }

    async fn places(&mut self, rule: &str, total: u32, free: u32) -> Result<(), Breach> {
        let found = self.list.places(&self.calls.next(), ORGANIZATION).await;
        equal(rule, &given(rule, found)?, &Places { total, free })
    }

    async fn entering(&mut self) -> Result<(), Breach> {
        let [first, second, ..] = CHILDREN;
        let rule = "an organization is unknown until places of it are opened";
        let request = self.request(first, Turn::General)?;
        let found = self.list.enter(&self.calls.next(), request.clone()).await;
        let organization = ORGANIZATION.into();
        let unknown = WaitingListError::UnknownOrganization { organization };
        equal(rule, &found, &Err(unknown))?;
        let open = OpenPlaces {
            organization: ORGANIZATION.into(),
            count: 1,
        };
        let context = self.calls.next();
        for rule in ["places are opened", "places are opened once for each key"] {
            let found = self.list.open_places(&context, open.clone()).await;
            equal(rule, &given(rule, found)?, &Places { total: 1, free: 1 })?;
        }

        let rule = "numbers begin at 1, and a repeated call enters nobody";
        let context = self.calls.next();
        for _ in 0..2 {
            let found = self.list.enter(&context, request.clone()).await;
            equal(rule, &given(rule, found)?, &Entered { queue_number: 1 })?;
        }
        let rule = "a key is not used for another child";
        let other = self.request(second, Turn::General)?;
        let found = self.list.enter(&context, other).await;
        let key = context.key.to_string();
        equal(rule, &found, &Err(SystemError::KeyReused { key }.into()))?;

        let rule = "a child is in the queue of an organization once";
        let found = self.list.enter(&self.calls.next(), request).await;
        let already = WaitingListError::AlreadyEntered { queue_number: 1 };
        equal(rule, &found, &Err(already))?;

        let rule = "the first turn needs a category";
        let mut request = self.request(second, Turn::First)?;
        request.categories.clear();
        let found = self.list.enter(&self.calls.next(), request).await;
        equal(rule, &found, &Err(WaitingListError::NoCategory))
    }

    /// After it: 3 (first turn) has a reservation, 1, 2 and 4 wait.
    async fn turns(&mut self) -> Result<(), Breach> {
        let [_, second, third, fourth, _] = CHILDREN;
        let rule = "the first turn comes before the general one, then the lower number";
        let found = self.enter(second, Turn::General).await?;
        equal("numbers have no gaps", &found, &2)?;
        self.enter(third, Turn::First).await?;
        self.enter(fourth, Turn::First).await?;
        for (number, position) in [(3, 1), (4, 2), (1, 3), (2, 4)] {
            self.stands(rule, number, EntryState::Waiting, Some(position))
                .await?;
        }

        let rule = "an entry gets a place when it is its turn, and not before";
        self.check(rule, 1, None).await?;
        self.check(rule, 4, None).await?;
        // Monday; three working days end with Thursday, which is Friday 00:00 in the zone.
        let until = Some("2013-09-05T18:00:00Z");
        self.check(rule, 3, until).await?;
        self.check("a reservation stays as it is", 3, until).await?;
        self.places("a reserved place is not free", 1, 0).await?;

        let rule = "a place is reserved for one entry";
        self.check(rule, 4, None).await?;
        self.stands(rule, 4, EntryState::Waiting, Some(1)).await?;

        let rule = "an entry without a reservation is not referred";
        let found = self.list.refer(&self.calls.next(), entry(4)).await;
        equal(
            rule,
            &found,
            &Err(WaitingListError::NoPlace { queue_number: 4 }),
        )
    }

    /// After it: 3 is admitted, 4 has a reservation from the second place.
    async fn referral(&mut self) -> Result<(), Breach> {
        let rule = "a referral is issued for the reserved place, once";
        let context = self.calls.next();
        let first = given(rule, self.list.refer(&context, entry(3)).await)?.referral;
        let again = given(rule, self.list.refer(&self.calls.next(), entry(3)).await)?.referral;
        equal(rule, &again, &first)?;
        equal(rule, &first.number, &1)?;
        equal(rule, &first.issued_on, &day("2013-09-02")?)?;
        equal(
            "five days after the day of issue",
            &first.hand_in_until,
            &day("2013-09-07")?,
        )?;
        self.stands(rule, 3, EntryState::Referred, None).await?;

        let rule = "a referral is handed in up to the last instant of its term";
        self.calls.now = at("2013-09-07T18:00:00Z")?;
        let hand_in = HandIn { referral_number: 1 };
        let found = self.list.admit(&self.calls.next(), hand_in).await;
        equal(rule, &given(rule, found)?.queue_number, &3)?;
        let found = self.list.admit(&self.calls.next(), hand_in).await;
        let closed = WaitingListError::NotOpen {
            queue_number: 3,
            state: EntryState::Admitted,
        };
        equal("a referral is handed in once", &found, &Err(closed))?;
        let unknown = HandIn { referral_number: 9 };
        let found = self.list.admit(&self.calls.next(), unknown).await;
        let expected = Err(WaitingListError::UnknownReferral { referral_number: 9 });
        equal(
            "only a referral that was issued is handed in",
            &found,
            &expected,
        )?;

        let rule = "a new place goes to the first who waits";
        let open = OpenPlaces {
            organization: ORGANIZATION.into(),
            count: 1,
        };
        let found = self.list.open_places(&self.calls.next(), open).await;
        equal(rule, &given(rule, found)?, &Places { total: 2, free: 1 })?;
        self.check(rule, 1, None).await?;
        // Saturday 8 September in the zone; Monday to Wednesday.
        self.check(rule, 4, Some("2013-09-11T18:00:00Z")).await
    }

    /// After it: 4 is void, 1 has a reservation.
    async fn terms_that_run_out(&mut self) -> Result<(), Breach> {
        let rule = "a reservation that runs out gives the place back, and the entry waits again";
        self.calls.now = at("2013-09-11T18:00:00Z")?;
        self.stands(
            "a term lasts to its last instant",
            4,
            EntryState::Reserved,
            None,
        )
        .await?;
        self.calls.now = at("2013-09-11T18:00:00.000001Z")?;
        self.stands(rule, 4, EntryState::Waiting, Some(1)).await?;
        self.places(rule, 2, 1).await?;

        let rule = "a referral that is not handed in is void, its place goes to the next";
        self.check(rule, 4, Some("2013-09-17T18:00:00Z")).await?;
        let found = self.list.refer(&self.calls.next(), entry(4)).await;
        let referral = given(rule, found)?.referral;
        equal("referrals are numbered without gaps", &referral.number, &2)?;
        self.calls.now = at("2013-09-20T00:00:00Z")?;
        let hand_in = HandIn { referral_number: 2 };
        let found = self.list.admit(&self.calls.next(), hand_in).await;
        let since = at("2013-09-17T18:00:00Z")?;
        let void = WaitingListError::Void {
            referral_number: 2,
            since,
        };
        equal(rule, &found, &Err(void))?;
        self.stands(rule, 4, EntryState::Void, None).await?;
        let found = self.list.check_places(&self.calls.next(), entry(4)).await;
        let closed = WaitingListError::NotOpen {
            queue_number: 4,
            state: EntryState::Void,
        };
        equal("who did not come applies again", &found, &Err(closed))?;
        self.stands(rule, 1, EntryState::Waiting, Some(1)).await?;
        self.check(rule, 1, Some("2013-09-25T18:00:00Z")).await
    }

    async fn leaving(&mut self) -> Result<(), Breach> {
        let rule = "who leaves gives the place back";
        let found = self.list.leave(&self.calls.next(), entry(3)).await;
        equal(rule, &given(rule, found)?.queue_state, &EntryState::Left)?;
        self.places(rule, 2, 1).await?;
        self.stands(rule, 2, EntryState::Waiting, Some(1)).await?;

        let rule = "who has left cannot leave again";
        let found = self.list.leave(&self.calls.next(), entry(3)).await;
        let closed = WaitingListError::NotOpen {
            queue_number: 3,
            state: EntryState::Left,
        };
        equal(rule, &found, &Err(closed))?;

        let rule = "who has left or did not come may apply again, under a new number";
        let [_, _, third, fourth, fifth] = CHILDREN;
        for (child, number) in [(third, 5), (fourth, 6), (fifth, 7)] {
            let found = self.enter(child, Turn::General).await?;
            equal(rule, &found, &number)?;
        }
        let rule = "an entry that nobody made is told";
        let found = self.list.position(&self.calls.next(), entry(8)).await;
        let expected = Err(WaitingListError::UnknownEntry { queue_number: 8 });
        equal(rule, &found, &expected)
    }

    async fn movement(&mut self) -> Result<(), Breach> {
        use EntryState::{Admitted, Left, Referred, Reserved, Void, Waiting};
        let rule = "every change is in the movement of the queue, with the instant it happened";
        let expected = [
            (1, Waiting, "2013-09-02T04:00:00Z"),
            (2, Waiting, "2013-09-02T04:00:00Z"),
            (3, Waiting, "2013-09-02T04:00:00Z"),
            (4, Waiting, "2013-09-02T04:00:00Z"),
            (3, Reserved, "2013-09-02T04:00:00Z"),
            (3, Referred, "2013-09-02T04:00:00Z"),
            (3, Admitted, "2013-09-07T18:00:00Z"),
            (4, Reserved, "2013-09-07T18:00:00Z"),
            (4, Waiting, "2013-09-11T18:00:00Z"),
            (4, Reserved, "2013-09-11T18:00:00.000001Z"),
            (4, Referred, "2013-09-11T18:00:00.000001Z"),
            (4, Void, "2013-09-17T18:00:00Z"),
            (1, Reserved, "2013-09-20T00:00:00Z"),
            (3, Left, "2013-09-20T00:00:00Z"),
            (5, Waiting, "2013-09-20T00:00:00Z"),
            (6, Waiting, "2013-09-20T00:00:00Z"),
            (7, Waiting, "2013-09-20T00:00:00Z"),
        ];
        let context = self.calls.next();
        let found = self.list.movement(&context, ORGANIZATION, 0, 100).await;
        let found: Vec<_> = given(rule, found)?
            .into_iter()
            .map(|step| (step.queue_number, step.state, step.at.to_string()))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(number, state, at)| (number, state, at.to_owned()))
            .collect();
        equal(rule, &found, &expected)?;
        let rule = "the movement is read in pages";
        let page = self.list.movement(&context, ORGANIZATION, 6, 2).await;
        let page = given(rule, page)?;
        let states: Vec<_> = page.iter().map(|step| step.state).collect();
        equal(rule, &states, &vec![Admitted, Reserved])
    }
}
