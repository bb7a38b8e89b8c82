//! Generated expressions, evaluated by dsntk and by ours: every disagreement has a class that explains
//! it.
//!
//! `REGLAMENT_SEED` and `REGLAMENT_EXPRESSIONS` choose others than the default ones.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

use reglament_dsntk::Variables;
use reglament_dsntk::classes::{Answer, CLASSES, Disagreement, PANIC};
use reglament_dsntk::generator::{Generator, Node, VARIABLES};

/// The number in a variable of the environment, or the default.
fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn theirs(variables: &Variables, text: &str) -> Answer {
    catch_unwind(AssertUnwindSafe(|| variables.evaluate_theirs(text)))
        .unwrap_or_else(|_| Err(PANIC.to_owned()))
}

/// Whether two answers are the same; of texts that are not read the words may differ.
fn agree(ours: &Answer, theirs: &Answer) -> bool {
    match (ours, theirs) {
        (Ok(a), Ok(b)) => a == b,
        (Err(_), Err(error)) => error != PANIC,
        _ => false,
    }
}

/// The smallest part of an expression about which the two disagree.
fn smallest<'n>(variables: &Variables, node: &'n Node) -> Option<Disagreement<'n>> {
    if let Some(within) = node.parts.iter().find_map(|part| smallest(variables, part)) {
        return Some(within);
    }
    let ours = variables.evaluate(&node.text);
    let theirs = theirs(variables, &node.text);
    let value = |part: &Node| variables.evaluate(&part.text).unwrap_or_default();
    (!agree(&ours, &theirs)).then(|| Disagreement {
        head: node.head,
        text: &node.text,
        parts: node.parts.iter().map(value).collect(),
        ours,
        theirs,
    })
}

#[test]
fn every_disagreement_is_explained() {
    let variables = Variables::new(VARIABLES).expect("both read the variables");
    let mut generator = Generator::new(setting("REGLAMENT_SEED", 1));
    let count = setting("REGLAMENT_EXPRESSIONS", 20_000);
    set_hook(Box::new(|_| {}));
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for _ in 0..count {
        let node = generator.expression();
        let Some(found) = smallest(&variables, &node) else {
            *classes.entry("agree").or_default() += 1;
            continue;
        };
        match CLASSES.iter().find(|class| (class.holds)(&found)) {
            Some(class) => *classes.entry(class.name).or_default() += 1,
            None => unexplained.push(format!("{found:?}")),
        }
    }
    drop(std::panic::take_hook());
    for (name, count) in &classes {
        println!("{count:6}  {name}");
    }
    let shown: Vec<&String> = unexplained.iter().take(20).collect();
    assert!(
        unexplained.is_empty(),
        "{} unexplained: {shown:#?}",
        unexplained.len()
    );
}

#[test]
fn every_class_is_explained_in_the_readme() {
    let readme = include_str!("../README.md");
    for class in CLASSES {
        assert!(
            readme.contains(&format!("| {} |", class.name)),
            "{}",
            class.name
        );
    }
}
