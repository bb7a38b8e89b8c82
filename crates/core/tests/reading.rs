//! What reading says about files that are not BPMN as the standard has it.

mod diagnostics;

use diagnostics::{Case, check, file};
use reglament_core::codes::CODES;
use reglament_source::SourceText;

const CASES: &[Case] = &[
    Case {
        rule: "a clean file has no diagnostics",
        model: "<process id='p'><startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='e'/><endEvent id='e'/></process>",
        expected: &[],
    },
    Case {
        rule: "an unknown element is a warning",
        model: "<process id='p'><usertask id='t'/></process>",
        expected: &[("RG0202", "warning", "p")],
    },
    Case {
        rule: "a flow node outside a process is an error",
        model: "<task id='t'/>",
        expected: &[("RG0203", "error", "t")],
    },
    Case {
        rule: "another element out of place is a warning",
        model: "<process id='p'><message id='m'/></process>",
        expected: &[("RG0203", "warning", "m")],
    },
    Case {
        rule: "the order of children is that of the schema",
        model: "<process id='p'><task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='u'/><task id='u'><incoming>f</incoming><documentation>d</documentation></task></process>",
        expected: &[("RG0204", "warning", "u")],
    },
    Case {
        rule: "an element that may stand once stands once",
        model: "<process id='p'><task id='t'/><task id='u'/><sequenceFlow id='f' sourceRef='t' targetRef='u'><conditionExpression>a</conditionExpression><conditionExpression>b</conditionExpression></sequenceFlow></process>",
        expected: &[("RG0205", "error", "f")],
    },
    Case {
        rule: "several extensionElements can be understood",
        model: "<process id='p'><task id='t'><extensionElements/><extensionElements/></task></process>",
        expected: &[("RG0205", "warning", "t")],
    },
    Case {
        rule: "a required child is missing",
        model: "<process id='p'><intermediateCatchEvent id='c'><conditionalEventDefinition id='d'/></intermediateCatchEvent></process>",
        expected: &[("RG0206", "warning", "c")],
    },
    Case {
        rule: "a missing reference is an error",
        model: "<process id='p'><task id='t'/><sequenceFlow id='f' sourceRef='t'/></process>",
        expected: &[("RG0207", "error", "f")],
    },
    Case {
        rule: "another missing attribute is a warning",
        model: "<resource id='r'/>",
        expected: &[("RG0207", "warning", "r")],
    },
    Case {
        rule: "an unknown attribute is a warning",
        model: "<process id='p'><task id='t' nmae='x'/></process>",
        expected: &[("RG0208", "warning", "t")],
    },
    Case {
        rule: "an attribute of another namespace is nobody's business",
        model: "<process id='p'><task id='t' other:color='red'/></process>",
        expected: &[],
    },
    Case {
        rule: "a boolean is true or false",
        model: "<process id='p' isExecutable='yes'/>",
        expected: &[("RG0209", "error", "p")],
    },
    Case {
        rule: "an integer is an integer",
        model: "<process id='p'><task id='t' startQuantity='two'/></process>",
        expected: &[("RG0209", "error", "t")],
    },
    Case {
        rule: "a value of an enumeration is one of its words",
        model: "<process id='p'><eventBasedGateway id='g' eventGatewayType='exclusive'/></process>",
        expected: &[("RG0209", "error", "g")],
    },
    Case {
        rule: "text between elements is a warning",
        model: "<process id='p'>hello<task id='t'/></process>",
        expected: &[("RG0210", "warning", "p")],
    },
    Case {
        rule: "ids are unique, the diagram included",
        model: "<process id='p'><task id='t'/><task id='t'/></process><bpmndi:BPMNDiagram id='p'/>",
        expected: &[("RG0211", "error", "t"), ("RG0211", "warning", "p")],
    },
    Case {
        rule: "an id is a name without a colon",
        model: "<process id='1 p'/>",
        expected: &[("RG0212", "warning", "1 p")],
    },
    Case {
        rule: "what is only used by its id has one",
        model: "<message name='m'/>",
        expected: &[("RG0213", "warning", "")],
    },
    Case {
        rule: "a sequence flow has both ends",
        model: "<process id='p'><task id='t'/><sequenceFlow id='f' sourceRef='t' targetRef='nowhere'/></process>",
        expected: &[("RG0214", "error", "f")],
    },
    Case {
        rule: "every reference leads somewhere",
        model: "<process id='p'><laneSet id='ls'><lane id='l'><flowNodeRef>no</flowNodeRef></lane></laneSet>\
            <dataObjectReference id='d' dataObjectRef='no'/>\
            <exclusiveGateway id='g' default='no'/>\
            <boundaryEvent id='b' attachedToRef='no'><messageEventDefinition messageRef='no'/></boundaryEvent>\
            <endEvent id='e1'><signalEventDefinition signalRef='no'/></endEvent>\
            <endEvent id='e2'><errorEventDefinition errorRef='no'/></endEvent>\
            <endEvent id='e3'><escalationEventDefinition escalationRef='no'/></endEvent>\
            <endEvent id='e4'><compensateEventDefinition activityRef='no'/></endEvent>\
            <association id='a' sourceRef='no' targetRef='g'/>\
            <group id='gr' categoryValueRef='no'/></process>\
            <collaboration id='c'><participant id='pa' processRef='no'/>\
            <messageFlow id='m' sourceRef='no' targetRef='pa'/></collaboration>",
        expected: &[
            ("RG0214", "error", "l"),
            ("RG0214", "error", "d"),
            ("RG0214", "error", "g"),
            ("RG0214", "error", "b"),
            ("RG0214", "error", "b"),
            ("RG0214", "error", "e1"),
            ("RG0214", "error", "e2"),
            ("RG0214", "error", "e3"),
            ("RG0214", "error", "e4"),
            ("RG0214", "error", "a"),
            ("RG0214", "warning", "gr"),
            ("RG0214", "error", "pa"),
            ("RG0214", "error", "m"),
        ],
    },
    Case {
        rule: "a shape draws an element",
        model: "<process id='p'/><bpmndi:BPMNDiagram id='d'><bpmndi:BPMNPlane id='pl' bpmnElement='p'><bpmndi:BPMNShape id='sh' bpmnElement='no'/></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>",
        expected: &[("RG0214", "warning", "sh")],
    },
    Case {
        rule: "a reference leads to the right kind of element",
        model: "<message id='m'/><process id='p'><endEvent id='e'><signalEventDefinition signalRef='m'/></endEvent></process>",
        expected: &[("RG0215", "error", "e")],
    },
    Case {
        rule: "prefixes of references are resolved, foreign ones tolerated",
        model: "<message id='m'/><process id='p'><receiveTask id='t' messageRef='here:m'/><receiveTask id='u' messageRef='other:m2'/><receiveTask id='v' messageRef='nobody:m'/></process>",
        expected: &[("RG0216", "error", "v")],
    },
    Case {
        rule: "a sequence flow stays in its scope",
        model: "<process id='p'><subProcess id='s'><task id='t'/></subProcess><task id='u'/><sequenceFlow id='f' sourceRef='t' targetRef='u'/></process>",
        expected: &[("RG0217", "error", "f")],
    },
    Case {
        rule: "a sequence flow that is only declared elsewhere can be understood",
        model: "<process id='p'><subProcess id='s'><task id='t'/><task id='u'/></subProcess><sequenceFlow id='f' sourceRef='t' targetRef='u'/></process>",
        expected: &[("RG0217", "warning", "f")],
    },
    Case {
        rule: "lists of flows agree with the flows",
        model: "<process id='p'><task id='t'><outgoing>f</outgoing></task><task id='u'><incoming>f</incoming><incoming>g</incoming></task><task id='v'/><sequenceFlow id='f' sourceRef='t' targetRef='u'/><sequenceFlow id='g' sourceRef='t' targetRef='v'/></process>",
        expected: &[("RG0218", "warning", "t"), ("RG0218", "warning", "u")],
    },
    Case {
        rule: "a message flow leaves its pool",
        model: "<process id='p'><task id='t'/><task id='u'/></process><collaboration id='c'><participant id='pa' processRef='p'/><messageFlow id='m' sourceRef='t' targetRef='pa'/></collaboration>",
        expected: &[("RG0219", "error", "m")],
    },
    Case {
        rule: "a boundary event stands beside its activity",
        model: "<process id='p'><subProcess id='s'><boundaryEvent id='b' attachedToRef='s'><timerEventDefinition id='d'/></boundaryEvent></subProcess></process>",
        expected: &[("RG0220", "error", "b")],
    },
    Case {
        rule: "a lane lists nodes of its process",
        model: "<process id='p'><laneSet id='ls'><lane id='l'><flowNodeRef>t</flowNodeRef></lane></laneSet></process><process id='q'><task id='t'/></process>",
        expected: &[("RG0221", "warning", "l")],
    },
    Case {
        rule: "a foreign element stands in extensionElements",
        model: "<process id='p'><other:thing/></process>",
        expected: &[("RG0222", "warning", "p")],
    },
    Case {
        rule: "a default flow begins at its gateway",
        model: "<process id='p'><exclusiveGateway id='g' default='f'/><task id='t'/><task id='u'/><sequenceFlow id='f' sourceRef='t' targetRef='u'/></process>",
        expected: &[("RG0223", "error", "g")],
    },
    Case {
        rule: "regulation facts and their attributes are known",
        model: "<process id='p'><extensionElements><reg:sauce clause='1'/><reg:source clause='1' itme='2'/></extensionElements></process>",
        expected: &[("RG0401", "error", "p"), ("RG0401", "error", "p")],
    },
    Case {
        rule: "regulation facts are complete",
        model: "<process id='p'><extensionElements><reg:source/><reg:term literal='3' kind='hours'/><reg:outcome kind='refusal'/><reg:label>x</reg:label></extensionElements></process>",
        expected: &[
            ("RG0402", "error", "p"),
            ("RG0402", "error", "p"),
            ("RG0402", "error", "p"),
            ("RG0402", "error", "p"),
        ],
    },
    Case {
        rule: "regulation facts have values of their types",
        model: "<process id='p'><extensionElements><reg:source clause='1' action='one'/><reg:term literal='x' kind='days' value='0'/></extensionElements></process>",
        expected: &[
            ("RG0403", "error", "p"),
            ("RG0403", "error", "p"),
            ("RG0403", "error", "p"),
        ],
    },
    Case {
        rule: "a mark of personal data stands on what has variables",
        model: "<process id='p'><task id='t'><extensionElements><reg:personal/></extensionElements></task><dataObject id='d'><extensionElements><reg:personal variable='x'/></extensionElements></dataObject><dataObject id='e'><extensionElements><reg:personal subject='a..b'/></extensionElements></dataObject></process>",
        expected: &[
            ("RG0403", "error", "t"),
            ("RG0403", "error", "d"),
            ("RG0403", "error", "e"),
        ],
    },
    Case {
        rule: "duties stand on user tasks and name tasks",
        model: "<process id='p'><extensionElements><reg:separationOfDuties tasks='t'/></extensionElements><userTask id='t'><extensionElements><reg:bindingOfDuties/><reg:separationOfDuties tasks=' '/></extensionElements></userTask><task id='m'><extensionElements><reg:bindingOfDuties tasks='t'/></extensionElements></task></process>",
        expected: &[
            ("RG0403", "error", "p"),
            ("RG0402", "error", "t"),
            ("RG0403", "error", "t"),
            ("RG0403", "error", "m"),
        ],
    },
    Case {
        rule: "the tasks of a duty are other user tasks of the file",
        model: "<process id='p'><userTask id='a'><extensionElements><reg:separationOfDuties tasks='b no'/></extensionElements></userTask><userTask id='b'><extensionElements><reg:separationOfDuties tasks='b m'/></extensionElements></userTask><task id='m'/></process>",
        expected: &[
            ("RG0409", "error", "a"),
            ("RG0409", "error", "b"),
            ("RG0409", "error", "b"),
        ],
    },
    Case {
        rule: "two tasks are not for one person and for two",
        model: "<process id='p'><userTask id='a'><extensionElements><reg:separationOfDuties tasks='b c'/></extensionElements></userTask><userTask id='b'><extensionElements><reg:bindingOfDuties tasks='a c'/></extensionElements></userTask><userTask id='c'/></process>",
        expected: &[("RG0409", "error", "b")],
    },
    Case {
        rule: "personal data is marked on processes, data objects and properties",
        model: "<process id='p'><extensionElements><reg:personal variable='child' subject='child.iin'/><reg:personal/></extensionElements><property id='q'><extensionElements><reg:personal subject='iin'/></extensionElements></property><dataObject id='d'><extensionElements><reg:personal/></extensionElements></dataObject></process>",
        expected: &[],
    },
    Case {
        rule: "the anchor of a term exists",
        model: "<process id='p'><extensionElements><reg:term literal='-' anchor='no'/></extensionElements></process>",
        expected: &[("RG0404", "error", "p")],
    },
];

