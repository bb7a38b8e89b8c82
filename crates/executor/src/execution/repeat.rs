//! Loops and multi-instance: a body around iterations.
//!
//! # Source
//! BPMN 2.0.2, 10.3.8, 13.3.6 (standard loop), 13.3.7 (multi-instance).

use reglament_core::program::{
    Behavior, Element, ElementIx, LoopCharacteristics, MultiInstance, Repetition, SymbolTable,
};
use reglament_feel::{Symbol, Value};

use super::evaluate::Failure;
use super::{Execution, Step};
use crate::event::Event;
use crate::incident::IncidentKind;
use crate::sink::Sink;
use crate::state::{Broken, Key, Locals, Stage};

impl<S: Sink> Execution<'_, S> {
    fn repetition(&self, index: ElementIx) -> Step<&Repetition> {
        let activity = self.program.elements[index].activity.as_ref();
        activity
            .and_then(|it| it.repetition.as_ref())
            .ok_or(Broken("not a repeated activity"))
    }

    /// The body is active: the collection is evaluated once, and the first iterations begin.
    pub(super) fn begin_repetition(&mut self, body: Key, index: ElementIx) -> Step {
        let program = self.program;
        match program.elements[index]
            .activity
            .as_ref()
            .and_then(|it| it.repetition.as_ref())
        {
            Some(Repetition::Loop(characteristics)) => {
                self.emit(Event::Repeating {
                    key: body,
                    items: None,
                    total: None,
                })?;
                self.next_pass(body, index, characteristics)
            }
            Some(Repetition::MultiInstance(multi)) => match self.extent(body, multi) {
                Ok((items, total)) => {
                    self.emit(Event::Repeating {
                        key: body,
                        items,
                        total: Some(total),
                    })?;
                    self.begin_instances(body, index, multi, total)
                }
                Err(failure) => self.raise(body, Stage::Execute, failure.kind, &failure.message),
            },
            None => Err(Broken("not a repeated activity")),
        }
    }

    /// The items and the number of instances.
    fn extent(&self, body: Key, multi: &MultiInstance) -> Result<(Option<Value>, u32), Failure> {
        let invalid = |message: String| Failure::new(IncidentKind::LoopInvalid, message);
        let limit = self.env.limits.instances;
        let (items, count) = if let Some(collection) = &multi.collection {
            let value = self.required(body.slot, &[], collection, IncidentKind::LoopInvalid)?;
            let Value::List(items) = &value else {
                let text = collection.feel.text();
                return Err(invalid(format!(
                    "expected the collection `{text}` to be a list, found {value}"
                )));
            };
            let count = items.len() as u64;
            (Some(value), count)
        } else if let Some(cardinality) = &multi.cardinality {
            let value = self.required(body.slot, &[], cardinality, IncidentKind::LoopInvalid)?;
            let count = match &value {
                Value::Number(number) => number.to_i64().and_then(|it| u64::try_from(it).ok()),
                _ => None,
            };
            let text = cardinality.feel.text();
            let count = count.ok_or_else(|| {
                invalid(format!(
                    "expected the cardinality `{text}` to be a whole number from 0, found {value}"
                ))
            })?;
            (None, count)
        } else {
            return Err(invalid("neither a collection nor a cardinality".to_owned()));
        };
        match u32::try_from(count) {
            Ok(total) if total <= limit => Ok((items, total)),
            _ => Err(invalid(format!(
                "{count} instances, more than the limit of {limit}"
            ))),
        }
    }

    fn begin_instances(
        &mut self,
        body: Key,
        element: ElementIx,
        multi: &MultiInstance,
        total: u32,
    ) -> Step {
        let first = if multi.sequential {
            total.min(1)
        } else {
            total
        };
        for iteration in 1..=first {
            self.emit_queued(element, body, iteration)?;
        }
        if total == 0 {
            self.contained_ended(body)
        } else {
            Ok(())
        }
    }

    /// Begins the next pass of a standard loop, or leaves.
    fn next_pass(
        &mut self,
        body: Key,
        index: ElementIx,
        characteristics: &LoopCharacteristics,
    ) -> Step {
        let begun = self.repeat_counts(body)?.0;
        let exhausted = characteristics
            .maximum
            .is_some_and(|maximum| begun >= maximum);
        let tested = characteristics.test_before || begun > 0;
        let goes_on = match &characteristics.condition {
            _ if exhausted => Ok(false),
            Some(condition) if tested => {
                let counter =
                    Value::from(i64::from(begun + u32::from(characteristics.test_before)));
                let overlay = [(SymbolTable::LOOP_COUNTER, counter)];
                self.condition(body.slot, &overlay, condition)
            }
            Some(_) | None => Ok(true),
        };
        match goes_on {
            Ok(true) => {
                let (element, iteration) = (index, begun + 1);
                self.emit_queued(element, body, iteration)
            }
            Ok(false) => {
                self.emit(Event::RepeatingStopped { key: body })?;
                self.leave(body)
            }
            Err(failure) => self.raise(body, Stage::Leave, failure.kind, &failure.message),
        }
    }

    /// How many iterations have begun, and whether no further one begins.
    fn repeat_counts(&self, body: Key) -> Step<(u32, bool)> {
        let repeat = self
            .state
            .extra(body.slot)
            .and_then(|extra| extra.repeat.as_ref());
        let repeat = repeat.ok_or(Broken("not the body of a loop"))?;
        Ok((repeat.begun, repeat.stopped))
    }

    /// Leaves one iteration: its outputs and result, then what follows from its completion.
    pub(super) fn leave_iteration(&mut self, key: Key, index: ElementIx, body: Key) -> Step {
        let element = &self.program.elements[index];
        let prepared = self.iteration_results(key, element);
        let (outputs, result) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => return self.raise(key, Stage::Leave, failure.kind, &failure.message),
        };
        let iteration = self.state.iteration(key);
        let seen = self.locals_after(key, element, &outputs);
        self.merge(body.slot, outputs)?;
        if let Some(value) = result {
            let value = Box::new(value);
            self.emit(Event::ResultCollected {
                key: body,
                iteration,
                value,
            })?;
        }
        self.complete_instance(key)?;
        self.iteration_completed(body, index, &seen)
    }

    /// What the conditions that follow a completion see of the instance that completed: its local
    /// variables and outputs. Nothing is copied for an activity without such conditions.
    fn locals_after(
        &self,
        key: Key,
        element: &Element,
        outputs: &[(Symbol, Value)],
    ) -> Vec<(Symbol, Value)> {
        let repetition = element
            .activity
            .as_ref()
            .and_then(|it| it.repetition.as_ref());
        let asks = match repetition {
            Some(Repetition::MultiInstance(multi)) => {
                multi.completion.is_some() || matches!(multi.behavior, Behavior::Complex(_))
            }
            Some(Repetition::Loop(_)) | None => false,
        };
        if !asks {
            return Vec::new();
        }
        let locals = self.state.extra(key.slot).map(|extra| extra.locals.clone());
        let mut seen = locals.unwrap_or_default();
        seen.extend(outputs.iter().cloned());
        seen
    }

    /// The outputs of an iteration and what it contributes to the output collection.
    fn iteration_results(
        &self,
        key: Key,
        element: &Element,
    ) -> Result<(Locals, Option<Value>), Failure> {
        let mut outputs = Vec::new();
        if let Some(mappings) = &element.mappings {
            self.map(key.slot, &mappings.outputs, &mut outputs)?;
        }
        let repetition = element
            .activity
            .as_ref()
            .and_then(|it| it.repetition.as_ref());
        let result = match repetition {
            Some(Repetition::MultiInstance(multi)) if multi.output.is_some() => {
                let value = multi.output_element.as_ref().map_or(Value::Null, |expr| {
                    self.evaluate(key.slot, &outputs, expr).value
                });
                Some(value)
            }
            Some(_) | None => None,
        };
        Ok((outputs, result))
    }

    /// An iteration has completed: events are thrown, and the loop goes on or ends.
    fn iteration_completed(
        &mut self,
        body: Key,
        index: ElementIx,
        seen: &[(Symbol, Value)],
    ) -> Step {
        // A body with an incident goes on from here when that is resolved.
        if !self.goes_on(body) {
            return Ok(());
        }
        let program = self.program;
        let repetition = program.elements[index]
            .activity
            .as_ref()
            .and_then(|it| it.repetition.as_ref());
        match repetition {
            Some(Repetition::Loop(characteristics)) => self.next_pass(body, index, characteristics),
            Some(Repetition::MultiInstance(multi)) => {
                self.throw_completion_events(body, index, multi, seen)?;
                if self.goes_on(body) {
                    self.after_instance(body, index, multi, seen)
                } else {
                    Ok(())
                }
            }
            None => Err(Broken("not a repeated activity")),
        }
    }

    fn after_instance(
        &mut self,
        body: Key,
        element: ElementIx,
        multi: &MultiInstance,
        seen: &[(Symbol, Value)],
    ) -> Step {
        let (begun, stopped) = self.repeat_counts(body)?;
        if stopped {
            return self.contained_ended(body);
        }
        if let Some(completion) = &multi.completion {
            match self.condition(body.slot, seen, completion) {
                Ok(true) => {
                    self.emit(Event::RepeatingStopped { key: body })?;
                    self.terminate_contents(body)?;
                    return self.contained_ended(body);
                }
                Ok(false) => {}
                Err(failure) => {
                    return self.raise(body, Stage::Leave, failure.kind, &failure.message);
                }
            }
        }
        let total = self.total(body)?;
        if multi.sequential && begun < total {
            let iteration = begun + 1;
            return self.emit_queued(element, body, iteration);
        }
        self.contained_ended(body)
    }

    fn total(&self, body: Key) -> Step<u32> {
        let repeat = self
            .state
            .extra(body.slot)
            .and_then(|extra| extra.repeat.as_ref());
        Ok(repeat.and_then(|repeat| repeat.total).unwrap_or(0))
    }

    /// Nothing is left in a body: goes on with the iterations that remain, or leaves.
    pub(super) fn iterations_ended(&mut self, body: Key, index: ElementIx) -> Step {
        let sequential = match self.repetition(index)? {
            Repetition::Loop(_) => return self.leave(body),
            Repetition::MultiInstance(multi) => multi.sequential,
        };
        let (begun, stopped) = self.repeat_counts(body)?;
        if sequential && !stopped && begun < self.total(body)? {
            let (element, iteration) = (index, begun + 1);
            return self.emit_queued(element, body, iteration);
        }
        self.leave(body)
    }

    /// Goes on with a body whose condition could not be evaluated, or that could not be left.
    pub(super) fn resume_repetition(&mut self, body: Key, index: ElementIx) -> Step {
        let program = self.program;
        let repetition = program.elements[index]
            .activity
            .as_ref()
            .and_then(|it| it.repetition.as_ref());
        let (begun, stopped) = self.repeat_counts(body)?;
        let live = self.state.live(body).map_or(0, |slot| slot.live);
        match repetition {
            Some(Repetition::Loop(characteristics)) if !stopped => {
                self.next_pass(body, index, characteristics)
            }
            Some(Repetition::MultiInstance(multi)) if live > 0 || begun < self.total(body)? => {
                self.after_instance(body, index, multi, &[])
            }
            Some(_) | None => self.leave(body),
        }
    }

    /// Puts the list of results into its variable, in input order; instances without one count null.
    pub(super) fn collect_output(
        &self,
        body: Key,
        element: &Element,
        outputs: &mut Vec<(Symbol, Value)>,
    ) {
        let repetition = element
            .activity
            .as_ref()
            .and_then(|it| it.repetition.as_ref());
        let Some(Repetition::MultiInstance(multi)) = repetition else {
            return;
        };
        let (Some(name), Some(extra)) = (multi.output, self.state.extra(body.slot)) else {
            return;
        };
        let Some(repeat) = &extra.repeat else { return };
        let mut results = repeat.results.clone();
        results.resize(repeat.total.unwrap_or(0) as usize, Value::Null);
        outputs.push((name, Value::from(results)));
    }

    /// The events that a completion throws (`behavior`).
    fn throw_completion_events(
        &mut self,
        body: Key,
        index: ElementIx,
        multi: &MultiInstance,
        seen: &[(Symbol, Value)],
    ) -> Step {
        let completed = self
            .state
            .extra(body.slot)
            .and_then(|extra| extra.repeat.as_ref())
            .map_or(0, |repeat| repeat.completed);
        match &multi.behavior {
            Behavior::All => Ok(()),
            Behavior::One(event) => match event {
                Some(event) if completed == 1 => self.throw_definition(body, index, event),
                Some(_) | None => Ok(()),
            },
            Behavior::None(event) => match event {
                Some(event) => self.throw_definition(body, index, event),
                None => Ok(()),
            },
            Behavior::Complex(definitions) => {
                for (condition, event) in definitions {
                    if !self.goes_on(body) {
                        return Ok(());
                    }
                    match self.condition(body.slot, seen, condition) {
                        Ok(true) => self.throw_definition(body, index, event)?,
                        Ok(false) => {}
                        Err(failure) => {
                            return self.raise(body, Stage::Leave, failure.kind, &failure.message);
                        }
                    }
                }
                Ok(())
            }
        }
    }
}
