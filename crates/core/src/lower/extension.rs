//! Extensions that are not carried out: `zeebe:` ones are refused, bindings of other engines are
//! pointed out.

use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{ExtensionElements, Tag, child, zeebe};
use crate::program::ElementIx;

/// The extensions that are carried out, and those that only describe.
const KNOWN: &[&str] = &[
    "taskDefinition",
    "taskHeaders",
    "ioMapping",
    "formDefinition",
    "assignmentDefinition",
    "taskSchedule",
    "calledElement",
    "calledDecision",
    "loopCharacteristics",
    "script",
    "properties",
    "subscription",
    "adHoc",
    "userTask",
    "userTaskForm",
    "versionTag",
    "priorityDefinition",
];

/// Namespaces of other engines' bindings.
const FOREIGN_ENGINES: &[&str] = &[
    "http://camunda.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://flowable.org/bpmn",
    "http://www.jboss.org/drools",
];

/// Attributes of other engines that change nothing in how the model is executed.
const HARMLESS: &[&str] = &[
    "diagramRelationId",
    "versionTag",
    "isStartableInTasklist",
    "modelerTemplate",
];

impl<'d> ProcessLowering<'d, '_> {
    /// Looks for extensions that are not carried out.
    pub(super) fn check_extensions(&mut self, index: ElementIx) {
        let (element, tag) = (self.node(index).element, self.node(index).tag);
        let extensions = ExtensionElements::of(element);
        for extension in extensions.zeebe() {
            self.check_zeebe(element, extension);
        }
        let loop_extensions =
            child(element, Tag::MultiInstanceLoopCharacteristics).map(ExtensionElements::of);
        for extension in loop_extensions
            .into_iter()
            .flat_map(ExtensionElements::zeebe)
        {
            self.check_zeebe(element, extension);
        }
        if tag != Tag::Process && extensions.zeebe().next().is_none() {
            self.warn_foreign(element);
        }
    }

    fn check_zeebe(&mut self, element: ElementRef<'d>, extension: ElementRef<'d>) {
        let name = extension.local_name();
        let unsupported = if KNOWN.contains(&name) {
            unsupported_attribute(extension)
        } else {
            Some(name)
        };
        let Some(what) = unsupported else { return };
        let message = format!("`{}` with `{what}` is not executed", extension.name());
        let hint = match name {
            "executionListeners" | "taskListeners" => {
                "put the work of the listener into a task of its own"
            }
            "adHoc" => "collect results by the output mappings of the inner activities",
            _ => "remove it, or model what it does with elements of BPMN",
        };
        let message = if what == name {
            format!("`{}` is not executed", extension.name())
        } else {
            message
        };
        let diagnostic = Diagnostic::error(&codes::ZEEBE_UNSUPPORTED, message)
            .at(extension.span())
            .hint(hint);
        self.report(diagnostic, element);
    }

    /// A binding that sits only in another engine's namespace has no effect here.
    fn warn_foreign(&mut self, element: ElementRef<'d>) {
        let is_foreign = |namespace: Option<&str>| {
            namespace.is_some_and(|namespace| FOREIGN_ENGINES.contains(&namespace))
        };
        let attribute = element.attributes().find(|attribute| {
            is_foreign(attribute.namespace) && !HARMLESS.contains(&attribute.local_name)
        });
        let extension = ExtensionElements::of(element)
            .iter()
            .find(|child| is_foreign(child.namespace()));
        let (what, span) = match (attribute, extension) {
            (Some(attribute), _) => (attribute.local_name, attribute.span),
            (None, Some(extension)) => (extension.local_name(), extension.span()),
            (None, None) => return,
        };
        let message = format!(
            "`{what}` of {} belongs to another engine and is not executed",
            self.describe(element)
        );
        let hint = format!(
            "add the `zeebe:` extension that is meant (namespace `{}`)",
            zeebe::ZEEBE
        );
        self.report(
            Diagnostic::warning(&codes::FOREIGN_BINDING, message)
                .at(span)
                .hint(hint),
            element,
        );
    }
}

/// An attribute of a known extension that is not carried out.
fn unsupported_attribute(extension: ElementRef<'_>) -> Option<&str> {
    let unsupported: &[&str] = match extension.local_name() {
        "adHoc" => &["outputCollection", "outputElement"],
        "calledElement" | "calledDecision" | "formDefinition" => &["versionTag"],
        _ => &[],
    };
    unsupported
        .iter()
        .find_map(|name| extension.attribute_ref(name))
        .map(|attribute| attribute.local_name)
}
