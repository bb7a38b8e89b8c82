//! Duties between user tasks, and whether a case can come to both.
//!
//! That two tasks never meet is said only when it is certain: a path counts whatever its conditions are,
//! and whatever may split a token, or run a part of the process again, may bring both about.

use std::collections::VecDeque;
use std::sync::Arc;

use reglament_source::Diagnostic;
use reglament_xml::NodeId;

use super::{Finding, NodeMap};
use crate::codes;
use crate::model::{Definitions, ExtensionElements, Tag};
use crate::program::{Duty, DutyKind, ElementIx, EventDefinition, EventPart, Kind, Program, Text};

/// Adds the duties of the user tasks of the program. What reading has reported is left out.
#[expect(
    clippy::indexing_slicing,
    reason = "a typed index addresses the arena that made it"
)]
pub(super) fn lower(
    definitions: &Definitions,
    program: &mut Program,
    nodes: &NodeMap,
) -> Vec<Finding> {
    let mut tasks: Vec<(ElementIx, NodeId)> = nodes.iter().map(|(node, ix)| (*ix, *node)).collect();
    tasks.sort_unstable();
    for (task, node) in tasks {
        let element = definitions.document().element(node);
        if Tag::of(element) != Some(Tag::UserTask) {
            continue;
        }
        let extensions = ExtensionElements::of(element);
        let separated = extensions.separations().filter_map(|it| it.tasks());
        let bound = extensions.bindings().filter_map(|it| it.tasks());
        let stated = separated
            .map(|ids| (DutyKind::Separation, ids))
            .chain(bound.map(|ids| (DutyKind::Binding, ids)));
        for (kind, ids) in stated {
            let others = ids.split_whitespace().filter_map(|id| definitions.find(id));
            let others = others.filter_map(|other| nodes.get(&other.id()).copied());
            let duties = others.filter(|other| *other != task);
            let duties = duties.map(|other| Duty { kind, task, other });
            program.duties.extend(duties);
        }
    }
    if program.duties.is_empty() {
        return Vec::new();
    }
    let steps = Steps::of(program);
    let apart = program
        .duties
        .iter()
        .filter(|duty| !steps.may_meet(program, duty.task, duty.other));
    apart
        .map(|duty| Finding {
            process: Some(Arc::clone(&program.infos[program.process_of(duty.task)].id)),
            diagnostic: apart_from(definitions, program, *duty),
        })
        .collect()
}

fn apart_from(definitions: &Definitions, program: &Program, duty: Duty) -> Diagnostic {
    let (task, other) = (program.id(duty.task), program.id(duty.other));
    let message =
        format!("no case comes to both `{task}` and `{other}`, so their duty has no effect");
    let diagnostic = Diagnostic::warning(&codes::DUTY_APART, message)
        .on(task)
        .hint("name a task that the same case comes to");
    match definitions.find(task) {
        Some(element) => diagnostic.at(element.span()),
        None => diagnostic,
    }
}

/// Where a token may go. Each element has an entry and an exit; the exit of what stands inside a scope
/// leads to the exit of the scope.
struct Steps {
    /// From where each entry (even) and exit (odd) is reached.
    back: Vec<Vec<usize>>,
    /// Whether both of two ways onward may be taken.
    splits: Vec<bool>,
}

fn entry(element: ElementIx) -> usize {
    element.0 as usize * 2
}

fn exit(element: ElementIx) -> usize {
    entry(element) + 1
}

#[expect(
    clippy::indexing_slicing,
    reason = "typed indices address the arenas of their program, and the lists have two places for each"
)]
impl Steps {
    fn of(program: &Program) -> Self {
        let places = program.elements.len() * 2;
        let mut steps = Self {
            back: vec![Vec::new(); places],
            splits: vec![false; places],
        };
        for element in program.elements.indices() {
            steps.of_element(program, element);
        }
        steps
    }

    fn of_element(&mut self, program: &Program, index: ElementIx) {
        let element = &program.elements[index];
        let mut inward: Vec<usize> = Vec::new();
        if let Some(body) = &element.body {
            let begins = |inner: &&ElementIx| {
                let inner = &program.elements[**inner];
                inner.incoming.is_empty() && !matches!(inner.kind, Kind::BoundaryEvent(_))
            };
            inward.extend(body.contents.iter().filter(begins).map(|it| entry(*it)));
        }
        if let Kind::CallActivity(called) = &element.kind {
            let named = |process: &&ElementIx| match (&called.process, called.resolved) {
                (Text::Literal(_), Some(resolved)) => **process == resolved,
                (Text::Literal(_), None) => false,
                (Text::Expression(_), _) => true,
            };
            for process in program.processes.iter().filter(named) {
                inward.push(entry(*process));
                self.link(exit(*process), &[exit(index)], false);
            }
        }
        let activity = element.activity.as_deref();
        let boundaries = activity.map(|it| &*it.boundaries).unwrap_or_default();
        inward.extend(boundaries.iter().map(|boundary| entry(*boundary)));
        inward.extend(activity.and_then(|it| it.compensation).map(entry));
        inward.extend(link(&element.kind).map(entry));
        // What is repeated may take another way each time.
        let again = activity.is_some_and(|it| it.repetition.is_some());
        let splits = inward.len() > 1 || !boundaries.is_empty() || again;
        self.link(entry(index), &inward, splits);
        self.link(entry(index), &[exit(index)], false);
        let flows: Vec<usize> = element
            .outgoing
            .flows()
            .map(|flow| entry(program.flows[flow].target))
            .collect();
        let chooses = matches!(
            element.kind,
            Kind::ExclusiveGateway
                | Kind::EventBasedGateway {
                    parallel: false,
                    ..
                }
        );
        let several = activity.is_some_and(|it| it.completion_quantity > 1);
        self.link(
            exit(index),
            &flows,
            several || (flows.len() > 1 && !chooses),
        );
        if element.scope != index {
            self.link(exit(index), &[exit(element.scope)], false);
        }
    }

    fn link(&mut self, from: usize, to: &[usize], splits: bool) {
        for place in to {
            self.back[*place].push(from);
        }
        self.splits[from] |= splits;
    }

    /// From which places `element` is reached.
    fn before(&self, element: ElementIx) -> Vec<bool> {
        let mut found = vec![false; self.back.len()];
        let mut open = VecDeque::from([entry(element)]);
        while let Some(place) = open.pop_front() {
            if !std::mem::replace(&mut found[place], true) {
                open.extend(&self.back[place]);
            }
        }
        found
    }

    /// Whether one case may come to both.
    fn may_meet(&self, program: &Program, one: ElementIx, two: ElementIx) -> bool {
        let (before_one, before_two) = (self.before(one), self.before(two));
        let in_turn = before_one[exit(two)] || before_two[exit(one)];
        let places = before_one.iter().zip(&before_two).zip(&self.splits);
        let mut splits = places.map(|((one, two), splits)| *one && *two && *splits);
        let ad_hoc = |scope: ElementIx| {
            matches!(program.elements[scope].kind, Kind::AdHocSubProcess(_))
                && program.encloses(scope, one)
                && program.encloses(scope, two)
        };
        in_turn || splits.any(|it| it) || program.elements.indices().any(ad_hoc)
    }
}

/// Where a link event throws to.
fn link(kind: &Kind) -> Option<ElementIx> {
    let (Kind::IntermediateThrowEvent(part) | Kind::EndEvent(part)) = kind else {
        return None;
    };
    let EventPart { definitions, .. } = &**part;
    definitions.iter().find_map(|definition| match definition {
        EventDefinition::Link(target) => *target,
        _ => None,
    })
}
