//! The portal flow of the kindergarten queue, from the application to the referral.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use reglament_executor::{Actor, InstanceId, Key, Variables};
use reglament_feel::Value;
use reglament_runtime::command::{Command, Request, StartCase};
use reglament_runtime::store::{ElementInstanceId, Store};
use reglament_runtime::{DayReading, Engine, Regulation, Resource};

use super::recorder::{Groups, Recorder};
use super::{Latencies, Outcome, admin, closed, opened, rate, said};

/// The steps of the scenario `portal-referral.yaml`, with what they give.
const STEPS: [(&str, &str); 12] = [
    ("EnterCredentials", r#"{"iin": "860314400190"}"#),
    ("CheckRecipientData", r#"{"recipientDataValid": true}"#),
    (
        "FillRequest",
        r#"{"request": {"child": {"iin": "110520500312", "name": "Мысалов Үлгі", "born": "2011-05-20"},
            "parent": "Мысалова Айсынақ", "address": "Алматы қаласы, Үлгі көшесі, 1",
            "organization": "№ 999 мектепке дейінгі ұйым",
            "copies": ["баланың туу туралы куәлігі", "ата-ананың жеке куәлігі"]},
            "requestIdentifier": "860314400190", "certificateIdentifier": "860314400190"}"#,
    ),
    (
        "VerifyCertificate",
        r#"{"certificateInForce": true, "certificateRevoked": false, "identityMatches": true}"#,
    ),
    (
        "SignRequest",
        r#"{"requestSignature": {"signedBy": "860314400190"}}"#,
    ),
    ("SendRequest", r#"{"sentThrough": "ЭҮШ"}"#),
    (
        "RegisterDocuments",
        r#"{"applicationNumber": "A-2013-004711"}"#,
    ),
    ("CheckDocuments", r#"{"documentsValid": true}"#),
    (
        "CheckPriority",
        r#"{"disabledParent": false, "withoutParentalCare": false, "orphan": false,
            "largeFamily": false, "warParticipant": false}"#,
    ),
    ("PlaceInGeneralQueue", r#"{"queueNumber": 1348}"#),
    ("CheckPlaces", r#"{"placeAvailable": true}"#),
    ("FormReferral", r#"{"referral": {"number": 217}}"#),
];

/// A file of the pack, by its path from there.
macro_rules! file {
    ($path:literal) => {
        Resource::new(
            $path,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../processes/kindergarten-queue/",
                $path
            )),
        )
    };
}

/// The flow with what it imports and decides by; without the forms, which the steps do not fill in.
fn files() -> Vec<Resource> {
    vec![
        file!("portal.bpmn"),
        file!("../shared/certificate-check.bpmn"),
        file!("decisions/priority.dmn"),
    ]
}

/// The element instance of each step. The flow numbers them alike in every case, so the clients need not
/// look at each.
type Keys = Arc<[Key]>;

pub(super) async fn run(cases: u64) -> Outcome {
    println!(
        "portal flow, {} commands a case, every one durable",
        STEPS.len() + 1
    );
    for clients in [1, 16, 64] {
        let cases = if clients == 1 { cases / 8 } else { cases };
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let store = opened(&folder.path().join("engine.sqlite"))?;
        let (time, mut latencies) = drive(store, clients, cases).await?;
        // Once more, to have the groups; that costs time of its own.
        let groups = Groups::default();
        let recorder = Recorder {
            inner: opened(&folder.path().join("recorded.sqlite"))?,
            groups: Arc::clone(&groups),
        };
        drive(recorder, clients, cases).await?;
        let groups = std::mem::take(&mut *groups.lock().unwrap_or_else(PoisonError::into_inner));
        let count = groups.len();
        let bound = again(&folder.path().join("bound.sqlite"), groups).await?;
        let commands = cases * (STEPS.len() as u64 + 1);
        println!(
            "{clients:>3} clients: {:>8.0} commands/s ({:>6.0} cases/s), {:>4.1} a group, p50 {:?}, \
             p99 {:?}; the store alone {:>8.0} commands/s: {:.0} %",
            rate(commands, time),
            rate(cases, time),
            commands as f64 / count.max(1) as f64,
            latencies.percentile(50),
            latencies.percentile(99),
            rate(commands, bound),
            100.0 * bound.as_secs_f64() / time.as_secs_f64(),
        );
    }
    Ok(())
}

async fn drive(store: impl Store, clients: u64, cases: u64) -> Outcome<(Duration, Latencies)> {
    let engine = Engine::builder(store).any_external().open().await;
    let engine = engine.map_err(|error| error.to_string())?;
    let admin = admin();
    let regulation = Regulation {
        unqualified_days: Some(DayReading::Working),
        ..Regulation::default()
    };
    let deployed = engine.deploy_regulation(files(), regulation, &admin).await;
    deployed.map_err(said)?;
    let keys = learned(&engine, &admin).await?;
    let begun = Instant::now();
    let mut running = Vec::new();
    for number in 0..clients {
        let share = cases / clients + u64::from(number < cases % clients);
        let (engine, admin) = (engine.clone(), Arc::clone(&admin));
        running.push(tokio::spawn(client(
            engine,
            admin,
            Arc::clone(&keys),
            share,
        )));
    }
    let mut all = Latencies::default();
    for client in running {
        all.0
            .extend(client.await.map_err(|error| error.to_string())??.0);
    }
    let time = begun.elapsed();
    closed(engine).await;
    Ok((time, all))
}

async fn start(engine: &Engine, admin: &Arc<Actor>) -> Outcome<InstanceId> {
    let start = StartCase {
        process: Arc::from("KindergartenQueue_PortalProcess"),
        variables: vec![(Arc::from("registered"), Value::from(true))],
        ..StartCase::default()
    };
    engine.start(start, admin).await.map_err(said)
}

async fn complete(
    engine: &Engine,
    admin: &Arc<Actor>,
    (element, id): (&str, ElementInstanceId),
    variables: Variables,
) -> Outcome {
    let is_job = [
        "CheckRecipientData",
        "VerifyCertificate",
        "SendRequest",
        "RegisterDocuments",
        "PlaceInGeneralQueue",
        "CheckPlaces",
    ]
    .contains(&element);
    if !is_job {
        let done = engine.complete_task(id, variables, admin).await;
        return done.map_err(said);
    }
    let command = Command::CompleteJob {
        job: id,
        attempt: None,
        variables,
    };
    let request = Request::new(command, Arc::clone(admin));
    engine.send(request).await.map_err(said).map(|_| ())
}

/// Goes through one case, looking at it before every step.
async fn learned(engine: &Engine, admin: &Arc<Actor>) -> Outcome<Keys> {
    let case = start(engine, admin).await?;
    let mut keys = Vec::new();
    for (element, json) in STEPS {
        let view = engine.case(case).await.map_err(said)?;
        let waiting = view.waiting.iter().find(|it| &*it.element == element);
        let id = waiting
            .ok_or_else(|| format!("`{element}` does not wait, but {:?}", view.waiting))?
            .id;
        complete(engine, admin, (element, id), variables(json)?).await?;
        keys.push(id.key);
    }
    Ok(keys.into())
}

async fn client(engine: Engine, admin: Arc<Actor>, keys: Keys, cases: u64) -> Outcome<Latencies> {
    let mut latencies = Latencies::default();
    for _ in 0..cases {
        let begun = Instant::now();
        let case = start(&engine, &admin).await?;
        latencies.add(begun);
        for ((element, json), key) in STEPS.iter().zip(&*keys) {
            let variables = variables(json)?;
            let id = ElementInstanceId::new(case, *key);
            let begun = Instant::now();
            complete(&engine, &admin, (element, id), variables).await?;
            latencies.add(begun);
        }
    }
    Ok(latencies)
}

fn variables(json: &str) -> Outcome<Variables> {
    let value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let Value::Context(context) = value else {
        return Err("expected a JSON object".to_owned());
    };
    let entries = context.iter();
    Ok(entries
        .map(|(name, value)| (Arc::from(&**name), value.clone()))
        .collect())
}

/// Commits the same groups into a fresh file.
async fn again(
    file: &std::path::Path,
    groups: Vec<Vec<reglament_runtime::store::Batch>>,
) -> Outcome<Duration> {
    let store = opened(file)?;
    store.acquire().await.map_err(|error| error.to_string())?;
    let begun = Instant::now();
    for group in groups {
        let answers = store
            .commit(group)
            .await
            .map_err(|error| error.to_string())?;
        if let Some(Err(conflict)) = answers.into_iter().find(Result::is_err) {
            return Err(format!("not the same again: {conflict}"));
        }
    }
    Ok(begun.elapsed())
}
