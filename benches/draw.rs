//! Drawing a diagram of a thousand elements: reading the interchange, SVG, HTML. The goal is 100 ms.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use reglament_core::Definitions;
use reglament_draw::diagram::{self, Diagram};
use reglament_draw::html::{Details, html};
use reglament_draw::svg::{Options, svg};

/// Twenty lanes of fifty user tasks, each with its flow to the next.
fn model() -> String {
    let (mut elements, mut shapes) = (String::new(), String::new());
    for number in 0..1000 {
        let (x, y) = (60 + number % 50 * 150, 60 + number / 50 * 120);
        let _ = write!(
            elements,
            "<userTask id=\"t{number}\" name=\"Құжаттарды тексеру және тіркеу {number}\"/>"
        );
        let _ = write!(
            shapes,
            "<bpmndi:BPMNShape bpmnElement=\"t{number}\"><dc:Bounds x=\"{x}\" y=\"{y}\" width=\"100\" \
             height=\"80\"/></bpmndi:BPMNShape>"
        );
        if number % 50 > 0 {
            let before = number - 1;
            let _ = write!(
                elements,
                "<sequenceFlow id=\"f{number}\" name=\"иә\" sourceRef=\"t{before}\" targetRef=\"t{number}\"/>"
            );
            let _ = write!(
                shapes,
                "<bpmndi:BPMNEdge bpmnElement=\"f{number}\"><di:waypoint x=\"{}\" y=\"{}\"/>\
                 <di:waypoint x=\"{x}\" y=\"{}\"/></bpmndi:BPMNEdge>",
                x - 50,
                y + 40,
                y + 40
            );
        }
    }
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" \
         xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\" \
         xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" \
         xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\" targetNamespace=\"urn:example\">\
         <process id=\"p\">{elements}</process><bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement=\"p\">\
         {shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )
}

fn read() -> (Definitions, Vec<Diagram>) {
    let (definitions, _) = reglament_core::read("thousand.bpmn", model().as_bytes());
    let definitions = definitions.unwrap();
    let (diagrams, diagnostics) = diagram::read(&definitions);
    assert!(diagnostics.is_empty() && diagrams[0].shapes.len() == 1000);
    (definitions, diagrams)
}

fn drawing(criterion: &mut Criterion) {
    let (definitions, diagrams) = read();
    let mut group = criterion.benchmark_group("a thousand tasks");
    group.bench_function("interchange", |bencher| {
        bencher.iter(|| diagram::read(black_box(&definitions)));
    });
    group.bench_function("svg", |bencher| {
        bencher.iter(|| svg(black_box(&definitions), &diagrams[0], &Options::default()));
    });
    group.bench_function("html", |bencher| {
        let details = Details::new();
        bencher.iter(|| {
            html(
                black_box(&definitions),
                &[&diagrams[0]],
                &Options::default(),
                &details,
            )
        });
    });
    group.finish();
}

criterion_group!(benches, drawing);
criterion_main!(benches);
