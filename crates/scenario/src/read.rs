//! From the tree of a script file to a [`Scenario`]. All problems of a file are reported at once.

use std::sync::Arc;

use reglament_core::term::Budget;
use reglament_core::timer::{Date, Zone};
use reglament_pack::tree::{Fields, Findings, Name, Node, Tree, list, name, names, parse_yaml};
use reglament_source::{Diagnostic, SourceText, Span};

use crate::codes;
use crate::fields::{SCRIPT, duration, given, instant, variables};
use crate::script::{
    Action, Addressee, Advance, DueExpectation, Expectation, RunState, Scenario, Step,
    TermExpectation, TermStep,
};

/// What a step can do.
const VERBS: [&str; 14] = [
    "complete",
    "message",
    "signal",
    "advance",
    "error",
    "escalate",
    "fail",
    "set",
    "start",
    "suspend",
    "resume",
    "interrupt",
    "extend",
    "expect",
];

/// What a script that is a mapping can have.
const SCRIPT_KEYS: [&str; 7] = ["title", "file", "process", "at", "vars", "auto", "steps"];

impl Scenario {
    /// Reads a script file. `name` is what the file is called in messages.
    ///
    /// The scenario is `None` when anything in it is wrong; the diagnostics, codes RG08xx, say what,
    /// where and what was expected. Whether the ids exist is checked by
    /// [`check_names`](Self::check_names), which needs the model.
    ///
    /// ```
    /// use reglament_scenario::Scenario;
    ///
    /// let (scenario, diagnostics) = Scenario::load("a.yaml", b"- complete: Task_1\n- expect: {ended: true}\n");
    /// assert!(diagnostics.is_empty());
    /// assert_eq!(scenario.map(|scenario| scenario.steps.len()), Some(2));
    ///
    /// let (scenario, diagnostics) = Scenario::load("b.yaml", b"- compleet: Task_1\n");
    /// assert!(scenario.is_none());
    /// assert_eq!(diagnostics[0].hint.as_deref(), Some("did you mean `complete`?"));
    /// ```
    #[must_use]
    pub fn load(name: &str, bytes: &[u8]) -> (Option<Self>, Vec<Diagnostic>) {
        match SourceText::decode(name, bytes) {
            Ok(source) => Self::read(Arc::new(source)),
            Err(diagnostic) => (None, vec![diagnostic]),
        }
    }

    /// Reads a script that has been decoded; see [`load`](Self::load).
    #[must_use]
    pub fn read(source: Arc<SourceText>) -> (Option<Self>, Vec<Diagnostic>) {
        let root = match parse_yaml(&source, &SCRIPT) {
            Ok(root) => root,
            Err(diagnostic) => return (None, vec![*diagnostic]),
        };
        let mut findings = Findings::new(&SCRIPT);
        let scenario = script(&root, source, &mut findings);
        let mut diagnostics = findings.diagnostics;
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| span.start));
        (
            if diagnostics.is_empty() {
                scenario
            } else {
                None
            },
            diagnostics,
        )
    }
}

/// Whether the text is a mapping with `steps`: what tells scenarios from other YAML files.
#[must_use]
pub fn looks_like_scenario(source: &SourceText) -> bool {
    match parse_yaml(source, &SCRIPT).map(|root| root.value) {
        Ok(Tree::Mapping(entries)) => entries.iter().any(|entry| entry.key == "steps"),
        Ok(_) | Err(_) => false,
    }
}

/// The zone that an RFC 3339 instant is written in: its offset.
#[must_use]
pub fn zone_of(instant: &str) -> Option<Zone> {
    let offset = instant
        .char_indices()
        .rev()
        .nth(5)
        .and_then(|(start, _)| instant.get(start..));
    offset
        .filter(|offset| offset.starts_with(['+', '-']))
        .and_then(|offset| Zone::parse(offset).ok())
}

