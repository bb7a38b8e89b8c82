//! `reglament case show`: one case with everything that a clerk asks about.

use clap::Args;
use reglament_executor::InstanceId;
use reglament_runtime::store::{
    IncidentQuery, IncidentRow, JobQuery, JobRow, TaskQuery, TaskRow, TermQuery, TermRow,
};
use reglament_runtime::{CaseView, Reader};
use serde_json::{Value, json};

use super::database::{File, instance};
use super::list::{Line, case_json, dash};
use super::pages::{all_pages, definition, row_of};
use super::words::{due_day, left, local, name_of, pairs, standing, table, when_due};
use super::work::{incident_json, incidents_table, job_json, task_json};
use super::{Trouble, print_json};
use crate::{Exit, Format, output};

/// Shows one case with its steps, terms, tasks, jobs, incidents and variables.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The number of the case.
    #[arg(value_name = "CASE", value_parser = instance)]
    case: InstanceId,
    #[command(flatten)]
    pub(super) file: File,
}

/// What is shown of a case.
struct Shown {
    view: CaseView,
    line: Option<Line>,
    tasks: Vec<TaskRow>,
    jobs: Vec<JobRow>,
    incidents: Vec<IncidentRow>,
    terms: Vec<TermRow>,
}

impl Show {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let file = &self.file;
        file.read(async |reader| {
            let shown = self.look(reader).await?;
            match file.format {
                Format::Json => print_json(&shown.json(file, reader)),
                Format::Human => output::print(&shown.text(file, reader)),
            }
            Ok(Exit::Good)
        })
    }

    async fn look(&self, reader: &Reader) -> Result<Shown, Trouble> {
        let instance = Some(self.case);
        let view = reader.case(self.case).await?;
        let query = TaskQuery {
            instance,
            ..TaskQuery::default()
        };
        let tasks: Vec<TaskRow> = all_pages!(reader, tasks, query.clone());
        let query = JobQuery {
            instance,
            ..JobQuery::default()
        };
        let jobs: Vec<JobRow> = all_pages!(reader, jobs, query.clone());
        let query = IncidentQuery {
            instance,
            ..IncidentQuery::default()
        };
        let incidents: Vec<IncidentRow> = all_pages!(reader, incidents, query.clone());
        let query = TermQuery {
            instance,
            ..TermQuery::default()
        };
        let terms: Vec<TermRow> = all_pages!(reader, terms, query.clone());
        let row = row_of(reader, self.case).await?;
        let step = row.as_ref().and_then(|row| row.step.clone());
        let of_step = terms.iter().filter(|it| Some(&it.element) == step.as_ref());
        let step_due = of_step.filter_map(|it| it.due).min();
        Ok(Shown {
            line: row.map(|row| Line { row, step_due }),
            view,
            tasks,
            jobs,
            incidents,
            terms,
        })
    }
}

impl Shown {
    fn json(&self, file: &File, reader: &Reader) -> Value {
        let line = self.line.as_ref();
        let mut value = line.map_or(Value::Null, |line| case_json(file, reader, line));
        let variables = self.view.variables.iter();
        value["variables"] = variables
            .map(|(name, value)| (name.to_string(), value.to_json()))
            .collect();
        let tasks = self.tasks.iter();
        value["tasks"] = tasks.map(|it| task_json(file, reader, it)).collect();
        let jobs = self.jobs.iter();
        value["jobs"] = jobs.map(|it| job_json(file, reader, it)).collect();
        value["openIncidents"] = self.incidents.iter().map(incident_json).collect();
        let terms = self.terms.iter().map(|term| {
            json!({
                "element": term.element,
                "literal": term.literal,
                "due": term.due.map(|due| due.to_string()),
                "suspended": term.suspended,
            })
        });
        value["terms"] = terms.collect();
        value
    }

    fn text(&self, file: &File, reader: &Reader) -> String {
        let mut text = self.head(file);
        text.push_str(&self.waiting(file, reader));
        text.push_str(&self.terms(file, reader));
        if !self.incidents.is_empty() {
            text.push('\n');
            text.push_str(&incidents_table(file, reader, &self.incidents));
        }
        let variables = self.view.variables.iter();
        let variables = variables.map(|(name, value)| (name.to_string(), value.to_json_string()));
        let variables: Vec<(String, String)> = variables.collect();
        if !variables.is_empty() {
            let title = file.lang.pick("Деректер", "Данные", "Data");
            text.push_str(&format!("\n{title}\n{}", pairs(&variables)));
        }
        text
    }

