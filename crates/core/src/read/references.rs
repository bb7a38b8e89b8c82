//! References: each leads to an element of the right kind.

use std::borrow::Cow;

use reglament_source::{Diagnostic, Severity};
use reglament_xml::{ElementRef, NodeId};

use super::{describe, on, place};
use crate::codes;
use crate::model::schema::Target;
use crate::model::{Definitions, Resolved, Tag};

/// A reference that the walk has met.
pub(super) struct Reference {
    /// The element that has the attribute, or that is the reference.
    pub(super) holder: NodeId,
    /// The attribute; none where the text of the element is the reference.
    pub(super) attribute: Option<&'static str>,
    pub(super) target: Target,
}

/// Resolves all references.
pub(super) fn check(
    definitions: &Definitions,
    references: &[Reference],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for reference in references {
        let holder = definitions.document().element(reference.holder);
        let (value, span, name) = match reference.attribute {
            Some(name) => (
                Cow::Borrowed(holder.attribute(name).unwrap_or_default()),
                place(holder, name),
                name,
            ),
            None => (
                holder.text(),
                holder.text_span().unwrap_or_else(|| holder.span()),
                holder.local_name(),
            ),
        };
        let value = value.trim();
        if is_left_open(definitions, holder, name, value) {
            continue;
        }
        let found = definitions.resolve(holder, value);
        diagnostics.extend(
            problem(found, value, name, reference.target).map(|diagnostic| {
                let diagnostic = Diagnostic {
                    severity: severity(name, &diagnostic),
                    ..diagnostic
                };
                on(diagnostic.at(span), holder)
            }),
        );
    }
}

/// What is wrong with a reference to `found`.
fn problem(found: Resolved<'_>, value: &str, name: &str, target: Target) -> Option<Diagnostic> {
    match found {
        Resolved::Foreign => None,
        Resolved::Element(element) => {
            let fits = match Tag::of(element) {
                Some(tag) => target.accepts(tag),
                None => target == Target::Any,
            };
            (!fits).then(|| {
                let message = format!(
                    "`{name}` expects {}, found {}",
                    target.name(),
                    describe(element)
                );
                Diagnostic::error(&codes::WRONG_REFERENCE, message)
                    .label(element.span(), "this element")
            })
        }
        Resolved::Missing => {
            let message = format!("`{name}` refers to `{value}`, and no element has this id");
            Some(
                Diagnostic::error(&codes::DANGLING_REFERENCE, message)
                    .hint(format!("mend the id or add {}", target.name())),
            )
        }
        Resolved::UnknownPrefix => {
            let prefix = value.split(':').next().unwrap_or_default();
            let message =
                format!("`{name}` is `{value}`, and the prefix `{prefix}` is not declared");
            Some(
                Diagnostic::error(&codes::UNKNOWN_PREFIX, message).hint(format!(
                    "remove the prefix, or declare it with `xmlns:{prefix}=\"...\"`"
                )),
            )
        }
    }
}

/// Whether the reference is empty or a placeholder where the schema allows nothing to be said.
fn is_left_open(
    definitions: &Definitions,
    holder: ElementRef<'_>,
    name: &str,
    value: &str,
) -> bool {
    // A call activity may name a process of another file without a prefix: lowering looks it up.
    if name == "calledElement" {
        return definitions.find(value).is_none() && !value.contains(':');
    }
    value.is_empty()
        && !matches!(
            Tag::of(holder),
            Some(Tag::SequenceFlow | Tag::BoundaryEvent)
        )
}

/// References that only repeat or only draw are not worth refusing a file for.
fn severity(name: &str, found: &Diagnostic) -> Severity {
    match name {
        "incoming"
        | "outgoing"
        | "categoryValueRef"
        | "itemSubjectRef"
        | "itemRef"
        | "structureRef"
        | "partitionElementRef"
        | "definitionalCollaborationRef"
        | "operationRef"
        | "supports" => Severity::Warning,
        // Several tools list artifacts and data objects in lanes.
        "flowNodeRef" if found.code.id == codes::WRONG_REFERENCE.id => Severity::Warning,
        _ => Severity::Error,
    }
}
