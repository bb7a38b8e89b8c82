//! Functions on strings (DMN 1.5, 10.3.4.3; Camunda's string functions).

use std::sync::{Arc, OnceLock};

use super::Arguments;
use super::pattern::{self, Pattern};
use crate::value::{List, Value};

/// A string argument whose length is counted as work.
fn text(arguments: &mut Arguments<'_, '_>, index: usize) -> Option<Arc<str>> {
    let text = arguments.string(index)?;
    arguments
        .machine
        .charge_text(text.len(), arguments.span)
        .then_some(text)
}

/// Runs a function of one string.
fn unary(arguments: &mut Arguments<'_, '_>, function: impl FnOnce(&str) -> Value) -> Value {
    text(arguments, 0).map_or(Value::Null, |text| function(&text))
}

/// Runs a function of two strings.
fn binary(arguments: &mut Arguments<'_, '_>, function: impl FnOnce(&str, &str) -> Value) -> Value {
    let first = text(arguments, 0);
    let second = text(arguments, 1);
    first
        .zip(second)
        .map_or(Value::Null, |(first, second)| function(&first, &second))
}

pub(super) fn substring(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(text) = text(arguments, 0) else {
        return Value::Null;
    };
    let Some(start) = arguments.number(1) else {
        return Value::Null;
    };
    let length = if arguments.has(2) {
        let Some(length) = arguments.number(2) else {
            return Value::Null;
        };
        match length
            .truncated_i64()
            .and_then(|length| usize::try_from(length).ok())
        {
            Some(length) if length > 0 => length,
            _ => {
                return arguments
                    .invalid(2, "a length above zero")
                    .unwrap_or_default();
            }
        }
    } else {
        usize::MAX
    };
    let start = start.truncated_i64().unwrap_or(0);
    let skipped = if start > 0 {
        usize::try_from(start - 1).ok()
    } else if start < 0 {
        let back = usize::try_from(start.unsigned_abs()).ok();
        back.and_then(|back| text.chars().count().checked_sub(back))
    } else {
        None
    };
    let Some(skipped) = skipped else {
        return arguments
            .invalid(1, "a position within the string")
            .unwrap_or_default();
    };
    let from = text
        .char_indices()
        .nth(skipped)
        .map_or(text.len(), |(at, _)| at);
    let rest = text.get(from..).unwrap_or_default();
    let end = rest
        .char_indices()
        .nth(length)
        .map_or(rest.len(), |(at, _)| at);
    rest.get(..end).unwrap_or_default().into()
}

pub(super) fn string_length(arguments: &mut Arguments<'_, '_>) -> Value {
    unary(arguments, |text| (text.chars().count() as i64).into())
}

pub(super) fn upper_case(arguments: &mut Arguments<'_, '_>) -> Value {
    unary(arguments, |text| text.to_uppercase().into())
}

pub(super) fn lower_case(arguments: &mut Arguments<'_, '_>) -> Value {
    unary(arguments, |text| text.to_lowercase().into())
}

pub(super) fn trim(arguments: &mut Arguments<'_, '_>) -> Value {
    unary(arguments, |text| text.trim().into())
}

pub(super) fn is_blank(arguments: &mut Arguments<'_, '_>) -> Value {
    unary(arguments, |text| text.trim().is_empty().into())
}

pub(super) fn substring_before(arguments: &mut Arguments<'_, '_>) -> Value {
    binary(arguments, |text, part| {
        text.split_once(part)
            .map_or("", |(before, _)| before)
            .into()
    })
}

pub(super) fn substring_after(arguments: &mut Arguments<'_, '_>) -> Value {
    binary(arguments, |text, part| {
        text.split_once(part).map_or("", |(_, after)| after).into()
    })
}

pub(super) fn contains(arguments: &mut Arguments<'_, '_>) -> Value {
    binary(arguments, |text, part| text.contains(part).into())
}

pub(super) fn starts_with(arguments: &mut Arguments<'_, '_>) -> Value {
    binary(arguments, |text, part| text.starts_with(part).into())
}

pub(super) fn ends_with(arguments: &mut Arguments<'_, '_>) -> Value {
    binary(arguments, |text, part| text.ends_with(part).into())
}

