//! The process executor: a pure state machine from commands to events.
