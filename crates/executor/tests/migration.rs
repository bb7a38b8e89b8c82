//! Migration by a checked plan: what moves, what stays, and what is refused with which words.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use reglament_core::Program;
use reglament_executor::{
    Command, FlowMapping, IncidentKind, MigrationPlan, Rejection, Status, TermMapping, TermPolicy,
};
use reglament_feel::Value;
use support::{Case, flows, generated, mapping, program, program_with};

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
    // The late flow has the number in the one that the consumed one has in the other.
    let complex = |is_late_early: bool, other: &str| {
        let late = format!(r#"<sequenceFlow id="late" sourceRef="{other}" targetRef="join"/>"#);
        let before = flows(&format!("s>fork fork>a fork>{other}"));
        let after = flows("a>join join>after");
        let flows = if is_late_early {
            before + &late + &after
        } else {
            before + &after + &late
        };
        program(&format!(
            r#"<startEvent id="s"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="{other}"/>
            <complexGateway id="join"><activationCondition>activationCount &gt;= 1</activationCondition>
            </complexGateway><userTask id="after"/>{flows}"#
        ))
    };
    let mut case = Case::start(&complex(false, "b"));
    case.complete("a");
    assert_eq!(case.waiting(), ["b", "after"]);
    // Every flow has another number.
    let target = complex(true, "c");
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

#[test]
fn only_a_case_that_runs_is_migrated() {
    let source = line("a", "");
    let mut case = Case::start(&source);
    case.complete("a");
    assert_eq!(case.state().status(), Status::Completed);
    let plan = generated(&case, &source);
    assert_eq!(case.migrate(&source, &plan), Err(Rejection::NotRunning));
}
