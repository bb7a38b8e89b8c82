//! Frozen event logs: what was recorded once is read for ever, and gives the state that it gave.
//!
//! `golden/v<N>/` holds models with the records that a run of them led to and the state after those.
//! The folder is added to, never edited: a changed event needs a new version of the encoding.
//! `REGLAMENT_GOLDEN=write` adds logs from the suite for the kinds of events that no log has yet.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::calendar::WorkCalendar;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{
    Actor, Command, EVENT_VERSION, ElementMapping, Env, Event, History, Instance, MigrationPlan,
    Modification, Occasion, Record, Sink, Start, State,
};
use reglament_scenario::{Observer, Options, Scenario};

/// The kinds of events as they are encoded. A new event is added here and gets a log.
const KINDS: &str = "activated armed arrived cancelled compensated compensation_started completed \
    condition_changed error_thrown escalation_thrown failed handler_queued incident_raised \
    incident_resolved interrupted message_thrown migrated name_declared passed queued reached repeating \
    repeating_stopped reset reset_awaited result_collected signal_thrown started taken term_ended \
    term_expired term_extended term_interrupted term_recomputed term_resumed term_started \
    term_suspended term_warned terminated token_withdrawn triggered variable_set variables_set";

fn kinds() -> BTreeSet<String> {
    KINDS.split_whitespace().map(str::to_owned).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/v{EVENT_VERSION}"))
}

fn program(path: &Path) -> Program {
    let bytes = fs::read(path).expect("the model is there");
    let (definitions, _) = reglament_core::read("golden.bpmn", &bytes);
    reglament_core::lower(&definitions.expect("the model is read")).program
}

/// The files with an extension, in the order of their names.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
}

/// How the encoding calls the kind of an event.
fn kind(event: &Event) -> String {
    match serde_json::to_value(event).expect("an event is encoded") {
        serde_json::Value::String(name) => name,
        serde_json::Value::Object(fields) => fields.keys().next().cloned().unwrap_or_default(),
        other => other.to_string(),
    }
}

#[test]
fn every_frozen_log_still_gives_its_state_and_every_kind_of_event_is_in_one() {
    if std::env::var("REGLAMENT_GOLDEN").is_ok_and(|it| it == "write") {
        write();
    }
    let mut logs = Vec::new();
    files(&folder(), "jsonl", &mut logs);
    let mut seen = BTreeSet::new();
    for log in &logs {
        let mut program = program(&log.with_extension("bpmn"));
        let mut state = State::default();
        for line in fs::read_to_string(log).expect("a log").lines() {
            let record: Record = serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{}: {error}: {line}", log.display()));
            assert_eq!(record.version, EVENT_VERSION);
            if let Event::Migrated(_) = record.event {
                program = self::program(&log.with_extension("after.bpmn"));
            }
            state
                .apply(&program, &record.event)
                .unwrap_or_else(|error| panic!("{}: {error}: {line}", log.display()));
            assert_eq!(state.seq(), record.seq, "{}", log.display());
            seen.insert(kind(&record.event));
        }
        let frozen = fs::read(log.with_extension("json")).expect("a state");
        let frozen = State::load(&program, &frozen).expect("a frozen state is loaded");
        assert_eq!(state, frozen, "{}", log.display());
    }
    assert_eq!(seen, kinds());
}

/// The records of the first instance of a run.
#[derive(Default)]
struct Recorder {
    history: History,
    saved: Vec<u8>,
}

impl Observer for Recorder {
    fn after(&mut self, program: &Program, instance: usize, events: &[Event], state: &State) {
        if instance > 0 {
            return;
        }
        let first = state.seq() - events.len() as u64;
        let actor = Actor::system();
        let now = Timestamp::parse_rfc3339("2013-03-19T04:00:00Z").expect("an instant");
        let occasion = Occasion { now, actor: &actor };
        for (seq, event) in (first + 1..).zip(events) {
            self.history.take(seq, &occasion, event.clone());
        }
        self.saved = state.save(program).expect("a state is saved");
    }
}

