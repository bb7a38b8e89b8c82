//! Regulation packs.
pub mod codes;
pub mod tree;
