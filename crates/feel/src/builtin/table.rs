//! The list of all built-in functions.

use super::Builtin;

/// All built-in functions.
pub(super) fn all() -> impl Iterator<Item = &'static Builtin> {
    std::iter::once(&NOT)
}

static NOT: Builtin = Builtin {
    name: "not",
    forms: &["negand"],
    run: |arguments| match arguments.single(0) {
        crate::value::Value::Boolean(value) => (!*value).into(),
        crate::value::Value::Null => crate::value::Value::Null,
        _ => arguments.mismatch(0, "boolean").unwrap_or_default(),
    },
    foldable: false,
    tolerates_missing: false,
};
