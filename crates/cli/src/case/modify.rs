//! `reglament case modify`: a case that took a wrong turn is put right by hand.

use std::sync::Arc;

use clap::Args;
use reglament_executor::InstanceId;
use reglament_runtime::command::{CaseModification, NewToken, WaitingToken};
use reglament_runtime::store::ElementInstanceId;
use serde_json::json;

use super::act::variables;
use super::auto::Writing;
use super::database::{Who, instance};
use super::{Trouble, report};
use crate::Exit;

/// Moves a case by hand: sets variables, cancels what is there, activates elements. All of it happens,
/// or nothing; a case is never left without anything to do.
///
/// PLACE is the id of an element or flow; `PLACE@ID` names the element instance that contains it, where
/// there are several.
#[derive(Debug, Args)]
#[command(after_help = "Example: back from `review` to `check`\n  \
reglament case modify 257 --cancel 257-9-3 --before check --ground 'order 12' --actor aigul")]
pub(super) struct Modify {
    /// The number of the case.
    #[arg(value_name = "CASE", value_parser = instance)]
    case: InstanceId,
    /// A task, job or other element instance that is ended, with everything in it.
    #[arg(long, value_name = "ID")]
    cancel: Vec<ElementInstanceId>,
    /// An element that is entered.
    #[arg(long, value_name = "PLACE", value_parser = place)]
    before: Vec<Place>,
    /// An element that a token leaves over its one outgoing flow.
    #[arg(long, value_name = "PLACE", value_parser = place)]
    after: Vec<Place>,
    /// A flow that a token goes over.
    #[arg(long, value_name = "PLACE", value_parser = place)]
    over: Vec<Place>,
    /// A flow at the end of which a waiting token is taken away.
    #[arg(long, value_name = "PLACE", value_parser = place)]
    withdraw: Vec<Place>,
    /// Variables of the process that are set before: a JSON object, or @ and the name of a file with
    /// one.
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    /// On what ground; the history says so.
    #[arg(long, value_name = "TEXT")]
    ground: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// An element or flow, and what contains it.
#[derive(Clone, Debug)]
struct Place {
    id: Arc<str>,
    scope: Option<ElementInstanceId>,
}

fn place(text: &str) -> Result<Place, String> {
    let (id, scope) = match text.rsplit_once('@') {
        Some((id, scope)) => {
            let scope: Result<ElementInstanceId, _> = scope.parse();
            (id, Some(scope.map_err(|error| error.to_string())?))
        }
        None => (text, None),
    };
    if id.is_empty() {
        return Err("expected the id of an element or flow".to_owned());
    }
    let id = Arc::from(id);
    Ok(Place { id, scope })
}

impl Modify {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let modification = self.modification()?;
        if modification == CaseModification::default() {
            let message = "nothing is asked for: give --cancel, --before, --after, --over, --withdraw \
                           or --vars";
            return Err(crate::Unusable::new(message).into());
        }
        let (case, actor) = (self.case, self.who.actor());
        self.file.write(false, async |engine| {
            let ground = self.ground.as_str();
            Ok(engine.modify(case, modification, ground, &actor).await?)
        })?;
        let words = format!("case {case} is modified");
        let value = json!({ "modified": case.0 });
        Ok(report(self.file.format, &value, &words))
    }

    fn modification(&self) -> Result<CaseModification, Trouble> {
        let element = |it: &Place| (Arc::clone(&it.id), it.scope);
        let before = self.before.iter().map(|it| {
            let (element, scope) = element(it);
            NewToken::Before { element, scope }
        });
        let after = self.after.iter().map(|it| {
            let (element, scope) = element(it);
            NewToken::After { element, scope }
        });
        let over = self.over.iter().map(|it| {
            let (flow, scope) = element(it);
            NewToken::Over { flow, scope }
        });
        let withdraw = self.withdraw.iter().map(|it| {
            let (flow, scope) = element(it);
            WaitingToken { flow, scope }
        });
        let variables = variables(self.vars.as_deref())?;
        Ok(CaseModification {
            variables: if variables.is_empty() {
                Vec::new()
            } else {
                vec![(None, variables)]
            },
            cancel: self.cancel.clone(),
            withdraw: withdraw.collect(),
            activate: before.chain(after).chain(over).collect(),
        })
    }
}
