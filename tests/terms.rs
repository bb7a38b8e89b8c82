//! Statutory terms as a host of the executor meets them: queries, newer calendars, rejections.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use reglament_core::Program;
use reglament_core::calendar::WorkCalendar;
use reglament_core::term::{Budget, Left, TermError};
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{
    Actor, Command, Env, Event, Instance, Occasion, Rejection, Start, State, Status, TermKey,
    TermOutcome, TermStanding,
};

const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:reg="urn:reglament:bpmn:1" targetNamespace="urn:reglament:test"><process id="p" isExecutable="true">
  <extensionElements><reg:term literal="үш жұмыс күні" kind="working days" value="3" measures="service"/></extensionElements>
  <startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>
  <userTask id="t"><extensionElements>
    <reg:term literal="15 тен 30 күн" kind="calendar days" value="30" min="15" bound="range"/>
  </extensionElements></userTask></process></definitions>"#;

fn program() -> Program {
    let (definitions, _) = reglament_core::read("terms.bpmn", MODEL.as_bytes());
    reglament_core::lower(&definitions.expect("the model is read")).program
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("an instant")
}

/// A calendar with the Kazakh holidays of one week in March, and those that `days` adds.
fn calendar(version: &str, years: &str, days: &str) -> WorkCalendar {
    let text = format!(
        r#"{{"id": "town", "version": "{version}", "title": "Town", "source": "invented",
            "licence": "none", "zone": "Asia/Almaty", "weekly_days_off": ["saturday", "sunday"],
            "years": {{{years}}}, "days": [{days}]}}"#
    );
    WorkCalendar::from_json(&text).expect("a calendar")
}

const YEAR_2013: &str = r#""2013": {"provisional": []}"#;

struct Case<'a> {
    env: Env<'a>,
    instance: Instance,
    events: Vec<Event>,
}

impl Case<'_> {
    fn send(&mut self, now: &str, command: Command) -> Result<(), Rejection> {
        let actor = Actor::system();
        let occasion = Occasion {
            now: at(now),
            actor: &actor,
        };
        self.instance
            .handle(&self.env, command, &occasion, &mut self.events)
    }

    fn start(&mut self, now: &str) {
        let start = Start {
            process: self.env.program.process("p").expect("the process"),
            at: None,
            event: None,
            variables: Vec::new(),
        };
        self.send(now, Command::Start(start)).expect("it starts");
    }

    fn state(&self) -> &State {
        self.instance.state()
    }
}

fn case<'a>(program: &'a Program, zone: &'a Zone, calendars: &'a [WorkCalendar]) -> Case<'a> {
    let mut env = Env::new(program, zone);
    env.calendars = calendars;
    Case {
        env,
        instance: Instance::new(),
        events: Vec::new(),
    }
}

#[test]
fn a_term_tells_when_it_is_due_what_is_left_and_where_it_stands() {
    let (program, zone) = (program(), Zone::default());
    let kz = WorkCalendar::builtin("kz").expect("the calendar");
    let mut case = case(&program, &zone, &[]);
    case.start("2013-03-19T10:00:00+06:00");
    let terms: Vec<_> = case.state().terms().collect();
    let [service, action] = terms.as_slice() else {
        panic!("expected two terms, found {terms:?}")
    };
    assert_eq!(service.element(&program), program.process("p"));
    assert_eq!(service.due(), Some(at("2013-03-28T00:00:00+06:00")));
    assert_eq!(action.due(), Some(at("2013-04-19T00:00:00+06:00")));
    assert_eq!(service.standing(), TermStanding::Running);
    let left = service.left(&program, kz, at("2013-03-26T09:00:00+06:00"));
    assert_eq!(left, Ok(Some(Left::Days(2))), "26 and 27 March are left");
    let left = service.left(&program, kz, at("2013-03-28T09:00:00+06:00"));
    assert_eq!(left, Ok(None), "it has expired");
    assert!(service.is_overdue(at("2013-03-28T00:00:01+06:00")));
    assert!(!service.is_overdue(at("2013-03-28T00:00:00+06:00")));
    assert_eq!(case.instance.poll_timeout(), service.due());
    assert_eq!(case.state().next_timer(), None, "no flow depends on them");
}

