//! Reading BPMN, a raw pass of quick-xml beside ours.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quick_xml::events::Event;
use reglament_benches::tasks;

const PORTAL: &str = include_str!("../processes/kindergarten-queue/portal.bpmn");

fn raw(xml: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut events = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return events,
            Ok(_) => events += 1,
        }
    }
}

fn rows(criterion: &mut Criterion) {
    let thousand = tasks(1000).xml();
    for (name, xml) in [("portal file", PORTAL), ("thousand tasks", &thousand)] {
        let mut group = criterion.benchmark_group(format!("reading the {name}"));
        group.throughput(Throughput::Bytes(xml.len() as u64));
        group.bench_function("quick-xml, raw pass", |timer| timer.iter(|| raw(xml)));
        group.bench_function("reglament-xml, the whole tree", |timer| {
            timer.iter(|| {
                let text = reglament_source::SourceText::new("bench.bpmn", xml.to_owned());
                reglament_xml::parse(text, &reglament_xml::Limits::default())
                    .0
                    .is_some()
            });
        });
        group.bench_function("reglament-core, tree and checks", |timer| {
            timer.iter(|| {
                reglament_core::read("bench.bpmn", xml.as_bytes())
                    .0
                    .is_some()
            });
        });
        group.bench_function("reglament-core, lowered", |timer| {
            timer.iter(|| {
                let (definitions, _) = reglament_core::read("bench.bpmn", xml.as_bytes());
                definitions
                    .map(|definitions| reglament_core::lower(&definitions).program.elements.len())
            });
        });
    }
}

criterion_group!(benches, rows);
criterion_main!(benches);
