//! Where the files of a pack come from: a folder, memory, or the program itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The files of a pack, by their paths inside it.
///
/// Paths are relative, with `/` between their parts and none of `.` and `..` among them; what asks
/// for another path gets [`ReadError::Outside`].
pub trait PackSource {
    /// What the pack is called in messages: the path of its folder, where it has one.
    fn name(&self) -> &str;

    /// The bytes of a file.
    ///
    /// # Errors
    /// There is no such file, the path leads outside the pack, or the file cannot be read.
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadError>;

    /// The paths of all files, sorted.
    ///
    /// # Errors
    /// The files cannot be listed.
    fn paths(&self) -> Result<Vec<String>, ReadError>;

    /// The files that several packs have in common: those of the folder [`SHARED`] beside the pack's.
    /// Its flows import them as `../shared/...`; nothing else outside the pack is ever read.
    fn shared(&self) -> Option<&dyn PackSource> {
        None
    }
}

/// The folder beside those of packs that has what several of them import.
pub const SHARED: &str = "shared";

/// The file of the pack, or of those that it shares with others, at `path`.
pub(crate) fn read_imported<'s>(
    source: &'s dyn PackSource,
    path: &str,
) -> Result<Cow<'s, [u8]>, ReadError> {
    match (shared_path(path), source.shared()) {
        (Some(inside), Some(shared)) => shared.read(inside),
        (Some(_), None) => Err(ReadError::Missing),
        (None, _) => source.read(path),
    }
}

/// The path inside the folder of shared files, where `path` leads there.
pub(crate) fn shared_path(path: &str) -> Option<&str> {
    path.strip_prefix("../")?
        .strip_prefix(SHARED)?
        .strip_prefix('/')
}

/// Why a file of a pack cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is none.
    Missing,
    /// The path leads outside the pack.
    Outside,
    /// It cannot be read; the text says why.
    Unreadable(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such file"),
            Self::Outside => f.write_str("the path leads outside the pack"),
            Self::Unreadable(reason) => write!(f, "it cannot be read: {reason}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Whether `path` stays inside the pack, whatever system it is used on.
#[must_use]
pub(crate) fn stays_inside(path: &str) -> bool {
    let is_plain =
        |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    path.split('/').all(is_plain)
}

/// A pack that is put together in memory.
#[derive(Clone, Debug, Default)]
pub struct MemorySource {
    name: String,
    files: BTreeMap<String, Vec<u8>>,
    shared: Option<Box<MemorySource>>,
}

impl MemorySource {
    /// A pack without files.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            files: BTreeMap::new(),
            shared: None,
        }
    }

    /// With the files of `shared` beside it.
    #[must_use]
    pub fn with_shared(mut self, shared: MemorySource) -> Self {
        self.shared = Some(Box::new(shared));
        self
    }

    /// With the file `path`, in place of an earlier one of this path.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), bytes.into());
        self
    }

    /// Without the file `path`.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        self.files.remove(path);
        self
    }

    /// All files of another source, those that it shares with others included.
    ///
    /// # Errors
    /// A file of it cannot be read.
    pub fn copy(source: &dyn PackSource) -> Result<Self, ReadError> {
        let mut copy = Self::new(source.name());
        for path in source.paths()? {
            let bytes = source.read(&path)?.into_owned();
            copy.files.insert(path, bytes);
        }
        if let Some(shared) = source.shared() {
            copy.shared = Some(Box::new(Self::copy(shared)?));
        }
        Ok(copy)
    }
}

impl PackSource for MemorySource {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadError> {
        if !stays_inside(path) {
            return Err(ReadError::Outside);
        }
        let bytes = self.files.get(path).ok_or(ReadError::Missing)?;
        Ok(Cow::Borrowed(bytes))
    }

    fn paths(&self) -> Result<Vec<String>, ReadError> {
        Ok(self.files.keys().cloned().collect())
    }

    fn shared(&self) -> Option<&dyn PackSource> {
        let shared = self.shared.as_deref()?;
        Some(shared)
    }
}

/// A pack whose files are part of the program.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedSource {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
    shared: Option<&'static EmbeddedSource>,
}

impl EmbeddedSource {
    /// The pack `name` with `files`: paths, sorted, and bytes.
    #[must_use]
    pub const fn new(name: &'static str, files: &'static [(&'static str, &'static [u8])]) -> Self {
        Self {
            name,
            files,
            shared: None,
        }
    }

    /// With the files of `shared` beside it.
    #[must_use]
    pub const fn with_shared(mut self, shared: &'static EmbeddedSource) -> Self {
        self.shared = Some(shared);
        self
    }
}

