//! The trace of a case over its drawing: the path that it took, where it waits, its terms, what went
//! wrong.

use std::collections::{BTreeMap, BTreeSet};

use reglament_core::Definitions;
use reglament_core::timer::Timestamp;
use reglament_source::{Diagnostic, SourceText, Span};
use serde::Deserialize;

use super::{Badge, LegendEntry, Mark, Overlay, Tone};
use crate::codes;
use crate::language::Language;

/// The most remarks that an element shows; the rest is counted.
const REMARKS_LIMIT: usize = 12;

/// One line of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Record {
    /// What happened, such as `completed`.
    pub event: String,
    /// The id of the element or flow.
    #[serde(default)]
    pub element: String,
    /// Which instance of the element it was.
    #[serde(default)]
    pub instance: u64,
    /// When it happened, as written.
    #[serde(default)]
    pub time: String,
    /// Which one of several terms of the element it is about.
    #[serde(default)]
    pub term: u64,
    /// When a term ends, as written; none while its clock stands still.
    #[serde(default)]
    pub due: Option<String>,
    /// The words about it: of an incident, of a refusal.
    #[serde(default, alias = "reason")]
    pub message: Option<String>,
    /// The code of an error or escalation.
    #[serde(default)]
    pub code: Option<String>,
    /// Where the line stands.
    #[serde(skip, default = "nowhere")]
    pub span: Span,
}

const fn nowhere() -> Span {
    Span::new(0, 0)
}

impl Record {
    /// When it happened.
    pub(super) fn instant(&self) -> Option<Timestamp> {
        Timestamp::parse_rfc3339(&self.time).ok()
    }
}

/// Reads a trace: the lines that `reglament run --trace --format json` writes, also those of several
/// runs one behind the other. Lines that cannot be read are reported, each with its place.
#[must_use]
pub fn read(source: &SourceText) -> (Vec<Record>, Vec<Diagnostic>) {
    let (mut records, mut diagnostics) = (Vec::new(), Vec::new());
    for line in 1..=source.line_count() {
        let span = source.line_span(line);
        let text = source.slice(span).trim();
        if text.is_empty() {
            continue;
        }
        match serde_json::from_str::<Record>(text) {
            Ok(record) => records.push(Record { span, ..record }),
            Err(error) => {
                let message = format!("line {line} is no line of a trace: {error}");
                diagnostics.push(
                    Diagnostic::error(&codes::MALFORMED_OVERLAY, message)
                        .at(span)
                        .hint("expected the output of `reglament run --trace --format json`"),
                );
            }
        }
    }
    if records.is_empty() && diagnostics.is_empty() {
        let message = "the trace is empty";
        diagnostics.push(Diagnostic::error(&codes::MALFORMED_OVERLAY, message));
    }
    (records, diagnostics)
}

/// What the trace names that the model does not have: a warning for each, or one error when the
/// model has nothing of it.
#[must_use]
pub fn check(records: &[Record], definitions: &Definitions) -> Vec<Diagnostic> {
    let mut names = BTreeMap::new();
    for record in records.iter().filter(|record| !record.element.is_empty()) {
        names.entry(&*record.element).or_insert(record.span);
    }
    let known = |name: &str| definitions.find(name).is_some();
    if !names.is_empty() && !names.keys().any(|name| known(name)) {
        let message = "the model has none of the elements that the trace names";
        return vec![Diagnostic::error(&codes::FOREIGN_OVERLAY, message)];
    }
    let unknown = names.iter().filter(|(name, _)| !known(name));
    unknown
        .map(|(name, span)| {
            let message = format!("the trace names `{name}`, which the model does not have");
            Diagnostic::warning(&codes::FOREIGN_OVERLAY, message)
                .at(*span)
                .on(*name)
        })
        .collect()
}

/// What happened to one element or flow.
#[derive(Debug, Default)]
struct Story<'r> {
    open: BTreeSet<u64>,
    completed: usize,
    taken: usize,
    terminated: usize,
    incident: Option<&'r str>,
    refused: Option<&'r str>,
    terms: BTreeMap<u64, (TermState, &'r str)>,
    remarks: Vec<String>,
}

/// How a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TermState {
    Running,
    Near,
    Suspended,
    Met,
    Missed,
}

