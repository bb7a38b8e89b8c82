//! BPMN: typed views over the XML tree, identifiers, timers, and lowering to an executable program.
