//! The kindergarten queue inside a program: the engine says what waits, the program answers.
//!
//! Run it with `cargo run -p reglament-examples --example embedding`.

use std::collections::BTreeMap;
use std::error::Error;

use reglament::feel::EvaluationContext;
use reglament::pack::Pack;
use reglament::{
    Actor, Command, Env, History, Instance, Occasion, Start, Status, Timestamp, Value, Variables,
    Zone,
};

/// What the applicant fills in.
const REQUEST: &str = r#"{"child": {"iin": "110520500312"}, "organization": "№ 999"}"#;

/// What the systems behind the service answer: in a real program, calls to them.
fn answer(task: &str, pack: &Pack) -> Result<Variables, Box<dyn Error>> {
    let yes = |name: &str| (name.into(), Value::from(true));
    Ok(match task {
        "EnterCredentials" => vec![("iin".into(), "860314400190".into())],
        "CheckRecipientData" => vec![yes("recipientDataValid")],
        "FillRequest" => vec![
            (
                "request".into(),
                Value::from_json_str(REQUEST).unwrap_or_default(),
            ),
            ("requestIdentifier".into(), "860314400190".into()),
            ("certificateIdentifier".into(), "860314400190".into()),
        ],
        "VerifyCertificate" => vec![
            yes("certificateInForce"),
            ("certificateRevoked".into(), false.into()),
            yes("identityMatches"),
        ],
        "RegisterDocuments" => vec![("applicationNumber".into(), "A-2013-004711".into())],
        "CheckDocuments" => vec![yes("documentsValid")],
        "CheckPriority" => ANSWERS
            .iter()
            .map(|(question, yes)| ((*question).into(), Value::from(*yes)))
            .collect(),
        "DeterminePriority" => vec![("priority".into(), priority(pack)?)],
        "CheckPlaces" => vec![yes("placeAvailable")],
        _ => Variables::new(),
    })
}

/// The decision on the right to a first-turn place (clause 6): a program may ask a service of its own.
fn priority(pack: &Pack) -> Result<Value, Box<dyn Error>> {
    let (decisions, name) = pack.decision("Decision_Priority").ok_or("no decision")?;
    let answers = ANSWERS
        .iter()
        .map(|(question, yes)| ((*question).to_owned(), Value::from(*yes)));
    let answers: BTreeMap<String, Value> = answers.collect();
    let outcome = decisions.evaluate(name, &answers, &EvaluationContext::default())?;
    Ok(outcome.value)
}

/// The questions of clause 6 on the right to a place in the first turn, with what the provider found.
const ANSWERS: [(&str, bool); 5] = [
    ("disabledParent", false),
    ("withoutParentalCare", false),
    ("orphan", false),
    ("largeFamily", false),
    ("warParticipant", false),
];

fn main() -> Result<(), Box<dyn Error>> {
    let pack = reglament::regulations::open("kindergarten-queue").ok_or("no such pack")?;
    let pack = pack.map_err(|_| "the pack has errors")?;
    // The flow together with the shared check of certificates that it imports and calls.
    let flow = pack.flow("portal").ok_or("no such channel")?;
    let program = &flow.lowering.program;
    let zone = Zone::parse("Asia/Almaty")?;
    let env = Env::new(program, &zone);
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

    while let Some((key, task)) = case.state().waiting(program).first().copied() {
        let id = program.id(task);
        println!("{now}  {id}");
        now = now
            .checked_add_micros(40_000_000)
            .ok_or("the clock ran out")?;
        let command = Command::Complete {
            key,
            variables: answer(id, &pack)?,
        };
        case.handle(
            &env,
            command,
            &Occasion { now, actor: &clerk },
            &mut history,
        )?;

        // The program may stop here and go on tomorrow: the saved case is all that it needs.
        let saved = case.state().save(program)?;
        case = Instance::load(program, &saved)?;
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
