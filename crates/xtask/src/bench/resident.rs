//! What a waiting case costs that is in memory: two processes start the same cases, and one of them keeps
//! them all.

use std::process::Command;

use reglament_runtime::Engine;

use super::waiting::{deploy, fill, resident_kilobytes};
use super::{Outcome, admin, closed, opened};

/// Starts `cases` cases twice, keeping all and one of them, and compares.
pub(super) fn compare(cases: u64) -> Outcome {
    let all = measured(cases, cases)?;
    let one = measured(cases, 1)?;
    let bytes = all.saturating_sub(one) * 1024;
    println!(
        "{cases} cases in memory: {} MB, none: {} MB; {} bytes a case",
        all / 1024,
        one / 1024,
        bytes / cases.max(1)
    );
    Ok(())
}

fn measured(cases: u64, kept: u64) -> Outcome<u64> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args([
            "bench",
            "resident-child",
            &cases.to_string(),
            &kept.to_string(),
        ])
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let kilobytes = said.trim().parse();
    kilobytes.map_err(|_| format!("the child said `{said}`"))
}

/// `resident-child CASES KEPT`: starts cases and says how many kilobytes the process has then.
pub(super) async fn child(arguments: &[String]) -> Outcome {
    let number = |place: usize| {
        let text = arguments.get(place).map(String::as_str).unwrap_or_default();
        text.parse::<u64>().map_err(|error| error.to_string())
    };
    let (cases, kept) = (number(1)?, number(2)?);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let engine = Engine::builder(opened(&folder.path().join("cases.sqlite"))?)
        .any_external()
        .cached_cases(usize::try_from(kept).unwrap_or(usize::MAX))
        .open()
        .await
        .map_err(|error| error.to_string())?;
    let admin = admin();
    deploy(&engine, &admin).await?;
    fill(&engine, &admin, cases).await?;
    println!("{}", resident_kilobytes());
    closed(engine).await;
    Ok(())
}
