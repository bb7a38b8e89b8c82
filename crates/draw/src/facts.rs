//! What the model says about an element, in words for people: names, documentation, performer, the
//! places of the regulation, terms, conditions, forms.
//!
//! Only the model is asked; texts that stand elsewhere, such as the wording of a clause, are given to
//! [`html`](crate::html) by its caller.

use std::borrow::Cow;
use std::collections::BTreeMap;

use reglament_core::Definitions;
use reglament_core::model::zeebe::{CalledDecision, CalledElement, FormDefinition, TaskDefinition};
use reglament_core::model::{
    BPMN, BaseElement, Collaboration, EventDefinition, ExtensionElements, Lane, Outcome, REG,
    SequenceFlow, Source, Tag, Term,
};
use reglament_xml::ElementRef;

use crate::language::{Language, label, name_of};

/// A heading and what is to be said under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading, such as `Clause`.
    pub heading: String,
    /// The text; line breaks are kept.
    pub text: String,
}

impl Section {
    /// A section.
    #[must_use]
    pub fn new(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            text: text.into(),
        }
    }
}

/// The facts of a model, with what is looked up again and again.
pub struct Facts<'d> {
    definitions: &'d Definitions,
    language: Option<Language>,
    /// The innermost lane of each flow node.
    lanes: BTreeMap<Cow<'d, str>, ElementRef<'d>>,
    /// The pool of each process.
    pools: BTreeMap<&'d str, ElementRef<'d>>,
}

impl<'d> Facts<'d> {
    /// The facts of `definitions`, with names and headings in `language`.
    #[must_use]
    pub fn new(definitions: &'d Definitions, language: Option<Language>) -> Self {
        let mut lanes = BTreeMap::new();
        for process in definitions.processes() {
            let elements = process.element().descendants();
            // A lane stands before the lanes inside it, so that the innermost one is kept.
            for lane in elements.filter_map(Lane::from_element) {
                for reference in lane.flow_node_refs() {
                    let id = match reference {
                        Cow::Borrowed(id) => Cow::Borrowed(id.trim()),
                        Cow::Owned(id) => Cow::Owned(id.trim().to_owned()),
                    };
                    lanes.insert(id, lane.element());
                }
            }
        }
        let participants = definitions
            .collaborations()
            .flat_map(Collaboration::participants);
        let pools = participants.filter_map(|pool| {
            let reference = pool.process_ref()?;
            let process = definitions.resolve(pool.element(), reference).element()?;
            Some((process.attribute("id")?, pool.element()))
        });
        Self {
            definitions,
            language,
            lanes,
            pools: pools.collect(),
        }
    }

    fn words(&self) -> Language {
        self.language.unwrap_or_default()
    }

    /// The names of an element: as written, and in each language that it has a label for.
    #[must_use]
    pub fn names(&self, element: ElementRef<'d>) -> Vec<(&'static str, String)> {
        let written = name_of(self.definitions, element, None);
        let mut names = Vec::new();
        if !written.trim().is_empty() {
            names.push(("", written.trim().to_owned()));
        }
        for language in Language::ALL {
            if let Some(label) = label(element, language)
                && label.trim() != written.trim()
            {
                names.push((language.tag(), label.trim().to_owned()));
            }
        }
        names
    }

