//! Leaving an element: outputs, the choice of flows, completion, tokens.
//!
//! # Source
//! BPMN 2.0.2, 13.3.1 (several outgoing flows), 13.4 (gateways).

use reglament_core::program::{
    Branch, Branches, Element, ElementIx, FlowIx, Kind, Outgoing, TaskKind,
};
use reglament_feel::{Symbol, Value};

use super::evaluate::Failure;
use super::terms::Starting;
use super::{Execution, Step};
use crate::command::Variables;
use crate::element;
use crate::incident::IncidentKind;
use crate::sink::Sink;
use crate::state::{Broken, Key, NONE, Stage};

/// The flows that tokens leave over.
enum Selected<'p> {
    None,
    One(FlowIx),
    Many(Vec<FlowIx>),
    All(&'p [Branch]),
}

impl<S: Sink> Execution<'_, S> {
    /// The flow that a token leaves over when it passes an element that has nothing to prepare, does
    /// not wait, and whose script or choice of one flow succeeds. Everything else is entered, so that
    /// it has a place to wait or to fail at.
    #[inline]
    pub(crate) fn way_through(&mut self, scope: Key, element: &Element) -> Step<Option<FlowIx>> {
        if !element.is_plain {
            return Ok(None);
        }
        match (&element.kind, &element.outgoing) {
            (Kind::Task(task), Outgoing::One(flow)) if !task.sends => {
                let passes = match task.kind {
                    TaskKind::Receive => false,
                    TaskKind::Script => element::task::runs_in_passing(self, scope, task)?,
                    _ => !self.env.waits.wait_for(task),
                };
                Ok(passes.then_some(*flow))
            }
            (
                Kind::ExclusiveGateway | Kind::InclusiveGateway(None) | Kind::ParallelGateway,
                Outgoing::One(flow),
            ) => Ok(Some(*flow)),
            (Kind::ExclusiveGateway, Outgoing::Many(branches)) => {
                match self.select_first(scope.slot, &[], branches) {
                    Ok(Selected::One(flow)) => Ok(Some(flow)),
                    Ok(_) | Err(_) => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    /// Ends the wait of an element instance with a result, then leaves it. With output mappings the
    /// result is local to them; without, each variable goes to the nearest scope that has it.
    pub(crate) fn finish(&mut self, key: Key, variables: Variables) -> Step {
        if !variables.is_empty() {
            if self.has_outputs(key)? {
                self.set_locals(key, variables)?;
            } else {
                let values = self.symbols(variables)?;
                self.merge(key.slot, values)?;
            }
        }
        let index = self.element_of(key)?;
        match &self.program.elements[index].kind {
            Kind::Task(task) => element::task::conclude(self, key, index, task),
            _ => self.leave(key),
        }
    }

    /// Leaves an element instance.
    #[inline]
    pub(crate) fn leave(&mut self, key: Key) -> Step {
        let slot = self
            .state
            .live(key)
            .ok_or(Broken("leaving what has ended"))?;
        let (index, parent) = (slot.element, slot.parent);
        let program = self.program;
        let element = &program.elements[index];
        if let Outgoing::One(flow) = element.outgoing
            && slot.extra.is_none()
            && element.is_plain
        {
            let scope = self.key(parent)?;
            self.emit_completed(key)?;
            return self.emit_taken(flow, scope);
        }
        if parent != NONE && is_plain_end(element) && slot.extra.is_none() {
            let scope = self.key(parent)?;
            self.emit_completed(key)?;
            return self.contained_ended(scope);
        }
        self.leave_fully(key, index)
    }

    fn leave_fully(&mut self, key: Key, index: ElementIx) -> Step {
        let slot = self
            .state
            .live(key)
            .ok_or(Broken("leaving what has ended"))?;
        let (parent, iteration) = (slot.parent, slot.iteration);
        let thrower = slot.extra.as_ref().and_then(|extra| extra.handler_for);
        if parent == NONE {
            return self.complete_instance(key);
        }
        let scope = self.key(parent)?;
        if iteration > 0 {
            return self.leave_iteration(key, index, scope);
        }
        let program = self.program;
        let element = &program.elements[index];
        let mut outputs = Vec::new();
        let prepared = self
            .prepare_to_leave(key, element, thrower.is_some(), &mut outputs)
            .and_then(|selected| Ok((selected, self.terms_to_start(key, element, &outputs)?)));
        let (selected, starting) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => return self.raise(key, Stage::Leave, failure.kind, &failure.message),
        };
        self.merge(parent, outputs)?;
        self.start_terms(starting, key)?;
        self.complete_instance(key)?;
        let quantity = element
            .activity
            .as_ref()
            .map_or(1, |activity| activity.completion_quantity);
        self.take(&selected, scope, quantity)?;
        if let Some(thrower) = thrower {
            self.handler_ended(thrower)?;
        }
        self.contained_ended(scope)
    }

    /// The terms whose clocks start with the completion of `key`.
    fn terms_to_start(
        &self,
        key: Key,
        element: &Element,
        outputs: &[(Symbol, Value)],
    ) -> Result<Vec<Starting>, Failure> {
        let mut starting = Vec::new();
        if let (Some(terms), Some(index)) = (&element.terms, self.state.element(key)) {
            let sets = &terms.on_completion;
            self.prepare_terms(sets, index, key.slot, outputs, &mut starting)?;
        }
        Ok(starting)
    }

    fn take(&mut self, selected: &Selected<'_>, scope: Key, quantity: u32) -> Step {
        match selected {
            Selected::None => Ok(()),
            Selected::One(flow) => self.take_times(*flow, scope, quantity),
            Selected::Many(flows) => flows
                .iter()
                .try_for_each(|flow| self.take_times(*flow, scope, quantity)),
            Selected::All(branches) => branches
                .iter()
                .try_for_each(|branch| self.take_times(branch.flow, scope, quantity)),
        }
    }

    fn take_times(&mut self, flow: FlowIx, scope: Key, quantity: u32) -> Step {
        (0..quantity).try_for_each(|_| self.emit_taken(flow, scope))
    }

    /// Sends the tokens of a throw event that does not wait for what it threw; it stays until that has
    /// ended. Says whether it could.
    pub(crate) fn go_ahead(&mut self, key: Key) -> Step<bool> {
        let program = self.program;
        let element = &program.elements[self.element_of(key)?];
        let scope = self
            .state
            .scope(key)
            .ok_or(Broken("a throw event outside a scope"))?;
        match self.select(key, element, &[]) {
            Ok(selected) => self.take(&selected, scope, 1).map(|()| true),
            Err(failure) => {
                self.raise(key, Stage::Execute, failure.kind, &failure.message)?;
                Ok(false)
            }
        }
    }

    /// Whether the element has output mappings.
    pub(crate) fn has_outputs(&self, key: Key) -> Step<bool> {
        let element = &self.program.elements[self.element_of(key)?];
        Ok(element
            .mappings
            .as_ref()
            .is_some_and(|mappings| !mappings.outputs.is_empty()))
    }

    /// Evaluates the outputs and chooses the flows without changing anything.
    fn prepare_to_leave<'p>(
        &self,
        key: Key,
        element: &'p Element,
        is_handler: bool,
        outputs: &mut Vec<(Symbol, Value)>,
    ) -> Result<Selected<'p>, Failure> {
        let body = element
            .activity
            .as_ref()
            .is_some_and(|activity| activity.repetition.is_some());
        if body {
            self.collect_output(key, element, outputs);
        } else if let Some(mappings) = &element.mappings {
            self.map(key.slot, &mappings.outputs, outputs)?;
        }
        if is_handler {
            Ok(Selected::None)
        } else {
            self.select(key, element, outputs)
        }
    }

    /// Chooses the flows that tokens leave over.
    fn select<'p>(
        &self,
        key: Key,
        element: &'p Element,
        overlay: &[(Symbol, Value)],
    ) -> Result<Selected<'p>, Failure> {
        let branches = match &element.outgoing {
            Outgoing::None => return Ok(Selected::None),
            Outgoing::One(flow) => return Ok(Selected::One(*flow)),
            Outgoing::Many(branches) => branches,
        };
        match &element.kind {
            Kind::ExclusiveGateway => self.select_first(key.slot, overlay, branches),
            Kind::ParallelGateway => Ok(Selected::All(&branches.branches)),
            Kind::InclusiveGateway(_) | Kind::ComplexGateway { .. } => {
                self.select_all(key, overlay, branches, DefaultRule::NothingSelected)
            }
            _ => self.select_all(key, overlay, branches, DefaultRule::NoConditionHeld),
        }
    }

    /// The first flow whose condition holds, else the default.
    fn select_first<'p>(
        &self,
        slot: u32,
        overlay: &[(Symbol, Value)],
        branches: &'p Branches,
    ) -> Result<Selected<'p>, Failure> {
        for branch in &branches.branches {
            if branches.default == Some(branch.flow) {
                continue;
            }
            let holds = match &branch.condition {
                None => true,
                Some(condition) => self
                    .condition(slot, overlay, condition)
                    .map_err(|failure| self.blame(failure, branch.flow))?,
            };
            if holds {
                return Ok(Selected::One(branch.flow));
            }
        }
        match branches.default {
            Some(flow) => Ok(Selected::One(flow)),
            None => Err(self.nothing_selected(slot, branches)),
        }
    }

    /// Every flow without a condition or whose condition holds, and by `rule` the default.
    fn select_all<'p>(
        &self,
        key: Key,
        overlay: &[(Symbol, Value)],
        branches: &'p Branches,
        rule: DefaultRule,
    ) -> Result<Selected<'p>, Failure> {
        let mut selected = Vec::with_capacity(branches.branches.len());
        let mut held = 0;
        for branch in &branches.branches {
            if branches.default == Some(branch.flow) {
                continue;
            }
            let Some(condition) = &branch.condition else {
                selected.push(branch.flow);
                continue;
            };
            if self
                .condition(key.slot, overlay, condition)
                .map_err(|failure| self.blame(failure, branch.flow))?
            {
                selected.push(branch.flow);
                held += 1;
            }
        }
        let wants_default = match rule {
            DefaultRule::NothingSelected => selected.is_empty(),
            DefaultRule::NoConditionHeld => held == 0,
        };
        selected.extend(branches.default.filter(|_| wants_default));
        if selected.is_empty() {
            return Err(self.nothing_selected(key.slot, branches));
        }
        Ok(Selected::Many(selected))
    }

    fn blame(&self, failure: Failure, flow: FlowIx) -> Failure {
        let id = &self.program.flows[flow].id;
        Failure {
            message: format!("flow `{id}`: {}", failure.message),
            ..failure
        }
    }

    fn nothing_selected(&self, slot: u32, branches: &Branches) -> Failure {
        let first = branches.branches.first();
        let source = first.map(|branch| self.program.flows[branch.flow].source);
        let id = source.map_or("", |element| self.program.id(element));
        let values: Vec<String> = branches
            .branches
            .iter()
            .filter_map(|branch| {
                let condition = branch.condition.as_ref()?;
                let value = self.evaluate(slot, &[], condition).value;
                let flow = &self.program.flows[branch.flow].id;
                Some(format!("`{flow}` `{}` is {value}", condition.feel.text()))
            })
            .collect();
        let message = format!(
            "no flow out of `{id}` can be taken and there is no default: {}",
            values.join(", ")
        );
        Failure::new(IncidentKind::NoFlowTaken, message)
    }

    /// Something in `scope` has ended: the scope completes when nothing is left in it.
    pub(crate) fn contained_ended(&mut self, scope: Key) -> Step {
        // A scope with an incident goes on from here when that is resolved.
        if !self.goes_on(scope) {
            return Ok(());
        }
        let slot = self
            .state
            .live(scope)
            .ok_or(Broken("a scope that has ended"))?;
        let (index, live) = (slot.element, slot.live);
        if let Kind::AdHocSubProcess(ad_hoc) = &self.program.elements[index].kind
            && !self.state.is_repetition_body(self.program, scope)
        {
            return element::ad_hoc_sub_process::contained_ended(self, scope, ad_hoc);
        }
        if live == 0 {
            self.scope_ended(scope, index)
        } else {
            Ok(())
        }
    }
}

/// Whether nothing but completion follows from leaving an element.
fn is_plain_end(element: &Element) -> bool {
    matches!(element.outgoing, Outgoing::None) && element.is_plain
}

/// When the default flow is taken.
#[derive(Clone, Copy)]
enum DefaultRule {
    /// Gateways: when no other flow is selected.
    NothingSelected,
    /// Activities and events: when no conditional flow is selected (BPMN 2.0.2, 13.3.1).
    NoConditionHeld,
}
