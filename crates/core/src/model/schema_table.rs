//! The schema of BPMN 2.0 as a table: which attributes and children each element may have.
//!
//! # Source
//! `Semantic.xsd` and `BPMN20.xsd` of BPMN 2.0.2, in their order. Expressions may carry the
//! attributes of formal expressions without saying so by `xsi:type`, as most tools write them.

use super::schema::Group::{
    self, Artifact, ConversationNode, EventDefinition, Expression, FlowElement, LoopCharacteristics,
    ResourceRole, RootElement,
};
use super::schema::Value::{self, Boolean, Id, Integer, OneOf, Reference, Text};
use super::schema::{Target, Type, group, many, may, must, one, optional, some};
use super::tag::Tag;

static BASE_ELEMENT: Type = Type::elements(None, &[may("id", Id)], &[many(Tag::Documentation), optional(Tag::ExtensionElements)]);

static FLOW_ELEMENT: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[optional(Tag::Auditing), optional(Tag::Monitoring), many(Tag::CategoryValueRef)]);

static FLOW_NODE: Type = Type::elements(Some(&FLOW_ELEMENT), &[], &[many(Tag::Incoming), many(Tag::Outgoing)]);

static ACTIVITY: Type = Type::elements(Some(&FLOW_NODE), &[may("isForCompensation", Boolean), may("startQuantity", Integer), may("completionQuantity", Integer), may("default", Reference(Target::Flow))], &[optional(Tag::IoSpecification), many(Tag::Property), many(Tag::DataInputAssociation), many(Tag::DataOutputAssociation), group(ResourceRole, 0, true), group(LoopCharacteristics, 0, false)]);

static SUB_PROCESS: Type = Type::elements(Some(&ACTIVITY), &[may("triggeredByEvent", Boolean)], &[many(Tag::LaneSet), group(FlowElement, 0, true), group(Artifact, 0, true)]);

static AD_HOC_SUB_PROCESS: Type = Type::elements(Some(&SUB_PROCESS), &[may("cancelRemainingInstances", Boolean), may("ordering", OneOf(&["Parallel", "Sequential"]))], &[optional(Tag::CompletionCondition)]);

static ASSIGNMENT: Type = Type::elements(Some(&BASE_ELEMENT), &[], &[one(Tag::From), one(Tag::To)]);

static ASSOCIATION: Type = Type::elements(Some(&BASE_ELEMENT), &[must("sourceRef", Reference(Target::Any)), must("targetRef", Reference(Target::Any)), may("associationDirection", OneOf(&["None", "One", "Both"]))], &[]);

static BASE_ELEMENT_WITH_MIXED_CONTENT: Type = Type::mixed(None, &[may("id", Id)], &[many(Tag::Documentation), optional(Tag::ExtensionElements)]);

static EVENT: Type = Type::elements(Some(&FLOW_NODE), &[], &[many(Tag::Property)]);

static CATCH_EVENT: Type = Type::elements(Some(&EVENT), &[may("parallelMultiple", Boolean)], &[many(Tag::DataOutput), many(Tag::DataOutputAssociation), optional(Tag::OutputSet), group(EventDefinition, 0, true), many(Tag::EventDefinitionRef)]);

static BOUNDARY_EVENT: Type = Type::elements(Some(&CATCH_EVENT), &[may("cancelActivity", Boolean), must("attachedToRef", Reference(Target::Activity))], &[]);

static BUSINESS_RULE_TASK: Type = Type::elements(Some(&ACTIVITY), &[may("implementation", Text)], &[]);

static CALL_ACTIVITY: Type = Type::elements(Some(&ACTIVITY), &[may("calledElement", Reference(Target::Callable))], &[]);

static CHOREOGRAPHY_ACTIVITY: Type = Type::elements(Some(&FLOW_NODE), &[must("initiatingParticipantRef", Reference(Target::Participant)), may("loopType", OneOf(&["None", "Standard", "MultiInstanceSequential", "MultiInstanceParallel"]))], &[some(Tag::ParticipantRef), many(Tag::CorrelationKey)]);

static CALL_CHOREOGRAPHY: Type = Type::elements(Some(&CHOREOGRAPHY_ACTIVITY), &[may("calledChoreographyRef", Reference(Target::Collaboration))], &[many(Tag::ParticipantAssociation)]);

static CONVERSATION_NODE: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::ParticipantRef), many(Tag::MessageFlowRef), many(Tag::CorrelationKey)]);

static CALL_CONVERSATION: Type = Type::elements(Some(&CONVERSATION_NODE), &[may("calledCollaborationRef", Reference(Target::Collaboration))], &[many(Tag::ParticipantAssociation)]);

static CALLABLE_ELEMENT: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::SupportedInterfaceRef), optional(Tag::IoSpecification), many(Tag::IoBinding)]);

