//! Sequence flows: the ways out of an element, and which of them make tokens wait.
//!
//! # Source
//! BPMN 2.0.2, 8.3.13, 10.6 and 13.3.1.

use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{BaseElement, Tag};
use crate::program::{Branch, Branches, ElementIx, Expr, FlowIx, Kind, Outgoing};

impl<'d> ProcessLowering<'d, '_> {
    /// The ways out of an element.
    pub(super) fn outgoing(&mut self, index: ElementIx) -> Outgoing {
        let node = self.node(index);
        let (element, tag) = (node.element, node.tag);
        let flows = node.outgoing.clone();
        let may_choose = tag.is_activity()
            || matches!(
                tag,
                Tag::ExclusiveGateway | Tag::InclusiveGateway | Tag::ComplexGateway
            );
        let default = self.default_flow(element, &flows, may_choose);
        let is_alone = flows.len() == 1;
        let mut branches = Vec::with_capacity(flows.len());
        for flow in flows {
            let condition = self.condition(flow, tag, may_choose, default == Some(flow));
            if condition.is_none() && !is_alone && default != Some(flow) {
                self.check_unconditional(flow, tag);
            }
            branches.push(Branch { flow, condition });
        }
        match branches.as_slice() {
            [] => Outgoing::None,
            [
                Branch {
                    flow,
                    condition: None,
                },
            ] => Outgoing::One(*flow),
            _ => Outgoing::Many(Box::new(Branches {
                branches: branches.into(),
                default,
            })),
        }
    }

    fn default_flow(
        &mut self,
        element: ElementRef<'d>,
        flows: &[FlowIx],
        may_choose: bool,
    ) -> Option<FlowIx> {
        let name = element
            .attribute("default")
            .filter(|name| !name.trim().is_empty())?;
        if !may_choose {
            // The schema has no such attribute there; reading has said so.
            return None;
        }
        let flow = self
            .resolve(element, name)
            .and_then(|flow| self.flow_by_node.get(&flow.id()));
        let flow = flow.copied().filter(|flow| flows.contains(flow));
        if flow.is_none() {
            self.mark_broken();
        }
        flow
    }

    /// The condition of a flow, where one is evaluated.
    fn condition(
        &mut self,
        flow: FlowIx,
        tag: Tag,
        may_choose: bool,
        is_default: bool,
    ) -> Option<Expr> {
        let draft = self.flow(flow);
        let (element, id) = (draft.view.element(), draft.id.clone());
        let condition = draft.view.condition_expression()?;
        if is_default {
            let message = format!("the condition of the default flow `{id}` is never evaluated");
            let hint = "remove the condition: the default flow is taken when no other can be";
            self.warn(&codes::DEFAULT_CONDITION, element, message, hint);
            return None;
        }
        if !may_choose {
            let message =
                format!("`{id}` has a condition, and flows out of a {tag} may not have one");
            let hint = "put an exclusive or inclusive gateway behind it, and the condition on that gateway's flow";
            self.error(&codes::CONDITION_NOT_ALLOWED, element, message, hint);
            return None;
        }
        self.expression(condition, &format!("the condition of `{id}`"))
    }

    /// What it means that one of several flows has no condition.
    fn check_unconditional(&mut self, flow: FlowIx, tag: Tag) {
        let draft = self.flow(flow);
        if draft.view.condition_expression().is_some() {
            // It has one that could not be read, or that may not be there: that has been reported.
            return;
        }
        let (element, id) = (draft.view.element(), draft.id.clone());
        match tag {
            Tag::ExclusiveGateway => {
                let message = format!(
                    "`{id}` leaves an exclusive gateway without a condition and is not its default flow"
                );
                let hint =
                    "give the flow a `conditionExpression`, or name it in the gateway's `default`";
                self.error(&codes::CONDITION_MISSING, element, message, hint);
            }
            Tag::InclusiveGateway | Tag::ComplexGateway => {
                let message =
                    format!("`{id}` leaves the gateway without a condition, so it is always taken");
                let hint =
                    "give the flow a `conditionExpression`, or name it in the gateway's `default`";
                self.warn(&codes::UNCONDITIONAL_BRANCH, element, message, hint);
            }
            _ => {}
        }
    }

    /// Marks the flows whose tokens wait at their target for others.
    pub(super) fn mark_waits(&mut self) {
        for index in self.indices() {
            let joins = self.node(index).incoming.len() > 1;
            let Some(built) = self.built(index) else {
                continue;
            };
            let waits = match &built.kind {
                Kind::ParallelGateway | Kind::InclusiveGateway(_) | Kind::ComplexGateway { .. } => {
                    joins
                }
                _ => built
                    .activity
                    .as_ref()
                    .is_some_and(|activity| activity.start_quantity > 1),
            };
            if waits {
                for flow in self.node(index).incoming.clone() {
                    self.flow_mut(flow).waits = true;
                }
            }
        }
    }
}
