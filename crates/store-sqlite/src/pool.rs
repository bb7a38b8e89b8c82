//! Connections that read, each in a thread of its own.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use reglament_runtime::store::StoreError;
use tokio::sync::oneshot;

use crate::error::OpenError;
use crate::name::{Reader, Texts};
use crate::open;

type Question = Box<dyn FnOnce(&Reader) + Send>;

/// The reading end of a store. Dropping it waits for the questions that were asked.
#[derive(Debug)]
pub(crate) struct ReaderPool {
    questions: Option<Sender<Question>>,
    threads: Vec<JoinHandle<()>>,
}

impl ReaderPool {
    /// Opens `count` connections, at least one.
    pub(crate) fn start(file: &Path, count: usize) -> Result<Self, OpenError> {
        let (questions, inbox) = channel();
        let inbox = Arc::new(Mutex::new(inbox));
        let mut threads = Vec::new();
        for number in 0..count.max(1) {
            let reader = Reader {
                db: open::reader(file)?,
                texts: Texts::default(),
            };
            let inbox = Arc::clone(&inbox);
            let thread = std::thread::Builder::new()
                .name(format!("reglament-sqlite-reader-{number}"))
                .spawn(move || serve(&reader, &inbox))
                .map_err(|source| OpenError::Io {
                    file: file.to_path_buf(),
                    source,
                })?;
            threads.push(thread);
        }
        Ok(Self {
            questions: Some(questions),
            threads,
        })
    }

    /// Asks; the answer comes through the receiver, and is lost when the thread is gone.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, StoreError>> {
        let (reply, answer) = oneshot::channel();
        let question: Question = Box::new(move |reader| {
            let _ = reply.send(question(reader));
        });
        if let Some(questions) = &self.questions {
            let _ = questions.send(question);
        }
        answer
    }
}

fn serve(reader: &Reader, inbox: &Mutex<Receiver<Question>>) {
    loop {
        let next = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(question) => question(reader),
            Err(_) => return,
        }
    }
}

impl Drop for ReaderPool {
    fn drop(&mut self) {
        drop(self.questions.take());
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
