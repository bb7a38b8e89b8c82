//! Whom a message goes to: the one rule, for every place that keeps what is waited for.
//!
//! # Source
//! BPMN 2.0.2, 8.4.2 (correlation), 9.3 (message flow).

use super::{InstanceId, Subscription};

/// Something that waits for a message.
pub trait Receiver {
    /// The instance.
    fn instance(&self) -> InstanceId;

    /// The correlation key; none takes every key.
    fn key(&self) -> Option<&str>;

    /// Whether the other one is the same event, perhaps of another iteration.
    fn is_same_event(&self, other: &Self) -> bool;
}

/// Which of those that may get a message gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen<'a, R> {
    /// Nobody waits.
    Nobody,
    /// This one.
    One(&'a R),
    /// Several wait and nothing decides between them.
    Several,
}

/// Of those that wait for messages of a name, the ones that a message with this key is for: those with
/// the very key if there are any, else those that take every key.
pub fn by_name<'a, R: Receiver>(
    waiting: impl IntoIterator<Item = &'a R>,
    key: Option<&str>,
) -> Vec<&'a R> {
    let fits = |it: &&R| it.key().is_none() || it.key() == key;
    let (exact, any): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .filter(fits)
        .partition(|it| it.key().is_some());
    if exact.is_empty() { any } else { exact }
}

/// Of those that wait at the end of a message flow, the ones that a message with this key is for. Keys
/// decide only where both sides have one.
pub fn by_flow<'a, R: Receiver>(
    waiting: impl IntoIterator<Item = &'a R>,
    key: Option<&str>,
) -> Vec<&'a R> {
    let fits = |it: &&R| key.is_none() || it.key().is_none() || it.key() == key;
    let (exact, any): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .filter(fits)
        .partition(|it| key.is_some() && it.key() == key);
    if exact.is_empty() { any } else { exact }
}

/// Which of `receivers`, in the order of arming, gets the message. Iterations of one receiver at the
/// end of a message flow (`goes_by_flow`) are served one after the other.
pub fn choose<'a, R: Receiver>(receivers: &[&'a R], goes_by_flow: bool) -> Chosen<'a, R> {
    match receivers {
        [] => Chosen::Nobody,
        [one] => Chosen::One(one),
        [oldest, rest @ ..] => {
            let alike = |it: &&&R| it.instance() == oldest.instance() && it.is_same_event(oldest);
            if goes_by_flow && rest.iter().all(|it| alike(&it)) {
                Chosen::One(oldest)
            } else {
                Chosen::Several
            }
        }
    }
}

impl Receiver for Subscription {
    fn instance(&self) -> InstanceId {
        self.instance
    }

    fn key(&self) -> Option<&str> {
        self.key()
    }

    fn is_same_event(&self, other: &Self) -> bool {
        self.element == other.element
    }
}
