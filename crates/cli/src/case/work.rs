//! `reglament case tasks`, `jobs`, `incidents`: the work that is to be done.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;
use reglament_executor::InstanceId;
use reglament_runtime::Reader;
use reglament_runtime::store::{IncidentQuery, IncidentRow, JobQuery, JobRow, TaskQuery, TaskRow};
use serde_json::{Value, json};

use super::database::{File, instance};
use super::list::dash;
use super::pages::{Part, all_pages, definition, row_of};
use super::words::{days_left, local, name_of, table, when_due};
use super::{Trouble, print_json};
use crate::{Exit, Format, output};

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
    part: Part,
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
            let all = rows.len();
            let rows = self.part.of(rows, file.format);
            match file.format {
                Format::Json => rows
                    .iter()
                    .for_each(|row| print_json(&task_json(file, reader, row))),
                Format::Human => {
                    let applicants = applicants(reader, &rows).await?;
                    output::print(&tasks_table(file, reader, &rows, &applicants));
                }
            }
            self.part.tell_rest(all, file.format, file.lang);
            Ok(Exit::Good)
        })
    }
}

/// Whom the cases of the tasks are about.
async fn applicants(
    reader: &Reader,
    rows: &[TaskRow],
) -> Result<BTreeMap<InstanceId, Arc<str>>, Trouble> {
    let mut applicants = BTreeMap::new();
    for row in rows {
        let case = row.id.instance;
        if !applicants.contains_key(&case)
            && let Some(label) = row_of(reader, case).await?.and_then(|row| row.label)
        {
            applicants.insert(case, label);
        }
    }
    Ok(applicants)
}

pub(super) fn task_json(file: &File, reader: &Reader, row: &TaskRow) -> Value {
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

fn tasks_table(
    file: &File,
    reader: &Reader,
    rows: &[TaskRow],
    applicants: &BTreeMap<InstanceId, Arc<str>>,
) -> String {
    let lang = file.lang;
    let header = lang.pick(
        [
            "Тапсырма",
            "Өтініш беруші",
            "Қадам",
            "Кім алды",
            "Үміткерлер",
            "Мерзімі",
        ],
        [
            "Задача",
            "Заявитель",
            "Шаг",
            "Кто взял",
            "Кандидаты",
            "Срок",
        ],
        ["Task", "Applicant", "Step", "Assignee", "Candidates", "Due"],
    );
    let suspended = lang.pick("тоқтатыла тұрды", "приостановлено", "suspended");
    let cells = rows.iter().map(|row| {
        let definition = definition(reader, row.definition);
        let candidates = row.candidate_users.iter().chain(&row.candidate_groups);
        let candidates: Vec<&str> = candidates.map(|it| &**it).collect();
        let due = row
            .due
            .map(|due| when_due(due, file.now(), &file.zone, lang));
        let due = if row.suspended {
            Some(suspended.to_owned())
        } else {
            due
        };
        let applicant = applicants.get(&row.id.instance);
        vec![
            row.id.to_string(),
            applicant.map_or_else(dash, ToString::to_string),
            name_of(definition.as_deref(), &row.element, lang),
            row.assignee.as_ref().map_or_else(dash, ToString::to_string),
            candidates.join(", "),
            due.unwrap_or_else(dash),
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

pub(super) fn job_json(file: &File, reader: &Reader, row: &JobRow) -> Value {
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

pub(super) fn incident_json(row: &IncidentRow) -> Value {
    json!({
        "incident": row.id,
        "case": row.id.instance.0,
        "element": row.element,
        "kind": row.kind,
        "message": row.message,
        "at": row.at.to_string(),
    })
}

pub(super) fn incidents_table(file: &File, reader: &Reader, rows: &[IncidentRow]) -> String {
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
