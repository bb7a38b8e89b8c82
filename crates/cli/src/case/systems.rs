//! The file that says which systems do service tasks: `--auto FILE`.
//!
//! ```yaml
//! database: systems.sqlite        # persons, notarial acts, accounts, numbers, the waiting list
//! series: {kindergarten-queue.portal: A}
//! waiting-list:
//!   referral: 5 calendar days
//!   reservation: 3 working days
//!   places: {№ 999 балабақша: 20} # opened once, when the list is first used
//! answers:                        # what other systems answer; the first that fits is taken
//!   - operation: signature.verify
//!     with: {certificateInForce: true, certificateRevoked: false, identityMatches: true}
//!   - {operation: gateway.send, at: SendApplication, error: gateway.rejected}
//!   - {at: FindPerson, vars: {found: true}} # variables as they are, past the mapping of the task
//!   - {operation: notification.send}
//! ```

use std::path::Path;
use std::sync::Arc;

use reglament_adapter_api::identity::{self, LoginPolicy};
use reglament_adapter_api::numbering::{self, Series};
use reglament_adapter_api::registers::{self, Registers};
use reglament_adapter_api::waiting_list::{self, OpenPlaces, Rules, WaitingList};
use reglament_adapter_api::{
    Call, CallContext, Failure, Handler, Registry, Variables, async_trait,
};
use reglament_adapters::sqlite::{
    Database, SqliteIdentity, SqliteNotaryRegister, SqliteNumbering, SqlitePersonRegister,
    SqliteWaitingList,
};
use reglament_core::calendar::WorkCalendar;
use reglament_core::term::Term;
use reglament_core::timer::{Timestamp, Zone};
use reglament_pack::tree::{Fields, FileKind, Findings, Name, Node, Tree, parse_yaml};
use reglament_scenario::codes;
use reglament_source::SourceText;

use super::Trouble;
use super::database::unusable;
use crate::diagnostics::draw_on_stderr;
use crate::{Unusable, input};

/// The file of systems, and the codes of what can be wrong with its keys.
static SYSTEMS: FileKind = FileKind {
    name: "the file of systems",
    malformed: &codes::MALFORMED,
    unknown_key: &codes::UNKNOWN_KEY,
    wrong_type: &codes::WRONG_TYPE,
    invalid_value: &codes::INVALID_VALUE,
    missing_key: &codes::MISSING_KEY,
};

/// The systems that do service tasks.
pub(super) struct Systems {
    answers: Vec<Rule>,
    registry: Registry,
}

/// What a system answers.
struct Rule {
    operation: Option<Arc<str>>,
    at: Option<Arc<str>>,
    answer: Answer,
}

/// An answer.
#[derive(Clone)]
enum Answer {
    /// The fields of a response, which are mapped as the headers of the task say.
    With(Variables),
    /// Variables as they are.
    Vars(Variables),
    /// An outcome that the process knows.
    Error { code: String, variables: Variables },
    /// It cannot be done: an incident.
    Fail(String),
}

#[async_trait]
impl Handler for Answer {
    async fn handle(&self, _: Call) -> Result<Variables, Failure> {
        match self.clone() {
            Self::With(response) | Self::Vars(response) => Ok(response),
            Self::Fail(message) => Err(Failure::terminal(message)),
            Self::Error { code, variables } => Err(Failure::Business {
                code,
                message: "an answer of the file of systems".to_owned(),
                variables,
            }),
        }
    }
}

impl Systems {
    /// Whether anything answers for this operation at this element.
    pub(super) fn answers(&self, operation: &str, element: &str) -> bool {
        self.rule(operation, element).is_some() || self.registry.handles(operation)
    }

    /// The answer to a call, mapped as the headers of its task say.
    pub(super) async fn call(&self, call: Call) -> Result<Variables, Failure> {
        let Some(rule) = self.rule(&call.operation, &call.context.element) else {
            return self.registry.call(call).await;
        };
        if matches!(rule.answer, Answer::Vars(_)) {
            return rule.answer.handle(call).await;
        }
        let mut alone = Registry::new();
        alone.register(call.operation.clone(), rule.answer.clone());
        alone.call(call).await
    }

