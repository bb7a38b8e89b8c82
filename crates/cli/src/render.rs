//! `reglament render`: draws a diagram.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use reglament_core::Definitions;
use reglament_draw::diagram::{self, Diagram};
use reglament_draw::html::html;
use reglament_draw::language::Language;
use reglament_draw::layout::{Existing, layout};
use reglament_draw::overlay::{Overlay, findings, heat, trace};
use reglament_draw::png::png;
use reglament_draw::svg::{self, Options};
use reglament_source::{Diagnostic, SourceText};

use crate::diagnostics::draw_on_stderr;
use crate::input::has_extension;
use crate::model::{Meaning, Model};
use crate::{Exit, Unusable, clause_texts, input, output};

/// Draws a diagram of a BPMN file as SVG, PNG or one HTML page.
///
/// A file without a diagram is arranged first, as `layout` does. Exit code 0: drawn; 2: a file cannot
/// be used, or an argument is wrong.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament render portal.bpmn -o portal.svg\n  \
reglament render portal.bpmn -o portal.png --lang en --scale 2\n  \
reglament run portal.bpmn --trace --format json > case.jsonl\n  \
reglament render portal.bpmn -o case.html --trace case.jsonl"
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
    /// What a case did: the output of `run --trace --format json`.
    #[arg(long, value_name = "FILE", conflicts_with = "heat")]
    trace: Option<PathBuf>,
    /// What is wrong with the model: the output of `check --format json`.
    #[arg(long, value_name = "FILE")]
    findings: Option<PathBuf>,
    /// How often and how fast: the traces of many cases, one behind the other.
    #[arg(long, value_name = "FILE")]
    heat: Option<PathBuf>,
}

/// A language of the packs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    /// Kazakh.
    Kk,
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Lang {
    /// Its tag.
    pub(crate) fn tag(self) -> &'static str {
        Language::from(self).tag()
    }

    /// One of three texts.
    pub(crate) fn pick<T: Copy>(self, kazakh: T, russian: T, english: T) -> T {
        Language::from(self).pick(kazakh, russian, english)
    }
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
    Html,
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
        let diagrams = self.diagrams(&meaning.definitions, &model.source)?;
        let overlay = self.overlay(meaning)?;
        let options = Options {
            language: self.language(),
            overlay: overlay.as_ref(),
        };
        let bytes = self.draw(form, &meaning.definitions, &diagrams, &options)?;
        output::write(&self.output, &bytes)?;
        Ok(Exit::Good)
    }

    /// The diagrams of the file; where it has none, those that `layout` makes.
    fn diagrams(
        &self,
        definitions: &Definitions,
        source: &SourceText,
    ) -> Result<Vec<Diagram>, Unusable> {
        let (diagrams, broken) = diagram::read(definitions);
        draw_on_stderr(&broken, source);
        if diagrams.iter().any(|diagram| diagram.extent().is_some()) {
            return Ok(diagrams);
        }
        let (diagrams, found) = layout(definitions, Existing::Keep);
        draw_on_stderr(&found, source);
        if found.iter().any(Diagnostic::is_error) || diagrams.is_empty() {
            let message = format!("`{}` has no diagram that could be drawn", source.name());
            return Err(Unusable::new(message).hint("draw one in a modeler"));
        }
        let file = self.file.display();
        output::eprint(&format!(
            "note: `{file}` has no diagram and was arranged; `reglament layout {file}` keeps the arrangement\n"
        ));
        Ok(diagrams)
    }

    fn language(&self) -> Option<Language> {
        self.lang.map(Language::from)
    }

    fn draw(
        &self,
        form: Form,
        definitions: &Definitions,
        diagrams: &[Diagram],
        options: &Options<'_>,
    ) -> Result<Vec<u8>, Unusable> {
        if form == Form::Html {
            let shown: Vec<&Diagram> = match &self.diagram {
                Some(wanted) => vec![named(wanted, diagrams)?],
                None => diagrams.iter().collect(),
            };
            let details = clause_texts::of_flow(&self.file, definitions, options.language);
            return Ok(html(definitions, &shown, options, &details).into_bytes());
        }
        let drawing = svg::svg(definitions, self.choose(diagrams)?, options);
        match form {
            Form::Html | Form::Svg => Ok(drawing.into_bytes()),
            Form::Png => png(&drawing, self.scale).map_err(|error| {
                Unusable::new(error.to_string()).hint("choose a smaller --scale, or draw an SVG")
            }),
        }
    }

    /// What `--trace`, `--findings` and `--heat` lay over the drawing.
    fn overlay(&self, meaning: &Meaning) -> Result<Option<Overlay>, Unusable> {
        let words = self.language().unwrap_or_default();
        let mut all: Option<Overlay> = None;
        let mut lay = |overlay: Overlay| all.get_or_insert_default().extend(overlay);
        if let Some(path) = &self.heat {
            lay(heat::overlay(&records(path, meaning)?, words));
        }
        if let Some(path) = &self.trace {
            lay(trace::overlay(&records(path, meaning)?, words));
        }
        if let Some(path) = &self.findings {
            let source = text(path)?;
            let file = self.file.display().to_string();
            let (overlay, diagnostics) = findings::read(&source, &file, words);
            report(&diagnostics, &source)?;
            overlay.map(lay);
        }
        Ok(all)
    }

    /// The diagram to draw: the one that `--diagram` names, else the first one that shows something.
    fn choose<'g>(&self, diagrams: &'g [Diagram]) -> Result<&'g Diagram, Unusable> {
        if let Some(wanted) = &self.diagram {
            return named(wanted, diagrams);
        }
        if diagrams.len() > 1 {
            output::eprint(&format!(
                "note: the file has {} diagrams, the first is drawn; choose with --diagram: {}\n",
                diagrams.len(),
                list(diagrams)
            ));
        }
        let mut shown = diagrams.iter();
        shown
            .find(|diagram| diagram.extent().is_some())
            .or(diagrams.first())
            .ok_or_else(|| Unusable::new("the file has no diagram"))
    }
}