    /// Everything that the model says about an element, in the order in which people ask for it.
    #[must_use]
    pub fn sections(&self, element: ElementRef<'d>) -> Vec<Section> {
        let mut sections = Vec::new();
        let words = self.words();
        let mut add = |heading: (&str, &str, &str), text: Option<String>| {
            let text = text.filter(|text| !text.trim().is_empty());
            sections.extend(text.map(|text| {
                let (kazakh, russian, english) = heading;
                Section::new(words.pick(kazakh, russian, english), text.trim())
            }));
        };
        let extensions = ExtensionElements::of(element);
        add(
            ("Орындаушы", "Исполнитель", "Performer"),
            self.performer(element),
        );
        add(
            ("Тармақ", "Пункт", "Clause"),
            lines(extensions.sources().map(|source| clause(source, words))),
        );
        add(
            ("Мерзім", "Срок", "Term"),
            lines(extensions.terms().map(|term| term_in_words(term, words))),
        );
        add(("Шарт", "Условие", "Condition"), self.condition(element));
        add(
            ("Аяқталу нысаны", "Форма завершения", "Form of completion"),
            lines(extensions.completions().map(|completion| {
                let language = completion.language().map(|tag| format!("{tag}: "));
                format!("{}{}", language.unwrap_or_default(), completion.text())
            })),
        );
        add(
            ("Нәтиже", "Результат", "Outcome"),
            lines(extensions.outcomes().map(outcome)),
        );
        add(("Форма", "Форма", "Form"), form(extensions));
        add(
            ("Шешім", "Решение", "Decision"),
            CalledDecision::find(extensions)
                .and_then(CalledDecision::decision_id)
                .map(str::to_owned),
        );
        add(
            ("Шақырылады", "Вызывается", "Calls"),
            called(element, extensions),
        );
        add(
            ("Операция", "Операция", "Operation"),
            TaskDefinition::find(extensions)
                .and_then(TaskDefinition::kind)
                .map(str::to_owned),
        );
        add(("Оқиға", "Событие", "Event"), lines(self.triggers(element)));
        add(
            ("Құжаттама", "Документация", "Documentation"),
            lines(documentation(element)),
        );
        add(
            ("Ескертпе", "Примечание", "Note"),
            lines(
                extensions
                    .in_namespace(REG)
                    .filter(|extension| extension.local_name() == "note")
                    .map(|note| note.text().trim().to_owned()),
            ),
        );
        sections
    }

    /// The lanes around a flow node, the outermost first; without lanes the pool.
    fn performer(&self, element: ElementRef<'d>) -> Option<String> {
        let lane = std::iter::successors(Some(element), |element| element.parent())
            .find_map(|around| self.lanes.get(around.attribute("id")?).copied());
        let is_node = Tag::of(element).is_some_and(Tag::is_flow_node);
        if !is_node {
            return None;
        }
        let Some(lane) = lane else {
            let process = std::iter::successors(Some(element), |element| element.parent())
                .find(|around| Tag::of(*around) == Some(Tag::Process))?;
            let pool = self.pools.get(process.attribute("id")?)?;
            return Some(self.name(*pool));
        };
        let mut names: Vec<String> = std::iter::successors(Some(lane), |element| element.parent())
            .take_while(|around| Tag::of(*around) != Some(Tag::Process))
            .filter(|around| Tag::of(*around) == Some(Tag::Lane))
            .map(|lane| self.name(lane))
            .filter(|name| !name.is_empty())
            .collect();
        names.reverse();
        // The lane of a system itself often has the name of the system.
        names.dedup();
        Some(names.join(" › "))
    }

    fn name(&self, element: ElementRef<'d>) -> String {
        name_of(self.definitions, element, self.language)
            .trim()
            .to_owned()
    }

    fn condition(&self, element: ElementRef<'d>) -> Option<String> {
        let flow = SequenceFlow::from_element(element)?;
        let condition = flow.condition_expression();
        if let Some(condition) = condition {
            return Some(condition.text().into_owned());
        }
        let source = element.attribute("sourceRef")?;
        let source = self.definitions.resolve(element, source).element()?;
        let is_default = source.attribute("default") == element.attribute("id");
        is_default.then(|| {
            self.words()
                .pick("әдепкі жол", "путь по умолчанию", "default flow")
                .to_owned()
        })
    }

