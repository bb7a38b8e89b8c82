//! Running instances from start to end, snurr beside ours.
//!
//! snurr dispatches closures: it keeps no variables, evaluates no conditions and cannot wait. What its
//! gateways choose in a closure, ours evaluate from FEEL on the variables of the instance.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run must stop")]

use std::hint::black_box;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use criterion::{
    BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};
use reglament_benches::{Bench, application, fork, gateway_loop, portal, program, tasks};
use reglament_core::timer::Zone;
use reglament_executor::{Event, NoHistory, TaskKinds, Variables};
use snurr::ProcessBuilder;

fn ours(group: &mut BenchmarkGroup<'_, WallTime>, xml: &str, variables: &Variables) {
    let (program, zone) = (program(xml), Zone::default());
    let bench = Bench::new(&program, &zone, TaskKinds::NONE);
    group.bench_function("reglament, no history", |timer| {
        timer.iter(|| bench.run(variables.clone(), &mut NoHistory));
    });
    let mut events: Vec<Event> = Vec::new();
    group.bench_function("reglament, history in memory", |timer| {
        timer.iter(|| {
            events.clear();
            bench.run(variables.clone(), &mut events);
        });
    });
}

fn task_rows(criterion: &mut Criterion) {
    for count in [1, 10, 1000] {
        let mut group = criterion.benchmark_group(format!("{count} tasks"));
        let xml = tasks(count).xml();
        let mut builder = ProcessBuilder::<()>::from_str(&xml).expect("snurr reads the model");
        for number in 1..=count {
            builder = builder.task(format!("task{number}"), |()| Default::default());
        }
        let process = builder.build().expect("snurr builds the model");
        group.bench_function("snurr", |timer| {
            timer.iter(|| process.run(()).expect("it runs"))
        });
        ours(&mut group, &xml, &Variables::new());
    }
}

fn loop_row(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gateway loop of ten rounds");
    let process = ProcessBuilder::<AtomicU32>::from_str(&gateway_loop(false))
        .expect("snurr reads the model")
        .task("count", |counter| {
            counter.fetch_add(1, Relaxed);
            Default::default()
        })
        .exclusive("done", |counter| {
            if counter.load(Relaxed) >= 10 {
                "YES"
            } else {
                "NO"
            }
            .into()
        })
        .exclusive("again", |_| Default::default())
        .build()
        .expect("snurr builds the model");
    group.bench_function("snurr", |timer| {
        timer.iter(|| process.run(AtomicU32::new(0)).expect("it runs"));
    });
    ours(
        &mut group,
        &gateway_loop(true),
        &vec![("counter".into(), 0.into())],
    );
}

fn fork_row(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fork to five tasks and join");
    let xml = fork(5).xml();
    let mut builder = ProcessBuilder::<()>::from_str(&xml).expect("snurr reads the model");
    for number in 1..=5 {
        builder = builder.task(format!("task{number}"), |()| Default::default());
    }
    let process = builder.build().expect("snurr builds the model");
    group.bench_function("snurr", |timer| {
        timer.iter(|| process.run(()).expect("it runs"))
    });
    ours(&mut group, &xml, &Variables::new());
}

/// What the closures of the portal flow look at.
struct Application {
    authorized: bool,
    signature: &'static str,
    documents: u32,
    places: u32,
    age: u32,
}

fn portal_row(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("portal flow");
    let plain = portal().without_conditions().xml();
    let mut builder =
        ProcessBuilder::<Application>::from_str(&plain).expect("snurr reads the model");
    for task in ["register", "login", "signature", "data", "queue"] {
        builder = builder.task(task, |_| Default::default());
        builder = builder.task(format!("{task}Verified"), |_| Default::default());
        builder = builder.task(format!("{task}Passed"), |_| Default::default());
    }
    let process = builder
        .exclusive("loginCheck", |it| {
            if it.authorized {
                "authorized"
            } else {
                "loginNo"
            }
            .into()
        })
        .exclusive("signatureCheck", |it| {
            if it.signature == "valid" {
                "valid"
            } else {
                "signatureNo"
            }
            .into()
        })
        .exclusive("dataCheck", |it| {
            if it.documents >= 3 {
                "complete"
            } else {
                "dataNo"
            }
            .into()
        })
        .exclusive("queueCheck", |it| {
            if it.places > 0 && it.age < 7 {
                "free"
            } else {
                "queueNo"
            }
            .into()
        })
        .build()
        .expect("snurr builds the model");
    group.bench_function("snurr", |timer| {
        timer.iter(|| {
            let application = black_box(Application {
                authorized: true,
                signature: "valid",
                documents: 4,
                places: 2,
                age: 3,
            });
            process.run(application).is_ok()
        });
    });
    ours(&mut group, &portal().xml(), &application());
}

criterion_group!(benches, task_rows, loop_row, fork_row, portal_row);
criterion_main!(benches);
