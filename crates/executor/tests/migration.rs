//! Migration by a checked plan: what moves, what stays, and what is refused with which words.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use reglament_core::Program;
use reglament_executor::{
    Command, ElementMapping, Event, FlowMapping, IncidentKind, MigrationPlan, Rejection, Status,
    TermMapping, TermOutcome, TermPolicy,
};
use reglament_feel::Value;
use support::{Case, at, flows, program, program_with};

fn generated(case: &Case, target: &Program) -> MigrationPlan {
    MigrationPlan::generate(&case.program, target)
}

fn mapping(from: &str, to: &str) -> ElementMapping {
    ElementMapping {
        from: from.into(),
        to: to.into(),
        update: false,
    }
}

/// A sequence of tasks `s`, `tasks`, `e`.
fn line(tasks: &str, more: &str) -> Arc<Program> {
    let tasks: Vec<&str> = tasks.split_whitespace().collect();
    let elements: String = tasks
        .iter()
        .map(|id| format!(r#"<userTask id="{id}"/>"#))
        .collect();
    let all: Vec<&str> = ["s"].into_iter().chain(tasks).chain(["e"]).collect();
    let list: Vec<String> = all
        .windows(2)
        .map(|pair| format!("{}>{}", pair[0], pair[1]))
        .collect();
    let flows = flows(&list.join(" "));
    program(&format!(
        r#"<startEvent id="s"/>{elements}<endEvent id="e"/>{flows}{more}"#
    ))
}

#[test]
fn a_case_goes_on_over_the_step_that_the_amendment_adds() {
    let mut case = Case::start(&line("a b", ""));
    let key = case.key("a");
    case.migrate_as_generated(&line("a new b", ""));
    assert_eq!(case.key("a"), key, "who works on it sees no difference");
    case.complete("a");
    assert_eq!(case.waiting(), ["new"]);
    case.complete("new");
    case.complete("b");
    assert!(case.is_completed());
}

#[test]
fn a_step_that_was_renamed_goes_on_under_its_new_id() {
    let mut case = Case::start(&line("a", ""));
    let target = line("renamed", "");
    let mut plan = generated(&case, &target);
    let unmapped: Vec<&str> = plan.unmapped.iter().map(|it| &*it.id).collect();
    assert_eq!(unmapped, ["a"]);
    assert_eq!(
        case.problems(&target, &plan),
        ["unmapped: userTask `a` has an instance (#3), and the plan does not map it"]
    );
    plan.elements.push(mapping("a", "renamed"));
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.waiting(), ["renamed"]);
    case.complete("renamed");
    assert!(case.is_completed());
}

#[test]
fn a_plan_is_written_as_json_and_what_it_does_not_know_is_refused() {
    let case = Case::start(&line("a", ""));
    let plan = generated(&case, &line("renamed", ""));
    let text = serde_json::to_string(&plan).expect("it is written");
    let read: MigrationPlan = serde_json::from_str(&text).expect("it is read");
    assert_eq!(read, plan);
    let misspelt = text.replace("\"elements\"", "\"element\"");
    assert!(serde_json::from_str::<MigrationPlan>(&misspelt).is_err());
}

#[test]
fn what_is_wrong_with_a_plan_is_said_all_at_once() {
    let source = program(&format!(
        r#"<startEvent id="s"/><userTask id="a"/><serviceTask id="b"/><endEvent id="e"/>{}"#,
        flows("s>a a>b b>e")
    ));
    let target = program(&format!(
        r#"<startEvent id="s"/><serviceTask id="a"/><serviceTask id="b"/><endEvent id="e"/>{}"#,
        flows("s>a a>b b>e")
    ));
    let mut case = Case::start(&source);
    let plan = MigrationPlan {
        elements: vec![
            mapping("p", "p"),
            mapping("a", "a"),
            mapping("b", "missing"),
            mapping("missing", "b"),
            mapping("e", "e"),
            mapping("e", "e"),
        ],
        flows: vec![FlowMapping {
            from: "s-a".into(),
            to: "nowhere".into(),
        }],
        terms: vec![TermMapping {
            element: "a".into(),
            number: 1,
            to: None,
            policy: TermPolicy::End,
        }],
        ..MigrationPlan::default()
    };
    assert_eq!(
        case.problems(&target, &plan),
        [
            "other-kind: `a` cannot become `a`: expected a userTask, found a serviceTask",
            "unknown: the plan maps `b` to `missing`: the target has no element `missing`",
            "unknown: the plan maps `missing` to `b`: the source has no element `missing`",
            "mapped-twice: the plan maps `e` twice",
            "unknown: the plan maps `s-a` to `nowhere`: the target has no flow `nowhere`",
            "unknown: the plan names term 1 of `a`, which the source does not have",
        ]
    );
}

#[test]
fn scopes_stay_nested() {
    let inside = |around: &str| {
        program(&format!(
            r#"<startEvent id="s"/><subProcess id="one"><startEvent id="s1"/>{}{}</subProcess>
            <subProcess id="two"><startEvent id="s2"/>{}{}</subProcess>{}"#,
            if around == "one" {
                r#"<userTask id="a"/>"#
            } else {
                ""
            },
            if around == "one" {
                flows("s1>a")
            } else {
                String::new()
            },
            if around == "two" {
                r#"<userTask id="a"/>"#
            } else {
                ""
            },
            if around == "two" {
                flows("s2>a")
            } else {
                String::new()
            },
            flows("s>one one>two"),
        ))
    };
    let mut case = Case::start(&inside("one"));
    let target = inside("two");
    let mut plan = generated(&case, &target);
    assert_eq!(
        &*plan.unmapped[0].reason,
        "expected it inside `one`, found it inside `two`"
    );
    plan.elements.push(mapping("a", "a"));
    assert_eq!(
        case.problems(&target, &plan),
        ["other-scope: expected `a`, which `a` becomes, inside `one`, found it inside `two`"]
    );
}

/// A fork into `tasks`, a join of the kind `join`, then `after`.
fn fork(join: &str, fork_kind: &str, tasks: &[(&str, &str)]) -> Arc<Program> {
    let mut content = format!(
        r#"<startEvent id="s"/><{fork_kind} id="fork"/><{join} id="join"/><userTask id="after"/>{}"#,
        flows("s>fork join>after")
    );
    for (id, flow) in tasks {
        content.push_str(&format!(
            r#"<userTask id="{id}"/>{}<sequenceFlow id="{flow}" sourceRef="{id}" targetRef="join"/>"#,
            flows(&format!("fork>{id}"))
        ));
    }
    program(&content)
}

#[test]
fn a_token_at_a_join_keeps_waiting_for_the_others() {
    for kind in ["parallelGateway", "inclusiveGateway"] {
        let tasks = [("a", "fa"), ("b", "fb")];
        let mut case = Case::start(&fork(kind, "parallelGateway", &tasks));
        case.complete("a");
        // The other task has another name, and everything stands in another order.
        let target = fork(kind, "parallelGateway", &[("c", "fb"), ("a", "fa")]);
        let mut plan = generated(&case, &target);
        plan.elements.push(mapping("b", "c"));
        case.migrate(&target, &plan).expect("it is migrated");
        assert_eq!(case.waiting(), ["c"], "{kind}");
        assert_eq!(case.state().parked().count(), 1);
        case.complete("c");
        assert_eq!(case.waiting(), ["after"], "{kind}");
    }
}

#[test]
fn a_complex_gateway_that_has_fired_still_waits_for_its_late_tokens() {
    let complex = |other: &str| {
        program(&format!(
            r#"<startEvent id="s"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="{other}"/>
            <complexGateway id="join"><activationCondition>activationCount &gt;= 1</activationCondition>
            </complexGateway><userTask id="after"/>{}
            <sequenceFlow id="late" sourceRef="{other}" targetRef="join"/>"#,
            flows(&format!("s>fork fork>a fork>{other} a>join join>after"))
        ))
    };
    let mut case = Case::start(&complex("b"));
    case.complete("a");
    assert_eq!(case.waiting(), ["b", "after"]);
    let target = complex("c");
    let mut plan = generated(&case, &target);
    plan.elements.push(mapping("b", "c"));
    case.migrate(&target, &plan).expect("it is migrated");
    case.complete("c");
    assert_eq!(case.waiting(), ["after"], "the late token goes nowhere");
    case.complete("after");
    assert!(case.is_completed());
}

#[test]
fn the_flow_that_a_token_came_by_has_to_be_there() {
    let tasks = [("a", "fa"), ("b", "fb")];
    let mut case = Case::start(&fork("parallelGateway", "parallelGateway", &tasks));
    case.complete("a");
    let target = fork(
        "parallelGateway",
        "parallelGateway",
        &[("a", "other"), ("b", "fb")],
    );
    let mut plan = generated(&case, &target);
    assert_eq!(&*plan.unmapped[0].id, "fa");
    assert_eq!(
        case.problems(&target, &plan),
        [
            "flow-unmapped: a token waits at the end of `fa`, and the target has no flow `fa`; map it to \
          a flow into `join`"
        ]
    );
    plan.flows.push(FlowMapping {
        from: "fa".into(),
        to: "fork-b".into(),
    });
    assert_eq!(
        case.problems(&target, &plan),
        [
            "flow-unmapped: a token waits at the end of `fa`: expected `fork-b` to end at `join`, found \
          at `b`"
        ]
    );
    plan.flows[0].to = "other".into();
    case.migrate(&target, &plan).expect("it is migrated");
    case.complete("b");
    assert_eq!(case.waiting(), ["after"]);
}

#[test]
fn two_flows_with_waiting_tokens_do_not_become_one() {
    let tasks = [("a", "fa"), ("b", "fb"), ("c", "fc")];
    let mut case = Case::start(&fork("parallelGateway", "parallelGateway", &tasks));
    case.complete("a");
    case.complete("b");
    let target = fork(
        "parallelGateway",
        "parallelGateway",
        &[("a", "fa"), ("c", "fc")],
    );
    let mut plan = generated(&case, &target);
    plan.flows.push(FlowMapping {
        from: "fb".into(),
        to: "fa".into(),
    });
    assert_eq!(
        case.problems(&target, &plan),
        ["flows-merged: tokens wait at the end of `fa` and `fb`, which both become `fa`"]
    );
}

#[test]
fn a_join_of_another_kind_is_refused() {
    let tasks = [("a", "fa"), ("b", "fb")];
    let mut case = Case::start(&fork("parallelGateway", "parallelGateway", &tasks));
    case.complete("a");
    let target = fork("inclusiveGateway", "parallelGateway", &tasks);
    let mut plan = generated(&case, &target);
    assert_eq!(
        case.problems(&target, &plan),
        [
            "unmapped: parallelGateway `join` has a token that came by `fa`, and the plan does not map \
          it"
        ]
    );
    plan.elements.push(mapping("join", "join"));
    assert_eq!(
        case.problems(&target, &plan),
        [
            "other-kind: `join` cannot become `join`: expected a parallelGateway, found a \
          inclusiveGateway"
        ]
    );
}

#[test]
fn a_join_goes_on_when_the_branch_that_it_waited_for_is_gone() {
    let tasks = [("a", "fa"), ("b", "fb"), ("c", "fc")];
    let source = fork("parallelGateway", "parallelGateway", &tasks);
    let mut case = Case::start(&source);
    for id in ["a", "b"] {
        case.complete(id);
    }
    // A person has taken the third branch away, and the amendment drops it.
    let key = case.key("c");
    let modification = reglament_executor::Modification {
        cancel: vec![key],
        ..Default::default()
    };
    case.send(Command::Modify(modification))
        .expect("it is cancelled");
    let target = fork(
        "parallelGateway",
        "parallelGateway",
        &[("a", "fa"), ("b", "fb")],
    );
    case.migrate_as_generated(&target);
    assert_eq!(case.waiting(), ["after"]);
}

#[test]
fn a_branch_that_no_token_can_take_any_more_is_found() {
    let tasks = [("a", "fa"), ("b", "fb")];
    let mut case = Case::start(&fork("parallelGateway", "parallelGateway", &tasks));
    let target = fork(
        "parallelGateway",
        "parallelGateway",
        &[("a", "fa"), ("b", "fb"), ("c", "fc")],
    );
    let plan = generated(&case, &target);
    assert_eq!(
        case.problems(&target, &plan),
        [
            "starved: join `join` of the target waits for a token over `fc`, which none of the instance \
          can get to"
        ]
    );
    // Before the fork there is nothing to say against it.
    let with_a_task_before = |tasks: &[(&str, &str)]| {
        let mut content = format!(
            r#"<startEvent id="s"/><userTask id="before"/><parallelGateway id="fork"/>
            <parallelGateway id="join"/><userTask id="after"/>{}"#,
            flows("s>before before>fork join>after")
        );
        for (id, flow) in tasks {
            content.push_str(&format!(
                r#"<userTask id="{id}"/>{}
                <sequenceFlow id="{flow}" sourceRef="{id}" targetRef="join"/>"#,
                flows(&format!("fork>{id}"))
            ));
        }
        program(&content)
    };
    let mut case = Case::start(&with_a_task_before(&tasks));
    case.migrate_as_generated(&with_a_task_before(&[
        ("a", "fa"),
        ("b", "fb"),
        ("c", "fc"),
    ]));
    case.complete("before");
    assert_eq!(case.waiting(), ["a", "b", "c"]);
}

/// A task with boundary events.
fn guarded(events: &str) -> Arc<Program> {
    program_with(
        r#"<message id="m" name="withdrawn"><extensionElements>
            <zeebe:subscription correlationKey="=number"/></extensionElements></message>
           <message id="n" name="recalled"/>"#,
        &format!(
            r#"<startEvent id="s"/><userTask id="a"/>{events}{}"#,
            flows("s>a")
        ),
    )
}

fn timer(id: &str, duration: &str, interrupting: bool) -> String {
    format!(
        r#"<boundaryEvent id="{id}" attachedToRef="a" cancelActivity="{interrupting}">
        <timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>
        </boundaryEvent><userTask id="{id}-task"/>{}"#,
        flows(&format!("{id}>{id}-task"))
    )
}

#[test]
fn a_timer_keeps_its_due_instant_unless_the_plan_says_update() {
    let mut case = Case::start(&guarded(&timer("t", "P14D", true)));
    let due = case.instance.poll_timeout();
    assert_eq!(due, Some(at("2026-03-16T09:00:00Z")));
    case.now = at("2026-03-14T09:00:00Z");
    let target = guarded(&timer("t", "P20D", true));
    case.migrate_as_generated(&target);
    assert_eq!(case.instance.poll_timeout(), due);

    let again = guarded(&timer("t", "P3D", true));
    let mut plan = generated(&case, &again);
    for it in plan.elements.iter_mut().filter(|it| &*it.from == "t") {
        it.update = true;
    }
    case.migrate(&again, &plan).expect("it is migrated");
    assert_eq!(
        case.instance.poll_timeout(),
        Some(at("2026-03-17T09:00:00Z"))
    );
    case.wake("2026-03-17T09:00:00Z");
    assert_eq!(case.waiting(), ["t-task"]);
}

#[test]
fn a_reminder_that_has_fired_is_not_armed_again() {
    let mut case = Case::start(&guarded(&timer("t", "PT30S", false)));
    case.wake("2026-03-02T09:01:00Z");
    assert_eq!(case.waiting(), ["a", "t-task"]);
    case.migrate_as_generated(&guarded(&timer("t", "PT40S", false)));
    assert_eq!(case.armed(), [""; 0]);
    assert_eq!(case.instance.poll_timeout(), None);
}

#[test]
fn an_event_that_only_the_target_has_is_waited_for_from_now_on() {
    let mut case = Case::start(&guarded(""));
    case.now = at("2026-03-10T09:00:00Z");
    let target = guarded(&timer("t", "P1D", true));
    let plan = generated(&case, &target);
    let notes = case.check(&target, &plan).notes;
    assert_eq!(
        &*notes[0].message,
        "`t` is waited for from the migration on"
    );
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(
        case.instance.poll_timeout(),
        Some(at("2026-03-11T09:00:00Z"))
    );
    case.wake("2026-03-11T09:00:00Z");
    assert_eq!(case.waiting(), ["t-task"]);
}

#[test]
fn an_event_that_is_not_mapped_is_withdrawn_and_the_others_keep_their_places() {
    let both = guarded(&[timer("t", "P1D", true), timer("u", "P2D", true)].concat());
    let mut case = Case::start(&both);
    let target = guarded(&timer("u", "P9D", true));
    let plan = generated(&case, &target);
    let notes = case.check(&target, &plan).notes;
    assert_eq!(
        &*notes[0].message,
        "`t` is not mapped: what it waits for is withdrawn"
    );
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.armed(), ["u"]);
    case.wake("2026-03-03T09:00:00Z");
    assert_eq!(
        case.waiting(),
        ["a"],
        "the timer that was withdrawn does not fire"
    );
    case.wake("2026-03-04T09:00:00Z");
    assert_eq!(case.waiting(), ["u-task"]);
}

