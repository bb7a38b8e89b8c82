//! Groups stand around the elements of their category.

use reglament_core::Definitions;
use reglament_core::model::{BPMN, Tag};

use super::scene::{Role, Scene, ShapeIx};
use crate::geometry::Bounds;

/// The distance between a group and what is in it.
const PADDING: f64 = 16.0;
/// The size of a group of nothing.
const EMPTY: (f64, f64) = (300.0, 140.0);
/// The distance of groups of nothing from everything else.
const DISTANCE: f64 = 40.0;

/// Places all groups: around the elements with the same category value, or, without any, below the
/// diagram.
pub(super) fn place(definitions: &Definitions, scene: &mut Scene<'_>) {
    let groups: Vec<ShapeIx> = scene
        .shapes
        .iter()
        .filter(|(_, shape)| shape.role == Role::Group && shape.bounds.is_none())
        .map(|(group, _)| group)
        .collect();
    for group in groups {
        let bounds = members(definitions, scene, group).unwrap_or_else(|| below(scene));
        scene.shapes[group].bounds = Some(bounds);
    }
}

/// What covers the members of a group.
fn members(definitions: &Definitions, scene: &Scene<'_>, group: ShapeIx) -> Option<Bounds> {
    let element = scene.shapes[group].element;
    let value = definitions
        .resolve(element, element.attribute("categoryValueRef")?)
        .element()?;
    let covered = scene.shapes.values().filter_map(|shape| {
        let references = shape
            .element
            .children_named(BPMN, Tag::CategoryValueRef.as_str());
        let is_member = references
            .filter_map(|name| definitions.resolve(shape.element, &name.text()).element())
            .any(|other| other.id() == value.id());
        is_member.then_some([shape.bounds, shape.label])
    });
    let covered = covered.flatten().flatten().reduce(Bounds::union)?;
    Some(covered.grown(PADDING))
}

/// A place for a group of nothing.
fn below(scene: &Scene<'_>) -> Bounds {
    let covered = scene
        .shapes
        .values()
        .filter_map(|shape| shape.bounds)
        .reduce(Bounds::union)
        .unwrap_or_default();
    let y = covered.bottom() + DISTANCE;
    Bounds::new(covered.x, y, EMPTY.0, EMPTY.1)
}
