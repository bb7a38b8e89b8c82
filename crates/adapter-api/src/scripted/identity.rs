//! Accounts in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use reglament_core::timer::Timestamp;

use super::{Script, lock};
use crate::identity::{
    Account, Identity, IdentityError, IdentityFinding, IdentityVerdict, Login, LoginError,
    LoginPolicy, LoginTicket, VerifyIdentity,
};
use crate::{CallContext, SystemError};

/// Accounts in memory; passwords stand in clear text, so this is for tests alone.
#[derive(Default)]
pub struct ScriptedIdentity {
    /// Directs [`Identity::verify`].
    pub verify: Script<VerifyIdentity, IdentityVerdict, IdentityError>,
    policy: LoginPolicy,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: BTreeMap<Account, Record>,
    tickets: BTreeMap<String, (Account, Timestamp)>,
    login_failures: Vec<SystemError>,
}

struct Record {
    password: String,
    is_blocked: bool,
    failures: u32,
    locked_until: Option<Timestamp>,
}

impl ScriptedIdentity {
    /// No accounts yet.
    #[must_use]
    pub fn new(policy: LoginPolicy) -> ScriptedIdentity {
        ScriptedIdentity {
            policy,
            ..ScriptedIdentity::default()
        }
    }

    /// Registers an account.
    pub fn register(&self, account: Account, password: &str) {
        let record = Record {
            password: password.to_owned(),
            is_blocked: false,
            failures: 0,
            locked_until: None,
        };
        lock(&self.state).accounts.insert(account, record);
    }

    /// Closes an account.
    pub fn block(&self, account: &Account) {
        if let Some(record) = lock(&self.state).accounts.get_mut(account) {
            record.is_blocked = true;
        }
    }

    /// Lets a login fail; the next one takes the failure that was given last. A login has no script
    /// of its own, because what is recorded must hold no password.
    pub fn fail_login(&self, error: SystemError) {
        lock(&self.state).login_failures.push(error);
    }
}

impl State {
    fn login(
        &mut self,
        policy: &LoginPolicy,
        now: Timestamp,
        login: &Login,
    ) -> Result<LoginTicket, LoginError> {
        if let Some(error) = self.login_failures.pop() {
            return Err(error.into());
        }
        let account = self.accounts.get_mut(&login.account);
        let record = account.ok_or(LoginError::Refused)?;
        if let Some(until) = record.locked_until {
            if now < until {
                return Err(LoginError::Locked { until });
            }
            record.locked_until = None;
            record.failures = 0;
        }
        if record.is_blocked || record.password != login.password.expose() {
            record.failures += 1;
            if record.failures >= policy.attempts {
                record.locked_until = Some(policy.locked_until(now));
            }
            return Err(LoginError::Refused);
        }
        record.failures = 0;
        let ticket = format!("ticket-{}", self.tickets.len() + 1);
        let valid_until = policy.ticket_until(now);
        self.tickets
            .insert(ticket.clone(), (login.account.clone(), valid_until));
        Ok(LoginTicket {
            ticket,
            valid_until,
        })
    }

    fn finding(&self, now: Timestamp, request: &VerifyIdentity) -> Option<IdentityFinding> {
        let Some(record) = self.accounts.get(&request.account) else {
            return Some(IdentityFinding::NotRegistered);
        };
        if record.is_blocked {
            return Some(IdentityFinding::Blocked);
        }
        let ticket = request.login_ticket.as_ref();
        match ticket.and_then(|ticket| self.tickets.get(ticket)) {
            Some((account, _)) if *account != request.account => Some(IdentityFinding::NotLoggedIn),
            Some((_, valid_until)) if now > *valid_until => Some(IdentityFinding::LoginExpired),
            Some(_) => None,
            None => Some(IdentityFinding::NotLoggedIn),
        }
    }
}

#[async_trait]
impl Identity for ScriptedIdentity {
    async fn login(&self, context: &CallContext, login: Login) -> Result<LoginTicket, LoginError> {
        lock(&self.state).login(&self.policy, context.now, &login)
    }

    async fn verify(
        &self,
        context: &CallContext,
        request: VerifyIdentity,
    ) -> Result<IdentityVerdict, IdentityError> {
        let answer = |request: &VerifyIdentity| {
            let finding = lock(&self.state).finding(context.now, request);
            Ok(IdentityVerdict::of(finding))
        };
        self.verify.read(context, request, answer).await
    }
}