/// Words in Kazakh, Russian and English.
type Words = (&'static str, &'static str, &'static str);

/// What the trace says of terms: the event, how the term stands behind it (nothing: it is gone), and
/// what to call it.
static TERM_EVENTS: &[(&str, Option<TermState>, Words)] = &[
    (
        "term-started",
        Some(TermState::Running),
        ("мерзім басталды", "срок начался", "term started"),
    ),
    (
        "term-resumed",
        Some(TermState::Running),
        (
            "мерзім жалғасты",
            "течение срока возобновлено",
            "term resumed",
        ),
    ),
    (
        "term-interrupted",
        Some(TermState::Running),
        (
            "мерзім қайта басталды",
            "срок начался заново",
            "term began again",
        ),
    ),
    (
        "term-extended",
        Some(TermState::Running),
        ("мерзім ұзартылды", "срок продлён", "term extended"),
    ),
    (
        "term-recomputed",
        Some(TermState::Running),
        (
            "мерзім қайта есептелді",
            "срок пересчитан",
            "term reckoned again",
        ),
    ),
    (
        "term-suspended",
        Some(TermState::Suspended),
        (
            "мерзім тоқтатыла тұрды",
            "течение срока приостановлено",
            "term suspended",
        ),
    ),
    (
        "term-warning",
        Some(TermState::Near),
        (
            "мерзім бітуге жақын",
            "срок истекает",
            "term is about to end",
        ),
    ),
    (
        "term-met",
        Some(TermState::Met),
        ("мерзім сақталды", "срок соблюдён", "term met"),
    ),
    (
        "term-expired",
        Some(TermState::Missed),
        ("мерзім өтіп кетті", "срок пропущен", "term missed"),
    ),
    (
        "term-missed",
        Some(TermState::Missed),
        ("мерзім өтіп кетті", "срок пропущен", "term missed"),
    ),
    (
        "term-cancelled",
        None,
        ("мерзім алынып тасталды", "срок снят", "term withdrawn"),
    ),
];

/// The overlay of a trace, with words in `language`.
#[must_use]
pub fn overlay(records: &[Record], language: Language) -> Overlay {
    let mut stories: BTreeMap<&str, Story<'_>> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.element.is_empty()) {
        let story = stories.entry(&record.element).or_default();
        story.hear(record, language);
    }
    let mut overlay = Overlay::default();
    for (element, story) in stories {
        overlay
            .marks
            .insert(element.to_owned(), story.mark(language));
    }
    overlay.legend = legend(&overlay, language);
    overlay
}

impl<'r> Story<'r> {
    fn hear(&mut self, record: &'r Record, language: Language) {
        let words = |kazakh, russian, english| Some(language.pick(kazakh, russian, english));
        let remark = match &*record.event {
            "activated" => {
                self.open.insert(record.instance);
                None
            }
            "completed" => {
                self.open.remove(&record.instance);
                self.completed += 1;
                words("аяқталды", "завершено", "completed")
            }
            "terminated" => {
                self.open.remove(&record.instance);
                self.terminated += 1;
                words("тоқтатылды", "прервано", "ended from outside")
            }
            "taken" => {
                self.taken += 1;
                None
            }
            "error-thrown" => {
                self.open.remove(&record.instance);
                self.completed += 1;
                words("қате жіберілді", "возникла ошибка", "error thrown")
            }
            "escalation-thrown" => words("эскалация жіберілді", "эскалация", "escalation thrown"),
            "compensated" => words("өтелді", "компенсировано", "compensated"),
            "timer-fired" => words("таймер іске қосылды", "сработал таймер", "timer fired"),
            "message-received" => {
                words("хабарлама алынды", "получено сообщение", "message received")
            }
            "signal-received" => words("сигнал алынды", "получен сигнал", "signal received"),
            "incident" => {
                self.incident = Some(record.message.as_deref().unwrap_or(""));
                words("оқыс жағдай", "инцидент", "incident")
            }
            "refused" => {
                self.refused = Some(record.message.as_deref().unwrap_or(""));
                words("қабылданбады", "отклонено", "refused")
            }
            event => self
                .hear_term(event, record)
                .map(|(kazakh, russian, english)| language.pick(kazakh, russian, english)),
        };
        if let Some(remark) = remark {
            self.remarks.push(sentence(remark, record));
        }
    }

    /// What happens to a term; nothing for an event that is not about one.
    fn hear_term(&mut self, event: &str, record: &'r Record) -> Option<Words> {
        let (_, state, words) = TERM_EVENTS.iter().find(|(name, _, _)| *name == event)?;
        match state {
            Some(state) => {
                let due = record.due.as_deref().unwrap_or("");
                self.terms.insert(record.term, (*state, due));
            }
            None => {
                self.terms.remove(&record.term);
            }
        }
        Some(*words)
    }

