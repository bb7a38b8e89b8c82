//! Every flow of `processes/` runs with its service tasks carried out by scripted adapters alone;
//! what people do at the user tasks is taken from a scenario of the flow.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reglament_adapter_api::document_gateway;
use reglament_adapter_api::identity::{self, Account, Identity, Login, LoginPolicy, Password};
use reglament_adapter_api::notary_register::PowerOfAttorney;
use reglament_adapter_api::numbering::{self, Series};
use reglament_adapter_api::registers::{self, Registers};
use reglament_adapter_api::scripted::{
    ScriptedCertificate, ScriptedGateway, ScriptedHandler, ScriptedIdentity,
    ScriptedNotaryRegister, ScriptedNotifier, ScriptedNumbering, ScriptedPersonRegister,
    ScriptedRenderer, ScriptedSignatures, ScriptedWaitingList, VirtualClock,
};
use reglament_adapter_api::waiting_list::{self, OpenPlaces, WaitingList};
use reglament_adapter_api::{
    Call, CallContext, IdempotencyKey, Registry, Unhandled, Variables, contract, document,
    notification, signature,
};
use reglament_core::program::{Kind, TaskKind, Text};
use reglament_core::timer::{Timestamp, Zone};
use reglament_core::{Imports, Program};
use reglament_executor::{Actor, Command, Env, Event, History, Instance, Occasion, Start, Status};
use reglament_feel::Value;
use reglament_source::SourceText;

/// A flow and the scenario whose user tasks are taken.
const FLOWS: [(&str, &str); 14] = [
    ("archival-certificate/local-body", "local-body-certificate"),
    ("archival-certificate/portal", "portal-certificate"),
    (
        "archival-certificate/service-center",
        "service-center-certificate",
    ),
    ("duplicate/provider", "provider-duplicate"),
    ("duplicate/state-corporation", "state-corporation-duplicate"),
    ("externship/portal", "portal-order"),
    ("externship/state-corporation", "state-corporation-order"),
    (
        "kindergarten-queue/center",
        "center-referral-representative",
    ),
    ("kindergarten-queue/portal", "portal-referral-first-turn"),
    ("kindergarten-registration/e-astana", "e-astana-referral"),
    ("school-admission/portal", "portal-notification"),
    ("school-admission/provider", "provider-receipt"),
    ("social-assistance/local-body", "local-body-assigned"),
    ("social-assistance/portal", "portal-assigned"),
];

const ORGANIZATION: &str = "№ 999 мектепке дейінгі ұйым";
const PASSWORD: &str = "password";

fn processes() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processes")
}

fn program(flow: &str) -> Program {
    let file = format!("{flow}.bpmn");
    let bytes = std::fs::read(processes().join(&file)).unwrap();
    let (definitions, diagnostics) = reglament_core::read(flow, &bytes);
    assert_eq!(diagnostics, []);
    let definitions = definitions.unwrap();
    let imports = Imports::read(&file, &definitions, &mut |path| {
        let text = std::fs::read_to_string(processes().join(path)).unwrap();
        Ok(SourceText::new(path, text))
    });
    imports.lower(&definitions).program
}

fn object(value: serde_json::Value) -> Variables {
    match value {
        serde_json::Value::Object(fields) => fields,
        other => panic!("not an object: {other}"),
    }
}

/// What people enter at the user tasks, when the case begins, and how it must end.
struct Scenario {
    at: Timestamp,
    vars: Variables,
    entered: BTreeMap<String, Variables>,
    completed: BTreeSet<String>,
}

