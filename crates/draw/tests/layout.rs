//! Layouts of whole files: the reference models without their diagrams, and random models.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "layout/model.rs"]
mod model;

use std::fs;
use std::path::{Path, PathBuf};

use reglament_core::Definitions;
use reglament_draw::diagram::{self, BPMNDI, Diagram};
use reglament_draw::layout::{Existing, Measure, layout, measure, write};
use reglament_source::SourceText;
use reglament_xml::{ElementRef, NodeId};

/// The reference models that the BPMN Model Interchange Working Group publishes.
fn reference_models() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/miwg");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the reference models are in the repository")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "bpmn")
        })
        .collect();
    files.sort();
    files
}

fn read(text: &str) -> Definitions {
    let source = SourceText::new("model.bpmn", text.to_owned());
    let (definitions, diagnostics) = reglament_core::read_source(source);
    assert!(
        diagnostics.iter().all(|found| !found.is_error()),
        "{diagnostics:?}"
    );
    definitions.expect("the model can be read")
}

fn text_of(path: &Path) -> String {
    let bytes = fs::read(path).expect("the file can be read");
    let (source, _) = SourceText::decode_lossy(path.display().to_string(), &bytes);
    source.text().to_owned()
}

/// The model without its diagrams.
fn without_diagrams(text: &str) -> String {
    let mut document = read(text).into_document();
    let diagrams: Vec<NodeId> = document
        .root()
        .children_named(BPMNDI, "BPMNDiagram")
        .map(ElementRef::id)
        .collect();
    for diagram in diagrams {
        document.remove(diagram).expect("a diagram can be removed");
    }
    document.write()
}

/// The diagrams of a layout, and the file with them.
fn laid_out(text: &str, existing: Existing) -> (Vec<Diagram>, String) {
    let definitions = read(text);
    let (diagrams, diagnostics) = layout(&definitions, existing);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let mut document = definitions.into_document();
    write(&mut document, &diagrams, existing).expect("the diagrams can be written");
    (diagrams, document.write())
}

/// What holds for every layout.
fn assert_sound(name: &str, definitions: &Definitions, diagrams: &[Diagram]) -> Vec<Measure> {
    let measures: Vec<Measure> = diagrams
        .iter()
        .map(|diagram| measure(definitions, diagram))
        .collect();
    for measure in &measures {
        assert!(
            measure.overlaps.is_empty(),
            "{name}: {:?} overlap",
            measure.overlaps
        );
        assert!(
            measure.outside.is_empty(),
            "{name}: {:?} outside",
            measure.outside
        );
        assert!(
            measure.through.is_empty(),
            "{name}: {:?} through",
            measure.through
        );
    }
    for edge in diagrams.iter().flat_map(|diagram| &diagram.edges) {
        assert!(edge.waypoints.len() >= 2, "{name}: {}", edge.element);
    }
    measures
}

#[test]
fn reference_models_are_laid_out_without_overlaps() {
    let files = reference_models();
    assert_eq!(files.len(), 21);
    for file in files {
        let name = file.display().to_string();
        let text = without_diagrams(&text_of(&file));
        let (diagrams, _) = laid_out(&text, Existing::Keep);
        assert!(!diagrams.is_empty(), "{name}");
        assert_sound(&name, &read(&text), &diagrams);
    }
}

#[test]
fn labels_of_reference_models_cover_nothing() {
    let mut covering: Vec<String> = Vec::new();
    for file in reference_models() {
        let text = without_diagrams(&text_of(&file));
        let definitions = read(&text);
        let (diagrams, _) = laid_out(&text, Existing::Keep);
        let name = file
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned());
        for diagram in &diagrams {
            let found = measure(&definitions, diagram).covering;
            covering.extend(found.iter().filter_map(|_| name.clone()));
        }
    }
    // In B.2.0 a message flow passes six lines of text between two boundary events; in C.8.1 29 data
    // associations leave a label no free place.
    let is_known = |name: &String| matches!(name.as_str(), "B.2.0" | "C.8.1");
    assert!(covering.iter().all(is_known), "{covering:?}");
    assert!(covering.len() <= 2, "{covering:?}");
}

#[test]
fn what_is_written_is_read_again() {
    for file in reference_models() {
        let text = without_diagrams(&text_of(&file));
        let (diagrams, written) = laid_out(&text, Existing::Keep);
        let (read_again, diagnostics) = diagram::read(&read(&written));
        assert!(
            diagnostics.is_empty(),
            "{}: {diagnostics:?}",
            file.display()
        );
        let without_ids = |diagrams: &[Diagram]| -> Vec<Diagram> {
            let mut diagrams = diagrams.to_vec();
            for diagram in &mut diagrams {
                diagram.id = None;
                diagram.shapes.iter_mut().for_each(|shape| shape.id = None);
                diagram.edges.iter_mut().for_each(|edge| edge.id = None);
            }
            diagrams
        };
        assert_eq!(without_ids(&read_again), without_ids(&diagrams));
    }
}

