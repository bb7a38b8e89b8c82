//! Reading BPMN: from bytes to [`Definitions`], with everything that is wrong with the file as BPMN.
//!
//! Reading is one walk over the lossless tree by the table of the schema, followed by checks that
//! need the whole file: identifiers, references, flows. It never stops at the first problem. What
//! breaks the schema but can be understood is a warning; what leaves the model without a meaning is
//! an error. Whether the model can be *executed* is not asked here: that is
//! [`lower`](crate::lower()).
//!
//! # Source
//! BPMN 2.0.2, chapter 15, and `Semantic.xsd`.

mod diagram;
mod duty;
mod flows;
mod references;
mod regulation;
mod structure;

use reglament_source::{Diagnostic, SourceText};
use reglament_xml::{Document, ElementRef, Limits};

use crate::codes;
use crate::model::{BPMN, Definitions, Tag};
use references::Reference;

/// Reads the BPMN file `name` from `bytes`.
///
/// Returns no definitions only when there is no tree or its root is not BPMN. The diagnostics stand
/// in document order within each stage: text, XML, BPMN.
///
/// ```
/// let bytes = br#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
///     targetNamespace="urn:example"><process id="P"><task id="T" nmae="t"/></process></definitions>"#;
/// let (definitions, diagnostics) = reglament_core::read("example.bpmn", bytes);
/// assert!(definitions.is_some());
/// assert_eq!(diagnostics[0].code.id, "RG0208");
/// ```
///
/// # Source
/// BPMN 2.0.2, 15.3.
#[must_use]
pub fn read(name: &str, bytes: &[u8]) -> (Option<Definitions>, Vec<Diagnostic>) {
    let (_, definitions, diagnostics) = read_with_text(name, bytes);
    (definitions, diagnostics)
}

/// Reads the BPMN file `name` from `bytes`, and returns the decoded text as well, so that the
/// diagnostics can be drawn on it when there are no definitions.
///
/// # Source
/// BPMN 2.0.2, 15.3.
#[must_use]
pub fn read_with_text(
    name: &str,
    bytes: &[u8],
) -> (SourceText, Option<Definitions>, Vec<Diagnostic>) {
    let (source, document, mut diagnostics) =
        reglament_xml::read_xml(name, bytes, &Limits::default());
    let definitions = document.and_then(|document| {
        let (definitions, found) = read_document(document);
        diagnostics.extend(found);
        definitions
    });
    (source, definitions, diagnostics)
}

/// Reads a BPMN file that has been decoded.
///
/// # Source
/// BPMN 2.0.2, 15.3.
#[must_use]
pub fn read_source(source: SourceText) -> (Option<Definitions>, Vec<Diagnostic>) {
    let (document, mut diagnostics) = reglament_xml::parse(source, &Limits::default());
    let Some(document) = document else {
        return (None, diagnostics);
    };
    let (definitions, found) = read_document(document);
    diagnostics.extend(found);
    (definitions, diagnostics)
}

/// Reads a tree: one that was edited, for example.
///
/// # Source
/// BPMN 2.0.2, 15.3.
#[must_use]
pub fn read_document(document: Document) -> (Option<Definitions>, Vec<Diagnostic>) {
    let root = document.root();
    if Tag::of(root) != Some(Tag::Definitions) {
        let diagnostic = not_bpmn(root);
        return (None, vec![diagnostic]);
    }
    let found = structure::walk(&document);
    let mut diagnostics = found.diagnostics;
    let mut ids = found.ids;
    ids.sort(&document);
    for (first, second) in ids.duplicates(&document) {
        diagnostics.push(duplicate_id(
            document.element(first),
            document.element(second),
        ));
    }
    let (references, flows) = (found.references, found.flow_elements);
    let definitions = Definitions::new(document, ids);
    check(&definitions, &references, &flows, &mut diagnostics);
    regulation::check_anchors(&definitions, &found.anchors, &mut diagnostics);
    duty::check(&definitions, &found.duties, &mut diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.map_or(0, |span| span.start));
    (Some(definitions), diagnostics)
}

