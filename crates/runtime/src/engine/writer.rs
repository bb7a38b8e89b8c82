//! The writer: the one task that changes anything.
//!
//! Commands that wait go into one commit together: on a busy machine a lone sync of the disk costs as much
//! as that of a hundred commands. While a commit is under way, the next group is carried out in memory;
//! its commit begins when the one before has ended, and nobody is answered before theirs has.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use super::clock::Clock;
use super::dispatcher::News;
use super::lease::Lease;
use crate::command::{Answer, Request};
use crate::definition::Catalogue;
use crate::error::EngineError;
use crate::kernel::{Kernel, Processed};
use crate::metrics;

/// How many commands go into one commit.
pub const GROUP_LIMIT: usize = 256;

/// How long the writer pauses after the store has failed.
const PAUSE: Duration = Duration::from_millis(100);

/// What is asked of the writer.
pub(super) enum Letter {
    Request(Box<Request>, Reply),
    /// Takes no further commands, answers those that wait, ends.
    Close,
}

/// The writer with everything it talks to.
pub(super) struct Writer {
    pub(super) kernel: Kernel,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) letters: mpsc::Receiver<Letter>,
    /// Closed when the last handle of the engine is gone.
    pub(super) handles: watch::Receiver<()>,
    pub(super) catalogue: watch::Sender<Arc<Catalogue>>,
    /// Counts commits: who reads the stream is woken by it.
    pub(super) commits: watch::Sender<u64>,
    pub(super) news: mpsc::UnboundedSender<News>,
    /// Who waits for the commit that is under way.
    pub(super) committing: Vec<Reply>,
    /// The kernel's use of the store. It stands behind the kernel because fields are dropped in order.
    pub(super) lease: Arc<Lease>,
}

/// Where an answer goes.
pub(super) struct Reply {
    answer: oneshot::Sender<Result<Answer, EngineError>>,
    command: &'static str,
    sent: Instant,
}

impl Reply {
    /// The place for the answer to a command of this name that is sent now.
    pub(super) fn new(
        answer: oneshot::Sender<Result<Answer, EngineError>>,
        command: &'static str,
    ) -> Self {
        Self {
            answer,
            command,
            sent: Instant::now(),
        }
    }

    fn send(self, answer: Result<Answer, EngineError>) {
        let (outcome, reason) = match &answer {
            Ok(_) => ("done", ""),
            Err(EngineError::Refused(refusal)) => ("refused", refusal.name()),
            Err(error) => ("failed", error.name()),
        };
        metrics::answered(self.command, outcome, reason, self.sent.elapsed());
        // Who does not wait any more has the command carried out all the same.
        let _ = self.answer.send(answer);
    }
}

/// Commands whose answers are awaited.
#[derive(Default)]
struct Waiting {
    requests: Vec<Request>,
    replies: Vec<Reply>,
}

/// Why the writer goes on.
enum Woken {
    /// By a command or a timer.
    Called,
    /// The engine is being closed.
    Closing,
    /// By the end of a commit.
    Committed,
}

impl Writer {
    /// Works until it is closed, every handle is gone, or another engine takes over.
    pub(super) async fn run(mut self) {
        let mut closing = false;
        loop {
            closing |= self.handles.has_changed().is_err();
            if closing && self.letters.is_empty() {
                self.finish().await;
                return;
            }
            let mut waiting = Waiting::default();
            if !closing && !self.kernel.has_work(self.clock.now()) {
                match self.wait(&mut waiting).await {
                    Woken::Called => {}
                    Woken::Closing => closing = true,
                    Woken::Committed => {
                        if self.finish().await {
                            break;
                        }
                        continue;
                    }
                }
            }
            while waiting.requests.len() < GROUP_LIMIT {
                match self.letters.try_recv() {
                    Ok(letter) => closing |= waiting.take(letter),
                    Err(_) => break,
                }
            }
            if closing {
                self.letters.close();
            }
            if self.write(waiting).await {
                break;
            }
            tokio::task::yield_now().await;
        }
        self.finish().await;
        self.refuse_all().await;
        drop(self.kernel);
        drop(self.lease);
    }

    /// Waits for a command, a due timer or the end of a commit.
    async fn wait(&mut self, waiting: &mut Waiting) -> Woken {
        let tidy = self.kernel.tidy_at();
        let due = self.kernel.next_due().map_or(tidy, |due| due.min(tidy));
        let clock = Arc::clone(&self.clock);
        let timer = clock.sleep_until(due);
        let kernel = &self.kernel;
        let committed = async {
            if !kernel.is_committing() {
                std::future::pending::<()>().await;
            }
            kernel.committed().await;
        };
        let closes = |closing| {
            if closing {
                Woken::Closing
            } else {
                Woken::Called
            }
        };
        tokio::select! {
            letter = self.letters.recv() => closes(letter.is_none_or(|letter| waiting.take(letter))),
            // Nobody ever sends: every handle is gone.
            _ = self.handles.changed() => Woken::Closing,
            () = timer => Woken::Called,
            () = committed => Woken::Committed,
        }
    }

    /// Carries out a group while the one before is being written, and begins to write it. Says whether
    /// the engine has been replaced.
    async fn write(&mut self, waiting: Waiting) -> bool {
        let now = self.clock.now();
        metrics::grouped(waiting.requests.len(), self.letters.len());
        let before = self.kernel.begin(&waiting.requests, now).await;
        let replies = std::mem::replace(&mut self.committing, waiting.replies);
        match before {
            Some(processed) => self.tell(processed, replies).await,
            None => false,
        }
    }

    /// Waits for the commit under way. Says whether the engine has been replaced.
    async fn finish(&mut self) -> bool {
        let replies = std::mem::take(&mut self.committing);
        match self.kernel.conclude().await {
            Some(processed) => self.tell(processed, replies).await,
            None => false,
        }
    }

    /// Tells everybody what has become of a group. Says whether the engine has been replaced.
    async fn tell(&mut self, processed: Processed, replies: Vec<Reply>) -> bool {
        let Processed {
            answers,
            ready,
            ready_at,
            catalogue,
            wrote,
            hindered,
            failed: _,
            fenced,
            tally,
        } = processed;
        if let Some(catalogue) = catalogue {
            self.catalogue.send_replace(catalogue);
        }
        for (reply, answer) in replies.into_iter().zip(answers) {
            reply.send(answer);
        }
        tally.tell();
        if wrote {
            self.commits.send_modify(|count| *count += 1);
        }
        if !ready.is_empty() || ready_at.is_some() {
            // Without handlers nobody listens.
            let _ = self.news.send(News::Ready { ready, ready_at });
        }
        if hindered && !fenced {
            tokio::time::sleep(PAUSE).await;
        }
        fenced
    }

    /// Another engine writes now: whoever still asks is told.
    async fn refuse_all(&mut self) {
        self.letters.close();
        while let Some(letter) = self.letters.recv().await {
            if let Letter::Request(_, reply) = letter {
                reply.send(Err(EngineError::Fenced));
            }
        }
    }
}

impl Waiting {
    /// Takes a letter. Says whether it closes the engine.
    fn take(&mut self, letter: Letter) -> bool {
        match letter {
            Letter::Request(request, reply) => {
                self.requests.push(*request);
                self.replies.push(reply);
                false
            }
            Letter::Close => true,
        }
    }
}
