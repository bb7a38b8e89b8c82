//! The notation: what the drawings look like, kept as SVG, and what holds for every drawing.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use reglament_core::Definitions;
use reglament_draw::diagram::{self, Diagram};
use reglament_draw::html::{Details, html};
use reglament_draw::language::Language;
use reglament_draw::svg::{Options, svg};
use reglament_source::SourceText;
use reglament_xml::{Document, Limits};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn load(path: &Path) -> (Definitions, Vec<Diagram>) {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (definitions, _) = reglament_core::read(&path.display().to_string(), &bytes);
    let definitions = definitions.unwrap();
    let (diagrams, _) = diagram::read(&definitions);
    (definitions, diagrams)
}

/// The reference models of the working group and the flows of the regulations.
fn models() -> Vec<PathBuf> {
    let mut models = vec![root().join("tests/models/notation.bpmn")];
    for folder in ["../../tests/miwg", "../../processes"] {
        let mut folders = vec![root().join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|it| it == "bpmn") {
                    models.push(path);
                }
            }
        }
    }
    models.sort();
    assert!(models.len() > 30, "{models:?}");
    models
}

fn parse(svg: &str) -> Document {
    let (document, diagnostics) =
        reglament_xml::parse(SourceText::new("svg", svg.to_owned()), &Limits::default());
    assert_eq!(diagnostics, []);
    document.unwrap()
}

#[test]
fn every_symbol_looks_as_it_did() {
    let (definitions, diagrams) = load(&root().join("tests/models/notation.bpmn"));
    insta::assert_snapshot!(svg(&definitions, &diagrams[0], &Options::default()));
}

#[test]
fn reference_models_look_as_they_did() {
    for name in ["A.2.1", "A.4.1", "C.6.0"] {
        let (definitions, diagrams) = load(&root().join(format!("../../tests/miwg/{name}.bpmn")));
        insta::assert_snapshot!(name, svg(&definitions, &diagrams[0], &Options::default()));
    }
}

#[test]
fn every_drawing_is_well_formed_and_shows_every_element_once() {
    for path in models() {
        let (definitions, diagrams) = load(&path);
        for diagram in &diagrams {
            let document = parse(&svg(&definitions, diagram, &Options::default()));
            let mut ids = BTreeSet::new();
            let mut elements = Vec::new();
            for group in document.elements() {
                if let Some(id) = group.attribute("id") {
                    assert!(ids.insert(id), "{}: `{id}` twice", path.display());
                }
                elements.extend(group.attribute("data-element").map(str::to_owned));
            }
            let shapes = diagram.shapes.iter().map(|shape| shape.element.clone());
            let edges = diagram.edges.iter().map(|edge| edge.element.clone());
            let mut expected: Vec<String> = shapes.chain(edges).collect();
            expected.sort();
            elements.sort();
            assert_eq!(elements, expected, "{}", path.display());
        }
    }
}

#[test]
fn every_element_has_a_title_and_every_number_is_one() {
    for path in models() {
        let (definitions, diagrams) = load(&path);
        for diagram in &diagrams {
            let text = svg(&definitions, diagram, &Options::default());
            for word in ["NaN", "inf", "<script", "href", "url(", "<image"] {
                assert!(!text.contains(&format!("\"{word}")), "{word}");
            }
            assert!(!text.contains("<script"));
            let document = parse(&text);
            for group in document.elements() {
                if group.attribute("data-element").is_some() {
                    let first = group.children().next().unwrap();
                    assert_eq!(first.local_name(), "title");
                    assert!(!first.text().trim().is_empty());
                }
            }
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (definitions, diagrams) = load(&root().join("../../tests/miwg/B.2.0.bpmn"));
    let (again, diagrams_again) = load(&root().join("../../tests/miwg/B.2.0.bpmn"));
    let options = Options::default();
    assert_eq!(
        svg(&definitions, &diagrams[0], &options),
        svg(&again, &diagrams_again[0], &options)
    );
    let page = |definitions: &Definitions, diagrams: &[Diagram]| {
        let shown: Vec<&Diagram> = diagrams.iter().collect();
        html(definitions, &shown, &options, &Details::new())
    };
    assert_eq!(page(&definitions, &diagrams), page(&again, &diagrams_again));
}

#[test]
fn names_stand_in_the_language_that_is_asked_for() {
    let path = root().join("../../processes/kindergarten-queue/portal.bpmn");
    let (definitions, diagrams) = load(&path);
    let drawn = |language| {
        let options = Options {
            language,
            ..Options::default()
        };
        svg(&definitions, &diagrams[0], &options)
    };
    let english = drawn(Some(Language::English));
    assert!(english.contains("<title>Pool: Service recipient</title>"));
    assert!(english.contains("lang=\"en\""));
    let kazakh = drawn(Some(Language::Kazakh));
    assert!(kazakh.contains("<title>Қатысушы: Көрсетілетін қызметті алушы</title>"));
    assert!(drawn(None).contains("Көрсетілетін қызметті алушы</title>"));
}

#[test]
fn a_shortcut_of_a_data_association_is_drawn() {
    let (definitions, diagrams) = load(&root().join("../../tests/miwg/C.7.0.bpmn"));
    assert_eq!(diagrams[0].shortcuts.len(), 1);
    let text = svg(&definitions, &diagrams[0], &Options::default());
    assert_eq!(text.matches("class=\"edge shortcut\"").count(), 1);
}

#[test]
fn several_diagrams_of_one_page_share_no_id() {
    let (definitions, diagrams) = load(&root().join("../../tests/miwg/C.4.0.bpmn"));
    let shown: Vec<&Diagram> = diagrams.iter().collect();
    let page = html(&definitions, &shown, &Options::default(), &Details::new());
    let mut ids = BTreeSet::new();
    for part in page.split(" id=\"").skip(1) {
        let id = part.split('"').next().unwrap();
        assert!(ids.insert(id), "`{id}` twice");
    }
    assert!(ids.len() > 100);
    assert_eq!(page.matches("<option").count(), 4);
}
