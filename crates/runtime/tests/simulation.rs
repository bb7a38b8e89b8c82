//! A slice of the simulator; `cargo xtask stress simulate` runs it in full.

use reglament_runtime::simulation::{Summary, run};

#[test]
fn whatever_fails_no_acknowledged_work_is_lost_or_doubled() {
    let mut total = Summary::default();
    for seed in 0..8 {
        let summary = run(seed, 40).unwrap_or_else(|broken| {
            panic!("seed {seed}: {broken}\nreproduce: cargo xtask stress simulate --from {seed} --seeds 1")
        });
        total.add(&summary);
    }
    assert!(total.faults > 30, "the store has failed: {total:?}");
    assert!(total.crashes > 15, "the process has died: {total:?}");
    assert!(total.messages > 30, "messages were delivered: {total:?}");
    assert!(total.timers > 30, "timers have fired: {total:?}");
    assert!(total.adapter_faults > 30, "handlers have failed: {total:?}");
    assert!(
        total.late_answers > 3,
        "workers were given up too early: {total:?}"
    );
    assert!(total.jumps > 10, "the clock was set: {total:?}");
    assert!(total.cleared > 3, "cases were erased: {total:?}");
    assert!(total.anchors > 3, "anchors were kept: {total:?}");
    assert!(total.migrated > 3, "cases were migrated: {total:?}");
    assert!(total.modified > 3, "cases were modified: {total:?}");
}

#[test]
fn the_same_seed_does_the_same() {
    assert_eq!(run(7, 15), run(7, 15));
}

/// A command took a number and failed before it was written; after a restart the number was given again
/// and a kept message was overwritten.
#[test]
fn a_number_is_never_given_twice_whatever_became_of_the_command_that_took_it() {
    assert!(run(55, 30).is_ok(), "{:?}", run(55, 30));
}
