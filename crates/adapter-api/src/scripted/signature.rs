//! Certificates and keys in memory. Nothing is signed: the signature says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use async_trait::async_trait;
use reglament_core::timer::Timestamp;

use super::{Script, lock};
use crate::identity::Account;
use crate::signature::{
    SignDocument, SignError, Signature, SignatureError, SignatureService, SignatureVerdict,
    SignedDocument, VerifySignature,
};
use crate::{CallContext, Identifier};

/// A certificate in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptedCertificate {
    /// The first instant of its validity.
    pub not_before: Timestamp,
    /// The last instant of its validity.
    pub not_after: Timestamp,
    /// Since when it is revoked.
    pub revoked_since: Option<Timestamp>,
}

/// Certificates and keys in memory.
#[derive(Default)]
pub struct ScriptedSignatures {
    /// Directs [`SignatureService::verify`].
    pub verify: Script<VerifySignature, SignatureVerdict, SignatureError>,
    /// Directs [`SignatureService::sign`].
    pub sign: Script<SignDocument, SignedDocument, SignError>,
    certificates: Mutex<BTreeMap<Identifier, ScriptedCertificate>>,
    signers: Mutex<BTreeSet<Account>>,
}

impl ScriptedSignatures {
    /// Enters the certificate of a person or organisation, in the place of an earlier one.
    pub fn insert(&self, identifier: Identifier, certificate: ScriptedCertificate) {
        lock(&self.certificates).insert(identifier, certificate);
    }

    /// Gives a key to who may sign.
    pub fn allow(&self, signer: Account) {
        lock(&self.signers).insert(signer);
    }

    fn verdict(
        &self,
        now: Timestamp,
        request: &VerifySignature,
    ) -> Result<SignatureVerdict, SignatureError> {
        let identifier = request.certificate_identifier;
        let certificates = lock(&self.certificates);
        let certificate = certificates.get(&identifier);
        let certificate = certificate.ok_or(SignatureError::UnknownCertificate { identifier })?;
        let validity = certificate.not_before..=certificate.not_after;
        Ok(SignatureVerdict {
            certificate_in_force: validity.contains(&now),
            certificate_revoked: certificate.revoked_since.is_some_and(|since| since <= now),
            identity_matches: request.request_identifier == identifier,
        })
    }
}

#[async_trait]
impl SignatureService for ScriptedSignatures {
    async fn verify(
        &self,
        context: &CallContext,
        request: VerifySignature,
    ) -> Result<SignatureVerdict, SignatureError> {
        let answer = |request: &VerifySignature| self.verdict(context.now, request);
        self.verify.read(context, request, answer).await
    }

    async fn sign(
        &self,
        context: &CallContext,
        request: SignDocument,
    ) -> Result<SignedDocument, SignError> {
        let answer = |request: &SignDocument| {
            let signed_by = request.signer.clone();
            if !lock(&self.signers).contains(&signed_by) {
                return Err(SignError::NoKey { signer: signed_by });
            }
            let signature = Signature {
                signed_by,
                algorithm: "none".into(),
                value: String::new(),
            };
            Ok(SignedDocument { signature })
        };
        self.sign.effect(context, request, answer).await
    }
}