    /// What is said of the whole case.
    fn head(&self, file: &File) -> String {
        let Some(Line { row, .. }) = &self.line else {
            return String::new();
        };
        let (lang, zone) = (file.lang, &file.zone);
        let names = lang.pick(
            [
                "Іс",
                "Нөмірі",
                "Өтініш беруші",
                "Қызмет",
                "Күйі",
                "Берілген күні",
                "Басталды",
                "Аяқталды",
                "Мерзімі",
            ],
            [
                "Дело",
                "Номер",
                "Заявитель",
                "Услуга",
                "Состояние",
                "Подано",
                "Начато",
                "Завершено",
                "Срок",
            ],
            [
                "Case",
                "Number",
                "Applicant",
                "Service",
                "Status",
                "Filed",
                "Begun",
                "Ended",
                "Due",
            ],
        );
        let service = row.service.as_ref().unwrap_or(&row.process);
        let parts: Vec<&str> = std::iter::once(&**service)
            .chain(row.channel.as_deref())
            .collect();
        let due = row.term_due.and_then(|due| {
            let left = left(due, file.now(), zone, lang);
            let words = lang.pick("қалған күн", "осталось дней", "days left");
            let left = match left.parse::<u32>() {
                Ok(_) => format!("{words}: {left}"),
                Err(_) => left,
            };
            Some(format!("{} ({left})", due_day(due, zone)?))
        });
        let values = [
            Some(row.instance.to_string()),
            row.business_key.as_ref().map(ToString::to_string),
            row.label.as_ref().map(ToString::to_string),
            Some(parts.join(" · ")),
            Some(standing(row, lang)),
            row.filed.map(|day| day.to_string()),
            Some(local(row.created_at, zone)),
            row.ended_at.map(|at| local(at, zone)),
            due,
        ];
        let known = names.into_iter().zip(values);
        let known = known.filter_map(|(name, value)| Some((name.to_owned(), value?)));
        pairs(&known.collect::<Vec<_>>())
    }

    /// What the case waits for, with the ids that `claim` and `complete` take.
    fn waiting(&self, file: &File, reader: &Reader) -> String {
        if self.view.status.has_ended() || self.view.waiting.is_empty() {
            return String::new();
        }
        let definition = definition(reader, self.view.definition);
        let (lang, now) = (file.lang, file.now());
        let header = lang.pick(
            ["Белгі", "Қадам", "Орындаушы", "Кім алды", "Мерзімі"],
            ["Обозначение", "Шаг", "Исполнитель", "Кто взял", "Срок"],
            ["Id", "Step", "Performer", "Taken by", "Due"],
        );
        let rows = self.view.waiting.iter().map(|waiting| {
            let task = self.tasks.iter().find(|task| task.id == waiting.id);
            let assignee = task.and_then(|task| task.assignee.as_ref());
            let due = task.and_then(|task| task.due);
            vec![
                waiting.id.to_string(),
                name_of(definition.as_deref(), &waiting.element, lang),
                waiting.lanes.join(" / "),
                assignee.map_or_else(dash, ToString::to_string),
                due.map_or_else(dash, |due| when_due(due, now, &file.zone, lang)),
            ]
        });
        format!("\n{}", table(&header, rows.collect(), ""))
    }

    /// The terms that run.
    fn terms(&self, file: &File, reader: &Reader) -> String {
        if self.terms.is_empty() {
            return String::new();
        }
        let definition = definition(reader, self.view.definition);
        let (lang, now) = (file.lang, file.now());
        let header = lang.pick(
            ["Мерзім", "Немен өлшенеді", "Аяқталады"],
            ["Срок", "Чего", "Истекает"],
            ["Term", "Of what", "Ends"],
        );
        let stopped = lang.pick("тоқтатыла тұрды", "приостановлен", "stopped");
        let rows = self.terms.iter().map(|term| {
            vec![
                term.literal.to_string(),
                name_of(definition.as_deref(), &term.element, lang),
                match term.due {
                    Some(due) => when_due(due, now, &file.zone, lang),
                    None => stopped.to_owned(),
                },
            ]
        });
        format!("\n{}", table(&header, rows.collect(), ""))
    }
}
