//! What `check` found, on the elements that it is about.

use std::path::Path;

use reglament_source::{Diagnostic, SourceText};
use serde::Deserialize;

use super::{Badge, LegendEntry, Overlay, Tone};
use crate::codes;
use crate::language::Language;

/// One file of the output of `check --format json`.
#[derive(Debug, Deserialize)]
struct CheckedFile {
    file: String,
    #[serde(default)]
    diagnostics: Vec<Finding>,
    #[serde(default)]
    soundness: Option<Soundness>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    #[serde(default)]
    code: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    hint: Option<String>,
    #[serde(default)]
    element: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Soundness {
    #[serde(default)]
    counterexamples: Vec<Counterexample>,
}

#[derive(Debug, Deserialize)]
struct Counterexample {
    #[serde(default)]
    property: String,
    #[serde(default)]
    path: Vec<String>,
    #[serde(default)]
    elements: Vec<String>,
}

/// The overlay of what `reglament check --format json` wrote into `source`, for the model `file`,
/// with words in `language`. Where the output is of several files, the one with the path of `file` is
/// taken, else the one with its name. Nothing comes back when the text cannot be read or is about
/// other files; the diagnostics say so.
#[must_use]
pub fn read(
    source: &SourceText,
    file: &str,
    language: Language,
) -> (Option<Overlay>, Vec<Diagnostic>) {
    let files: Vec<CheckedFile> = match serde_json::from_str(source.text()) {
        Ok(files) => files,
        Err(error) => {
            let line = u32::try_from(error.line()).unwrap_or(1).max(1);
            let span = source.line_span(line.min(source.line_count()));
            let message = format!("the findings cannot be read: {error}");
            let diagnostic = Diagnostic::error(&codes::MALFORMED_OVERLAY, message)
                .at(span)
                .hint("expected the output of `reglament check --format json`");
            return (None, vec![diagnostic]);
        }
    };
    let named = |path: &str| Path::new(path).file_name().map(std::ffi::OsStr::to_owned);
    let exact = files.iter().find(|checked| checked.file == file);
    let Some(checked) = exact.or_else(|| {
        let mut same_name = files.iter();
        same_name.find(|checked| named(&checked.file) == named(file))
    }) else {
        let about: Vec<String> = files.iter().map(|it| format!("`{}`", it.file)).collect();
        let message = format!(
            "expected findings about `{file}`, found {}",
            about.join(", ")
        );
        let diagnostic = Diagnostic::error(&codes::FOREIGN_OVERLAY, message);
        return (None, vec![diagnostic]);
    };
    (Some(overlay(checked, language)), Vec::new())
}

fn tone_of(severity: &str) -> Tone {
    match severity {
        "error" => Tone::Failed,
        "warning" => Tone::Warned,
        _ => Tone::Note,
    }
}

fn overlay(checked: &CheckedFile, language: Language) -> Overlay {
    let mut overlay = Overlay::default();
    let mut elsewhere = 0_usize;
    for finding in &checked.diagnostics {
        let tone = tone_of(&finding.severity);
        let Some(element) = &finding.element else {
            elsewhere += 1;
            continue;
        };
        let mut text = format!("{} {}", finding.code, finding.message);
        if let Some(hint) = &finding.hint {
            text.push_str(" (");
            text.push_str(hint);
            text.push(')');
        }
        mark(&mut overlay, element, tone, text);
    }
    let counterexamples = checked.soundness.iter().flat_map(|it| &it.counterexamples);
    for counterexample in counterexamples {
        let property = counterexample.property.replace('_', " ");
        for element in &counterexample.elements {
            mark(&mut overlay, element, Tone::Failed, property.clone());
        }
        for step in &counterexample.path {
            let own = overlay.mark(step);
            own.tone = own.tone.max(Some(Tone::Warned));
        }
    }
    overlay.legend = legend(&overlay, elsewhere, language);
    overlay
}

/// Adds a finding: the worst one gives the tone, and one badge counts them.
fn mark(overlay: &mut Overlay, element: &str, tone: Tone, text: String) {
    let mark = overlay.mark(element);
    mark.tone = mark.tone.max(Some(tone));
    mark.remarks.push(text);
    let count = mark.remarks.len();
    let sign = if count > 1 {
        format!("!{count}")
    } else if tone == Tone::Note {
        "i".to_owned()
    } else {
        "!".to_owned()
    };
    mark.badges = vec![Badge {
        tone: mark.tone.unwrap_or(tone),
        text: sign,
        title: mark.remarks.join(" · "),
    }];
}

fn legend(overlay: &Overlay, elsewhere: usize, language: Language) -> Vec<LegendEntry> {
    let words = [
        (Tone::Failed, language.pick("қате", "ошибка", "error")),
        (
            Tone::Warned,
            language.pick("ескерту", "предупреждение", "warning"),
        ),
        (Tone::Note, language.pick("ескертпе", "примечание", "note")),
    ];
    let count = |tone| {
        let marks = overlay.marks.values();
        marks.filter(|mark| mark.tone == Some(tone)).count()
    };
    let mut legend: Vec<LegendEntry> = words
        .into_iter()
        .map(|(tone, word)| (tone, word, count(tone)))
        .filter(|(_, _, count)| *count > 0)
        .map(|(tone, word, count)| LegendEntry::of(tone, format!("{word}: {count}")))
        .collect();
    if elsewhere > 0 {
        let word = language.pick("элементсіз табылғандар", "без элемента", "about no element");
        legend.push(LegendEntry::of(Tone::Ended, format!("{word}: {elsewhere}")));
    }
    if legend.is_empty() {
        let word = language.pick(
            "ешнәрсе табылмады",
            "ничего не найдено",
            "nothing was found",
        );
        legend.push(LegendEntry::of(Tone::Done, word));
    }
    legend
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"[
      {"file":"a/x.bpmn","diagnostics":[
        {"code":"RG0314","severity":"error","message":"m1","hint":"h","element":"b","line":9,"column":5,"spec":null},
        {"code":"RG0315","severity":"warning","message":"m2","hint":null,"element":"b"},
        {"code":"RG0100","severity":"note","message":"m3","element":null}]},
      {"file":"a/y.bpmn","diagnostics":[]}
    ]"#;

    fn read_text(text: &str, file: &str) -> (Option<Overlay>, Vec<Diagnostic>) {
        let source = SourceText::new("findings", text.to_owned());
        read(&source, file, Language::English)
    }

    #[test]
    fn the_worst_finding_gives_the_tone_and_all_are_counted() {
        let overlay = read_text(TEXT, "elsewhere/x.bpmn").0.unwrap();
        let mark = &overlay.marks["b"];
        assert_eq!(mark.tone, Some(Tone::Failed));
        assert_eq!(mark.badges[0].text, "!2");
        assert_eq!(mark.badges[0].title, "RG0314 m1 (h) · RG0315 m2");
        let legend: Vec<&str> = overlay.legend.iter().map(|entry| &*entry.text).collect();
        assert_eq!(legend, ["error: 1", "about no element: 1"]);
    }

    #[test]
    fn findings_about_other_files_are_refused() {
        let (overlay, diagnostics) = read_text(TEXT, "z.bpmn");
        assert!(overlay.is_none());
        assert_eq!(diagnostics[0].code.id, "RG1122");
    }

    #[test]
    fn text_that_is_no_json_is_reported_with_its_line() {
        let (overlay, diagnostics) = read_text("[\n{]\n", "z.bpmn");
        assert!(overlay.is_none());
        assert_eq!(diagnostics[0].span.map(|span| span.start), Some(2));
    }
}