/// The list of steps, or a mapping that has one.
fn script(root: &Node, source: Arc<SourceText>, findings: &mut Findings) -> Option<Scenario> {
    let mut scenario = Scenario {
        title: None,
        file: None,
        process: None,
        at: None,
        zone: None,
        vars: Vec::new(),
        auto: false,
        steps: Vec::new(),
        source: Arc::clone(&source),
    };
    let items = match &root.value {
        Tree::List(items) => items.as_slice(),
        Tree::Mapping(entries) => {
            let mut fields = Fields::new(entries);
            scenario.title = fields
                .text("title", findings)
                .map(|title| title.to_string());
            scenario.file = fields.name("file", findings);
            scenario.process = fields.name("process", findings);
            let at = fields.name("at", findings);
            scenario.at = at.as_ref().and_then(|at| instant(at, findings));
            scenario.zone = at.and_then(|at| zone_of(&at.text));
            scenario.vars = given(&mut fields, "vars", findings);
            scenario.auto = fields.boolean("auto", findings).unwrap_or_default();
            let steps = fields.take("steps");
            fields.finish("a script", &SCRIPT_KEYS, findings);
            match steps.map(|entry| &entry.value) {
                Some(Node {
                    value: Tree::List(items),
                    ..
                }) => items.as_slice(),
                Some(Node {
                    value: Tree::Null, ..
                }) => &[],
                Some(other) => {
                    findings.wrong_type("steps", "a list of steps", other);
                    &[]
                }
                None => {
                    let message = "the script has no `steps`";
                    findings.push(Diagnostic::error(&codes::MISSING_KEY, message).at(root.span));
                    &[]
                }
            }
        }
        Tree::Null | Tree::Boolean(_) | Tree::Number(_) | Tree::Text(_) => {
            findings.wrong_type("script", "a list of steps or a mapping with `steps`", root);
            return None;
        }
    };
    for (position, item) in items.iter().enumerate() {
        let line = source.position(item.span.start).line;
        scenario
            .steps
            .extend(step(position + 1, line, item, findings));
    }
    Some(scenario)
}

/// One step: exactly one verb, and what belongs to it.
fn step(number: usize, line: u32, node: &Node, findings: &mut Findings) -> Option<Step> {
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type("step", "a mapping such as `complete: ID`", node);
        return None;
    };
    let verbs: Vec<&str> = VERBS
        .into_iter()
        .filter(|verb| entries.iter().any(|entry| entry.key == *verb))
        .collect();
    let mut fields = Fields::new(entries);
    let verb = match verbs.as_slice() {
        [verb] => *verb,
        [] => {
            no_verb(fields, node.span, findings);
            return None;
        }
        several => {
            let message = format!("a step does one thing, found {}", list(several));
            let hint = "write each of them as a step of its own";
            findings.push(
                Diagnostic::error(&codes::NOT_ONE_ACTION, message)
                    .at(node.span)
                    .hint(hint),
            );
            return None;
        }
    };
    let rejected = fields.boolean("rejected", findings).unwrap_or_default();
    let (action, mut allowed) = action(verb, &mut fields, node.span, findings);
    allowed.extend([verb, "rejected"]);
    fields.finish(&format!("the step `{verb}`"), &allowed, findings);
    let action = action?;
    Some(Step {
        number,
        span: node.span,
        line,
        action,
        rejected,
    })
}

/// A step without a verb: most often the verb is misspelt.
fn no_verb(fields: Fields<'_>, span: Span, findings: &mut Findings) {
    let before = findings.diagnostics.len();
    let beside = [
        "with", "instance", "key", "code", "at", "to", "rejected", "ttl", "by", "term",
    ];
    let mut fields = fields;
    for key in beside {
        fields.take(key);
    }
    fields.finish("a step", &VERBS, findings);
    if findings.diagnostics.len() == before {
        let message = format!("the step does nothing: expected one of {}", list(&VERBS));
        findings.push(Diagnostic::error(&codes::NOT_ONE_ACTION, message).at(span));
    }
}