#[test]
fn what_an_event_waits_for_is_of_the_same_kind() {
    let message = |reference: &str| {
        format!(
            r#"<boundaryEvent id="t" attachedToRef="a"><messageEventDefinition messageRef="{reference}"/>
            </boundaryEvent><userTask id="t-task"/>{}"#,
            flows("t>t-task")
        )
    };
    let number = || vec![(Arc::from("number"), Value::from(7))];
    let mut case = Case::start_with(&guarded(&timer("t", "P1D", true)), number());
    let target = guarded(&message("m"));
    let mut plan = generated(&case, &target);
    assert_eq!(
        &*plan.unmapped[0].reason,
        "expected it to wait for a timer, found a message; `update` has it wait anew"
    );
    plan.elements.push(mapping("t", "t"));
    assert_eq!(
        case.problems(&target, &plan),
        [
            "other-event: `t` cannot become `t`: expected it to wait for a timer, found a message; \
          `update` has it wait anew"
        ]
    );
    let last = plan.elements.len() - 1;
    plan.elements[last].update = true;
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.instance.poll_timeout(), None);
    assert_eq!(case.armed(), ["t"]);

    // A message that is waited for stays the one that was: its name is not evaluated again.
    let renamed = guarded(&message("n"));
    case.migrate_as_generated(&renamed);
    let arms = case.state().arms();
    let reglament_executor::Trigger::Message { name, key, message } = &arms[0].2.trigger else {
        panic!("it waits for a message")
    };
    assert_eq!((&**name, key.as_deref()), ("withdrawn", Some("7")));
    assert_eq!(message.map(|it| &*renamed.messages[it].id), Some("n"));
}

