//! One process writes: a lock beside the file.
//!
//! The lock is the operating system's on the file `<name>.lock`, so it is free as soon as the process
//! that held it is gone, however it went. The file itself stays. On file systems without locks between
//! machines two writers can meet; then the fence in the file refuses the one that came first.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::OpenError;

/// How long is waited between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// Held by the process that writes.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Takes the lock of the store `file`, and waits for it as long as `patience`.
    pub(crate) fn take(file: &Path, patience: Duration) -> Result<Self, OpenError> {
        let mut name = file.file_name().unwrap_or_default().to_os_string();
        name.push(".lock");
        let path = file.with_file_name(name);
        let io = |source| OpenError::Io {
            file: path.clone(),
            source,
        };
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(io)?;
        let begun = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { _file: lock }),
                Err(TryLockError::Error(source)) => return Err(io(source)),
                Err(TryLockError::WouldBlock) if begun.elapsed() < patience => {
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(OpenError::Locked {
                        file: file.to_path_buf(),
                        lock: path,
                    });
                }
            }
        }
    }
}
