//! Packs that are right, wrong, spoilt, and in several versions.

#![expect(clippy::panic, reason = "a test fails by panicking")]

mod checks;
mod hostile;
mod sample;
mod validity;
