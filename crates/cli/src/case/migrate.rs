//! `reglament case migrate`: cases that run go on under another version of their process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use reglament_executor::{InstanceId, MigrationReport};
use reglament_runtime::command::Migration;
use reglament_runtime::store::{Digest, InstanceQuery, InstanceRow};
use reglament_runtime::{Definition, Engine, Reader, Refusal, codes};
use serde_json::{Value, json};

use super::auto::Writing;
use super::database::{Who, instance};
use super::pages::all_pages;
use super::source::{Files, refused_files};
use super::{Trouble, print_json};
use crate::{Exit, Format, Unusable, input, output};

/// Has cases go on under another version of their process, by a plan that is checked first.
///
/// Without a plan everything goes on at the element with the same id and kind. What stands in the way is
/// said, all of it, and then nothing of the case is migrated; `reglament explain` tells what to do about
/// each code. `--check` says the same and changes nothing, and `--write-plan` writes the plan to be
/// looked at and completed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
reglament case migrate 257 --to 2 --check --write-plan plan.json --actor aigul\n  \
reglament case migrate --all-of permit --to amended.bpmn --plan plan.json --ground 'order 12' --actor aigul")]
pub(super) struct Migrate {
    /// The number of the case.
    #[arg(value_name = "CASE", value_parser = instance, required_unless_present = "all_of")]
    case: Option<InstanceId>,
    /// All cases of this process that run under another version. The blocked ones stay as they are.
    #[arg(long, value_name = "PROCESS", conflicts_with = "case")]
    all_of: Option<String>,
    /// The number of a version of the process, or a BPMN file or the folder of a pack, which is deployed
    /// first.
    #[arg(
        long,
        value_name = "VERSION|FILE|PACK",
        required_unless_present = "plan"
    )]
    to: Option<String>,
    /// The plan: JSON as `--write-plan` writes it.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Check only; nothing is changed, and nothing deployed.
    #[arg(long)]
    check: bool,
    /// Write the plan that is made for the case.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "all_of"])]
    write_plan: Option<PathBuf>,
    /// On what ground: the act by which running cases go on under the version; the history says so.
    #[arg(long, value_name = "TEXT")]
    ground: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// What came of one case.
struct Outcome {
    case: InstanceId,
    /// What was found; a refusal for another reason.
    found: Result<MigrationReport, Refusal>,
    is_done: bool,
}

impl Outcome {
    fn is_good(&self) -> bool {
        self.found.as_ref().is_ok_and(MigrationReport::is_good)
    }
}

