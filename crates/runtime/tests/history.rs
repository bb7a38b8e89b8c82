//! What sealing hides, what shredding takes away, and what a verification finds.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::timer::Timestamp;
use reglament_executor::{
    Actor, Command, EVENT_VERSION, Env, Event, Instance, InstanceId, Key, Occasion, Record, Sink,
    Start, State,
};
use reglament_feel::Value;
use reglament_runtime::history::{
    Anchor, AnchorBuilder, Finding, FindingKind, Head, Keys, MasterKey, Policy, SHREDDED,
    SealError, TOMBSTONE, Tombstone, Vault, Verifier, person_tag, shred,
};
use reglament_runtime::store::{
    CaseHead, DataKeyRow, EventRecord, IndexChange, Position, StreamEvent,
};

const IIN: &str = "860314400190";
const CASE: InstanceId = InstanceId(7);

fn keys() -> Arc<dyn Keys> {
    Arc::new(MasterKey::from_secret(&[9; 32]))
}

fn program(marks: &str) -> Program {
    let text = format!(
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' \
         xmlns:reg='urn:reglament:bpmn:1' targetNamespace='urn:t'>\
         <process id='p' isExecutable='true'><extensionElements>{marks}</extensionElements>\
         <userTask id='t'/></process></definitions>"
    );
    let (definitions, diagnostics) = reglament_core::read("case.bpmn", text.as_bytes());
    assert_eq!(diagnostics, []);
    reglament_core::lower(&definitions.unwrap()).program
}

