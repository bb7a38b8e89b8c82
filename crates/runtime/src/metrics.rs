//! Metrics: what an engine counts and measures, through the facade of the crate `metrics`.
//!
//! They are recorded with the feature `metrics`, to whatever recorder the host installs before it opens
//! the engine. What a command has brought about is counted when it is committed, never before. Labels
//! hold names of models and words of this crate, never data of a case, and nobody who acts.
//!
//! A host that exposes them to Prometheus, for example, installs the recorder of the crate
//! `metrics-exporter-prometheus`; the names are those that its queries see.
//!
//! | metric | kind | unit | labels | what |
//! |---|---|---|---|---|
//! | `reglament_commands_total` | counter | | `command`, `outcome` (`done`, `refused`, `failed`), `reason` | commands that were answered |
//! | `reglament_command_seconds` | histogram | seconds | `command` | from sending a command to its answer |
//! | `reglament_commands_waiting` | gauge | | | commands that wait for the writer |
//! | `reglament_group_commands` | histogram | | | commands that were carried out together |
//! | `reglament_commits_total` | counter | | `outcome` (`done`, `failed`) | groups that were written |
//! | `reglament_commit_seconds` | histogram | seconds | | how long the store took to write a group |
//! | `reglament_records_total` | counter | | | records that were added to histories |
//! | `reglament_cases_total` | counter | | `process`, `event` (`started`, `completed`, `failed`, `cancelled`, `erased`) | cases that began, ended and were erased |
//! | `reglament_jobs_total` | counter | | `type`, `event` (`created`, `activated`, `completed`, `attempt failed`, `given up`, `offered again`, `withdrawn`) | what became of jobs; a handler inside the engine takes no lease, so its attempts are in the next line |
//! | `reglament_handler_seconds` | histogram | seconds | `type`, `outcome` (`done`, `bpmn error`, `terminal`, `retryable`) | attempts of handlers inside the engine |
//! | `reglament_timers_total` | counter | | | timers that fired |
//! | `reglament_timer_lateness_seconds` | histogram | seconds | | from when a case was due to when it was woken |
//! | `reglament_incidents_total` | counter | | `kind`, `event` (`raised`, `resolved`) | incidents; `kind` is that of the raised one |
//! | `reglament_incidents_open` | gauge | | | incidents that nobody has resolved |
//!
//! `type` is the type of a job as the model writes it, or `computed` where an expression gives it.

use std::time::Duration;

/// What kind of a metric it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// A distribution.
    Histogram,
}

/// A metric of the table above, for hosts that make dashboards or alerts of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: MetricKind,
    /// Its unit; empty for a plain number.
    pub unit: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub what: &'static str,
}

const fn metric(
    name: &'static str,
    kind: MetricKind,
    labels: &'static [&'static str],
    what: &'static str,
) -> Metric {
    let unit = match name.as_bytes() {
        [.., b'_', b's', b'e', b'c', b'o', b'n', b'd', b's'] => "seconds",
        _ => "",
    };
    Metric {
        name,
        kind,
        unit,
        labels,
        what,
    }
}

use MetricKind::{Counter, Gauge, Histogram};

const COMMANDS: &str = "reglament_commands_total";
const COMMAND_SECONDS: &str = "reglament_command_seconds";
const COMMANDS_WAITING: &str = "reglament_commands_waiting";
const GROUP_COMMANDS: &str = "reglament_group_commands";
const COMMITS: &str = "reglament_commits_total";
const COMMIT_SECONDS: &str = "reglament_commit_seconds";
const RECORDS: &str = "reglament_records_total";
const CASES: &str = "reglament_cases_total";
const JOBS: &str = "reglament_jobs_total";
const HANDLER_SECONDS: &str = "reglament_handler_seconds";
const TIMERS: &str = "reglament_timers_total";
const TIMER_LATENESS: &str = "reglament_timer_lateness_seconds";
const INCIDENTS: &str = "reglament_incidents_total";
const INCIDENTS_OPEN: &str = "reglament_incidents_open";

/// All metrics, in the order of the table.
pub static METRICS: [Metric; 14] = [
    metric(
        COMMANDS,
        Counter,
        &["command", "outcome", "reason"],
        "commands that were answered",
    ),
    metric(
        COMMAND_SECONDS,
        Histogram,
        &["command"],
        "from sending a command to its answer",
    ),
    metric(
        COMMANDS_WAITING,
        Gauge,
        &[],
        "commands that wait for the writer",
    ),
    metric(
        GROUP_COMMANDS,
        Histogram,
        &[],
        "commands that were carried out together",
    ),
    metric(COMMITS, Counter, &["outcome"], "groups that were written"),
    metric(
        COMMIT_SECONDS,
        Histogram,
        &[],
        "how long the store took to write a group",
    ),
    metric(
        RECORDS,
        Counter,
        &[],
        "records that were added to histories",
    ),
    metric(
        CASES,
        Counter,
        &["process", "event"],
        "cases that began, ended and were erased",
    ),
    metric(JOBS, Counter, &["type", "event"], "what became of jobs"),
    metric(
        HANDLER_SECONDS,
        Histogram,
        &["type", "outcome"],
        "attempts of handlers inside the engine",
    ),
    metric(TIMERS, Counter, &[], "timers that fired"),
    metric(
        TIMER_LATENESS,
        Histogram,
        &[],
        "from when a case was due to when it was woken",
    ),
    metric(INCIDENTS, Counter, &["kind", "event"], "incidents"),
    metric(
        INCIDENTS_OPEN,
        Gauge,
        &[],
        "incidents that nobody has resolved",
    ),
];

