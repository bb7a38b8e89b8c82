//! `reglament case history`: what has happened to a case, in words.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;
use reglament_core::program::{ElementIx, TermIx};
use reglament_executor::{Event, InstanceId, Key, TermKey};
use reglament_runtime::{Assigned, CaseEvent, CaseRecord, ChosenVersion, Definition, Refusal};
use serde_json::json;

use super::database::{File, instance};
use super::words::{element_name, local};
use super::{Trouble, print_json};
use crate::render::Lang;
use crate::{Exit, Format, output};

/// How many records are read at once.
const PAGE: usize = 500;

/// Tells what has happened to a case and who caused it. As JSON every record is written; in words those
/// that people ask for.
#[derive(Debug, Args)]
pub(super) struct History {
    /// The number of the case.
    #[arg(value_name = "CASE", value_parser = instance)]
    case: InstanceId,
    #[command(flatten)]
    pub(super) file: File,
}

impl History {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let file = &self.file;
        file.read(async |reader| {
            match reader.case(self.case).await {
                Ok(_) => {}
                // The history of a shredded case can still be told.
                Err(error) if matches!(error.refusal(), Some(Refusal::Shredded(_))) => {}
                Err(error) => return Err(error.into()),
            }
            let mut teller = Teller::new(file.lang);
            let mut after = 0;
            loop {
                let page = reader.history(self.case, after, PAGE).await?;
                let Some((last, _)) = page.last() else { break };
                after = last.record.seq;
                for (event, opened) in &page {
                    let (record, at) = (&opened.content, event.record.at);
                    if let Some(digest) = record.event.goes_on_under() {
                        teller.definition = reader.catalogue().get(digest).map(Arc::clone);
                    }
                    match file.format {
                        Format::Json => print_json(&json!({
                            "seq": event.record.seq,
                            "at": at.to_string(),
                            "kind": &*event.record.kind,
                            "record": record,
                            "shredded": opened.is_shredded,
                        })),
                        Format::Human => {
                            if let Some(words) = teller.tell(record) {
                                let who = actor(record);
                                let at = local(at, &file.zone);
                                output::print(&format!("{at}  {words}{who}\n"));
                            }
                        }
                    }
                }
            }
            Ok(Exit::Good)
        })
    }
}

/// Who caused it, when it was a person.
fn actor(record: &CaseRecord) -> String {
    if record.actor.id.is_empty() {
        String::new()
    } else {
        format!("  [{}]", record.actor.id)
    }
}

fn with_ground(words: &str, ground: &str) -> String {
    if ground.is_empty() {
        words.to_owned()
    } else {
        format!("{words}: {ground}")
    }
}

/// Tells records in words. It remembers which element instance stands at which element.
struct Teller {
    /// The one that the records are read against.
    definition: Option<Arc<Definition>>,
    lang: Lang,
    elements: BTreeMap<Key, ElementIx>,
    /// The clocks of terms; of one that a migration kept, the words that it goes on to be counted by.
    terms: BTreeMap<TermKey, (TermIx, Option<String>)>,
}

impl Teller {
    fn new(lang: Lang) -> Self {
        Self {
            definition: None,
            lang,
            elements: BTreeMap::new(),
            terms: BTreeMap::new(),
        }
    }

    fn element(&self, element: ElementIx) -> String {
        let definition = self.definition.as_deref();
        definition.map_or_else(
            || "?".to_owned(),
            |definition| {
                format!(
                    "«{}»",
                    element_name(&definition.program, element, self.lang)
                )
            },
        )
    }

    fn step(&self, key: Key) -> String {
        let element = self.elements.get(&key);
        element.map_or_else(|| "?".to_owned(), |element| self.element(*element))
    }

