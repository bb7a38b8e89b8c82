//! A regulation that is no part of the program: its pack is loaded from a folder while the program runs,
//! deployed with its validity, and run durably under the version in force on the day of filing.
//!
//! Run it with `cargo run -p reglament-examples --example runtime_regulation`. The folder is what
//! `reglament new` makes; `regulation_pack` says what else a pack knows.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reglament::adapters::Registry;
use reglament::adapters::scripted::ScriptedHandler;
use reglament::core::timer::Date;
use reglament::pack::{FolderSource, Pack};
use reglament::runtime::command::{StartCase, VersionChoice};
use reglament::runtime::store::{CaseStatus, Paging, TaskQuery};
use reglament::runtime::{Engine, InstanceId, ManualClock, variables_from};
use reglament::sqlite::SqliteStore;
use reglament::{Actor, Timestamp};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The files of an invented regulation, by their paths in its folder.
const FILES: [(&str, &str); 4] = [
    (
        "regulation.toml",
        include_str!("../crates/cli/template/regulation.toml"),
    ),
    (
        "clauses.yaml",
        include_str!("../crates/cli/template/clauses.yaml"),
    ),
    (
        "counter.bpmn",
        include_str!("../crates/cli/template/counter.bpmn"),
    ),
    (
        "forms/application.form",
        include_str!("../crates/cli/template/forms/application.form"),
    ),
];

fn write_pack(folder: &Path) -> Outcome<()> {
    std::fs::create_dir_all(folder.join("forms"))?;
    for (path, text) in FILES {
        std::fs::write(folder.join(path), text)?;
    }
    Ok(())
}

fn load(folder: &Path) -> Outcome<Pack> {
    let pack = Pack::open(&FolderSource::new(folder)).map_err(|report| {
        let said = report.diagnostics();
        let said = said.map(|(file, diagnostic)| format!("{}: {diagnostic}", file.path));
        said.collect::<Vec<_>>().join("\n")
    })?;
    Ok(pack)
}

/// The systems that the flow names; here each answers with nothing but a number.
fn systems() -> Registry {
    let number = json!({"applicationNumber": "A-0001"});
    let number = number.as_object().cloned().unwrap_or_default();
    let mut registry = Registry::new();
    registry
        .register("application.register", ScriptedHandler::answering(number))
        .register("document.render", ScriptedHandler::default())
        .register("notification.send", ScriptedHandler::default());
    registry
}

/// Has people do their tasks until the case has ended.
async fn work(engine: &Engine, case: InstanceId) -> Outcome<CaseStatus> {
    for _ in 0..2_000 {
        let query = TaskQuery {
            instance: Some(case),
            ..TaskQuery::default()
        };
        for task in engine.tasks(query, Paging::first(10)).await?.items {
            let content = match &*task.element {
                "Fill" => json!({"iin": "860314400190", "name": "Мысалова Айсынақ"}),
                _ => json!({"documentsValid": true}),
            };
            let person = Arc::new(Actor {
                id: "employee".into(),
                groups: task.candidate_groups.clone(),
                ..Actor::default()
            });
            engine
                .complete_task(task.id, variables_from(&content)?, &person)
                .await?;
            println!("  {}", task.name.as_deref().unwrap_or(&task.element));
        }
        let status = engine.case(case).await?.status;
        if status.has_ended() {
            return Ok(status);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("the case does not end".into())
}

async fn run(folder: &Path) -> Outcome<()> {
    write_pack(&folder.join("pack"))?;
    let pack = load(&folder.join("pack"))?;
    println!("{} ({})", pack.manifest().title.any(), pack.id());

    let clock = ManualClock::new(Timestamp::parse_rfc3339("2026-02-02T10:00:00+05:00")?);
    let store = SqliteStore::open(folder.join("cases.sqlite"))?;
    let builder = Engine::builder(store).clock(Arc::new(clock));
    let engine = builder.adapters(&systems()).open().await?;
    let admin = Arc::new(Actor::system());
    engine.deploy_pack(&pack, &admin).await?;

    let filed = |date: &str| -> Outcome<StartCase> {
        Ok(StartCase {
            process: "Counter".into(),
            version: VersionChoice::Filed {
                date: Date::parse(date)?,
                accept_unproven: false,
            },
            ..StartCase::default()
        })
    };
    let early = engine.start(filed("2025-12-31")?, &admin).await;
    println!("{}", early.err().ok_or("it was not in force yet")?);
    let case = engine.start(filed("2026-02-02")?, &admin).await?;
    println!("case {case} is filed on 2026-02-02");
    let status = work(&engine, case).await?;
    println!("case {case} is {}", status.as_str());
    assert_eq!(status, CaseStatus::Completed);
    engine.shutdown(Duration::from_secs(5)).await;
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let name = format!("reglament-runtime-regulation-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let outcome = run(&folder).await;
    std::fs::remove_dir_all(&folder)?;
    outcome
}