#[test]
fn what_the_target_arms_has_to_be_computable() {
    let mut case = Case::start(&guarded(""));
    let target = guarded(&timer("t", "=missing", true));
    let plan = generated(&case, &target);
    let problems = case.problems(&target, &plan);
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with("not-computable: `t`: "),
        "{problems:?}"
    );
}

#[test]
fn a_boundary_event_does_not_move_to_another_activity() {
    let on = |host: &str| {
        program(&format!(
            r#"<startEvent id="s"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b"/>
            <boundaryEvent id="t" attachedToRef="{host}"><timerEventDefinition>
            <timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>{}"#,
            flows("s>g g>a g>b")
        ))
    };
    let mut case = Case::start(&on("a"));
    let target = on("b");
    let plan = generated(&case, &target);
    assert_eq!(
        case.problems(&target, &plan),
        ["other-scope: expected `t`, which `t` becomes, at `a`, found it elsewhere"]
    );
}

#[test]
fn event_sub_processes_that_wait_and_that_run_go_on() {
    let with = |extra: &str, id: &str| {
        program_with(
            r#"<message id="m" name="objection"/>"#,
            &format!(
                r#"<startEvent id="s"/><userTask id="a"/>{}{extra}
                <subProcess id="handle" triggeredByEvent="true">
                <startEvent id="begin" isInterrupting="false"><messageEventDefinition messageRef="m"/>
                </startEvent><userTask id="{id}"/>{}</subProcess>"#,
                flows("s>a"),
                flows(&format!("begin>{id}"))
            ),
        )
    };
    let mut case = Case::start(&with("", "look"));
    let trigger = |case: &Case| Command::Trigger {
        owner: case.key("p"),
        arm: 0,
        variables: Vec::new(),
    };
    let command = trigger(&case);
    case.send(command).expect("the message arrives");
    assert_eq!(case.waiting(), ["a", "look"]);
    let target = with(r#"<userTask id="unused"/>"#, "review");
    let mut plan = generated(&case, &target);
    plan.elements.push(mapping("look", "review"));
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.waiting(), ["a", "review"]);
    let command = trigger(&case);
    case.send(command).expect("the message arrives again");
    assert_eq!(case.waiting(), ["a", "review", "review"]);
}

