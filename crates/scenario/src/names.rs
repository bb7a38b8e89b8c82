//! Whether the ids and names of a script exist in the model.

use reglament_core::Program;
use reglament_core::program::Text;
use reglament_executor::IncidentKind;
use reglament_source::{Diagnostic, nearest};

use crate::codes;
use reglament_pack::tree::Name;

use crate::script::{Action, Expectation, Scenario};
use crate::trace::Subject;

impl Scenario {
    /// Reports the ids and names that `program` does not have, with what may have been meant.
    #[must_use]
    pub fn check_names(&self, program: &Program) -> Vec<Diagnostic> {
        let mut checker = Checker {
            program,
            diagnostics: Vec::new(),
        };
        if let Some(process) = &self.process {
            checker.process(process);
        }
        for step in &self.steps {
            // A message or signal that must be refused may well be one that the model does not have.
            let stranger = matches!(step.action, Action::Message { .. } | Action::Signal { .. });
            if !(step.rejected && stranger) {
                checker.action(&step.action);
            }
        }
        checker.diagnostics
    }
}

struct Checker<'p> {
    program: &'p Program,
    diagnostics: Vec<Diagnostic>,
}

impl<'p> Checker<'p> {
    fn action(&mut self, action: &Action) {
        match action {
            Action::Complete { to, .. }
            | Action::Error { to, .. }
            | Action::Escalate { to, .. }
            | Action::Fail { to } => self.element(&to.element),
            Action::Message { name, .. } => self.message(name),
            Action::Signal { name, .. } => self.signal(name),
            Action::Advance(_) => {}
            Action::Set { at, .. } => at.iter().for_each(|at| self.element(&at.element)),
            Action::Start { process, .. } => self.process(process),
            Action::Suspend(step)
            | Action::Resume(step)
            | Action::Interrupt(step)
            | Action::Extend { of: step, .. } => self.element(&step.to.element),
            Action::Expect(expectation) => self.expectation(expectation),
        }
    }

    fn expectation(&mut self, expectation: &Expectation) {
        expectation
            .waiting
            .iter()
            .flatten()
            .for_each(|name| self.element(name));
        let subjects = expectation.completed.iter().chain(&expectation.never);
        let subjects = subjects.chain(expectation.count.iter().map(|(name, _)| name));
        for name in subjects.chain(expectation.order.iter().flatten()) {
            if Subject::find(self.program, &name.text).is_none() {
                let known = element_ids(self.program).chain(flow_ids(self.program));
                self.unknown("element or flow", name, known);
            }
        }
        let terms = &expectation.terms;
        let sets = [
            &terms.met,
            &terms.missed,
            &terms.expired,
            &terms.suspended,
            &terms.running,
        ];
        for name in sets.into_iter().flatten().flatten() {
            self.element(name);
        }
        terms.due.iter().for_each(|(name, _)| self.element(name));
        for name in expectation.incidents.iter().flatten() {
            let kind = IncidentKind::ALL
                .iter()
                .any(|kind| *kind.as_str() == *name.text);
            if !kind && self.program.element(&name.text).is_none() {
                let kinds = IncidentKind::ALL.iter().map(|kind| kind.as_str());
                self.unknown(
                    "element or kind of incident",
                    name,
                    element_ids(self.program).chain(kinds),
                );
            }
        }
    }

    fn element(&mut self, name: &Name) {
        if self.program.element(&name.text).is_none() {
            self.unknown("element", name, element_ids(self.program));
        }
    }

    fn process(&mut self, name: &Name) {
        if self.program.process(&name.text).is_none() {
            let program = self.program;
            self.unknown(
                "process",
                name,
                program.processes.iter().map(|process| program.id(*process)),
            );
        }
    }

    /// Names that are expressions are known only while the process runs: then any name may be right.
    fn message(&mut self, name: &Name) {
        let messages = || self.program.messages.iter().map(|(_, message)| message);
        let computed = messages().any(|message| matches!(message.name, Text::Expression(_)));
        let mut known = messages().flat_map(|message| names(&message.id, &message.name));
        if !computed
            && !known.any(|known| *known == *name.text)
            && self.program.element(&name.text).is_none()
        {
            let known = messages().flat_map(|message| names(&message.id, &message.name));
            let known: Vec<&str> = known.chain(element_ids(self.program)).collect();
            self.unknown("message", name, known.into_iter());
        }
    }

    fn signal(&mut self, name: &Name) {
        let signals = || self.program.signals.iter().map(|(_, signal)| signal);
        let computed = signals().any(|signal| matches!(signal.name, Text::Expression(_)));
        let known: Vec<&str> = signals()
            .flat_map(|signal| names(&signal.id, &signal.name))
            .collect();
        if !computed && !known.contains(&&*name.text) {
            self.unknown("signal", name, known.into_iter());
        }
    }

    fn unknown<'n>(&mut self, what: &str, name: &Name, known: impl Iterator<Item = &'n str>) {
        let known: Vec<&str> = known.collect();
        let mut diagnostic = Diagnostic::error(
            &codes::UNKNOWN_NAME,
            format!("the model has no {what} `{name}`"),
        )
        .at(name.span);
        if let Some(near) = nearest(&name.text, known.iter().copied()) {
            diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
        } else if known.is_empty() {
            diagnostic = diagnostic.hint("the model has none at all");
        } else if known.len() <= LISTED {
            diagnostic =
                diagnostic.hint(format!("known are {}", reglament_pack::tree::list(&known)));
        }
        self.diagnostics.push(diagnostic);
    }
}

/// How many known names a hint lists.
const LISTED: usize = 12;

fn names<'m>(id: &'m str, name: &'m Text) -> impl Iterator<Item = &'m str> {
    let literal = match name {
        Text::Literal(name) => Some(&**name),
        Text::Expression(_) => None,
    };
    literal.into_iter().chain(std::iter::once(id))
}

fn element_ids(program: &Program) -> impl Iterator<Item = &str> {
    program.infos.iter().map(|(_, info)| &*info.id)
}

fn flow_ids(program: &Program) -> impl Iterator<Item = &str> {
    program.flows.iter().map(|(_, flow)| &*flow.id)
}