fn scenario(flow: &str, name: &str) -> Scenario {
    let folder = Path::new(flow).parent().unwrap();
    let path = processes()
        .join(folder)
        .join(format!("scenarios/{name}.yaml"));
    let text = std::fs::read_to_string(path).unwrap();
    let script: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    let mut entered = BTreeMap::new();
    let mut completed = BTreeSet::new();
    for step in script["steps"].as_array().unwrap() {
        if let Some(task) = step["complete"].as_str() {
            let with = step.get("with").cloned();
            let with = with.map_or_else(Variables::new, object);
            entered.insert(task.to_owned(), with);
        }
        if let Some(ids) = step["expect"]["completed"].as_array() {
            let ids = ids.iter().filter_map(|id| id.as_str());
            completed.extend(ids.map(str::to_owned));
        }
    }
    Scenario {
        at: Timestamp::parse_rfc3339(script["at"].as_str().unwrap()).unwrap(),
        vars: script
            .get("vars")
            .cloned()
            .map_or_else(Variables::new, object),
        entered,
        completed,
    }
}

/// The systems that the flows need, with the data of the scenarios' applicants.
struct World {
    clock: VirtualClock,
    identity: Arc<ScriptedIdentity>,
    notifier: Arc<ScriptedNotifier>,
    registry: Registry,
}

fn world(now: Timestamp) -> World {
    let clock = VirtualClock::at(now);
    let identity = Arc::new(ScriptedIdentity::new(LoginPolicy::default()));
    for account in ["860314400190", "employee-05", "operator-07"] {
        identity.register(Account::parse(account), PASSWORD);
    }
    let signatures = ScriptedSignatures::default();
    let certificate = ScriptedCertificate {
        not_before: Timestamp::MIN,
        not_after: Timestamp::MAX,
        revoked_since: None,
    };
    signatures.insert("860314400190".parse().unwrap(), certificate);
    let notifier = Arc::new(ScriptedNotifier::default());
    let mut registry = Registry::new();
    registry
        .add(identity::operations(identity.clone()))
        .add(signature::operations(Arc::new(signatures)))
        .add(registers::operations(the_registers()))
        .add(numbering::operations(Arc::new(the_numbering())))
        .add(waiting_list::operations(Arc::new(the_waiting_list(
            &clock, now,
        ))))
        .add(document_gateway::operations(Arc::new(ScriptedGateway::to(
            [
                "center-system",
                "local-body-system",
                "personal-cabinet",
                "portal",
                "provider-system",
                "regional-gateway",
            ],
        ))))
        .add(document::operations(Arc::new(ScriptedRenderer::of([
            "output-document",
            "externship-order",
            "admission-notification",
            "status-change",
        ]))))
        .add(notification::operations(notifier.clone()));
    World {
        clock,
        identity,
        notifier,
        registry,
    }
}

fn the_registers() -> Registers {
    let persons = ScriptedPersonRegister::default();
    for person in contract::registers::persons().unwrap() {
        persons.insert(person);
    }
    let notaries = ScriptedNotaryRegister::default();
    for power in contract::registers::powers_of_attorney().unwrap() {
        let power: PowerOfAttorney = power;
        notaries.insert(power);
    }
    Registers {
        persons: Arc::new(persons),
        notaries: Arc::new(notaries),
        zone: Zone::UTC,
    }
}

fn the_numbering() -> ScriptedNumbering {
    let names = [
        ("archival-certificate.local-body", "AC"),
        ("archival-certificate.local-body.center", "CAC"),
        ("archival-certificate.portal", "AC"),
        ("archival-certificate.service-center", "AC"),
        ("kindergarten-queue.center", "C"),
        ("kindergarten-queue.portal", "A"),
        ("kindergarten-registration.e-astana", "EA"),
        ("social-assistance.local-body", "SA"),
        ("social-assistance.portal", "SA"),
    ];
    let series = names.map(|(name, prefix)| Series::new(name, prefix));
    ScriptedNumbering::new(Zone::UTC, series)
}

fn the_waiting_list(clock: &VirtualClock, now: Timestamp) -> ScriptedWaitingList {
    let list = ScriptedWaitingList::new(contract::waiting_list::rules().unwrap());
    let open = OpenPlaces {
        organization: ORGANIZATION.into(),
        count: 1,
    };
    let context = CallContext::new("open", now);
    clock.run(list.open_places(&context, open)).unwrap();
    list
}

