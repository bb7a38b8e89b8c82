//! What people and tools want to know of an element: names, lanes, regulation facts.

use std::sync::Arc;

use reglament_source::Span;

/// The facts about an element that execution does not depend on.
#[derive(Clone, Debug)]
pub struct Info {
    /// The BPMN id.
    pub id: Arc<str>,
    /// The name, as written.
    pub name: Option<Arc<str>>,
    /// The local name of the XML element.
    pub tag: &'static str,
    /// The start tag in the file.
    pub span: Span,
    /// The names of the lanes that contain it, outermost first; empty where there are no lanes.
    pub lanes: Box<[Arc<str>]>,
    /// The names in other languages (`reg:label`).
    pub labels: Box<[Label]>,
    /// What the regulation says of it; absent where it says nothing.
    pub regulation: Option<Box<Regulation>>,
}

/// A name in another language.
#[derive(Clone, Debug)]
pub struct Label {
    /// The language tag (`xml:lang`).
    pub language: Arc<str>,
    /// The name.
    pub text: Arc<str>,
}

/// What a regulation says of an element (`reg:`).
#[derive(Clone, Debug, Default)]
pub struct Regulation {
    /// The clauses, items and actions that it implements.
    pub sources: Box<[SourceClause]>,
    /// Its terms; several where the regulation distinguishes cases.
    pub terms: Box<[Term]>,
    /// The completion form, by language.
    pub completion: Box<[Label]>,
    /// What the applicant or the next performer gets.
    pub outcomes: Box<[Outcome]>,
}

/// `reg:source`
#[derive(Clone, Debug)]
pub struct SourceClause {
    /// The clause.
    pub clause: Arc<str>,
    /// The number of the sub-clause.
    pub item: Option<Arc<str>>,
    /// The numbers of the rows of the action table.
    pub action: Option<Arc<str>>,
}

/// `reg:term`
#[derive(Clone, Debug)]
pub struct Term {
    /// The literal of the document.
    pub literal: Arc<str>,
}

/// `reg:outcome`
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What kind of outcome it is.
    pub kind: OutcomeKind,
    /// The document that carries it.
    pub document: Option<Arc<str>>,
    /// The ground of a refusal.
    pub ground: Option<Arc<str>>,
}

/// The kinds of outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// The result of the service.
    Result,
    /// A reasoned refusal.
    Refusal,
    /// A notice.
    Notice,
}
