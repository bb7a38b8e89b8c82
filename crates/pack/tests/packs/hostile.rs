//! No input makes a reader of packs panic, hang or read outside the pack.

use proptest::prelude::*;
use reglament_pack::clauses::Clauses;
use reglament_pack::form::Form;
use reglament_pack::manifest::Manifest;
use reglament_pack::{Index, MemorySource, Pack, PackSource, Template};
use reglament_source::SourceText;

/// Reads `text` as everything that it could be.
fn read_all(text: &str) {
    let source = SourceText::new("hostile", text.to_owned());
    let _ = Manifest::read(&source);
    let _ = Clauses::read(&source);
    let _ = Form::read(&source);
    let _ = Index::read(&source);
    let _ = Template::read(&source);
}

/// The sample with one file cut or mixed up: bytes `from..to` of `path` replaced by `by`.
fn spoilt(path: &str, from: usize, to: usize, by: &[u8]) -> MemorySource {
    let source = crate::sample::sample();
    let mut bytes = source
        .read(path)
        .map(|it| it.into_owned())
        .unwrap_or_default();
    let (from, to) = (from.min(bytes.len()), to.min(bytes.len()));
    bytes.splice(from.min(to)..from.max(to), by.iter().copied());
    source.with(path, bytes)
}

const PATHS: [&str; 4] = [
    "regulation.toml",
    "clauses.yaml",
    "counter.bpmn",
    "forms/application.form",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn texts_of_any_kind_are_read_without_a_panic(text in any::<String>()) {
        read_all(&text);
    }

    #[test]
    fn texts_of_their_own_words_are_read_without_a_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "[[term]]", "[validity.from]", "id", "=", "\"a\"", "\n", "{", "}", "[", "]", ",", ":", "- ",
            "  ", "clauses", "items", "kk", "'", "\"", "2013-07-03", "1e999", "0x", "components", "&a", "*a",
            "type", "textfield", "validate", "{{", "}}", "<<", "|", ">-", "ә", "#", "not-stated", ".",
        ]), 0..40)
    ) {
        read_all(&words.concat());
    }

    #[test]
    fn packs_with_a_spoilt_file_are_loaded_without_a_panic(
        path in prop::sample::select(PATHS.to_vec()),
        from in 0usize..20_000,
        length in 0usize..200,
        by in prop::collection::vec(any::<u8>(), 0..6),
    ) {
        let source = spoilt(path, from, from + length, &by);
        let _ = Pack::load(&source);
    }
}

#[test]
fn nesting_does_not_overflow_the_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("a.", "b"), ("- ", "")] {
        let text = format!("x = {}1{}", open.repeat(20_000), close.repeat(20_000));
        read_all(&text);
        read_all(&text.replacen("x = ", "", 1));
    }
}
