//! Forms, documents and decisions that are named exist, and those that exist are used.

use reglament_core::model::ExtensionElements;
use reglament_core::model::zeebe::{CalledDecision, FormDefinition, IoMapping, TaskDefinition};
use reglament_feel::{Expression, Names, Value};
use reglament_source::{Diagnostic, nearest};
use reglament_xml::ElementRef;

use super::{Findings, facts};
use crate::codes;
use crate::form::Form;
use crate::manifest::IndicatorMeasure;
use crate::pack::{Flow, MANIFEST};
use crate::tree::{Name, list};

/// The operation that renders a document, and the input that names which one.
const RENDER: &str = "document.render";
const TEMPLATE: &str = "template";

pub(super) fn check(findings: &mut Findings<'_>) {
    let mut used = Used::default();
    for flow in findings.pack.flows() {
        for element in flow.definitions.document().elements() {
            form(element, flow, &mut used, findings);
            decision(element, flow, &mut used, findings);
            template(element, flow, findings);
        }
    }
    manifest(&mut used, findings);
    indicators(findings);
    unused(&used, findings);
}

/// What something refers to.
#[derive(Default)]
struct Used {
    forms: Vec<String>,
    decisions: Vec<String>,
}

/// The form of a user task.
fn form(element: ElementRef<'_>, flow: &Flow, used: &mut Used, findings: &mut Findings<'_>) {
    let id = FormDefinition::from_element(element).and_then(FormDefinition::form_id);
    let Some(id) = id.map(str::trim).filter(|id| !id.starts_with('=')) else {
        return;
    };
    used.forms.push(id.to_owned());
    let manifest = findings.pack.manifest();
    if manifest.form(id).is_none() {
        let known = manifest.forms.iter().map(|form| &*form.id.text);
        in_flow("form", id, known, (element, "formId"), flow, findings);
    }
}

/// The decision of a business rule task.
fn decision(element: ElementRef<'_>, flow: &Flow, used: &mut Used, findings: &mut Findings<'_>) {
    let id = CalledDecision::from_element(element).and_then(CalledDecision::decision_id);
    let Some(id) = id.map(str::trim).filter(|id| !id.starts_with('=')) else {
        return;
    };
    used.decisions.push(id.to_owned());
    let manifest = findings.pack.manifest();
    let mut known = manifest.decisions.iter().map(|decision| &*decision.id.text);
    if !known.any(|known| known == id) {
        let known = manifest.decisions.iter().map(|decision| &*decision.id.text);
        in_flow(
            "decision",
            id,
            known,
            (element, "decisionId"),
            flow,
            findings,
        );
    }
}

/// The document that a task renders.
fn template(element: ElementRef<'_>, flow: &Flow, findings: &mut Findings<'_>) {
    let extensions = ExtensionElements::of(element);
    let renders = TaskDefinition::find(extensions).and_then(TaskDefinition::kind) == Some(RENDER);
    let Some(mapping) = IoMapping::find(extensions).filter(|_| renders) else {
        return;
    };
    for input in mapping.inputs().filter(|it| it.target() == Some(TEMPLATE)) {
        let Some(id) = constant(input.source().unwrap_or_default()) else {
            continue;
        };
        let manifest = findings.pack.manifest();
        if manifest.document(&id).is_none() {
            let known = manifest.documents.iter().map(|document| &*document.id.text);
            in_flow(
                "document",
                &id,
                known,
                (input.element(), "source"),
                flow,
                findings,
            );
        }
    }
}

/// The text that an expression always gives.
fn constant(source: &str) -> Option<String> {
    let Some(text) = source.trim_start().strip_prefix('=') else {
        return Some(source.trim().to_owned());
    };
    let (expression, _) = Expression::parse(text, &Names::default());
    match expression?.constant()? {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    }
}

