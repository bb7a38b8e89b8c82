//! Texts with spans and the diagnostics that point into them.
