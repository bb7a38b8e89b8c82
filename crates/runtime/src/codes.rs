//! The diagnostic codes of deployments and migrations, RG1201 to RG1299.

use reglament_executor::MigrationProblemKind;
use reglament_source::Code;

/// All codes of this crate.
pub static CODES: &[&Code] = &[
    &NOTHING_TO_RUN,
    &UNKNOWN_FILE,
    &NOBODY_HANDLES,
    &UNHANDLED_TYPE,
    &FOREIGN_SCRIPT,
    &DUPLICATE_PROCESS,
    &NO_KEYS,
    &RESULT_HEADER,
    &UNQUALIFIED_DAYS,
    &MIGRATION_UNKNOWN,
    &MIGRATION_MAPPED_TWICE,
    &MIGRATION_OTHER_KIND,
    &MIGRATION_OTHER_EVENT,
    &MIGRATION_UNMAPPED,
    &MIGRATION_OTHER_SCOPE,
    &MIGRATION_FLOW_UNMAPPED,
    &MIGRATION_FLOWS_MERGED,
    &MIGRATION_TERM_UNMAPPED,
    &MIGRATION_NOT_COMPUTABLE,
    &MIGRATION_STARVED,
    &MIGRATION_IN_MOTION,
    &MIGRATION_FORM_MISSING,
    &MIGRATION_PERSONAL_MARK_LOST,
];

/// A deployment without a process.
pub static NOTHING_TO_RUN: Code = Code {
    id: "RG1201",
    title: "nothing to run",
    explanation: "A deployment has to contain at least one BPMN file with a process that can be \
executed. Where a file declares some of its processes executable, only those count.",
    spec: Some("BPMN 2.0.2, 10.2"),
};

/// A file of a kind that the engine does not know.
pub static UNKNOWN_FILE: Code = Code {
    id: "RG1202",
    title: "unknown kind of file",
    explanation: "The engine deploys process files (`.bpmn`), decision models (`.dmn`) and forms \
(`.form`). What it would not use it does not take.",
    spec: None,
};

/// A task that nobody can do.
pub static NOBODY_HANDLES: Code = Code {
    id: "RG1203",
    title: "nobody handles this task",
    explanation: "A service task needs a task definition (`zeebe:taskDefinition`) that names the type \
of its jobs; a business rule task needs one or a called decision that the deployment contains; a send \
task needs one or a message. Without it a case would wait here for ever. A drawing may leave these out, \
and `run` completes such tasks by itself; a durable engine refuses them.",
    spec: Some("BPMN 2.0.2, 10.3.3"),
};

/// A job type without a handler.
pub static UNHANDLED_TYPE: Code = Code {
    id: "RG1204",
    title: "no handler for this job type",
    explanation: "The engine has no handler for jobs of this type, and the type is not declared as one \
that external workers take. Register a handler, or declare the type external, before deploying.",
    spec: None,
};

/// A script in a language that is not executed.
pub static FOREIGN_SCRIPT: Code = Code {
    id: "RG1205",
    title: "script in another language",
    explanation: "Only FEEL scripts are executed. `run` passes a script in another language with a \
warning; a durable engine refuses it, because a case would go on without what the script does.",
    spec: Some("BPMN 2.0.2, 10.3.3.6"),
};

/// Two files of a deployment define the same process.
pub static DUPLICATE_PROCESS: Code = Code {
    id: "RG1206",
    title: "process defined twice",
    explanation: "Two files of one deployment define a process of the same id. Which of them a case \
would run under is not said.",
    spec: None,
};

/// A model marks personal data, and the engine has no keys to seal it with.
pub static NO_KEYS: Code = Code {
    id: "RG1207",
    title: "personal data without keys",
    explanation: "The model marks variables as personal data (`reg:personal`). Such data is kept only \
in sealed form, and the engine was opened without keys to seal it with. Give it keys before deploying.",
    spec: None,
};

/// A header that maps the result of an adapter cannot be read.
pub static RESULT_HEADER: Code = Code {
    id: "RG1209",
    title: "result mapping that cannot be read",
    explanation: "The header `resultExpression` of a task says in FEEL which variables the answer of an \
adapter becomes. What is no FEEL would fail each time the task runs, so it is refused before it is deployed.",
    spec: None,
};

/// A term of unqualified days that nothing says how to read.
pub static UNQUALIFIED_DAYS: Code = Code {
    id: "RG1230",
    title: "unqualified days without a reading",
    explanation: "A term counts days without saying whether working or calendar days are meant. An engine \
runs no case whose terms nobody has read: the pack states the reading (`[unqualified-days]`), or the term \
itself has one (`reading`). `not computed` is a reading too: the term is shown, and no clock runs.",
    spec: None,
};

/// The code of what stands in the way of a migration.
#[must_use]
pub const fn of_migration(kind: MigrationProblemKind) -> &'static Code {
    match kind {
        MigrationProblemKind::Unknown => &MIGRATION_UNKNOWN,
        MigrationProblemKind::MappedTwice => &MIGRATION_MAPPED_TWICE,
        MigrationProblemKind::OtherKind => &MIGRATION_OTHER_KIND,
        MigrationProblemKind::OtherEvent => &MIGRATION_OTHER_EVENT,
        MigrationProblemKind::Unmapped => &MIGRATION_UNMAPPED,
        MigrationProblemKind::OtherScope => &MIGRATION_OTHER_SCOPE,
        MigrationProblemKind::FlowUnmapped => &MIGRATION_FLOW_UNMAPPED,
        MigrationProblemKind::FlowsMerged => &MIGRATION_FLOWS_MERGED,
        MigrationProblemKind::TermUnmapped => &MIGRATION_TERM_UNMAPPED,
        MigrationProblemKind::NotComputable => &MIGRATION_NOT_COMPUTABLE,
        MigrationProblemKind::Starved => &MIGRATION_STARVED,
        MigrationProblemKind::InMotion => &MIGRATION_IN_MOTION,
        MigrationProblemKind::FormMissing => &MIGRATION_FORM_MISSING,
        MigrationProblemKind::PersonalMarkLost => &MIGRATION_PERSONAL_MARK_LOST,
    }
}