/// What the decision of clause 6 gives for the answers to its five questions.
fn priority(answers: &Variables) -> Variables {
    let questions = [
        "disabledParent",
        "withoutParentalCare",
        "orphan",
        "largeFamily",
        "warParticipant",
    ];
    let categories = (1..).zip(questions);
    let categories = categories.filter(|(_, question)| answers[*question] == true);
    let categories: Vec<i32> = categories.map(|(number, _)| number).collect();
    let is_first = !categories.is_empty();
    object(serde_json::json!({"priority": {"categories": categories, "firstTurn": is_first}}))
}

/// What no trait covers, handled by functions of the host.
fn without_a_trait(registry: &mut Registry) {
    let yes = |name: &str| object(serde_json::json!({ name: true }));
    registry
        .register(
            "identity.connect",
            ScriptedHandler::answering(yes("connected")),
        )
        .register(
            "request.verify",
            ScriptedHandler::answering(yes("enteredDataCorrect")),
        );
}

struct Case<'p> {
    name: &'static str,
    program: &'p Program,
    zone: Zone,
    instance: Instance,
    history: History,
    now: Timestamp,
}

impl Case<'_> {
    fn handle(&mut self, command: Command) {
        let env = Env::new(self.program, &self.zone);
        let actor = Actor::system();
        let occasion = Occasion {
            now: self.now,
            actor: &actor,
        };
        let handled = self
            .instance
            .handle(&env, command, &occasion, &mut self.history);
        handled.unwrap();
    }

    /// Runs to the end: user tasks by the scenario, service tasks by the registry. Gives the
    /// variables that each service task completed with.
    fn run(&mut self, world: &World, scenario: &Scenario) -> BTreeMap<String, Variables> {
        let mut answers = BTreeMap::new();
        while let Some((key, element)) =
            self.instance.state().waiting(self.program).first().copied()
        {
            let id = self.program.id(element).to_owned();
            let Kind::Task(task) = &self.program.elements[element].kind else {
                panic!("{id} waits and is no task");
            };
            let given = match &task.job {
                Some(job) => {
                    let Text::Literal(operation) = &job.kind else {
                        panic!("{id} computes its job type");
                    };
                    let visible = self.instance.state().visible(self.program, key);
                    let headers = job.headers.iter();
                    let call = Call {
                        operation: operation.to_string(),
                        context: CallContext {
                            key: IdempotencyKey::new(format!("{}/{key:?}", self.name)),
                            now: self.now,
                            case: self.name.into(),
                            process: String::new(),
                            element: id.clone(),
                            headers: headers
                                .map(|(k, v)| (k.to_string(), v.to_string()))
                                .collect(),
                        },
                        variables: visible
                            .iter()
                            .map(|(name, value)| (name.to_string(), value.to_json()))
                            .collect(),
                    };
                    let answer = world.clock.run(world.registry.call(call));
                    let answer = answer.unwrap_or_else(|failure| panic!("{id}: {failure}"));
                    answers.insert(id, answer.clone());
                    answer
                }
                None if task.decision.is_some() => priority(&scenario.entered["CheckPriority"]),
                None => {
                    assert_eq!(task.kind, TaskKind::User, "{id}");
                    let entered = scenario.entered.get(&id);
                    let entered = entered.unwrap_or_else(|| panic!("nobody does {id}"));
                    self.logged_in(world, entered.clone())
                }
            };
            let variables = given
                .iter()
                .map(|(name, value)| (name.as_str().into(), Value::from_json(value)));
            let variables = variables.collect();
            self.handle(Command::Complete { key, variables });
        }
        answers
    }

    /// The program that shows the login form gets the ticket; the process sees no password.
    fn logged_in(&self, world: &World, mut entered: Variables) -> Variables {
        let who = ["iin", "employee", "operator"];
        let account = who.iter().find_map(|name| entered.get(*name)?.as_str());
        if let Some(account) = account {
            let login = Login {
                account: Account::parse(account),
                password: Password::new(PASSWORD),
            };
            let context = CallContext::new("login", self.now);
            if let Ok(ticket) = world.clock.run(world.identity.login(&context, login)) {
                entered.insert("loginTicket".into(), ticket.ticket.into());
            }
        }
        entered
    }

    fn activated(&self) -> BTreeSet<String> {
        let records = self.history.records.iter();
        let activated = records.filter_map(|record| match &record.event {
            Event::Activated { element, .. } => Some(self.program.id(*element).to_owned()),
            _ => None,
        });
        activated.collect()
    }
}

