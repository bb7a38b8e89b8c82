//! The life of a person in a case: everything that happens to it, with the person everywhere.

use std::sync::Arc;
use std::time::Duration;

use reglament_adapter_api::{CallContext, Failure, Registry, typed};
use reglament_executor::Actor;
use reglament_feel::Value;
use reglament_runtime::command::{Command, PublishMessage, Request, StartCase};
use reglament_runtime::store::{IncidentQuery, Paging};
use reglament_runtime::{CaseFacts, EngineError, HandledJob, HandlerError};

use super::{Bench, group_task, line, model_with, person, service, vars};

/// A number of a person that must be seen nowhere.
pub(crate) const IIN: &str = "860314400190";

/// The name of a person that must be seen nowhere.
pub(crate) const NAME: &str = "Мысалова";

/// A task of an adapter, a user task, a job that fails, a timer, a message with a correlation key.
pub(crate) fn process() -> String {
    let waits = r#"<intermediateCatchEvent id="M"><messageEventDefinition messageRef="m"/>
        </intermediateCatchEvent>"#;
    let pause = r#"<intermediateCatchEvent id="W"><timerEventDefinition><timeDuration>PT1H</timeDuration>
        </timerEventDefinition></intermediateCatchEvent>"#;
    let caught = r#"<boundaryEvent id="B" attachedToRef="A"><errorEventDefinition/></boundaryEvent>
        <sequenceFlow id="unknown" sourceRef="B" targetRef="J"/>"#;
    let elements = [
        ("T", group_task("T", "clerks")),
        ("M", waits.to_owned()),
        ("W", pause.to_owned()),
        ("A", service("A", "register.find", 2) + caught),
        ("J", service("J", "work", 2)),
    ];
    let elements: Vec<(&str, &str)> = elements.iter().map(|(id, xml)| (*id, &**xml)).collect();
    let message = r#"<message id="m" name="answered"><extensionElements>
        <zeebe:subscription correlationKey="=iin"/></extensionElements></message>"#;
    model_with(message, &line(&elements))
}

/// Knows nobody, and says of whom.
async fn find(_: CallContext, whom: Whom) -> Result<(), Failure> {
    let message = format!("{NAME} {} is not there", whom.iin);
    Err(Failure::business("unknown", message))
}

#[derive(serde::Deserialize)]
struct Whom {
    iin: String,
}

/// The adapter does not know the person; the handler fails twice. Both say so with the number.
pub(crate) async fn bench() -> Bench {
    let mut registry = Registry::new();
    registry.register("register.find", typed(find));
    Bench::with(move |builder| {
        builder
            .adapters(&registry)
            .handler("work", |_: HandledJob<()>| async {
                let failed = HandlerError::retryable(format!("{NAME} {IIN} cannot be found"));
                Err::<(), _>(failed)
            })
    })
    .await
}

/// A case of a person from its start to its end, with refusals, retries, an incident.
pub(crate) async fn live(bench: &Bench) {
    bench.deploy(&process()).await;
    let start = StartCase {
        process: "P".into(),
        variables: vars(&[("iin", Value::from(IIN)), ("name", Value::from(NAME))]),
        facts: CaseFacts {
            business_key: Some(IIN.into()),
            label: Some(NAME.into()),
            ..CaseFacts::default()
        },
        ..StartCase::default()
    };
    let request = Request {
        idempotency_key: Some(IIN.into()),
        ..Request::new(Command::Start(start.clone()), bench.admin.clone())
    };
    bench.engine.send(request).await.unwrap();
    let twice = bench.engine.start(start, &bench.admin).await;
    assert!(matches!(twice, Err(EngineError::Refused(_))), "{twice:?}");
    let task = bench.task("T").await;
    let clerk = Arc::new(Actor {
        id: IIN.into(),
        on_behalf_of: Some(NAME.into()),
        ..Actor::clone(&person(IIN, &["clerks"]))
    });
    bench.engine.claim(task, &clerk).await.unwrap();
    let stranger = person(NAME, &[]);
    bench
        .engine
        .complete_task(task, vec![], &stranger)
        .await
        .unwrap_err();
    let entered = vars(&[("address", Value::from(NAME))]);
    bench
        .engine
        .complete_task(task, entered, &clerk)
        .await
        .unwrap();
    let message = PublishMessage {
        name: "answered".into(),
        key: Some(IIN.into()),
        message_id: Some(IIN.into()),
        variables: vars(&[("answer", Value::from(NAME))]),
        ..PublishMessage::default()
    };
    bench.engine.publish(message, &bench.admin).await.unwrap();
    bench.advance(Duration::from_secs(2 * 60 * 60)).await;
    bench.advance(Duration::from_secs(60 * 60)).await;
    let all = IncidentQuery::default();
    let page = bench.engine.incidents(all, Paging::first(9)).await;
    let incident = page.unwrap().items.pop().unwrap().id;
    let resolve = Command::ResolveIncident { incident };
    let resolve = Request::new(resolve, bench.admin.clone());
    bench.engine.send(resolve).await.unwrap();
    bench.settle().await;
    bench.advance(Duration::from_secs(60 * 60)).await;
    let cancel = Command::Cancel {
        instance: incident.instance,
    };
    let cancel = Request::new(cancel, bench.admin.clone());
    bench.engine.send(cancel).await.unwrap();
}
