//! The SQLite implementations keep the contracts, and keep them over a restart.

#![cfg(feature = "sqlite")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use reglament_adapter_api::contract::{self, Breach};
use reglament_adapter_api::identity::{Account, LoginPolicy, Password};
use reglament_adapter_api::scripted::VirtualClock;
use reglament_adapters::sqlite::{
    Database, SqliteIdentity, SqliteNotaryRegister, SqliteNumbering, SqlitePersonRegister,
    SqliteWaitingList,
};
use reglament_core::timer::Timestamp;
use tempfile::TempDir;

fn block<T>(work: impl Future<Output = T>) -> T {
    VirtualClock::at(Timestamp::EPOCH).run(work)
}

fn run(holds: impl Future<Output = Result<(), Breach>>) {
    if let Err(breach) = block(holds) {
        panic!("{breach}");
    }
}

fn database(folder: &TempDir) -> Database {
    Database::open(&folder.path().join("systems.sqlite")).unwrap()
}

#[test]
fn numbering_keeps_its_contract() {
    let folder = TempDir::new().unwrap();
    let (zone, series) = (contract::numbering::zone(), contract::numbering::series());
    let numbering = SqliteNumbering::new(database(&folder), zone, series);
    run(contract::numbering::holds(&numbering));
}

#[test]
fn identity_keeps_its_contract() {
    let folder = TempDir::new().unwrap();
    let identity = SqliteIdentity::new(database(&folder), LoginPolicy::default()).unwrap();
    for (account, password) in contract::identity::ACCOUNTS {
        let registered = identity.register(Account::parse(account), Password::new(password));
        block(registered).unwrap();
    }
    let blocked = Account::parse(contract::identity::BLOCKED.0);
    assert!(block(identity.set_blocked(blocked, true)).unwrap());
    run(contract::identity::holds(&identity));
}

#[test]
fn registers_keep_their_contracts() {
    let folder = TempDir::new().unwrap();
    let database = database(&folder);
    let persons = SqlitePersonRegister::new(database.clone());
    let data = contract::registers::persons().unwrap();
    assert_eq!(block(persons.insert(data)).unwrap(), 2);
    run(contract::registers::persons_hold(&persons));
    let notaries = SqliteNotaryRegister::new(database);
    let data = contract::registers::powers_of_attorney().unwrap();
    assert_eq!(block(notaries.insert(data)).unwrap(), 2);
    run(contract::registers::powers_of_attorney_hold(&notaries));
}

#[test]
fn the_waiting_list_keeps_its_contract() {
    let folder = TempDir::new().unwrap();
    let rules = contract::waiting_list::rules().unwrap();
    let list = SqliteWaitingList::new(database(&folder), rules);
    run(contract::waiting_list::holds(&list));
}
