//! How good a diagram is, in numbers: what overlaps, what runs through what, crossings, bends, sizes.
//!
//! # Source
//! Purchase: Metrics for Graph Drawing Aesthetics (2002), for the choice of measures.

use reglament_core::Definitions;
use reglament_core::model::{Lane, Participant, Tag};
use reglament_xml::{ElementRef, NodeId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::space::{Index, Segment, segments};
use crate::diagram::{Diagram, Edge, Shape};
use crate::geometry::Bounds;

/// What two shapes may have in common without overlapping, in pixels.
const TOLERANCE: f64 = 1.0;
/// How long two lines must lie upon each other to be taken for one.
const SHARED_LENGTH: f64 = 4.0;

/// The measures of a diagram. Elements are named by their ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// How many shapes there are.
    pub shapes: usize,
    /// How many edges there are.
    pub edges: usize,
    /// Pairs of shapes that overlap though neither is inside the other in the model.
    pub overlaps: Vec<(String, String)>,
    /// Shapes that are not inside the pool, lane or sub-process that they belong to, with that.
    pub outside: Vec<(String, String)>,
    /// Edges that run through shapes that they neither begin nor end at, with the shape.
    pub through: Vec<(String, String)>,
    /// Pairs of edges that lie upon each other.
    pub shared: Vec<(String, String)>,
    /// Labels that cover a symbol, another label or a line; named by what they belong to.
    pub covering: Vec<String>,
    /// How often edges cross.
    pub crossings: usize,
    /// The bends of all edges together.
    pub bends: usize,
    /// The length of all edges together, in pixels.
    pub length: f64,
    /// The area of the diagram, in square pixels.
    pub area: f64,
}

/// Measures `diagram`, whose elements are those of `definitions`.
#[must_use]
pub fn measure(definitions: &Definitions, diagram: &Diagram) -> Measure {
    let kin = Kin::new(definitions, diagram);
    let mut measure = Measure {
        shapes: diagram.shapes.len(),
        edges: diagram.edges.len(),
        bends: diagram
            .edges
            .iter()
            .map(|edge| edge.waypoints.len().saturating_sub(2))
            .sum(),
        length: diagram
            .edges
            .iter()
            .flat_map(|edge| segments(&edge.waypoints))
            .map(Segment::length)
            .sum(),
        area: diagram
            .extent()
            .map_or(0.0, |extent| extent.width * extent.height),
        ..Measure::default()
    };
    shapes(&kin, diagram, &mut measure);
    edges(&kin, diagram, &mut measure);
    labels(&kin, diagram, &mut measure);
    measure
}

/// How the elements of a diagram belong together.
struct Kin<'d> {
    definitions: &'d Definitions,
    /// The containers around each element that are drawn: pools, lanes, sub-processes.
    around: FxHashMap<NodeId, Vec<NodeId>>,
    /// The element of each shape.
    elements: Vec<Option<ElementRef<'d>>>,
}

impl<'d> Kin<'d> {
    fn new(definitions: &'d Definitions, diagram: &Diagram) -> Self {
        let mut pools: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
        let mut lanes: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
        let mut outer: FxHashMap<NodeId, NodeId> = FxHashMap::default();
        let elements: Vec<Option<ElementRef<'d>>> = diagram
            .shapes
            .iter()
            .map(|shape| definitions.find(&shape.element))
            .collect();
        for element in elements.iter().flatten() {
            if let Some(pool) = Participant::from_element(*element) {
                let process = pool
                    .process_ref()
                    .and_then(|name| definitions.resolve(*element, name).element());
                if let Some(process) = process {
                    pools.entry(process.id()).or_default().push(element.id());
                }
            }
            if let Some(lane) = Lane::from_element(*element) {
                for name in lane.flow_node_refs() {
                    if let Some(node) = definitions.resolve(*element, &name).element() {
                        lanes.entry(node.id()).or_default().push(element.id());
                    }
                }
                let set = element.parent().and_then(ElementRef::parent);
                let set = set.filter(|set| Tag::of(*set) == Some(Tag::Lane));
                outer.extend(set.map(|set| (element.id(), set.id())));
            }
        }
        let drawn: FxHashSet<NodeId> = elements
            .iter()
            .flatten()
            .map(|element| element.id())
            .collect();
        let mut around = FxHashMap::default();
        for element in elements.iter().flatten() {
            let mut found = Vec::new();
            let mut next = Some(*element);
            while let Some(element) = next {
                found.extend(lanes.get(&element.id()).into_iter().flatten());
                found.extend(pools.get(&element.id()).into_iter().flatten());
                next = element.parent();
                found.extend(next.map(ElementRef::id).filter(|id| drawn.contains(id)));
            }
            let mut lane = outer.get(&element.id()).copied();
            while let Some(outer_lane) = lane {
                found.push(outer_lane);
                lane = outer.get(&outer_lane).copied();
            }
            around.insert(element.id(), found);
        }
        Self {
            definitions,
            around,
            elements,
        }
    }