#[test]
fn an_event_based_gateway_waits_for_what_the_target_has() {
    let gateway = |events: &str| {
        let mut content = format!(
            r#"<startEvent id="s"/><eventBasedGateway id="g"/>{}"#,
            flows("s>g")
        );
        for id in events.split_whitespace() {
            content.push_str(&format!(
                r#"<intermediateCatchEvent id="{id}"><timerEventDefinition><timeDuration>P{}D
                </timeDuration></timerEventDefinition></intermediateCatchEvent><userTask id="after-{id}"/>{}"#,
                id.len(),
                flows(&format!("g>{id} {id}>after-{id}"))
            ));
        }
        program(&content.replace("\n                </timeDuration>", "</timeDuration>"))
    };
    let mut case = Case::start(&gateway("xx yyy"));
    case.migrate_as_generated(&gateway("yyy z"));
    assert_eq!(case.armed(), ["yyy", "z"]);
    case.wake("2026-03-03T09:00:00Z");
    assert_eq!(case.waiting(), ["after-z"]);
}

#[test]
fn iterations_and_their_results_go_on() {
    let repeated = |sequential: bool, item: &str, id: &str| {
        program(&format!(
            r#"<startEvent id="s"/><userTask id="{id}"><multiInstanceLoopCharacteristics
            isSequential="{sequential}"><extensionElements><zeebe:loopCharacteristics
            inputCollection="=[10, 20, 30]" inputElement="{item}" outputCollection="results"
            outputElement="={item}"/></extensionElements></multiInstanceLoopCharacteristics></userTask>
            <userTask id="z"/>{}"#,
            flows(&format!("s>{id} {id}>z"))
        ))
    };
    for sequential in [true, false] {
        let mut case = Case::start(&repeated(sequential, "it", "a"));
        let (first, _) = case.state().waiting(&case.program)[0];
        let variables = Vec::new();
        case.send(Command::Complete {
            key: first,
            variables,
        })
        .expect("the first is done");
        let target = repeated(sequential, "it", "b");
        let mut plan = generated(&case, &target);
        plan.elements.push(mapping("a", "b"));
        case.migrate(&target, &plan).expect("it is migrated");
        for _ in 0..2 {
            let (key, _) = case.state().waiting(&case.program)[0];
            let variables = Vec::new();
            case.send(Command::Complete { key, variables })
                .expect("one more");
        }
        assert_eq!(case.waiting(), ["z"]);
        let list = Value::from(vec![Value::from(10), Value::from(20), Value::from(30)]);
        assert_eq!(case.variable("results"), Some(list));
    }
    let mut case = Case::start(&repeated(true, "it", "a"));
    for (target, words) in [
        (
            repeated(false, "it", "a"),
            "expected a sequential multi-instance, found a parallel one",
        ),
        (
            repeated(true, "other", "a"),
            "expected the item of its instances in `it`, found `other`",
        ),
        (
            line("a", ""),
            "expected it to be a sequential multi-instance, found it done once",
        ),
    ] {
        let mut plan = generated(&case, &target);
        plan.elements.push(mapping("a", "a"));
        let problems = case.problems(&target, &plan);
        assert_eq!(
            problems,
            [format!("other-kind: `a` cannot become `a`: {words}")]
        );
    }
}