/// The action of `verb`, and the keys that may stand beside it.
fn action<'k>(
    verb: &str,
    fields: &mut Fields<'_>,
    span: Span,
    findings: &mut Findings,
) -> (Option<Action>, Vec<&'k str>) {
    match verb {
        "complete" => {
            let with = given(fields, "with", findings);
            let by = fields.text("by", findings).filter(|by| !by.is_empty());
            let to = addressee(verb, fields, span, findings);
            (
                to.map(|to| Action::Complete { to, with, by }),
                vec!["with", "by", "instance"],
            )
        }
        "message" => (
            message(fields, span, findings),
            vec!["key", "with", "instance", "ttl"],
        ),
        "signal" => {
            let with = given(fields, "with", findings);
            let name = required(verb, fields, span, findings);
            (name.map(|name| Action::Signal { name, with }), vec!["with"])
        }
        "advance" => (
            advance(fields, span, findings).map(Action::Advance),
            vec!["to"],
        ),
        "error" | "escalate" => {
            let with = given(fields, "with", findings);
            let code = fields.text("code", findings).unwrap_or_default();
            let to = addressee(verb, fields, span, findings);
            let action = to.map(|to| match verb {
                "error" => Action::Error { to, code, with },
                _ => Action::Escalate { to, code, with },
            });
            (action, vec!["code", "with", "instance"])
        }
        "fail" => {
            let to = addressee(verb, fields, span, findings);
            (to.map(|to| Action::Fail { to }), vec!["instance"])
        }
        "set" => (set(fields, findings), vec!["at", "instance"]),
        "start" => {
            let with = given(fields, "with", findings);
            let process = required(verb, fields, span, findings);
            (
                process.map(|process| Action::Start { process, with }),
                vec!["with"],
            )
        }
        "suspend" | "resume" | "interrupt" | "extend" => (
            term_action(verb, fields, span, findings),
            vec!["instance", "term", "by"],
        ),
        _ => (
            expectation(fields, findings).map(|it| Action::Expect(Box::new(it))),
            Vec::new(),
        ),
    }
}

/// The text of `verb`, which must be there.
fn required(
    verb: &str,
    fields: &mut Fields<'_>,
    span: Span,
    findings: &mut Findings,
) -> Option<Name> {
    let entry = fields.take(verb)?;
    if matches!(entry.value.value, Tree::Null) {
        let message = format!("`{verb}`: expected an id, found nothing");
        findings.push(Diagnostic::error(&codes::MISSING_KEY, message).at(span));
        return None;
    }
    name(verb, &entry.value, findings)
}

/// The element that `verb` names, and which instance of it.
fn addressee(
    verb: &str,
    fields: &mut Fields<'_>,
    span: Span,
    findings: &mut Findings,
) -> Option<Addressee> {
    let instance = fields.ordinal("instance", findings);
    let element = required(verb, fields, span, findings)?;
    Some(Addressee { element, instance })
}

/// `message: NAME`
fn message(fields: &mut Fields<'_>, span: Span, findings: &mut Findings) -> Option<Action> {
    let with = given(fields, "with", findings);
    let instance = fields.ordinal("instance", findings);
    let ttl = fields
        .name("ttl", findings)
        .and_then(|ttl| duration(&ttl, findings));
    let key = fields
        .value("key")
        .and_then(|node| correlation_key(node, findings));
    let name = required("message", fields, span, findings)?;
    Some(Action::Message {
        name,
        key,
        instance,
        with,
        ttl,
    })
}

/// A key in canonical form: a text, or a whole number.
fn correlation_key(node: &Node, findings: &mut Findings) -> Option<Arc<str>> {
    let value = match &node.value {
        Tree::Text(_) | Tree::Number(_) => {
            reglament_feel::Value::from_json_str(&node.to_json()).ok()
        }
        Tree::Null | Tree::Boolean(_) | Tree::List(_) | Tree::Mapping(_) => None,
    };
    match value.as_ref().map(reglament_executor::canonical_key) {
        Some(Ok(key)) => Some(key),
        Some(Err(error)) => {
            let message = format!("`key`: {error}");
            findings.push(Diagnostic::error(&codes::INVALID_VALUE, message).at(node.span));
            None
        }
        None => {
            findings.wrong_type("key", "a text or a whole number", node);
            None
        }
    }
}

