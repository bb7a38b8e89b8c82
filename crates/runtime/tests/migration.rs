//! Cases that go on under another version, and cases that are moved by hand: durable, in the indexes,
//! in the history.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where a value is missing"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reglament_executor::{ElementMapping, MigrationProblemKind};
use reglament_feel::Value;
use reglament_runtime::command::{
    CaseModification, Command, Migration, NewToken, PublishMessage, Published, Request,
};
use reglament_runtime::history::{Keys, MasterKey};
use reglament_runtime::store::{
    ArmQuery, Digest, IncidentQuery, InstanceQuery, JobQuery, Paging, Store, TaskQuery,
};
use reglament_runtime::{
    CaseEvent, CaseMigrated, EngineBuilder, EngineError, HandledJob, InstanceId, Refusal, Resource,
    WorkEnd,
};
use support::{
    Bench, group_task, line, minutes, model, model_with, person, refusal, service, user, vars,
};

/// Deploys files and gives the digest of the first definition.
async fn deploy(bench: &Bench, files: &[(&str, &str)]) -> Digest {
    let files = files
        .iter()
        .map(|(name, text)| Resource::new(*name, text.as_bytes()));
    let deployed = bench.engine.deploy(files.collect(), &bench.admin).await;
    deployed.unwrap().definitions[0].digest
}

async fn deploy_line(bench: &Bench, elements: &[(&str, &str)]) -> Digest {
    deploy(bench, &[("model.bpmn", &model(&line(elements)))]).await
}

fn plan(bench: &Bench, source: Digest, target: Digest) -> Migration {
    let mut migration = bench.engine.plan_migration(source, target).unwrap();
    migration.ground = "order 12 of 3 March 2026, clause 2".into();
    migration
}

fn map(migration: &mut Migration, from: &str, to: &str, update: bool) {
    migration.plan.elements.retain(|it| &*it.from != from);
    migration.plan.elements.push(ElementMapping {
        from: from.into(),
        to: to.into(),
        update,
    });
}

async fn migrate(bench: &Bench, case: InstanceId, migration: &Migration) {
    let done = bench.engine.migrate(case, migration, &bench.admin).await;
    done.unwrap();
}

async fn events(bench: &Bench, case: InstanceId) -> Vec<CaseEvent> {
    let history = bench.engine.history(case, 0, 1_000).await.unwrap();
    let events = history.into_iter().map(|(_, opened)| opened.content.event);
    events.collect()
}

const PAPER: &str = r#"<message id="Paper" name="paper"><extensionElements>
    <zeebe:subscription correlationKey="=no"/></extensionElements></message>"#;

/// A task with a boundary message and timer, beside a job and one with an incident.
fn busy(task: &str, before: &str) -> String {
    let roots = format!("{PAPER}{before}");
    let content = format!(
        r#"<startEvent id="S"/><parallelGateway id="G"/><userTask id="{task}"/>
        <boundaryEvent id="Arrived" attachedToRef="{task}" cancelActivity="false">
          <messageEventDefinition messageRef="Paper"/></boundaryEvent><userTask id="Read"/>
        <boundaryEvent id="Late" attachedToRef="{task}" cancelActivity="false"><timerEventDefinition>
          <timeDuration>PT30M</timeDuration></timerEventDefinition></boundaryEvent><userTask id="Hurry"/>
        {}{}<parallelGateway id="J"/><endEvent id="E"/>
        <sequenceFlow id="s" sourceRef="S" targetRef="G"/>
        <sequenceFlow id="g1" sourceRef="G" targetRef="{task}"/>
        <sequenceFlow id="g2" sourceRef="G" targetRef="B"/>
        <sequenceFlow id="g3" sourceRef="G" targetRef="C"/>
        <sequenceFlow id="j1" sourceRef="{task}" targetRef="J"/>
        <sequenceFlow id="j2" sourceRef="B" targetRef="J"/>
        <sequenceFlow id="j3" sourceRef="C" targetRef="J"/>
        <sequenceFlow id="e" sourceRef="J" targetRef="E"/>
        <sequenceFlow id="x" sourceRef="Arrived" targetRef="Read"/>
        <sequenceFlow id="y" sourceRef="Late" targetRef="Hurry"/>"#,
        service("B", "work", 3),
        service("C", "other", 1),
    );
    model_with(&roots, &content)
}