#[test]
fn what_has_completed_can_still_be_compensated() {
    let booked = |handler: &str, is_associated: bool| {
        let association = if is_associated {
            format!(
                r#"<association id="x" sourceRef="undo-event" targetRef="{handler}" associationDirection="One"/>"#
            )
        } else {
            r#"<association id="x" sourceRef="undo-event" targetRef="other" associationDirection="One"/>"#
                .to_owned()
        };
        program(&format!(
            r#"<startEvent id="s"/><userTask id="book"/><boundaryEvent id="undo-event" attachedToRef="book">
            <compensateEventDefinition/></boundaryEvent><userTask id="{handler}" isForCompensation="true"/>
            <userTask id="other" isForCompensation="true"/>
            {association}<userTask id="a"/><intermediateThrowEvent id="throw"><compensateEventDefinition/>
            </intermediateThrowEvent>{}"#,
            flows("s>book book>a a>throw")
        ))
    };
    let mut case = Case::start(&booked("undo", true));
    case.complete("book");
    let target = booked("cancel-booking", true);
    let plan = generated(&case, &target);
    assert_eq!(
        case.problems(&target, &plan),
        ["unmapped: userTask `undo` compensates `book`, and the plan does not map it"]
    );
    let mut plan = generated(&case, &target);
    plan.elements.push(mapping("undo", "cancel-booking"));
    let elsewhere = booked("cancel-booking", false);
    assert_eq!(
        case.problems(&elsewhere, &plan),
        [
            "other-scope: expected `book` to be compensated by `cancel-booking`, found that it is not in \
          the target"
        ]
    );
    case.migrate(&target, &plan).expect("it is migrated");
    case.complete("a");
    assert_eq!(case.waiting(), ["cancel-booking"]);
}

