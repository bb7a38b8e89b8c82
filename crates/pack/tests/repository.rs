//! The packs of the repository.

#![cfg(feature = "folder")]

use std::path::Path;

use reglament_pack::{FolderSource, Pack, Report};

fn said(report: &Report) -> Vec<String> {
    report
        .diagnostics()
        .map(|(file, diagnostic)| {
            let place = diagnostic
                .span
                .map(|span| file.source.position(span.start).to_string());
            format!("{}:{} {diagnostic}", file.path, place.unwrap_or_default())
        })
        .collect()
}

#[test]
fn a_pack_with_a_manifest_is_clean() {
    let processes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processes");
    let (pack, report) = Pack::load(&FolderSource::new(processes.join("kindergarten-queue")));
    assert_eq!(said(&report), Vec::<String>::new());
    let pack = pack.map(|pack| (pack.id().to_owned(), pack.flows().len()));
    assert_eq!(pack, Some(("kindergarten-queue".to_owned(), 2)));
}
