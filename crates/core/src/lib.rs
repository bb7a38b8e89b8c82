//! BPMN: typed views over the XML tree, identifiers, timers, and lowering to an executable program.

pub mod identifier;
pub mod program;
pub mod timer;

pub use program::Program;