static CATEGORY: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::CategoryValue)]);

static CATEGORY_VALUE: Type = Type::elements(Some(&BASE_ELEMENT), &[may("value", Text)], &[]);

static COLLABORATION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("isClosed", Boolean)], &[many(Tag::Participant), many(Tag::MessageFlow), group(Artifact, 0, true), group(ConversationNode, 0, true), many(Tag::ConversationAssociation), many(Tag::ParticipantAssociation), many(Tag::MessageFlowAssociation), many(Tag::CorrelationKey), many(Tag::ChoreographyRef), many(Tag::ConversationLink)]);

static CHOREOGRAPHY: Type = Type::elements(Some(&COLLABORATION), &[], &[group(FlowElement, 0, true)]);

static CHOREOGRAPHY_TASK: Type = Type::elements(Some(&CHOREOGRAPHY_ACTIVITY), &[], &[some(Tag::MessageFlowRef)]);

static COMPENSATE_EVENT_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("waitForCompletion", Boolean), may("activityRef", Reference(Target::Activity))], &[]);

static COMPLEX_BEHAVIOR_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[], &[one(Tag::Condition), optional(Tag::Event)]);

static GATEWAY: Type = Type::elements(Some(&FLOW_NODE), &[may("gatewayDirection", OneOf(&["Unspecified", "Converging", "Diverging", "Mixed"]))], &[]);

static COMPLEX_GATEWAY: Type = Type::elements(Some(&GATEWAY), &[may("default", Reference(Target::Flow))], &[optional(Tag::ActivationCondition)]);

static CONDITIONAL_EVENT_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[], &[one(Tag::Condition)]);

static CONVERSATION_ASSOCIATION: Type = Type::elements(Some(&BASE_ELEMENT), &[must("innerConversationNodeRef", Reference(Target::Any)), must("outerConversationNodeRef", Reference(Target::Any))], &[]);

static CONVERSATION_LINK: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), must("sourceRef", Reference(Target::Any)), must("targetRef", Reference(Target::Any))], &[]);

static CORRELATION_KEY: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::CorrelationPropertyRef)]);

static CORRELATION_PROPERTY: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("type", Text)], &[some(Tag::CorrelationPropertyRetrievalExpression)]);

static CORRELATION_PROPERTY_BINDING: Type = Type::elements(Some(&BASE_ELEMENT), &[must("correlationPropertyRef", Reference(Target::CorrelationProperty))], &[one(Tag::DataPath)]);

static CORRELATION_PROPERTY_RETRIEVAL_EXPRESSION: Type = Type::elements(Some(&BASE_ELEMENT), &[must("messageRef", Reference(Target::Message))], &[one(Tag::MessagePath)]);

static CORRELATION_SUBSCRIPTION: Type = Type::elements(Some(&BASE_ELEMENT), &[must("correlationKeyRef", Reference(Target::CorrelationKey))], &[many(Tag::CorrelationPropertyBinding)]);

static DATA_ASSOCIATION: Type = Type::elements(Some(&BASE_ELEMENT), &[], &[many(Tag::SourceRef), one(Tag::TargetRef), optional(Tag::Transformation), many(Tag::Assignment)]);

static DATA_INPUT: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("itemSubjectRef", Reference(Target::ItemDefinition)), may("isCollection", Boolean)], &[optional(Tag::DataState)]);

static DATA_OBJECT: Type = Type::elements(Some(&FLOW_ELEMENT), &[may("itemSubjectRef", Reference(Target::ItemDefinition)), may("isCollection", Boolean)], &[optional(Tag::DataState)]);

static DATA_OBJECT_REFERENCE: Type = Type::elements(Some(&FLOW_ELEMENT), &[may("itemSubjectRef", Reference(Target::ItemDefinition)), may("dataObjectRef", Reference(Target::DataObject))], &[optional(Tag::DataState)]);

static DATA_OUTPUT: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("itemSubjectRef", Reference(Target::ItemDefinition)), may("isCollection", Boolean)], &[optional(Tag::DataState)]);

static DATA_STATE: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[]);

static DATA_STORE: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("capacity", Integer), may("isUnlimited", Boolean), may("itemSubjectRef", Reference(Target::ItemDefinition))], &[optional(Tag::DataState)]);

static DATA_STORE_REFERENCE: Type = Type::elements(Some(&FLOW_ELEMENT), &[may("itemSubjectRef", Reference(Target::ItemDefinition)), may("dataStoreRef", Reference(Target::DataStore))], &[optional(Tag::DataState)]);

static DEFINITIONS: Type = Type::elements(None, &[may("id", Id), may("name", Text), must("targetNamespace", Text), may("expressionLanguage", Text), may("typeLanguage", Text), may("exporter", Text), may("exporterVersion", Text)], &[many(Tag::Import), many(Tag::Extension), group(RootElement, 0, true), many(Tag::Relationship)]);