    /// What kind of element the shape at a position is of.
    fn tag(&self, position: usize) -> Option<Tag> {
        let element = self.elements.get(position).copied().flatten();
        element.and_then(Tag::of)
    }

    fn is_around(&self, outer: ElementRef<'_>, inner: ElementRef<'_>) -> bool {
        self.around
            .get(&inner.id())
            .is_some_and(|around| around.contains(&outer.id()))
    }

    /// The elements at the ends of an edge.
    fn ends(&self, edge: &Edge) -> Vec<ElementRef<'d>> {
        let Some(element) = self.definitions.find(&edge.element) else {
            return Vec::new();
        };
        let named = ["sourceRef", "targetRef"].into_iter().filter_map(|name| {
            let reference = element.attribute(name)?;
            self.definitions.resolve(element, reference).element()
        });
        let children = element
            .children()
            .filter(|child| matches!(Tag::of(*child), Some(Tag::SourceRef | Tag::TargetRef)))
            .filter_map(|child| self.definitions.resolve(child, &child.text()).element());
        named.chain(children).chain(element.parent()).collect()
    }
}

/// Whether other shapes may stand upon a shape: pools, lanes, groups.
fn is_ground(tag: Tag) -> bool {
    matches!(tag, Tag::Participant | Tag::Lane | Tag::Group)
}

/// Whether a shape is one that boundaries hold: what floats in a pool may stand anywhere in it.
fn floats(tag: Tag) -> bool {
    matches!(tag, Tag::Group | Tag::TextAnnotation) || tag.is_item_aware()
}

fn shapes(kin: &Kin<'_>, diagram: &Diagram, measure: &mut Measure) {
    let mut index: Index<usize> = Index::default();
    for (position, shape) in diagram.shapes.iter().enumerate() {
        let Some(Some(element)) = kin.elements.get(position).copied() else {
            continue;
        };
        let near = index.near(shape.bounds);
        index.add(shape.bounds, position);
        for (_, other_position) in near {
            let (Some(other), Some(Some(other_element))) = (
                diagram.shapes.get(other_position),
                kin.elements.get(other_position).copied(),
            ) else {
                continue;
            };
            pair(kin, (shape, element), (other, other_element), measure);
        }
    }
    let by_element: FxHashMap<NodeId, &Shape> = kin
        .elements
        .iter()
        .zip(&diagram.shapes)
        .filter_map(|(element, shape)| Some(((*element)?.id(), shape)))
        .collect();
    for (element, shape) in kin.elements.iter().zip(&diagram.shapes) {
        let Some(element) = element else { continue };
        let is_boundary = Tag::of(*element) == Some(Tag::BoundaryEvent);
        if is_boundary || Tag::of(*element).is_none_or(floats) {
            continue;
        }
        for outer in kin.around.get(&element.id()).into_iter().flatten() {
            let Some(container) = by_element.get(outer) else {
                continue;
            };
            let is_shown = container.is_expanded != Some(false);
            if is_shown && !contains(container.bounds.grown(TOLERANCE), shape.bounds) {
                let names = (shape.element.clone(), container.element.clone());
                measure.outside.push(names);
            }
        }
    }
}

fn contains(outer: Bounds, inner: Bounds) -> bool {
    outer.x <= inner.x
        && inner.right() <= outer.right()
        && outer.y <= inner.y
        && inner.bottom() <= outer.bottom()
}

