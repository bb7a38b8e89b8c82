//! The diagnostic codes of deployments, RG1201 to RG1299.

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
