//! The child: an engine over the file and eight clients, until it is killed.

use std::future::Future;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, Variables};
use reglament_feel::Value;
use reglament_runtime::command::{Answer, Command, PublishMessage, Request, StartCase};
use reglament_runtime::store::{Paging, TaskQuery};
use reglament_runtime::{CaseFacts, Clock, Engine, EngineError, Refusal, Resource, SystemClock};
use reglament_sqlite::{Check, SqliteOptions};

use super::Random;
use super::model::MODEL;

const CLIENTS: u64 = 8;

/// How long a client waits after the store has failed.
const PAUSE: Duration = Duration::from_millis(5);

type Outcome<T = ()> = Result<T, Trouble>;

/// Why a client does not go on.
pub(super) enum Trouble {
    /// The store failed: nobody knows what became of the command. On a full disk that is life.
    Store(String),
    /// Something is wrong.
    Wrong(String),
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(_) | EngineError::Unknown(_) => Self::Store(error.to_string()),
            other => Self::Wrong(other.to_string()),
        }
    }
}

pub(super) fn run(arguments: &[String]) -> Result<(), String> {
    let [file, seed, generation, again, back, disk] = arguments else {
        return Err("usage: crash-child FILE SEED GENERATION AGAIN BACK DISK".to_owned());
    };
    let seed: u64 = seed.parse().map_err(|_| "no seed")?;
    let back: i64 = back.parse().map_err(|_| "no time")?;
    let is_full = disk == "full";
    let again = std::fs::read_to_string(again).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let clock = Back(back * 1_000);
    let lived = runtime.block_on(load(file, clock, (seed, generation), again, is_full));
    match lived {
        Ok(()) => Ok(()),
        Err(Trouble::Store(_)) if is_full => {
            // The file could not even be opened. The parent ends this.
            loop {
                std::thread::sleep(PAUSE);
            }
        }
        Err(Trouble::Store(problem) | Trouble::Wrong(problem)) => Err(problem),
    }
}

/// The clock of the machine, set back by some microseconds.
struct Back(i64);

impl Clock for Back {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        now.checked_add_micros(-self.0).unwrap_or(now)
    }

    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        SystemClock.sleep_until(at.checked_add_micros(self.0).unwrap_or(at))
    }
}

async fn load(
    file: &str,
    clock: Back,
    (seed, generation): (u64, &str),
    again: String,
    is_full: bool,
) -> Outcome {
    // The parent has checked the file.
    let options = SqliteOptions::new().check(Check::Header);
    let failed = |problem: String| Trouble::Store(problem);
    let store = options
        .open(file)
        .map_err(|error| failed(error.to_string()))?;
    let engine = Engine::builder(store)
        .any_external()
        .clock(Arc::new(clock))
        .open()
        .await
        .map_err(|error| failed(error.to_string()))?;
    let admin = Arc::new(Actor::system());
    let model = vec![Resource::new("crash.bpmn", MODEL)];
    engine.deploy(model, &admin).await?;
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let client = Client {
            engine: engine.clone(),
            admin: Arc::clone(&admin),
            random: Random::new(seed ^ number.wrapping_mul(0x9e37_79b9)),
            name: format!("{generation}-{number}"),
            count: 0,
            is_full,
        };
        let mine = again
            .lines()
            .skip(usize::try_from(number).unwrap_or_default())
            .step_by(usize::try_from(CLIENTS).unwrap_or(1));
        let mine: Vec<String> = mine.map(str::to_owned).collect();
        clients.push(tokio::spawn(client.work(mine)));
    }
    for client in clients {
        let ended = client.await;
        ended.map_err(|error| Trouble::Wrong(error.to_string()))??;
    }
    Ok(())
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
    is_full: bool,
}

impl Client {
    async fn work(mut self, again: Vec<String>) -> Outcome {
        for line in again {
            let done = match line.split(' ').collect::<Vec<_>>()[..] {
                ["start", process, op] => self.start(process, op).await,
                ["publish", op] => self.publish(op).await,
                _ => Err(Trouble::Wrong(format!("cannot do `{line}` again"))),
            };
            self.endure(done).await?;
        }
        loop {
            let done = self.do_something().await;
            self.endure(done).await?;
        }
    }

    /// On a full disk commands fail, and the client goes on; what it announced is sent again later.
    async fn endure(&self, done: Outcome) -> Outcome {
        match done {
            Err(Trouble::Store(_)) if self.is_full => {
                say("failed .");
                tokio::time::sleep(PAUSE).await;
                Ok(())
            }
            other => other,
        }
    }

    async fn do_something(&mut self) -> Outcome {
        self.count += 1;
        let op = format!("{}-{}", self.name, self.count);
        match self.random.within(0..8) {
            0 | 1 => self.announce_and_start("Line", &op).await,
            2 => self.announce_and_start("Timed", &op).await,
            3 => {
                self.announce_and_start("Waits", &op).await?;
                self.announce_and_publish(&op).await
            }
            4 => {
                self.announce_and_publish(&op).await?;
                self.announce_and_start("Waits", &op).await
            }
            _ => self.complete_some().await,
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
            other => {
                let problem = format!("a start was answered {other:?}");
                return Err(Trouble::Wrong(problem));
            }
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

    async fn send(&self, command: Command, key: String) -> Outcome<Answer> {
        let mut request = Request::new(command, Arc::clone(&self.admin));
        request.idempotency_key = Some(Arc::from(key));
        Ok(self.engine.send(request).await?)
    }

    /// Completes some of the tasks there are; other clients may be faster.
    async fn complete_some(&mut self) -> Outcome {
        let after = self.random.within(0..64);
        let tasks = self
            .engine
            .tasks(TaskQuery::default(), Paging::first(64))
            .await?;
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
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
