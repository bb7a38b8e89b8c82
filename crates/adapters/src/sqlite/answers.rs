//! Answers kept under their idempotency keys.

use reglament_adapter_api::{CallContext, SystemError};
use rusqlite::{OptionalExtension, Transaction};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::database::failed;

/// Runs `work` once for each key of an operation: a repeated call gets the first answer. An error
/// is not kept, so the call can be made again.
pub(super) fn once<Q, A, E>(
    transaction: &Transaction<'_>,
    operation: &str,
    context: &CallContext,
    request: &Q,
    work: impl FnOnce(&Transaction<'_>) -> Result<A, E>,
) -> Result<A, E>
where
    Q: Serialize,
    A: Serialize + DeserializeOwned,
    E: From<SystemError>,
{
    let unwritable = |error: serde_json::Error| SystemError::refused(error.to_string());
    let digest = Sha256::digest(serde_json::to_vec(request).map_err(unwritable)?);
    let digest = digest.as_slice();
    let key = context.key.as_str();
    let kept = transaction
        .prepare_cached("SELECT request, answer FROM answer WHERE operation = ?1 AND key = ?2")
        .and_then(|mut statement| {
            let columns =
                |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?));
            statement.query_row((operation, key), columns).optional()
        })
        .map_err(failed)?;
    if let Some((asked, answer)) = kept {
        if asked != digest {
            let key = key.to_owned();
            return Err(SystemError::KeyReused { key }.into());
        }
        let answer = serde_json::from_str(&answer);
        return Ok(answer.map_err(|error| SystemError::refused(error.to_string()))?);
    }
    let answer = work(transaction)?;
    let written = serde_json::to_string(&answer).map_err(unwritable)?;
    transaction
        .prepare_cached(
            "INSERT INTO answer (operation, key, request, answer, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .and_then(|mut statement| {
            let at = context.now.as_micros();
            statement.execute((operation, key, digest, written, at))
        })
        .map_err(failed)?;
    Ok(answer)
}
