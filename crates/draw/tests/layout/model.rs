//! Random models with pools, lanes, nested sub-processes, loops, boundary events, data and message
//! flows.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use reglament_core::Definitions;
use reglament_draw::diagram::BPMNDI;
use reglament_source::SourceText;
use reglament_xml::ElementRef;

/// Numbers from a seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^= value >> 31;
        usize::try_from(value % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const NAMES: [&str; 6] = [
    "",
    "Тексеру",
    "Құжаттарды қабылдау",
    "Check the documents of the applicant",
    "Шешім қабылданды ма?",
    "Көрсетілетін қызметті алушыға хабарлама жіберу",
];

/// A model that is being written.
struct Writer {
    random: Random,
    ids: usize,
    /// The nodes that message flows may join, by process.
    ends: Vec<Vec<String>>,
}

/// The model of a seed.
pub(crate) fn random(seed: u64) -> String {
    let mut writer = Writer {
        random: Random(seed),
        ids: 0,
        ends: Vec::new(),
    };
    let pools = writer.random.below(4);
    let mut processes = String::new();
    let mut participants = String::new();
    for pool in 0..pools.max(1) {
        writer.ends.push(Vec::new());
        let lanes = if pools > 0 { writer.random.below(4) } else { 0 };
        let process = writer.process(pool, lanes);
        processes.push_str(&process);
        let name = writer.name();
        let _ = write!(
            participants,
            r#"<participant id="pool{pool}" name="{name}" processRef="process{pool}"/>"#
        );
    }
    if pools > 0 {
        participants.push_str(r#"<participant id="outside" name="Тұтынушы"/>"#);
        let flows = writer.message_flows(pools);
        processes = format!(
            r#"<collaboration id="collaboration">{participants}{flows}</collaboration>{processes}"#
        );
    }
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">{processes}</definitions>"#
    )
}

impl Writer {
    fn id(&mut self, kind: &str) -> String {
        self.ids += 1;
        format!("{kind}{}", self.ids)
    }

    fn name(&mut self) -> &'static str {
        let name = self.random.below(NAMES.len());
        NAMES.get(name).copied().unwrap_or("")
    }

    fn message_flows(&mut self, pools: usize) -> String {
        let mut flows = String::new();
        for _ in 0..self.random.below(5) {
            let from = self.random.below(pools);
            let source = self.end(from);
            let target = if pools > 1 && self.random.chance(60) {
                let to = (from + 1 + self.random.below(pools - 1)) % pools;
                self.end(to)
            } else {
                "outside".to_owned()
            };
            let (id, name) = (self.id("message"), self.name());
            let _ = write!(
                flows,
                r#"<messageFlow id="{id}" name="{name}" sourceRef="{source}" targetRef="{target}"/>"#
            );
        }
        flows
    }

    fn end(&mut self, process: usize) -> String {
        let count = self.ends.get(process).map_or(0, Vec::len);
        let at = self.random.below(count);
        let end = self.ends.get(process).and_then(|ends| ends.get(at));
        end.cloned().unwrap_or_else(|| format!("pool{process}"))
    }

    fn process(&mut self, process: usize, lanes: usize) -> String {
        let mut nodes = Vec::new();
        let contents = self.scope(0, &mut nodes, process);
        let mut sets = String::new();
        if lanes > 0 {
            sets.push_str(&format!(r#"<laneSet id="set{process}">"#));
            let mut members: Vec<Vec<String>> = vec![Vec::new(); lanes];
            for node in &nodes {
                let lane = self.random.below(lanes);
                if let Some(members) = members.get_mut(lane) {
                    members.push(format!("<flowNodeRef>{node}</flowNodeRef>"));
                }
            }
            for (lane, members) in members.into_iter().enumerate() {
                let refs = members.concat();
                let (id, name) = (format!("lane{process}_{lane}"), self.name());
                let inner = if self.random.chance(30) {
                    format!(
                        r#"<childLaneSet id="{id}_set"><lane id="{id}_a">{refs}</lane><lane id="{id}_b"/></childLaneSet>"#
                    )
                } else {
                    String::new()
                };
                let _ = write!(
                    sets,
                    r#"<lane id="{id}" name="{name}">{refs}{inner}</lane>"#
                );
            }
            sets.push_str("</laneSet>");
        }
        format!(r#"<process id="process{process}">{sets}{contents}</process>"#)
    }

    /// The contents of a process or sub-process; its nodes are added to `nodes`.
    fn scope(&mut self, depth: usize, nodes: &mut Vec<String>, process: usize) -> String {
        let count = 2 + self.random.below(if depth == 0 { 14 } else { 5 });
        let mut text = String::new();
        let mut own: Vec<String> = Vec::new();
        let mut sources: Vec<String> = Vec::new();
        for _ in 0..count {
            let (id, xml) = self.node(depth, process);
            text.push_str(&xml);
            if xml.starts_with("<task") && self.random.chance(20) {
                let event = self.id("boundary");
                let name = self.name();
                let _ = write!(
                    text,
                    r#"<boundaryEvent id="{event}" name="{name}" attachedToRef="{id}"/>"#
                );
                nodes.push(event.clone());
                sources.push(event);
            }
            sources.push(id.clone());
            own.push(id);
        }
        let flows = count + self.random.below(count);
        for _ in 0..flows {
            let source = sources.get(self.random.below(sources.len())).cloned();
            // Mostly forwards: to a later node in the order of the file.
            let target = own.get(self.random.below(own.len())).cloned();
            let (Some(source), Some(target)) = (source, target) else {
                continue;
            };
            let position = |id: &str| own.iter().position(|other| other == id);
            let is_forward = position(&source) < position(&target);
            if !is_forward && !self.random.chance(15) {
                continue;
            }
            let (id, name) = (self.id("flow"), self.name());
            let _ = write!(
                text,
                r#"<sequenceFlow id="{id}" name="{name}" sourceRef="{source}" targetRef="{target}"/>"#
            );
        }
        if self.random.chance(40) {
            let target = own.get(self.random.below(own.len())).cloned();
            let (note, link) = (self.id("note"), self.id("association"));
            let _ = write!(
                text,
                r#"<textAnnotation id="{note}"><text>Ескерту: мерзімі үш жұмыс күні</text></textAnnotation><association id="{link}" sourceRef="{note}" targetRef="{}"/>"#,
                target.unwrap_or_default()
            );
        }
        nodes.extend(own);
        text
    }

    fn node(&mut self, depth: usize, process: usize) -> (String, String) {
        let (id, name) = (self.id("node"), self.name());
        let kind = self.random.below(10);
        if depth == 0
            && kind < 6
            && let Some(ends) = self.ends.get_mut(process)
        {
            ends.push(id.clone());
        }
        let xml = match kind {
            0..=3 => format!(r#"<task id="{id}" name="{name}"/>"#),
            4 => format!(r#"<startEvent id="{id}" name="{name}"/>"#),
            5 => format!(r#"<intermediateThrowEvent id="{id}" name="{name}"/>"#),
            6 | 7 => format!(r#"<exclusiveGateway id="{id}" name="{name}"/>"#),
            8 => format!(r#"<parallelGateway id="{id}"/>"#),
            _ if depth < 3 => {
                let contents = self.scope(depth + 1, &mut Vec::new(), process);
                let by_event = self.random.chance(20);
                format!(
                    r#"<subProcess id="{id}" name="{name}" triggeredByEvent="{by_event}">{contents}</subProcess>"#
                )
            }
            _ => format!(r#"<endEvent id="{id}" name="{name}"/>"#),
        };
        (id, xml)
    }
}

/// The file with some shapes of single nodes removed, and the flows that join them; and which.
pub(crate) fn with_holes(text: &str, seed: u64) -> (String, BTreeSet<String>) {
    let source = SourceText::new("model.bpmn", text.to_owned());
    let definitions: Option<Definitions> = reglament_core::read_source(source).0;
    let Some(definitions) = definitions else {
        return (text.to_owned(), BTreeSet::new());
    };
    let mut random = Random(seed);
    let mut removed: BTreeSet<String> = BTreeSet::new();
    let mut nodes = Vec::new();
    let drawn: Vec<ElementRef<'_>> = definitions
        .document()
        .elements()
        .filter(|element| element.namespace() == Some(BPMNDI))
        .collect();
    for shape in &drawn {
        let Some(element) = shape.attribute("bpmnElement") else {
            continue;
        };
        let is_node = ["node", "boundary", "note"]
            .iter()
            .any(|prefix| element.starts_with(prefix));
        if is_node && shape.attribute("isExpanded").is_none() && random.chance(25) {
            removed.insert(element.to_owned());
            nodes.push(shape.id());
        }
    }
    for edge in &drawn {
        let flow = edge
            .attribute("bpmnElement")
            .filter(|_| edge.local_name() == "BPMNEdge")
            .and_then(|id| definitions.find(id));
        let joins = ["sourceRef", "targetRef"].into_iter().any(|end| {
            let end = flow.and_then(|flow| flow.attribute(end));
            end.is_some_and(|end| removed.contains(end))
        });
        if joins {
            nodes.push(edge.id());
        }
    }
    let mut document = definitions.into_document();
    for node in nodes {
        // What is named here was found in this document.
        let _ = document.remove(node);
    }
    (document.write(), removed)
}
