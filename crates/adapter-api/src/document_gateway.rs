//! The gateway through which agencies exchange documents and statuses.
//!
//! # Source
//! The e-government gateway (ЭҮШ) and its regional gateways (ЭҮАШ) of the regulations.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::{CallContext, Failure, Operations, SystemError, typed};

/// What `gateway.send` asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendThroughGateway {
    /// The systems that it goes to; a model may name one or a list.
    #[serde(deserialize_with = "crate::one_or_many::deserialize")]
    pub to: Vec<String>,
    /// The gateway, where the regulation names it.
    #[serde(default)]
    pub through: Option<String>,
    /// The status of the application that is told.
    #[serde(default)]
    pub status: Option<String>,
    /// The number of the application, once it has one.
    #[serde(default)]
    pub application_number: Option<String>,
    /// The request, where it is sent.
    #[serde(default)]
    pub request: Option<serde_json::Value>,
    /// The signature under the request.
    #[serde(default)]
    pub request_signature: Option<serde_json::Value>,
    /// The document that goes with it.
    #[serde(default)]
    pub document: Option<Document>,
}

/// What `gateway.send` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentThroughGateway {
    /// The gateway that carried it.
    pub sent_through: String,
    /// The gateway's number of the message.
    pub gateway_message: String,
}

/// Why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// Terminal: the gateway knows no such system, or none was named.
    #[error("the gateway knows no system '{to}'")]
    UnknownSystem {
        /// The system.
        to: String,
    },
    /// Business (`gateway.rejected`): the receiving system does not take it.
    #[error("'{to}' rejects the message: {message}")]
    Rejected {
        /// The system.
        to: String,
        /// Its reason.
        message: String,
    },
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<GatewayError> for Failure {
    fn from(error: GatewayError) -> Failure {
        let message = error.to_string();
        match error {
            GatewayError::UnknownSystem { .. } => Failure::terminal(message),
            GatewayError::Rejected { .. } => Failure::business("gateway.rejected", message),
            GatewayError::System(error) => error.into(),
        }
    }
}

/// Sends documents and statuses between agencies.
#[async_trait]
pub trait DocumentGateway: Send + Sync {
    /// Sends to all systems or to none (`gateway.send`).
    ///
    /// # Errors
    /// A system is unknown or rejects the message, the gateway fails.
    async fn send(
        &self,
        context: &CallContext,
        request: SendThroughGateway,
    ) -> Result<SentThroughGateway, GatewayError>;
}

/// `gateway.send`: takes `to`, `through`, `status`, `applicationNumber`, `request`,
/// `requestSignature`, `document`; gives `sentThrough`, `gatewayMessage`.
pub fn operations(adapter: Arc<dyn DocumentGateway>) -> Operations {
    Operations::new().with(
        "gateway.send",
        typed(move |context: CallContext, request| {
            let adapter = Arc::clone(&adapter);
            async move { adapter.send(&context, request).await }
        }),
    )
}
