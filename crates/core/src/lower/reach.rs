//! Reachability for inclusive and complex joins.
//!
//! # Source
//! BPMN 2.0.2, 13.4.3.

use rustc_hash::FxHashSet;

use super::process::ProcessLowering;
use crate::model::Tag;
use crate::program::{ElementIx, FlowIx, Reach};

/// How a token may leave an activity.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exits {
    /// Over its outgoing flows.
    Leaving,
    /// By its boundary events too.
    Boundary,
}

impl ProcessLowering<'_, '_> {
    /// The table of a gateway with several incoming flows: for each of them, the elements of the
    /// scope from which a token can still come over it without visiting the gateway.
    pub(super) fn reach(&self, gateway: ElementIx) -> Option<Reach> {
        let incoming = &self.node(gateway).incoming;
        if incoming.len() < 2 {
            return None;
        }
        Some(Reach::new(incoming.iter().map(|flow| {
            let leaving = self.upstream(gateway, *flow, Exits::Leaving);
            let interrupted = self.upstream(gateway, *flow, Exits::Boundary);
            (*flow, leaving, interrupted)
        })))
    }

    /// The elements from which a token can travel over `flow`: a walk against the flows from its
    /// source. A token that is at the gateway itself would visit it, so the walk ends there.
    fn upstream(&self, gateway: ElementIx, flow: FlowIx, exits: Exits) -> Vec<ElementIx> {
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        let mut next = vec![self.flow(flow).source];
        while let Some(element) = next.pop() {
            if element == gateway || !seen.insert(element) {
                continue;
            }
            found.push(element);
            self.before(element, exits, &mut next);
        }
        found.sort_unstable();
        found
    }

    /// Adds what stands one step before `element`: sources of its flows, the activity that it is
    /// attached to, the link events that jump to it.
    fn before(&self, element: ElementIx, exits: Exits, next: &mut Vec<ElementIx>) {
        let node = self.node(element);
        next.extend(node.incoming.iter().map(|flow| self.flow(*flow).source));
        if node.tag == Tag::BoundaryEvent && exits == Exits::Boundary {
            next.extend(self.host(element));
        }
        if self.is_link_catch(element) {
            next.extend(self.link_throws(element));
        }
    }
}
