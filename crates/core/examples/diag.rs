use std::time::Instant;
fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        let t = Instant::now();
        let (definitions, diagnostics) = reglament_core::read(&path, &bytes);
        let t1 = t.elapsed();
        println!("== {path} {t1:?}");
        let Some(definitions) = definitions else {
            for d in &diagnostics {
                println!("  {d}");
            }
            continue;
        };
        let show = |d: &reglament_source::Diagnostic| {
            let at = d
                .span
                .map(|s| definitions.source().position(s.start).to_string())
                .unwrap_or_default();
            println!(
                "  {at} {d} [{}] hint: {}",
                d.element.as_deref().unwrap_or("-"),
                d.hint.as_deref().unwrap_or("-")
            );
        };
        for d in &diagnostics {
            show(d);
        }
        let t = Instant::now();
        let lowering = reglament_core::lower(&definitions);
        println!(
            "  -- lowered {:?} {:?}",
            t.elapsed(),
            lowering
                .processes
                .iter()
                .map(|p| (&*p.id, p.is_executable, p.is_refused))
                .collect::<Vec<_>>()
        );
        for f in &lowering.findings {
            show(&f.diagnostic);
        }
    }
}
