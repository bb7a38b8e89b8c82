//! The contracts of [`PersonRegister`] and [`NotaryRegister`].

use super::{Breach, Calls, day, equal, given, identifier, iin};
use crate::notary_register::{NotaryRegister, PowerOfAttorney, PowerOfAttorneyQuery};
use crate::person_register::{Person, PersonRegister};

/// The persons that the register must have, and no others.
///
/// # Errors
/// None: the data are right.
pub fn persons() -> Result<Vec<Person>, Breach> {
    Ok(vec![
        Person {
            iin: iin("860314400190")?,
            surname: "Мысалова".into(),
            given_name: "Айсынақ".into(),
            patronymic: None,
            born: day("1986-03-14")?,
            address: Some("Алматы қаласы, Үлгі көшесі, 1".into()),
        },
        Person {
            iin: iin("110520500312")?,
            surname: "Мысалов".into(),
            given_name: "Үлгі".into(),
            patronymic: Some("Сынақұлы".into()),
            born: day("2011-05-20")?,
            address: None,
        },
    ])
}

/// The powers of attorney that the register must have, and no others.
///
/// # Errors
/// None: the data are right.
pub fn powers_of_attorney() -> Result<Vec<PowerOfAttorney>, Breach> {
    let power = |number: &str, revoked| {
        Ok(PowerOfAttorney {
            number: number.into(),
            representative_iin: iin("791103300273")?,
            principal: identifier("860314400190")?,
            issued_on: day("2013-08-26")?,
            valid_until: day("2014-08-25")?,
            revoked,
        })
    };
    Ok(vec![power("1-204", false)?, power("1-205", true)?])
}

/// Asks a register of persons.
///
/// # Errors
/// The first rule that does not hold.
pub async fn persons_hold(register: &dyn PersonRegister) -> Result<(), Breach> {
    let mut calls = Calls::at("2013-09-02T10:00:00Z")?;
    for person in persons()? {
        let rule = "a person of the register is found with all their data";
        let found = given(rule, register.person(&calls.next(), person.iin).await)?;
        equal(rule, &found, &Some(person))?;
    }
    let rule = "that a person is not in the register is an answer";
    let unknown = iin("791103300273")?;
    let found = given(rule, register.person(&calls.next(), unknown).await)?;
    equal(rule, &found, &None)
}

/// Asks a register of notarial acts.
///
/// # Errors
/// The first rule that does not hold.
pub async fn powers_of_attorney_hold(register: &dyn NotaryRegister) -> Result<(), Breach> {
    let mut calls = Calls::at("2013-09-02T10:00:00Z")?;
    let query = |power: &PowerOfAttorney| PowerOfAttorneyQuery {
        number: power.number.clone(),
        representative_iin: power.representative_iin,
        principal: None,
        issued_on: None,
    };
    for power in powers_of_attorney()? {
        let rule = "a power of attorney is found with all its data, revoked or not";
        let mut asked = query(&power);
        let found = register
            .power_of_attorney(&calls.next(), asked.clone())
            .await;
        equal(rule, &given(rule, found)?, &Some(power.clone()))?;
        asked.principal = Some(power.principal);
        asked.issued_on = Some(power.issued_on);
        let found = register.power_of_attorney(&calls.next(), asked).await;
        equal(rule, &given(rule, found)?, &Some(power.clone()))?;

        let rule = "every part of the query must be that of the power of attorney";
        let stranger = iin("860314400190")?;
        let wrong = [
            PowerOfAttorneyQuery {
                number: "9-999".into(),
                ..query(&power)
            },
            PowerOfAttorneyQuery {
                representative_iin: stranger,
                ..query(&power)
            },
            PowerOfAttorneyQuery {
                principal: Some(power.representative_iin.into()),
                ..query(&power)
            },
            PowerOfAttorneyQuery {
                issued_on: Some(power.valid_until),
                ..query(&power)
            },
        ];
        for asked in wrong {
            let found = register.power_of_attorney(&calls.next(), asked).await;
            equal(rule, &given(rule, found)?, &None)?;
        }
    }
    Ok(())
}
