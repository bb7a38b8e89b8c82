//! A plan against an instance: everything that the state names needs its counterpart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{Alternatives, ElementIx, EventDefinition, FlowIx, Kind, MessageIx};
use reglament_core::timer::Timestamp;
use reglament_feel::Symbol;

use super::compare::{kind, part};
use super::mapping::{self, Mapping};
use super::plan::MigrationPlan;
use super::report::{MigrationProblemKind as Problem, MigrationReport};
use super::starved::starved;
use super::{Migrated, MigratedArm, MigratedTerm, Role, caught_events};
use crate::env::Env;
use crate::event::Trigger;
use crate::state::{CompensationRecord, Key, NONE, Phase, Slot, Stage, State};

/// What a migration will do.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) migrated: Migrated,
    /// The events that are armed anew, with their owners.
    pub(crate) arming: Vec<(Key, ElementIx)>,
    /// The terms that only the target has and that begin with the migration, with their owners.
    pub(crate) starting: Vec<(Key, Alternatives)>,
    /// Whether a condition that is waited for is another one.
    pub(crate) conditions_changed: bool,
}

/// Checks `plan` against `state`, an instance of `source`; the target is the program of `env`.
pub(crate) fn check(
    state: &State,
    source: &Program,
    env: &Env<'_>,
    plan: &MigrationPlan,
    now: Timestamp,
) -> (Prepared, MigrationReport) {
    let mut report = MigrationReport::default();
    let mapping = mapping::read(plan, source, env.program, &mut report);
    let mut checker = Checker {
        state,
        source,
        target: env.program,
        plan,
        mapping,
        report,
        elements: BTreeMap::new(),
        flows: BTreeMap::new(),
        arms: Vec::new(),
        terms: Vec::new(),
        withdrawn: BTreeSet::new(),
        arming: Vec::new(),
        starting: Vec::new(),
        conditions_changed: false,
    };
    checker.element_instances();
    checker.waiting_tokens();
    checker.running_terms(env, now);
    checker.new_terms();
    // What can get where is a question about tokens that all have a place.
    if checker.report.is_good() {
        checker.joins();
    }
    checker.prepared()
}

pub(super) struct Checker<'a> {
    pub(super) state: &'a State,
    pub(super) source: &'a Program,
    pub(super) target: &'a Program,
    pub(super) plan: &'a MigrationPlan,
    pub(super) mapping: Mapping,
    pub(super) report: MigrationReport,
    elements: BTreeMap<ElementIx, ElementIx>,
    flows: BTreeMap<FlowIx, FlowIx>,
    arms: Vec<MigratedArm>,
    pub(super) terms: Vec<MigratedTerm>,
    /// The arms that are withdrawn.
    pub(super) withdrawn: BTreeSet<(Key, u32)>,
    arming: Vec<(Key, ElementIx)>,
    pub(super) starting: Vec<(Key, Alternatives)>,
    conditions_changed: bool,
}

