//! Metrics and health: what a host sees of an engine, and that it sees nobody.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use reglament_runtime::metrics::METRICS;
use support::life::{IIN, NAME, bench, live, process};
use support::start_of_test;

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
    assert_eq!(health.commits.last, Some(start_of_test()));
    assert_eq!(health.timer_lag, Some(Duration::ZERO));
    bench.engine.shutdown(Duration::from_secs(1)).await;
    let health = bench.engine.health().await;
    assert!(!health.is_well() && !health.accepts_commands, "{health:?}");
    assert_eq!(health.stats, None);
}
