//! Automatic layout: where everything stands when nobody has drawn it.
//!
//! ```text
//! Definitions --scene--> Scene --arrange--> places --route--> lines --label--> Diagram --write--> tree
//! ```
//!
//! [`layout`] makes the diagrams of a file, [`write()`] puts them into its tree as BPMN diagram
//! interchange. Flows run from left to right in layers; pools stand one under the other with their
//! lanes as bands; what is inside a sub-process is arranged before it. Every size comes from the names
//! as the bundled font measures them. The same model gives the same layout.
//!
//! # Source
//! BPMN 2.0.2, 12.2 for what a diagram consists of; each module names its algorithms.

#![expect(
    clippy::indexing_slicing,
    reason = "typed indices address the arenas of the scene or graph that they come from"
)]

mod arrange;
mod group;
mod keep;
mod label;
mod layered;
mod measure;
mod name;
mod plane;
mod route;
mod scene;
mod space;
mod write;

pub use measure::{Measure, measure};
pub use plane::{Existing, layout};
pub use write::write;
