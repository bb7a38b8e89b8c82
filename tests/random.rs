//! Random processes under random inputs: nothing panics, nothing hangs, element instances live in
//! order, the events alone give the state, and a saved state is the state.
//!
//! A failure names its seed. With `REGLAMENT_RANDOM_SEED` and `REGLAMENT_RANDOM_MODELS=1` it happens
//! again; `REGLAMENT_RANDOM_FOLDER` keeps the models, `REGLAMENT_RANDOM_LOG` says each command,
//! `REGLAMENT_RANDOM_CENSUS` who took part. More models run longer.
//!
//! # Source
//! BPMN 2.0.2, chapter 13.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::timer::Zone;
use reglament_executor::Event;

#[path = "random/activity.rs"]
mod activity;
#[path = "random/census.rs"]
mod census;
#[path = "random/driver.rs"]
mod driver;
#[path = "random/event.rs"]
mod event;
#[path = "random/generator.rs"]
mod generator;
#[path = "invariants/mod.rs"]
mod invariants;
#[path = "random/rng.rs"]
mod rng;

use census::Census;
use driver::Driver;
use generator::Generator;

/// How many models a plain `cargo test` generates; `REGLAMENT_RANDOM_MODELS` asks for more.
const MODELS: u64 = 200;

/// How many runs each model gets.
const RUNS: u64 = 4;

/// What the runs must have seen together.
const WANTED: &[&str] = include!("random/wanted.in");

#[test]
fn random_processes_hold_their_invariants() {
    let models = std::env::var("REGLAMENT_RANDOM_MODELS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(MODELS);
    let first = std::env::var("REGLAMENT_RANDOM_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let mut census = Census::default();
    let mut failures = Vec::new();
    for seed in first..first + models {
        if let Err(failure) = catch_unwind(AssertUnwindSafe(|| model(seed, &mut census)))
            .unwrap_or_else(|_| Err(format!("seed {seed}: panicked")))
        {
            failures.push(failure);
        }
    }
    if std::env::var_os("REGLAMENT_RANDOM_CENSUS").is_some() {
        for name in census.all() {
            println!("{name}");
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {models} models failed:\n{}",
        failures.len(),
        failures
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
    let missing = census.missing(WANTED);
    assert!(
        models < MODELS || missing.is_empty(),
        "never took part: {missing:?}"
    );
}

/// Generates the model of `seed` and runs it several times, each twice.
fn model(seed: u64, census: &mut Census) -> Result<(), String> {
    let xml = Generator::new(seed).model();
    if let Some(folder) = std::env::var_os("REGLAMENT_RANDOM_FOLDER") {
        let path = std::path::Path::new(&folder).join(format!("{seed}.bpmn"));
        std::fs::write(path, &xml).expect("the folder can be written");
    }
    let program = program(&xml).map_err(|what| format!("seed {seed}: {what}"))?;
    for run in 0..RUNS {
        let first = one(&program, seed, run, census)?;
        let second = one(&program, seed, run, &mut Census::default())?;
        if first != second {
            return Err(format!(
                "seed {seed} run {run}: two runs of one seed differ"
            ));
        }
    }
    Ok(())
}

fn one(program: &Program, seed: u64, run: u64, census: &mut Census) -> Result<Vec<Event>, String> {
    let zone = Zone::default();
    let mut driver = Driver::new(program, &zone, seed * 1000 + run);
    driver.run(census).map_err(|what| {
        format!(
            "seed {seed} run {run}: {what}\n  {}",
            driver::summary(program, &driver.log)
        )
    })?;
    Ok(std::mem::take(&mut driver.log))
}

#[test]
fn a_migration_to_a_copy_that_is_numbered_otherwise_changes_nothing_that_can_be_seen() {
    let zone = Zone::default();
    for seed in 1..=MODELS / 4 {
        let xml = Generator::new(seed).model();
        let twins = [xml.clone(), renumbered(&xml)];
        let twins = twins.map(|xml| Arc::new(program(&xml).expect("a model")));
        for run in 0..RUNS {
            let mut plain = Driver::new(&twins[0], &zone, seed * 1000 + run);
            let mut migrated = Driver::between(&twins, &zone, seed * 1000 + run);
            let plainly = plain.run(&mut Census::default());
            let done = migrated.run(&mut Census::default());
            assert_eq!(done, plainly, "seed {seed} run {run}");
            assert_eq!(migrated.trace, plain.trace, "seed {seed} run {run}");
        }
    }
}

/// The same model behind a process of its own: every element, flow, message and name has another
/// number.
fn renumbered(xml: &str) -> String {
    let before = r#"<message id="other_message" name="other"/><process id="other"><extensionElements/>
        <startEvent id="other_s"/><sequenceFlow id="other_f" sourceRef="other_s" targetRef="other_g"/>
        <exclusiveGateway id="other_g"/><endEvent id="other_e"/>
        <sequenceFlow id="other_c" sourceRef="other_g" targetRef="other_e">
        <conditionExpression>otherName = v3 + v1</conditionExpression></sequenceFlow></process>"#;
    let prefix = xml.find("<message").or_else(|| xml.find("<process"));
    let (head, rest) = xml.split_at(prefix.expect("a process"));
    format!("{head}{before}{rest}")
}

/// Reads and lowers a generated model, which must be accepted whole.
fn program(xml: &str) -> Result<Program, String> {
    let (definitions, read) = reglament_core::read("random.bpmn", xml.as_bytes());
    let definitions = definitions.ok_or_else(|| format!("cannot be read: {read:?}"))?;
    let lowering = reglament_core::lower(&definitions);
    let errors: Vec<String> = read
        .iter()
        .chain(lowering.findings.iter().map(|finding| &finding.diagnostic))
        .filter(|diagnostic| diagnostic.severity == reglament_source::Severity::Error)
        .map(|diagnostic| format!("{:?} {}", diagnostic.element, diagnostic.message))
        .collect();
    if errors.is_empty() {
        Ok(lowering.program)
    } else {
        Err(errors.join("; "))
    }
}
