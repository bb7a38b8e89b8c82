//! The only writer of state: what each event means.
//!
//! Nothing here evaluates an expression or looks at a clock. An event that contradicts the state is
//! [`Broken`]: the state is then not to be used any more.

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx, Kind, SymbolTable};
use reglament_core::timer::Due;
use reglament_feel::{Symbol, Value};

use super::compensation::{self, Compensating, Record};
use super::variables::assign;
use super::{
    AwaitedReset, Extra, Key, Locals, NONE, Parked, Pending, Phase, Rare, Repeat, Slot, State,
    Status,
};
use crate::event::{After, Arm, Event, Origin, Trigger};
use crate::incident::Incident;
use crate::rejection::Rejection;
use crate::state::slot::Stage;

/// A contradiction between state and program, or state and event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken(pub(crate) &'static str);

impl From<Broken> for Rejection {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken.0)
    }
}

/// How many element instances a new instance has room for; most never need more.
const FIRST_SLOTS: usize = 4;

type Applied = Result<(), Broken>;

impl State {
    /// Applies `event`. Replaying all events of an instance in order on a fresh state gives its state.
    ///
    /// # Errors
    /// [`Rejection::Broken`] when the event contradicts the state: a gap in the history, another
    /// program, or an event of a newer version. The state is then not to be used any more.
    #[inline]
    pub fn apply(&mut self, program: &Program, event: &Event) -> Result<(), Rejection> {
        self.write(program, event).map_err(Rejection::from)
    }

    pub(crate) fn write(&mut self, program: &Program, event: &Event) -> Applied {
        match event {
            Event::Taken { flow, scope } => self.write_taken(*flow, *scope),
            Event::Activated {
                key,
                element,
                scope,
                origin,
            } => self.write_activated(program, *key, *element, *scope, *origin),
            Event::Completed { key } => self.write_completed(program, *key),
            Event::Passed { scope, over, to } => self.write_passed(program, *scope, *over, *to),
            Event::Queued {
                element,
                scope,
                iteration,
            } => self.write_queued(program, *element, *scope, *iteration),
            _ => {
                self.seq += 1;
                self.write_rare(program, event)
            }
        }
    }

    /// What [`Event::Taken`] means.
    #[inline]
    pub(crate) fn write_taken(&mut self, flow: FlowIx, scope: Key) -> Applied {
        self.seq += 1;
        self.taken(flow, scope)
    }

