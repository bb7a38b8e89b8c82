//! What holds for the models of `processes/` as files: they cite the whole regulation, are drawn in
//! full and follow the rules of `processes/README.md`. BPMN 2.0.2, 10.8 (lanes) and 12 (interchange).

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use reglament_source::SourceText;
use reglament_xml::{Document, ElementRef, Limits, XML_NAMESPACE, parse};

const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const BPMNDI: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
const DI: &str = "http://www.omg.org/spec/DD/20100524/DI";
const REG: &str = "urn:reglament:bpmn:1";

const FLOW_NODES: &[&str] = &[
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "userTask",
    "serviceTask",
    "businessRuleTask",
    "callActivity",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
];

/// Elements that a diagram shows, beside the flow nodes.
const DRAWN: &[&str] = &[
    "participant",
    "lane",
    "sequenceFlow",
    "messageFlow",
    "dataObjectReference",
    "dataOutputAssociation",
    "textAnnotation",
    "association",
];

/// A channel, how much of the regulation it has to cite and what the regulation gives it.
struct Channel {
    file: &'static str,
    clause: &'static str,
    items: u32,
    actions: u32,
    /// The kinds of outcome at its ends; a regulation that knows no refusal gets none.
    outcomes: &'static [&'static str],
    /// Unit and amount of the term of the whole service, where the regulation states one.
    term: Option<(&'static str, &'static str)>,
}

/// Every channel of every pack. Of the queue for kindergartens, annex 1 numbers eight actions for
/// each channel: the eighth column of table 1 is cut, and the ninth of table 2 is missing. Of the
/// registration for kindergartens only the table is at hand, without a narrative and a term.
const CHANNELS: &[Channel] = &[
    Channel {
        file: "archival-certificate/local-body.bpmn",
        clause: "6",
        items: 11,
        actions: 12,
        outcomes: &["refusal", "result"],
        term: None,
    },
    Channel {
        file: "archival-certificate/service-center.bpmn",
        clause: "7",
        items: 10,
        actions: 15,
        outcomes: &["refusal", "result"],
        term: None,
    },
    Channel {
        file: "archival-certificate/portal.bpmn",
        clause: "8",
        items: 10,
        actions: 15,
        outcomes: &["refusal", "result"],
        term: None,
    },
    Channel {
        file: "duplicate/provider.bpmn",
        clause: "5",
        items: 3,
        actions: 3,
        outcomes: &["result"],
        term: None,
    },
    Channel {
        file: "duplicate/state-corporation.bpmn",
        clause: "8",
        items: 6,
        actions: 0,
        outcomes: &["result"],
        term: None,
    },
    Channel {
        file: "externship/state-corporation.bpmn",
        clause: "6",
        items: 10,
        actions: 0,
        outcomes: &["result"],
        term: None,
    },
    Channel {
        file: "externship/portal.bpmn",
        clause: "7",
        items: 11,
        actions: 0,
        outcomes: &["refusal", "result"],
        term: None,
    },
    Channel {
        file: "kindergarten-queue/portal.bpmn",
        clause: "13",
        items: 12,
        actions: 8,
        outcomes: &["notice", "refusal", "result"],
        term: Some(("working days", "3")),
    },
    Channel {
        file: "kindergarten-queue/center.bpmn",
        clause: "14",
        items: 11,
        actions: 8,
        outcomes: &["notice", "refusal", "result"],
        term: Some(("working days", "3")),
    },
    Channel {
        file: "kindergarten-registration/e-astana.bpmn",
        clause: "unknown",
        items: 0,
        actions: 15,
        outcomes: &["refusal", "result"],
        term: None,
    },
    Channel {
        file: "school-admission/provider.bpmn",
        clause: "5",
        items: 5,
        actions: 0,
        outcomes: &["refusal", "result"],
        term: None,
    },
    Channel {
        file: "school-admission/portal.bpmn",
        clause: "8",
        items: 11,
        actions: 0,
        outcomes: &["refusal", "result"],
        term: None,
    },
    Channel {
        file: "social-assistance/local-body.bpmn",
        clause: "6",
        items: 11,
        actions: 9,
        outcomes: &["refusal", "result"],
        term: None,
    },
    Channel {
        file: "social-assistance/portal.bpmn",
        clause: "7",
        items: 10,
        actions: 12,
        outcomes: &["notice", "refusal", "result"],
        term: None,
    },
];

