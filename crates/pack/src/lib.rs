//! Regulation packs: everything that one regulation of a public service needs to be executed,
//! checked and explained, as data.
//!
//! A pack is a handful of files behind a [`PackSource`]: the manifest `regulation.toml`
//! ([`manifest`]), the text `clauses.yaml` ([`clauses`]), one BPMN file for each channel, forms,
//! decisions and documents. [`Pack::load`] reads all of it, checks that the parts agree, and says
//! everything that is wrong at once; [`Pack::open`] gives only a pack in which nothing is.
//!
//! A pack also says how its flows relate to its text: [`table`] is the action table made from a flow,
//! [`trace`] the elements that implement each clause.
//!
//! # Features
//! - `folder`: packs from a folder of the file system. Without it nothing here does IO.

mod check;
pub mod clauses;
pub mod codes;
pub mod form;
mod index;
pub mod manifest;
mod pack;
mod report;
mod source;
pub mod table;
mod template;
pub mod trace;
pub mod tree;
pub mod validity;
mod version;

pub use index::{Excluded, INDEX, Index};
pub use pack::{CLAUSES, Flow, MANIFEST, Pack, PackFile};
pub use report::{FileReport, Report};
#[cfg(feature = "folder")]
pub use source::FolderSource;
pub use source::{EmbeddedSource, MemorySource, PackSource, ReadError, SHARED};
pub use template::{Part, Template};
pub use version::{Choice, in_force};
