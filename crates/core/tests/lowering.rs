//! What lowering refuses, and what it warns of.

mod diagnostics;

use diagnostics::{Case, check, file, summary};
use reglament_core::codes::CODES;
use reglament_core::support::{Position, Trigger, event};
use reglament_source::{Diagnostic, SourceText};

/// Cases inside one executable process `p`.
const IN_A_PROCESS: &[Case] = &[
    Case {
        rule: "a plain process has no findings",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='t'/><task id='t'/>",
        expected: &[],
    },
    Case {
        rule: "an empty process completes at once",
        model: "",
        expected: &[],
    },
    Case {
        rule: "what reading has reported refuses the process",
        model: "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='no'/>",
        expected: &[("RG0301", "error", "p")],
    },
    Case {
        rule: "a choreography is not executed",
        model: "<choreographyTask id='c'/>",
        expected: &[("RG0302", "error", "c")],
    },
    Case {
        rule: "an expression declares FEEL or nothing",
        model: "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='u'><conditionExpression language='http://www.w3.org/1999/XPath'>a</conditionExpression></sequenceFlow><task id='u'/>",
        expected: &[("RG0303", "error", "f")],
    },
    Case {
        rule: "FEEL may be declared",
        model: "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='u'><conditionExpression language='https://www.omg.org/spec/DMN/20191111/FEEL/'>a</conditionExpression></sequenceFlow><task id='u'/>",
        expected: &[],
    },
    Case {
        rule: "an expression of another engine is not taken as text",
        model: "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='u'><conditionExpression>${a}</conditionExpression></sequenceFlow><task id='u'><extensionElements><zeebe:taskDefinition type='#{kind}'/></extensionElements></task>",
        expected: &[("RG0304", "error", "f"), ("RG0304", "error", "u")],
    },
    Case {
        rule: "an expression has a text",
        model: "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='u'><conditionExpression> </conditionExpression></sequenceFlow><task id='u'/>",
        expected: &[("RG0305", "error", "f")],
    },
    Case {
        rule: "something begins",
        model: "<task id='t'/><task id='u'/><sequenceFlow id='f' sourceRef='t' targetRef='u'/><sequenceFlow id='g' sourceRef='u' targetRef='t'/>",
        expected: &[("RG0306", "error", "p")],
    },
    Case {
        rule: "a duty between tasks of one path is kept",
        model: "<userTask id='a'><extensionElements><reg:separationOfDuties tasks='c'/></extensionElements></userTask><sequenceFlow id='f' sourceRef='a' targetRef='b'/><subProcess id='b'><userTask id='c'/></subProcess>",
        expected: &[],
    },
    Case {
        rule: "a duty between tasks side by side is kept",
        model: "<parallelGateway id='g'/><sequenceFlow id='f' sourceRef='g' targetRef='a'/><sequenceFlow id='h' sourceRef='g' targetRef='x'/><exclusiveGateway id='x'/><sequenceFlow id='i' sourceRef='x' targetRef='b'/><userTask id='a'><extensionElements><reg:separationOfDuties tasks='b'/></extensionElements></userTask><userTask id='b'/>",
        expected: &[],
    },
    Case {
        rule: "a duty between tasks that exclude each other has no effect",
        model: "<exclusiveGateway id='x' default='f'/><sequenceFlow id='f' sourceRef='x' targetRef='a'/><sequenceFlow id='h' sourceRef='x' targetRef='b'><conditionExpression>go</conditionExpression></sequenceFlow><userTask id='a'><extensionElements><reg:separationOfDuties tasks='b'/></extensionElements></userTask><userTask id='b'/>",
        expected: &[("RG0410", "warning", "a")],
    },
    Case {
        rule: "a loop, a repeated scope or a boundary event brings both about",
        model: "<subProcess id='s'><standardLoopCharacteristics loopMaximum='2'/><exclusiveGateway id='x' default='f'/><sequenceFlow id='f' sourceRef='x' targetRef='a'/><sequenceFlow id='h' sourceRef='x' targetRef='b'><conditionExpression>go</conditionExpression></sequenceFlow><userTask id='a'><extensionElements><reg:separationOfDuties tasks='b'/></extensionElements></userTask><userTask id='b'/></subProcess>\
            <sequenceFlow id='i' sourceRef='s' targetRef='y'/><exclusiveGateway id='y' default='j'/><sequenceFlow id='j' sourceRef='y' targetRef='c'/><sequenceFlow id='k' sourceRef='y' targetRef='d'><conditionExpression>go</conditionExpression></sequenceFlow><userTask id='c'><extensionElements><reg:bindingOfDuties tasks='d'/></extensionElements></userTask><sequenceFlow id='l' sourceRef='c' targetRef='y'/><userTask id='d'/>\
            <userTask id='e'><extensionElements><reg:bindingOfDuties tasks='z'/></extensionElements></userTask><boundaryEvent id='w' attachedToRef='e'><messageEventDefinition/></boundaryEvent><sequenceFlow id='m' sourceRef='w' targetRef='z'/><userTask id='z'/>",
        expected: &[],
    },
    Case {
        rule: "a process does not start with an error",
        model: "<startEvent id='s'><errorEventDefinition/></startEvent>",
        expected: &[("RG0307", "error", "s")],
    },
    Case {
        rule: "event definitions say what they are about",
        model: "<startEvent id='s1'><timerEventDefinition/></startEvent>\
            <startEvent id='s2'><signalEventDefinition/></startEvent>\
            <startEvent id='s3'><conditionalEventDefinition/></startEvent>\
            <endEvent id='e1'><errorEventDefinition/></endEvent>\
            <endEvent id='e2'><escalationEventDefinition/></endEvent>\
            <sequenceFlow id='f1' sourceRef='s1' targetRef='e1'/><sequenceFlow id='f2' sourceRef='s1' targetRef='e2'/>",
        expected: &[
            ("RG0308", "error", "s1"),
            ("RG0308", "error", "s2"),
            ("RG0308", "error", "s3"),
            ("RG0308", "error", "e1"),
            ("RG0308", "error", "e2"),
        ],
    },
    Case {
        rule: "a timer is a literal first: P3D is no variable, and a word is no literal",
        model: "<startEvent id='s1'><timerEventDefinition><timeDuration xsi:type='tFormalExpression'>P3D</timeDuration></timerEventDefinition></startEvent>\
            <startEvent id='s2'><timerEventDefinition><timeDuration xsi:type='tFormalExpression'>P30X</timeDuration></timerEventDefinition></startEvent>\
            <startEvent id='s3'><timerEventDefinition><timeDuration>order.sla</timeDuration></timerEventDefinition></startEvent>\
            <startEvent id='s4'><timerEventDefinition><timeDuration>= order.sla</timeDuration></timerEventDefinition></startEvent>",
        expected: &[("RG0309", "error", "s2"), ("RG0309", "error", "s3")],
    },
    Case {
        rule: "what fires once has no cycle",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='c'/><intermediateCatchEvent id='c'><timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></intermediateCatchEvent>",
        expected: &[("RG0310", "error", "c")],
    },
    Case {
        rule: "several definitions go together",
        model: "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='e'/><endEvent id='e'><terminateEventDefinition/><messageEventDefinition/></endEvent>\
            <boundaryEvent id='b' attachedToRef='t' parallelMultiple='true'><errorEventDefinition/><messageEventDefinition/></boundaryEvent>",
        expected: &[("RG0311", "error", "e"), ("RG0311", "error", "b")],
    },
    Case {
        rule: "a link leads to one catch event of its scope",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='l'/><intermediateThrowEvent id='l'><linkEventDefinition name='A'/></intermediateThrowEvent>",
        expected: &[("RG0312", "error", "l")],
    },
    Case {
        rule: "an event sub-process has one start event and no flows",
        model: "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='h'/><subProcess id='h' triggeredByEvent='true'><task id='u'/></subProcess>",
        expected: &[("RG0313", "error", "h"), ("RG0313", "error", "h")],
    },
    Case {
        rule: "nothing leads away from an end event",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='e'/><endEvent id='e'/><sequenceFlow id='g' sourceRef='e' targetRef='t'/><task id='t'/>",
        expected: &[("RG0314", "error", "e")],
    },
    Case {
        rule: "an event sub-process has no boundary events",
        model: "<task id='t'/><subProcess id='h' triggeredByEvent='true'><startEvent id='s'><messageEventDefinition/></startEvent></subProcess><boundaryEvent id='b' attachedToRef='h'><messageEventDefinition/></boundaryEvent>",
        expected: &[("RG0315", "error", "b")],
    },
    Case {
        rule: "a compensation boundary event has a handler",
        model: "<task id='t'/><boundaryEvent id='b' attachedToRef='t'><compensateEventDefinition/></boundaryEvent>",
        expected: &[("RG0316", "error", "b")],
    },
    Case {
        rule: "a handler is marked as one",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='t'/><task id='t'/><boundaryEvent id='b' attachedToRef='t'><compensateEventDefinition/></boundaryEvent><sequenceFlow id='g' sourceRef='t' targetRef='u'/><task id='u'/><association id='a' sourceRef='b' targetRef='u'/>",
        expected: &[("RG0316", "error", "u")],
    },
    Case {
        rule: "only a transaction is cancelled",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='e'/><endEvent id='e'><cancelEventDefinition/></endEvent>",
        expected: &[("RG0317", "error", "e")],
    },
    Case {
        rule: "a sub-process inside a transaction may cancel it",
        model: "<transaction id='x'><subProcess id='i'><startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='e'/><endEvent id='e'><cancelEventDefinition/></endEvent></subProcess></transaction>",
        expected: &[],
    },
    Case {
        rule: "a transaction is undone by compensation",
        model: "<transaction id='x' method='##Image'/>",
        expected: &[("RG0318", "error", "x")],
    },
    Case {
        rule: "a parallel gateway asks no conditions",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='g'/><parallelGateway id='g'/><sequenceFlow id='h' sourceRef='g' targetRef='t'><conditionExpression>a</conditionExpression></sequenceFlow><task id='t'/>",
        expected: &[("RG0319", "error", "h")],
    },
    Case {
        rule: "an exclusive gateway chooses by conditions",
        model: "<exclusiveGateway id='g'/><sequenceFlow id='f' sourceRef='g' targetRef='t'/><sequenceFlow id='h' sourceRef='g' targetRef='t'><conditionExpression>a</conditionExpression></sequenceFlow><task id='t'/>",
        expected: &[("RG0320", "error", "f")],
    },
    Case {
        rule: "the condition of a default flow is not even read",
        model: "<exclusiveGateway id='g' default='f'/><sequenceFlow id='f' sourceRef='g' targetRef='t'><conditionExpression>not ( FEEL</conditionExpression></sequenceFlow><sequenceFlow id='h' sourceRef='g' targetRef='t'><conditionExpression>a</conditionExpression></sequenceFlow><task id='t'/>",
        expected: &[("RG0321", "warning", "f")],
    },
    Case {
        rule: "an inclusive branch without a condition is always taken",
        model: "<inclusiveGateway id='g'/><sequenceFlow id='f' sourceRef='g' targetRef='t'/><sequenceFlow id='h' sourceRef='g' targetRef='t'><conditionExpression>a</conditionExpression></sequenceFlow><task id='t'/>",
        expected: &[("RG0322", "warning", "f")],
    },
    Case {
        rule: "behind an event-based gateway stand events",
        model: "<eventBasedGateway id='g'/><sequenceFlow id='f' sourceRef='g' targetRef='t'/><task id='t'/>",
        expected: &[("RG0323", "error", "t")],
    },
    Case {
        rule: "only a gateway that starts the process waits for all its events",
        model: "<eventBasedGateway id='g' eventGatewayType='Parallel'/><sequenceFlow id='f' sourceRef='g' targetRef='r'/><receiveTask id='r'/>",
        expected: &[("RG0324", "error", "g")],
    },
    Case {
        rule: "a complex join says when it fires",
        model: "<task id='t'/><task id='u'/><sequenceFlow id='f' sourceRef='t' targetRef='g'/><sequenceFlow id='h' sourceRef='u' targetRef='g'/><complexGateway id='g'/>",
        expected: &[("RG0325", "error", "g")],
    },
    Case {
        rule: "an ad-hoc sub-process contains activities",
        model: "<adHocSubProcess id='a'/>",
        expected: &[("RG0326", "error", "a")],
    },
    Case {
        rule: "multi-instance says how often, once, and as a list",
        model: "<task id='t'><multiInstanceLoopCharacteristics/></task>\
            <task id='u'><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection='items'/></extensionElements></multiInstanceLoopCharacteristics></task>",
        expected: &[("RG0327", "error", "t"), ("RG0327", "error", "u")],
    },
    Case {
        rule: "a multi-instance activity throws what its boundary can catch",
        model: "<task id='t'><multiInstanceLoopCharacteristics behavior='Complex'><loopCardinality>2</loopCardinality><complexBehaviorDefinition><condition>true</condition><event><terminateEventDefinition/></event></complexBehaviorDefinition></multiInstanceLoopCharacteristics></task>",
        expected: &[("RG0328", "error", "t")],
    },
    Case {
        rule: "a loop ends",
        model: "<task id='t'><standardLoopCharacteristics/></task>",
        expected: &[("RG0329", "warning", "t")],
    },
    Case {
        rule: "quantities are positive",
        model: "<task id='t' startQuantity='0' completionQuantity='-1'/><task id='u'><standardLoopCharacteristics loopMaximum='-1'/></task>",
        expected: &[
            ("RG0330", "error", "t"),
            ("RG0330", "error", "t"),
            ("RG0330", "error", "u"),
        ],
    },
    Case {
        rule: "what is called is there",
        model: "<callActivity id='a' calledElement='nobody'/><callActivity id='b'/><callActivity id='c' calledElement='other:elsewhere'/>",
        expected: &[
            ("RG0331", "error", "a"),
            ("RG0331", "error", "b"),
            ("RG0331", "error", "c"),
        ],
    },
    Case {
        rule: "a script in another language completes with a warning",
        model: "<scriptTask id='t' scriptFormat='groovy'><script>x</script></scriptTask>",
        expected: &[("RG0332", "warning", "t")],
    },
    Case {
        rule: "several sources need a transformation",
        model: "<dataObject id='a'/><dataObject id='b'/><task id='t'><ioSpecification><dataInput id='i' name='in'/><inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>a</sourceRef><sourceRef>b</sourceRef><targetRef>i</targetRef></dataInputAssociation></task>",
        expected: &[("RG0333", "error", "t")],
    },
    Case {
        rule: "beside a start event everything needs an incoming flow",
        model: "<startEvent id='s'/><task id='t'/>",
        expected: &[("RG0334", "warning", "t")],
    },
    Case {
        rule: "an element without an id is given one",
        model: "<task/>",
        expected: &[("RG0335", "note", "_task_1")],
    },
    Case {
        rule: "compensation stays in its scope",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='e'/><subProcess id='x'><task id='t'/></subProcess><sequenceFlow id='g' sourceRef='s' targetRef='x'/><endEvent id='e'><compensateEventDefinition activityRef='t'/></endEvent>",
        expected: &[("RG0336", "error", "e")],
    },
    Case {
        rule: "the direction of a gateway agrees with its flows",
        model: "<parallelGateway id='g' gatewayDirection='Converging'/><sequenceFlow id='f' sourceRef='g' targetRef='t'/><sequenceFlow id='h' sourceRef='g' targetRef='t'/><task id='t'/>",
        expected: &[("RG0337", "warning", "g")],
    },
    Case {
        rule: "nothing leads to a receive task that starts the process",
        model: "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='r'/><receiveTask id='r' instantiate='true'/>",
        expected: &[("RG0334", "warning", "t"), ("RG0338", "error", "r")],
    },
    Case {
        rule: "an extension that changes the execution is not ignored",
        model: "<task id='t'><extensionElements><zeebe:executionListeners/><zeebe:properties/></extensionElements></task>",
        expected: &[("RG0405", "error", "t")],
    },
    Case {
        rule: "an extension is complete",
        model: "<serviceTask id='t'><extensionElements><zeebe:taskDefinition/><zeebe:ioMapping><zeebe:input source='=a'/></zeebe:ioMapping></extensionElements></serviceTask>",
        expected: &[("RG0406", "error", "t"), ("RG0406", "error", "t")],
    },
    Case {
        rule: "a binding of another engine is pointed out",
        model: "<serviceTask id='t' camunda:class='com.example.Delegate'/>",
        expected: &[("RG0407", "warning", "t")],
    },
    Case {
        rule: "a mapping writes to a variable or below one",
        model: "<task id='t'><extensionElements><zeebe:ioMapping><zeebe:input source='=a' target='b.c.d'/><zeebe:input source='=a' target='b c'/></zeebe:ioMapping></extensionElements></task>",
        expected: &[("RG0408", "error", "t")],
    },
    Case {
        rule: "the anchor of a term belongs to the process and can be followed by something",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='t'/><task id='t'><extensionElements><reg:term literal='x' kind='working days' value='3' anchor='p'/></extensionElements></task><task id='u' isForCompensation='true'><extensionElements><reg:term literal='x' kind='working days' value='3' anchor='u'/></extensionElements></task><sequenceFlow id='g' sourceRef='t' targetRef='e'/><endEvent id='e'/>",
        expected: &[("RG0701", "error", "t"), ("RG0701", "error", "u")],
    },
    Case {
        rule: "an enforcing term is the timer of an event",
        model: "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='t'/><task id='t'><extensionElements><reg:term literal='x' kind='working days' value='3' effect='enforcing'/></extensionElements></task><boundaryEvent id='b' attachedToRef='t'><extensionElements><reg:term literal='x' kind='working days' value='3' effect='enforcing'/></extensionElements><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent><boundaryEvent id='c' attachedToRef='t'><extensionElements><reg:term literal='x' kind='working days' value='3' effect='enforcing' anchor='s'/></extensionElements><timerEventDefinition/></boundaryEvent><boundaryEvent id='d' attachedToRef='t'><extensionElements><reg:term literal='x' kind='working days' value='3' effect='enforcing'/><reg:term literal='y' kind='hours' value='1' measures='waiting' effect='enforcing'/></extensionElements><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent><boundaryEvent id='h' attachedToRef='t'><extensionElements><reg:term literal='x' kind='working days' value='3' effect='enforcing'/></extensionElements><timerEventDefinition/></boundaryEvent>",
        expected: &[
            ("RG0702", "error", "t"),
            ("RG0702", "error", "b"),
            ("RG0702", "error", "c"),
            ("RG0702", "error", "d"),
        ],
    },
    Case {
        rule: "of several alternatives one applies",
        model: "<task id='t'><extensionElements><reg:term literal='x' kind='working days' value='3'/><reg:term literal='y' kind='hours' value='1'/><reg:term literal='z' kind='hours' value='2' condition='late'/><reg:term literal='w' kind='hours' value='2' measures='serving'/></extensionElements></task>",
        expected: &[("RG0703", "error", "t")],
    },
    Case {
        rule: "names of data may have spaces",
        model: "<dataObject id='d' name='Order Form'/><task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='u'><conditionExpression>Order Form.total > 3</conditionExpression></sequenceFlow><task id='u'><extensionElements><zeebe:ioMapping><zeebe:output source='=1' target='Order Form'/></zeebe:ioMapping></extensionElements></task>",
        expected: &[],
    },
];

