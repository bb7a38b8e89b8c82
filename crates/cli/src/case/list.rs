//! `reglament case list`: what a clerk wants to see of all cases.

use std::sync::Arc;

use clap::Args;
use reglament_core::timer::Timestamp;
use reglament_runtime::Reader;
use reglament_runtime::store::{InstanceQuery, InstanceRow};
use serde_json::{Value, json};

use super::database::File;
use super::pages::{Part, all_pages, definition, step_terms};
use super::words::{days_left, due_day, left, name_of, standing, table, when_due};
use super::{Trouble, print_json};
use crate::{Exit, Format, output};

/// Lists cases: applicant, step, performer, due day, days left; what is due first stands first.
///
/// Days left are calendar days until the last day of the term of the service. A term of a step is shown
/// beside it, to the minute. Performers are named as the lanes of the model are.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Those that have ended, too.
    #[arg(long)]
    all: bool,
    /// Only those whose term is over: that of the service, or one of a step.
    #[arg(long)]
    overdue: bool,
    /// Only those of this process.
    #[arg(long, value_name = "ID")]
    process: Option<String>,
    /// Only those whose applicant or number contains this text.
    #[arg(long, value_name = "TEXT")]
    find: Option<String>,
    /// Only those that are with this performer.
    #[arg(long, value_name = "NAME")]
    performer: Option<String>,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    pub(super) file: File,
}

/// A case with when the term of its step ends. Terms of steps that it has not come to are left out: it
/// may never come to them.
pub(super) struct Line {
    pub(super) row: InstanceRow,
    pub(super) step_due: Option<Timestamp>,
}

impl Line {
    /// The earlier of the two terms.
    fn due(&self) -> Option<Timestamp> {
        let both = [self.row.term_due, self.step_due];
        both.into_iter().flatten().min()
    }
}

impl List {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let file = &self.file;
        file.read(async |reader| {
            let query = InstanceQuery {
                process: self.process.as_deref().map(Arc::from),
                ..InstanceQuery::default()
            };
            let rows: Vec<InstanceRow> = all_pages!(reader, instances, query.clone());
            let steps = step_terms(reader).await?;
            let lines = rows.into_iter().map(|row| {
                let step = row.step.clone().map(|step| (row.instance, step));
                let step_due = step.and_then(|it| steps.get(&it).copied());
                Line { row, step_due }
            });
            let mut lines: Vec<Line> = lines.filter(|line| self.wants(line)).collect();
            // What is due first, then what is due at no time, each by number.
            lines.sort_by_key(|line| (line.due().is_none(), line.due(), line.row.instance));
            let all = lines.len();
            let lines = self.part.of(lines, file.format);
            match file.format {
                Format::Json => lines
                    .iter()
                    .for_each(|line| print_json(&case_json(file, reader, line))),
                Format::Human => output::print(&cases_table(file, reader, &lines)),
            }
            self.part.tell_rest(all, file.format, file.lang);
            Ok(Exit::Good)
        })
    }

    fn wants(&self, line: &Line) -> bool {
        let row = &line.row;
        let now = self.file.now();
        let contains = |wanted: &String| {
            let wanted = wanted.to_lowercase();
            let texts = [&row.label, &row.business_key];
            let mut texts = texts.into_iter().flatten();
            texts.any(|text| text.to_lowercase().contains(&wanted))
        };
        let is_with = |wanted: &String| row.performer.as_deref() == Some(wanted.as_str());
        (self.all || !row.status.has_ended())
            && (!self.overdue || line.due().is_some_and(|due| due < now))
            && self.find.as_ref().is_none_or(contains)
            && self.performer.as_ref().is_none_or(is_with)
    }
}

/// The step of a case, as lists show it.
pub(super) fn step_of(file: &File, reader: &Reader, row: &InstanceRow) -> Option<String> {
    let definition = definition(reader, row.definition);
    let step = row.step.as_ref()?;
    Some(name_of(definition.as_deref(), step, file.lang))
}

pub(super) fn case_json(file: &File, reader: &Reader, line: &Line) -> Value {
    let (now, row) = (file.now(), &line.row);
    json!({
        "case": row.instance.0,
        "number": row.business_key,
        "applicant": row.label,
        "service": row.service,
        "channel": row.channel,
        "process": row.process,
        "status": row.status,
        "step": row.step,
        "stepName": step_of(file, reader, row),
        "performer": row.performer,
        "filed": row.filed,
        "createdAt": row.created_at.to_string(),
        "endedAt": row.ended_at.map(|at| at.to_string()),
        "due": row.term_due.map(|due| due.to_string()),
        "dueDay": row.term_due.and_then(|due| due_day(due, &file.zone)),
        "daysLeft": row.term_due.and_then(|due| days_left(due, now, &file.zone)),
        "stepDue": line.step_due.map(|due| due.to_string()),
        "overdue": line.due().is_some_and(|due| due < now),
        "incidents": row.incidents,
    })
}

fn cases_table(file: &File, reader: &Reader, lines: &[Line]) -> String {
    let lang = file.lang;
    let header = lang.pick(
        [
            "Іс",
            "Өтініш беруші",
            "Қызмет",
            "Қадам",
            "Орындаушы",
            "Мерзімі",
            "Қалған күн",
            "Қадам мерзімі",
            "Күйі",
        ],
        [
            "Дело",
            "Заявитель",
            "Услуга",
            "Шаг",
            "Исполнитель",
            "Срок",
            "Осталось дней",
            "Срок шага",
            "Состояние",
        ],
        [
            "Case",
            "Applicant",
            "Service",
            "Step",
            "Performer",
            "Due",
            "Days left",
            "Step due",
            "Status",
        ],
    );
    let text = |text: Option<&Arc<str>>| text.map_or_else(dash, ToString::to_string);
    let cells = lines.iter().map(|line| {
        let row = &line.row;
        let day = row.term_due.and_then(|due| due_day(due, &file.zone));
        vec![
            row.instance.to_string(),
            text(row.label.as_ref()),
            text(row.service.as_ref().or(Some(&row.process))),
            step_of(file, reader, row).unwrap_or_else(dash),
            text(row.performer.as_ref()),
            day.map_or_else(dash, |day| day.to_string()),
            row.term_due
                .map_or_else(dash, |due| left(due, file.now(), &file.zone, lang)),
            line.step_due
                .map_or_else(dash, |due| when_due(due, file.now(), &file.zone, lang)),
            standing(row, lang),
        ]
    });
    let empty = lang.pick("істер жоқ", "дел нет", "no cases");
    table(&header, cells.collect(), empty)
}

/// What stands where there is nothing.
pub(super) fn dash() -> String {
    "—".to_owned()
}
