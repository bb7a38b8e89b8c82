//! What is deployed for a case: a pack, or a file with what stands beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reglament_pack::{FolderSource, MANIFEST, Pack};
use reglament_runtime::{EngineError, Refusal, Regulation, Resource};

use super::Trouble;
use crate::diagnostics::draw_on_stderr;
use crate::model::{Model, choose};
use crate::{Unusable, input};

/// Files that belong together.
pub(super) struct Files {
    pub(super) resources: Vec<Resource>,
    /// What is known of the regulation, where they are a pack.
    pub(super) regulation: Regulation,
}

/// What is deployed, and which process of it is started.
pub(super) struct Source {
    pub(super) files: Files,
    pub(super) process: Arc<str>,
    pub(super) service: Option<Arc<str>>,
    pub(super) channel: Option<Arc<str>>,
}

impl Files {
    /// Reads a pack, or a file with what stands beside it.
    pub(super) fn read(model: &Path) -> Result<Self, Unusable> {
        if model.is_dir() {
            return Ok(Self::of_pack(&load_pack(model)?));
        }
        Self::beside(model, &load_model(model)?)
    }

    fn of_pack(pack: &Pack) -> Self {
        let files = pack.files().iter();
        let resources = files.map(|it| Resource::new(Arc::clone(&it.path), it.bytes.to_vec()));
        Self {
            resources: resources.collect(),
            regulation: Regulation::of(pack),
        }
    }

    fn beside(path: &Path, model: &Model) -> Result<Self, Unusable> {
        let mut resources = vec![resource(path)?];
        let folder = path.parent().unwrap_or(Path::new(""));
        let imports = model.meaning.iter().flat_map(|it| &it.imports.files);
        for file in imports {
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
        Ok(Self {
            resources,
            regulation: Regulation::default(),
        })
    }
}

impl Source {
    /// Reads a pack or a file.
    pub(super) fn read(
        model: &Path,
        channel: Option<&str>,
        process: Option<&str>,
    ) -> Result<Self, Trouble> {
        if model.is_dir() {
            return Ok(Self::of_pack(model, channel, process)?);
        }
        if channel.is_some() {
            let message = "`--channel` names a channel of a pack, and this is a file";
            return Err(Unusable::new(message).into());
        }
        let read = load_model(model)?;
        let meaning = read.meaning.as_ref();
        let process = meaning
            .ok_or_else(|| no_process_file(model))?
            .choose(process)?;
        Ok(Self {
            files: Files::beside(model, &read)?,
            process,
            service: None,
            channel: None,
        })
    }

    fn of_pack(
        folder: &Path,
        channel: Option<&str>,
        process: Option<&str>,
    ) -> Result<Self, Unusable> {
        let pack = load_pack(folder)?;
        let flow = match (channel, pack.flows()) {
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
        Ok(Self {
            files: Files::of_pack(&pack),
            process: choose(&flow.lowering, process)?,
            service: Some(Arc::from(pack.id())),
            channel: Some(Arc::clone(&flow.channel)),
        })
    }
}

/// Reads a pack; what is wrong with it is drawn.
fn load_pack(folder: &Path) -> Result<Pack, Unusable> {
    let (pack, said) = Pack::load(&FolderSource::new(folder));
    if said.has_errors() {
        for file in said.files() {
            draw_on_stderr(&file.diagnostics, &file.source);
        }
    }
    pack.filter(|_| !said.has_errors()).ok_or_else(|| {
        Unusable::new(format!("`{}` is no pack without errors", folder.display())).hint(format!(
            "a pack is a folder with a {MANIFEST}; see `reglament check`"
        ))
    })
}

/// Reads a file; what is wrong with it is drawn.
fn load_model(path: &Path) -> Result<Model, Unusable> {
    let model = Model::load(path)?;
    draw_on_stderr(&model.reading, &model.source);
    if model.meaning.is_none() {
        return Err(no_process_file(path));
    }
    Ok(model)
}

fn no_process_file(path: &Path) -> Unusable {
    Unusable::new(format!("`{}` is no BPMN file", path.display()))
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
pub(super) fn refused_files(error: EngineError) -> Trouble {
    let Some(Refusal::Deployment(files)) = error.refusal() else {
        return error.into();
    };
    let lines: Vec<String> = files
        .iter()
        .flat_map(|file| file.diagnostics.iter().map(move |it| (file, it)))
        .filter(|(_, diagnostic)| diagnostic.is_error())
        .map(|(file, diagnostic)| {
            let hint = diagnostic.hint.as_ref();
            let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
            format!("{}: {diagnostic}{hint}", file.file)
        })
        .collect();
    Trouble::Refused(format!(
        "the files cannot be deployed\n{}",
        lines.join("\n")
    ))
}
