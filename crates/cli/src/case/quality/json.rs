//! The report as one JSON object.

use reglament_runtime::report::{Distribution, GroupKey, Indicators, Report, TermCounts};
use serde_json::{Map, Value, json};

use super::Source;
use super::figures::{four, indicators_of, name, percent, question, unit_name, value_of};

/// The report as one JSON object.
pub(super) fn of(report: &Report, source: &Source<'_>) -> Value {
    let groups = report.groups.iter();
    let groups = groups.map(|(key, indicators)| group(key, indicators, source));
    json!({
        "groups": groups.collect::<Vec<Value>>(),
        "unreadable": report.unreadable.iter().map(|case| case.0).collect::<Vec<u64>>(),
    })
}

fn group(key: &GroupKey, indicators: &Indicators, source: &Source<'_>) -> Value {
    let cases = &indicators.cases;
    json!({
        "service": key.service,
        "channel": key.channel,
        "performer": key.performer,
        "period": key.period,
        "cases": {
            "all": cases.all,
            "running": cases.running,
            "suspended": cases.suspended,
            "completed": cases.completed,
            "failed": cases.failed,
            "cancelled": cases.cancelled,
            "withIncidents": cases.with_incidents,
        },
        "serviceTerm": term(&indicators.service_term),
        "seconds": spread(&indicators.duration),
        "indicators": regulation(key, indicators, source),
        "outcomes": outcomes(indicators),
        "steps": steps(indicators, source),
        "terms": terms(indicators, source),
        "performers": performers(indicators),
        "surveys": surveys(indicators, source),
    })
}

fn term(counts: &TermCounts) -> Value {
    json!({
        "met": counts.met,
        "missed": counts.missed,
        "overdue": counts.overdue,
        "open": counts.open,
        "withdrawn": counts.withdrawn,
        "extended": counts.extended,
        "sharePercent": counts.share_in_time().map(percent),
    })
}

fn spread(values: &Distribution) -> Value {
    let mut object = Map::new();
    object.insert("count".to_owned(), json!(values.count()));
    if let Some(four) = four(values) {
        let names = ["mean", "median", "p90", "max"];
        let fields = names.into_iter().zip(four);
        object.extend(fields.map(|(name, value)| (name.to_owned(), json!(value))));
    }
    Value::Object(object)
}

fn regulation(key: &GroupKey, indicators: &Indicators, source: &Source<'_>) -> Value {
    let all = indicators_of(key, source).iter();
    let all = all.map(|indicator| {
        json!({
            "number": indicator.number.text,
            "kk": indicator.text.in_language("kk"),
            "en": indicator.text.in_language("en"),
            "measured": indicator.measure.is_some(),
            "percent": value_of(indicator, indicators).map(percent),
        })
    });
    all.collect()
}

fn outcomes(indicators: &Indicators) -> Value {
    let outcomes = indicators.outcomes.iter();
    let outcomes = outcomes.map(|(outcome, count)| {
        json!({
            "kind": outcome.kind,
            "code": outcome.code,
            "document": outcome.document,
            "ground": outcome.ground,
            "count": count,
        })
    });
    outcomes.collect()
}

fn steps(indicators: &Indicators, source: &Source<'_>) -> Value {
    let steps = indicators.steps.iter().map(|(key, step)| {
        json!({
            "process": key.process,
            "element": key.element,
            "name": name(source, key, step.definition),
            "seconds": spread(&step.times),
            "withdrawn": step.withdrawn,
            "incidents": step.incidents,
            "openIncidents": step.open_incidents,
        })
    });
    steps.collect()
}

fn terms(indicators: &Indicators, source: &Source<'_>) -> Value {
    let terms = indicators.terms.iter().map(|(id, figures)| {
        json!({
            "process": id.step.process,
            "element": id.step.element,
            "number": id.number,
            "name": name(source, &id.step, figures.definition),
            "literal": figures.literal,
            "term": term(&figures.counts),
            "unit": unit_name(figures.unit),
            "used": spread(&figures.used),
        })
    });
    terms.collect()
}

fn performers(indicators: &Indicators) -> Value {
    let performers = indicators.performers.iter().map(|(unit, done)| {
        json!({
            "performer": unit,
            "cases": done.cases,
            "steps": done.steps,
            "serviceTermRanOut": done.ran_out,
            "terms": term(&done.terms),
        })
    });
    performers.collect()
}

fn surveys(indicators: &Indicators, source: &Source<'_>) -> Value {
    let questions = indicators.surveys.iter().map(|(key, counts)| {
        let (label, of_answer) = question(source, key);
        let answers = counts.iter().map(|(answer, count)| {
            json!({ "answer": answer, "label": of_answer(answer), "count": count })
        });
        json!({
            "form": key.form,
            "question": key.question,
            "label": label,
            "answers": answers.collect::<Vec<Value>>(),
        })
    });
    let questions: Vec<Value> = questions.collect();
    json!({ "answered": indicators.answered, "questions": questions })
}
