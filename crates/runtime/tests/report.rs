//! The quality of services, counted from histories, and the answers to surveys.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use reglament_core::term::Unit;
use reglament_core::timer::{Date, Zone};
use reglament_feel::{Context, Value};
use reglament_runtime::command::{Forget, StartCase, SurveyAnswer};
use reglament_runtime::history::MasterKey;
use reglament_runtime::report::{
    Dimension, GroupKey, Indicators, Report, ReportQuery, StepKey, TermCounts,
};
use reglament_runtime::{CaseFacts, EngineBuilder, EngineEvent, InstanceId, Refusal, Resource};
use support::{Bench, minutes, refusal, vars};

/// Two steps in two lanes, a term of three working days, a refusal at the end.
const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:reg="urn:reglament:bpmn:1" targetNamespace="urn:test">
  <process id="P" isExecutable="true">
    <extensionElements>
      <reg:term literal="үш жұмыс күні" kind="working days" value="3" measures="service"
        anchor="Take" anchorEvent="activated" clause="7"/>
    </extensionElements>
    <laneSet id="L">
      <lane id="L1" name="Кеңсе"><flowNodeRef>S</flowNodeRef><flowNodeRef>Take</flowNodeRef></lane>
      <lane id="L2" name="Бөлім"><flowNodeRef>Decide</flowNodeRef><flowNodeRef>E</flowNodeRef></lane>
    </laneSet>
    <startEvent id="S"/><sequenceFlow id="f1" sourceRef="S" targetRef="Take"/>
    <userTask id="Take">
      <extensionElements>
        <reg:term literal="15 минут" kind="minutes" value="15" clause="7"/>
      </extensionElements>
    </userTask>
    <sequenceFlow id="f2" sourceRef="Take" targetRef="Decide"/>
    <userTask id="Decide"/><sequenceFlow id="f3" sourceRef="Decide" targetRef="E"/>
    <endEvent id="E">
      <extensionElements>
        <reg:outcome kind="refusal" code="refusal.documents" document="жауап" ground="құжат толық емес"/>
      </extensionElements>
    </endEvent>
  </process>
</definitions>"#;

const SURVEY: &str = r#"{"id": "survey", "components": [
  {"type": "textfield", "key": "words", "label": "Пікіріңіз"},
  {"type": "group", "path": "survey", "components": [
    {"type": "radio", "key": "process", "label": "Қанағаттанасыз ба?",
     "values": [{"label": "жоқ", "value": "1"}, {"label": "иә", "value": "3"}],
     "validate": {"required": true}}]}]}"#;

/// Minutes of a day.
const DAY: u64 = 24 * 60;

async fn office(configure: impl FnOnce(EngineBuilder) -> EngineBuilder) -> Bench {
    let bench = Bench::with(configure).await;
    let files = vec![
        Resource::new("model.bpmn", MODEL.as_bytes()),
        Resource::new("survey.form", SURVEY.as_bytes()),
    ];
    bench.engine.deploy(files, &bench.admin).await.unwrap();
    bench
}

async fn filed(bench: &Bench, date: &str) -> InstanceId {
    let start = StartCase {
        process: "P".into(),
        facts: CaseFacts {
            service: Some("licence".into()),
            channel: Some("portal".into()),
            filed: Some(Date::parse(date).unwrap()),
            ..CaseFacts::default()
        },
        ..StartCase::default()
    };
    bench.engine.start(start, &bench.admin).await.unwrap()
}

async fn complete(bench: &Bench, element: &str) {
    let task = bench.task(element).await;
    let done = bench.engine.complete_task(task, vec![], &bench.admin).await;
    done.unwrap();
}

/// A case that is in time, one that is late, and one that is overdue. The first day is a Saturday.
async fn three_cases() -> Bench {
    let bench = office(EngineBuilder::any_external).await;
    for decided_after in [2 * DAY, 3 * DAY] {
        filed(&bench, "2026-11-21").await;
        bench.advance(minutes(10)).await;
        complete(&bench, "Take").await;
        bench.advance(minutes(decided_after)).await;
        complete(&bench, "Decide").await;
    }
    filed(&bench, "2026-12-01").await;
    bench.advance(minutes(7 * DAY)).await;
    bench
}

fn query(by: &[Dimension]) -> ReportQuery {
    ReportQuery {
        by: by.iter().copied().collect::<BTreeSet<_>>(),
        zone: Zone::parse("Asia/Almaty").unwrap(),
        ..ReportQuery::default()
    }
}

async fn report(bench: &Bench, query: &ReportQuery) -> Report {
    bench.engine.reading().unwrap().report(query).await.unwrap()
}

/// The only group of a report that tells nothing apart.
async fn all(bench: &Bench) -> Indicators {
    let report = report(bench, &query(&[])).await;
    report.groups.get(&GroupKey::default()).unwrap().clone()
}

