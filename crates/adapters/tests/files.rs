//! Files: imports, files of others, files of later versions, files that cannot be written.

#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use reglament_adapter_api::numbering::{AssignNumber, Numbering, NumberingError, Series};
use reglament_adapter_api::person_register::PersonRegister;
use reglament_adapter_api::scripted::VirtualClock;
use reglament_adapter_api::{CallContext, SystemError};
use reglament_adapters::sqlite::{
    Database, ImportError, OpenError, SqliteNotaryRegister, SqliteNumbering, SqlitePersonRegister,
};
use reglament_core::identifier::Iin;
use reglament_core::timer::{Timestamp, Zone};
use tempfile::TempDir;

fn block<T>(work: impl Future<Output = T>) -> T {
    VirtualClock::at(Timestamp::EPOCH).run(work)
}

fn database(folder: &TempDir) -> Database {
    Database::open(&folder.path().join("systems.sqlite")).unwrap()
}

fn context(key: &str) -> CallContext {
    CallContext::new(key, Timestamp::EPOCH)
}

#[test]
fn persons_are_imported_from_csv_in_any_order_of_columns() {
    let folder = TempDir::new().unwrap();
    let register = SqlitePersonRegister::new(database(&folder));
    let file = "born,iin,surname,givenName,patronymic,address\n\
                1986-03-14,860314400190,Мысалова,Айсынақ,,\"Алматы қаласы, Үлгі көшесі, 1\"\n\
                2011-05-20,110520500312,Мысалов,Үлгі,Сынақұлы,\n";
    assert_eq!(block(register.import(file.as_bytes())).unwrap(), 2);
    let iin = Iin::parse("860314400190").unwrap();
    let found = block(register.person(&context("a"), iin)).unwrap().unwrap();
    assert_eq!(found.address.unwrap(), "Алматы қаласы, Үлгі көшесі, 1");
    assert_eq!(found.patronymic, None);
}

#[test]
fn an_import_with_a_wrong_line_names_it_and_imports_nothing() {
    let folder = TempDir::new().unwrap();
    let register = SqlitePersonRegister::new(database(&folder));
    let file = "iin,surname,givenName,patronymic,born,address\n\
                860314400190,Мысалова,Айсынақ,,1986-03-14,\n\
                860314400191,Мысалова,Айсынақ,,1986-03-14,\n";
    let error = block(register.import(file.as_bytes())).unwrap_err();
    let ImportError::Line { line, message } = error else {
        panic!("{error}");
    };
    assert_eq!(line, 3);
    assert!(message.contains("control digit"), "{message}");
    let iin = Iin::parse("860314400190").unwrap();
    assert_eq!(block(register.person(&context("a"), iin)).unwrap(), None);

    let error = block(register.import("iin,surname\n860314400190,Мысалова\n".as_bytes()));
    let message = error.unwrap_err().to_string();
    assert!(message.contains("givenName"), "{message}");
}

#[test]
fn powers_of_attorney_are_imported_from_csv() {
    let folder = TempDir::new().unwrap();
    let register = SqliteNotaryRegister::new(database(&folder));
    let file = "number,representativeIin,principal,issuedOn,validUntil,revoked\n\
                1-204,791103300273,860314400190,2013-08-26,2014-08-25,false\n\
                1-205,791103300273,050140000011,2013-08-26,2014-08-25,true\n";
    assert_eq!(block(register.import(file.as_bytes())).unwrap(), 2);
}

#[test]
fn a_file_of_another_program_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other.sqlite");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(other);
    assert!(matches!(
        Database::open(&path),
        Err(OpenError::Foreign { .. })
    ));
    std::fs::write(&path, "no database at all, but long enough to be looked at").unwrap();
    assert!(matches!(Database::open(&path), Err(OpenError::File { .. })));
}

#[test]
fn a_file_of_a_later_version_is_refused() {
    let folder = TempDir::new().unwrap();
    drop(database(&folder));
    let path = folder.path().join("systems.sqlite");
    let later = rusqlite::Connection::open(&path).unwrap();
    later.pragma_update(None, "user_version", 99).unwrap();
    drop(later);
    let opened = Database::open(&path);
    assert!(matches!(opened, Err(OpenError::Newer { version: 99, .. })));
}

#[test]
fn what_fails_leaves_no_gap_and_no_answer() {
    let folder = TempDir::new().unwrap();
    let database = database(&folder);
    let numbering = SqliteNumbering::new(database.clone(), Zone::UTC, [Series::new("s", "S")]);
    let ask = || AssignNumber { series: "s".into() };
    block(numbering.assign(&context("1"), ask())).unwrap();

    // Somebody else holds the file for longer than a call waits.
    let path = folder.path().join("systems.sqlite");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = block(numbering.assign(&context("2"), ask())).unwrap_err();
    assert!(matches!(
        error,
        NumberingError::System(SystemError::Unavailable { .. })
    ));
    other.execute_batch("ROLLBACK").unwrap();

    let number = block(numbering.assign(&context("2"), ask())).unwrap();
    assert_eq!(number.application_number, "S-1970-000002");
}

#[test]
fn forgotten_answers_are_only_those_before_the_instant() {
    let folder = TempDir::new().unwrap();
    let database = database(&folder);
    let numbering = SqliteNumbering::new(database.clone(), Zone::UTC, [Series::new("s", "S")]);
    let ask = || AssignNumber { series: "s".into() };
    for seconds in [0, 10] {
        let now = Timestamp::from_micros(seconds * 1_000_000);
        let context = CallContext::new(format!("{seconds}"), now);
        block(numbering.assign(&context, ask())).unwrap();
    }
    let before = Timestamp::from_micros(10_000_000);
    assert_eq!(block(database.forget_answers(before)).unwrap(), 1);
    let kept = CallContext::new("10", before);
    let again = block(numbering.assign(&kept, ask())).unwrap();
    assert_eq!(again.application_number, "S-1970-000002");
}