/// An executable process with `content`.
fn process(content: &str) -> String {
    file(&format!(
        "<process id=\"p\" isExecutable=\"true\">{content}</process>"
    ))
}

#[expect(
    clippy::unwrap_used,
    reason = "a test fails where there are no definitions"
)]
fn lower(text: String) -> (SourceText, Vec<Diagnostic>) {
    let (definitions, _) = reglament_core::read("case.bpmn", text.as_bytes());
    let lowering = reglament_core::lower(&definitions.unwrap());
    let findings = lowering
        .findings
        .into_iter()
        .map(|finding| finding.diagnostic);
    (SourceText::new("case.bpmn", text), findings.collect())
}

#[test]
fn each_finding_has_code_severity_and_element() {
    let codes: Vec<_> = CODES
        .iter()
        .flat_map(|part| part.iter().copied())
        .filter(|code| {
            ("RG0300".."RG0339").contains(&code.id) || (code.id >= "RG0405" && code.id != "RG0409")
        })
        .collect();
    check(IN_A_PROCESS, &codes, |model| lower(process(model)));
}

/// A definition of each kind.
const DEFINITIONS: &[(Trigger, &str)] = &[
    (Trigger::None, ""),
    (Trigger::Message, "<messageEventDefinition/>"),
    (
        Trigger::Timer,
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    ),
    (Trigger::Error, "<errorEventDefinition errorRef='er'/>"),
    (
        Trigger::Escalation,
        "<escalationEventDefinition escalationRef='es'/>",
    ),
    (Trigger::Cancel, "<cancelEventDefinition/>"),
    (Trigger::Compensation, "<compensateEventDefinition/>"),
    (
        Trigger::Conditional,
        "<conditionalEventDefinition><condition>a</condition></conditionalEventDefinition>",
    ),
    (Trigger::Link, "<linkEventDefinition name='L'/>"),
    (Trigger::Signal, "<signalEventDefinition signalRef='si'/>"),
    (Trigger::Terminate, "<terminateEventDefinition/>"),
];

