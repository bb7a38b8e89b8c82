//! The contract of [`Identity`].

use super::{Breach, Calls, equal, given};
use crate::CallContext;
use crate::identity::{
    Account, Identity, IdentityFinding, IdentityVerdict, Login, LoginError, LoginPolicy, Password,
    VerifyIdentity,
};

/// The accounts that the implementation must have, with their passwords, under
/// [`LoginPolicy::default`]; the account [`BLOCKED`] must be closed.
pub const ACCOUNTS: [(&str, &str); 4] = [
    ("860314400190", "құпия сөз 1"),
    ("050140000011", "organisation"),
    ("operator-07", "operator"),
    BLOCKED,
];

/// The account that is closed.
pub const BLOCKED: (&str, &str) = ("operator-13", "blocked");

fn login(account: &str, password: &str) -> Login {
    Login {
        account: Account::parse(account),
        password: Password::new(password),
    }
}

async fn verdict(
    identity: &dyn Identity,
    context: &CallContext,
    account: &str,
    ticket: Option<&str>,
) -> Result<IdentityVerdict, Breach> {
    let request = VerifyIdentity {
        account: Account::parse(account),
        login_ticket: ticket.map(Into::into),
    };
    given(
        "a verdict is given",
        identity.verify(context, request).await,
    )
}

/// Asks an identity in which nobody has logged in yet.
///
/// # Errors
/// The first rule that does not hold.
pub async fn holds(identity: &dyn Identity) -> Result<(), Breach> {
    let mut calls = Calls::at("2026-03-02T10:00:00Z")?;
    tickets(identity, &mut calls).await?;
    closed_accounts(identity, &mut calls).await?;
    lockout(identity, &mut calls).await
}

async fn tickets(identity: &dyn Identity, calls: &mut Calls) -> Result<(), Breach> {
    let refused = |finding| IdentityVerdict::of(Some(finding));
    let [(person, password), (other, _), ..] = ACCOUNTS;

    let rule = "the right password gives a ticket, which proves the identity";
    let ticket = given(
        rule,
        identity.login(&calls.next(), login(person, password)).await,
    )?;
    let found = verdict(identity, &calls.next(), person, Some(&ticket.ticket)).await?;
    equal(rule, &found, &IdentityVerdict::of(None))?;
    equal(
        rule,
        &ticket.valid_until,
        &LoginPolicy::default().ticket_until(calls.now),
    )?;

    let rule = "two logins have two tickets";
    let second = given(
        rule,
        identity.login(&calls.next(), login(person, password)).await,
    )?;
    equal(rule, &(second.ticket == ticket.ticket), &false)?;

    let rule = "without a ticket nobody has logged in";
    let found = verdict(identity, &calls.next(), person, None).await?;
    equal(rule, &found, &refused(IdentityFinding::NotLoggedIn))?;
    let found = verdict(identity, &calls.next(), person, Some("guessed")).await?;
    equal(rule, &found, &refused(IdentityFinding::NotLoggedIn))?;

    let rule = "a ticket proves nothing for another account";
    let found = verdict(identity, &calls.next(), other, Some(&ticket.ticket)).await?;
    equal(rule, &found, &refused(IdentityFinding::NotLoggedIn))?;

    let rule = "a ticket is accepted up to the last instant and not after it";
    calls.now = ticket.valid_until;
    let found = verdict(identity, &calls.next(), person, Some(&ticket.ticket)).await?;
    equal(rule, &found, &IdentityVerdict::of(None))?;
    calls.now = super::at("2026-03-02T10:30:00.000001Z")?;
    let found = verdict(identity, &calls.next(), person, Some(&ticket.ticket)).await?;
    equal(rule, &found, &refused(IdentityFinding::LoginExpired))
}

async fn closed_accounts(identity: &dyn Identity, calls: &mut Calls) -> Result<(), Breach> {
    let rule = "an unknown account and a wrong password are told alike";
    let unknown = identity.login(&calls.next(), login("nobody", "x")).await;
    equal(rule, &unknown, &Err(LoginError::Refused))?;
    let wrong = identity
        .login(&calls.next(), login("operator-07", "x"))
        .await;
    equal(rule, &wrong, &Err(LoginError::Refused))?;
    let found = verdict(identity, &calls.next(), "nobody", None).await?;
    let expected = IdentityVerdict::of(Some(IdentityFinding::NotRegistered));
    equal("an unknown account is not registered", &found, &expected)?;

    let rule = "a closed account cannot log in and is not valid";
    let (account, password) = BLOCKED;
    let found = identity
        .login(&calls.next(), login(account, password))
        .await;
    equal(rule, &found, &Err(LoginError::Refused))?;
    let found = verdict(identity, &calls.next(), account, None).await?;
    equal(
        rule,
        &found,
        &IdentityVerdict::of(Some(IdentityFinding::Blocked)),
    )
}

async fn lockout(identity: &dyn Identity, calls: &mut Calls) -> Result<(), Breach> {
    let [_, (account, password), ..] = ACCOUNTS;
    let policy = LoginPolicy::default();

    let rule = "a right password forgets the wrong ones before it";
    for _ in 1..policy.attempts {
        let found = identity.login(&calls.next(), login(account, "x")).await;
        equal(rule, &found, &Err(LoginError::Refused))?;
    }
    given(
        rule,
        identity
            .login(&calls.next(), login(account, password))
            .await,
    )?;

    let rule = "so many wrong passwords in a row lock the account, the right one included";
    for _ in 0..policy.attempts {
        let found = identity.login(&calls.next(), login(account, "x")).await;
        equal(rule, &found, &Err(LoginError::Refused))?;
    }
    let until = policy.locked_until(calls.now);
    let found = identity
        .login(&calls.next(), login(account, password))
        .await;
    equal(rule, &found, &Err(LoginError::Locked { until }))?;

    let rule = "a lock ends, and the count begins anew";
    calls.now = until;
    let found = identity.login(&calls.next(), login(account, "x")).await;
    equal(rule, &found, &Err(LoginError::Refused))?;
    given(
        rule,
        identity
            .login(&calls.next(), login(account, password))
            .await,
    )
    .map(drop)
}
