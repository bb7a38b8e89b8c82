//! The figures of a report, a row each; and what the indicators of a regulation come to.

use std::sync::Arc;

use reglament_core::program::ElementIx;
use reglament_core::term::Unit;
use reglament_pack::manifest::{Indicator, IndicatorMeasure};
use reglament_runtime::Definition;
use reglament_runtime::report::{
    Distribution, GroupKey, Indicators, Report, StepKey, SurveyKey, TermCounts,
};
use reglament_runtime::store::Digest;

use super::Source;
use crate::case::words::name_of;

/// The columns of a row.
const HEADER: [&str; 9] = [
    "service",
    "channel",
    "performer",
    "period",
    "figure",
    "element",
    "of",
    "unit",
    "value",
];

/// A figure: its name, the id of what it is about, the words for that, the unit, the value.
type Figure = (&'static str, String, String, &'static str, String);

/// A row of the report.
type Row = [String; 9];

/// All figures, under the names of their columns.
pub(super) fn of(report: &Report, source: &Source<'_>) -> Vec<Row> {
    let mut rows = vec![HEADER.map(str::to_owned)];
    for (group, indicators) in &report.groups {
        let mut figures = Vec::new();
        cases(indicators, &mut figures);
        regulation(group, indicators, source, &mut figures);
        outcomes(indicators, &mut figures);
        steps(indicators, source, &mut figures);
        terms(indicators, source, &mut figures);
        performers(indicators, &mut figures);
        surveys(indicators, source, &mut figures);
        let text = |text: &Option<Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
        rows.extend(figures.into_iter().map(|(name, element, of, unit, value)| {
            [
                text(&group.service),
                text(&group.channel),
                text(&group.performer),
                group.period.clone().unwrap_or_default(),
                name.to_owned(),
                element,
                of,
                unit.to_owned(),
                value,
            ]
        }));
    }
    rows
}

/// A share in thousandths, as per cent to one place.
pub(super) fn percent(permille: u64) -> String {
    format!("{}.{}", permille / 10, permille % 10)
}

/// The name of an element in the language of the report.
pub(super) fn name(source: &Source<'_>, key: &StepKey, digest: Digest) -> String {
    let definition = source.reader.catalogue().get(digest);
    name_of(definition.map(|it| &**it), &key.element, source.cases.lang)
}

/// Where an element stands in its model: steps are told in this order.
pub(super) fn place(source: &Source<'_>, key: &StepKey, digest: Digest) -> Option<ElementIx> {
    let definition = source.reader.catalogue().get(digest);
    definition.and_then(|it| it.element(&key.element))
}

/// What the used part of a term is counted in.
pub(super) fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::WorkingDays => "working days",
        Unit::CalendarDays => "calendar days",
        _ => "seconds",
    }
}

/// The label of a question and those of its answers.
pub(super) fn question(source: &Source<'_>, key: &SurveyKey) -> (String, impl Fn(&str) -> String) {
    let definition: Option<Arc<Definition>> =
        source.reader.catalogue().get(key.definition).cloned();
    let lang = source.cases.lang.tag();
    let found = |definition: &Definition, answer: Option<&str>| {
        let form = definition.forms.get(&key.form)?;
        let questions = form.questions();
        let question = questions.iter().find(|it| it.path == *key.question)?;
        let text = match answer {
            Some(answer) => question.label(answer),
            None => question.component.label_in(lang),
        };
        text.map(str::to_owned)
    };
    let label = definition.as_deref().and_then(|it| found(it, None));
    let label = label.unwrap_or_else(|| key.question.to_string());
    let of_answer = move |answer: &str| {
        let label = definition.as_deref().and_then(|it| found(it, Some(answer)));
        label.unwrap_or_else(|| answer.to_owned())
    };
    (label, of_answer)
}

/// Where a question stands in its form.
pub(super) fn place_in_form(source: &Source<'_>, key: &SurveyKey) -> Option<usize> {
    let definition = source.reader.catalogue().get(key.definition)?;
    let questions = definition.forms.get(&key.form)?.questions();
    questions.iter().position(|it| it.path == *key.question)
}

