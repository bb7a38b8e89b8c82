//! Tasks.
//!
//! # Source
//! BPMN 2.0.2, 10.3.3.

use std::sync::Arc;

use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{self, BaseElement, ExtensionElements, ResourceRole, Tag, zeebe};
use crate::program::{Assignment, ElementIx, Form, Job, Script, Task, TaskKind, Text};

impl<'d> ProcessLowering<'d, '_> {
    /// What a task does.
    pub(super) fn task(&mut self, index: ElementIx) -> Task {
        let (element, tag) = (self.node(index).element, self.node(index).tag);
        let mut task = self.work(element, kind(tag));
        if matches!(tag, Tag::SendTask | Tag::ReceiveTask) {
            task.message = self.message(element, element.attribute("messageRef"));
        }
        task
    }

    /// The work that `element`, a task or a global task, describes.
    pub(super) fn work(&mut self, element: ElementRef<'d>, kind: TaskKind) -> Task {
        let extensions = ExtensionElements::of(element);
        let mut task = Task::new(kind);
        task.job = self.job(element, extensions);
        match kind {
            TaskKind::User => {
                task.assignment = self.assignment(element, extensions);
                task.form = form(extensions);
            }
            TaskKind::BusinessRule => self.decision(extensions, &mut task),
            TaskKind::Script => task.script = self.script(element, extensions, task.job.is_some()),
            TaskKind::Abstract
            | TaskKind::Manual
            | TaskKind::Service
            | TaskKind::Send
            | TaskKind::Receive => {}
        }
        task
    }

    pub(super) fn job(
        &mut self,
        element: ElementRef<'d>,
        extensions: ExtensionElements<'d>,
    ) -> Option<Job> {
        let definition = zeebe::TaskDefinition::find(extensions)?;
        if definition.kind().is_none_or(|kind| kind.trim().is_empty()) {
            self.incomplete_extension(definition.element(), element, "type");
            return None;
        }
        let kind = self.attribute_text(definition.element(), "type")?;
        let retries = self.attribute_text(definition.element(), "retries");
        let mut headers: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        for header in zeebe::TaskHeaders::find(extensions)
            .into_iter()
            .flat_map(zeebe::TaskHeaders::headers)
        {
            match header.key().filter(|key| !key.is_empty()) {
                Some(key) => headers.push((
                    Arc::from(key),
                    Arc::from(header.value().unwrap_or_default()),
                )),
                None => self.incomplete_extension(header.element(), element, "key"),
            }
        }
        Some(Job {
            kind,
            retries,
            headers: headers.into(),
        })
    }

    fn assignment(
        &mut self,
        element: ElementRef<'d>,
        extensions: ExtensionElements<'d>,
    ) -> Option<Box<Assignment>> {
        let mut assignment = Assignment::default();
        let mut has_any = false;
        if let Some(definition) = zeebe::AssignmentDefinition::find(extensions) {
            has_any = true;
            assignment.assignee = self.attribute_text(definition.element(), "assignee");
            assignment.candidate_groups =
                self.attribute_text(definition.element(), "candidateGroups");
            assignment.candidate_users =
                self.attribute_text(definition.element(), "candidateUsers");
        } else if let Some(groups) = self.potential_owners(element) {
            has_any = true;
            assignment.candidate_groups = Some(Text::Literal(groups));
        }
        if let Some(schedule) = zeebe::TaskSchedule::find(extensions) {
            has_any = true;
            assignment.due = self.attribute_text(schedule.element(), "dueDate");
            assignment.follow_up = self.attribute_text(schedule.element(), "followUpDate");
        }
        has_any.then(|| Box::new(assignment))
    }

    /// The names of the resources that may do the task, separated by commas, as in
    /// `candidateGroups`.
    fn potential_owners(&self, element: ElementRef<'d>) -> Option<Arc<str>> {
        let owners = element
            .children()
            .filter(|child| Tag::of(*child) == Some(Tag::PotentialOwner));
        let names = owners
            .filter_map(ResourceRole::from_element)
            .filter_map(|role| {
                let resource = self.resolve(role.element(), &role.resource_ref()?)?;
                resource
                    .attribute("name")
                    .filter(|name| !name.trim().is_empty())
            });
        let names: Vec<&str> = names.collect();
        (!names.is_empty()).then(|| Arc::from(names.join(",")))
    }

    fn decision(&mut self, extensions: ExtensionElements<'d>, task: &mut Task) {
        let Some(called) = zeebe::CalledDecision::find(extensions) else {
            return;
        };
        let owner = called.element();
        if called.decision_id().is_none_or(|id| id.trim().is_empty()) {
            self.incomplete_extension(owner, owner, "decisionId");
            return;
        }
        let Some(result) = called.result_variable().filter(|name| is_name(name)) else {
            self.incomplete_extension(owner, owner, "resultVariable");
            return;
        };
        let Some(decision) = self.attribute_text(owner, "decisionId") else {
            return;
        };
        task.decision = Some((decision, self.program.names.intern(result)));
    }

    fn script(
        &mut self,
        element: ElementRef<'d>,
        extensions: ExtensionElements<'d>,
        has_job: bool,
    ) -> Option<Box<Script>> {
        if let Some(script) = zeebe::Script::find(extensions) {
            if script
                .expression()
                .is_none_or(|text| text.trim().is_empty())
            {
                self.incomplete_extension(script.element(), element, "expression");
                return None;
            }
            let expression = self.attribute_expression(script.element(), "expression")?;
            let result = script
                .result_variable()
                .filter(|name| !name.trim().is_empty());
            if let Some(name) = result.filter(|name| !is_name(name)) {
                let message = format!("`{name}` is not the name of a variable");
                self.error(
                    &codes::MAPPING_TARGET,
                    script.element(),
                    message,
                    TARGET_HINT,
                );
            }
            let result = result.map(|name| self.program.names.intern(name.trim()));
            return Some(Box::new(Script::Feel { expression, result }));
        }
        let script = model::children(element, Tag::Script).next()?;
        let language = element
            .attribute("scriptFormat")
            .or_else(|| element.attribute("scriptLanguage"))
            .unwrap_or_default()
            .trim();
        if language.eq_ignore_ascii_case("feel") || language.to_ascii_lowercase().contains("/feel")
        {
            let view = model::Expression::from_element(script)?;
            let expression = self.expression(view, "the script")?;
            return Some(Box::new(Script::Feel {
                expression,
                result: None,
            }));
        }
        if !has_job {
            self.warn_script(element, language);
        }
        Some(Box::new(Script::Foreign {
            language: Arc::from(language),
        }))
    }

    fn warn_script(&mut self, element: ElementRef<'d>, language: &str) {
        let stated = if language.is_empty() {
            "no stated language".to_owned()
        } else {
            format!("the language `{language}`")
        };
        let message = format!(
            "the script of {} is in {stated} and is not executed",
            self.describe(element)
        );
        let hint =
            "write it in FEEL in a `zeebe:script`, or give the task a `zeebe:taskDefinition`";
        self.report(
            Diagnostic::warning(&codes::SCRIPT_LANGUAGE, message).hint(hint),
            element,
        );
    }

    /// Refuses an extension that lacks an attribute.
    pub(super) fn incomplete_extension(
        &mut self,
        extension: ElementRef<'d>,
        element: ElementRef<'d>,
        attribute: &str,
    ) {
        let message = format!("`{}` has no `{attribute}`", extension.name());
        let diagnostic = Diagnostic::error(&codes::ZEEBE_INCOMPLETE, message)
            .at(extension.span())
            .hint(format!("fill in `{attribute}`"));
        self.report(diagnostic, element);
    }
}

/// How the name of a variable is written.
pub(super) const TARGET_HINT: &str = "a name begins with a letter or `_` and has letters, digits and `_`; parts are separated by dots";

/// Whether `text` is the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let mut letters = text.trim().chars();
    letters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn form(extensions: ExtensionElements<'_>) -> Option<Form> {
    let definition = zeebe::FormDefinition::find(extensions)?;
    let key = definition
        .form_id()
        .or(definition.form_key())
        .or(definition.external_reference())?;
    Some(Form {
        key: Arc::from(key),
    })
}

/// The kind of a task or global task.
pub(super) fn kind(tag: Tag) -> TaskKind {
    match tag {
        Tag::UserTask | Tag::GlobalUserTask => TaskKind::User,
        Tag::ManualTask | Tag::GlobalManualTask => TaskKind::Manual,
        Tag::ServiceTask => TaskKind::Service,
        Tag::SendTask => TaskKind::Send,
        Tag::ReceiveTask => TaskKind::Receive,
        Tag::BusinessRuleTask | Tag::GlobalBusinessRuleTask => TaskKind::BusinessRule,
        Tag::ScriptTask | Tag::GlobalScriptTask => TaskKind::Script,
        _ => TaskKind::Abstract,
    }
}