/// Channels to which the regulation gives no term at all.
const WITHOUT_TERMS: &[&str] = &["externship/portal.bpmn", "school-admission/portal.bpmn"];

fn read(channel: &Channel) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../processes")
        .join(channel.file);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (document, diagnostics) = parse(SourceText::new(channel.file, text), &Limits::default());
    assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", channel.file);
    document.unwrap_or_else(|| panic!("{} has no root", channel.file))
}

/// Every element below `element`, in document order.
fn descendants<'d>(element: ElementRef<'d>, found: &mut Vec<ElementRef<'d>>) {
    for child in element.children() {
        found.push(child);
        descendants(child, found);
    }
}

fn all(document: &Document) -> Vec<ElementRef<'_>> {
    let mut found = Vec::new();
    descendants(document.root(), &mut found);
    found
}

fn bpmn<'d>(document: &'d Document, names: &[&str]) -> Vec<ElementRef<'d>> {
    let is_named = |element: &ElementRef<'_>| names.iter().any(|name| element.is(BPMN, name));
    all(document).into_iter().filter(is_named).collect()
}

fn id<'d>(element: ElementRef<'d>) -> &'d str {
    element.attribute("id").unwrap_or_default()
}

fn ids<'d>(elements: &[ElementRef<'d>]) -> BTreeSet<&'d str> {
    elements.iter().map(|element| id(*element)).collect()
}

/// The `reg:` elements called `name` of an element.
fn facts<'d>(element: ElementRef<'d>, name: &str) -> Vec<ElementRef<'d>> {
    let extensions = element.child(BPMN, "extensionElements");
    let children = extensions.into_iter().flat_map(ElementRef::children);
    children.filter(|child| child.is(REG, name)).collect()
}

/// The models of all packs, as `pack/channel.bpmn`.
fn models() -> BTreeSet<String> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../processes");
    let entries = |folder: &Path| {
        let listing = std::fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        listing.map(|entry| entry.unwrap().path())
    };
    let shared = packs.join("shared");
    let folders = entries(&packs).filter(|path| path.is_dir() && *path != shared);
    let files = folders.flat_map(|folder| entries(&folder).collect::<Vec<_>>());
    let models = files.filter(|file| file.extension().is_some_and(|it| it == "bpmn"));
    let names = models.map(|model| {
        let name = model.strip_prefix(&packs).unwrap();
        name.to_string_lossy().replace('\\', "/")
    });
    names.collect()
}

#[test]
fn every_model_of_every_pack_is_held_to_these_rules() {
    let listed = CHANNELS.iter().map(|channel| channel.file.to_owned());
    assert_eq!(models(), listed.collect());
}

#[test]
fn the_check_of_a_certificate_is_one_process_that_the_flows_call() {
    let mut calling = Vec::new();
    for channel in CHANNELS {
        let document = read(channel);
        let elements = all(&document);
        let verifies = |e: &&ElementRef<'_>| e.attribute("type") == Some("signature.verify");
        let own = elements.iter().filter(verifies).count();
        assert_eq!(own, 0, "{} checks a certificate by itself", channel.file);
        let called = elements
            .iter()
            .filter(|e| e.attribute("processId") == Some("CertificateCheck"));
        if called.count() == 1 {
            calling.push(channel.file);
        }
    }
    assert_eq!(
        calling,
        [
            "archival-certificate/local-body.bpmn",
            "archival-certificate/service-center.bpmn",
            "archival-certificate/portal.bpmn",
            "externship/portal.bpmn",
            "kindergarten-queue/portal.bpmn",
            "school-admission/portal.bpmn",
            "social-assistance/local-body.bpmn",
            "social-assistance/portal.bpmn",
        ]
    );
}

