//! The MIWG reference models read without a problem and written without a change.

#![expect(clippy::unwrap_used, reason = "a test fails where a file is missing")]

use std::path::{Path, PathBuf};

use reglament_source::{Encoding, SourceText};
use reglament_xml::{Document, Limits, parse, read_xml};

fn models() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/miwg");
    let mut models: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "bpmn")
        })
        .collect();
    models.sort();
    assert_eq!(models.len(), 21);
    models
}

fn read(path: &Path) -> Document {
    let bytes = std::fs::read(path).unwrap();
    let name = path.display().to_string();
    let (_, document, diagnostics) = read_xml(name, &bytes, &Limits::default());
    assert_eq!(diagnostics, [], "{}", path.display());
    document.unwrap()
}

#[test]
fn every_model_is_written_equal_under_canonical_xml_with_comments() {
    for path in models() {
        let document = read(&path);
        let written = document.write();
        let source = SourceText::new("written", written.clone());
        let (again, diagnostics) = parse(source, &Limits::default());
        assert_eq!(diagnostics, []);
        let again = again.unwrap();
        assert_eq!(
            again.canonical(),
            document.canonical(),
            "{}",
            path.display()
        );
        assert_eq!(again.write(), written);
    }
}

#[test]
fn every_model_is_decoded_from_the_encoding_it_declares() {
    let latin = models()
        .iter()
        .filter(|path| read(path).source().encoding() == Encoding::Iso8859_1)
        .count();
    assert_eq!(latin, 6);
}

#[test]
fn an_edited_id_is_the_only_line_that_changes() {
    for path in models() {
        let mut document = read(&path);
        let before = document.write();
        let element = document.root().children().find_map(|child| {
            child
                .children()
                .find(|inner| inner.attribute("id").is_some())
                .map(|inner| inner.id())
        });
        let element = element.unwrap();
        document.set_attribute(element, "id", "edited_id").unwrap();
        let after = document.write();
        let changed: Vec<(&str, &str)> = before
            .lines()
            .zip(after.lines())
            .filter(|(a, b)| a != b)
            .collect();
        assert_eq!(before.lines().count(), after.lines().count());
        assert_eq!(changed.len(), 1, "{}", path.display());
        let old = changed[0].1.replace("\"edited_id\"", "");
        assert!(old.len() < changed[0].1.len());
        assert_eq!(document.element(element).attribute("id"), Some("edited_id"));
    }
}

/// What XML gives no meaning to stays as well, so that a version control system shows nothing.
#[test]
fn most_models_are_written_byte_for_byte() {
    let same = |path: &PathBuf| read(path).write().into_bytes() == std::fs::read(path).unwrap();
    let different: Vec<PathBuf> = models().into_iter().filter(|path| !same(path)).collect();
    let names: Vec<_> = different
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap())
        .collect();
    // Six are in ISO-8859-1; three write one character in two ways.
    assert_eq!(
        names,
        [
            "A.1.0", "A.2.0", "A.2.1", "A.3.0", "A.4.0", "B.1.0", "B.2.0", "C.9.0", "C.9.2"
        ]
    );
}
