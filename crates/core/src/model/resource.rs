//! Who performs an activity (BPMN 2.0.2, 10.3.1).

use super::expression::Expression;
use super::tag::Tag;
use super::view::child;

view! {
    /// A resource: a person, a group, a role, a machine.
    Resource(Resource) {}
}

view! {
    /// The role of a resource in an activity.
    ResourceRole(ResourceRole | Performer | HumanPerformer | PotentialOwner) {
        /// The resource.
        resource_ref: content(ResourceRef),
    }
}

impl<'d> ResourceRole<'d> {
    /// The expression that finds the resource.
    #[must_use]
    pub fn assignment_expression(self) -> Option<Expression<'d>> {
        let assignment = child(self.0, Tag::ResourceAssignmentExpression)?;
        child(assignment, Tag::FormalExpression)
            .or_else(|| child(assignment, Tag::Expression))
            .and_then(Expression::from_element)
    }
}
