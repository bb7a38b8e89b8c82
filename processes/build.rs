//! Writes the list of the packs and their files, which `src/lib.rs` embeds.
//!
//! A pack is a folder with a `regulation.toml`; every file of it is embedded. A macro that lists a
//! folder would not see files that are added later; this is run again when anything in a pack changes.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What makes a folder a pack.
const MANIFEST: &str = "regulation.toml";

/// The folder of what packs share: see `reglament_pack::SHARED`.
const SHARED: &str = "shared";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo:rerun-if-changed={}", root.join(SHARED).display());
    let mut list = String::from("{ static SHARED: EmbeddedSource =\n");
    files(&root.join(SHARED), &mut list)?;
    list.push_str(";\n&[\n");
    for folder in entries(&root)? {
        let name = folder.file_name().unwrap_or_default();
        if !folder.is_dir() || name == "src" || name == SHARED {
            continue;
        }
        // Of a folder that is no pack yet, so that it is embedded once it is one.
        println!("cargo:rerun-if-changed={}", folder.display());
        if folder.join(MANIFEST).is_file() {
            files(&folder, &mut list)?;
            list.push_str(".with_shared(&SHARED),\n");
        }
    }
    list.push_str("] }");
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("packs.rs");
    fs::write(out, list)?;
    Ok(())
}

/// All files of a folder, as a source.
fn files(folder: &Path, list: &mut String) -> Result<(), Box<dyn Error>> {
    let name = folder.file_name().ok_or("a pack has a name")?;
    writeln!(list, "EmbeddedSource::new({:?}, &[", name.to_string_lossy())?;
    let mut files = Vec::new();
    collect(folder, folder, &mut files)?;
    files.sort();
    for (path, file) in files {
        writeln!(
            list,
            "({path:?}, include_bytes!({:?}) as &[u8]),",
            file.display().to_string()
        )?;
    }
    list.push_str("])");
    Ok(())
}

/// The files below `folder`, by their paths in the pack.
fn collect(
    root: &Path,
    folder: &Path,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), Box<dyn Error>> {
    for path in entries(folder)? {
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let parts = path.strip_prefix(root)?.iter();
            let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), path.clone()));
        }
    }
    Ok(())
}

/// The entries of a folder that are not hidden, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}