#[test]
fn a_called_process_goes_on_inside_its_caller() {
    let calls = |called: &str, other: &str| {
        program_with(
            &format!(
                r#"<process id="q" isExecutable="true"><startEvent id="qs"/><userTask id="qa"/>{}</process>
                <process id="r" isExecutable="true"><startEvent id="rs"/><userTask id="ra"/>{}</process>"#,
                flows("qs>qa"),
                flows("rs>ra")
            ),
            &format!(
                r#"<startEvent id="s"/><callActivity id="call"><extensionElements>
                <zeebe:calledElement processId="{called}"/></extensionElements></callActivity>
                <userTask id="{other}"/>{}"#,
                flows(&format!("s>call call>{other}"))
            ),
        )
    };
    let mut case = Case::start(&calls("q", "a"));
    let elsewhere = calls("r", "a");
    let plan = generated(&case, &elsewhere);
    assert_eq!(
        case.problems(&elsewhere, &plan),
        ["other-scope: expected `call` to call `q`, which `q` becomes, found that it calls `r`"]
    );
    case.migrate_as_generated(&calls("q", "b"));
    case.complete("qa");
    assert_eq!(case.waiting(), ["b"]);
}

#[test]
fn variables_keep_their_values_under_other_numbers() {
    let reads = |condition: &str| {
        program(&format!(
            r#"<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g" default="g-no"/>
            <userTask id="yes"/><userTask id="no"/>{}<sequenceFlow id="g-yes" sourceRef="g" targetRef="yes">
            <conditionExpression>{condition}</conditionExpression></sequenceFlow>"#,
            flows("s>a a>g g>no")
        ))
    };
    let variables = vec![
        (Arc::from("unknown"), Value::from(1)),
        (Arc::from("age"), Value::from(7)),
        (Arc::from("later"), Value::from(3)),
    ];
    let mut case = Case::start_with(&reads("age &gt; 6"), variables);
    case.migrate_as_generated(&reads("other = 1 or (later = 3 and age = 7)"));
    for (name, value) in [("unknown", 1), ("age", 7), ("later", 3)] {
        assert_eq!(case.variable(name), Some(Value::from(value)), "{name}");
    }
    case.complete("a");
    assert_eq!(case.waiting(), ["yes"]);
}

