//! The memory of a waiting instance: many are kept at once, and the growth of the process is divided.
//!
//! Run it with `cargo bench -p reglament-benches --bench memory`. Only Linux says how much memory a
//! process has; elsewhere nothing is measured.

use reglament_benches::{Bench, one, program};
use reglament_core::timer::Zone;
use reglament_executor::{Instance, NoHistory, TaskKinds, Variables};

const INSTANCES: usize = 200_000;

/// The resident memory of this process in bytes.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace()
        .nth(1)?
        .parse::<usize>()
        .ok()
        .map(|kilobytes| kilobytes * 1024)
}

fn measure(what: &str, variables: &Variables) {
    let (user, zone) = (program(&one("userTask", "")), Zone::default());
    let bench = Bench::new(&user, &zone, TaskKinds::WORK);
    let mut waiting: Vec<Instance> = Vec::with_capacity(INSTANCES);
    // The room for the instances themselves is touched before the first measurement.
    waiting.resize_with(INSTANCES, Instance::new);
    let Some(before) = resident() else { return };
    for place in &mut waiting {
        *place = bench.start(variables.clone(), &mut NoHistory);
    }
    let Some(after) = resident() else { return };
    let inside = size_of::<Instance>();
    let bytes = (after - before) / INSTANCES + inside;
    println!("a waiting user task, {what}: {bytes} bytes ({inside} of them the instance itself)");
}

fn main() {
    measure("no variables", &Variables::new());
    let three = vec![
        ("applicationNumber".into(), "A-2013-004711".into()),
        ("documentsValid".into(), true.into()),
        ("queueNumber".into(), 1348.into()),
    ];
    measure("three variables", &three);
}
