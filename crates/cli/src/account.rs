//! The account of a case, as a clerk would keep it: who did what, in which system, when, by which term
//! and with which outcome.

use std::fmt::{self, Write as _};

use reglament_core::Program;
use reglament_core::program::{ElementIx, Info, Kind, Label, Outcome, OutcomeKind, Regulation};
use reglament_core::timer::Timestamp;
use reglament_scenario::{Report, RunState, Subject, TermMark, TraceEvent, TraceLine};

use crate::labels::Labels;
use crate::output::{Palette, paint};

/// How wide the column of captions is in header and footer.
const CAPTION: usize = 10;
/// How wide the column of variable names may become.
const NAMES: usize = 32;
/// How wide a line is, in characters.
const WIDTH: usize = 100;
/// Where the text of an entry begins, behind time and mark.
const INDENT: usize = 13;
/// Where what is said of an entry begins, behind its caption.
const DETAIL: usize = INDENT + 9;

/// A readable account of a run.
pub(crate) struct Account<'r> {
    pub(crate) program: &'r Program,
    pub(crate) labels: &'r Labels,
    pub(crate) process: &'r str,
    pub(crate) title: Option<&'r str>,
    pub(crate) report: &'r Report,
    /// Whether every event of the trace is told, not only what a reader wants to know.
    pub(crate) every_event: bool,
    pub(crate) palette: Palette,
}

impl fmt::Display for Account<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut page = Page {
            account: self,
            text: String::new(),
            day: String::new(),
            case: 0,
        };
        page.header();
        for (position, line) in self.report.trace.iter().enumerate() {
            page.entry(position, line);
        }
        page.footer();
        f.write_str(&page.text)
    }
}

/// The account while it is written.
struct Page<'a> {
    account: &'a Account<'a>,
    text: String,
    /// The day of the newest entry.
    day: String,
    /// The process instance of the newest entry.
    case: usize,
}

