//! What every implementation of a trait keeps: tests that scripted and real ones both pass.
