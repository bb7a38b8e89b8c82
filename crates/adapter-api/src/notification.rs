//! Notifications: to the applicant's personal cabinet, by e-mail, to the workplace of a system.
//!
//! # Source
//! The regulations' "shows the status of the application", "hands over by e-mail".

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::document::Document;
use crate::{CallContext, Failure, Identifier, Operations, SystemError, typed};

/// Where a notification goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// The applicant's personal cabinet on the portal (`personal-cabinet`).
    PersonalCabinet,
    /// The applicant's e-mail (`e-mail`).
    Email,
    /// The workplace of a system, by its name (`center-system`).
    Workplace(String),
}

impl FromStr for Destination {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Destination, Infallible> {
        Ok(match text {
            "personal-cabinet" => Destination::PersonalCabinet,
            "e-mail" => Destination::Email,
            system => Destination::Workplace(system.to_owned()),
        })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Destination::PersonalCabinet => "personal-cabinet",
            Destination::Email => "e-mail",
            Destination::Workplace(system) => system,
        })
    }
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Destination {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Destination, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let Ok(destination) = text.parse();
        Ok(destination)
    }
}

/// What `notification.send` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notify {
    /// Where to; the personal cabinet where nothing is said.
    #[serde(default = "personal_cabinet")]
    pub to: Destination,
    /// The applicant: needed for the personal cabinet.
    #[serde(default)]
    pub iin: Option<Identifier>,
    /// The applicant's address: needed for e-mail.
    #[serde(default)]
    pub email: Option<String>,
    /// The status that is told; where nothing is said, the element of the call says what is told.
    #[serde(default)]
    pub status: Option<String>,
    /// The number of the application, once it has one.
    #[serde(default)]
    pub application_number: Option<String>,
    /// The document that goes with it.
    #[serde(default)]
    pub document: Option<Document>,
}

fn personal_cabinet() -> Destination {
    Destination::PersonalCabinet
}

/// What `notification.send` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notified {
    /// The number of the notification.
    pub notification: String,
}

/// Why a notification is not sent. That it was sent does not say that it was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// Terminal: the case does not say whom to tell.
    #[error("to notify by '{to}' needs a variable '{variable}'")]
    NoRecipient {
        /// Where to.
        to: Destination,
        /// The variable.
        variable: &'static str,
    },
    /// Business (`notification.undeliverable`): there is no such cabinet or address.
    #[error("the notification cannot be delivered: {message}")]
    Undeliverable {
        /// What went wrong.
        message: String,
    },
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<NotificationError> for Failure {
    fn from(error: NotificationError) -> Failure {
        let message = error.to_string();
        match error {
            NotificationError::NoRecipient { .. } => Failure::terminal(message),
            NotificationError::Undeliverable { .. } => {
                Failure::business("notification.undeliverable", message)
            }
            NotificationError::System(error) => error.into(),
        }
    }
}

impl Notify {
    /// Whether the request says whom to tell; every notifier checks it first.
    ///
    /// # Errors
    /// The personal cabinet without `iin`, e-mail without `email`.
    pub fn check(&self) -> Result<(), NotificationError> {
        let (is_known, variable) = match self.to {
            Destination::PersonalCabinet => (self.iin.is_some(), "iin"),
            Destination::Email => (self.email.is_some(), "email"),
            Destination::Workplace(_) => return Ok(()),
        };
        if is_known {
            return Ok(());
        }
        Err(NotificationError::NoRecipient {
            to: self.to.clone(),
            variable,
        })
    }
}

/// Tells applicants and workplaces.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Sends one notification (`notification.send`).
    ///
    /// # Errors
    /// Nobody to tell, no such cabinet or address, the system fails.
    async fn notify(
        &self,
        context: &CallContext,
        request: Notify,
    ) -> Result<Notified, NotificationError>;
}

/// `notification.send`: takes `to`, `iin`, `email`, `status`, `applicationNumber`, `document`;
/// gives `notification`.
pub fn operations(adapter: Arc<dyn Notifier>) -> Operations {
    Operations::new().with(
        "notification.send",
        typed(move |context: CallContext, request| {
            let adapter = Arc::clone(&adapter);
            async move { adapter.notify(&context, request).await }
        }),
    )
}