/// The pattern of an argument with the flags of another, counted as work on the text.
fn pattern(
    arguments: &mut Arguments<'_, '_>,
    index: usize,
    flags: Option<usize>,
    text: &str,
) -> Option<Arc<Pattern>> {
    let source = arguments.string(index)?;
    let flags = match flags.map(|index| arguments.get(index).clone()) {
        None | Some(Value::Null) => Arc::from(""),
        Some(Value::String(flags)) => flags,
        Some(_) => return arguments.mismatch(flags?, "string"),
    };
    // Matching takes at most the product of both lengths.
    let work = text.len().saturating_mul(source.len() / 16 + 1);
    if !arguments
        .machine
        .charge_text(work.saturating_add(source.len() * 64), arguments.span)
    {
        return None;
    }
    if let Some(kept) = arguments.pattern.and_then(OnceLock::get) {
        return Some(kept.clone());
    }
    match arguments.machine.pattern(&source, &flags) {
        Ok(pattern) => {
            let cache = arguments.pattern;
            Some(cache.map_or(pattern.clone(), |kept| kept.get_or_init(|| pattern).clone()))
        }
        Err(problem) => {
            let function = arguments.builtin.name;
            arguments.machine.warn(
                crate::warning::WarningKind::InvalidArgument,
                arguments.span,
                || format!("`{function}` cannot use the pattern: {problem}"),
            );
            None
        }
    }
}

pub(super) fn matches(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(text) = text(arguments, 0) else {
        return Value::Null;
    };
    pattern(arguments, 1, Some(2), &text)
        .map_or(Value::Null, |pattern| pattern.regex.is_match(&text).into())
}

pub(super) fn replace(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(text) = text(arguments, 0) else {
        return Value::Null;
    };
    let Some(replacement) = arguments.string(2) else {
        return Value::Null;
    };
    let Some(pattern) = pattern(arguments, 1, Some(3), &text) else {
        return Value::Null;
    };
    let Some(pieces) = pattern.replacement(&replacement) else {
        return arguments
            .invalid(2, "`$` before a digit, or `\\$`")
            .unwrap_or_default();
    };
    let limit = arguments.machine.context.limits.result_size;
    match pattern::replace_all(&pattern.regex, &text, &pieces, limit) {
        Some(result) => arguments.machine.text(result, arguments.span),
        None => {
            arguments
                .machine
                .check_size(limit.saturating_add(1), arguments.span);
            Value::Null
        }
    }
}

pub(super) fn split(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(text) = text(arguments, 0) else {
        return Value::Null;
    };
    let Some(pattern) = pattern(arguments, 1, None, &text) else {
        return Value::Null;
    };
    let mut parts = Vec::new();
    for part in pattern.regex.split(&text) {
        if !arguments.machine.charge(1, arguments.span) {
            return Value::Null;
        }
        parts.push(Value::from(part));
    }
    arguments.machine.list(List::new(parts), arguments.span)
}

pub(super) fn extract(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(text) = text(arguments, 0) else {
        return Value::Null;
    };
    let Some(pattern) = pattern(arguments, 1, None, &text) else {
        return Value::Null;
    };
    let mut found = Vec::new();
    for part in pattern.regex.find_iter(&text) {
        if !arguments.machine.charge(1, arguments.span) {
            return Value::Null;
        }
        found.push(Value::from(part.as_str()));
    }
    arguments.machine.list(List::new(found), arguments.span)
}

pub(super) fn string_join(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    let mut affixes: [Arc<str>; 3] = [Arc::from(""), Arc::from(""), Arc::from("")];
    for (index, affix) in (1..).zip(&mut affixes) {
        match arguments.get(index) {
            Value::Null => {}
            Value::String(text) => *affix = text.clone(),
            _ => return arguments.mismatch(index, "string").unwrap_or_default(),
        }
    }
    let [delimiter, prefix, suffix] = affixes;
    let mut parts: Vec<&str> = Vec::new();
    let mut length = prefix.len() + suffix.len();
    for item in list.iter() {
        match item {
            Value::Null => {}
            Value::String(text) => {
                length = length
                    .saturating_add(text.len())
                    .saturating_add(delimiter.len());
                parts.push(text);
            }
            _ => {
                return arguments
                    .mismatch(0, "a list of strings")
                    .unwrap_or_default();
            }
        }
    }
    if !arguments.machine.check_size(length, arguments.span) {
        return Value::Null;
    }
    let text = [&prefix, &*parts.join(&delimiter), &suffix].concat();
    arguments.machine.text(text, arguments.span)
}

pub(super) fn to_base64(arguments: &mut Arguments<'_, '_>) -> Value {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unary(arguments, |text| {
        let mut encoded = String::new();
        for chunk in text.as_bytes().chunks(3) {
            let bits = chunk
                .iter()
                .fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for place in 0..4 {
                let digit = (bits >> (18 - 6 * place)) & 63;
                let digit = DIGITS.get(digit as usize).copied().map_or('=', char::from);
                encoded.push(if place <= chunk.len() { digit } else { '=' });
            }
        }
        encoded.into()
    })
}
