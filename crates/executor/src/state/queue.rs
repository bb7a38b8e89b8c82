//! The queue of what moves.
//!
//! Most instances move one token at a time, so the first entry is kept in place and a buffer exists
//! only for those that fork.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Pending;

/// Entries in the order in which they are worked off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queue {
    /// The head; absent only when the queue is empty.
    head: Option<Pending>,
    /// What comes after it.
    rest: VecDeque<Pending>,
}

impl Queue {
    #[inline]
    pub(crate) fn front(&self) -> Option<&Pending> {
        self.head.as_ref()
    }

    #[inline]
    pub(crate) fn back(&self) -> Option<&Pending> {
        self.rest.back().or(self.head.as_ref())
    }

    #[inline]
    pub(crate) fn push_back(&mut self, entry: Pending) {
        if self.head.is_none() {
            self.head = Some(entry);
        } else {
            self.rest.push_back(entry);
        }
    }

    #[inline]
    pub(crate) fn pop_front(&mut self) -> Option<Pending> {
        let next = if self.rest.is_empty() {
            None
        } else {
            self.rest.pop_front()
        };
        std::mem::replace(&mut self.head, next)
    }

    pub(crate) fn pop_back(&mut self) -> Option<Pending> {
        self.rest.pop_back().or_else(|| self.head.take())
    }

    pub(crate) fn len(&self) -> usize {
        self.rest.len() + usize::from(self.head.is_some())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.head.iter().chain(&self.rest)
    }

    /// Keeps the entries that `keep` holds for, in order.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Pending) -> bool) {
        self.rest.retain(&mut keep);
        if self.head.as_ref().is_some_and(|head| !keep(head)) {
            self.head = self.rest.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(scope: u32) -> Pending {
        Pending::Token {
            scope,
            flow: reglament_core::program::FlowIx(0),
        }
    }

    #[test]
    fn entries_leave_in_the_order_they_came_and_removal_keeps_it() {
        let mut queue = Queue::default();
        for scope in 0..5 {
            queue.push_back(entry(scope));
        }
        assert_eq!(queue.back(), Some(&entry(4)));
        queue.retain(|pending| pending.scope() != 0 && pending.scope() != 2);
        assert_eq!(queue.len(), 3);
        assert_eq!(queue.front(), Some(&entry(1)));
        assert_eq!(queue.pop_back(), Some(entry(4)));
        assert_eq!(queue.pop_front(), Some(entry(1)));
        assert_eq!(queue.pop_front(), Some(entry(3)));
        assert_eq!(queue.pop_front(), None);
        queue.push_back(entry(7));
        assert_eq!(queue.pop_back(), Some(entry(7)));
        assert_eq!(queue.front(), None);
    }
}
