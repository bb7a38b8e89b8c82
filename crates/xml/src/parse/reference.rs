//! References: the five entities that need no declaration, and characters by number
//! (XML 1.0, 4.1 and 4.6).

use crate::name::is_char;

/// The character that a reference stands for.
///
/// # Errors
/// Why it stands for none; `body` is what is between `&` and `;`.
pub(super) fn resolve(body: &str) -> Result<char, String> {
    match body {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => match body.strip_prefix('#') {
            Some(number) => by_number(number)
                .ok_or_else(|| format!("`&{}` does not stand for a character", shown(body))),
            None => Err(format!("the entity `&{}` is not defined", shown(body))),
        },
    }
}

fn by_number(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, radix).ok()?).filter(|c| is_char(*c))
}

/// The reference for a message: with its semicolon, cut when it is long.
fn shown(body: &str) -> String {
    match body.char_indices().nth(40) {
        None => format!("{body};"),
        Some((cut, _)) => format!("{}…;", body.get(..cut).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_the_five_entities_resolve() {
        for (body, c) in [
            ("amp", '&'),
            ("#10", '\n'),
            ("#x4D9", 'ә'),
            ("#x1F3E0", '🏠'),
            ("#0065", 'A'),
        ] {
            assert_eq!(resolve(body), Ok(c));
        }
    }

    #[test]
    fn what_stands_for_no_character_is_refused() {
        for body in [
            "",
            "#",
            "#x",
            "#0",
            "#xFFFE",
            "#xD800",
            "#x110000",
            "#99999999999",
            "#+65",
            "#X41",
            "AMP",
            "nbsp",
        ] {
            assert!(resolve(body).is_err(), "{body}");
        }
        assert_eq!(
            resolve("nbsp").unwrap_err(),
            "the entity `&nbsp;` is not defined"
        );
    }
}
