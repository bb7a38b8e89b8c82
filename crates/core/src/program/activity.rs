//! What only activities have: tasks, loops, ad-hoc ordering, called elements.

use std::sync::Arc;

use reglament_feel::Symbol;

use super::{ElementIx, EventDefinition, Expr, MessageIx, Text};

/// What an activity has beyond the plain life cycle. Every activity inside an ad-hoc sub-process has
/// one: its completion is followed by the completion condition.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Standard loop or multi-instance.
    pub repetition: Option<Repetition>,
    /// The boundary events attached to it, except for compensation, in document order.
    pub boundaries: Box<[ElementIx]>,
    /// The activity that its compensation boundary event is associated with.
    pub compensation: Option<ElementIx>,
    /// Whether it is itself a compensation handler (`isForCompensation`), outside the normal flow.
    pub is_for_compensation: bool,
    /// How many tokens must arrive before it starts; 1 unless the model says more.
    pub start_quantity: u32,
    /// How many tokens it sends over each selected flow; 1 unless the model says more.
    pub completion_quantity: u32,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            repetition: None,
            boundaries: Box::default(),
            compensation: None,
            is_for_compensation: false,
            start_quantity: 1,
            completion_quantity: 1,
        }
    }
}

/// How an activity is repeated.
#[derive(Clone, Debug)]
pub enum Repetition {
    /// Standard loop.
    Loop(Box<LoopCharacteristics>),
    /// Multi-instance.
    MultiInstance(Box<MultiInstance>),
}

/// `standardLoopCharacteristics` (BPMN 2.0.2, 10.3.8).
#[derive(Clone, Debug)]
pub struct LoopCharacteristics {
    /// Whether the condition is tested before each pass (while) or after it (until it is false).
    pub test_before: bool,
    /// The most passes there may be.
    pub maximum: Option<u32>,
    /// Goes on as long as it is true; absent means always.
    pub condition: Option<Expr>,
}

/// `multiInstanceLoopCharacteristics` (BPMN 2.0.2, 10.3.8).
#[derive(Clone, Debug)]
pub struct MultiInstance {
    /// One after the other instead of all at once.
    pub sequential: bool,
    /// The number of instances.
    pub cardinality: Option<Expr>,
    /// The collection: one instance for each item. Takes precedence over the cardinality.
    pub collection: Option<Expr>,
    /// The local variable that holds the item.
    pub item: Option<Symbol>,
    /// The variable that receives the list of results, in input order.
    pub output: Option<Symbol>,
    /// What each instance contributes, evaluated in its own scope; absent means null.
    pub output_element: Option<Expr>,
    /// Ends the activity early when true after an instance has completed.
    pub completion: Option<Expr>,
    /// Which events completions throw.
    pub behavior: Behavior,
}

/// `behavior` of a multi-instance activity.
#[derive(Clone, Debug)]
pub enum Behavior {
    /// No event: the activity completes when all instances have.
    All,
    /// The event is thrown once, when the first instance completes.
    One(Option<Box<EventDefinition>>),
    /// The event is thrown each time an instance completes.
    None(Option<Box<EventDefinition>>),
    /// Each event whose condition holds after a completion is thrown.
    Complex(Box<[(Expr, EventDefinition)]>),
}

/// What only an ad-hoc sub-process has.
#[derive(Clone, Debug)]
pub struct AdHoc {
    /// `ordering="Sequential"`: one inner activity at a time.
    pub sequential: bool,
    /// Ends the sub-process when true after an inner activity has completed.
    pub completion: Option<Expr>,
    /// Whether inner activities that still run are then cancelled (the standard's default) or awaited.
    pub cancel_remaining: bool,
    /// Which activities to begin with: a list of ids; absent means all that have no incoming flow.
    pub active_elements: Option<Expr>,
}

/// What a call activity calls.
#[derive(Clone, Debug)]
pub struct CalledElement {
    /// The id of the process.
    pub process: Text,
    /// The process, where the id is literal and belongs to the same program.
    pub resolved: Option<ElementIx>,
    /// Whether all variables visible to the caller are copied in; else only the input mappings.
    pub propagate_all_parent: bool,
    /// Whether all variables of the called process are merged back; else only the output mappings.
    pub propagate_all_child: bool,
}

/// The kinds of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum TaskKind {
    /// `task`: no kind is stated.
    Abstract,
    /// `userTask`
    User,
    /// `manualTask`
    Manual,
    /// `serviceTask`
    Service,
    /// `sendTask`
    Send,
    /// `receiveTask`
    Receive,
    /// `businessRuleTask`
    BusinessRule,
    /// `scriptTask`
    Script,
}

/// What a task has.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its kind.
    pub kind: TaskKind,
    /// The work that a handler takes (`zeebe:taskDefinition`).
    pub job: Option<Job>,
    /// Who may do it (`zeebe:assignmentDefinition`, resources).
    pub assignment: Option<Box<Assignment>>,
    /// The form that is filled in.
    pub form: Option<Form>,
    /// The decision that a business rule task evaluates: its id, and the variable of the result.
    pub decision: Option<(Text, Symbol)>,
    /// The script and the variable of its result.
    pub script: Option<Box<Script>>,
    /// The message that a send task sends or a receive task waits for.
    pub message: Option<MessageIx>,
    /// Whether a message leaves when it completes: a send task, or a task that message flows begin at.
    pub sends: bool,
}

impl Task {
    /// A task of `kind` with nothing else.
    #[must_use]
    pub fn new(kind: TaskKind) -> Self {
        Self {
            kind,
            job: None,
            assignment: None,
            form: None,
            decision: None,
            script: None,
            message: None,
            sends: kind == TaskKind::Send,
        }
    }
}

/// The work that a handler takes.
#[derive(Clone, Debug)]
pub struct Job {
    /// The job type: which handler takes it.
    pub kind: Text,
    /// How many attempts there are.
    pub retries: Option<Text>,
    /// Static headers, in document order.
    pub headers: Box<[(Arc<str>, Arc<str>)]>,
}

/// Who may do a user task, and when.
#[derive(Clone, Debug, Default)]
pub struct Assignment {
    /// The assignee.
    pub assignee: Option<Text>,
    /// Groups whose members may claim it.
    pub candidate_groups: Option<Text>,
    /// Users who may claim it.
    pub candidate_users: Option<Text>,
    /// When it is due.
    pub due: Option<Text>,
    /// When it should be looked at.
    pub follow_up: Option<Text>,
}

/// The form of a user task.
#[derive(Clone, Debug)]
pub struct Form {
    /// The form's id or key.
    pub key: Arc<str>,
}

/// What a script task does.
#[derive(Clone, Debug)]
pub enum Script {
    /// A FEEL expression whose result goes into the variable.
    Feel {
        /// The expression.
        expression: Expr,
        /// Where the result goes; absent means that it is dropped.
        result: Option<Symbol>,
    },
    /// A script in a language that is not executed here.
    Foreign {
        /// The language (`scriptFormat`), empty when none is stated.
        language: Arc<str>,
    },
}
