//! What one diagram shows: the shapes and lines of a collaboration, a process or a sub-process, with
//! how they contain each other, before anything has a place.

use std::borrow::Cow;

use reglament_core::Definitions;
use reglament_core::model::{BaseElement, Participant, Tag, parse_boolean};
use reglament_core::program::Arena;
use reglament_source::Diagnostic;
use reglament_xml::ElementRef;
use rustc_hash::FxHashMap;

use super::layered::index::layout_index;
use super::name::name_of;
use crate::codes;
use crate::geometry::{Bounds, Point};

layout_index! {
    /// A shape of a [`Scene`].
    ShapeIx,
    /// A line of a [`Scene`].
    LineIx,
}

/// What a shape is in the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A participant.
    Pool,
    /// A lane.
    Lane,
    /// A flow node that is not attached to another.
    Node,
    /// An event on the border of an activity.
    Boundary,
    /// A data object, store, input or output.
    Data,
    /// A text annotation.
    Annotation,
    /// A group.
    Group,
}

/// A shape.
#[derive(Clone, Debug)]
pub(super) struct Shape<'d> {
    pub(super) element: ElementRef<'d>,
    pub(super) id: &'d str,
    pub(super) tag: Tag,
    pub(super) role: Role,
    /// The pool or expanded sub-process around it.
    pub(super) parent: Option<ShapeIx>,
    /// The innermost lane that it is in; for a lane, the lane around it.
    pub(super) lane: Option<ShapeIx>,
    /// The activity that a boundary event is on.
    pub(super) host: Option<ShapeIx>,
    /// For a sub-process: whether its contents are shown. For a pool: whether it has contents.
    pub(super) is_expanded: bool,
    /// Its name.
    pub(super) name: Option<Cow<'d, str>>,
    /// Where it stands, once that is known.
    pub(super) bounds: Option<Bounds>,
    /// Where its label stands.
    pub(super) label: Option<Bounds>,
    /// Whether it stood there before.
    pub(super) is_fixed: bool,
}

/// The kinds of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sequence,
    Message,
    Association,
    Data,
}

/// What a line begins or ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Shape(ShapeIx),
    Line(LineIx),
}

impl End {
    /// The shape, if it is one.
    pub(super) fn shape(self) -> Option<ShapeIx> {
        match self {
            Self::Shape(shape) => Some(shape),
            Self::Line(_) => None,
        }
    }
}

/// A line.
#[derive(Clone, Debug)]
pub(super) struct Line<'d> {
    pub(super) id: &'d str,
    pub(super) kind: Kind,
    pub(super) source: End,
    pub(super) target: End,
    /// Its name.
    pub(super) name: Option<Cow<'d, str>>,
    /// Its corners, once they are known.
    pub(super) points: Vec<Point>,
    /// Where its label stands.
    pub(super) label: Option<Bounds>,
    /// Whether it ran there before.
    pub(super) is_fixed: bool,
}

/// Everything that one diagram shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene<'d> {
    pub(super) shapes: Arena<ShapeIx, Shape<'d>>,
    pub(super) lines: Arena<LineIx, Line<'d>>,
}

impl Scene<'_> {
    /// The shape of the pool or of the diagram itself around `shape`: where message flows begin.
    pub(super) fn pool_of(&self, shape: ShapeIx) -> Option<ShapeIx> {
        let mut next = Some(shape);
        while let Some(shape) = next {
            let data = &self.shapes[shape];
            if data.role == Role::Pool {
                return Some(shape);
            }
            next = data.parent;
        }
        None
    }

    /// The shapes around `shape`, from the innermost on, itself first; a boundary event is inside
    /// what its host is in.
    pub(super) fn containers(&self, shape: ShapeIx) -> impl Iterator<Item = ShapeIx> + '_ {
        std::iter::successors(Some(shape), |shape| self.shapes[*shape].parent)
    }
}

/// Whether an existing shape of the sub-process with this id shows its contents.
pub(super) type Expansion<'e> = &'e dyn Fn(&str) -> Option<bool>;

/// Collects what the diagram of `plane` shows.
pub(super) fn collect<'d>(
    definitions: &'d Definitions,
    plane: ElementRef<'d>,
    expansion: Expansion<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Scene<'d> {
    let mut collector = Collector {
        definitions,
        expansion,
        scene: Scene::default(),
        by_element: FxHashMap::default(),
        lines_by_id: FxHashMap::default(),
        pending: Vec::new(),
        diagnostics,
    };
    match Tag::of(plane) {
        Some(Tag::Process) => collector.process(plane, None),
        Some(tag) if tag.is_sub_process() => collector.scope(plane, None, &Lanes::default()),
        _ => collector.collaboration(plane),
    }
    collector.connect();
    collector.scene
}

/// The lanes by the ids of the nodes that they hold: the innermost wins.
type Lanes<'d> = FxHashMap<&'d str, ShapeIx>;

