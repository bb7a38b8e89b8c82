//! The diagnostic codes of all crates.

use reglament_source::Code;

/// Every code, by number.
pub(crate) fn codes() -> Vec<&'static Code> {
    let mut codes: Vec<&'static Code> = Vec::new();
    codes.extend(reglament_source::codes::CODES);
    codes.extend(reglament_xml::codes::CODES);
    codes.extend(reglament_core::codes::CODES.iter().copied().flatten());
    codes.extend(reglament_feel::codes::CODES);
    codes.extend(reglament_dmn::codes::CODES);
    codes.extend(reglament_scenario::codes::CODES);
    codes.extend(reglament_draw::codes::CODES);
    codes.extend(reglament_runtime::codes::CODES);
    codes.extend(reglament_pack::codes::CODES);
    codes.sort_by_key(|code| code.id);
    codes
}
