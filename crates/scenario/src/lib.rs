//! Scenario scripts, the virtual clock and coverage.
