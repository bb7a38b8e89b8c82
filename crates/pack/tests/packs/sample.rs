//! The sample pack that `reglament new` writes, as the base of the tests: each changes one thing.

use reglament_pack::{MemorySource, Pack, PackSource, Report};

const FILES: &[(&str, &str)] = &[
    (
        "regulation.toml",
        include_str!("../../../cli/template/regulation.toml"),
    ),
    (
        "clauses.yaml",
        include_str!("../../../cli/template/clauses.yaml"),
    ),
    (
        "counter.bpmn",
        include_str!("../../../cli/template/counter.bpmn"),
    ),
    (
        "forms/application.form",
        include_str!("../../../cli/template/forms/application.form"),
    ),
];

/// How many characters of a place are shown.
const PLACE_SHOWN: usize = 40;

/// The sample as it is.
pub(crate) fn sample() -> MemorySource {
    let empty = MemorySource::new("sample");
    FILES
        .iter()
        .fold(empty, |source, (path, text)| source.with(*path, *text))
}

/// The sample with `from` in the file `path` replaced by `to`, everywhere.
pub(crate) fn changed(path: &str, from: &str, to: &str) -> MemorySource {
    change(sample(), path, from, to)
}

/// `source` with `from` in the file `path` replaced by `to`, everywhere.
pub(crate) fn change(source: MemorySource, path: &str, from: &str, to: &str) -> MemorySource {
    let text = match source.read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => panic!("{path}: {error}"),
    };
    assert!(text.contains(from), "{path} has no {from:?}");
    source.with(path, text.replace(from, to))
}

/// What is said, a line each: `file: ‹text it points at› severity[code]: message (hint)`.
pub(crate) fn said(report: &Report) -> Vec<String> {
    report
        .diagnostics()
        .map(|(file, diagnostic)| {
            let place = diagnostic.span.map_or_else(String::new, |span| {
                let text = file.source.slice(span).lines().next().unwrap_or_default();
                let end = text.char_indices().nth(PLACE_SHOWN).map(|(end, _)| end);
                format!(
                    " ‹{}›",
                    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
                )
            });
            let hint = diagnostic.hint.as_ref();
            let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
            format!("{}:{place} {diagnostic}{hint}", file.path)
        })
        .collect()
}

/// What is said of the pack.
pub(crate) fn load(source: &MemorySource) -> Vec<String> {
    said(&Pack::load(source).1)
}