/// The checks that need the whole file.
fn check(
    definitions: &Definitions,
    found: &[Reference],
    flow_elements: &[reglament_xml::NodeId],
    diagnostics: &mut Vec<Diagnostic>,
) {
    references::check(definitions, found, diagnostics);
    flows::check(definitions, flow_elements, diagnostics);
    diagram::check(definitions, diagnostics);
}

fn not_bpmn(root: ElementRef<'_>) -> Diagnostic {
    let namespace = root.namespace().map_or_else(
        || "no namespace".to_owned(),
        |namespace| format!("namespace `{namespace}`"),
    );
    let found = format!("`{}` in {namespace}", root.local_name());
    let hint = if root
        .namespace()
        .is_some_and(|namespace| namespace.contains("/DMN/"))
    {
        "this is a decision model (DMN); give the file of the process".to_owned()
    } else {
        format!("save the model as BPMN 2.0 XML; the namespace is `{BPMN}`")
    };
    Diagnostic::error(
        &codes::NOT_BPMN,
        format!("expected the root element `definitions` of BPMN 2.0, found {found}"),
    )
    .at(root.span())
    .hint(hint)
}

fn duplicate_id(first: ElementRef<'_>, second: ElementRef<'_>) -> Diagnostic {
    let id = second.attribute("id").unwrap_or_default();
    // Only the drawing depends on ids outside of BPMN's namespace.
    let is_model = Tag::of(second).is_some() && Tag::of(first).is_some();
    let message = format!("the id `{id}` is already used by {}", describe(first));
    let diagnostic = if is_model {
        Diagnostic::error(&codes::DUPLICATE_ID, message)
    } else {
        Diagnostic::warning(&codes::DUPLICATE_ID, message)
    };
    diagnostic
        .at(place(second, "id"))
        .on(id)
        .label(first.span(), "first used here")
        .hint("give one of the two another id and mend the references that mean it")
}

/// The place of an attribute, or of the start tag where it is missing.
pub(crate) fn place(element: ElementRef<'_>, attribute: &str) -> reglament_source::Span {
    element
        .attribute_ref(attribute)
        .map_or_else(|| element.span(), |found| found.span)
}

/// The element in words: its name and id.
pub(crate) fn describe(element: ElementRef<'_>) -> String {
    match element.attribute("id") {
        Some(id) => format!("{} `{id}`", element.local_name()),
        None => format!("a {} without id", element.local_name()),
    }
}

/// The id of `element`, or of the nearest element around it that has one.
pub(crate) fn nearest_id(element: ElementRef<'_>) -> Option<&str> {
    let mut current = Some(element);
    while let Some(here) = current {
        // Ids of expressions and definitions say less to a reader than those of what they belong to.
        if let Some(id) = here
            .attribute("id")
            .filter(|_| Tag::of(here).is_some_and(is_named))
        {
            return Some(id);
        }
        current = here.parent();
    }
    None
}

/// Whether people know such an element by its id.
fn is_named(tag: Tag) -> bool {
    !tag.is_event_definition()
        && !matches!(
            tag,
            Tag::Definitions
                | Tag::ConditionExpression
                | Tag::Condition
                | Tag::ActivationCondition
                | Tag::CompletionCondition
                | Tag::LoopCardinality
                | Tag::LoopCondition
                | Tag::TimeDate
                | Tag::TimeDuration
                | Tag::TimeCycle
                | Tag::FormalExpression
                | Tag::Expression
                | Tag::Transformation
                | Tag::From
                | Tag::To
                | Tag::MultiInstanceLoopCharacteristics
                | Tag::StandardLoopCharacteristics
        )
}

/// Puts the id of the element, or of what it belongs to, on the diagnostic.
pub(crate) fn on(diagnostic: Diagnostic, element: ElementRef<'_>) -> Diagnostic {
    match nearest_id(element) {
        Some(id) => diagnostic.on(id),
        None => diagnostic,
    }
}