static DOCUMENTATION: Type = Type::any(None, &[may("id", Id), may("textFormat", Text)], &[]);

static THROW_EVENT: Type = Type::elements(Some(&EVENT), &[], &[many(Tag::DataInput), many(Tag::DataInputAssociation), optional(Tag::InputSet), group(EventDefinition, 0, true), many(Tag::EventDefinitionRef)]);

static ERROR: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("errorCode", Text), may("structureRef", Reference(Target::ItemDefinition))], &[]);

static ERROR_EVENT_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("errorRef", Reference(Target::Error))], &[]);

static ESCALATION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("escalationCode", Text), may("structureRef", Reference(Target::ItemDefinition))], &[]);

static ESCALATION_EVENT_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("escalationRef", Reference(Target::Escalation))], &[]);

static EVENT_BASED_GATEWAY: Type = Type::elements(Some(&GATEWAY), &[may("instantiate", Boolean), may("eventGatewayType", OneOf(&["Exclusive", "Parallel"]))], &[]);

static EXCLUSIVE_GATEWAY: Type = Type::elements(Some(&GATEWAY), &[may("default", Reference(Target::Flow))], &[]);

static EXPRESSION: Type = Type::mixed(Some(&BASE_ELEMENT_WITH_MIXED_CONTENT), &[may("language", Text), may("evaluatesToTypeRef", Text)], &[]);

static EXTENSION: Type = Type::any(None, &[may("definition", Text), may("mustUnderstand", Boolean)], &[many(Tag::Documentation)]);

static EXTENSION_ELEMENTS: Type = Type::any(None, &[], &[]);

static FORMAL_EXPRESSION: Type = Type::mixed(Some(&EXPRESSION), &[], &[]);

static GLOBAL_TASK: Type = Type::elements(Some(&CALLABLE_ELEMENT), &[], &[group(ResourceRole, 0, true)]);

static GLOBAL_BUSINESS_RULE_TASK: Type = Type::elements(Some(&GLOBAL_TASK), &[may("implementation", Text)], &[]);

static GLOBAL_CHOREOGRAPHY_TASK: Type = Type::elements(Some(&CHOREOGRAPHY), &[may("initiatingParticipantRef", Reference(Target::Participant))], &[]);

static GLOBAL_SCRIPT_TASK: Type = Type::elements(Some(&GLOBAL_TASK), &[may("scriptLanguage", Text)], &[optional(Tag::Script)]);

static GLOBAL_USER_TASK: Type = Type::elements(Some(&GLOBAL_TASK), &[may("implementation", Text)], &[many(Tag::Rendering)]);

static GROUP: Type = Type::elements(Some(&BASE_ELEMENT), &[may("categoryValueRef", Reference(Target::CategoryValue))], &[]);

static RESOURCE_ROLE: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[optional(Tag::ResourceRef), many(Tag::ResourceParameterBinding), optional(Tag::ResourceAssignmentExpression)]);

static IMPORT: Type = Type::elements(None, &[must("namespace", Text), must("location", Text), must("importType", Text)], &[]);

static INCLUSIVE_GATEWAY: Type = Type::elements(Some(&GATEWAY), &[may("default", Reference(Target::Flow))], &[]);

static INPUT_OUTPUT_BINDING: Type = Type::elements(Some(&BASE_ELEMENT), &[must("operationRef", Reference(Target::Operation)), must("inputDataRef", Text), must("outputDataRef", Text)], &[]);

static INPUT_OUTPUT_SPECIFICATION: Type = Type::elements(Some(&BASE_ELEMENT), &[], &[many(Tag::DataInput), many(Tag::DataOutput), some(Tag::InputSet), some(Tag::OutputSet)]);

static INPUT_SET: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::DataInputRefs), many(Tag::OptionalInputRefs), many(Tag::WhileExecutingInputRefs), many(Tag::OutputSetRefs)]);

static INTERFACE: Type = Type::elements(Some(&BASE_ELEMENT), &[must("name", Text), may("implementationRef", Text)], &[some(Tag::Operation)]);

static ITEM_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("structureRef", Text), may("isCollection", Boolean), may("itemKind", OneOf(&["Information", "Physical"]))], &[]);

static LANE: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("partitionElementRef", Reference(Target::Any))], &[optional(Tag::PartitionElement), many(Tag::FlowNodeRef), optional(Tag::ChildLaneSet)]);

static LANE_SET: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::Lane)]);

static LINK_EVENT_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[must("name", Text)], &[many(Tag::Source), optional(Tag::Target)]);

static MESSAGE: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("itemRef", Reference(Target::ItemDefinition))], &[]);

static MESSAGE_EVENT_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("messageRef", Reference(Target::Message))], &[optional(Tag::OperationRef)]);