/// Adds logs for the kinds of events that no log has.
fn write() {
    let mut logs = Vec::new();
    files(&folder(), "jsonl", &mut logs);
    let mut missing = kinds();
    for log in logs {
        for line in fs::read_to_string(log).expect("a log").lines() {
            let record: Record = serde_json::from_str(line).expect("a record");
            missing.remove(&kind(&record.event));
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut scripts = Vec::new();
    files(&root.join("suite"), "yaml", &mut scripts);
    for script in scripts {
        let model = script.with_extension("bpmn");
        let program = program(&model);
        let bytes = fs::read(&script).expect("a script");
        let Some(scenario) = Scenario::load("golden.yaml", &bytes).0 else {
            continue;
        };
        let mut recorder = Recorder::default();
        let _ = reglament_scenario::run_observed(
            &program,
            &scenario,
            &Options::default(),
            &mut recorder,
        );
        let name = script.strip_prefix(root.join("suite")).expect("inside");
        let name = name
            .with_extension("")
            .display()
            .to_string()
            .replace('/', "-");
        keep(
            &name,
            &fs::read(&model).expect("a model"),
            &recorder,
            &mut missing,
        );
    }
    let (model, recorder) = by_hand();
    keep("host_commands", model.as_bytes(), &recorder, &mut missing);
    if missing.contains("migrated") {
        let (before, after, recorder) = migrated_by_hand();
        keep("migration", before.as_bytes(), &recorder, &mut missing);
        fs::write(folder().join("migration.after.bpmn"), after).expect("the model");
    }
}

/// Writes a log that has something of what is missing; a very long one is left out.
fn keep(name: &str, model: &[u8], recorder: &Recorder, missing: &mut BTreeSet<String>) {
    let records = &recorder.history.records;
    let new: BTreeSet<String> = records
        .iter()
        .map(|record| kind(&record.event))
        .filter(|kind| missing.contains(kind))
        .collect();
    if new.is_empty() || records.len() > 200 {
        return;
    }
    let path = folder().join(name);
    let lines: Vec<String> = records
        .iter()
        .map(|record| serde_json::to_string(record).expect("a record is encoded"))
        .collect();
    fs::create_dir_all(folder()).expect("the folder");
    fs::write(path.with_extension("jsonl"), lines.join("\n") + "\n").expect("the log");
    fs::write(path.with_extension("bpmn"), model).expect("the model");
    fs::write(path.with_extension("json"), &recorder.saved).expect("the state");
    missing.retain(|kind| !new.contains(kind));
}

/// What no script says: a newer calendar is adopted, an incident resolved, a case cancelled.
fn by_hand() -> (String, Recorder) {
    let model = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:reg="urn:reglament:bpmn:1" id="definitions" targetNamespace="urn:reglament:golden">
  <process id="p" isExecutable="true">
    <userTask id="t">
      <extensionElements><reg:term literal="3 жұмыс күні" kind="working days" value="3"/></extensionElements>
    </userTask>
  </process>
</definitions>
"#;
    let (definitions, _) = reglament_core::read("golden.bpmn", model.as_bytes());
    let program = reglament_core::lower(&definitions.expect("the model is read")).program;
    let calendar = |version: &str| {
        WorkCalendar::from_json(&format!(
            r#"{{"id": "town", "version": "{version}", "title": "Town", "source": "invented",
                "licence": "none", "zone": "Asia/Almaty", "weekly_days_off": [],
                "years": {{"2013": {{"provisional": []}}}}, "days": []}}"#
        ))
        .expect("a calendar")
    };
    let (calendars, zone) = ([calendar("1"), calendar("2")], Zone::default());
    let mut instance = Instance::new();
    let mut recorder = Recorder::default();
    let process = program.process("p").expect("the process");
    let start = Start {
        process,
        at: None,
        event: None,
        variables: Vec::new(),
    };
    let mut send = |instance: &mut Instance, command, count: usize| {
        let mut env = Env::new(&program, &zone);
        env.calendars = calendars.get(..count).unwrap_or_default();
        let now = Timestamp::parse_rfc3339("2013-03-19T04:00:00Z").expect("an instant");
        let actor = Actor::system();
        let occasion = Occasion { now, actor: &actor };
        let mut events: Vec<Event> = Vec::new();
        instance
            .handle(&env, command, &occasion, &mut events)
            .expect("the command is carried out");
        recorder.after(&program, 0, &events, instance.state());
    };
    send(&mut instance, Command::Start(start), 1);
    let calendar = "town".into();
    send(&mut instance, Command::AdoptCalendar { calendar }, 2);
    let (key, _) = *instance
        .state()
        .waiting(&program)
        .first()
        .expect("the task");
    let message = "no answer".into();
    send(&mut instance, Command::Fail { key, message }, 2);
    send(&mut instance, Command::Resolve { key }, 2);
    send(&mut instance, Command::Cancel, 2);
    (model.to_owned(), recorder)
}