#[test]
fn every_sub_clause_and_every_action_is_cited() {
    for channel in CHANNELS {
        let document = read(channel);
        let (mut items, mut actions) = (BTreeSet::new(), BTreeSet::new());
        let of_channel = |e: &ElementRef<'_>| {
            e.is(REG, "source") && e.attribute("clause") == Some(channel.clause)
        };
        for source in all(&document).into_iter().filter(of_channel) {
            items.extend(
                source
                    .attribute("item")
                    .map(|item| item.parse::<u32>().unwrap()),
            );
            let rows = source
                .attribute("action")
                .unwrap_or_default()
                .split_whitespace();
            actions.extend(rows.map(|row| row.parse::<u32>().unwrap()));
        }
        assert_eq!(
            items,
            (1..=channel.items).collect(),
            "items of {}",
            channel.file
        );
        assert_eq!(
            actions,
            (1..=channel.actions).collect(),
            "actions of {}",
            channel.file
        );
    }
}

#[test]
fn every_named_flow_node_cites_a_clause_and_has_an_english_name() {
    for channel in CHANNELS {
        let document = read(channel);
        for node in bpmn(&document, FLOW_NODES) {
            if node.attribute("name").is_none() {
                continue;
            }
            assert!(
                !facts(node, "source").is_empty(),
                "{} cites nothing",
                id(node)
            );
            let english =
                |label: &ElementRef<'_>| label.attribute_ns(XML_NAMESPACE, "lang") == Some("en");
            assert!(
                facts(node, "label").iter().any(english),
                "{} has no English name",
                id(node)
            );
        }
    }
}

#[test]
fn every_flow_node_lies_in_one_innermost_lane() {
    for channel in CHANNELS {
        let document = read(channel);
        let mut lanes: BTreeMap<String, u32> = BTreeMap::new();
        let innermost = |lane: &ElementRef<'_>| lane.child(BPMN, "childLaneSet").is_none();
        for lane in bpmn(&document, &["lane"]).into_iter().filter(innermost) {
            for node in lane
                .children()
                .filter(|child| child.is(BPMN, "flowNodeRef"))
            {
                *lanes.entry(node.text().trim().to_owned()).or_default() += 1;
            }
        }
        let nodes = bpmn(&document, FLOW_NODES);
        let expected: BTreeMap<_, _> = nodes.iter().map(|n| (id(*n).to_owned(), 1)).collect();
        assert_eq!(lanes, expected, "{}", channel.file);
    }
}

#[test]
fn every_element_is_drawn_once() {
    for channel in CHANNELS {
        let document = read(channel);
        let mut expected = ids(&bpmn(&document, FLOW_NODES));
        expected.extend(ids(&bpmn(&document, DRAWN)));
        let is_drawing = |e: &ElementRef<'_>| e.is(BPMNDI, "BPMNShape") || e.is(BPMNDI, "BPMNEdge");
        let drawings = all(&document).into_iter().filter(is_drawing);
        let drawn: Vec<_> = drawings
            .filter_map(|e| e.attribute("bpmnElement"))
            .collect();
        assert_eq!(drawn.len(), expected.len(), "{}", channel.file);
        assert_eq!(
            drawn.into_iter().collect::<BTreeSet<_>>(),
            expected,
            "{}",
            channel.file
        );
    }
}

