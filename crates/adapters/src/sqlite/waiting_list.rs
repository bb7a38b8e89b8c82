//! The waiting list: every change of an entry is one row of the movement and one count of places.

use async_trait::async_trait;
use reglament_adapter_api::CallContext;
use reglament_adapter_api::waiting_list::{
    Admitted, Enter, Entered, Entry, EntryState, HandIn, Movement, OpenPlaces, PlaceFound, Places,
    QueueNumber, Referral, ReferralIssued, Rules, Standing, Turn, WaitingList, WaitingListError,
};
use reglament_core::identifier::Iin;
use reglament_core::timer::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answers::once;
use super::database::{Database, failed};
use super::registers::parsed;

/// The waiting list in a file.
#[derive(Clone)]
pub struct SqliteWaitingList {
    database: Database,
    rules: Rules,
}

impl SqliteWaitingList {
    /// The list in this file.
    #[must_use]
    pub fn new(database: Database, rules: Rules) -> SqliteWaitingList {
        SqliteWaitingList { database, rules }
    }

    /// Runs an operation with an effect on the list as it is at the time of the call.
    async fn effect<Q, A>(
        &self,
        operation: &'static str,
        context: &CallContext,
        request: Q,
        work: fn(&List<'_>, &Q) -> Result<A, WaitingListError>,
    ) -> Result<A, WaitingListError>
    where
        Q: Serialize + Send + 'static,
        A: Serialize + DeserializeOwned + Send + 'static,
    {
        let (context, rules) = (context.clone(), self.rules.clone());
        self.database
            .transact(move |transaction| {
                once(transaction, operation, &context, &request, |transaction| {
                    let list = List::at(transaction, &rules, context.now)?;
                    work(&list, &request)
                })
            })
            .await
    }

    /// Runs an operation that only reads, except for the terms that have run out.
    async fn read<A, F>(&self, context: &CallContext, work: F) -> Result<A, WaitingListError>
    where
        A: Send + 'static,
        F: FnOnce(&List<'_>) -> Result<A, WaitingListError> + Send + 'static,
    {
        let (now, rules) = (context.now, self.rules.clone());
        self.database
            .transact(move |transaction| work(&List::at(transaction, &rules, now)?))
            .await
    }
}

/// The list within one transaction, its terms ended as of now.
struct List<'t> {
    transaction: &'t Transaction<'t>,
    rules: &'t Rules,
    now: Timestamp,
}

/// An entry as it is kept.
struct Record {
    number: QueueNumber,
    child: Iin,
    organization: String,
    turn: u8,
    state: EntryState,
    until: Option<Timestamp>,
}

/// The first turn comes before the general one.
fn rank(turn: Turn) -> u8 {
    match turn {
        Turn::First => 1,
        Turn::General => 2,
    }
}

fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<EntryState> {
    let text: String = row.get(column)?;
    serde_json::from_value(text.into()).map_err(|error| {
        let text = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, text, Box::new(error))
    })
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let until: Option<i64> = row.get(5)?;
    Ok(Record {
        number: row.get(0)?,
        child: parsed(row, 1)?,
        organization: row.get(2)?,
        turn: row.get(3)?,
        state: state(row, 4)?,
        until: until.map(Timestamp::from_micros),
    })
}

/// Whether an entry in this state has a place.
fn takes_place(state: EntryState) -> bool {
    match state {
        EntryState::Reserved | EntryState::Referred | EntryState::Admitted => true,
        EntryState::Waiting | EntryState::Void | EntryState::Left => false,
    }
}

