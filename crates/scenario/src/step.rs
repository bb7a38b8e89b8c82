//! Carrying out the steps of a script.

use std::collections::BTreeSet;
use std::sync::Arc;

use reglament_core::program::{ElementIx, Kind, MessageIx, Text};
use reglament_core::timer::{Timer, Timestamp};
use reglament_executor::{
    Awaited, Cause, Command, InstanceId, Key, MessageStart, Publication, Subscription, Variables,
    message_starts,
};

use crate::run::default_start;
use reglament_pack::tree::Name;
use reglament_pack::tree::list;

use crate::script::{Action, Addressee, Advance};
use crate::terms::TermChangeStep;
use crate::world::{Exhausted, World, case_index};

/// What a step came to.
pub(crate) enum Outcome {
    /// It was carried out.
    Done,
    /// Nobody heard the signal; that is allowed, and may be expected too.
    Unheard,
}

/// Why a step was refused.
pub(crate) struct Refusal {
    /// What it was meant for, where that is known.
    pub(crate) element: Option<ElementIx>,
    /// Which instance of it.
    pub(crate) instance: Option<u32>,
    /// Why.
    pub(crate) reason: String,
}

impl Refusal {
    fn new(element: Option<ElementIx>, reason: impl Into<String>) -> Self {
        Self {
            element,
            instance: None,
            reason: reason.into(),
        }
    }
}

pub(crate) type Carried = Result<Outcome, Refusal>;

/// An element instance that a step is for.
struct Target {
    case: usize,
    key: Key,
    element: ElementIx,
    number: u32,
}

