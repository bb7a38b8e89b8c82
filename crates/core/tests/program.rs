//! The shape of what lowering makes.

use reglament_core::Program;
use reglament_core::program::{
    ElementIx, EventDefinition, Kind, Outgoing, Repetition, Script, Text,
};

/// Lowers a file in which nothing is wrong.
#[expect(
    clippy::unwrap_used,
    reason = "a test fails where there are no definitions"
)]
fn program(content: &str) -> Program {
    let text = format!(
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' \
         xmlns:reg='urn:reglament:bpmn:1' targetNamespace='urn:t'>{content}</definitions>"
    );
    let (definitions, diagnostics) = reglament_core::read("case.bpmn", text.as_bytes());
    assert_eq!(diagnostics, []);
    let lowering = reglament_core::lower(&definitions.unwrap());
    let findings: Vec<String> = lowering
        .findings
        .iter()
        .map(|finding| finding.diagnostic.to_string())
        .collect();
    assert_eq!(findings, Vec::<String>::new());
    lowering.program
}

#[expect(
    clippy::unwrap_used,
    reason = "a test fails where the element is missing"
)]
fn at(program: &Program, id: &str) -> ElementIx {
    program.element(id).unwrap()
}

fn ids(program: &Program, elements: &[ElementIx]) -> Vec<String> {
    elements
        .iter()
        .map(|element| program.id(*element).to_owned())
        .collect()
}

#[test]
fn a_scope_stands_before_its_contents_in_document_order() {
    let program = program(
        "<process id='p'><subProcess id='s'><task id='a'/></subProcess><task id='b'/></process><process id='q'><task id='c'/></process>",
    );
    let all: Vec<ElementIx> = program.elements.indices().collect();
    assert_eq!(ids(&program, &all), ["p", "s", "a", "b", "q", "c"]);
    assert_eq!(program.process_of(at(&program, "a")), at(&program, "p"));
    assert_eq!(program.processes, [at(&program, "p"), at(&program, "q")]);
    let body = program.elements[at(&program, "p")].body.as_ref().unwrap();
    assert_eq!(ids(&program, &body.contents), ["s", "b"]);
    assert_eq!(ids(&program, &body.initial), ["s", "b"]);
}

#[test]
fn only_a_single_unconditional_flow_is_one() {
    let program = program(
        "<process id='p'><task id='a'/><task id='b'/><task id='c'/><task id='d'/>\
         <sequenceFlow id='ab' sourceRef='a' targetRef='b'/>\
         <sequenceFlow id='bc' sourceRef='b' targetRef='c'><conditionExpression>x</conditionExpression></sequenceFlow>\
         <sequenceFlow id='cd' sourceRef='c' targetRef='d'/><sequenceFlow id='cb' sourceRef='c' targetRef='b'/></process>",
    );
    assert!(matches!(
        program.elements[at(&program, "a")].outgoing,
        Outgoing::One(_)
    ));
    let Outgoing::Many(conditional) = &program.elements[at(&program, "b")].outgoing else {
        panic!()
    };
    assert_eq!(conditional.branches.len(), 1);
    assert!(conditional.branches[0].condition.is_some());
    let Outgoing::Many(split) = &program.elements[at(&program, "c")].outgoing else {
        panic!()
    };
    assert_eq!(split.branches.len(), 2);
    assert!(matches!(
        program.elements[at(&program, "d")].outgoing,
        Outgoing::None
    ));
}

#[test]
fn tokens_wait_at_joins_and_at_activities_that_need_several() {
    let program = program(
        "<process id='p'><parallelGateway id='f'/><parallelGateway id='j'/><task id='t' startQuantity='2'/><task id='u'/>\
         <sequenceFlow id='fj' sourceRef='f' targetRef='j'/><sequenceFlow id='fj2' sourceRef='f' targetRef='j'/>\
         <sequenceFlow id='jt' sourceRef='j' targetRef='t'/><sequenceFlow id='tu' sourceRef='t' targetRef='u'/></process>",
    );
    let waits: Vec<(&str, bool)> = program
        .flows
        .iter()
        .map(|(_, flow)| (&*flow.id, flow.waits))
        .collect();
    assert_eq!(
        waits,
        [("fj", true), ("fj2", true), ("jt", true), ("tu", false)]
    );
}