/// Two persons: the applicant and the child.
fn application() -> Program {
    program(
        "<reg:personal variable='applicant' subject='applicant.iin'/>\
         <reg:personal variable='child' subject='child.iin'/>",
    )
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn record(seq: u64, actor: &str, event: Event) -> Record {
    Record {
        version: EVENT_VERSION,
        seq,
        at: Timestamp::EPOCH,
        actor: Actor {
            id: Arc::from(actor),
            ..Actor::system()
        },
        event,
    }
}

fn set(program: &Program, variables: &[(&str, &str)]) -> Event {
    let values = variables
        .iter()
        .map(|(name, json)| (program.names.get(name).unwrap(), value(json)));
    Event::VariablesSet {
        scope: Key::from_bits(1 << 32),
        values: values.collect(),
    }
}

fn filed(program: &Program) -> Event {
    set(
        program,
        &[
            (
                "applicant",
                r#"{"name": "Applicant A", "iin": "860314400190"}"#,
            ),
            ("child", r#"{"name": "Child B", "iin": "200101500018"}"#),
        ],
    )
}

fn vault(program: &Program, rows: Vec<DataKeyRow>) -> Vault {
    Vault::new(keys(), Arc::new(Policy::of(program)), CASE, rows).unwrap()
}

/// The key table after `changes`.
fn table(mut rows: Vec<DataKeyRow>, changes: Vec<IndexChange>) -> Vec<DataKeyRow> {
    for change in changes {
        let IndexChange::DataKey(row) = change else {
            panic!("no change of the key table: {change:?}");
        };
        rows.retain(|known| known.subject != row.subject);
        rows.push(*row);
    }
    rows
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn what_is_marked_is_not_in_the_stored_bytes_and_comes_back() {
    let program = application();
    let mut vault = vault(&program, Vec::new());
    let original = record(3, IIN, filed(&program));
    let bytes = vault.seal_record(3, original.clone()).unwrap();
    for text in [IIN, "Applicant A", "Child B", "200101500018"] {
        assert!(!contains(&bytes, text), "{text} is readable");
    }
    let rows = table(Vec::new(), vault.take_changes());
    let subjects: Vec<&str> = rows.iter().map(|row| &*row.subject).collect();
    assert!(subjects.contains(&"applicant.iin") && subjects.contains(&"child.iin"));
    assert!(subjects.iter().all(|subject| !subject.contains(IIN)));
    let again = self::vault(&program, rows).open_record::<Record>(3, &bytes);
    let again = again.unwrap();
    assert_eq!(again.content, original);
    assert!(!again.is_shredded);
}

#[test]
fn what_is_not_marked_stays_readable() {
    let program = program("<reg:personal variable='child'/><reg:personal variable='note'/>");
    let mut vault = vault(&program, Vec::new());
    let named = Event::SignalThrown {
        key: Key::from_bits(1 << 32),
        signal: Box::new(reglament_executor::ThrownSignal {
            element: reglament_core::program::ArenaIndex::from_position(1),
            name: Arc::from("closed"),
            variables: vec![
                (Arc::from("place"), value("12")),
                (Arc::from("child"), value("\"Child B\"")),
            ],
        }),
    };
    let bytes = vault.seal_record(1, record(1, "", named)).unwrap();
    assert!(contains(&bytes, "[\"place\",12]"));
    assert!(!contains(&bytes, "Child B"));
}

#[test]
fn a_program_without_marks_needs_no_keys() {
    let program = program("<reg:label xml:lang='en'>x</reg:label>");
    let mut vault = vault(&program, Vec::new());
    let started = record(1, "clerk", Event::Cancelled);
    let bytes = vault.seal_record(1, started.clone()).unwrap();
    assert!(contains(&bytes, "clerk"));
    assert_eq!(vault.take_changes(), []);
    assert_eq!(
        vault.open_record::<Record>(1, &bytes).unwrap().content,
        started
    );
    let state = vault.seal_bytes("state", b"{}").unwrap();
    assert_eq!(state, b"\0{}");
}

#[test]
fn a_mark_without_a_variable_seals_every_variable() {
    let program = program("<reg:personal/><reg:personal variable='named' subject='named'/>");
    let mut vault = vault(&program, Vec::new());
    let event = Event::VariableSet {
        scope: Key::from_bits(1 << 32),
        name: reglament_feel::Symbol(900),
        value: value("\"secret\""),
    };
    let bytes = vault.seal_record(1, record(1, "", event)).unwrap();
    assert!(!contains(&bytes, "secret"));
}

#[test]
fn texts_that_may_quote_anybody_are_sealed() {
    let program = application();
    let mut vault = vault(&program, Vec::new());
    let incident = reglament_executor::Incident {
        kind: reglament_executor::IncidentKind::MappingFailed,
        message: Arc::from("no child of Applicant A"),
    };
    let armed = reglament_executor::Arm {
        element: reglament_core::program::ArenaIndex::from_position(1),
        trigger: reglament_executor::Trigger::Message {
            name: Arc::from("answer"),
            key: Some(Arc::from(IIN)),
            message: None,
        },
        spent: false,
    };
    let events = [
        Event::Failed {
            incident: Box::new(incident),
        },
        Event::Armed {
            owner: Key::from_bits(1 << 32),
            arm: Box::new(armed),
        },
    ];
    for event in events {
        let bytes = vault.seal_record(1, record(1, "", event.clone())).unwrap();
        assert!(!contains(&bytes, "Applicant A") && !contains(&bytes, IIN));
        let opened = vault.open_record::<Record>(1, &bytes).unwrap();
        assert_eq!(opened.content.event, event);
    }
}

#[test]
fn shredding_a_person_takes_only_what_is_about_them() {
    let program = application();
    let mut vault = vault(&program, Vec::new());
    let bytes = vault
        .seal_record(3, record(3, IIN, filed(&program)))
        .unwrap();
    let decided = record(4, "official", Event::Cancelled);
    let second = vault.seal_record(4, decided.clone()).unwrap();
    let state = vault.seal_bytes("state", b"everything").unwrap();
    let rows = table(Vec::new(), vault.take_changes());
    let tag = person_tag(&*keys(), IIN);
    let rows = table(rows.clone(), shred(rows, Some(tag)));
    assert!(rows.iter().all(|row| row.person != Some(tag)));

    let vault = self::vault(&program, rows);
    assert!(vault.is_shredded());
    let opened = vault.open_record::<Record>(3, &bytes).unwrap();
    assert!(opened.is_shredded);
    assert_eq!(&*opened.content.actor.id, SHREDDED);
    let expected = set(
        &program,
        &[
            ("applicant", "\"shredded\""),
            ("child", r#"{"name": "Child B", "iin": "200101500018"}"#),
        ],
    );
    assert_eq!(opened.content.event, expected);
    assert_eq!(
        vault.open_record::<Record>(4, &second).unwrap().content,
        decided
    );
    assert_eq!(vault.open_bytes("state", &state), Ok(None));
}

#[test]
fn nothing_more_is_kept_of_who_was_forgotten() {
    let program = application();
    let mut vault = vault(&program, Vec::new());
    vault
        .seal_record(1, record(1, "", filed(&program)))
        .unwrap();
    let rows = table(Vec::new(), vault.take_changes());
    let rows = table(rows.clone(), shred(rows, Some(person_tag(&*keys(), IIN))));
    let mut vault = self::vault(&program, rows);
    let refused = vault.seal_record(2, record(2, "", filed(&program)));
    assert_eq!(
        refused,
        Err(SealError::Shredded {
            instance: CASE,
            subject: Arc::from("applicant.iin")
        })
    );
}

#[test]
fn shredding_somebody_else_changes_nothing() {
    let program = application();
    let mut vault = vault(&program, Vec::new());
    vault
        .seal_record(1, record(1, "", filed(&program)))
        .unwrap();
    let rows = table(Vec::new(), vault.take_changes());
    assert_eq!(shred(rows, Some(person_tag(&*keys(), "780920300123"))), []);
}

#[test]
fn a_sealed_part_cannot_be_moved_to_another_record_or_case() {
    let program = application();
    let mut vault = vault(&program, Vec::new());
    let bytes = vault
        .seal_record(3, record(3, "", filed(&program)))
        .unwrap();
    let rows = table(Vec::new(), vault.take_changes());
    assert!(vault.open_record::<Record>(4, &bytes).is_err());
    let other = Vault::new(
        keys(),
        Arc::new(Policy::of(&program)),
        InstanceId(8),
        rows.clone(),
    );
    assert!(other.is_err(), "a key was unwrapped in another case");
    let mut lost = rows;
    lost.retain(|row| &*row.subject != "child.iin");
    let lost = self::vault(&program, lost);
    assert!(lost.open_record::<Record>(3, &bytes).is_err());
}

#[test]
fn damaged_records_are_errors_and_never_panics() {
    let program = application();
    let mut vault = vault(&program, Vec::new());
    let bytes = vault
        .seal_record(3, record(3, IIN, filed(&program)))
        .unwrap();
    // What was cut off between two sealed parts is found by the hash; anything else here.
    let readable =
        (0..bytes.len()).filter(|end| vault.open_record::<Record>(3, &bytes[..*end]).is_ok());
    assert_eq!(readable.count(), 3);
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x55;
        let _ = vault.open_record::<Record>(3, &changed);
    }
}

/// Keeps records sealed, as an engine does.
struct Sealing<'v> {
    vault: &'v mut Vault,
    records: Vec<(u64, Vec<u8>)>,
}

impl Sink for Sealing<'_> {
    fn take(&mut self, seq: u64, occasion: &Occasion<'_>, event: Event) {
        let record = Record {
            version: EVENT_VERSION,
            seq,
            at: occasion.now,
            actor: occasion.actor.clone(),
            event,
        };
        let bytes = self.vault.seal_record(seq, record).unwrap();
        self.records.push((seq, bytes));
    }
}

#[test]
fn replay_works_without_what_was_shredded() {
    let program = application();
    let mut vault = vault(&program, Vec::new());
    let mut sink = Sealing {
        vault: &mut vault,
        records: Vec::new(),
    };
    let zone = "UTC".parse().unwrap();
    let env = Env::new(&program, &zone);
    let actor = Actor::system();
    let occasion = Occasion {
        now: Timestamp::EPOCH,
        actor: &actor,
    };
    let mut instance = Instance::new();
    let start = Command::Start(Start {
        process: program.processes[0],
        at: None,
        event: None,
        variables: vec![
            (Arc::from("applicant"), value(r#"{"iin": "860314400190"}"#)),
            (Arc::from("place"), value("3")),
        ],
    });
    instance.handle(&env, start, &occasion, &mut sink).unwrap();
    let records = sink.records;
    let rows = table(Vec::new(), vault.take_changes());
    let replayed = |rows: Vec<DataKeyRow>| {
        let vault = self::vault(&program, rows);
        let mut state = State::default();
        for (seq, bytes) in &records {
            let record = vault.open_record::<Record>(*seq, bytes).unwrap().content;
            state.apply(&program, &record.event).unwrap();
        }
        state
    };
    assert_eq!(&replayed(rows.clone()), instance.state());
    let state = replayed(table(rows.clone(), shred(rows, None)));
    let root = state.root().unwrap();
    assert_eq!(
        state.variable(&program, root, "applicant"),
        Some(&Value::from(SHREDDED))
    );
    assert_eq!(state.variable(&program, root, "place"), Some(&value("3")));
    assert_eq!(state.waiting(&program), instance.state().waiting(&program));
}

/// Three cases with five records each, in turn.
fn stream() -> Vec<StreamEvent> {
    let mut heads: Vec<Head> = (0..3).map(|case| Head::of_new(InstanceId(case))).collect();
    let mut events = Vec::new();
    for position in 1..=15_u64 {
        let case = (position - 1) % 3;
        let at = Timestamp::from_micros(i64::try_from(position).unwrap() * 1000);
        append(
            &mut events,
            &mut heads[case as usize],
            case,
            at,
            "completed",
        );
    }
    sorted(events)
}

fn append(events: &mut Vec<StreamEvent>, head: &mut Head, case: u64, at: Timestamp, kind: &str) {
    let body = format!("body of {case} at {at}").into_bytes();
    *head = head.after(InstanceId(case), at.as_micros(), kind, &body);
    events.push(StreamEvent {
        position: Position(events.len() as u64 + 1),
        instance: InstanceId(case),
        record: EventRecord {
            seq: head.seq,
            at,
            kind: Arc::from(kind),
            bytes: body,
            hash: head.hash,
        },
    });
}

fn sorted(mut events: Vec<StreamEvent>) -> Vec<StreamEvent> {
    events.sort_by_key(|event| (event.instance, event.record.seq));
    events
}

fn head_of(event: &StreamEvent) -> CaseHead {
    CaseHead {
        instance: event.instance,
        seq: event.record.seq,
        hash: event.record.hash,
        position: event.position,
    }
}

/// The anchor over `events` at `position`.
fn anchor(events: &[StreamEvent], position: u64, with_heads: bool) -> Anchor {
    let mut builder = AnchorBuilder::new(Position(position), with_heads);
    for case in 0..10 {
        let of_case = events.iter().filter(|it| it.instance == InstanceId(case));
        let covered = of_case.filter(|it| it.position.0 <= position);
        if let Some(last) = covered.max_by_key(|it| it.record.seq) {
            builder.push(head_of(last), None);
        }
    }
    builder.finish(Timestamp::EPOCH, &*keys()).unwrap()
}

fn verify(events: &[StreamEvent], anchors: Vec<Anchor>) -> Vec<Finding> {
    let mut verifier = Verifier::new(anchors, keys().public_key());
    events.iter().for_each(|event| verifier.record(event));
    verifier.finish().findings
}

fn finding(case: u64, seq: Option<u64>, kind: FindingKind) -> Finding {
    Finding {
        instance: Some(InstanceId(case)),
        seq,
        kind,
    }
}

/// Recomputes the hashes of a case, as somebody who hides a change does.
fn rehash(events: &mut [StreamEvent], case: u64) {
    let mut head = Head::of_new(InstanceId(case));
    for event in events.iter_mut().filter(|it| it.instance.0 == case) {
        let record = &mut event.record;
        head = head.after(
            InstanceId(case),
            record.at.as_micros(),
            &record.kind,
            &record.bytes,
        );
        (record.seq, record.hash) = (head.seq, head.hash);
    }
}

#[test]
fn what_was_written_verifies() {
    let events = stream();
    assert_eq!(verify(&events, Vec::new()), []);
    let anchors = vec![anchor(&events, 7, true), anchor(&events, 15, false)];
    assert_eq!(verify(&events, anchors.clone()), []);
    let mut verifier = Verifier::new(anchors[..1].to_vec(), keys().public_key());
    events.iter().for_each(|event| verifier.record(event));
    let report = verifier.finish();
    assert_eq!(report.covered, Some((Position(7), Timestamp::EPOCH)));
    assert_eq!((report.cases, report.records, report.uncovered), (3, 15, 8));
}

#[test]
fn a_changed_record_is_found_alone() {
    for change in 0..4 {
        for index in 0..15 {
            let mut events = stream();
            let event = &mut events[index];
            match change {
                0 => event.record.bytes[0] ^= 1,
                1 => event.record.at = Timestamp::from_micros(1),
                2 => event.record.kind = Arc::from("cancelled"),
                _ => event.record.bytes.push(b' '),
            }
            let (case, seq) = (event.instance.0, event.record.seq);
            let expected = finding(case, Some(seq), FindingKind::Changed);
            assert_eq!(verify(&events, Vec::new()), [expected]);
        }
    }
}

#[test]
fn a_changed_hash_is_found() {
    for index in 0..15 {
        let original = stream();
        let mut events = original.clone();
        events[index].record.hash.0[3] ^= 1;
        let case = events[index].instance.0;
        let seq = events[index].record.seq;
        let found = verify(&events, vec![anchor(&original, 15, true)]);
        assert_eq!(found[0], finding(case, Some(seq), FindingKind::Changed));
        assert!(found.iter().all(|it| it.instance == Some(InstanceId(case))));
    }
}

#[test]
fn removed_records_are_found() {
    let original = stream();
    let mut events = original.clone();
    events.remove(7);
    let removed = finding(1, Some(3), FindingKind::Removed);
    assert_eq!(verify(&events, Vec::new()), std::slice::from_ref(&removed));
    events.remove(7);
    assert_eq!(
        verify(&events, vec![anchor(&original, 15, true)]),
        [removed]
    );
}

#[test]
fn a_removed_record_is_found_when_the_rest_was_renumbered() {
    let mut events = stream();
    events.remove(7);
    for event in &mut events[7..9] {
        event.record.seq -= 1;
    }
    let found = verify(&events, Vec::new());
    assert_eq!(found[0], finding(1, Some(3), FindingKind::Changed));
}

#[test]
fn an_inserted_record_is_found() {
    let mut events = stream();
    let mut extra = events[6].clone();
    extra.record.bytes = b"never happened".to_vec();
    events.insert(7, extra);
    assert_eq!(
        verify(&events, Vec::new()),
        [finding(1, Some(2), FindingKind::Inserted)]
    );
    // With the rest renumbered, and a hash that follows from the record before.
    let mut events = stream();
    let mut extra = events[6].clone();
    let head = Head {
        seq: events[6].record.seq,
        hash: events[6].record.hash,
    };
    extra.record.bytes = b"never happened".to_vec();
    let at = extra.record.at.as_micros();
    let next = head.after(InstanceId(1), at, "completed", &extra.record.bytes);
    (extra.record.seq, extra.record.hash) = (next.seq, next.hash);
    extra.position = Position(6);
    for event in &mut events[7..10] {
        event.record.seq += 1;
    }
    events.insert(7, extra);
    let found = verify(&events, Vec::new());
    assert_eq!(found[0], finding(1, Some(3), FindingKind::Inserted));
}

#[test]
fn reordered_records_are_found() {
    let mut events = stream();
    let (one, other) = (events[6].record.seq, events[8].record.seq);
    events[6].record.seq = other;
    events[8].record.seq = one;
    let events = sorted(events);
    let found = verify(&events, Vec::new());
    assert!(
        found.contains(&finding(1, Some(3), FindingKind::Reordered)),
        "{found:?}"
    );
}

#[test]
fn recomputed_hashes_are_found_by_an_anchor() {
    let original = stream();
    let mut events = original.clone();
    events[7].record.bytes = b"a better story".to_vec();
    rehash(&mut events, 1);
    assert_eq!(verify(&events, Vec::new()), [], "a chain alone cannot know");
    let rewritten = finding(1, Some(5), FindingKind::Rewritten);
    assert_eq!(
        verify(&events, vec![anchor(&original, 15, true)]),
        [rewritten]
    );
    let found = verify(&events, vec![anchor(&original, 15, false)]);
    assert_eq!(found[0].kind, FindingKind::AnchorMismatch);
}

#[test]
fn a_change_after_the_anchor_is_not_claimed_to_be_covered() {
    let original = stream();
    let mut events = original.clone();
    events[9].record.bytes = b"a better story".to_vec();
    rehash(&mut events, 1);
    assert_eq!(verify(&events, vec![anchor(&original, 10, true)]), []);
}

#[test]
fn truncated_cases_and_removed_cases_are_found_by_an_anchor() {
    let original = stream();
    let mut events = original.clone();
    events.truncate(13);
    assert_eq!(verify(&events, Vec::new()), []);
    let truncated = finding(2, Some(4), FindingKind::Truncated);
    assert_eq!(
        verify(&events, vec![anchor(&original, 15, true)]),
        [truncated]
    );
    for case in 0..3 {
        let mut events = original.clone();
        events.retain(|event| event.instance != InstanceId(case));
        let removed = finding(case, None, FindingKind::CaseRemoved);
        assert_eq!(
            verify(&events, vec![anchor(&original, 15, true)]),
            [removed]
        );
        let found = verify(&events, vec![anchor(&original, 15, false)]);
        assert_eq!(found[0].kind, FindingKind::AnchorMismatch);
    }
}

#[test]
fn an_inserted_case_is_found_by_an_anchor() {
    let original = stream();
    let mut events = original.clone();
    let mut invented = events[0].clone();
    invented.instance = InstanceId(5);
    events.push(invented);
    rehash(&mut events, 5);
    let inserted = finding(5, Some(1), FindingKind::CaseInserted);
    assert_eq!(
        verify(&events, vec![anchor(&original, 15, true)]),
        [inserted]
    );
}

#[test]
fn a_forged_anchor_proves_nothing() {
    let events = stream();
    let genuine = anchor(&events, 15, true);
    let other = MasterKey::from_secret(&[1; 32]);
    let mut builder = AnchorBuilder::new(Position(15), false);
    builder.push(head_of(&events[0]), None);
    let foreign = builder.finish(Timestamp::EPOCH, &other).unwrap();
    let mut changed = genuine.clone();
    changed.cases += 1;
    let mut longer = genuine.clone();
    longer.heads.as_mut().unwrap().pop();
    for forged in [foreign, changed, longer] {
        let found = verify(&events, vec![forged, genuine.clone()]);
        assert_eq!(found[0].kind, FindingKind::AnchorForged);
        assert_eq!(found.len(), 1);
    }
    let text = serde_json::to_string(&genuine).unwrap();
    assert_eq!(serde_json::from_str::<Anchor>(&text).unwrap(), genuine);
}

/// The stream after the retention of case 1, and the anchors that were taken before.
fn erased(heads: impl Fn(Vec<CaseHead>) -> Vec<CaseHead>) -> (Vec<StreamEvent>, Vec<Anchor>) {
    let events = stream();
    let anchors = vec![anchor(&events, 7, true), anchor(&events, 15, true)];
    let of_case = || events.iter().filter(|it| it.instance == InstanceId(1));
    let at = |position| of_case().rfind(|it| it.position.0 <= position).map(head_of);
    let covered: Vec<CaseHead> = [7, 15].into_iter().filter_map(at).collect();
    let last = Head {
        seq: 5,
        hash: of_case().next_back().unwrap().record.hash,
    };
    let tombstone = Tombstone::new(
        InstanceId(1),
        heads(covered),
        Timestamp::EPOCH,
        Arc::from("five years after the end"),
        &*keys(),
    );
    let bytes = tombstone.unwrap().to_bytes();
    let next = last.after(InstanceId(1), 0, TOMBSTONE, &bytes);
    let mut left: Vec<StreamEvent> = events
        .iter()
        .filter(|it| it.instance != InstanceId(1))
        .cloned()
        .collect();
    left.push(StreamEvent {
        position: Position(16),
        instance: InstanceId(1),
        record: EventRecord {
            seq: next.seq,
            at: Timestamp::EPOCH,
            kind: Arc::from(TOMBSTONE),
            bytes,
            hash: next.hash,
        },
    });
    (sorted(left), anchors)
}

#[test]
fn a_tombstone_answers_for_the_case_at_every_anchor() {
    let (events, anchors) = erased(|heads| heads);
    assert_eq!(verify(&events, anchors), []);
    let mut verifier = Verifier::new(Vec::new(), keys().public_key());
    events.iter().for_each(|event| verifier.record(event));
    assert_eq!(verifier.finish().erased, 1);
}

#[test]
fn an_anchor_after_retention_covers_the_tombstone() {
    let (events, _) = erased(|heads| heads);
    let later = anchor(&events, 16, true);
    assert_eq!(verify(&events, vec![later.clone()]), []);
    let mut without = events;
    without.retain(|event| event.instance != InstanceId(1));
    let removed = finding(1, None, FindingKind::CaseRemoved);
    assert_eq!(verify(&without, vec![later]), [removed]);
}

#[test]
fn a_forged_tombstone_does_not_hide_a_removed_case() {
    let (mut events, anchors) = erased(|heads| heads);
    let index = events
        .iter()
        .position(|event| event.instance == InstanceId(1))
        .unwrap();
    let text = String::from_utf8(events[index].record.bytes.clone()).unwrap();
    events[index].record.bytes = text.replace("five", "zero").into_bytes();
    let found = verify(&events, anchors);
    assert!(found.contains(&finding(1, Some(6), FindingKind::TombstoneForged)));
    // Signed, and silent about where the case stood at the first anchor.
    let (events, anchors) = erased(|heads| heads[1..].to_vec());
    let found = verify(&events, anchors);
    assert_eq!(found, [finding(1, None, FindingKind::CaseRemoved)]);
}