#[test]
fn every_edge_runs_at_right_angles() {
    for channel in CHANNELS {
        let document = read(channel);
        for edge in all(&document)
            .into_iter()
            .filter(|e| e.is(BPMNDI, "BPMNEdge"))
        {
            let points = edge.children().filter(|child| child.is(DI, "waypoint"));
            let points: Vec<_> = points
                .map(|p| (p.attribute("x"), p.attribute("y")))
                .collect();
            for pair in points.windows(2) {
                let straight = pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1;
                assert!(straight, "{} bends between {pair:?}", id(edge));
            }
        }
    }
}

#[test]
fn every_split_has_a_default_and_every_other_flow_a_condition() {
    for channel in CHANNELS {
        let document = read(channel);
        let flows = bpmn(&document, &["sequenceFlow"]);
        for gateway in bpmn(&document, &["exclusiveGateway"]) {
            let outgoing = flows
                .iter()
                .filter(|f| f.attribute("sourceRef") == Some(id(gateway)));
            let outgoing: Vec<_> = outgoing.collect();
            if outgoing.len() < 2 {
                continue;
            }
            let default = gateway.attribute("default").unwrap_or_default();
            for flow in &outgoing {
                let condition = flow.child(BPMN, "conditionExpression").is_some();
                assert_eq!(condition, id(**flow) != default, "{}", id(**flow));
            }
            let defaults = outgoing.iter().filter(|flow| id(***flow) == default);
            assert_eq!(defaults.count(), 1, "{}", id(gateway));
        }
    }
}

#[test]
fn every_end_has_an_outcome_and_every_refusal_a_ground() {
    for channel in CHANNELS {
        let document = read(channel);
        let mut kinds = BTreeSet::new();
        for end in bpmn(&document, &["endEvent"]) {
            let outcomes = facts(end, "outcome");
            assert_eq!(outcomes.len(), 1, "{}", id(end));
            let kind = outcomes[0].attribute("kind").unwrap_or_default();
            kinds.insert(kind);
            assert!(outcomes[0].attribute("document").is_some(), "{}", id(end));
            let ground = outcomes[0].attribute("ground").is_some();
            assert!(
                ground || kind != "refusal",
                "{} is a refusal without a ground",
                id(end)
            );
        }
        let expected = channel.outcomes.iter().copied().collect();
        assert_eq!(kinds, expected, "{}", channel.file);
    }
}

#[test]
fn every_term_is_read_in_full_or_not_at_all() {
    for channel in CHANNELS {
        let document = read(channel);
        let nodes = ids(&bpmn(&document, FLOW_NODES));
        let terms: Vec<_> = all(&document)
            .into_iter()
            .filter(|e| e.is(REG, "term"))
            .collect();
        let without = WITHOUT_TERMS.contains(&channel.file);
        assert_eq!(terms.is_empty(), without, "terms of {}", channel.file);
        for term in terms {
            let literal = term.attribute("literal").unwrap_or_default();
            assert!(
                !literal.is_empty(),
                "a term of {} has no literal",
                channel.file
            );
            let (kind, value) = (term.attribute("kind"), term.attribute("value"));
            assert_eq!(kind.is_some(), value.is_some(), "{literal}");
            let anchored = term
                .attribute("anchor")
                .is_none_or(|anchor| nodes.contains(anchor));
            assert!(anchored, "{literal}: no such anchor");
        }
    }
}

#[test]
fn the_process_has_the_term_of_the_service_where_one_is_stated() {
    for channel in CHANNELS {
        let document = read(channel);
        let process = bpmn(&document, &["process"])[0];
        assert_eq!(process.attribute("isExecutable"), Some("true"));
        let of_service =
            |term: &ElementRef<'_>| matches!(term.attribute("measures"), None | Some("service"));
        let terms = facts(process, "term").into_iter().filter(of_service);
        let terms: Vec<_> = terms
            .map(|term| (term.attribute("kind"), term.attribute("value")))
            .collect();
        let expected = channel.term.map(|(kind, value)| (Some(kind), Some(value)));
        assert_eq!(terms, Vec::from_iter(expected), "{}", channel.file);
    }
}
