//! Statutory terms that run: what starts their clocks and what ends them.
//!
//! # Source
//! The vocabulary of `reg:term`, as `processes/reg.xsd` documents it.

use std::sync::Arc;

use super::{ElementIx, Expr, TermIx};
use crate::term::Term;

/// A term of an element or process, as it runs.
#[derive(Clone, Debug)]
pub struct TermDefinition {
    /// The element that carries it: its completion ends the term, and a timer event fires by it.
    pub element: ElementIx,
    /// Its number among the terms of the element, from 1 in document order.
    pub number: u32,
    /// The literal and its reading.
    pub term: Term,
    /// When this one of several alternatives applies; none is the one that applies otherwise.
    pub condition: Option<Expr>,
    /// The id of the calendar that it is counted by; none is that of the environment.
    pub calendar: Option<Arc<str>>,
    /// The element whose instance bounds the life of the clock: the carrier itself, the activity or
    /// scope that a timer event watches, or the innermost scope around carrier and anchor.
    pub scope: ElementIx,
    /// The first of the alternatives that it belongs to; one of them runs at a time.
    pub first: TermIx,
    /// Whether it is the timer of the event that carries it.
    pub fires: bool,
}

/// Several terms of which one applies: the first whose condition holds, else the one without.
pub type Alternatives = Box<[TermIx]>;

/// What terms have to do with an element; absent for an element that none is about.
#[derive(Clone, Debug, Default)]
pub struct ElementTerms {
    /// The terms whose clocks start when it becomes active.
    pub on_activation: Vec<Alternatives>,
    /// The terms whose clocks start when it completes.
    pub on_completion: Vec<Alternatives>,
    /// Whether its completion is the outcome that the term of the service waits for.
    pub ends_service: bool,
}