impl Checker<'_> {
    fn prepared(self) -> (Prepared, MigrationReport) {
        let (names, declared) = self.names();
        let migrated = Migrated {
            from: self.source.fingerprint(),
            to: self.target.fingerprint(),
            elements: self.elements.into_iter().collect(),
            flows: self.flows.into_iter().collect(),
            names,
            declared,
            arms: self.arms.into(),
            terms: self.terms.into(),
        };
        let prepared = Prepared {
            migrated,
            arming: self.arming,
            starting: self.starting,
            conditions_changed: self.conditions_changed,
        };
        (prepared, self.report)
    }

    /// What `element` becomes, which the state names because of `what`.
    pub(super) fn place(
        &mut self,
        element: ElementIx,
        key: Option<Key>,
        what: &str,
    ) -> Option<ElementIx> {
        let Some(to) = self.mapping.element(element) else {
            let id = self.source.id(element);
            let kind = kind(self.source, element);
            let message = format!("{kind} `{id}` {what}, and the plan does not map it");
            self.report.add(Problem::Unmapped, id, key, message);
            return None;
        };
        self.elements.insert(element, to);
        Some(to)
    }

    fn element_instances(&mut self) {
        if self.state.next_pending().is_some() {
            let root = self.state.root();
            let id = root.and_then(|root| self.state.element(root));
            let id = id.map_or("", |element| self.source.id(element));
            let message =
                "the instance was stopped in the middle of a step; resolve that incident first";
            self.report.add(Problem::InMotion, id, root, message);
        }
        let state = self.state;
        let mut live: Vec<(Key, &Slot)> = state.live_slots().collect();
        live.sort_by_key(|(key, _)| *key);
        for (key, slot) in live {
            let what = format!("has an instance ({key})");
            let Some(to) = self.place(slot.element, Some(key), &what) else {
                continue;
            };
            self.nesting(key, slot, to);
            self.arms_of(key, slot, to);
            self.order(key, slot, to);
            let extra = slot.extra.iter();
            for record in extra.clone().flat_map(|extra| &extra.records) {
                self.record(key, record);
            }
            for undoing in extra.filter_map(|extra| extra.compensating.as_deref()) {
                for record in undoing.remaining.iter().chain(&undoing.current) {
                    self.record(key, record);
                }
            }
        }
    }

    /// What contains an instance has to become what contains its counterpart.
    fn nesting(&mut self, key: Key, slot: &Slot, to: ElementIx) {
        if slot.parent == NONE || slot.iteration > 0 {
            return;
        }
        let Some(parent) = self.state.slot(slot.parent) else {
            return;
        };
        let Some(around) = self.mapping.element(parent.element) else {
            return;
        };
        let id = self.source.id(slot.element);
        if let Kind::CallActivity(called) = &self.target.elements[around].kind {
            if let Some(other) = called.resolved.filter(|process| *process != to) {
                let message = format!(
                    "expected `{}` to call `{}`, which `{id}` becomes, found that it calls `{}`",
                    self.target.id(around),
                    self.target.id(to),
                    self.target.id(other)
                );
                self.report.add(Problem::OtherScope, id, Some(key), message);
            }
            return;
        }
        let scope = self.target.elements[to].scope;
        // A compensation handler runs beside what it undoes.
        if self.source.elements[slot.element].scope != parent.element || scope == around {
            return;
        }
        let message = format!(
            "expected `{}`, which `{id}` becomes, inside `{}`, found it inside `{}`",
            self.target.id(to),
            self.target.id(around),
            self.target.id(scope)
        );
        self.report.add(Problem::OtherScope, id, Some(key), message);
    }

    /// What an instance waits for.
    fn arms_of(&mut self, key: Key, slot: &Slot, to: ElementIx) {
        // What could not be entered has no arms: it is entered again under the target.
        if matches!(slot.phase, Phase::Entering | Phase::Stuck(Stage::Enter)) {
            return;
        }
        let role = Role::of(self.state, self.source, slot);
        let expected = caught_events(self.target, to, role);
        let mut carried: BTreeMap<ElementIx, ElementIx> = BTreeMap::new();
        let armed = slot.extra.iter().flat_map(|extra| &extra.arms);
        for event in caught_events(self.source, slot.element, role) {
            let waits = armed.clone().any(|arm| arm.element == event && !arm.spent);
            let new = self.mapping.element(event);
            let new = match new {
                Some(new) if expected.contains(&new) => new,
                Some(new) => {
                    if waits {
                        self.moved((event, new), key, to);
                    }
                    continue;
                }
                None => {
                    if waits {
                        let id = self.source.id(event);
                        let what = "is not mapped: what it waits for is withdrawn";
                        self.report.note(id, format!("`{id}` {what}"));
                    }
                    continue;
                }
            };
            if self.mapping.updates(event) {
                continue;
            }
            if carried.values().any(|it| *it == new) {
                let id = self.source.id(event);
                let into = self.target.id(new);
                let message = format!("`{id}` and another event of {key} both become `{into}`");
                self.report
                    .add(Problem::MappedTwice, id, Some(key), message);
            }
            carried.insert(event, new);
        }
        self.carry_arms(key, slot, &carried);
        let interrupted = slot.extra.as_ref().is_some_and(|extra| extra.interrupted);
        for event in expected {
            let start = matches!(self.target.elements[event].kind, Kind::StartEvent(_));
            if carried.values().any(|it| *it == event) || (interrupted && start) {
                continue;
            }
            self.arming.push((key, event));
            if event != to && may_be_armed(self.target, event) {
                let id = self.target.id(event);
                let what = "is waited for from the migration on";
                self.report.note(id, format!("`{id}` {what}"));
            }
        }
    }

    fn moved(&mut self, (event, new): (ElementIx, ElementIx), key: Key, to: ElementIx) {
        let id = self.source.id(event);
        let message = format!(
            "expected `{}`, which `{id}` becomes, at `{}`, found it elsewhere",
            self.target.id(new),
            self.target.id(to)
        );
        self.report.add(Problem::OtherScope, id, Some(key), message);
    }

    fn carry_arms(&mut self, key: Key, slot: &Slot, carried: &BTreeMap<ElementIx, ElementIx>) {
        let arms = slot.extra.iter().flat_map(|extra| &extra.arms);
        let mut seen: BTreeMap<ElementIx, usize> = BTreeMap::new();
        for (number, arm) in (0u32..).zip(arms) {
            let place = seen.entry(arm.element).or_default();
            let position = *place;
            *place += 1;
            let element = carried.get(&arm.element).copied();
            if element.is_none() {
                self.withdrawn.insert((key, number));
            }
            let message = element
                .filter(|_| matches!(arm.trigger, Trigger::Message { .. }))
                .and_then(|event| message_of(self.target, event, position));
            if let Some(new) = element
                && matches!(arm.trigger, Trigger::Condition { .. })
            {
                self.conditions_changed |=
                    conditions(self.source, arm.element) != conditions(self.target, new);
            }
            self.arms.push(MigratedArm {
                owner: key,
                arm: number,
                element,
                message,
            });
        }
    }

    /// A sequential ad-hoc sub-process goes on where its list was left.
    fn order(&mut self, key: Key, slot: &Slot, to: ElementIx) {
        let (Kind::AdHocSubProcess(old), Kind::AdHocSubProcess(new)) = (
            &self.source.elements[slot.element].kind,
            &self.target.elements[to].kind,
        ) else {
            return;
        };
        let begun = slot.extra.as_ref().map_or(0, |extra| extra.entered) as usize;
        let text = |ad_hoc: &reglament_core::program::AdHoc| {
            let elements = ad_hoc.active_elements.as_ref();
            elements.map(|it| it.feel.text().to_owned())
        };
        let initial = |program: &Program, element: ElementIx| -> Vec<Option<ElementIx>> {
            let body = program.elements[element].body.as_ref();
            let initial = body.into_iter().flat_map(|body| body.initial.iter());
            initial.take(begun).map(|it| Some(*it)).collect()
        };
        let before: Vec<_> = initial(self.source, slot.element)
            .into_iter()
            .map(|it| it.and_then(|element| self.mapping.element(element)))
            .collect();
        let same = text(old) == text(new) && before == initial(self.target, to);
        if old.sequential && begun > 0 && !same {
            let id = self.source.id(slot.element);
            let message = format!("what `{id}` has begun is not what it begins with in the target");
            self.report.add(Problem::OtherKind, id, Some(key), message);
        }
    }

    /// What can be compensated, with what completed inside it.
    fn record(&mut self, key: Key, record: &CompensationRecord) {
        let what = "has completed and can be compensated";
        let activity = self.place(record.activity, Some(key), what);
        if let Some(handler) = record.handler {
            let what = format!("compensates `{}`", self.source.id(record.activity));
            let handler = self.place(handler, Some(key), &what);
            if let (Some(activity), Some(handler)) = (activity, handler) {
                self.handler(key, record.activity, (activity, handler));
            }
        }
        for nested in &record.nested {
            self.record(key, nested);
        }
    }

    fn handler(&mut self, key: Key, from: ElementIx, (to, handler): (ElementIx, ElementIx)) {
        let element = &self.target.elements[to];
        let own = element.activity.as_ref().and_then(|it| it.compensation);
        let inner = element.compensation_event_sub_process(self.target);
        if own != Some(handler) && inner != Some(handler) {
            let id = self.source.id(from);
            let message = format!(
                "expected `{}` to be compensated by `{}`, found that it is not in the target",
                self.target.id(to),
                self.target.id(handler)
            );
            self.report.add(Problem::OtherScope, id, Some(key), message);
        }
    }

    /// Tokens that wait at joins, and complex gateways that wait for their late ones.
    fn waiting_tokens(&mut self) {
        let Some(rare) = self.state.rare() else {
            return;
        };
        let mut taken: BTreeMap<(u32, FlowIx), FlowIx> = BTreeMap::new();
        for parked in &rare.parked {
            let id = Arc::clone(&self.source.flows[parked.flow].id);
            let what = format!("has a token that came by `{id}`");
            let Some(join) = self.place(parked.target, None, &what) else {
                continue;
            };
            let Some(flow) = self.flow(parked.flow, join) else {
                continue;
            };
            if !self.target.flows[flow].waits {
                let message = format!("tokens do not wait at the end of `{id}` in the target");
                self.report.add(Problem::FlowUnmapped, &id, None, message);
            }
            let other = taken.insert((parked.scope, flow), parked.flow);
            if let Some(other) = other.filter(|other| *other != parked.flow) {
                let message = format!(
                    "tokens wait at the end of `{}` and `{id}`, which both become `{}`",
                    self.source.flows[other].id, self.target.flows[flow].id
                );
                self.report.add(Problem::FlowsMerged, &id, None, message);
            }
            self.join_scope(parked.scope, parked.target, join);
        }
        for reset in &rare.resets {
            let what = "has fired and waits for late tokens";
            let Some(gateway) = self.place(reset.gateway, None, what) else {
                continue;
            };
            for flow in &reset.consumed {
                self.flow(*flow, gateway);
            }
            self.join_scope(reset.scope, reset.gateway, gateway);
        }
    }

    /// The flow into `join` that a token is at the end of.
    fn flow(&mut self, flow: FlowIx, join: ElementIx) -> Option<FlowIx> {
        let id = Arc::clone(&self.source.flows[flow].id);
        let join_id = self.target.id(join);
        let Some(new) = self.mapping.flows.get(&flow).copied() else {
            let message = format!(
                "a token waits at the end of `{id}`, and the target has no flow `{id}`; map it to a \
                 flow into `{join_id}`"
            );
            self.report.add(Problem::FlowUnmapped, &id, None, message);
            return None;
        };
        let end = self.target.flows[new].target;
        if end != join {
            let message = format!(
                "a token waits at the end of `{id}`: expected `{}` to end at `{join_id}`, found at `{}`",
                self.target.flows[new].id,
                self.target.id(end)
            );
            self.report.add(Problem::FlowUnmapped, &id, None, message);
            return None;
        }
        self.flows.insert(flow, new);
        Some(new)
    }

    fn join_scope(&mut self, scope: u32, from: ElementIx, join: ElementIx) {
        let around = self.state.slot(scope).map(|slot| slot.element);
        let around = around.and_then(|element| self.mapping.element(element));
        let found = self.target.elements[join].scope;
        if around.is_some_and(|around| around != found) {
            let id = self.source.id(from);
            let message = format!(
                "expected `{}`, which `{id}` becomes, in the scope of its tokens, found it inside `{}`",
                self.target.id(join),
                self.target.id(found)
            );
            self.report.add(Problem::OtherScope, id, None, message);
        }
    }

    /// Joins that nothing would ever complete, unless that was so before.
    fn joins(&mut self) {
        let state = self.state;
        let parked = state.rare().map_or(&[][..], |rare| &rare.parked);
        for (key, slot) in state.live_slots() {
            let role = Role::of(state, self.source, slot);
            let ad_hoc = matches!(
                self.source.elements[slot.element].kind,
                Kind::AdHocSubProcess(_)
            );
            let Some(scope) = self.mapping.element(slot.element) else {
                continue;
            };
            if role == Role::Body || ad_hoc {
                continue;
            }
            let inside = state.live_slots().filter(|(_, it)| it.parent == key.slot);
            let tokens: Vec<ElementIx> = inside.map(|(_, it)| it.element).collect();
            let here = parked.iter().filter(|it| it.scope == key.slot);
            let waiting: Vec<FlowIx> = here.map(|it| it.flow).collect();
            let before = starved(self.source, slot.element, &tokens, &waiting);
            let tokens: Vec<ElementIx> = (tokens.iter())
                .filter_map(|it| self.mapping.element(*it))
                .collect();
            let waiting: Vec<FlowIx> = (waiting.iter())
                .filter_map(|it| self.mapping.flows.get(it).copied())
                .collect();
            for (join, flow) in starved(self.target, scope, &tokens, &waiting) {
                let was = |(old, _): &(ElementIx, FlowIx)| self.mapping.element(*old) == Some(join);
                if before.iter().any(was) {
                    continue;
                }
                let id = self.target.id(join);
                let flow = &self.target.flows[flow].id;
                let message = format!(
                    "join `{id}` of the target waits for a token over `{flow}`, which none of the \
                     instance can get to"
                );
                self.report.add(Problem::Starved, id, Some(key), message);
            }
        }
    }

    /// The symbols of all variables that have values, and the names that the target does not use.
    fn names(&self) -> Names {
        let (source, target) = (self.source, self.target);
        let own = self.state.rare().map_or(&[][..], |rare| &rare.names);
        let mut declared: Vec<Arc<str>> = own
            .iter()
            .filter(|name| target.names.get(name).is_none())
            .cloned()
            .collect();
        let mut names = Vec::new();
        for symbol in self.state.used_symbols() {
            let Some(name) = self.state.name(source, symbol) else {
                continue;
            };
            let new = target.names.get(name).unwrap_or_else(|| {
                let known = declared.iter().position(|it| it == name);
                let place = known.unwrap_or_else(|| {
                    declared.push(Arc::clone(name));
                    declared.len() - 1
                });
                Symbol(u32::try_from(target.names.len() + place).unwrap_or(u32::MAX))
            });
            names.push((symbol, new));
        }
        (names.into(), declared.into())
    }
}

