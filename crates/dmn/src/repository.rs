//! The decisions of several models, by the ids that processes call them by.
//!
//! A business rule task names a decision and no file. Whoever runs processes keeps the models that
//! belong to them in a [`Repository`] and asks it.
//!
//! # Source
//! BPMN 2.0.2, 10.3.3.5 (business rule tasks); DMN 1.5, 6.3.7 (decisions).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use reglament_feel::{EvaluationContext, Scope, Value, Variable};
use reglament_source::Diagnostic;

use crate::codes;
use crate::compile::Decisions;
use crate::evaluate::DecisionWarning;
use crate::graph::NodeKind;

/// How many different reasons a failure gives.
const REASONS: usize = 3;

/// The decisions of several models, by their ids.
///
/// ```
/// use reglament_dmn::{Decisions, Model, Repository, Undecided};
/// use reglament_feel::{Context, EvaluationContext, Value};
/// use reglament_source::SourceText;
///
/// let text = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"
///     name="fees" namespace="urn:example">
///   <decision id="fee" name="Fee of the service">
///     <literalExpression><text>if urgent then 2000 else 0</text></literalExpression>
///   </decision>
/// </definitions>"#;
/// let (model, _) = Model::read(SourceText::new("fees.dmn", text.to_owned()));
/// let (decisions, _) = Decisions::compile(&model.unwrap(), &[]);
/// let mut repository = Repository::default();
/// assert!(repository.add("fees.dmn", decisions.unwrap()).is_empty());
///
/// let variables: Context = [("urgent", Value::from(true))].into_iter().collect();
/// let context = EvaluationContext::default();
/// assert_eq!(repository.evaluate("fee", &variables, &context), Ok(Value::from(2000)));
/// let unknown = repository.evaluate("toll", &variables, &context);
/// assert_eq!(unknown, Err(Undecided::Unknown { id: "toll".into() }));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Repository {
    by_id: BTreeMap<Arc<str>, Entry>,
}

/// A decision and where it stands.
#[derive(Clone, Debug)]
struct Entry {
    file: Arc<str>,
    decisions: Decisions,
}

/// Why a decision has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// No model has a decision of that id.
    Unknown {
        /// The id.
        id: Arc<str>,
    },
    /// The decision is null because something of it could not be computed.
    Failed {
        /// The id.
        id: Arc<str>,
        /// What could not be computed, decision by decision.
        reason: String,
    },
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Undecided::Unknown { id } => write!(f, "no model has the decision `{id}`"),
            Undecided::Failed { id, reason } => write!(f, "decision `{id}` is null: {reason}"),
        }
    }
}

impl std::error::Error for Undecided {}

impl Repository {
    /// Adds the decisions of the model in `file`; those without an id cannot be called and are left
    /// out.
    ///
    /// A decision whose id is known already is not added; a diagnostic says so, with its place in
    /// `file`.
    pub fn add(&mut self, file: &str, decisions: Decisions) -> Vec<Diagnostic> {
        let file: Arc<str> = file.into();
        let mut diagnostics = Vec::new();
        let graph = decisions.graph().clone();
        let own = graph.nodes.iter().filter(|node| {
            node.model == 0 && matches!(node.kind, NodeKind::Decision(_)) && !node.id.is_empty()
        });
        for node in own {
            if let Some(known) = self.by_id.get(node.id.as_str()) {
                let message = format!(
                    "expected one decision `{}`, found another in `{}`",
                    node.id, known.file
                );
                let diagnostic = Diagnostic::error(&codes::DUPLICATE_DECISION, message)
                    .at(node.span)
                    .on(&node.id);
                diagnostics.push(diagnostic);
                continue;
            }
            let entry = Entry {
                file: file.clone(),
                decisions: decisions.clone(),
            };
            self.by_id.insert(node.id.as_str().into(), entry);
        }
        diagnostics
    }

    /// Whether there is no decision.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Whether there is a decision of that id.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// The ids of all decisions, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(|id| &**id)
    }

    /// Evaluates the decision `id` with everything that it requires.
    ///
    /// The variables of processes often come from JSON: strings are read as dates, times and
    /// durations where the declared types of inputs say so. Null is a value when nothing failed, such
    /// as that of a table without a matching rule; null because something was missing or did not fit is
    /// none.
    ///
    /// # Errors
    /// [`Undecided::Unknown`] when no model has the decision, [`Undecided::Failed`] when it could not
    /// be computed.
    pub fn evaluate(
        &self,
        id: &str,
        variables: &dyn Scope,
        context: &EvaluationContext,
    ) -> Result<Value, Undecided> {
        let unknown = || Undecided::Unknown { id: id.into() };
        let decisions = &self.by_id.get(id).ok_or_else(unknown)?.decisions;
        let declared = decisions.declared_from_json(variables);
        let inputs = Overlaid {
            declared: &declared,
            variables,
        };
        let outcome = decisions
            .evaluate_decision(id, &inputs, context)
            .ok_or_else(unknown)?;
        if !outcome.value.is_null() || outcome.warnings.is_empty() {
            return Ok(outcome.value);
        }
        Err(Undecided::Failed {
            id: id.into(),
            reason: reason(&outcome.warnings),
        })
    }

    /// What there is to say about a task that calls the decision `id`: a warning when no model has it.
    ///
    /// The caller adds the place of the task.
    #[must_use]
    pub fn check_call(&self, id: &str) -> Option<Diagnostic> {
        if self.contains(id) {
            return None;
        }
        let message = format!("expected a decision of a model, found `{id}`");
        let diagnostic = Diagnostic::warning(&codes::UNKNOWN_DECISION, message);
        let known: Vec<String> = self.ids().map(|id| format!("`{id}`")).collect();
        if known.is_empty() {
            return Some(diagnostic);
        }
        Some(diagnostic.hint(format!("the models have {}", known.join(", "))))
    }
}

/// The first warnings in words; each rule of a table may repeat what is wrong with an input.
fn reason(warnings: &[DecisionWarning]) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for warning in warnings {
        let reason = format!("{}: {}", warning.decision, warning.warning.message);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
        if reasons.len() == REASONS {
            break;
        }
    }
    reasons.join("; ")
}

/// Inputs that were read by their types, in front of the variables that they were read from.
struct Overlaid<'v> {
    declared: &'v dyn Scope,
    variables: &'v dyn Scope,
}

impl Scope for Overlaid<'_> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        let declared = self.declared.get(variable);
        declared.or_else(|| self.variables.get(variable))
    }
}
