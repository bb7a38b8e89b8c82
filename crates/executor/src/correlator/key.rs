//! Correlation keys in canonical form.

use std::fmt;
use std::sync::Arc;

use reglament_feel::Value;

/// A value that is no correlation key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidKey(String);

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected a text or a whole number as correlation key, found {}",
            self.0
        )
    }
}

impl std::error::Error for InvalidKey {}

/// The correlation key that `value` stands for. A number and the text of its digits are the same key,
/// so that a key survives a way through JSON, a form or a database.
///
/// # Errors
/// The value is null, an empty text, a number with a fraction, or neither text nor number.
///
/// ```
/// use reglament_executor::canonical_key;
/// use reglament_feel::Value;
///
/// assert_eq!(canonical_key(&Value::from(17)).as_deref(), Ok("17"));
/// assert_eq!(canonical_key(&Value::from("17")).as_deref(), Ok("17"));
/// assert!(canonical_key(&Value::Null).is_err());
/// assert!(canonical_key(&Value::from("")).is_err());
/// ```
pub fn canonical_key(value: &Value) -> Result<Arc<str>, InvalidKey> {
    match value {
        Value::String(text) if text.is_empty() => Err(InvalidKey("an empty text".to_owned())),
        Value::String(text) => Ok(Arc::clone(text)),
        Value::Number(number) if number.is_integer() => {
            // The plain digits, also of 1.0 and 1e3.
            match number.to_i64() {
                Some(integer) => Ok(Arc::from(integer.to_string())),
                None => Ok(Arc::from(number.normalized().to_string())),
            }
        }
        Value::Number(number) => Err(InvalidKey(format!("the number {number}"))),
        other => Err(InvalidKey(other.type_name().to_owned())),
    }
}
