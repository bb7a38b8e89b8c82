//! The namespaces in scope while a document is read (Namespaces in XML 1.0, 6).

use crate::name::{XML_NAMESPACE, XMLNS_NAMESPACE};
use crate::tree::{Full, NO_NAMESPACE, Tree, row};

/// The row of the namespace of the prefix `xml`.
pub(super) const XML: u32 = 0;
/// The row of the namespace of namespace declarations.
pub(super) const XMLNS: u32 = 1;

/// One prefix of the document (the empty one is the default namespace) and what it stands for now.
struct Slot<'s> {
    prefix: &'s str,
    /// Row of the namespace; [`NO_NAMESPACE`] while the prefix is not declared.
    namespace: u32,
}

/// A declaration to take back when its element ends.
struct Undo {
    slot: usize,
    namespace: u32,
}

/// Prefixes are few, so they are found by looking through them; what is declared anew replaces
/// the old meaning until its element ends, so depth costs nothing.
pub(super) struct Scope<'s> {
    slots: Vec<Slot<'s>>,
    undo: Vec<Undo>,
    last: usize,
}

impl<'s> Scope<'s> {
    /// The scope outside the root element, where only `xml` and `xmlns` stand for something.
    pub(super) fn new(tree: &mut Tree) -> Result<Self, Full> {
        for namespace in [XML_NAMESPACE, XMLNS_NAMESPACE] {
            let name = tree.own(namespace)?;
            tree.namespaces.push(name);
        }
        let slots = vec![
            Slot {
                prefix: "",
                namespace: NO_NAMESPACE,
            },
            Slot {
                prefix: "xml",
                namespace: XML,
            },
            Slot {
                prefix: "xmlns",
                namespace: XMLNS,
            },
        ];
        Ok(Self {
            slots,
            undo: Vec::new(),
            last: 0,
        })
    }

    /// The number of prefixes seen.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// A mark to go back to when the element that now begins ends.
    pub(super) fn mark(&self) -> usize {
        self.undo.len()
    }

    /// Declares `prefix` to stand for the namespace row `namespace`.
    pub(super) fn declare(&mut self, prefix: &'s str, namespace: u32) {
        let slot = self.find(prefix).unwrap_or_else(|| {
            self.slots.push(Slot {
                prefix,
                namespace: NO_NAMESPACE,
            });
            self.slots.len() - 1
        });
        if let Some(found) = self.slots.get_mut(slot) {
            self.undo.push(Undo {
                slot,
                namespace: found.namespace,
            });
            found.namespace = namespace;
        }
    }

    /// The row that `prefix` stands for; [`NO_NAMESPACE`] when it is not declared.
    #[inline]
    pub(super) fn resolve(&mut self, prefix: &str) -> u32 {
        if let Some(slot) = self.slots.get(self.last)
            && slot.prefix == prefix
        {
            return slot.namespace;
        }
        let Some(slot) = self.find(prefix) else {
            return NO_NAMESPACE;
        };
        self.last = slot;
        self.slots
            .get(slot)
            .map_or(NO_NAMESPACE, |slot| slot.namespace)
    }

    /// Takes back what was declared since `mark`.
    pub(super) fn leave(&mut self, mark: usize) {
        while self.undo.len() > mark {
            let Some(undo) = self.undo.pop() else { return };
            if let Some(slot) = self.slots.get_mut(undo.slot) {
                slot.namespace = undo.namespace;
            }
        }
    }

    fn find(&self, prefix: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.prefix == prefix)
    }
}

/// Adds a namespace name to the table of the document.
pub(super) fn add_namespace(tree: &mut Tree, name: crate::tree::Str) -> Result<u32, Full> {
    let id = row(tree.namespaces.len())?;
    tree.namespaces.push(name);
    Ok(id)
}
