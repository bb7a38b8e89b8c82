//! The diagnostics of this crate: reading BPMN (`RG02xx`), lowering it (`RG03xx`, of imports `RG0339`), extensions
//! (`RG04xx`), statutory terms (`RG07xx`).

use reglament_source::Code;

/// Declares codes and the list of them.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $title:literal, $spec:expr, $explanation:literal;)+) => {
        $(
            $(#[$doc])*
            pub static $name: reglament_source::Code = reglament_source::Code {
                id: $id,
                title: $title,
                explanation: $explanation,
                spec: $spec,
            };
        )+

        /// The codes of this module, by number.
        pub(super) static ALL: &[&reglament_source::Code] = &[$(&$name),+];
    };
}

mod extension;
mod import;
mod lowering;
mod reading;
mod term;

pub use extension::*;
pub use import::*;
pub use lowering::*;
pub use reading::*;
pub use term::*;

/// All codes of this crate, by number.
pub static CODES: &[&[&Code]] = &[
    reading::ALL,
    lowering::ALL,
    import::ALL,
    extension::ALL,
    term::ALL,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_ordered_and_explained() {
        let ids: Vec<&str> = CODES
            .iter()
            .flat_map(|part| part.iter())
            .map(|code| code.id)
            .collect();
        assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
        for code in CODES.iter().flat_map(|part| part.iter()) {
            assert!(
                code.explanation.len() > 120,
                "{} needs a real page",
                code.id
            );
            assert!(!code.title.ends_with('.'), "{}", code.id);
        }
    }
}
