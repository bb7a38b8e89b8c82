//! `reglament explain`: the page of a diagnostic.

use clap::Args;
use reglament_source::Code;
use serde_json::json;

use crate::catalogue::codes;
use crate::output::{self, Palette, paint};
use crate::{Exit, Format, Unusable};

/// How wide the text of a page is, in characters.
const WIDTH: usize = 88;

/// Shows the page of a diagnostic: what it means and what to do about it.
///
/// Without a code, lists all codes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  reglament explain RG0801\n  reglament explain")]
pub(crate) struct Explain {
    /// The code, such as RG0801.
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// For whom the output is.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Explain {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let codes = codes();
        let shown: Vec<&Code> = match &self.code {
            None => codes,
            Some(wanted) => vec![find(&codes, wanted)?],
        };
        let text = match (self.format, &self.code, shown.as_slice()) {
            (Format::Json, Some(_), [code]) => format!("{}\n", json(code)),
            (Format::Json, ..) => {
                let pages: Vec<_> = shown.iter().map(|code| json(code)).collect();
                format!("{}\n", json!(pages))
            }
            (Format::Human, Some(_), [code]) => page(code),
            (Format::Human, ..) => list(&shown),
        };
        output::print(&text);
        Ok(Exit::Good)
    }
}

/// The code called `wanted`; `801` and `rg0801` are `RG0801`.
fn find(codes: &[&'static Code], wanted: &str) -> Result<&'static Code, Unusable> {
    let digits = wanted.trim().to_uppercase();
    let digits = digits.trim_start_matches("RG");
    let id = format!("RG{digits:0>4}");
    codes
        .iter()
        .copied()
        .find(|code| code.id == id)
        .ok_or_else(|| {
            let unusable = Unusable::new(format!("there is no diagnostic `{wanted}`"));
            match reglament_source::nearest(&id, codes.iter().map(|code| code.id)) {
                Some(near) => unusable.hint(format!(
                    "did you mean `{near}`? `reglament explain` lists all"
                )),
                None => unusable.hint("`reglament explain` lists all"),
            }
        })
}

fn json(code: &Code) -> serde_json::Value {
    json!({"code": code.id, "title": code.title, "explanation": code.explanation, "spec": code.spec})
}

fn list(codes: &[&Code]) -> String {
    let palette = Palette::for_stdout();
    codes
        .iter()
        .map(|code| format!("{}  {}\n", paint(palette.title, code.id), code.title))
        .collect()
}

fn page(code: &Code) -> String {
    let palette = Palette::for_stdout();
    let mut page = paint(palette.title, &format!("{}: {}", code.id, code.title));
    page.push_str("\n\n");
    for line in code.explanation.lines() {
        page.push_str(&wrapped(line));
        page.push('\n');
    }
    if let Some(spec) = code.spec {
        page.push_str(&paint(palette.faint, &format!("\nRule: {spec}")));
        page.push('\n');
    }
    page
}

/// `line` broken between words. What is indented is code and stays.
fn wrapped(line: &str) -> String {
    if line.starts_with("  ") || line.starts_with('|') || line.starts_with('`') {
        return line.to_owned();
    }
    crate::account::wrap(line, WIDTH).join("\n")
}
