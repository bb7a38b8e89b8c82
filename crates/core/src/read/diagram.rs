//! The diagram interchange: each shape and edge draws an element of the model (BPMN 2.0.2, 12.2).

use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

use crate::codes;
use crate::model::{Definitions, Resolved};

/// The namespace of the diagram interchange.
const BPMNDI: &str = "http://www.omg.org/spec/BPMN/20100524/DI";

/// Checks what each plane, shape and edge refers to. Only the drawing depends on it: warnings.
pub(super) fn check(definitions: &Definitions, diagnostics: &mut Vec<Diagnostic>) {
    for diagram in definitions
        .root()
        .children()
        .filter(|child| child.is(BPMNDI, "BPMNDiagram"))
    {
        for plane in diagram.children() {
            element(definitions, plane, diagnostics);
            for shape in plane
                .children()
                .filter(|child| child.namespace() == Some(BPMNDI))
            {
                element(definitions, shape, diagnostics);
            }
        }
    }
}

fn element(definitions: &Definitions, element: ElementRef<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(attribute) = element.attribute_ref("bpmnElement") else {
        return;
    };
    let message = match definitions.resolve(element, attribute.value) {
        Resolved::Element(_) | Resolved::Foreign => return,
        Resolved::Missing => format!(
            "`{}` draws `{}`, and no element has this id",
            element.local_name(),
            attribute.value
        ),
        Resolved::UnknownPrefix => format!(
            "`{}` draws `{}`, and the prefix is not declared",
            element.local_name(),
            attribute.value
        ),
    };
    let mut diagnostic =
        Diagnostic::warning(&codes::DANGLING_REFERENCE, message).at(attribute.span);
    if let Some(id) = element.attribute("id") {
        diagnostic = diagnostic.on(id);
    }
    diagnostics.push(diagnostic.hint("remove the shape or mend `bpmnElement`"));
}
