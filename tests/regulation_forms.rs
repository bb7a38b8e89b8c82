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
