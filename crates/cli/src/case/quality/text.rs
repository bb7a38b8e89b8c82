//! The report for people.

use std::fmt::Write as _;

use reglament_core::term::Unit;
use reglament_runtime::report::{Distribution, GroupKey, Indicators, Report, TermCounts};

use super::Source;
use super::figures::{
    four, indicators_of, name, percent, place, place_in_form, question, value_of,
};
use crate::case::words::table;
use crate::render::Lang;

/// The report for people.
pub(super) fn of(report: &Report, source: &Source<'_>) -> String {
    let lang = source.cases.lang;
    if report.groups.is_empty() {
        return format!("{}\n", lang.pick("істер жоқ", "дел нет", "no cases"));
    }
    let groups = report.groups.iter();
    let groups: Vec<String> = groups
        .map(|(key, indicators)| group(key, indicators, source))
        .collect();
    groups.join("\n")
}

fn group(key: &GroupKey, indicators: &Indicators, source: &Source<'_>) -> String {
    let lang = source.cases.lang;
    let all = lang.pick("барлығы", "всего", "all");
    let parts = [&key.service, &key.channel, &key.performer];
    let parts = parts.into_iter().flatten().map(|part| &**part);
    let parts: Vec<&str> = parts.chain(key.period.as_deref()).collect();
    let title = if parts.is_empty() {
        all.to_owned()
    } else {
        parts.join(" · ")
    };
    let mut text = format!("{title}\n{}\n", "─".repeat(title.chars().count()));
    cases(indicators, lang, &mut text);
    for section in [
        regulation(key, indicators, source),
        outcomes(indicators, lang),
        steps(indicators, source),
        terms(indicators, source),
        performers(indicators, lang),
        surveys(indicators, source),
    ] {
        text.push_str(&section);
    }
    text
}

fn cases(indicators: &Indicators, lang: Lang, text: &mut String) {
    let cases = &indicators.cases;
    let words = lang.pick(
        [
            "Істер",
            "орындалуда",
            "тоқтатыла тұрды",
            "аяқталды",
            "қатемен аяқталды",
            "тоқтатылды",
        ],
        [
            "Дела",
            "исполняются",
            "приостановлены",
            "завершены",
            "завершены с ошибкой",
            "прекращены",
        ],
        [
            "Cases",
            "running",
            "suspended",
            "completed",
            "failed",
            "cancelled",
        ],
    );
    let [title, running, suspended, completed, failed, cancelled] = words;
    let counts = [
        (running, cases.running),
        (suspended, cases.suspended),
        (completed, cases.completed),
        (failed, cases.failed),
        (cancelled, cases.cancelled),
        (
            lang.pick("ақаумен", "со сбоями", "with incidents"),
            cases.with_incidents,
        ),
    ];
    let _ = writeln!(text, "{title}: {}{}", cases.all, listed(&counts));
    let term = &indicators.service_term;
    if *term != TermCounts::default() {
        let title = lang.pick("Мерзімінде", "В срок", "Within the term");
        let share = term.share_in_time().map(percent);
        let share = share.map_or_else(|| "—".to_owned(), |share| format!("{share} %"));
        let _ = writeln!(text, "{title}: {share}{}", listed(&fates(term, lang)));
    }
    if let Some([mean, median, p90, longest]) = four(&indicators.duration) {
        let title = lang.pick("Істің ұзақтығы", "Продолжительность дела", "Time of a case");
        let names = spread_names(lang);
        let values = [mean, median, p90, longest].map(|it| duration(it, lang));
        let parts = names.into_iter().zip(values);
        let parts: Vec<String> = parts
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        let _ = writeln!(text, "{title}: {}", parts.join(", "));
    }
}

