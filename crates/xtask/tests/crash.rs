//! A short slice of the crash harness; `cargo xtask stress crash` runs it in full.

use std::process::Command;

#[test]
fn what_a_killed_engine_has_acknowledged_is_there_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["stress", "crash", "--kills", "5"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
