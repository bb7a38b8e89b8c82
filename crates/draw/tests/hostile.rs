//! Models that are broken or want to do harm: drawing them neither panics nor lets their texts become
//! markup.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use proptest::prelude::*;
use reglament_core::Definitions;
use reglament_draw::diagram::{self, Diagram, Edge, Shape};
use reglament_draw::geometry::{Bounds, Point};
use reglament_draw::html::{Details, html};
use reglament_draw::overlay::{Badge, Overlay, Tone};
use reglament_draw::svg::{Options, svg};
use reglament_source::SourceText;
use reglament_xml::Limits;

const HEAD: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"
 targetNamespace="urn:example">"#;

/// A process of one element of each form, and `shapes` as its diagram.
fn model(shapes: &str) -> String {
    format!(
        r#"{HEAD}<collaboration id="collab"><participant id="pool" processRef="p"/>
<messageFlow id="m" sourceRef="pool" targetRef="t"/></collaboration>
<process id="p"><laneSet id="ls"><lane id="lane"/></laneSet>
<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/><task id="t" name="T"/>
<subProcess id="sub"><task id="inner"/></subProcess><exclusiveGateway id="g"/>
<boundaryEvent id="b" attachedToRef="t"><timerEventDefinition/></boundaryEvent>
<dataStoreReference id="d"/><textAnnotation id="note"><text>note</text></textAnnotation>
<association id="a" sourceRef="t" targetRef="t"/></process>
<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane id="P" bpmnElement="collab">{shapes}</bpmndi:BPMNPlane>
</bpmndi:BPMNDiagram></definitions>"#
    )
}

fn read(text: &str) -> (Definitions, Vec<Diagram>, usize) {
    let (definitions, _) = reglament_core::read("hostile", text.as_bytes());
    let definitions = definitions.unwrap();
    let (diagrams, diagnostics) = diagram::read(&definitions);
    assert!(diagnostics.iter().all(|diagnostic| !diagnostic.is_error()));
    (definitions, diagrams, diagnostics.len())
}

/// Draws everything in every form; the SVG has to be well-formed.
fn draw(definitions: &Definitions, diagrams: &[Diagram]) -> (String, String) {
    let mut all = String::new();
    for diagram in diagrams {
        let text = svg(definitions, diagram, &Options::default());
        let source = SourceText::new("svg", text.clone());
        let (document, diagnostics) = reglament_xml::parse(source, &Limits::default());
        assert_eq!(diagnostics, []);
        for element in document.unwrap().elements() {
            for attribute in element.attributes() {
                assert!(
                    !attribute.value.contains("NaN") && attribute.value != "inf",
                    "{attribute:?}"
                );
            }
        }
        all.push_str(&text);
    }
    let shown: Vec<&Diagram> = diagrams.iter().collect();
    let page = html(definitions, &shown, &Options::default(), &Details::new());
    (all, page)
}

/// Numbers as files have them, good and bad.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-500i32..3000).prop_map(|number| number.to_string()),
        1 => any::<f64>().prop_map(|number| number.to_string()),
        1 => prop_oneof![
            Just("NaN"), Just("inf"), Just("-inf"), Just("1e308"), Just("-1e308"), Just("0"), Just(""),
            Just("-0"), Just("1e-320"), Just("999999.99"), Just("twelve"), Just("1,5"), Just("0x10")
        ].prop_map(str::to_owned),
    ]
}

fn element() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("pool"),
        Just("lane"),
        Just("s"),
        Just("t"),
        Just("sub"),
        Just("inner"),
        Just("g"),
        Just("b"),
        Just("d"),
        Just("note"),
        Just("f"),
        Just("m"),
        Just("a"),
        Just("missing"),
        Just("p"),
        Just("x:y"),
        Just(""),
        Just("D"),
        Just("T_di")
    ]
}

fn flag() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("true"), Just("false"), Just("maybe"), Just("")]
}