#[test]
fn reachability_follows_flows_links_and_boundary_events_but_not_the_join() {
    let program = program(
        "<process id='p'><startEvent id='s'/><inclusiveGateway id='j'/>\
         <task id='a'/><boundaryEvent id='b' attachedToRef='a'><messageEventDefinition/></boundaryEvent>\
         <task id='h'/><intermediateThrowEvent id='lt'><linkEventDefinition name='L'/></intermediateThrowEvent>\
         <intermediateCatchEvent id='lc'><linkEventDefinition name='L'/></intermediateCatchEvent><task id='e'/>\
         <sequenceFlow id='sa' sourceRef='s' targetRef='a'/><sequenceFlow id='sh' sourceRef='s' targetRef='h'/>\
         <sequenceFlow id='bj' sourceRef='b' targetRef='j'/><sequenceFlow id='hl' sourceRef='h' targetRef='lt'/>\
         <sequenceFlow id='lj' sourceRef='lc' targetRef='j'/><sequenceFlow id='je' sourceRef='j' targetRef='e'/>\
         <sequenceFlow id='eh' sourceRef='e' targetRef='h'/></process>",
    );
    let Kind::InclusiveGateway(Some(reach)) = &program.elements[at(&program, "j")].kind else {
        panic!()
    };
    let flow = |id: &str| {
        program
            .flows
            .iter()
            .find(|(_, flow)| &*flow.id == id)
            .unwrap()
            .0
    };
    let from = |id: &str| -> Vec<String> {
        let elements: Vec<ElementIx> = program
            .elements
            .indices()
            .filter(|element| reach.reaches(*element, flow(id)))
            .collect();
        ids(&program, &elements)
    };
    assert_eq!(from("bj"), ["s", "a", "b"]);
    assert_eq!(from("lj"), ["s", "h", "lt", "lc", "e"]);
}

#[test]
fn the_ways_to_begin_are_told_apart() {
    let program = program(
        "<message id='m' name='go'/><process id='p'><startEvent id='n1'/><startEvent id='n2'/>\
         <startEvent id='m1'><messageEventDefinition messageRef='m'/></startEvent><receiveTask id='r' instantiate='true'/>\
         <subProcess id='h' triggeredByEvent='true'><startEvent id='hs'><messageEventDefinition messageRef='m'/></startEvent></subProcess></process>",
    );
    let body = program.elements[at(&program, "p")].body.as_ref().unwrap();
    assert_eq!(ids(&program, &body.initial), ["n1", "n2"]);
    assert_eq!(ids(&program, &body.triggered_starts), ["m1", "r"]);
    assert_eq!(ids(&program, &body.event_sub_processes), ["h"]);
    let inner = program.elements[at(&program, "h")].body.as_ref().unwrap();
    assert_eq!(ids(&program, &inner.triggered_starts), ["hs"]);
    assert_eq!(program.messages.len(), 1);
}

#[test]
fn a_compensation_boundary_event_leads_to_its_handler() {
    let program = program(
        "<process id='p'><startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='a'/><task id='a'/>\
         <boundaryEvent id='c' attachedToRef='a'><compensateEventDefinition/></boundaryEvent>\
         <boundaryEvent id='m' attachedToRef='a' cancelActivity='false'><messageEventDefinition/></boundaryEvent>\
         <task id='undo' isForCompensation='true'/><association id='x' sourceRef='c' targetRef='undo'/></process>",
    );
    let activity = program.elements[at(&program, "a")]
        .activity
        .as_ref()
        .unwrap();
    assert_eq!(activity.compensation, Some(at(&program, "undo")));
    assert_eq!(ids(&program, &activity.boundaries), ["m"]);
    assert!(
        program.elements[at(&program, "undo")]
            .activity
            .as_ref()
            .unwrap()
            .is_for_compensation
    );
    let Kind::BoundaryEvent(part) = &program.elements[at(&program, "m")].kind else {
        panic!()
    };
    assert!(!part.interrupting);
    assert_eq!(part.attached_to, Some(at(&program, "a")));
}