impl Migrate {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let plan = self.plan.as_deref().map(read_plan).transpose()?;
        let outcomes = if self.check {
            self.file
                .read(async |reader| self.look(reader, plan.as_ref()).await)?
        } else {
            self.file.write(false, async |engine| {
                self.move_on(engine, plan.as_ref()).await
            })?
        };
        self.tell(&outcomes);
        let all = outcomes.iter().all(Outcome::is_good);
        Ok(if all { Exit::Good } else { Exit::Wrong })
    }

    /// Checks the cases as if the target were deployed.
    async fn look(
        &self,
        reader: &Reader,
        plan: Option<&Migration>,
    ) -> Result<Vec<Outcome>, Trouble> {
        let mut knowing = reader.clone();
        let mut deployed = Vec::new();
        if let Some(source) = self.files()? {
            let read = reader.as_if_deployed(&source.resources, &source.regulation);
            (knowing, deployed) = read.map_err(refused_files)?;
        }
        let deployed: Vec<Digest> = deployed.iter().map(|it| it.digest).collect();
        let mut outcomes = Vec::new();
        for row in self.cases(&knowing).await? {
            let target = self.target(&knowing, &deployed, plan, &row.process)?;
            let Some(migration) = self.migration(&knowing, plan, &row, target)? else {
                continue;
            };
            self.keep_plan(&migration)?;
            let by = (&self.file.zone, &[][..]);
            let checked = knowing.check_migration(&migration, row.instance, by, self.file.now());
            outcomes.push(outcome(row.instance, checked.await, false)?);
        }
        Ok(outcomes)
    }

    /// Migrates the cases that nothing stands in the way of.
    async fn move_on(
        &self,
        engine: &Engine,
        plan: Option<&Migration>,
    ) -> Result<Vec<Outcome>, Trouble> {
        let actor = self.who.actor();
        let mut deployed = Vec::new();
        if let Some(source) = self.files()? {
            let done = engine.deploy_regulation(source.resources, source.regulation, &actor);
            let done = done.await.map_err(refused_files)?;
            deployed = done.definitions.iter().map(|it| it.digest).collect();
        }
        let reader = engine.reading()?;
        let mut outcomes = Vec::new();
        for row in self.cases(&reader).await? {
            let target = self.target(&reader, &deployed, plan, &row.process)?;
            let Some(migration) = self.migration(&reader, plan, &row, target)? else {
                continue;
            };
            self.keep_plan(&migration)?;
            let case = row.instance;
            let checked = engine.check_migration(&migration, &[case]).await;
            let checked = checked.map(|mut found| found.pop().map(|it| it.1).unwrap_or_default());
            let is_good = checked.as_ref().is_ok_and(MigrationReport::is_good);
            let done = match is_good {
                true => engine.migrate(case, &migration, &actor).await.and(checked),
                false => checked,
            };
            outcomes.push(outcome(case, done, is_good)?);
        }
        Ok(outcomes)
    }

    /// The files of `--to`; none where it is a number or not given.
    fn files(&self) -> Result<Option<Files>, Trouble> {
        match self.to.as_deref() {
            Some(to) if to.parse::<u32>().is_err() => Ok(Some(Files::read(Path::new(to))?)),
            Some(_) | None => Ok(None),
        }
    }

    /// The cases that are meant: the one that is named, or all that run.
    async fn cases(&self, reader: &Reader) -> Result<Vec<InstanceRow>, Trouble> {
        if let Some(case) = self.case {
            let row = super::pages::row_of(reader, case).await?;
            let row =
                row.ok_or_else(|| Trouble::Refused(Refusal::UnknownCase(case).to_string()))?;
            return Ok(vec![row]);
        }
        let query = InstanceQuery {
            process: self.all_of.as_deref().map(Arc::from),
            ..InstanceQuery::default()
        };
        let rows: Vec<InstanceRow> = all_pages!(reader, instances, query.clone());
        Ok(rows
            .into_iter()
            .filter(|row| !row.status.has_ended())
            .collect())
    }

    /// The definition that cases of `process` go on under.
    fn target<'r>(
        &self,
        reader: &'r Reader,
        deployed: &[Digest],
        plan: Option<&Migration>,
        process: &str,
    ) -> Result<&'r Arc<Definition>, Trouble> {
        let catalogue = reader.catalogue();
        let found = match (self.to.as_deref(), plan) {
            (Some(to), _) => match to.parse::<usize>() {
                Ok(number) => number
                    .checked_sub(1)
                    .and_then(|place| catalogue.of_process(process).get(place)),
                Err(_) => {
                    let mut deployed = deployed.iter().filter_map(|it| catalogue.get(*it));
                    deployed.find(|it| it.processes.iter().any(|(id, _)| **id == *process))
                }
            },
            (None, Some(plan)) => catalogue.get(plan.target),
            (None, None) => None,
        };
        found.ok_or_else(|| {
            let to = self.to.as_deref().unwrap_or("of the plan");
            let message = format!("there is no version {to} of process `{process}`");
            Trouble::Refused(message)
        })
    }

    /// The plan for a case; none for one of `--all-of` that runs under the target already.
    fn migration(
        &self,
        reader: &Reader,
        plan: Option<&Migration>,
        row: &InstanceRow,
        target: &Definition,
    ) -> Result<Option<Migration>, Trouble> {
        if self.all_of.is_some() && row.definition == target.digest {
            return Ok(None);
        }
        let mut migration = match plan {
            Some(plan) if plan.target == target.digest => plan.clone(),
            Some(plan) => {
                let message = format!(
                    "the plan is for definition {}, and `--to` is {}",
                    plan.target, target.digest
                );
                return Err(Unusable::new(message).into());
            }
            None => reader.plan_migration(row.definition, target.digest)?,
        };
        if let Some(ground) = &self.ground {
            migration.ground = Arc::from(&**ground);
        }
        Ok(Some(migration))
    }

    fn keep_plan(&self, migration: &Migration) -> Result<(), Trouble> {
        let Some(path) = &self.write_plan else {
            return Ok(());
        };
        // A plan is texts and numbers: it has a JSON form.
        let text = serde_json::to_string_pretty(migration).unwrap_or_default();
        let written = std::fs::write(path, format!("{text}\n"));
        written.map_err(|error| {
            let message = format!("cannot write {}: {error}", path.display());
            Trouble::from(Unusable::new(message))
        })
    }

    fn tell(&self, outcomes: &[Outcome]) {
        if self.file.format == Format::Json {
            outcomes.iter().for_each(|it| print_json(&as_json(it)));
            return;
        }
        if outcomes.is_empty() {
            output::print("no cases\n");
        }
        for outcome in outcomes {
            output::print(&in_words(outcome));
        }
    }
}

