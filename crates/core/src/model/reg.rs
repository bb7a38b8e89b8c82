//! Regulation facts: the namespace `urn:reglament:bpmn:1`, as `processes/reg.xsd` documents it.

use std::borrow::Cow;

use super::extension::ExtensionElements;

/// The namespace of regulation facts.
pub const REG: &str = "urn:reglament:bpmn:1";

/// The namespace of `xml:lang`.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

extension_view! {
    /// `reg:label`: the name in another language.
    Label(REG, "label") {}
}

impl<'d> Label<'d> {
    /// The language (`xml:lang`).
    #[must_use]
    pub fn language(self) -> Option<&'d str> {
        self.element().attribute_ns(XML, "lang")
    }

    /// The name, without white space at its ends.
    #[must_use]
    pub fn text(self) -> Cow<'d, str> {
        super::input_output::trimmed(self.element())
    }
}

extension_view! {
    /// `reg:source`: a place of the regulation that the element implements.
    Source(REG, "source") {
        /// The clause.
        clause: "clause",
        /// The sub-clause.
        item: "item",
        /// The rows of the action table, separated by spaces.
        action: "action",
        /// The action table, where there are several.
        table: "table",
        /// The annex.
        annex: "annex",
        /// Another document than the regulation itself.
        document: "document",
    }
}

impl Source<'_> {
    /// Whether the element is inferred from this place and not stated by its words.
    #[must_use]
    pub fn is_derived(self) -> bool {
        self.element()
            .attribute("derived")
            .and_then(super::parse_boolean)
            .unwrap_or(false)
    }
}

extension_view! {
    /// `reg:term`: a statutory term, its literal and its reading.
    Term(REG, "term") {
        /// The words of the document.
        literal: "literal",
        /// The unit as read.
        kind: "kind",
        /// The amount as read.
        value: "value",
        /// The lower edge of a range.
        min: "min",
        /// The unit of the lower edge.
        min_kind: "minKind",
        /// How the document bounds the value.
        bound: "bound",
        /// What the term limits.
        measures: "measures",
        /// The element whose event starts the clock.
        anchor: "anchor",
        /// Which event of the anchor starts the clock.
        anchor_event: "anchorEvent",
        /// Which day is day one.
        start: "start",
        /// Days that do not count.
        excludes: "excludes",
        /// What happens when the last day is a day off.
        roll: "roll",
        /// The rounding of months.
        month_end: "monthEnd",
        /// What its expiry does.
        effect: "effect",
        /// When this one of several terms applies.
        condition: "condition",
        /// At what time of its last day the term ends.
        ends: "ends",
        /// By how much it may be extended, once.
        extension: "extension",
        /// How long before its end people are warned.
        warn: "warn",
        /// The calendar that it is counted by.
        calendar: "calendar",
        /// Which days are meant by days that the document does not qualify.
        reading: "reading",
        /// The clause that the literal is taken from.
        clause: "clause",
        /// The sub-clause that the literal is taken from.
        item: "item",
        /// The rows of the action table that the literal is taken from.
        action: "action",
        /// The action table, where there are several.
        table: "table",
        /// The annex.
        annex: "annex",
        /// Another document than the regulation itself.
        document: "document",
    }
}

extension_view! {
    /// `reg:completion`: in what form the action is completed.
    Completion(REG, "completion") {
        /// The text as read, where the verbatim text has a misprint or is cut.
        reading: "reading",
        /// The row of the action table.
        action: "action",
    }
}

impl<'d> Completion<'d> {
    /// The language (`xml:lang`).
    #[must_use]
    pub fn language(self) -> Option<&'d str> {
        self.element().attribute_ns(XML, "lang")
    }

    /// The text, without white space at its ends.
    #[must_use]
    pub fn text(self) -> Cow<'d, str> {
        super::input_output::trimmed(self.element())
    }
}

extension_view! {
    /// `reg:outcome`: what the applicant has when the case gets here.
    Outcome(REG, "outcome") {
        /// `result`, `refusal` or `notice`.
        kind: "kind",
        /// A stable name.
        code: "code",
        /// The document that the applicant gets.
        document: "document",
        /// The ground of a refusal.
        ground: "ground",
    }
}

extension_view! {
    /// `reg:personal`: a variable holds personal data.
    Personal(REG, "personal") {
        /// The variable; on a process without it, every variable.
        variable: "variable",
        /// Where the case says whom the data is about: a variable, and entries after dots.
        subject: "subject",
    }
}

extension_view! {
    /// `reg:separationOfDuties`: who performs the task has performed none of the others in the case.
    SeparationOfDuties(REG, "separationOfDuties") {
        /// The ids of the other tasks, separated by spaces.
        tasks: "tasks",
    }
}

extension_view! {
    /// `reg:bindingOfDuties`: the task is performed by the person who has performed the others.
    BindingOfDuties(REG, "bindingOfDuties") {
        /// The ids of the other tasks, separated by spaces.
        tasks: "tasks",
    }
}

impl<'d> ExtensionElements<'d> {
    /// The separations of duties.
    pub fn separations(self) -> impl Iterator<Item = SeparationOfDuties<'d>> + use<'d> {
        self.iter().filter_map(SeparationOfDuties::from_element)
    }

    /// The bindings of duties.
    pub fn bindings(self) -> impl Iterator<Item = BindingOfDuties<'d>> + use<'d> {
        self.iter().filter_map(BindingOfDuties::from_element)
    }

    /// The marks of personal data.
    pub fn personal(self) -> impl Iterator<Item = Personal<'d>> + use<'d> {
        self.iter().filter_map(Personal::from_element)
    }

    /// The names in other languages.
    pub fn labels(self) -> impl Iterator<Item = Label<'d>> + use<'d> {
        self.iter().filter_map(Label::from_element)
    }

    /// The places of the regulation that the element implements.
    pub fn sources(self) -> impl Iterator<Item = Source<'d>> + use<'d> {
        self.iter().filter_map(Source::from_element)
    }

    /// The terms.
    pub fn terms(self) -> impl Iterator<Item = Term<'d>> + use<'d> {
        self.iter().filter_map(Term::from_element)
    }

    /// The completion forms.
    pub fn completions(self) -> impl Iterator<Item = Completion<'d>> + use<'d> {
        self.iter().filter_map(Completion::from_element)
    }

    /// The outcomes.
    pub fn outcomes(self) -> impl Iterator<Item = Outcome<'d>> + use<'d> {
        self.iter().filter_map(Outcome::from_element)
    }
}
