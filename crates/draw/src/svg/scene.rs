//! What is drawn: shapes and edges with their elements, in the order in which they cover each other.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use reglament_core::Definitions;
use reglament_core::model::Tag;
use reglament_xml::ElementRef;

use super::Options;
use super::ink::Ink;
use crate::diagram::{Diagram, Edge, Shape};
use crate::geometry::Bounds;
use crate::language::{Language, name_of, title_of};
use crate::overlay::Mark;

/// A model and one of its diagrams, with what is looked up again and again.
pub(super) struct Scene<'s> {
    pub(super) definitions: &'s Definitions,
    pub(super) options: &'s Options<'s>,
    diagram: &'s Diagram,
    /// The first shape of each element.
    shapes: BTreeMap<&'s str, &'s Shape>,
    /// The elements that have something inside them that is drawn.
    filled: BTreeSet<&'s str>,
}

/// A node that is drawn.
#[derive(Clone, Copy)]
pub(super) struct Node<'s> {
    pub(super) shape: &'s Shape,
    pub(super) element: ElementRef<'s>,
    pub(super) tag: Tag,
    pub(super) ink: Ink,
    pub(super) mark: Option<&'s Mark>,
}

/// A flow or association that is drawn.
#[derive(Clone, Copy)]
pub(super) struct Link<'s> {
    pub(super) edge: &'s Edge,
    pub(super) element: ElementRef<'s>,
    pub(super) tag: Tag,
    pub(super) ink: Ink,
    pub(super) mark: Option<&'s Mark>,
}

/// What covers what, from the back to the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// Pools.
    Pool,
    /// Lanes, the outer ones behind the inner ones.
    Lane(usize),
    /// Expanded sub-processes, the outer ones behind the inner ones.
    Scope(usize),
    /// Groups: frames that cover nothing.
    Frame,
    /// Flow nodes, data, annotations.
    Node,
    /// Boundary events and other things that sit on nodes.
    OnNode,
}

impl<'s> Scene<'s> {
    pub(super) fn new(
        definitions: &'s Definitions,
        diagram: &'s Diagram,
        options: &'s Options<'s>,
    ) -> Self {
        let mut shapes = BTreeMap::new();
        let mut filled = BTreeSet::new();
        for shape in &diagram.shapes {
            shapes.entry(&*shape.element).or_insert(shape);
            let element = definitions.find(&shape.element);
            let boundary = element.and_then(Tag::of) == Some(Tag::BoundaryEvent);
            let parent = element.and_then(ElementRef::parent);
            if let Some(parent) = parent.and_then(|parent| parent.attribute("id"))
                && !boundary
            {
                filled.insert(parent);
            }
        }
        Self {
            definitions,
            options,
            diagram,
            shapes,
            filled,
        }
    }

    /// The nodes from the back to the front.
    pub(super) fn nodes(&self) -> Vec<(Layer, Node<'s>)> {
        let mut nodes: Vec<(Layer, Node<'s>)> = self
            .diagram
            .shapes
            .iter()
            .filter_map(|shape| self.node(shape))
            .map(|node| (self.layer(node), node))
            .collect();
        nodes.sort_by_key(|(layer, _)| *layer);
        nodes
    }

    /// The flows and associations in the order of the diagram.
    pub(super) fn links(&self) -> impl Iterator<Item = Link<'s>> + '_ {
        self.diagram.edges.iter().filter_map(|edge| {
            let element = self.definitions.find(&edge.element)?;
            let mark = self.mark(&edge.element);
            Some(Link {
                edge,
                element,
                tag: Tag::of(element)?,
                ink: Ink::of(edge.colours, mark),
                mark,
            })
        })
    }

    /// The lines that draw no element.
    pub(super) fn shortcuts(&self) -> &'s [Edge] {
        &self.diagram.shortcuts
    }

    fn node(&self, shape: &'s Shape) -> Option<Node<'s>> {
        let element = self.definitions.find(&shape.element)?;
        let own = self.mark(&shape.element);
        // A process has no symbol of its own: what is said of it stands at its pool.
        let of_process = || self.mark(self.referred(element, "processRef")?.attribute("id")?);
        Some(Node {
            shape,
            element,
            tag: Tag::of(element)?,
            ink: Ink::of(shape.colours, own),
            mark: own.or_else(of_process),
        })
    }

    fn mark(&self, element: &str) -> Option<&'s Mark> {
        self.options.overlay?.marks.get(element)
    }

    fn layer(&self, node: Node<'s>) -> Layer {
        match node.tag {
            Tag::Participant if node.shape.participant_band.is_some() => Layer::OnNode,
            Tag::Participant => Layer::Pool,
            Tag::Lane => Layer::Lane(depth(node.element)),
            Tag::Group => Layer::Frame,
            Tag::BoundaryEvent | Tag::Message => Layer::OnNode,
            _ if self.is_expanded(node) => Layer::Scope(depth(node.element)),
            _ => Layer::Node,
        }
    }

    /// Whether a sub-process, call activity or sub-choreography shows its contents. Where the file
    /// does not say, what is drawn inside says it.
    pub(super) fn is_expanded(&self, node: Node<'s>) -> bool {
        let may = node.tag.is_sub_process()
            || matches!(node.tag, Tag::CallActivity | Tag::SubChoreography);
        may && node
            .shape
            .is_expanded
            .unwrap_or_else(|| self.filled.contains(&*node.shape.element))
    }

    /// The bounds of the element `id` in this diagram.
    pub(super) fn bounds_of(&self, id: &str) -> Option<Bounds> {
        self.shapes.get(id).map(|shape| shape.bounds)
    }

    /// What the attribute `name` of `element` refers to, if it is in the file.
    pub(super) fn referred(&self, element: ElementRef<'s>, name: &str) -> Option<ElementRef<'s>> {
        let value = element.attribute(name)?;
        self.definitions.resolve(element, value).element()
    }

    /// The name to write for `element`.
    pub(super) fn name(&self, element: ElementRef<'s>) -> Cow<'s, str> {
        name_of(self.definitions, element, self.options.language)
    }

    /// The title of `element`, with the remarks of the overlay.
    pub(super) fn title(&self, element: ElementRef<'s>, mark: Option<&Mark>) -> String {
        let mut title = title_of(self.definitions, element, self.options.language);
        for remark in mark.iter().flat_map(|mark| &mark.remarks) {
            title.push_str(" · ");
            title.push_str(remark);
        }
        title
    }

    /// The language of the words that the drawing adds.
    pub(super) fn words(&self) -> Language {
        self.options.language.unwrap_or_default()
    }

    /// The shapes of lanes, in document order.
    pub(super) fn lanes(&self) -> impl Iterator<Item = Node<'s>> + '_ {
        let nodes = self
            .diagram
            .shapes
            .iter()
            .filter_map(|shape| self.node(shape));
        nodes.filter(|node| node.tag == Tag::Lane)
    }
}

/// How many elements are around `element`.
fn depth(element: ElementRef<'_>) -> usize {
    std::iter::successors(element.parent(), |element| element.parent()).count()
}