/// The symbols that have counterparts, and the names that the target numbers on from its table.
type Names = (Box<[(Symbol, Symbol)]>, Box<[Arc<str>]>);

/// Whether anything of an event is armed; errors and the like find their handler when they are thrown.
fn may_be_armed(program: &Program, event: ElementIx) -> bool {
    let Some(part) = part(&program.elements[event].kind) else {
        return true;
    };
    part.definitions.iter().any(|it| {
        matches!(
            it,
            EventDefinition::Message(_)
                | EventDefinition::Timer(_)
                | EventDefinition::Signal(_)
                | EventDefinition::Conditional(_)
        )
    })
}

/// The message of the definition at `position`.
fn message_of(program: &Program, event: ElementIx, position: usize) -> Option<MessageIx> {
    if let Kind::Task(task) = &program.elements[event].kind {
        return task.message;
    }
    let definitions = &part(&program.elements[event].kind)?.definitions;
    match definitions.get(position % definitions.len().max(1)) {
        Some(EventDefinition::Message(message)) => *message,
        _ => None,
    }
}

/// The texts of the conditions of an event.
fn conditions(program: &Program, event: ElementIx) -> Vec<String> {
    let part = part(&program.elements[event].kind);
    let definitions = part.into_iter().flat_map(|part| part.definitions.iter());
    definitions
        .filter_map(|it| match it {
            EventDefinition::Conditional(condition) => Some(condition.feel.text().to_owned()),
            _ => None,
        })
        .collect()
}
