//! `regulation.toml`: what a regulation is and what it promises, everything beside the text itself
//! and the flows.
//!
//! Whatever the source states carries its place ([`Place`]) and its words. What the source does not
//! state is listed as not stated, never filled in.
//!
//! # Source
//! The service cards of the regulations; `processes/README.md` documents every key.

mod act;
mod card;
mod read;
mod statement;
mod term;

use reglament_source::Span;

use crate::tree::Name;
use crate::validity::Validity;

pub use act::{Act, Decree, Stated};
pub use card::{
    Abbreviation, Channel, Decision, Document, DocumentRole, Fact, Fee, Form, Indicator,
    IndicatorMeasure, Information, Outcome, OutcomeKind, Performer, Survey, Symbol, System,
    SystemRole,
};
pub(crate) use statement::statement as read_statement;
pub use statement::{Place, Statement};
pub use term::{DayReading, Days, Hours, ServiceTerm, UnqualifiedDays};

/// The one version of the format that there is.
pub const FORMAT: u32 = 1;

/// The manifest of a pack.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The identifier of the service: the name of its folder.
    pub id: Name,
    /// What tells this version of the regulation from others of the same service.
    pub version: Name,
    /// The name of the service.
    pub title: Statement,
    /// The decree that approves the regulation.
    pub decree: Decree,
    /// From when until when it is in force.
    pub validity: Validity,
    /// Who renders the service.
    pub provider: Option<Statement>,
    /// Who may apply.
    pub recipients: Option<Statement>,
    /// How far the service is automated.
    pub automation: Option<Statement>,
    /// The type of the service.
    pub service_type: Option<Statement>,
    /// In what form it is rendered: electronic, on paper.
    pub form_of_service: Option<Statement>,
    /// What limits how many are served.
    pub capacity: Option<Statement>,
    /// What it costs.
    pub fee: Option<Fee>,
    /// How to complain.
    pub complaint: Option<Statement>,
    /// The ways to get the service.
    pub channels: Vec<Channel>,
    /// The terms of the service, of waiting and of serving.
    pub terms: Vec<ServiceTerm>,
    /// How days are read that the source does not qualify; none where it has no such term.
    pub unqualified_days: Option<UnqualifiedDays>,
    /// When doors are open.
    pub hours: Vec<Hours>,
    /// Where to ask.
    pub information: Vec<Information>,
    /// Where to see how far a request has got.
    pub status: Vec<Statement>,
    /// What an applicant may get, refusals included.
    pub outcomes: Vec<Outcome>,
    /// Who comes first.
    pub priorities: Vec<Statement>,
    /// What is submitted, issued or kept.
    pub documents: Vec<Document>,
    /// Information systems and registers.
    pub systems: Vec<System>,
    /// Who acts.
    pub performers: Vec<Performer>,
    /// The structural-functional units that the regulation lists.
    pub units: Vec<Statement>,
    /// Where paper becomes electronic or the other way round.
    pub media_gaps: Vec<Statement>,
    /// What the process has to satisfy.
    pub requirements: Vec<Statement>,
    /// What the service technically needs.
    pub technical_conditions: Vec<Statement>,
    /// The indicators of quality.
    pub indicators: Vec<Indicator>,
    /// The survey of applicants.
    pub survey: Option<Survey>,
    /// The forms.
    pub forms: Vec<Form>,
    /// The decision models.
    pub decisions: Vec<Decision>,
    /// What the abbreviations stand for.
    pub abbreviations: Vec<Abbreviation>,
    /// The legend of the regulation's diagrams.
    pub legend: Vec<Symbol>,
    /// What the source states beside all that.
    pub facts: Vec<Fact>,
    /// The sections that the source says nothing about.
    pub not_stated: Vec<Name>,
    /// Where the manifest begins.
    pub(crate) span: Span,
}

impl Manifest {
    /// The channel `id`.
    #[must_use]
    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| *channel.id.text == *id)
    }

    /// The form `id`.
    #[must_use]
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.iter().find(|form| *form.id.text == *id)
    }

    /// The document `id`.
    #[must_use]
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents
            .iter()
            .find(|document| *document.id.text == *id)
    }

    /// Everything that it states, in the order of its sections.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        let single = [
            Some(&self.title),
            self.provider.as_ref(),
            self.recipients.as_ref(),
            self.automation.as_ref(),
            self.service_type.as_ref(),
            self.form_of_service.as_ref(),
            self.capacity.as_ref(),
            self.fee.as_ref().map(|fee| &fee.text),
            self.complaint.as_ref(),
            self.survey.as_ref().map(|survey| &survey.text),
            self.unqualified_days.as_ref().map(|days| &days.text),
        ];
        let lists = [
            &self.status,
            &self.priorities,
            &self.units,
            &self.media_gaps,
            &self.requirements,
            &self.technical_conditions,
        ];
        let decree = self.decree.statements();
        let entries = decree
            .chain(self.channels.iter().map(|it| &it.text))
            .chain(self.terms.iter().map(|it| &it.text))
            .chain(self.hours.iter().map(|it| &it.text))
            .chain(self.information.iter().map(|it| &it.text))
            .chain(self.outcomes.iter().map(|it| &it.text))
            .chain(self.documents.iter().map(|it| &it.text))
            .chain(self.systems.iter().map(|it| &it.text))
            .chain(self.performers.iter().map(|it| &it.text))
            .chain(self.indicators.iter().map(|it| &it.text))
            .chain(self.forms.iter().map(|it| &it.text))
            .chain(self.decisions.iter().map(|it| &it.text))
            .chain(self.abbreviations.iter().map(|it| &it.text))
            .chain(self.legend.iter().map(|it| &it.text))
            .chain(self.facts.iter().map(|it| &it.text));
        let lists = lists.into_iter().flatten();
        single.into_iter().flatten().chain(lists).chain(entries)
    }

    /// The outcomes that a channel may end with.
    pub fn outcomes_of<'m>(&'m self, channel: &'m str) -> impl Iterator<Item = &'m Outcome> {
        self.outcomes
            .iter()
            .filter(move |outcome| concerns(&outcome.channels, channel))
    }
}

/// Whether an entry that names `channels` concerns `channel`: one that names none concerns all.
pub(crate) fn concerns(channels: &[Name], channel: &str) -> bool {
    channels.is_empty() || channels.iter().any(|named| *named.text == *channel)
}
