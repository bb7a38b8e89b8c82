//! Places the shapes of a scene, scope by scope from the inside out: the contents of a sub-process
//! are arranged before the sub-process itself, which is as large as they need.

mod bands;
mod satellite;

use reglament_core::model::Tag;
use reglament_core::program::ArenaIndex;
use rustc_hash::FxHashMap;

use self::bands::{Bands, whole};
use self::satellite::Row;
use super::layered::{self, Departure, Drawing, Edge, EdgeIx, Form, Graph, Node, NodeIx};
use super::name::{activity_size, header_width, label_size, usual_label_size};
use super::scene::{End, Kind, LineIx, Role, Scene, ShapeIx, is_for_compensation};
use crate::geometry::{Bounds, Point};
use crate::size::{ACTIVITY, BAND, CHOREOGRAPHY_TASK, EVENT, GATEWAY, POOL, Size};

/// What is kept free inside a sub-process at its sides and at its lower end.
const SCOPE_PADDING: f64 = 30.0;
/// What is kept free at its upper end, for its name.
const SCOPE_HEADER: f64 = 40.0;
/// What is kept free at the right end of a pool.
const POOL_PADDING: f64 = 30.0;
/// What each boundary event takes of the lower side of its activity.
const HUNG_WIDTH: f64 = 50.0;
/// How wide the names of sequence flows may be.
const FLOW_LABEL_WIDTH: f64 = 90.0;
/// The distance between a symbol and its label.
const LABEL_DISTANCE: f64 = 4.0;

/// Places everything that is not placed along other things: all but message flows, associations
/// across scopes, groups and labels.
pub(super) fn arrange(scene: &mut Scene<'_>) {
    let rows = satellite::rows(scene);
    let mut scopes: Vec<Option<ShapeIx>> = scene
        .shapes
        .iter()
        .filter(|(_, shape)| shape.role == Role::Node && shape.is_expanded)
        .map(|(shape, _)| Some(shape))
        .collect();
    // Inner sub-processes stand behind the outer ones.
    scopes.reverse();
    scopes.push(None);
    for scope in scopes {
        Scope::new(scene, &rows, scope).arrange();
    }
}

/// The contents of a diagram or sub-process.
struct Scope<'s, 'd> {
    scene: &'s mut Scene<'d>,
    rows: &'s FxHashMap<ShapeIx, Row>,
    /// The sub-process; none is the diagram itself.
    scope: Option<ShapeIx>,
    /// The shapes that stand in it and not beside another, with their nodes.
    members: Vec<ShapeIx>,
    node_of: FxHashMap<ShapeIx, NodeIx>,
    /// The boundary events of each activity.
    hung: FxHashMap<ShapeIx, Vec<ShapeIx>>,
    graph: Graph,
    /// The line of each edge.
    lines: Vec<LineIx>,
}

impl<'s, 'd> Scope<'s, 'd> {
    fn new(
        scene: &'s mut Scene<'d>,
        rows: &'s FxHashMap<ShapeIx, Row>,
        scope: Option<ShapeIx>,
    ) -> Self {
        Self {
            scene,
            rows,
            scope,
            members: Vec::new(),
            node_of: FxHashMap::default(),
            hung: FxHashMap::default(),
            graph: Graph::default(),
            lines: Vec::new(),
        }
    }

    fn arrange(mut self) {
        self.find_members();
        let connections = self.connections();
        let part = parts(&connections);
        let bands = bands::bands(self.scene, &self.members, &part, self.scope.is_none());
        self.build_nodes(&bands, &part);
        self.build_edges(&connections);
        self.graph.bands = bands.bands.clone();
        self.graph.least_heights.clone_from(&bands.least_heights);
        let drawing = layered::draw(&self.graph);
        self.apply(&drawing, &bands);
    }

    /// Whether `shape` stands directly in the scope.
    fn is_inside(&self, shape: ShapeIx) -> bool {
        let parent = self.scene.shapes[shape].parent;
        match self.scope {
            Some(scope) => parent == Some(scope),
            None => parent.is_none_or(|parent| self.scene.shapes[parent].role == Role::Pool),
        }
    }

