//! Migration: what is waited for.

mod support;

use std::sync::Arc;

use reglament_core::Program;
use reglament_executor::Command;
use reglament_feel::Value;
use support::{Case, at, flows, generated, mapping, program, program_with};

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

#[test]
fn a_scope_that_an_event_sub_process_has_taken_over_waits_for_nothing_new() {
    let handled = |more: &str| {
        program(&format!(
            r#"<startEvent id="s"/><userTask id="a"/>{}{more}<subProcess id="first" triggeredByEvent="true">
            <startEvent id="begin"><timerEventDefinition><timeDuration>P1D</timeDuration>
            </timerEventDefinition></startEvent><userTask id="look"/>{}</subProcess>"#,
            flows("s>a"),
            flows("begin>look")
        ))
    };
    let mut case = Case::start(&handled(""));
    case.wake("2026-03-03T09:00:00Z");
    assert_eq!(case.waiting(), ["look"]);
    let second = format!(
        r#"<subProcess id="second" triggeredByEvent="true"><startEvent id="other"><timerEventDefinition>
        <timeDuration>P2D</timeDuration></timerEventDefinition></startEvent><userTask id="see"/>{}
        </subProcess>"#,
        flows("other>see")
    );
    case.migrate_as_generated(&handled(&second));
    assert_eq!(case.instance.poll_timeout(), None);
    case.complete("look");
    assert!(case.is_completed());
}
