//! A thread that owns something which must not be used from two places, or which blocks.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use reglament_adapter_api::SystemError;
use tokio::sync::oneshot;

type Work<T> = Box<dyn FnOnce(&mut T) + Send>;

/// The way to the thread; the thread ends when the last one is dropped.
pub(super) struct Worker<T> {
    sender: Sender<Work<T>>,
}

impl<T> Clone for Worker<T> {
    fn clone(&self) -> Worker<T> {
        Worker {
            sender: self.sender.clone(),
        }
    }
}

impl<T: Send + 'static> Worker<T> {
    /// Starts a thread that owns `owned`.
    pub(super) fn start(name: &str, owned: T) -> std::io::Result<Worker<T>> {
        let (sender, receiver) = channel();
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || serve(owned, &receiver))?;
        Ok(Worker { sender })
    }

    /// Runs `work` on the thread, after what was asked before. Work whose caller has gone is done
    /// all the same.
    pub(super) async fn run<R, F>(&self, work: F) -> Result<R, SystemError>
    where
        R: Send + 'static,
        F: FnOnce(&mut T) -> R + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work: Work<T> = Box::new(move |owned| {
            // Nobody may be waiting for the answer any more.
            let _ = answer.send(work(owned));
        });
        let gone = || SystemError::unavailable("the thread of the adapter has ended");
        self.sender.send(work).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

fn serve<T>(mut owned: T, receiver: &Receiver<Work<T>>) {
    while let Ok(work) = receiver.recv() {
        work(&mut owned);
    }
}
