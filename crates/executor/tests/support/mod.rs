//! One instance of a model, moved by commands.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::expect_used,
    clippy::panic,
    reason = "every test file uses its own part; a test fails by panicking"
)]

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{
    Actor, Command, ElementMapping, Env, Event, Instance, Key, MigrationPlan, MigrationReport,
    Occasion, Rejection, Start, State, Status,
};
use reglament_feel::Value;

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("an instant")
}

/// The process `p` with `content`; `roots` stands before it.
pub(crate) fn program_with(roots: &str, content: &str) -> Arc<Program> {
    let xml = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:reg="urn:reglament:bpmn:1"
            targetNamespace="urn:test">{roots}<process id="p" isExecutable="true">{content}</process>
        </definitions>"#
    );
    let (definitions, diagnostics) = reglament_core::read("test.bpmn", xml.as_bytes());
    let definitions = definitions.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let lowering = reglament_core::lower(&definitions);
    let mut findings = lowering.findings.iter().map(|it| &it.diagnostic);
    if let Some(error) = findings.find(|it| it.is_error()) {
        panic!("{error}");
    }
    Arc::new(lowering.program)
}

pub(crate) fn program(content: &str) -> Arc<Program> {
    program_with("", content)
}

/// `from>to` as a sequence flow with that id, several separated by spaces.
pub(crate) fn flows(list: &str) -> String {
    let flow = |pair: &str| {
        let (from, to) = pair.split_once('>').expect("a flow is written from>to");
        format!(r#"<sequenceFlow id="{from}-{to}" sourceRef="{from}" targetRef="{to}"/>"#)
    };
    list.split_whitespace().map(flow).collect()
}

/// The plan that is generated for a case.
pub(crate) fn generated(case: &Case, target: &Program) -> MigrationPlan {
    MigrationPlan::generate(&case.program, target)
}

/// One element becomes another, and what it waits for stays.
pub(crate) fn mapping(from: &str, to: &str) -> ElementMapping {
    ElementMapping {
        from: from.into(),
        to: to.into(),
        update: false,
    }
}

pub(crate) struct Case {
    pub(crate) program: Arc<Program>,
    pub(crate) instance: Instance,
    pub(crate) events: Vec<Event>,
    pub(crate) now: Timestamp,
}

impl Case {
    pub(crate) fn start(program: &Arc<Program>) -> Self {
        Self::start_with(program, Vec::new())
    }

    pub(crate) fn start_with(program: &Arc<Program>, variables: Vec<(Arc<str>, Value)>) -> Self {
        let mut case = Self {
            program: Arc::clone(program),
            instance: Instance::new(),
            events: Vec::new(),
            now: at("2026-03-02T09:00:00Z"),
        };
        let start = Start {
            process: program.process("p").expect("the process"),
            at: None,
            event: None,
            variables,
        };
        case.send(Command::Start(start)).expect("it starts");
        case
    }

    pub(crate) fn state(&self) -> &State {
        self.instance.state()
    }

    pub(crate) fn send(&mut self, command: Command) -> Result<(), Rejection> {
        let program = Arc::clone(&self.program);
        self.send_under(&program, command)
    }

    fn send_under(&mut self, program: &Arc<Program>, command: Command) -> Result<(), Rejection> {
        let (actor, zone) = (Actor::system(), Zone::default());
        let occasion = Occasion {
            now: self.now,
            actor: &actor,
        };
        let env = Env::new(program, &zone);
        let (before, count) = (self.instance.clone(), self.events.len());
        let done = self
            .instance
            .handle(&env, command, &occasion, &mut self.events);
        if done.is_err() {
            assert_eq!(self.instance, before, "a rejection leaves no trace");
            assert_eq!(self.events.len(), count, "a rejection leaves no trace");
        }
        self.state().check().expect("what is kept for speed agrees");
        done
    }

    /// Goes on under `target`. The events lead a copy of the state to the same.
    pub(crate) fn migrate(
        &mut self,
        target: &Arc<Program>,
        plan: &MigrationPlan,
    ) -> Result<(), Rejection> {
        let command = Command::Migrate {
            source: Arc::clone(&self.program),
            plan: Box::new(plan.clone()),
        };
        let (mut replayed, count) = (self.state().clone(), self.events.len());
        self.send_under(target, command)?;
        for event in self.events.iter().skip(count) {
            replayed.apply(target, event).expect("it is replayed");
        }
        assert_eq!(&replayed, self.state());
        let saved = self.state().save(target).expect("it is saved");
        assert_eq!(State::load(target, &saved).as_ref(), Ok(self.state()));
        self.program = Arc::clone(target);
        Ok(())
    }

    /// As [`Case::migrate`], with the plan that is generated.
    pub(crate) fn migrate_as_generated(&mut self, target: &Arc<Program>) {
        let plan = MigrationPlan::generate(&self.program, target);
        self.migrate(target, &plan).expect("it is migrated");
    }

    /// Everything that stands in the way of a migration, as kinds and messages; it is not migrated.
    pub(crate) fn problems(&mut self, target: &Arc<Program>, plan: &MigrationPlan) -> Vec<String> {
        let Err(Rejection::Migration(report)) = self.migrate(target, plan) else {
            panic!("it was migrated")
        };
        assert_eq!(*report, self.check(target, plan));
        let problems = report.problems.iter();
        problems
            .map(|it| format!("{}: {}", it.kind, it.message))
            .collect()
    }

    pub(crate) fn check(&self, target: &Arc<Program>, plan: &MigrationPlan) -> MigrationReport {
        let (actor, zone) = (Actor::system(), Zone::default());
        let occasion = Occasion {
            now: self.now,
            actor: &actor,
        };
        let env = Env::new(target, &zone);
        self.state()
            .check_migration(&self.program, plan, &env, &occasion)
    }

    /// The one live instance of an element.
    pub(crate) fn key(&self, id: &str) -> Key {
        let element = self.program.element(id).expect("an element");
        let live = self.state().element_instances().into_iter();
        let found: Vec<Key> = live.filter(|it| it.1 == element).map(|it| it.0).collect();
        match found.as_slice() {
            [one] => *one,
            several => panic!("expected one instance of {id}, found {several:?}"),
        }
    }

    pub(crate) fn complete(&mut self, id: &str) {
        let key = self.key(id);
        let variables = Vec::new();
        self.send(Command::Complete { key, variables })
            .expect("it is completed");
    }

    pub(crate) fn wake(&mut self, now: &str) {
        self.now = at(now);
        self.send(Command::Wake).expect("time passes");
    }

    /// The ids of what waits, in order.
    pub(crate) fn waiting(&self) -> Vec<&str> {
        let waiting = self.state().waiting(&self.program).into_iter();
        waiting.map(|(_, it)| self.program.id(it)).collect()
    }

    /// What is waited for, by the ids of the events.
    pub(crate) fn armed(&self) -> Vec<&str> {
        let arms = self.state().arms().into_iter();
        arms.map(|(_, _, arm)| self.program.id(arm.element))
            .collect()
    }

    pub(crate) fn is_completed(&self) -> bool {
        self.state().status() == Status::Completed
    }

    pub(crate) fn variable(&self, name: &str) -> Option<Value> {
        let mut variables = self.state().variables(&self.program);
        variables.find(|it| **it.0 == *name).map(|it| it.1.clone())
    }
}
