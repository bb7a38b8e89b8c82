//! The store itself: questions go to the readers, commits to the writer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use reglament_runtime::history::Tag;
use reglament_runtime::store::{
    AnchorRow, AnswerRow, ArmQuery, Batch, BoxFuture, CaseHead, Conflict, Conversation, Counters,
    DataKeyRow, DefinitionRow, ElementInstanceId, Fence, IncidentQuery, IncidentRow, InstanceQuery,
    InstanceRow, JobQuery, JobRow, KeptQuery, MessageRow, Page, Paging, Position, Stats, Store,
    StoreError, Stored, StreamEvent, SubscriptionRow, TaskQuery, TaskRow, TermQuery, TermRow,
    Version,
};
use tokio::sync::oneshot;

use crate::error::{OpenError, from_sqlite};
use crate::name::Reader;
use crate::open::{self, SqliteOptions};
use crate::pool::ReaderPool;
use crate::query::Loaded;
use crate::writer::WriterHandle;

/// Cases in one SQLite file, durable: a commit that returned is on the medium.
///
/// Clones share the file. When the last one is dropped, everything that was asked for is written, the
/// write-ahead log becomes part of the file and the file can be opened by somebody else.
///
/// A call begins when it is made, not when its future is first polled; dropping the future does not
/// stop it. So a commit whose future was dropped may be there.
#[derive(Clone, Debug)]
pub struct SqliteStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: PathBuf,
    writer: Option<WriterHandle>,
    readers: ReaderPool,
}

impl SqliteStore {
    /// Opens `file` for writing with [`SqliteOptions::default`].
    ///
    /// # Errors
    /// See [`SqliteOptions::open`].
    pub fn open(file: impl AsRef<Path>) -> Result<Self, OpenError> {
        SqliteOptions::default().open(file)
    }

    /// Opens `file` for reading with [`SqliteOptions::default`], also while another process writes.
    ///
    /// # Errors
    /// See [`SqliteOptions::open_for_reading`].
    pub fn open_for_reading(file: impl AsRef<Path>) -> Result<Self, OpenError> {
        SqliteOptions::default().open_for_reading(file)
    }

    pub(crate) fn new(file: PathBuf, writer: Option<WriterHandle>, readers: ReaderPool) -> Self {
        Self(Arc::new(Inner {
            file,
            writer,
            readers,
        }))
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.0.file
    }

    /// Copies the store into the new file `to`: all of one moment, while cases go on. A copy of the
    /// file by other means is no backup, because the newest commits are in the log beside it.
    ///
    /// The backup holds the data keys that there are now: what is shredded later can be read from it.
    ///
    /// # Errors
    /// When there is a file already, or it cannot be written.
    pub fn back_up(&self, to: impl AsRef<Path>) -> BoxFuture<'_, ()> {
        let (from, to) = (self.0.file.clone(), to.as_ref().to_path_buf());
        let asked = self.0.readers.ask(move |_| open::back_up(&from, &to));
        received(asked)
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> rusqlite::Result<T> + Send + 'static,
    ) -> BoxFuture<'_, T> {
        let asked = self.0.readers.ask(|reader| {
            // One transaction, so that all statements of a question see the same moment.
            let transaction = reader.db.unchecked_transaction().map_err(from_sqlite)?;
            let answer = question(reader).map_err(from_sqlite)?;
            transaction.commit().map_err(from_sqlite)?;
            Ok(answer)
        });
        received(asked)
    }

    fn write<T: Send + 'static>(
        &self,
        request: impl FnOnce(&WriterHandle) -> oneshot::Receiver<Result<T, StoreError>>,
    ) -> BoxFuture<'_, T> {
        match &self.0.writer {
            Some(writer) => {
                let asked = request(writer);
                Box::pin(async {
                    asked
                        .await
                        .unwrap_or_else(|_| Err(StoreError::unknown("the writer has stopped")))
                })
            }
            None => Box::pin(async {
                Err(StoreError::unavailable(
                    "the store was opened for reading only",
                ))
            }),
        }
    }
}

fn received<'a, T: Send + 'static>(
    asked: oneshot::Receiver<Result<T, StoreError>>,
) -> BoxFuture<'a, T> {
    Box::pin(async {
        asked
            .await
            .unwrap_or_else(|_| Err(StoreError::unavailable("the reader has stopped")))
    })
}

