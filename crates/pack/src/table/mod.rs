//! The action table of a flow: who does what in which system, in what form it is completed, by which
//! term, and what comes next.
//!
//! The table is made from the model. Elements say by `reg:source action` which rows they implement;
//! units are lanes, completion forms and terms stand on the elements, and what comes next is where
//! the sequence flows lead. The words of an action are quoted from the pack's clauses; without them
//! they are the names of the elements. A flow whose regulation has no table gets one row for each
//! activity, in flow order.
//!
//! # Source
//! The action tables of the regulations' annexes and their references of business processes.

mod graph;
mod words;

use std::collections::BTreeSet;

use reglament_core::Definitions;
use reglament_core::model::{Completion, ExtensionElements, Term};
use reglament_xml::ElementRef;
use serde::Serialize;

use crate::pack::Pack;
use graph::{Graph, Node, NodeIx, RowKey};
use words::{Words, unique};

/// The action table of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActionTable {
    /// The name of the service, or of the process.
    pub title: String,
    /// The caption of the source's table, where it has one.
    pub caption: Option<String>,
    /// The rows, in the order of the source's table, else in flow order.
    pub rows: Vec<ActionRow>,
    /// Activities that belong to no row although the source has a table: what only its clauses have.
    pub beside: Vec<Activity>,
    /// All activities in flow order, for the reference by performer.
    pub activities: Vec<Activity>,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActionRow {
    /// Its number: as the source has it, else counted from 1.
    pub number: String,
    /// The units or systems.
    pub unit: String,
    /// What is done.
    pub action: String,
    /// In what form it is completed.
    pub completion: Vec<String>,
    /// By which terms, as the source words them.
    pub term: Vec<String>,
    /// What comes next.
    pub next: Vec<Next>,
    /// The elements that implement it.
    pub elements: Vec<String>,
}

/// What comes after an action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Next {
    /// The number of the next action; none where the case ends.
    pub action: Option<String>,
    /// The names of the conditional flows on the way.
    pub condition: Option<String>,
}

/// An activity of the flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// The identifier of the element.
    pub element: String,
    /// Its name.
    pub name: String,
    /// The innermost lane: who performs it.
    pub performer: String,
    /// Its terms.
    pub term: Vec<String>,
}

impl ActionTable {
    /// The table of a flow, with its words in `language` (`kk`, `en` or `ru`) where they are given in
    /// it, else in Kazakh. `pack` is the pack that the flow belongs to, if any.
    #[must_use]
    pub fn of(definitions: &Definitions, pack: Option<&Pack>, language: &str) -> Self {
        let words = Words {
            definitions,
            pack,
            language,
        };
        let graph = Graph::of(definitions);
        let keys = ordered(&graph, pack);
        let activities = graph.order.iter().map(|at| graph.node(*at));
        let activities: Vec<&Node<'_>> = activities.filter(|it| it.tag.is_activity()).collect();
        let listed = |nodes: &mut dyn Iterator<Item = &&Node<'_>>| -> Vec<Activity> {
            nodes.map(|node| activity(node, &words)).collect()
        };
        let rows = if keys.is_empty() {
            counted(&graph, &words)
        } else {
            keys.iter().map(|key| row(&graph, key, &words)).collect()
        };
        let beside = if keys.is_empty() {
            Vec::new()
        } else {
            listed(&mut activities.iter().filter(|node| node.rows.is_empty()))
        };
        Self {
            title: words.title(),
            caption: keys.first().and_then(|key| words.caption(key)),
            rows,
            beside,
            activities: listed(&mut activities.iter()),
        }
    }

    /// The performers, in the order in which they first act.
    #[must_use]
    pub fn performers(&self) -> Vec<&str> {
        let mut performers: Vec<&str> = Vec::new();
        for activity in &self.activities {
            if !performers.contains(&activity.performer.as_str()) {
                performers.push(&activity.performer);
            }
        }
        performers
    }
}

