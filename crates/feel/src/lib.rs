//! FEEL, the expression language of DMN: parser, evaluator, values and limits.

mod builtin;
pub mod codes;
mod evaluate;
mod expression;
mod lexer;
mod limits;
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
