//! BPMN process engine with pluggable regulations: the facade.
