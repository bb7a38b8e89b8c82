//! Separation and binding of duties (`reg:separationOfDuties`, `reg:bindingOfDuties`): the tasks that
//! they name.
//!
//! # Source
//! Workflow resource patterns (Russell, ter Hofstede, Edmond, van der Aalst, 2005): Separation of Duties
//! and Retain Familiar.

use reglament_source::Diagnostic;
use reglament_xml::{ElementRef, NodeId};

use super::{on, place};
use crate::codes;
use crate::model::{Definitions, REG, Tag};

/// Two tasks, the earlier one first, and whether they are bound to one person.
type Pair = (NodeId, NodeId, bool);

/// Whether `element` is a separation or binding of duties.
pub(super) fn is_duty(element: ElementRef<'_>) -> bool {
    element.namespace() == Some(REG)
        && matches!(
            element.local_name(),
            "separationOfDuties" | "bindingOfDuties"
        )
}

/// A duty stands on a user task: of nothing else it is known who has performed it.
pub(super) fn check_place(element: ElementRef<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if owner(element).and_then(Tag::of) != Some(Tag::UserTask) {
        let message = format!("`{}` stands on a user task", element.name());
        let diagnostic = Diagnostic::error(&codes::REG_VALUE, message).at(element.span());
        diagnostics.push(on(diagnostic, element));
    }
}

fn owner(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    element.parent().and_then(ElementRef::parent)
}

/// Each task that a duty names is another user task of the file, and no two tasks have to be performed
/// by one person and by two.
pub(super) fn check(
    definitions: &Definitions,
    duties: &[NodeId],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut pairs: Vec<Pair> = Vec::new();
    for duty in duties {
        let duty = definitions.document().element(*duty);
        let Some(owner) = owner(duty).filter(|owner| Tag::of(*owner) == Some(Tag::UserTask)) else {
            continue;
        };
        let is_binding = duty.local_name() == "bindingOfDuties";
        for id in duty
            .attribute("tasks")
            .unwrap_or_default()
            .split_whitespace()
        {
            let wrong = match other(definitions, owner, id) {
                Ok(other) => {
                    let (one, two) = (owner.id().min(other), owner.id().max(other));
                    let contradicts = pairs.contains(&(one, two, !is_binding));
                    pairs.push((one, two, is_binding));
                    contradicts
                        .then(|| format!("and `{id}` are to be performed by one person and by two"))
                }
                Err(wrong) => Some(wrong),
            };
            if let Some(wrong) = wrong {
                let message = format!("`{}` {wrong}", owner.attribute("id").unwrap_or_default());
                let diagnostic = Diagnostic::error(&codes::REG_DUTY, message);
                diagnostics.push(on(diagnostic.at(place(duty, "tasks")), duty));
            }
        }
    }
}

/// The task `id` that a duty of `owner` names, or what is wrong with it.
fn other(definitions: &Definitions, owner: ElementRef<'_>, id: &str) -> Result<NodeId, String> {
    let found = definitions.find(id);
    let found =
        found.ok_or_else(|| format!("has a duty with `{id}`, and no element has this id"))?;
    if found.id() == owner.id() {
        return Err("has a duty with itself".to_owned());
    }
    if Tag::of(found) != Some(Tag::UserTask) {
        return Err(format!("has a duty with `{id}`, which is no user task"));
    }
    Ok(found.id())
}
