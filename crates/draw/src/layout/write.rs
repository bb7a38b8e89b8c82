//! Writes diagrams into the tree of a file as BPMN diagram interchange.
//!
//! What exists is changed in place: ids, colours and everything that other tools have added stay.
//! Everything outside of what changes stays as it is, comments and white space included.

use reglament_core::model::{BPMN, parse_boolean};
use reglament_xml::{Document, EditError, ElementRef, NewNode, NodeId, Place};
use rustc_hash::FxHashSet;

use super::plane::Existing;
use crate::diagram::{BPMNDI, DC, DI, Diagram, Edge, Shape};
use crate::geometry::{Bounds, Point};

/// Writes `diagrams` into `document`, whose root is `bpmn:definitions`.
///
/// A diagram replaces the one with the same plane element, shape by shape and edge by edge; what is
/// not in the file yet is added. With [`Existing::Keep`] what exists only follows where its container
/// grew. Namespaces are declared where they are missing.
///
/// # Errors
/// The document can hold no more nodes, or one of its elements has lost its place meanwhile.
pub fn write(
    document: &mut Document,
    diagrams: &[Diagram],
    existing: Existing,
) -> Result<(), EditError> {
    let root = document.root().id();
    let mut writer = Writer {
        bpmndi: declare(document, root, BPMNDI, "bpmndi")?,
        dc: declare(document, root, DC, "dc")?,
        di: declare(document, root, DI, "di")?,
        ids: document
            .elements()
            .filter_map(|element| element.attribute("id"))
            .map(str::to_owned)
            .collect(),
        document,
        existing,
    };
    diagrams
        .iter()
        .try_for_each(|diagram| writer.diagram(diagram))
}

/// The prefix of `namespace` at the root, which is declared if it is not yet.
fn declare(
    document: &mut Document,
    root: NodeId,
    namespace: &str,
    prefix: &str,
) -> Result<String, EditError> {
    let declared = document
        .root()
        .namespace_declarations()
        .find(|(_, declared)| *declared == namespace)
        .map(|(prefix, _)| prefix.unwrap_or_default().to_owned());
    if let Some(prefix) = declared {
        return Ok(prefix);
    }
    let mut wanted = prefix.to_owned();
    let mut number = 1;
    loop {
        match document.declare_namespace(root, &wanted, namespace) {
            // Somebody uses the prefix for something else.
            Err(EditError::BadDeclaration(_)) if number < 100 => {
                number += 1;
                wanted = format!("{prefix}{number}");
            }
            other => return other.map(|()| wanted),
        }
    }
}

struct Writer<'d> {
    document: &'d mut Document,
    existing: Existing,
    bpmndi: String,
    dc: String,
    di: String,
    /// All ids of the file.
    ids: FxHashSet<String>,
}

fn qualified(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}:{name}")
    }
}

/// Whether `name`, a qualified name, names the element with the id `id`.
fn names(name: Option<&str>, id: &str) -> bool {
    name.is_some_and(|name| {
        let name = name.trim();
        name == id || name.split_once(':').is_some_and(|(_, local)| local == id)
    })
}

