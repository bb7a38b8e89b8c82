//! `reglament case start`: deploys a pack or a file, and starts a case of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use reglament_core::timer::Date;
use reglament_pack::{FolderSource, MANIFEST, Pack};
use reglament_runtime::command::{StartCase, VersionChoice};
use reglament_runtime::{CaseFacts, EngineError, Refusal, Regulation, Resource};

use super::auto::Writing;
use super::database::Who;
use super::{Trouble, report};
use crate::diagnostics::draw_on_stderr;
use crate::model::{Model, choose};
use crate::{Exit, Unusable, input, run, vars};

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

/// What is deployed, and which process of it is started.
struct Source {
    resources: Vec<Resource>,
    regulation: Regulation,
    process: Arc<str>,
    service: Option<Arc<str>>,
    channel: Option<Arc<str>>,
}

impl Start {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let source = self.source()?;
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
                .deploy_regulation(source.resources, source.regulation, &actor)
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

    fn source(&self) -> Result<Source, Trouble> {
        if self.model.is_dir() {
            return Ok(self.of_pack(&self.model)?);
        }
        if self.channel.is_some() {
            let message = "`--channel` names a channel of a pack, and this is a file";
            return Err(Unusable::new(message).into());
        }
        Ok(self.of_file()?)
    }

    fn of_pack(&self, folder: &Path) -> Result<Source, Unusable> {
        let files = FolderSource::new(folder);
        let (pack, said) = Pack::load(&files);
        if said.has_errors() {
            for file in said.files() {
                draw_on_stderr(&file.diagnostics, &file.source);
            }
        }
        let pack = pack.filter(|_| !said.has_errors()).ok_or_else(|| {
            Unusable::new(format!("`{}` is no pack without errors", folder.display())).hint(
                format!("a pack is a folder with a {MANIFEST}; see `reglament check`"),
            )
        })?;
        let flow = match (&self.channel, pack.flows()) {
            (Some(channel), _) => pack.flow(channel),
            (None, [one]) => Some(one),
            (None, _) => None,
        };
        let flow = flow.ok_or_else(|| {
            let channels: Vec<String> = pack
                .flows()
                .iter()
                .map(|flow| format!("`{}`", flow.channel))
                .collect();
            Unusable::new("the pack has no such channel, or none was named")
                .hint(format!("name one with --channel: {}", channels.join(", ")))
        })?;
        let files = pack.files().iter();
        let resources = files.map(|it| Resource::new(Arc::clone(&it.path), it.bytes.to_vec()));
        Ok(Source {
            resources: resources.collect(),
            regulation: Regulation::of(&pack),
            process: choose(&flow.lowering, self.process.as_deref())?,
            service: Some(Arc::from(pack.id())),
            channel: Some(Arc::clone(&flow.channel)),
        })
    }

    fn of_file(&self) -> Result<Source, Unusable> {
        let model = Model::load(&self.model)?;
        draw_on_stderr(&model.reading, &model.source);
        let meaning = model
            .meaning
            .as_ref()
            .ok_or_else(|| Unusable::new(format!("`{}` is no BPMN file", self.model.display())))?;
        let process = meaning.choose(self.process.as_deref())?;
        let mut resources = vec![resource(&self.model)?];
        let folder = self.model.parent().unwrap_or(Path::new(""));
        for file in &meaning.imports.files {
            let bytes = input::read(&folder.join(&*file.path))?;
            resources.push(Resource::new(Arc::clone(&file.path), bytes));
        }
        for (sub, ending) in [
            ("", "dmn"),
            ("decisions", "dmn"),
            ("", "form"),
            ("forms", "form"),
        ] {
            for path in files_in(&folder.join(sub), ending) {
                resources.push(resource(&path)?);
            }
        }
        Ok(Source {
            resources,
            regulation: Regulation::default(),
            process,
            service: None,
            channel: None,
        })
    }
}

/// The files of a folder whose names end so, sorted.
fn files_in(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let folder = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .collect();
    found.sort();
    found
}

fn resource(path: &Path) -> Result<Resource, Unusable> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(Resource::new(&*name, input::read(path)?))
}

/// A deployment with errors says all of them.
fn refused_files(error: EngineError) -> Trouble {
    let Some(Refusal::Deployment(files)) = error.refusal() else {
        return error.into();
    };
    let lines: Vec<String> = files
        .iter()
        .flat_map(|file| file.diagnostics.iter().map(move |it| (file, it)))
        .filter(|(_, diagnostic)| diagnostic.is_error())
        .map(|(file, diagnostic)| format!("{}: {diagnostic}", file.file))
        .collect();
    Trouble::Refused(format!(
        "the files cannot be deployed\n{}",
        lines.join("\n")
    ))
}
