//! From the tree of `regulation.toml` to a [`Manifest`]. All problems of the file are reported at
//! once.

use reglament_source::{Diagnostic, SourceText, Span};

use super::act::{UNKNOWN, decree};
use super::statement::{Statement, statement};
use super::{FORMAT, Manifest, card, term};
use crate::codes::{self, MANIFEST_FILE};
use crate::tree::{Fields, Findings, Node, parse_toml};
use crate::validity::{Bound, Validity};

impl Manifest {
    /// Reads `regulation.toml`.
    ///
    /// There is no manifest when what it cannot be without is missing or wrong: the identity, the
    /// title, the decree, the validity. The diagnostics stand in the order of the text.
    #[must_use]
    pub fn read(source: &SourceText) -> (Option<Self>, Vec<Diagnostic>) {
        let (root, malformed) = parse_toml(source, &MANIFEST_FILE);
        let mut findings = Findings::new(&MANIFEST_FILE);
        findings.diagnostics = malformed;
        let is_malformed = !findings.diagnostics.is_empty();
        let manifest = manifest(&root, &mut findings);
        let mut diagnostics = findings.diagnostics;
        if is_malformed {
            // What is missing may stand where the parser could not read.
            diagnostics.retain(|diagnostic| diagnostic.code == &codes::MALFORMED);
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        (manifest.filter(|_| !is_malformed), diagnostics)
    }
}

/// The sections that a regulation usually has: each is given, or listed in `not-stated`.
pub(crate) const SECTIONS: &[&str] = &[
    "provider",
    "recipients",
    "automation",
    "type",
    "term",
    "hours",
    "fee",
    "complaint",
    "information",
    "status",
    "refusal",
    "priority",
    "submitted",
    "media-gap",
    "requirement",
    "technical-condition",
    "indicator",
    "survey",
];

fn manifest(root: &Node, findings: &mut Findings) -> Option<Manifest> {
    let mut fields = Fields::of("regulation.toml", root, findings)?;
    let head = Span::at(root.span.start);
    format(&mut fields, head, findings);
    let id = fields.required("id", "the manifest", head, findings);
    let version = fields.required("version", "the manifest", head, findings);
    let title = one(&mut fields, "title", findings);
    let decree = section(&mut fields, "decree", head, findings, decree);
    let validity = section(&mut fields, "validity", head, findings, validity);
    if title.is_none() {
        findings.missing("the manifest", "title", head);
    }
    let manifest = rest(
        &mut fields,
        head,
        findings,
        id,
        version,
        title,
        decree,
        validity,
    );
    fields.finish_asked("the manifest", findings);
    if let Some(manifest) = &manifest {
        stated(manifest, findings);
    }
    manifest
}

#[expect(
    clippy::too_many_arguments,
    reason = "the parts without which there is no manifest, read before"
)]
fn rest(
    fields: &mut Fields<'_>,
    span: Span,
    findings: &mut Findings,
    id: Option<crate::tree::Name>,
    version: Option<crate::tree::Name>,
    title: Option<Statement>,
    decree: Option<super::Decree>,
    validity: Option<Validity>,
) -> Option<Manifest> {
    let provider = one(fields, "provider", findings);
    let recipients = one(fields, "recipients", findings);
    let automation = one(fields, "automation", findings);
    let service_type = one(fields, "type", findings);
    let form_of_service = one(fields, "form-of-service", findings);
    let capacity = one(fields, "capacity", findings);
    let complaint = one(fields, "complaint", findings);
    let fee = single(fields, "fee", findings, card::fee);
    let survey = single(fields, "survey", findings, card::survey);
    let unqualified_days = single(fields, "unqualified-days", findings, term::unqualified_days);
    let channels = many(fields, "channel", findings, card::channel);
    let terms = many(fields, "term", findings, term::term);
    let hours = many(fields, "hours", findings, term::hours);
    let information = many(fields, "information", findings, card::information);
    let outcomes = many(fields, "outcome", findings, card::outcome);
    let documents = many(fields, "document", findings, card::document);
    let systems = many(fields, "system", findings, card::system);
    let performers = many(fields, "performer", findings, card::performer);
    let indicators = many(fields, "indicator", findings, card::indicator);
    let forms = many(fields, "form", findings, card::form);
    let decisions = many(fields, "decision", findings, card::decision);
    let abbreviations = many(fields, "abbreviation", findings, card::abbreviation);
    let legend = many(fields, "legend", findings, card::symbol);
    let facts = many(fields, "fact", findings, card::fact);
    let status = statements(fields, "status", findings);
    let priorities = statements(fields, "priority", findings);
    let units = statements(fields, "unit", findings);
    let media_gaps = statements(fields, "media-gap", findings);
    let requirements = statements(fields, "requirement", findings);
    let technical_conditions = statements(fields, "technical-condition", findings);
    let not_stated = fields.names("not-stated", findings).unwrap_or_default();
    Some(Manifest {
        id: id?,
        version: version?,
        title: title?,
        decree: decree?,
        validity: validity?,
        provider,
        recipients,
        automation,
        service_type,
        form_of_service,
        capacity,
        fee,
        complaint,
        channels,
        terms,
        unqualified_days,
        hours,
        information,
        status,
        outcomes,
        priorities,
        documents,
        systems,
        performers,
        units,
        media_gaps,
        requirements,
        technical_conditions,
        indicators,
        survey,
        forms,
        decisions,
        abbreviations,
        legend,
        facts,
        not_stated,
        span,
    })
}

