//! The typed indices of the layout.

/// Declares typed indices.
macro_rules! layout_index {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(u32);

        impl reglament_core::program::ArenaIndex for $name {
            fn from_position(position: usize) -> Self {
                // The reader's limit of nodes is far below 2^32.
                Self(u32::try_from(position).unwrap_or(u32::MAX))
            }

            fn position(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

pub(crate) use layout_index;
