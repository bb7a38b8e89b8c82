//! Models for the benchmarks, and the few calls that run them.
//!
//! The models are plain BPMN that snurr reads as well: tasks are `bpmn:task`, gateways carry names,
//! and flows are named so that its closures can choose by name what our conditions choose by value.

use std::fmt::Write as _;

use reglament_core::Program;
use reglament_core::program::ElementIx;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{
    Actor, Command, Env, Instance, Occasion, Sink, Start, Status, TaskKinds, Variables,
};

/// Builds a model element by element.
#[derive(Default)]
pub struct Model {
    nodes: String,
    flows: String,
    count: usize,
}

impl Model {
    /// An empty model.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a flow node.
    pub fn node(&mut self, tag: &str, id: &str, attributes: &str) -> &mut Self {
        let _ = writeln!(
            self.nodes,
            r#"    <bpmn:{tag} id="{id}" name="{id}" {attributes}/>"#
        );
        self
    }

    /// Adds a flow without a condition.
    pub fn flow(&mut self, from: &str, to: &str) -> &mut Self {
        self.count += 1;
        let id = self.count;
        let _ = writeln!(
            self.flows,
            r#"    <bpmn:sequenceFlow id="f{id}" sourceRef="{from}" targetRef="{to}"/>"#
        );
        self
    }

    /// Adds a named flow, with a condition unless it is empty.
    pub fn named_flow(&mut self, id: &str, from: &str, to: &str, condition: &str) -> &mut Self {
        let _ = write!(
            self.flows,
            r#"    <bpmn:sequenceFlow id="{id}" name="{id}" sourceRef="{from}" targetRef="{to}""#
        );
        if condition.is_empty() {
            self.flows.push_str("/>\n");
        } else {
            let condition = condition.replace('&', "&amp;").replace('<', "&lt;");
            let _ = writeln!(
                self.flows,
                "><bpmn:conditionExpression>={condition}</bpmn:conditionExpression></bpmn:sequenceFlow>"
            );
        }
        self
    }

    /// The file.
    #[must_use]
    pub fn xml(&self) -> String {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:bench">
  <bpmn:process id="p" isExecutable="true">
{}{}  </bpmn:process>
</bpmn:definitions>
"#,
            self.nodes, self.flows
        )
    }
}

/// `count` tasks in a row.
#[must_use]
pub fn tasks(count: usize) -> Model {
    let mut model = Model::new();
    model.node("startEvent", "start", "");
    let mut last = "start".to_owned();
    for number in 1..=count {
        let id = format!("task{number}");
        model.node("task", &id, "").flow(&last, &id);
        last = id;
    }
    model.node("endEvent", "end", "").flow(&last, "end");
    model
}

