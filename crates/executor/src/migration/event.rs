//! What a migration has changed: the content of its event.

use std::sync::Arc;

use reglament_core::program::{ElementIx, FlowIx, MessageIx, TermIx};
use reglament_core::term::Term;
use reglament_feel::Symbol;
use serde::{Deserialize, Serialize};

use crate::state::Key;
use crate::term::{TermChange, TermKey};

/// An instance that goes on under another program. Everything that the state named in the source is
/// listed with its counterpart in the target, so that replaying the event needs no plan and evaluates
/// nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Migrated {
    /// The fingerprint of the source.
    pub from: u64,
    /// The fingerprint of the target.
    pub to: u64,
    /// The elements that the state names, in the order of the source.
    pub elements: Box<[(ElementIx, ElementIx)]>,
    /// The flows that tokens wait at the end of, in the order of the source.
    pub flows: Box<[(FlowIx, FlowIx)]>,
    /// The symbols of the variables that have values, in the order of the source.
    pub names: Box<[(Symbol, Symbol)]>,
    /// The names of variables that the target does not use, numbered on from its table.
    pub declared: Box<[Arc<str>]>,
    /// What becomes of each arm, spent ones included.
    pub arms: Box<[MigratedArm]>,
    /// What becomes of each clock of a term.
    pub terms: Box<[MigratedTerm]>,
}

/// What becomes of an arm. It keeps its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigratedArm {
    /// Its owner.
    pub owner: Key,
    /// Its number.
    pub arm: u32,
    /// The event that catches it in the target; none when it is withdrawn.
    pub element: Option<ElementIx>,
    /// The message of the target, for an arm that waits for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageIx>,
}

/// What becomes of the clock of a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigratedTerm {
    /// The clock.
    pub key: TermKey,
    /// The term of the target; none when the clock ends with the migration, without an outcome.
    pub term: Option<TermIx>,
    /// The term that it goes on to be counted by, where that is not the target's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Box<Term>>,
    /// When it ends now, where it was reckoned again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Box<TermChange>>,
}