    fn mark(self, language: Language) -> Mark {
        let mut mark = Mark {
            tone: self.tone(),
            remarks: self.remarks.clone(),
            ..Mark::default()
        };
        if mark.remarks.len() > REMARKS_LIMIT {
            let more = mark.remarks.len() - REMARKS_LIMIT;
            mark.remarks.truncate(REMARKS_LIMIT);
            mark.remarks.push(format!("… +{more}"));
        }
        let mut badge = |tone, text: String, title: String| {
            mark.badges.push(Badge { tone, text, title });
        };
        if let Some(message) = self.incident {
            badge(Tone::Failed, "!".to_owned(), message.to_owned());
        }
        if let Some(message) = self.refused {
            badge(Tone::Warned, "×".to_owned(), message.to_owned());
        }
        if !self.open.is_empty() {
            let waits = language.pick("күтуде", "ожидает", "waiting");
            let count = self.open.len();
            let text = if count > 1 {
                format!("●{count}")
            } else {
                "●".to_owned()
            };
            badge(Tone::Waiting, text, waits.to_owned());
        }
        let times = self.completed.max(self.taken);
        if times > 1 {
            let title = match language {
                Language::Kazakh => format!("{times} рет"),
                Language::Russian => format!("раз: {times}"),
                Language::English => format!("{times} times"),
            };
            badge(Tone::Done, format!("{times}×"), title);
        }
        for (state, due) in self.terms.into_values() {
            let (tone, title) = state.words(language);
            let sign = if due.is_empty() { "||" } else { &short(due) };
            badge(tone, format!("→ {sign}"), format!("{title}: {due}"));
        }
        mark
    }

    fn tone(&self) -> Option<Tone> {
        if self.incident.is_some() {
            Some(Tone::Failed)
        } else if !self.open.is_empty() {
            Some(Tone::Waiting)
        } else if self.completed + self.taken > 0 {
            Some(Tone::Done)
        } else if self.terminated > 0 {
            Some(Tone::Ended)
        } else if self.refused.is_some() {
            Some(Tone::Warned)
        } else {
            None
        }
    }
}

impl TermState {
    fn words(self, language: Language) -> (Tone, &'static str) {
        match self {
            Self::Running => (
                Tone::Note,
                language.pick("мерзімнің соңы", "срок до", "term ends"),
            ),
            Self::Near => (
                Tone::Warned,
                language.pick(
                    "мерзім бітуге жақын",
                    "срок истекает",
                    "term is about to end",
                ),
            ),
            Self::Suspended => (
                Tone::Ended,
                language.pick(
                    "мерзім тоқтатыла тұрды",
                    "течение срока приостановлено",
                    "term suspended",
                ),
            ),
            Self::Met => (
                Tone::Done,
                language.pick("мерзім сақталды", "срок соблюдён", "term met"),
            ),
            Self::Missed => (
                Tone::Failed,
                language.pick("мерзім өтіп кетті", "срок пропущен", "term missed"),
            ),
        }
    }
}

/// A remark with its details and its time.
fn sentence(what: &str, record: &Record) -> String {
    let mut sentence = what.to_owned();
    for detail in [&record.code, &record.due, &record.message]
        .into_iter()
        .flatten()
    {
        sentence.push_str(": ");
        sentence.push_str(detail);
    }
    if !record.time.is_empty() {
        sentence.push_str(", ");
        sentence.push_str(&short(&record.time));
    }
    sentence
}

/// An instant to the minute, with a space between date and time.
fn short(instant: &str) -> String {
    let minutes = instant
        .get(..16)
        .filter(|_| instant.get(10..11) == Some("T"));
    minutes.unwrap_or(instant).replace('T', " ")
}