/// What entries of the manifest refer to.
fn manifest(used: &mut Used, findings: &mut Findings<'_>) {
    let manifest = findings.pack.manifest();
    let of_documents = manifest.documents.iter().filter_map(|it| it.form.as_ref());
    let of_survey = manifest.survey.iter().filter_map(|it| it.form.as_ref());
    for name in of_documents.chain(of_survey) {
        used.forms.push(name.text.to_string());
        if manifest.form(&name.text).is_none() {
            let known = manifest.forms.iter().map(|form| &*form.id.text);
            findings.push(MANIFEST, unknown("form", name, known));
        }
    }
    for name in manifest.outcomes.iter().filter_map(|it| it.issues.as_ref()) {
        if manifest.document(&name.text).is_none() {
            let known = manifest.documents.iter().map(|document| &*document.id.text);
            findings.push(MANIFEST, unknown("document", name, known));
        }
    }
}

/// Indicators that are the share of an answer name a question of the survey and one of its answers.
fn indicators(findings: &mut Findings<'_>) {
    let pack = findings.pack;
    let manifest = pack.manifest();
    let survey = manifest.survey.as_ref().and_then(|it| it.form.as_ref());
    let form = survey.and_then(|name| pack.form(&name.text));
    let questions = form.map(Form::questions).unwrap_or_default();
    for indicator in &manifest.indicators {
        let wants = indicator.measure == Some(IndicatorMeasure::Answer);
        let (Some(question), Some(answer)) = (&indicator.question, &indicator.answer) else {
            if wants || indicator.question.is_some() || indicator.answer.is_some() {
                let message = format!(
                    "expected `question` and `answer` of indicator `{}`",
                    indicator.number
                );
                let diagnostic = Diagnostic::error(&codes::MISSING_KEY, message);
                findings.push(MANIFEST, diagnostic.at(indicator.number.span));
            }
            continue;
        };
        let Some(asked) = questions.iter().find(|it| it.path == *question.text) else {
            let known = questions.iter().map(|it| it.path.as_str());
            findings.push(MANIFEST, unknown("question of a survey", question, known));
            continue;
        };
        if !asked.texts().contains(&answer.text) {
            let texts = asked.texts();
            let known = texts.iter().map(|it| &**it);
            findings.push(MANIFEST, unknown("answer to that question", answer, known));
        }
    }
}

fn unused(used: &Used, findings: &mut Findings<'_>) {
    let manifest = findings.pack.manifest();
    let forms = manifest.forms.iter();
    let forms = forms.map(|form| ("form", &form.id, form.text.note.is_some(), &used.forms));
    let decisions = manifest.decisions.iter();
    let decisions =
        decisions.map(|it| ("decision", &it.id, it.text.note.is_some(), &used.decisions));
    for (what, id, is_noted, used) in forms.chain(decisions) {
        if !is_noted && !used.iter().any(|used| **used == *id.text) {
            let message = format!("nothing uses the {what} `{id}`");
            let hint = "say in a `note` what it is for";
            let diagnostic = Diagnostic::warning(&codes::UNUSED, message);
            findings.push(MANIFEST, diagnostic.at(id.span).hint(hint));
        }
    }
}

/// Reports an id of a flow that nothing has.
fn in_flow<'k>(
    what: &str,
    id: &str,
    known: impl Iterator<Item = &'k str>,
    (element, attribute): (ElementRef<'_>, &str),
    flow: &Flow,
    findings: &mut Findings<'_>,
) {
    let name = Name {
        text: id.into(),
        span: facts::place(element, attribute),
    };
    let ancestors = std::iter::successors(Some(element), |element| element.parent());
    let owner = ancestors
        .into_iter()
        .find(|it| it.attribute("id").is_some());
    let diagnostic = unknown(what, &name, known);
    findings.push(&flow.path, facts::on(diagnostic, owner.unwrap_or(element)));
}

/// An id that nothing has, with the one that was probably meant.
pub(super) fn unknown<'k>(
    what: &str,
    name: &Name,
    known: impl Iterator<Item = &'k str>,
) -> Diagnostic {
    let mut known: Vec<&str> = known.collect();
    known.dedup();
    let message = format!("the manifest has no {what} `{name}`");
    let diagnostic = Diagnostic::error(&codes::UNKNOWN_REFERENCE, message).at(name.span);
    match nearest(&name.text, known.iter().copied()) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic,
        None => diagnostic.hint(format!("known are {}", list(&known))),
    }
}
