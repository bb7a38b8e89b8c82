//! Traceability: which elements implement a clause, and which elements have no clause.

use std::sync::Arc;

use reglament_core::Definitions;
use reglament_core::model::{BaseElement, ExtensionElements, FlowNode};
use serde::Serialize;

use crate::clauses::{Citation, Wording};
use crate::pack::Pack;

/// What of a regulation its flows implement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The places of the text, in its order.
    pub places: Vec<Place>,
    /// Flow nodes that cite nothing.
    pub without_clause: Vec<Element>,
}

/// A place of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Another document than the regulation itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Arc<str>>,
    /// The clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<Arc<str>>,
    /// The item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Arc<str>>,
    /// The table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Arc<str>>,
    /// The row of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Arc<str>>,
    /// The annex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annex: Option<Arc<str>>,
    /// Its words.
    pub text: String,
    /// The elements that cite it.
    pub elements: Vec<Element>,
}

/// An element of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Element {
    /// The file in the pack.
    pub file: Arc<str>,
    /// The identifier of the element.
    pub id: String,
    /// Its XML local name.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it is inferred from the place and not stated by its words.
    pub derived: bool,
}

/// A citation and the element that makes it.
struct Cited<'d> {
    citation: Citation<'d>,
    element: Element,
}

impl Trace {
    /// The trace of all flows of a pack, or of those whose file is in `only`.
    #[must_use]
    pub fn of(pack: &Pack, only: Option<&str>, language: &str) -> Self {
        let flows = pack.flows().iter();
        let flows = flows.filter(|flow| only.is_none_or(|only| *flow.path == *only));
        let mut cited = Vec::new();
        let mut without_clause = Vec::new();
        for flow in flows {
            cited.extend(citations(&flow.definitions, &flow.path));
            without_clause.extend(uncited(&flow.definitions, &flow.path));
        }
        let places = places(pack, language).map(|mut place| {
            let its = cited.iter().filter(|it| place.is(&it.citation));
            place.elements = its.map(|it| it.element.clone()).collect();
            place.elements.dedup();
            place
        });
        Self {
            places: places.collect(),
            without_clause,
        }
    }

    /// The places that no element cites.
    pub fn not_implemented(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.elements.is_empty())
    }
}

impl Place {
    /// How people name it: `clause 13, item 9`.
    #[must_use]
    pub fn name(&self) -> String {
        let parts = [
            ("document", &self.document),
            ("clause", &self.clause),
            ("item", &self.item),
            ("table", &self.table),
            ("action", &self.action),
            ("annex", &self.annex),
        ];
        let parts = parts
            .iter()
            .filter_map(|(word, value)| value.as_ref().map(|value| format!("{word} {value}")));
        parts.collect::<Vec<String>>().join(", ")
    }

    /// Whether a citation names this place itself, not only a part of it.
    fn is(&self, citation: &Citation<'_>) -> bool {
        if self.document.as_deref() != citation.document {
            return false;
        }
        if let Some(annex) = &self.annex {
            return citation.annex == Some(&**annex);
        }
        if self.clause.as_deref() != Some(citation.clause) {
            return false;
        }
        match (&self.action, &self.item) {
            (Some(action), _) => {
                let table = citation
                    .table
                    .is_none_or(|it| self.table.as_deref() == Some(it));
                table && citation.actions().any(|it| it == &**action)
            }
            (None, Some(item)) => citation.item == Some(&**item),
            (None, None) => citation.item.is_none() && citation.actions().next().is_none(),
        }
    }
}

/// The places of the text that can be cited, in its order.
fn places<'p>(pack: &'p Pack, language: &'p str) -> impl Iterator<Item = Place> + use<'p> {
    let clauses = pack.clauses();
    let empty = || Place {
        document: None,
        clause: None,
        item: None,
        table: None,
        action: None,
        annex: None,
        text: String::new(),
        elements: Vec::new(),
    };
    let words = move |wording: &Wording| {
        let text = wording.in_language(language).or(wording.readable());
        text.unwrap_or_default().to_owned()
    };
    let text = clauses.clauses.iter().flat_map(move |clause| {
        let of_clause = Place {
            document: clause.document.as_ref().map(|name| Arc::clone(&name.text)),
            clause: Some(Arc::clone(&clause.number.text)),
            text: words(&clause.wording),
            ..empty()
        };
        let items = clause.items.iter().map({
            let of_clause = of_clause.clone();
            move |item| Place {
                item: Some(Arc::clone(&item.number.text)),
                text: words(&item.wording),
                ..of_clause.clone()
            }
        });
        std::iter::once(of_clause).chain(items)
    });
    let tables = clauses.tables.iter().flat_map(move |table| {
        table.rows.iter().map(move |row| Place {
            clause: Some(Arc::clone(&table.clause.text)),
            table: table.number.as_ref().map(|name| Arc::clone(&name.text)),
            action: Some(Arc::clone(&row.action.text)),
            text: words(&row.wording),
            ..empty()
        })
    });
    let annexes = clauses.annexes.iter().map(move |annex| Place {
        annex: Some(Arc::clone(&annex.number.text)),
        text: words(&annex.wording),
        ..empty()
    });
    text.chain(tables).chain(annexes)
}

fn citations<'d>(
    definitions: &'d Definitions,
    file: &Arc<str>,
) -> impl Iterator<Item = Cited<'d>> + use<'d> {
    let file = Arc::clone(file);
    let elements = definitions.root().descendants();
    elements.flat_map(move |element| {
        let file = Arc::clone(&file);
        let sources = ExtensionElements::of(element).sources();
        sources.map(move |source| Cited {
            citation: Citation::of(source),
            element: Element {
                file: Arc::clone(&file),
                id: element.attribute("id").unwrap_or_default().to_owned(),
                kind: element.local_name().to_owned(),
                derived: source.is_derived(),
            },
        })
    })
}

fn uncited<'d>(
    definitions: &'d Definitions,
    file: &Arc<str>,
) -> impl Iterator<Item = Element> + use<'d> {
    let file = Arc::clone(file);
    let nodes = definitions.processes().flat_map(|process| {
        let elements = process.element().descendants();
        elements.filter_map(FlowNode::from_element)
    });
    let nodes = nodes.map(BaseElement::element);
    let without = nodes.filter(|it| ExtensionElements::of(*it).sources().next().is_none());
    without.map(move |element| Element {
        file: Arc::clone(&file),
        id: element.attribute("id").unwrap_or_default().to_owned(),
        kind: element.local_name().to_owned(),
        derived: false,
    })
}
