//! DMN decision models: reading, compiling and evaluating decision requirement graphs.
//!
//! DMN (Decision Model and Notation, 1.5) describes decisions as a graph: a decision requires inputs,
//! other decisions and knowledge models, and its logic is a decision table or another boxed
//! expression in FEEL. This crate reads such models and evaluates them:
//!
//! ```
//! use reglament_dmn::{Decisions, Model};
//! use reglament_feel::{Context, EvaluationContext, Value};
//! use reglament_source::SourceText;
//!
//! let text = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"
//!     name="priority" namespace="urn:example">
//!   <inputData id="i" name="children"><variable name="children" typeRef="number"/></inputData>
//!   <decision id="d" name="has priority">
//!     <informationRequirement><requiredInput href="#i"/></informationRequirement>
//!     <literalExpression><text>children >= 4</text></literalExpression>
//!   </decision>
//! </definitions>"##;
//! let source = SourceText::new("priority.dmn", text.to_owned());
//! let (model, diagnostics) = Model::read(source);
//! assert!(diagnostics.is_empty());
//! let (decisions, diagnostics) = Decisions::compile(&model.unwrap(), &[]);
//! assert!(diagnostics.is_empty());
//!
//! let inputs: Context = [("children", Value::from(5))].into_iter().collect();
//! let outcome = decisions
//!     .unwrap()
//!     .evaluate("has priority", &inputs, &EvaluationContext::default())
//!     .unwrap();
//! assert_eq!(outcome.value, Value::from(true));
//! ```
//!
//! - Reading keeps the whole file as a lossless tree ([`Model::document`]).
//! - Every hit policy and aggregation, every boxed expression, knowledge models, decision services,
//!   imports and item definitions with constraints.
//! - Evaluation never fails: what cannot be computed is null, and the [`Outcome`] says in which
//!   decision and why. Its limits are those of FEEL, shared by the whole graph.
//! - A [`Repository`] has the decisions of several models by their ids, as processes call them.
//! - [`Decisions::analyze`] finds rules of decision tables that overlap, gaps between them, and rules that
//!   can never fire.
//! - Functions in Java or PMML are refused.

mod analysis;
mod boxed;
pub mod codes;
mod column;
mod compile;
mod evaluate;
mod function;
mod graph;
mod hit_policy;
mod index;
mod input;
mod item;
mod model;
mod repository;
mod table;

pub use compile::Decisions;
pub use evaluate::{DecisionWarning, Outcome, UnknownDecision};
pub use hit_policy::{Aggregation, HitPolicy};
pub use model::{Import, Model};
pub use repository::{Repository, Undecided};

/// The examples of the README are run as those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