/// What an indicator of the regulation comes to in a group, in thousandths; none when nothing was
/// counted, or neither histories nor the survey tell it.
pub(super) fn value_of(indicator: &Indicator, indicators: &Indicators) -> Option<u64> {
    match indicator.measure? {
        IndicatorMeasure::WithinTerm => indicators.service_term.share_in_time(),
        IndicatorMeasure::Answer => {
            let (question, answer) = (indicator.question.as_ref()?, indicator.answer.as_ref()?);
            let asked = indicators.surveys.iter();
            let asked = asked.filter(|(key, _)| key.question == question.text);
            let (mut part, mut all) = (0, 0);
            for counts in asked.map(|(_, counts)| counts) {
                all += counts.values().sum::<u64>();
                part += counts.get(&answer.text).copied().unwrap_or(0);
            }
            (part * 1_000 + all / 2).checked_div(all)
        }
    }
}

/// The indicators that the regulation of a group names.
pub(super) fn indicators_of<'s>(group: &GroupKey, source: &'s Source<'_>) -> &'s [Indicator] {
    let pack = group.service.as_deref().and_then(|it| source.packs.get(it));
    pack.map_or(&[], |pack| &pack.manifest().indicators)
}

fn plain(name: &'static str, unit: &'static str, value: u64) -> Figure {
    (name, String::new(), String::new(), unit, value.to_string())
}

fn cases(indicators: &Indicators, figures: &mut Vec<Figure>) {
    let cases = &indicators.cases;
    let counts = [
        ("cases", cases.all),
        ("cases running", cases.running),
        ("cases suspended", cases.suspended),
        ("cases completed", cases.completed),
        ("cases failed", cases.failed),
        ("cases cancelled", cases.cancelled),
        ("cases with incidents", cases.with_incidents),
    ];
    figures.extend(counts.map(|(name, count)| plain(name, "cases", count)));
    let (element, of) = (String::new(), String::new());
    kept(
        &indicators.service_term,
        SERVICE_TERM,
        "cases",
        (&element, &of),
        figures,
    );
    spread(
        &indicators.duration,
        CASE_TIME,
        "seconds",
        (&element, &of),
        figures,
    );
}

const SERVICE_TERM: [&str; 7] = [
    "service term met",
    "service term missed",
    "service term overdue",
    "service term open",
    "service term withdrawn",
    "service term extended",
    "share within the service term",
];

const STEP_TERM: [&str; 7] = [
    "term met",
    "term missed",
    "term overdue",
    "term open",
    "term withdrawn",
    "term extended",
    "share within the term",
];

const CASE_TIME: [&str; 4] = ["case mean", "case median", "case p90", "case longest"];
const STEP_TIME: [&str; 4] = ["step mean", "step median", "step p90", "step longest"];
const TERM_USED: [&str; 4] = ["used mean", "used median", "used p90", "used most"];

