//! Metrics, spans, health: what a host sees of an engine, and that it sees nobody.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use reglament_adapter_api::{CallContext, Failure, Registry, typed};
use reglament_executor::Actor;
use reglament_feel::Value;
use reglament_runtime::command::{Command, PublishMessage, Request, StartCase};
use reglament_runtime::metrics::METRICS;
use reglament_runtime::store::{IncidentQuery, Paging};
use reglament_runtime::{CaseFacts, EngineError, HandledJob, HandlerError};
use support::{Bench, group_task, line, model_with, person, service, vars};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};

/// A number of a person that must be seen nowhere.
const IIN: &str = "860314400190";

/// The name of a person that must be seen nowhere.
const NAME: &str = "Мысалова";

/// What was recorded: by name and labels the values, sums for counters.
#[derive(Clone, Default)]
struct Recorded(Arc<Mutex<BTreeMap<String, Vec<f64>>>>);

struct Place(Recorded, String);

impl Place {
    fn push(&self, value: f64) {
        let mut all = self.0.0.lock().unwrap();
        all.entry(self.1.clone()).or_default().push(value);
    }
}

impl CounterFn for Place {
    fn increment(&self, value: u64) {
        self.push(f64::from(u32::try_from(value).unwrap()));
    }

    fn absolute(&self, value: u64) {
        CounterFn::increment(self, value);
    }
}

impl GaugeFn for Place {
    fn increment(&self, value: f64) {
        self.push(value);
    }

    fn decrement(&self, value: f64) {
        self.push(-value);
    }

    fn set(&self, value: f64) {
        self.push(value);
    }
}

impl HistogramFn for Place {
    fn record(&self, value: f64) {
        self.push(value);
    }
}

impl Recorded {
    fn place(&self, key: &Key) -> Arc<Place> {
        let metric = METRICS.iter().find(|it| it.name == key.name());
        let metric = metric.unwrap_or_else(|| unreachable!("{} is not in the table", key.name()));
        let labels: BTreeSet<&str> = key.labels().map(metrics::Label::key).collect();
        let known: BTreeSet<&str> = metric.labels.iter().copied().collect();
        assert_eq!(labels, known, "{}", metric.name);
        let mut name = key.name().to_owned();
        for label in key.labels() {
            let _ = write!(name, " {}", label.value());
        }
        Arc::new(Place(self.clone(), name))
    }

    fn sum(&self, name: &str) -> f64 {
        let all = self.0.lock().unwrap();
        all.get(name).map_or(0.0, |values| values.iter().sum())
    }

    fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }
}

impl Recorder for Recorded {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.place(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.place(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.place(key))
    }
}

/// Everything that is traced, as text.
#[derive(Clone, Default)]
struct Traced {
    lines: Arc<Mutex<Vec<String>>>,
    next: Arc<AtomicU64>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Traced {
    fn push(&self, line: String) {
        self.lines.lock().unwrap().push(line);
    }

    fn has(&self, part: &str) -> bool {
        self.lines
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(part))
    }
}

impl Subscriber for Traced {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(format!("span {}", span.metadata().name()));
        span.record(&mut line);
        self.push(line.0);
        Id::from_u64(self.next.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line("record".to_owned());
        values.record(&mut line);
        self.push(line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("event {}", event.metadata().level()));
        event.record(&mut line);
        self.push(line.0);
    }

    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// A task of an adapter, a user task, a job that fails, a timer, a message with a correlation key.
fn process() -> String {
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
async fn bench() -> Bench {
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
async fn live(bench: &Bench) {
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

#[tokio::test]
async fn each_command_and_what_it_brings_about_is_counted() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let bench = bench().await;
    live(&bench).await;
    bench.engine.shutdown(Duration::from_secs(1)).await;
    for (name, count) in [
        ("reglament_commands_total start done ", 1.0),
        (
            "reglament_commands_total start refused duplicate business key",
            1.0,
        ),
        (
            "reglament_commands_total complete_task refused claimed",
            1.0,
        ),
        ("reglament_commands_total complete_task done ", 1.0),
        ("reglament_commands_total fail_job done ", 4.0),
        ("reglament_cases_total P started", 1.0),
        ("reglament_cases_total P cancelled", 1.0),
        ("reglament_jobs_total work created", 1.0),
        ("reglament_jobs_total work attempt failed", 2.0),
        ("reglament_jobs_total work given up", 2.0),
        ("reglament_jobs_total work offered again", 1.0),
        ("reglament_timers_total", 1.0),
        ("reglament_timer_lateness_seconds", 60.0 * 60.0),
        ("reglament_incidents_total job-failed raised", 2.0),
        ("reglament_incidents_total job-failed resolved", 1.0),
        // The second one went with its case.
        ("reglament_incidents_open", 0.0),
        ("reglament_commands_waiting", 0.0),
    ] {
        let found = recorded.sum(name);
        assert!(
            (found - count).abs() < 1e-6,
            "{name}: {found}\n{:#?}",
            recorded.names()
        );
    }
    for name in [
        "reglament_handler_seconds work retryable",
        "reglament_command_seconds start",
        "reglament_commits_total done",
        "reglament_commit_seconds",
        "reglament_group_commands",
        "reglament_records_total",
    ] {
        assert!(recorded.sum(name) > 0.0, "{name}\n{:#?}", recorded.names());
    }
    for name in recorded.names() {
        assert!(!name.contains(IIN) && !name.contains(NAME), "{name}");
    }
}

#[tokio::test]
async fn spans_name_the_case_and_the_command_and_nobody() {
    let traced = Traced::default();
    let _guard = tracing::subscriber::set_default(traced.clone());
    let bench = bench().await;
    live(&bench).await;
    for part in [
        "span command command=\"start\"",
        "span case case=1 definition=",
        "record outcome=\"done\"",
        "record outcome=\"duplicate business key\"",
        "record case=1",
    ] {
        assert!(
            traced.has(part),
            "{part}: {:#?}",
            traced.lines.lock().unwrap()
        );
    }
    for line in traced.lines.lock().unwrap().iter() {
        assert!(!line.contains(IIN) && !line.contains(NAME), "{line}");
    }
}

#[tokio::test]
async fn the_table_of_the_documentation_has_every_metric() {
    let text = include_str!("../src/metrics.rs");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | `"));
    let names: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    let known: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
    assert_eq!(names, known);
    for metric in METRICS {
        assert_eq!(metric.unit == "seconds", metric.name.ends_with("_seconds"));
    }
}

#[tokio::test]
async fn health_says_whether_the_writer_writes_and_timers_are_on_time() {
    let bench = bench().await;
    bench.deploy(&process()).await;
    let health = bench.engine.health().await;
    assert!(health.is_well(), "{health:?}");
    assert_eq!(health.commits.last, Some(support::start_of_test()));
    assert_eq!(health.timer_lag, Some(Duration::ZERO));
    bench.engine.shutdown(Duration::from_secs(1)).await;
    let health = bench.engine.health().await;
    assert!(!health.is_well() && !health.accepts_commands, "{health:?}");
    assert_eq!(health.stats, None);
}
