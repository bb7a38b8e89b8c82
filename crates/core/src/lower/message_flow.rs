//! Message flows between the pools of the file.
//!
//! # Source
//! BPMN 2.0.2, 9.4.

use std::sync::Arc;

use super::NodeMap;
use crate::model::{BaseElement, Definitions};
use crate::program::{ElementIx, Kind, MessageFlow, Program, TaskKind};

/// Adds the message flows that begin or end at an element of the program. A task that one begins at,
/// of whatever kind, sends when it completes; only a receive task never does.
///
/// DIFFERENCE: one that begins at a sub-process or call activity as a whole sends nothing.
#[expect(
    clippy::indexing_slicing,
    reason = "a typed index addresses the arena that made it"
)]
pub(super) fn lower(definitions: &Definitions, program: &mut Program, nodes: &NodeMap) {
    for flow in definitions
        .collaborations()
        .flat_map(crate::model::Collaboration::message_flows)
    {
        let element = flow.element();
        let end = |name: Option<&str>| -> Option<ElementIx> {
            let found = definitions.resolve(element, name?).element()?;
            nodes.get(&found.id()).copied()
        };
        let (source, target) = (end(flow.source_ref()), end(flow.target_ref()));
        if source.is_none() && target.is_none() {
            continue;
        }
        if let Some(source) = source
            && let Kind::Task(task) = &mut program.elements[source].kind
        {
            task.sends |= task.kind != TaskKind::Receive;
        }
        let id = Arc::from(flow.id().unwrap_or_default());
        program.message_flows.push(MessageFlow {
            id,
            name: flow.name().map(Arc::from),
            source,
            target,
        });
    }
}