#[test]
fn to_catch_an_error_without_a_code_is_to_catch_every_one() {
    let program = program(
        "<error id='e1' errorCode='E'/><error id='e2' errorCode=''/><process id='p'><task id='t'/>\
         <boundaryEvent id='b1' attachedToRef='t'><errorEventDefinition errorRef='e1'/></boundaryEvent>\
         <boundaryEvent id='b2' attachedToRef='t'><errorEventDefinition errorRef='e2'/></boundaryEvent>\
         <boundaryEvent id='b3' attachedToRef='t'><errorEventDefinition/></boundaryEvent>\
         <sequenceFlow id='f' sourceRef='t' targetRef='x'/><endEvent id='x'><errorEventDefinition errorRef='e2'/></endEvent></process>",
    );
    let error = |id: &str| match &program.elements[at(&program, id)].kind {
        Kind::BoundaryEvent(part) | Kind::EndEvent(part) => match part.definitions[0] {
            EventDefinition::Error(error) => {
                error.map(|error| program.errors[error].code.to_string())
            }
            _ => panic!(),
        },
        _ => panic!(),
    };
    assert_eq!(error("b1").as_deref(), Some("E"));
    assert_eq!(error("b2"), None);
    assert_eq!(error("b3"), None);
    assert_eq!(error("x").as_deref(), Some("e2"));
}

#[test]
fn lanes_are_named_from_the_outside_in() {
    let program = program(
        "<process id='p'><laneSet id='ls'><lane id='l1' name='System'><flowNodeRef>t</flowNodeRef><flowNodeRef>s</flowNodeRef>\
         <childLaneSet id='c'><lane id='l2' name='Clerk'><flowNodeRef>t</flowNodeRef></lane></childLaneSet></lane></laneSet>\
         <task id='t'/><subProcess id='s'><task id='u'/></subProcess><task id='v'/></process>",
    );
    let lanes = |id: &str| -> Vec<&str> {
        program.infos[at(&program, id)]
            .lanes
            .iter()
            .map(|lane| &**lane)
            .collect()
    };
    assert_eq!(lanes("t"), ["System", "Clerk"]);
    assert_eq!(lanes("s"), ["System"]);
    assert_eq!(lanes("u"), ["System"]);
    assert_eq!(lanes("v"), Vec::<&str>::new());
}

#[test]
fn regulation_facts_come_along() {
    let program = program(
        "<process id='p'><task id='t' name='тексеру'><extensionElements><reg:label xml:lang='en'> check </reg:label>\
         <reg:source clause='13' item='2' action='1 2'/><reg:term literal='3 күн' kind='unqualified' value='3'/>\
         <reg:outcome kind='refusal' ground='x' code='refusal.x'/></extensionElements></task></process>",
    );
    let info = &program.infos[at(&program, "t")];
    assert_eq!(&*info.labels[0].text, "check");
    let regulation = info.regulation.as_ref().unwrap();
    assert_eq!(&*regulation.sources[0].clause, "13");
    assert_eq!(regulation.sources[0].action.as_deref(), Some("1 2"));
    assert_eq!(regulation.terms[0].kind.as_deref(), Some("unqualified"));
    assert_eq!(regulation.outcomes[0].code.as_deref(), Some("refusal.x"));
}