fn outcome(
    case: InstanceId,
    found: Result<MigrationReport, reglament_runtime::EngineError>,
    is_done: bool,
) -> Result<Outcome, Trouble> {
    let found = match found {
        Ok(report) => Ok(report),
        Err(error) => match error.refusal() {
            Some(Refusal::CannotMigrate { report, .. }) => Ok((**report).clone()),
            Some(refusal) => Err(refusal.clone()),
            None => return Err(error.into()),
        },
    };
    let is_done = is_done && found.as_ref().is_ok_and(MigrationReport::is_good);
    Ok(Outcome {
        case,
        found,
        is_done,
    })
}

fn as_json(outcome: &Outcome) -> Value {
    let mut value = json!({ "case": outcome.case.0, "migrated": outcome.is_done });
    match &outcome.found {
        Ok(report) => {
            let problems = report.problems.iter().map(|it| {
                json!({
                    "code": codes::of_migration(it.kind).id,
                    "kind": it.kind.as_str(),
                    "element": it.element,
                    "message": it.message,
                })
            });
            value["problems"] = problems.collect();
            let notes = report.notes.iter();
            value["notes"] = notes
                .map(|it| json!({ "element": it.element, "message": it.message }))
                .collect();
        }
        Err(refusal) => value["refused"] = json!(refusal.to_string()),
    }
    value
}

fn in_words(outcome: &Outcome) -> String {
    let case = outcome.case;
    let report = match &outcome.found {
        Ok(report) => report,
        Err(refusal) => return format!("{refusal}\n"),
    };
    let mut text = match (outcome.is_done, report.is_good()) {
        (true, _) => format!("case {case} is migrated\n"),
        (false, true) => format!("case {case} can be migrated\n"),
        (false, false) => format!("case {case} cannot be migrated\n"),
    };
    for problem in &report.problems {
        let code = codes::of_migration(problem.kind).id;
        text.push_str(&format!("  {code}: {}\n", problem.message));
    }
    for note in &report.notes {
        text.push_str(&format!("  note: {}\n", note.message));
    }
    text
}

fn read_plan(path: &Path) -> Result<Migration, Trouble> {
    let bytes = input::read(path)?;
    let plan: Result<Migration, _> = serde_json::from_slice(&bytes);
    plan.map_err(|error| {
        let message = format!("{} is no plan of a migration: {error}", path.display());
        let hint = "`--write-plan` writes one";
        Unusable::new(message).hint(hint).into()
    })
}
