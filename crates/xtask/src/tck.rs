//! Runs the cases of the DMN Technology Compatibility Kit.
//!
//! Prints a line for every failing test, a table of the folders, and `N passed, N failed` last.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use reglament_dmn::{Decisions, Model, Outcome};
use reglament_feel::{Context, DateTime, EvaluationContext, Expression, List, Names, Value};
use reglament_source::SourceText;
use reglament_xml::{Document, ElementRef, Limits};

/// Numbers are the same to the kit when they are to so many decimal places.
const PLACES: i32 = 8;

/// The tests of one folder.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

/// Runs every test file below a folder.
pub(crate) fn run(root: &Path) -> ExitCode {
    let mut folders = Vec::new();
    if let Err(error) = find(root, &mut folders) {
        eprintln!("{}: {error}", root.display());
        return ExitCode::from(2);
    }
    let mut table: BTreeMap<String, Tally> = BTreeMap::new();
    for folder in folders {
        let name = folder
            .strip_prefix(root)
            .unwrap_or(&folder)
            .display()
            .to_string();
        let tally = table.entry(name.clone()).or_default();
        if let Err(error) = run_folder(&folder, &name, tally) {
            println!("FAIL {name}: {error}");
            tally.failed += 1;
        }
    }
    let width = table.keys().map(String::len).max().unwrap_or(0);
    println!("{:width$}  passed  failed", "folder");
    for (name, tally) in &table {
        println!("{name:width$}  {:6}  {:6}", tally.passed, tally.failed);
    }
    let passed: usize = table.values().map(|tally| tally.passed).sum();
    let failed: usize = table.values().map(|tally| tally.failed).sum();
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Folders that hold a model, in order.
fn find(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    if entries
        .iter()
        .any(|path| path.extension().is_some_and(|extension| extension == "dmn"))
    {
        found.push(folder.to_owned());
    }
    for entry in entries.iter().filter(|path| path.is_dir()) {
        find(entry, found)?;
    }
    Ok(())
}

fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    Ok(files)
}

fn source(path: &Path) -> Result<SourceText, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    SourceText::decode(path.display().to_string(), &bytes).map_err(|error| error.to_string())
}

fn run_folder(folder: &Path, name: &str, tally: &mut Tally) -> Result<(), String> {
    let mut models = Vec::new();
    for path in files(folder, "dmn").map_err(|error| error.to_string())? {
        let (model, diagnostics) = Model::read(source(&path)?);
        let Some(model) = model else {
            return Err(diagnostics
                .first()
                .map_or_else(String::new, ToString::to_string));
        };
        let file = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        models.push((file.unwrap_or_default(), model));
    }
    for path in files(folder, "xml").map_err(|error| error.to_string())? {
        let (document, _) = reglament_xml::parse(source(&path)?, &Limits::default());
        let Some(document) = document else {
            return Err(format!("{}: no XML", path.display()));
        };
        run_file(&document, &models, name, tally)?;
    }
    Ok(())
}

fn child<'d>(of: ElementRef<'d>, name: &'static str) -> Option<ElementRef<'d>> {
    children(of, name).next()
}

fn children<'d>(of: ElementRef<'d>, name: &'static str) -> impl Iterator<Item = ElementRef<'d>> {
    of.children()
        .filter(move |child| child.local_name() == name)
}

fn run_file(
    document: &Document,
    models: &[(String, Model)],
    folder: &str,
    tally: &mut Tally,
) -> Result<(), String> {
    let root = document.root();
    let file = child(root, "modelName").map(|name| name.text().trim().to_owned());
    let model = models.iter().find(|(name, _)| Some(name) == file.as_ref());
    let Some((_, model)) = model else {
        return Err(format!("no model {file:?}"));
    };
    let others: Vec<&Model> = models.iter().map(|(_, model)| model).collect();
    let (decisions, diagnostics) = Decisions::compile(model, &others);
    let Some(decisions) = decisions else {
        return Err(diagnostics
            .first()
            .map_or_else(String::new, ToString::to_string));
    };
    let now: Option<DateTime> = "2024-02-29T12:00:00Z".parse().ok();
    let context = EvaluationContext {
        now,
        ..EvaluationContext::default()
    };
    for case in children(root, "testCase") {
        let id = case.attribute("id").unwrap_or_default();
        let inputs: Context = children(case, "inputNode")
            .filter_map(|input| Some((input.attribute("name")?, value_in(input))))
            .collect();
        for result in children(case, "resultNode") {
            let name = result.attribute("name").unwrap_or_default();
            let expected = child(result, "expected").map_or(Value::Null, value_in);
            let outcome = match case.attribute("invocableName") {
                Some(invocable) => {
                    decisions
                        .evaluate(invocable, &inputs, &context)
                        .map(|outcome| {
                            // A service of several decisions gives each under its name.
                            let entry = outcome
                                .value
                                .as_context()
                                .and_then(|all| all.get(name))
                                .cloned();
                            let value = entry.unwrap_or_else(|| outcome.value.clone());
                            Outcome { value, ..outcome }
                        })
                }
                None => decisions.evaluate(name, &inputs, &context),
            };
            let (found, reasons) = match outcome {
                Ok(outcome) => (outcome.value, outcome.warnings),
                Err(error) => {
                    println!("FAIL {folder} {id} {name}: {error}");
                    tally.failed += 1;
                    continue;
                }
            };
            if expected.is_close_to(&found, PLACES) {
                tally.passed += 1;
                continue;
            }
            tally.failed += 1;
            let reason = reasons
                .first()
                .map(|reason| format!(" ({})", reason.warning));
            let reason = reason.unwrap_or_default();
            println!("FAIL {folder} {id} {name}: expected {expected}, found {found}{reason}");
        }
    }
    Ok(())
}

fn is_nil(of: ElementRef<'_>) -> bool {
    of.attributes()
        .any(|attribute| attribute.local_name == "nil" && attribute.value == "true")
}

/// The value within an `inputNode`, `expected`, `component` or `item`.
fn value_in(of: ElementRef<'_>) -> Value {
    if is_nil(of) {
        return Value::Null;
    }
    if let Some(list) = child(of, "list") {
        if is_nil(list) {
            return Value::Null;
        }
        return Value::List(children(list, "item").map(value_in).collect::<List>());
    }
    if let Some(value) = child(of, "value") {
        return simple(value);
    }
    let components: Vec<ElementRef<'_>> = children(of, "component").collect();
    if components.is_empty() {
        return Value::Null;
    }
    let entry = |of: ElementRef<'_>| Some((of.attribute("name")?.to_owned(), value_in(of)));
    Value::Context(components.into_iter().filter_map(entry).collect())
}

fn simple(of: ElementRef<'_>) -> Value {
    if is_nil(of) {
        return Value::Null;
    }
    let ty = of
        .attributes()
        .find(|attribute| attribute.local_name == "type");
    let ty = ty.map_or_else(String::new, |attribute| {
        let name = attribute.value.rsplit(':').next().unwrap_or_default();
        name.to_owned()
    });
    let text = of.text();
    let literal = match ty.as_str() {
        "" | "string" => return Value::from(&*text),
        "boolean" | "decimal" | "double" | "integer" | "int" | "long" | "float" => {
            text.trim().to_owned()
        }
        _ => format!("@\"{}\"", text.trim()),
    };
    let (expression, _) = Expression::parse(&literal, &Names::none());
    expression.map_or(Value::Null, |expression| expression.evaluate(&()).value)
}