#[test]
fn attributes_are_literal_unless_they_begin_with_an_equals_sign() {
    let program = program(
        "<process id='p'><serviceTask id='t'><extensionElements><zeebe:taskDefinition type='signature.verify' retries='=n + 1'/>\
         <zeebe:taskHeaders><zeebe:header key='a' value='= not evaluated'/></zeebe:taskHeaders>\
         <zeebe:ioMapping><zeebe:input source='plain' target='x'/><zeebe:output source='=x' target='a.b.c'/></zeebe:ioMapping></extensionElements></serviceTask></process>",
    );
    let element = &program.elements[at(&program, "t")];
    let Kind::Task(task) = &element.kind else {
        panic!()
    };
    let job = task.job.as_ref().unwrap();
    assert!(matches!(&job.kind, Text::Literal(text) if &**text == "signature.verify"));
    assert!(matches!(&job.retries, Some(Text::Expression(_))));
    assert_eq!(&*job.headers[0].1, "= not evaluated");
    let mappings = element.mappings.as_ref().unwrap();
    assert!(matches!(&mappings.inputs[0].source, Text::Literal(text) if &**text == "plain"));
    assert_eq!(mappings.outputs[0].target.path.len(), 2);
    assert_eq!(
        Some(mappings.outputs[0].target.variable),
        program.names.get("a")
    );
}

#[test]
fn loop_data_stands_for_the_variables_behind_it() {
    let program = program(
        "<process id='p'><dataObject id='d'/><dataObjectReference id='dr' name='Pending Orders' dataObjectRef='d'/>\
         <dataObject id='o' name='results'/>\
         <task id='t'><ioSpecification><dataInput id='i' name='orders'/><dataOutput id='u' name='out'/><inputSet/><outputSet/></ioSpecification>\
         <dataInputAssociation><sourceRef>dr</sourceRef><targetRef>i</targetRef></dataInputAssociation>\
         <dataOutputAssociation><sourceRef>u</sourceRef><targetRef>o</targetRef></dataOutputAssociation>\
         <multiInstanceLoopCharacteristics><loopDataInputRef>i</loopDataInputRef><loopDataOutputRef>u</loopDataOutputRef>\
         <inputDataItem id='it' name='order'/><outputDataItem id='ot' name='answer'/></multiInstanceLoopCharacteristics></task></process>",
    );
    let element = &program.elements[at(&program, "t")];
    let Some(Repetition::MultiInstance(multi)) = &element.activity.as_ref().unwrap().repetition
    else {
        panic!()
    };
    let name = |symbol: reglament_feel::Symbol| program.names.name(symbol).unwrap().to_string();
    let variables = |expr: &reglament_core::program::Expr| -> Vec<String> {
        expr.feel
            .variables()
            .iter()
            .map(|variable| variable.name.to_string())
            .collect()
    };
    assert_eq!(
        variables(multi.collection.as_ref().unwrap()),
        ["Pending Orders"]
    );
    assert_eq!(multi.item.map(name).as_deref(), Some("order"));
    assert_eq!(multi.output.map(name).as_deref(), Some("results"));
    assert_eq!(
        variables(multi.output_element.as_ref().unwrap()),
        ["answer"]
    );
    assert!(element.mappings.is_none());
}

#[test]
fn drawn_data_associations_map_nothing() {
    let program = program(
        "<process id='p'><dataObject id='d' name='form'/><dataObjectReference id='dr' dataObjectRef='d'/>\
         <task id='t'><property id='pr' name='__targetRef_placeholder'/><dataInputAssociation><sourceRef>dr</sourceRef><targetRef>pr</targetRef></dataInputAssociation>\
         <dataOutputAssociation><targetRef>dr</targetRef></dataOutputAssociation></task></process>",
    );
    assert!(program.elements[at(&program, "t")].mappings.is_none());
}

