//! FEEL of dsntk beside ours: one way to ask either of them, and one form for what they answer.

pub mod classes;
pub mod generator;

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Theirs;
use dsntk_feel::{Evaluator, FeelScope, IntervalType};
use reglament_feel::{Context, EvaluationContext, Expression, Names, Range, RangeForm, Value};

/// The variables of a case, as a context in FEEL that both read.
pub struct Variables {
    ours: Context,
    theirs: FeelContext,
}

impl Variables {
    /// The variables of the context that `text` describes.
    ///
    /// # Errors
    /// In words, when one of the two does not read it as a context.
    pub fn new(text: &str) -> Result<Self, String> {
        let (expression, diagnostics) = Expression::parse(text, &Names::none());
        let expression = expression.ok_or_else(|| format!("{diagnostics:?}"))?;
        let Value::Context(ours) = expression.evaluate(&()).value else {
            return Err(format!("`{text}` is no context"));
        };
        let theirs = dsntk_feel_evaluator::evaluate_context(&FeelScope::default(), text)
            .map_err(|error| error.to_string())?;
        Ok(Variables { ours, theirs })
    }

    /// The variables for ours.
    #[must_use]
    pub fn ours(&self) -> &Context {
        &self.ours
    }

    /// The variables for dsntk.
    #[must_use]
    pub fn theirs(&self) -> &FeelContext {
        &self.theirs
    }

    /// What ours makes of an expression; an error is a text that is not read.
    ///
    /// # Errors
    /// The first diagnostic.
    pub fn evaluate(&self, text: &str) -> Result<Value, String> {
        let (expression, diagnostics) = Expression::parse(text, &Names::none());
        let first = || diagnostics.first().map(|first| first.message.clone());
        let expression = expression.ok_or_else(|| first().unwrap_or_default())?;
        let context = EvaluationContext::default();
        Ok(expression.evaluate_in(&self.ours, &context).value)
    }

    /// What dsntk makes of an expression, in our values.
    ///
    /// # Errors
    /// What it says of a text that it does not read.
    pub fn evaluate_theirs(&self, text: &str) -> Result<Value, String> {
        let (evaluator, scope) = self.prepare_theirs(text)?;
        Ok(translated(&evaluator(&scope)))
    }

    /// The expression as dsntk prepares it, with the scope that it is evaluated in.
    ///
    /// # Errors
    /// What it says of a text that it does not read.
    pub fn prepare_theirs(&self, text: &str) -> Result<(Evaluator, FeelScope), String> {
        let scope: FeelScope = self.theirs.clone().into();
        let node = dsntk_feel_parser::parse_expression(&scope, text, false)
            .map_err(|error| error.to_string())?;
        Ok((dsntk_feel_evaluator::prepare(&node), scope))
    }
}

/// A value of dsntk as one of ours. What has no counterpart is a string that says so.
#[must_use]
pub fn translated(value: &Theirs) -> Value {
    let foreign = || Value::from(format!("<{value}>"));
    let read = |text: String| -> Value {
        let (expression, _) = Expression::parse(&text, &Names::none());
        let value = expression.map(|it| it.evaluate(&()).value);
        value.filter(|it| !it.is_null()).unwrap_or_else(foreign)
    };
    match value {
        Theirs::Null(_) => Value::Null,
        Theirs::Boolean(value) => Value::from(*value),
        Theirs::Number(number) => match number.to_string().parse() {
            Ok(number) => Value::Number(number),
            Err(_) => foreign(),
        },
        Theirs::String(text) => Value::from(text.as_str()),
        Theirs::Date(date) => read(format!("@\"{date}\"")),
        Theirs::Time(time) => read(format!("@\"{time}\"")),
        Theirs::DateTime(at) => read(format!("@\"{at}\"")),
        Theirs::DaysAndTimeDuration(duration) => read(format!("@\"{duration}\"")),
        Theirs::YearsAndMonthsDuration(duration) => read(format!("@\"{duration}\"")),
        Theirs::List(items) => Value::from(items.iter().map(translated).collect::<Vec<_>>()),
        Theirs::Context(context) => {
            let entries = context.iter();
            let entries = entries.map(|(name, value)| (name.to_string(), translated(value)));
            Value::Context(entries.collect())
        }
        Theirs::Range(start, start_type, end, end_type) => Value::from(Range {
            form: RangeForm::Interval,
            start: translated(start),
            start_included: *start_type == IntervalType::Closed,
            end: translated(end),
            end_included: *end_type == IntervalType::Closed,
        }),
        _ => foreign(),
    }
}