static MESSAGE_FLOW: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), must("sourceRef", Reference(Target::InteractionNode)), must("targetRef", Reference(Target::InteractionNode)), may("messageRef", Reference(Target::Message))], &[]);

static MESSAGE_FLOW_ASSOCIATION: Type = Type::elements(Some(&BASE_ELEMENT), &[must("innerMessageFlowRef", Reference(Target::MessageFlow)), must("outerMessageFlowRef", Reference(Target::MessageFlow))], &[]);

static MULTI_INSTANCE_LOOP_CHARACTERISTICS: Type = Type::elements(Some(&BASE_ELEMENT), &[may("isSequential", Boolean), may("behavior", OneOf(&["None", "One", "All", "Complex"])), may("oneBehaviorEventRef", Reference(Target::EventDefinition)), may("noneBehaviorEventRef", Reference(Target::EventDefinition))], &[optional(Tag::LoopCardinality), optional(Tag::LoopDataInputRef), optional(Tag::LoopDataOutputRef), optional(Tag::InputDataItem), optional(Tag::OutputDataItem), many(Tag::ComplexBehaviorDefinition), optional(Tag::CompletionCondition)]);

static OPERATION: Type = Type::elements(Some(&BASE_ELEMENT), &[must("name", Text), may("implementationRef", Text)], &[one(Tag::InMessageRef), optional(Tag::OutMessageRef), many(Tag::ErrorRef)]);

static OUTPUT_SET: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::DataOutputRefs), many(Tag::OptionalOutputRefs), many(Tag::WhileExecutingOutputRefs), many(Tag::InputSetRefs)]);

static PARTICIPANT: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("processRef", Reference(Target::Process))], &[many(Tag::InterfaceRef), many(Tag::EndPointRef), optional(Tag::ParticipantMultiplicity)]);

static PARTICIPANT_ASSOCIATION: Type = Type::elements(Some(&BASE_ELEMENT), &[], &[one(Tag::InnerParticipantRef), one(Tag::OuterParticipantRef)]);

static PARTICIPANT_MULTIPLICITY: Type = Type::elements(Some(&BASE_ELEMENT), &[may("minimum", Integer), may("maximum", Integer)], &[]);

static PARTNER_ENTITY: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::ParticipantRef)]);

static PARTNER_ROLE: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text)], &[many(Tag::ParticipantRef)]);

static PROCESS: Type = Type::elements(Some(&CALLABLE_ELEMENT), &[may("processType", OneOf(&["None", "Public", "Private"])), may("isClosed", Boolean), may("isExecutable", Boolean), may("definitionalCollaborationRef", Reference(Target::Collaboration))], &[optional(Tag::Auditing), optional(Tag::Monitoring), many(Tag::Property), many(Tag::LaneSet), group(FlowElement, 0, true), group(Artifact, 0, true), group(ResourceRole, 0, true), many(Tag::CorrelationSubscription), many(Tag::Supports)]);

static PROPERTY: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("itemSubjectRef", Reference(Target::ItemDefinition))], &[optional(Tag::DataState)]);

static RECEIVE_TASK: Type = Type::elements(Some(&ACTIVITY), &[may("implementation", Text), may("instantiate", Boolean), may("messageRef", Reference(Target::Message)), may("operationRef", Reference(Target::Operation))], &[]);

static RELATIONSHIP: Type = Type::elements(Some(&BASE_ELEMENT), &[must("type", Text), may("direction", OneOf(&["None", "Forward", "Backward", "Both"]))], &[some(Tag::Source), some(Tag::Target)]);

static RESOURCE: Type = Type::elements(Some(&BASE_ELEMENT), &[must("name", Text)], &[many(Tag::ResourceParameter)]);

static RESOURCE_ASSIGNMENT_EXPRESSION: Type = Type::elements(Some(&BASE_ELEMENT), &[], &[group(Expression, 1, false)]);

static RESOURCE_PARAMETER: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("type", Text), may("isRequired", Boolean)], &[]);

static RESOURCE_PARAMETER_BINDING: Type = Type::elements(Some(&BASE_ELEMENT), &[must("parameterRef", Reference(Target::ResourceParameter))], &[group(Expression, 1, false)]);

static SCRIPT: Type = Type::any(None, &[], &[]);

static SCRIPT_TASK: Type = Type::elements(Some(&ACTIVITY), &[may("scriptFormat", Text)], &[optional(Tag::Script)]);

static SEND_TASK: Type = Type::elements(Some(&ACTIVITY), &[may("implementation", Text), may("messageRef", Reference(Target::Message)), may("operationRef", Reference(Target::Operation))], &[]);

