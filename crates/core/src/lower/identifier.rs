//! Identifiers of elements that have none.

use std::sync::Arc;

use reglament_xml::{ElementRef, NodeId};
use rustc_hash::FxHashMap;

use crate::model::Definitions;

/// The identifiers that were made up, so that an element always has the same.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    made: FxHashMap<NodeId, Arc<str>>,
    counts: FxHashMap<String, u32>,
    /// What they begin with: of an imported file what tells it from the others.
    prefix: String,
}

impl Identifiers {
    /// None yet; they will begin with `prefix`.
    pub(super) fn new(prefix: String) -> Self {
        Self {
            prefix,
            ..Self::default()
        }
    }

    /// The id of `element`: its own, or `_<tag>_<n>`, counted in document order and free in the
    /// file.
    pub(super) fn of(&mut self, definitions: &Definitions, element: ElementRef<'_>) -> Arc<str> {
        if let Some(id) = element.attribute("id") {
            return Arc::from(id);
        }
        if let Some(id) = self.made.get(&element.id()) {
            return Arc::clone(id);
        }
        let tag = element.local_name();
        let count = self.counts.entry(tag.to_owned()).or_default();
        let id = loop {
            *count += 1;
            let id = format!("{}_{tag}_{count}", self.prefix);
            if definitions.find(&id).is_none() {
                break id;
            }
        };
        let id: Arc<str> = Arc::from(id);
        self.made.insert(element.id(), Arc::clone(&id));
        id
    }
}