#[tokio::test]
async fn after_a_migration_no_row_names_the_old_version() {
    let bench = Bench::new().await;
    let source = deploy(&bench, &[("model.bpmn", &busy("A", ""))]).await;
    let case = bench.start(vars(&[("no", Value::from(7))])).await;
    let taken = bench
        .engine
        .activate_jobs("other", "w", Duration::from_secs(60), 1, &bench.admin)
        .await;
    let job = taken.unwrap().remove(0).job;
    let fail = Command::FailJob {
        job,
        attempt: Some(1),
        message: "no".into(),
        retry: reglament_runtime::command::Retry::Never,
    };
    let admin = Arc::clone(&bench.admin);
    bench.engine.send(Request::new(fail, admin)).await.unwrap();
    let other = r#"<process id="Z"><startEvent id="ZS"/></process>"#;
    let target = deploy(&bench, &[("model.bpmn", &busy("Renamed", other))]).await;
    let mut migration = plan(&bench, source, target);
    map(&mut migration, "A", "Renamed", false);
    for event in ["Arrived", "Late"] {
        map(&mut migration, event, event, false);
    }
    migrate(&bench, case, &migration).await;

    assert_eq!(bench.case(case).await.definition, target);
    let store = &bench.store;
    let all = || Paging::first(100);
    let cases = store.instances(InstanceQuery::default(), all()).await;
    let jobs = store.jobs(JobQuery::default(), all()).await.unwrap().items;
    let tasks = store.tasks(TaskQuery::default(), all()).await.unwrap();
    let incidents = store.incidents(IncidentQuery::default(), all()).await;
    let arms = store.subscriptions(ArmQuery::Instance(case), 100).await;
    let mut named = vec![cases.unwrap().items[0].definition];
    named.extend(jobs.iter().map(|it| it.definition));
    named.extend(tasks.items.iter().map(|it| it.definition));
    named.extend(incidents.unwrap().items.iter().map(|it| it.definition));
    named.extend(arms.unwrap().iter().map(|it| it.definition));
    assert_eq!(named, [target; 6]);
    assert_eq!(&*tasks.items[0].element, "Renamed");

    // What follows is what the new version says, also after a restart.
    let bench = bench.restarted(EngineBuilder::any_external).await;
    bench.advance(minutes(30)).await;
    let message = PublishMessage {
        name: "paper".into(),
        key: Some("7".into()),
        ..PublishMessage::default()
    };
    let published = bench.engine.publish(message, &bench.admin).await.unwrap();
    assert_eq!(published, Published::Delivered { instance: case });
    let incident = reglament_runtime::store::ElementInstanceId::new(case, job.key);
    let resolve = Command::ResolveIncident { incident };
    let admin = Arc::clone(&bench.admin);
    bench
        .engine
        .send(Request::new(resolve, admin))
        .await
        .unwrap();
    assert_eq!(
        bench.waiting(case).await,
        ["Renamed", "B", "C", "Hurry", "Read"]
    );
}

#[tokio::test]
async fn the_history_says_who_migrated_on_what_ground_and_to_which_version() {
    let bench = Bench::new().await;
    let source = deploy_line(&bench, &[("A", &user("A"))]).await;
    let case = bench.start(vars(&[])).await;
    let target = deploy_line(&bench, &[("A", &user("A")), ("B", &user("B"))]).await;
    let migration = plan(&bench, source, target);
    let clerk = person("aigul", &[]);
    bench
        .engine
        .migrate(case, &migration, &clerk)
        .await
        .unwrap();
    let history = bench.engine.history(case, 0, 1_000).await.unwrap();
    let told: Vec<_> = history
        .iter()
        .filter(|(event, _)| event.record.kind.contains("migrated"))
        .map(|(event, opened)| (&*event.record.kind, &*opened.content.actor.id))
        .collect();
    assert_eq!(told, [("case-migrated", "aigul"), ("migrated", "aigul")]);
    let migrated = history.iter().find_map(|(_, it)| match &it.content.event {
        CaseEvent::Migrated(migrated) => Some((**migrated).clone()),
        _ => None,
    });
    let expected = CaseMigrated {
        from: source,
        definition: target,
        process: "P".into(),
        version: 2,
        ground: "order 12 of 3 March 2026, clause 2".into(),
        renamed: Vec::new(),
    };
    assert_eq!(migrated, Some(expected));
    let task = bench.task("A").await;
    bench
        .engine
        .complete_task(task, vars(&[]), &bench.admin)
        .await
        .unwrap();
    assert_eq!(bench.waiting(case).await, ["B"]);
}