#[test]
fn a_call_activity_runs_the_process_or_the_global_task_that_it_names() {
    let program = program(
        "<globalScriptTask id='g' name='g' scriptLanguage='feel'><script>1 + 1</script></globalScriptTask>\
         <process id='p'><callActivity id='a' calledElement='q'/><callActivity id='b' calledElement='g'/>\
         <callActivity id='c'><extensionElements><zeebe:calledElement processId='=which' propagateAllChildVariables='false'/></extensionElements></callActivity></process>\
         <process id='q'><task id='t'/></process>",
    );
    let kind = |id: &str| &program.elements[at(&program, id)].kind;
    assert!(
        matches!(kind("a"), Kind::CallActivity(called) if called.resolved == program.process("q"))
    );
    let Kind::Task(task) = kind("b") else {
        panic!()
    };
    assert!(matches!(task.script.as_deref(), Some(Script::Feel { .. })));
    let Kind::CallActivity(called) = kind("c") else {
        panic!()
    };
    assert!(called.propagate_all_parent && !called.propagate_all_child);
    assert!(matches!(called.process, Text::Expression(_)));
}

#[test]
fn event_definitions_may_be_referred_to() {
    let program = program(
        "<signal id='s' name='now'/><signalEventDefinition id='sd' signalRef='s'/>\
         <process id='p'><startEvent id='x'><eventDefinitionRef>sd</eventDefinitionRef></startEvent></process>",
    );
    let Kind::StartEvent(part) = &program.elements[at(&program, "x")].kind else {
        panic!()
    };
    assert!(matches!(part.definitions[0], EventDefinition::Signal(_)));
}

#[test]
fn a_process_of_a_thousand_joins_is_lowered_quickly() {
    // Sixty diamonds in a row have 2^60 paths; reachability must not walk them.
    let mut content = String::from("<process id='p'><startEvent id='g0'/>");
    for n in 0..200 {
        let (from, split, join) = (format!("g{n}"), format!("s{n}"), format!("g{}", n + 1));
        content.push_str(&format!(
            "<inclusiveGateway id='{split}'/><inclusiveGateway id='{join}'/><task id='a{n}'/>\
             <sequenceFlow id='x{n}' sourceRef='{from}' targetRef='{split}'/>\
             <sequenceFlow id='y{n}' sourceRef='{split}' targetRef='{join}'><conditionExpression>a</conditionExpression></sequenceFlow>\
             <sequenceFlow id='z{n}' sourceRef='{split}' targetRef='a{n}'><conditionExpression>b</conditionExpression></sequenceFlow>\
             <sequenceFlow id='w{n}' sourceRef='a{n}' targetRef='{join}'/>"
        ));
    }
    content.push_str("</process>");
    let started = std::time::Instant::now();
    let program = program(&content);
    assert_eq!(program.flows.len(), 800);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn marks_of_personal_data_name_variables_and_subjects() {
    let program = program(
        "<process id='p' isExecutable='true'>\
           <extensionElements>\
             <reg:personal variable='child' subject=' child.iin '/>\
             <reg:personal/>\
           </extensionElements>\
           <dataObject id='d' name='cover letter'>\
             <extensionElements><reg:personal/></extensionElements>\
           </dataObject>\
           <subProcess id='s'>\
             <property id='q' name='phone'><extensionElements><reg:personal subject='iin'/></extensionElements></property>\
           </subProcess>\
         </process>",
    );
    let shown: Vec<(Option<&str>, Option<&str>)> = program
        .personal
        .iter()
        .map(|mark| {
            let variable = mark.variable.and_then(|symbol| program.names.name(symbol));
            let subject = mark.subject.as_ref().map(|subject| &*subject.text);
            (variable.map(|name| &**name), subject)
        })
        .collect();
    assert_eq!(
        shown,
        [
            (Some("child"), Some("child.iin")),
            (None, None),
            (Some("cover letter"), None),
            (Some("phone"), Some("iin")),
        ]
    );
    let subject = program.personal[0].subject.as_ref().expect("a subject");
    let child = |json: &str| serde_json::from_str(json).expect("a value");
    let person = |json: &str| subject.person(&child(json));
    assert_eq!(
        person(r#"{"iin": " 860314400190"}"#).as_deref(),
        Some("860314400190")
    );
    assert_eq!(person(r#"{"iin": 7}"#).as_deref(), Some("7"));
    assert_eq!(person(r#"{"iin": ""}"#), None);
    assert_eq!(person(r#""860314400190""#), None);
}
