//! Hashes of passwords: Argon2id with the parameters that its crate recommends, a salt for each.
//!
//! Hashing takes tens of milliseconds on purpose, so it has a thread of its own and the file does
//! not wait for it. Comparing takes the same time wherever two hashes differ.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use reglament_adapter_api::SystemError;
use reglament_adapter_api::identity::Password;

use super::worker::Worker;

/// The thread that hashes.
#[derive(Clone)]
pub(super) struct Hasher {
    worker: Worker<Argon2<'static>>,
    /// The hash of no password: compared with where there is no account, so that this takes as long.
    decoy: String,
}

impl Hasher {
    pub(super) fn start() -> Result<Hasher, SystemError> {
        let argon2 = Argon2::default();
        let decoy = hash(&argon2, b"")?;
        let worker = Worker::start("reglament-passwords", argon2);
        let worker = worker.map_err(|error| SystemError::unavailable(error.to_string()))?;
        Ok(Hasher { worker, decoy })
    }

    /// The hash to keep, in the PHC string format.
    pub(super) async fn hash(&self, password: Password) -> Result<String, SystemError> {
        let hashed = self
            .worker
            .run(move |argon2| hash(argon2, password.expose().as_bytes()));
        hashed.await?
    }

    /// Whether this is the password of a hash; without a hash it never is.
    pub(super) async fn verify(
        &self,
        password: Password,
        kept: Option<String>,
    ) -> Result<bool, SystemError> {
        let is_known = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.decoy.clone());
        let verified = self.worker.run(move |argon2| {
            let hash = PasswordHash::new(&kept)
                .map_err(|error| SystemError::refused(format!("a kept hash: {error}")))?;
            match argon2.verify_password(password.expose().as_bytes(), &hash) {
                Ok(()) => Ok(true),
                Err(Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(SystemError::refused(format!("hashing: {error}"))),
            }
        });
        Ok(verified.await?? && is_known)
    }
}

fn hash(argon2: &Argon2<'_>, password: &[u8]) -> Result<String, SystemError> {
    let hash = argon2.hash_password(password);
    let hash = hash.map_err(|error| SystemError::refused(format!("hashing: {error}")))?;
    Ok(hash.to_string())
}