    /// What an event waits for or throws: the message, the time, the condition.
    fn triggers(&self, element: ElementRef<'d>) -> impl Iterator<Item = String> + use<'_, 'd> {
        let definitions = element.children().filter_map(|child| {
            let definition = EventDefinition::from_element(child)?;
            Some((child, definition))
        });
        definitions.filter_map(|(child, definition)| {
            let expression = |names: &[&str]| {
                let found = names.iter().find_map(|name| child.child(BPMN, name));
                found.map(|found| found.text().trim().to_owned())
            };
            let referred = |name: &str| {
                let reference = child.attribute(name)?;
                let target = self.definitions.resolve(child, reference).element()?;
                Some(self.name(target)).filter(|name| !name.is_empty())
            };
            match definition {
                EventDefinition::Message(_) => referred("messageRef"),
                EventDefinition::Signal(_) => referred("signalRef"),
                EventDefinition::Error(_) => referred("errorRef"),
                EventDefinition::Escalation(_) => referred("escalationRef"),
                EventDefinition::Timer(_) => expression(&["timeDuration", "timeDate", "timeCycle"]),
                EventDefinition::Conditional(_) => expression(&["condition"]),
                EventDefinition::Link(_) => child.attribute("name").map(str::to_owned),
                EventDefinition::Compensate(_) => referred("activityRef"),
                EventDefinition::Cancel(_) | EventDefinition::Terminate(_) => None,
            }
        })
    }
}

/// The texts, one a line; none without texts.
fn lines(texts: impl Iterator<Item = String>) -> Option<String> {
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn documentation(element: ElementRef<'_>) -> impl Iterator<Item = String> {
    element
        .children_named(BPMN, "documentation")
        .map(|text| text.text().trim().to_owned())
}

/// A place of the regulation in words: `clause 13, item 2, action 1`.
#[must_use]
pub fn clause(source: Source<'_>, language: Language) -> String {
    let mut parts = Vec::new();
    let mut add = |value: Option<&str>, forms: [(&str, &str); 3]| {
        if let Some(value) = value {
            let (before, behind) = language.pick(forms[0], forms[1], forms[2]);
            parts.push(format!("{before}{value}{behind}"));
        }
    };
    add(source.document(), [("", ""), ("", ""), ("", "")]);
    add(
        source.clause(),
        [("", "-тармақ"), ("пункт ", ""), ("clause ", "")],
    );
    add(
        source.item(),
        [("", ") тармақша"), ("подпункт ", ""), ("item ", "")],
    );
    add(
        source.action(),
        [("№ ", " іс-қимыл"), ("действие ", ""), ("action ", "")],
    );
    add(
        source.table(),
        [("", "-кесте"), ("таблица ", ""), ("table ", "")],
    );
    add(
        source.annex(),
        [("", "-қосымша"), ("приложение ", ""), ("annex ", "")],
    );
    if source.is_derived() {
        parts.push(
            language
                .pick("мағынасынан", "по смыслу", "derived")
                .to_owned(),
        );
    }
    parts.join(", ")
}

/// A term: its words, and what was read from them.
fn term_in_words(term: Term<'_>, language: Language) -> String {
    let mut text = term.literal().unwrap_or("").to_owned();
    if let (Some(value), Some(kind)) = (term.value(), term.kind()) {
        let from = term
            .min()
            .map(|min| format!("{min} {}–", term.min_kind().unwrap_or("")))
            .unwrap_or_default()
            .replace(" –", "–");
        let bound = match term.bound() {
            Some("maximum") => "≤ ",
            _ => "",
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("({bound}{from}{value} {kind})"));
    }
    let mut detail = |word: &str, value: Option<&str>| {
        if let Some(value) = value {
            text.push_str(&format!("; {word}: {value}"));
        }
    };
    detail(
        language.pick("шегі", "ограничивает", "limits"),
        term.measures(),
    );
    detail(
        language.pick("шарт", "условие", "condition"),
        term.condition(),
    );
    text
}

fn outcome(outcome: Outcome<'_>) -> String {
    let parts = [
        outcome.kind(),
        outcome.code(),
        outcome.document(),
        outcome.ground(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(" · ")
}

fn form(extensions: ExtensionElements<'_>) -> Option<String> {
    let form = FormDefinition::find(extensions)?;
    let key = form.form_id().or(form.form_key());
    key.or(form.external_reference()).map(str::to_owned)
}

fn called(element: ElementRef<'_>, extensions: ExtensionElements<'_>) -> Option<String> {
    let zeebe = CalledElement::find(extensions).and_then(CalledElement::process_id);
    zeebe
        .or_else(|| element.attribute("calledElement"))
        .map(str::to_owned)
}
