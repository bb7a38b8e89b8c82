//! The child: an engine over the file and eight clients, until it is killed.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use reglament_executor::{Actor, Variables};
use reglament_feel::Value;
use reglament_runtime::command::{Answer, Command, PublishMessage, Request, StartCase};
use reglament_runtime::store::{Paging, TaskQuery};
use reglament_runtime::{CaseFacts, Engine, EngineError, Refusal, Resource};
use reglament_sqlite::{Check, SqliteOptions};

use super::Random;
use super::model::MODEL;

const CLIENTS: u64 = 8;

type Outcome = Result<(), String>;

pub(super) fn run(arguments: &[String]) -> Outcome {
    let [file, seed, generation, again] = arguments else {
        return Err("usage: crash-child FILE SEED GENERATION AGAIN".to_owned());
    };
    let seed: u64 = seed.parse().map_err(|_| "no seed")?;
    let again = std::fs::read_to_string(again).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(load(file, seed, generation, again))
}

async fn load(file: &str, seed: u64, generation: &str, again: String) -> Outcome {
    // The parent has checked the file.
    let options = SqliteOptions::new().check(Check::Header);
    let store = options.open(file).map_err(|error| error.to_string())?;
    let engine = Engine::builder(store)
        .any_external()
        .open()
        .await
        .map_err(|error| error.to_string())?;
    let admin = Arc::new(Actor::system());
    let model = vec![Resource::new("crash.bpmn", MODEL)];
    engine.deploy(model, &admin).await.map_err(said)?;
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let client = Client {
            engine: engine.clone(),
            admin: Arc::clone(&admin),
            random: Random::new(seed ^ number.wrapping_mul(0x9e37_79b9)),
            name: format!("{generation}-{number}"),
            count: 0,
        };
        let mine = again
            .lines()
            .skip(usize::try_from(number).unwrap_or_default())
            .step_by(usize::try_from(CLIENTS).unwrap_or(1));
        let mine: Vec<String> = mine.map(str::to_owned).collect();
        clients.push(tokio::spawn(client.work(mine)));
    }
    for client in clients {
        client.await.map_err(|error| error.to_string())??;
    }
    Ok(())
}

fn said(error: EngineError) -> String {
    error.to_string()
}

/// One line to the parent, in one write: lines of several clients never mix.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}

struct Client {
    engine: Engine,
    admin: Arc<Actor>,
    random: Random,
    name: String,
    count: u64,
}

impl Client {
    async fn work(mut self, again: Vec<String>) -> Outcome {
        for line in again {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["start", process, op] => self.start(process, op).await?,
                ["publish", op] => self.publish(op).await?,
                _ => return Err(format!("cannot do `{line}` again")),
            }
        }
        loop {
            self.count += 1;
            let op = format!("{}-{}", self.name, self.count);
            match self.random.within(0..8) {
                0 | 1 => self.announce_and_start("Line", &op).await?,
                2 => self.announce_and_start("Timed", &op).await?,
                3 => {
                    self.announce_and_start("Waits", &op).await?;
                    self.announce_and_publish(&op).await?;
                }
                4 => {
                    self.announce_and_publish(&op).await?;
                    self.announce_and_start("Waits", &op).await?;
                }
                _ => self.complete_some().await?,
            }
        }
    }

    async fn announce_and_start(&self, process: &str, op: &str) -> Outcome {
        say(&format!("will start {process} {op} ."));
        self.start(process, op).await
    }

    async fn announce_and_publish(&self, op: &str) -> Outcome {
        say(&format!("will publish {op} ."));
        self.publish(op).await
    }

    async fn start(&self, process: &str, op: &str) -> Outcome {
        let tenths = op.bytes().last().map_or(0, |digit| digit % 10);
        let variables: Variables = vec![
            (Arc::from("ref"), Value::from(op)),
            (
                Arc::from("tenths"),
                Value::from(tenths.to_string().as_str()),
            ),
        ];
        let command = Command::Start(StartCase {
            process: Arc::from(process),
            variables,
            facts: CaseFacts {
                business_key: Some(Arc::from(op)),
                ..CaseFacts::default()
            },
            ..StartCase::default()
        });
        match self.send(command, format!("start {op}")).await? {
            Answer::Started { instance } => say(&format!("done start {op} {instance} .")),
            other => return Err(format!("a start was answered {other:?}")),
        }
        Ok(())
    }

    async fn publish(&self, op: &str) -> Outcome {
        let command = Command::Publish(PublishMessage {
            name: Arc::from("answer"),
            key: Some(Arc::from(op)),
            time_to_live: Some(Duration::from_secs(3600)),
            ..PublishMessage::default()
        });
        self.send(command, format!("publish {op}")).await?;
        say(&format!("done publish {op} ."));
        Ok(())
    }

    async fn send(&self, command: Command, key: String) -> Result<Answer, String> {
        let mut request = Request::new(command, Arc::clone(&self.admin));
        request.idempotency_key = Some(Arc::from(key));
        self.engine.send(request).await.map_err(said)
    }

    /// Completes some of the tasks there are; other clients may be faster.
    async fn complete_some(&mut self) -> Outcome {
        let after = self.random.within(0..64);
        let tasks = self
            .engine
            .tasks(TaskQuery::default(), Paging::first(64))
            .await
            .map_err(said)?;
        let from = usize::try_from(after).unwrap_or_default() % tasks.items.len().max(1);
        for task in tasks.items.iter().skip(from).take(4) {
            let done = self
                .engine
                .complete_task(task.id, vec![], &self.admin)
                .await;
            match done {
                Ok(()) => say(&format!(
                    "done complete {} {} .",
                    task.id.instance, task.element
                )),
                Err(EngineError::Refused(Refusal::WorkEnded { .. })) => {}
                Err(error) => return Err(said(error)),
            }
        }
        Ok(())
    }
}
