//! The writer: the one task that changes anything.
//!
//! Commands that wait while a commit is under way go into the next one together: on a busy machine a
//! lone sync of the disk costs as much as that of a hundred commands.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::clock::Clock;
use super::dispatcher::News;
use super::lease::Lease;
use crate::command::{Answer, Request};
use crate::definition::Catalogue;
use crate::error::EngineError;
use crate::kernel::{Kernel, Processed};

/// How many commands go into one commit.
pub const GROUP_LIMIT: usize = 256;

/// How long the writer pauses after the store has failed.
const PAUSE: Duration = Duration::from_millis(100);

/// What is asked of the writer.
pub(super) enum Letter {
    Request(Request, oneshot::Sender<Result<Answer, EngineError>>),
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
    /// The kernel's use of the store. It stands behind the kernel because fields are dropped in order.
    pub(super) lease: Arc<Lease>,
}

/// Commands whose answers are awaited.
#[derive(Default)]
struct Waiting {
    requests: Vec<Request>,
    replies: Vec<oneshot::Sender<Result<Answer, EngineError>>>,
}

impl Writer {
    /// Works until it is closed, every handle is gone, or another engine takes over.
    pub(super) async fn run(mut self) {
        let mut closing = false;
        loop {
            let mut waiting = Waiting::default();
            closing |= self.handles.has_changed().is_err();
            if closing && self.letters.is_empty() {
                return;
            }
            if !closing && !self.kernel.has_work(self.clock.now()) {
                closing |= self.wait(&mut waiting).await;
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
        self.refuse_all().await;
        drop(self.kernel);
        drop(self.lease);
    }

    /// Waits for a command or a due timer. Says whether the engine is being closed.
    async fn wait(&mut self, waiting: &mut Waiting) -> bool {
        let due = self.kernel.next_due();
        let clock = Arc::clone(&self.clock);
        let timer = async {
            match due {
                Some(due) => clock.sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            letter = self.letters.recv() => letter.is_none_or(|letter| waiting.take(letter)),
            // Nobody ever sends: every handle is gone.
            _ = self.handles.changed() => true,
            () = timer => false,
        }
    }

    /// Carries out a group. Says whether the engine has been replaced.
    async fn write(&mut self, waiting: Waiting) -> bool {
        let before = self.kernel.catalogue().newest();
        let now = self.clock.now();
        let Processed {
            answers,
            ready,
            ready_at,
            wrote,
            hindered,
            fenced,
        } = self.kernel.process(&waiting.requests, now).await;
        if self.kernel.catalogue().newest() != before {
            let catalogue = Arc::new(self.kernel.catalogue().clone());
            self.catalogue.send_replace(catalogue);
        }
        for (reply, answer) in waiting.replies.into_iter().zip(answers) {
            // Who does not wait any more has the command carried out all the same.
            let _ = reply.send(answer);
        }
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
                let _ = reply.send(Err(EngineError::Fenced));
            }
        }
    }
}

impl Waiting {
    /// Takes a letter. Says whether it closes the engine.
    fn take(&mut self, letter: Letter) -> bool {
        match letter {
            Letter::Request(request, reply) => {
                self.requests.push(request);
                self.replies.push(reply);
                false
            }
            Letter::Close => true,
        }
    }
}
