//! `reglament case list`, `show`, `tasks`, `jobs`, `incidents`: what a clerk wants to see.

use std::sync::Arc;

use clap::Args;
use reglament_executor::InstanceId;
use reglament_runtime::store::{
    Cursor, Digest, IncidentQuery, IncidentRow, InstanceQuery, InstanceRow, JobQuery, JobRow,
    Paging, TaskQuery, TaskRow,
};
use reglament_runtime::{CaseView, Definition, Reader};
use serde_json::{Value, json};

use super::database::{File, instance};
use super::words::{days_left, due_day, local, name_of, status, table};
use super::{Trouble, print_json};
use crate::{Exit, Format, output};

/// How many entries are read at once.
const PAGE: usize = 500;

/// Lists cases: applicant, step, performer, due day, days left.
///
/// Days left are calendar days until the last day of the term of the service; performers are named as
/// the lanes of the model are.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Those that have ended, too.
    #[arg(long)]
    all: bool,
    /// Only those whose term is over.
    #[arg(long)]
    overdue: bool,
    /// Only those of this process.
    #[arg(long, value_name = "ID")]
    process: Option<String>,
    #[command(flatten)]
    pub(super) file: File,
}

/// Shows one case with its steps, tasks, jobs, incidents and variables.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The number of the case.
    #[arg(value_name = "CASE", value_parser = instance)]
    case: InstanceId,
    #[command(flatten)]
    pub(super) file: File,
}

/// Lists user tasks, those due first at the top.
#[derive(Debug, Args)]
pub(super) struct Tasks {
    /// Only those of this case.
    #[arg(long, value_name = "CASE", value_parser = instance)]
    case: Option<InstanceId>,
    /// Only those that this person may claim, or a member of the groups of `--group`.
    #[arg(long, value_name = "ID")]
    candidate: Option<String>,
    /// A group of the candidate; may be given several times.
    #[arg(long, value_name = "GROUP", requires = "candidate")]
    group: Vec<String>,
    /// Only those that this person has.
    #[arg(long, value_name = "ID")]
    assignee: Option<String>,
    #[command(flatten)]
    pub(super) file: File,
}

/// Lists jobs: the work of systems that nobody does by itself here. `complete` ends them.
#[derive(Debug, Args)]
pub(super) struct Jobs {
    /// Only those of this case.
    #[arg(long, value_name = "CASE", value_parser = instance)]
    case: Option<InstanceId>,
    #[command(flatten)]
    pub(super) file: File,
}

/// Lists unresolved incidents.
#[derive(Debug, Args)]
pub(super) struct Incidents {
    /// Only those of this case.
    #[arg(long, value_name = "CASE", value_parser = instance)]
    case: Option<InstanceId>,
    #[command(flatten)]
    pub(super) file: File,
}

/// Reads all pages of a list.
macro_rules! all_pages {
    ($reader:expr, $list:ident, $query:expr) => {{
        let mut items = Vec::new();
        let mut paging = Paging::first(PAGE);
        loop {
            let page = $reader.store().$list($query, paging).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => {
                    paging = Paging {
                        after: Some(next),
                        limit: PAGE,
                    }
                }
                None => break items,
            }
        }
    }};
}

fn definition(reader: &Reader, digest: Digest) -> Option<Arc<Definition>> {
    reader.catalogue().get(digest).cloned()
}

impl List {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let file = &self.file;
        let now = file.now();
        file.read(async |reader| {
            let query = InstanceQuery {
                process: self.process.as_deref().map(Arc::from),
                ..InstanceQuery::default()
            };
            let mut rows: Vec<InstanceRow> = all_pages!(reader, instances, query.clone());
            rows.retain(|row| self.all || !row.status.has_ended());
            rows.retain(|row| !self.overdue || row.term_due.is_some_and(|due| due < now));
            match file.format {
                Format::Json => rows
                    .iter()
                    .for_each(|row| print_json(&case_json(file, reader, row))),
                Format::Human => output::print(&cases_table(file, reader, &rows)),
            }
            Ok(Exit::Good)
        })
    }
}

/// The step of a case, as lists show it.
fn step_of(file: &File, reader: &Reader, row: &InstanceRow) -> Option<String> {
    let definition = definition(reader, row.definition);
    let step = row.step.as_ref()?;
    Some(name_of(definition.as_deref(), step, file.lang))
}

fn case_json(file: &File, reader: &Reader, row: &InstanceRow) -> Value {
    let now = file.now();
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
        "overdue": row.term_due.is_some_and(|due| due < now),
        "incidents": row.incidents,
    })
}

fn cases_table(file: &File, reader: &Reader, rows: &[InstanceRow]) -> String {
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
            "Status",
        ],
    );
    let text = |text: &Option<Arc<str>>| text.as_deref().unwrap_or("—").to_owned();
    let cells = rows.iter().map(|row| {
        vec![
            row.instance.to_string(),
            text(&row.label),
            text(
                &row.service
                    .clone()
                    .or_else(|| Some(Arc::clone(&row.process))),
            ),
            step_of(file, reader, row).unwrap_or_else(|| "—".to_owned()),
            text(&row.performer),
            due_text(file, row),
            left_text(file, row),
            standing(file, row),
        ]
    });
    let empty = lang.pick("істер жоқ", "дел нет", "no cases");
    table(&header, cells.collect(), empty)
}

