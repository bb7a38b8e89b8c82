//! perf
#![allow(missing_docs, clippy::all, clippy::unwrap_used)]
fn main() {
    let f = std::env::args().nth(1).unwrap(); let n: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let b = std::fs::read(&f).unwrap();
    let what = std::env::args().nth(3).unwrap_or_default();
    let t = std::time::Instant::now();
    for _ in 0..n {
        if what == "xml" { let _ = reglament_xml::read_xml("f", &b, &reglament_xml::Limits::default()); }
        else { let (d, _) = reglament_core::read("f", &b); assert!(d.is_some()); if what == "lower" { let _ = reglament_core::lower(&d.unwrap()); } }
    }
    let s = t.elapsed().as_secs_f64(); println!("{what}: {:.1} MB/s", b.len() as f64 * n as f64 / s / 1e6);
}
