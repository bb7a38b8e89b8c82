//! Spans: what is traced of an engine, and that it names nobody.
//!
//! A file of its own: whether a place in the code is traced is decided once for the whole process, and other
//! tests that run beside would decide it without a subscriber.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use support::life::{IIN, NAME, bench, live};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};

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