/// An event `x` at each position, interrupting and not, with `D` for its definition.
const POSITIONS: &[(Position, bool, &str)] = &[
    (Position::Start, true, "<startEvent id='x'>D</startEvent>"),
    (
        Position::SubProcessStart,
        true,
        "<subProcess id='o'><startEvent id='x'>D</startEvent></subProcess>",
    ),
    (
        Position::EventSubProcessStart,
        true,
        "<task id='t'/><subProcess id='o' triggeredByEvent='true'><startEvent id='x'>D</startEvent></subProcess>",
    ),
    (
        Position::EventSubProcessStart,
        false,
        "<task id='t'/><subProcess id='o' triggeredByEvent='true'><startEvent id='x' isInterrupting='false'>D</startEvent></subProcess>",
    ),
    (
        Position::IntermediateCatch,
        true,
        "<intermediateCatchEvent id='x'>D</intermediateCatchEvent>",
    ),
    (
        Position::IntermediateThrow,
        true,
        "<intermediateThrowEvent id='x'>D</intermediateThrowEvent>",
    ),
    (
        Position::Boundary,
        true,
        "<transaction id='t'/><boundaryEvent id='x' attachedToRef='t'>D</boundaryEvent>",
    ),
    (
        Position::Boundary,
        false,
        "<transaction id='t'/><boundaryEvent id='x' attachedToRef='t' cancelActivity='false'>D</boundaryEvent>",
    ),
    (Position::End, true, "<endEvent id='x'>D</endEvent>"),
];

