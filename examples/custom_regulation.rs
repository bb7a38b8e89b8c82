//! A regulation of one's own, loaded while the program runs, refused where it is wrong, and executed.
//!
//! Run it with `cargo run -p reglament-examples --example custom_regulation [FILE]`.

#![expect(
    clippy::indexing_slicing,
    reason = "a program is made of arenas, addressed by the typed indices that they gave out"
)]

use std::error::Error;

use reglament::{
    Actor, Command, Env, Event, Instance, Occasion, Start, Status, TaskKinds, Timestamp, Zone,
};

/// A certificate is issued when the archive holds the record, else refused with a reason.
const CERTIFICATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:example">
  <process id="certificate" name="Мұрағаттық анықтама" isExecutable="true">
    <startEvent id="Applied" name="Өтініш берілді"/>
    <sequenceFlow id="f1" sourceRef="Applied" targetRef="Search"/>
    <serviceTask id="Search" name="Мұрағаттан іздеу"/>
    <sequenceFlow id="f2" sourceRef="Search" targetRef="Found"/>
    <exclusiveGateway id="Found" name="Табылды ма?" default="No"/>
    <sequenceFlow id="Yes" name="иә" sourceRef="Found" targetRef="Issued">
      <conditionExpression>табылды</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="No" name="жоқ" sourceRef="Found" targetRef="Refused"/>
    <endEvent id="Issued" name="Анықтама берілді"/>
    <endEvent id="Refused" name="Дәлелді бас тарту"/>
  </process>
</definitions>"#;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1);
    let bytes = match &path {
        Some(path) => std::fs::read(path)?,
        None => CERTIFICATE.as_bytes().to_vec(),
    };
    let name = path.as_deref().unwrap_or("certificate.bpmn");
    let (definitions, mut diagnostics) = reglament::read(name, &bytes);
    let definitions = definitions.ok_or("the file is not XML")?;
    let lowering = reglament::lower(&definitions);
    diagnostics.extend(lowering.diagnostics_for_check());
    for diagnostic in &diagnostics {
        println!("{diagnostic}");
    }
    let program = lowering.program;
    let process = *program
        .processes
        .first()
        .ok_or("no process can be executed")?;

    let (zone, actor) = (Zone::default(), Actor::system());
    let mut env = Env::new(&program, &zone);
    // Every task completes by itself: enough to walk through a draft.
    env.waits = TaskKinds::NONE;
    let occasion = Occasion {
        now: Timestamp::from_micros(0),
        actor: &actor,
    };
    let mut case = Instance::new();
    let mut events: Vec<Event> = Vec::new();
    let variables = vec![("табылды".into(), true.into())];
    let start = Start {
        process,
        at: None,
        event: None,
        variables,
    };
    case.handle(&env, Command::Start(start), &occasion, &mut events)?;

    for event in &events {
        let element = match event {
            Event::Activated { element, .. } => *element,
            Event::Passed { over, .. } => program.flows[*over].target,
            _ => continue,
        };
        let info = &program.infos[element];
        println!("{} {}", info.tag, info.name.as_deref().unwrap_or(&info.id));
    }
    println!("{:?}", case.state().status());
    if case.state().status() == Status::Completed {
        Ok(())
    } else {
        Err("not completed".into())
    }
}