/// A model of two branches. The names of its task and its term, and the order of everything, are the
/// version's.
fn two_branches(task: &str, term: &str, before: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:reg="urn:reglament:bpmn:1" id="definitions" targetNamespace="urn:reglament:golden">
  <message id="m" name="withdrawn"/>{before}
  <process id="p" isExecutable="true">
    <extensionElements><reg:term literal="{term}" kind="calendar days" value="{}"/></extensionElements>
    <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="fork"/>
    <parallelGateway id="fork"/>
    <sequenceFlow id="f2" sourceRef="fork" targetRef="a"/><userTask id="a"/>
    <sequenceFlow id="f3" sourceRef="fork" targetRef="{task}"/><userTask id="{task}"/>
    <boundaryEvent id="b" attachedToRef="{task}"><messageEventDefinition messageRef="m"/></boundaryEvent>
    <sequenceFlow id="f4" sourceRef="a" targetRef="join"/>
    <sequenceFlow id="f5" sourceRef="{task}" targetRef="join"/>
    <parallelGateway id="join"/>
  </process>
</definitions>
"#,
        term.split(' ').next().unwrap_or_default()
    )
}

/// A case that waits at a join is migrated, and the token there taken away.
fn migrated_by_hand() -> (String, String, Recorder) {
    let before = two_branches("look", "3 күн", "");
    let other = r#"<process id="other"><startEvent id="os"/></process>"#;
    let after = two_branches("review", "5 күн", other);
    let [source, target] = [&before, &after].map(|model| {
        let (definitions, _) = reglament_core::read("golden.bpmn", model.as_bytes());
        let definitions = definitions.expect("the model is read");
        Arc::new(reglament_core::lower(&definitions).program)
    });
    let (mut instance, mut recorder) = (Instance::new(), Recorder::default());
    let zone = Zone::default();
    let mut send = |instance: &mut Instance, program: &Program, command| {
        let now = Timestamp::parse_rfc3339("2013-03-19T04:00:00Z").expect("an instant");
        let actor = Actor::system();
        let occasion = Occasion { now, actor: &actor };
        let mut events: Vec<Event> = Vec::new();
        let env = Env::new(program, &zone);
        instance
            .handle(&env, command, &occasion, &mut events)
            .expect("the command is carried out");
        recorder.after(program, 0, &events, instance.state());
    };
    let start = Start {
        process: source.process("p").expect("the process"),
        at: None,
        event: None,
        variables: vec![("unused".into(), true.into())],
    };
    send(&mut instance, &source, Command::Start(start));
    let waiting = instance.state().waiting(&source);
    let key = waiting.first().expect("a task").0;
    let variables = Vec::new();
    send(&mut instance, &source, Command::Complete { key, variables });
    let mut plan = MigrationPlan::generate(&source, &target);
    plan.elements.push(ElementMapping {
        from: "look".into(),
        to: "review".into(),
        update: false,
    });
    let migrate = Command::Migrate {
        source,
        plan: Box::new(plan),
    };
    send(&mut instance, &target, migrate);
    let parked = instance.state().parked().next();
    let (scope, _, flow) = parked.expect("a token waits");
    let modification = Modification {
        withdraw: vec![(flow, Some(scope))],
        ..Modification::default()
    };
    send(&mut instance, &target, Command::Modify(modification));
    (before, after, recorder)
}
