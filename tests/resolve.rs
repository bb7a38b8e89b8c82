//! Incidents are resolved by trying again: without a mended cause there is the same incident, with it
//! the instance goes on. And what a clock that stood still has missed fires once.
//!
//! # Source
//! BPMN 2.0.2, 10.6.2, 10.6.3 (exceptions of gateways) and 13.3; ISO 8601 (repeating intervals).

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{
    Actor, Command, Env, Event, IncidentKind, Instance, Key, Occasion, Rejection, Start, Status,
    TaskKinds, Variables,
};
use reglament_feel::Value;

#[path = "invariants/mod.rs"]
mod invariants;

use invariants::Follower;

/// A model whose process `p` begins at `s`.
fn program(body: &str) -> Program {
    let xml = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
            id="definitions" targetNamespace="urn:reglament:test">
            <message id="m" name="m"><extensionElements>
              <zeebe:subscription correlationKey="=k"/></extensionElements></message>
            <process id="p" isExecutable="true"><startEvent id="s"/>{body}<endEvent id="e"/></process>
            <process id="q" isExecutable="true"><startEvent id="qs"/></process>
        </definitions>"#
    );
    let (definitions, read) = reglament_core::read("test.bpmn", xml.as_bytes());
    let lowering = reglament_core::lower(&definitions.expect("a tree"));
    assert!(
        lowering.program.process("p").is_some(),
        "{read:?} {:?}",
        lowering.findings
    );
    lowering.program
}

/// An instance with its checks.
struct Run<'p> {
    program: &'p Program,
    zone: Zone,
    now: Timestamp,
    instance: Instance,
    follower: Follower,
    log: Vec<Event>,
}

impl<'p> Run<'p> {
    fn start(program: &'p Program, variables: Variables) -> Self {
        let mut run = Self {
            program,
            zone: Zone::default(),
            now: instant("2026-03-02T08:00:00Z"),
            instance: Instance::new(),
            follower: Follower::default(),
            log: Vec::new(),
        };
        let process = program.process("p").expect("a process");
        run.send(Command::Start(Start {
            process,
            at: None,
            event: None,
            variables,
        }))
        .expect("starts");
        run
    }

    fn send(&mut self, command: Command) -> Result<(), Rejection> {
        let mut env = Env::new(self.program, &self.zone);
        env.waits = TaskKinds::ALL;
        env.limits.steps = 100;
        let actor = Actor::system();
        let occasion = Occasion {
            now: self.now,
            actor: &actor,
        };
        let mut events = Vec::new();
        self.instance
            .handle(&env, command, &occasion, &mut events)?;
        if let Err(what) = self
            .follower
            .follow(self.program, &events, self.instance.state())
        {
            panic!("{what}");
        }
        self.log.extend(events);
        Ok(())
    }

    fn incident(&self) -> Option<(Key, IncidentKind)> {
        self.instance
            .state()
            .incidents()
            .next()
            .map(|(key, _, incident)| (key, incident.kind))
    }

    fn waiting(&self) -> Vec<(Key, &str)> {
        let waiting = self.instance.state().waiting(self.program);
        waiting
            .into_iter()
            .map(|(key, element)| (key, self.program.id(element)))
            .collect()
    }

    /// How often `id` was activated.
    fn activations(&self, id: &str) -> usize {
        let wanted = self.program.element(id).expect("an element");
        self.log
            .iter()
            .filter(|event| matches!(event, Event::Activated { element, .. } if *element == wanted))
            .count()
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        let found = self
            .instance
            .state()
            .variables(self.program)
            .find(|(known, _)| ***known == *name);
        found.map(|(_, value)| value)
    }
}

fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("an instant")
}

fn value(name: &str, value: impl Into<Value>) -> (Arc<str>, Value) {
    (Arc::from(name), value.into())
}

fn set(variables: Variables) -> Command {
    Command::SetVariables {
        scope: None,
        variables,
    }
}

