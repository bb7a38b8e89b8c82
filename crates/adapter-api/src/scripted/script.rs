//! How a test directs one operation.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use super::lock;
use crate::resilience::Clock;
use crate::{Call, CallContext, Failure, Handler, IdempotencyKey, SystemError, Variables};

type Rule<Q, A, E> = Box<dyn Fn(&CallContext, &Q) -> Option<Result<A, E>> + Send + Sync>;

/// The script of one operation with requests `Q`, answers `A` and errors `E`.
///
/// A call is recorded, then waits for its delay, then meets its fault, if any; then the newest rule
/// that has an answer gives it, else the adapter itself.
pub struct Script<Q, A, E> {
    inner: Mutex<Inner<Q, A, E>>,
}

struct Inner<Q, A, E> {
    delays: VecDeque<(Duration, Arc<dyn Clock>)>,
    faults: VecDeque<Fault>,
    rules: Vec<Rule<Q, A, E>>,
    calls: Vec<(CallContext, Q)>,
    answers: BTreeMap<IdempotencyKey, (Q, A)>,
}

/// What goes wrong with a call.
enum Fault {
    /// It does not get there.
    Request(SystemError),
    /// It has its effect, but the answer does not come back.
    Answer(SystemError),
}

impl<Q, A, E> Default for Script<Q, A, E> {
    fn default() -> Script<Q, A, E> {
        Script {
            inner: Mutex::new(Inner {
                delays: VecDeque::new(),
                faults: VecDeque::new(),
                rules: Vec::new(),
                calls: Vec::new(),
                answers: BTreeMap::new(),
            }),
        }
    }
}

impl<Q, A, E> Script<Q, A, E> {
    /// Lets the next call that has no fault yet fail before it has an effect.
    pub fn fail(&self, error: SystemError) {
        lock(&self.inner).faults.push_back(Fault::Request(error));
    }

    /// Lets the next call that has no fault yet have its effect and lose its answer.
    pub fn lose_answer(&self, error: SystemError) {
        lock(&self.inner).faults.push_back(Fault::Answer(error));
    }

    /// Lets the next call that has no delay yet take so long.
    pub fn delay(&self, duration: Duration, clock: Arc<dyn Clock>) {
        lock(&self.inner).delays.push_back((duration, clock));
    }

    /// Answers by a rule from now on; where it gives none, older rules and the adapter answer.
    pub fn answer(
        &self,
        rule: impl Fn(&CallContext, &Q) -> Option<Result<A, E>> + Send + Sync + 'static,
    ) {
        lock(&self.inner).rules.push(Box::new(rule));
    }
}

impl<Q: Clone + PartialEq, A: Clone, E: From<SystemError>> Script<Q, A, E> {
    /// What was asked until now, in order, calls that failed included.
    #[must_use]
    pub fn calls(&self) -> Vec<(CallContext, Q)> {
        lock(&self.inner).calls.clone()
    }

    /// Plays a call that only reads.
    pub(super) async fn read(
        &self,
        context: &CallContext,
        request: Q,
        adapter: impl FnOnce(&Q) -> Result<A, E> + Send,
    ) -> Result<A, E> {
        self.play(context, request, false, adapter).await
    }

    /// Plays a call with an effect: the same key has it once and gets the first answer.
    pub(super) async fn effect(
        &self,
        context: &CallContext,
        request: Q,
        adapter: impl FnOnce(&Q) -> Result<A, E> + Send,
    ) -> Result<A, E> {
        self.play(context, request, true, adapter).await
    }

    async fn play(
        &self,
        context: &CallContext,
        request: Q,
        is_keyed: bool,
        adapter: impl FnOnce(&Q) -> Result<A, E> + Send,
    ) -> Result<A, E> {
        let (delay, fault) = {
            let mut inner = lock(&self.inner);
            inner.calls.push((context.clone(), request.clone()));
            (inner.delays.pop_front(), inner.faults.pop_front())
        };
        if let Some((duration, clock)) = delay {
            clock.sleep(duration).await;
        }
        if let Some(Fault::Request(error)) = fault {
            return Err(error.into());
        }
        let answer = self.perform(context, request, is_keyed, adapter);
        match (fault, answer) {
            (Some(Fault::Answer(error)), Ok(_)) => Err(error.into()),
            (_, answer) => answer,
        }
    }

    fn perform(
        &self,
        context: &CallContext,
        request: Q,
        is_keyed: bool,
        adapter: impl FnOnce(&Q) -> Result<A, E>,
    ) -> Result<A, E> {
        let mut inner = lock(&self.inner);
        if let Some((asked, answer)) = inner.answers.get(&context.key).filter(|_| is_keyed) {
            if *asked == request {
                return Ok(answer.clone());
            }
            let key = context.key.to_string();
            return Err(SystemError::KeyReused { key }.into());
        }
        let by_rule = inner.rules.iter().rev();
        let by_rule = by_rule.filter_map(|rule| rule(context, &request)).next();
        let answer = by_rule.unwrap_or_else(|| adapter(&request))?;
        if is_keyed {
            let kept = (request, answer.clone());
            inner.answers.insert(context.key.clone(), kept);
        }
        Ok(answer)
    }
}

/// A handler for whatever operation, with no behaviour but its script; without a rule it answers
/// with no variables.
#[derive(Default)]
pub struct ScriptedHandler {
    /// Directs it; requests and answers are variables.
    pub script: Script<Variables, Variables, Failure>,
}

impl ScriptedHandler {
    /// A handler that answers each call with these variables.
    #[must_use]
    pub fn answering(variables: Variables) -> ScriptedHandler {
        let handler = ScriptedHandler::default();
        handler
            .script
            .answer(move |_, _| Some(Ok(variables.clone())));
        handler
    }
}

#[async_trait]
impl Handler for ScriptedHandler {
    async fn handle(&self, call: Call) -> Result<Variables, Failure> {
        self.script
            .effect(&call.context, call.variables, |_| Ok(Variables::new()))
            .await
    }
}
