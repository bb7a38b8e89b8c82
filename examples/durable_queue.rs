//! The kindergarten queue on the portal, durable: cases in a SQLite file, the systems of the
//! regulation behind adapters, and a program that stops in the middle of a case.
//!
//! Run it with `cargo run -p reglament-examples --example durable_queue`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reglament::adapters::identity::{self, Account, Identity, Login, LoginPolicy, Password};
use reglament::adapters::numbering::{self, Series};
use reglament::adapters::registers::{self, Registers};
use reglament::adapters::scripted::{
    ScriptedCertificate, ScriptedGateway, ScriptedIdentity, ScriptedNotaryRegister,
    ScriptedNotifier, ScriptedNumbering, ScriptedPersonRegister, ScriptedRenderer,
    ScriptedSignatures, ScriptedWaitingList,
};
use reglament::adapters::waiting_list::{self, OpenPlaces, WaitingList};
use reglament::adapters::{
    CallContext, Registry, contract, document, document_gateway, notification, signature,
};
use reglament::runtime::command::StartCase;
use reglament::runtime::store::{CaseStatus, Paging, TaskQuery, TaskRow};
use reglament::runtime::{CaseView, Engine, InstanceId, ManualClock, variables_from};
use reglament::sqlite::SqliteStore;
use reglament::{Actor, Timestamp, Value, Variables, Zone};
use serde_json::{Value as Json, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PROCESS: &str = "KindergartenQueue_PortalProcess";
const APPLICANT: &str = "860314400190";
const ORGANIZATION: &str = "№ 999 мектепке дейінгі ұйым";

/// The systems outside: they go on while our program does not run.
struct World {
    clock: Arc<ManualClock>,
    identity: Arc<ScriptedIdentity>,
    registry: Registry,
}

impl World {
    async fn at(now: Timestamp) -> Outcome<Self> {
        let identity = Arc::new(ScriptedIdentity::new(LoginPolicy::default()));
        identity.register(Account::parse(APPLICANT), "secret");
        let signatures = ScriptedSignatures::default();
        let certificate = ScriptedCertificate {
            not_before: Timestamp::MIN,
            not_after: Timestamp::MAX,
            revoked_since: None,
        };
        signatures.insert(APPLICANT.parse()?, certificate);
        let list = ScriptedWaitingList::new(contract::waiting_list::rules()?);
        let organization = ORGANIZATION.into();
        let places = OpenPlaces {
            organization,
            count: 1,
        };
        list.open_places(&CallContext::new("open", now), places)
            .await?;
        let numbers = [Series::new("kindergarten-queue.portal", "A")];
        let templates = ["authorization-refusal", "signature-refusal", "refusal"];
        let mut registry = Registry::new();
        registry
            .add(identity::operations(identity.clone()))
            .add(signature::operations(Arc::new(signatures)))
            .add(registers::operations(Registers {
                persons: Arc::new(ScriptedPersonRegister::default()),
                notaries: Arc::new(ScriptedNotaryRegister::default()),
                zone: Zone::UTC,
            }))
            .add(numbering::operations(Arc::new(ScriptedNumbering::new(
                Zone::UTC,
                numbers,
            ))))
            .add(waiting_list::operations(Arc::new(list)))
            .add(document_gateway::operations(Arc::new(ScriptedGateway::to(
                ["regional-gateway"],
            ))))
            .add(document::operations(Arc::new(ScriptedRenderer::of(
                templates,
            ))))
            .add(notification::operations(Arc::new(
                ScriptedNotifier::default(),
            )));
        Ok(Self {
            clock: Arc::new(ManualClock::new(now)),
            identity,
            registry,
        })
    }

    /// The engine over `file`: the operations of the registry do the service tasks.
    async fn open(&self, file: &Path) -> Outcome<Engine> {
        let builder = Engine::builder(SqliteStore::open(file)?);
        let builder = builder.clock(self.clock.clone()).adapters(&self.registry);
        Ok(builder.zone(Zone::parse("Asia/Almaty")?).open().await?)
    }

    /// What people enter at a user task.
    async fn entered(&self, task: &str) -> Outcome<Variables> {
        let content = match task {
            "EnterCredentials" => json!({"iin": APPLICANT, "loginTicket": self.log_in().await?}),
            "FillRequest" => json!({
                "request": {
                    "child": {"iin": "110520500312", "name": "Мысалов Үлгі", "born": "2011-05-20"},
                    "parent": "Мысалова Айсынақ",
                    "address": "Алматы қаласы, Үлгі көшесі, 1",
                    "organization": ORGANIZATION,
                },
                "requestIdentifier": APPLICANT,
                "certificateIdentifier": APPLICANT,
            }),
            "CheckDocuments" => json!({"documentsValid": true}),
            "CheckPriority" => json!({
                "disabledParent": false,
                "withoutParentalCare": false,
                "orphan": false,
                "largeFamily": false,
                "warParticipant": false,
            }),
            "FormReferral" => json!({"referral": {
                "number": 217, "organization": ORGANIZATION, "issuedOn": "2013-09-02",
            }}),
            _ => Json::Object(serde_json::Map::new()),
        };
        Ok(variables_from(&content)?)
    }

    /// The portal takes the password, and gives the process a ticket: no password is a variable.
    async fn log_in(&self) -> Outcome<String> {
        let login = Login {
            account: Account::parse(APPLICANT),
            password: Password::new("secret"),
        };
        let context = CallContext::new("login", Timestamp::parse_rfc3339("2013-09-02T04:00:00Z")?);
        Ok(self.identity.login(&context, login).await?.ticket)
    }
}

/// Waits until the handlers are done: a person is asked next, or the case has ended.
async fn settled(engine: &Engine, case: InstanceId) -> Outcome<(CaseView, Option<TaskRow>)> {
    for _ in 0..2_000 {
        let query = TaskQuery {
            instance: Some(case),
            ..TaskQuery::default()
        };
        let task = engine.tasks(query, Paging::first(1)).await?;
        let task = task.items.into_iter().next();
        let view = engine.case(case).await?;
        if task.is_some() || view.status.has_ended() {
            return Ok((view, task));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let waiting = engine.case(case).await?.waiting;
    Err(format!("the case does not go on: {waiting:?}").into())
}

/// Has people do their tasks until the task `last` is done, or the case has ended.
async fn go_on(world: &World, engine: &Engine, case: InstanceId, last: &str) -> Outcome<CaseView> {
    loop {
        let (view, task) = settled(engine, case).await?;
        let Some(task) = task else { return Ok(view) };
        let groups = task.candidate_groups.clone();
        let person = Arc::new(Actor {
            id: groups.first().cloned().unwrap_or_default(),
            groups,
            ..Actor::default()
        });
        let entered = world.entered(&task.element).await?;
        engine.complete_task(task.id, entered, &person).await?;
        println!("  {} did {}", person.id, task.element);
        if &*task.element == last {
            return Ok(view);
        }
    }
}

/// The first life of the program: from the application to the check of the documents.
async fn first_life(world: &World, file: &Path) -> Outcome<InstanceId> {
    let engine = world.open(file).await?;
    let admin = Arc::new(Actor::system());
    let pack = reglament::regulations::open("kindergarten-queue").ok_or("no such pack")?;
    let pack = pack.map_err(|_| "the pack has errors")?;
    engine.deploy_pack(&pack, &admin).await?;
    let start = StartCase {
        process: PROCESS.into(),
        variables: vec![("registered".into(), true.into())],
        ..StartCase::default()
    };
    let case = engine.start(start, &admin).await?;
    println!("case {case} has begun");
    go_on(world, &engine, case, "SignRequest").await?;
    Ok(case)
}

/// The second life: the case is where it was, and goes on to its end.
async fn second_life(world: &World, file: &Path, case: InstanceId) -> Outcome<()> {
    let engine = world.open(file).await?;
    let view = go_on(world, &engine, case, "").await?;
    let named = |name: &str| {
        let found = view.variables.iter().find(|(known, _)| **known == *name);
        found.map(|(_, value)| value.to_json_string())
    };
    let number = named("applicationNumber").ok_or("no application number")?;
    let queue = named("queueNumber").ok_or("no place in the queue")?;
    let referral = view
        .variables
        .iter()
        .find(|(name, _)| &**name == "referral");
    let referral = referral.and_then(|(_, value)| value.as_context()?.get("number").cloned());
    println!("application {number}, queue number {queue}");
    println!(
        "referral {}",
        referral
            .as_ref()
            .map_or_else(String::new, Value::to_json_string)
    );

    assert_eq!(view.status, CaseStatus::Completed);
    assert_eq!(number, r#""A-2013-000001""#);
    assert_eq!(referral, Some(Value::from(217)));
    // The history of both lives gives the same case.
    engine.replay(case).await?.map_err(|it| format!("{it:?}"))?;
    engine.shutdown(Duration::from_secs(5)).await;
    Ok(())
}

/// A program that runs `life` and then ends as if it were killed: nothing is waited for.
fn live<T>(life: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Runtime::new()?.block_on(life)
}

fn main() -> Outcome<()> {
    let folder: PathBuf =
        std::env::temp_dir().join(format!("reglament-durable-queue-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("cases.sqlite");
    let world = live(World::at(Timestamp::parse_rfc3339(
        "2013-09-02T10:00:00+06:00",
    )?))?;
    let case = live(first_life(&world, &file))?;
    println!("the program ends without a word, and begins again over the same file");
    let outcome = live(second_life(&world, &file, case));
    std::fs::remove_dir_all(&folder)?;
    outcome
}
