//! Event definitions.
//!
//! # Source
//! BPMN 2.0.2, 10.5.5.

use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{BaseElement, EventDefinition, Expression, TimerEventDefinition};
use crate::program::{self, ElementIx, Expr, TimerDefinition};
use crate::support::Position;
use crate::timer::{Timer, TimerKind};

impl<'d> ProcessLowering<'d, '_> {
    /// One definition of the event `index`.
    pub(super) fn event_definition(
        &mut self,
        index: ElementIx,
        position: Position,
        interrupting: bool,
        definition: EventDefinition<'d>,
    ) -> Option<program::EventDefinition> {
        let catches = !matches!(position, Position::IntermediateThrow | Position::End);
        Some(match definition {
            EventDefinition::Message(view) => {
                program::EventDefinition::Message(self.message(view.element(), view.message_ref()))
            }
            EventDefinition::Timer(view) => {
                let timer = self.timer(index, position, interrupting, view)?;
                program::EventDefinition::Timer(Box::new(timer))
            }
            EventDefinition::Signal(view) => {
                let signal = self.signal(view.element(), view.signal_ref());
                if signal.is_none() && view.signal_ref().is_none() {
                    self.incomplete(
                        index,
                        "signal",
                        "name a `signal` of the file in `signalRef`",
                    );
                }
                program::EventDefinition::Signal(signal?)
            }
            EventDefinition::Conditional(view) => {
                let condition = self.conditional(index, view.condition())?;
                program::EventDefinition::Conditional(Box::new(condition))
            }
            EventDefinition::Error(view) => {
                let error = self.error_root(view.element(), view.error_ref());
                if !catches && view.error_ref().is_none() {
                    self.incomplete(index, "error", "name an `error` of the file in `errorRef`");
                }
                program::EventDefinition::Error(caught(error, catches))
            }
            EventDefinition::Escalation(view) => {
                let escalation = self.escalation(view.element(), view.escalation_ref());
                if !catches && view.escalation_ref().is_none() {
                    let hint = "name an `escalation` of the file in `escalationRef`";
                    self.incomplete(index, "escalation", hint);
                }
                program::EventDefinition::Escalation(caught(escalation, catches))
            }
            EventDefinition::Link(view) if catches => {
                self.check_link_catch(index, view);
                program::EventDefinition::Link(None)
            }
            EventDefinition::Link(view) => {
                program::EventDefinition::Link(Some(self.link_target(index, view)?))
            }
            EventDefinition::Compensate(view) => program::EventDefinition::Compensate {
                activity: if catches {
                    None
                } else {
                    self.compensated(index, view)?
                },
                wait: view.wait_for_completion(),
            },
            EventDefinition::Cancel(_) => {
                self.check_cancel(index, position);
                program::EventDefinition::Cancel
            }
            EventDefinition::Terminate(_) => program::EventDefinition::Terminate,
        })
    }

    fn incomplete(&mut self, index: ElementIx, what: &str, hint: &str) {
        let element = self.node(index).element;
        let message = format!(
            "the {what} definition of {} is incomplete",
            self.describe(element)
        );
        self.error(&codes::EVENT_INCOMPLETE, element, message, hint);
    }

    fn conditional(&mut self, index: ElementIx, condition: Option<Expression<'d>>) -> Option<Expr> {
        match condition {
            Some(condition) => self.expression(condition, "the condition of the event"),
            None => {
                self.incomplete(
                    index,
                    "conditional",
                    "add a `condition` with a FEEL expression",
                );
                None
            }
        }
    }

    fn timer(
        &mut self,
        index: ElementIx,
        position: Position,
        interrupting: bool,
        view: TimerEventDefinition<'d>,
    ) -> Option<TimerDefinition> {
        let forms = [
            (TimerKind::Date, view.time_date()),
            (TimerKind::Duration, view.time_duration()),
            (TimerKind::Cycle, view.time_cycle()),
        ];
        let stated: Vec<(TimerKind, Expression<'d>)> = forms
            .into_iter()
            .filter_map(|(kind, text)| Some((kind, text?)))
            .filter(|(_, text)| !text.text().trim().is_empty())
            .collect();
        if let Some(terms) = self.timer_terms(index) {
            if !stated.is_empty() {
                self.timer_beside_term(index);
            }
            return Some(TimerDefinition::Term(terms));
        }
        let [(kind, text)] = stated.as_slice() else {
            let hint = "add exactly one of `timeDate`, `timeDuration` and `timeCycle`";
            self.incomplete(index, "timer", hint);
            return None;
        };
        let is_once = match position {
            Position::IntermediateCatch => true,
            Position::Boundary | Position::EventSubProcessStart => interrupting,
            _ => false,
        };
        if *kind == TimerKind::Cycle && is_once {
            let element = self.node(index).element;
            let message = format!("{} fires once, and a cycle repeats", self.describe(element));
            let hint =
                "use `timeDuration` or `timeDate`; only starts and non-interrupting events repeat";
            self.error(&codes::TIMER_CYCLE, element, message, hint);
            return None;
        }
        self.timer_text(*kind, *text)
    }

    /// A timer definition beside the term that the event fires by would be a second truth.
    fn timer_beside_term(&mut self, index: ElementIx) {
        let element = self.node(index).element;
        let message = format!(
            "{} fires by its term and states a timer besides",
            self.describe(element)
        );
        let hint = "leave the timer definition empty, or make the term advisory";
        self.error(&codes::TERM_ENFORCING, element, message, hint);
    }

    /// The text of a timer: read as a literal first, so that `P3D` is never a variable, whatever
    /// the modeling tool marks it as.
    fn timer_text(&mut self, kind: TimerKind, view: Expression<'d>) -> Option<TimerDefinition> {
        let text = view.text();
        let text = text.trim();
        if text.starts_with('=') || text.starts_with("${") || text.starts_with("#{") {
            let expression = self.expression(view, &format!("`{}`", kind.tag()))?;
            return Some(TimerDefinition::Expression { kind, expression });
        }
        match Timer::parse(kind, text) {
            Ok(timer) => Some(TimerDefinition::Literal(timer)),
            Err(error) => {
                self.timer_error(kind, view.element(), view, text, &error.to_string());
                None
            }
        }
    }

    fn timer_error(
        &mut self,
        kind: TimerKind,
        element: ElementRef<'d>,
        view: Expression<'d>,
        text: &str,
        error: &str,
    ) {
        let message = format!(
            "`{}` was read as a literal and is none: {error}",
            kind.tag()
        );
        let hint = format!("mend the literal, or write `= {text}` to make it an expression");
        let diagnostic = Diagnostic::error(&codes::TIMER_TEXT, message)
            .at(view.text_span())
            .hint(hint);
        self.report(diagnostic, element);
    }
}

/// To catch an error or escalation without a code is to catch every one; to throw it is to throw
/// that one.
fn caught<I>(found: Option<(I, bool)>, catches: bool) -> Option<I> {
    found
        .filter(|(_, has_code)| *has_code || !catches)
        .map(|(index, _)| index)
}