fn due_text(file: &File, row: &InstanceRow) -> String {
    let day = row.term_due.and_then(|due| due_day(due, &file.zone));
    day.map_or_else(|| "—".to_owned(), |day| day.to_string())
}

fn left_text(file: &File, row: &InstanceRow) -> String {
    let now = file.now();
    let Some(due) = row.term_due else {
        return "—".to_owned();
    };
    if due < now {
        let overdue = file.lang.pick("мерзімі өтті", "просрочено", "overdue");
        return overdue.to_owned();
    }
    let left = days_left(due, now, &file.zone);
    left.map_or_else(|| "—".to_owned(), |days| days.to_string())
}

fn standing(file: &File, row: &InstanceRow) -> String {
    let words = status(row.status, file.lang);
    if row.incidents == 0 {
        return words.to_owned();
    }
    let incidents = file.lang.pick("ақау", "сбой", "incident");
    format!("{words}, {incidents}: {}", row.incidents)
}

impl Show {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let (file, case) = (&self.file, self.case);
        file.read(async |reader| {
            let view = reader.case(case).await?;
            let query = TaskQuery {
                instance: Some(case),
                ..TaskQuery::default()
            };
            let tasks: Vec<TaskRow> = all_pages!(reader, tasks, query.clone());
            let query = JobQuery {
                instance: Some(case),
                ..JobQuery::default()
            };
            let jobs: Vec<JobRow> = all_pages!(reader, jobs, query.clone());
            let query = IncidentQuery {
                instance: Some(case),
                ..IncidentQuery::default()
            };
            let incidents: Vec<IncidentRow> = all_pages!(reader, incidents, query.clone());
            let row = row_of(reader, &view).await?;
            match file.format {
                Format::Json => {
                    let mut value = row.map_or(Value::Null, |row| case_json(file, reader, &row));
                    let variables = view.variables.iter();
                    value["variables"] = variables
                        .map(|(name, value)| (name.to_string(), value.to_json()))
                        .collect();
                    value["tasks"] = tasks.iter().map(|it| task_json(file, reader, it)).collect();
                    value["jobs"] = jobs.iter().map(|it| job_json(file, reader, it)).collect();
                    value["openIncidents"] = incidents.iter().map(incident_json).collect();
                    print_json(&value);
                }
                Format::Human => {
                    if let Some(row) = row {
                        output::print(&cases_table(file, reader, &[row]));
                    }
                    output::print(&waiting_text(file, reader, &view));
                    if !incidents.is_empty() {
                        output::print(&format!("\n{}", incidents_table(file, reader, &incidents)));
                    }
                    output::print(&variables_text(&view));
                }
            }
            Ok(Exit::Good)
        })
    }
}

/// The row that lists show of a case.
async fn row_of(reader: &Reader, view: &CaseView) -> Result<Option<InstanceRow>, Trouble> {
    let after = view.instance.0.checked_sub(1).map(InstanceId);
    let paging = Paging {
        after: after.map(|instance| Cursor {
            at: None,
            instance,
            key: 0,
        }),
        limit: 1,
    };
    let page = reader.store().instances(InstanceQuery::default(), paging);
    let mut items = page.await?.items.into_iter();
    Ok(items.find(|row| row.instance == view.instance))
}

/// What the case waits for, with the ids that `claim` and `complete` take.
fn waiting_text(file: &File, reader: &Reader, view: &CaseView) -> String {
    if view.status.has_ended() || view.waiting.is_empty() {
        return String::new();
    }
    let definition = definition(reader, view.definition);
    let header = file.lang.pick(
        ["Белгі", "Қадам", "Орындаушы"],
        ["Обозначение", "Шаг", "Исполнитель"],
        ["Id", "Step", "Performer"],
    );
    let rows = view.waiting.iter().map(|waiting| {
        vec![
            waiting.id.to_string(),
            name_of(definition.as_deref(), &waiting.element, file.lang),
            waiting.lanes.join(" / "),
        ]
    });
    format!("\n{}", table(&header, rows.collect(), ""))
}

fn variables_text(view: &CaseView) -> String {
    let lines = view.variables.iter();
    let lines: String = lines
        .map(|(name, value)| format!("  {name} = {}\n", value.to_json_string()))
        .collect();
    format!("\n{lines}")
}

impl Tasks {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let file = &self.file;
        file.read(async |reader| {
            let candidate = self.candidate.as_deref().map(|user| {
                let groups = self.group.iter().map(|group| Arc::from(&**group));
                (Arc::from(user), groups.collect())
            });
            let query = TaskQuery {
                instance: self.case,
                candidate,
                assignee: self.assignee.as_deref().map(Arc::from),
                ..TaskQuery::default()
            };
            let rows: Vec<TaskRow> = all_pages!(reader, tasks, query.clone());
            match file.format {
                Format::Json => rows
                    .iter()
                    .for_each(|row| print_json(&task_json(file, reader, row))),
                Format::Human => output::print(&tasks_table(file, reader, &rows)),
            }
            Ok(Exit::Good)
        })
    }
}

