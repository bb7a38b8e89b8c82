//! The diagrams of a file: one for each collaboration, and one for each process outside of all.

use reglament_core::Definitions;
use reglament_core::model::{BaseElement, FlowElements, Participant, Tag};
use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

use super::scene::{self, Scene};
use super::{arrange, group, keep, label, route};
use crate::codes;
use crate::diagram::{self, Diagram, Edge, Shape};
use crate::geometry::Bounds;

/// What happens to shapes and edges that exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// They stay where they are.
    #[default]
    Keep,
    /// Everything is arranged anew; colours and flags stay.
    Replace,
}

/// The margin around a new diagram.
const MARGIN: f64 = 80.0;

/// Arranges the diagrams of a file.
///
/// With [`Existing::Keep`] shapes and edges that exist stay as they are, and what has none gets one.
/// The diagrams are those of the file, in their order, and then new ones for what no diagram shows.
///
/// Nothing is returned beside the diagnostics when one of them is an error.
///
/// # Source
/// BPMN 2.0.2, 12.2.
#[must_use]
pub fn layout(definitions: &Definitions, existing: Existing) -> (Vec<Diagram>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (old, _) = diagram::read(definitions);
    let mut diagrams = Vec::new();
    for (plane, old) in planes(definitions, &old, &mut diagnostics) {
        let expansion = |id: &str| old?.shape_of(id)?.is_expanded;
        let mut scene = scene::collect(definitions, plane, &expansion, &mut diagnostics);
        let kept = old.filter(|old| existing == Existing::Keep && !old.shapes.is_empty());
        if let Some(old) = kept {
            keep::complete(&mut scene, old, &mut diagnostics);
        } else {
            arrange::arrange(&mut scene);
        }
        group::place(definitions, &mut scene);
        route::route(&mut scene);
        label::place(&mut scene);
        if kept.is_none() {
            shift(&mut scene);
        }
        diagrams.push(diagram(plane, &scene, old));
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        diagrams.clear();
    }
    (diagrams, diagnostics)
}

/// The elements that have diagrams, with the diagram that exists.
fn planes<'d, 'o>(
    definitions: &'d Definitions,
    old: &'o [Diagram],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(ElementRef<'d>, Option<&'o Diagram>)> {
    let mut planes: Vec<(ElementRef<'d>, Option<&'o Diagram>)> = Vec::new();
    for diagram in old {
        let element = diagram.plane.as_deref().and_then(|id| definitions.find(id));
        planes.extend(element.map(|element| (element, Some(diagram))));
    }
    let is_shown = |planes: &[(ElementRef<'d>, Option<&'o Diagram>)], element: ElementRef<'d>| {
        planes.iter().any(|(shown, _)| shown.id() == element.id())
    };
    for element in definitions.root_elements() {
        let is_collaboration = Tag::of(element) == Some(Tag::Collaboration);
        if is_collaboration && !is_shown(&planes, element) {
            planes.push((element, None));
        }
    }
    let mut pooled: Vec<&str> = Vec::new();
    for (element, _) in &planes {
        let participants = element.children().filter_map(Participant::from_element);
        for name in participants.filter_map(Participant::process_ref) {
            let process = definitions.resolve(*element, name).element();
            pooled.extend(process.and_then(|process| process.attribute("id")));
        }
    }
    for process in definitions.processes() {
        let element = process.element();
        let is_pooled = process.id().is_some_and(|id| pooled.contains(&id));
        let has_contents = FlowElements::of(element).flow_nodes().next().is_some();
        if !is_pooled && has_contents && !is_shown(&planes, element) {
            planes.push((element, None));
        }
    }
    refuse(definitions, &planes, diagnostics);
    planes
}

/// Refuses what has a notation of its own: choreographies and conversations.
fn refuse(
    definitions: &Definitions,
    planes: &[(ElementRef<'_>, Option<&Diagram>)],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let shown = planes.iter().flat_map(|(plane, _)| plane.children());
    let found = definitions.root_elements().chain(shown).find(|element| {
        matches!(
            Tag::of(*element),
            Some(
                Tag::Choreography
                    | Tag::GlobalConversation
                    | Tag::Conversation
                    | Tag::CallConversation
                    | Tag::SubConversation
            )
        )
    });
    if let Some(element) = found {
        let mut diagnostic = Diagnostic::error(
            &codes::NO_LAYOUT,
            format!("`{}` cannot be laid out", element.local_name()),
        )
        .at(element.span())
        .hint("arrange it in a modeler");
        if let Some(id) = element.attribute("id") {
            diagnostic = diagnostic.on(id);
        }
        diagnostics.push(diagnostic);
    }
}

/// Moves everything so that the diagram begins at the margin.
fn shift(scene: &mut Scene<'_>) {
    let covered = scene
        .shapes
        .values()
        .flat_map(|shape| [shape.bounds, shape.label])
        .chain(
            scene
                .lines
                .values()
                .map(|line| Bounds::covering(&line.points)),
        )
        .flatten()
        .reduce(Bounds::union);
    let Some(covered) = covered else { return };
    let (x, y) = (MARGIN - covered.x, MARGIN - covered.y);
    for shape in scene.shapes.values_mut() {
        for bounds in [&mut shape.bounds, &mut shape.label].into_iter().flatten() {
            (bounds.x, bounds.y) = (bounds.x + x, bounds.y + y);
        }
    }
    for line in scene.lines.values_mut() {
        for point in &mut line.points {
            (point.x, point.y) = (point.x + x, point.y + y);
        }
        if let Some(label) = &mut line.label {
            (label.x, label.y) = (label.x + x, label.y + y);
        }
    }
}

/// The diagram that a scene comes to.
fn diagram(plane: ElementRef<'_>, scene: &Scene<'_>, old: Option<&Diagram>) -> Diagram {
    let mut diagram = Diagram {
        plane: plane.attribute("id").map(str::to_owned),
        id: old.and_then(|old| old.id.clone()),
        name: old.and_then(|old| old.name.clone()),
        ..Diagram::default()
    };
    for shape in scene.shapes.values() {
        let Some(bounds) = shape.bounds else { continue };
        let mut new = old
            .and_then(|old| old.shape_of(shape.id).cloned())
            .unwrap_or_else(|| Shape::new(shape.id, bounds));
        new.bounds = bounds;
        new.label = shape.label;
        if shape.is_fixed {
            diagram.shapes.push(new);
            continue;
        }
        if matches!(shape.tag, Tag::Participant | Tag::Lane) {
            new.is_horizontal = Some(true);
        }
        if shape.tag.is_sub_process() {
            new.is_expanded = Some(shape.is_expanded);
        }
        if shape.tag == Tag::ExclusiveGateway && new.id.is_none() {
            new.is_marker_visible = Some(true);
        }
        diagram.shapes.push(new);
    }
    for line in scene.lines.values().filter(|line| line.points.len() > 1) {
        let mut new = old
            .and_then(|old| old.edge_of(line.id).cloned())
            .unwrap_or_else(|| Edge::new(line.id, Vec::new()));
        new.waypoints.clone_from(&line.points);
        new.label = line.label;
        diagram.edges.push(new);
    }
    diagram
}
