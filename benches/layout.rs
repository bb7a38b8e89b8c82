//! Laying out models of a hundred to ten thousand elements.

use std::fmt::Write as _;

use criterion::{Criterion, criterion_group, criterion_main};
use reglament_draw::layout::{Existing, layout};

/// A model of about `size` elements in one pool with four lanes: rounds of a decision with three
/// ways, of which one is a loop and one has a boundary event.
fn model(size: usize) -> String {
    let mut nodes = String::from(r#"<startEvent id="start"/>"#);
    let mut members = vec![String::new(); 4];
    let mut flows = String::new();
    let mut count = 0;
    let mut flow = |from: &str, to: &str, name: &str| {
        count += 1;
        let _ = write!(
            flows,
            r#"<sequenceFlow id="f{count}" sourceRef="{from}" targetRef="{to}" name="{name}"/>"#
        );
    };
    let mut last = "start".to_owned();
    for round in 0..size / 18 {
        let id = |part: &str| format!("{part}{round}");
        for (part, tag, lane) in [
            ("check", "task", 0),
            ("way", "exclusiveGateway", 0),
            ("accept", "task", 1),
            ("ask", "task", 0),
            ("refuse", "task", 2),
            ("late", "task", 3),
            ("join", "exclusiveGateway", 1),
        ] {
            let id = id(part);
            let _ = write!(nodes, r#"<{tag} id="{id}" name="Құжаттарды тексеру"/>"#);
            if let Some(members) = members.get_mut((lane + round) % 4) {
                let _ = write!(members, "<flowNodeRef>{id}</flowNodeRef>");
            }
        }
        let (timer, host) = (id("timer"), id("accept"));
        let _ = write!(
            nodes,
            r#"<boundaryEvent id="{timer}" name="3 күн" attachedToRef="{host}"/>"#
        );
        flow(&last, &id("check"), "");
        flow(&id("check"), &id("way"), "");
        flow(&id("way"), &id("accept"), "иә");
        flow(&id("way"), &id("ask"), "толық емес");
        flow(&id("ask"), &id("check"), "");
        flow(&id("way"), &id("refuse"), "жоқ");
        flow(&id("accept"), &id("join"), "");
        flow(&id("refuse"), &id("join"), "");
        flow(&timer, &id("late"), "");
        flow(&id("late"), &id("join"), "");
        last = id("join");
    }
    let lanes: String = members
        .iter()
        .enumerate()
        .map(|(lane, members)| format!(r#"<lane id="lane{lane}" name="Маман">{members}</lane>"#))
        .collect();
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><collaboration id="c"><participant id="pool" name="Қызмет" processRef="p"/></collaboration><process id="p"><laneSet id="set">{lanes}</laneSet>{nodes}{flows}</process></definitions>"#
    )
}

fn layouts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("layout");
    group.sample_size(10);
    for size in [100, 1_000, 10_000] {
        let (definitions, _) = reglament_core::read("bench.bpmn", model(size).as_bytes());
        let Some(definitions) = definitions else {
            continue;
        };
        group.bench_function(format!("{size} elements"), |timer| {
            timer.iter(|| layout(&definitions, Existing::Keep));
        });
    }
    group.finish();
}

criterion_group!(benches, layouts);
criterion_main!(benches);
