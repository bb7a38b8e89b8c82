//! What becomes of a task that is reached: it is decided, offered to a handler, or offered to people.

use std::collections::BTreeSet;
use std::sync::Arc;

use reglament_core::program::{
    Assignment, ElementIx, Job as JobDefinition, Kind, Task, TaskKind, Text,
};
use reglament_core::timer::Timestamp;
use reglament_dmn::Undecided;
use reglament_executor::{Command, Env, Event, Key, Rejection};
use reglament_feel::Value;

use super::{Case, CaseEvent, Step, TaskTerms};

/// How many attempts a job has when the model does not say.
pub const DEFAULT_RETRIES: u32 = 3;

/// How many tasks may be decided or pass by themselves in one command.
pub const PASSING_LIMIT: u32 = 10_000;

impl Step<'_> {
    /// Takes note of a task that may have to be offered.
    pub(super) fn reach(&mut self, env: &Env<'_>, event: &Event) {
        match event {
            Event::Activated { key, element, .. } => {
                let waits = matches!(element_task(env, *element), Some(task) if is_work(task));
                if waits {
                    self.reached.push_back(*key);
                }
            }
            Event::IncidentResolved { key } => self.reached.push_back(*key),
            _ => {}
        }
    }

    /// Has work offered again under other terms.
    pub(super) fn renew(&mut self, work: BTreeSet<Key>) {
        self.reached.extend(work.iter().copied());
        self.renewed.extend(work);
    }
}

fn element_task<'e>(env: &'e Env<'_>, element: ElementIx) -> Option<&'e Task> {
    match &env.program.elements[element].kind {
        Kind::Task(task) => Some(task),
        _ => None,
    }
}

/// Whether somebody or something has to do the task.
fn is_work(task: &Task) -> bool {
    match task.kind {
        TaskKind::User | TaskKind::Service | TaskKind::Send | TaskKind::BusinessRule => true,
        TaskKind::Abstract | TaskKind::Manual | TaskKind::Receive | TaskKind::Script => false,
    }
}

impl Case {
    /// Offers every task that was reached. Decisions are made and what needs nobody passes, until only
    /// work is left that somebody has to do.
    pub(crate) fn offer(&mut self, step: &mut Step<'_>) -> Result<(), Rejection> {
        let engine = Arc::clone(&step.engine);
        let mut passed = 0;
        let mut offered: Vec<Key> = Vec::new();
        while let Some(key) = step.reached.pop_front() {
            let program = step.env.program;
            let stuck = self.head.incidents.contains_key(&key);
            let Some(element) = self.state().element(key).filter(|_| !stuck) else {
                continue;
            };
            let Kind::Task(task) = &program.elements[element].kind else {
                continue;
            };
            let body = self.state().is_repetition_body(program, key);
            // A user task whose incident was resolved is still there.
            let is_there = self.head.tasks.contains_key(&key) && !step.renewed.contains(&key);
            let known = offered.contains(&key) || is_there;
            if !is_work(task) || body || known {
                continue;
            }
            let event = match self.offering(step, key, task) {
                Ok(Offering::Event(event)) => event,
                Ok(Offering::Passes) if passed < PASSING_LIMIT => {
                    passed += 1;
                    let command = self.passing(step, key);
                    self.execute(step, &engine, command)?;
                    continue;
                }
                Ok(Offering::Passes) => {
                    let message = format!(
                        "more than {PASSING_LIMIT} tasks passed in one command without a wait"
                    );
                    let message = message.into();
                    self.execute(step, &engine, Command::Fail { key, message })?;
                    continue;
                }
                Err(message) => {
                    self.execute(step, &engine, Command::Fail { key, message })?;
                    continue;
                }
            };
            self.record(step, &engine, event)?;
            offered.push(key);
        }
        Ok(())
    }

