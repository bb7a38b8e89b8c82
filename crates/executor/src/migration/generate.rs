//! A plan to begin with: what has the same id and kind is mapped.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx};

use super::compare::{other_event, other_kind};
use super::plan::{ElementMapping, MigrationPlan, Unmapped};

impl MigrationPlan {
    /// A plan that maps every element of `source` to the element of `target` with the same id, the same
    /// kind and a mapped scope. What is left is listed with the reason, together with the flows into
    /// joins that have no counterpart.
    #[must_use]
    pub fn generate(source: &Program, target: &Program) -> Self {
        let mut plan = Self::default();
        let mut mapped: BTreeMap<ElementIx, ElementIx> = BTreeMap::new();
        for (from, info) in source.infos.iter() {
            match counterpart(source, from, target, &mapped) {
                Ok(to) => {
                    mapped.insert(from, to);
                    plan.elements.push(ElementMapping {
                        from: Arc::clone(&info.id),
                        to: Arc::clone(&info.id),
                        update: false,
                    });
                }
                Err(reason) => plan.leave_out(&info.id, reason),
            }
        }
        for (index, flow) in source.flows.iter().filter(|(_, flow)| flow.waits) {
            if let Some(join) = mapped.get(&flow.target)
                && let Some(reason) = other_flow(source, index, target, *join)
            {
                plan.leave_out(&flow.id, reason);
            }
        }
        plan
    }

    fn leave_out(&mut self, id: &Arc<str>, reason: impl Into<Arc<str>>) {
        self.unmapped.push(Unmapped {
            id: Arc::clone(id),
            reason: reason.into(),
        });
    }
}

/// The element of the target that `from` becomes by itself.
fn counterpart(
    source: &Program,
    from: ElementIx,
    target: &Program,
    mapped: &BTreeMap<ElementIx, ElementIx>,
) -> Result<ElementIx, String> {
    let to = target.element(source.id(from));
    let to = to.ok_or_else(|| "the target has no element with this id".to_owned())?;
    if let Some(reason) = other_kind(source, from, target, to) {
        return Err(reason);
    }
    if let Some(reason) = other_event(source, from, target, to) {
        return Err(format!("{reason}; `update` has it wait anew"));
    }
    let (scope, found) = (source.elements[from].scope, target.elements[to].scope);
    if scope != from && mapped.get(&scope) != Some(&found) {
        return Err(format!(
            "expected it inside `{}`, found it inside `{}`",
            source.id(scope),
            target.id(found)
        ));
    }
    Ok(to)
}

/// Why a token at the end of the flow would have no place.
fn other_flow(source: &Program, flow: FlowIx, target: &Program, join: ElementIx) -> Option<String> {
    let id = &source.flows[flow].id;
    let Some(found) = target.flows.values().find(|it| it.id == *id) else {
        return Some("the target has no flow with this id".to_owned());
    };
    (found.target != join).then(|| {
        format!(
            "expected it to end at `{}`, found at `{}`",
            target.id(join),
            target.id(found.target)
        )
    })
}
