//! Diagnostics as SARIF, the format that code scanning reads.
//!
//! # Source
//! OASIS SARIF 2.1.0, 3.14 (run), 3.27 (result), 3.49 (rule).

use reglament_source::{Code, Diagnostic, SourceText};
use serde_json::{Value, json};

use crate::check::Checked;

/// The schema that a log follows.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log of one run of `check`.
pub(crate) fn log(checked: &[Checked]) -> String {
    let rules = rules(checked);
    let results: Vec<Value> = checked
        .iter()
        .flat_map(|file| {
            file.diagnostics
                .iter()
                .map(|diagnostic| result(diagnostic, &file.source, &rules))
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "reglament",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules.iter().map(|code| rule(code)).collect::<Vec<_>>(),
                }
            },
            "columnKind": "unicodeCodePoints",
            "artifacts": checked.iter().map(|file| json!({"location": {"uri": uri(file.source.name())}})).collect::<Vec<_>>(),
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default()
}

/// The codes that occur, each once, by id.
fn rules(checked: &[Checked]) -> Vec<&'static Code> {
    let mut rules: Vec<&'static Code> = checked
        .iter()
        .flat_map(|file| file.diagnostics.iter().map(|diagnostic| diagnostic.code))
        .collect();
    rules.sort_by_key(|code| code.id);
    rules.dedup_by_key(|code| code.id);
    rules
}

fn rule(code: &Code) -> Value {
    let mut rule = json!({
        "id": code.id,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.explanation},
        "help": {"text": code.explanation, "markdown": code.explanation},
    });
    if let (Some(spec), Some(rule)) = (code.spec, rule.as_object_mut()) {
        rule.insert("properties".to_owned(), json!({"spec": spec}));
    }
    rule
}

fn result(diagnostic: &Diagnostic, source: &SourceText, rules: &[&'static Code]) -> Value {
    let text = match &diagnostic.hint {
        Some(hint) => format!("{}. {hint}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut place = json!({"artifactLocation": {"uri": uri(source.name())}});
    if let (Some(span), Some(place)) = (diagnostic.span, place.as_object_mut()) {
        let (start, end) = (source.position(span.start), source.position(span.end));
        place.insert(
            "region".to_owned(),
            json!({
                "startLine": start.line, "startColumn": start.column,
                "endLine": end.line, "endColumn": end.column,
            }),
        );
    }
    let mut location = json!({"physicalLocation": place});
    if let (Some(element), Some(location)) = (&diagnostic.element, location.as_object_mut()) {
        location.insert(
            "logicalLocations".to_owned(),
            json!([{"name": element, "kind": "element"}]),
        );
    }
    json!({
        "ruleId": diagnostic.code.id,
        "ruleIndex": rules.iter().position(|code| code.id == diagnostic.code.id),
        "level": diagnostic.severity.as_str(),
        "message": {"text": text},
        "locations": [location],
    })
}

/// A path as a relative or absolute URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    if uri.starts_with('/') {
        format!("file://{uri}")
    } else {
        uri
    }
}