    /// What is to be done about the task `key`.
    fn offering(&self, step: &Step<'_>, key: Key, task: &Task) -> Result<Offering, Arc<str>> {
        if task.kind == TaskKind::User {
            let terms = self.task_terms(step, key, task)?;
            return Ok(Offering::Event(CaseEvent::TaskCreated {
                key,
                terms: Box::new(terms),
            }));
        }
        if task.decision.is_some() {
            return Ok(Offering::Passes);
        }
        let Some(definition) = &task.job else {
            // A send task without a handler has nothing to do but to send.
            return match task.kind {
                TaskKind::Send => Ok(Offering::Passes),
                _ => Err("nobody handles this task: it has no task definition".into()),
            };
        };
        let retries = self.retries(step, key, definition)?;
        if self.head.jobs.contains_key(&key) && !step.renewed.contains(&key) {
            return Ok(Offering::Event(CaseEvent::JobRetried { key, retries }));
        }
        let kind = self.name(step, key, &definition.kind, "job type")?;
        Ok(Offering::Event(CaseEvent::JobCreated {
            key,
            kind,
            retries,
        }))
    }

    /// The command that a task passes with.
    fn passing(&self, step: &Step<'_>, key: Key) -> Command {
        let Some(called) = self.state().called_decision(step.env, key, step.now) else {
            return Command::Complete {
                key,
                variables: Vec::new(),
            };
        };
        let decided = called.id().and_then(|id| {
            let decisions = &step.definition.decisions;
            let decided = decisions.evaluate(&id, &called, &called.context());
            decided.map_err(|undecided: Undecided| Arc::from(undecided.to_string()))
        });
        called.answer(decided)
    }

    fn retries(
        &self,
        step: &Step<'_>,
        key: Key,
        definition: &JobDefinition,
    ) -> Result<u32, Arc<str>> {
        let Some(text) = &definition.retries else {
            return Ok(DEFAULT_RETRIES);
        };
        let value = self.state().text(step.env, key, text, step.now)?;
        let number = match &value {
            Value::Number(number) => number.to_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let retries = number.and_then(|number| u32::try_from(number).ok());
        retries.ok_or_else(|| format!("expected a number of retries, found {value}").into())
    }

    /// A text that is not empty.
    fn name(
        &self,
        step: &Step<'_>,
        key: Key,
        text: &Text,
        what: &str,
    ) -> Result<Arc<str>, Arc<str>> {
        match self.state().text(step.env, key, text, step.now)? {
            Value::String(name) if !name.is_empty() => Ok(name),
            other => Err(format!("expected the {what} to be a text, found {other}").into()),
        }
    }

    fn task_terms(&self, step: &Step<'_>, key: Key, task: &Task) -> Result<TaskTerms, Arc<str>> {
        let none = Assignment::default();
        let assignment = task.assignment.as_deref().unwrap_or(&none);
        let value = |text: &Option<Text>| match text {
            Some(text) => self.state().text(step.env, key, text, step.now).map(Some),
            None => Ok(None),
        };
        let names = |text: &Option<Text>, what: &str| match value(text)? {
            Some(value) => names_in(&value, what),
            None => Ok(Vec::new()),
        };
        let instant = |text: &Option<Text>, what: &str| match value(text)? {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match Timestamp::from_value(&value, step.env.zone) {
                Ok(at) => Ok(Some(at)),
                Err(error) => Err(Arc::from(format!("the {what}: {error}"))),
            },
        };
        let mut assignees = names(&assignment.assignee, "assignee")?.into_iter();
        let (assignee, second) = (assignees.next(), assignees.next());
        if second.is_some() {
            return Err("expected one assignee, found several".into());
        }
        Ok(TaskTerms {
            assignee,
            candidate_users: names(&assignment.candidate_users, "candidate users")?,
            candidate_groups: names(&assignment.candidate_groups, "candidate groups")?,
            due: instant(&assignment.due, "due date")?,
            follow_up: instant(&assignment.follow_up, "follow-up date")?,
            form: task.form.as_ref().map(|form| Arc::clone(&form.key)),
        })
    }
}

/// What is to be done about a task.
enum Offering {
    /// This happens, and then it waits.
    Event(CaseEvent),
    /// Nobody has to do anything.
    Passes,
}

/// The names in a text separated by commas, or in a list of texts. Null is nobody.
fn names_in(value: &Value, what: &str) -> Result<Vec<Arc<str>>, Arc<str>> {
    let wrong = |found: &Value| {
        Arc::from(format!(
            "expected the {what} to be names, found {}",
            found.type_name()
        ))
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => Ok(text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(Arc::from)
            .collect()),
        Value::List(items) => items
            .iter()
            .map(|item| match item {
                Value::String(name) => Ok(Arc::clone(name)),
                other => Err(wrong(other)),
            })
            .collect(),
        other => Err(wrong(other)),
    }
}
