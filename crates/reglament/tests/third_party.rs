//! A regulation that this repository knows nothing about: its pack is written into a folder outside,
//! loaded while the program runs, checked, and executed, its forms included.

#![cfg(feature = "folder")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails where a value is missing"
)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use reglament::core::timer::Date;
use reglament::pack::validity::InForce;
use reglament::pack::{FolderSource, Pack};
use reglament::{
    Actor, Command, Env, History, Instance, Occasion, Start, Status, Timestamp, Value, Variables,
    Zone,
};

const MANIFEST: &str = r#"
format = 1
id = "boat-mooring"
version = "2030"
not-stated = ["provider", "recipients", "automation", "type", "hours", "fee", "complaint",
    "information", "status", "refusal", "priority", "submitted", "media-gap", "requirement",
    "technical-condition", "indicator", "survey"]
title = { kk = "Қайық тұрағын беру", en = "Granting a mooring for a boat" }

[decree]
body = "Harbour master"
date = 2030-01-15
number = "7"
en = "Order on moorings"

[validity.from]
date = 2030-02-01
[validity.until]
date = "unknown"
not-before = 2031-01-01
reason = "the order is to be replaced in 2031"

[[channel]]
id = "pier"
file = "pier.bpmn"

[[term]]
measures = "service"
literal = "2 жұмыс күні"
kind = "working days"
value = 2
bound = "bare"
clause = "1"

[[outcome]]
code = "mooring"
kind = "result"
kk = "рұқсат"
clause = "2"
item = "2"

[[performer]]
id = "master"
group = "master"
kk = "айлақ бастығы"

[[performer]]
id = "owner"
kk = "қайық иесі"

[[form]]
id = "boat"
file = "forms/boat.form"
"#;

const CLAUSES: &str = "
clauses:
  - clause: '1'
    kk: Тұрақ 2 жұмыс күні ішінде беріледі.
    en: A mooring is granted within 2 working days.
    term: 2 жұмыс күні
  - clause: '2'
    channels: [pier]
    kk: 'Тәртібі:'
    items:
      - item: '1'
        kk: айлақ бастығы қайықты жазып алады;
      - item: '2'
        kk: айлақ бастығы рұқсат береді.
";

const FLOW: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:reg="urn:reglament:bpmn:1"
    id="d" targetNamespace="urn:boats">
  <collaboration id="c">
    <participant id="owner" name="Қайық иесі"/>
    <participant id="service" name="Қайық тұрағын беру" processRef="mooring"/>
  </collaboration>
  <process id="mooring" isExecutable="true">
    <extensionElements>
      <reg:term literal="2 жұмыс күні" kind="working days" value="2" bound="bare" clause="1"/>
    </extensionElements>
    <laneSet id="l"><lane id="master" name="Айлақ бастығы">
      <flowNodeRef>asked</flowNodeRef><flowNodeRef>enter</flowNodeRef><flowNodeRef>granted</flowNodeRef>
    </lane></laneSet>
    <startEvent id="asked"/>
    <sequenceFlow id="f1" sourceRef="asked" targetRef="enter"/>
    <userTask id="enter">
      <extensionElements>
        <reg:source clause="2" item="1"/>
        <zeebe:userTask/>
        <zeebe:formDefinition formId="boat"/>
        <zeebe:assignmentDefinition candidateGroups="master"/>
      </extensionElements>
    </userTask>
    <sequenceFlow id="f2" sourceRef="enter" targetRef="granted"/>
    <endEvent id="granted">
      <extensionElements>
        <reg:source clause="2" item="2"/>
        <reg:outcome kind="result" code="mooring" document="рұқсат"/>
      </extensionElements>
    </endEvent>
  </process>
</definitions>"#;

const FORM: &str = r#"{"type": "default", "id": "boat", "components": [
  {"type": "textfield", "key": "iin", "label": "ЖСН", "validate": {"required": true},
   "properties": {"identifier": "iin"}},
  {"type": "number", "key": "length", "label": "Ұзындығы, м", "validate": {"required": true, "max": 12}}]}"#;

/// Writes the pack into a folder of its own, with `change` made to the manifest.
fn written(name: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("forms")).unwrap();
    fs::write(folder.join("regulation.toml"), change(MANIFEST)).unwrap();
    fs::write(folder.join("clauses.yaml"), CLAUSES).unwrap();
    fs::write(folder.join("pier.bpmn"), FLOW).unwrap();
    fs::write(folder.join("forms/boat.form"), FORM).unwrap();
    folder
}

fn opened(folder: PathBuf) -> Pack {
    Pack::open(&FolderSource::new(folder)).unwrap_or_else(|report| {
        let said: Vec<String> = report
            .diagnostics()
            .map(|(file, it)| format!("{}: {it}", file.path))
            .collect();
        panic!("{said:#?}")
    })
}

#[test]
fn a_pack_from_outside_runs_without_recompiling() {
    let pack = opened(written("boats", str::to_owned));
    let program = &pack.flow("pier").unwrap().lowering.program;
    let (zone, master) = (Zone::parse("Asia/Almaty").unwrap(), Actor::system());
    let env = Env::new(program, &zone);
    let occasion = Occasion {
        now: Timestamp::parse_rfc3339("2030-03-01T10:00:00+05:00").unwrap(),
        actor: &master,
    };
    let (mut case, mut history) = (Instance::new(), History::default());
    let start = Start {
        process: program.process("mooring").unwrap(),
        at: None,
        event: None,
        variables: vec![],
    };
    case.handle(&env, Command::Start(start), &occasion, &mut history)
        .unwrap();
    let (key, task) = case.state().waiting(program)[0];
    assert_eq!(program.id(task), "enter");

    // The form refuses what the task may not be completed with.
    let form = pack.form("boat").unwrap();
    let entered = |iin: &str, length: i64| -> Variables {
        vec![
            (Arc::from("iin"), Value::from(iin)),
            (Arc::from("length"), Value::from(length)),
        ]
    };
    let errors = form.validate(&entered("860314400191", 14));
    let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(paths, ["iin", "length"]);
    let variables = entered("860314400190", 9);
    assert_eq!(form.validate(&variables), []);

    case.handle(
        &env,
        Command::Complete { key, variables },
        &occasion,
        &mut history,
    )
    .unwrap();
    assert_eq!(case.state().status(), Status::Completed);
}

#[test]
fn a_pack_from_outside_says_when_it_is_in_force() {
    let pack = opened(written("boats-in-force", str::to_owned));
    let on = |day: &str| pack.in_force_on(Date::parse(day).unwrap());
    assert!(matches!(on("2030-01-31"), InForce::No(_)));
    assert_eq!(on("2030-02-01"), InForce::Yes);
    assert_eq!(
        on("2031-06-01").to_string(),
        "it cannot be proved whether it is in force: when it ceased to be in force is not known (the order is to be replaced in 2031)"
    );
}

#[test]
fn a_pack_from_outside_that_is_wrong_does_not_open() {
    let folder = written("boats-wrong", |manifest| {
        manifest.replace("code = \"mooring\"", "code = \"berth\"")
    });
    let report = Pack::open(&FolderSource::new(folder)).unwrap_err();
    let said: Vec<String> = report
        .diagnostics()
        .map(|(file, it)| format!("{}: {it}", file.path))
        .collect();
    assert_eq!(
        said,
        [
            "regulation.toml: warning[RG0914]: no end of `pier.bpmn` has the outcome `berth`",
            "pier.bpmn: error[RG0913]: the manifest has no outcome `mooring` for the channel `pier`",
        ]
    );
}
