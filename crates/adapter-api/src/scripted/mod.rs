//! Implementations in memory that tests direct, and a virtual clock.
