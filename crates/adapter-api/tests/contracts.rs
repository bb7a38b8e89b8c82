//! The scripted implementations keep the contracts.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use reglament_adapter_api::contract;
use reglament_adapter_api::identity::{Account, LoginPolicy};
use reglament_adapter_api::scripted::{
    ScriptedCertificate, ScriptedGateway, ScriptedIdentity, ScriptedNotaryRegister,
    ScriptedNotifier, ScriptedNumbering, ScriptedPersonRegister, ScriptedRenderer,
    ScriptedSignatures, ScriptedWaitingList, VirtualClock,
};
use reglament_core::timer::Timestamp;

fn run<T>(holds: impl Future<Output = Result<T, contract::Breach>>) {
    if let Err(breach) = VirtualClock::at(Timestamp::EPOCH).run(holds) {
        panic!("{breach}");
    }
}

#[test]
fn numbering_keeps_its_contract() {
    let numbering =
        ScriptedNumbering::new(contract::numbering::zone(), contract::numbering::series());
    run(contract::numbering::holds(&numbering));
}

#[test]
fn identity_keeps_its_contract() {
    let identity = ScriptedIdentity::new(LoginPolicy::default());
    for (account, password) in contract::identity::ACCOUNTS {
        identity.register(Account::parse(account), password);
    }
    identity.block(&Account::parse(contract::identity::BLOCKED.0));
    run(contract::identity::holds(&identity));
}

#[test]
fn registers_keep_their_contracts() {
    let persons = ScriptedPersonRegister::default();
    for person in contract::registers::persons().unwrap() {
        persons.insert(person);
    }
    run(contract::registers::persons_hold(&persons));
    let notaries = ScriptedNotaryRegister::default();
    for power in contract::registers::powers_of_attorney().unwrap() {
        notaries.insert(power);
    }
    run(contract::registers::powers_of_attorney_hold(&notaries));
}

#[test]
fn signatures_keep_their_contract() {
    use contract::signature::{IN_FORCE, NOT_AFTER, NOT_BEFORE, REVOKED, REVOKED_HOLDER};
    let signatures = ScriptedSignatures::default();
    let at = |text| Timestamp::parse_rfc3339(text).unwrap();
    for (holder, revoked_since) in [(IN_FORCE, None), (REVOKED_HOLDER, Some(at(REVOKED)))] {
        let certificate = ScriptedCertificate {
            not_before: at(NOT_BEFORE),
            not_after: at(NOT_AFTER),
            revoked_since,
        };
        signatures.insert(holder.parse().unwrap(), certificate);
    }
    run(contract::signature::holds(&signatures));
}

#[test]
fn delivery_keeps_its_contracts() {
    let gateway = ScriptedGateway::to(contract::delivery::SYSTEMS);
    run(contract::delivery::gateway_holds(&gateway));
    let renderer = ScriptedRenderer::of([contract::delivery::TEMPLATE]);
    run(contract::delivery::renderer_holds(&renderer));
    run(contract::delivery::notifier_holds(
        &ScriptedNotifier::default(),
    ));
}

#[test]
fn the_waiting_list_keeps_its_contract() {
    let list = ScriptedWaitingList::new(contract::waiting_list::rules().unwrap());
    run(contract::waiting_list::holds(&list));
}
