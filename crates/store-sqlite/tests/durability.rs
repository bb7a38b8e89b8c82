//! What a file promises: it survives, it is shared as said, and damage is never served as good.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use reglament_runtime::history::{AnchorBuilder, FindingKind, Head, Keys, MasterKey, Verifier};
use reglament_runtime::store::{
    AnswerRow, Batch, Change, DataKeyRow, Digest, EventRecord, Fence, IndexChange, Position, Store,
    VeiledStore, Version, is_veiled,
};
use reglament_sqlite::{
    Check, KeyFileError, OpenError, SqliteOptions, SqliteStore, create_key_file, read_key_file,
};
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.sqlite");
    (folder, file)
}

/// A batch with one record of `bytes` bytes and a state of as many.
fn batch(fence: Fence, instance: u64, version: u64, head: &mut Head, bytes: usize) -> Batch {
    let instance = InstanceId(instance);
    let body = vec![b'x'; bytes];
    *head = head.after(instance, 0, "completed", &body);
    Batch {
        instance,
        expected_version: Version(version),
        fence,
        events: vec![EventRecord {
            seq: head.seq,
            at: Timestamp::EPOCH,
            kind: Arc::from("completed"),
            bytes: body.clone(),
            hash: head.hash,
        }],
        state: Change::Put(body),
        indexes: Vec::new(),
    }
}

/// Commits `count` batches to the case 1.
async fn fill(store: &SqliteStore, count: u64, bytes: usize) -> Head {
    let fence = store.acquire().await.unwrap();
    let version = store.version(InstanceId(1)).await.unwrap().0;
    let stored = store.load(vec![InstanceId(1)]).await.unwrap().remove(0);
    let mut head = stored.map_or_else(
        || Head::of_new(InstanceId(1)),
        |stored| Head {
            seq: stored.seq,
            hash: stored.hash,
        },
    );
    for number in 0..count {
        let batch = batch(fence, 1, version + number, &mut head, bytes);
        let answers = store.commit(vec![batch]).await.unwrap();
        assert!(answers[0].is_ok());
    }
    head
}

#[tokio::test]
async fn what_was_committed_is_there_after_reopening() {
    let (_folder, file) = folder();
    let store = SqliteStore::open(&file).unwrap();
    let head = fill(&store, 3, 100).await;
    let first = store.acquire().await.unwrap();
    drop(store);
    let store = SqliteOptions::new().check(Check::Full).open(&file).unwrap();
    let stored = store.load(vec![InstanceId(1)]).await.unwrap().remove(0);
    let stored = stored.unwrap();
    assert_eq!((stored.version, stored.seq), (Version(3), 3));
    assert_eq!(stored.hash, head.hash);
    assert_eq!(store.stream(Position(0), 9).await.unwrap().len(), 3);
    assert!(store.acquire().await.unwrap() > first);
}

