//! Any bytes are read as XML without a panic; what is read without an error is written the same;
//! every diagnostic can be drawn.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reglament_source::SourceText;
use reglament_source::report::{Style, draw};
use reglament_xml::{Limits, parse, read_xml};

fuzz_target!(|bytes: &[u8]| {
    let (source, document, diagnostics) = read_xml("fuzzed", bytes, &Limits::default());
    for diagnostic in diagnostics.iter().take(10) {
        if let Some(span) = diagnostic.span {
            assert!(source.text().get(span.range()).is_some(), "{diagnostic:?}");
        }
        let _ = draw(diagnostic, &source, Style::Plain);
    }
    let Some(document) = document else {
        assert!(!diagnostics.is_empty());
        return;
    };
    let written = document.write();
    let canonical = document.canonical();
    if diagnostics.iter().any(|diagnostic| diagnostic.is_error()) {
        return;
    }
    let (again, found) = parse(SourceText::new("written", written.clone()), &Limits::default());
    assert!(found.iter().all(|diagnostic| !diagnostic.is_error()), "{found:?}\n{written}");
    let again = again.expect("a document");
    assert_eq!(again.canonical(), canonical);
    assert_eq!(again.write(), written);
});