    /// What happened to a term, with the element that carries it and the words of the document.
    fn term(&self, key: TermKey, words: &str) -> String {
        let program = self.definition.as_deref().map(|it| &it.program);
        let clock = self.terms.get(&key);
        let known = program.zip(clock).and_then(|(program, (term, kept))| {
            let definition = program.terms.get(*term)?;
            let literal = kept.as_ref().unwrap_or(&definition.term.literal);
            Some((definition.element, literal))
        });
        known.map_or_else(
            || words.to_owned(),
            |(element, literal)| format!("{}: {words} ({literal})", self.element(element)),
        )
    }

    /// A record in words; none when it is about the inner life of the engine.
    fn tell(&mut self, record: &CaseRecord) -> Option<String> {
        let lang = self.lang;
        match &record.event {
            CaseEvent::Opened(opened) => Some(match &opened.version {
                ChosenVersion::Unproven { reason } => format!(
                    "{} ({reason})",
                    lang.pick(
                        "іс ашылды; қолданыстағы нұсқа дәлелденбеген, бұл қабылданды",
                        "дело открыто; действующая редакция не доказана, это принято",
                        "the case is opened; that its version is in force is not proved, which was \
                         accepted",
                    )
                ),
                ChosenVersion::Latest | ChosenVersion::Named | ChosenVersion::InForce => lang
                    .pick("іс ашылды", "дело открыто", "the case is opened")
                    .to_owned(),
            }),
            CaseEvent::Executed(event) => self.tell_event(event),
            CaseEvent::TaskAssigned { .. } | CaseEvent::DutyRefused { .. } => {
                self.tell_hands(&record.event)
            }
            CaseEvent::JobFailed { key, message, .. } => {
                let failed = lang.pick("әрекет сәтсіз", "попытка не удалась", "an attempt failed");
                Some(format!("{}: {failed}: {message}", self.step(*key)))
            }
            CaseEvent::Migrated(migrated) => {
                let words = lang.pick(
                    "басқа нұсқаға көшірілді",
                    "переведено на другую редакцию",
                    "goes on under another version",
                );
                let (version, ground) = (migrated.version, &migrated.ground);
                Some(with_ground(&format!("{words} ({version})"), ground))
            }
            CaseEvent::Modified { ground } => {
                let words = lang.pick("қолмен өзгертілді", "изменено вручную", "moved by hand");
                Some(with_ground(words, ground))
            }
            CaseEvent::Suspended { reason } => {
                let words = lang.pick("тоқтатыла тұрды", "приостановлено", "suspended");
                Some(format!("{words}: {reason}"))
            }
            CaseEvent::Resumed => Some(
                lang.pick("жалғастырылды", "возобновлено", "resumed")
                    .to_owned(),
            ),
            CaseEvent::Quarantined { reason } => {
                let words = lang.pick("шеттетілді", "отстранено", "set aside");
                Some(format!("{words}: {reason}"))
            }
            _ => None,
        }
    }

    /// Who has a task, or may not have it.
    fn tell_hands(&self, event: &CaseEvent) -> Option<String> {
        let lang = self.lang;
        match event {
            CaseEvent::TaskAssigned {
                key, how, assignee, ..
            } => {
                let verb = match how {
                    Assigned::Claimed => lang.pick("алынды", "взято", "claimed"),
                    Assigned::Unclaimed => lang.pick("қайтарылды", "возвращено", "given back"),
                    Assigned::Delegated => lang.pick("табысталды", "передано", "delegated"),
                    Assigned::Resolved => lang.pick(
                        "тапсырушыға қайтты",
                        "вернулось",
                        "returned by the delegate",
                    ),
                };
                let to = assignee.as_deref().unwrap_or_default();
                Some(
                    format!("{}: {verb} {to}", self.step(*key))
                        .trim_end()
                        .to_owned(),
                )
            }
            CaseEvent::DutyRefused { key, conflict } => {
                let refused = lang.pick(
                    "міндеттердің бөлінуіне байланысты бас тартылды",
                    "отказано из-за разделения обязанностей",
                    "refused because of a duty",
                );
                let other = self
                    .definition
                    .as_deref()
                    .and_then(|it| it.element(&conflict.other));
                let other = other.map_or_else(|| conflict.other.to_string(), |it| self.element(it));
                let (step, person) = (self.step(*key), &conflict.person);
                Some(format!("{step}: {refused}: {person}, {other}"))
            }
            _ => None,
        }
    }

