//! Instances that wait: user tasks, jobs, timers, messages.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run must stop")]

use criterion::{Criterion, criterion_group, criterion_main};
use reglament_benches::{Bench, one, program};
use reglament_core::timer::Zone;
use reglament_executor::{Command, Instance, Key, NoHistory, TaskKinds, Variables};

fn waiting(instance: &Instance, program: &reglament_core::Program) -> Key {
    let waiting = instance.state().waiting(program);
    waiting.first().expect("something waits").0
}

fn rows(criterion: &mut Criterion) {
    let zone = Zone::default();
    let user = program(&one("userTask", ""));
    let bench = Bench::new(&user, &zone, TaskKinds::WORK);
    criterion.bench_function("user task created and completed", |timer| {
        timer.iter(|| {
            let mut instance = bench.start(Variables::new(), &mut NoHistory);
            let key = waiting(&instance, &user);
            let command = Command::Complete {
                key,
                variables: Variables::new(),
            };
            bench.give(&mut instance, command, 1, &mut NoHistory);
        });
    });
    let service = program(&one("serviceTask", ""));
    let bench = Bench::new(&service, &zone, TaskKinds::WORK);
    let ten: Variables = (0..10)
        .map(|it| (format!("result{it}").into(), it.into()))
        .collect();
    criterion.bench_function("service task that writes ten variables", |timer| {
        timer.iter(|| {
            let mut instance = bench.start(Variables::new(), &mut NoHistory);
            let key = waiting(&instance, &service);
            let command = Command::Complete {
                key,
                variables: ten.clone(),
            };
            bench.give(&mut instance, command, 1, &mut NoHistory);
        });
    });
    let timed = program(&one(
        "intermediateCatchEvent",
        r#"<bpmn:timerEventDefinition id="t"><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"#,
    ));
    let bench = Bench::new(&timed, &zone, TaskKinds::WORK);
    criterion.bench_function("timer armed and fired", |timer| {
        timer.iter(|| {
            let mut instance = bench.start(Variables::new(), &mut NoHistory);
            bench.give(&mut instance, Command::Wake, 3600, &mut NoHistory);
        });
    });
    let message = program(&one(
        "intermediateCatchEvent",
        r#"<bpmn:messageEventDefinition id="t" messageRef="m"/>"#,
    ));
    let bench = Bench::new(&message, &zone, TaskKinds::WORK);
    criterion.bench_function("message waited for and received", |timer| {
        timer.iter(|| {
            let mut instance = bench.start(Variables::new(), &mut NoHistory);
            let owner = waiting(&instance, &message);
            let command = Command::Trigger {
                owner,
                arm: 0,
                variables: Variables::new(),
            };
            bench.give(&mut instance, command, 1, &mut NoHistory);
        });
    });
}

criterion_group!(benches, rows);
criterion_main!(benches);
