//! A plan read against its two programs: ids become positions.

use std::collections::BTreeMap;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx, TermIx};

use super::compare::{other_event, other_kind};
use super::plan::{MigrationPlan, TermMapping, TermPolicy};
use super::report::{MigrationProblemKind as Problem, MigrationReport};

/// What an element becomes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counterpart {
    pub(super) element: ElementIx,
    /// What it waits for is made anew.
    pub(super) update: bool,
}

/// A plan in positions.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    pub(super) elements: BTreeMap<ElementIx, Counterpart>,
    pub(super) flows: BTreeMap<FlowIx, FlowIx>,
}

/// Reads a plan; what is wrong with it whatever the instance is goes into the report.
pub(super) fn read(
    plan: &MigrationPlan,
    source: &Program,
    target: &Program,
    report: &mut MigrationReport,
) -> Mapping {
    let mut mapping = Mapping::default();
    for instruction in &plan.elements {
        let (from, to) = (&*instruction.from, &*instruction.to);
        let (Some(element), Some(counterpart)) = (source.element(from), target.element(to)) else {
            let (program, id) = match source.element(from) {
                None => ("source", from),
                Some(_) => ("target", to),
            };
            let message =
                format!("the plan maps `{from}` to `{to}`: the {program} has no element `{id}`");
            report.add(Problem::Unknown, from, None, message);
            continue;
        };
        if let Some(reason) = other_kind(source, element, target, counterpart) {
            let message = format!("`{from}` cannot become `{to}`: {reason}");
            report.add(Problem::OtherKind, from, None, message);
        } else if !instruction.update
            && let Some(reason) = other_event(source, element, target, counterpart)
        {
            let message =
                format!("`{from}` cannot become `{to}`: {reason}; `update` has it wait anew");
            report.add(Problem::OtherEvent, from, None, message);
        }
        let counterpart = Counterpart {
            element: counterpart,
            update: instruction.update,
        };
        if mapping.elements.insert(element, counterpart).is_some() {
            let message = format!("the plan maps `{from}` twice");
            report.add(Problem::MappedTwice, from, None, message);
        }
    }
    read_flows(plan, source, target, &mut mapping, report);
    read_terms(plan, source, report);
    mapping
}

fn read_flows(
    plan: &MigrationPlan,
    source: &Program,
    target: &Program,
    mapping: &mut Mapping,
    report: &mut MigrationReport,
) {
    let find = |program: &Program, id: &str| {
        let mut flows = program.flows.iter();
        flows
            .find(|(_, flow)| *flow.id == *id)
            .map(|(index, _)| index)
    };
    for instruction in &plan.flows {
        let (from, to) = (&*instruction.from, &*instruction.to);
        let (Some(flow), Some(counterpart)) = (find(source, from), find(target, to)) else {
            let (program, id) = match find(source, from) {
                None => ("source", from),
                Some(_) => ("target", to),
            };
            let message =
                format!("the plan maps `{from}` to `{to}`: the {program} has no flow `{id}`");
            report.add(Problem::Unknown, from, None, message);
            continue;
        };
        if mapping.flows.insert(flow, counterpart).is_some() {
            let message = format!("the plan maps flow `{from}` twice");
            report.add(Problem::MappedTwice, from, None, message);
        }
    }
    for (index, flow) in source.flows.iter().filter(|(_, flow)| flow.waits) {
        if let Some(same) = find(target, &flow.id) {
            mapping.flows.entry(index).or_insert(same);
        }
    }
}

fn read_terms(plan: &MigrationPlan, source: &Program, report: &mut MigrationReport) {
    for instruction in &plan.terms {
        let id = &*instruction.element;
        let known = source.element(id).is_some_and(|element| {
            let mut terms = source.terms.values();
            terms.any(|it| it.element == element && it.number == instruction.number)
        });
        if !known {
            let number = instruction.number;
            let message =
                format!("the plan names term {number} of `{id}`, which the source does not have");
            report.add(Problem::Unknown, id, None, message);
        }
    }
}

impl Mapping {
    /// What `element` becomes.
    pub(super) fn element(&self, element: ElementIx) -> Option<ElementIx> {
        self.elements.get(&element).map(|it| it.element)
    }

    /// Whether what `element` waits for is made anew.
    pub(super) fn updates(&self, element: ElementIx) -> bool {
        self.elements.get(&element).is_some_and(|it| it.update)
    }

    /// The term of the target that `term` becomes.
    pub(super) fn term(
        &self,
        plan: &MigrationPlan,
        (source, term): (&Program, TermIx),
        target: &Program,
    ) -> Option<TermIx> {
        let definition = &source.terms[term];
        let element = self.element(definition.element)?;
        let named = instruction(plan, source, term).and_then(|it| it.to);
        let number = named.unwrap_or(definition.number);
        let mut terms = target.terms.iter();
        terms
            .find(|(_, it)| it.element == element && it.number == number)
            .map(|(index, _)| index)
    }
}

/// What the plan says of one term.
fn instruction<'p>(
    plan: &'p MigrationPlan,
    source: &Program,
    term: TermIx,
) -> Option<&'p TermMapping> {
    let definition = &source.terms[term];
    let id = source.id(definition.element);
    plan.terms
        .iter()
        .find(|it| *it.element == *id && it.number == definition.number)
}

/// What a term does that runs.
pub(super) fn policy(plan: &MigrationPlan, source: &Program, term: TermIx) -> TermPolicy {
    instruction(plan, source, term).map_or(plan.running_terms, |it| it.policy)
}
