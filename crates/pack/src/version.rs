//! Which version of a regulation a case runs under: the one in force on its filing date.
//!
//! # Source
//! The law on legal acts applies the version in force; the decrees' clauses on entry into force say
//! when that is, as far as they do.

use reglament_core::timer::Date;

use crate::pack::Pack;
use crate::validity::{InForce, Missing, NotInForce};

/// Which of several versions is in force on a day.
#[derive(Debug)]
pub enum Choice<'p> {
    /// Exactly this one.
    InForce(&'p Pack),
    /// It cannot be proved which: these may be, with what is not known of each. A version that is
    /// certainly in force may be among them, with nothing missing, when others may be as well.
    Unproven(Vec<(&'p Pack, Vec<Missing>)>),
    /// Several are certainly in force: the packs contradict each other.
    Ambiguous(Vec<&'p Pack>),
    /// None is: these are the versions, with when they are not.
    NotInForce(Vec<(&'p Pack, NotInForce)>),
    /// There is no version of the regulation.
    Unknown,
}

/// The version of the regulation `service` that is in force on `date`, the filing date of a case.
///
/// No bound is made up: where the source does not give one, the answer is
/// [`Choice::Unproven`], and whoever starts the case accepts that or does not.
pub fn in_force<'p>(
    packs: impl IntoIterator<Item = &'p Pack>,
    service: &str,
    date: Date,
) -> Choice<'p> {
    let (mut certain, mut perhaps, mut never) = (Vec::new(), Vec::new(), Vec::new());
    for pack in packs.into_iter().filter(|pack| pack.id() == service) {
        match pack.in_force_on(date) {
            InForce::Yes => certain.push(pack),
            InForce::Unproven { missing } => perhaps.push((pack, missing)),
            InForce::No(reason) => never.push((pack, reason)),
        }
    }
    match (certain.as_slice(), perhaps.is_empty(), never.is_empty()) {
        ([one], true, _) => Choice::InForce(one),
        ([_, _, ..], ..) => Choice::Ambiguous(certain),
        (_, false, _) => {
            let certain = certain.into_iter().map(|pack| (pack, Vec::new()));
            Choice::Unproven(certain.chain(perhaps).collect())
        }
        ([], true, false) => Choice::NotInForce(never),
        ([], true, true) => Choice::Unknown,
    }
}