/// See [`MigrationProblemKind::Unknown`].
pub static MIGRATION_UNKNOWN: Code = Code {
    id: "RG1240",
    title: "plan names what is not there",
    explanation: "The plan of a migration names an element, flow or term that its source or target does not have. Ids are compared as they are written.",
    spec: None,
};

/// See [`MigrationProblemKind::MappedTwice`].
pub static MIGRATION_MAPPED_TWICE: Code = Code {
    id: "RG1241",
    title: "mapped twice",
    explanation: "The plan of a migration says of one element or flow twice what it becomes, or of two events of one element that both become the same. What is meant is not said.",
    spec: None,
};

/// See [`MigrationProblemKind::OtherKind`].
pub static MIGRATION_OTHER_KIND: Code = Code {
    id: "RG1242",
    title: "elements of different kinds",
    explanation: "Instances of an element go on at an element of the same kind only: a user task at a user task, a parallel join at a parallel join, a sequential multi-instance at a sequential multi-instance with the same item. Otherwise the state of the instance would mean something that the target does not know. Move the case with `modify` to an element that both versions have, then migrate it.",
    spec: None,
};

/// See [`MigrationProblemKind::OtherEvent`].
pub static MIGRATION_OTHER_EVENT: Code = Code {
    id: "RG1243",
    title: "another event is waited for",
    explanation: "What is waited for is carried over as it is: a timer keeps its due instant, a message its name and key. So the counterpart has to wait for the same kind of thing. With `update` in the mapping the old wait is withdrawn and the target's begins anew.",
    spec: None,
};

/// See [`MigrationProblemKind::Unmapped`].
pub static MIGRATION_UNMAPPED: Code = Code {
    id: "RG1244",
    title: "an active element is not mapped",
    explanation: "The case stands at an element, waits at a join, or may still compensate an activity that the plan does not map. Map it to an element of the same kind, or move the case with `modify` to an element that both versions have, then migrate it.",
    spec: None,
};

/// See [`MigrationProblemKind::OtherScope`].
pub static MIGRATION_OTHER_SCOPE: Code = Code {
    id: "RG1245",
    title: "nested otherwise",
    explanation: "Scopes stay nested in a migration: what contains an instance becomes what contains its counterpart, an event stays at its activity, a call activity calls what its called process becomes, an activity is compensated by what its handler becomes.",
    spec: None,
};

/// See [`MigrationProblemKind::FlowUnmapped`].
pub static MIGRATION_FLOW_UNMAPPED: Code = Code {
    id: "RG1246",
    title: "the way to a join is not mapped",
    explanation: "A token waits at a join. What it waits for depends on the flow that it came over, so that flow needs a counterpart that ends at the mapped join. A flow that the plan does not name becomes the flow with its id.",
    spec: None,
};

/// See [`MigrationProblemKind::FlowsMerged`].
pub static MIGRATION_FLOWS_MERGED: Code = Code {
    id: "RG1247",
    title: "two ways to a join become one",
    explanation: "Tokens wait at the end of two flows that would become one. A join counts tokens by flows, so one of them would count for nothing.",
    spec: None,
};

/// See [`MigrationProblemKind::TermUnmapped`].
pub static MIGRATION_TERM_UNMAPPED: Code = Code {
    id: "RG1248",
    title: "a running term has no counterpart",
    explanation: "A statutory term runs, and the target has no term for it at the mapped element. Map it to another number, or say that it ends (`\"policy\": \"end\"`): a term that an applicant relies on never disappears in silence.",
    spec: None,
};

/// See [`MigrationProblemKind::NotComputable`].
pub static MIGRATION_NOT_COMPUTABLE: Code = Code {
    id: "RG1249",
    title: "the target cannot be computed",
    explanation: "A timer, message, signal or term that begins with the migration cannot be computed with the variables that the case has. Set the variables first.",
    spec: None,
};

/// See [`MigrationProblemKind::Starved`].
pub static MIGRATION_STARVED: Code = Code {
    id: "RG1250",
    title: "a join would wait for ever",
    explanation: "A parallel join of the target waits for a token over a flow that none of the case can get to: a branch was added behind a fork that the case has passed. Move the case with `modify`, or leave it under its version.",
    spec: None,
};

/// See [`MigrationProblemKind::InMotion`].
pub static MIGRATION_IN_MOTION: Code = Code {
    id: "RG1251",
    title: "the case was stopped in the middle",
    explanation: "The case has an incident that stopped it in the middle of a step (a limit of steps). Resolve the incident first.",
    spec: None,
};

/// See [`MigrationProblemKind::FormMissing`].
pub static MIGRATION_FORM_MISSING: Code = Code {
    id: "RG1252",
    title: "a form in use is missing",
    explanation: "A person has a task in hand whose form the target does not have: what is filled in could not be checked. Deploy the form with the target, or offer the task again with `update`.",
    spec: None,
};

/// See [`MigrationProblemKind::PersonalMarkLost`].
pub static MIGRATION_PERSONAL_MARK_LOST: Code = Code {
    id: "RG1253",
    title: "a mark of personal data is missing",
    explanation: "The source marks a variable as personal data, and the target does not. What is kept in sealed form would be written in clear from the migration on. Mark the variable in the target.",
    spec: None,
};
