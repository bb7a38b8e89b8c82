//! Conversion to and from `serde_json` values.

use serde_json::Value as Json;

use super::{Context, List, Value};
use crate::number::Number;

impl Value {
    /// The FEEL value of a JSON value.
    ///
    /// A JSON number with a fraction has already passed through binary floating point; use
    /// [`Value::from_json_str`] where every digit counts.
    #[must_use]
    pub fn from_json(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Boolean(*value),
            Json::Number(number) => number
                .as_i64()
                .map(Number::from)
                .or_else(|| number.to_string().parse().ok())
                .map_or(Value::Null, Value::Number),
            Json::String(text) => Value::from(text.as_str()),
            Json::Array(items) => Value::List(items.iter().map(Value::from_json).collect::<List>()),
            Json::Object(entries) => Value::Context(
                entries
                    .iter()
                    .map(|(key, value)| (key.as_str(), Value::from_json(value)))
                    .collect::<Context>(),
            ),
        }
    }

    /// The value as JSON.
    ///
    /// Dates, times and durations become their texts, ranges and functions their FEEL literal.
    /// A number that JSON integers and binary floating point cannot hold is rounded; use
    /// [`Value::to_json_string`] where every digit counts.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Boolean(value) => Json::Bool(*value),
            Value::Number(number) => json_number(*number),
            Value::String(text) => Json::String(text.as_ref().to_owned()),
            Value::List(list) => Json::Array(list.iter().map(Value::to_json).collect()),
            Value::Context(context) => Json::Object(
                context
                    .iter()
                    .map(|(key, value)| (key.to_string(), value.to_json()))
                    .collect(),
            ),
            other => Json::String(other.plain_text()),
        }
    }

    /// The text of a value that is not JSON: a date without its quotes, a range as FEEL.
    pub(crate) fn plain_text(&self) -> String {
        match self {
            Value::String(value) => value.as_ref().to_owned(),
            Value::Date(value) => value.to_string(),
            Value::Time(value) => value.to_string(),
            Value::DateTime(value) => value.to_string(),
            Value::DaysTimeDuration(value) => value.to_string(),
            Value::YearsMonthsDuration(value) => value.to_string(),
            other => other.to_string(),
        }
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        Value::from_json(json)
    }
}

fn json_number(number: Number) -> Json {
    if let Some(whole) = number.to_i64() {
        return Json::from(whole);
    }
    serde_json::Number::from_f64(number.to_f64()).map_or(Json::Null, Json::Number)
}