#[tokio::test]
async fn a_term_that_ran_out_counts_as_late_before_the_case_has_ended() {
    let bench = three_cases().await;
    let figures = all(&bench).await;
    let expected = TermCounts {
        met: 2,
        overdue: 1,
        ..TermCounts::default()
    };
    assert_eq!(figures.service_term, expected);
    assert_eq!(figures.service_term.share_in_time(), Some(667));
    assert_eq!((figures.cases.all, figures.cases.running), (3, 1));
}

#[tokio::test]
async fn used_time_is_counted_as_the_term_counts_it() {
    let bench = three_cases().await;
    let figures = all(&bench).await;
    let service = figures
        .terms
        .values()
        .find(|it| &*it.literal == "үш жұмыс күні");
    let service = service.unwrap();
    // From Saturday to Monday, and from Monday to Thursday: the day of the start is not day one.
    assert_eq!(service.unit, Unit::WorkingDays);
    let used = [50, 100].map(|percent| service.used.percentile(percent));
    assert_eq!(used, [Some(1), Some(3)]);
    let step = figures
        .terms
        .values()
        .find(|it| &*it.literal == "15 минут")
        .unwrap();
    assert_eq!((step.unit, step.used.max()), (Unit::Seconds, Some(600)));
    assert_eq!((step.counts.met, step.counts.overdue), (2, 1));
}

#[tokio::test]
async fn steps_have_their_times_and_refusals_their_grounds() {
    let bench = three_cases().await;
    let figures = all(&bench).await;
    let step = |element: &str| StepKey {
        process: "P".into(),
        element: element.into(),
    };
    let take = figures.steps.get(&step("Take")).unwrap();
    assert_eq!(
        (take.times.count(), take.times.percentile(50)),
        (2, Some(600))
    );
    let decide = figures.steps.get(&step("Decide")).unwrap();
    let day = DAY * 60;
    assert_eq!(decide.times.mean(), Some(5 * day / 2));
    assert_eq!(decide.times.max(), Some(3 * day));
    let (outcome, count) = figures.outcomes.first_key_value().unwrap();
    let ground = outcome.ground.as_deref();
    assert_eq!(
        (outcome.kind, ground, *count),
        ("refusal", Some("құжат толық емес"), 2)
    );
}

#[tokio::test]
async fn the_unit_that_had_the_case_when_its_term_ran_out_is_named() {
    let bench = three_cases().await;
    let figures = all(&bench).await;
    let ran_out = |unit: &str| {
        figures
            .performers
            .get(unit)
            .map(|it| (it.cases, it.ran_out))
    };
    assert_eq!(ran_out("Кеңсе"), Some((3, 1)));
    assert_eq!(ran_out("Бөлім"), Some((2, 0)));

    let apart = report(&bench, &query(&[Dimension::Performer])).await;
    let group = GroupKey {
        performer: Some("Бөлім".into()),
        ..GroupKey::default()
    };
    let figures = apart.groups.get(&group).unwrap();
    assert_eq!((figures.cases.all, figures.steps.len()), (2, 1));
    assert_eq!(figures.outcomes.len(), 1);
}

#[tokio::test]
async fn a_case_belongs_to_the_period_in_which_it_was_filed() {
    let bench = three_cases().await;
    let months = report(&bench, &query(&[Dimension::Month])).await;
    let counts: Vec<_> = months
        .groups
        .iter()
        .map(|(group, figures)| (group.period.as_deref().unwrap(), figures.cases.all))
        .collect();
    assert_eq!(counts, [("2026-11", 2), ("2026-12", 1)]);
    let november = ReportQuery {
        to: Some(Date::parse("2026-11-30").unwrap()),
        ..query(&[Dimension::Service, Dimension::Channel])
    };
    let november = report(&bench, &november).await;
    let (group, figures) = november.groups.first_key_value().unwrap();
    let (service, channel) = (group.service.as_deref(), group.channel.as_deref());
    assert_eq!((service, channel), (Some("licence"), Some("portal")));
    assert_eq!(figures.cases.all, 2);
    let other = ReportQuery {
        service: Some("other".into()),
        ..query(&[])
    };
    assert!(report(&bench, &other).await.groups.is_empty());
}

#[tokio::test]
async fn a_term_of_a_step_that_was_not_reached_is_not_overdue() {
    let bench = Bench::new().await;
    let later = "<userTask id='B'><extensionElements xmlns:reg='urn:reglament:bpmn:1'>\
         <reg:term literal='1 минут' kind='minutes' value='1' anchor='A' anchorEvent='activated' clause='7'/>\
         </extensionElements></userTask>";
    bench
        .deploy_line(&[("A", "<userTask id='A'/>"), ("B", later)])
        .await;
    bench.start(vec![]).await;
    bench.advance(minutes(2)).await;
    let counts = |figures: Indicators| figures.terms.into_values().next().unwrap().counts;
    let not_reached = counts(all(&bench).await);
    assert_eq!((not_reached.open, not_reached.overdue), (1, 0));
    complete(&bench, "A").await;
    let reached = counts(all(&bench).await);
    assert_eq!((reached.open, reached.overdue), (0, 1));
}