    fn find_members(&mut self) {
        let beside: Vec<ShapeIx> = self
            .rows
            .values()
            .flat_map(|row| row.shapes.iter().map(|(shape, _)| *shape))
            .collect();
        let beside: std::collections::BTreeSet<ShapeIx> = beside.into_iter().collect();
        for shape in self.scene.shapes.indices() {
            if !self.is_inside(shape) {
                continue;
            }
            let data = &self.scene.shapes[shape];
            match data.role {
                Role::Boundary => {
                    if let Some(host) = data.host {
                        self.hung.entry(host).or_default().push(shape);
                    }
                }
                Role::Node | Role::Data | Role::Annotation if !beside.contains(&shape) => {
                    self.members.push(shape);
                }
                _ => {}
            }
        }
    }

    /// The member that a line ends at, and the number of the boundary event that it leaves.
    fn end(&self, end: End) -> Option<(ShapeIx, Departure)> {
        let shape = end.shape()?;
        let data = &self.scene.shapes[shape];
        match data.host {
            Some(host) if data.role == Role::Boundary => {
                let events = self.hung.get(&host)?;
                let number = events.iter().position(|event| *event == shape)?;
                Some((host, Departure::Hung(number)))
            }
            _ => Some((shape, Departure::Node)),
        }
    }

    /// The lines that the flow of the scope consists of: sequence flows, and associations between
    /// boundary events and compensation handlers.
    fn connections(&self) -> Vec<Connection> {
        let is_flow =
            |shape: ShapeIx| self.scene.shapes[shape].role == Role::Node && self.is_inside(shape);
        let mut connections = Vec::new();
        for (index, line) in self.scene.lines.iter() {
            let (Some((source, departure)), Some((target, arrival))) =
                (self.end(line.source), self.end(line.target))
            else {
                continue;
            };
            let compensates = line.kind == Kind::Association
                && departure != Departure::Node
                && is_for_compensation(self.scene.shapes[target].element);
            let is_connection = (line.kind == Kind::Sequence || compensates)
                && arrival == Departure::Node
                && is_flow(source)
                && is_flow(target);
            if is_connection {
                connections.push(Connection {
                    line: index,
                    source,
                    target,
                    departure,
                });
            }
        }
        connections
    }

    fn build_nodes(&mut self, bands: &Bands, part: &FxHashMap<ShapeIx, usize>) {
        for shape in self.members.clone() {
            let Some(band) = bands.of_node.get(&shape).copied() else {
                continue;
            };
            let mut node = self.node(shape);
            node.band = band;
            node.is_apart = !part.contains_key(&shape) && bands.lowest.contains(&band);
            let index = self.graph.nodes.push(node);
            self.node_of.insert(shape, index);
        }
        if self.scope.is_none() {
            self.couple();
        }
    }

    /// The node of a shape: its size, and what is reserved around it.
    fn node(&self, shape: ShapeIx) -> Node {
        let data = &self.scene.shapes[shape];
        let hung = self.hung.get(&shape).map_or(0, Vec::len);
        let (width, height) = self.size(shape, hung);
        let mut node = Node {
            form: form(data.tag),
            width: whole(width),
            height: whole(height),
            above: 0,
            below: 0,
            side: whole(width / 2.0),
            band: reglament_core::program::ArenaIndex::from_position(0),
            is_apart: false,
            is_top_free: true,
            is_bottom_free: true,
            hung,
        };
        if matches!(data.role, Role::Data | Role::Annotation) {
            let (width, height) = satellite::footprint(data);
            (node.width, node.height, node.side) = (width, height, width / 2);
            return node;
        }
        if let Some(name) = data.name.as_deref()
            && !data.tag.is_activity()
        {
            let (width, height) = usual_label_size(name);
            node.side = node.side.max(whole(width / 2.0 + LABEL_DISTANCE));
            let reserved = whole(height + LABEL_DISTANCE);
            if data.tag.is_gateway() {
                node.above += reserved;
            } else {
                node.below += reserved;
            }
        }
        let labels = self.hung.get(&shape).into_iter().flatten();
        let hung_label = labels
            .filter_map(|event| self.scene.shapes[*event].name.as_deref())
            .map(|name| whole(label_size(name, HUNG_WIDTH + 20.0).1 + LABEL_DISTANCE))
            .max();
        node.below += hung_label.unwrap_or(0);
        if let Some(row) = self.rows.get(&shape) {
            let (width, height) = satellite::extent(self.scene, row);
            node.side = node.side.max(width / 2 + 4);
            if row.is_below {
                node.below += height;
                node.is_bottom_free = false;
            } else {
                node.above += height;
                node.is_top_free = false;
            }
        }
        node
    }

