//! Packs in folders: what `check` says about a whole pack, beside what it says about each file.

use std::path::{Path, PathBuf};

use reglament_pack::{FolderSource, INDEX, Index, MANIFEST, Pack};
use reglament_source::SourceText;

use crate::check::Checked;
use crate::{Unusable, input};

/// Whether the path is that of the manifest of a pack, or of an index of packs.
pub(crate) fn is_part(path: &Path) -> bool {
    is_named(path, MANIFEST) || is_named(path, INDEX)
}

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|found| found == name)
}

/// Checks the packs whose manifests are among `files`, and the indexes beside them.
pub(crate) fn check(files: &[PathBuf]) -> Result<Vec<Checked>, Unusable> {
    let mut checked = Vec::new();
    let mut packs: Vec<(PathBuf, Option<String>)> = Vec::new();
    for manifest in files.iter().filter(|path| is_named(path, MANIFEST)) {
        let folder = input::folder_of(manifest);
        let (pack, report) = Pack::load(&FolderSource::new(&folder));
        packs.push((folder, pack.map(|pack| pack.id().to_owned())));
        checked.extend(report.files().iter().map(|file| Checked {
            source: file.source.clone(),
            diagnostics: file.diagnostics.clone(),
        }));
    }
    for path in files.iter().filter(|path| is_named(path, INDEX)) {
        checked.extend(check_index(path, &packs)?);
    }
    Ok(checked)
}

/// Checks an index; a file of this name beside no pack is something else.
fn check_index(
    path: &Path,
    packs: &[(PathBuf, Option<String>)],
) -> Result<Option<Checked>, Unusable> {
    let folder = input::folder_of(path);
    let beside: Vec<(String, Option<String>)> = packs
        .iter()
        .filter(|(pack, _)| input::folder_of(pack) == folder)
        .filter_map(|(pack, id)| {
            let name = pack.file_name()?.to_string_lossy().into_owned();
            Some((name, id.clone()))
        })
        .collect();
    if beside.is_empty() {
        return Ok(None);
    }
    let bytes = input::read(path)?;
    let (source, mut diagnostics) = SourceText::decode_lossy(path.display().to_string(), &bytes);
    if diagnostics.is_empty() {
        let (index, found) = Index::read(&source);
        diagnostics = found;
        diagnostics.extend(index.iter().flat_map(|index| index.check(&beside)));
    }
    Ok(Some(Checked {
        source,
        diagnostics,
    }))
}

/// Adds what is said about whole packs to what is said about each file.
///
/// A file of a pack is read twice, once by itself, so what both say is said once.
pub(crate) fn merge(checked: &mut Vec<Checked>, of_packs: Vec<Checked>) {
    for file in of_packs {
        let same = |other: &&mut Checked| plain(other.source.name()) == plain(file.source.name());
        match checked.iter_mut().find(same) {
            Some(known) => {
                for diagnostic in file.diagnostics {
                    if !known.diagnostics.contains(&diagnostic) {
                        known.diagnostics.push(diagnostic);
                    }
                }
                crate::diagnostics::in_order(&mut known.diagnostics);
            }
            None => checked.push(file),
        }
    }
    checked.sort_by(|one, other| plain(one.source.name()).cmp(plain(other.source.name())));
}

/// The path without `./` in front.
fn plain(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}