static SEQUENCE_FLOW: Type = Type::elements(Some(&FLOW_ELEMENT), &[must("sourceRef", Reference(Target::FlowNode)), must("targetRef", Reference(Target::FlowNode)), may("isImmediate", Boolean)], &[optional(Tag::ConditionExpression)]);

static SERVICE_TASK: Type = Type::elements(Some(&ACTIVITY), &[may("implementation", Text), may("operationRef", Reference(Target::Operation))], &[]);

static SIGNAL: Type = Type::elements(Some(&BASE_ELEMENT), &[may("name", Text), may("structureRef", Reference(Target::ItemDefinition))], &[]);

static SIGNAL_EVENT_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("signalRef", Reference(Target::Signal))], &[]);

static STANDARD_LOOP_CHARACTERISTICS: Type = Type::elements(Some(&BASE_ELEMENT), &[may("testBefore", Boolean), may("loopMaximum", Integer)], &[optional(Tag::LoopCondition)]);

static START_EVENT: Type = Type::elements(Some(&CATCH_EVENT), &[may("isInterrupting", Boolean)], &[]);

static SUB_CHOREOGRAPHY: Type = Type::elements(Some(&CHOREOGRAPHY_ACTIVITY), &[], &[group(FlowElement, 0, true), group(Artifact, 0, true)]);

static SUB_CONVERSATION: Type = Type::elements(Some(&CONVERSATION_NODE), &[], &[group(ConversationNode, 0, true)]);

static TEXT: Type = Type::any(None, &[], &[]);

static TEXT_ANNOTATION: Type = Type::elements(Some(&BASE_ELEMENT), &[may("textFormat", Text)], &[optional(Tag::Text)]);

static TIMER_EVENT_DEFINITION: Type = Type::elements(Some(&BASE_ELEMENT), &[], &[optional(Tag::TimeDate), optional(Tag::TimeDuration), optional(Tag::TimeCycle)]);

static TRANSACTION: Type = Type::elements(Some(&SUB_PROCESS), &[may("method", Text)], &[]);

static USER_TASK: Type = Type::elements(Some(&ACTIVITY), &[may("implementation", Text)], &[many(Tag::Rendering)]);

static REFERENCE: Type = Type::value();