/// How terms were kept.
fn kept(
    counts: &TermCounts,
    names: [&'static str; 7],
    unit: &'static str,
    (element, of): (&str, &str),
    figures: &mut Vec<Figure>,
) {
    let [met, missed, overdue, open, withdrawn, extended, share] = names;
    let all = [
        (met, counts.met),
        (missed, counts.missed),
        (overdue, counts.overdue),
        (open, counts.open),
        (withdrawn, counts.withdrawn),
        (extended, counts.extended),
    ];
    let figure = |name, unit, value| (name, element.to_owned(), of.to_owned(), unit, value);
    figures.extend(all.map(|(name, count)| figure(name, unit, count.to_string())));
    if let Some(permille) = counts.share_in_time() {
        figures.push(figure(share, "%", percent(permille)));
    }
}

/// Mean, median, 90th percentile and greatest value.
pub(super) fn four(values: &Distribution) -> Option<[u64; 4]> {
    Some([
        values.mean()?,
        values.percentile(50)?,
        values.percentile(90)?,
        values.max()?,
    ])
}

fn spread(
    values: &Distribution,
    names: [&'static str; 4],
    unit: &'static str,
    (element, of): (&str, &str),
    figures: &mut Vec<Figure>,
) {
    let Some(four) = four(values) else { return };
    for (name, value) in names.into_iter().zip(four) {
        figures.push((
            name,
            element.to_owned(),
            of.to_owned(),
            unit,
            value.to_string(),
        ));
    }
}

fn regulation(
    group: &GroupKey,
    indicators: &Indicators,
    source: &Source<'_>,
    figures: &mut Vec<Figure>,
) {
    for indicator in indicators_of(group, source) {
        let words = indicator.text.in_language(source.cases.lang.tag());
        let words = words.unwrap_or_else(|| indicator.text.any()).to_owned();
        let value = value_of(indicator, indicators).map(percent);
        let number = indicator.number.text.to_string();
        figures.push(("indicator", number, words, "%", value.unwrap_or_default()));
    }
}

fn outcomes(indicators: &Indicators, figures: &mut Vec<Figure>) {
    for (outcome, count) in &indicators.outcomes {
        let code = outcome.code.as_deref().unwrap_or_default().to_owned();
        let words = outcome.ground.as_ref().or(outcome.document.as_ref());
        let words = words.map(ToString::to_string).unwrap_or_default();
        figures.push((outcome.kind, code, words, "times", count.to_string()));
    }
}

fn steps(indicators: &Indicators, source: &Source<'_>, figures: &mut Vec<Figure>) {
    for (key, step) in &indicators.steps {
        let name = name(source, key, step.definition);
        let element = key.element.to_string();
        let about = (element.as_str(), name.as_str());
        let counts = [
            ("step done", step.times.count()),
            ("step withdrawn", step.withdrawn),
            ("incidents", step.incidents),
            ("incidents open", step.open_incidents),
        ];
        for (figure, count) in counts {
            figures.push((
                figure,
                element.clone(),
                name.clone(),
                "times",
                count.to_string(),
            ));
        }
        spread(&step.times, STEP_TIME, "seconds", about, figures);
    }
}

fn terms(indicators: &Indicators, source: &Source<'_>, figures: &mut Vec<Figure>) {
    for (id, term) in &indicators.terms {
        let name = name(source, &id.step, term.definition);
        let of = format!("{name}: {}", term.literal);
        let element = format!("{}/{}", id.step.element, id.number);
        kept(&term.counts, STEP_TERM, "times", (&element, &of), figures);
        spread(
            &term.used,
            TERM_USED,
            unit_name(term.unit),
            (&element, &of),
            figures,
        );
    }
}

fn performers(indicators: &Indicators, figures: &mut Vec<Figure>) {
    for (unit, done) in &indicators.performers {
        let counts = [
            ("performer cases", "cases", done.cases),
            ("performer steps", "times", done.steps),
            ("service term ran out there", "cases", done.ran_out),
        ];
        for (figure, unit_of, count) in counts {
            figures.push((
                figure,
                String::new(),
                unit.to_string(),
                unit_of,
                count.to_string(),
            ));
        }
        kept(&done.terms, STEP_TERM, "times", ("", unit), figures);
    }
}

fn surveys(indicators: &Indicators, source: &Source<'_>, figures: &mut Vec<Figure>) {
    for (form, count) in &indicators.answered {
        let form = form.to_string();
        figures.push((
            "survey answered",
            form,
            String::new(),
            "times",
            count.to_string(),
        ));
    }
    for (key, counts) in &indicators.surveys {
        let (label, of_answer) = question(source, key);
        for (answer, count) in counts {
            let element = format!("{}={answer}", key.question);
            let of = format!("{label} {}", of_answer(answer));
            figures.push(("survey answer", element, of, "times", count.to_string()));
        }
    }
}