impl<'a> Page<'a> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Day and time of day where the case is.
    fn local(&self, time: Timestamp) -> (String, String) {
        let local = self.account.report.zone.local(time).to_string();
        match local.split_once('T') {
            Some((day, time)) => (day.to_owned(), time.to_owned()),
            None => (local, String::new()),
        }
    }

    /// The process: its name, English below, its term, where the account begins.
    fn header(&mut self) {
        let palette = self.account.palette;
        let process = self.account.program.process(self.account.process);
        let info = process.map(|process| &self.account.program.infos[process]);
        let name = info
            .and_then(|info| info.name.as_deref())
            .unwrap_or(self.account.process);
        self.paragraph(0, palette.title, name);
        if let Some(english) = info.and_then(|info| self.english(info)) {
            self.paragraph(0, palette.faint, &english);
        }
        let mut captions: Vec<(&str, String)> = Vec::new();
        if name != self.account.process {
            captions.push(("process", self.account.process.to_owned()));
        }
        captions.extend(
            self.account
                .title
                .map(|title| ("scenario", title.to_owned())),
        );
        let (day, time) = self.local(self.account.report.began);
        captions.push((
            "began",
            format!("{day} {time} {}", self.account.report.zone),
        ));
        let regulation = info.and_then(|info| info.regulation.as_deref());
        let terms = regulation
            .into_iter()
            .flat_map(|regulation| &regulation.terms);
        captions.extend(terms.map(|term| ("term", term.literal.to_string())));
        self.line("");
        for (caption, text) in captions {
            self.captioned(0, CAPTION, caption, &text);
        }
    }

    /// `text` in `style`, broken between words.
    fn paragraph(&mut self, indent: usize, style: anstyle::Style, text: &str) {
        for part in wrap(text, WIDTH.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{}", "", paint(style, &part)));
        }
    }

    /// A caption with its text beside it.
    fn captioned(&mut self, indent: usize, width: usize, caption: &str, text: &str) {
        let room = WIDTH.saturating_sub(indent + width);
        for (position, part) in wrap(text, room).iter().enumerate() {
            let caption = if position == 0 { caption } else { "" };
            let caption = paint(self.account.palette.faint, &format!("{caption:<width$}"));
            self.line(&format!("{:indent$}{caption}{part}", ""));
        }
    }

    /// One line of the trace, if a reader wants to know of it.
    fn entry(&mut self, position: usize, line: &TraceLine) {
        if self.account.every_event {
            self.event(line);
            return;
        }
        match &line.event {
            TraceEvent::Completed => self.completed(position, line),
            TraceEvent::Taken => self.decision(line),
            TraceEvent::Activated => self.opened(line),
            TraceEvent::TimerFired => self.happened(line, "◷", "the timer of", "fired"),
            TraceEvent::MessageReceived => self.happened(line, "▹", "the message for", "arrived"),
            TraceEvent::SignalReceived => self.happened(line, "▹", "the signal for", "arrived"),
            TraceEvent::Terminated => self.happened(line, "×", "", "was withdrawn"),
            TraceEvent::Compensated => self.happened(line, "↶", "", "was compensated"),
            TraceEvent::ErrorThrown { code } => self.thrown(line, "error", code),
            TraceEvent::EscalationThrown { code } => self.thrown(line, "escalation", code),
            TraceEvent::Incident { kind, message } => {
                let text = self.name(line);
                self.head(line, "✗", self.account.palette.bad, &text);
                self.captioned(
                    INDENT,
                    DETAIL - INDENT,
                    "stopped",
                    &format!("{message} ({kind})"),
                );
            }
            TraceEvent::Term { mark, due, .. } => self.term(line, *mark, *due),
            TraceEvent::Refused { reason, .. } => {
                let text = format!("refused: {reason}");
                self.head(line, "⊘", self.account.palette.doubtful, &text);
            }
        }
    }

    /// An event as it stands in the trace.
    fn event(&mut self, line: &TraceLine) {
        let program = self.account.program;
        let (id, tag) = line.subject.map_or(("", ""), |subject| {
            (subject.id(program), subject.tag(program))
        });
        let (day, time) = self.local(line.time);
        self.turn(&day, line.case);
        let event = line.event.as_str();
        let text = format!("{time:<10} {event:<18} {tag:<24} {id} #{}", line.instance);
        self.line(&text);
    }

    /// A new day or another process instance gets a heading.
    fn turn(&mut self, day: &str, case: usize) {
        if self.day != day || self.case != case {
            let of_case = self.case_text(case);
            let heading = paint(self.account.palette.faint, &format!("── {day}{of_case}"));
            self.line("");
            self.line(&heading);
            day.clone_into(&mut self.day);
            self.case = case;
        }
    }

    /// Which process instance of the run an entry belongs to, where there are several.
    fn case_text(&self, case: usize) -> String {
        let processes = &self.account.report.processes;
        match processes.get(case) {
            Some(process) if processes.len() > 1 => {
                let info = &self.account.program.infos[*process];
                let name = info.name.as_deref().unwrap_or(&info.id);
                format!(" · {name} · instance {}", case + 1)
            }
            Some(_) | None => String::new(),
        }
    }

    /// The first line of an entry: when, a mark, what.
    fn head(&mut self, line: &TraceLine, mark: &str, style: anstyle::Style, text: &str) {
        let (day, time) = self.local(line.time);
        self.turn(&day, line.case);
        let room = WIDTH.saturating_sub(INDENT);
        for (position, part) in wrap(text, room).iter().enumerate() {
            let part = paint(style, part);
            if position == 0 {
                let time = paint(self.account.palette.place, &format!("{time:<10}"));
                self.line(&format!("{time} {mark} {part}"));
            } else {
                self.line(&format!("{:INDENT$}{part}", ""));
            }
        }
    }

    /// A task, event or sub-process that has completed.
    fn completed(&mut self, position: usize, line: &TraceLine) {
        let Some(Subject::Element(element)) = line.subject else {
            return;
        };
        let palette = self.account.palette;
        let info = &self.account.program.infos[element];
        let (mark, style) = match &self.account.program.elements[element].kind {
            Kind::Task(_) => ("■", palette.title),
            Kind::StartEvent(_) => ("○", palette.title),
            Kind::EndEvent(_) => ("●", palette.title),
            Kind::IntermediateThrowEvent(_)
            | Kind::IntermediateCatchEvent(_)
            | Kind::BoundaryEvent(_) => ("◎", palette.title),
            Kind::SubProcess
            | Kind::Transaction
            | Kind::AdHocSubProcess(_)
            | Kind::EventSubProcess
            | Kind::CallActivity(_) => ("▣", palette.title),
            // What was decided at a gateway is told by the flow that was taken.
            Kind::Process
            | Kind::ExclusiveGateway
            | Kind::InclusiveGateway(_)
            | Kind::ParallelGateway
            | Kind::EventBasedGateway { .. }
            | Kind::ComplexGateway { .. } => return,
        };
        let text = self.name(line);
        self.head(line, mark, style, &text);
        if let Some(english) = self.english(info) {
            self.paragraph(INDENT, palette.faint, &english);
        }
        self.performer(info);
        self.duration(position, line, info);
        if let Some(regulation) = info.regulation.as_deref() {
            self.regulation(regulation);
        }
    }

    /// Who acts, and in which system: the inner lane and the outermost.
    fn performer(&mut self, info: &Info) {
        match &*info.lanes {
            [] => {}
            [only] => self.detail("where", &self.with_english(only)),
            [system, .., performer] if system == performer => {
                self.detail("who", &self.with_english(performer));
            }
            [system, .., performer] => {
                self.detail("who", &self.with_english(performer));
                self.detail("where", &self.with_english(system));
            }
        }
    }

    /// How long it took, beside the terms of the regulation.
    fn duration(&mut self, position: usize, line: &TraceLine, info: &Info) {
        let begun = self
            .account
            .report
            .trace
            .iter()
            .take(position)
            .rev()
            .find(|earlier| {
                earlier.event == TraceEvent::Activated
                    && earlier.subject == line.subject
                    && earlier.instance == line.instance
            });
        let took = begun.map_or(0, |begun| begun.time.micros_until(line.time));
        if took > 0 {
            self.detail("took", &span_text(took));
        }
        for term in info
            .regulation
            .iter()
            .flat_map(|regulation| &regulation.terms)
        {
            self.detail("term", &term.literal);
        }
    }

    /// What came of it: the completion form and the outcomes.
    fn regulation(&mut self, regulation: &Regulation) {
        let completion = localized(&regulation.completion);
        if let Some(completion) = completion {
            self.detail("result", &completion);
        }
        for outcome in &regulation.outcomes {
            self.detail(outcome_caption(outcome.kind), &outcome_text(outcome));
        }
    }

    fn detail(&mut self, caption: &str, text: &str) {
        self.captioned(INDENT, DETAIL - INDENT, caption, text);
    }

    /// The flow that was taken out of a gateway that decides.
    fn decision(&mut self, line: &TraceLine) {
        let Some(Subject::Flow(index)) = line.subject else {
            return;
        };
        let program = self.account.program;
        let flow = &program.flows[index];
        let source = &program.elements[flow.source];
        let decides = matches!(
            source.kind,
            Kind::ExclusiveGateway
                | Kind::InclusiveGateway(_)
                | Kind::EventBasedGateway { .. }
                | Kind::ComplexGateway { .. }
        );
        if !decides || source.outgoing.flows().count() < 2 {
            return;
        }
        let info = &program.infos[flow.source];
        let gateway = info.name.as_deref().unwrap_or(&info.id);
        let target = &program.infos[flow.target];
        let way = flow
            .name
            .as_deref()
            .or(target.name.as_deref())
            .unwrap_or(&target.id);
        self.head(
            line,
            "◇",
            anstyle::Style::new(),
            &format!("{gateway} → {way}"),
        );
        let way = match &flow.name {
            Some(_) => self.account.labels.of_id(&flow.id).map(str::to_owned),
            None => self.english(target),
        };
        if let (Some(gateway), Some(way)) = (self.english(info), way) {
            self.paragraph(
                INDENT,
                self.account.palette.faint,
                &format!("{gateway} → {way}"),
            );
        }
    }

    /// A scope that was entered: what happens in it follows.
    fn opened(&mut self, line: &TraceLine) {
        let Some(Subject::Element(element)) = line.subject else {
            return;
        };
        let opens = matches!(
            self.account.program.elements[element].kind,
            Kind::SubProcess
                | Kind::Transaction
                | Kind::AdHocSubProcess(_)
                | Kind::EventSubProcess
                | Kind::CallActivity(_)
        );
        if opens {
            let text = format!("{} begins", self.name(line));
            self.head(line, "□", anstyle::Style::new(), &text);
        }
    }

    /// What happened to a statutory term, as far as a reader wants to know: that it started and was met
    /// goes without saying.
    fn term(&mut self, line: &TraceLine, mark: TermMark, due: Option<Timestamp>) {
        let (palette, due) = (
            self.account.palette,
            due.map(|due| {
                let (day, time) = self.local(due);
                format!("{day} {time}")
            }),
        );
        let until = due.as_deref().unwrap_or("");
        let (style, what) = match mark {
            TermMark::Started | TermMark::Met | TermMark::Cancelled => return,
            TermMark::Warning => (palette.doubtful, format!("ends at {until}")),
            TermMark::Expired => (palette.bad, format!("expired at {until}")),
            TermMark::Missed => (palette.bad, format!("was missed; it ended at {until}")),
            TermMark::Suspended => (palette.doubtful, "is suspended".to_owned()),
            TermMark::Resumed => (palette.title, format!("goes on until {until}")),
            TermMark::Interrupted => (palette.title, format!("begins again, until {until}")),
            TermMark::Extended => (palette.title, format!("is extended until {until}")),
            TermMark::Recomputed => (palette.title, format!("now ends at {until}")),
        };
        let text = format!("the term of {} {what}", self.name(line));
        self.head(line, "◔", style, &text);
    }

    /// The statutory terms that were missed, in the order in which that was found out.
    fn missed(&mut self) {
        let lines = self.account.report.trace.iter();
        let missed = lines.filter(|line| {
            let event = &line.event;
            matches!(
                event,
                TraceEvent::Term {
                    mark: TermMark::Missed,
                    ..
                }
            )
        });
        let names: Vec<String> = missed.map(|line| self.name(line)).collect();
        for (position, name) in names.iter().enumerate() {
            let caption = if position == 0 { "missed" } else { "" };
            let name = paint(self.account.palette.bad, name);
            self.captioned(0, CAPTION, caption, &name);
        }
    }

    fn happened(&mut self, line: &TraceLine, mark: &str, before: &str, after: &str) {
        let text = format!("{before} {} {after}", self.name(line));
        self.head(line, mark, anstyle::Style::new(), text.trim());
    }

    fn thrown(&mut self, line: &TraceLine, what: &str, code: &str) {
        let code = if code.is_empty() {
            String::new()
        } else {
            format!(" `{code}`")
        };
        let text = format!("{} throws {what}{code}", self.name(line));
        self.head(line, "↯", self.account.palette.doubtful, &text);
    }

    /// The name of what a line is about, and which of several it was.
    fn name(&self, line: &TraceLine) -> String {
        let Some(Subject::Element(element)) = line.subject else {
            return String::new();
        };
        let info = &self.account.program.infos[element];
        let name = info.name.as_deref().unwrap_or(&info.id);
        if line.instance > 1 {
            format!("{name} ({})", line.instance)
        } else {
            name.to_owned()
        }
    }

    fn english(&self, info: &Info) -> Option<String> {
        let label = info
            .labels
            .iter()
            .find(|label| label.language.starts_with("en"));
        let label = label.map(|label| label.text.to_string());
        label.or_else(|| self.account.labels.of_id(&info.id).map(str::to_owned))
    }

    fn with_english(&self, name: &str) -> String {
        match self.account.labels.of_name(name) {
            Some(english) if english != name => format!("{name} — {english}"),
            Some(_) | None => name.to_owned(),
        }
    }

    /// How the case stands, what waits, the variables, and whether everything expected holds.
    fn footer(&mut self) {
        let (report, palette) = (self.account.report, self.account.palette);
        let ended = &report.ended;
        let style = match ended.state {
            RunState::Completed => palette.good,
            RunState::Waiting => palette.doubtful,
            RunState::Failed | RunState::Rejected => palette.bad,
        };
        let last = report.trace.last().map_or(report.began, |line| line.time);
        let (day, time) = self.local(last);
        let took = report.began.micros_until(last);
        let took = if took > 0 {
            format!(", {} after it began", span_text(took))
        } else {
            String::new()
        };
        self.line("");
        self.line(&format!(
            "{} {day} {time}{took}",
            paint(style, ended.state.as_str())
        ));
        if let Some(error) = &ended.error {
            let at = error
                .element
                .as_deref()
                .map(|element| format!(" at `{element}`"))
                .unwrap_or_default();
            let code = error
                .code
                .as_deref()
                .map(|code| format!(" `{code}`"))
                .unwrap_or_default();
            self.captioned(
                0,
                CAPTION,
                "error",
                &format!("{}{code}{at}: {}", error.kind, error.message),
            );
        }
        for (position, id) in ended.waiting.iter().enumerate() {
            let element = self.account.program.element(id);
            let text = element.map_or_else(|| id.to_string(), |element| self.waiting_text(element));
            self.captioned(
                0,
                CAPTION,
                if position == 0 { "waiting" } else { "" },
                &text,
            );
        }
        self.missed();
        self.variables();
        if report.expectations > 0 {
            let (style, text) = match report.failures.len() {
                0 => (palette.good, format!("all {} hold", report.expectations)),
                failed => (palette.bad, format!("{failed} not met")),
            };
            self.captioned(0, CAPTION, "expected", &paint(style, &text));
        }
    }

    fn waiting_text(&self, element: ElementIx) -> String {
        let info = &self.account.program.infos[element];
        let mut text = info
            .name
            .as_deref()
            .map_or_else(String::new, |name| format!("{name}  "));
        // Writing to a string cannot fail.
        let _ = write!(text, "[{}]", info.id);
        text
    }

    /// The variables in two columns, names and values.
    fn variables(&mut self) {
        let variables = &self.account.report.ended.variables;
        let longest = variables.iter().map(|(name, _)| name.chars().count()).max();
        let width = longest.unwrap_or_default().min(NAMES);
        for (position, (name, value)) in variables.iter().enumerate() {
            let caption = if position == 0 { "variables" } else { "" };
            let caption = paint(self.account.palette.faint, &format!("{caption:<CAPTION$}"));
            let room = WIDTH.saturating_sub(CAPTION + width + 2);
            for (part, text) in wrap(&value.to_string(), room).iter().enumerate() {
                if part == 0 {
                    self.line(&format!("{caption}{name:<width$}  {text}"));
                } else {
                    self.line(&format!("{:CAPTION$}{:width$}  {text}", "", ""));
                }
            }
        }
    }
}

