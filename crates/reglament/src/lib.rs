//! Reglament: a BPMN process engine with pluggable regulations.
//!
//! A regulation of a public service becomes a process definition that an analyst writes as BPMN 2.0
//! XML, that the engine executes, and that its tools check before it comes into force. This crate
//! gathers what a program needs to do the same: reading ([`read`]), lowering ([`lower`]), and
//! executing ([`Instance`]).
//!
//! # Example
//! ```
//! use reglament::{Actor, Command, Env, History, Instance, Occasion, Start, Status, Timestamp, Zone};
//!
//! let xml = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:example">
//!   <process id="greeting" isExecutable="true">
//!     <startEvent id="start"/>
//!     <sequenceFlow id="f1" sourceRef="start" targetRef="greet"/>
//!     <userTask id="greet"/>
//!     <sequenceFlow id="f2" sourceRef="greet" targetRef="end"/>
//!     <endEvent id="end"/>
//!   </process>
//! </definitions>"#;
//! let (definitions, diagnostics) = reglament::read("greeting.bpmn", xml.as_bytes());
//! assert!(diagnostics.is_empty());
//! let program = reglament::lower(&definitions.unwrap()).program;
//!
//! let (zone, clerk) = (Zone::default(), Actor::system());
//! let env = Env::new(&program, &zone);
//! let at = |seconds: i64| Occasion { now: Timestamp::from_micros(seconds * 1_000_000), actor: &clerk };
//! let mut history = History::default();
//! let mut case = Instance::new();
//!
//! let process = program.process("greeting").unwrap();
//! let start = Start { process, at: None, event: None, variables: vec![] };
//! case.handle(&env, Command::Start(start), &at(0), &mut history).unwrap();
//! let (key, task) = case.state().waiting(&program)[0];
//! assert_eq!(program.id(task), "greet");
//!
//! case.handle(&env, Command::Complete { key, variables: vec![] }, &at(60), &mut history).unwrap();
//! assert_eq!(case.state().status(), Status::Completed);
//! assert_eq!(history.records.len(), 11);
//! ```

pub use reglament_core::program::{ElementIx, FlowIx};
pub use reglament_core::timer::{Timestamp, Zone};
pub use reglament_core::{Definitions, Imports, Lowering, Program, lower, lower_with, read};
pub use reglament_executor::{
    Actor, Command, Env, Event, History, Incident, IncidentKind, Instance, Key, Limits, LoadError,
    NoHistory, Occasion, Record, Rejection, Sink, Start, State, Status, TaskKinds, Variables,
};
pub use reglament_feel::Value;
pub use reglament_source::{Diagnostic, Severity};

/// The systems that service tasks call, with the feature `adapters`; `scripted` adds implementations in
/// memory.
#[cfg(feature = "adapters")]
pub use reglament_adapter_api as adapters;
/// BPMN: views, lowering, timers, identifiers.
pub use reglament_core as core;
/// Decision models, with the feature `dmn`.
#[cfg(feature = "dmn")]
pub use reglament_dmn as dmn;
/// Layout and drawing of diagrams, with the feature `draw`.
#[cfg(feature = "draw")]
pub use reglament_draw as draw;
/// The process executor.
pub use reglament_executor as executor;
/// FEEL.
pub use reglament_feel as feel;
/// Regulation packs; with the feature `folder` also from folders of the file system.
pub use reglament_pack as pack;
/// The regulations of the repository, with the feature `regulations`.
#[cfg(feature = "regulations")]
pub use reglament_regulations as regulations;
/// The durable engine, with the feature `runtime`.
#[cfg(feature = "runtime")]
pub use reglament_runtime as runtime;
/// Texts and diagnostics.
pub use reglament_source as source;
/// The store of the durable engine in one SQLite file, with the feature `sqlite`.
#[cfg(feature = "sqlite")]
pub use reglament_sqlite as sqlite;
/// The lossless XML tree.
pub use reglament_xml as xml;