#[tokio::test]
async fn a_second_writer_is_refused_and_a_reader_is_not() {
    let (_folder, file) = folder();
    let store = SqliteStore::open(&file).unwrap();
    fill(&store, 1, 10).await;
    let second = SqliteStore::open(&file);
    assert!(
        matches!(second, Err(OpenError::Locked { .. })),
        "{second:?}"
    );
    let reader = SqliteStore::open_for_reading(&file).unwrap();
    assert_eq!(reader.newest_position().await.unwrap(), Position(1));
    fill(&store, 1, 10).await;
    assert_eq!(reader.newest_position().await.unwrap(), Position(2));
    let refused = reader.acquire().await.unwrap_err();
    assert!(!refused.is_unknown() && !refused.is_damaged());
    drop(store);
    SqliteStore::open(&file).unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing() {
    let (_folder, file) = folder();
    let options = SqliteOptions::new().max_bytes(400 * 1024);
    let store = options.open(&file).unwrap();
    let fence = store.acquire().await.unwrap();
    let mut head = Head::of_new(InstanceId(1));
    let mut acknowledged = 0;
    let error = loop {
        let mut next = head;
        let batch = batch(fence, 1, acknowledged, &mut next, 4000);
        match store.commit(vec![batch]).await {
            Ok(answers) => assert!(answers[0].is_ok()),
            Err(error) => break error,
        }
        head = next;
        acknowledged += 1;
    };
    assert_eq!(error.to_string(), "the disk is full");
    assert!(!error.is_unknown(), "nothing of the group is there");
    assert!(acknowledged > 5);
    let version = store.version(InstanceId(1)).await.unwrap();
    assert_eq!(version, Version(acknowledged));
    // What fits is still taken, also after a group that did not.
    let small = Batch {
        events: Vec::new(),
        state: Change::Keep,
        ..batch(fence, 1, acknowledged, &mut head, 1)
    };
    store.commit(vec![small]).await.unwrap()[0].clone().unwrap();
    drop(store);
    let store = SqliteOptions::new().check(Check::Full).open(&file).unwrap();
    let version = store.version(InstanceId(1)).await.unwrap();
    assert_eq!(version, Version(acknowledged + 1));
    let events = store.stream(Position(0), 9999).await.unwrap();
    assert_eq!(events.len() as u64, acknowledged);
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let (folder, file) = folder();
    let missing = SqliteStore::open_for_reading(&file);
    assert!(matches!(missing, Err(OpenError::Missing(_))));
    assert!(!file.exists());
    let text =
        b"this is no database, however long it is made by saying so again and again and again";
    fs::write(&file, text.repeat(9)).unwrap();
    assert!(matches!(SqliteStore::open(&file), Err(OpenError::Foreign)));
    assert_eq!(fs::read(&file).unwrap(), text.repeat(9));
    let other = folder.path().join("other.sqlite");
    let db = rusqlite::Connection::open(&other).unwrap();
    db.execute_batch("CREATE TABLE mine (x)").unwrap();
    assert!(matches!(SqliteStore::open(&other), Err(OpenError::Foreign)));
}

#[test]
fn a_newer_version_is_refused() {
    let (_folder, file) = folder();
    drop(SqliteStore::open(&file).unwrap());
    let db = rusqlite::Connection::open(&file).unwrap();
    db.pragma_update(None, "user_version", 77).unwrap();
    drop(db);
    for opened in [
        SqliteStore::open(&file),
        SqliteStore::open_for_reading(&file),
    ] {
        assert!(matches!(opened, Err(OpenError::Newer { found: 77, .. })));
    }
}

#[tokio::test]
async fn a_backup_under_load_is_one_moment() {
    let (folder, file) = folder();
    let store = SqliteStore::open(&file).unwrap();
    fill(&store, 50, 3000).await;
    let copy = folder.path().join("copy.sqlite");
    let backup = store.back_up(&copy);
    fill(&store, 50, 3000).await;
    backup.await.unwrap();
    let again = store.back_up(&copy).await.unwrap_err();
    assert!(again.to_string().contains("there is a file"), "{again}");
    let restored = SqliteOptions::new().check(Check::Full).open(&copy).unwrap();
    let version = restored.version(InstanceId(1)).await.unwrap();
    assert!(version >= Version(50));
    let events = restored.stream(Position(0), 9999).await.unwrap();
    assert_eq!(events.len() as u64, version.0);
    let mut verifier = Verifier::new(Vec::new(), MasterKey::from_secret(&[0; 32]).public_key());
    events.iter().for_each(|event| verifier.record(event));
    assert!(verifier.finish().is_clean());
    assert_eq!(fill(&restored, 1, 10).await.seq, version.0 + 1);
}

/// Overwrites 64 bytes in the middle of every page from the second on.
fn damage(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let pages = bytes.len() / 4096;
    for page in 1..pages {
        let middle = page * 4096 + 2048;
        bytes[middle..middle + 64].fill(0xA5);
    }
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn damaged_pages_are_found_when_the_file_is_opened() {
    let (_folder, file) = folder();
    let store = SqliteStore::open(&file).unwrap();
    fill(&store, 100, 300).await;
    drop(store);
    let mut bytes = fs::read(&file).unwrap();
    let pages = bytes.len() / 4096;
    // The header of a page: its kind, its cells, where they begin.
    let page = (pages / 2) * 4096;
    bytes[page..page + 16].fill(0xA5);
    fs::write(&file, bytes).unwrap();
    let opened = SqliteStore::open(&file);
    assert!(matches!(opened, Err(OpenError::Damaged(_))), "{opened:?}");
}

#[tokio::test]
async fn damaged_contents_are_not_served() {
    let (_folder, file) = folder();
    let store = SqliteStore::open(&file).unwrap();
    fill(&store, 40, 3000).await;
    let events = store.stream(Position(0), 99).await.unwrap();
    drop(store);
    damage(&file);
    let Ok(store) = SqliteOptions::new().check(Check::Header).open(&file) else {
        return;
    };
    if let Ok(loaded) = store.load(vec![InstanceId(1)]).await {
        panic_unless_good(loaded[0].clone().map(|stored| stored.state));
    }
    // Records are served with their hashes, and those no longer fit.
    if let Ok(read) = store.stream(Position(0), 99).await
        && read != events
    {
        let mut verifier = Verifier::new(Vec::new(), MasterKey::from_secret(&[0; 32]).public_key());
        read.iter().for_each(|event| verifier.record(event));
        assert!(!verifier.finish().is_clean());
    }
}

fn panic_unless_good(state: Option<Vec<u8>>) {
    assert_eq!(state, Some(vec![b'x'; 3000]), "damage was served as good");
}

#[tokio::test]
async fn a_state_that_was_changed_or_moved_is_damaged() {
    let (_folder, file) = folder();
    let store = SqliteStore::open(&file).unwrap();
    let fence = store.acquire().await.unwrap();
    for case in [1, 2] {
        let mut head = Head::of_new(InstanceId(case));
        let batch = batch(fence, case, 0, &mut head, 10 + case as usize);
        store.commit(vec![batch]).await.unwrap()[0].clone().unwrap();
    }
    drop(store);
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch(
        "UPDATE slot SET (state, checksum) = (SELECT state, checksum FROM slot WHERE instance = 2) \
         WHERE instance = 1; UPDATE slot SET state = x'00' WHERE instance = 2",
    )
    .unwrap();
    drop(db);
    let store = SqliteStore::open(&file).unwrap();
    for case in [1, 2] {
        let error = store.load(vec![InstanceId(case)]).await.unwrap_err();
        assert!(error.is_damaged());
        assert_eq!(
            error.to_string(),
            format!("the state of case {case} is not what was written")
        );
    }
}

/// The store as a dead process leaves it: the log is beside the file.
async fn left_by_a_dead_process(folder: &Path, file: &Path) -> PathBuf {
    let store = SqliteStore::open(file).unwrap();
    fill(&store, 20, 500).await;
    let copy = folder.join("dead.sqlite");
    fs::copy(file, &copy).unwrap();
    let log = |file: &Path| PathBuf::from(format!("{}-wal", file.display()));
    fs::copy(log(file), log(&copy)).unwrap();
    copy
}

#[tokio::test]
async fn commits_in_the_log_are_there_after_a_death() {
    let (folder, file) = folder();
    let dead = left_by_a_dead_process(folder.path(), &file).await;
    let store = SqliteOptions::new().check(Check::Full).open(dead).unwrap();
    assert_eq!(store.version(InstanceId(1)).await.unwrap(), Version(20));
}

#[tokio::test]
async fn a_truncated_log_is_found_by_an_anchor() {
    let (folder, file) = folder();
    let dead = left_by_a_dead_process(folder.path(), &file).await;
    let keys = MasterKey::from_secret(&[3; 32]);
    let whole = SqliteStore::open_for_reading(&file).unwrap();
    let position = whole.newest_position().await.unwrap();
    let mut anchor = AnchorBuilder::new(position, true);
    for head in whole.heads(position, None, 9).await.unwrap() {
        anchor.push(head, None);
    }
    let anchor = anchor.finish(Timestamp::EPOCH, &keys).unwrap();

    let log = PathBuf::from(format!("{}-wal", dead.display()));
    let bytes = fs::read(&log).unwrap();
    fs::write(&log, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let store = SqliteOptions::new().check(Check::Full).open(dead).unwrap();
    let events = store.stream(Position(0), 99).await.unwrap();
    assert!(events.len() < 20, "a commit is there whole or not at all");
    let mut verifier = Verifier::new(vec![anchor], keys.public_key());
    events.iter().for_each(|event| verifier.record(event));
    let report = verifier.finish();
    let expected = events.len() as u64 + 1;
    assert_eq!(report.findings[0].kind, FindingKind::Truncated);
    assert_eq!(report.findings[0].seq, Some(expected));
}

#[tokio::test]
async fn a_shredded_key_is_in_no_file() {
    let (folder, file) = folder();
    let store = SqliteStore::open(&file).unwrap();
    let fence = store.acquire().await.unwrap();
    let secret = b"the wrapped key of somebody who asks to be forgotten, 72 bytes of it";
    let put = |version, wrapped: Option<Vec<u8>>| Batch {
        instance: InstanceId(1),
        expected_version: Version(version),
        fence,
        events: Vec::new(),
        state: Change::Keep,
        indexes: vec![IndexChange::DataKey(Box::new(DataKeyRow {
            instance: InstanceId(1),
            subject: Arc::from("child.iin"),
            person: None,
            wrapped,
        }))],
    };
    let answers = store.commit(vec![put(0, Some(secret.to_vec()))]).await;
    answers.unwrap()[0].clone().unwrap();
    fill(&store, 5, 3000).await;
    let fence = store.acquire().await.unwrap();
    let found = || {
        let files = fs::read_dir(folder.path()).unwrap();
        let contents = files.map(|entry| fs::read(entry.unwrap().path()).unwrap());
        contents
            .filter(|bytes| bytes.windows(secret.len()).any(|part| part == secret))
            .count()
    };
    assert!(found() > 0, "the test looks at the right place");
    let shred = Batch {
        fence,
        ..put(6, None)
    };
    store.commit(vec![shred]).await.unwrap()[0].clone().unwrap();
    assert_eq!(found(), 0);
}

#[test]
fn a_key_file_comes_back_and_is_never_replaced() {
    let (_folder, file) = folder();
    assert!(matches!(read_key_file(&file), Err(KeyFileError::Io { .. })));
    let created = create_key_file(&file).unwrap();
    let read = read_key_file(&file).unwrap();
    assert_eq!(read.public_key(), created.public_key());
    assert!(matches!(
        create_key_file(&file),
        Err(KeyFileError::Io { .. })
    ));
    let again = read_key_file(&file).unwrap();
    assert_eq!(again.public_key(), created.public_key());
    fs::write(&file, "reglament secret 2\n00").unwrap();
    assert!(matches!(
        read_key_file(&file),
        Err(KeyFileError::Foreign(_))
    ));
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, file) = folder();
    create_key_file(&file).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = read_key_file(&file).unwrap_err();
    assert!(
        matches!(refused, KeyFileError::Shared { mode: 0o640, .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn behind_a_veil_no_index_is_readable() {
    let (folder, file) = folder();
    let keys = MasterKey::from_secret(&[6; 32]);
    let store = SqliteStore::open(&file).unwrap();
    let inner: Arc<dyn Store> = Arc::new(store.clone());
    let veiled = VeiledStore::open(Arc::clone(&inner), &keys).await.unwrap();
    let fence = veiled.acquire().await.unwrap();
    let mut head = Head::of_new(InstanceId(1));
    let mut batch = batch(fence, 1, 0, &mut head, 10);
    batch.indexes = vec![IndexChange::Answer(Box::new(AnswerRow {
        key: Arc::from("start 860314400190"),
        command: Digest::default(),
        answer: Vec::new(),
        expires: Timestamp::EPOCH,
    }))];
    veiled.commit(vec![batch]).await.unwrap()[0]
        .clone()
        .unwrap();
    let key: Arc<str> = Arc::from("start 860314400190");
    assert!(veiled.answer(Arc::clone(&key)).await.unwrap().is_some());
    assert!(inner.answer(key).await.unwrap().is_none());
    assert!(is_veiled(&*inner).await.unwrap());
    drop((veiled, inner, store));
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(12).any(|part| part == b"860314400190"));
    }
}

#[tokio::test]
async fn a_store_that_was_begun_without_a_veil_gets_none() {
    let (_folder, file) = folder();
    let store = SqliteStore::open(&file).unwrap();
    fill(&store, 1, 10).await;
    let keys = MasterKey::from_secret(&[6; 32]);
    let refused = VeiledStore::open(Arc::new(store), &keys).await;
    assert!(refused.is_err());
}