/// The text in the first language that is not English, with the English one beside it.
fn localized(labels: &[Label]) -> Option<String> {
    let (english, own): (Vec<&Label>, Vec<&Label>) = labels
        .iter()
        .partition(|label| label.language.starts_with("en"));
    match (own.first(), english.first()) {
        (Some(own), Some(english)) => Some(format!("{} — {}", own.text, english.text)),
        (Some(one), None) | (None, Some(one)) => Some(one.text.to_string()),
        (None, None) => None,
    }
}

const fn outcome_caption(kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::Result => "outcome",
        OutcomeKind::Refusal => "refusal",
        OutcomeKind::Notice => "notice",
    }
}

fn outcome_text(outcome: &Outcome) -> String {
    let document = outcome.document.as_deref();
    let ground = outcome
        .ground
        .as_deref()
        .map(|ground| format!("ground: {ground}"));
    let parts: Vec<&str> = document.into_iter().chain(ground.as_deref()).collect();
    if parts.is_empty() {
        "given".to_owned()
    } else {
        parts.join("; ")
    }
}

/// A span of time in words, the largest two or three units.
fn span_text(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let parts: Vec<String> = units
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if parts.is_empty() {
        "less than a second".to_owned()
    } else {
        parts.join(" ")
    }
}

/// `text` broken between words into lines of up to `width` characters; a longer word stays whole.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kazakh_text_is_wrapped_by_letters_not_bytes() {
        let lines = wrap("мектепке дейінгі балалар ұйымдарына жіберу", 20);
        assert_eq!(lines, ["мектепке дейінгі", "балалар ұйымдарына", "жіберу"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("абвгдежзик ж", 4), ["абвгдежзик", "ж"]);
    }

    #[test]
    fn a_span_of_time_reads_in_words() {
        assert_eq!(span_text(90_061_000_000), "1 d 1 h 1 min 1 s");
        assert_eq!(span_text(40_000_000), "40 s");
        assert_eq!(span_text(1), "less than a second");
    }
}