impl Writer<'_> {
    /// An id that nothing has yet.
    fn fresh(&mut self, wanted: &str) -> String {
        let mut id = wanted.to_owned();
        let mut number = 1;
        while !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("{wanted}_{number}");
        }
        id
    }

    fn diagram(&mut self, diagram: &Diagram) -> Result<(), EditError> {
        let Some(element) = diagram.plane.as_deref() else {
            return Ok(());
        };
        let plane = match self.find_plane(diagram, element) {
            Some(plane) => plane,
            None => self.new_plane(element)?,
        };
        let mut drawn = Drawn::of(self.document.element(plane));
        for shape in &diagram.shapes {
            self.shape(plane, shape, drawn.take("BPMNShape", &shape.element))?;
        }
        for edge in &diagram.edges {
            self.edge(plane, edge, drawn.take("BPMNEdge", &edge.element))?;
        }
        Ok(())
    }

    /// The plane that shows `element`: of the diagram with the same id, if it has one.
    fn find_plane(&self, diagram: &Diagram, element: &str) -> Option<NodeId> {
        let root = self.document.root();
        let mut planes = root
            .children_named(BPMNDI, "BPMNDiagram")
            .filter(|other| diagram.id.is_none() || other.attribute("id") == diagram.id.as_deref())
            .filter_map(|diagram| diagram.child(BPMNDI, "BPMNPlane"));
        let plane = planes.find(|plane| names(plane.attribute("bpmnElement"), element))?;
        Some(plane.id())
    }

    fn new_plane(&mut self, element: &str) -> Result<NodeId, EditError> {
        let root = self.document.root().id();
        let id = self.fresh(&format!("{element}_diagram"));
        let relationship = self.document.root().child(BPMN, "relationship");
        let diagram = match relationship.map(ElementRef::id) {
            // The schema wants them behind the diagrams.
            Some(relationship) => {
                let name = qualified(&self.bpmndi, "BPMNDiagram");
                let new = NewNode::Element { name: &name };
                let place = Place::Before(relationship);
                let diagram = self.document.insert_child(root, place, new)?;
                self.document.set_attribute(diagram, "id", &id)?;
                diagram
            }
            None => self.append(root, "BPMNDiagram", &id)?,
        };
        let id = self.fresh(&format!("{element}_plane"));
        let plane = self.append(diagram, "BPMNPlane", &id)?;
        self.refer(plane, element)?;
        Ok(plane)
    }

    /// Appends an element of the diagram interchange.
    fn append(&mut self, parent: NodeId, name: &str, id: &str) -> Result<NodeId, EditError> {
        let name = qualified(&self.bpmndi, name);
        let node = self
            .document
            .append_line(parent, NewNode::Element { name: &name })?;
        self.document.set_attribute(node, "id", id)?;
        Ok(node)
    }

    /// Says which element `node` draws. A name without a prefix is in the default namespace, which
    /// every tool understands as this file.
    fn refer(&mut self, node: NodeId, element: &str) -> Result<(), EditError> {
        self.document.set_attribute(node, "bpmnElement", element)
    }

    fn shape(
        &mut self,
        plane: NodeId,
        shape: &Shape,
        found: Option<NodeId>,
    ) -> Result<(), EditError> {
        let node = match found {
            Some(node) => node,
            None => {
                let id = self.fresh(&format!("{}_di", shape.element));
                let node = self.append(plane, "BPMNShape", &id)?;
                self.refer(node, &shape.element)?;
                node
            }
        };
        let flags = [
            ("isHorizontal", shape.is_horizontal),
            ("isExpanded", shape.is_expanded),
            ("isMarkerVisible", shape.is_marker_visible),
        ];
        for (name, value) in flags {
            let found = self.document.element(node).attribute(name);
            if let Some(value) = value
                && found.and_then(parse_boolean) != Some(value)
            {
                self.document
                    .set_attribute(node, name, &value.to_string())?;
            }
        }
        self.bounds(node, shape.bounds)?;
        self.label(node, shape.label)
    }

    fn edge(&mut self, plane: NodeId, edge: &Edge, found: Option<NodeId>) -> Result<(), EditError> {
        let node = match found {
            Some(node) => node,
            None => {
                let id = self.fresh(&format!("{}_di", edge.element));
                let node = self.append(plane, "BPMNEdge", &id)?;
                self.refer(node, &edge.element)?;
                node
            }
        };
        self.waypoints(node, &edge.waypoints)?;
        self.label(node, edge.label)
    }

    fn waypoints(&mut self, edge: NodeId, points: &[Point]) -> Result<(), EditError> {
        let old: Vec<NodeId> = self
            .document
            .element(edge)
            .children_named(DI, "waypoint")
            .map(ElementRef::id)
            .collect();
        let mut last = None;
        for (index, point) in points.iter().enumerate() {
            let node = match (old.get(index), last) {
                (Some(node), _) => *node,
                (None, Some(last)) => self.insert_behind(edge, last)?,
                (None, None) => self.new_child(edge, &qualified(&self.di.clone(), "waypoint"))?,
            };
            self.coordinate(node, "x", point.x)?;
            self.coordinate(node, "y", point.y)?;
            last = Some(node);
        }
        old.iter()
            .skip(points.len())
            .try_for_each(|node| self.remove(*node))
    }

    /// A further waypoint behind `last`, before a label.
    fn insert_behind(&mut self, edge: NodeId, last: NodeId) -> Result<NodeId, EditError> {
        let name = qualified(&self.di, "waypoint");
        let place = Place::After(last);
        let node = self
            .document
            .insert_child(edge, place, NewNode::Element { name: &name })?;
        if let Some(space) = self.space_before(edge, last) {
            self.document
                .insert_child(edge, Place::Before(node), NewNode::Text(&space))?;
        }
        Ok(node)
    }

    /// The white space before a node, if there is nothing else.
    fn space_before(&self, parent: NodeId, node: NodeId) -> Option<String> {
        let mut before = None;
        for child in self.document.element(parent).nodes() {
            if child == node {
                break;
            }
            before = Some(child);
        }
        match self.document.kind(before?) {
            reglament_xml::NodeKind::Text(text) if text.trim().is_empty() => Some(text.to_owned()),
            _ => None,
        }
    }

    /// Removes a node with the white space before it.
    fn remove(&mut self, node: NodeId) -> Result<(), EditError> {
        let parent = self.document.parent(node).map(ElementRef::id);
        let mut before = None;
        if let Some(parent) = parent {
            for child in self.document.element(parent).nodes() {
                if child == node {
                    break;
                }
                before = Some(child);
            }
        }
        let is_space = |node: &NodeId| {
            matches!(
                self.document.kind(*node),
                reglament_xml::NodeKind::Text(text) if text.trim().is_empty()
            )
        };
        if let Some(space) = before.filter(is_space) {
            self.document.remove(space)?;
        }
        self.document.remove(node)
    }

    /// A new child; bounds and waypoints come before the label.
    fn new_child(&mut self, parent: NodeId, name: &str) -> Result<NodeId, EditError> {
        let label = self.document.element(parent).child(BPMNDI, "BPMNLabel");
        let new = NewNode::Element { name };
        match label.map(ElementRef::id) {
            Some(label) => self
                .document
                .insert_child(parent, Place::Before(label), new),
            None => self.document.append_line(parent, new),
        }
    }

    /// Sets the bounds of a shape or label; new bounds come first.
    fn bounds(&mut self, parent: NodeId, bounds: Bounds) -> Result<(), EditError> {
        let found = self.document.element(parent).child(DC, "Bounds");
        let node = match found.map(ElementRef::id) {
            Some(node) => node,
            None => self.new_child(parent, &qualified(&self.dc.clone(), "Bounds"))?,
        };
        for (name, value) in [
            ("x", bounds.x),
            ("y", bounds.y),
            ("width", bounds.width),
            ("height", bounds.height),
        ] {
            self.coordinate(node, name, value)?;
        }
        Ok(())
    }

    /// Sets a coordinate, unless it is written as something equal already.
    fn coordinate(&mut self, node: NodeId, name: &str, value: f64) -> Result<(), EditError> {
        let found = self.document.element(node).attribute(name);
        let is_equal = found
            .and_then(|text| text.trim().parse::<f64>().ok())
            .is_some_and(|found| (found - value).abs() < 0.005);
        if is_equal {
            return Ok(());
        }
        self.document.set_attribute(node, name, &number(value))
    }

    /// Sets or removes the bounds of the label; its style stays.
    fn label(&mut self, parent: NodeId, bounds: Option<Bounds>) -> Result<(), EditError> {
        let found = self.document.element(parent).child(BPMNDI, "BPMNLabel");
        let found = found.map(ElementRef::id);
        let Some(bounds) = bounds else {
            if self.existing == Existing::Keep {
                return Ok(());
            }
            let bounds = found.and_then(|label| self.document.element(label).child(DC, "Bounds"));
            return match bounds.map(ElementRef::id) {
                Some(bounds) => self.remove(bounds),
                None => Ok(()),
            };
        };
        let label = match found {
            Some(label) => label,
            None => self.new_child(parent, &qualified(&self.bpmndi.clone(), "BPMNLabel"))?,
        };
        self.bounds(label, bounds)
    }
}

/// The shapes and edges of a plane by what they draw.
struct Drawn(rustc_hash::FxHashMap<(&'static str, String), NodeId>);

impl Drawn {
    fn of(plane: ElementRef<'_>) -> Self {
        let mut drawn = rustc_hash::FxHashMap::default();
        for child in plane.children() {
            let Some(name) = child.attribute("bpmnElement") else {
                continue;
            };
            let kind = if child.is(BPMNDI, "BPMNShape") {
                "BPMNShape"
            } else if child.is(BPMNDI, "BPMNEdge") {
                "BPMNEdge"
            } else {
                continue;
            };
            let id = name.trim().rsplit(':').next().unwrap_or(name);
            drawn.entry((kind, id.to_owned())).or_insert(child.id());
        }
        Self(drawn)
    }

    fn take(&mut self, kind: &'static str, element: &str) -> Option<NodeId> {
        self.0.remove(&(kind, element.to_owned()))
    }
}

/// A coordinate as short as it can be written, to a hundredth of a pixel.
fn number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    // Not `-0`.
    format!("{}", rounded + 0.0)
}