/// The group, the type and, for elements that hold a reference as text, its target.
pub(super) static ELEMENTS: &[(Tag, Group, &Type, Option<Value>)] = &[
    (Tag::ActivationCondition, Group::Own, &EXPRESSION, None),
    (Tag::AdHocSubProcess, Group::FlowElement, &AD_HOC_SUB_PROCESS, None),
    (Tag::Assignment, Group::Own, &ASSIGNMENT, None),
    (Tag::Association, Group::Artifact, &ASSOCIATION, None),
    (Tag::Auditing, Group::Own, &BASE_ELEMENT, None),
    (Tag::BoundaryEvent, Group::FlowElement, &BOUNDARY_EVENT, None),
    (Tag::BusinessRuleTask, Group::FlowElement, &BUSINESS_RULE_TASK, None),
    (Tag::CallActivity, Group::FlowElement, &CALL_ACTIVITY, None),
    (Tag::CallChoreography, Group::FlowElement, &CALL_CHOREOGRAPHY, None),
    (Tag::CallConversation, Group::ConversationNode, &CALL_CONVERSATION, None),
    (Tag::CallableElement, Group::Own, &CALLABLE_ELEMENT, None),
    (Tag::CancelEventDefinition, Group::EventDefinition, &BASE_ELEMENT, None),
    (Tag::Category, Group::RootElement, &CATEGORY, None),
    (Tag::CategoryValue, Group::Own, &CATEGORY_VALUE, None),
    (Tag::CategoryValueRef, Group::Own, &REFERENCE, Some(Reference(Target::CategoryValue))),
    (Tag::ChildLaneSet, Group::Own, &LANE_SET, None),
    (Tag::Choreography, Group::RootElement, &CHOREOGRAPHY, None),
    (Tag::ChoreographyRef, Group::Own, &REFERENCE, Some(Reference(Target::Collaboration))),
    (Tag::ChoreographyTask, Group::FlowElement, &CHOREOGRAPHY_TASK, None),
    (Tag::Collaboration, Group::RootElement, &COLLABORATION, None),
    (Tag::CompensateEventDefinition, Group::EventDefinition, &COMPENSATE_EVENT_DEFINITION, None),
    (Tag::CompletionCondition, Group::Own, &EXPRESSION, None),
    (Tag::ComplexBehaviorDefinition, Group::Own, &COMPLEX_BEHAVIOR_DEFINITION, None),
    (Tag::ComplexGateway, Group::FlowElement, &COMPLEX_GATEWAY, None),
    (Tag::Condition, Group::Own, &EXPRESSION, None),
    (Tag::ConditionExpression, Group::Own, &EXPRESSION, None),
    (Tag::ConditionalEventDefinition, Group::EventDefinition, &CONDITIONAL_EVENT_DEFINITION, None),
    (Tag::Conversation, Group::ConversationNode, &CONVERSATION_NODE, None),
    (Tag::ConversationAssociation, Group::Own, &CONVERSATION_ASSOCIATION, None),
    (Tag::ConversationLink, Group::Own, &CONVERSATION_LINK, None),
    (Tag::CorrelationKey, Group::Own, &CORRELATION_KEY, None),
    (Tag::CorrelationProperty, Group::RootElement, &CORRELATION_PROPERTY, None),
    (Tag::CorrelationPropertyBinding, Group::Own, &CORRELATION_PROPERTY_BINDING, None),
    (Tag::CorrelationPropertyRef, Group::Own, &REFERENCE, Some(Reference(Target::CorrelationProperty))),
    (Tag::CorrelationPropertyRetrievalExpression, Group::Own, &CORRELATION_PROPERTY_RETRIEVAL_EXPRESSION, None),
    (Tag::CorrelationSubscription, Group::Own, &CORRELATION_SUBSCRIPTION, None),
    (Tag::DataAssociation, Group::Own, &DATA_ASSOCIATION, None),
    (Tag::DataInput, Group::Own, &DATA_INPUT, None),
    (Tag::DataInputAssociation, Group::Own, &DATA_ASSOCIATION, None),
    (Tag::DataInputRefs, Group::Own, &REFERENCE, Some(Reference(Target::DataInput))),
    (Tag::DataObject, Group::FlowElement, &DATA_OBJECT, None),
    (Tag::DataObjectReference, Group::FlowElement, &DATA_OBJECT_REFERENCE, None),
    (Tag::DataOutput, Group::Own, &DATA_OUTPUT, None),
    (Tag::DataOutputAssociation, Group::Own, &DATA_ASSOCIATION, None),
    (Tag::DataOutputRefs, Group::Own, &REFERENCE, Some(Reference(Target::DataOutput))),
    (Tag::DataPath, Group::Own, &FORMAL_EXPRESSION, None),
    (Tag::DataState, Group::Own, &DATA_STATE, None),
    (Tag::DataStore, Group::RootElement, &DATA_STORE, None),
    (Tag::DataStoreReference, Group::FlowElement, &DATA_STORE_REFERENCE, None),
    (Tag::Definitions, Group::Own, &DEFINITIONS, None),
    (Tag::Documentation, Group::Own, &DOCUMENTATION, None),
    (Tag::EndEvent, Group::FlowElement, &THROW_EVENT, None),
    (Tag::EndPoint, Group::RootElement, &BASE_ELEMENT, None),
    (Tag::EndPointRef, Group::Own, &REFERENCE, Some(Reference(Target::EndPoint))),
    (Tag::Error, Group::RootElement, &ERROR, None),
    (Tag::ErrorEventDefinition, Group::EventDefinition, &ERROR_EVENT_DEFINITION, None),
    (Tag::ErrorRef, Group::Own, &REFERENCE, Some(Reference(Target::Error))),
    (Tag::Escalation, Group::RootElement, &ESCALATION, None),
    (Tag::EscalationEventDefinition, Group::EventDefinition, &ESCALATION_EVENT_DEFINITION, None),
    (Tag::Event, Group::FlowElement, &THROW_EVENT, None),
    (Tag::EventBasedGateway, Group::FlowElement, &EVENT_BASED_GATEWAY, None),
    (Tag::EventDefinitionRef, Group::Own, &REFERENCE, Some(Reference(Target::EventDefinition))),
    (Tag::ExclusiveGateway, Group::FlowElement, &EXCLUSIVE_GATEWAY, None),
    (Tag::Expression, Group::Expression, &EXPRESSION, None),
    (Tag::Extension, Group::Own, &EXTENSION, None),
    (Tag::ExtensionElements, Group::Own, &EXTENSION_ELEMENTS, None),
    (Tag::FlowNodeRef, Group::Own, &REFERENCE, Some(Reference(Target::FlowNode))),
    (Tag::FormalExpression, Group::Expression, &FORMAL_EXPRESSION, None),
    (Tag::From, Group::Own, &EXPRESSION, None),
    (Tag::Gateway, Group::Own, &GATEWAY, None),
    (Tag::GlobalBusinessRuleTask, Group::RootElement, &GLOBAL_BUSINESS_RULE_TASK, None),
    (Tag::GlobalChoreographyTask, Group::RootElement, &GLOBAL_CHOREOGRAPHY_TASK, None),
    (Tag::GlobalConversation, Group::RootElement, &COLLABORATION, None),
    (Tag::GlobalManualTask, Group::RootElement, &GLOBAL_TASK, None),
    (Tag::GlobalScriptTask, Group::RootElement, &GLOBAL_SCRIPT_TASK, None),
    (Tag::GlobalTask, Group::RootElement, &GLOBAL_TASK, None),
    (Tag::GlobalUserTask, Group::RootElement, &GLOBAL_USER_TASK, None),
    (Tag::Group, Group::Artifact, &GROUP, None),
    (Tag::HumanPerformer, Group::ResourceRole, &RESOURCE_ROLE, None),
    (Tag::ImplicitThrowEvent, Group::FlowElement, &THROW_EVENT, None),
    (Tag::Import, Group::Own, &IMPORT, None),
    (Tag::InMessageRef, Group::Own, &REFERENCE, Some(Reference(Target::Message))),
    (Tag::InclusiveGateway, Group::FlowElement, &INCLUSIVE_GATEWAY, None),
    (Tag::Incoming, Group::Own, &REFERENCE, Some(Reference(Target::Flow))),
    (Tag::InnerParticipantRef, Group::Own, &REFERENCE, Some(Reference(Target::Participant))),
    (Tag::InputDataItem, Group::Own, &DATA_INPUT, None),
    (Tag::InputSet, Group::Own, &INPUT_SET, None),
    (Tag::InputSetRefs, Group::Own, &REFERENCE, Some(Reference(Target::InputSet))),
    (Tag::Interface, Group::RootElement, &INTERFACE, None),
    (Tag::InterfaceRef, Group::Own, &REFERENCE, Some(Reference(Target::Interface))),
    (Tag::IntermediateCatchEvent, Group::FlowElement, &CATCH_EVENT, None),
    (Tag::IntermediateThrowEvent, Group::FlowElement, &THROW_EVENT, None),
    (Tag::IoBinding, Group::Own, &INPUT_OUTPUT_BINDING, None),
    (Tag::IoSpecification, Group::Own, &INPUT_OUTPUT_SPECIFICATION, None),
    (Tag::ItemDefinition, Group::RootElement, &ITEM_DEFINITION, None),
    (Tag::Lane, Group::Own, &LANE, None),
    (Tag::LaneSet, Group::Own, &LANE_SET, None),
    (Tag::LinkEventDefinition, Group::EventDefinition, &LINK_EVENT_DEFINITION, None),
    (Tag::LoopCardinality, Group::Own, &EXPRESSION, None),
    (Tag::LoopCondition, Group::Own, &EXPRESSION, None),
    (Tag::LoopDataInputRef, Group::Own, &REFERENCE, Some(Reference(Target::ItemAware))),
    (Tag::LoopDataOutputRef, Group::Own, &REFERENCE, Some(Reference(Target::ItemAware))),
    (Tag::ManualTask, Group::FlowElement, &ACTIVITY, None),
    (Tag::Message, Group::RootElement, &MESSAGE, None),
    (Tag::MessageEventDefinition, Group::EventDefinition, &MESSAGE_EVENT_DEFINITION, None),
    (Tag::MessageFlow, Group::Own, &MESSAGE_FLOW, None),
    (Tag::MessageFlowAssociation, Group::Own, &MESSAGE_FLOW_ASSOCIATION, None),
    (Tag::MessageFlowRef, Group::Own, &REFERENCE, Some(Reference(Target::MessageFlow))),
    (Tag::MessagePath, Group::Own, &FORMAL_EXPRESSION, None),
    (Tag::Monitoring, Group::Own, &BASE_ELEMENT, None),
    (Tag::MultiInstanceLoopCharacteristics, Group::LoopCharacteristics, &MULTI_INSTANCE_LOOP_CHARACTERISTICS, None),
    (Tag::Operation, Group::Own, &OPERATION, None),
    (Tag::OperationRef, Group::Own, &REFERENCE, Some(Reference(Target::Operation))),
    (Tag::OptionalInputRefs, Group::Own, &REFERENCE, Some(Reference(Target::DataInput))),
    (Tag::OptionalOutputRefs, Group::Own, &REFERENCE, Some(Reference(Target::DataOutput))),
    (Tag::OutMessageRef, Group::Own, &REFERENCE, Some(Reference(Target::Message))),
    (Tag::OuterParticipantRef, Group::Own, &REFERENCE, Some(Reference(Target::Participant))),
    (Tag::Outgoing, Group::Own, &REFERENCE, Some(Reference(Target::Flow))),
    (Tag::OutputDataItem, Group::Own, &DATA_OUTPUT, None),
    (Tag::OutputSet, Group::Own, &OUTPUT_SET, None),
    (Tag::OutputSetRefs, Group::Own, &REFERENCE, Some(Reference(Target::OutputSet))),
    (Tag::ParallelGateway, Group::FlowElement, &GATEWAY, None),
    (Tag::Participant, Group::Own, &PARTICIPANT, None),
    (Tag::ParticipantAssociation, Group::Own, &PARTICIPANT_ASSOCIATION, None),
    (Tag::ParticipantMultiplicity, Group::Own, &PARTICIPANT_MULTIPLICITY, None),
    (Tag::ParticipantRef, Group::Own, &REFERENCE, Some(Reference(Target::Participant))),
    (Tag::PartitionElement, Group::Own, &BASE_ELEMENT, None),
    (Tag::PartnerEntity, Group::RootElement, &PARTNER_ENTITY, None),
    (Tag::PartnerRole, Group::RootElement, &PARTNER_ROLE, None),
    (Tag::Performer, Group::ResourceRole, &RESOURCE_ROLE, None),
    (Tag::PotentialOwner, Group::ResourceRole, &RESOURCE_ROLE, None),
    (Tag::Process, Group::RootElement, &PROCESS, None),
    (Tag::Property, Group::Own, &PROPERTY, None),
    (Tag::ReceiveTask, Group::FlowElement, &RECEIVE_TASK, None),
    (Tag::Relationship, Group::Own, &RELATIONSHIP, None),
    (Tag::Rendering, Group::Own, &BASE_ELEMENT, None),
    (Tag::Resource, Group::RootElement, &RESOURCE, None),
    (Tag::ResourceAssignmentExpression, Group::Own, &RESOURCE_ASSIGNMENT_EXPRESSION, None),
    (Tag::ResourceParameter, Group::Own, &RESOURCE_PARAMETER, None),
    (Tag::ResourceParameterBinding, Group::Own, &RESOURCE_PARAMETER_BINDING, None),
    (Tag::ResourceRef, Group::Own, &REFERENCE, Some(Reference(Target::Resource))),
    (Tag::ResourceRole, Group::ResourceRole, &RESOURCE_ROLE, None),
    (Tag::Script, Group::Own, &SCRIPT, None),
    (Tag::ScriptTask, Group::FlowElement, &SCRIPT_TASK, None),
    (Tag::SendTask, Group::FlowElement, &SEND_TASK, None),
    (Tag::SequenceFlow, Group::FlowElement, &SEQUENCE_FLOW, None),
    (Tag::ServiceTask, Group::FlowElement, &SERVICE_TASK, None),
    (Tag::Signal, Group::RootElement, &SIGNAL, None),
    (Tag::SignalEventDefinition, Group::EventDefinition, &SIGNAL_EVENT_DEFINITION, None),
    (Tag::Source, Group::Own, &REFERENCE, Some(Text)),
    (Tag::SourceRef, Group::Own, &REFERENCE, Some(Reference(Target::ItemAware))),
    (Tag::StandardLoopCharacteristics, Group::LoopCharacteristics, &STANDARD_LOOP_CHARACTERISTICS, None),
    (Tag::StartEvent, Group::FlowElement, &START_EVENT, None),
    (Tag::SubChoreography, Group::FlowElement, &SUB_CHOREOGRAPHY, None),
    (Tag::SubConversation, Group::ConversationNode, &SUB_CONVERSATION, None),
    (Tag::SubProcess, Group::FlowElement, &SUB_PROCESS, None),
    (Tag::SupportedInterfaceRef, Group::Own, &REFERENCE, Some(Reference(Target::Interface))),
    (Tag::Supports, Group::Own, &REFERENCE, Some(Reference(Target::Process))),
    (Tag::Target, Group::Own, &REFERENCE, Some(Text)),
    (Tag::TargetRef, Group::Own, &REFERENCE, Some(Reference(Target::ItemAware))),
    (Tag::Task, Group::FlowElement, &ACTIVITY, None),
    (Tag::TerminateEventDefinition, Group::EventDefinition, &BASE_ELEMENT, None),
    (Tag::Text, Group::Own, &TEXT, None),
    (Tag::TextAnnotation, Group::Artifact, &TEXT_ANNOTATION, None),
    (Tag::TimeCycle, Group::Own, &EXPRESSION, None),
    (Tag::TimeDate, Group::Own, &EXPRESSION, None),
    (Tag::TimeDuration, Group::Own, &EXPRESSION, None),
    (Tag::TimerEventDefinition, Group::EventDefinition, &TIMER_EVENT_DEFINITION, None),
    (Tag::To, Group::Own, &EXPRESSION, None),
    (Tag::Transaction, Group::FlowElement, &TRANSACTION, None),
    (Tag::Transformation, Group::Own, &FORMAL_EXPRESSION, None),
    (Tag::UserTask, Group::FlowElement, &USER_TASK, None),
    (Tag::WhileExecutingInputRefs, Group::Own, &REFERENCE, Some(Reference(Target::DataInput))),
    (Tag::WhileExecutingOutputRefs, Group::Own, &REFERENCE, Some(Reference(Target::DataOutput))),
];