/// A task in a loop that a gateway leaves when `counter` has reached ten; the script task counts.
#[must_use]
pub fn gateway_loop() -> String {
    let mut model = Model::new();
    model
        .node("startEvent", "start", "")
        .node("exclusiveGateway", "again", "")
        .node("task", "count", "")
        .node("exclusiveGateway", "done", r#"default="NO""#)
        .node("endEvent", "end", "")
        .flow("start", "again")
        .flow("again", "count")
        .flow("count", "done")
        .named_flow("YES", "done", "end", "counter >= 10")
        .named_flow("NO", "done", "again", "");
    let script = r#"    <bpmn:scriptTask id="count" name="count"><bpmn:extensionElements><zeebe:script expression="=counter + 1" resultVariable="counter"/></bpmn:extensionElements></bpmn:scriptTask>"#;
    model
        .xml()
        .replace(r#"    <bpmn:task id="count" name="count" />"#, script)
}

/// The same loop for an engine that counts in a closure.
#[must_use]
pub fn gateway_loop_plain() -> String {
    let mut model = Model::new();
    model
        .node("startEvent", "start", "")
        .node("exclusiveGateway", "again", "")
        .node("task", "count", "")
        .node("exclusiveGateway", "done", r#"default="NO""#)
        .node("endEvent", "end", "")
        .flow("start", "again")
        .flow("again", "count")
        .flow("count", "done")
        .named_flow("YES", "done", "end", "")
        .named_flow("NO", "done", "again", "");
    model.xml()
}

/// A fork to `width` tasks and a join.
#[must_use]
pub fn fork(width: usize) -> Model {
    let mut model = Model::new();
    model
        .node("startEvent", "start", "")
        .node("parallelGateway", "fork", "");
    model
        .node("parallelGateway", "join", "")
        .node("endEvent", "end", "");
    model.flow("start", "fork");
    for number in 1..=width {
        let id = format!("task{number}");
        model
            .node("task", &id, "")
            .flow("fork", &id)
            .flow(&id, "join");
    }
    model.flow("join", "end");
    model
}

/// The shape of the portal flow of the kindergarten queue: nine tasks in a row, four checks on
/// variables, each with a refusal of its own.
#[must_use]
pub fn portal() -> Model {
    let mut model = Model::new();
    model
        .node("startEvent", "start", "")
        .node("task", "register", "")
        .flow("start", "register");
    let checks = [
        ("login", "authorized", "authorized = true"),
        ("signature", "valid", r#"signature = "valid""#),
        ("data", "complete", "documents >= 3"),
        ("queue", "free", "places > 0 and age < 7"),
    ];
    let mut last = "register".to_owned();
    for (task, yes, condition) in checks {
        let (gateway, refusal) = (format!("{task}Check"), format!("{task}Refused"));
        let no = format!("{task}No");
        model
            .node("task", task, "")
            .node("task", &format!("{task}Verified"), "")
            .node("exclusiveGateway", &gateway, &format!(r#"default="{no}""#))
            .node("endEvent", &refusal, "")
            .flow(&last, task)
            .flow(task, &format!("{task}Verified"))
            .flow(&format!("{task}Verified"), &gateway)
            .named_flow(&no, &gateway, &refusal, "");
        let next = format!("{task}Passed");
        model
            .node("task", &next, "")
            .named_flow(yes, &gateway, &next, condition);
        last = next;
    }
    model.node("endEvent", "end", "").flow(&last, "end");
    model
}

/// The variables of an application that passes every check of [`portal`].
#[must_use]
pub fn application() -> Variables {
    vec![
        ("authorized".into(), true.into()),
        ("signature".into(), "valid".into()),
        ("documents".into(), 4.into()),
        ("places".into(), 2.into()),
        ("age".into(), 3.into()),
    ]
}

/// Reads and lowers a model.
///
/// # Panics
/// When the model has errors: it is ours.
#[must_use]
#[expect(clippy::panic, reason = "a benchmark with a broken model must stop")]
pub fn program(xml: &str) -> Program {
    let (definitions, diagnostics) = reglament_core::read("bench.bpmn", xml.as_bytes());
    let Some(definitions) = definitions else {
        panic!("{diagnostics:?}")
    };
    let lowering = reglament_core::lower(&definitions);
    assert!(
        !lowering.program.processes.is_empty(),
        "{:?}",
        lowering.findings
    );
    lowering.program
}

/// The circumstances of every command.
pub struct Bench<'p> {
    env: Env<'p>,
    actor: Actor,
    process: ElementIx,
}

impl<'p> Bench<'p> {
    /// Runs the first process of `program`; `waits` says which tasks wait.
    ///
    /// # Panics
    /// When the program has no process.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "a benchmark without a process must stop"
    )]
    pub fn new(program: &'p Program, zone: &'p Zone, waits: TaskKinds) -> Self {
        let mut env = Env::new(program, zone);
        env.waits = waits;
        let process = program.processes.first().copied().expect("a process");
        Self {
            env,
            actor: Actor::system(),
            process,
        }
    }

    /// Starts a fresh instance.
    pub fn start<S: Sink>(&self, variables: Variables, sink: &mut S) -> Instance {
        let mut instance = Instance::new();
        let start = Start {
            process: self.process,
            at: None,
            event: None,
            variables,
        };
        self.give(&mut instance, Command::Start(start), 0, sink);
        instance
    }

    /// Starts an instance that must end by itself.
    ///
    /// # Panics
    /// When it does not.
    pub fn run<S: Sink>(&self, variables: Variables, sink: &mut S) {
        let instance = self.start(variables, sink);
        assert_eq!(instance.state().status(), Status::Completed);
    }

    /// Gives a command at `seconds` after the epoch.
    ///
    /// # Panics
    /// When it is rejected.
    #[expect(
        clippy::panic,
        reason = "a benchmark with a rejected command must stop"
    )]
    pub fn give<S: Sink>(
        &self,
        instance: &mut Instance,
        command: Command,
        seconds: i64,
        sink: &mut S,
    ) {
        let occasion = Occasion {
            now: Timestamp::from_micros(seconds * 1_000_000),
            actor: &self.actor,
        };
        if let Err(rejection) = instance.handle(&self.env, command, &occasion, sink) {
            panic!("{rejection}");
        }
    }
}
