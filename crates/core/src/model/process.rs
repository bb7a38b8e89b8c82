//! Processes (BPMN 2.0.2, 10.2).

use super::data::Property;
use super::flow_node::FlowElements;
use super::input_output::InputOutputSpecification;

view! {
    /// A process.
    Process(Process) {
        /// What it needs and makes.
        io_specification: one(IoSpecification => InputOutputSpecification),
        /// Its properties.
        properties: all(Property => Property),
        /// `None`, `Public` or `Private`.
        process_type: text("processType"),
        /// Whether messages that are not modelled may be exchanged.
        is_closed: boolean("isClosed", false),
        /// Whether it is declared executable; absent is not.
        is_executable: boolean("isExecutable", false),
    }
}

impl<'d> Process<'d> {
    /// Its contents.
    #[must_use]
    pub fn flow_elements(self) -> FlowElements<'d> {
        FlowElements::of(self.0)
    }
}