fn legend(overlay: &Overlay, language: Language) -> Vec<LegendEntry> {
    let has = |tone: Tone| overlay.marks.values().any(|mark| mark.tone == Some(tone));
    let has_terms = |tone: Tone| {
        let mut badges = overlay.marks.values().flat_map(|mark| &mark.badges);
        badges.any(|badge| badge.tone == tone && badge.text.starts_with('→'))
    };
    let words = [
        (has(Tone::Done), Tone::Done, ("өтті", "пройдено", "done")),
        (
            has(Tone::Waiting),
            Tone::Waiting,
            ("● күтуде", "● ожидает", "● waiting"),
        ),
        (
            has(Tone::Ended),
            Tone::Ended,
            ("тоқтатылды", "прервано", "ended from outside"),
        ),
        (
            has(Tone::Failed),
            Tone::Failed,
            ("! оқыс жағдай", "! инцидент", "! incident"),
        ),
        (
            has(Tone::Warned),
            Tone::Warned,
            ("× қабылданбады", "× отклонено", "× refused"),
        ),
        (
            has_terms(Tone::Note),
            Tone::Note,
            ("→ мерзім", "→ срок", "→ due"),
        ),
        (
            has_terms(Tone::Failed),
            Tone::Failed,
            (
                "→ өтіп кеткен мерзім",
                "→ пропущенный срок",
                "→ missed term",
            ),
        ),
    ];
    words
        .into_iter()
        .filter(|(shown, _, _)| *shown)
        .map(|(_, tone, (kazakh, russian, english))| {
            LegendEntry::of(tone, language.pick(kazakh, russian, english))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<Record> {
        let (records, diagnostics) = read(&SourceText::new("trace", text.to_owned()));
        assert_eq!(diagnostics, []);
        records
    }

    #[test]
    fn a_line_that_is_no_json_is_reported_with_its_place() {
        let source = SourceText::new(
            "trace",
            "{\"event\":\"taken\",\"element\":\"f\"}\nrubbish\n{\"element\":\"f\"}\n".to_owned(),
        );
        let (records, diagnostics) = read(&source);
        assert_eq!(records.len(), 1);
        let lines: Vec<u32> = diagnostics
            .iter()
            .map(|diagnostic| source.position(diagnostic.span.unwrap().start).line)
            .collect();
        assert_eq!(lines, [2, 3]);
        assert!(diagnostics.iter().all(Diagnostic::is_error));
    }

    #[test]
    fn what_is_open_waits_and_what_is_closed_is_done() {
        let records = records(
            r#"{"event":"activated","element":"a","type":"task","instance":1,"time":"2026-03-02T04:00:00Z"}
{"event":"completed","element":"a","type":"task","instance":1,"time":"2026-03-02T04:00:00Z"}
{"event":"taken","element":"f","type":"sequenceFlow","instance":1,"time":"2026-03-02T04:00:00Z"}
{"event":"activated","element":"b","type":"userTask","instance":1,"time":"2026-03-02T04:00:00Z"}
{"event":"ended","state":"waiting","waiting":["b"],"error":null,"variables":{}}
"#,
        );
        let overlay = overlay(&records, Language::English);
        let tone = |element: &str| overlay.marks[element].tone;
        assert_eq!(tone("a"), Some(Tone::Done));
        assert_eq!(tone("f"), Some(Tone::Done));
        assert_eq!(tone("b"), Some(Tone::Waiting));
        assert_eq!(overlay.marks["b"].badges[0].text, "●");
        let legend: Vec<&str> = overlay.legend.iter().map(|entry| &*entry.text).collect();
        assert_eq!(legend, ["done", "● waiting"]);
    }

    #[test]
    fn terms_of_one_element_are_kept_apart() {
        let records = records(
            r#"{"event":"term-missed","element":"p","time":"2026-03-06T04:00:00Z","term":0,"due":"2026-03-05T19:00:00Z"}
{"event":"term-started","element":"p","time":"2026-03-06T04:00:00Z","term":1,"due":"2026-03-09T19:00:00Z"}
{"event":"term-suspended","element":"p","time":"2026-03-07T04:00:00Z","term":1,"due":null}
{"event":"term-started","element":"p","time":"2026-03-06T04:00:00Z","term":2,"due":"2026-03-09T19:00:00Z"}
{"event":"term-cancelled","element":"p","time":"2026-03-06T04:00:00Z","term":2,"due":null}
"#,
        );
        let overlay = overlay(&records, Language::English);
        let badges = &overlay.marks["p"].badges;
        let shown: Vec<(Tone, &str)> = badges.iter().map(|it| (it.tone, &*it.text)).collect();
        assert_eq!(
            shown,
            [(Tone::Failed, "→ 2026-03-05 19:00"), (Tone::Ended, "→ ||")]
        );
    }

    #[test]
    fn the_last_word_on_a_term_counts() {
        let records = records(
            r#"{"event":"term-started","element":"p","time":"2026-03-02T04:00:00Z","due":"2026-03-05T24:00:00+05:00"}
{"event":"term-missed","element":"p","time":"2026-03-06T04:00:00Z","due":"2026-03-05T24:00:00+05:00"}
"#,
        );
        let overlay = overlay(&records, Language::English);
        let [badge] = overlay.marks["p"].badges.as_slice() else {
            panic!("one badge");
        };
        assert_eq!(
            (badge.tone, &*badge.text),
            (Tone::Failed, "→ 2026-03-05 24:00")
        );
        assert_eq!(badge.title, "term missed: 2026-03-05T24:00:00+05:00");
    }
}
