//! The values of variables on the command line: `--vars`.

use std::path::Path;

use reglament_feel::{Context, Value};
use reglament_source::SourceText;

use crate::{Unusable, input};

/// The variables of `--vars`: a JSON object, or `@` and the name of a file with one.
pub(crate) fn parse(argument: &str) -> Result<Context, Unusable> {
    let (name, text) = match argument.strip_prefix('@') {
        Some(path) => {
            let bytes = input::read(Path::new(path))?;
            let not_text = |_| Unusable::new(format!("`{path}` is not UTF-8"));
            (path, String::from_utf8(bytes).map_err(not_text)?)
        }
        None => ("--vars", argument.to_owned()),
    };
    // Byte order marks are what some editors put before JSON.
    let text = text.trim_start_matches('\u{feff}').to_owned();
    let value = Value::from_json_str(&text).map_err(|error| {
        let source = SourceText::new(name, text.clone());
        let place = source.position(u32::try_from(error.offset).unwrap_or(u32::MAX));
        let message = format!(
            "{name}: line {}, column {}: no JSON: {error}",
            place.line, place.column
        );
        Unusable::new(message).hint("write an object such as '{\"amount\": 120}'")
    })?;
    match value {
        Value::Context(context) => Ok(context),
        other => Err(Unusable::new(format!(
            "{name}: expected a JSON object, found a {}",
            other.type_name()
        ))),
    }
}