fn task_json(file: &File, reader: &Reader, row: &TaskRow) -> Value {
    let definition = definition(reader, row.definition);
    json!({
        "task": row.id,
        "case": row.id.instance.0,
        "element": row.element,
        "name": name_of(definition.as_deref(), &row.element, file.lang),
        "assignee": row.assignee,
        "candidateUsers": row.candidate_users,
        "candidateGroups": row.candidate_groups,
        "due": row.due.map(|due| due.to_string()),
        "daysLeft": row.due.and_then(|due| days_left(due, file.now(), &file.zone)),
        "form": row.form,
        "suspended": row.suspended,
        "createdAt": row.created_at.to_string(),
    })
}

fn tasks_table(file: &File, reader: &Reader, rows: &[TaskRow]) -> String {
    let lang = file.lang;
    let header = lang.pick(
        ["Тапсырма", "Қадам", "Орындаушы", "Үміткерлер", "Мерзімі"],
        ["Задача", "Шаг", "Исполнитель", "Кандидаты", "Срок"],
        ["Task", "Step", "Assignee", "Candidates", "Due"],
    );
    let cells = rows.iter().map(|row| {
        let definition = definition(reader, row.definition);
        let candidates = row.candidate_users.iter().chain(&row.candidate_groups);
        let candidates: Vec<&str> = candidates.map(|it| &**it).collect();
        vec![
            row.id.to_string(),
            name_of(definition.as_deref(), &row.element, lang),
            row.assignee.as_deref().unwrap_or("—").to_owned(),
            candidates.join(", "),
            row.due
                .map(|due| local(due, &file.zone))
                .unwrap_or_default(),
        ]
    });
    let empty = lang.pick("тапсырмалар жоқ", "задач нет", "no tasks");
    table(&header, cells.collect(), empty)
}

impl Jobs {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let file = &self.file;
        file.read(async |reader| {
            let query = JobQuery {
                instance: self.case,
                ..JobQuery::default()
            };
            let rows: Vec<JobRow> = all_pages!(reader, jobs, query.clone());
            if file.format == Format::Json {
                rows.iter()
                    .for_each(|row| print_json(&job_json(file, reader, row)));
                return Ok(Exit::Good);
            }
            let header = file.lang.pick(
                ["Жұмыс", "Қадам", "Түрі"],
                ["Работа", "Шаг", "Вид"],
                ["Job", "Step", "Type"],
            );
            let cells = rows.iter().map(|row| {
                let definition = definition(reader, row.definition);
                vec![
                    row.id.to_string(),
                    name_of(definition.as_deref(), &row.element, file.lang),
                    row.kind.to_string(),
                ]
            });
            let empty = file.lang.pick("жұмыстар жоқ", "работ нет", "no jobs");
            output::print(&table(&header, cells.collect(), empty));
            Ok(Exit::Good)
        })
    }
}

fn job_json(file: &File, reader: &Reader, row: &JobRow) -> Value {
    let definition = definition(reader, row.definition);
    json!({
        "job": row.id,
        "case": row.id.instance.0,
        "type": row.kind,
        "element": row.element,
        "name": name_of(definition.as_deref(), &row.element, file.lang),
        "retries": row.retries,
        "createdAt": row.created_at.to_string(),
    })
}

impl Incidents {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let file = &self.file;
        file.read(async |reader| {
            let query = IncidentQuery {
                instance: self.case,
                ..IncidentQuery::default()
            };
            let rows: Vec<IncidentRow> = all_pages!(reader, incidents, query.clone());
            match file.format {
                Format::Json => rows.iter().for_each(|row| print_json(&incident_json(row))),
                Format::Human => output::print(&incidents_table(file, reader, &rows)),
            }
            Ok(Exit::Good)
        })
    }
}

fn incident_json(row: &IncidentRow) -> Value {
    json!({
        "incident": row.id,
        "case": row.id.instance.0,
        "element": row.element,
        "kind": row.kind,
        "message": row.message,
        "at": row.at.to_string(),
    })
}

fn incidents_table(file: &File, reader: &Reader, rows: &[IncidentRow]) -> String {
    let header = file.lang.pick(
        ["Ақау", "Қадам", "Уақыты", "Не болды"],
        ["Сбой", "Шаг", "Время", "Что случилось"],
        ["Incident", "Step", "At", "What happened"],
    );
    let cells = rows.iter().map(|row| {
        let definition = definition(reader, row.definition);
        vec![
            row.id.to_string(),
            name_of(definition.as_deref(), &row.element, file.lang),
            local(row.at, &file.zone),
            row.message.to_string(),
        ]
    });
    let empty = file.lang.pick("ақаулар жоқ", "сбоев нет", "no incidents");
    table(&header, cells.collect(), empty)
}