/// The rows that the flow implements, in the order of the source's table, else by their numbers.
fn ordered(graph: &Graph<'_>, pack: Option<&Pack>) -> Vec<RowKey> {
    let nodes = graph.indices().map(|at| graph.node(at));
    let keys: BTreeSet<RowKey> = nodes.flat_map(|node| node.rows.iter().cloned()).collect();
    let mut keys: Vec<RowKey> = keys.into_iter().collect();
    let tables = pack.map(|pack| pack.clauses().tables.as_slice());
    let place = |key: &RowKey| {
        let mut tables = tables.unwrap_or_default().iter().enumerate();
        tables.find_map(|(position, table)| {
            let number = table.number.as_ref().map(|name| &*name.text);
            let is_its = *table.clause.text == *key.clause
                && key.table.as_deref().is_none_or(|it| Some(it) == number);
            let mut rows = table.rows.iter();
            let row = rows.position(|row| is_its && *row.action.text == *key.action)?;
            Some((position, row))
        })
    };
    keys.sort_by_cached_key(|key| {
        let number = key.action.parse::<u32>().unwrap_or(u32::MAX);
        (place(key).unwrap_or((usize::MAX, 0)), number, key.clone())
    });
    keys
}

fn row(graph: &Graph<'_>, key: &RowKey, words: &Words<'_>) -> ActionRow {
    let members: Vec<NodeIx> = graph
        .order
        .iter()
        .copied()
        .filter(|at| graph.node(*at).rows.contains(key))
        .collect();
    let nodes: Vec<&Node<'_>> = members.iter().map(|at| graph.node(*at)).collect();
    let active: Vec<&&Node<'_>> = nodes.iter().filter(|it| it.tag.is_activity()).collect();
    let named = if active.is_empty() {
        nodes.iter().collect()
    } else {
        active
    };
    let acting: Vec<NodeIx> = members
        .iter()
        .copied()
        .filter(|at| acts(graph, *at))
        .collect();
    let sources = if acting.is_empty() { &members } else { &acting };
    let names = || {
        let names = named.iter().map(|node| words.name(node.element));
        unique(names).join("; ")
    };
    let units = named.iter().map(|node| words.unit(node));
    ActionRow {
        number: key.action.clone(),
        unit: unique(units).join("; "),
        action: words.action(key).unwrap_or_else(names),
        completion: completions(&nodes, Some(key), words),
        term: terms(&nodes, Some(key), words),
        next: next(graph, sources, &Rows::Cited(key), words),
        elements: ids(&nodes),
    }
}

/// Whether rows can begin and end at a node: a gateway or an end that cites rows only belongs to them.
fn acts(graph: &Graph<'_>, at: NodeIx) -> bool {
    let node = graph.node(at);
    !node.tag.is_gateway() && !node.next.is_empty()
}

/// One row for each activity, in flow order.
fn counted(graph: &Graph<'_>, words: &Words<'_>) -> Vec<ActionRow> {
    let is_activity = |at: &NodeIx| graph.node(*at).tag.is_activity();
    let order: Vec<NodeIx> = graph.order.iter().copied().filter(is_activity).collect();
    let rows = order.iter().enumerate().map(|(position, at)| {
        let nodes = [graph.node(*at)];
        ActionRow {
            number: (position + 1).to_string(),
            unit: words.unit(graph.node(*at)),
            action: words.name(graph.node(*at).element),
            completion: completions(&nodes, None, words),
            term: terms(&nodes, None, words),
            next: next(graph, &[*at], &Rows::Counted(&order), words),
            elements: ids(&nodes),
        }
    });
    rows.collect()
}

fn activity(node: &Node<'_>, words: &Words<'_>) -> Activity {
    Activity {
        element: node.element.attribute("id").unwrap_or_default().to_owned(),
        name: words.name(node.element),
        performer: words.performer(node),
        term: terms(&[node], None, words),
    }
}

