//! Acts: the decree that approves a regulation, its amendments, its repeal, its legal basis.

use std::sync::Arc;

use reglament_core::timer::Date;
use reglament_source::Span;

use super::statement::{Statement, words};
use crate::tree::{Fields, Findings, Node, Tree, date};

/// The word for what the source does not say.
pub(crate) const UNKNOWN: &str = "unknown";

/// Something that the source may not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated<T> {
    /// It does.
    Known(T),
    /// It does not.
    Unknown,
}

impl<T> Stated<T> {
    /// What it says.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

/// A legal act.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who adopted it.
    pub body: Option<Statement>,
    /// When.
    pub date: Stated<Date>,
    /// Its number.
    pub number: Stated<Arc<str>>,
    /// What it is or what it changes.
    pub text: Statement,
}

/// The decree that approves the regulation.
#[derive(Clone, Debug)]
pub struct Decree {
    /// The decree itself.
    pub act: Act,
    /// Its state registration.
    pub registration: Option<Act>,
    /// Its first official publication.
    pub publication: Option<Act>,
    /// How it comes into force, in words.
    pub entry: Option<Statement>,
    /// The acts that changed it, in order.
    pub amendments: Vec<Act>,
    /// The act that repealed it.
    pub repeal: Option<Act>,
    /// What it rests on.
    pub basis: Vec<Act>,
}

impl Decree {
    /// Everything that is stated about it.
    pub(super) fn statements(&self) -> impl Iterator<Item = &Statement> {
        let acts = std::iter::once(&self.act)
            .chain(&self.registration)
            .chain(&self.publication)
            .chain(&self.amendments)
            .chain(&self.repeal)
            .chain(&self.basis);
        acts.flat_map(|act| [Some(&act.text), act.body.as_ref()])
            .flatten()
            .chain(&self.entry)
    }
}

/// Reads `[decree]`.
pub(super) fn decree(node: &Node, findings: &mut Findings) -> Option<Decree> {
    let mut fields = Fields::of("decree", node, findings)?;
    let mut one = |fields: &mut Fields<'_>, key: &str| {
        let node = fields.value(key)?;
        read_act(key, node, findings)
    };
    let registration = one(&mut fields, "registration");
    let publication = one(&mut fields, "publication");
    let repeal = one(&mut fields, "repeal");
    let mut many = |fields: &mut Fields<'_>, key: &str| -> Vec<Act> {
        let nodes = fields.mappings(key, findings);
        let act = |node: &&Node| read_act(key, node, findings);
        nodes.iter().filter_map(act).collect()
    };
    let amendments = many(&mut fields, "amendment");
    let basis = many(&mut fields, "basis");
    let entry = fields.value("entry").and_then(|node| {
        let mut fields = Fields::of("entry", node, findings)?;
        let entry = super::statement::statement(&mut fields, "`entry`", node.span, findings);
        fields.finish_asked("`entry`", findings);
        Some(entry)
    });
    let act = act(&mut fields, node.span, findings);
    fields.finish_asked("`decree`", findings);
    Some(Decree {
        act,
        registration,
        publication,
        entry,
        amendments,
        repeal,
        basis,
    })
}

fn read_act(key: &str, node: &Node, findings: &mut Findings) -> Option<Act> {
    let mut fields = Fields::of(key, node, findings)?;
    let act = act(&mut fields, node.span, findings);
    fields.finish_asked(&format!("`{key}`"), findings);
    Some(act)
}

/// Takes the keys of an act. Who adopted it, when and under what number are stated or said to be
/// unknown, except where the act is named by its words alone.
fn act(fields: &mut Fields<'_>, at: Span, findings: &mut Findings) -> Act {
    let body = fields.value("body").and_then(|node| {
        if let Tree::Text(text) = &node.value {
            // A body named by one text is named in English: its Kazakh name is rarely given apart.
            let en = Some(Arc::from(text.as_str()));
            let span = node.span;
            return Some(Statement {
                en,
                span,
                ..Statement::default()
            });
        }
        let mut fields = Fields::of("body", node, findings)?;
        let body = words(&mut fields, node.span, findings);
        fields.finish_asked("`body`", findings);
        Some(body)
    });
    Act {
        body,
        date: stated_date(fields, "date", findings),
        number: match fields.text("number", findings) {
            Some(number) if &*number != UNKNOWN => Stated::Known(number),
            Some(_) | None => Stated::Unknown,
        },
        text: words(fields, at, findings),
    }
}

/// A date, or `"unknown"`; absent is unknown.
pub(crate) fn stated_date(
    fields: &mut Fields<'_>,
    key: &str,
    findings: &mut Findings,
) -> Stated<Date> {
    match fields.name(key, findings) {
        Some(name) if &*name.text != UNKNOWN => {
            date(key, &name, findings).map_or(Stated::Unknown, Stated::Known)
        }
        Some(_) | None => Stated::Unknown,
    }
}
