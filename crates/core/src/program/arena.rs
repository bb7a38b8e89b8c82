//! Arrays indexed by typed small integers.
//!
//! The indices never leave memory under another meaning: what is persisted names an element by the
//! position of its BPMN id in the table of ids that is stored with the deployment.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// An index into one kind of arena.
pub trait ArenaIndex: Copy {
    /// The index at `position`.
    fn from_position(position: usize) -> Self;
    /// The position in the arena.
    fn position(self) -> usize;
}

/// Declares typed indices.
macro_rules! arena_index {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl ArenaIndex for $name {
            fn from_position(position: usize) -> Self {
                // An arena holds fewer than 2^32 items: the reader's node limit is far below.
                Self(u32::try_from(position).unwrap_or(u32::MAX))
            }

            fn position(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

arena_index! {
    /// A process, flow node or sub-process of a [`Program`](super::Program).
    ElementIx,
    /// A sequence flow.
    FlowIx,
    /// A message.
    MessageIx,
    /// A signal.
    SignalIx,
    /// An error.
    ErrorIx,
    /// An escalation.
    EscalationIx,
    /// A statutory term.
    TermIx,
}

/// An array that only its own index type can address.
#[derive(Clone, Debug)]
pub struct Arena<I, T> {
    items: Vec<T>,
    index: PhantomData<fn(I) -> I>,
}

impl<I: ArenaIndex, T> Arena<I, T> {
    /// An empty arena.
    #[must_use]
    pub fn new() -> Self {
        Self {
            items: Vec::new(),
            index: PhantomData,
        }
    }

    /// Appends `item` and returns its index.
    pub fn push(&mut self, item: T) -> I {
        let index = I::from_position(self.items.len());
        self.items.push(item);
        index
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The item at `index`, if the index belongs to this arena.
    #[must_use]
    pub fn get(&self, index: I) -> Option<&T> {
        self.items.get(index.position())
    }

    /// Items with their indices, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.items
            .iter()
            .enumerate()
            .map(|(position, item)| (I::from_position(position), item))
    }

    /// The items, in order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.items.iter()
    }

    /// The items, in order, to change them.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> + ExactSizeIterator {
        self.items.iter_mut()
    }

    /// The indices, in order.
    pub fn indices(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.items.len()).map(I::from_position)
    }
}

impl<I, T> FromIterator<T> for Arena<I, T> {
    fn from_iter<S: IntoIterator<Item = T>>(items: S) -> Self {
        Self {
            items: items.into_iter().collect(),
            index: PhantomData,
        }
    }
}

impl<I: ArenaIndex, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: ArenaIndex, T> Index<I> for Arena<I, T> {
    type Output = T;

    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "a typed index addresses the arena that made it"
    )]
    fn index(&self, index: I) -> &T {
        &self.items[index.position()]
    }
}

impl<I: ArenaIndex, T> IndexMut<I> for Arena<I, T> {
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "a typed index addresses the arena that made it"
    )]
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.items[index.position()]
    }
}