fn ids(nodes: &[&Node<'_>]) -> Vec<String> {
    let ids = nodes.iter().filter_map(|node| node.element.attribute("id"));
    ids.map(str::to_owned).collect()
}

/// Whether a fact of an element belongs to a row: it names the row, or names none.
fn belongs(actions: Option<&str>, key: Option<&RowKey>) -> bool {
    match (actions, key) {
        (Some(actions), Some(key)) => actions.split_whitespace().any(|it| it == key.action),
        (None, _) | (_, None) => true,
    }
}

fn completions(nodes: &[&Node<'_>], key: Option<&RowKey>, words: &Words<'_>) -> Vec<String> {
    let all = facts(nodes).flat_map(ExtensionElements::completions);
    let of_row: Vec<Completion<'_>> = all.filter(|it| belongs(it.action(), key)).collect();
    let in_language = |language: &str| -> Vec<String> {
        let found = of_row.iter().filter(|it| it.language() == Some(language));
        unique(found.map(|it| it.text().into_owned()))
    };
    let found = in_language(words.language);
    if found.is_empty() {
        in_language("kk")
    } else {
        found
    }
}

fn terms(nodes: &[&Node<'_>], key: Option<&RowKey>, words: &Words<'_>) -> Vec<String> {
    let all = facts(nodes).flat_map(ExtensionElements::terms);
    let of_row = all.filter(|it: &Term<'_>| belongs(it.action(), key));
    unique(of_row.filter_map(|term| words.term(term)))
}

fn facts<'n, 'd: 'n>(
    nodes: &'n [&Node<'d>],
) -> impl Iterator<Item = ExtensionElements<'d>> + use<'n, 'd> {
    nodes.iter().map(|node| ExtensionElements::of(node.element))
}

/// What the rows of a table are.
enum Rows<'r> {
    /// What elements cite; this one is asked about.
    Cited(&'r RowKey),
    /// Activities, numbered in this order.
    Counted(&'r [NodeIx]),
}

impl Rows<'_> {
    /// The number of the row that begins at a node.
    fn begins_at(&self, graph: &Graph<'_>, at: NodeIx) -> Option<String> {
        match self {
            Self::Cited(_) if !acts(graph, at) => None,
            Self::Cited(_) => graph.node(at).rows.first().map(|row| row.action.clone()),
            Self::Counted(order) => {
                let position = order.iter().position(|it| *it == at)?;
                Some((position + 1).to_string())
            }
        }
    }

    /// The row that follows within the same node, which implements several.
    fn within(&self, node: &Node<'_>) -> Option<String> {
        let Self::Cited(key) = self else {
            return None;
        };
        let position = node.rows.iter().position(|row| row == *key)?;
        node.rows.get(position + 1).map(|row| row.action.clone())
    }
}

/// Follows the sequence flows from the members of a row to the first rows behind them.
fn next(graph: &Graph<'_>, members: &[NodeIx], rows: &Rows<'_>, words: &Words<'_>) -> Vec<Next> {
    let mut found: Vec<Next> = Vec::new();
    let mut seen: BTreeSet<NodeIx> = members.iter().copied().collect();
    let mut ways: Vec<(NodeIx, Vec<ElementRef<'_>>)> = Vec::new();
    let mut add = |next: Next| {
        if !found.iter().any(|it| it.action == next.action) {
            found.push(next);
        }
    };
    for member in members {
        match rows.within(graph.node(*member)) {
            Some(action) => add(Next {
                action: Some(action),
                condition: None,
            }),
            None => ways.push((*member, Vec::new())),
        }
    }
    while let Some((at, way)) = (!ways.is_empty()).then(|| ways.remove(0)) {
        let node = graph.node(at);
        if node.next.is_empty() {
            let condition = words.condition(&way);
            add(Next {
                action: None,
                condition,
            });
        }
        for (to, flow) in &node.next {
            let mut way = way.clone();
            way.extend(flow);
            if seen.contains(to) {
                continue;
            }
            if let Some(action) = rows.begins_at(graph, *to) {
                let condition = words.condition(&way);
                add(Next {
                    action: Some(action),
                    condition,
                });
            } else {
                seen.insert(*to);
                ways.push((*to, way));
            }
        }
    }
    found.sort_by_cached_key(|next| {
        let number = next.action.as_deref().map(str::parse::<u32>);
        number.map_or((2, 0), |number| number.map_or((1, 0), |number| (0, number)))
    });
    found
}
