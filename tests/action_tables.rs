//! The action table that is made from a flow is the source's, cell by cell, but for the cells that the
//! notes of its pack explain.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails where a value is missing"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use reglament_pack::table::{ActionRow, ActionTable};
use reglament_pack::{FolderSource, Pack};
use serde::Deserialize;

/// A row as the source has it.
#[derive(Deserialize)]
struct Row {
    number: String,
    unit: String,
    action: String,
    completion: String,
    term: String,
    /// The numbers of the next actions; none where the case ends.
    next: Vec<Option<String>>,
}

/// A cell that differs: channel, action, column, the source's words, the model's words.
type Cell = [String; 5];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The flows whose source has a table: pack and channel.
fn flows() -> Vec<(String, String)> {
    let fixtures = fs::read_dir(root().join("tests/action_tables")).unwrap();
    let mut flows: Vec<(String, String)> = fixtures
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| {
            let (pack, channel) = name.strip_suffix(".json")?.split_once('.')?;
            Some((pack.to_owned(), channel.to_owned()))
        })
        .collect();
    flows.sort();
    flows
}

fn source_rows(pack: &str, channel: &str) -> Vec<Row> {
    let path = root().join(format!("tests/action_tables/{pack}.{channel}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn open(pack: &str) -> Pack {
    let folder = root().join("processes").join(pack);
    Pack::open(&FolderSource::new(folder)).unwrap_or_else(|report| panic!("{pack}: {report:?}"))
}

fn table(pack: &Pack, channel: &str, language: &str) -> ActionTable {
    let flow = pack.flow(channel).unwrap();
    ActionTable::of(&flow.definitions, Some(pack), language)
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn next(numbers: impl Iterator<Item = Option<String>>) -> String {
    let numbers = numbers.map(|number| number.unwrap_or_else(|| "end".to_owned()));
    numbers.collect::<Vec<String>>().join(", ")
}

fn differences(channel: &str, source: &Row, model: &ActionRow) -> Vec<Cell> {
    let columns = [
        ("unit", joined(&source.unit), model.unit.clone()),
        ("action", joined(&source.action), joined(&model.action)),
        (
            "completion",
            joined(&source.completion),
            joined(&model.completion.join("; ")),
        ),
        ("term", joined(&source.term), joined(&model.term.join("; "))),
        (
            "next",
            next(source.next.iter().cloned()),
            next(model.next.iter().map(|it| it.action.clone())),
        ),
    ];
    let differ = columns
        .into_iter()
        .filter(|(_, source, model)| source != model);
    let cell = |(column, from_source, from_model): (&str, String, String)| {
        let number = source.number.clone();
        [
            channel.to_owned(),
            number,
            column.to_owned(),
            from_source,
            from_model,
        ]
    };
    differ.map(cell).collect()
}

/// The cells that the notes of a pack explain.
fn explained(pack: &str) -> BTreeSet<Cell> {
    let notes = fs::read_to_string(root().join(format!("processes/{pack}/NOTES.md"))).unwrap();
    let Some((_, section)) = notes.split_once("\n## The action table") else {
        return BTreeSet::new();
    };
    let lines = section.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
        let [channel, action, column, source, model, why, ""] = cells.as_slice() else {
            return None;
        };
        let is_row = action.parse::<u32>().is_ok() && !why.is_empty();
        is_row.then(|| [*channel, *action, *column, *source, *model].map(str::to_owned))
    });
    lines.collect()
}

#[test]
fn nine_flows_give_the_tables_of_their_sources_but_for_what_the_notes_explain() {
    let flows = flows();
    assert_eq!(flows.len(), 9);
    let packs: BTreeSet<&String> = flows.iter().map(|(pack, _)| pack).collect();
    for name in packs {
        let pack = open(name);
        let mut found = BTreeSet::new();
        for (_, channel) in flows.iter().filter(|(pack, _)| pack == name) {
            let source = source_rows(name, channel);
            let model = table(&pack, channel, "kk");
            let numbers = |rows: Vec<&String>| rows.into_iter().cloned().collect::<Vec<_>>();
            assert_eq!(
                numbers(source.iter().map(|row| &row.number).collect()),
                numbers(model.rows.iter().map(|row| &row.number).collect()),
                "{name}, {channel}"
            );
            for (source, model) in source.iter().zip(&model.rows) {
                found.extend(differences(channel, source, model));
            }
        }
        assert_eq!(
            found,
            explained(name),
            "{name}: the differences and the notes"
        );
    }
}

#[test]
fn a_regulation_without_a_table_gets_a_row_for_each_activity_in_flow_order() {
    let table = table(&open("school-admission"), "provider", "en");
    let numbers: Vec<&str> = table.rows.iter().map(|row| row.number.as_str()).collect();
    let expected: Vec<String> = (1..=table.activities.len())
        .map(|it| it.to_string())
        .collect();
    assert_eq!(numbers, expected);
    assert!(table.beside.is_empty());
    let first = &table.rows[0];
    assert_eq!(first.elements, [table.activities[0].element.clone()]);
}

#[test]
fn the_tables_of_two_flows_read_well_in_each_language() {
    for (pack, channel) in [("social-assistance", "portal"), ("duplicate", "provider")] {
        let pack = open(pack);
        for language in ["kk", "en", "ru"] {
            let table = table(&pack, channel, language);
            let name = format!("{}_{channel}_{language}", pack.id().replace('-', "_"));
            let table = serde_json::to_string_pretty(&table).unwrap();
            insta::assert_snapshot!(name, table);
        }
    }
}
