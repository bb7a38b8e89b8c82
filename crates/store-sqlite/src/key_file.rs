//! A file with the secret of an installation: what there is where no key service is.
//!
//! Two lines of text: `reglament secret 1`, and 64 hexadecimal digits. Only its owner may read it.
//!
//! It protects what it is kept apart from: whoever gets the database or a backup of it without this file
//! reads no personal data, and what is shredded is gone from both. It does not protect against somebody
//! who reads both, so a backup of the database and a backup of the secret belong in different places. And
//! without it the personal data of all cases is lost: it does need a backup.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use reglament_runtime::history::MasterKey;
use reglament_runtime::store::Digest;

const HEAD: &str = "reglament secret 1";

/// Why a key file could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// It could not be read or written.
    #[error("the key file {} cannot be used", .file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no key file, or one of a newer version.
    #[error("{} is no key file of a version that is known", .0.display())]
    Foreign(PathBuf),
    /// Others than its owner may read or write it.
    #[error("others than its owner may use {}: expected mode 600, found {mode:o}", .file.display())]
    Shared {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// There is no randomness to make a secret of.
    #[error("no randomness: {0}")]
    NoRandomness(String),
}

/// The keys of the secret in `file`.
///
/// # Errors
/// See [`KeyFileError`]: in particular when there is no such file. It is never made here: a new secret
/// beside an old database would make its personal data unreadable.
pub fn read_key_file(file: impl AsRef<Path>) -> Result<MasterKey, KeyFileError> {
    let file = file.as_ref();
    let io = |source| KeyFileError::Io {
        file: file.to_path_buf(),
        source,
    };
    check_mode(file).map_err(io)?.map_or(Ok(()), |mode| {
        Err(KeyFileError::Shared {
            file: file.to_path_buf(),
            mode,
        })
    })?;
    let text = fs::read_to_string(file).map_err(io)?;
    let foreign = || KeyFileError::Foreign(file.to_path_buf());
    let (head, secret) = text.trim_end().split_once('\n').ok_or_else(foreign)?;
    if head.trim_end() != HEAD {
        return Err(foreign());
    }
    let secret: Digest = secret.parse().map_err(|_| foreign())?;
    Ok(MasterKey::from_secret(&secret.0))
}

/// Makes a new secret in the new file `file`, which only its owner may read; it is synced.
///
/// # Errors
/// See [`KeyFileError`]: in particular when there is such a file already.
pub fn create_key_file(file: impl AsRef<Path>) -> Result<MasterKey, KeyFileError> {
    let file = file.as_ref();
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| KeyFileError::NoRandomness(error.to_string()))?;
    let text = format!("{HEAD}\n{}\n", Digest(secret));
    let write = || -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut created = options.open(file)?;
        created.write_all(text.as_bytes())?;
        created.sync_all()
    };
    write().map_err(|source| KeyFileError::Io {
        file: file.to_path_buf(),
        source,
    })?;
    let synced = crate::open::sync_folder(file);
    synced.map_err(|error| KeyFileError::Io {
        file: file.to_path_buf(),
        source: io::Error::other(error),
    })?;
    Ok(MasterKey::from_secret(&secret))
}

/// The permissions of the file when they are too wide.
#[cfg(unix)]
fn check_mode(file: &Path) -> io::Result<Option<u32>> {
    use std::os::unix::fs::MetadataExt;
    let mode = fs::metadata(file)?.mode() & 0o777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

#[cfg(not(unix))]
fn check_mode(_file: &Path) -> io::Result<Option<u32>> {
    Ok(None)
}
