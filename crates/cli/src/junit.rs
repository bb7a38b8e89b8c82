//! Results of scenarios as JUnit XML, which every CI reads.

use std::fmt::Write as _;

use crate::test::{Case, Verdict};

/// The report: one suite, a test case for each scenario.
pub(crate) fn report(cases: &[Case]) -> String {
    let failures = cases
        .iter()
        .filter(|case| matches!(case.verdict, Verdict::Failed(_)))
        .count();
    let errors = cases
        .iter()
        .filter(|case| matches!(case.verdict, Verdict::Broken(_)))
        .count();
    let total: f64 = cases.iter().map(|case| case.took.as_secs_f64()).sum();
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{total:.3}\"",
        cases.len()
    );
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"reglament\" {counts}>\n"
    );
    for case in cases {
        let name = case.title.as_deref().unwrap_or(&case.file);
        // Writing to a string cannot fail.
        let _ = write!(
            xml,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
            escaped(&case.file),
            escaped(name),
            case.took.as_secs_f64()
        );
        match &case.verdict {
            Verdict::Passed => xml.push_str("/>\n"),
            Verdict::Failed(messages) => outcome("failure", &messages.join("\n"), &mut xml),
            Verdict::Broken(message) => outcome("error", message, &mut xml),
        }
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn outcome(element: &str, text: &str, xml: &mut String) {
    let first = text.lines().next().unwrap_or_default();
    let _ = write!(
        xml,
        ">\n      <{element} message=\"{}\">{}</{element}>\n    </testcase>\n",
        escaped(first),
        escaped(text)
    );
}

/// `text` as character data or attribute value; characters that XML does not have are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            control if control.is_control() => {}
            '\u{fffe}' | '\u{ffff}' => {}
            other => escaped.push(other),
        }
    }
    escaped
}