    fn size(&self, shape: ShapeIx, hung: usize) -> Size {
        let data = &self.scene.shapes[shape];
        let size = match data.tag {
            tag if tag.is_event() => EVENT,
            tag if tag.is_gateway() => GATEWAY,
            _ if data.is_expanded => data
                .bounds
                .map_or(ACTIVITY, |bounds| (bounds.width, bounds.height)),
            tag if tag.is_activity() => {
                let markers = [
                    Tag::StandardLoopCharacteristics,
                    Tag::MultiInstanceLoopCharacteristics,
                ];
                let has_marker = tag.is_sub_process()
                    || tag == Tag::CallActivity
                    || is_for_compensation(data.element)
                    || data
                        .element
                        .children()
                        .any(|child| Tag::of(child).is_some_and(|child| markers.contains(&child)));
                activity_size(data.name.as_deref(), has_marker)
            }
            _ => CHOREOGRAPHY_TASK,
        };
        let needed = if hung > 1 {
            HUNG_WIDTH * hung as f64
        } else {
            0.0
        };
        (size.0.max(needed), size.1)
    }

    /// The ends of message flows, which should stand below each other.
    fn couple(&mut self) {
        for line in self.scene.lines.values() {
            if line.kind != Kind::Message {
                continue;
            }
            let node = |end: End| {
                let mut containers = self.scene.containers(end.shape()?);
                containers.find_map(|shape| {
                    let host = self.scene.shapes[shape].host.unwrap_or(shape);
                    self.node_of.get(&host).copied()
                })
            };
            if let (Some(source), Some(target)) = (node(line.source), node(line.target))
                && !self.graph.nodes[source].is_apart
                && !self.graph.nodes[target].is_apart
            {
                self.graph.couplings.push((source, target));
            }
        }
    }

    fn build_edges(&mut self, connections: &[Connection]) {
        for connection in connections {
            let (Some(source), Some(target)) = (
                self.node_of.get(&connection.source).copied(),
                self.node_of.get(&connection.target).copied(),
            ) else {
                continue;
            };
            let name = self.scene.lines[connection.line].name.as_deref();
            self.graph.edges.push(Edge {
                source,
                target,
                departure: connection.departure,
                label: name.map_or(0, |name| whole(label_size(name, FLOW_LABEL_WIDTH).0)),
            });
            self.lines.push(connection.line);
        }
    }

    /// Takes the places over from the drawing.
    fn apply(&mut self, drawing: &Drawing, bands: &Bands) {
        self.apply_pools(drawing, bands);
        let origin = match self.scope {
            Some(_) => Point::new(SCOPE_PADDING, SCOPE_HEADER),
            None => Point::default(),
        };
        let nodes: Vec<(ShapeIx, NodeIx)> = self
            .members
            .iter()
            .filter_map(|shape| Some((*shape, self.node_of.get(shape).copied()?)))
            .collect();
        for (shape, node) in nodes {
            self.put(shape, node, at(drawing.nodes[node], origin));
            let places = drawing.hung[node].iter();
            for (event, place) in self.hung.get(&shape).into_iter().flatten().zip(places) {
                let bounds = Bounds::around(at(*place, origin), EVENT.0, EVENT.1);
                self.scene.shapes[*event].bounds = Some(bounds);
            }
        }
        for (position, line) in self.lines.iter().enumerate() {
            let points = &drawing.edges[EdgeIx::from_position(position)];
            self.scene.lines[*line].points =
                points.iter().map(|place| at(*place, origin)).collect();
        }
        if let Some(scope) = self.scope {
            let data = &self.scene.shapes[scope];
            let height = drawing.bands.last().copied().unwrap_or(0) as f64;
            let width = (drawing.width as f64).max(header_width(data.name.as_deref()));
            self.scene.shapes[scope].bounds = Some(Bounds::new(
                0.0,
                0.0,
                width + 2.0 * SCOPE_PADDING,
                height + SCOPE_HEADER + SCOPE_PADDING,
            ));
        }
    }

