//! `reglament clauses`: clause by clause the elements that implement it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use reglament_pack::trace::{Element, Trace};
use reglament_pack::{FolderSource, MANIFEST, Pack};
use serde::Serialize;

use crate::output::{self, Palette, paint};
use crate::render::Lang;
use crate::{Exit, Unusable, input};

/// How much of a text is shown for people.
const SHOWN_LIMIT: usize = 100;

/// Lists, clause by clause, the elements that implement it, and the elements without a clause.
///
/// Exit code 0; with `--deny gaps` 1 where a flow element cites no clause. That every item and row of a
/// channel is implemented is what `check` proves.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament clauses processes/kindergarten-queue\n  \
reglament clauses processes --format csv > clauses.csv"
)]
pub(crate) struct Clauses {
    /// A pack, a flow of a pack, or a directory with packs.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// For whom the output is.
    #[arg(long, value_enum, default_value_t)]
    format: ClausesFormat,
    /// In which language the text is quoted; what is not given in it is in Kazakh.
    #[arg(long, value_enum, default_value = "kk")]
    lang: Lang,
    /// Have gaps count as errors.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ClausesFormat {
    /// For people.
    #[default]
    Human,
    /// An array with one object for each pack.
    Json,
    /// Comma-separated values with a header: one line for each place and element.
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Elements without a clause.
    Gaps,
}

#[derive(Serialize)]
struct Traced {
    pack: String,
    #[serde(flatten)]
    trace: Trace,
}

impl Clauses {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let mut traced = Vec::new();
        for (folder, flow) in packs(&self.path)? {
            let (pack, _) = Pack::load(&FolderSource::new(&folder));
            let Some(pack) = pack else {
                let message = format!("the pack `{}` cannot be read", folder.display());
                return Err(Unusable::new(message).hint("run `reglament check` on it"));
            };
            traced.push(Traced {
                pack: pack.id().to_owned(),
                trace: Trace::of(&pack, flow.as_deref(), self.lang.tag()),
            });
        }
        let text = match self.format {
            ClausesFormat::Human => human(&traced),
            ClausesFormat::Json => serde_json::to_string_pretty(&traced)
                .map(|text| text + "\n")
                .map_err(|error| Unusable::new(format!("cannot write JSON: {error}")))?,
            ClausesFormat::Csv => csv(&traced)?,
        };
        output::print(&text);
        let has_gaps = traced.iter().any(|it| !it.trace.without_clause.is_empty());
        Ok(if has_gaps && self.deny.is_some() {
            Exit::Wrong
        } else {
            Exit::Good
        })
    }
}

/// The folders of the packs under a path, and the flow if the path is that of one.
fn packs(path: &Path) -> Result<Vec<(PathBuf, Option<String>)>, Unusable> {
    let is_manifest = |path: &Path| path.file_name().is_some_and(|name| name == MANIFEST);
    if path.is_file() && !is_manifest(path) {
        let folder = input::folder_of(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !folder.join(MANIFEST).is_file() {
            let message = format!("`{}` lies in no pack", path.display());
            let hint = format!("a pack is a folder with a `{MANIFEST}`");
            return Err(Unusable::new(message).hint(hint));
        }
        return Ok(vec![(folder, Some(name.into_owned()))]);
    }
    let found = input::find(&[path.to_owned()], &is_manifest, "pack");
    if let Some(unusable) = found.unusable.into_iter().next() {
        return Err(unusable);
    }
    Ok(found
        .files
        .iter()
        .map(|file| (input::folder_of(file), None))
        .collect())
}

fn human(traced: &[Traced]) -> String {
    let palette = Palette::for_stdout();
    let mut text = String::new();
    for Traced { pack, trace } in traced {
        let _ = writeln!(text, "{}", paint(palette.title, pack));
        for place in &trace.places {
            let _ = writeln!(
                text,
                "  {}  {}",
                paint(palette.place, &place.name()),
                paint(palette.faint, &shortened(&place.text))
            );
            for line in elements(&place.elements) {
                let _ = writeln!(text, "      {line}");
            }
        }
        if !trace.without_clause.is_empty() {
            let _ = writeln!(
                text,
                "  {}",
                paint(palette.doubtful, "elements without a clause")
            );
            for line in elements(&trace.without_clause) {
                let _ = writeln!(text, "      {line}");
            }
        }
        let all = trace.places.len();
        let cited = all - trace.not_implemented().count();
        let without = trace.without_clause.len();
        let _ = writeln!(
            text,
            "  {cited} of {all} places cited, {without} elements without a clause\n"
        );
    }
    text
}

/// One line for each file: its elements, those that are inferred in brackets.
fn elements(elements: &[Element]) -> Vec<String> {
    let mut files: Vec<(&str, Vec<String>)> = Vec::new();
    for element in elements {
        let id = if element.derived {
            format!("({})", element.id)
        } else {
            element.id.clone()
        };
        match files.iter_mut().find(|(file, _)| *file == &*element.file) {
            Some((_, ids)) => ids.push(id),
            None => files.push((&element.file, vec![id])),
        }
    }
    let lines = files
        .iter()
        .map(|(file, ids)| format!("{file}: {}", ids.join(", ")));
    lines.collect()
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN_LIMIT {
        return text.to_owned();
    }
    let start: String = text.chars().take(SHOWN_LIMIT).collect();
    format!("{}…", start.trim_end())
}

fn csv(traced: &[Traced]) -> Result<String, Unusable> {
    let header = [
        "pack", "place", "text", "file", "element", "type", "derived",
    ];
    let mut rows = vec![header.map(str::to_owned)];
    for Traced { pack, trace } in traced {
        let line = |place: &str, text: &str, element: Option<&Element>| {
            let of = |get: fn(&Element) -> String| element.map(get).unwrap_or_default();
            [
                pack.clone(),
                place.to_owned(),
                text.to_owned(),
                of(|it| it.file.to_string()),
                of(|it| it.id.clone()),
                of(|it| it.kind.clone()),
                of(|it| it.derived.to_string()),
            ]
        };
        for place in &trace.places {
            let name = place.name();
            let cited = place.elements.iter().map(Some);
            let none = place.elements.is_empty().then_some(None);
            rows.extend(
                none.into_iter()
                    .chain(cited)
                    .map(|it| line(&name, &place.text, it)),
            );
        }
        rows.extend(trace.without_clause.iter().map(|it| line("", "", Some(it))));
    }
    crate::csv::table(rows.iter().map(|row| row.iter().map(String::as_str)))
}