/// `advance: PT1H`, `advance: {to: RFC3339}`, `advance: "to: RFC3339"` or `advance:` with `to:` beside it.
fn advance(fields: &mut Fields<'_>, span: Span, findings: &mut Findings) -> Option<Advance> {
    let beside = fields.name("to", findings);
    let node = &fields.take("advance")?.value;
    match (&node.value, beside) {
        (Tree::Null, Some(to)) => instant(&to, findings).map(Advance::To),
        (Tree::Text(text), None) => match text.strip_prefix("to:") {
            Some(to) => {
                let to = Name {
                    text: Arc::from(to.trim()),
                    span: node.span,
                };
                instant(&to, findings).map(Advance::To)
            }
            None => {
                let by = Name {
                    text: Arc::from(text.as_str()),
                    span: node.span,
                };
                duration(&by, findings).map(Advance::By)
            }
        },
        (Tree::Mapping(entries), None) => {
            let mut fields = Fields::new(entries);
            let to = fields.name("to", findings);
            fields.finish("`advance`", &["to"], findings);
            instant(&to?, findings).map(Advance::To)
        }
        (Tree::Null | Tree::Boolean(_) | Tree::Number(_) | Tree::List(_), None) => {
            let message = "`advance`: expected a duration or `to` with an instant";
            findings.push(Diagnostic::error(&codes::MISSING_KEY, message).at(span));
            None
        }
        (_, Some(to)) => {
            let message = "`advance` has a value and `to` beside it: expected one of them";
            findings.push(Diagnostic::error(&codes::NOT_ONE_ACTION, message).at(to.span));
            None
        }
    }
}

/// `set: {vars}`
fn set(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Action> {
    let instance = fields.ordinal("instance", findings);
    let at = fields
        .name("at", findings)
        .map(|element| Addressee { element, instance });
    let entry = fields.take("set")?;
    Some(Action::Set {
        variables: variables("set", &entry.value, findings),
        at,
    })
}

/// `suspend: ID`, `resume: ID`, `interrupt: ID`, or `extend: ID` with `by: 5 calendar days`.
fn term_action(
    verb: &str,
    fields: &mut Fields<'_>,
    span: Span,
    findings: &mut Findings,
) -> Option<Action> {
    let term = fields.ordinal("term", findings);
    let by = fields.name("by", findings);
    let to = addressee(verb, fields, span, findings)?;
    let step = TermStep { to, term };
    match (verb, by) {
        ("extend", Some(by)) => {
            let by = budget(&by, findings)?;
            Some(Action::Extend { of: step, by })
        }
        ("extend", None) => {
            let message = "`extend`: expected `by` with an amount such as `5 calendar days`";
            findings.push(Diagnostic::error(&codes::MISSING_KEY, message).at(span));
            None
        }
        (_, Some(by)) => {
            let message = format!("`{verb}` takes no `by`");
            findings.push(Diagnostic::error(&codes::UNKNOWN_KEY, message).at(by.span));
            None
        }
        ("suspend", None) => Some(Action::Suspend(step)),
        ("resume", None) => Some(Action::Resume(step)),
        (_, None) => Some(Action::Interrupt(step)),
    }
}

/// An amount with its unit.
fn budget(text: &Name, findings: &mut Findings) -> Option<Budget> {
    match Budget::parse(&text.text) {
        Ok(budget) => Some(budget),
        Err(error) => {
            let diagnostic = Diagnostic::error(&codes::INVALID_VALUE, format!("`by`: {error}"));
            findings.push(diagnostic.at(text.span));
            None
        }
    }
}

/// `expect: {...}`
fn expectation(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Expectation> {
    const KEYS: [&str; 10] = [
        "waiting",
        "completed",
        "never",
        "count",
        "order",
        "ended",
        "state",
        "incidents",
        "vars",
        "terms",
    ];
    let node = &fields.take("expect")?.value;
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type("expect", "a mapping such as `{completed: [ID]}`", node);
        return None;
    };
    let mut fields = Fields::new(entries);
    let expectation = Expectation {
        waiting: fields.names("waiting", findings),
        completed: fields.names("completed", findings).unwrap_or_default(),
        never: fields.names("never", findings).unwrap_or_default(),
        count: fields
            .value("count")
            .map(|node| counts(node, findings))
            .unwrap_or_default(),
        order: fields
            .value("order")
            .map(|node| orders(node, findings))
            .unwrap_or_default(),
        ended: fields.boolean("ended", findings),
        state: fields
            .name("state", findings)
            .and_then(|state| run_state(&state, findings)),
        incidents: fields.names("incidents", findings),
        vars: given(&mut fields, "vars", findings),
        terms: fields
            .value("terms")
            .map(|node| term_expectation(node, findings))
            .unwrap_or_default(),
    };
    fields.finish("`expect`", &KEYS, findings);
    Some(expectation)
}

/// `terms: {met: [ID], missed: [ID], due: {ID: 2013-03-28}}`
fn term_expectation(node: &Node, findings: &mut Findings) -> TermExpectation {
    const KEYS: [&str; 6] = ["met", "missed", "expired", "suspended", "running", "due"];
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type("terms", "a mapping such as `{met: [ID]}`", node);
        return TermExpectation::default();
    };
    let mut fields = Fields::new(entries);
    let expectation = TermExpectation {
        met: fields.names("met", findings),
        missed: fields.names("missed", findings),
        expired: fields.names("expired", findings),
        suspended: fields.names("suspended", findings),
        running: fields.names("running", findings),
        due: fields
            .value("due")
            .map(|node| due_instants(node, findings))
            .unwrap_or_default(),
    };
    fields.finish("`terms`", &KEYS, findings);
    expectation
}