/// A kind of incident and what mends it.
struct Trouble {
    kind: IncidentKind,
    /// The flow nodes and flows between `s` and `e`.
    body: String,
    /// The variable that mends it.
    mended: (Arc<str>, Value),
    /// Whether something waits then; else the instance has completed.
    waits: bool,
}

const FLOWS: &str = r#"<sequenceFlow id="s_a" sourceRef="s" targetRef="a"/>
    <sequenceFlow id="a_e" sourceRef="a" targetRef="e"/>"#;

/// A gateway `a` whose one way out has `condition`.
fn gateway(kind: IncidentKind, condition: &str, mended: impl Into<Value>) -> Trouble {
    let body = format!(
        r#"<exclusiveGateway id="a"/><sequenceFlow id="s_a" sourceRef="s" targetRef="a"/>
        <sequenceFlow id="a_e" sourceRef="a" targetRef="e">
        <conditionExpression>{condition}</conditionExpression></sequenceFlow>"#
    );
    Trouble {
        kind,
        body,
        mended: value("k", mended),
        waits: false,
    }
}

/// An element `a` with `inner` inside.
fn element(
    kind: IncidentKind,
    tag: &str,
    inner: &str,
    mended: impl Into<Value>,
    waits: bool,
) -> Trouble {
    let name = tag.split(' ').next().unwrap_or(tag);
    let body = format!("<{tag} id=\"a\">{inner}</{name}>{FLOWS}");
    Trouble {
        kind,
        body,
        mended: value("k", mended),
        waits,
    }
}

/// The same with `inner` as an extension.
fn extended(
    kind: IncidentKind,
    tag: &str,
    inner: &str,
    mended: impl Into<Value>,
    waits: bool,
) -> Trouble {
    element(
        kind,
        tag,
        &format!("<extensionElements>{inner}</extensionElements>"),
        mended,
        waits,
    )
}

/// Each kind of incident that data can cause and mend.
fn troubles() -> Vec<Trouble> {
    let timer = "<timerEventDefinition><timeDuration>=k</timeDuration></timerEventDefinition>";
    let cardinality = "<loopCardinality>k</loopCardinality>";
    let repeated = format!(
        "<multiInstanceLoopCharacteristics>{cardinality}</multiInstanceLoopCharacteristics>"
    );
    let input = r#"<zeebe:input source="=k + 1" target="x"/>"#;
    let mapping = format!("<zeebe:ioMapping>{input}</zeebe:ioMapping>");
    let called = r#"<zeebe:calledElement processId="=k"/>"#;
    let script = r#"<zeebe:script expression="=k + 1" resultVariable="x"/>"#;
    let receive = "receiveTask messageRef=\"m\"";
    vec![
        gateway(IncidentKind::NoFlowTaken, "k = 7", 7),
        gateway(IncidentKind::ConditionNotBoolean, "k", true),
        extended(IncidentKind::MappingFailed, "task", &mapping, 1, true),
        element(
            IncidentKind::TimerInvalid,
            "intermediateCatchEvent",
            timer,
            "PT1H",
            true,
        ),
        element(IncidentKind::CorrelationInvalid, receive, "", "one", true),
        element(IncidentKind::LoopInvalid, "task", &repeated, 1, true),
        extended(
            IncidentKind::CalledElementUnknown,
            "callActivity",
            called,
            "q",
            false,
        ),
        extended(IncidentKind::ScriptFailed, "scriptTask", script, 1, false),
    ]
}

