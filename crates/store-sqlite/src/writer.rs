//! The one thread that writes.
//!
//! It takes one request after the other; a group of batches is one transaction and one sync of the
//! write-ahead log. Readers have connections of their own and never wait for it.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use reglament_runtime::store::{Batch, Change, Conflict, Fence, IndexChange, Position, StoreError};
use rusqlite::{Connection, Result as SqlResult, params};
use tokio::sync::oneshot;

use crate::error::{from_commit, from_sqlite};
use crate::lock::WriteLock;
use crate::name::Names;
use crate::slot::Slot;
use crate::table;
use crate::value::{instance, micros, number, read_number};

/// What a request is answered through.
type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What became of the batches of a group.
type Answers = Vec<Result<Position, Conflict>>;

enum Request {
    Acquire(Reply<Fence>),
    Commit(Vec<Batch>, Reply<Answers>),
}

/// The writing end of a store. Dropping it waits until everything that was asked for is written.
#[derive(Debug)]
pub(crate) struct WriterHandle {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl WriterHandle {
    /// Starts the thread, which owns the connection and the lock.
    pub(crate) fn start(db: Connection, lock: WriteLock) -> std::io::Result<Self> {
        let (requests, inbox) = channel();
        let writer = Writer {
            db,
            _lock: lock,
            names: Names::default(),
            has_stale_log: false,
            is_broken: false,
        };
        let thread = std::thread::Builder::new()
            .name("reglament-sqlite-writer".to_owned())
            .spawn(move || writer.serve(&inbox))?;
        Ok(Self {
            requests: Some(requests),
            thread: Some(thread),
        })
    }

    pub(crate) fn acquire(&self) -> oneshot::Receiver<Result<Fence, StoreError>> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Acquire(reply));
        answer
    }

    pub(crate) fn commit(
        &self,
        group: Vec<Batch>,
    ) -> oneshot::Receiver<Result<Answers, StoreError>> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Commit(group, reply));
        answer
    }

    /// A thread that is gone drops the request, and with it the reply: whoever waits for it learns it.
    fn send(&self, request: Request) {
        if let Some(requests) = &self.requests {
            let _ = requests.send(request);
        }
    }
}

impl Drop for WriterHandle {
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Writer {
    db: Connection,
    /// Released when the thread ends.
    _lock: WriteLock,
    names: Names,
    /// Whether a data key was shredded and old pages of it may still be in the log.
    has_stale_log: bool,
    /// Whether a transaction could not be rolled back.
    is_broken: bool,
}

impl Writer {
    fn serve(mut self, inbox: &Receiver<Request>) {
        while let Ok(request) = inbox.recv() {
            // Nobody may wait for the answer any more; the work is done all the same.
            match request {
                Request::Acquire(reply) => {
                    let _ = reply.send(self.acquire());
                }
                Request::Commit(group, reply) => {
                    let _ = reply.send(self.commit(&group));
                }
            }
        }
        // The log becomes part of the file, so a plain copy of a closed store is whole.
        if let Err(error) = self.truncate_log() {
            tracing::warn!(%error, "the log stays beside the file");
        }
    }

    fn acquire(&mut self) -> Result<Fence, StoreError> {
        self.transaction(|writer| {
            let db = &writer.db;
            table::run(db, "UPDATE store SET fence = fence + 1", [])?;
            db.query_row("SELECT fence FROM store", [], |row| read_number(row, 0))
                .map(Fence)
        })
    }

    fn commit(&mut self, group: &[Batch]) -> Result<Answers, StoreError> {
        let shreds = group
            .iter()
            .flat_map(|batch| &batch.indexes)
            .any(|change| matches!(change, IndexChange::DataKey(row) if row.wrapped.is_none()));
        if shreds {
            self.overwrite_deleted("ON")?;
        }
        let answers = self.transaction(|writer| writer.write(group));
        if shreds {
            self.overwrite_deleted("FAST")?;
            self.has_stale_log |= answers.is_ok();
        }
        if self.has_stale_log && self.truncate_log().is_ok() {
            self.has_stale_log = false;
        }
        answers
    }

    /// Runs `work` in a transaction that is committed when it succeeds and rolled back when not.
    fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> SqlResult<T>,
    ) -> Result<T, StoreError> {
        if self.is_broken {
            return Err(StoreError::unavailable(
                "the store has stopped writing after a failure: open it again",
            ));
        }
        self.db
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(from_sqlite)?;
        let done = work(self).map_err(from_sqlite).and_then(|value| {
            self.db.execute_batch("COMMIT").map_err(from_commit)?;
            Ok(value)
        });
        match &done {
            Ok(_) => self.names.keep(),
            Err(_) => self.roll_back(),
        }
        done
    }

    fn roll_back(&mut self) {
        self.names.forget();
        // SQLite rolls back by itself after some failures.
        if !self.db.is_autocommit() && self.db.execute_batch("ROLLBACK").is_err() {
            self.is_broken = true;
        }
    }

    fn write(&mut self, group: &[Batch]) -> SqlResult<Answers> {
        let (fence, mut newest) = self
            .db
            .prepare_cached("SELECT fence, newest FROM store")?
            .query_row([], |row| {
                Ok((Fence(read_number(row, 0)?), Position(read_number(row, 1)?)))
            })?;
        let before = newest;
        let mut answers = Vec::with_capacity(group.len());
        for batch in group {
            if batch.fence == fence {
                answers.push(self.write_batch(batch, &mut newest)?);
            } else {
                answers.push(Err(Conflict::Fenced {
                    held: batch.fence,
                    newest: fence,
                }));
            }
        }
        if newest != before {
            table::run(&self.db, "UPDATE store SET newest = ?", [number(newest.0)])?;
        }
        Ok(answers)
    }

    fn write_batch(
        &mut self,
        batch: &Batch,
        newest: &mut Position,
    ) -> SqlResult<Result<Position, Conflict>> {
        let db = &self.db;
        let known = Slot::read(db, batch.instance)?;
        let mut slot = known.unwrap_or_default();
        if slot.version != batch.expected_version {
            return Ok(Err(Conflict::Version {
                instance: batch.instance,
                expected: batch.expected_version,
                found: slot.version,
            }));
        }
        slot.version = slot.version.next();
        if batch.state == Change::Erase {
            table::erase(db, batch.instance)?;
        }
        let mut insert = db.prepare_cached(
            "INSERT INTO event (position, instance, seq, at, kind, hash, bytes) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?;
        for record in &batch.events {
            newest.0 += 1;
            insert.execute(params![
                number(newest.0),
                instance(batch.instance),
                number(record.seq),
                micros(record.at),
                self.names.name(db, &record.kind)?,
                record.hash.0,
                record.bytes,
            ])?;
            (slot.seq, slot.hash, slot.position) = (record.seq, record.hash, *newest);
        }
        drop(insert);
        slot.write(db, batch, known.is_none())?;
        for change in &batch.indexes {
            table::apply(db, &mut self.names, batch.instance, change)?;
        }
        Ok(Ok(*newest))
    }

    fn overwrite_deleted(&self, how: &str) -> Result<(), StoreError> {
        self.db
            .pragma_update(None, "secure_delete", how)
            .map_err(from_sqlite)
    }

    /// Moves the log into the file and empties it; an error while somebody still reads from it.
    fn truncate_log(&self) -> Result<(), StoreError> {
        let is_busy: bool = self
            .db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(from_sqlite)?;
        if is_busy {
            return Err(StoreError::unavailable("somebody still reads from the log"));
        }
        Ok(())
    }
}
