//! Typed views over the XML tree, in the words of BPMN.
//!
//! A view is a pointer into the tree that knows which element it stands on: nothing is copied, and
//! what a view does not name is still there. [`Definitions`] owns the tree and finds elements by
//! their id; [`read`](crate::read()) makes it.
//!
//! # Source
//! BPMN 2.0.2, chapters 7 to 10 and 15.

#[macro_use]
mod view;

mod artifact;
mod collaboration;
mod data;
mod definitions;
mod event;
mod event_definition;
mod expression;
mod extension;
mod flow_node;
mod gateway;
mod input_output;
mod lane;
mod loop_characteristics;
mod process;
mod reg;
mod resource;
mod root_element;
pub(crate) mod schema;
// One line for each type and element: as a table it can be compared with the schema.
#[rustfmt::skip]
mod schema_table;
mod sequence_flow;
mod sub_process;
mod tag;
mod task;
pub mod zeebe;

pub use artifact::{Association, Group, TextAnnotation};
pub use collaboration::{Collaboration, MessageFlow, Participant};
pub use data::{DataObject, DataObjectReference, DataStore, DataStoreReference, Property};
pub(crate) use definitions::IdIndex;
pub use definitions::{Definitions, Resolved};
pub use event::{
    BoundaryEvent, EndEvent, Event, ImplicitThrowEvent, IntermediateCatchEvent,
    IntermediateThrowEvent, StartEvent,
};
pub use event_definition::{
    CancelEventDefinition, CompensateEventDefinition, ConditionalEventDefinition,
    ErrorEventDefinition, EscalationEventDefinition, EventDefinition, LinkEventDefinition,
    MessageEventDefinition, SignalEventDefinition, TerminateEventDefinition, TimerEventDefinition,
};
pub use expression::Expression;
pub use extension::ExtensionElements;
pub use flow_node::{FlowElements, FlowNode};
pub use gateway::{
    ComplexGateway, EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway,
};
pub use input_output::{
    Assignment, DataAssociation, DataInput, DataInputAssociation, DataOutput,
    DataOutputAssociation, InputOutputSpecification,
};
pub use lane::{Lane, LaneSet};
pub use loop_characteristics::{
    ComplexBehaviorDefinition, MultiInstanceLoopCharacteristics, StandardLoopCharacteristics,
};
pub use process::Process;
pub use reg::{
    BindingOfDuties, Completion, Label, Outcome, Personal, REG, SeparationOfDuties, Source, Term,
};
pub use resource::{Resource, ResourceRole};
pub use root_element::{
    Category, CategoryValue, Error, Escalation, GlobalTask, Import, ItemDefinition, Message, Signal,
};
pub use sequence_flow::SequenceFlow;
pub use sub_process::{AdHocSubProcess, SubProcess, Transaction};
pub use tag::{BPMN, Tag};
pub use task::{
    BusinessRuleTask, CallActivity, ManualTask, ReceiveTask, ScriptTask, SendTask, ServiceTask,
    Task, UserTask,
};
pub use view::{BaseElement, parse_boolean, parse_integer};
pub(crate) use view::{child, children};
