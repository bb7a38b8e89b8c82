//! Lists that a model may write as a single value.

use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a value or a list of values")]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

/// Reads a list, or one value as a list of one.
pub(crate) fn deserialize<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    OneOrMany::deserialize(deserializer).map(|found| match found {
        OneOrMany::Many(values) => values,
        OneOrMany::One(value) => vec![value],
    })
}