    fn rule(&self, operation: &str, element: &str) -> Option<&Rule> {
        let fits = |wanted: &Option<Arc<str>>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        let mut rules = self.answers.iter();
        rules.find(|rule| fits(&rule.operation, operation) && fits(&rule.at, element))
    }
}

/// What the file says.
pub(super) struct Plan {
    database: Option<Name>,
    series: Vec<Series>,
    waiting_list: Option<List>,
    answers: Vec<Rule>,
}

/// What the file says of the waiting list.
struct List {
    rules: Rules,
    places: Vec<OpenPlaces>,
}

impl Plan {
    /// Reads the file. Nothing is opened yet.
    pub(super) fn load(path: &Path) -> Result<Self, Unusable> {
        let text = String::from_utf8(input::read(path)?)
            .map_err(|_| Unusable::new(format!("`{}` is not UTF-8", path.display())))?;
        let source = SourceText::new(path.display().to_string(), text);
        let refused = |findings: &[reglament_source::Diagnostic]| {
            draw_on_stderr(findings, &source);
            Unusable::new(format!("`{}` cannot be used", path.display()))
        };
        let root = parse_yaml(&source, &SYSTEMS).map_err(|wrong| refused(&[*wrong]))?;
        let mut findings = Findings::new(&SYSTEMS);
        let plan = Self::read(&root, &mut findings);
        plan.filter(|_| findings.diagnostics.is_empty())
            .ok_or_else(|| refused(&findings.diagnostics))
    }

    fn read(root: &Node, findings: &mut Findings) -> Option<Self> {
        let mut fields = Fields::of("the file of systems", root, findings)?;
        let database = fields.name("database", findings);
        let series = series(&mut fields, findings);
        let waiting_list = fields
            .value("waiting-list")
            .and_then(|node| list(node, findings));
        let answers = fields.mappings("answers", findings);
        let answers = answers.into_iter().filter_map(|node| rule(node, findings));
        let answers = answers.collect();
        fields.finish_asked("the file of systems", findings);
        if database.is_none() && (!series.is_empty() || waiting_list.is_some()) {
            findings.missing("the file of systems", "database", root.span);
        }
        Some(Self {
            database,
            series,
            waiting_list,
            answers,
        })
    }

    /// The systems, with the database beside the file `path`.
    pub(super) async fn open(
        self,
        path: &Path,
        zone: Zone,
        now: Timestamp,
    ) -> Result<Systems, Trouble> {
        let mut registry = Registry::new();
        if let Some(file) = &self.database {
            let file = input::folder_of(path).join(&*file.text);
            let database = Database::open(&file).map_err(|error| unusable(&error))?;
            let accounts = SqliteIdentity::new(database.clone(), LoginPolicy::default());
            let accounts = accounts.map_err(|error| unusable(&error))?;
            registry
                .add(identity::operations(Arc::new(accounts)))
                .add(registers::operations(Registers {
                    persons: Arc::new(SqlitePersonRegister::new(database.clone())),
                    notaries: Arc::new(SqliteNotaryRegister::new(database.clone())),
                    zone,
                }));
            if !self.series.is_empty() {
                let numbers = SqliteNumbering::new(database.clone(), zone, self.series);
                registry.add(numbering::operations(Arc::new(numbers)));
            }
            if let Some(plan) = self.waiting_list {
                let list = SqliteWaitingList::new(database, plan.rules);
                for places in plan.places {
                    let once = CallContext::new(format!("places/{}", places.organization), now);
                    let opened = list.open_places(&once, places).await;
                    opened.map_err(|error| unusable(&error))?;
                }
                registry.add(waiting_list::operations(Arc::new(list)));
            }
        }
        Ok(Systems {
            answers: self.answers,
            registry,
        })
    }
}