#[tokio::test]
async fn a_plan_that_does_not_fit_changes_nothing_and_says_everything() {
    let bench = Bench::new().await;
    let source = deploy_line(&bench, &[("A", &user("A"))]).await;
    let (one, two) = (bench.start(vars(&[])).await, bench.start(vars(&[])).await);
    let task = bench.task("A").await;
    assert_eq!(task.instance, one);
    let target = deploy_line(&bench, &[("B", &user("B"))]).await;
    let migration = plan(&bench, source, target);
    let before = bench.engine.history(one, 0, 1_000).await.unwrap();
    let refused = bench.engine.migrate(one, &migration, &bench.admin).await;
    let Refusal::CannotMigrate { instance, report } = refusal(refused) else {
        panic!("it is refused for another reason")
    };
    assert_eq!(instance, one);
    let kinds: Vec<_> = report.problems.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [MigrationProblemKind::Unmapped]);
    assert_eq!(bench.engine.history(one, 0, 1_000).await.unwrap(), before);
    assert_eq!(bench.waiting(one).await, ["A"]);
    let checked = bench.engine.check_migration(&migration, &[one, two]).await;
    let checked = checked.unwrap();
    assert_eq!(checked[0], (one, *report));
    assert!(!checked[1].1.is_good());
}

#[tokio::test]
async fn a_migration_is_for_cases_of_its_version_that_run() {
    let bench = Bench::new().await;
    let source = deploy_line(&bench, &[("A", &user("A"))]).await;
    let case = bench.start(vars(&[])).await;
    let target = deploy_line(&bench, &[("A", &user("A")), ("B", &user("B"))]).await;
    let there = plan(&bench, source, target);
    let back = plan(&bench, target, source);
    let refused = bench.engine.migrate(case, &back, &bench.admin).await;
    let other = Refusal::OtherDefinition {
        instance: case,
        expected: target,
        found: source,
    };
    assert_eq!(refusal(refused), other);
    let checked = bench.engine.check_migration(&back, &[case]).await;
    assert_eq!(refusal(checked), other);
    let unknown = Digest::of(b"nothing");
    let nowhere = Migration {
        target: unknown,
        ..there.clone()
    };
    let refused = bench.engine.migrate(case, &nowhere, &bench.admin).await;
    assert_eq!(refusal(refused), Refusal::UnknownDefinition(unknown));
    let task = bench.task("A").await;
    bench
        .engine
        .complete_task(task, vars(&[]), &bench.admin)
        .await
        .unwrap();
    let refused = bench.engine.migrate(case, &there, &bench.admin).await;
    assert!(matches!(refusal(refused), Refusal::CaseEnded { .. }));
}

#[tokio::test]
async fn a_command_that_is_repeated_migrates_once() {
    let bench = Bench::new().await;
    let source = deploy_line(&bench, &[("A", &user("A"))]).await;
    let case = bench.start(vars(&[])).await;
    let target = deploy_line(&bench, &[("A", &user("A")), ("B", &user("B"))]).await;
    let request = Request {
        command: Command::Migrate {
            instance: case,
            migration: Box::new(plan(&bench, source, target)),
        },
        actor: Arc::clone(&bench.admin),
        idempotency_key: Some("once".into()),
    };
    for _ in 0..2 {
        bench.engine.send(request.clone()).await.unwrap();
    }
    let migrated = events(&bench, case).await;
    let count = migrated
        .iter()
        .filter(|it| matches!(it, CaseEvent::Migrated(_)));
    assert_eq!(count.count(), 1);
}

