//! Accounts: passwords as hashes, a lock after too many wrong ones, tickets as digests.

use async_trait::async_trait;
use reglament_adapter_api::identity::{
    Account, Identity, IdentityError, IdentityFinding, IdentityVerdict, Login, LoginError,
    LoginPolicy, LoginTicket, Password, VerifyIdentity,
};
use reglament_adapter_api::{CallContext, SystemError};
use reglament_core::timer::Timestamp;
use rusqlite::{OptionalExtension, Transaction};
use sha2::{Digest, Sha256};

use super::database::{Database, failed};
use super::password::Hasher;

/// Accounts in a file.
#[derive(Clone)]
pub struct SqliteIdentity {
    database: Database,
    hasher: Hasher,
    policy: LoginPolicy,
}

impl SqliteIdentity {
    /// The accounts in this file. Starts the thread that hashes passwords.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn new(database: Database, policy: LoginPolicy) -> Result<SqliteIdentity, SystemError> {
        Ok(SqliteIdentity {
            database,
            hasher: Hasher::start()?,
            policy,
        })
    }

    /// Registers an account, or gives a registered one a new password, which also unlocks it.
    /// Tickets of the old password are no longer accepted.
    ///
    /// # Errors
    /// The file of the adapter fails.
    pub async fn register(&self, account: Account, password: Password) -> Result<(), SystemError> {
        let hash = self.hasher.hash(password).await?;
        let work = move |transaction: &Transaction<'_>| {
            let name = account.to_string();
            transaction.execute("DELETE FROM ticket WHERE account = ?1", [&name])?;
            transaction.execute(
                "INSERT INTO account (name, password) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE
                 SET password = excluded.password, failures = 0, locked_until = NULL",
                (&name, &hash),
            )
        };
        let done = self
            .database
            .transact(move |transaction| work(transaction).map_err(failed));
        done.await.map(drop)
    }

    /// Closes an account, or opens it again; gives whether there is one.
    ///
    /// # Errors
    /// The file of the adapter fails.
    pub async fn set_blocked(&self, account: Account, blocked: bool) -> Result<bool, SystemError> {
        let done = self.database.transact(move |transaction| {
            let sql = "UPDATE account SET blocked = ?2 WHERE name = ?1";
            let changed = transaction.execute(sql, (account.to_string(), blocked));
            changed.map_err(failed)
        });
        Ok(done.await? > 0)
    }

    /// Counts the attempt before the password is compared, so that attempts made at once cannot be
    /// more than those made one after the other. Gives the hash, if there is an account.
    async fn attempt(
        &self,
        now: Timestamp,
        account: &Account,
    ) -> Result<Option<String>, LoginError> {
        let (policy, name) = (self.policy, account.to_string());
        self.database
            .transact(move |transaction| attempt(transaction, &policy, now, &name))
            .await
    }

    async fn give_ticket(
        &self,
        now: Timestamp,
        account: &Account,
    ) -> Result<LoginTicket, LoginError> {
        let ticket = random_ticket()?;
        let valid_until = self.policy.ticket_until(now);
        let (name, digest) = (account.to_string(), digest(&ticket));
        let work = move |transaction: &Transaction<'_>| {
            let sql = "DELETE FROM ticket WHERE valid_until < ?1";
            transaction.execute(sql, [now.as_micros()])?;
            let sql = "UPDATE account SET failures = 0, locked_until = NULL WHERE name = ?1";
            transaction.execute(sql, [&name])?;
            let sql = "INSERT INTO ticket (digest, account, valid_until) VALUES (?1, ?2, ?3)";
            transaction.execute(sql, (&digest, &name, valid_until.as_micros()))
        };
        let done = self
            .database
            .transact(move |transaction| work(transaction).map_err(failed));
        done.await?;
        Ok(LoginTicket {
            ticket,
            valid_until,
        })
    }
}

fn attempt(
    transaction: &Transaction<'_>,
    policy: &LoginPolicy,
    now: Timestamp,
    name: &str,
) -> Result<Option<String>, LoginError> {
    let sql = "SELECT password, blocked, failures, locked_until FROM account WHERE name = ?1";
    let found = transaction.query_row(sql, [name], |row| {
        let locked_until: Option<i64> = row.get(3)?;
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, bool>(1)?,
            row.get::<_, u32>(2)?,
            locked_until.map(Timestamp::from_micros),
        ))
    });
    let found = found.optional().map_err(failed)?;
    let Some((hash, is_blocked, failures, locked_until)) = found else {
        return Ok(None);
    };
    let failures = match locked_until {
        Some(until) if now < until => return Err(LoginError::Locked { until }),
        Some(_) => 1,
        None => failures.saturating_add(1),
    };
    let is_last = failures >= policy.attempts;
    let locked = is_last.then(|| policy.locked_until(now).as_micros());
    let sql = "UPDATE account SET failures = ?2, locked_until = ?3 WHERE name = ?1";
    let counted = transaction.execute(sql, (name, failures, locked));
    counted.map_err(failed)?;
    Ok((!is_blocked).then_some(hash))
}

/// 256 bits of the machine's randomness, in hexadecimal digits.
fn random_ticket() -> Result<String, SystemError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| SystemError::unavailable(format!("no random numbers: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn digest(ticket: &str) -> Vec<u8> {
    Sha256::digest(ticket.as_bytes()).to_vec()
}

fn finding(
    transaction: &Transaction<'_>,
    now: Timestamp,
    request: &VerifyIdentity,
) -> rusqlite::Result<Option<IdentityFinding>> {
    let name = request.account.to_string();
    let sql = "SELECT blocked FROM account WHERE name = ?1";
    let blocked = transaction.query_row(sql, [&name], |row| row.get(0));
    match blocked.optional()? {
        None => return Ok(Some(IdentityFinding::NotRegistered)),
        Some(true) => return Ok(Some(IdentityFinding::Blocked)),
        Some(false) => {}
    }
    let Some(ticket) = &request.login_ticket else {
        return Ok(Some(IdentityFinding::NotLoggedIn));
    };
    let sql = "SELECT valid_until FROM ticket WHERE digest = ?1 AND account = ?2";
    let valid_until = transaction.query_row(sql, (digest(ticket), &name), |row| row.get(0));
    Ok(match valid_until.optional()? {
        None => Some(IdentityFinding::NotLoggedIn),
        Some(until) if now > Timestamp::from_micros(until) => Some(IdentityFinding::LoginExpired),
        Some(_) => None,
    })
}

#[async_trait]
impl Identity for SqliteIdentity {
    async fn login(&self, context: &CallContext, login: Login) -> Result<LoginTicket, LoginError> {
        let kept = self.attempt(context.now, &login.account).await?;
        if !self.hasher.verify(login.password, kept).await? {
            return Err(LoginError::Refused);
        }
        self.give_ticket(context.now, &login.account).await
    }

    async fn verify(
        &self,
        context: &CallContext,
        request: VerifyIdentity,
    ) -> Result<IdentityVerdict, IdentityError> {
        let now = context.now;
        self.database
            .transact(move |transaction| {
                let finding = finding(transaction, now, &request).map_err(failed)?;
                Ok(IdentityVerdict::of(finding))
            })
            .await
    }
}
