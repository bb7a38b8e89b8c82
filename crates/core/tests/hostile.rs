//! Files that are broken at random, or nested as deep as the XML reader allows, are read and lowered
//! without a panic.

use std::path::Path;

/// A generator of numbers that is the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}

/// Lines are removed, repeated, swapped and moved, and quoted values exchanged: what is left is
/// often still XML.
fn broken(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for _ in 0..1 + numbers.below(6) {
        let (one, other) = (numbers.below(lines.len()), numbers.below(lines.len()));
        match numbers.below(4) {
            0 => drop(lines.remove(one)),
            1 => lines.insert(other, lines.get(one).copied().unwrap_or_default()),
            2 => lines.swap(one, other),
            _ => {
                let line = lines.remove(one);
                lines.insert(other.min(lines.len()), line);
            }
        }
    }
    let text = lines.join("\n");
    let mut values: Vec<&str> = text.split('"').collect();
    for _ in 0..numbers.below(4) {
        // The pieces with odd numbers are between quotes.
        let (one, other) = (
            numbers.below(values.len() / 2) * 2 + 1,
            numbers.below(values.len() / 2) * 2 + 1,
        );
        let exchanged = values.get(other).copied();
        if let (Some(place), Some(value)) = (values.get_mut(one), exchanged) {
            *place = value;
        }
    }
    values.join("\"")
}

#[test]
fn broken_models_are_read_and_lowered_without_a_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let mut trees = 0;
    for file in [
        "tests/miwg/A.4.1.bpmn",
        "tests/miwg/C.9.0.bpmn",
        "processes/kindergarten-queue/portal.bpmn",
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        for _ in 0..40 {
            let broken = broken(&text, &mut numbers);
            let (definitions, diagnostics) = reglament_core::read(file, broken.as_bytes());
            if let Some(definitions) = definitions {
                trees += 1;
                let lowering = reglament_core::lower(&definitions);
                for diagnostic in diagnostics.iter().chain(&lowering.diagnostics_for_check()) {
                    let span = diagnostic.span.unwrap();
                    let place = definitions.source().text().get(span.range());
                    assert!(place.is_some(), "{diagnostic} has the place {span:?}");
                }
            }
        }
    }
    assert!(trees > 30, "only {trees} of the broken files had a tree");
}

#[test]
fn scopes_nested_to_the_limit_are_read_and_lowered() {
    let depth = 250;
    let mut text = String::from(
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='urn:t'><process id='p' isExecutable='true'>",
    );
    for n in 0..depth {
        text.push_str(&format!("<subProcess id='s{n}'>"));
    }
    text.push_str("<task id='t'/>");
    text.push_str(&"</subProcess>".repeat(depth));
    text.push_str("</process></definitions>");
    let (definitions, diagnostics) = reglament_core::read("deep.bpmn", text.as_bytes());
    assert_eq!(diagnostics, []);
    let lowering = reglament_core::lower(&definitions.unwrap());
    assert_eq!(lowering.program.elements.len(), depth + 2);
}