#[test]
fn an_incident_is_tried_again_under_the_target() {
    let decides = |condition: &str| {
        program(&format!(
            r#"<startEvent id="s"/><exclusiveGateway id="g"/><userTask id="yes"/>{}
            <sequenceFlow id="g-yes" sourceRef="g" targetRef="yes"><conditionExpression>{condition}
            </conditionExpression></sequenceFlow>"#,
            flows("s>g")
        ))
    };
    let mut case = Case::start(&decides("missing &gt; 6"));
    let incident = |case: &Case| case.state().incidents().next().map(|it| (it.0, it.2.kind));
    let (key, kind) = incident(&case).expect("an incident");
    assert_eq!(kind, IncidentKind::ConditionNotBoolean);
    case.migrate_as_generated(&decides("1 &lt; 2"));
    assert_eq!(incident(&case), Some((key, kind)));
    case.send(Command::Resolve { key }).expect("it is resolved");
    assert_eq!(case.waiting(), ["yes"]);
}

fn with_terms(service: &str, step: &str) -> Arc<Program> {
    program(&format!(
        r#"<extensionElements>{service}</extensionElements><startEvent id="s"/>
        <userTask id="a"><extensionElements>{step}</extensionElements></userTask>
        <userTask id="b"/>{}"#,
        flows("s>a a>b")
    ))
}

fn days(count: u32, more: &str) -> String {
    format!(
        r#"<reg:term literal="{count} күнтізбелік күн" kind="calendar days" value="{count}" {more}/>"#
    )
}

#[test]
fn a_term_that_runs_is_kept_as_it_began_unless_the_plan_adopts_the_new_one() {
    let service = |count| with_terms(&days(count, r#"measures="service""#), "");
    let mut case = Case::start(&service(10));
    let due = case.instance.poll_timeout();
    case.now = at("2026-03-05T09:00:00Z");
    let target = service(5);
    let mut plan = generated(&case, &target);
    let notes = case.check(&target, &plan).notes;
    assert_eq!(
        &*notes[0].message,
        "the term \"10 күнтізбелік күн\" of `p` goes on as it began; the target says \"5 күнтізбелік \
         күн\""
    );
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.instance.poll_timeout(), due);
    let literal = |case: &Case| {
        let clock = case.state().terms().next().expect("it runs").clone();
        clock
            .counted(&case.program)
            .expect("a term")
            .literal
            .clone()
    };
    assert_eq!(literal(&case), "10 күнтізбелік күн");
    let term = case.state().terms().next().expect("it runs").key();
    case.send(Command::SuspendTerm { term })
        .expect("it is suspended");
    case.now = at("2026-03-06T09:00:00Z");
    case.send(Command::ResumeTerm { term }).expect("it goes on");
    assert!(
        case.instance.poll_timeout() > due,
        "counted by what it began under"
    );

    plan.running_terms = TermPolicy::Adopt;
    let again = service(6);
    plan.elements = generated(&case, &again).elements;
    case.migrate(&again, &plan).expect("it is migrated");
    assert_eq!(literal(&case), "6 күнтізбелік күн");
    assert!(
        case.instance.poll_timeout() < due,
        "six days from the beginning, and one suspended"
    );
}

#[test]
fn a_term_of_the_source_needs_a_counterpart_or_its_end() {
    let mut case = Case::start(&with_terms("", &days(10, "")));
    let target = with_terms("", "");
    let mut plan = generated(&case, &target);
    assert_eq!(
        case.problems(&target, &plan),
        [
            "term-unmapped: the term \"10 күнтізбелік күн\" of `a` runs: the target has no such term; map \
          it to another, or `end` it"
        ]
    );
    plan.terms.push(TermMapping {
        element: "a".into(),
        number: 1,
        to: None,
        policy: TermPolicy::End,
    });
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.state().terms().count(), 0);
    assert_eq!(case.instance.poll_timeout(), None);
}

