//! Whether two elements are of the same kind.

use reglament_core::Program;
use reglament_core::program::{
    ElementIx, EventDefinition, EventPart, Kind, MultiInstance, Repetition, SymbolTable,
    TimerDefinition,
};

/// Why instances of `from` cannot become instances of `to`, in words; none when they can.
pub(super) fn other_kind(
    source: &Program,
    from: ElementIx,
    target: &Program,
    to: ElementIx,
) -> Option<String> {
    let (old, new) = (&source.elements[from], &target.elements[to]);
    let same_task = match (&old.kind, &new.kind) {
        (Kind::Task(old), Kind::Task(new)) => old.kind == new.kind,
        _ => true,
    };
    let same_kind = std::mem::discriminant(&old.kind) == std::mem::discriminant(&new.kind);
    if !same_kind || !same_task {
        return Some(format!(
            "expected a {}, found a {}",
            kind(source, from),
            kind(target, to)
        ));
    }
    if let (Kind::AdHocSubProcess(old), Kind::AdHocSubProcess(new)) = (&old.kind, &new.kind)
        && old.sequential != new.sequential
    {
        return Some("its activities are ordered otherwise".to_owned());
    }
    let repetition = |program, element| repetition(program, element);
    let (old, new) = (repetition(source, from), repetition(target, to));
    match (old, new) {
        (None, None) | (Some(Repetition::Loop(_)), Some(Repetition::Loop(_))) => None,
        (Some(Repetition::MultiInstance(old)), Some(Repetition::MultiInstance(new))) => {
            other_instances((old, &source.names), (new, &target.names))
        }
        (old, new) => Some(format!(
            "expected it to be {}, found it {}",
            repeated(old),
            repeated(new)
        )),
    }
}

fn repetition(program: &Program, element: ElementIx) -> Option<&Repetition> {
    program.elements[element]
        .activity
        .as_ref()?
        .repetition
        .as_ref()
}

fn repeated(repetition: Option<&Repetition>) -> &'static str {
    match repetition {
        None => "done once",
        Some(Repetition::Loop(_)) => "a loop",
        Some(Repetition::MultiInstance(multi)) if multi.sequential => "a sequential multi-instance",
        Some(Repetition::MultiInstance(_)) => "a parallel multi-instance",
    }
}

/// Iterations that run have their item under its name, and results are collected from the first on.
fn other_instances(
    (old, old_names): (&MultiInstance, &SymbolTable),
    (new, new_names): (&MultiInstance, &SymbolTable),
) -> Option<String> {
    if old.sequential != new.sequential {
        let named = |multi: &MultiInstance| {
            if multi.sequential {
                "sequential"
            } else {
                "parallel"
            }
        };
        return Some(format!(
            "expected a {} multi-instance, found a {} one",
            named(old),
            named(new)
        ));
    }
    let item = |multi: &MultiInstance, names: &SymbolTable| {
        let name = multi.item.and_then(|item| names.name(item));
        name.map_or_else(String::new, ToString::to_string)
    };
    let (before, after) = (item(old, old_names), item(new, new_names));
    if before != after {
        return Some(format!(
            "expected the item of its instances in `{before}`, found `{after}`"
        ));
    }
    if old.output.is_some() != new.output.is_some() {
        return Some("only one of the two collects results".to_owned());
    }
    None
}

/// What `element` is, as people say it.
pub(super) fn kind(program: &Program, element: ElementIx) -> &'static str {
    match &program.elements[element].kind {
        Kind::EventSubProcess => "event sub-process",
        _ => program.infos[element].tag,
    }
}

/// Why what waits at `from` cannot go on to wait at `to`, in words; none when it can.
pub(super) fn other_event(
    source: &Program,
    from: ElementIx,
    target: &Program,
    to: ElementIx,
) -> Option<String> {
    match (&source.elements[from].kind, &target.elements[to].kind) {
        (Kind::Task(old), Kind::Task(new)) => {
            let done_by = |decides: bool, job: bool| match (decides, job) {
                (true, _) => "a decision",
                (false, true) => "a handler",
                (false, false) => "nobody",
            };
            let before = done_by(old.decision.is_some(), old.job.is_some());
            let after = done_by(new.decision.is_some(), new.job.is_some());
            (before != after)
                .then(|| format!("expected it to be done by {before}, found by {after}"))
        }
        (old, new) => {
            let (old, new) = (part(old)?, part(new)?);
            let (before, after) = (awaited(old), awaited(new));
            if before != after {
                return Some(format!(
                    "expected it to wait for {}, found {}",
                    list(&before),
                    list(&after)
                ));
            }
            (old.parallel != new.parallel)
                .then(|| "only one of the two waits for all of its definitions".to_owned())
        }
    }
}

/// What only events have.
pub(super) fn part(kind: &Kind) -> Option<&EventPart> {
    match kind {
        Kind::StartEvent(part) | Kind::IntermediateCatchEvent(part) | Kind::BoundaryEvent(part) => {
            Some(part)
        }
        _ => None,
    }
}

fn awaited(part: &EventPart) -> Vec<&'static str> {
    let name = |definition: &EventDefinition| match definition {
        EventDefinition::Message(_) => "a message",
        EventDefinition::Timer(timer) => match &**timer {
            TimerDefinition::Term(_) => "the end of a term",
            TimerDefinition::Literal(_) | TimerDefinition::Expression { .. } => "a timer",
        },
        EventDefinition::Signal(_) => "a signal",
        EventDefinition::Conditional(_) => "a condition",
        EventDefinition::Error(_) => "an error",
        EventDefinition::Escalation(_) => "an escalation",
        EventDefinition::Link(_) => "a link",
        EventDefinition::Compensate { .. } => "a compensation",
        EventDefinition::Cancel => "a cancellation",
        EventDefinition::Terminate => "a termination",
    };
    part.definitions.iter().map(name).collect()
}

fn list(awaited: &[&str]) -> String {
    if awaited.is_empty() {
        "nothing".to_owned()
    } else {
        awaited.join(" and ")
    }
}
