//! The registers in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use reglament_core::identifier::Iin;

use super::{Script, lock};
use crate::CallContext;
use crate::notary_register::{
    NotaryRegister, NotaryRegisterError, PowerOfAttorney, PowerOfAttorneyQuery,
};
use crate::person_register::{Person, PersonRegister, PersonRegisterError};

/// Persons in memory.
#[derive(Default)]
pub struct ScriptedPersonRegister {
    /// Directs [`PersonRegister::person`].
    pub person: Script<Iin, Option<Person>, PersonRegisterError>,
    persons: Mutex<BTreeMap<Iin, Person>>,
}

impl ScriptedPersonRegister {
    /// Enters a person, in the place of an earlier one with this IIN.
    pub fn insert(&self, person: Person) {
        lock(&self.persons).insert(person.iin, person);
    }
}

#[async_trait]
impl PersonRegister for ScriptedPersonRegister {
    async fn person(
        &self,
        context: &CallContext,
        iin: Iin,
    ) -> Result<Option<Person>, PersonRegisterError> {
        let answer = |iin: &Iin| Ok(lock(&self.persons).get(iin).cloned());
        self.person.read(context, iin, answer).await
    }
}

/// Powers of attorney in memory.
#[derive(Default)]
pub struct ScriptedNotaryRegister {
    /// Directs [`NotaryRegister::power_of_attorney`].
    pub power_of_attorney:
        Script<PowerOfAttorneyQuery, Option<PowerOfAttorney>, NotaryRegisterError>,
    powers: Mutex<BTreeMap<String, PowerOfAttorney>>,
}

impl ScriptedNotaryRegister {
    /// Enters a power of attorney, in the place of an earlier one of this number.
    pub fn insert(&self, power: PowerOfAttorney) {
        lock(&self.powers).insert(power.number.clone(), power);
    }
}

#[async_trait]
impl NotaryRegister for ScriptedNotaryRegister {
    async fn power_of_attorney(
        &self,
        context: &CallContext,
        query: PowerOfAttorneyQuery,
    ) -> Result<Option<PowerOfAttorney>, NotaryRegisterError> {
        let answer = |query: &PowerOfAttorneyQuery| {
            let powers = lock(&self.powers);
            let power = powers.get(&query.number);
            Ok(power.filter(|power| power.answers(query)).cloned())
        };
        self.power_of_attorney.read(context, query, answer).await
    }
}