#[test]
fn what_became_of_the_service_is_kept_when_the_case_is_over() {
    let (program, zone) = (program(), Zone::default());
    let mut case = case(&program, &zone, &[]);
    case.start("2013-03-19T10:00:00+06:00");
    let (key, _) = case.state().waiting(&program)[0];
    let complete = Command::Complete {
        key,
        variables: Vec::new(),
    };
    case.send("2013-03-29T10:00:00+06:00", complete)
        .expect("it completes");
    assert_eq!(case.state().status(), Status::Completed);
    let kept: Vec<_> = case.state().terms().map(|it| it.standing()).collect();
    assert_eq!(kept, [TermStanding::Ended(TermOutcome::Missed)]);
    assert_eq!(case.instance.poll_timeout(), None);
}

#[test]
fn a_newer_calendar_is_adopted_by_a_recorded_event_and_moves_open_terms_alone() {
    let (program, zone) = (program(), Zone::default());
    let holiday =
        r#"{"date": "2013-03-21", "kind": "holiday", "en": "Town day", "kk": "Қала күні"}"#;
    let calendars = [
        calendar("1", YEAR_2013, ""),
        calendar("2", YEAR_2013, holiday),
    ];
    let mut case = case(&program, &zone, &calendars[..1]);
    case.start("2013-03-19T10:00:00+06:00");
    let service = TermKey(1);
    let due = |case: &Case<'_>| case.state().term(service).and_then(|it| it.due_date());
    assert_eq!(
        due(&case).map(|it| it.to_string()),
        Some("2013-03-22".into())
    );
    let adopt = || Command::AdoptCalendar {
        calendar: "town".into(),
    };
    let before = case.events.len();
    case.send("2013-03-20T10:00:00+06:00", adopt())
        .expect("nothing is newer");
    assert_eq!(case.events.len(), before);
    case.env.calendars = &calendars;
    case.send("2013-03-20T10:00:00+06:00", adopt())
        .expect("it is adopted");
    assert_eq!(
        due(&case).map(|it| it.to_string()),
        Some("2013-03-25".into())
    );
    // An answer is computed again from the version that it names, and only from that.
    case.env.calendars = &calendars[..1];
    let suspended = case.send(
        "2013-03-20T10:00:00+06:00",
        Command::SuspendTerm { term: service },
    );
    let missing = Rejection::NoCalendar {
        calendar: "town".into(),
        version: "2".into(),
    };
    assert_eq!(suspended, Err(missing));
    let mut replayed = State::default();
    for event in &case.events {
        replayed
            .apply(&program, event)
            .expect("replay reads no calendar");
    }
    assert_eq!(&replayed, case.state());
}

#[test]
fn a_term_that_could_not_be_reckoned_starts_when_the_calendar_has_the_year() {
    let (program, zone) = (program(), Zone::default());
    let years = r#""2013": {"provisional": []}, "2014": {"provisional": ["not announced"]}"#;
    let calendars = [calendar("1", YEAR_2013, ""), calendar("2", years, "")];
    let mut case = case(&program, &zone, &calendars[..1]);
    case.start("2013-12-31T10:00:00+06:00");
    assert_eq!(case.state().terms().count(), 0);
    let (root, ..) = case.state().incidents().next().expect("an incident");
    assert!(case.state().waiting(&program).is_empty(), "nothing goes on");
    case.env.calendars = &calendars;
    case.send("2013-12-31T11:00:00+06:00", Command::Resolve { key: root })
        .expect("it is resolved");
    let service = case.state().term(TermKey(1)).expect("it runs");
    assert_eq!(service.reckoning().provisional, [2014]);
    assert_eq!(case.state().incidents().count(), 0);
    assert_eq!(case.state().waiting(&program).len(), 1);
}

#[test]
fn a_command_for_a_term_that_does_not_run_is_rejected() {
    let (program, zone) = (program(), Zone::default());
    let mut case = case(&program, &zone, &[]);
    case.start("2013-03-19T10:00:00+06:00");
    let (none, service) = (TermKey(9), TermKey(1));
    let now = "2013-03-19T11:00:00+06:00";
    let resumed = case.send(now, Command::ResumeTerm { term: service });
    assert_eq!(resumed, Err(Rejection::TermNotSuspended(service)));
    let unknown = case.send(now, Command::InterruptTerm { term: none });
    assert_eq!(unknown, Err(Rejection::NoSuchTerm(none)));
    let by = Budget::parse("3 working days").expect("an amount");
    let extended = case.send(now, Command::ExtendTerm { term: service, by });
    let error = TermError::NotExtendable;
    assert_eq!(
        extended,
        Err(Rejection::Term {
            term: service,
            error
        })
    );
    let unknown = Command::AdoptCalendar {
        calendar: "nowhere".into(),
    };
    assert!(matches!(
        case.send(now, unknown),
        Err(Rejection::NoCalendar { .. })
    ));
}