#[test]
fn resolving_without_mending_is_the_same_incident_and_with_it_the_instance_goes_on() {
    for Trouble {
        kind,
        body,
        mended,
        waits,
    } in troubles()
    {
        let program = program(&body);
        // A name that is no process, where the kind needs a value that is there.
        let before = match kind {
            IncidentKind::CalledElementUnknown => vec![value("k", "nobody")],
            IncidentKind::NoFlowTaken => vec![value("k", 1)],
            _ => Vec::new(),
        };
        let mut run = Run::start(&program, before);
        let (key, found) = run
            .incident()
            .unwrap_or_else(|| panic!("{kind}: no incident"));
        assert_eq!(found, kind);
        assert!(
            run.waiting().is_empty(),
            "{kind}: what has an incident does not wait"
        );
        run.send(Command::Resolve { key })
            .expect("an incident can be tried again");
        let (key, found) = run
            .incident()
            .unwrap_or_else(|| panic!("{kind}: resolved by nothing"));
        assert_eq!(found, kind);
        run.send(set(vec![mended])).expect("variables can be set");
        run.send(Command::Resolve { key })
            .expect("an incident can be tried again");
        assert_eq!(run.incident(), None, "{kind}");
        if waits {
            assert_eq!(run.waiting().len(), 1, "{kind}");
            assert_eq!(run.instance.state().status(), Status::Running, "{kind}");
        } else {
            assert_eq!(run.instance.state().status(), Status::Completed, "{kind}");
        }
        let resolved = run.send(Command::Resolve { key });
        assert!(resolved.is_err(), "{kind}: an incident is resolved once");
    }
}

#[test]
fn a_failed_job_waits_again_when_it_is_resolved() {
    let program = program(
        r#"<serviceTask id="a"/><sequenceFlow id="s_a" sourceRef="s" targetRef="a"/><sequenceFlow id="a_e" sourceRef="a" targetRef="e"/>"#,
    );
    let mut run = Run::start(&program, Vec::new());
    let (key, _) = *run.waiting().first().expect("the task waits");
    run.send(Command::Fail {
        key,
        message: "no connection".into(),
    })
    .expect("a task can fail");
    assert_eq!(run.incident(), Some((key, IncidentKind::JobFailed)));
    assert_eq!(
        run.send(Command::Complete {
            key,
            variables: Vec::new()
        }),
        Err(Rejection::HasIncident(key))
    );
    run.send(Command::Resolve { key })
        .expect("an incident can be tried again");
    assert_eq!(run.waiting(), vec![(key, "a")]);
    run.send(Command::Complete {
        key,
        variables: Vec::new(),
    })
    .expect("the task waits again");
    assert_eq!(run.instance.state().status(), Status::Completed);
    assert_eq!(run.activations("a"), 1);
}

#[test]
fn a_retry_reads_the_mended_data_and_not_the_payload_again() {
    let program = program(
        r#"<task id="a"><extensionElements><zeebe:ioMapping>
             <zeebe:output source="=answer + k" target="x"/></zeebe:ioMapping></extensionElements></task>
           <sequenceFlow id="s_a" sourceRef="s" targetRef="a"/><sequenceFlow id="a_e" sourceRef="a" targetRef="e"/>"#,
    );
    let mut run = Run::start(&program, Vec::new());
    let (key, _) = *run.waiting().first().expect("the task waits");
    let payload = vec![value("answer", 40)];
    run.send(Command::Complete {
        key,
        variables: payload,
    })
    .expect("the task waits");
    assert_eq!(run.incident(), Some((key, IncidentKind::MappingFailed)));
    run.send(set(vec![value("k", 2)]))
        .expect("variables can be set");
    run.send(Command::SetVariables {
        scope: Some(key),
        variables: vec![value("answer", 5)],
    })
    .expect("the payload can be mended too");
    run.send(Command::Resolve { key })
        .expect("an incident can be tried again");
    assert_eq!(run.variable("x"), Some(&Value::from(7)));
    assert_eq!(run.instance.state().status(), Status::Completed);
}