prop_compose! {
    fn shape()(
        element in element(), numbers in prop::collection::vec(number(), 4), label in any::<bool>(),
        flags in prop::collection::vec(flag(), 2), has_bounds in prop::bool::weighted(0.9),
    ) -> String {
        let [x, y, width, height] = &numbers[..] else { unreachable!() };
        let [expanded, horizontal] = &flags[..] else { unreachable!() };
        let bounds = format!("<dc:Bounds x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
        let mut text = format!(
            "<bpmndi:BPMNShape bpmnElement=\"{element}\" isExpanded=\"{expanded}\" isHorizontal=\"{horizontal}\" \
             bioc:fill=\"{y}\">"
        );
        if has_bounds {
            text.push_str(&bounds);
        }
        if label {
            let _ = write!(text, "<bpmndi:BPMNLabel>{bounds}</bpmndi:BPMNLabel>");
        }
        text + "</bpmndi:BPMNShape>"
    }
}

prop_compose! {
    fn edge()(
        element in element(), points in prop::collection::vec((number(), number()), 0..6),
    ) -> String {
        let mut text = format!("<bpmndi:BPMNEdge bpmnElement=\"{element}\" messageVisibleKind=\"initiating\">");
        for (x, y) in points {
            let _ = write!(text, "<di:waypoint x=\"{x}\" y=\"{y}\"/>");
        }
        text + "</bpmndi:BPMNEdge>"
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn broken_interchange_is_drawn_without_a_panic(
        parts in prop::collection::vec(prop_oneof![3 => shape(), 1 => edge()], 0..12)
    ) {
        let (definitions, diagrams, _) = read(&model(&parts.concat()));
        draw(&definitions, &diagrams);
    }

    #[test]
    fn any_diagram_is_drawn_without_a_panic(
        shapes in prop::collection::vec((element(), any::<[f64; 4]>()), 0..6),
        edges in prop::collection::vec((element(), prop::collection::vec(any::<[f64; 2]>(), 0..4)), 0..4),
    ) {
        let (definitions, _, _) = read(&model(""));
        let diagram = Diagram {
            shapes: shapes
                .into_iter()
                .map(|(element, [x, y, width, height])| Shape::new(element, Bounds::new(x, y, width, height)))
                .collect(),
            edges: edges
                .into_iter()
                .map(|(element, points)| {
                    Edge::new(element, points.into_iter().map(|[x, y]| Point::new(x, y)).collect())
                })
                .collect(),
            ..Diagram::default()
        };
        draw(&definitions, &[diagram]);
    }
}

#[test]
fn what_is_broken_is_reported_and_left_out() {
    let shape = |element: &str, x: &str, width: &str| {
        format!(
            "<bpmndi:BPMNShape id=\"S\" bpmnElement=\"{element}\"><dc:Bounds x=\"{x}\" y=\"0\" \
             width=\"{width}\" height=\"80\"/></bpmndi:BPMNShape>"
        )
    };
    let cases = [
        (shape("t", "NaN", "100"), "RG1102"),
        (shape("t", "1e308", "100"), "RG1102"),
        (shape("t", "0", "-5"), "RG1102"),
        (shape("t", "0", "0"), "RG1102"),
        (shape("f", "0", "100"), "RG1103"),
        (shape("p", "0", "100"), "RG1103"),
        ("<bpmndi:BPMNShape bpmnElement=\"t\"/>".to_owned(), "RG1101"),
        ("<bpmndi:BPMNShape><dc:Bounds x=\"0\" y=\"0\" width=\"9\" height=\"9\"/></bpmndi:BPMNShape>".to_owned(), "RG1103"),
        ("<bpmndi:BPMNEdge bpmnElement=\"f\"><di:waypoint x=\"1\" y=\"1\"/></bpmndi:BPMNEdge>".to_owned(), "RG1101"),
        ("<bpmndi:BPMNEdge bpmnElement=\"t\"/>".to_owned(), "RG1103"),
    ];
    for (text, code) in cases {
        let (definitions, _) = reglament_core::read("broken", model(&text).as_bytes());
        let (diagrams, diagnostics) = diagram::read(&definitions.unwrap());
        let codes: Vec<&str> = diagnostics.iter().map(|it| it.code.id).collect();
        assert_eq!(codes, [code], "{text}");
        assert!(diagnostics[0].span.is_some());
        assert!(
            diagrams[0].shapes.is_empty() && diagrams[0].edges.is_empty(),
            "{text}"
        );
    }
}

#[test]
fn names_are_never_markup() {
    let attack = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>&amp;";
    let mut escaped = String::new();
    for letter in attack.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(letter),
        }
    }
    let text = format!(
        r#"{HEAD}<process id="p" name="{escaped}"><documentation>{escaped}</documentation>
<task id="t" name="{escaped}"><documentation>{escaped}</documentation></task>
<textAnnotation id="note"><text>{escaped}</text></textAnnotation></process>
<bpmndi:BPMNDiagram id="D" name="{escaped}"><bpmndi:BPMNPlane bpmnElement="p">
<bpmndi:BPMNShape bpmnElement="t"><dc:Bounds x="0" y="0" width="400" height="300"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="note"><dc:Bounds x="0" y="400" width="400" height="300"/></bpmndi:BPMNShape>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"#
    );
    let (definitions, diagrams, _) = read(&text);
    let (drawing, page) = draw(&definitions, &diagrams);
    for harmful in ["<img", "<svg onload", "alert(1)</script>", "<script>alert"] {
        assert!(!drawing.contains(harmful), "{harmful} in the drawing");
        assert!(!page.contains(harmful), "{harmful} in the page");
    }
    assert_eq!(drawing.matches("<script").count(), 0);
    // The data and the script of the page itself.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert!(page.contains("\\u003c/script\\u003e"));
}

#[test]
fn overlays_are_never_markup() {
    let (definitions, diagrams, _) = read(&model(
        "<bpmndi:BPMNShape bpmnElement=\"t\"><dc:Bounds x=\"0\" y=\"0\" width=\"100\" height=\"80\"/></bpmndi:BPMNShape>",
    ));
    let attack = "</title><script>alert(1)</script>";
    let mut overlay = Overlay::default();
    let mark = overlay.mark("t");
    mark.badges.push(Badge {
        tone: Tone::Failed,
        text: attack.to_owned(),
        title: attack.to_owned(),
    });
    mark.remarks.push(attack.to_owned());
    let options = Options {
        overlay: Some(&overlay),
        ..Options::default()
    };
    let page = html(&definitions, &[&diagrams[0]], &options, &Details::new());
    assert_eq!(page.matches("<script").count(), 2);
    assert!(!svg(&definitions, &diagrams[0], &options).contains("<script"));
}

#[test]
fn ids_stay_unique_and_without_spaces() {
    let text = format!(
        r#"{HEAD}<process id="p"><task id="a b"/><task id="c"/></process>
<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane bpmnElement="p">
<bpmndi:BPMNShape bpmnElement="a b"><dc:Bounds x="0" y="0" width="9" height="9"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="c"><dc:Bounds x="0" y="0" width="9" height="9"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="c"><dc:Bounds x="0" y="0" width="9" height="9"/></bpmndi:BPMNShape>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"#
    );
    let (definitions, diagrams, _) = read(&text);
    let (drawing, _) = draw(&definitions, &diagrams);
    for id in ["id=\"a_b\"", "id=\"c\"", "id=\"c--2\""] {
        assert_eq!(drawing.matches(id).count(), 1, "{id}");
    }
}
