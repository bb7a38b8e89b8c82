//! Moving an instance by hand: all of it or nothing, and nothing that could never end.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx};
use reglament_executor::{Activation, Command, Key, Modification, Rejection};
use reglament_feel::Value;
use support::{Case, flows, program};

fn element(program: &Program, id: &str) -> ElementIx {
    program.element(id).expect("an element")
}

fn flow(program: &Program, id: &str) -> FlowIx {
    let mut flows = program.flows.iter();
    flows.find(|it| *it.1.id == *id).expect("a flow").0
}

fn before(case: &Case, id: &str, scope: Option<Key>) -> Activation {
    Activation::Before {
        element: element(&case.program, id),
        scope,
    }
}

fn refusal(case: &mut Case, modification: Modification) -> String {
    match case.send(Command::Modify(modification)) {
        Err(Rejection::Modification(why)) => why.to_string(),
        other => panic!("expected a refusal, found {other:?}"),
    }
}

/// Three tasks in a line, a sub-process with two of them, and a fork.
fn model() -> Arc<Program> {
    program(&format!(
        r#"<startEvent id="s"/><userTask id="a"/><userTask id="b"/>
        <subProcess id="sub"><startEvent id="s1"/><userTask id="c"/><subProcess id="inner">
          <startEvent id="s2"/><userTask id="d"/>{}</subProcess>{}</subProcess>
        <boundaryEvent id="t" attachedToRef="sub"><timerEventDefinition><timeDuration>P1D</timeDuration>
        </timerEventDefinition></boundaryEvent><userTask id="late"/>
        <parallelGateway id="fork"/><userTask id="x"/><userTask id="y"/><parallelGateway id="join"/>
        <exclusiveGateway id="choice" default="choice-two"/><userTask id="one"/><userTask id="two"/><endEvent id="e"/>
        <sequenceFlow id="choice-one" sourceRef="choice" targetRef="one"><conditionExpression>way = 1
        </conditionExpression></sequenceFlow>{}"#,
        flows("s2>d"),
        flows("s1>c c>inner"),
        flows(
            "s>a a>b b>sub sub>fork t>late fork>x fork>y x>join y>join join>choice choice>two one>e two>e"
        )
    ))
}

#[test]
fn a_case_is_moved_on_and_back() {
    let mut case = Case::start(&model());
    let modification = Modification {
        variables: vec![(None, vec![(Arc::from("why"), Value::from("a mistake"))])],
        cancel: vec![case.key("a")],
        activate: vec![before(&case, "b", None)],
        ..Modification::default()
    };
    case.send(Command::Modify(modification))
        .expect("it is moved");
    assert_eq!(case.waiting(), ["b"]);
    assert_eq!(case.variable("why"), Some(Value::from("a mistake")));
    let back = Modification {
        cancel: vec![case.key("b")],
        activate: vec![before(&case, "a", None)],
        ..Modification::default()
    };
    case.send(Command::Modify(back)).expect("it is moved back");
    assert_eq!(case.waiting(), ["a"]);
}

#[test]
fn the_scopes_around_an_element_are_begun_for_it_with_what_they_wait_for() {
    let mut case = Case::start(&model());
    let modification = Modification {
        cancel: vec![case.key("a")],
        activate: vec![before(&case, "d", None)],
        ..Modification::default()
    };
    case.send(Command::Modify(modification))
        .expect("it is moved");
    assert_eq!(case.waiting(), ["d"]);
    assert_eq!(case.armed(), ["t"]);
    case.complete("d");
    assert_eq!(case.waiting(), ["x", "y"], "both sub-processes have ended");

    let mut case = Case::start(&model());
    let modification = Modification {
        cancel: vec![case.key("a")],
        activate: vec![before(&case, "d", None)],
        ..Modification::default()
    };
    case.send(Command::Modify(modification))
        .expect("it is moved");
    case.wake("2026-03-03T09:00:00Z");
    assert_eq!(case.waiting(), ["late"]);
}

