//! What is said of cases in the language that was asked for.

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use reglament_core::Program;
use reglament_core::program::ElementIx;
use reglament_core::timer::{Date, Timestamp, Zone};
use reglament_runtime::Definition;
use reglament_runtime::store::CaseStatus;

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

/// Rows under a header; nothing but `empty` when there are none.
pub(super) fn table(header: &[&str], rows: Vec<Vec<String>>, empty: &str) -> String {
    if rows.is_empty() {
        return format!("{empty}\n");
    }
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_header(header.iter().copied());
    table.add_rows(rows);
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    format!("{}\n", lines.join("\n"))
}