    /// What [`Event::Activated`] means.
    #[inline]
    pub(crate) fn write_activated(
        &mut self,
        program: &Program,
        key: Key,
        element: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Applied {
        self.seq += 1;
        match origin {
            Origin::Token(flow) if key.serial > self.serial => {
                self.activated_by_token(key, element, scope, flow)
            }
            _ => self.activated(program, key, element, scope, origin),
        }
    }

    /// What [`Event::Completed`] means.
    #[inline]
    pub(crate) fn write_completed(&mut self, program: &Program, key: Key) -> Applied {
        self.seq += 1;
        self.completed(program, key)
    }

    /// What [`Event::Queued`] means.
    #[inline]
    pub(crate) fn write_queued(
        &mut self,
        program: &Program,
        element: ElementIx,
        scope: Key,
        iteration: u32,
    ) -> Applied {
        self.seq += 1;
        self.queued(program, element, scope, iteration)
    }

    /// What [`Event::Passed`] means: the token is behind the element.
    #[inline]
    pub(crate) fn write_passed(
        &mut self,
        program: &Program,
        scope: Key,
        over: FlowIx,
        to: FlowIx,
    ) -> Applied {
        self.seq += 1;
        if program.flows[to].source != program.flows[over].target {
            return Err(Broken("a token left over a flow of another element"));
        }
        self.consume_token(scope, over)?;
        self.queue.push_back(Pending::Token {
            scope: scope.slot,
            flow: to,
        });
        Ok(())
    }

    #[inline(never)]
    fn write_rare(&mut self, program: &Program, event: &Event) -> Applied {
        match event {
            Event::Taken { .. }
            | Event::Activated { .. }
            | Event::Completed { .. }
            | Event::Passed { .. }
            | Event::Queued { .. } => Err(Broken("an event of the main path in the wrong place")),
            Event::Started { process } => self.started(*process),
            Event::Reached {
                key,
                element,
                scope,
                origin,
            } => {
                self.activated(program, *key, *element, *scope, *origin)?;
                self.slot_mut(*key)?.phase = Phase::Entering;
                Ok(())
            }
            Event::Terminated { key } => self.terminated(*key),
            Event::Arrived { flow, scope } => self.arrived(program, *flow, *scope),
            Event::Armed { owner, arm } => self.armed(*owner, arm),
            Event::Triggered {
                owner, arm, after, ..
            } => self.triggered(*owner, *arm, after),
            Event::ConditionChanged { owner, arm, holds } => {
                self.arm_mut(*owner, *arm)?.trigger = Trigger::Condition { holds: *holds };
                Ok(())
            }
            Event::Interrupted { scope } => self.interrupted(program, *scope),
            Event::VariablesSet { scope, values } => self.variables_set(*scope, values),
            Event::NameDeclared { name } => {
                self.rare_mut().names.push(Arc::clone(name));
                Ok(())
            }
            Event::Repeating { key, items, total } => self.repeating(*key, items.as_ref(), *total),
            Event::ResultCollected {
                key,
                iteration,
                value,
            } => self.result_collected(*key, *iteration, value),
            Event::RepeatingStopped { key } => {
                self.repeat_mut(*key)?.stopped = true;
                self.purge(key.slot);
                Ok(())
            }
            Event::ResetAwaited { .. }
            | Event::Reset { .. }
            | Event::CompensationStarted { .. }
            | Event::HandlerQueued { .. }
            | Event::Compensated { .. } => self.write_compensation(event),
            // Facts for others: nothing in the state depends on them.
            Event::MessageThrown { .. }
            | Event::SignalThrown { .. }
            | Event::ErrorThrown { .. }
            | Event::EscalationThrown { .. } => Ok(()),
            Event::IncidentRaised {
                key,
                stage,
                incident,
            } => self.incident_raised(*key, *stage, incident),
            Event::IncidentResolved { key } => self.incident_resolved(*key),
            Event::Failed { incident } => {
                self.status = Status::Failed;
                self.rare_mut().failure = Some((**incident).clone());
                Ok(())
            }
            Event::Cancelled => {
                self.status = Status::Cancelled;
                Ok(())
            }
        }
    }

    fn write_compensation(&mut self, event: &Event) -> Applied {
        match event {
            Event::ResetAwaited {
                scope,
                gateway,
                consumed,
            } => {
                self.live(*scope)
                    .ok_or(Broken("reset in a scope that has ended"))?;
                let (scope, gateway, consumed) = (scope.slot, *gateway, consumed.to_vec());
                self.rare_mut().resets.push(AwaitedReset {
                    scope,
                    gateway,
                    consumed,
                });
                Ok(())
            }
            Event::Reset { scope, gateway } => self.reset(*scope, *gateway),
            Event::CompensationStarted {
                thrower,
                scope,
                activity,
                deep,
            } => {
                let remaining = self.collect_records(*scope, *activity, *deep)?;
                let compensating = Compensating {
                    scope: scope.slot,
                    remaining,
                    current: None,
                };
                self.slot_mut(*thrower)?.extra_mut().compensating = Some(Box::new(compensating));
                Ok(())
            }
            Event::HandlerQueued { thrower, scope } => self.handler_queued(*thrower, *scope),
            Event::Compensated { thrower, .. } => {
                self.compensating_mut(*thrower)?.current = None;
                Ok(())
            }
            _ => Err(Broken("not an event of compensation")),
        }
    }

    /// Takes what can be compensated out of a scope, and with `deep` out of every scope that is still
    /// active inside it; in order of completion.
    fn collect_records(
        &mut self,
        scope: Key,
        activity: Option<ElementIx>,
        deep: bool,
    ) -> Result<Vec<Record>, Broken> {
        let mut scopes = vec![scope];
        if deep {
            let live = self.live_slots().map(|(key, _)| key);
            scopes.extend(live.filter(|key| *key != scope && self.is_inside(*key, scope)));
        }
        let mut collected = Vec::new();
        for scope in scopes {
            if let Some(extra) = self.slot_mut(scope)?.extra.as_mut() {
                collected.extend(compensation::collect(&mut extra.records, activity));
            }
        }
        collected.sort_by_key(|record| record.seq);
        Ok(collected)
    }

    /// The late tokens of a complex gateway are consumed, one of each flow that it had none of.
    fn reset(&mut self, scope: Key, gateway: ElementIx) -> Applied {
        let rare = self.rare_mut();
        let mine = |reset: &AwaitedReset| reset.scope == scope.slot && reset.gateway == gateway;
        let position = rare
            .resets
            .iter()
            .position(mine)
            .ok_or(Broken("no reset is awaited"))?;
        let mut seen = rare.resets.remove(position).consumed;
        let mut late = 0;
        rare.parked.retain(|parked| {
            let taken = parked.scope == scope.slot
                && parked.target == gateway
                && !seen.contains(&parked.flow);
            if taken {
                seen.push(parked.flow);
                late += 1;
            }
            !taken
        });
        let slot = self.slot_mut(scope)?;
        slot.live = slot
            .live
            .checked_sub(late)
            .ok_or(Broken("a token too many"))?;
        Ok(())
    }

    fn started(&mut self, process: ElementIx) -> Applied {
        if self.status != Status::Fresh {
            return Err(Broken("started twice"));
        }
        self.status = Status::Running;
        self.slots = Vec::with_capacity(FIRST_SLOTS);
        self.allocate(process, NONE, 0);
        Ok(())
    }

    #[inline]
    fn taken(&mut self, flow: FlowIx, scope: Key) -> Applied {
        self.slot_mut(scope)?.live += 1;
        self.queue.push_back(Pending::Token {
            scope: scope.slot,
            flow,
        });
        Ok(())
    }

    /// A token becomes an element instance: what its scope contains stays the same number.
    #[inline]
    fn activated_by_token(
        &mut self,
        key: Key,
        element: ElementIx,
        scope: Key,
        flow: FlowIx,
    ) -> Applied {
        self.consume_token(scope, flow)?;
        if self.allocate(element, scope.slot, 0) == key.slot && self.serial == key.serial {
            Ok(())
        } else {
            Err(Broken("an element instance has another key than recorded"))
        }
    }

    #[inline]
    fn consume_token(&mut self, scope: Key, flow: FlowIx) -> Applied {
        let token = Pending::Token {
            scope: scope.slot,
            flow,
        };
        if self.queue.front() == Some(&token) {
            self.queue.pop_front();
        } else if self.queue.back() == Some(&token) {
            self.queue.pop_back();
        } else {
            return Err(Broken("a token is not where it was recorded"));
        }
        Ok(())
    }

    fn activated(
        &mut self,
        program: &Program,
        key: Key,
        element: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Applied {
        if key.serial <= self.serial {
            self.slot_mut(key)?.phase = Phase::Active;
            return Ok(());
        }
        let (consumed, entry) = self.consume(element, scope, origin)?;
        let parent = self.slot_mut(scope)?;
        parent.live = parent
            .live
            .checked_sub(consumed)
            .ok_or(Broken("a token too many"))?
            + 1;
        let iteration = match entry {
            Some(Pending::Enter { iteration, .. }) => iteration,
            _ => 0,
        };
        let slot = self.allocate(element, scope.slot, iteration);
        if slot != key.slot || self.serial != key.serial {
            return Err(Broken("an element instance has another key than recorded"));
        }
        if iteration > 0 {
            self.begin_iteration(program, key, scope, iteration)?;
        }
        if let Some(Pending::Handler { thrower, .. }) = entry {
            self.begin_handler(key, thrower)?;
        }
        Ok(())
    }

    /// Removes what `origin` consumes; says how many, and the queue entry if it was one.
    #[inline]
    fn consume(
        &mut self,
        element: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Result<(u32, Option<Pending>), Broken> {
        match origin {
            Origin::Token(flow) => {
                self.consume_token(scope, flow)?;
                Ok((1, None))
            }
            Origin::Queue => match self.queue.pop_front() {
                Some(entry) if entry.scope() == scope.slot => Ok((1, Some(entry))),
                _ => Err(Broken("the queue is not as recorded")),
            },
            Origin::Join => Ok((self.consume_join(element, scope.slot), None)),
            Origin::Quantity(count) => Ok((self.consume_oldest(element, scope.slot, count), None)),
            Origin::Trigger => Ok((0, None)),
        }
    }

    /// Removes the oldest waiting token of each incoming flow.
    fn consume_join(&mut self, element: ElementIx, scope: u32) -> u32 {
        let mut flows: Vec<FlowIx> = Vec::new();
        self.rare_mut().parked.retain(|parked| {
            let mine = parked.scope == scope && parked.target == element;
            let first = mine && !flows.contains(&parked.flow);
            if first {
                flows.push(parked.flow);
            }
            !first
        });
        u32::try_from(flows.len()).unwrap_or(u32::MAX)
    }

    /// Removes the oldest `count` waiting tokens.
    fn consume_oldest(&mut self, element: ElementIx, scope: u32, count: u32) -> u32 {
        let mut removed = 0;
        self.rare_mut().parked.retain(|parked| {
            let mine = parked.scope == scope && parked.target == element && removed < count;
            removed += u32::from(mine);
            !mine
        });
        removed
    }

    /// Gives an iteration its counter and item.
    fn begin_iteration(
        &mut self,
        program: &Program,
        key: Key,
        scope: Key,
        iteration: u32,
    ) -> Applied {
        let body = self.slot_mut(scope)?;
        let element = body.element;
        let Some(repeat) = body.extra.as_ref().and_then(|extra| extra.repeat.as_ref()) else {
            return Err(Broken("an iteration outside a loop"));
        };
        let item = match &repeat.items {
            Some(Value::List(items)) => items.get(iteration as usize - 1).cloned(),
            _ => None,
        };
        let name = item_name(program, element);
        let locals = &mut self.slot_mut(key)?.extra_mut().locals;
        locals.push((SymbolTable::LOOP_COUNTER, Value::from(i64::from(iteration))));
        if let (Some(name), Some(item)) = (name, item) {
            assign(locals, name, item);
        }
        self.count_instances(scope)
    }

    fn begin_handler(&mut self, key: Key, thrower: u32) -> Applied {
        let thrower = self
            .key_of(thrower)
            .ok_or(Broken("a handler without its throw event"))?;
        let Some(record) = self.compensating_mut(thrower)?.current.clone() else {
            return Err(Broken("a handler that nobody waits for"));
        };
        let extra = self.slot_mut(key)?.extra_mut();
        extra.locals = record.locals;
        extra.records = record.nested;
        extra.handler_for = Some(thrower);
        Ok(())
    }

    #[inline]
    fn completed(&mut self, program: &Program, key: Key) -> Applied {
        let slot = self.slot_mut(key)?;
        if slot.live != 0 {
            return Err(Broken("a scope completed around something that is active"));
        }
        let (element, parent, iteration) = (slot.element, slot.parent, slot.iteration);
        let extra = slot.extra.is_some();
        // A complex gateway whose late tokens never came has nothing to wait for any more.
        if let Some(rare) = self.rare.as_mut().filter(|rare| !rare.resets.is_empty()) {
            rare.resets.retain(|reset| reset.scope != key.slot);
        }
        if parent == NONE {
            self.status = Status::Completed;
            self.disarm(key);
            return Ok(());
        }
        if extra || program.elements[element].activity.is_some() {
            self.record_completion(program, key);
            self.disarm(key);
        }
        if iteration > 0
            && let Some(body) = self.key_of(parent)
        {
            self.repeat_mut(body)?.completed += 1;
            self.release(key);
            return self.count_instances(body);
        }
        self.release(key);
        Ok(())
    }

    /// Remembers a completed activity that can be compensated.
    fn record_completion(&mut self, program: &Program, key: Key) {
        let Ok(slot) = self.slot_mut(key) else { return };
        let element = &program.elements[slot.element];
        let (index, parent, iteration) = (slot.element, slot.parent, slot.iteration);
        let handled = slot
            .extra
            .as_ref()
            .is_some_and(|extra| extra.handler_for.is_some());
        let own = element
            .activity
            .as_ref()
            .filter(|_| iteration == 0)
            .and_then(|a| a.compensation);
        let inner = element
            .compensation_event_sub_process(program)
            .filter(|_| iteration > 0 || !is_repeated(element));
        let nested = slot
            .extra
            .as_mut()
            .map(|extra| std::mem::take(&mut extra.records));
        let nested = nested.unwrap_or_default();
        let handler = own.or(inner);
        if handled
            || (handler.is_none() && nested.is_empty())
            || matches!(element.kind, Kind::Process)
        {
            return;
        }
        let locals = slot
            .extra
            .as_ref()
            .map(|extra| extra.locals.clone())
            .unwrap_or_default();
        let record = Record {
            seq: self.seq,
            activity: index,
            handler,
            locals,
            nested,
        };
        if let Some(parent) = self.slots.get_mut(parent as usize) {
            parent.extra_mut().records.push(record);
        }
    }

    fn terminated(&mut self, key: Key) -> Applied {
        let slot = self.slot_mut(key)?;
        let (parent, iteration) = (slot.parent, slot.iteration);
        slot.phase = Phase::Active;
        self.disarm(key);
        self.purge(key.slot);
        self.forget_incident(key);
        if parent == NONE {
            return Ok(());
        }
        if self.slot_mut(key)?.live != 0 {
            return Err(Broken("a scope was terminated before what it contains"));
        }
        self.abort_compensation(key);
        self.release(key);
        if iteration > 0
            && let Some(body) = self.key_of(parent)
        {
            self.repeat_mut(body)?.terminated += 1;
            return self.count_instances(body);
        }
        Ok(())
    }

    fn arrived(&mut self, program: &Program, flow: FlowIx, scope: Key) -> Applied {
        let token = Pending::Token {
            scope: scope.slot,
            flow,
        };
        if self.queue.front() != Some(&token) {
            return Err(Broken("a token is not where it was recorded"));
        }
        self.queue.pop_front();
        let target = program.flows[flow].target;
        self.rare_mut().parked.push(Parked {
            scope: scope.slot,
            flow,
            target,
        });
        Ok(())
    }

    fn queued(
        &mut self,
        program: &Program,
        element: ElementIx,
        scope: Key,
        iteration: u32,
    ) -> Applied {
        let slot = self.slot_mut(scope)?;
        slot.live += 1;
        if matches!(
            program.elements[slot.element].kind,
            Kind::AdHocSubProcess(_)
        ) {
            slot.extra_mut().entered += 1;
        }
        if iteration > 0 {
            self.repeat_mut(scope)?.begun = iteration;
        }
        self.queue.push_back(Pending::Enter {
            scope: scope.slot,
            element,
            iteration,
        });
        Ok(())
    }

    fn handler_queued(&mut self, thrower: Key, scope: Key) -> Applied {
        let compensating = self.compensating_mut(thrower)?;
        let record = compensating
            .remaining
            .pop()
            .ok_or(Broken("nothing left to compensate"))?;
        let element = record.handler.ok_or(Broken("a record without a handler"))?;
        compensating.current = Some(record);
        self.slot_mut(scope)?.live += 1;
        let (scope, thrower) = (scope.slot, thrower.slot);
        self.queue.push_back(Pending::Handler {
            scope,
            element,
            thrower,
        });
        Ok(())
    }

    fn armed(&mut self, owner: Key, arm: &Arm) -> Applied {
        let arms = &mut self.slot_mut(owner)?.extra_mut().arms;
        let number = u32::try_from(arms.len()).unwrap_or(u32::MAX);
        arms.push(arm.clone());
        self.index_arm(owner, number, &arm.trigger);
        Ok(())
    }

    fn index_arm(&mut self, owner: Key, number: u32, trigger: &Trigger) {
        match trigger {
            Trigger::Timer { due, .. } => {
                self.rare_mut().timers.insert((due.at, owner, number));
            }
            Trigger::Condition { .. } => {
                self.rare_mut().conditions.insert((owner, number));
            }
            Trigger::Message { .. } | Trigger::Signal { .. } => {}
        }
    }

    fn triggered(&mut self, owner: Key, number: u32, after: &After) -> Applied {
        self.unindex(owner, number);
        let arm = self.arm_mut(owner, number)?;
        match after {
            After::Spent => arm.spent = true,
            After::Stays => {}
            After::Next(next) => {
                if let Trigger::Timer { due, .. } = &mut arm.trigger {
                    *due = next.clone();
                }
            }
        }
        let trigger = arm.trigger.clone();
        if !matches!(after, After::Spent) {
            self.index_arm(owner, number, &trigger);
        }
        Ok(())
    }

    /// Takes an arm out of the indexes.
    fn unindex(&mut self, owner: Key, number: u32) {
        let due: Option<Due> = match self.arm(owner, number).map(|arm| &arm.trigger) {
            Some(Trigger::Timer { due, .. }) => Some(**due),
            _ => None,
        };
        let Some(rare) = self.rare.as_mut() else {
            return;
        };
        if let Some(due) = due {
            rare.timers.remove(&(due.at, owner, number));
        }
        rare.conditions.remove(&(owner, number));
    }

    /// Withdraws everything that `owner` waits for.
    fn disarm(&mut self, owner: Key) {
        let count = self.extra(owner.slot).map_or(0, |extra| extra.arms.len());
        for number in (0u32..).take(count) {
            self.unindex(owner, number);
        }
        if let Ok(slot) = self.slot_mut(owner)
            && let Some(extra) = slot.extra.as_mut()
        {
            extra.arms.clear();
        }
    }

    fn interrupted(&mut self, program: &Program, scope: Key) -> Applied {
        self.slot_mut(scope)?.extra_mut().interrupted = true;
        // The boundary events on the scope stay armed: they are outside it.
        let inside = |arm: &Arm| matches!(program.elements[arm.element].kind, Kind::StartEvent(_));
        let numbers: Vec<u32> = self
            .extra(scope.slot)
            .map(|extra| {
                let arms = (0u32..).zip(&extra.arms);
                arms.filter(|(_, arm)| inside(arm))
                    .map(|(number, _)| number)
                    .collect()
            })
            .unwrap_or_default();
        for number in numbers {
            self.unindex(scope, number);
            self.arm_mut(scope, number)?.spent = true;
        }
        self.purge(scope.slot);
        Ok(())
    }

    /// Removes the tokens and queue entries of a scope.
    fn purge(&mut self, scope: u32) {
        let before = self.queue.len();
        self.queue.retain(|pending| pending.scope() != scope);
        let mut gone = before - self.queue.len();
        if let Some(rare) = self.rare.as_mut() {
            let before = rare.parked.len();
            rare.parked.retain(|parked| parked.scope != scope);
            gone += before - rare.parked.len();
            rare.resets.retain(|reset| reset.scope != scope);
        }
        if let Some(slot) = self.slots.get_mut(scope as usize) {
            slot.live = slot
                .live
                .saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX));
        }
    }

    fn variables_set(&mut self, scope: Key, values: &[(Symbol, Value)]) -> Applied {
        let locals: &mut Locals = &mut self.slot_mut(scope)?.extra_mut().locals;
        for (symbol, value) in values {
            assign(locals, *symbol, value.clone());
        }
        Ok(())
    }

    fn repeating(&mut self, key: Key, items: Option<&Value>, total: Option<u32>) -> Applied {
        let repeat = Repeat {
            items: items.cloned(),
            total,
            ..Repeat::default()
        };
        self.slot_mut(key)?.extra_mut().repeat = Some(Box::new(repeat));
        if total.is_some() {
            self.count_instances(key)
        } else {
            Ok(())
        }
    }

    fn result_collected(&mut self, key: Key, iteration: u32, value: &Value) -> Applied {
        let results = &mut self.repeat_mut(key)?.results;
        let position = (iteration as usize)
            .checked_sub(1)
            .ok_or(Broken("iteration 0"))?;
        if results.len() <= position {
            results.resize(position + 1, Value::Null);
        }
        if let Some(place) = results.get_mut(position) {
            *place = value.clone();
        }
        Ok(())
    }

    /// Writes the counters of a multi-instance body that expressions can read.
    fn count_instances(&mut self, body: Key) -> Applied {
        let repeat = self.repeat_mut(body)?;
        let Some(total) = repeat.total else {
            return Ok(());
        };
        let (begun, completed, terminated) = (repeat.begun, repeat.completed, repeat.terminated);
        let active = begun.saturating_sub(completed).saturating_sub(terminated);
        let locals = &mut self.slot_mut(body)?.extra_mut().locals;
        for (symbol, count) in [
            (SymbolTable::NUMBER_OF_INSTANCES, total),
            (SymbolTable::NUMBER_OF_ACTIVE_INSTANCES, active),
            (SymbolTable::NUMBER_OF_COMPLETED_INSTANCES, completed),
            (SymbolTable::NUMBER_OF_TERMINATED_INSTANCES, terminated),
        ] {
            assign(locals, symbol, Value::from(i64::from(count)));
        }
        Ok(())
    }

    fn incident_raised(&mut self, key: Key, stage: Stage, incident: &Incident) -> Applied {
        self.slot_mut(key)?.phase = Phase::Stuck(stage);
        self.rare_mut().incidents.push((key, incident.clone()));
        Ok(())
    }

    fn incident_resolved(&mut self, key: Key) -> Applied {
        let slot = self.slot_mut(key)?;
        slot.phase = match slot.phase {
            Phase::Stuck(Stage::Enter) => Phase::Entering,
            Phase::Stuck(_) | Phase::Active | Phase::Entering => Phase::Active,
        };
        self.forget_incident(key);
        Ok(())
    }

    fn forget_incident(&mut self, key: Key) {
        if let Some(rare) = self.rare.as_mut() {
            rare.incidents.retain(|(stuck, _)| *stuck != key);
        }
    }

    #[inline]
    fn allocate(&mut self, element: ElementIx, parent: u32, iteration: u32) -> u32 {
        self.serial += 1;
        let serial = self.serial;
        let free = self.free.wrapping_sub(1);
        if let Some(place) = self.slots.get_mut(free as usize) {
            self.free = place.parent;
            place.element = element;
            place.serial = serial;
            place.parent = parent;
            place.live = 0;
            place.iteration = iteration;
            place.phase = Phase::Active;
            return free;
        }
        let (phase, live) = (Phase::Active, 0);
        self.slots.push(Slot {
            element,
            serial,
            parent,
            live,
            iteration,
            phase,
            extra: None,
        });
        u32::try_from(self.slots.len() - 1).unwrap_or(NONE)
    }

    /// Frees the place of `key` and takes it out of its parent.
    #[inline]
    fn release(&mut self, key: Key) {
        let next = self.free;
        let Some(slot) = self.slots.get_mut(key.slot as usize) else {
            return;
        };
        let parent = slot.parent;
        slot.serial = 0;
        slot.parent = next;
        if slot.extra.is_some() {
            slot.extra = None;
        }
        self.free = key.slot + 1;
        if let Some(parent) = self.slots.get_mut(parent as usize) {
            parent.live = parent.live.saturating_sub(1);
        }
    }

    /// The key that the next element instance will have.
    #[inline]
    pub(crate) fn next_key(&self) -> Key {
        let free = self.free.wrapping_sub(1);
        let slot = if self.free == 0 {
            u32::try_from(self.slots.len()).unwrap_or(NONE)
        } else {
            free
        };
        Key {
            serial: self.serial + 1,
            slot,
        }
    }

    #[inline]
    fn slot_mut(&mut self, key: Key) -> Result<&mut Slot, Broken> {
        self.slots
            .get_mut(key.slot as usize)
            .filter(|slot| slot.serial == key.serial)
            .ok_or(Broken("an element instance that has ended"))
    }

    fn arm_mut(&mut self, owner: Key, arm: u32) -> Result<&mut Arm, Broken> {
        let extra = self.slot_mut(owner)?.extra_mut();
        extra
            .arms
            .get_mut(arm as usize)
            .ok_or(Broken("an arm that was never armed"))
    }

    fn repeat_mut(&mut self, key: Key) -> Result<&mut Repeat, Broken> {
        let extra = self.slot_mut(key)?.extra_mut();
        extra
            .repeat
            .as_deref_mut()
            .ok_or(Broken("not the body of a loop"))
    }

    fn compensating_mut(&mut self, key: Key) -> Result<&mut Compensating, Broken> {
        let extra = self.slot_mut(key)?.extra_mut();
        extra
            .compensating
            .as_deref_mut()
            .ok_or(Broken("not compensating"))
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Builds again what is derived from the arms.
    pub(super) fn index_arms(&mut self) {
        let arms: Vec<(Key, u32, Trigger)> = self
            .arms()
            .into_iter()
            .map(|(owner, number, arm)| (owner, number, arm.trigger.clone()))
            .collect();
        for (owner, number, trigger) in arms {
            self.index_arm(owner, number, &trigger);
        }
    }
}

impl Slot {
    pub(super) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }
}

/// Whether `element` is a loop or multi-instance.
fn is_repeated(element: &reglament_core::program::Element) -> bool {
    element
        .activity
        .as_ref()
        .is_some_and(|activity| activity.repetition.is_some())
}

/// The variable that an iteration of `element` finds its item in.
fn item_name(program: &Program, element: ElementIx) -> Option<Symbol> {
    use reglament_core::program::Repetition;
    match program.elements[element]
        .activity
        .as_ref()?
        .repetition
        .as_ref()?
    {
        Repetition::MultiInstance(multi) => multi.item,
        Repetition::Loop(_) => None,
    }
}