#[test]
fn every_illegal_pair_of_position_and_definition_is_refused() {
    let mut refused = 0;
    for (position, interrupting, template) in POSITIONS {
        for (trigger, definition) in DEFINITIONS {
            let text = file(&format!(
                "<error id='er' errorCode='e'/><escalation id='es' escalationCode='e'/><signal id='si' name='s'/>\
                 <process id='p' isExecutable='true'>{}</process>",
                template.replace('D', definition)
            ));
            let (_, findings) = lower(text);
            let is_refused = findings.iter().any(|finding| finding.code.id == "RG0307");
            let is_allowed = event(*position, *trigger, *interrupting).is_some();
            assert_eq!(
                is_refused, !is_allowed,
                "{position:?} {trigger:?} {interrupting}"
            );
            refused += usize::from(is_refused);
        }
    }
    // 51 of the 99 combinations stand in table 10.93.
    assert_eq!(refused, 48);
}

#[test]
fn a_refused_process_leaves_the_others_in_the_program() {
    let text = file(
        "<process id='good' isExecutable='true'><task id='t'/></process>\
         <process id='bad' isExecutable='true'><startEvent id='s'><errorEventDefinition/></startEvent></process>\
         <process id='last' isExecutable='true'><task id='u'/></process>\
         <collaboration id='c'><participant id='a' processRef='good'/><participant id='b' processRef='bad'/>\
         <messageFlow id='m' sourceRef='t' targetRef='s'/></collaboration>",
    );
    let (definitions, _) = reglament_core::read("case.bpmn", text.as_bytes());
    let lowering = reglament_core::lower(&definitions.unwrap());
    let program = &lowering.program;
    assert!(program.process("good").is_some() && program.process("last").is_some());
    assert!(program.process("bad").is_none() && lowering.is_refused("bad"));
    assert_eq!(
        program
            .element("u")
            .map(|element| program.process_of(element)),
        program.process("last")
    );
    // The message flow has lost the end in the refused process.
    assert_eq!(program.message_flows.len(), 1);
    assert_eq!(program.message_flows[0].source, program.element("t"));
    assert_eq!(program.message_flows[0].target, None);
}

