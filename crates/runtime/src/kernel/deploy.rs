//! Deploying: everything or nothing, and the same content only once.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::Actor;
use reglament_source::Diagnostic;

use super::group::Group;
use super::ledger::EngineEvent;
use super::{Failure, Kernel};
use crate::codes;
use crate::command::{Answer, Deployed};
use crate::definition::{Definition, Demands, FileDiagnostics, Regulation, Resource, prepare};
use crate::error::Refusal;
use crate::store::IndexChange;

impl Kernel {
    pub(super) fn deploy(
        &mut self,
        group: &mut Group,
        (resources, regulation): (&[Resource], &Regulation),
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let config = &self.config;
        let demands = Demands {
            handled: config.handled.union(&config.external).cloned().collect(),
            mapping: config.mapping.clone(),
            any: config.any_external,
        };
        let prepared = prepare(resources, &self.catalogue, &demands, (regulation, now));
        let prepared = prepared.map_err(Refusal::Deployment)?;
        if config.keys.is_none() {
            prepared.definitions.iter().try_for_each(needs_no_keys)?;
        }
        let warnings = prepared.diagnostics.iter().flat_map(|file| {
            let texts = file.diagnostics.iter();
            texts.map(|it| format!("{}: {it}", file.file))
        });
        let mut deployed = Deployed {
            definitions: Vec::new(),
            warnings: warnings.collect(),
        };
        deployed.definitions = prepared.described();
        if prepared.definitions.is_empty() {
            return Ok(Answer::Deployed(deployed));
        }
        let deployment = self.catalogue.newest().1 + 1;
        let definitions = prepared.definitions.iter();
        let definitions = definitions.map(|it| (Arc::clone(&it.resource), it.digest));
        let event = EngineEvent::Deployed {
            deployment,
            definitions: definitions.collect(),
        };
        let rows = prepared
            .rows
            .into_iter()
            .map(|row| IndexChange::Definition(Box::new(row)));
        self.note(group, vec![(Arc::clone(actor), event)], rows.collect(), now)?;
        for definition in prepared.definitions {
            self.catalogue.add(definition);
        }
        Ok(Answer::Deployed(deployed))
    }
}

/// A model that marks personal data can be deployed only where it can be sealed.
fn needs_no_keys(definition: &Arc<Definition>) -> Result<(), Refusal> {
    if definition.program.personal.is_empty() {
        return Ok(());
    }
    let message = "the model marks personal data, and the engine has no keys to seal it with";
    let diagnostic = Diagnostic::error(&codes::NO_KEYS, message);
    Err(Refusal::Deployment(vec![FileDiagnostics {
        file: Arc::clone(&definition.resource),
        diagnostics: vec![diagnostic.hint("open the engine with keys")],
    }]))
}
