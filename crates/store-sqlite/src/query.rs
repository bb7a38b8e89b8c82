//! Questions about rows, events and slots.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use reglament_runtime::history::Tag;
use reglament_runtime::store::{
    AnchorRow, AnswerRow, ArmQuery, CaseHead, Conversation, Counters, DataKeyRow, DefinitionRow,
    Digest, ElementInstanceId, EventRecord, JobRow, KeptQuery, KeyMatch, MessageRow, Position,
    Stats, Stored, StreamEvent, SubscriptionRow, Version,
};
use rusqlite::{OptionalExtension, Params, Result, Row, params};

use crate::name::Reader;
use crate::question::{DEFINITION, ELEMENT, PROCESS, Question};
use crate::slot::checksum;
use crate::table;
use crate::value::{
    count, instance, key, micros, number, read_at, read_instance, read_number, read_optional_at,
    read_position,
};

/// The columns of an event in the order in which they are read.
const ROWS: &str = "event.position, event.instance, event.seq, event.at, event.kind, event.hash, \
     event.bytes";

/// A stored instance, or that what is stored is damaged.
pub(crate) enum Loaded {
    /// It was never heard of, or it was erased.
    None,
    /// It is as it was written.
    Stored(Stored),
    /// Its state is not what was written.
    Damaged,
}