impl Store for SqliteStore {
    fn acquire(&self) -> BoxFuture<'_, Fence> {
        self.write(WriterHandle::acquire)
    }

    fn commit(&self, group: Vec<Batch>) -> BoxFuture<'_, Vec<Result<Position, Conflict>>> {
        self.write(|writer| writer.commit(group))
    }

    fn load(&self, instances: Vec<InstanceId>) -> BoxFuture<'_, Vec<Option<Stored>>> {
        let asked = self.ask(move |reader| {
            let loaded = instances.iter().map(|id| Ok((*id, reader.load(*id)?)));
            loaded.collect::<rusqlite::Result<Vec<_>>>()
        });
        Box::pin(async {
            let stored = |(id, loaded)| match loaded {
                Loaded::None => Ok(None),
                Loaded::Stored(stored) => Ok(Some(stored)),
                Loaded::Damaged => {
                    let message = format!("the state of case {id} is not what was written");
                    Err(StoreError::damaged(message))
                }
            };
            asked.await?.into_iter().map(stored).collect()
        })
    }

    fn version(&self, instance: InstanceId) -> BoxFuture<'_, Version> {
        self.ask(move |reader| reader.version(instance))
    }

    fn events(
        &self,
        instance: InstanceId,
        after_seq: u64,
        limit: usize,
    ) -> BoxFuture<'_, Vec<StreamEvent>> {
        self.ask(move |reader| reader.events(instance, after_seq, limit))
    }

    fn stream(&self, after: Position, limit: usize) -> BoxFuture<'_, Vec<StreamEvent>> {
        self.ask(move |reader| reader.stream(after, limit))
    }

    fn newest_position(&self) -> BoxFuture<'_, Position> {
        self.ask(Reader::newest_position)
    }

    fn due(&self, until: Timestamp, limit: usize) -> BoxFuture<'_, Vec<(InstanceId, Timestamp)>> {
        self.ask(move |reader| reader.due(until, limit))
    }

    fn next_due(&self) -> BoxFuture<'_, Option<Timestamp>> {
        self.ask(Reader::next_due)
    }

    fn activatable(
        &self,
        kind: Arc<str>,
        now: Timestamp,
        after: Option<(Timestamp, ElementInstanceId)>,
        limit: usize,
    ) -> BoxFuture<'_, Vec<JobRow>> {
        self.ask(move |reader| reader.activatable(&kind, now, after, limit))
    }

    fn next_job(&self, kinds: Vec<Arc<str>>, after: Timestamp) -> BoxFuture<'_, Option<Timestamp>> {
        self.ask(move |reader| reader.next_job(&kinds, after))
    }

    fn subscriptions(&self, query: ArmQuery, limit: usize) -> BoxFuture<'_, Vec<SubscriptionRow>> {
        self.ask(move |reader| reader.subscriptions(&query, limit))
    }

    fn messages(&self, query: KeptQuery, limit: usize) -> BoxFuture<'_, Vec<MessageRow>> {
        self.ask(move |reader| reader.messages(&query, limit))
    }

    fn conversations(&self, instance: InstanceId) -> BoxFuture<'_, Vec<Conversation>> {
        self.ask(move |reader| reader.conversations(instance))
    }

    fn answer(&self, key: Arc<str>) -> BoxFuture<'_, Option<AnswerRow>> {
        self.ask(move |reader| reader.answer(&key))
    }

    fn expired_answers(&self, until: Timestamp, limit: usize) -> BoxFuture<'_, Vec<Arc<str>>> {
        self.ask(move |reader| reader.expired_answers(until, limit))
    }

    fn definitions(&self) -> BoxFuture<'_, Vec<DefinitionRow>> {
        self.ask(Reader::definitions)
    }

    fn cursor(&self, name: Arc<str>) -> BoxFuture<'_, Option<Position>> {
        self.ask(move |reader| reader.cursor(&name))
    }

    fn counters(&self) -> BoxFuture<'_, Counters> {
        self.ask(Reader::counters)
    }

    fn instances(&self, query: InstanceQuery, paging: Paging) -> BoxFuture<'_, Page<InstanceRow>> {
        self.ask(move |reader| reader.instances(&query, &paging))
    }

    fn tasks(&self, query: TaskQuery, paging: Paging) -> BoxFuture<'_, Page<TaskRow>> {
        self.ask(move |reader| reader.tasks(&query, &paging))
    }

    fn jobs(&self, query: JobQuery, paging: Paging) -> BoxFuture<'_, Page<JobRow>> {
        self.ask(move |reader| reader.jobs(&query, &paging))
    }

    fn incidents(&self, query: IncidentQuery, paging: Paging) -> BoxFuture<'_, Page<IncidentRow>> {
        self.ask(move |reader| reader.incidents(&query, &paging))
    }

    fn terms(&self, query: TermQuery, paging: Paging) -> BoxFuture<'_, Page<TermRow>> {
        self.ask(move |reader| reader.terms(&query, &paging))
    }

    fn data_keys(&self, instances: Vec<InstanceId>) -> BoxFuture<'_, Vec<DataKeyRow>> {
        self.ask(move |reader| {
            let mut rows = Vec::new();
            for instance in instances {
                rows.extend(reader.data_keys(instance)?);
            }
            Ok(rows)
        })
    }

    fn data_keys_of(&self, person: Tag) -> BoxFuture<'_, Vec<DataKeyRow>> {
        self.ask(move |reader| reader.data_keys_of(person))
    }

    fn heads(
        &self,
        at: Position,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Vec<CaseHead>> {
        self.ask(move |reader| reader.heads(at, after, limit))
    }

    fn anchors(&self) -> BoxFuture<'_, Vec<AnchorRow>> {
        self.ask(Reader::anchors)
    }

    fn stats(&self) -> BoxFuture<'_, Stats> {
        self.ask(Reader::stats)
    }

    /// The file with the log beside it.
    fn size_bytes(&self) -> BoxFuture<'_, Option<u64>> {
        let mut log = self.0.file.clone().into_os_string();
        log.push("-wal");
        let bytes = |file: &Path| std::fs::metadata(file).map_or(0, |found| found.len());
        let size = bytes(&self.0.file).saturating_add(bytes(Path::new(&log)));
        Box::pin(std::future::ready(Ok(Some(size))))
    }
}