fn start<'p>(name: &'static str, program: &'p Program, scenario: &Scenario) -> Case<'p> {
    let mut case = Case {
        name,
        program,
        zone: Zone::UTC,
        instance: Instance::new(),
        history: History::default(),
        now: scenario.at,
    };
    let process = program.processes[0];
    let vars = scenario.vars.iter();
    case.handle(Command::Start(Start {
        process,
        at: program.default_start(process).unwrap(),
        event: None,
        variables: vars
            .map(|(name, value)| (name.as_str().into(), Value::from_json(value)))
            .collect(),
    }));
    case
}

#[test]
fn every_flow_ends_as_its_scenario_says_with_adapters_in_the_place_of_the_script() {
    for (flow, name) in FLOWS {
        let program = program(flow);
        let scenario = scenario(flow, name);
        let mut world = world(scenario.at);
        without_a_trait(&mut world.registry);
        assert_eq!(world.registry.missing(&program), [], "{flow}");

        let mut case = start("case", &program, &scenario);
        let answers = case.run(&world, &scenario);

        assert_eq!(case.instance.state().status(), Status::Completed, "{flow}");
        let activated = case.activated();
        let expected = scenario
            .completed
            .iter()
            .filter(|id| id.starts_with("End_"));
        for end in expected {
            assert!(activated.contains(end), "{flow} does not reach {end}");
        }
        // The adapters give at least the variables that the script gives.
        for (task, answer) in &answers {
            let scripted = scenario
                .entered
                .get(task)
                .into_iter()
                .flat_map(Variables::keys);
            for variable in scripted {
                assert!(
                    answer.contains_key(variable),
                    "{flow}: {task} lacks {variable}"
                );
            }
        }
        let told = world.notifier.outbox().len();
        let notices = answers
            .values()
            .filter(|answer| answer.contains_key("notification"));
        assert_eq!(told, notices.count(), "{flow}");
    }
}

#[test]
fn what_no_trait_covers_is_listed_with_the_tasks_that_ask_for_it() {
    let world = world(Timestamp::EPOCH);
    let missing = world
        .registry
        .missing(&program("kindergarten-registration/e-astana"));
    let unhandled = |operation: &str, element: &str| Unhandled::Operation {
        operation: operation.into(),
        elements: vec![element.into()],
    };
    let expected = [
        unhandled("identity.connect", "ConnectConsumer"),
        unhandled("request.verify", "CheckEnteredData"),
    ];
    assert_eq!(missing, expected);
}

#[test]
fn the_second_child_of_the_flow_gets_a_number_and_no_place() {
    let program = program("kindergarten-queue/portal");
    let mut scenario = scenario("kindergarten-queue/portal", "portal-referral");
    let world = world(scenario.at);
    start("first", &program, &scenario).run(&world, &scenario);
    let request = scenario.entered.get_mut("FillRequest").unwrap();
    request["request"]["child"]["iin"] = "090311600006".into();
    let notice = ("FormQueueNotice".to_owned(), Variables::new());
    scenario.entered.extend([notice]);
    let mut second = start("second", &program, &scenario);
    let answers = second.run(&world, &scenario);
    assert!(second.activated().contains("End_QueueNotified"));
    assert_eq!(answers["PlaceInGeneralQueue"]["queueNumber"], 2);
    assert_eq!(answers["CheckPlaces"]["placeAvailable"], false);
    assert_eq!(
        answers["RegisterDocuments"]["applicationNumber"],
        "A-2013-000002"
    );
}
