//! The waiting list in memory, written for plainness: other implementations are compared with it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use reglament_core::timer::Timestamp;

use super::{Script, lock};
use crate::CallContext;
use crate::waiting_list::{
    Admitted, Enter, Entered, Entry, EntryState, HandIn, Movement, OpenPlaces, PlaceFound, Places,
    QueueNumber, Referral, ReferralIssued, Rules, Standing, Turn, WaitingList, WaitingListError,
};

/// The waiting list in memory.
pub struct ScriptedWaitingList {
    /// Directs [`WaitingList::open_places`].
    pub open_places: Script<OpenPlaces, Places, WaitingListError>,
    /// Directs [`WaitingList::enter`].
    pub enter: Script<Enter, Entered, WaitingListError>,
    /// Directs [`WaitingList::check_places`].
    pub check_places: Script<Entry, PlaceFound, WaitingListError>,
    /// Directs [`WaitingList::refer`].
    pub refer: Script<Entry, ReferralIssued, WaitingListError>,
    /// Directs [`WaitingList::admit`].
    pub admit: Script<HandIn, Admitted, WaitingListError>,
    /// Directs [`WaitingList::leave`].
    pub leave: Script<Entry, Standing, WaitingListError>,
    /// Directs [`WaitingList::position`].
    pub position: Script<Entry, Standing, WaitingListError>,
    rules: Rules,
    list: Mutex<List>,
}

/// Everything there is; an entry of number n is the n-th.
#[derive(Default)]
struct List {
    places: BTreeMap<String, u32>,
    entries: Vec<Record>,
    referrals: Vec<(QueueNumber, Referral, Timestamp)>,
    movements: Vec<(String, Movement)>,
}

struct Record {
    request: Enter,
    state: EntryState,
    /// When the reservation or referral ends.
    until: Option<Timestamp>,
}

impl ScriptedWaitingList {
    /// An empty list.
    #[must_use]
    pub fn new(rules: Rules) -> ScriptedWaitingList {
        ScriptedWaitingList {
            open_places: Script::default(),
            enter: Script::default(),
            check_places: Script::default(),
            refer: Script::default(),
            admit: Script::default(),
            leave: Script::default(),
            position: Script::default(),
            rules,
            list: Mutex::default(),
        }
    }

    /// The list as it is at an instant.
    fn list_at(&self, now: Timestamp) -> std::sync::MutexGuard<'_, List> {
        let mut list = lock(&self.list);
        list.end_terms(now);
        list
    }
}

impl List {
    /// Ends the reservations and referrals whose term has run out.
    fn end_terms(&mut self, now: Timestamp) {
        let mut ended: Vec<(Timestamp, QueueNumber)> = (1..)
            .zip(&self.entries)
            .filter_map(|(number, record)| Some((record.until?, number)))
            .filter(|(until, _)| now > *until)
            .collect();
        ended.sort_unstable();
        for (until, number) in ended {
            let state = match self.state(number) {
                Some(EntryState::Reserved) => EntryState::Waiting,
                _ => EntryState::Void,
            };
            self.turn(until, number, state, None);
        }
    }

    fn state(&self, number: QueueNumber) -> Option<EntryState> {
        self.record(number).ok().map(|record| record.state)
    }

    fn record(&self, number: QueueNumber) -> Result<&Record, WaitingListError> {
        let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let record = index.and_then(|index| self.entries.get(index));
        record.ok_or(WaitingListError::UnknownEntry {
            queue_number: number,
        })
    }

    fn turn(
        &mut self,
        at: Timestamp,
        number: QueueNumber,
        state: EntryState,
        until: Option<Timestamp>,
    ) {
        let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let Some(record) = index.and_then(|index| self.entries.get_mut(index)) else {
            return;
        };
        record.state = state;
        record.until = until;
        let movement = Movement {
            at,
            queue_number: number,
            state,
        };
        self.movements
            .push((record.request.organization.clone(), movement));
    }