impl PackSource for EmbeddedSource {
    fn name(&self) -> &str {
        self.name
    }

    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadError> {
        if !stays_inside(path) {
            return Err(ReadError::Outside);
        }
        let found = self.files.iter().find(|(name, _)| *name == path);
        found
            .map(|(_, bytes)| Cow::Borrowed(*bytes))
            .ok_or(ReadError::Missing)
    }

    fn paths(&self) -> Result<Vec<String>, ReadError> {
        Ok(self
            .files
            .iter()
            .map(|(path, _)| (*path).to_owned())
            .collect())
    }

    fn shared(&self) -> Option<&dyn PackSource> {
        let shared = self.shared?;
        Some(shared)
    }
}

#[cfg(feature = "folder")]
pub use folder::FolderSource;

#[cfg(feature = "folder")]
mod folder {
    //! Packs in the file system.

    use std::borrow::Cow;
    use std::io::ErrorKind;
    use std::path::{Path, PathBuf};

    use reglament_source::TEXT_BYTES_LIMIT;

    use super::{PackSource, ReadError, SHARED, stays_inside};

    /// How deep the folders of a pack are searched.
    const DEPTH_LIMIT: usize = 8;

    /// A pack in a folder of the file system. Links that lead out of the folder are not followed.
    #[derive(Clone, Debug)]
    pub struct FolderSource {
        root: PathBuf,
        name: String,
        shared: Option<Box<FolderSource>>,
    }

    impl FolderSource {
        /// The pack in the folder `root`.
        #[must_use]
        pub fn new(root: impl Into<PathBuf>) -> Self {
            let root = root.into();
            let mut source = Self::alone(root);
            let beside = match (source.root.parent(), source.root.file_name()) {
                (Some(parent), Some(_)) => parent.join(SHARED),
                // A root such as `.` or `a/..` does not name its folder.
                (None | Some(_), _) => source.root.join("..").join(SHARED),
            };
            if beside.is_dir() {
                source.shared = Some(Box::new(Self::alone(beside)));
            }
            source
        }

        fn alone(root: PathBuf) -> Self {
            let name = root.display().to_string();
            Self {
                root,
                name,
                shared: None,
            }
        }

        fn list(
            &self,
            below: &str,
            depth: usize,
            paths: &mut Vec<String>,
        ) -> Result<(), ReadError> {
            let folder = self.root.join(below);
            for entry in std::fs::read_dir(&folder).map_err(|error| unreadable(&error))? {
                let entry = entry.map_err(|error| unreadable(&error))?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                if name.starts_with('.') {
                    continue;
                }
                let path = if below.is_empty() {
                    name
                } else {
                    format!("{below}/{name}")
                };
                let kind = entry.file_type().map_err(|error| unreadable(&error))?;
                if kind.is_dir() && depth > 0 {
                    self.list(&path, depth - 1, paths)?;
                } else if kind.is_file() {
                    paths.push(path);
                }
            }
            Ok(())
        }
    }

    impl PackSource for FolderSource {
        fn name(&self) -> &str {
            &self.name
        }

        fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadError> {
            if !stays_inside(path) {
                return Err(ReadError::Outside);
            }
            let real = |path: &Path| path.canonicalize().map_err(|error| unreadable(&error));
            let found = real(&self.root.join(path))?;
            if !found.starts_with(real(&self.root)?) {
                return Err(ReadError::Outside);
            }
            let size = std::fs::metadata(&found).map_err(|error| unreadable(&error))?;
            if size.len() > TEXT_BYTES_LIMIT as u64 {
                let reason = format!("it has more than {TEXT_BYTES_LIMIT} bytes");
                return Err(ReadError::Unreadable(reason));
            }
            let bytes = std::fs::read(&found).map_err(|error| unreadable(&error))?;
            Ok(Cow::Owned(bytes))
        }

        fn paths(&self) -> Result<Vec<String>, ReadError> {
            let mut paths = Vec::new();
            self.list("", DEPTH_LIMIT, &mut paths)?;
            paths.sort();
            Ok(paths)
        }

        fn shared(&self) -> Option<&dyn PackSource> {
            let shared = self.shared.as_deref()?;
            Some(shared)
        }
    }

    fn unreadable(error: &std::io::Error) -> ReadError {
        match error.kind() {
            ErrorKind::NotFound => ReadError::Missing,
            _ => ReadError::Unreadable(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_outside() {
        for path in [
            "../a",
            "a/../b",
            "/etc/passwd",
            "a//b",
            "",
            "c:\\x",
            "a/./b",
            "\\\\x",
        ] {
            assert!(!stays_inside(path), "{path}");
            let source = MemorySource::new("m").with(path, "x");
            assert_eq!(source.read(path), Err(ReadError::Outside));
        }
        assert!(stays_inside("forms/өтініш.form"));
    }
}
