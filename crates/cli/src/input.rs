//! Finding and reading files, with messages that say what was wrong with the path.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::Unusable;

/// How deep directories are searched.
const DEPTH_LIMIT: usize = 64;

/// The bytes of the file `path`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Unusable> {
    let shown = path.display();
    if path.is_dir() {
        return Err(Unusable::new(format!(
            "expected a file, found the directory `{shown}`"
        )));
    }
    std::fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Unusable::new(format!("there is no file `{shown}`")),
        ErrorKind::PermissionDenied => Unusable::new(format!("no permission to read `{shown}`")),
        _ => Unusable::new(format!("cannot read `{shown}`: {error}")),
    })
}

/// What was found under paths.
#[derive(Default)]
pub(crate) struct Found {
    /// The files, in the order of the paths; those of a directory by name.
    pub(crate) files: Vec<PathBuf>,
    /// The paths that cannot be read, and why.
    pub(crate) unusable: Vec<Unusable>,
}

/// The files under `paths`: a file is taken as it is, a directory is searched for files that `wanted`
/// accepts. Hidden directories and links to directories are not searched.
pub(crate) fn find(paths: &[PathBuf], wanted: &dyn Fn(&Path) -> bool, what: &str) -> Found {
    let mut found = Found::default();
    for path in paths {
        if path.is_dir() {
            let before = found.files.len();
            search(path, wanted, DEPTH_LIMIT, &mut found);
            if found.files.len() == before {
                let message = format!("there is no {what} under `{}`", path.display());
                found.unusable.push(Unusable::new(message));
            }
        } else if path.exists() {
            found.files.push(path.clone());
        } else {
            let message = format!("there is no file or directory `{}`", path.display());
            found.unusable.push(Unusable::new(message));
        }
    }
    found
}

fn search(directory: &Path, wanted: &dyn Fn(&Path) -> bool, depth: usize, found: &mut Found) {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!(
                "cannot read the directory `{}`: {error}",
                directory.display()
            );
            found.unusable.push(Unusable::new(message));
            return;
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() {
            if !hidden && !path.is_symlink() && depth > 0 {
                search(&path, wanted, depth - 1, found);
            }
        } else if wanted(&path) {
            found.files.push(path);
        }
    }
}

/// Whether the name of the file ends with one of `extensions`.
pub(crate) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| extensions.contains(&extension.as_str()))
}

/// The folder in which a file lies; `.` for a bare name.
pub(crate) fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}