    fn places(&self, organization: &str) -> Result<Places, WaitingListError> {
        let total = self.places.get(organization).copied();
        let total = total.ok_or_else(|| WaitingListError::UnknownOrganization {
            organization: organization.to_owned(),
        })?;
        let holds = |record: &&Record| {
            record.request.organization == organization
                && matches!(
                    record.state,
                    EntryState::Reserved | EntryState::Referred | EntryState::Admitted
                )
        };
        let taken = u32::try_from(self.entries.iter().filter(holds).count()).unwrap_or(u32::MAX);
        Ok(Places {
            total,
            free: total.saturating_sub(taken),
        })
    }

    /// The place of a waiting entry among those that wait for the same organization.
    fn position(&self, number: QueueNumber, record: &Record) -> u32 {
        let own = (record.request.turn, number);
        let is_before = |(other, other_record): &(QueueNumber, &Record)| {
            other_record.state == EntryState::Waiting
                && other_record.request.organization == record.request.organization
                && (other_record.request.turn, *other) < own
        };
        let before = (1..).zip(&self.entries).filter(is_before).count();
        u32::try_from(before).map_or(u32::MAX, |before| before.saturating_add(1))
    }

    fn standing(&self, number: QueueNumber) -> Result<Standing, WaitingListError> {
        let record = self.record(number)?;
        let is_waiting = record.state == EntryState::Waiting;
        Ok(Standing {
            queue_state: record.state,
            queue_position: is_waiting.then(|| self.position(number, record)),
        })
    }

    fn enter(&mut self, now: Timestamp, request: &Enter) -> Result<Entered, WaitingListError> {
        if request.turn == Turn::First && request.categories.is_empty() {
            return Err(WaitingListError::NoCategory);
        }
        self.places(&request.organization)?;
        let is_same = |(_, record): &(QueueNumber, &Record)| {
            record.request.child == request.child
                && record.request.organization == request.organization
                && !matches!(record.state, EntryState::Void | EntryState::Left)
        };
        if let Some((queue_number, _)) = (1..).zip(&self.entries).find(is_same) {
            return Err(WaitingListError::AlreadyEntered { queue_number });
        }
        self.entries.push(Record {
            request: request.clone(),
            state: EntryState::Waiting,
            until: None,
        });
        let queue_number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.turn(now, queue_number, EntryState::Waiting, None);
        Ok(Entered { queue_number })
    }

    fn check_places(
        &mut self,
        rules: &Rules,
        now: Timestamp,
        number: QueueNumber,
    ) -> Result<PlaceFound, WaitingListError> {
        let record = self.record(number)?;
        match record.state {
            EntryState::Reserved | EntryState::Referred => Ok(PlaceFound {
                place_available: true,
                place_reserved_until: record.until,
            }),
            EntryState::Waiting => {
                let free = self.places(&record.request.organization)?.free;
                if self.position(number, record) > free {
                    return Ok(PlaceFound {
                        place_available: false,
                        place_reserved_until: None,
                    });
                }
                let until = rules.reserved_until(now)?;
                self.turn(now, number, EntryState::Reserved, Some(until));
                Ok(PlaceFound {
                    place_available: true,
                    place_reserved_until: Some(until),
                })
            }
            state => Err(WaitingListError::NotOpen {
                queue_number: number,
                state,
            }),
        }
    }

    fn refer(
        &mut self,
        rules: &Rules,
        now: Timestamp,
        number: QueueNumber,
    ) -> Result<ReferralIssued, WaitingListError> {
        let record = self.record(number)?;
        match record.state {
            EntryState::Waiting => Err(WaitingListError::NoPlace {
                queue_number: number,
            }),
            EntryState::Referred => {
                let issued = self.referrals.iter().rev();
                let mut issued = issued.filter(|(entry, ..)| *entry == number);
                let referral = issued.next().map(|(_, referral, _)| referral.clone());
                let referral = referral.ok_or(WaitingListError::NoPlace {
                    queue_number: number,
                })?;
                Ok(ReferralIssued { referral })
            }
            EntryState::Reserved => {
                let (until, hand_in_until) = rules.referral_until(now)?;
                let referral = Referral {
                    number: u32::try_from(self.referrals.len() + 1).unwrap_or(u32::MAX),
                    organization: record.request.organization.clone(),
                    child: record.request.child,
                    issued_on: rules.day(now)?,
                    hand_in_until,
                };
                self.referrals.push((number, referral.clone(), until));
                self.turn(now, number, EntryState::Referred, Some(until));
                Ok(ReferralIssued { referral })
            }
            state => Err(WaitingListError::NotOpen {
                queue_number: number,
                state,
            }),
        }
    }

