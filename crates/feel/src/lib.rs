//! FEEL, the expression language of DMN: parser, evaluator, values and limits.
//!
//! FEEL ("Friendly Enough Expression Language", DMN 1.5, chapter 10) is what business analysts write
//! into conditions, mappings and decision tables. This crate evaluates it, on its own:
//!
//! ```
//! use reglament_feel::{Context, Expression, Names, Value};
//!
//! let (expression, diagnostics) =
//!     Expression::parse("order.total > 100 and order.status = \"open\"", &Names::none());
//! let expression = expression.expect("the diagnostics say what is wrong and where");
//!
//! let order = Value::from_json_str(r#"{"total": 120.50, "status": "open"}"#)?;
//! let scope: Context = [("order", order)].into_iter().collect();
//! assert_eq!(expression.evaluate(&scope).value, Value::from(true));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What to know
//! - **Nothing fails, everything is explained.** What cannot be computed is null, as the language
//!   demands, and the [`Evaluation`] holds a [`Warning`] with the place and the reason: a missing
//!   variable by its name, an operand by its type.
//! - **Numbers are decimals** of 34 digits ([`Number`]); JSON goes in and out without losing one
//!   ([`Value::from_json_str`], [`Value::to_json_string`]).
//! - **Names** are letters of any script, digits and `_`. Names with spaces are declared
//!   ([`Names`]) and matched longest first, so the same text always means the same.
//! - **Nothing is copied to evaluate**: the evaluator borrows from a [`Scope`], which is a trait. A
//!   host that numbers its variables binds [`Symbol`]s once.
//! - **No clock, no chance, no outside.** `now()` is what the host puts into the
//!   [`EvaluationContext`]; random numbers and external functions are refused. The same input gives
//!   the same result on every machine.
//! - **Limits** ([`Limits`]) on depth, steps, sizes and regular expressions: no text and no value
//!   makes it panic, hang or exhaust a stack of 2 MiB.
//!
//! # What is refused or differs
//! - `random number()` and `function(…) external`: see [`codes::RANDOM`] and [`codes::EXTERNAL`].
//! - Regular expressions run in linear time: back references within a pattern and the names of
//!   Unicode blocks give null with a warning.
//! - `=` on times compares whole seconds, as the conformance kit expects; `<` and `>` see fractions.
//! - `is(a, b)` asks for the same value of the same type; ranges written differently are not equal.
//!
//! # Conformance
//! The expressions of the DMN TCK are part of the tests of this crate.

mod builtin;
pub mod codes;
mod evaluate;
mod expression;
mod lexer;
mod limits;
mod literal_tests;
mod names;
mod number;
mod parser;
mod scope;
mod syntax;
mod temporal;
mod types;
mod value;
mod warning;

pub use expression::{Evaluation, Expression};
pub use limits::{EvaluationContext, Limits};
pub use literal_tests::LiteralTests;
pub use names::Names;
pub use number::{DIGITS, Number, NumberError, Rounding};
pub use scope::{InputScope, Scope, Symbol, Variable};
pub use temporal::{
    Date, DateTime, DaysTimeDuration, TemporalError, Time, YearsMonthsDuration, Zone, ZoneKind,
};
pub use types::Type;
pub use value::{
    Call, Comparison, Context, Function, HostFunction, JsonError, List, Range, RangeForm, Value,
};
pub use warning::{Warning, WarningKind};

/// The examples of the README are run as those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