    /// Places a member with everything inside it and beside it.
    fn put(&mut self, shape: ShapeIx, node: NodeIx, middle: Point) {
        let data = &self.graph.nodes[node];
        let (width, height) = (data.width as f64, data.height as f64);
        let bounds = Bounds::around(middle, width, height);
        if matches!(self.scene.shapes[shape].role, Role::Data | Role::Annotation) {
            satellite::put(self.scene, shape, bounds.x, bounds.y, false);
            return;
        }
        if self.scene.shapes[shape].is_expanded {
            move_contents(self.scene, shape, bounds.x, bounds.y);
        }
        self.scene.shapes[shape].bounds = Some(bounds);
        if let Some(row) = self.rows.get(&shape) {
            let (_, height) = satellite::extent(self.scene, row);
            let reserved = if row.is_below { data.below } else { data.above };
            satellite::place(self.scene, shape, row, reserved - height);
        }
    }

    /// Places pools and lanes: all are as wide as the widest.
    fn apply_pools(&mut self, drawing: &Drawing, bands: &Bands) {
        let depth = bands.spans.iter().map(|(.., depth)| depth + 1).max();
        let least = depth.map_or(0.0, |depth| depth as f64 * BAND);
        let width = (drawing.width as f64 + POOL_PADDING).max(POOL.0 + least);
        let end = |band: usize| drawing.bands.get(band).copied().unwrap_or(0) as f64;
        for (shape, first, last, depth) in &bands.spans {
            let x = *depth as f64 * BAND;
            let (top, bottom) = (end(first.position()), end(last.position() + 1));
            let bottom = bottom - bands.bands[*last].gap as f64;
            self.scene.shapes[*shape].bounds = Some(Bounds::new(x, top, width - x, bottom - top));
        }
    }
}

/// A line of the flow of a scope, between two members.
struct Connection {
    line: LineIx,
    source: ShapeIx,
    target: ShapeIx,
    departure: Departure,
}

/// The part of the flow that each node belongs to; nodes without connections belong to none.
fn parts(connections: &[Connection]) -> FxHashMap<ShapeIx, usize> {
    let mut around: FxHashMap<ShapeIx, Vec<ShapeIx>> = FxHashMap::default();
    for connection in connections {
        around
            .entry(connection.source)
            .or_default()
            .push(connection.target);
        around
            .entry(connection.target)
            .or_default()
            .push(connection.source);
    }
    let mut part: FxHashMap<ShapeIx, usize> = FxHashMap::default();
    let mut count = 0;
    for connection in connections {
        if part.contains_key(&connection.source) {
            continue;
        }
        let mut open = vec![connection.source];
        while let Some(shape) = open.pop() {
            if part.insert(shape, count).is_none() {
                open.extend(around.get(&shape).into_iter().flatten());
            }
        }
        count += 1;
    }
    part
}

fn form(tag: Tag) -> Form {
    if tag.is_event() {
        Form::Circle
    } else if tag.is_gateway() {
        Form::Diamond
    } else {
        Form::Box
    }
}

fn at(place: (i64, i64), origin: Point) -> Point {
    Point::new(place.0 as f64 + origin.x, place.1 as f64 + origin.y)
}

/// Moves everything inside `scope`.
fn move_contents(scene: &mut Scene<'_>, scope: ShapeIx, x: f64, y: f64) {
    let inside: Vec<ShapeIx> = scene
        .shapes
        .indices()
        .filter(|shape| *shape != scope && scene.containers(*shape).any(|around| around == scope))
        .collect();
    let is_moved = |end: End| {
        end.shape()
            .is_some_and(|shape| inside.binary_search(&shape).is_ok())
    };
    for line in scene.lines.values_mut() {
        if is_moved(line.source) && is_moved(line.target) {
            for point in &mut line.points {
                *point = Point::new(point.x + x, point.y + y);
            }
        }
    }
    for shape in &inside {
        let shape = &mut scene.shapes[*shape];
        for bounds in [&mut shape.bounds, &mut shape.label].into_iter().flatten() {
            (bounds.x, bounds.y) = (bounds.x + x, bounds.y + y);
        }
    }
}