#[test]
fn a_second_layout_changes_nothing() {
    for file in reference_models() {
        let text = without_diagrams(&text_of(&file));
        let (_, once) = laid_out(&text, Existing::Keep);
        let (_, twice) = laid_out(&once, Existing::Keep);
        assert_eq!(once, twice, "{}", file.display());
        let (_, again) = laid_out(&once, Existing::Replace);
        assert_eq!(once, again, "{}", file.display());
    }
}

#[test]
fn everything_outside_of_the_diagram_stays() {
    for file in reference_models() {
        let text = text_of(&file);
        let (_, written) = laid_out(&text, Existing::Replace);
        assert_eq!(
            without_diagrams(&text).replace(['\n', ' ', '\t'], ""),
            without_diagrams(&written).replace(['\n', ' ', '\t'], ""),
            "{}",
            file.display()
        );
    }
}

#[test]
fn random_models_are_laid_out_without_overlaps() {
    for seed in 0..60 {
        let text = model::random(seed);
        let name = format!("seed {seed}");
        let (diagrams, written) = laid_out(&text, Existing::Keep);
        assert_sound(&name, &read(&text), &diagrams);
        let (again, _) = laid_out(&text, Existing::Keep);
        assert_eq!(diagrams, again, "{name}: not the same twice");
        let (_, twice) = laid_out(&written, Existing::Keep);
        assert_eq!(written, twice, "{name}: the second run changes something");
    }
}

#[test]
fn what_is_missing_is_placed_beside_what_exists() {
    for seed in 0..30 {
        let text = model::random(seed);
        let name = format!("seed {seed}");
        let (before, written) = laid_out(&text, Existing::Keep);
        let (holes, removed) = model::with_holes(&written, seed);
        let definitions = read(&holes);
        let (diagrams, diagnostics) = layout(&definitions, Existing::Keep);
        if diagnostics.iter().any(|found| found.is_error()) {
            // No room, and it says so.
            assert!(diagrams.is_empty(), "{name}");
            continue;
        }
        for (old, new) in before.iter().zip(&diagrams) {
            for shape in old
                .shapes
                .iter()
                .filter(|shape| !removed.contains(&shape.element))
            {
                let found = new
                    .shape_of(&shape.element)
                    .expect("what was there is there");
                assert_eq!(
                    (found.bounds.x, found.bounds.y),
                    (shape.bounds.x, shape.bounds.y)
                );
            }
            assert_eq!(old.shapes.len(), new.shapes.len(), "{name}");
            let measure = measure(&definitions, new);
            assert!(
                measure.overlaps.is_empty(),
                "{name}: {:?}",
                measure.overlaps
            );
            assert!(measure.outside.is_empty(), "{name}: {:?}", measure.outside);
        }
    }
}

#[test]
fn a_missing_lane_of_a_drawn_pool_is_refused() {
    let text = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <collaboration id="c"><participant id="pool" processRef="p"/></collaboration>
  <process id="p">
    <laneSet id="set"><lane id="one"><flowNodeRef>a</flowNodeRef></lane><lane id="two"/></laneSet>
    <task id="a"/>
  </process>
</definitions>"#;
    let (_, written) = laid_out(text, Existing::Keep);
    let mut document = read(&written).into_document();
    let lane = document
        .elements()
        .find(|element| element.attribute("bpmnElement") == Some("two"))
        .expect("the lane is drawn")
        .id();
    document.remove(lane).expect("a shape can be removed");
    let (diagrams, diagnostics) = layout(&read(&document.write()), Existing::Keep);
    assert!(diagrams.is_empty());
    let codes: Vec<&str> = diagnostics.iter().map(|found| found.code.id).collect();
    assert_eq!(codes, ["RG1142"]);
}

#[test]
fn a_choreography_is_refused() {
    let text = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <choreography id="c"/>
</definitions>"#;
    let (diagrams, diagnostics) = layout(&read(text), Existing::Keep);
    assert!(diagrams.is_empty());
    let codes: Vec<&str> = diagnostics.iter().map(|found| found.code.id).collect();
    assert_eq!(codes, ["RG1141"]);
}

#[test]
fn a_kazakh_name_makes_its_task_grow() {
    let text = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="p">
    <task id="long" name="Көрсетілетін қызметті алушының құжаттарының толықтығын тексеру және тіркеу"/>
    <task id="short" name="Тексеру"/>
  </process>
</definitions>"#;
    let (diagrams, _) = laid_out(text, Existing::Keep);
    let size = |id: &str| {
        let shape = diagrams.first().and_then(|diagram| diagram.shape_of(id));
        let bounds = shape.expect("the task is drawn").bounds;
        (bounds.width, bounds.height)
    };
    assert_eq!(size("short"), (100.0, 80.0));
    assert!(size("long").0 > 100.0 || size("long").1 > 80.0);
}