/// `due: {ID: 2013-03-28}`, or an instant.
fn due_instants(node: &Node, findings: &mut Findings) -> Vec<(Name, DueExpectation)> {
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type("due", "a mapping from ids to dates", node);
        return Vec::new();
    };
    let mut due = Vec::new();
    for entry in entries {
        let Some(text) = name("due", &entry.value, findings) else {
            continue;
        };
        let value = match text.text.parse::<Date>() {
            Ok(date) => Some(DueExpectation::Date(date)),
            Err(_) => instant(&text, findings).map(DueExpectation::Instant),
        };
        let id = Name {
            text: Arc::from(entry.key.as_str()),
            span: entry.key_span,
        };
        due.extend(value.map(|value| (id, value)));
    }
    due
}

/// `count: {ID: n}`
fn counts(node: &Node, findings: &mut Findings) -> Vec<(Name, u64)> {
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type("count", "a mapping from ids to numbers", node);
        return Vec::new();
    };
    let mut counts = Vec::new();
    for entry in entries {
        let Tree::Number(number) = &entry.value.value else {
            findings.wrong_type("count", "a whole number", &entry.value);
            continue;
        };
        match number.parse() {
            Ok(count) => {
                let name = Name {
                    text: Arc::from(entry.key.as_str()),
                    span: entry.key_span,
                };
                counts.push((name, count));
            }
            Err(_) => {
                let message = format!("`count`: expected a whole number, found {number}");
                findings
                    .push(Diagnostic::error(&codes::INVALID_VALUE, message).at(entry.value.span));
            }
        }
    }
    counts
}

/// `order: [[a, b], [c, d]]`; one list of ids alone is one order.
fn orders(node: &Node, findings: &mut Findings) -> Vec<Vec<Name>> {
    let Tree::List(items) = &node.value else {
        findings.wrong_type("order", "a list of lists of ids", node);
        return Vec::new();
    };
    if items.iter().all(|item| matches!(item.value, Tree::Text(_))) {
        return vec![names("order", node, findings)];
    }
    items
        .iter()
        .map(|item| names("order", item, findings))
        .collect()
}

/// `state: completed`
fn run_state(name: &Name, findings: &mut Findings) -> Option<(RunState, Span)> {
    let state = RunState::ALL
        .into_iter()
        .find(|state| *state.as_str() == *name.text);
    if state.is_none() {
        let message = format!(
            "`state`: expected one of {}, found `{name}`",
            list(&RunState::ALL)
        );
        findings.push(Diagnostic::error(&codes::INVALID_VALUE, message).at(name.span));
    }
    state.map(|state| (state, name.span))
}