fn answers(process: &str) -> Vec<(Arc<str>, Value)> {
    let survey: Context = [("process", Value::from(process))].into_iter().collect();
    let words = Value::from("менің атым Айгүл");
    vars(&[("survey", Value::from(survey)), ("words", words)])
}

async fn answer(bench: &Bench, instance: InstanceId, process: &str) -> Result<(), Refusal> {
    let answer = SurveyAnswer {
        instance,
        form: "survey".into(),
        answers: answers(process),
    };
    let clerk = support::person("aigul", &[]);
    let answered = bench.engine.answer_survey(answer, &clerk).await;
    answered.map_err(|error| refusal::<()>(Err(error)))
}

#[tokio::test]
async fn answers_to_a_survey_are_counted_and_name_neither_case_nor_person() {
    let keys = Arc::new(MasterKey::from_secret(&[8; 32]));
    let bench = office(|builder| builder.any_external().keys(keys)).await;
    let case = filed(&bench, "2026-11-21").await;
    for process in ["3", "3", "1"] {
        answer(&bench, case, process).await.unwrap();
    }
    let figures = all(&bench).await;
    let (question, counts) = figures.surveys.first_key_value().unwrap();
    assert_eq!(&*question.question, "survey.process");
    let counts: Vec<_> = counts
        .iter()
        .map(|(answer, count)| (&**answer, *count))
        .collect();
    assert_eq!(counts, [("1", 1), ("3", 2)]);
    assert_eq!(figures.answered.get("survey"), Some(&3));

    let records = bench
        .engine
        .reading()
        .unwrap()
        .engine_history(0, 99)
        .await
        .unwrap();
    let records = records.into_iter().map(|(_, opened)| opened.content);
    let answered = |event: &EngineEvent| matches!(event, EngineEvent::SurveyAnswered { .. });
    let said: Vec<_> = records.filter(|it| answered(&it.event)).collect();
    assert_eq!(said.len(), 3);
    let said = format!("{said:?}");
    assert!(!said.contains("Айгүл") && !said.contains("aigul"), "{said}");
    assert!(!said.contains("InstanceId"), "{said}");
}

#[tokio::test]
async fn answers_that_break_the_form_are_refused_and_not_counted() {
    let bench = office(EngineBuilder::any_external).await;
    let case = filed(&bench, "2026-11-21").await;
    let refused = answer(&bench, case, "2").await.unwrap_err();
    assert!(
        matches!(refused, Refusal::InvalidAnswers { .. }),
        "{refused}"
    );
    // One answer could be counted; what else was filled in breaks the form.
    let mut answers = answers("3");
    answers.retain(|(name, _)| &**name != "words");
    answers.push(("words".into(), Value::from(7)));
    let half = SurveyAnswer {
        instance: case,
        form: "survey".into(),
        answers,
    };
    let refused = refusal(bench.engine.answer_survey(half, &bench.admin).await);
    assert!(refused.to_string().contains("`words`"), "{refused}");
    let unknown = SurveyAnswer {
        instance: case,
        form: "other".into(),
        answers: vec![],
    };
    let refused = refusal(bench.engine.answer_survey(unknown, &bench.admin).await);
    assert_eq!(refused.to_string(), "case 1 has no form `other`");
    let nobody = answer(&bench, InstanceId(99), "3").await.unwrap_err();
    assert_eq!(nobody, Refusal::UnknownCase(InstanceId(99)));
    assert!(all(&bench).await.answered.is_empty());
}

#[tokio::test]
async fn a_case_whose_data_was_shredded_still_counts_and_an_erased_one_does_not() {
    let keys = Arc::new(MasterKey::from_secret(&[8; 32]));
    let bench = office(|builder| builder.any_external().keys(keys)).await;
    let case = filed(&bench, "2026-11-21").await;
    complete(&bench, "Take").await;
    complete(&bench, "Decide").await;
    bench.settle().await;
    let whom = Forget::Case(case);
    bench.engine.forget(whom, &bench.admin).await.unwrap();
    let figures = all(&bench).await;
    assert_eq!((figures.cases.all, figures.service_term.met), (1, 1));
    let ground = "five years are over";
    bench
        .engine
        .erase(case, ground, &bench.admin)
        .await
        .unwrap();
    let empty = report(&bench, &query(&[])).await;
    assert!(empty.groups.is_empty() && empty.unreadable.is_empty());
}
