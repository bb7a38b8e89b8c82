//! Joins that would wait for ever: a token past a fork never takes a branch that was added to it.

use std::collections::BTreeSet;

use reglament_core::Program;
use reglament_core::program::{ElementIx, EventDefinition, FlowIx, Kind};

/// The parallel joins of `scope` that a token of `tokens` or `parked` can get to, and that need a token
/// over a flow which none can get to.
pub(super) fn starved(
    program: &Program,
    scope: ElementIx,
    tokens: &[ElementIx],
    parked: &[FlowIx],
) -> Vec<(ElementIx, FlowIx)> {
    let Some(body) = &program.elements[scope].body else {
        return Vec::new();
    };
    let mut reached: BTreeSet<FlowIx> = parked.iter().copied().collect();
    let mut seen: BTreeSet<ElementIx> = BTreeSet::new();
    let waiting = parked.iter().map(|flow| program.flows[*flow].target);
    let mut open: Vec<ElementIx> = tokens.iter().copied().chain(waiting).collect();
    while let Some(element) = open.pop() {
        if !seen.insert(element) {
            continue;
        }
        let found = &program.elements[element];
        for flow in found.outgoing.flows() {
            reached.insert(flow);
            open.push(program.flows[flow].target);
        }
        let boundaries = found
            .activity
            .iter()
            .flat_map(|activity| &activity.boundaries);
        open.extend(boundaries.copied());
        open.extend(jump(&found.kind));
    }
    let joins = body.contents.iter().copied().filter(|element| {
        let found = &program.elements[*element];
        matches!(found.kind, Kind::ParallelGateway) && found.incoming.len() > 1
    });
    joins
        .filter_map(|join| {
            let incoming = &program.elements[join].incoming;
            let mut missing = incoming.iter().filter(|flow| !reached.contains(flow));
            let first = *missing.next()?;
            let wanted = incoming.iter().any(|flow| reached.contains(flow));
            wanted.then_some((join, first))
        })
        .collect()
}

/// Where a link jumps to.
fn jump(kind: &Kind) -> Option<ElementIx> {
    let Kind::IntermediateThrowEvent(part) = kind else {
        return None;
    };
    part.definitions.iter().find_map(|it| match it {
        EventDefinition::Link(target) => *target,
        _ => None,
    })
}
