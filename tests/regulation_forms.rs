//! What the scenarios of the packs fill in is what the forms of the tasks accept.

use std::sync::Arc;

use reglament_core::model::ExtensionElements;
use reglament_core::model::zeebe::FormDefinition;
use reglament_feel::Value;
use reglament_pack::{Pack, PackSource};
use reglament_scenario::{Action, Scenario};

/// The values with `more` in front of those of the same name.
fn merged(known: &mut Vec<(Arc<str>, Value)>, more: &[(Arc<str>, Value)]) {
    known.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    known.extend(more.iter().cloned());
}

/// The form of a task of the flow in the file `path`.
fn form_of(pack: &Pack, path: &str, task: &str) -> Option<String> {
    let flow = pack.flows().iter().find(|flow| *flow.path == *path)?;
    let element = flow.definitions.find(task)?;
    let form = FormDefinition::find(ExtensionElements::of(element))?;
    form.form_id().map(str::to_owned)
}

/// What the forms refuse of what a scenario fills in, and how many forms it fills in.
fn refused(pack: &Pack, name: &str, scenario: &Scenario) -> (Vec<String>, usize) {
    let (mut refused, mut filled) = (Vec::new(), 0);
    let file = scenario
        .file
        .as_ref()
        .map(|file| file.text.trim_start_matches("../"));
    let mut variables = scenario.vars.clone();
    for step in &scenario.steps {
        let Action::Complete { to, with, .. } = &step.action else {
            continue;
        };
        merged(&mut variables, with);
        let id = form_of(pack, file.unwrap_or_default(), &to.element.text);
        let Some(form) = id.and_then(|id| pack.form(&id)) else {
            continue;
        };
        filled += 1;
        for error in form.validate(&variables) {
            refused.push(format!("{}/{name}: {}: {error}", pack.id(), to.element));
        }
    }
    (refused, filled)
}

#[test]
fn what_scenarios_fill_in_is_what_forms_accept() {
    let mut filled = 0;
    for source in reglament_regulations::sources() {
        let (Some(pack), _) = Pack::load(source) else {
            panic!("{} does not load", source.name());
        };
        for path in source.paths().unwrap_or_default() {
            let Some(name) = path.strip_prefix("scenarios/") else {
                continue;
            };
            let bytes = source.read(&path).unwrap_or_default();
            let (Some(scenario), _) = Scenario::load(&path, &bytes) else {
                panic!("{path} is no scenario");
            };
            let (refused, of_scenario) = refused(&pack, name, &scenario);
            assert_eq!(refused, Vec::<String>::new());
            filled += of_scenario;
        }
    }
    assert!(filled > 50, "{filled} forms are filled in");
}

/// The values that a text prints, as it writes them.
fn printed(text: &str) -> Vec<&str> {
    let parts = text.split("{{").skip(1);
    let values = parts.filter_map(|part| part.split_once("}}"));
    values.map(|(value, _)| value.trim()).collect()
}

/// The paths of the values that a form asks for.
fn asked(components: &serde_json::Value, path: &str, found: &mut Vec<String>) {
    for component in components.as_array().into_iter().flatten() {
        let of = |name: &str| component[name].as_str();
        let inner = of("path").map_or_else(|| path.to_owned(), |own| format!("{path}{own}."));
        asked(&component["components"], &inner, found);
        found.extend(of("key").map(|key| format!("{path}{key}")));
    }
}

#[test]
fn the_texts_of_documents_print_what_their_forms_ask_for() {
    let mut texts = 0;
    for source in reglament_regulations::sources() {
        let (Some(pack), _) = Pack::load(source) else {
            panic!("{} does not load", source.name());
        };
        for document in &pack.manifest().documents {
            let (Some(path), Some(form)) = (&document.template, &document.form) else {
                assert!(document.template.is_none(), "{} has no form", document.id);
                continue;
            };
            let file = pack
                .manifest()
                .form(&form.text)
                .map(|form| &*form.file.text);
            let read = |path: &str| source.read(path).unwrap_or_default().into_owned();
            let form: serde_json::Value =
                serde_json::from_slice(&read(file.unwrap_or_default())).unwrap_or_default();
            let mut fields = Vec::new();
            asked(&form["components"], "", &mut fields);
            let text = String::from_utf8(read(&path.text)).unwrap_or_default();
            for value in printed(&text) {
                assert!(
                    fields.iter().any(|field| field == value),
                    "{}: {path} prints `{value}`, which its form does not ask for",
                    pack.id()
                );
            }
            texts += 1;
        }
    }
    assert_eq!(texts, 4);
}
