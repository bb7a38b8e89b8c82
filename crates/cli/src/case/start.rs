//! `reglament case start`: deploys a pack or a file, and starts a case of it.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use reglament_core::timer::Date;
use reglament_runtime::CaseFacts;
use reglament_runtime::command::{StartCase, VersionChoice};

use super::auto::Writing;
use super::database::Who;
use super::source::{Source, refused_files};
use super::{Trouble, report};
use crate::{Exit, run, vars};

/// Starts a case of a pack or of a BPMN file.
///
/// What is not deployed yet is deployed first; the same content is deployed once. Beside a single file
/// the files that it imports belong to it, and the *.dmn and *.form files of its folder and of the folders
/// `decisions` and `forms`.
#[derive(Debug, Args)]
pub(super) struct Start {
    /// The folder of a pack, or a BPMN file.
    #[arg(value_name = "PACK|FILE")]
    model: PathBuf,
    /// The channel of the pack that the application came through.
    #[arg(long, value_name = "ID")]
    channel: Option<String>,
    /// The process; without it the only executable one.
    #[arg(long, value_name = "ID")]
    process: Option<String>,
    /// Where it starts; without it where the process says.
    #[arg(long, value_name = "ID")]
    start: Option<String>,
    /// The first values of variables: a JSON object, or @ and the name of a file with one.
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    /// Whom lists name.
    #[arg(long, value_name = "TEXT")]
    applicant: Option<String>,
    /// The number of the application, unique among the cases of a process that have not ended.
    #[arg(long, value_name = "TEXT")]
    number: Option<String>,
    /// The day of filing: the case runs under the version in force on it.
    #[arg(long, value_name = "DATE", value_parser = date)]
    filed: Option<Date>,
    /// Start although it cannot be proved which version is in force; the history says so.
    #[arg(long, requires = "filed")]
    accept_unproven_version: bool,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// The value of a day.
pub(super) fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|error| error.to_string())
}

impl Start {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let source = Source::read(
            &self.model,
            self.channel.as_deref(),
            self.process.as_deref(),
        )?;
        let variables = match self.vars.as_deref() {
            Some(argument) => run::variables(vars::parse(argument)?),
            None => Vec::new(),
        };
        let version = self
            .filed
            .map_or(VersionChoice::Latest, |date| VersionChoice::Filed {
                date,
                accept_unproven: self.accept_unproven_version,
            });
        let text = |text: &Option<String>| text.as_deref().map(Arc::from);
        let order = StartCase {
            process: Arc::clone(&source.process),
            version,
            at: text(&self.start),
            variables,
            facts: CaseFacts {
                business_key: text(&self.number),
                label: text(&self.applicant),
                filed: self.filed,
                service: source.service.clone(),
                channel: source.channel.clone(),
            },
        };
        let actor = self.who.actor();
        let instance = self.file.write(true, async |engine| {
            let deployed = engine
                .deploy_regulation(source.files.resources, source.files.regulation, &actor)
                .await;
            for warning in deployed.map_err(refused_files)?.warnings {
                crate::output::eprint(&format!("warning: {warning}\n"));
            }
            Ok(engine.start(order, &actor).await?)
        })?;
        let value = serde_json::json!({ "case": instance.0, "process": source.process });
        let words = format!("case {instance} of `{}` is started", source.process);
        Ok(report(self.file.format, &value, &words))
    }
}
