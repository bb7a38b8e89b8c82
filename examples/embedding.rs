//! The kindergarten queue inside a program: the engine says what waits, the program answers.
//!
//! Run it with `cargo run -p reglament-examples --example embedding`.

use std::error::Error;

use reglament::{
    Actor, Command, Env, History, Instance, Occasion, Program, Start, Status, Timestamp, Value,
    Variables, Zone,
};

const PORTAL: &str = include_str!("../processes/kindergarten-queue/portal.bpmn");

/// What the applicant fills in.
const REQUEST: &str = r#"{"child": {"iin": "110520500312"}, "organization": "№ 999"}"#;

/// What the systems behind the service answer: in a real program, calls to them.
fn answer(task: &str) -> Variables {
    let yes = |name: &str| (name.into(), Value::from(true));
    match task {
        "EnterCredentials" => vec![("iin".into(), "860314400190".into())],
        "CheckRecipientData" => vec![yes("recipientDataValid")],
        "FillRequest" => vec![
            (
                "request".into(),
                Value::from_json_str(REQUEST).unwrap_or_default(),
            ),
            ("requestIin".into(), "860314400190".into()),
            ("certificateIin".into(), "860314400190".into()),
        ],
        "CheckCertificate" => vec![
            yes("certificateInForce"),
            ("certificateRevoked".into(), false.into()),
            yes("iinMatches"),
        ],
        "RegisterDocuments" => vec![("applicationNumber".into(), "A-2013-004711".into())],
        "CheckDocuments" => vec![yes("documentsValid")],
        "CheckPriority" => vec![("priorityCategories".into(), Vec::<Value>::new().into())],
        "CheckPlaces" => vec![yes("placeAvailable")],
        _ => Variables::new(),
    }
}

/// The program of the portal flow.
fn load() -> Result<Program, Box<dyn Error>> {
    let (definitions, diagnostics) = reglament::read("portal.bpmn", PORTAL.as_bytes());
    for diagnostic in &diagnostics {
        eprintln!("{diagnostic}");
    }
    let definitions = definitions.ok_or("the portal flow could not be read")?;
    Ok(reglament::lower(&definitions).program)
}

fn main() -> Result<(), Box<dyn Error>> {
    let program = load()?;
    let zone = Zone::parse("Asia/Almaty")?;
    let env = Env::new(&program, &zone);
    let clerk = Actor::system();
    let mut now = Timestamp::parse_rfc3339("2013-09-02T10:00:00+06:00")?;
    let mut history = History::default();

    let mut case = Instance::new();
    let process = *program.processes.first().ok_or("no process")?;
    // The flow begins with the application, a message from the applicant.
    let at = program
        .default_start(process)
        .map_err(|_| "several ways to begin")?;
    let variables = vec![("registered".into(), true.into())];
    let start = Start {
        process,
        at,
        event: None,
        variables,
    };
    case.handle(
        &env,
        Command::Start(start),
        &Occasion { now, actor: &clerk },
        &mut history,
    )?;

    while let Some((key, task)) = case.state().waiting(&program).first().copied() {
        let id = program.id(task);
        println!("{now}  {id}");
        now = now
            .checked_add_micros(40_000_000)
            .ok_or("the clock ran out")?;
        let command = Command::Complete {
            key,
            variables: answer(id),
        };
        case.handle(
            &env,
            command,
            &Occasion { now, actor: &clerk },
            &mut history,
        )?;

        // The program may stop here and go on tomorrow: the saved case is all that it needs.
        let saved = case.state().save(&program)?;
        case = Instance::load(&program, &saved)?;
    }
    println!(
        "{:?} after {} events",
        case.state().status(),
        history.records.len()
    );
    if case.state().status() == Status::Completed {
        Ok(())
    } else {
        Err("not completed".into())
    }
}