/// The diagram with the number, id, name or plane `wanted`.
fn named<'g>(wanted: &str, diagrams: &'g [Diagram]) -> Result<&'g Diagram, Unusable> {
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
                .hint(format!("it has {}", list(diagrams)))
        })
}

fn list(diagrams: &[Diagram]) -> String {
    let lines: Vec<String> = (1..)
        .zip(diagrams)
        .map(|(number, diagram)| described(number, diagram))
        .collect();
    lines.join(", ")
}

/// The records of a trace; what is wrong with it is said, and it is not used if that is an error.
///
/// What happened in processes of imported files is not in the drawing.
fn records(path: &Path, meaning: &Meaning) -> Result<Vec<trace::Record>, Unusable> {
    let source = text(path)?;
    let (mut records, mut diagnostics) = trace::read(&source);
    let imported = |id: &str| {
        let mut files = meaning.imports.files.iter();
        files.any(|file| file.definitions.find(id).is_some())
    };
    records.retain(|record| !imported(&record.element));
    diagnostics.extend(trace::check(&records, &meaning.definitions));
    report(&diagnostics, &source)?;
    Ok(records)
}

fn text(path: &Path) -> Result<SourceText, Unusable> {
    let bytes = input::read(path)?;
    let (source, undecodable) = SourceText::decode_lossy(path.display().to_string(), &bytes);
    report(&undecodable, &source)?;
    Ok(source)
}

fn report(diagnostics: &[Diagnostic], source: &SourceText) -> Result<(), Unusable> {
    draw_on_stderr(diagnostics, source);
    if diagnostics.iter().any(Diagnostic::is_error) {
        let message = format!("`{}` cannot be laid over the drawing", source.name());
        return Err(Unusable::new(message));
    }
    Ok(())
}

fn described(number: usize, diagram: &Diagram) -> String {
    let text = diagram.name.as_ref().or(diagram.id.as_ref());
    match text {
        Some(text) => format!("{number} (`{text}`)"),
        None => number.to_string(),
    }
}

fn form(path: &Path) -> Result<Form, Unusable> {
    let forms = [("svg", Form::Svg), ("png", Form::Png), ("html", Form::Html)];
    forms
        .into_iter()
        .find(|(extension, _)| has_extension(path, &[extension]))
        .map(|(_, form)| form)
        .ok_or_else(|| {
            let message = format!("`{}` has no ending that says a form", path.display());
            Unusable::new(message).hint("end it in .svg, .png or .html")
        })
}
