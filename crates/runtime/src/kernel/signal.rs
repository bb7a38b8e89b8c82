//! Signals: to every arm that was there when the signal was thrown, each once, and to every start.
//!
//! A signal is a row that says which arms it is for, by their numbers, and how far it has come. Each
//! arm notes the newest signal that it has got, so that a crash in the middle gives it to nobody twice.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, Command as Order, InstanceId, MessageStart, Variables};

use super::begin::Opening;
use super::group::Group;
use super::ledger::EngineEvent;
use super::step::rejected;
use super::{Failure, Kernel};
use crate::case::{CaseEvent, CaseFacts, ChosenVersion};
use crate::command::Answer;
use crate::error::Refusal;
use crate::store::{ArmQuery, Freight, IndexChange, MessageRow, SubscriptionRow};

/// To how many arms one group gives a signal.
pub const SIGNAL_PAGE: usize = 64;

impl Kernel {
    pub(super) fn broadcast(
        &mut self,
        group: &mut Group,
        name: &Arc<str>,
        variables: &Variables,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        if name.is_empty() {
            return Err(Refusal::InvalidMessage.into());
        }
        let mut changes = Vec::new();
        let rows = self.signal_rows(name, variables, None, now, &mut changes)?;
        changes.extend(rows);
        let event = EngineEvent::SignalBroadcast {
            number: self.given.numbers,
            name: Arc::clone(name),
        };
        self.note(group, vec![(Arc::clone(actor), event)], changes, now)?;
        Ok(Answer::Done)
    }

    /// The rows of a signal: one for the arms that wait for it, one for each case that it begins.
    pub(super) fn signal_rows(
        &mut self,
        name: &Arc<str>,
        variables: &Variables,
        sender: Option<(InstanceId, Arc<str>)>,
        now: Timestamp,
        changes: &mut Vec<IndexChange>,
    ) -> Result<Vec<IndexChange>, Failure> {
        let payload = self.ledger.seal("payload", variables, changes)?;
        let until = self.given.numbers;
        let arms = Freight::Signal { until, done: 0 };
        let starts = self
            .catalogue
            .signal_beginnings(name)
            .into_iter()
            .map(|it| {
                let program = &it.definition.program;
                Freight::Start {
                    definition: it.definition.digest,
                    at: Arc::clone(&program.infos[it.start.at].id),
                    event: it
                        .start
                        .event
                        .map(|event| Arc::clone(&program.infos[event].id)),
                }
            });
        let freights: Vec<Freight> = std::iter::once(arms).chain(starts).collect();
        let mut rows = Vec::with_capacity(freights.len());
        for freight in freights {
            rows.push(IndexChange::Message(Box::new(MessageRow {
                number: self.next_number(),
                routed: false,
                name: Arc::clone(name),
                key: None,
                sender: sender.clone(),
                target: None,
                partner: None,
                expires: None,
                published_at: now,
                freight,
                payload: payload.clone(),
            })));
        }
        Ok(rows)
    }

    /// Gives a signal to the next arms that it is for.
    pub(super) async fn fan_out(
        &mut self,
        group: &mut Group,
        row: MessageRow,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let Freight::Signal { until, done } = row.freight else {
            return Ok(());
        };
        let query = ArmQuery::Signal {
            name: Arc::clone(&row.name),
            after: done,
            until,
        };
        let arms = group
            .overlay
            .subscriptions(&self.pipe, query, SIGNAL_PAGE)
            .await?;
        let variables: Variables = self.ledger.open("payload", &row.payload)?;
        let last = arms.last().map(|arm| arm.number);
        let all = arms.len() < SIGNAL_PAGE;
        for arm in arms {
            let thrower = row.sender.as_ref().map(|(instance, _)| *instance);
            if thrower == Some(arm.owner.instance) || arm.served >= row.number {
                continue;
            }
            match self
                .give(group, &arm, row.number, variables.clone(), now)
                .await
            {
                // Who is not there any more, or cannot go on, has missed it.
                Ok(()) | Err(Failure::Refused(_) | Failure::Unreadable(..)) => {}
                Err(failure) => return Err(failure),
            }
        }
        let change = match last {
            Some(done) if !all => IndexChange::Message(Box::new(MessageRow {
                freight: Freight::Signal { until, done },
                ..row
            })),
            _ => IndexChange::MessageGone(row.number),
        };
        self.note(group, Vec::new(), vec![change], now)
    }

    async fn give(
        &mut self,
        group: &mut Group,
        arm: &SubscriptionRow,
        number: u64,
        variables: Variables,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let engine = Arc::new(Actor::system());
        let (instance, owner, place) = (arm.owner.instance, arm.owner.key, arm.arm);
        self.step(group, instance, Vec::new(), now, |case, step| {
            let mark = case.head.arms.get(&(owner, place));
            if mark.is_none_or(|mark| mark.served >= number) {
                return Ok(());
            }
            let refuse = rejected(instance);
            let served = CaseEvent::SignalServed {
                owner,
                arm: place,
                number,
            };
            let order = Order::Trigger {
                owner,
                arm: place,
                variables,
            };
            case.record(step, &engine, served).map_err(&refuse)?;
            case.execute(step, &engine, order).map_err(&refuse)
        })
        .await
    }

    /// Begins a case by a signal.
    pub(super) async fn begin_by_signal(
        &mut self,
        group: &mut Group,
        row: MessageRow,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let gone = vec![IndexChange::MessageGone(row.number)];
        let Freight::Start {
            definition,
            at,
            event,
        } = &row.freight
        else {
            return Ok(());
        };
        let Some(definition) = self.catalogue.get(*definition).map(Arc::clone) else {
            return self.note(group, Vec::new(), gone, now);
        };
        let program = &definition.program;
        let Some(at) = program.element(at) else {
            return self.note(group, Vec::new(), gone, now);
        };
        let start = MessageStart {
            process: program.process_of(at),
            at,
            event: event.as_ref().and_then(|event| program.element(event)),
        };
        let opening = Opening {
            definition: Arc::clone(&definition),
            start,
            named: true,
            variables: self.ledger.open("payload", &row.payload)?,
            facts: CaseFacts::default(),
            version: ChosenVersion::Latest,
        };
        let engine = Arc::new(Actor::system());
        self.open_new(group, opening, gone, &engine, now).await?;
        Ok(())
    }
}
