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
    /// The number of the action table, where there are several.
    pub table: Option<Arc<str>>,
    /// The number of the annex.
    pub annex: Option<Arc<str>>,
    /// Another document than the regulation itself.
    pub document: Option<Arc<str>>,
    /// Whether the element is inferred from this place and not stated by its words.
    pub is_derived: bool,
}

/// `reg:term`
#[derive(Clone, Debug)]
pub struct Term {
    /// The literal of the document.
    pub literal: Arc<str>,
    /// The unit as read: `working days`, `hours` and so on; absent where the document gives no value.
    pub kind: Option<Arc<str>>,
    /// The amount as read, in that unit; of a range its upper edge.
    pub value: Option<Arc<str>>,
    /// The lower edge of a range.
    pub min: Option<Arc<str>>,
    /// The unit of the lower edge, where it is another.
    pub min_kind: Option<Arc<str>>,
    /// How the document bounds the value: `maximum`, `range` or `bare`.
    pub bound: Option<Arc<str>>,
    /// What the term limits: `service`, `action`, `waiting` or `serving`.
    pub measures: Option<Arc<str>>,
    /// The id of the element whose event starts the clock.
    pub anchor: Option<Arc<str>>,
    /// Which event of the anchor starts the clock: `activated` or `completed`.
    pub anchor_event: Option<Arc<str>>,
    /// Which day is day one: `event day` or `next day`.
    pub start: Option<Arc<str>>,
    /// Days that do not count: `acceptance`, `handover`.
    pub excludes: Option<Arc<str>>,
    /// Where a last day that is a day off goes.
    pub roll: Option<Arc<str>>,
    /// The rounding of months.
    pub month_end: Option<Arc<str>>,
    /// What its expiry does: `advisory` or `enforcing`.
    pub effect: Option<Arc<str>>,
    /// A FEEL expression that says when this one of several terms applies.
    pub condition: Option<Arc<str>>,
    /// The clause that the literal is taken from, where it is not that of the source.
    pub clause: Option<Arc<str>>,
}

/// `reg:outcome`
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What kind of outcome it is.
    pub kind: OutcomeKind,
    /// A stable name: `referral`, `refusal.signature`.
    pub code: Option<Arc<str>>,
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
