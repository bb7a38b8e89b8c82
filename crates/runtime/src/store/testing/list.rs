//! Rules of lists and their pages.

use reglament_executor::InstanceId;

use super::fixture::{Client, at, bare_case, case, id, incident, job, key, task, term, text};
use crate::store::{
    CaseStatus, Digest, ElementInstanceId, IncidentQuery, IndexChange, InstanceQuery, JobQuery,
    Paging, Store, TaskQuery, TaskRow, TermQuery,
};

/// Every condition alone, and two together.
pub async fn cases_are_listed_by_every_condition(store: &dyn Store) {
    let client = Client::new(store).await;
    let mut rows = vec![bare_case(1), case(2), bare_case(3), bare_case(4)];
    rows[0].process = text("center");
    rows[2].status = CaseStatus::Suspended;
    rows[3].definition = Digest([8; 32]);
    for row in &rows {
        let change = IndexChange::Instance(Box::new(row.clone()));
        client.change(row.instance.0, vec![change]).await;
    }
    let list = |query: InstanceQuery| async move {
        let page = store.instances(query, Paging::first(9)).await.unwrap();
        page.items
            .iter()
            .map(|row| row.instance.0)
            .collect::<Vec<u64>>()
    };
    let all = InstanceQuery::default;
    assert_eq!(list(all()).await, [1, 2, 3, 4]);
    let process = Some(text("center"));
    assert_eq!(list(InstanceQuery { process, ..all() }).await, [1]);
    let process = Some(text("nowhere"));
    assert_eq!(list(InstanceQuery { process, ..all() }).await, [0_u64; 0]);
    let definition = Some(Digest([8; 32]));
    assert_eq!(
        list(InstanceQuery {
            definition,
            ..all()
        })
        .await,
        [4]
    );
    let status = Some(CaseStatus::Running);
    let running = || InstanceQuery { status, ..all() };
    assert_eq!(list(running()).await, [1, 2, 4]);
    let business_key = Some(text("KZ-17"));
    let keyed = InstanceQuery {
        business_key,
        ..running()
    };
    assert_eq!(list(keyed).await, [2]);
    let with_incidents = true;
    assert_eq!(
        list(InstanceQuery {
            with_incidents,
            ..all()
        })
        .await,
        [2]
    );
    for (until, expected) in [(20, vec![2]), (19, vec![])] {
        let ended_until = Some(at(until));
        assert_eq!(
            list(InstanceQuery {
                ended_until,
                ..all()
            })
            .await,
            expected
        );
    }
}

/// Due tasks first, by instant; then by id. Candidates by name and by group.
pub async fn tasks_are_listed_by_due_instant_and_every_condition(store: &dyn Store) {
    let client = Client::new(store).await;
    let rows = tasks();
    for row in &rows {
        let change = IndexChange::Task(Box::new(row.clone()));
        client.change(row.id.instance.0, vec![change]).await;
    }
    let list = |query: TaskQuery| async move {
        let page = store.tasks(query, Paging::first(9)).await.unwrap();
        page.items
            .iter()
            .map(|row| row.id)
            .collect::<Vec<ElementInstanceId>>()
    };
    let all = TaskQuery::default;
    assert_eq!(list(all()).await, [id(2, 1), id(3, 1), id(1, 2), id(1, 1)]);
    let instance = Some(InstanceId(1));
    assert_eq!(
        list(TaskQuery { instance, ..all() }).await,
        [id(1, 2), id(1, 1)]
    );
    let assignee = Some(text("clerk"));
    assert_eq!(list(TaskQuery { assignee, ..all() }).await, [id(1, 2)]);
    let unassigned = true;
    let found = list(TaskQuery {
        unassigned,
        ..all()
    })
    .await;
    assert_eq!(found, [id(2, 1), id(3, 1), id(1, 1)]);
    let candidate = |user, groups: &[&str]| TaskQuery {
        candidate: Some((text(user), groups.iter().map(|it| text(it)).collect())),
        ..all()
    };
    assert_eq!(
        list(candidate("a", &[])).await,
        [id(3, 1), id(1, 2), id(1, 1)]
    );
    assert_eq!(list(candidate("operator", &["a"])).await, []);
    assert_eq!(
        list(candidate("x", &["chief", "other"])).await,
        [id(2, 1), id(1, 2), id(1, 1)]
    );
    let found = list(candidate("x", &["chie", "operator", "hief"])).await;
    assert_eq!(found, [id(3, 1), id(1, 2), id(1, 1)]);
    let process = Some(text("center"));
    assert_eq!(list(TaskQuery { process, ..all() }).await, [id(3, 1)]);
    let element = Some(text("CheckDocuments"));
    let found = list(TaskQuery { element, ..all() }).await;
    assert_eq!(found, [id(2, 1), id(1, 2), id(1, 1)]);
    let due_until = Some(at(10));
    assert_eq!(
        list(TaskQuery { due_until, ..all() }).await,
        [id(2, 1), id(3, 1)]
    );

    let mut later = rows[2].clone();
    later.due = Some(at(99));
    client
        .change(2, vec![IndexChange::Task(Box::new(later))])
        .await;
    client.change(3, vec![IndexChange::TaskGone(key(1))]).await;
    assert_eq!(list(all()).await, [id(1, 2), id(2, 1), id(1, 1)]);
}

