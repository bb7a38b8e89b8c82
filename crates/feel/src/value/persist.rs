//! Serialization that brings every value back as it was.
//!
//! In human-readable formats a value is JSON; what JSON lacks is an object with one entry whose
//! name begins with `$`: `{"$date": "2024-02-29"}`, `{"$number": "0.1"}`. A context that looks like
//! one is wrapped as `{"$context": …}`. In binary formats a value is an enum. Functions cannot be
//! serialized, because they are code.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use super::{Comparison, Context, List, Range, RangeForm, Value};
use crate::number::Number;

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            readable(self, serializer)
        } else {
            Wire::new(self)
                .ok_or_else(|| S::Error::custom(FUNCTION))?
                .serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Readable)
        } else {
            Wire::deserialize(deserializer)?
                .value()
                .map_err(de::Error::custom)
        }
    }
}

const FUNCTION: &str = "a function cannot be stored";

fn readable<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Value::Null => serializer.serialize_unit(),
        Value::Boolean(value) => serializer.serialize_bool(*value),
        Value::Number(number) => match number.to_i64() {
            Some(whole) if whole.to_string() == number.to_string() => {
                serializer.serialize_i64(whole)
            }
            _ => tagged("$number", &number.to_string(), serializer),
        },
        Value::String(text) => serializer.serialize_str(text),
        Value::Date(value) => tagged("$date", &value.to_string(), serializer),
        Value::Time(value) => tagged("$time", &value.to_string(), serializer),
        Value::DateTime(value) => tagged("$dateTime", &value.to_string(), serializer),
        Value::DaysTimeDuration(value) => tagged("$duration", &value.to_string(), serializer),
        Value::YearsMonthsDuration(value) => {
            tagged("$monthsDuration", &value.to_string(), serializer)
        }
        Value::List(list) => serializer.collect_seq(list.iter()),
        Value::Context(context) if looks_tagged(context) => {
            tagged("$context", &Entries(context), serializer)
        }
        Value::Context(context) => serializer.collect_map(context.iter()),
        Value::Range(range) => {
            let form = form_name(range.form);
            let parts: [Value; 5] = [
                form.into(),
                range.start.clone(),
                range.start_included.into(),
                range.end.clone(),
                range.end_included.into(),
            ];
            tagged("$range", &parts.to_vec(), serializer)
        }
        Value::Function(_) => Err(S::Error::custom(FUNCTION)),
    }
}

fn tagged<S: Serializer, T: Serialize + ?Sized>(
    tag: &str,
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, value)?;
    map.end()
}

fn looks_tagged(context: &Context) -> bool {
    context.len() == 1 && context.iter().all(|(key, _)| key.starts_with('$'))
}

struct Entries<'c>(&'c Context);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

struct Readable;

impl<'de> Visitor<'de> for Readable {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FEEL value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Readable)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all: Vec<(String, Value)> = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            all.push(entry);
        }
        if let [(tag, value)] = all.as_slice()
            && tag.starts_with('$')
        {
            return untag(tag, value).ok_or_else(|| {
                de::Error::custom(format!("expected a stored FEEL value, found `{tag}`"))
            });
        }
        Ok(Value::Context(all.into_iter().collect()))
    }
}

fn untag(tag: &str, value: &Value) -> Option<Value> {
    let text = value.as_str();
    Some(match tag {
        "$number" => Value::Number(text?.parse().ok()?),
        "$date" => Value::Date(text?.parse().ok()?),
        "$time" => Value::Time(text?.parse().ok()?),
        "$dateTime" => Value::DateTime(text?.parse().ok()?),
        "$duration" => Value::DaysTimeDuration(text?.parse().ok()?),
        "$monthsDuration" => Value::YearsMonthsDuration(text?.parse().ok()?),
        "$context" => Value::Context(value.as_context()?.clone()),
        "$range" => {
            let [form, start, start_included, end, end_included] = &**value.as_list()? else {
                return None;
            };
            Value::from(Range {
                form: form_named(form.as_str()?)?,
                start: start.clone(),
                start_included: start_included.as_bool()?,
                end: end.clone(),
                end_included: end_included.as_bool()?,
            })
        }
        _ => return None,
    })
}

fn form_name(form: RangeForm) -> &'static str {
    match form {
        RangeForm::Interval => "..",
        RangeForm::Comparison(comparison) => comparison.as_str(),
    }
}

fn form_named(name: &str) -> Option<RangeForm> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    if name == ".." {
        return Some(RangeForm::Interval);
    }
    [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]
        .into_iter()
        .find(|comparison| comparison.as_str() == name)
        .map(RangeForm::Comparison)
}

/// The binary form.
#[derive(serde::Serialize, serde::Deserialize)]
enum Wire {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(String),
    String(Arc<str>),
    Date(String),
    Time(String),
    DateTime(String),
    DaysTimeDuration(String),
    YearsMonthsDuration(String),
    List(Vec<Value>),
    Context(Vec<(Arc<str>, Value)>),
    Range(String, Box<Value>, bool, Box<Value>, bool),
}

impl Wire {
    fn new(value: &Value) -> Option<Wire> {
        Some(match value {
            Value::Null => Wire::Null,
            Value::Boolean(value) => Wire::Boolean(*value),
            Value::Number(number) => match number.to_i64() {
                Some(whole) if whole.to_string() == number.to_string() => Wire::Integer(whole),
                _ => Wire::Number(number.to_string()),
            },
            Value::String(text) => Wire::String(text.clone()),
            Value::Date(value) => Wire::Date(value.to_string()),
            Value::Time(value) => Wire::Time(value.to_string()),
            Value::DateTime(value) => Wire::DateTime(value.to_string()),
            Value::DaysTimeDuration(value) => Wire::DaysTimeDuration(value.to_string()),
            Value::YearsMonthsDuration(value) => Wire::YearsMonthsDuration(value.to_string()),
            Value::List(list) => Wire::List(list.to_vec()),
            Value::Context(context) => Wire::Context(
                context
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            ),
            Value::Range(range) => Wire::Range(
                form_name(range.form).to_owned(),
                Box::new(range.start.clone()),
                range.start_included,
                Box::new(range.end.clone()),
                range.end_included,
            ),
            Value::Function(_) => return None,
        })
    }

    fn value(self) -> Result<Value, String> {
        let text = |tag: &str, text: String| {
            untag(tag, &Value::from(text.as_str())).ok_or(format!("not a stored value: {text}"))
        };
        Ok(match self {
            Wire::Null => Value::Null,
            Wire::Boolean(value) => Value::Boolean(value),
            Wire::Integer(value) => value.into(),
            Wire::Number(value) => text("$number", value)?,
            Wire::String(value) => Value::String(value),
            Wire::Date(value) => text("$date", value)?,
            Wire::Time(value) => text("$time", value)?,
            Wire::DateTime(value) => text("$dateTime", value)?,
            Wire::DaysTimeDuration(value) => text("$duration", value)?,
            Wire::YearsMonthsDuration(value) => text("$monthsDuration", value)?,
            Wire::List(items) => Value::List(List::new(items)),
            Wire::Context(entries) => Value::Context(entries.into_iter().collect()),
            Wire::Range(form, start, start_included, end, end_included) => {
                let form = form_named(&form).ok_or("not a form of range")?;
                Range {
                    form,
                    start: *start,
                    start_included,
                    end: *end,
                    end_included,
                }
                .into()
            }
        })
    }
}
