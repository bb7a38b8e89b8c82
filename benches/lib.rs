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
    nodes: Vec<[String; 4]>,
    flows: Vec<[String; 5]>,
}

impl Model {
    /// An empty model.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a flow node with further attributes.
    pub fn node(&mut self, tag: &str, id: &str, attributes: &str) -> &mut Self {
        self.node_with(tag, id, attributes, "")
    }

    /// Adds a flow node with further attributes and what stands inside it.
    pub fn node_with(&mut self, tag: &str, id: &str, attributes: &str, inside: &str) -> &mut Self {
        self.nodes
            .push([tag, id, attributes, inside].map(String::from));
        self
    }

    /// Adds a flow without a condition.
    pub fn flow(&mut self, from: &str, to: &str) -> &mut Self {
        let id = format!("f{}", self.flows.len() + 1);
        self.flows.push([&id, "", from, to, ""].map(String::from));
        self
    }

    /// Adds a named flow, with a condition unless it is empty.
    pub fn named_flow(&mut self, id: &str, from: &str, to: &str, condition: &str) -> &mut Self {
        self.flows
            .push([id, id, from, to, condition].map(String::from));
        self
    }

    /// The same model without conditions, for an engine that evaluates none.
    #[must_use]
    pub fn without_conditions(mut self) -> Self {
        for [.., condition] in &mut self.flows {
            condition.clear();
        }
        self
    }

    /// The file, as modelers write it.
    #[must_use]
    pub fn xml(&self) -> String {
        let mut body = String::new();
        for [tag, id, attributes, inside] in &self.nodes {
            let _ = writeln!(
                body,
                r#"    <bpmn:{tag} id="{id}" name="{id}" {attributes}>{inside}"#
            );
            for [flow, _, from, to, _] in &self.flows {
                if to == id {
                    let _ = writeln!(body, "      <bpmn:incoming>{flow}</bpmn:incoming>");
                }
                if from == id {
                    let _ = writeln!(body, "      <bpmn:outgoing>{flow}</bpmn:outgoing>");
                }
            }
            let _ = writeln!(body, "    </bpmn:{tag}>");
        }
        for [id, name, from, to, condition] in &self.flows {
            let name = if name.is_empty() {
                String::new()
            } else {
                format!(r#"name="{name}" "#)
            };
            let condition = condition.replace('&', "&amp;").replace('<', "&lt;");
            let ends = format!(r#"sourceRef="{from}" targetRef="{to}""#);
            let _ = write!(body, r#"    <bpmn:sequenceFlow id="{id}" {name}{ends}"#);
            if condition.is_empty() {
                body.push_str("/>\n");
            } else {
                let tag = "bpmn:conditionExpression";
                let _ = writeln!(body, "><{tag}>={condition}</{tag}></bpmn:sequenceFlow>");
            }
        }
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:bench">
  <bpmn:message id="m" name="answer"/>
  <bpmn:process id="p" isExecutable="true">
{body}  </bpmn:process>
</bpmn:definitions>
"#
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

/// A task in a loop that a gateway leaves when `counter` has reached ten: the task counts in a script,
/// or, for an engine without variables, in a closure.
#[must_use]
pub fn gateway_loop(counts_itself: bool) -> String {
    let script = r#"<bpmn:extensionElements><zeebe:script expression="=counter + 1" resultVariable="counter"/></bpmn:extensionElements>"#;
    let (tag, inside, condition) = if counts_itself {
        ("scriptTask", script, "counter >= 10")
    } else {
        ("task", "", "")
    };
    let mut model = Model::new();
    model
        .node("startEvent", "start", "")
        .node("exclusiveGateway", "again", "")
        .node_with(tag, "count", "", inside)
        .node("exclusiveGateway", "done", r#"default="NO""#)
        .node("endEvent", "end", "")
        .flow("start", "again")
        .flow("again", "count")
        .flow("count", "done")
        .named_flow("YES", "done", "end", condition)
        .named_flow("NO", "done", "again", "");
    model.xml()
}

/// One element between a start and an end.
#[must_use]
pub fn one(tag: &str, inside: &str) -> String {
    let mut model = Model::new();
    model
        .node("startEvent", "start", "")
        .node_with(tag, "wait", "", inside);
    model
        .node("endEvent", "end", "")
        .flow("start", "wait")
        .flow("wait", "end");
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

/// The shape of the portal flow of the kindergarten queue: thirteen tasks in a row, four checks on
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