fn tasks() -> Vec<TaskRow> {
    let mut rows = vec![
        task(1, 1, None),
        task(1, 2, Some(30)),
        task(2, 1, Some(10)),
        task(3, 1, Some(10)),
    ];
    rows[1].assignee = Some(text("clerk"));
    rows[2].candidate_users = Vec::new();
    rows[2].candidate_groups = vec![text("chief")];
    rows[3].process = text("center");
    rows[3].element = text("Sign");
    rows[3].candidate_groups = vec![text("operator")];
    rows
}

/// Terms by due instant, suspended ones last; incidents by id.
pub async fn terms_and_incidents_are_listed_in_order(store: &dyn Store) {
    let client = Client::new(store).await;
    for (instance, key, due) in [(1, 1, Some(30)), (1, 2, None), (2, 1, Some(10))] {
        let rows = vec![
            IndexChange::Term(Box::new(term(instance, key, due))),
            IndexChange::Incident(Box::new(incident(instance, key))),
        ];
        client.change(instance, rows).await;
    }
    let terms = |query: TermQuery| async move {
        let page = store.terms(query, Paging::first(9)).await.unwrap();
        page.items.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let all = TermQuery::default;
    assert_eq!(terms(all()).await, [id(2, 1), id(1, 1), id(1, 2)]);
    let due_until = Some(at(29));
    assert_eq!(terms(TermQuery { due_until, ..all() }).await, [id(2, 1)]);
    let instance = Some(InstanceId(1));
    assert_eq!(
        terms(TermQuery { instance, ..all() }).await,
        [id(1, 1), id(1, 2)]
    );

    let incidents = |instance, process: Option<&str>| {
        let process = process.map(text);
        let query = IncidentQuery { instance, process };
        async move {
            let page = store.incidents(query, Paging::first(9)).await.unwrap();
            page.items.iter().map(|row| row.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(incidents(None, None).await, [id(1, 1), id(1, 2), id(2, 1)]);
    assert_eq!(
        incidents(instance, Some("portal")).await,
        [id(1, 1), id(1, 2)]
    );
    assert_eq!(incidents(None, Some("center")).await, []);
    let gone = vec![
        IndexChange::TermGone(key(1)),
        IndexChange::IncidentGone(key(2)),
    ];
    client.change(1, gone).await;
    assert_eq!(terms(all()).await, [id(2, 1), id(1, 2)]);
    assert_eq!(incidents(None, None).await, [id(1, 1), id(2, 1)]);
}

/// What is in a list from the first page to the last is seen once, whatever comes and goes.
pub async fn pages_are_stable_while_entries_come_and_go(store: &dyn Store) {
    let client = Client::new(store).await;
    // Pairs that are equal in the first part of the order.
    let due = |number: u64| Some(i64::try_from(number / 2).unwrap_or_default());
    for number in (10..50).step_by(2) {
        put_everywhere(&client, number, due(number)).await;
    }
    let (mut cases, mut tasks, mut jobs, mut terms) = (vec![], vec![], vec![], vec![]);
    let mut pages = [const { None }; 4];
    for round in 0..20 {
        let page = |after: &Option<_>| Paging {
            after: after.clone(),
            limit: 3,
        };
        let next = store
            .instances(InstanceQuery::default(), page(&pages[0]))
            .await
            .unwrap();
        cases.extend(next.items.iter().map(|row| row.instance.0));
        let last = [next.next];
        let next = store
            .tasks(TaskQuery::default(), page(&pages[1]))
            .await
            .unwrap();
        tasks.extend(next.items.iter().map(|row| row.id.instance.0));
        let last = [last[0].clone(), next.next];
        let next = store
            .jobs(JobQuery::default(), page(&pages[2]))
            .await
            .unwrap();
        jobs.extend(next.items.iter().map(|row| row.id.instance.0));
        let last = [last[0].clone(), last[1].clone(), next.next];
        let next = store
            .terms(TermQuery::default(), page(&pages[3]))
            .await
            .unwrap();
        terms.extend(next.items.iter().map(|row| row.id.instance.0));
        let [one, two, three] = last;
        pages = [one, two, three, next.next];
        if pages.iter().any(Option::is_none) {
            break;
        }
        // One more and one less in front of the cursors, where pages by offset go wrong.
        put_everywhere(&client, round + 1, due(round + 1)).await;
        if round > 0 {
            let gone = vec![
                IndexChange::JobGone(key(1)),
                IndexChange::TaskGone(key(1)),
                IndexChange::TermGone(key(1)),
            ];
            client.change(round, gone).await;
        }
    }
    let expected: Vec<u64> = (10..50).step_by(2).collect();
    for seen in [cases, tasks, jobs, terms] {
        assert_eq!(seen, expected);
    }
}

async fn put_everywhere(client: &Client<'_>, number: u64, due: Option<i64>) {
    let rows = vec![
        IndexChange::Instance(Box::new(bare_case(number))),
        IndexChange::Task(Box::new(task(number, 1, due))),
        IndexChange::Job(Box::new(job(number, 1, due))),
        IndexChange::Term(Box::new(term(number, 1, due))),
    ];
    client.change(number, rows).await;
}
