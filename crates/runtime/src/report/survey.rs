//! Counting the answers to surveys.

use std::sync::Arc;

use super::{Report, ReportQuery, SurveyKey};
use crate::engine::Reader;
use crate::error::EngineError;
use crate::kernel::EngineEvent;

/// How many records are read at once.
const PAGE: usize = 500;

/// Counts the answers, by the day on which they were given. They belong to no performer.
pub(super) async fn count(
    reader: &Reader,
    query: &ReportQuery,
    report: &mut Report,
) -> Result<(), EngineError> {
    let mut after = 0;
    loop {
        let page = reader.engine_history(after, PAGE).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = last.record.seq;
        for (event, opened) in &page {
            let day = query.day(event.record.at);
            if query.covers(day) {
                note(query, &opened.content.event, day, report);
            }
        }
    }
}

fn note(
    query: &ReportQuery,
    event: &EngineEvent,
    day: Option<reglament_core::timer::Date>,
    report: &mut Report,
) {
    let EngineEvent::SurveyAnswered {
        definition,
        process,
        service,
        channel,
        form,
        answers,
    } = event
    else {
        return;
    };
    let service = service.as_ref().unwrap_or(process);
    if !query.wants(service) {
        return;
    }
    let group = query.group(service, channel.as_ref(), None, day);
    let indicators = report.groups.entry(group).or_default();
    *indicators.answered.entry(Arc::clone(form)).or_default() += 1;
    for (question, answer) in answers {
        let key = SurveyKey {
            form: Arc::clone(form),
            question: Arc::clone(question),
            definition: *definition,
        };
        let counts = indicators.surveys.entry(key).or_default();
        *counts.entry(Arc::clone(answer)).or_default() += 1;
    }
}