    fn admit(
        &mut self,
        now: Timestamp,
        referral_number: u32,
    ) -> Result<Admitted, WaitingListError> {
        let mut referrals = self.referrals.iter();
        let found = referrals.find(|(_, referral, _)| referral.number == referral_number);
        let (queue_number, _, until) =
            found.ok_or(WaitingListError::UnknownReferral { referral_number })?;
        let (queue_number, until) = (*queue_number, *until);
        match self.record(queue_number)?.state {
            EntryState::Referred => {
                self.turn(now, queue_number, EntryState::Admitted, None);
                Ok(Admitted { queue_number })
            }
            EntryState::Void => Err(WaitingListError::Void {
                referral_number,
                since: until,
            }),
            state => Err(WaitingListError::NotOpen {
                queue_number,
                state,
            }),
        }
    }

    fn leave(&mut self, now: Timestamp, number: QueueNumber) -> Result<Standing, WaitingListError> {
        let state = self.record(number)?.state;
        if matches!(state, EntryState::Void | EntryState::Left) {
            return Err(WaitingListError::NotOpen {
                queue_number: number,
                state,
            });
        }
        self.turn(now, number, EntryState::Left, None);
        self.standing(number)
    }
}

#[async_trait]
impl WaitingList for ScriptedWaitingList {
    async fn open_places(
        &self,
        context: &CallContext,
        request: OpenPlaces,
    ) -> Result<Places, WaitingListError> {
        let answer = |request: &OpenPlaces| {
            let mut list = self.list_at(context.now);
            let total = list.places.entry(request.organization.clone()).or_default();
            *total = total.saturating_add(request.count);
            list.places(&request.organization)
        };
        self.open_places.effect(context, request, answer).await
    }

    async fn enter(
        &self,
        context: &CallContext,
        request: Enter,
    ) -> Result<Entered, WaitingListError> {
        let answer = |request: &Enter| self.list_at(context.now).enter(context.now, request);
        self.enter.effect(context, request, answer).await
    }

    async fn check_places(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<PlaceFound, WaitingListError> {
        let answer = |request: &Entry| {
            let mut list = self.list_at(context.now);
            list.check_places(&self.rules, context.now, request.queue_number)
        };
        self.check_places.effect(context, request, answer).await
    }

    async fn refer(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<ReferralIssued, WaitingListError> {
        let answer = |request: &Entry| {
            let mut list = self.list_at(context.now);
            list.refer(&self.rules, context.now, request.queue_number)
        };
        self.refer.effect(context, request, answer).await
    }

    async fn admit(
        &self,
        context: &CallContext,
        request: HandIn,
    ) -> Result<Admitted, WaitingListError> {
        let answer = |request: &HandIn| {
            let mut list = self.list_at(context.now);
            list.admit(context.now, request.referral_number)
        };
        self.admit.effect(context, request, answer).await
    }

    async fn leave(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<Standing, WaitingListError> {
        let answer = |request: &Entry| {
            let mut list = self.list_at(context.now);
            list.leave(context.now, request.queue_number)
        };
        self.leave.effect(context, request, answer).await
    }

    async fn position(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<Standing, WaitingListError> {
        let answer = |request: &Entry| self.list_at(context.now).standing(request.queue_number);
        self.position.read(context, request, answer).await
    }

    async fn places(
        &self,
        context: &CallContext,
        organization: &str,
    ) -> Result<Places, WaitingListError> {
        self.list_at(context.now).places(organization)
    }

    async fn movement(
        &self,
        context: &CallContext,
        organization: &str,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Movement>, WaitingListError> {
        let list = self.list_at(context.now);
        list.places(organization)?;
        let of_organization = list
            .movements
            .iter()
            .filter(|(of, _)| of == organization)
            .map(|(_, movement)| movement.clone());
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(of_organization.skip(skip).take(limit).collect())
    }
}