impl Reader {
    /// All rows of a question that is prepared once.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(parameters, |row| read(row))?;
        rows.collect()
    }

    /// The only row of a question, if there is one.
    fn one<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.db.prepare_cached(sql)?;
        statement.query_row(parameters, read).optional()
    }

    pub(crate) fn load(&self, id: InstanceId) -> Result<Loaded> {
        let found = self.one(
            "SELECT version, seq, hash, checksum, state FROM slot WHERE instance = ? AND NOT erased",
            [instance(id)],
            |row| {
                let sum: Option<[u8; 16]> = row.get(3)?;
                let state: Option<Vec<u8>> = row.get(4)?;
                let stored = Stored {
                    version: Version(read_number(row, 0)?),
                    seq: read_number(row, 1)?,
                    hash: Digest(row.get(2)?),
                    state: state.unwrap_or_default(),
                };
                Ok((sum, stored))
            },
        )?;
        Ok(match found {
            None => Loaded::None,
            Some((Some(sum), stored)) if sum != checksum(id, &stored.state) => Loaded::Damaged,
            Some((None, stored)) if !stored.state.is_empty() => Loaded::Damaged,
            Some((_, stored)) => Loaded::Stored(stored),
        })
    }

    pub(crate) fn version(&self, id: InstanceId) -> Result<Version> {
        let found = self.one(
            "SELECT version FROM slot WHERE instance = ?",
            [instance(id)],
            |row| read_number(row, 0),
        )?;
        Ok(Version(found.unwrap_or(0)))
    }

    pub(crate) fn events(
        &self,
        id: InstanceId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StreamEvent>> {
        let sql =
            format!("SELECT {ROWS} FROM event WHERE instance = ? AND seq > ? ORDER BY seq LIMIT ?");
        self.all(
            &sql,
            params![instance(id), number(after), count(limit)],
            |row| self.event(row),
        )
    }

    pub(crate) fn stream(&self, after: Position, limit: usize) -> Result<Vec<StreamEvent>> {
        let sql = format!("SELECT {ROWS} FROM event WHERE position > ? ORDER BY position LIMIT ?");
        self.all(&sql, [number(after.0), count(limit)], |row| self.event(row))
    }

    fn event(&self, row: &Row<'_>) -> Result<StreamEvent> {
        Ok(StreamEvent {
            position: read_position(row, 0)?,
            instance: read_instance(row, 1)?,
            record: EventRecord {
                seq: read_number(row, 2)?,
                at: read_at(row, 3)?,
                kind: self.name(row, 4)?,
                hash: Digest(row.get(5)?),
                bytes: row.get(6)?,
            },
        })
    }

    pub(crate) fn newest_position(&self) -> Result<Position> {
        self.db
            .prepare_cached("SELECT newest FROM store")?
            .query_row([], |row| read_position(row, 0))
    }

    pub(crate) fn due(
        &self,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(InstanceId, Timestamp)>> {
        self.all(
            "SELECT instance, due FROM slot WHERE due IS NOT NULL AND due <= ? \
             ORDER BY due, instance LIMIT ?",
            [micros(until), count(limit)],
            |row| Ok((read_instance(row, 0)?, read_at(row, 1)?)),
        )
    }

    pub(crate) fn next_due(&self) -> Result<Option<Timestamp>> {
        self.db
            .prepare_cached("SELECT min(due) FROM slot WHERE due IS NOT NULL")?
            .query_row([], |row| read_optional_at(row, 0))
    }

    pub(crate) fn activatable(
        &self,
        kind: &str,
        now: Timestamp,
        after: Option<(Timestamp, ElementInstanceId)>,
        limit: usize,
    ) -> Result<Vec<JobRow>> {
        let sql = format!(
            "SELECT {} FROM job WHERE kind = ? AND available_at IS NOT NULL AND available_at <= ? \
             AND (available_at, instance, key) > (?, ?, ?) \
             ORDER BY available_at, instance, key LIMIT ?",
            table::job::COLUMNS
        );
        let (at, case, element) = match after {
            Some((at, id)) => (micros(at), instance(id.instance), key(id.key)),
            None => (i64::MIN, i64::MIN, i64::MIN),
        };
        let parameters = params![kind, micros(now), at, case, element, count(limit)];
        self.all(&sql, parameters, |row| table::job::get(self, row))
    }

    pub(crate) fn next_job(
        &self,
        kinds: &[Arc<str>],
        after: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let mut statement = self.db.prepare_cached(
            "SELECT min(available_at) FROM job \
             WHERE kind = ? AND available_at IS NOT NULL AND available_at > ?",
        )?;
        let mut earliest = None;
        for kind in kinds {
            let next = statement
                .query_row(params![kind, micros(after)], |row| read_optional_at(row, 0))?;
            earliest = [earliest, next].into_iter().flatten().min();
        }
        Ok(earliest)
    }

    pub(crate) fn subscriptions(
        &self,
        query: &ArmQuery,
        limit: usize,
    ) -> Result<Vec<SubscriptionRow>> {
        let mut question = Question::new();
        match query {
            ArmQuery::Message { name, key, process } => {
                question.is("is_signal = 0 AND name = ?", name);
                if let Some(target) = process {
                    question.is(DEFINITION, target.definition.0);
                    question.is(PROCESS, &target.element);
                }
                with_key(&mut question, key);
            }
            ArmQuery::Element { target, key } => {
                question.and("is_signal = 0");
                question.is(DEFINITION, target.definition.0);
                question.is(ELEMENT, &target.element);
                with_key(&mut question, key);
            }
            ArmQuery::Signal { name, after, until } => {
                question.is("is_signal = 1 AND name = ?", name);
                question.is("number > ?", number(*after));
                question.is("number <= ?", number(*until));
            }
            ArmQuery::Instance(id) => question.is("instance = ?", instance(*id)),
        }
        let parts = ("subscription", table::subscription::COLUMNS, "number");
        question.first(self, parts, limit, table::subscription::get)
    }

    pub(crate) fn messages(&self, query: &KeptQuery, limit: usize) -> Result<Vec<MessageRow>> {
        let mut question = Question::new();
        match query {
            KeptQuery::All => {}
            KeptQuery::Named { name, key } => {
                question.is("routed = 1 AND target_element IS NULL AND name = ?", name);
                if let Some(key) = key {
                    question.is("correlation_key = ?", key);
                }
            }
            KeptQuery::At(target) => {
                question.is(
                    "routed = 1 AND target_element IS NOT NULL \
                     AND target_definition = (SELECT id FROM digest WHERE bytes = ?)",
                    target.definition.0,
                );
                question.is(
                    "target_element = (SELECT id FROM name WHERE text = ?)",
                    &target.element,
                );
            }
            KeptQuery::Unrouted(after) => question.is("routed = 0 AND number > ?", number(*after)),
            KeptQuery::Expired(until) => question.both(
                "number IN (SELECT number FROM message WHERE routed = 1 \
                 AND expires IS NOT NULL AND expires <= ? ORDER BY expires, number LIMIT ?)",
                micros(*until),
                count(limit),
            ),
            KeptQuery::Partner(partner) => question.is(
                "routed = 1 AND partner IS NOT NULL AND partner = ?",
                instance(*partner),
            ),
        }
        let parts = ("message", table::message::COLUMNS, "number");
        question.first(self, parts, limit, table::message::get)
    }

    pub(crate) fn conversations(&self, id: InstanceId) -> Result<Vec<Conversation>> {
        self.all(
            "SELECT instance, process, partner FROM conversation WHERE instance = ? \
             ORDER BY process",
            [instance(id)],
            table::reply::conversation,
        )
    }

    pub(crate) fn answer(&self, key: &str) -> Result<Option<AnswerRow>> {
        self.one(
            "SELECT key, command, answer, expires FROM answer WHERE key = ?",
            [key],
            table::reply::answer,
        )
    }

    pub(crate) fn expired_answers(&self, until: Timestamp, limit: usize) -> Result<Vec<Arc<str>>> {
        self.all(
            "SELECT key FROM answer WHERE expires <= ? ORDER BY expires, key LIMIT ?",
            [micros(until), count(limit)],
            |row| row.get(0),
        )
    }

    pub(crate) fn definitions(&self) -> Result<Vec<DefinitionRow>> {
        let columns = table::definition::COLUMNS;
        let sql = format!("SELECT {columns} FROM definition ORDER BY number");
        self.all(&sql, [], |row| table::definition::get(self, row))
    }

    pub(crate) fn cursor(&self, name: &str) -> Result<Option<Position>> {
        self.one(
            "SELECT position FROM cursor WHERE name = ?",
            [name],
            |row| read_position(row, 0),
        )
    }

    pub(crate) fn counters(&self) -> Result<Counters> {
        self.db
            .prepare_cached("SELECT instances, numbers FROM store")?
            .query_row([], |row| {
                Ok(Counters {
                    instances: read_number(row, 0)?,
                    numbers: read_number(row, 1)?,
                })
            })
    }

    pub(crate) fn data_keys(&self, id: InstanceId) -> Result<Vec<DataKeyRow>> {
        self.all(
            "SELECT instance, subject, person, wrapped FROM data_key WHERE instance = ? \
             ORDER BY subject",
            [instance(id)],
            table::key::get,
        )
    }

    pub(crate) fn data_keys_of(&self, person: Tag) -> Result<Vec<DataKeyRow>> {
        self.all(
            "SELECT instance, subject, person, wrapped FROM data_key WHERE person = ? \
             ORDER BY instance, subject",
            [*person.as_bytes()],
            table::key::get,
        )
    }

    pub(crate) fn anchors(&self) -> Result<Vec<AnchorRow>> {
        self.all(
            "SELECT position, at, root FROM anchor ORDER BY position",
            [],
            table::key::anchor,
        )
    }

    /// How far each instance after `after` reached when `at` was the newest position.
    pub(crate) fn heads(
        &self,
        at: Position,
        after: Option<InstanceId>,
        limit: usize,
    ) -> Result<Vec<CaseHead>> {
        let mut statement = self.db.prepare_cached(
            "SELECT instance, seq, hash, position, erased FROM slot \
             WHERE instance > ? AND seq > 0 ORDER BY instance",
        )?;
        let mut rows = statement.query([after.map_or(-1, instance)])?;
        let mut heads = Vec::new();
        while heads.len() < limit {
            let Some(row) = rows.next()? else { break };
            let newest = head(row)?;
            let is_erased: bool = row.get(4)?;
            if newest.position <= at {
                heads.push(newest);
            } else if let Some(earlier) = self.head_at(newest.instance, at)? {
                heads.push(earlier);
            } else if is_erased {
                heads.extend(self.tombstone_head(newest.instance)?);
            }
        }
        Ok(heads)
    }

    fn head_at(&self, id: InstanceId, at: Position) -> Result<Option<CaseHead>> {
        self.one(
            "SELECT instance, seq, hash, position FROM event \
             WHERE instance = ? AND position <= ? ORDER BY seq DESC LIMIT 1",
            [instance(id), number(at.0)],
            head,
        )
    }

    /// The first record that is left of an erased instance.
    fn tombstone_head(&self, id: InstanceId) -> Result<Option<CaseHead>> {
        self.one(
            "SELECT instance, seq, hash, position FROM event \
             WHERE instance = ? ORDER BY seq LIMIT 1",
            [instance(id)],
            head,
        )
    }

    /// Counts everything, which takes time in proportion to what there is.
    pub(crate) fn stats(&self) -> Result<Stats> {
        let count = |sql: &str| -> Result<u64> {
            self.db
                .prepare_cached(sql)?
                .query_row([], |row| read_number(row, 0))
        };
        let ended = count("SELECT count(*) FROM instance WHERE ended_at IS NOT NULL")?;
        Ok(Stats {
            running: count("SELECT count(*) FROM instance")?.saturating_sub(ended),
            ended,
            jobs: count("SELECT count(*) FROM job")?,
            tasks: count("SELECT count(*) FROM task")?,
            due: count("SELECT count(*) FROM slot WHERE due IS NOT NULL")?,
            subscriptions: count("SELECT count(*) FROM subscription")?,
            messages: count("SELECT count(*) FROM message")?,
            incidents: count("SELECT count(*) FROM incident")?,
            position: self.newest_position()?,
        })
    }
}

/// Reads the columns instance, seq, hash, position.
fn head(row: &Row<'_>) -> Result<CaseHead> {
    Ok(CaseHead {
        instance: read_instance(row, 0)?,
        seq: read_number(row, 1)?,
        hash: Digest(row.get(2)?),
        position: read_position(row, 3)?,
    })
}

fn with_key<'q>(question: &mut Question<'q>, key: &'q KeyMatch) {
    match key {
        KeyMatch::Is(key) => question.is("correlation_key = ?", key),
        KeyMatch::Absent => question.and("correlation_key IS NULL"),
        KeyMatch::Any => {}
    }
}
