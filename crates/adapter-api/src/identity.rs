//! Identity: who logs in, and whether the data of who acts are those of a registered account.
//!
//! # Source
//! The regulations' authorization steps: the recipient by IIN or BIN and password on the portal, the
//! operator or employee by login and password at the workplace; then the check of "the authenticity
//! of the data about the registered recipient".

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reglament_core::timer::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{CallContext, Failure, Identifier, Operations, SystemError, typed};

/// Whose account: an applicant's by IIN or BIN, an operator's or employee's by login.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// An applicant on the portal.
    Applicant(Identifier),
    /// Somebody who works for the provider or a service center.
    Operator(String),
}

impl Account {
    /// Twelve digits that are an IIN or BIN name an applicant, everything else a login.
    #[must_use]
    pub fn parse(text: &str) -> Account {
        match Identifier::parse(text) {
            Ok(identifier) => Account::Applicant(identifier),
            Err(_) => Account::Operator(text.to_owned()),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Account::Applicant(identifier) => identifier.fmt(f),
            Account::Operator(login) => f.pad(login),
        }
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Account, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Ok(Account::parse(&text))
    }
}

/// A password: not printed, not serialised, overwritten when dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the password.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Password {
        Password(Zeroizing::new(text.into()))
    }

    /// The password, for hashing.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// What a login asks. It never becomes a variable of a process: the program that shows the login
/// form calls [`Identity::login`], and the process gets the ticket.
#[derive(Clone, Debug)]
pub struct Login {
    /// Whose account.
    pub account: Account,
    /// The password that was entered.
    pub password: Password,
}

/// The proof of a login, good for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginTicket {
    /// What cannot be guessed; the flows carry it as `loginTicket`.
    pub ticket: String,
    /// Until when it is accepted.
    #[serde(with = "crate::instant")]
    pub valid_until: Timestamp,
}

/// What `identity.verify` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyIdentity {
    /// Who acts.
    pub account: Account,
    /// The proof that they have logged in.
    #[serde(default)]
    pub login_ticket: Option<String>,
}

/// What `identity.verify` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityVerdict {
    /// Whether the account is registered, may act, and is proved to be logged in.
    pub identity_valid: bool,
    /// Why not.
    #[serde(default)]
    pub identity_finding: Option<IdentityFinding>,
}

/// Why an identity is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityFinding {
    /// There is no such account.
    NotRegistered,
    /// The account was closed.
    Blocked,
    /// There is no ticket, or it is not of this account.
    NotLoggedIn,
    /// The ticket is too old.
    LoginExpired,
}

impl IdentityVerdict {
    /// A verdict: valid where there is no finding.
    #[must_use]
    pub fn of(finding: Option<IdentityFinding>) -> IdentityVerdict {
        IdentityVerdict {
            identity_valid: finding.is_none(),
            identity_finding: finding,
        }
    }
}

/// Why a login is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Business (`login.refused`): there is no such account or the password is wrong; which of the
    /// two is not told.
    #[error("the account or the password is wrong")]
    Refused,
    /// Business (`login.locked`): too many wrong passwords; nothing is checked before that time.
    #[error("too many wrong passwords: locked until {until}")]
    Locked {
        /// Until when.
        until: Timestamp,
    },
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

/// Why an identity cannot be verified. That it is not accepted is no failure but a verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Failure {
        let message = error.to_string();
        match error {
            LoginError::Refused => Failure::business("login.refused", message),
            LoginError::Locked { .. } => Failure::business("login.locked", message),
            LoginError::System(error) => error.into(),
        }
    }
}

impl From<IdentityError> for Failure {
    fn from(IdentityError::System(error): IdentityError) -> Failure {
        error.into()
    }
}

/// How passwords may be guessed and how long a login is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginPolicy {
    /// So many wrong passwords in a row lock the account.
    pub attempts: u32,
    /// So long it stays locked; the count begins anew after that.
    pub locked_for: Duration,
    /// So long a ticket is accepted.
    pub ticket_for: Duration,
}

impl Default for LoginPolicy {
    /// Five attempts, a quarter of an hour, half an hour.
    fn default() -> LoginPolicy {
        LoginPolicy {
            attempts: 5,
            locked_for: Duration::from_secs(15 * 60),
            ticket_for: Duration::from_secs(30 * 60),
        }
    }
}

impl LoginPolicy {
    /// Until when an account is locked that is locked now.
    #[must_use]
    pub fn locked_until(&self, now: Timestamp) -> Timestamp {
        later(now, self.locked_for)
    }

    /// Until when a ticket is accepted that is given now.
    #[must_use]
    pub fn ticket_until(&self, now: Timestamp) -> Timestamp {
        later(now, self.ticket_for)
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    now.checked_add_micros(micros).unwrap_or(Timestamp::MAX)
}

/// The accounts of applicants, operators and employees.
#[async_trait]
pub trait Identity: Send + Sync {
    /// Checks a password and gives a ticket.
    ///
    /// # Errors
    /// The account or password is wrong, the account is locked, the system fails.
    async fn login(&self, context: &CallContext, login: Login) -> Result<LoginTicket, LoginError>;

    /// Says whether who acts is a registered account that has logged in (`identity.verify`).
    ///
    /// # Errors
    /// The system fails.
    async fn verify(
        &self,
        context: &CallContext,
        request: VerifyIdentity,
    ) -> Result<IdentityVerdict, IdentityError>;
}

/// `identity.verify`: takes `account` and `loginTicket`; gives `identityValid` and
/// `identityFinding`.
pub fn operations(adapter: Arc<dyn Identity>) -> Operations {
    Operations::new().with(
        "identity.verify",
        typed(move |context: CallContext, request| {
            let adapter = Arc::clone(&adapter);
            async move { adapter.verify(&context, request).await }
        }),
    )
}