impl<'t> List<'t> {
    fn at(
        transaction: &'t Transaction<'t>,
        rules: &'t Rules,
        now: Timestamp,
    ) -> Result<List<'t>, WaitingListError> {
        let list = List {
            transaction,
            rules,
            now,
        };
        list.end_terms()?;
        Ok(list)
    }

    /// Ends the reservations and referrals whose term has run out, in the order of their ends.
    fn end_terms(&self) -> Result<(), WaitingListError> {
        let sql = "SELECT number, child, organization, turn, state, until FROM entry
                   WHERE until < ?1 ORDER BY until, number";
        let ended = self.transaction.prepare_cached(sql).and_then(|mut rows| {
            let rows = rows.query_map([self.now.as_micros()], record)?;
            rows.collect::<rusqlite::Result<Vec<Record>>>()
        });
        for ended in ended.map_err(failed)? {
            let next = match ended.state {
                EntryState::Reserved => EntryState::Waiting,
                _ => EntryState::Void,
            };
            self.turn(ended.until.unwrap_or(self.now), &ended, next, None)?;
        }
        Ok(())
    }

    /// Changes the state of an entry: the only writer of states, places and movement.
    fn turn(
        &self,
        at: Timestamp,
        entry: &Record,
        next: EntryState,
        until: Option<Timestamp>,
    ) -> Result<(), WaitingListError> {
        let (before, after) = (takes_place(entry.state), takes_place(next));
        let taken = i64::from(after) - i64::from(before);
        let write = || {
            if taken != 0 {
                self.transaction
                    .prepare_cached("UPDATE organization SET taken = taken + ?2 WHERE name = ?1")?
                    .execute((&entry.organization, taken))?;
            }
            self.transaction
                .prepare_cached("UPDATE entry SET state = ?2, until = ?3 WHERE number = ?1")?
                .execute((
                    entry.number,
                    next.to_string(),
                    until.map(Timestamp::as_micros),
                ))?;
            self.record_movement(at, &entry.organization, entry.number, next)
        };
        Ok(write().map_err(failed)?)
    }

    fn record_movement(
        &self,
        at: Timestamp,
        organization: &str,
        number: QueueNumber,
        state: EntryState,
    ) -> rusqlite::Result<()> {
        let sql = "INSERT INTO movement (organization, entry, at, state) VALUES (?1, ?2, ?3, ?4)";
        let row = (organization, number, at.as_micros(), state.to_string());
        self.transaction.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    fn entry(&self, queue_number: QueueNumber) -> Result<Record, WaitingListError> {
        let sql = "SELECT number, child, organization, turn, state, until FROM entry
                   WHERE number = ?1";
        let found = self
            .transaction
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row([queue_number], record).optional());
        let found = found.map_err(failed)?;
        found.ok_or(WaitingListError::UnknownEntry { queue_number })
    }

    fn places(&self, organization: &str) -> Result<Places, WaitingListError> {
        let sql = "SELECT places, places - taken FROM organization WHERE name = ?1";
        let found = self.transaction.query_row(sql, [organization], |row| {
            Ok(Places {
                total: row.get(0)?,
                free: row.get(1)?,
            })
        });
        let found = found.optional().map_err(failed)?;
        found.ok_or_else(|| WaitingListError::UnknownOrganization {
            organization: organization.to_owned(),
        })
    }

    /// How many wait for the same organization before an entry; counted up to `limit`.
    fn before(&self, entry: &Record, limit: u32) -> Result<u32, WaitingListError> {
        let sql = "SELECT count(*) FROM (
                       SELECT 1 FROM entry
                       WHERE state = 'waiting' AND organization = ?1 AND (turn, number) < (?2, ?3)
                       LIMIT ?4)";
        let found = self
            .transaction
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let position = (&entry.organization, entry.turn, entry.number, limit);
                statement.query_row(position, |row| row.get(0))
            });
        Ok(found.map_err(failed)?)
    }

    fn standing(&self, entry: &Record) -> Result<Standing, WaitingListError> {
        let queue_position = match entry.state {
            EntryState::Waiting => Some(self.before(entry, u32::MAX)?.saturating_add(1)),
            _ => None,
        };
        Ok(Standing {
            queue_state: entry.state,
            queue_position,
        })
    }

    fn open_places(&self, request: &OpenPlaces) -> Result<Places, WaitingListError> {
        let sql = "INSERT INTO organization (name, places) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET places = places + excluded.places";
        let opened = (&request.organization, request.count);
        self.transaction.execute(sql, opened).map_err(failed)?;
        self.places(&request.organization)
    }

    fn enter(&self, request: &Enter) -> Result<Entered, WaitingListError> {
        if request.turn == Turn::First && request.categories.is_empty() {
            return Err(WaitingListError::NoCategory);
        }
        self.places(&request.organization)?;
        let sql = "SELECT number FROM entry
                   WHERE child = ?1 AND organization = ?2 AND state NOT IN ('void', 'left')";
        let same = (request.child.to_string(), &request.organization);
        let same = self.transaction.query_row(sql, same, |row| row.get(0));
        if let Some(queue_number) = same.optional().map_err(failed)? {
            return Err(WaitingListError::AlreadyEntered { queue_number });
        }
        let categories = request.categories.iter();
        let categories: Vec<String> = categories
            .map(|category| u8::from(*category).to_string())
            .collect();
        let sql = "INSERT INTO entry (number, child, organization, turn, categories, state)
                   SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4, 'waiting' FROM entry
                   RETURNING number";
        let row = (
            request.child.to_string(),
            &request.organization,
            rank(request.turn),
            categories.join(" "),
        );
        let entered = self.transaction.query_row(sql, row, |row| row.get(0));
        let queue_number = entered.map_err(failed)?;
        let organization = &request.organization;
        self.record_movement(self.now, organization, queue_number, EntryState::Waiting)
            .map_err(failed)?;
        Ok(Entered { queue_number })
    }

    fn check_places(&self, request: &Entry) -> Result<PlaceFound, WaitingListError> {
        let entry = self.entry(request.queue_number)?;
        let found = |until: Option<Timestamp>| PlaceFound {
            place_available: until.is_some(),
            place_reserved_until: until,
        };
        match entry.state {
            EntryState::Reserved | EntryState::Referred => Ok(found(entry.until)),
            EntryState::Waiting => {
                let free = self.places(&entry.organization)?.free;
                if free == 0 || self.before(&entry, free)? >= free {
                    return Ok(found(None));
                }
                let until = self.rules.reserved_until(self.now)?;
                self.turn(self.now, &entry, EntryState::Reserved, Some(until))?;
                Ok(found(Some(until)))
            }
            _ => Err(closed(&entry)),
        }
    }

    fn refer(&self, request: &Entry) -> Result<ReferralIssued, WaitingListError> {
        let entry = self.entry(request.queue_number)?;
        let referral = match entry.state {
            EntryState::Reserved => self.issue(&entry)?,
            EntryState::Referred => self.issued(&entry)?,
            EntryState::Waiting => {
                return Err(WaitingListError::NoPlace {
                    queue_number: entry.number,
                });
            }
            _ => return Err(closed(&entry)),
        };
        Ok(ReferralIssued { referral })
    }

    fn issue(&self, entry: &Record) -> Result<Referral, WaitingListError> {
        let (until, hand_in_until) = self.rules.referral_until(self.now)?;
        let issued_on = self.rules.day(self.now)?;
        let sql = "INSERT INTO referral (number, entry, issued_on, hand_in_until, until)
                   SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4 FROM referral
                   RETURNING number";
        let row = (
            entry.number,
            issued_on.to_string(),
            hand_in_until.to_string(),
            until.as_micros(),
        );
        let number = self.transaction.query_row(sql, row, |row| row.get(0));
        let number = number.map_err(failed)?;
        self.turn(self.now, entry, EntryState::Referred, Some(until))?;
        Ok(Referral {
            number,
            organization: entry.organization.clone(),
            child: entry.child,
            issued_on,
            hand_in_until,
        })
    }

    /// The last referral of an entry.
    fn issued(&self, entry: &Record) -> Result<Referral, WaitingListError> {
        let sql = "SELECT number, issued_on, hand_in_until FROM referral
                   WHERE entry = ?1 ORDER BY number DESC LIMIT 1";
        let issued = self.transaction.query_row(sql, [entry.number], |row| {
            Ok(Referral {
                number: row.get(0)?,
                organization: entry.organization.clone(),
                child: entry.child,
                issued_on: parsed(row, 1)?,
                hand_in_until: parsed(row, 2)?,
            })
        });
        Ok(issued.map_err(failed)?)
    }

    fn admit(&self, request: &HandIn) -> Result<Admitted, WaitingListError> {
        let referral_number = request.referral_number;
        let sql = "SELECT entry, until FROM referral WHERE number = ?1";
        let found = self.transaction.query_row(sql, [referral_number], |row| {
            Ok((row.get(0)?, Timestamp::from_micros(row.get(1)?)))
        });
        let found = found.optional().map_err(failed)?;
        let (number, since) = found.ok_or(WaitingListError::UnknownReferral { referral_number })?;
        let entry = self.entry(number)?;
        match entry.state {
            EntryState::Referred => {
                self.turn(self.now, &entry, EntryState::Admitted, None)?;
                Ok(Admitted {
                    queue_number: number,
                })
            }
            EntryState::Void => Err(WaitingListError::Void {
                referral_number,
                since,
            }),
            _ => Err(closed(&entry)),
        }
    }

    fn leave(&self, request: &Entry) -> Result<Standing, WaitingListError> {
        let entry = self.entry(request.queue_number)?;
        if matches!(entry.state, EntryState::Void | EntryState::Left) {
            return Err(closed(&entry));
        }
        self.turn(self.now, &entry, EntryState::Left, None)?;
        self.standing(&self.entry(request.queue_number)?)
    }

    fn movement(
        &self,
        organization: &str,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Movement>, WaitingListError> {
        self.places(organization)?;
        let sql = "SELECT at, entry, state FROM movement WHERE organization = ?1
                   ORDER BY id LIMIT ?3 OFFSET ?2";
        let read = || {
            let mut statement = self.transaction.prepare_cached(sql)?;
            let rows = statement.query_map((organization, skip, limit), |row| {
                Ok(Movement {
                    at: Timestamp::from_micros(row.get(0)?),
                    queue_number: row.get(1)?,
                    state: state(row, 2)?,
                })
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        Ok(read().map_err(failed)?)
    }
}

fn closed(entry: &Record) -> WaitingListError {
    WaitingListError::NotOpen {
        queue_number: entry.number,
        state: entry.state,
    }
}

#[async_trait]
impl WaitingList for SqliteWaitingList {
    async fn open_places(
        &self,
        context: &CallContext,
        request: OpenPlaces,
    ) -> Result<Places, WaitingListError> {
        self.effect("places.open", context, request, |list, request| {
            list.open_places(request)
        })
        .await
    }

    async fn enter(
        &self,
        context: &CallContext,
        request: Enter,
    ) -> Result<Entered, WaitingListError> {
        self.effect("queue.enter", context, request, |list, request| {
            list.enter(request)
        })
        .await
    }

    async fn check_places(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<PlaceFound, WaitingListError> {
        self.effect("places.check", context, request, |list, request| {
            list.check_places(request)
        })
        .await
    }

    async fn refer(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<ReferralIssued, WaitingListError> {
        self.effect("queue.refer", context, request, |list, request| {
            list.refer(request)
        })
        .await
    }

    async fn admit(
        &self,
        context: &CallContext,
        request: HandIn,
    ) -> Result<Admitted, WaitingListError> {
        self.effect("queue.admit", context, request, |list, request| {
            list.admit(request)
        })
        .await
    }

    async fn leave(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<Standing, WaitingListError> {
        self.effect("queue.leave", context, request, |list, request| {
            list.leave(request)
        })
        .await
    }

    async fn position(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<Standing, WaitingListError> {
        self.read(context, move |list| {
            list.standing(&list.entry(request.queue_number)?)
        })
        .await
    }

    async fn places(
        &self,
        context: &CallContext,
        organization: &str,
    ) -> Result<Places, WaitingListError> {
        let organization = organization.to_owned();
        self.read(context, move |list| list.places(&organization))
            .await
    }

    async fn movement(
        &self,
        context: &CallContext,
        organization: &str,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Movement>, WaitingListError> {
        let organization = organization.to_owned();
        self.read(context, move |list| {
            list.movement(&organization, skip, limit)
        })
        .await
    }
}