/// Tells the recorder what the metrics are.
pub(crate) fn describe() {
    #[cfg(feature = "metrics")]
    for metric in &METRICS {
        let unit = match metric.unit {
            "seconds" => metrics::Unit::Seconds,
            _ => metrics::Unit::Count,
        };
        match metric.kind {
            Counter => metrics::describe_counter!(metric.name, unit, metric.what),
            Gauge => metrics::describe_gauge!(metric.name, unit, metric.what),
            Histogram => metrics::describe_histogram!(metric.name, unit, metric.what),
        }
    }
}

/// A command was answered.
#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, reason = "nothing is recorded")
)]
pub(crate) fn answered(
    command: &'static str,
    outcome: &'static str,
    reason: &'static str,
    took: Duration,
) {
    #[cfg(feature = "metrics")]
    {
        let labels = [
            ("command", command),
            ("outcome", outcome),
            ("reason", reason),
        ];
        metrics::counter!(COMMANDS, &labels).increment(1);
        metrics::histogram!(COMMAND_SECONDS, "command" => command).record(took.as_secs_f64());
    }
}

/// A group of commands is carried out; others wait.
#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, reason = "nothing is recorded")
)]
pub(crate) fn grouped(commands: usize, waiting: usize) {
    #[cfg(feature = "metrics")]
    {
        if commands > 0 {
            metrics::histogram!(GROUP_COMMANDS).record(amount(commands));
        }
        metrics::gauge!(COMMANDS_WAITING).set(amount(waiting));
    }
}

/// A group was written, or not.
#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, reason = "nothing is recorded")
)]
pub(crate) fn committed(done: bool, took: Duration) {
    #[cfg(feature = "metrics")]
    {
        let outcome = if done { "done" } else { "failed" };
        metrics::counter!(COMMITS, "outcome" => outcome).increment(1);
        metrics::histogram!(COMMIT_SECONDS).record(took.as_secs_f64());
    }
}

/// A handler inside the engine has ended an attempt.
#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, reason = "nothing is recorded")
)]
pub(crate) fn handled(kind: &std::sync::Arc<str>, outcome: &'static str, took: Duration) {
    #[cfg(feature = "metrics")]
    {
        let kind = kind.to_string();
        let seconds = took.as_secs_f64();
        metrics::histogram!(HANDLER_SECONDS, "type" => kind, "outcome" => outcome).record(seconds);
    }
}

/// So many incidents are open when the engine is opened.
#[cfg_attr(
    not(feature = "metrics"),
    expect(unused_variables, reason = "nothing is recorded")
)]
pub(crate) fn incidents_open(count: u64) {
    #[cfg(feature = "metrics")]
    metrics::gauge!(INCIDENTS_OPEN).set(amount(usize::try_from(count).unwrap_or(usize::MAX)));
}

/// A number as recorders take it; above 2^53 it is not exact.
#[cfg(feature = "metrics")]
#[expect(clippy::cast_precision_loss, reason = "no such amount is counted")]
fn amount(count: usize) -> f64 {
    count as f64
}

pub(crate) use tally::Tally;

/// What the commands of a group have brought about, to be told when they are committed.
mod tally {
    #[cfg(feature = "metrics")]
    use std::{collections::BTreeMap, sync::Arc};

    #[cfg(feature = "metrics")]
    use reglament_core::program::{Kind, Text};
    use reglament_core::timer::Timestamp;
    #[cfg(feature = "metrics")]
    use reglament_executor::{Cause, Event, Key};

    #[cfg(feature = "metrics")]
    use crate::case::CaseEvent;
    use crate::case::{Rows, Unsaved};
    use crate::definition::Definition;

    /// See the module; nothing without the feature `metrics`.
    #[derive(Debug, Default)]
    pub(crate) struct Tally {
        #[cfg(feature = "metrics")]
        counts: BTreeMap<(&'static str, Arc<str>, &'static str), u64>,
        #[cfg(feature = "metrics")]
        timers: u64,
        #[cfg(feature = "metrics")]
        records: u64,
        #[cfg(feature = "metrics")]
        lateness: Vec<f64>,
        #[cfg(feature = "metrics")]
        incidents: i64,
    }