fn format(fields: &mut Fields<'_>, head: Span, findings: &mut Findings) {
    match fields.value("format") {
        None => findings.missing("the manifest", "format", head),
        Some(node) => {
            let found = node.to_json();
            if found != FORMAT.to_string() {
                findings.invalid("format", format!("`{FORMAT}`"), found, node.span);
            }
        }
    }
}

/// A section that has to be there.
fn section<T>(
    fields: &mut Fields<'_>,
    key: &str,
    head: Span,
    findings: &mut Findings,
    read: impl Fn(&Node, &mut Findings) -> Option<T>,
) -> Option<T> {
    match fields.value(key) {
        Some(node) => read(node, findings),
        None => {
            findings.missing("the manifest", key, head);
            None
        }
    }
}

/// A section that may be missing.
fn single<T>(
    fields: &mut Fields<'_>,
    key: &str,
    findings: &mut Findings,
    read: impl Fn(&Node, &mut Findings) -> Option<T>,
) -> Option<T> {
    fields.value(key).and_then(|node| read(node, findings))
}

/// The entries of a list.
fn many<T>(
    fields: &mut Fields<'_>,
    key: &str,
    findings: &mut Findings,
    read: impl Fn(&Node, &mut Findings) -> Option<T>,
) -> Vec<T> {
    let nodes = fields.mappings(key, findings);
    let read = |node: &&Node| read(node, findings);
    nodes.iter().filter_map(read).collect()
}

/// One statement.
fn one(fields: &mut Fields<'_>, key: &str, findings: &mut Findings) -> Option<Statement> {
    let node = fields.value(key)?;
    entry(key, node, findings)
}

/// A list of statements.
fn statements(fields: &mut Fields<'_>, key: &str, findings: &mut Findings) -> Vec<Statement> {
    let nodes = fields.mappings(key, findings);
    let read = |node: &&Node| entry(key, node, findings);
    nodes.iter().filter_map(read).collect()
}

fn entry(key: &str, node: &Node, findings: &mut Findings) -> Option<Statement> {
    let mut fields = Fields::of(key, node, findings)?;
    let what = format!("`{key}`");
    let statement = statement(&mut fields, &what, node.span, findings);
    fields.finish_asked(&what, findings);
    Some(statement)
}

