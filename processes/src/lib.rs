//! The regulations of this repository, part of the program that depends on this crate.
//!
//! Each is a pack: data that [`reglament_pack`] loads, checks and offers. A pack of one's own needs
//! nothing of this: it is loaded from a folder while the program runs.
//!
//! ```
//! let pack = reglament_regulations::open("kindergarten-queue").unwrap()?;
//! assert_eq!(pack.manifest().channels.len(), 2);
//! assert!(pack.flow("portal").is_some());
//! # Ok::<(), reglament_pack::Report>(())
//! ```

use reglament_pack::{EmbeddedSource, Pack, PackSource, Report};

static SOURCES: &[EmbeddedSource] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The files of all packs, by the names of their folders.
#[must_use]
pub fn sources() -> &'static [EmbeddedSource] {
    SOURCES
}

/// The files of the pack in the folder `name`.
#[must_use]
pub fn source(name: &str) -> Option<&'static EmbeddedSource> {
    SOURCES.iter().find(|source| source.name() == name)
}

/// The pack in the folder `name`; none where there is no such folder.
///
/// # Errors
/// The pack has an error. That would be a defect of this crate: a test opens all of them.
pub fn open(name: &str) -> Option<Result<Pack, Report>> {
    source(name).map(|source| Pack::open(source))
}

/// All packs, by the names of their folders.
///
/// # Errors
/// A pack has an error. That would be a defect of this crate: a test opens all of them.
pub fn packs() -> Result<Vec<Pack>, Report> {
    SOURCES.iter().map(|source| Pack::open(source)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_that_is_embedded_opens_and_warns_of_nothing() {
        assert!(!SOURCES.is_empty());
        for source in SOURCES {
            let (pack, report) = Pack::load(source);
            let said: Vec<String> = report
                .diagnostics()
                .map(|(file, diagnostic)| format!("{}: {diagnostic}", file.path))
                .collect();
            assert_eq!(said, Vec::<String>::new(), "{}", source.name());
            let folder = source.name().split('@').next();
            assert_eq!(pack.as_ref().map(Pack::id), folder);
        }
    }

    #[test]
    fn every_file_of_a_pack_is_embedded() {
        let paths = source("kindergarten-queue").and_then(|source| source.paths().ok());
        let paths = paths.unwrap_or_default();
        for path in [
            "regulation.toml",
            "forms/application.form",
            "scenarios/portal-referral.yaml",
        ] {
            assert!(paths.iter().any(|found| found == path), "{path}");
        }
        assert!(paths.is_sorted());
    }
}