impl World<'_> {
    /// Carries out `action`, as far as it is a command. What it sets in motion is not settled yet.
    pub(crate) fn perform(&mut self, action: &Action) -> Carried {
        match action {
            Action::Complete { to, with, by } => self.complete(to, with, by.as_ref()),
            Action::Message {
                name,
                key,
                instance,
                with,
                ttl,
            } => self.message(name, key.as_ref(), *instance, with, ttl.as_ref()),
            Action::Signal { name, with } => Ok(self.signal(name, with)),
            Action::Advance(advance) => self.move_clock(advance),
            Action::Error { to, code, with } => {
                let (code, variables) = (Arc::clone(code), with.clone());
                self.ask(to, |key| Command::ThrowError {
                    key,
                    code,
                    variables,
                })
            }
            Action::Escalate { to, code, with } => {
                let (code, variables) = (Arc::clone(code), with.clone());
                self.ask(to, |key| Command::Escalate {
                    key,
                    code,
                    variables,
                })
            }
            Action::Fail { to } => {
                let message = Arc::from("the script says that the work failed");
                self.ask(to, |key| Command::Fail { key, message })
            }
            Action::Set { variables, at } => self.set(variables, at.as_ref()),
            Action::Start { process, with } => self.start_process(process, with),
            Action::Suspend(step) => self.change_term(step, TermChangeStep::Suspend),
            Action::Resume(step) => self.change_term(step, TermChangeStep::Resume),
            Action::Interrupt(step) => self.change_term(step, TermChangeStep::Interrupt),
            Action::Extend { of, by } => self.change_term(of, TermChangeStep::Extend(*by)),
            Action::Expect(_) => Ok(Outcome::Done),
        }
    }

    /// Completes a task, receive task or catch event; an event behind an event-based gateway, or a
    /// boundary event, is triggered instead.
    fn complete(&mut self, to: &Addressee, with: &Variables, by: Option<&Arc<str>>) -> Carried {
        let element = self.element(&to.element)?;
        if self.target(element, to.instance).is_none()
            && let Some((case, owner, arm)) = self.arm_of(element)
        {
            let trigger = Command::Trigger {
                owner,
                arm,
                variables: with.clone(),
            };
            return self.send(case, trigger, element, to.instance);
        }
        let performed = match by {
            Some(person) => self.performed(to, element, person)?,
            None => None,
        };
        let variables = with.clone();
        let carried = self.ask(to, |key| Command::Complete { key, variables })?;
        if let (Some(case), Some(person)) = (performed, by) {
            self.note_performer(case, element, person);
        }
        Ok(carried)
    }

    /// In which case `person` performs `element`, unless a duty forbids it.
    fn performed(
        &self,
        to: &Addressee,
        element: ElementIx,
        person: &Arc<str>,
    ) -> Result<Option<usize>, Refusal> {
        let Some(target) = self.target(element, to.instance) else {
            return Ok(None);
        };
        match self.check_duties(target.case, element, person) {
            Ok(()) => Ok(Some(target.case)),
            Err(conflict) => Err(Refusal {
                element: Some(element),
                instance: Some(target.number),
                reason: conflict.to_string(),
            }),
        }
    }

    /// Asks the addressed element instance to carry out a command.
    fn ask(&mut self, to: &Addressee, command: impl FnOnce(Key) -> Command) -> Carried {
        let element = self.element(&to.element)?;
        let Some(target) = self.target(element, to.instance) else {
            return Err(Refusal {
                element: Some(element),
                instance: to.instance,
                reason: self.not_there(to),
            });
        };
        self.send(
            target.case,
            command(target.key),
            target.element,
            Some(target.number),
        )
    }

    fn send(
        &mut self,
        case: usize,
        command: Command,
        element: ElementIx,
        instance: Option<u32>,
    ) -> Carried {
        match self.command(case, command) {
            Ok(()) => Ok(Outcome::Done),
            Err(rejection) => {
                let reason = format!("`{}`: {rejection}", self.program.id(element));
                Err(Refusal {
                    element: Some(element),
                    instance,
                    reason,
                })
            }
        }
    }

    pub(crate) fn element(&self, name: &Name) -> Result<ElementIx, Refusal> {
        let element = self.program.element(&name.text);
        element.ok_or_else(|| Refusal::new(None, format!("the model has no element `{name}`")))
    }

    /// The instance with the number asked for; else the oldest that waits; else the oldest there is.
    fn target(&self, element: ElementIx, number: Option<u32>) -> Option<Target> {
        let cases = self.cases.iter().enumerate();
        let all = cases.flat_map(|(case, it)| {
            it.instances_of(element).map(move |(key, live)| Target {
                case,
                key,
                element,
                number: live.number,
            })
        });
        if let Some(number) = number {
            return all.into_iter().find(|target| target.number == number);
        }
        let waiting: BTreeSet<(usize, Key)> = self
            .cases
            .iter()
            .enumerate()
            .filter(|(_, case)| case.instances_of(element).next().is_some())
            .flat_map(|(case, it)| {
                let keys = it.state().waiting(self.program).into_iter();
                keys.map(move |(key, _)| (case, key))
            })
            .collect();
        all.min_by_key(|target| (!waiting.contains(&(target.case, target.key)), target.number))
    }

    /// The oldest arm for a message or signal at `element`.
    fn arm_of(&self, element: ElementIx) -> Option<(usize, Key, u32)> {
        let subscription = self
            .correlator
            .subscriptions()
            .find(|it| it.element == element)?;
        Some((
            case_index(subscription.instance)?,
            subscription.owner,
            subscription.arm,
        ))
    }

    fn not_there(&self, to: &Addressee) -> String {
        let name = &to.element;
        let what = match to.instance {
            Some(number) => format!("instance {number} of `{name}` is not active"),
            None => format!("`{name}` is not active"),
        };
        format!("{what}; {}", self.waiting_text())
    }

    /// What waits, for a message.
    pub(crate) fn waiting_text(&self) -> String {
        let waiting: Vec<ElementIx> = self
            .cases
            .iter()
            .flat_map(|case| self.waiting(case))
            .collect();
        let ids: Vec<&str> = waiting
            .into_iter()
            .map(|element| self.program.id(element))
            .collect();
        if ids.is_empty() {
            "nothing waits".to_owned()
        } else {
            format!("waiting: {}", list(&ids))
        }
    }

    /// A message arrives now; with a time to live it is kept when nobody waits.
    fn message(
        &mut self,
        name: &Name,
        key: Option<&Arc<str>>,
        instance: Option<u32>,
        with: &Variables,
        ttl: Option<&Timer>,
    ) -> Carried {
        let addressed = self.program.element(&name.text);
        let receivers = self.receivers(name, key.map(|key| &**key), instance);
        let variables = with.clone();
        match receivers.as_slice() {
            [] => self.message_to_nobody(name, key, with, ttl),
            [one] => self.trigger(one, variables),
            [oldest, rest @ ..] => {
                // Iterations of one receiver are served one after the other, as `complete` does.
                let alike = |it: &Subscription| {
                    it.element == oldest.element && it.instance == oldest.instance
                };
                if addressed.is_some() || rest.iter().all(alike) {
                    return self.trigger(oldest, variables);
                }
                let ids: Vec<_> = receivers
                    .iter()
                    .map(|it| self.program.id(it.element))
                    .collect();
                let reason = format!(
                    "several wait for message `{name}`: {}; give a `key`, an `instance` or the id of the element",
                    list(&ids)
                );
                Err(Refusal::new(Some(oldest.element), reason))
            }
        }
    }

    fn trigger(&mut self, receiver: &Subscription, variables: Variables) -> Carried {
        let Some(case) = case_index(receiver.instance) else {
            return Ok(Outcome::Unheard);
        };
        let trigger = Command::Trigger {
            owner: receiver.owner,
            arm: receiver.arm,
            variables,
        };
        self.send(case, trigger, receiver.element, None)
    }

    /// The arms that a message of the script may mean, those with the very key first and alone.
    fn receivers(
        &self,
        name: &Name,
        key: Option<&str>,
        instance: Option<u32>,
    ) -> Vec<Subscription> {
        let named = |it: &&Subscription| match &it.awaited {
            Awaited::Message {
                name: awaited,
                message,
                ..
            } => {
                **awaited == *name.text
                    || message
                        .is_some_and(|message| *self.program.messages[message].id == *name.text)
                    || self.program.id(it.element) == &*name.text
            }
            Awaited::Signal { .. } => false,
        };
        let numbered = |it: &&Subscription| {
            let live = self
                .case_of(it.instance)
                .and_then(|case| case.live(it.owner));
            instance.is_none_or(|number| live.is_some_and(|live| live.number == number))
        };
        let keyed = |it: &&Subscription| key.is_none() || it.key().is_none() || it.key() == key;
        let all = self
            .correlator
            .subscriptions()
            .filter(named)
            .filter(numbered)
            .filter(keyed);
        let (exact, any): (Vec<_>, Vec<_>) = all
            .cloned()
            .partition(|it| key.is_some() && it.key() == key);
        if exact.is_empty() { any } else { exact }
    }

    fn case_of(&self, instance: InstanceId) -> Option<&crate::world::Case> {
        self.cases.get(case_index(instance)?)
    }

    /// Nobody waits: the message starts an instance, or is kept, or is refused.
    fn message_to_nobody(
        &mut self,
        name: &Name,
        key: Option<&Arc<str>>,
        with: &Variables,
        ttl: Option<&Timer>,
    ) -> Carried {
        let starts = self.starts(name);
        match (starts.as_slice(), ttl) {
            ([start], _) => {
                let element = start.event.unwrap_or(start.at);
                self.note_arrival(element, self.cases.len(), Cause::Message);
                self.begin(*start, true, with, element)
            }
            ([first, ..], _) => {
                let ids: Vec<_> = starts
                    .iter()
                    .map(|start| self.program.id(start.at))
                    .collect();
                let reason = format!("message `{name}` starts at several places: {}", list(&ids));
                Err(Refusal::new(Some(first.at), reason))
            }
            ([], Some(ttl)) => {
                let expires = self.after(ttl)?;
                let name = self
                    .literal_name(name)
                    .unwrap_or_else(|| Arc::clone(&name.text));
                let (key, variables) = (key.cloned(), with.clone());
                self.correlator.publish(Publication {
                    name,
                    key,
                    variables,
                    expires: Some(expires),
                });
                Ok(Outcome::Done)
            }
            ([], None) => {
                let with_key = key
                    .map(|key| format!(" with key `{key}`"))
                    .unwrap_or_default();
                let reason = format!(
                    "nobody waits for message `{name}`{with_key}; {}",
                    self.waiting_text()
                );
                Err(Refusal::new(self.program.element(&name.text), reason))
            }
        }
    }

    /// Where a message of the script begins instances.
    fn starts(&self, name: &Name) -> Vec<MessageStart> {
        let element = self.program.element(&name.text);
        if let Some(start) = element.and_then(|element| MessageStart::at(self.program, element)) {
            return vec![start];
        }
        message_starts(
            self.program,
            &self
                .literal_name(name)
                .unwrap_or_else(|| Arc::clone(&name.text)),
        )
    }

    /// The name of the message with the id `name`.
    fn literal_name(&self, name: &Name) -> Option<Arc<str>> {
        let by_id = |index: &MessageIx| *self.program.messages[*index].id == *name.text;
        let message = self.program.messages.indices().find(by_id)?;
        match &self.program.messages[message].name {
            Text::Literal(name) => Some(Arc::clone(name)),
            Text::Expression(_) => None,
        }
    }

    fn signal(&mut self, name: &Name, with: &Variables) -> Outcome {
        let by_id = self
            .program
            .signals
            .iter()
            .find(|(_, signal)| *signal.id == *name.text);
        let literal = match by_id.map(|(_, signal)| &signal.name) {
            Some(Text::Literal(literal)) => Arc::clone(literal),
            Some(Text::Expression(_)) | None => Arc::clone(&name.text),
        };
        let heard = self.correlator.broadcast(self.program, &literal, with);
        if heard == 0 {
            Outcome::Unheard
        } else {
            Outcome::Done
        }
    }

    fn move_clock(&mut self, advance: &Advance) -> Carried {
        let to = match advance {
            Advance::To(to) => *to,
            Advance::By(duration) => self.after(duration)?,
        };
        if to < self.now {
            let reason = format!(
                "the clock stands at {} and does not go back to {to}",
                self.now
            );
            return Err(Refusal::new(None, reason));
        }
        let exhausted = |limit: Exhausted| Refusal::new(None, limit.message());
        self.advance(to).map(|()| Outcome::Done).map_err(exhausted)
    }

    /// The instant `duration` from now, in local calendar days where it has any.
    fn after(&self, duration: &Timer) -> Result<Timestamp, Refusal> {
        match duration.first_due(self.now, &self.zone) {
            Ok(Some(due)) => Ok(due.at),
            Ok(None) => Ok(self.now),
            Err(error) => Err(Refusal::new(None, error.to_string())),
        }
    }

    /// Sets variables of the first instance, of another process's instance, or of an element instance.
    fn set(&mut self, variables: &Variables, at: Option<&Addressee>) -> Carried {
        let variables = variables.clone();
        let Some(at) = at else {
            return self.set_in_process(0, variables, None);
        };
        let element = self.element(&at.element)?;
        if matches!(self.program.elements[element].kind, Kind::Process) {
            let number = at.instance.unwrap_or(1) as usize;
            let mut of_process = self
                .cases
                .iter()
                .enumerate()
                .filter(|(_, case)| case.process == element);
            let Some((case, _)) = of_process.nth(number.saturating_sub(1)) else {
                let reason = format!("there is no instance {number} of process `{}`", at.element);
                return Err(Refusal {
                    element: Some(element),
                    instance: at.instance,
                    reason,
                });
            };
            return self.set_in_process(case, variables, Some(element));
        }
        self.ask(at, |key| Command::SetVariables {
            scope: Some(key),
            variables,
        })
    }

    fn set_in_process(
        &mut self,
        case: usize,
        variables: Variables,
        element: Option<ElementIx>,
    ) -> Carried {
        let command = Command::SetVariables {
            scope: None,
            variables,
        };
        match self.command(case, command) {
            Ok(()) => Ok(Outcome::Done),
            Err(rejection) => Err(Refusal::new(element, rejection.to_string())),
        }
    }

    fn start_process(&mut self, name: &Name, with: &Variables) -> Carried {
        let Some(process) = self.program.process(&name.text) else {
            return Err(Refusal::new(
                None,
                format!("the model has no process `{name}`"),
            ));
        };
        let (start, named) = default_start(self.program, process)
            .map_err(|reason| Refusal::new(Some(process), reason))?;
        self.begin(start, named, with, process)
    }

    fn begin(
        &mut self,
        start: MessageStart,
        named: bool,
        with: &Variables,
        element: ElementIx,
    ) -> Carried {
        match self.start(start, named, with.clone()) {
            Ok(_) => Ok(Outcome::Done),
            Err(rejection) => Err(Refusal::new(Some(element), rejection.to_string())),
        }
    }
}
