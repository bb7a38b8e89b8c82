//! Which elements can still send a token to which incoming flow of a join.
//!
//! # Source
//! BPMN 2.0.2, 13.4.3: an inclusive gateway is activated when at least one incoming flow has a token
//! and every token that can reach an empty incoming flow without visiting the gateway can also reach
//! one that has a token.

use super::{ElementIx, FlowIx};

/// Reachability of the incoming flows of one join, without paths through the join itself.
///
/// Edges are sequence flows, link jumps, and, where that is asked for, the boundary events of an
/// activity that runs.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    flows: Box<[Upstream]>,
}

/// The elements of the same scope from which a token that is at the element (about to leave it, or
/// waiting in it) can reach one incoming flow of the join.
#[derive(Clone, Debug)]
struct Upstream {
    flow: FlowIx,
    /// Over sequence flows and links.
    leaving: Vec<u64>,
    /// Also over boundary events, which may occur or not.
    interrupted: Vec<u64>,
}

impl Reach {
    /// Builds the table from, for each incoming flow, the elements that reach it over sequence flows
    /// and links, and those that reach it over boundary events too.
    #[must_use]
    pub fn new(flows: impl IntoIterator<Item = (FlowIx, Vec<ElementIx>, Vec<ElementIx>)>) -> Self {
        let flows = flows
            .into_iter()
            .map(|(flow, leaving, interrupted)| Upstream {
                flow,
                leaving: bits(&leaving),
                interrupted: bits(&interrupted),
            });
        Self {
            flows: flows.collect(),
        }
    }

    /// The incoming flows, in document order.
    pub fn incoming(&self) -> impl Iterator<Item = FlowIx> + '_ {
        self.flows.iter().map(|upstream| upstream.flow)
    }

    /// Whether a token at `element` can reach the incoming flow `flow`, boundary events included.
    #[must_use]
    pub fn reaches(&self, element: ElementIx, flow: FlowIx) -> bool {
        self.upstream(flow)
            .is_some_and(|upstream| contains(&upstream.interrupted, element))
    }

    /// Whether a token that leaves `element` can reach the incoming flow `flow` over sequence flows
    /// and links. A boundary event may never occur, so it excuses no join from waiting.
    #[must_use]
    pub fn reaches_by_leaving(&self, element: ElementIx, flow: FlowIx) -> bool {
        self.upstream(flow)
            .is_some_and(|upstream| contains(&upstream.leaving, element))
    }

    fn upstream(&self, flow: FlowIx) -> Option<&Upstream> {
        self.flows.iter().find(|upstream| upstream.flow == flow)
    }
}

/// Whether the bit set has the element.
fn contains(set: &[u64], element: ElementIx) -> bool {
    set.get((element.0 / 64) as usize)
        .is_some_and(|bits| bits & (1 << (element.0 % 64)) != 0)
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
