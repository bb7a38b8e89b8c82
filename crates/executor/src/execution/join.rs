//! Tokens that wait for each other.
//!
//! # Source
//! BPMN 2.0.2, 13.4.1 (parallel), 13.4.3 (inclusive), 13.4.5 (complex); 10.3 (`startQuantity`).

use reglament_core::program::{ElementIx, Expr, FlowIx, Kind, Reach, SymbolTable};
use reglament_feel::{Symbol, Value};

use super::{Execution, Step};
use crate::event::{Event, Origin};
use crate::sink::Sink;
use crate::state::{Key, Stage};

impl<S: Sink> Execution<'_, S> {
    /// A token has arrived at `element`: fires it when that was the last one needed. Inclusive joins
    /// are looked at when nothing moves any more.
    pub(super) fn try_join(&mut self, scope: Key, element: ElementIx) -> Step {
        let found = &self.program.elements[element];
        match &found.kind {
            Kind::ParallelGateway => {
                let complete = found
                    .incoming
                    .iter()
                    .all(|flow| self.is_parked(scope, *flow));
                if complete {
                    self.enter(element, scope, Origin::Join)
                } else {
                    Ok(())
                }
            }
            Kind::ComplexGateway {
                activation: Some(activation),
                ..
            } => self.try_complex(scope, element, activation),
            Kind::InclusiveGateway(_)
            | Kind::ComplexGateway {
                activation: None, ..
            } => Ok(()),
            _ => {
                let needed = found
                    .activity
                    .as_ref()
                    .map_or(1, |activity| activity.start_quantity);
                let waiting = self.parked_at(scope, element).len();
                if waiting >= needed as usize {
                    self.enter(element, scope, Origin::Quantity(needed))
                } else {
                    Ok(())
                }
            }
        }
    }

    /// Fires one inclusive join, or resets one complex gateway, that needs to wait no longer. Says
    /// whether there was one.
    pub(super) fn fire_waiting_join(&mut self) -> Step<bool> {
        let Some(rare) = self.state.rare() else {
            return Ok(false);
        };
        let mut joins: Vec<(u32, ElementIx)> = Vec::new();
        for parked in &rare.parked {
            if !joins.contains(&(parked.scope, parked.target)) {
                joins.push((parked.scope, parked.target));
            }
        }
        for reset in &rare.resets {
            if !joins.contains(&(reset.scope, reset.gateway)) {
                joins.push((reset.scope, reset.gateway));
            }
        }
        for (scope, join) in joins {
            let scope = self.key(scope)?;
            let fired = match &self.program.elements[join].kind {
                Kind::InclusiveGateway(Some(reach)) => self.try_inclusive(scope, join, reach)?,
                Kind::ComplexGateway {
                    reach: Some(reach), ..
                } => self.try_reset(scope, join, reach)?,
                _ => false,
            };
            if fired {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn try_inclusive(&mut self, scope: Key, join: ElementIx, reach: &Reach) -> Step<bool> {
        let present = self.flows_parked_at(scope, join);
        if !self.is_settled(scope, join, reach, &present) {
            return Ok(false);
        }
        self.enter(join, scope, Origin::Join)?;
        Ok(true)
    }

    /// Whether no token can still bring something to an empty flow: every token that reaches an empty
    /// incoming flow without visiting the join also reaches one that has a token, when it leaves as
    /// usual.
    fn is_settled(&self, scope: Key, join: ElementIx, reach: &Reach, present: &[FlowIx]) -> bool {
        let (full, empty): (Vec<FlowIx>, Vec<FlowIx>) =
            reach.incoming().partition(|flow| present.contains(flow));
        let settled = |at: ElementIx| {
            !empty.iter().any(|flow| reach.reaches(at, *flow))
                || full.iter().any(|flow| reach.reaches_by_leaving(at, *flow))
        };
        self.tokens_in(scope)
            .into_iter()
            .filter(|at| *at != join)
            .all(settled)
    }

    /// The elements of `scope` that a token is at: active element instances, and the targets of the
    /// flows whose tokens move or wait.
    fn tokens_in(&self, scope: Key) -> Vec<ElementIx> {
        let active = self
            .state
            .live_slots()
            .filter(|(_, slot)| slot.parent == scope.slot)
            .map(|(_, slot)| slot.element);
        let parked = self.state.rare().into_iter().flat_map(|rare| &rare.parked);
        let waiting = parked
            .filter(|parked| parked.scope == scope.slot)
            .map(|parked| parked.target);
        active.chain(waiting).collect()
    }

    /// Evaluates the activation condition of a complex gateway that has not fired.
    fn try_complex(&mut self, scope: Key, gateway: ElementIx, activation: &Expr) -> Step {
        if self.awaited_reset(scope, gateway).is_some() {
            return Ok(());
        }
        let present = self.parked_at(scope, gateway).len();
        let overlay = complex_variables(present, true);
        match self.condition(scope.slot, &overlay, activation) {
            Ok(false) => Ok(()),
            Ok(true) => {
                let consumed = self.flows_parked_at(scope, gateway).into_boxed_slice();
                let everything = consumed.len() == self.program.elements[gateway].incoming.len();
                let key = self.state.next_key();
                if !everything {
                    self.emit(Event::ResetAwaited {
                        scope,
                        gateway,
                        consumed,
                    })?;
                }
                let (element, origin) = (gateway, Origin::Join);
                self.emit_activated(key, element, scope, origin)?;
                self.set(key, overlay)?;
                self.execute(key, gateway)
            }
            Err(failure) => {
                let key = self.state.next_key();
                let (element, origin) = (gateway, Origin::Join);
                self.emit(Event::Reached {
                    key,
                    element,
                    scope,
                    origin,
                })?;
                self.raise(key, Stage::Enter, failure.kind, &failure.message)
            }
        }
    }

    /// Resets a complex gateway when each flow that it did not consume a token of has one, or can get
    /// none any more. The late tokens are consumed and go nowhere.
    ///
    /// DIFFERENCE: BPMN 2.0.2, 13.4.5 lets a reset send tokens over outgoing flows whose condition
    /// holds with `waitingForStart` false, unconditional ones included; a discriminator would then
    /// continue twice.
    fn try_reset(&mut self, scope: Key, gateway: ElementIx, reach: &Reach) -> Step<bool> {
        let Some(consumed) = self.awaited_reset(scope, gateway) else {
            return Ok(false);
        };
        let mut present = consumed.clone();
        present.extend(self.flows_parked_at(scope, gateway));
        let complete = reach.incoming().all(|flow| present.contains(&flow));
        if !complete && !self.is_unreachable(scope, gateway, reach, &present) {
            return Ok(false);
        }
        self.emit(Event::Reset { scope, gateway })?;
        self.contained_ended(scope)?;
        Ok(true)
    }

    /// Whether no token can reach a flow that is not in `present`.
    fn is_unreachable(
        &self,
        scope: Key,
        join: ElementIx,
        reach: &Reach,
        present: &[FlowIx],
    ) -> bool {
        self.tokens_in(scope)
            .into_iter()
            .filter(|at| *at != join)
            .all(|at| {
                !reach
                    .incoming()
                    .any(|flow| !present.contains(&flow) && reach.reaches(at, flow))
            })
    }

    fn awaited_reset(&self, scope: Key, gateway: ElementIx) -> Option<Vec<FlowIx>> {
        let resets = &self.state.rare()?.resets;
        let found = resets
            .iter()
            .find(|it| it.scope == scope.slot && it.gateway == gateway)?;
        Some(found.consumed.clone())
    }

    fn is_parked(&self, scope: Key, flow: FlowIx) -> bool {
        let parked = self.state.rare().into_iter().flat_map(|rare| &rare.parked);
        parked
            .into_iter()
            .any(|parked| parked.scope == scope.slot && parked.flow == flow)
    }

    /// The flows of the tokens that wait at `element`, oldest first.
    fn parked_at(&self, scope: Key, element: ElementIx) -> Vec<FlowIx> {
        let parked = self.state.rare().into_iter().flat_map(|rare| &rare.parked);
        parked
            .filter(|parked| parked.scope == scope.slot && parked.target == element)
            .map(|parked| parked.flow)
            .collect()
    }

    /// The flows into `element` that have a waiting token, each once.
    fn flows_parked_at(&self, scope: Key, element: ElementIx) -> Vec<FlowIx> {
        let mut flows = Vec::new();
        for flow in self.parked_at(scope, element) {
            if !flows.contains(&flow) {
                flows.push(flow);
            }
        }
        flows
    }
}

/// What the conditions of a complex gateway can read.
fn complex_variables(tokens: usize, waiting_for_start: bool) -> Vec<(Symbol, Value)> {
    let count = i64::try_from(tokens).unwrap_or(i64::MAX);
    vec![
        (SymbolTable::ACTIVATION_COUNT, Value::from(count)),
        (
            SymbolTable::WAITING_FOR_START,
            Value::from(waiting_for_start),
        ),
    ]
}
