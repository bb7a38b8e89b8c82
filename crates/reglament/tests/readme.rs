//! The front page says nothing that does not hold: its regulation and its program run here.

use std::error::Error;
use std::fs;

use reglament::{Actor, Command, Env, History, Instance, Occasion, Start, Status, Timestamp, Zone};

const README: &str = include_str!("../../../README.md");

/// The first block of a language.
fn block(language: &str) -> &'static str {
    let start = format!("```{language}\n");
    let (_, rest) = README.split_once(&*start).unwrap_or_default();
    rest.split_once("```").unwrap_or_default().0
}

/// The lines of a program without their indentation and their layout.
fn tokens(code: &str) -> String {
    let lines = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines
        .flat_map(str::chars)
        .filter(|letter| !letter.is_whitespace())
        .collect()
}

#[test]
fn the_first_regulation_reads_without_a_complaint() {
    let (definitions, diagnostics) = reglament::read("certificate.bpmn", block("xml").as_bytes());
    assert!(definitions.is_some());
    assert_eq!(diagnostics, []);
}

#[test]
#[rustfmt::skip] // it stands here as it stands there
fn the_program_of_the_front_page_conducts_a_case() -> Result<(), Box<dyn Error>> {
    let now = Timestamp::parse_rfc3339("2013-09-02T10:00:00+06:00")?;
    let bytes = block("xml").as_bytes().to_vec();
    let mut history = History::default();
    // begin
    let (definitions, diagnostics) = reglament::read("certificate.bpmn", &bytes);
    let program = reglament::lower(&definitions.ok_or("no XML")?).program;
    let (zone, clerk) = (Zone::parse("Asia/Almaty")?, Actor::system());
    let env = Env::new(&program, &zone);
    let mut case = Instance::new();
    let start = Start { process: program.processes[0], at: None, event: None, variables: vec![] };
    case.handle(&env, Command::Start(start), &Occasion { now, actor: &clerk }, &mut history)?;
    let (key, task) = case.state().waiting(&program)[0]; // what waits: `Search`
    let found = vec![("табылды".into(), true.into())]; // your system answers
    case.handle(&env, Command::Complete { key, variables: found }, &Occasion { now, actor: &clerk }, &mut history)?;
    // end
    assert_eq!(diagnostics, []);
    assert_eq!(&*program.infos[task].id, "Search");
    assert_eq!(case.state().status(), Status::Completed);

    let own = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readme.rs"))?;
    let own = own.split_once("// begin\n").unwrap_or_default().1;
    let own = own.split_once("// end\n").unwrap_or_default().0;
    assert_eq!(tokens(block("rust")), tokens(own));
    Ok(())
}