struct Collector<'d, 'c> {
    definitions: &'d Definitions,
    expansion: Expansion<'c>,
    scene: Scene<'d>,
    by_element: FxHashMap<&'d str, ShapeIx>,
    lines_by_id: FxHashMap<&'d str, LineIx>,
    /// Lines whose ends are not looked up yet: the element, its kind, and its two ends.
    pending: Vec<Pending<'d>>,
    diagnostics: &'c mut Vec<Diagnostic>,
}

struct Pending<'d> {
    element: ElementRef<'d>,
    kind: Kind,
    source: Option<ElementRef<'d>>,
    target: Option<ElementRef<'d>>,
}

impl<'d> Collector<'d, '_> {
    fn shape(
        &mut self,
        element: ElementRef<'d>,
        role: Role,
        parent: Option<ShapeIx>,
    ) -> Option<ShapeIx> {
        let tag = Tag::of(element)?;
        let Some(id) = element.attribute("id") else {
            let message = format!("expected an id on `{tag}`, found none: it cannot be drawn");
            self.diagnostics.push(
                Diagnostic::warning(&codes::NOT_DRAWN, message)
                    .at(element.span())
                    .hint("give it an id"),
            );
            return None;
        };
        let shape = self.scene.shapes.push(Shape {
            element,
            id,
            tag,
            role,
            parent,
            lane: None,
            host: None,
            is_expanded: false,
            name: name_of(self.definitions, element),
            bounds: None,
            label: None,
            is_fixed: false,
        });
        self.by_element.entry(id).or_insert(shape);
        Some(shape)
    }

    fn collaboration(&mut self, element: ElementRef<'d>) {
        for participant in element.children().filter_map(Participant::from_element) {
            let Some(pool) = self.shape(participant.element(), Role::Pool, None) else {
                continue;
            };
            let process = participant
                .process_ref()
                .and_then(|name| self.definitions.resolve(element, name).element())
                .filter(|process| Tag::of(*process) == Some(Tag::Process));
            if let Some(process) = process {
                let before = self.scene.shapes.len();
                self.process(process, Some(pool));
                self.scene.shapes[pool].is_expanded = self.scene.shapes.len() > before;
            }
        }
        for flow in element.children() {
            if Tag::of(flow) == Some(Tag::MessageFlow) {
                self.line(flow, Kind::Message, ("sourceRef", "targetRef"));
            }
        }
        self.artifacts(element, None);
    }

    fn process(&mut self, process: ElementRef<'d>, pool: Option<ShapeIx>) {
        let mut lanes = Lanes::default();
        let sets = process
            .children()
            .filter(|child| Tag::of(*child) == Some(Tag::LaneSet));
        for set in sets {
            self.lanes(set, pool, None, &mut lanes);
        }
        self.scope(process, pool, &lanes);
    }

    fn lanes(
        &mut self,
        set: ElementRef<'d>,
        pool: Option<ShapeIx>,
        around: Option<ShapeIx>,
        lanes: &mut Lanes<'d>,
    ) {
        for lane in set
            .children()
            .filter(|lane| Tag::of(*lane) == Some(Tag::Lane))
        {
            let Some(shape) = self.shape(lane, Role::Lane, pool) else {
                continue;
            };
            self.scene.shapes[shape].lane = around;
            for child in lane.children() {
                match Tag::of(child) {
                    Some(Tag::FlowNodeRef) => {
                        let node = self.definitions.resolve(child, &child.text()).element();
                        if let Some(id) = node.and_then(|node| node.attribute("id")) {
                            lanes.insert(id, shape);
                        }
                    }
                    Some(Tag::ChildLaneSet) => self.lanes(child, pool, Some(shape), lanes),
                    _ => {}
                }
            }
        }
    }

    /// The contents of a process or sub-process.
    fn scope(&mut self, scope: ElementRef<'d>, parent: Option<ShapeIx>, lanes: &Lanes<'d>) {
        for element in scope.children() {
            let Some(tag) = Tag::of(element) else {
                continue;
            };
            match tag {
                Tag::BoundaryEvent => {
                    self.shape(element, Role::Boundary, parent);
                    self.data_associations(element);
                }
                _ if tag.is_flow_node() => self.flow_node(element, tag, parent, lanes),
                Tag::DataObjectReference | Tag::DataStoreReference => {
                    self.shape(element, Role::Data, parent);
                }
                Tag::IoSpecification if Tag::of(scope) == Some(Tag::Process) => {
                    for data in element.children() {
                        if matches!(Tag::of(data), Some(Tag::DataInput | Tag::DataOutput)) {
                            self.shape(data, Role::Data, parent);
                        }
                    }
                }
                Tag::SequenceFlow => {
                    self.line(element, Kind::Sequence, ("sourceRef", "targetRef"));
                }
                Tag::LaneSet if Tag::of(scope) != Some(Tag::Process) => self.diagnostics.push(
                    Diagnostic::warning(&codes::NOT_DRAWN, "lanes of a sub-process are not drawn")
                        .at(element.span()),
                ),
                _ => {}
            }
        }
        self.artifacts(scope, parent);
    }

    fn flow_node(
        &mut self,
        element: ElementRef<'d>,
        tag: Tag,
        parent: Option<ShapeIx>,
        lanes: &Lanes<'d>,
    ) {
        let Some(shape) = self.shape(element, Role::Node, parent) else {
            return;
        };
        let id = self.scene.shapes[shape].id;
        self.scene.shapes[shape].lane = lanes.get(id).copied();
        if tag.is_sub_process() {
            let has_contents = element
                .children()
                .any(|child| Tag::of(child).is_some_and(Tag::is_flow_node));
            let is_expanded = (self.expansion)(id).unwrap_or(has_contents);
            self.scene.shapes[shape].is_expanded = is_expanded;
            if is_expanded {
                self.scope(element, Some(shape), &Lanes::default());
            }
        }
        self.data_associations(element);
    }

    fn data_associations(&mut self, node: ElementRef<'d>) {
        for child in node.children() {
            if matches!(
                Tag::of(child),
                Some(Tag::DataInputAssociation | Tag::DataOutputAssociation)
            ) {
                self.data_association(node, child);
            }
        }
    }

    fn data_association(&mut self, activity: ElementRef<'d>, element: ElementRef<'d>) {
        let reference = |tag| {
            let child = element
                .children()
                .find(|child| Tag::of(*child) == Some(tag))?;
            self.definitions.resolve(child, &child.text()).element()
        };
        let (source, target) = if Tag::of(element) == Some(Tag::DataInputAssociation) {
            (reference(Tag::SourceRef), Some(activity))
        } else {
            (Some(activity), reference(Tag::TargetRef))
        };
        self.pending.push(Pending {
            element,
            kind: Kind::Data,
            source,
            target,
        });
    }

    /// Annotations, groups and associations.
    fn artifacts(&mut self, scope: ElementRef<'d>, parent: Option<ShapeIx>) {
        for element in scope.children() {
            match Tag::of(element) {
                Some(Tag::TextAnnotation) => {
                    self.shape(element, Role::Annotation, parent);
                }
                Some(Tag::Group) => {
                    self.shape(element, Role::Group, parent);
                }
                Some(Tag::Association) => {
                    self.line(element, Kind::Association, ("sourceRef", "targetRef"));
                }
                _ => {}
            }
        }
    }

    fn line(&mut self, element: ElementRef<'d>, kind: Kind, ends: (&str, &str)) {
        let end = |name: &str| {
            let reference = element.attribute(name)?;
            self.definitions.resolve(element, reference).element()
        };
        self.pending.push(Pending {
            element,
            kind,
            source: end(ends.0),
            target: end(ends.1),
        });
    }

    /// Looks up the ends of the lines and the hosts of the boundary events. What lies inside
    /// something collapsed is not shown.
    fn connect(&mut self) {
        for shape in self.scene.shapes.values_mut() {
            if shape.role != Role::Boundary {
                continue;
            }
            let host = shape.element.attribute("attachedToRef").and_then(|name| {
                let element = self.definitions.resolve(shape.element, name).element()?;
                self.by_element.get(element.attribute("id")?).copied()
            });
            match host {
                Some(host) => shape.host = Some(host),
                None => shape.role = Role::Node,
            }
        }
        let mut pending = std::mem::take(&mut self.pending);
        // Associations may end at other lines, which come first.
        pending.sort_by_key(|line| line.kind == Kind::Association);
        for line in pending {
            let (Some(source), Some(target)) = (self.end(line.source), self.end(line.target))
            else {
                continue;
            };
            let Some(id) = line.element.attribute("id") else {
                let message = "expected an id on a line, found none: it cannot be drawn";
                self.diagnostics.push(
                    Diagnostic::warning(&codes::NOT_DRAWN, message)
                        .at(line.element.span())
                        .hint("give it an id"),
                );
                continue;
            };
            let index = self.scene.lines.push(Line {
                id,
                kind: line.kind,
                source,
                target,
                name: name_of(self.definitions, line.element),
                points: Vec::new(),
                label: None,
                is_fixed: false,
            });
            self.lines_by_id.entry(id).or_insert(index);
        }
    }

    fn end(&self, element: Option<ElementRef<'d>>) -> Option<End> {
        let id = element?.attribute("id")?;
        let shape = self.by_element.get(id).copied().map(End::Shape);
        shape.or_else(|| self.lines_by_id.get(id).copied().map(End::Line))
    }
}

/// Whether an activity is a compensation handler.
pub(super) fn is_for_compensation(element: ElementRef<'_>) -> bool {
    element
        .attribute("isForCompensation")
        .and_then(parse_boolean)
        == Some(true)
}
