//! Compares the layouts of models with the diagrams that the models come with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use reglament_core::Definitions;
use reglament_draw::diagram::{self, BPMNDI, Diagram};
use reglament_draw::layout::{Existing, Measure, layout, measure};
use reglament_source::SourceText;

/// Prints a table in Markdown: every model below `folder`, laid out and as it came.
pub(crate) fn run(folder: &Path) -> ExitCode {
    let Ok(entries) = fs::read_dir(folder) else {
        eprintln!("cannot read the folder `{}`", folder.display());
        return ExitCode::from(2);
    };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "bpmn")
        })
        .collect();
    files.sort();
    println!(
        "| model | overlaps | edges through shapes | covering labels | crossings | bends | length (px) | area (Mpx) |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for file in &files {
        match row(file) {
            Some(row) => println!("{row}"),
            None => eprintln!("cannot read `{}`", file.display()),
        }
    }
    ExitCode::SUCCESS
}

fn read(name: &str, bytes: &[u8]) -> Option<Definitions> {
    let (source, _) = SourceText::decode_lossy(name.to_owned(), bytes);
    reglament_core::read_source(source).0
}

/// The row of one model: the layout, and behind it in brackets the original.
fn row(file: &Path) -> Option<String> {
    let name = file.file_stem()?.to_string_lossy().into_owned();
    let definitions = read(&name, &fs::read(file).ok()?)?;
    let (original, _) = diagram::read(&definitions);
    let original = sum(&definitions, &original);
    let mut document = definitions.into_document();
    let diagrams: Vec<_> = document
        .root()
        .children_named(BPMNDI, "BPMNDiagram")
        .map(|diagram| diagram.id())
        .collect();
    for diagram in diagrams {
        document.remove(diagram).ok()?;
    }
    let definitions = read(&name, document.write().as_bytes())?;
    let (diagrams, _) = layout(&definitions, Existing::Keep);
    let ours = sum(&definitions, &diagrams);
    let count = |of: &dyn Fn(&Measure) -> usize| format!("{} ({})", of(&ours), of(&original));
    let number = |of: &dyn Fn(&Measure) -> f64, digits: usize| {
        format!("{:.digits$} ({:.digits$})", of(&ours), of(&original))
    };
    Some(format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} |",
        count(&|found| found.overlaps.len()),
        count(&|found| found.through.len()),
        count(&|found| found.covering.len()),
        count(&|found| found.crossings),
        count(&|found| found.bends),
        number(&|found| found.length, 0),
        number(&|found| found.area / 1e6, 2),
    ))
}

/// The measures of all diagrams of a file together.
fn sum(definitions: &Definitions, diagrams: &[Diagram]) -> Measure {
    let mut sum = Measure::default();
    for diagram in diagrams {
        let found = measure(definitions, diagram);
        sum.overlaps.extend(found.overlaps);
        sum.through.extend(found.through);
        sum.covering.extend(found.covering);
        sum.crossings += found.crossings;
        sum.bends += found.bends;
        sum.length += found.length;
        sum.area += found.area;
    }
    sum
}