#[test]
fn tokens_at_joins_are_added_and_taken_away() {
    let mut case = Case::start(&model());
    let modification = Modification {
        cancel: vec![case.key("a")],
        activate: vec![before(&case, "fork", None)],
        ..Modification::default()
    };
    case.send(Command::Modify(modification))
        .expect("it is moved");
    case.complete("x");
    // The token at the join goes back to its task.
    let modification = Modification {
        withdraw: vec![(flow(&case.program, "x-join"), None)],
        activate: vec![before(&case, "x", None)],
        ..Modification::default()
    };
    case.send(Command::Modify(modification))
        .expect("it is moved");
    assert_eq!(case.state().parked().count(), 0);
    assert_eq!(case.waiting(), ["y", "x"]);
    // Both are left out.
    let modification = Modification {
        cancel: vec![case.key("x"), case.key("y")],
        activate: vec![
            Activation::After {
                element: element(&case.program, "x"),
                scope: None,
            },
            Activation::Over {
                flow: flow(&case.program, "y-join"),
                scope: None,
            },
        ],
        ..Modification::default()
    };
    case.send(Command::Modify(modification))
        .expect("it is moved");
    assert_eq!(case.waiting(), ["two"]);
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let program = model();
    let all = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    for (id, words) in [
        ("p", "`p` cannot be activated: it is a process"),
        (
            "t",
            "`t` cannot be activated: a boundary event occurs while its activity runs",
        ),
    ] {
        let mut case = Case::start(&program);
        let modification = Modification {
            activate: vec![before(&case, id, None)],
            ..Modification::default()
        };
        assert_eq!(refusal(&mut case, modification), words);
        assert_eq!(case.waiting(), all(&["a"]));
    }
    let mut case = Case::start(&program);
    let stranded = Modification {
        cancel: vec![case.key("a")],
        ..Modification::default()
    };
    assert_eq!(
        refusal(&mut case, stranded),
        "nothing would be left in `p` (#1); cancel that, or activate something in it"
    );
    let root = Modification {
        cancel: vec![case.key("p")],
        ..Modification::default()
    };
    assert_eq!(
        refusal(&mut case, root),
        "#1 is the process `p`; cancel what called it, or the case"
    );
    let nothing_there = Modification {
        withdraw: vec![(flow(&program, "x-join"), None)],
        ..Modification::default()
    };
    assert_eq!(
        refusal(&mut case, nothing_there),
        "no token waits at the end of `x-join`"
    );
    let several = Modification {
        activate: vec![Activation::After {
            element: element(&program, "choice"),
            scope: None,
        }],
        ..Modification::default()
    };
    assert_eq!(
        refusal(&mut case, several),
        "several flows leave `choice`; name the flow"
    );
    let unknown = Modification {
        cancel: vec![Key::from_bits(u64::MAX)],
        ..Modification::default()
    };
    let answer = case.send(Command::Modify(unknown));
    assert!(
        matches!(answer, Err(Rejection::NoSuchElement(_))),
        "{answer:?}"
    );
}

#[test]
fn nothing_is_activated_in_a_scope_that_the_same_command_cancels() {
    let mut case = Case::start(&model());
    case.complete("a");
    case.complete("b");
    let sub = case.key("sub");
    let modification = Modification {
        cancel: vec![sub],
        activate: vec![before(&case, "d", Some(sub))],
        ..Modification::default()
    };
    let why = refusal(&mut case, modification);
    assert_eq!(why, format!("{sub} does not contain `d`"));
    assert_eq!(case.waiting(), ["c"]);
    // Without naming it, a new one is begun.
    let modification = Modification {
        cancel: vec![sub],
        activate: vec![before(&case, "c", None)],
        ..Modification::default()
    };
    case.send(Command::Modify(modification))
        .expect("it is moved");
    assert_ne!(case.key("sub"), sub);
    assert_eq!(case.waiting(), ["c"]);
}

#[test]
fn of_several_scopes_one_has_to_be_named() {
    let repeated = program(&format!(
        r#"<startEvent id="s"/><subProcess id="sub"><multiInstanceLoopCharacteristics>
        <loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics><startEvent id="s1"/>
        <userTask id="a"/><userTask id="b"/>{}</subProcess>{}"#,
        flows("s1>a a>b"),
        flows("s>sub")
    ));
    let mut case = Case::start(&repeated);
    let inside: Vec<Key> = case
        .state()
        .waiting(&repeated)
        .into_iter()
        .filter_map(|(key, _)| case.state().scope(key))
        .collect();
    let modification = |case: &Case, scope| Modification {
        activate: vec![before(case, "b", scope)],
        ..Modification::default()
    };
    let unnamed = modification(&case, None);
    assert_eq!(
        refusal(&mut case, unnamed),
        format!(
            "`b` could be activated in {}, {}; say in which",
            inside[0], inside[1]
        )
    );
    let named = modification(&case, Some(inside[1]));
    case.send(Command::Modify(named)).expect("it is moved");
    assert_eq!(case.waiting(), ["a", "a", "b"]);
    let one = Modification {
        cancel: vec![inside[0]],
        ..Modification::default()
    };
    assert_eq!(
        refusal(&mut case, one),
        format!(
            "{} is one of several instances of `sub`; cancel the whole activity",
            inside[0]
        )
    );
}

#[test]
fn nothing_is_activated_where_an_event_sub_process_has_taken_over() {
    let interrupted = program(&format!(
        r#"<startEvent id="s"/><userTask id="a"/>{}<subProcess id="handle" triggeredByEvent="true">
        <startEvent id="begin"><timerEventDefinition><timeDuration>P1D</timeDuration>
        </timerEventDefinition></startEvent><userTask id="look"/>{}</subProcess>"#,
        flows("s>a"),
        flows("begin>look")
    ));
    let mut case = Case::start(&interrupted);
    case.wake("2026-03-03T09:00:00Z");
    assert_eq!(case.waiting(), ["look"]);
    let modification = Modification {
        activate: vec![before(&case, "a", None)],
        ..Modification::default()
    };
    assert_eq!(
        refusal(&mut case, modification),
        "`a` cannot be activated in #1: an event sub-process has taken over there"
    );
}
