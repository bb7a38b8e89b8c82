//! `reglament render`: draws a diagram.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use reglament_core::Definitions;
use reglament_draw::diagram::{self, Diagram};
use reglament_draw::language::Language;
use reglament_draw::png::png;
use reglament_draw::svg::{self, Options};

use crate::diagnostics::draw_on_stderr;
use crate::input::has_extension;
use crate::model::Model;
use crate::{Exit, Unusable, output};

/// Draws a diagram of a BPMN file as SVG, PNG or one HTML page.
///
/// Exit code 0: drawn; 2: the file cannot be used or has no diagram, or an argument is wrong.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament render portal.bpmn -o portal.svg\n  \
reglament render portal.bpmn -o portal.png --lang en --scale 2"
)]
pub(crate) struct Render {
    /// The BPMN file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where the drawing goes; its ending says the form: .svg, .png or .html.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Which diagram of several: its number from 1, its id, its name, or the id of what it shows.
    #[arg(long, value_name = "N|ID")]
    diagram: Option<String>,
    /// The language of names; without it they stand as written.
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    lang: Option<Lang>,
    /// Pixels of a PNG for each pixel of the diagram.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = scale)]
    scale: f64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    /// Kazakh.
    Kk,
    /// Russian.
    Ru,
    /// English.
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Kk => Self::Kazakh,
            Lang::Ru => Self::Russian,
            Lang::En => Self::English,
        }
    }
}

/// The form of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Svg,
    Png,
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if (0.05..=20.0).contains(&scale) => Ok(scale),
        Ok(_) | Err(_) => Err("expected a number from 0.05 to 20".to_owned()),
    }
}

impl Render {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let form = form(&self.output)?;
        let model = Model::load(&self.file)?;
        let Some(meaning) = &model.meaning else {
            draw_on_stderr(&model.reading, &model.source);
            return Err(Unusable::new(format!(
                "`{}` is no BPMN file",
                model.source.name()
            )));
        };
        let (diagrams, broken) = diagram::read(&meaning.definitions);
        draw_on_stderr(&broken, &model.source);
        let chosen = self.choose(&meaning.definitions, &diagrams)?;
        let options = Options {
            language: self.lang.map(Language::from),
            overlay: None,
        };
        let drawing = svg::svg(&meaning.definitions, chosen, &options);
        let bytes = match form {
            Form::Svg => drawing.into_bytes(),
            Form::Png => png(&drawing, self.scale).map_err(|error| {
                Unusable::new(error.to_string()).hint("choose a smaller --scale, or draw an SVG")
            })?,
        };
        write(&self.output, &bytes)?;
        Ok(Exit::Good)
    }

    /// The diagram that `--diagram` names; without it the first one that shows something.
    fn choose<'g>(
        &self,
        definitions: &Definitions,
        diagrams: &'g [Diagram],
    ) -> Result<&'g Diagram, Unusable> {
        if diagrams.is_empty() {
            let hint = format!("run `reglament layout {}`", self.file.display());
            return Err(Unusable::new("the file has no diagram").hint(hint));
        }
        let list = || {
            let lines: Vec<String> = (1..)
                .zip(diagrams)
                .map(|(number, diagram)| described(number, diagram))
                .collect();
            lines.join(", ")
        };
        let Some(wanted) = &self.diagram else {
            let mut shown = diagrams.iter();
            let first = shown.find(|diagram| diagram.extent().is_some());
            if diagrams.len() > 1 {
                output::eprint(&format!(
                    "note: the file has {} diagrams, the first is drawn; choose with --diagram: {}\n",
                    diagrams.len(),
                    list()
                ));
            }
            return first
                .or(diagrams.first())
                .ok_or_else(|| Unusable::new("the file has no diagram"));
        };
        let _ = definitions;
        let number = wanted.parse::<usize>().ok();
        let by_number = number.and_then(|number| diagrams.get(number.checked_sub(1)?));
        let by_text = |diagram: &&Diagram| {
            [&diagram.id, &diagram.name, &diagram.plane]
                .into_iter()
                .any(|text| text.as_deref() == Some(wanted))
        };
        by_number
            .or_else(|| diagrams.iter().find(by_text))
            .ok_or_else(|| {
                Unusable::new(format!("the file has no diagram `{wanted}`"))
                    .hint(format!("it has {}", list()))
            })
    }
}

fn described(number: usize, diagram: &Diagram) -> String {
    let text = diagram.name.as_ref().or(diagram.id.as_ref());
    match text {
        Some(text) => format!("{number} (`{text}`)"),
        None => number.to_string(),
    }
}

fn form(path: &Path) -> Result<Form, Unusable> {
    let forms = [("svg", Form::Svg), ("png", Form::Png)];
    forms
        .into_iter()
        .find(|(extension, _)| has_extension(path, &[extension]))
        .map(|(_, form)| form)
        .ok_or_else(|| {
            let message = format!("`{}` has no ending that says a form", path.display());
            Unusable::new(message).hint("end it in .svg, .png or .html")
        })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Unusable> {
    std::fs::write(path, bytes)
        .map_err(|error| Unusable::new(format!("cannot write `{}`: {error}", path.display())))
}