fn read(text: String) -> (SourceText, Vec<reglament_source::Diagnostic>) {
    let (_, diagnostics) = reglament_core::read("case.bpmn", text.as_bytes());
    (SourceText::new("case.bpmn", text), diagnostics)
}

#[test]
fn each_problem_is_said_with_code_severity_and_element() {
    let codes: Vec<_> = CODES.iter().flat_map(|part| part.iter().copied()).collect();
    let reading = codes
        .into_iter()
        .filter(|code| {
            code.id < "RG0300" || ("RG0401".."RG0405").contains(&code.id) || code.id == "RG0409"
        })
        // The root element is a case of its own below.
        .filter(|code| code.id != "RG0201")
        .collect::<Vec<_>>();
    check(CASES, &reading, |model| read(file(model)));
}

#[test]
fn a_file_with_another_root_is_not_bpmn() {
    for text in [
        "<definitions/>",
        "<html xmlns='http://www.w3.org/1999/xhtml'/>",
        "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>",
    ] {
        let (definitions, diagnostics) = reglament_core::read("case.bpmn", text.as_bytes());
        assert!(definitions.is_none());
        assert_eq!(
            diagnostics::summary(&diagnostics),
            [("RG0201".into(), "error".into(), String::new())]
        );
    }
}

#[test]
fn all_problems_of_a_file_are_reported_at_once_in_document_order() {
    let text = file(
        "<process id='p' isExecutable='maybe'>\n<task id='t' nmae='x'/>\n<sequenceFlow id='f' sourceRef='t' targetRef='no'/>\n<userTsak id='u'/>\n</process>",
    );
    let (definitions, diagnostics) = reglament_core::read("case.bpmn", text.as_bytes());
    assert!(definitions.is_some());
    let codes: Vec<&str> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.id)
        .collect();
    assert_eq!(codes, ["RG0209", "RG0208", "RG0214", "RG0202"]);
    assert_eq!(
        diagnostics[3].hint.as_deref(),
        Some("did you mean `userTask`?")
    );
}

