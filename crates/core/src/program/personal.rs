//! What a model marks as personal data (`reg:personal`).

use std::sync::Arc;

use reglament_feel::{Symbol, Value};

/// One mark: values of a variable are personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// The variable; `None` marks every variable.
    pub variable: Option<Symbol>,
    /// Where the case says whom the data is about; `None` when it does not say.
    pub subject: Option<SubjectPath>,
}

/// Where a case names a person: a variable, and the entries to go down from its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectPath {
    /// The path as written: `child.iin`.
    pub text: Arc<str>,
    /// The variable.
    pub variable: Symbol,
    /// The names of the entries, outermost first.
    pub entries: Box<[Arc<str>]>,
}

impl SubjectPath {
    /// The name of the person, when the variable has the value `value`: a text that is not empty, or
    /// a number. Anything else names nobody.
    #[must_use]
    pub fn person(&self, value: &Value) -> Option<String> {
        let mut value = value;
        for entry in &self.entries {
            let Value::Context(context) = value else {
                return None;
            };
            value = context.get(entry)?;
        }
        match value {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}