/// Whether two shapes overlap that should not.
fn pair(
    kin: &Kin<'_>,
    (shape, element): (&Shape, ElementRef<'_>),
    (other, other_element): (&Shape, ElementRef<'_>),
    measure: &mut Measure,
) {
    let (Some(tag), Some(other_tag)) = (Tag::of(element), Tag::of(other_element)) else {
        return;
    };
    let overlap = shape.bounds.grown(-TOLERANCE / 2.0);
    if !overlap.overlaps(other.bounds.grown(-TOLERANCE / 2.0)) {
        return;
    }
    let is_attached = |event: ElementRef<'_>, host: ElementRef<'_>| {
        Tag::of(event) == Some(Tag::BoundaryEvent)
            && event
                .attribute("attachedToRef")
                .and_then(|name| kin.definitions.resolve(event, name).element())
                .is_some_and(|attached| attached.id() == host.id())
    };
    let is_allowed = tag == Tag::Group
        || other_tag == Tag::Group
        || kin.is_around(element, other_element)
        || kin.is_around(other_element, element)
        || is_attached(element, other_element)
        || is_attached(other_element, element)
        || (is_ground(tag) && (floats(other_tag) || other_tag == Tag::BoundaryEvent))
        || (is_ground(other_tag) && (floats(tag) || tag == Tag::BoundaryEvent));
    if !is_allowed {
        let names = (other.element.clone(), shape.element.clone());
        measure.overlaps.push(names);
    }
}

fn edges(kin: &Kin<'_>, diagram: &Diagram, measure: &mut Measure) {
    let mut obstacles: Index<usize> = Index::default();
    for (position, shape) in diagram.shapes.iter().enumerate() {
        let tag = kin.tag(position);
        if tag.is_some_and(|tag| !is_ground(tag)) {
            obstacles.add(shape.bounds.grown(-TOLERANCE), position);
        }
    }
    let mut index: Index<(usize, Segment)> = Index::default();
    for (position, edge) in diagram.edges.iter().enumerate() {
        let ends = kin.ends(edge);
        let mut through: Vec<usize> = Vec::new();
        let mut shared: Vec<usize> = Vec::new();
        for segment in segments(&edge.waypoints) {
            for (bounds, shape) in obstacles.near(segment.bounds()) {
                let Some(Some(element)) = kin.elements.get(shape).copied() else {
                    continue;
                };
                let is_own = ends
                    .iter()
                    .any(|end| end.id() == element.id() || kin.is_around(element, *end));
                if !is_own && segment.inside(bounds).is_some() {
                    through.push(shape);
                }
            }
            for (_, (other, segment_of_other)) in index.near(segment.bounds()) {
                if other == position {
                    continue;
                }
                if segment.crosses(segment_of_other) {
                    measure.crossings += 1;
                }
                if segment.shared(segment_of_other, TOLERANCE) > SHARED_LENGTH {
                    shared.push(other);
                }
            }
        }
        for segment in segments(&edge.waypoints) {
            index.add(segment.bounds(), (position, segment));
        }
        through.sort_unstable();
        through.dedup();
        let through = through
            .into_iter()
            .filter_map(|shape| diagram.shapes.get(shape));
        let through = through.map(|shape| (edge.element.clone(), shape.element.clone()));
        measure.through.extend(through);
        shared.sort_unstable();
        shared.dedup();
        let shared = shared
            .into_iter()
            .filter_map(|other| diagram.edges.get(other));
        let shared = shared.map(|other| (other.element.clone(), edge.element.clone()));
        measure.shared.extend(shared);
    }
}

fn labels(kin: &Kin<'_>, diagram: &Diagram, measure: &mut Measure) {
    let mut boxes: Index<usize> = Index::default();
    for (position, shape) in diagram.shapes.iter().enumerate() {
        let tag = kin.tag(position);
        let is_open = shape.is_expanded == Some(true) || tag.is_none_or(is_ground);
        if !is_open {
            boxes.add(shape.bounds.grown(-TOLERANCE), position);
        }
    }
    let mut lines: Index<Segment> = Index::default();
    for edge in &diagram.edges {
        for segment in segments(&edge.waypoints) {
            lines.add(segment.bounds(), segment);
        }
    }
    let named = |id: &str| {
        let element = kin.definitions.find(id);
        // Labels of what shows its name inside say nothing about their place.
        element.is_some_and(|element| {
            let tag = Tag::of(element);
            !tag.is_none_or(|tag| tag.is_activity() || is_ground(tag) || tag == Tag::TextAnnotation)
                && element
                    .attribute("name")
                    .is_some_and(|name| !name.trim().is_empty())
        })
    };
    let shapes = diagram
        .shapes
        .iter()
        .map(|shape| (&shape.element, shape.label));
    let edges = diagram.edges.iter().map(|edge| (&edge.element, edge.label));
    let mut placed: Index<()> = Index::default();
    for (element, label) in shapes.chain(edges) {
        let Some(label) = label.filter(|_| named(element)) else {
            continue;
        };
        let area = label.grown(-TOLERANCE);
        let covers_box = boxes
            .near(area)
            .iter()
            .any(|(bounds, _)| bounds.overlaps(area));
        let covers_label = placed
            .near(area)
            .iter()
            .any(|(bounds, ())| bounds.overlaps(area));
        let covers_line = lines
            .near(area)
            .iter()
            .any(|(_, segment)| segment.inside(area).is_some());
        if covers_box || covers_label || covers_line {
            measure.covering.push(element.clone());
        }
        placed.add(area, ());
    }
}