    fn tell_event(&mut self, event: &Event) -> Option<String> {
        let lang = self.lang;
        match event {
            Event::Reached { key, element, .. } => {
                self.elements.insert(*key, *element);
                None
            }
            Event::Activated { key, element, .. } => {
                self.elements.insert(*key, *element);
                let begun = lang.pick("басталды", "начато", "begun");
                Some(format!("{}: {begun}", self.element(*element)))
            }
            Event::Migrated(migrated) => {
                for element in self.elements.values_mut() {
                    let mut pairs = migrated.elements.iter();
                    if let Some((_, to)) = pairs.find(|(from, _)| from == element) {
                        *element = *to;
                    }
                }
                for clock in &migrated.terms {
                    let kept = clock.kept.as_ref().map(|it| it.literal.clone());
                    if let Some(term) = clock.term {
                        self.terms.insert(clock.key, (term, kept));
                    }
                }
                None
            }
            // The whole case is not reached by anything, so it has no name here.
            Event::Completed { key } if !self.elements.contains_key(key) => Some(
                lang.pick("іс аяқталды", "дело завершено", "the case is completed")
                    .to_owned(),
            ),
            Event::Completed { key } => {
                let done = lang.pick("орындалды", "выполнено", "done");
                Some(format!("{}: {done}", self.step(*key)))
            }
            Event::Terminated { key } => {
                let ended = lang.pick("үзілді", "прервано", "withdrawn");
                Some(format!("{}: {ended}", self.step(*key)))
            }
            Event::IncidentRaised { key, incident, .. } => {
                let words = lang.pick("ақау", "сбой", "incident");
                Some(format!(
                    "{}: {words}: {}",
                    self.step(*key),
                    incident.message
                ))
            }
            Event::IncidentResolved { key } => {
                let words = lang.pick("ақау қайта тексерілді", "сбой устраняется", "tried again");
                Some(format!("{}: {words}", self.step(*key)))
            }
            Event::Failed { incident } => {
                let words = lang.pick("іс қатемен аяқталды", "дело завершено с ошибкой", "failed");
                Some(format!("{words}: {}", incident.message))
            }
            Event::Cancelled => Some(
                lang.pick("іс тоқтатылды", "дело прекращено", "cancelled")
                    .to_owned(),
            ),
            Event::MessageThrown { key, .. } => {
                let words = lang.pick(
                    "хабарлама жіберілді",
                    "сообщение отправлено",
                    "message sent",
                );
                Some(format!("{}: {words}", self.step(*key)))
            }
            _ => self.tell_term(event),
        }
    }

    /// What happened to a term, in words.
    fn tell_term(&mut self, event: &Event) -> Option<String> {
        let lang = self.lang;
        match event {
            Event::TermStarted { key, start } => {
                self.terms.insert(*key, (start.term, None));
                None
            }
            Event::TermWarned { key } => {
                let words = lang.pick(
                    "мерзім аяқталуға жақын",
                    "срок истекает",
                    "a term is about to end",
                );
                Some(self.term(*key, words))
            }
            Event::TermExpired { key } => {
                let words = lang.pick("мерзім өтті", "срок истёк", "a term has run out");
                Some(self.term(*key, words))
            }
            Event::TermSuspended { key, .. } => {
                let words = lang.pick(
                    "мерзім тоқтатыла тұрды",
                    "срок приостановлен",
                    "a term is suspended",
                );
                Some(self.term(*key, words))
            }
            Event::TermResumed { key, .. } => {
                let words = lang.pick("мерзім жалғасты", "срок возобновлён", "a term goes on");
                Some(self.term(*key, words))
            }
            Event::TermExtended { key, .. } => {
                let words = lang.pick("мерзім ұзартылды", "срок продлён", "a term is extended");
                Some(self.term(*key, words))
            }
            _ => None,
        }
    }
}
