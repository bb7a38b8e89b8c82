//! Any bytes are read as BPMN and lowered without a panic; every diagnostic has a place that can be
//! drawn.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (source, definitions, mut diagnostics) = reglament_core::read_with_text("fuzzed", bytes);
    match definitions {
        Some(definitions) => {
            let lowering = reglament_core::lower(&definitions);
            diagnostics.extend(lowering.diagnostics_for_check());
        }
        None => assert!(!diagnostics.is_empty()),
    }
    for diagnostic in &diagnostics {
        if let Some(span) = diagnostic.span {
            assert!(source.text().get(span.range()).is_some(), "{diagnostic:?}");
        }
    }
});