/// What became of terms, in words.
fn fates(term: &TermCounts, lang: Lang) -> [(&'static str, u64); 6] {
    let names = lang.pick(
        [
            "мерзімінде",
            "кеш",
            "мерзімі өтіп тұр",
            "мерзімі аяқталмаған",
            "кері алынған",
            "ұзартылған",
        ],
        [
            "в срок",
            "с опозданием",
            "просрочено",
            "срок идёт",
            "отозвано",
            "продлено",
        ],
        [
            "in time",
            "late",
            "overdue",
            "not over",
            "withdrawn",
            "extended",
        ],
    );
    let counts = [
        term.met,
        term.missed,
        term.overdue,
        term.open,
        term.withdrawn,
        term.extended,
    ];
    let [a, b, c, d, e, f] = names;
    let [met, missed, overdue, open, withdrawn, extended] = counts;
    [
        (a, met),
        (b, missed),
        (c, overdue),
        (d, open),
        (e, withdrawn),
        (f, extended),
    ]
}

/// Counts in brackets, those that are not zero.
fn listed(counts: &[(&str, u64)]) -> String {
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if counts.is_empty() {
        String::new()
    } else {
        format!(" ({})", counts.join(", "))
    }
}

fn section(title: &str, header: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    format!("\n{title}\n{}", table(header, rows, ""))
}

fn regulation(key: &GroupKey, indicators: &Indicators, source: &Source<'_>) -> String {
    let lang = source.cases.lang;
    let rows = indicators_of(key, source).iter().map(|indicator| {
        let words = indicator.text.in_language(lang.tag());
        let value = match (indicator.measure, value_of(indicator, indicators)) {
            (_, Some(permille)) => format!("{} %", percent(permille)),
            (Some(_), None) => lang.pick("дерек жоқ", "нет данных", "no data").to_owned(),
            (None, None) => lang
                .pick(
                    "тарихтан есептелмейді",
                    "по истории не вычисляется",
                    "not in the histories",
                )
                .to_owned(),
        };
        let words = words.unwrap_or_else(|| indicator.text.any()).to_owned();
        vec![indicator.number.to_string(), words, value]
    });
    let title = lang.pick(
        "Сапа көрсеткіштері",
        "Показатели качества",
        "Indicators of quality",
    );
    let header = lang.pick(
        ["№", "Көрсеткіш", "Мәні"],
        ["№", "Показатель", "Значение"],
        ["No.", "Indicator", "Value"],
    );
    section(title, &header, rows.collect())
}

fn outcomes(indicators: &Indicators, lang: Lang) -> String {
    let rows = indicators.outcomes.iter().map(|(outcome, count)| {
        let kind = match outcome.kind {
            "result" => lang.pick("нәтиже", "результат", "result"),
            "refusal" => lang.pick("бас тарту", "отказ", "refusal"),
            _ => lang.pick("хабарлама", "уведомление", "notice"),
        };
        let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or("—").to_owned();
        vec![
            count.to_string(),
            kind.to_owned(),
            text(&outcome.document),
            text(&outcome.ground),
        ]
    });
    let title = lang.pick("Берілген жауаптар", "Выданные ответы", "What was given");
    let header = lang.pick(
        ["Саны", "Түрі", "Құжат", "Негізі"],
        ["Число", "Вид", "Документ", "Основание"],
        ["Count", "Kind", "Document", "Ground"],
    );
    section(title, &header, rows.collect())
}

fn steps(indicators: &Indicators, source: &Source<'_>) -> String {
    let lang = source.cases.lang;
    let mut steps: Vec<_> = indicators.steps.iter().collect();
    steps.sort_by_key(|(key, step)| place(source, key, step.definition));
    let rows = steps.into_iter().map(|(key, step)| {
        let mut row = vec![
            name(source, key, step.definition),
            step.times.count().to_string(),
        ];
        row.extend(spread(&step.times, |value| duration(value, lang)));
        row.push(step.withdrawn.to_string());
        row.push(format!("{}/{}", step.open_incidents, step.incidents));
        row
    });
    let title = lang.pick("Қадамдар", "Шаги", "Steps");
    let [mean, median, p90, longest] = spread_names(lang);
    let [step, done, withdrawn, incidents] = lang.pick(
        ["Қадам", "орындалды", "үзілді", "ақаулар (ашық/барлығы)"],
        ["Шаг", "выполнен", "прерван", "сбои (открыто/всего)"],
        ["Step", "done", "withdrawn", "incidents (open/all)"],
    );
    let header = [step, done, mean, median, p90, longest, withdrawn, incidents];
    section(title, &header, rows.collect())
}

fn terms(indicators: &Indicators, source: &Source<'_>) -> String {
    let lang = source.cases.lang;
    let mut terms: Vec<_> = indicators.terms.iter().collect();
    terms.sort_by_key(|(id, term)| place(source, &id.step, term.definition));
    let rows = terms.into_iter().map(|(id, term)| {
        let share = term
            .counts
            .share_in_time()
            .map(|it| format!("{} %", percent(it)));
        let counts = fates(&term.counts, lang);
        let counts = listed(&counts);
        let mut row = vec![
            name(source, &id.step, term.definition),
            term.literal.to_string(),
            share.unwrap_or_else(|| "—".to_owned()),
            counts.trim_matches([' ', '(', ')']).to_owned(),
        ];
        row.extend(spread(&term.used, |value| amount(value, term.unit, lang)));
        row
    });
    let title = lang.pick("Мерзімдер", "Сроки", "Terms");
    let [mean, median, p90, longest] = spread_names(lang);
    let [step, literal, share, fate] = lang.pick(
        ["Қадам", "Мерзім", "мерзімінде", "соның ішінде"],
        ["Шаг", "Срок", "в срок", "в том числе"],
        ["Step", "Term", "in time", "among them"],
    );
    let header = [step, literal, share, fate, mean, median, p90, longest];
    section(title, &header, rows.collect())
}

fn performers(indicators: &Indicators, lang: Lang) -> String {
    let rows = indicators.performers.iter().map(|(unit, done)| {
        let share = done
            .terms
            .share_in_time()
            .map(|it| format!("{} %", percent(it)));
        vec![
            unit.to_string(),
            done.cases.to_string(),
            done.steps.to_string(),
            share.unwrap_or_else(|| "—".to_owned()),
            done.ran_out.to_string(),
        ]
    });
    let title = lang.pick("Орындаушылар", "Исполнители", "Performers");
    let header = lang.pick(
        [
            "Орындаушы",
            "істер",
            "қадамдар",
            "қадам мерзімінде",
            "қызмет мерзімі осында өтті",
        ],
        [
            "Исполнитель",
            "дела",
            "шаги",
            "шаги в срок",
            "срок услуги истёк здесь",
        ],
        [
            "Performer",
            "cases",
            "steps",
            "steps in time",
            "service term ran out here",
        ],
    );
    section(title, &header, rows.collect())
}

fn surveys(indicators: &Indicators, source: &Source<'_>) -> String {
    let lang = source.cases.lang;
    let mut rows = Vec::new();
    let mut surveys: Vec<_> = indicators.surveys.iter().collect();
    surveys.sort_by_key(|(key, _)| place_in_form(source, key));
    for (key, counts) in surveys {
        let (label, of_answer) = question(source, key);
        let all: u64 = counts.values().sum();
        for (number, (answer, count)) in counts.iter().enumerate() {
            let label = if number == 0 { label.as_str() } else { "" };
            let share = (count * 1_000 + all / 2).checked_div(all).map(percent);
            rows.push(vec![
                label.to_owned(),
                of_answer(answer),
                count.to_string(),
                format!("{} %", share.unwrap_or_default()),
            ]);
        }
    }
    let title = lang.pick("Сауалнама", "Опрос", "Survey");
    let answered: u64 = indicators.answered.values().sum();
    let title = format!("{title}: {answered}");
    let header = lang.pick(
        ["Сұрақ", "Жауап", "саны", "үлесі"],
        ["Вопрос", "Ответ", "число", "доля"],
        ["Question", "Answer", "count", "share"],
    );
    section(&title, &header, rows)
}

fn spread_names(lang: Lang) -> [&'static str; 4] {
    lang.pick(
        ["орташа", "медиана", "p90", "ең ұзағы"],
        ["среднее", "медиана", "p90", "дольше всего"],
        ["mean", "median", "p90", "longest"],
    )
}

/// Four cells of a table.
fn spread(values: &Distribution, show: impl Fn(u64) -> String) -> [String; 4] {
    match four(values) {
        Some(four) => four.map(show),
        None => [(); 4].map(|()| "—".to_owned()),
    }
}

/// What was used of a term.
fn amount(value: u64, unit: Unit, lang: Lang) -> String {
    match unit {
        Unit::WorkingDays => {
            let unit = lang.pick("жұмыс күні", "раб. дн.", "working days");
            format!("{value} {unit}")
        }
        Unit::CalendarDays => {
            let unit = lang.pick("күнтізбелік күн", "кал. дн.", "calendar days");
            format!("{value} {unit}")
        }
        _ => duration(value, lang),
    }
}

/// Seconds in the two largest units that they have.
fn duration(seconds: u64, lang: Lang) -> String {
    let [day, hour, minute, second] = lang.pick(
        ["күн", "сағ", "мин", "с"],
        ["дн", "ч", "мин", "с"],
        ["d", "h", "min", "s"],
    );
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} {second}"),
        60..3_600 if seconds.is_multiple_of(60) => format!("{minutes} {minute}"),
        60..3_600 => format!("{minutes} {minute} {} {second}", seconds % 60),
        3_600..86_400 if minutes.is_multiple_of(60) => format!("{hours} {hour}"),
        3_600..86_400 => format!("{hours} {hour} {} {minute}", minutes % 60),
        _ if hours.is_multiple_of(24) => format!("{days} {day}"),
        _ => format!("{days} {day} {} {hour}", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_their_two_largest_units() {
        let told =
            [59, 60, 61, 3_600, 3_660, 86_399, 86_400, 90_000].map(|it| duration(it, Lang::En));
        let expected = [
            "59 s",
            "1 min",
            "1 min 1 s",
            "1 h",
            "1 h 1 min",
            "23 h 59 min",
            "1 d",
            "1 d 1 h",
        ];
        assert_eq!(told, expected);
    }
}
