//! `reglament table`: the action table of a regulation, made from its flow.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reglament_pack::table::{ActionRow, ActionTable, Next};

use crate::render::Lang;
use crate::{Exit, Unusable, flow_of_pack, output};

/// Writes the action table of a flow: unit or system, action, form of completion, term and next action.
///
/// The table is made from the model; the words of the actions are those of the pack's clauses.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament table processes/kindergarten-queue/portal.bpmn\n  \
reglament table portal.bpmn --by performer --format html --lang en -o reference.html"
)]
pub(crate) struct Table {
    /// The BPMN file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One row for each action, or one column for each performer.
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// In which form.
    #[arg(long, value_enum, default_value_t)]
    format: TableFormat,
    /// In which language; what is not given in it is in Kazakh.
    #[arg(long, value_enum, default_value = "kk")]
    lang: Lang,
    /// Where to write; to standard output without it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum By {
    /// The action table.
    #[default]
    Action,
    /// The reference of business processes: a column for each performer.
    Performer,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// Markdown.
    #[default]
    Markdown,
    /// One HTML page that needs no other file.
    Html,
    /// Comma-separated values in UTF-8, with a header.
    Csv,
    /// One object.
    Json,
}

/// A table as cells of text.
struct Grid {
    title: String,
    caption: Option<String>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// A line under the table.
    note: Option<String>,
}

impl Table {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let (meaning, pack) = flow_of_pack::load(&self.file)?;
        let table = ActionTable::of(&meaning.definitions, pack.as_ref(), self.lang.tag());
        let grid = match self.by {
            By::Action => actions(&table, self.lang),
            By::Performer => performers(&table),
        };
        let text = match self.format {
            TableFormat::Markdown => markdown(&grid),
            TableFormat::Html => html(&grid, self.lang),
            TableFormat::Csv => csv(&grid)?,
            TableFormat::Json => serde_json::to_string_pretty(&table)
                .map(|text| text + "\n")
                .map_err(|error| Unusable::new(format!("cannot write JSON: {error}")))?,
        };
        match &self.output {
            None => output::print(&text),
            Some(path) => output::write(path, text.as_bytes())?,
        }
        Ok(Exit::Good)
    }
}

fn actions(table: &ActionTable, lang: Lang) -> Grid {
    let header = lang.pick(
        [
            "№",
            "ҚФБ, АЖ",
            "Іс-қимыл",
            "Аяқтау нысаны",
            "Орындау мерзімі",
            "Келесі іс-қимыл",
        ],
        [
            "№",
            "Единица, система",
            "Действие",
            "Форма завершения",
            "Срок",
            "Следующее действие",
        ],
        [
            "No.",
            "Unit or system",
            "Action",
            "Form of completion",
            "Term",
            "Next action",
        ],
    );
    let row = |row: &ActionRow| {
        vec![
            row.number.clone(),
            row.unit.clone(),
            row.action.clone(),
            row.completion.join("; "),
            row.term.join("; "),
            next(&row.next, lang),
        ]
    };
    let note = (!table.beside.is_empty()).then(|| {
        let names: Vec<&str> = table.beside.iter().map(|it| it.name.as_str()).collect();
        let words = lang.pick(
            "Кестеде жолы жоқ әрекеттер",
            "Действия, которых нет в таблице",
            "Activities without a row",
        );
        format!("{words}: {}", names.join("; "))
    });
    Grid {
        title: table.title.clone(),
        caption: table.caption.clone(),
        header: header.map(str::to_owned).to_vec(),
        rows: table.rows.iter().map(row).collect(),
        note,
    }
}

fn next(next: &[Next], lang: Lang) -> String {
    let end = lang.pick("соңы", "конец", "end");
    let is_one = next.len() == 1;
    let cells = next.iter().map(|it| {
        let action = it.action.as_deref().unwrap_or(end);
        match &it.condition {
            Some(condition) if !is_one => format!("{action} ({condition})"),
            _ => action.to_owned(),
        }
    });
    cells.collect::<Vec<String>>().join("; ")
}

fn performers(table: &ActionTable) -> Grid {
    let columns = table.performers();
    let rows = table.activities.iter().enumerate().map(|(at, activity)| {
        let cell = |column: &&str| {
            if *column != activity.performer {
                return String::new();
            }
            let term = activity.term.join("; ");
            let term = if term.is_empty() {
                term
            } else {
                format!(" ({term})")
            };
            format!("{}. {}{term}", at + 1, activity.name)
        };
        columns.iter().map(cell).collect()
    });
    let rows = rows.collect();
    Grid {
        title: table.title.clone(),
        caption: None,
        header: columns.iter().map(|it| (*it).to_owned()).collect(),
        rows,
        note: None,
    }
}

fn markdown(grid: &Grid) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped_markdown(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = format!("# {}\n\n", grid.title);
    if let Some(caption) = &grid.caption {
        let _ = write!(text, "{caption}\n\n");
    }
    text += &line(&grid.header);
    text += &format!("|{}\n", " --- |".repeat(grid.header.len()));
    for row in &grid.rows {
        text += &line(row);
    }
    if let Some(note) = &grid.note {
        let _ = write!(text, "\n{note}\n");
    }
    text
}

fn escaped_markdown(cell: &str) -> String {
    cell.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .split_whitespace()
        .collect::<Vec<&str>>()
        .join(" ")
}

fn html(grid: &Grid, lang: Lang) -> String {
    let cells = |cells: &[String], tag: &str| -> String {
        let cells = cells.iter();
        let cells = cells.map(|cell| format!("<{tag}>{}</{tag}>", escaped_html(cell)));
        cells.collect()
    };
    let caption = grid.caption.as_deref().unwrap_or(&grid.title);
    let rows = grid.rows.iter();
    let rows: String = rows
        .map(|row| format!("<tr>{}</tr>\n", cells(row, "td")))
        .collect();
    let note = grid.note.as_ref();
    let note = note.map(|note| format!("<p>{}</p>\n", escaped_html(note)));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<table>\n<caption>{}</caption>\n\
<thead><tr>{}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n{}</body>\n</html>\n",
        lang.tag(),
        escaped_html(caption),
        cells(&grid.header, "th"),
        note.unwrap_or_default(),
        title = escaped_html(&grid.title),
    )
}

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color-scheme:light dark}\
h1{font-size:1.3rem;font-weight:600;max-width:60rem}caption{text-align:start;padding:.5rem 0}\
table{border-collapse:collapse}th,td{border:1px solid #8888;padding:.4rem .6rem;text-align:start;\
vertical-align:top}th{background:#8882}";

fn escaped_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn csv(grid: &Grid) -> Result<String, Unusable> {
    let rows = std::iter::once(&grid.header).chain(&grid.rows);
    crate::csv::table(rows.map(|row| row.iter().map(String::as_str)))
}
