//! What is said of cases in the language that was asked for.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use reglament_core::Program;
use reglament_core::program::ElementIx;
use reglament_core::timer::{Date, Timestamp, Zone};
use reglament_runtime::Definition;
use reglament_runtime::store::{CaseStatus, InstanceRow};

use crate::output;
use crate::render::Lang;

/// The name of an element in `lang`, else as the model writes it, else its id.
pub(super) fn element_name(program: &Program, element: ElementIx, lang: Lang) -> String {
    let info = &program.infos[element];
    let label = info
        .labels
        .iter()
        .find(|label| label.language.starts_with(lang.tag()));
    let name = match (lang, label) {
        (Lang::Kk, _) | (_, None) => info.name.as_ref(),
        (_, Some(label)) => Some(&label.text),
    };
    name.unwrap_or(&info.id).to_string()
}

/// As [`element_name`], by the id of the element.
pub(super) fn name_of(definition: Option<&Definition>, id: &str, lang: Lang) -> String {
    let found = definition.and_then(|it| Some((it, it.element(id)?)));
    found.map_or_else(
        || id.to_owned(),
        |(definition, element)| element_name(&definition.program, element, lang),
    )
}

/// The day on which something is due. A term of days ends at midnight, which is the end of that day.
pub(super) fn due_day(due: Timestamp, zone: &Zone) -> Option<Date> {
    zone.local(due.checked_add_micros(-1)?).date()
}

/// How many days there are from the day of `now` to the day on which something is due: negative when
/// that day is over.
pub(super) fn days_left(due: Timestamp, now: Timestamp, zone: &Zone) -> Option<i64> {
    let today = zone.local(now).date()?;
    Some(today.days_until(due_day(due, zone)?))
}

/// An instant in the zone, to the minute.
pub(super) fn local(at: Timestamp, zone: &Zone) -> String {
    let local = zone.local(at);
    let day = local
        .date()
        .map(|date| date.to_string())
        .unwrap_or_default();
    format!("{day} {:02}:{:02}", local.hour(), local.minute())
}

/// Where a case stands.
pub(super) fn status(status: CaseStatus, lang: Lang) -> &'static str {
    match status {
        CaseStatus::Running => lang.pick("орындалуда", "исполняется", "running"),
        CaseStatus::Suspended => lang.pick("тоқтатыла тұрды", "приостановлено", "suspended"),
        CaseStatus::Completed => lang.pick("аяқталды", "завершено", "completed"),
        CaseStatus::Failed => lang.pick("қатемен аяқталды", "завершено с ошибкой", "failed"),
        CaseStatus::Cancelled => lang.pick("тоқтатылды", "прекращено", "cancelled"),
    }
}

/// Where a case stands, with how many incidents hold it.
pub(super) fn standing(row: &InstanceRow, lang: Lang) -> String {
    let words = status(row.status, lang);
    if row.incidents == 0 {
        return words.to_owned();
    }
    let incidents = lang.pick("ақау", "сбой", "incident");
    format!("{words}, {incidents}: {}", row.incidents)
}

/// How many days are left of a term, or for how many it is over.
pub(super) fn left(due: Timestamp, now: Timestamp, zone: &Zone, lang: Lang) -> String {
    let Some(days) = days_left(due, now, zone) else {
        return "—".to_owned();
    };
    if due >= now {
        return days.to_string();
    }
    let over = days.unsigned_abs();
    match over {
        0 => lang
            .pick("бүгін өтті", "истёк сегодня", "over today")
            .to_owned(),
        _ => lang
            .pick(
                ["", " күн өтіп кетті"],
                ["просрочено дней: ", ""],
                ["days over: ", ""],
            )
            .join(&over.to_string()),
    }
}

/// The minute at which something is due, marked when it is over.
pub(super) fn when_due(due: Timestamp, now: Timestamp, zone: &Zone, lang: Lang) -> String {
    let at = local(due, zone);
    if due >= now {
        return at;
    }
    format!("{at} {}", lang.pick("(өтті)", "(истёк)", "(over)"))
}

/// Names with their values, the values under one another.
pub(super) fn pairs(pairs: &[(String, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or_default() + 1;
    let line = |(name, value): &(String, String)| {
        let name = format!("{name}:");
        format!("  {name:<width$} {value}\n")
    };
    pairs.iter().map(line).collect()
}

/// Rows under a header; nothing but `empty` when there are none. Columns of numbers stand to the
/// right; on a terminal long texts are broken so that a row fits.
pub(super) fn table(header: &[&str], rows: Vec<Vec<String>>, empty: &str) -> String {
    if rows.is_empty() {
        return format!("{empty}\n");
    }
    let mut table = Table::new();
    table.load_preset(NOTHING);
    if let Some(width) = output::terminal_width() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    table.set_header(header.iter().copied());
    let numeric: Vec<bool> = (0..header.len())
        .map(|column| {
            rows.iter()
                .all(|row| row.get(column).is_none_or(|it| is_number(it)))
        })
        .collect();
    table.add_rows(rows);
    for (column, numeric) in table.column_iter_mut().zip(numeric) {
        if numeric {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    format!("{}\n", lines.join("\n"))
}

/// A number, a share, or nothing.
fn is_number(cell: &str) -> bool {
    let cell = cell.trim_end_matches('%').trim();
    cell == "—" || cell.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_term_that_ends_at_midnight_is_due_on_the_day_before_and_over_after_it() {
        let zone = Zone::parse("Asia/Almaty").unwrap();
        let midnight = at("2013-09-05T18:00:00Z");
        let told = |now: &str| left(midnight, at(now), &zone, Lang::En);
        assert_eq!(told("2013-09-02T04:00:00Z"), "3");
        assert_eq!(told("2013-09-05T17:59:00Z"), "0");
        assert_eq!(told("2013-09-05T18:00:01Z"), "days over: 1");
        let noon = at("2013-09-05T06:00:00Z");
        assert_eq!(
            left(noon, at("2013-09-05T07:00:00Z"), &zone, Lang::En),
            "over today"
        );
    }

    #[test]
    fn values_stand_under_one_another_whatever_the_letters() {
        let both = [("Қызмет", "a"), ("Өтініш беруші", "b")];
        let both = both.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(pairs(&both), "  Қызмет:        a\n  Өтініш беруші: b\n");
    }

    #[test]
    fn columns_of_numbers_stand_to_the_right() {
        let rows = vec![
            vec!["7".to_owned(), "Сәуле".to_owned()],
            vec!["1234".to_owned(), "Ә".to_owned()],
        ];
        let told = table(&["Іс", "Өтініш беруші"], rows, "");
        assert_eq!(told, "   Іс  Өтініш беруші\n    7  Сәуле\n 1234  Ә\n");
    }
}
