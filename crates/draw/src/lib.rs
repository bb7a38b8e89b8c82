//! BPMN diagrams: the diagram interchange, its layout, and drawings of it.
//!
//! ```text
//! Definitions --diagram::read--> Diagram --svg--> SVG --png--> PNG
//!                                        \--html--> one page
//! ```
//!
//! A [`Diagram`](diagram::Diagram) says where each element stands; what the element is, its
//! [`Definitions`](reglament_core::Definitions) say. Texts are measured with the metrics of one
//! bundled font ([`text`]), so that a name wraps in the same places on every machine.

pub mod codes;
pub mod diagram;
pub mod facts;
pub mod geometry;
pub mod html;
pub mod language;
pub mod layout;
pub mod overlay;
#[cfg(feature = "png")]
pub mod png;
pub mod size;
pub mod svg;
pub mod text;
