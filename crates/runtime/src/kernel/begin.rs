//! How cases begin.

use std::sync::Arc;

use reglament_core::timer::{Date, Timestamp};
use reglament_executor::{Actor, Command as Order, InstanceId, MessageStart, Start, Variables};

use super::group::Group;
use super::step::{Before, rejected};
use super::{Failure, Kernel};
use crate::case::{CaseEvent, CaseFacts, ChosenVersion, Opened};
use crate::command::{Answer, StartCase, VersionChoice};
use crate::definition::{Definition, LawfulVersion};
use crate::error::Refusal;
use crate::store::IndexChange;

/// How a case begins.
pub(super) struct Opening {
    pub(super) definition: Arc<Definition>,
    pub(super) start: MessageStart,
    /// Whether the start event is named, or the process says where it begins.
    pub(super) named: bool,
    pub(super) variables: Variables,
    pub(super) facts: CaseFacts,
    pub(super) version: ChosenVersion,
}

impl Kernel {
    pub(super) async fn start(
        &mut self,
        group: &mut Group,
        command: &StartCase,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let (definition, version) = self.choose_version(command)?;
        let process = &command.process;
        if let Some(key) = &command.facts.business_key {
            let running = group.overlay.running_with_key(&self.pipe, process, key);
            if let Some(existing) = running.await? {
                return Err(Refusal::DuplicateBusinessKey {
                    process: Arc::clone(process),
                    key: Arc::clone(key),
                    existing,
                }
                .into());
            }
        }
        let (start, named) = where_to_begin(&definition, command)?;
        let opening = Opening {
            definition,
            start,
            named,
            variables: command.variables.clone(),
            facts: facts_of(command),
            version,
        };
        let instance = self
            .open_new(group, opening, Vec::new(), actor, now)
            .await?;
        Ok(Answer::Started { instance })
    }

    fn choose_version(
        &self,
        command: &StartCase,
    ) -> Result<(Arc<Definition>, ChosenVersion), Refusal> {
        let process = &command.process;
        let versions = self.catalogue.of_process(process);
        let unknown = |version: String| Refusal::UnknownVersion {
            process: Arc::clone(process),
            version: version.into(),
        };
        let latest = versions.last().ok_or_else(|| Refusal::UnknownProcess {
            process: Arc::clone(process),
        })?;
        match &command.version {
            VersionChoice::Latest => Ok((Arc::clone(latest), ChosenVersion::Latest)),
            VersionChoice::Number(number) => {
                let place = usize::try_from(*number)
                    .ok()
                    .and_then(|it| it.checked_sub(1));
                let found = place.and_then(|place| versions.get(place));
                let found = found.ok_or_else(|| unknown(number.to_string()))?;
                Ok((Arc::clone(found), ChosenVersion::Named))
            }
            VersionChoice::Filed {
                date,
                accept_unproven,
            } => self.lawful_version(process, *date, *accept_unproven),
            VersionChoice::Definition(digest) => {
                let found = versions.iter().find(|it| it.digest == *digest);
                let found = found.ok_or_else(|| unknown(digest.to_string()))?;
                Ok((Arc::clone(found), ChosenVersion::Named))
            }
        }
    }

    /// The version in force on the day of filing.
    fn lawful_version(
        &self,
        process: &Arc<str>,
        date: Date,
        accept_unproven: bool,
    ) -> Result<(Arc<Definition>, ChosenVersion), Refusal> {
        let process = Arc::clone(process);
        match self.catalogue.in_force_on(&process, date) {
            LawfulVersion::InForce(one) => Ok((Arc::clone(one), ChosenVersion::InForce)),
            LawfulVersion::Unproven(newest, reason) if accept_unproven => {
                let reason = reason.into();
                Ok((Arc::clone(newest), ChosenVersion::Unproven { reason }))
            }
            LawfulVersion::Unproven(_, reason) => {
                let reason = reason.into();
                Err(Refusal::Unproven {
                    process,
                    date,
                    reason,
                })
            }
            LawfulVersion::Several => Err(Refusal::SeveralInForce { process, date }),
            LawfulVersion::None => Err(Refusal::NotInForce { process, date }),
        }
    }

    /// Begins a case. `changes` go into its first batch.
    pub(super) async fn open_new(
        &mut self,
        group: &mut Group,
        opening: Opening,
        changes: Vec<IndexChange>,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<InstanceId, Failure> {
        let Opening {
            definition,
            start,
            named,
            variables,
            facts,
            version,
        } = opening;
        let instance = self.next_instance();
        let opened = Opened {
            definition: definition.digest,
            process: Arc::clone(&definition.program.infos[start.process].id),
            facts,
            version,
        };
        let order = Order::Start(Start {
            process: start.process,
            at: named.then_some(start.at),
            event: start.event,
            variables,
        });
        let before = Before::New(instance, definition);
        self.take(group, before, changes, now, |case, step| {
            let refuse = rejected(instance);
            let opened = CaseEvent::Opened(Box::new(opened));
            case.record(step, actor, opened).map_err(&refuse)?;
            case.execute(step, actor, order).map_err(&refuse)
        })
        .await?;
        Ok(instance)
    }
}

/// What is known of the case: the day that the version was chosen by is the day of filing.
fn facts_of(command: &StartCase) -> CaseFacts {
    let mut facts = command.facts.clone();
    if let VersionChoice::Filed { date, .. } = command.version {
        facts.filed.get_or_insert(date);
    }
    facts
}

/// The start that a command names, or that the process has.
fn where_to_begin(
    definition: &Definition,
    command: &StartCase,
) -> Result<(MessageStart, bool), Refusal> {
    let program = &definition.program;
    let process = program.process(&command.process);
    let process = process.ok_or_else(|| Refusal::UnknownProcess {
        process: Arc::clone(&command.process),
    })?;
    let refused = |starts: &[reglament_core::program::ElementIx]| Refusal::NotAStart {
        process: Arc::clone(&command.process),
        at: command.at.clone().unwrap_or_else(|| Arc::from("")),
        starts: starts
            .iter()
            .map(|it| Arc::clone(&program.infos[*it].id))
            .collect(),
    };
    let body = program.elements[process].body.as_deref();
    let all: Vec<_> = body
        .into_iter()
        .flat_map(|body| body.initial.iter().chain(&*body.triggered_starts))
        .copied()
        .collect();
    let at = match &command.at {
        Some(id) => {
            let found = program.element(id).filter(|it| all.contains(it));
            Some(found.ok_or_else(|| refused(&all))?)
        }
        None => program.default_start(process).map_err(refused)?,
    };
    let start = MessageStart {
        process,
        at: at.unwrap_or(process),
        event: None,
    };
    Ok((start, at.is_some()))
}
