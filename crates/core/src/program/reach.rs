//! Which elements can still send a token to which incoming flow of a join.
//!
//! # Source
//! BPMN 2.0.2, 13.4.3: an inclusive gateway is activated when at least one incoming flow has a token
//! and every token that can reach an empty incoming flow without visiting the gateway can also reach
//! one that has a token.

use super::{ElementIx, FlowIx};

/// Reachability of the incoming flows of one join, without paths through the join itself.
///
/// Edges are sequence flows, link jumps, and the boundary events of an activity that runs.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// For each incoming flow of the join, in the order of `incoming`: the elements of the same scope
    /// from which a token that is at the element (about to leave it, or waiting in it) can reach it.
    flows: Box<[(FlowIx, Vec<u64>)]>,
}

impl Reach {
    /// Builds the table from, for each incoming flow, the elements that reach it.
    #[must_use]
    pub fn new(flows: impl IntoIterator<Item = (FlowIx, Vec<ElementIx>)>) -> Self {
        let flows = flows
            .into_iter()
            .map(|(flow, elements)| (flow, bits(&elements)))
            .collect();
        Self { flows }
    }

    /// The incoming flows, in document order.
    pub fn incoming(&self) -> impl Iterator<Item = FlowIx> + '_ {
        self.flows.iter().map(|(flow, _)| *flow)
    }

    /// Whether a token at `element` can reach the incoming flow `flow`.
    #[must_use]
    pub fn reaches(&self, element: ElementIx, flow: FlowIx) -> bool {
        let word = (element.0 / 64) as usize;
        self.flows
            .iter()
            .find(|(incoming, _)| *incoming == flow)
            .and_then(|(_, set)| set.get(word))
            .is_some_and(|bits| bits & (1 << (element.0 % 64)) != 0)
    }
}

/// A bit set of `elements`.
fn bits(elements: &[ElementIx]) -> Vec<u64> {
    let mut set = Vec::new();
    for element in elements {
        let word = (element.0 / 64) as usize;
        if set.len() <= word {
            set.resize(word + 1, 0);
        }
        if let Some(bits) = set.get_mut(word) {
            *bits |= 1 << (element.0 % 64);
        }
    }
    set
}