#[test]
fn a_term_that_only_the_target_has_starts_with_the_migration() {
    let mut case = Case::start(&with_terms("", ""));
    case.now = at("2026-03-10T09:00:00Z");
    case.migrate_as_generated(&with_terms("", &days(2, "")));
    let clock = case.state().terms().next().expect("it runs");
    assert_eq!(clock.started(), at("2026-03-10T09:00:00Z"));
    let done: Vec<&Event> = case
        .events
        .iter()
        .filter(|it| matches!(it, Event::TermStarted { .. }))
        .collect();
    assert_eq!(done.len(), 1);
    case.complete("a");
    let ended = case
        .events
        .iter()
        .any(|it| matches!(it, Event::TermEnded { outcome, .. } if *outcome == TermOutcome::Met));
    assert!(ended);
}

#[test]
fn a_term_that_has_expired_stays_expired_whatever_the_target_says() {
    let service = |count| with_terms(&days(count, r#"measures="service""#), "");
    let mut case = Case::start(&service(1));
    case.wake("2026-04-01T09:00:00Z");
    let target = service(90);
    let mut plan = generated(&case, &target);
    plan.running_terms = TermPolicy::Adopt;
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.instance.poll_timeout(), None);
    let clock = case.state().terms().next().expect("it is kept");
    assert!(clock.is_overdue(case.now));
}

#[test]
fn the_term_that_an_event_fires_by_moves_with_its_event() {
    let enforcing = |event: &str, count: u32| {
        program(&format!(
            r#"<startEvent id="s"/><userTask id="a"/><boundaryEvent id="{event}" attachedToRef="a">
            <extensionElements>{}</extensionElements><timerEventDefinition/></boundaryEvent>
            <userTask id="late"/>{}"#,
            days(count, r#"effect="enforcing""#),
            flows(&format!("s>a {event}>late"))
        ))
    };
    let mut case = Case::start(&enforcing("over", 3));
    let due = case.instance.poll_timeout();
    let target = enforcing("expired", 8);
    let mut plan = generated(&case, &target);
    plan.elements.push(mapping("over", "expired"));
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.instance.poll_timeout(), due);
    case.wake("2026-03-09T09:00:00Z");
    assert_eq!(case.waiting(), ["late"]);

    let mut case = Case::start(&enforcing("over", 3));
    let target = line("a", "");
    let plan = generated(&case, &target);
    case.migrate(&target, &plan)
        .expect("the event is left out, and its term with it");
    assert_eq!(case.instance.poll_timeout(), None);
    assert_eq!(case.state().terms().count(), 0);
}

#[test]
fn only_a_case_that_runs_is_migrated() {
    let source = line("a", "");
    let mut case = Case::start(&source);
    case.complete("a");
    assert_eq!(case.state().status(), Status::Completed);
    let plan = generated(&case, &source);
    assert_eq!(case.migrate(&source, &plan), Err(Rejection::NotRunning));
}

#[test]
fn a_condition_that_reads_otherwise_is_looked_at_at_once() {
    let guarded = |condition: &str| {
        program(&format!(
            r#"<startEvent id="s"/><userTask id="a"/><boundaryEvent id="c" attachedToRef="a">
            <conditionalEventDefinition><condition>{condition}</condition></conditionalEventDefinition>
            </boundaryEvent><userTask id="z"/>{}"#,
            flows("s>a c>z")
        ))
    };
    let number = vec![(Arc::from("number"), Value::from(7))];
    let mut case = Case::start_with(&guarded("number &gt; 10"), number);
    case.migrate_as_generated(&guarded("number &gt; 11"));
    assert_eq!(case.waiting(), ["a"]);
    case.migrate_as_generated(&guarded("number &gt; 6"));
    assert_eq!(case.waiting(), ["z"]);
}
