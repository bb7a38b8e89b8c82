//! The contract of [`SignatureService`].

use super::{Breach, Calls, at, equal, given, identifier};
use crate::signature::{SignatureError, SignatureService, SignatureVerdict, VerifySignature};

/// Whose certificate is in force from [`NOT_BEFORE`] to [`NOT_AFTER`] and never revoked.
pub const IN_FORCE: &str = "860314400190";
/// Whose certificate is of the same validity, but revoked at [`REVOKED`].
pub const REVOKED_HOLDER: &str = "791103300273";
/// The first instant of the validity of both.
pub const NOT_BEFORE: &str = "2013-01-01T00:00:00Z";
/// When the second was revoked.
pub const REVOKED: &str = "2013-06-01T00:00:00Z";
/// The last instant of the validity of both.
pub const NOT_AFTER: &str = "2013-12-31T23:59:59Z";

/// Asks a service that knows these two certificates.
///
/// # Errors
/// The first rule that does not hold.
pub async fn holds(service: &dyn SignatureService) -> Result<(), Breach> {
    let mut calls = Calls::at(NOT_BEFORE)?;
    let ask = |request: &str, certificate: &str| {
        Ok(VerifySignature {
            request_identifier: identifier(request)?,
            certificate_identifier: identifier(certificate)?,
            certificate: None,
            request_signature: None,
        })
    };
    let cases = [
        (
            "2012-12-31T23:59:59Z",
            IN_FORCE,
            IN_FORCE,
            (false, false, true),
        ),
        (NOT_BEFORE, IN_FORCE, IN_FORCE, (true, false, true)),
        (NOT_AFTER, IN_FORCE, IN_FORCE, (true, false, true)),
        (
            "2014-01-01T00:00:00Z",
            IN_FORCE,
            IN_FORCE,
            (false, false, true),
        ),
        (NOT_BEFORE, REVOKED_HOLDER, IN_FORCE, (true, false, false)),
        (
            "2013-05-31T23:59:59Z",
            REVOKED_HOLDER,
            REVOKED_HOLDER,
            (true, false, true),
        ),
        (REVOKED, REVOKED_HOLDER, REVOKED_HOLDER, (true, true, true)),
        (
            "2014-01-01T00:00:00Z",
            IN_FORCE,
            REVOKED_HOLDER,
            (false, true, false),
        ),
    ];
    for (now, request, certificate, verdict) in cases {
        let rule = "validity, revocation and identity are told apart, at the time of the call";
        calls.now = at(now)?;
        let found = service
            .verify(&calls.next(), ask(request, certificate)?)
            .await;
        let (certificate_in_force, certificate_revoked, identity_matches) = verdict;
        let expected = SignatureVerdict {
            certificate_in_force,
            certificate_revoked,
            identity_matches,
        };
        equal(rule, &given(rule, found)?, &expected)?;
    }
    let rule = "a certificate that nobody knows is not taken for one that is not in force";
    let stranger = "110520500312";
    let found = service
        .verify(&calls.next(), ask(stranger, stranger)?)
        .await;
    let identifier = identifier(stranger)?;
    let expected = Err(SignatureError::UnknownCertificate { identifier });
    equal(rule, &found, &expected)
}