/// The series of numbers: their names, with what their numbers begin with.
fn series(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<Series> {
    let Some(node) = fields.value("series") else {
        return Vec::new();
    };
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type("series", "a mapping of names to prefixes", node);
        return Vec::new();
    };
    let one = |entry: &reglament_pack::tree::Entry| {
        let prefix = reglament_pack::tree::name(&entry.key, &entry.value, findings)?;
        Some(Series::new(entry.key.as_str(), &*prefix.text))
    };
    entries.iter().filter_map(one).collect()
}

/// The terms and the places of the waiting list.
fn list(node: &Node, findings: &mut Findings) -> Option<List> {
    let mut fields = Fields::of("waiting-list", node, findings)?;
    let mut term = |key| {
        let name = fields.required(key, "`waiting-list`", node.span, findings)?;
        let term = Term::parse(&name.text);
        let invalid = |error: reglament_core::term::TermError| {
            findings.invalid(key, error, &name.text, name.span);
        };
        term.map_err(invalid).ok()
    };
    let (referral, reservation) = (term("referral"), term("reservation"));
    let calendar = fields.text("calendar", findings);
    let places = places(&mut fields, findings);
    fields.finish_asked("`waiting-list`", findings);
    let calendar = calendar.as_deref().unwrap_or(WorkCalendar::DEFAULT);
    let Some(calendar) = WorkCalendar::builtin(calendar) else {
        let known = WorkCalendar::BUILTIN.join(", ");
        findings.invalid("calendar", known, calendar, node.span);
        return None;
    };
    match Rules::new(referral?, reservation?, calendar.clone()) {
        Ok(rules) => Some(List { rules, places }),
        Err(error) => {
            findings.invalid("waiting-list", error, "these terms", node.span);
            None
        }
    }
}

/// How many places each organization has.
fn places(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<OpenPlaces> {
    let Some(node) = fields.value("places") else {
        return Vec::new();
    };
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type("places", "a mapping of organizations to numbers", node);
        return Vec::new();
    };
    let mut all = Fields::new(entries);
    let open = |entry: &reglament_pack::tree::Entry| {
        let count = all.ordinal(&entry.key, findings)?;
        Some(OpenPlaces {
            organization: entry.key.as_str().into(),
            count,
        })
    };
    entries.iter().filter_map(open).collect()
}

fn rule(node: &Node, findings: &mut Findings) -> Option<Rule> {
    let mut fields = Fields::of("answers", node, findings)?;
    let operation = fields.text("operation", findings);
    let at = fields.text("at", findings);
    let response = fields
        .value("with")
        .map(|node| object("with", node, findings));
    let variables = fields
        .value("vars")
        .map(|node| object("vars", node, findings));
    let error = fields.text("error", findings);
    let fail = fields.text("fail", findings);
    fields.finish_asked("the answer", findings);
    let answer = match (response, variables, error, fail) {
        (None, None, None, None) => Answer::With(Variables::new()),
        (Some(response), None, None, None) => Answer::With(response?),
        (None, Some(variables), None, None) => Answer::Vars(variables?),
        (None, variables, Some(code), None) => Answer::Error {
            code: code.to_string(),
            variables: variables.flatten().unwrap_or_default(),
        },
        (None, None, None, Some(message)) => Answer::Fail(message.to_string()),
        _ => {
            let expected = "`with`, `vars`, `error` (with `vars` or without) or `fail`";
            findings.invalid("answers", expected, "several", node.span);
            return None;
        }
    };
    Some(Rule {
        operation,
        at,
        answer,
    })
}

/// Named values.
fn object(what: &str, node: &Node, findings: &mut Findings) -> Option<Variables> {
    match serde_json::from_str(&node.to_json()) {
        Ok(serde_json::Value::Object(fields)) => Some(fields),
        _ => {
            findings.wrong_type(what, "a mapping", node);
            None
        }
    }
}
