//! Running cases: numbers, the clock, messages between instances, expectations.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::fmt::Write as _;
use std::sync::Arc;

use reglament_core::Program;
use reglament_dmn::{Decisions, Model, Repository};
use reglament_scenario::{Options, Report, RunState, Scenario, run, run_alone};
use reglament_source::SourceText;

/// The program of processes that are written without the outer element.
fn program(content: &str) -> Program {
    let xml = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:test">{content}</definitions>"#
    );
    let (definitions, diagnostics) = reglament_core::read("test.bpmn", xml.as_bytes());
    assert_eq!(diagnostics, []);
    let lowering = reglament_core::lower(&definitions.unwrap());
    assert!(
        lowering
            .findings
            .iter()
            .all(|finding| !finding.diagnostic.is_error()),
        "{:?}",
        lowering.findings
    );
    lowering.program
}

/// A process of elements in a row, joined by flows.
fn row(id: &str, elements: &[(&str, &str, &str)]) -> String {
    let mut xml = format!(r#"<process id="{id}" isExecutable="true">"#);
    for (tag, id, content) in elements {
        let _ = write!(xml, r#"<{tag} id="{id}">{content}</{tag}>"#);
    }
    for (from, to) in elements.iter().zip(elements.iter().skip(1)) {
        let _ = write!(
            xml,
            r#"<sequenceFlow id="{0}-{1}" sourceRef="{0}" targetRef="{1}"/>"#,
            from.1, to.1
        );
    }
    xml + "</process>"
}

fn timer(duration: &str) -> String {
    format!(
        "<timerEventDefinition id=\"t{duration}\"><timeDuration>{duration}</timeDuration></timerEventDefinition>"
    )
}

fn scripted(program: &Program, script: &str) -> Report {
    let (scenario, diagnostics) = Scenario::load("t.yaml", script.as_bytes());
    assert_eq!(diagnostics, []);
    let scenario = scenario.unwrap();
    assert_eq!(scenario.check_names(program), []);
    run(program, &scenario, &Options::default())
}

fn holds(program: &Program, script: &str) {
    let report = scripted(program, script);
    assert_eq!(report.failures, [], "{:?}", report.ended);
}

fn events(report: &Report, program: &Program, event: &str) -> Vec<String> {
    let lines = report
        .trace
        .iter()
        .filter(|line| line.event.as_str() == event);
    lines
        .map(|line| {
            format!(
                "{}#{} {}",
                line.subject.unwrap().id(program),
                line.instance,
                line.time
            )
        })
        .collect()
}

#[test]
fn a_case_without_a_script_jumps_from_timer_to_timer() {
    let wait = timer("P1D");
    let program = program(&row(
        "p",
        &[
            ("startEvent", "s", ""),
            ("intermediateCatchEvent", "c", &wait),
            ("userTask", "a", ""),
            ("endEvent", "e", ""),
        ],
    ));
    let report = run_alone(&program, &Options::default());
    assert_eq!(report.ended.state, RunState::Completed);
    assert_eq!(
        events(&report, &program, "timer-fired"),
        ["c#1 1970-01-02T00:00:00Z"]
    );
    assert_eq!(
        events(&report, &program, "completed").last().unwrap(),
        "e#1 1970-01-02T00:00:00Z"
    );
}

#[test]
fn a_cycle_that_never_ends_reaches_the_limit_of_jumps() {
    let program = program(
        r#"<process id="p" isExecutable="true"><startEvent id="s"/><receiveTask id="r"/><endEvent id="e"/>
        <boundaryEvent id="b" attachedToRef="r" cancelActivity="false"><timerEventDefinition id="t">
        <timeCycle>R/PT1H</timeCycle></timerEventDefinition></boundaryEvent><endEvent id="e2"/>
        <sequenceFlow id="f" sourceRef="s" targetRef="r"/><sequenceFlow id="g" sourceRef="r" targetRef="e"/>
        <sequenceFlow id="h" sourceRef="b" targetRef="e2"/></process>"#,
    );
    let report = run_alone(&program, &Options::default());
    assert_eq!(report.ended.state, RunState::Failed);
    let error = report.ended.error.unwrap();
    assert_eq!(
        (&*error.kind, error.element.as_deref()),
        ("jump-limit", Some("r"))
    );
}

/// Trap N4: one jump over several due timers fires each at its own instant, in order.
#[test]
fn one_advance_fires_every_due_timer_at_its_own_instant() {
    let program = program(
        r#"<process id="p" isExecutable="true"><startEvent id="s"/><task id="a"/><endEvent id="e"/>
        <boundaryEvent id="ten" attachedToRef="a" cancelActivity="false"><timerEventDefinition id="t1">
        <timeDuration>P10D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="e1"/>
        <boundaryEvent id="twenty" attachedToRef="a"><timerEventDefinition id="t2">
        <timeDuration>P20D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="e2"/>
        <sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="e"/>
        <sequenceFlow id="h" sourceRef="ten" targetRef="e1"/><sequenceFlow id="i" sourceRef="twenty" targetRef="e2"/>
        </process>"#,
    );
    let report = scripted(
        &program,
        "
- advance: P25D
- expect: {completed: [e1, e2], never: [e], state: completed}
- advance: {to: 1970-01-26T00:00:00Z}
- {advance: {to: 1970-01-25T00:00:00Z}, rejected: true}
",
    );
    assert_eq!(report.failures, []);
    assert_eq!(
        events(&report, &program, "timer-fired"),
        [
            "ten#1 1970-01-11T00:00:00Z",
            "twenty#1 1970-01-21T00:00:00Z"
        ]
    );
}

#[test]
fn instances_are_counted_in_order_of_activation_and_the_body_has_no_line() {
    let three = r#"<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"#;
    let program = program(&row(
        "p",
        &[
            ("startEvent", "s", ""),
            ("userTask", "a", three),
            ("endEvent", "e", ""),
        ],
    ));
    let report = scripted(
        &program,
        "
- expect: {waiting: [a, a, a]}
- {complete: a, instance: 2}
- complete: a
- {complete: a, instance: 2, rejected: true}
- complete: a
- expect: {count: {a: 3, e: 1}, order: [[a, e]], ended: true}
",
    );
    assert_eq!(report.failures, []);
    let completed = events(&report, &program, "completed");
    let numbers: Vec<&str> = completed
        .iter()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(numbers, ["s#1", "a#2", "a#1", "a#3", "e#1"]);
    assert_eq!(
        events(&report, &program, "refused"),
        ["a#2 1970-01-01T00:00:00Z"]
    );
}

#[test]
fn a_rejected_expectation_holds_when_something_of_it_does_not() {
    let program = program(&row("p", &[("startEvent", "s", ""), ("userTask", "a", "")]));
    let report = scripted(
        &program,
        "
- {expect: {waiting: []}, rejected: true}
- {expect: {waiting: [a]}, rejected: true}
",
    );
    let found: Vec<_> = report.failures.iter().map(|it| it.step).collect();
    assert_eq!(found, [2]);
}

#[test]
fn an_expectation_says_what_was_expected_and_what_was_found() {
    let program = program(&row(
        "p",
        &[
            ("startEvent", "s", ""),
            ("userTask", "a", ""),
            ("endEvent", "e", ""),
        ],
    ));
    let report = scripted(
        &program,
        "
steps:
- set: {x: 1}
- expect:
    waiting: []
    completed: [e]
    never: [s]
    count: {s: 2}
    order: [[e, s]]
    ended: true
    state: completed
    incidents: [a]
    vars: {x: 2}
",
    );
    let messages: Vec<&str> = report
        .failures
        .iter()
        .map(|failure| failure.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "waiting: expected nothing, found `a`",
            "completed: expected `e`, found that it has not completed; waiting: `a`",
            "never: expected no `s`, found that it has completed once",
            "count: expected `s` to complete twice, found once",
            "order: expected `e` before `s`, found that `e` has not completed",
            "ended: expected that the case has ended, found that the case is running; waiting: `a`",
            "state: expected completed, found waiting; waiting: `a`",
            "incidents: expected `a`, found none",
            "vars: expected `x` to be 2, found 1",
            "vars: the case has {\"x\":1}",
        ]
    );
    assert!(
        report
            .failures
            .iter()
            .all(|failure| (failure.step, failure.line) == (2, 4))
    );
    let refused = scripted(&program, "- complete: e\n- complete: a\n");
    assert_eq!(
        refused.failures[0].message,
        "complete: expected that it is carried out, found: `e` is not active; waiting: `a`"
    );
    assert_eq!(refused.ended.state, RunState::Waiting);
}

/// Two processes that wait for the same message with a key each.
fn subscribers() -> Program {
    let catch = r#"<messageEventDefinition id="d" messageRef="m"/>"#;
    let message = r#"<message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="=number"/></extensionElements></message>"#;
    program(&format!(
        "{message}{}",
        row(
            "p",
            &[
                ("startEvent", "s", ""),
                ("task", "a", ""),
                ("intermediateCatchEvent", "c", catch),
                ("endEvent", "e", ""),
            ]
        )
    ))
}

/// Traps F1, F2: a message is kept for whoever waits first, and goes to one receiver.
#[test]
fn a_kept_message_is_delivered_once_to_the_first_that_waits() {
    holds(
        &subscribers(),
        "
vars: {number: 7}
steps:
- {start: p, with: {number: 7}}
- {message: paid, key: 7, rejected: true}
- {message: paid, key: 7, ttl: PT1H}
- {complete: a, instance: 2}
- expect: {count: {e: 1}, waiting: [a], ended: false}
- {complete: a, instance: 1}
- expect: {waiting: [c], count: {e: 1}}
- {message: m, key: '7'}
- expect: {waiting: [], count: {e: 2}}
",
    );
}

/// Trap F3: whether a message has expired is decided when it is correlated.
#[test]
fn an_expired_message_goes_nowhere() {
    holds(
        &subscribers(),
        "
vars: {number: 7}
steps:
- {message: paid, key: 7, ttl: PT1S}
- advance: PT1.001S
- complete: a
- expect: {waiting: [c]}
",
    );
}

/// Trap F6: several receivers of one message are refused by name, and a key tells them apart.
#[test]
fn a_message_that_several_wait_for_is_refused() {
    let report = scripted(
        &subscribers(),
        "
vars: {number: 1}
steps:
- {start: p, with: {number: 2}}
- complete: a
- complete: a
- {message: paid, rejected: true}
- {message: paid, key: 3, rejected: true}
- {message: paid, key: 2}
- expect: {waiting: [c], ended: false}
- {message: c, instance: 1}
- expect: {ended: true}
",
    );
    assert_eq!(report.failures, []);
    let reasons: Vec<String> = report
        .trace
        .iter()
        .filter(|line| line.event.as_str() == "refused")
        .map(|line| line.to_json(&subscribers()))
        .collect();
    assert!(
        reasons[0].contains("several wait for message `paid`: `c`, `c`"),
        "{}",
        reasons[0]
    );
    assert!(
        reasons[1].contains("nobody waits for message `paid` with key `3`"),
        "{}",
        reasons[1]
    );
}

/// Trap C10: a signal reaches what waits when it is thrown, in every instance, each once.
#[test]
fn a_signal_reaches_all_instances_that_wait_when_it_is_thrown() {
    let catch = r#"<signalEventDefinition id="d" signalRef="go"/>"#;
    let throw = r#"<signalEventDefinition id="d2" signalRef="go"/>"#;
    let start = r#"<signalEventDefinition id="d3" signalRef="go"/>"#;
    let program = program(&format!(
        "<signal id=\"go\" name=\"Go!\"/>{}{}{}",
        row(
            "p",
            &[
                ("startEvent", "s", ""),
                ("task", "a", ""),
                ("intermediateThrowEvent", "t", throw),
                ("endEvent", "e", "")
            ]
        ),
        row(
            "q",
            &[
                ("startEvent", "s2", ""),
                ("intermediateCatchEvent", "c", catch),
                ("endEvent", "e2", "")
            ]
        ),
        row("r", &[("startEvent", "s3", start), ("endEvent", "e3", "")]),
    ));
    holds(
        &program,
        "
process: p
steps:
- start: q
- start: q
- expect: {waiting: [a, c, c]}
- complete: a
- expect: {waiting: [], count: {e: 1, e2: 2, e3: 1}}
- start: q
- expect: {waiting: [c]}
- signal: Go!
- expect: {waiting: [], count: {e2: 3, e3: 2}}
- signal: go
- expect: {count: {e3: 3}}
",
    );
}

/// Instances that start each other without end are stopped by a named limit.
#[test]
fn instances_that_keep_each_other_busy_are_stopped() {
    let message = |id| format!(r#"<messageEventDefinition id="{id}" messageRef="m"/>"#);
    let (throw, start, again) = (message("d1"), message("d2"), message("d3"));
    let program = program(&format!(
        "<message id=\"m\" name=\"again\"/>{}{}",
        row("p", &[("startEvent", "s", ""), ("endEvent", "e", &throw)]),
        row(
            "q",
            &[("startEvent", "s2", &start), ("endEvent", "e2", &again)]
        ),
    ));
    let process = program.process("p");
    let report = run_alone(
        &program,
        &Options {
            process,
            ..Options::default()
        },
    );
    assert_eq!(report.ended.state, RunState::Failed);
    assert_eq!(&*report.ended.error.unwrap().kind, "delivery-limit");
}

#[test]
fn an_advance_over_too_many_timers_is_refused() {
    let program = program(
        r#"<process id="p" isExecutable="true"><startEvent id="s"/><receiveTask id="r"/>
        <boundaryEvent id="b" attachedToRef="r" cancelActivity="false"><timerEventDefinition id="t">
        <timeCycle>R/PT1S</timeCycle></timerEventDefinition></boundaryEvent>
        <sequenceFlow id="f" sourceRef="s" targetRef="r"/></process>"#,
    );
    let report = scripted(&program, "- advance: P100Y");
    assert!(
        report.failures[0].message.ends_with("advance by less"),
        "{:?}",
        report.failures
    );
}

#[test]
fn a_script_that_cannot_start_is_rejected() {
    let program = program(&format!(
        "{}{}",
        row("p", &[("startEvent", "s", ""), ("endEvent", "e", "")]),
        row("q", &[("task", "t", "")])
    ));
    let report = run_alone(&program, &Options::default());
    assert_eq!(report.ended.state, RunState::Rejected);
    assert_eq!(
        &*report.ended.error.unwrap().message,
        "the model has several processes, name one of them: `p`, `q`"
    );
}

#[test]
fn the_last_line_keeps_every_digit() {
    let program = program(&row("p", &[("startEvent", "s", ""), ("endEvent", "e", "")]));
    let report = scripted(
        &program,
        "vars: {amount: 0.10, big: 12345678901234567890123, text: \"a\\\"b\"}\nsteps: []",
    );
    assert_eq!(
        report.ended.to_json(),
        r#"{"event":"ended","state":"completed","waiting":[],"error":null,"variables":{"amount":0.10,"big":12345678901234567890123,"text":"a\"b"}}"#
    );
}

#[test]
fn deciding_without_an_end_meets_the_limit_of_decisions() {
    let program = program(
        r#"<process id="p" isExecutable="true"><startEvent id="s"/>
        <businessRuleTask id="a"><extensionElements>
          <zeebe:calledDecision decisionId="d" resultVariable="x"/>
        </extensionElements></businessRuleTask>
        <sequenceFlow id="s-a" sourceRef="s" targetRef="a"/>
        <sequenceFlow id="a-a" sourceRef="a" targetRef="a"/></process>"#,
    );
    let model = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m"
        namespace="urn:m"><decision id="d" name="d">
        <literalExpression><text>1</text></literalExpression></decision></definitions>"#;
    let (model, _) = Model::read(SourceText::new("m.dmn", model.to_owned()));
    let (decisions, _) = Decisions::compile(&model.unwrap(), &[]);
    let mut repository = Repository::default();
    assert_eq!(repository.add("m.dmn", decisions.unwrap()), []);
    let options = Options {
        decisions: Arc::new(repository),
        ..Options::default()
    };
    let report = run_alone(&program, &options);
    assert_eq!(report.ended.state, RunState::Failed);
    assert_eq!(&*report.ended.error.unwrap().kind, "decision-limit");
}

#[test]
fn a_script_shows_that_two_persons_act() {
    let content = row(
        "P",
        &[
            ("startEvent", "S", ""),
            ("userTask", "Register", ""),
            (
                "userTask",
                "Approve",
                "<extensionElements><reg:separationOfDuties xmlns:reg='urn:reglament:bpmn:1' tasks='Register'/></extensionElements>",
            ),
        ],
    );
    let program = program(&content);
    let report = scripted(
        &program,
        "- complete: Register\n  by: aigul\n\
         - complete: Approve\n  by: aigul\n  rejected: true\n\
         - complete: Approve\n  by: bolat\n\
         - expect: {ended: true}\n",
    );
    assert_eq!(report.ended.state, RunState::Completed);
    // Nobody is named: nothing is known of who acts.
    let report = scripted(&program, "- complete: Register\n- complete: Approve\n");
    assert_eq!(report.ended.state, RunState::Completed);
    let report = scripted(
        &program,
        "- complete: Register\n  by: aigul\n- complete: Approve\n  by: aigul\n",
    );
    assert_eq!(report.failures.len(), 1, "{:?}", report.failures);
    let reason = &report.failures[0].message;
    assert!(
        reason.contains("another person has to perform `Approve`"),
        "{reason}"
    );
}