#[test]
fn severity_follows_the_question() {
    let text = file(
        "<process id='a' isExecutable='true'><callActivity id='call' calledElement='b'/></process>\
         <process id='b'><adHocSubProcess id='x'/></process>\
         <process id='drawing'><adHocSubProcess id='y'/></process>",
    );
    let (definitions, _) = reglament_core::read("case.bpmn", text.as_bytes());
    let lowering = reglament_core::lower(&definitions.unwrap());
    let line = |severity: &str, element: &str| {
        ("RG0326".to_owned(), severity.to_owned(), element.to_owned())
    };
    let expected = [line("error", "x"), line("note", "y")];
    assert_eq!(summary(&lowering.diagnostics_for_check()), expected);
    assert_eq!(summary(&lowering.diagnostics_for_run("a")), expected);
    assert_eq!(
        summary(&lowering.diagnostics_for_run("drawing")),
        [line("note", "x"), line("error", "y")]
    );
}

#[test]
fn a_broken_message_refuses_every_process_that_uses_it() {
    let text = file(
        "<message id='m' name='= 1 +'/>\
         <process id='a' isExecutable='true'><receiveTask id='t' messageRef='m'/></process>\
         <process id='b' isExecutable='true'><receiveTask id='u' messageRef='m'/></process>",
    );
    let (definitions, _) = reglament_core::read("case.bpmn", text.as_bytes());
    let lowering = reglament_core::lower(&definitions.unwrap());
    assert!(lowering.is_refused("a") && lowering.is_refused("b"));
}

#[test]
fn a_diagnostic_of_an_expression_points_into_it() {
    let text = process(
        "<task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='u'>\n<conditionExpression><![CDATA[ = (a < ]]></conditionExpression></sequenceFlow><task id='u'/>",
    );
    let (source, findings) = lower(text);
    let span = findings[0].span.unwrap();
    let start = source.text().find("(a <").unwrap();
    let end = start + "(a <".len() + 1;
    assert!(
        (start..=end).contains(&(span.start as usize)),
        "{span:?} in {start}..{end}"
    );
}
