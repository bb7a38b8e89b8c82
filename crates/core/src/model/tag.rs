//! The names of the elements of the BPMN namespace.
//!
//! # Source
//! `Semantic.xsd` and `BPMN20.xsd` of BPMN 2.0.2.

use std::fmt;
use std::sync::OnceLock;

use reglament_xml::ElementRef;
use rustc_hash::FxHashMap;

/// The namespace of BPMN 2.0.
pub const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";

/// Declares the tags with their local names.
macro_rules! tags {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// The elements of the BPMN namespace.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Tag {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant,
            )+
        }

        impl Tag {
            /// All tags in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The local name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

tags! {
    ActivationCondition = "activationCondition",
    AdHocSubProcess = "adHocSubProcess",
    Assignment = "assignment",
    Association = "association",
    Auditing = "auditing",
    BoundaryEvent = "boundaryEvent",
    BusinessRuleTask = "businessRuleTask",
    CallActivity = "callActivity",
    CallChoreography = "callChoreography",
    CallConversation = "callConversation",
    CallableElement = "callableElement",
    CancelEventDefinition = "cancelEventDefinition",
    Category = "category",
    CategoryValue = "categoryValue",
    CategoryValueRef = "categoryValueRef",
    ChildLaneSet = "childLaneSet",
    Choreography = "choreography",
    ChoreographyRef = "choreographyRef",
    ChoreographyTask = "choreographyTask",
    Collaboration = "collaboration",
    CompensateEventDefinition = "compensateEventDefinition",
    CompletionCondition = "completionCondition",
    ComplexBehaviorDefinition = "complexBehaviorDefinition",
    ComplexGateway = "complexGateway",
    Condition = "condition",
    ConditionExpression = "conditionExpression",
    ConditionalEventDefinition = "conditionalEventDefinition",
    Conversation = "conversation",
    ConversationAssociation = "conversationAssociation",
    ConversationLink = "conversationLink",
    CorrelationKey = "correlationKey",
    CorrelationProperty = "correlationProperty",
    CorrelationPropertyBinding = "correlationPropertyBinding",
    CorrelationPropertyRef = "correlationPropertyRef",
    CorrelationPropertyRetrievalExpression = "correlationPropertyRetrievalExpression",
    CorrelationSubscription = "correlationSubscription",
    DataAssociation = "dataAssociation",
    DataInput = "dataInput",
    DataInputAssociation = "dataInputAssociation",
    DataInputRefs = "dataInputRefs",
    DataObject = "dataObject",
    DataObjectReference = "dataObjectReference",
    DataOutput = "dataOutput",
    DataOutputAssociation = "dataOutputAssociation",
    DataOutputRefs = "dataOutputRefs",
    DataPath = "dataPath",
    DataState = "dataState",
    DataStore = "dataStore",
    DataStoreReference = "dataStoreReference",
    Definitions = "definitions",
    Documentation = "documentation",
    EndEvent = "endEvent",
    EndPoint = "endPoint",
    EndPointRef = "endPointRef",
    Error = "error",
    ErrorEventDefinition = "errorEventDefinition",
    ErrorRef = "errorRef",
    Escalation = "escalation",
    EscalationEventDefinition = "escalationEventDefinition",
    Event = "event",
    EventBasedGateway = "eventBasedGateway",
    EventDefinitionRef = "eventDefinitionRef",
    ExclusiveGateway = "exclusiveGateway",
    Expression = "expression",
    Extension = "extension",
    ExtensionElements = "extensionElements",
    FlowNodeRef = "flowNodeRef",
    FormalExpression = "formalExpression",
    From = "from",
    Gateway = "gateway",
    GlobalBusinessRuleTask = "globalBusinessRuleTask",
    GlobalChoreographyTask = "globalChoreographyTask",
    GlobalConversation = "globalConversation",
    GlobalManualTask = "globalManualTask",
    GlobalScriptTask = "globalScriptTask",
    GlobalTask = "globalTask",
    GlobalUserTask = "globalUserTask",
    Group = "group",
    HumanPerformer = "humanPerformer",
    ImplicitThrowEvent = "implicitThrowEvent",
    Import = "import",
    InMessageRef = "inMessageRef",
    InclusiveGateway = "inclusiveGateway",
    Incoming = "incoming",
    InnerParticipantRef = "innerParticipantRef",
    InputDataItem = "inputDataItem",
    InputSet = "inputSet",
    InputSetRefs = "inputSetRefs",
    Interface = "interface",
    InterfaceRef = "interfaceRef",
    IntermediateCatchEvent = "intermediateCatchEvent",
    IntermediateThrowEvent = "intermediateThrowEvent",
    IoBinding = "ioBinding",
    IoSpecification = "ioSpecification",
    ItemDefinition = "itemDefinition",
    Lane = "lane",
    LaneSet = "laneSet",
    LinkEventDefinition = "linkEventDefinition",
    LoopCardinality = "loopCardinality",
    LoopCondition = "loopCondition",
    LoopDataInputRef = "loopDataInputRef",
    LoopDataOutputRef = "loopDataOutputRef",
    ManualTask = "manualTask",
    Message = "message",
    MessageEventDefinition = "messageEventDefinition",
    MessageFlow = "messageFlow",
    MessageFlowAssociation = "messageFlowAssociation",
    MessageFlowRef = "messageFlowRef",
    MessagePath = "messagePath",
    Monitoring = "monitoring",
    MultiInstanceLoopCharacteristics = "multiInstanceLoopCharacteristics",
    Operation = "operation",
    OperationRef = "operationRef",
    OptionalInputRefs = "optionalInputRefs",
    OptionalOutputRefs = "optionalOutputRefs",
    OutMessageRef = "outMessageRef",
    OuterParticipantRef = "outerParticipantRef",
    Outgoing = "outgoing",
    OutputDataItem = "outputDataItem",
    OutputSet = "outputSet",
    OutputSetRefs = "outputSetRefs",
    ParallelGateway = "parallelGateway",
    Participant = "participant",
    ParticipantAssociation = "participantAssociation",
    ParticipantMultiplicity = "participantMultiplicity",
    ParticipantRef = "participantRef",
    PartitionElement = "partitionElement",
    PartnerEntity = "partnerEntity",
    PartnerRole = "partnerRole",
    Performer = "performer",
    PotentialOwner = "potentialOwner",
    Process = "process",
    Property = "property",
    ReceiveTask = "receiveTask",
    Relationship = "relationship",
    Rendering = "rendering",
    Resource = "resource",
    ResourceAssignmentExpression = "resourceAssignmentExpression",
    ResourceParameter = "resourceParameter",
    ResourceParameterBinding = "resourceParameterBinding",
    ResourceRef = "resourceRef",
    ResourceRole = "resourceRole",
    Script = "script",
    ScriptTask = "scriptTask",
    SendTask = "sendTask",
    SequenceFlow = "sequenceFlow",
    ServiceTask = "serviceTask",
    Signal = "signal",
    SignalEventDefinition = "signalEventDefinition",
    Source = "source",
    SourceRef = "sourceRef",
    StandardLoopCharacteristics = "standardLoopCharacteristics",
    StartEvent = "startEvent",
    SubChoreography = "subChoreography",
    SubConversation = "subConversation",
    SubProcess = "subProcess",
    SupportedInterfaceRef = "supportedInterfaceRef",
    Supports = "supports",
    Target = "target",
    TargetRef = "targetRef",
    Task = "task",
    TerminateEventDefinition = "terminateEventDefinition",
    Text = "text",
    TextAnnotation = "textAnnotation",
    TimeCycle = "timeCycle",
    TimeDate = "timeDate",
    TimeDuration = "timeDuration",
    TimerEventDefinition = "timerEventDefinition",
    To = "to",
    Transaction = "transaction",
    Transformation = "transformation",
    UserTask = "userTask",
    WhileExecutingInputRefs = "whileExecutingInputRefs",
    WhileExecutingOutputRefs = "whileExecutingOutputRefs",
}

impl Tag {
    /// The tag with the local name `name`.
    #[must_use]
    pub fn from_local_name(name: &str) -> Option<Self> {
        static BY_NAME: OnceLock<FxHashMap<&'static str, Tag>> = OnceLock::new();
        BY_NAME
            .get_or_init(|| Self::ALL.iter().map(|tag| (tag.as_str(), *tag)).collect())
            .get(name)
            .copied()
    }

    /// The tag of `element`, if it belongs to the BPMN namespace and the schema knows it.
    #[must_use]
    pub fn of(element: ElementRef<'_>) -> Option<Self> {
        if element.namespace() == Some(BPMN) {
            Self::from_local_name(element.local_name())
        } else {
            None
        }
    }

    /// Whether it is a task of any kind.
    #[must_use]
    pub const fn is_task(self) -> bool {
        matches!(
            self,
            Self::Task
                | Self::UserTask
                | Self::ManualTask
                | Self::ServiceTask
                | Self::SendTask
                | Self::ReceiveTask
                | Self::BusinessRuleTask
                | Self::ScriptTask
        )
    }

    /// Whether it is a sub-process of any kind.
    #[must_use]
    pub const fn is_sub_process(self) -> bool {
        matches!(
            self,
            Self::SubProcess | Self::Transaction | Self::AdHocSubProcess
        )
    }

    /// Whether it is an activity: a task, a sub-process or a call activity.
    #[must_use]
    pub const fn is_activity(self) -> bool {
        self.is_task() || self.is_sub_process() || matches!(self, Self::CallActivity)
    }

    /// Whether it is an event.
    #[must_use]
    pub const fn is_event(self) -> bool {
        matches!(
            self,
            Self::StartEvent
                | Self::IntermediateCatchEvent
                | Self::IntermediateThrowEvent
                | Self::BoundaryEvent
                | Self::EndEvent
        )
    }

    /// Whether it is a gateway.
    #[must_use]
    pub const fn is_gateway(self) -> bool {
        matches!(
            self,
            Self::ExclusiveGateway
                | Self::InclusiveGateway
                | Self::ParallelGateway
                | Self::EventBasedGateway
                | Self::ComplexGateway
        )
    }

    /// Whether it belongs to a choreography.
    #[must_use]
    pub const fn is_choreography_activity(self) -> bool {
        matches!(
            self,
            Self::ChoreographyTask | Self::SubChoreography | Self::CallChoreography
        )
    }

    /// Whether sequence flows may begin or end at it.
    #[must_use]
    pub const fn is_flow_node(self) -> bool {
        self.is_activity()
            || self.is_event()
            || self.is_gateway()
            || self.is_choreography_activity()
    }

    /// Whether it is an event definition.
    #[must_use]
    pub const fn is_event_definition(self) -> bool {
        matches!(
            self,
            Self::MessageEventDefinition
                | Self::TimerEventDefinition
                | Self::SignalEventDefinition
                | Self::ConditionalEventDefinition
                | Self::ErrorEventDefinition
                | Self::EscalationEventDefinition
                | Self::LinkEventDefinition
                | Self::CompensateEventDefinition
                | Self::CancelEventDefinition
                | Self::TerminateEventDefinition
        )
    }

    /// Whether a call activity may call it.
    #[must_use]
    pub const fn is_callable(self) -> bool {
        matches!(
            self,
            Self::Process
                | Self::GlobalTask
                | Self::GlobalUserTask
                | Self::GlobalManualTask
                | Self::GlobalScriptTask
                | Self::GlobalBusinessRuleTask
        )
    }

    /// Whether it holds data that a data association can read or write.
    #[must_use]
    pub const fn is_item_aware(self) -> bool {
        matches!(
            self,
            Self::DataObject
                | Self::DataObjectReference
                | Self::DataStore
                | Self::DataStoreReference
                | Self::DataInput
                | Self::DataOutput
                | Self::InputDataItem
                | Self::OutputDataItem
                | Self::Property
        )
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
