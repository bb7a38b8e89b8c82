//! Electronic digital signatures: checking the certificate and the signature, signing.
//!
//! # Source
//! The regulations' check of the EDS registration certificate: its period of validity, its absence
//! from the list of revoked (cancelled) certificates, the match of the IIN or BIN in the request
//! with that in the certificate.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::identity::Account;
use crate::{CallContext, Failure, Identifier, Operations, SystemError, typed};

/// What `signature.verify` asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifySignature {
    /// The IIN or BIN in the request.
    pub request_identifier: Identifier,
    /// The IIN or BIN in the certificate that was chosen.
    pub certificate_identifier: Identifier,
    /// The certificate, base64 of its DER, where the flow has it.
    #[serde(default)]
    pub certificate: Option<String>,
    /// The signature with its data, where the request is already signed.
    #[serde(default)]
    pub request_signature: Option<serde_json::Value>,
}

/// What `signature.verify` answers; the request is confirmed when the certificate is in force, not
/// revoked, and the identities match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignatureVerdict {
    /// Whether the time of the call lies within the certificate's period of validity.
    pub certificate_in_force: bool,
    /// Whether the certificate is on the list of revoked ones.
    pub certificate_revoked: bool,
    /// Whether the IIN or BIN of the request is that of the certificate.
    pub identity_matches: bool,
}

/// What `signature.sign` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignDocument {
    /// The document.
    pub document: Document,
    /// Whose key signs.
    pub signer: Account,
}

/// What `signature.sign` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedDocument {
    /// The signature.
    pub signature: Signature,
}

/// A signature under a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// Who signed.
    pub signed_by: Account,
    /// The algorithm, as the signer names it.
    pub algorithm: String,
    /// The signature, base64.
    pub value: String,
}

/// Why a signature cannot be verified. That it is not valid is no failure but a verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Business (`signature.unreadable`): what was sent is no certificate or signature.
    #[error("not a certificate or signature: {message}")]
    Unreadable {
        /// What was expected and found.
        message: String,
    },
    /// Business (`signature.unknown-certificate`): nobody we trust issued the certificate.
    #[error("no trusted certificate of '{identifier}'")]
    UnknownCertificate {
        /// The IIN or BIN that was said to be in the certificate.
        identifier: Identifier,
    },
    /// Retryable: the list of revoked certificates cannot be had or is out of date. It is never
    /// taken for "not revoked".
    #[error("the list of revoked certificates cannot be had: {message}")]
    RevocationUnknown {
        /// What went wrong.
        message: String,
    },
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

/// Why a document is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Terminal: there is no key of this signer, or it may not be used.
    #[error("no key to sign with for '{signer}'")]
    NoKey {
        /// Who should sign.
        signer: Account,
    },
    /// Terminal: there is no such document.
    #[error("no document '{reference}'")]
    NoDocument {
        /// The reference.
        reference: String,
    },
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<SignatureError> for Failure {
    fn from(error: SignatureError) -> Failure {
        let message = error.to_string();
        match error {
            SignatureError::Unreadable { .. } => Failure::business("signature.unreadable", message),
            SignatureError::UnknownCertificate { .. } => {
                Failure::business("signature.unknown-certificate", message)
            }
            SignatureError::RevocationUnknown { .. } => Failure::retryable(message),
            SignatureError::System(error) => error.into(),
        }
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Failure {
        let message = error.to_string();
        match error {
            SignError::NoKey { .. } | SignError::NoDocument { .. } => Failure::terminal(message),
            SignError::System(error) => error.into(),
        }
    }
}

/// Checks signatures and signs.
#[async_trait]
pub trait SignatureService: Send + Sync {
    /// Checks a certificate and, where there is one, the signature (`signature.verify`).
    ///
    /// # Errors
    /// The certificate cannot be read or trusted, its revocation is unknown, the system fails.
    async fn verify(
        &self,
        context: &CallContext,
        request: VerifySignature,
    ) -> Result<SignatureVerdict, SignatureError>;

    /// Signs a document (`signature.sign`).
    ///
    /// # Errors
    /// There is no key or no document, the system fails.
    async fn sign(
        &self,
        context: &CallContext,
        request: SignDocument,
    ) -> Result<SignedDocument, SignError>;
}

/// `signature.verify`: takes `requestIdentifier`, `certificateIdentifier`, `certificate`,
/// `requestSignature`; gives `certificateInForce`, `certificateRevoked`, `identityMatches`.
/// `signature.sign`: takes `document`, `signer`; gives `signature`.
pub fn operations(adapter: Arc<dyn SignatureService>) -> Operations {
    let signing = Arc::clone(&adapter);
    Operations::new()
        .with(
            "signature.verify",
            typed(move |context: CallContext, request| {
                let adapter = Arc::clone(&adapter);
                async move { adapter.verify(&context, request).await }
            }),
        )
        .with(
            "signature.sign",
            typed(move |context: CallContext, request| {
                let adapter = Arc::clone(&signing);
                async move { adapter.sign(&context, request).await }
            }),
        )
}