#[test]
fn a_used_up_budget_of_steps_is_renewed_by_resolving() {
    let program = program(
        r#"<exclusiveGateway id="again"/><scriptTask id="a"><extensionElements>
             <zeebe:script expression="=n + 1" resultVariable="n"/></extensionElements></scriptTask>
           <exclusiveGateway id="g" default="g_e"/>
           <sequenceFlow id="s_again" sourceRef="s" targetRef="again"/><sequenceFlow id="again_a" sourceRef="again" targetRef="a"/>
           <sequenceFlow id="a_g" sourceRef="a" targetRef="g"/>
           <sequenceFlow id="g_again" sourceRef="g" targetRef="again"><conditionExpression>n &lt; 60</conditionExpression></sequenceFlow>
           <sequenceFlow id="g_e" sourceRef="g" targetRef="e"/>"#,
    );
    let mut run = Run::start(&program, vec![value("n", 0)]);
    let mut budgets = 0;
    while let Some((key, kind)) = run.incident() {
        assert_eq!(kind, IncidentKind::StepLimit);
        run.send(Command::Resolve { key })
            .expect("an incident can be tried again");
        budgets += 1;
        assert!(budgets < 10, "the loop has sixty passes");
    }
    assert!(budgets > 0, "sixty passes need more than one budget");
    assert_eq!(run.variable("n"), Some(&Value::from(60)));
    assert_eq!(run.instance.state().status(), Status::Completed);
}

#[test]
fn missed_occurrences_of_a_cycle_fire_once_and_the_grid_stays() {
    let program = program(
        r#"<task id="a"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="false">
             <timerEventDefinition><timeCycle>R/PT5M</timeCycle></timerEventDefinition></boundaryEvent>
           <sequenceFlow id="s_a" sourceRef="s" targetRef="a"/><sequenceFlow id="a_e" sourceRef="a" targetRef="e"/>
           <sequenceFlow id="b_e" sourceRef="b" targetRef="e"/>"#,
    );
    let mut run = Run::start(&program, Vec::new());
    run.now = instant("2026-03-02T08:32:00Z");
    run.send(Command::Wake).expect("the instance runs");
    assert_eq!(run.activations("b"), 1);
    assert_eq!(
        run.instance.poll_timeout(),
        Some(instant("2026-03-02T08:35:00Z"))
    );
    run.now = instant("2026-03-02T08:34:59Z");
    run.send(Command::Wake).expect("the instance runs");
    assert_eq!(run.activations("b"), 1, "never before it is due");
}

#[test]
fn an_overdue_timer_fires_once() {
    let program = program(
        r#"<intermediateCatchEvent id="a"><timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition></intermediateCatchEvent>
           <sequenceFlow id="s_a" sourceRef="s" targetRef="a"/><sequenceFlow id="a_e" sourceRef="a" targetRef="e"/>"#,
    );
    for (now, completed) in [
        ("2026-03-03T08:00:00Z", false),
        ("2026-03-05T08:00:00Z", true),
    ] {
        let mut run = Run::start(&program, Vec::new());
        let saved = run
            .instance
            .state()
            .save(&program)
            .expect("the state can be saved");
        run.instance = Instance::load(&program, &saved).expect("the state can be loaded");
        run.now = instant(now);
        run.send(Command::Wake).expect("the instance runs");
        assert_eq!(
            run.instance.state().status() == Status::Completed,
            completed
        );
        assert_eq!(run.activations("e"), usize::from(completed));
    }
}

#[test]
fn a_backward_clock_fires_nothing_twice() {
    let program = program(
        r#"<task id="a"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="false">
             <timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition></boundaryEvent>
           <sequenceFlow id="s_a" sourceRef="s" targetRef="a"/><sequenceFlow id="a_e" sourceRef="a" targetRef="e"/>
           <sequenceFlow id="b_e" sourceRef="b" targetRef="e"/>"#,
    );
    let mut run = Run::start(&program, Vec::new());
    for now in [
        "2026-03-02T09:00:00Z",
        "2026-03-02T07:00:00Z",
        "2026-03-02T09:00:00Z",
    ] {
        run.now = instant(now);
        run.send(Command::Wake).expect("the instance runs");
        assert_eq!(run.activations("b"), 1);
    }
}
