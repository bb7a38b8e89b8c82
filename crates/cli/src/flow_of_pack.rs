//! A flow together with the pack that it belongs to.

use std::path::Path;

use reglament_pack::{FolderSource, MANIFEST, Pack};

use crate::Unusable;
use crate::diagnostics::draw_on_stderr;
use crate::input::folder_of;
use crate::model::{Meaning, Model};

/// The model in the file `path`, and the pack in whose folder it lies, if it lies in one. What is wrong
/// with the model is said on standard error.
pub(crate) fn load(path: &Path) -> Result<(Meaning, Option<Pack>), Unusable> {
    let model = Model::load(path)?;
    draw_on_stderr(&model.reading, &model.source);
    let name = model.source.name().to_owned();
    let Some(meaning) = model.meaning else {
        return Err(Unusable::new(format!("`{name}` is no BPMN file")));
    };
    Ok((meaning, around(path)))
}

/// The pack in whose folder a file lies.
fn around(path: &Path) -> Option<Pack> {
    let folder = folder_of(path);
    if !folder.join(MANIFEST).is_file() {
        return None;
    }
    Pack::load(&FolderSource::new(&folder)).0
}
