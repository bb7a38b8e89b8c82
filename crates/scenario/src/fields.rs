//! What only scripts have: values of variables, instants and durations.

use std::sync::Arc;

use reglament_core::timer::{Timer, TimerKind, Timestamp};
use reglament_executor::Variables;
use reglament_feel::Value;
use reglament_pack::tree::{Fields, FileKind, Findings, Name, Node, Tree};
use reglament_source::{Diagnostic, Span};

use crate::codes;

/// What a script is called, and the codes of what can be wrong with its keys.
pub(crate) static SCRIPT: FileKind = FileKind {
    name: "the script",
    malformed: &codes::MALFORMED,
    unknown_key: &codes::UNKNOWN_KEY,
    wrong_type: &codes::WRONG_TYPE,
    invalid_value: &codes::INVALID_VALUE,
    missing_key: &codes::MISSING_KEY,
};

/// The values of variables under `key`; absent is none.
pub(crate) fn given(
    fields: &mut Fields<'_>,
    key: &'static str,
    findings: &mut Findings,
) -> Variables {
    fields
        .value(key)
        .map(|node| variables(key, node, findings))
        .unwrap_or_default()
}

/// Values of variables.
pub(crate) fn variables(what: &str, node: &Node, findings: &mut Findings) -> Variables {
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type(what, "a mapping from variable names to values", node);
        return Variables::new();
    };
    let mut variables = Variables::new();
    for entry in entries {
        match Value::from_json_str(&entry.value.to_json()) {
            Ok(value) => variables.push((Arc::from(entry.key.as_str()), value)),
            Err(error) => {
                let message = format!(
                    "`{what}`: the value of `{}` cannot be read: {error}",
                    entry.key
                );
                findings
                    .push(Diagnostic::error(&codes::INVALID_VALUE, message).at(entry.value.span));
            }
        }
    }
    variables
}

/// An instant.
pub(crate) fn instant(name: &Name, findings: &mut Findings) -> Option<Timestamp> {
    match Timestamp::parse_rfc3339(&name.text) {
        Ok(instant) => Some(instant),
        Err(error) => {
            let hint = "write an instant as `2026-03-19T09:00:00+05:00`";
            let diagnostic = invalid_time(&format!("`{name}` is no instant: {error}"), name.span);
            findings.push(diagnostic.hint(hint));
            None
        }
    }
}

/// A duration.
pub(crate) fn duration(name: &Name, findings: &mut Findings) -> Option<Timer> {
    match Timer::parse(TimerKind::Duration, &name.text) {
        Ok(timer) => Some(timer),
        Err(error) => {
            findings.push(invalid_time(
                &format!("`{name}` is no duration: {error}"),
                name.span,
            ));
            None
        }
    }
}

fn invalid_time(message: &str, span: Span) -> Diagnostic {
    Diagnostic::error(&codes::INVALID_TIME, message).at(span)
}