fn validity(node: &Node, findings: &mut Findings) -> Option<Validity> {
    let mut fields = Fields::of("validity", node, findings)?;
    let from = section(
        &mut fields,
        "from",
        node.span,
        findings,
        |node, findings| bound(node, false, findings),
    );
    let until = section(
        &mut fields,
        "until",
        node.span,
        findings,
        |node, findings| bound(node, true, findings),
    );
    fields.finish_asked("`validity`", findings);
    let validity = Validity {
        from: from?,
        until: until?,
    };
    if let (Bound::On(from), Bound::On(until)) = (&validity.from, &validity.until)
        && until <= from
    {
        let message = format!("the regulation ceases to be in force on {until}, before it begins");
        findings.push(Diagnostic::error(&codes::INVALID_VALUE, message).at(node.span));
    }
    Some(validity)
}

/// A bound: `{ date = 2013-07-03 }`, or `{ date = "unknown", not-before = …, not-after = …, reason }`;
/// `{ date = "never" }` where no repeal is known.
fn bound(node: &Node, may_be_never: bool, findings: &mut Findings) -> Option<Bound> {
    const NEVER: &str = "never";
    let mut fields = Fields::of("a bound of `validity`", node, findings)?;
    let written = fields.required("date", "the bound", node.span, findings);
    let not_before = fields.date("not-before", findings);
    let not_after = fields.date("not-after", findings);
    let reason = fields.text("reason", findings);
    fields.finish_asked("a bound of `validity`", findings);
    let written = written?;
    if may_be_never && &*written.text == NEVER {
        return Some(Bound::Never);
    }
    if &*written.text == UNKNOWN {
        return Some(Bound::Unknown {
            not_before,
            not_after,
            reason,
        });
    }
    let date = crate::tree::date("date", &written, findings)?;
    if not_before.is_some() || not_after.is_some() {
        let message = "`not-before` and `not-after` are for a bound that is unknown";
        findings.push(Diagnostic::error(&codes::INVALID_VALUE, message).at(node.span));
    }
    Some(Bound::On(date))
}

/// Every usual section is given or said to be not stated, and not both.
fn stated(manifest: &Manifest, findings: &mut Findings) {
    let missing: Vec<&str> = SECTIONS
        .iter()
        .copied()
        .filter(|section| {
            let listed = manifest
                .not_stated
                .iter()
                .any(|name| *name.text == **section);
            !listed && !manifest.has(section)
        })
        .collect();
    if !missing.is_empty() {
        let message = format!("nothing is said about {}", crate::tree::list(&missing));
        let hint = "what the source does not state is listed in `not-stated`";
        let diagnostic = Diagnostic::error(&codes::NOT_STATED, message).at(manifest.span);
        findings.push(diagnostic.hint(hint));
    }
    for name in &manifest.not_stated {
        if !SECTIONS.contains(&&*name.text) {
            let known = crate::tree::list(SECTIONS);
            findings.invalid("not-stated", format!("some of {known}"), name, name.span);
        } else if manifest.has(&name.text) {
            let message = format!("`{name}` is given, and also listed as not stated");
            findings.push(Diagnostic::error(&codes::NOT_STATED, message).at(name.span));
        }
    }
}

impl Manifest {
    /// Whether the section is given.
    fn has(&self, section: &str) -> bool {
        use super::{DocumentRole, OutcomeKind};
        match section {
            "provider" => self.provider.is_some(),
            "recipients" => self.recipients.is_some(),
            "automation" => self.automation.is_some(),
            "type" => self.service_type.is_some(),
            "term" => !self.terms.is_empty(),
            "hours" => !self.hours.is_empty(),
            "fee" => self.fee.is_some(),
            "complaint" => self.complaint.is_some(),
            "information" => !self.information.is_empty(),
            "status" => !self.status.is_empty(),
            "refusal" => {
                let refuses = |outcome: &super::Outcome| outcome.kind == OutcomeKind::Refusal;
                self.outcomes.iter().any(refuses)
            }
            "priority" => !self.priorities.is_empty(),
            "submitted" => {
                let submitted = |it: &super::Document| it.role == DocumentRole::Submitted;
                self.documents.iter().any(submitted)
            }
            "media-gap" => !self.media_gaps.is_empty(),
            "requirement" => !self.requirements.is_empty(),
            "technical-condition" => !self.technical_conditions.is_empty(),
            "indicator" => !self.indicators.is_empty(),
            "survey" => self.survey.is_some(),
            _ => false,
        }
    }
}