#[test]
fn malformed_xml_gives_the_diagnostics_of_the_tree() {
    let (definitions, diagnostics) =
        reglament_core::read("case.bpmn", b"<definitions><process></definitions>");
    assert!(definitions.is_none() || !diagnostics.is_empty());
    assert!(
        diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code.id.starts_with("RG01"))
    );
}

#[test]
fn the_models_of_the_interchange_group_read_without_errors() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/miwg");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "bpmn") {
            continue;
        }
        count += 1;
        let bytes = std::fs::read(&path).unwrap();
        let (definitions, diagnostics) = reglament_core::read(&path.to_string_lossy(), &bytes);
        let definitions = definitions.unwrap();
        let shown = diagnostics::shown(definitions.source(), &diagnostics);
        assert!(
            !diagnostics.iter().any(|diagnostic| diagnostic.is_error()),
            "{path:?}\n{shown}"
        );
        let lowering = reglament_core::lower(&definitions);
        assert_eq!(lowering.processes.len(), definitions.processes().count());
    }
    assert_eq!(count, 21);
}

#[test]
fn prefixes_make_no_difference() {
    let body = |p: &str| {
        format!(
            "<{p}process id='p' isExecutable='true'><{p}startEvent id='s'/><{p}sequenceFlow id='f' sourceRef='s' targetRef='t'/><{p}task id='t'/></{p}process>"
        )
    };
    let namespace = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    for (declaration, prefix) in [
        ("xmlns", ""),
        ("xmlns:bpmn", "bpmn:"),
        ("xmlns:bpmn2", "bpmn2:"),
    ] {
        let text = format!(
            "<{prefix}definitions {declaration}='{namespace}' targetNamespace='urn:t'>{}</{prefix}definitions>",
            body(prefix)
        );
        let (definitions, diagnostics) = reglament_core::read("case.bpmn", text.as_bytes());
        assert!(diagnostics.is_empty());
        let lowering = reglament_core::lower(&definitions.unwrap());
        assert_eq!(lowering.program.elements.len(), 3);
        assert_eq!(lowering.program.flows.len(), 1);
    }
}