    #[cfg(not(feature = "metrics"))]
    impl Tally {
        pub(crate) fn step(&mut self, _: &Definition, _: &[Unsaved], _: &Rows, _: &Rows) {}

        pub(crate) fn woken(&mut self, _: Timestamp, _: Timestamp) {}

        pub(crate) fn erased(&mut self, _: &std::sync::Arc<str>) {}

        pub(crate) fn tell(self) {}
    }

    #[cfg(feature = "metrics")]
    impl Tally {
        /// Counts one step of a case, from the rows `old` to the rows `new`.
        pub(crate) fn step(
            &mut self,
            definition: &Definition,
            events: &[Unsaved],
            old: &Rows,
            new: &Rows,
        ) {
            for unsaved in events {
                self.records += 1;
                match &unsaved.event {
                    CaseEvent::Opened(opened) => {
                        self.count(super::CASES, &opened.process, "started")
                    }
                    CaseEvent::JobCreated { key, .. } => {
                        self.job(definition, *key, "created", [new, old]);
                    }
                    CaseEvent::JobLeased { key, .. } => {
                        self.job(definition, *key, "activated", [new, old]);
                    }
                    CaseEvent::JobFailed { key, .. } => {
                        self.job(definition, *key, "attempt failed", [new, old]);
                    }
                    CaseEvent::JobRetried { key, .. } => {
                        self.job(definition, *key, "offered again", [new, old]);
                    }
                    CaseEvent::Executed(event) => self.executed(definition, event, old, new),
                    _ => {}
                }
            }
            self.incidents += new.incidents() - old.incidents();
            if let (Some((process, status)), None) = (new.ended(), old.ended()) {
                self.count(super::CASES, process, status.as_str());
            }
        }

        fn executed(&mut self, definition: &Definition, event: &Event, old: &Rows, new: &Rows) {
            match event {
                Event::Completed { key } => self.job(definition, *key, "completed", [old, new]),
                Event::Terminated { key } => self.job(definition, *key, "withdrawn", [old, new]),
                Event::Triggered {
                    cause: Cause::Timer,
                    ..
                } => self.timers += 1,
                Event::IncidentRaised { key, incident, .. } => {
                    self.job(definition, *key, "given up", [old, new]);
                    self.count(
                        super::INCIDENTS,
                        &Arc::from(incident.kind.as_str()),
                        "raised",
                    );
                }
                Event::IncidentResolved { key } => {
                    if let Some(kind) = old.incident_kind(*key) {
                        self.count(super::INCIDENTS, &Arc::clone(kind), "resolved");
                    }
                }
                _ => {}
            }
        }

        /// Counts something about the job at `key`, if there is one, known from the first of `rows`
        /// that has it.
        fn job(&mut self, definition: &Definition, key: Key, what: &'static str, rows: [&Rows; 2]) {
            let Some(row) = rows.iter().find_map(|rows| rows.jobs.get(&key)) else {
                return;
            };
            let program = &definition.program;
            let element = program.element(&row.element);
            let is_literal = element.is_some_and(|element| {
                let Kind::Task(task) = &program.elements[element].kind else {
                    return false;
                };
                let job = task.job.as_ref();
                job.is_some_and(|job| matches!(job.kind, Text::Literal(_)))
            });
            if is_literal {
                self.count(super::JOBS, &row.kind, what);
            } else {
                self.count(super::JOBS, &Arc::from("computed"), what);
            }
        }

        fn count(&mut self, metric: &'static str, label: &Arc<str>, event: &'static str) {
            let counted = self.counts.entry((metric, Arc::clone(label), event));
            *counted.or_default() += 1;
        }

        /// A case of this process is erased.
        pub(crate) fn erased(&mut self, process: &Arc<str>) {
            self.records += 1;
            self.count(super::CASES, process, "erased");
        }

        /// A case that was due at `due` is woken.
        pub(crate) fn woken(&mut self, due: Timestamp, now: Timestamp) {
            let micros = u64::try_from(due.micros_until(now)).unwrap_or_default();
            self.lateness
                .push(std::time::Duration::from_micros(micros).as_secs_f64());
        }

        /// Records everything.
        pub(crate) fn tell(self) {
            for ((metric, label, event), count) in self.counts {
                let name = match metric {
                    super::CASES => "process",
                    super::JOBS => "type",
                    _ => "kind",
                };
                let labels = [(name, label.to_string()), ("event", event.to_owned())];
                metrics::counter!(metric, &labels).increment(count);
            }
            metrics::counter!(super::TIMERS).increment(self.timers);
            metrics::counter!(super::RECORDS).increment(self.records);
            for seconds in self.lateness {
                metrics::histogram!(super::TIMER_LATENESS).record(seconds);
            }
            if self.incidents != 0 {
                let open = metrics::gauge!(super::INCIDENTS_OPEN);
                let change = i32::try_from(self.incidents).unwrap_or_default();
                open.increment(f64::from(change));
            }
        }
    }
}