#[tokio::test]
async fn work_in_hand_goes_on_and_is_not_done_twice() {
    let done = Arc::new(AtomicU32::new(0));
    let (begun, go) = (
        Arc::new(tokio::sync::Notify::new()),
        Arc::new(tokio::sync::Notify::new()),
    );
    let counts = (Arc::clone(&done), Arc::clone(&begun), Arc::clone(&go));
    let bench = Bench::with(|builder| {
        builder
            .any_external()
            .handler("slow", move |_: HandledJob<()>| {
                let (done, begun, go) = counts.clone();
                async move {
                    done.fetch_add(1, Ordering::SeqCst);
                    begun.notify_one();
                    go.notified().await;
                    Ok(())
                }
            })
    })
    .await;
    let source = deploy_line(&bench, &[("A", &service("A", "slow", 3))]).await;
    let case = bench.start(vars(&[])).await;
    begun.notified().await;
    let target = deploy_line(
        &bench,
        &[("A", &service("A", "slow", 3)), ("B", &user("B"))],
    )
    .await;
    migrate(&bench, case, &plan(&bench, source, target)).await;
    bench.settle().await;
    go.notify_one();
    assert_eq!(bench.waiting(case).await, ["B"]);
    assert_eq!(done.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_job_is_offered_again_where_the_plan_says_update() {
    let bench = Bench::new().await;
    let source = deploy_line(&bench, &[("A", &service("A", "old", 3))]).await;
    let case = bench.start(vars(&[])).await;
    let lease = Duration::from_secs(60);
    let taken = bench
        .engine
        .activate_jobs("old", "w", lease, 1, &bench.admin);
    let old = taken.await.unwrap().remove(0);
    let target = deploy_line(&bench, &[("A", &service("A", "new", 3))]).await;
    let mut migration = plan(&bench, source, target);
    let checked = bench.engine.check_migration(&migration, &[case]).await;
    assert_eq!(
        &*checked.unwrap()[0].1.notes[0].message,
        "the job at `A` keeps its type `old`; the target says `new`, and `update` offers it again"
    );
    map(&mut migration, "A", "A", true);
    migrate(&bench, case, &migration).await;
    let late = bench
        .engine
        .complete_job(&old, vars(&[]), &bench.admin)
        .await;
    let late = refusal(late);
    assert!(
        matches!(late, Refusal::StaleAttempt { attempt: 1, .. }),
        "{late}"
    );
    let taken = bench
        .engine
        .activate_jobs("new", "w", lease, 1, &bench.admin);
    let new = taken.await.unwrap().remove(0);
    assert_eq!((new.job, new.attempt), (old.job, 2));
    let done = bench.engine.complete_job(&new, vars(&[]), &bench.admin);
    done.await.unwrap();
    assert!(bench.case(case).await.status.has_ended());
}

#[tokio::test]
async fn a_task_stays_with_its_holder_unless_the_plan_says_update() {
    let bench = Bench::new().await;
    let version = |group: &str| [("T", group_task("T", group))];
    let deploy_for = async |group: &str| {
        let [(id, task)] = version(group);
        deploy_line(&bench, &[(id, &task)]).await
    };
    let source = deploy_for("court").await;
    let case = bench.start(vars(&[])).await;
    let task = bench.task("T").await;
    let judge = person("judge", &["court"]);
    bench.engine.claim(task, &judge).await.unwrap();
    let target = deploy_for("archive").await;
    migrate(&bench, case, &plan(&bench, source, target)).await;
    let tasks = bench.tasks().await;
    assert_eq!(
        tasks[0].assignee.as_deref(),
        Some("judge"),
        "it is not taken away"
    );
    let again = deploy_for("office").await;
    let mut migration = plan(&bench, target, again);
    map(&mut migration, "T", "T", true);
    migrate(&bench, case, &migration).await;
    let tasks = bench.tasks().await;
    assert_eq!((tasks[0].id, tasks[0].assignee.as_deref()), (task, None));
    assert_eq!(tasks[0].candidate_groups, ["office".into()]);
}

#[tokio::test]
async fn a_form_that_somebody_fills_in_has_to_be_there() {
    let bench = Bench::new().await;
    let task = |form: &str| {
        format!(
            r#"<userTask id="T"><extensionElements><zeebe:formDefinition formId="{form}"/>
            </extensionElements></userTask>"#
        )
    };
    let form = |id: &str| format!(r#"{{"id": "{id}", "type": "default", "components": []}}"#);
    let source = deploy(
        &bench,
        &[
            ("model.bpmn", &model(&line(&[("T", &task("one"))]))),
            ("one.form", &form("one")),
        ],
    )
    .await;
    let case = bench.start(vars(&[])).await;
    let target = deploy(
        &bench,
        &[
            ("model.bpmn", &model(&line(&[("T", &task("two"))]))),
            ("two.form", &form("two")),
        ],
    )
    .await;
    let mut migration = plan(&bench, source, target);
    let refused = refusal(bench.engine.migrate(case, &migration, &bench.admin).await);
    assert_eq!(
        refused.to_string(),
        format!(
            "case {case} cannot be migrated: task `T` is filled in with form `one`, which the target \
             does not have; `update` offers it again"
        )
    );
    map(&mut migration, "T", "T", true);
    migrate(&bench, case, &migration).await;
    assert_eq!(bench.tasks().await[0].form.as_deref(), Some("two"));
}

#[tokio::test]
async fn what_was_sealed_stays_sealed() {
    let keys: Arc<dyn Keys> = Arc::new(MasterKey::from_secret(&[7; 32]));
    let bench = Bench::with(|builder| builder.any_external().keys(keys)).await;
    let marked = |marks: &str| {
        model(&format!(
            r#"<extensionElements>{marks}</extensionElements>{}"#,
            line(&[("A", &user("A"))])
        ))
        .replace(
            "<definitions ",
            r#"<definitions xmlns:reg="urn:reglament:bpmn:1" "#,
        )
    };
    let name = r#"<reg:personal variable="name"/>"#;
    let source = deploy(&bench, &[("model.bpmn", &marked(name))]).await;
    let case = bench.start(vars(&[("name", Value::from("Aigul"))])).await;
    let target = deploy(&bench, &[("model.bpmn", &marked(""))]).await;
    let lost = plan(&bench, source, target);
    let refused = bench.engine.migrate(case, &lost, &bench.admin).await;
    assert_eq!(
        refusal(refused).to_string(),
        format!(
            "case {case} cannot be migrated: variable `name` is personal data in the source and not in \
             the target: mark it there too"
        )
    );
    let more = deploy(&bench, &[("model.bpmn", &marked(r#"<reg:personal/>"#))]).await;
    migrate(&bench, case, &plan(&bench, source, more)).await;
    let iin = vars(&[("iin", Value::from("860314400190"))]);
    let set = Command::SetVariables {
        instance: case,
        scope: None,
        variables: iin,
    };
    let admin = Arc::clone(&bench.admin);
    bench.engine.send(Request::new(set, admin)).await.unwrap();
    let stored = bench.store.events(case, 0, 1_000).await.unwrap();
    let in_clear = stored
        .iter()
        .any(|it| String::from_utf8_lossy(&it.record.bytes).contains("860314400190"));
    assert!(!in_clear, "what the target marks is sealed from then on");
    assert_eq!(
        bench.variable(case, "name").await,
        Some(Value::from("Aigul"))
    );
}

/// Two pools: an application asks, waits, and takes the answer.
fn pools(more: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
        <message id="Ask" name="ask"/><message id="Reply" name="reply"/>
        <collaboration id="C"><participant id="PA" processRef="P"/><participant id="PB" processRef="Q"/>
        <messageFlow id="m1" sourceRef="Throw" targetRef="Begin"/>
        <messageFlow id="m2" sourceRef="Answer" targetRef="Catch"/></collaboration>
        <process id="P" isExecutable="true"><startEvent id="S"/>
        <intermediateThrowEvent id="Throw"><messageEventDefinition messageRef="Ask"/></intermediateThrowEvent>
        <userTask id="Think"/>
        <intermediateCatchEvent id="Catch"><messageEventDefinition messageRef="Reply"/></intermediateCatchEvent>
        <userTask id="Last"/>{more}
        <sequenceFlow id="a1" sourceRef="S" targetRef="Throw"/>
        <sequenceFlow id="a2" sourceRef="Throw" targetRef="Think"/>
        <sequenceFlow id="a3" sourceRef="Think" targetRef="Catch"/>
        <sequenceFlow id="a4" sourceRef="Catch" targetRef="Last"/></process>
        <process id="Q" isExecutable="true"><startEvent id="Begin"><messageEventDefinition messageRef="Ask"/>
        </startEvent><userTask id="Work"/><endEvent id="Answer"><messageEventDefinition messageRef="Reply"/>
        </endEvent><sequenceFlow id="b1" sourceRef="Begin" targetRef="Work"/>
        <sequenceFlow id="b2" sourceRef="Work" targetRef="Answer"/></process></definitions>"#
    )
}

#[tokio::test]
async fn a_conversation_goes_on_when_one_of_the_two_is_migrated() {
    // The answer comes after the migration, or was kept before it.
    for answered_before in [false, true] {
        for waits_before in [false, true] {
            if answered_before && waits_before {
                continue;
            }
            let bench = Bench::new().await;
            let source = deploy(&bench, &[("model.bpmn", &pools(""))]).await;
            let case = bench.start(vars(&[])).await;
            let office = bench.task("Work").await;
            let admin = &bench.admin;
            if waits_before {
                let think = bench.task("Think").await;
                bench
                    .engine
                    .complete_task(think, vars(&[]), admin)
                    .await
                    .unwrap();
            }
            if answered_before {
                bench
                    .engine
                    .complete_task(office, vars(&[]), admin)
                    .await
                    .unwrap();
                bench.settle().await;
            }
            let more = r#"<userTask id="More"/>"#;
            let target = deploy(&bench, &[("model.bpmn", &pools(more))]).await;
            migrate(&bench, case, &plan(&bench, source, target)).await;
            bench.settle().await;
            if !answered_before {
                bench
                    .engine
                    .complete_task(office, vars(&[]), admin)
                    .await
                    .unwrap();
            }
            if !waits_before {
                let think = bench.task("Think").await;
                bench
                    .engine
                    .complete_task(think, vars(&[]), admin)
                    .await
                    .unwrap();
            }
            assert_eq!(
                bench.waiting(case).await,
                ["Last"],
                "answered before: {answered_before}, waits before: {waits_before}"
            );
        }
    }
}

#[tokio::test]
async fn a_case_is_moved_by_hand_and_what_it_had_on_offer_is_withdrawn() {
    let bench = Bench::new().await;
    deploy_line(
        &bench,
        &[("A", &service("A", "work", 3)), ("B", &user("B"))],
    )
    .await;
    let case = bench.start(vars(&[])).await;
    let taken = bench
        .engine
        .activate_jobs("work", "w", Duration::from_secs(60), 1, &bench.admin)
        .await;
    let job = taken.unwrap().remove(0);
    let modification = CaseModification {
        variables: vec![(None, vars(&[("skipped", Value::from(true))]))],
        cancel: vec![job.job],
        activate: vec![NewToken::Before {
            element: "B".into(),
            scope: None,
        }],
        ..CaseModification::default()
    };
    let ground = "the register is closed";
    let clerk = person("aigul", &[]);
    let done = bench
        .engine
        .modify(case, modification, ground, &clerk)
        .await;
    done.unwrap();
    assert_eq!(bench.waiting(case).await, ["B"]);
    assert_eq!(bench.job_count().await, 0);
    assert_eq!(
        bench.variable(case, "skipped").await,
        Some(Value::from(true))
    );
    let late = bench
        .engine
        .complete_job(&job, vars(&[]), &bench.admin)
        .await;
    let ended = Refusal::WorkEnded {
        work: job.job,
        end: Some(WorkEnd::Withdrawn),
    };
    assert_eq!(refusal(late), ended);
    let told = events(&bench, case).await;
    let expected = CaseEvent::Modified {
        ground: ground.into(),
    };
    assert!(told.contains(&expected));
    let task = bench.task("B").await;
    bench
        .engine
        .complete_task(task, vars(&[]), &bench.admin)
        .await
        .unwrap();
    assert!(bench.case(case).await.status.has_ended());
}

#[tokio::test]
async fn a_modification_that_makes_no_sense_changes_nothing() {
    let bench = Bench::new().await;
    deploy_line(&bench, &[("A", &user("A"))]).await;
    let (case, other) = (bench.start(vars(&[])).await, bench.start(vars(&[])).await);
    let before = bench.engine.history(case, 0, 1_000).await.unwrap();
    let modify = async |modification: CaseModification| -> String {
        let done: Result<(), EngineError> = bench
            .engine
            .modify(case, modification, "a test", &bench.admin)
            .await;
        refusal(done).to_string()
    };
    let unknown = CaseModification {
        activate: vec![NewToken::Over {
            flow: "nowhere".into(),
            scope: None,
        }],
        ..CaseModification::default()
    };
    assert_eq!(
        modify(unknown).await,
        format!("case {case}: the instance cannot be modified: there is no flow `nowhere`")
    );
    let theirs = bench.tasks().await;
    let theirs = theirs.iter().find(|it| it.id.instance == other).unwrap().id;
    let foreign = CaseModification {
        cancel: vec![theirs],
        ..CaseModification::default()
    };
    assert_eq!(
        modify(foreign).await,
        format!("case {case}: the instance cannot be modified: {theirs} belongs to another case")
    );
    assert_eq!(bench.engine.history(case, 0, 1_000).await.unwrap(), before);
}
