//! Wrapping text into lines of a given width.

use super::font::{advance, measure};

/// The distance from one line to the next, in parts of the font size.
pub const LINE_HEIGHT: f64 = 1.2;

/// What stands for text that there is no place for.
const ELLIPSIS: char = '…';

/// A line of wrapped text.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its text, without white space at its ends.
    pub text: String,
    /// How wide it is.
    pub width: f64,
}

/// Wraps `text` into lines of at most `width` at the font size `size`, at most `max_lines` of them.
///
/// Lines break at white space, after hyphens and dashes, and where the text itself has line breaks.
/// A word that is wider than a line is broken at a syllable, with a hyphen; a width that is too narrow
/// for two letters is exceeded. What does not fit into `max_lines` is left out, and the last line ends
/// in an ellipsis.
///
/// ```
/// use reglament_draw::text::wrap;
///
/// let lines = wrap("Құжаттарды тексеру", 80.0, 12.0, 3);
/// let lines: Vec<_> = lines.iter().map(|line| &*line.text).collect();
/// assert_eq!(lines, ["Құжаттарды", "тексеру"]);
/// ```
#[must_use]
pub fn wrap(text: &str, width: f64, size: f64, max_lines: usize) -> Vec<Line> {
    // Widths are compared in parts of the font size; nothing below a hair matters.
    let limit = width / size + 1e-6;
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        if lines.len() > max_lines {
            break;
        }
        wrap_paragraph(paragraph, limit, max_lines, &mut lines);
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        if let Some(last) = lines.last_mut() {
            shorten(last, limit);
        }
    }
    let line = |text: String| Line {
        width: measure(&text, size),
        text,
    };
    lines.into_iter().map(line).collect()
}

/// Adds the lines of a text without line breaks; stops soon after `max_lines`.
fn wrap_paragraph(paragraph: &str, limit: f64, max_lines: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    for word in paragraph.split_whitespace() {
        let mut glue = if line.is_empty() { "" } else { " " };
        for part in parts(word) {
            let fits =
                |line: &str| measure(line, 1.0) + measure(glue, 1.0) + measure(part, 1.0) <= limit;
            if !line.is_empty() && !fits(&line) {
                lines.push(std::mem::take(&mut line));
                glue = "";
            }
            line.push_str(glue);
            line.push_str(part);
            while let Some(rest) = break_word(&mut line, limit) {
                lines.push(std::mem::replace(&mut line, rest));
                if lines.len() > max_lines {
                    return;
                }
            }
            glue = "";
        }
        if lines.len() > max_lines {
            return;
        }
    }
    // An empty paragraph is an empty line, except before the first.
    if !line.is_empty() || !lines.is_empty() {
        lines.push(line);
    }
}

/// The parts of a word that a line may break between: after hyphens, dashes and slashes.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    word.split_inclusive(['-', '–', '—', '/', '\u{2010}'])
}

/// Breaks a line of one word that is wider than `limit`: the line keeps what fits, with a hyphen, and
/// the rest is returned. None if it fits, or is too short to break.
fn break_word(line: &mut String, limit: f64) -> Option<String> {
    if measure(line, 1.0) <= limit {
        return None;
    }
    let characters: Vec<(usize, char)> = line.char_indices().collect();
    let hyphen = advance('-');
    let mut width = 0.0;
    let (mut fitting, mut syllable) = (None, None);
    for window in characters.windows(2) {
        let [(_, one), (at, other)] = *window else {
            continue;
        };
        width += advance(one);
        let sign = if one.is_alphanumeric() && other.is_alphanumeric() {
            hyphen
        } else {
            0.0
        };
        if width + sign > limit && fitting.is_some() {
            break;
        }
        fitting = Some(at);
        if is_syllable_border(&characters, at) {
            syllable = fitting;
        }
    }
    let at = syllable.or(fitting)?;
    let rest = line.split_off(at);
    let letters = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    if letters(line.chars().next_back()) && letters(rest.chars().next()) {
        line.push('-');
    }
    Some(rest)
}

/// Whether a word may be hyphenated before the byte `at`: before a consonant that a vowel follows,
/// with a vowel and two letters on the left and two letters on the right. The rule holds for
/// Kazakh and Russian, and is tolerable in English.
fn is_syllable_border(characters: &[(usize, char)], at: usize) -> bool {
    let left = characters.iter().take_while(|(position, _)| *position < at);
    let mut right = characters.iter().skip_while(|(position, _)| *position < at);
    let next = [right.next(), right.next()].map(|found| found.map(|(_, character)| *character));
    let [Some(first), Some(second)] = next else {
        return false;
    };
    first.is_alphabetic()
        && !is_vowel(first)
        && is_vowel(second)
        && left.clone().count() >= 2
        && left.map(|(_, character)| *character).any(is_vowel)
}

fn is_vowel(character: char) -> bool {
    let lower = character.to_lowercase().next().unwrap_or(character);
    "aeiouyаәеёиоөуұүыіэюя".contains(lower)
}

/// Ends a line in an ellipsis, giving up as many letters as it takes.
fn shorten(line: &mut String, limit: f64) {
    while measure(line, 1.0) + advance(ELLIPSIS) > limit && line.chars().nth(1).is_some() {
        line.pop();
    }
    let kept = line.trim_end_matches([' ', '-', ',', '.', ';', ':']).len();
    line.truncate(kept);
    line.push(ELLIPSIS);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, width: f64, max_lines: usize) -> Vec<String> {
        let lines = wrap(text, width, 12.0, max_lines);
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(
            texts("Receive the order", 60.0, 9),
            ["Receive", "the order"]
        );
        assert_eq!(texts("  a \t b  ", 60.0, 9), ["a b"]);
    }

    #[test]
    fn lines_break_after_hyphens() {
        assert_eq!(texts("follow-up", 40.0, 9), ["follow-", "up"]);
    }

    #[test]
    fn line_breaks_of_the_text_are_kept() {
        assert_eq!(
            texts("one\ntwo\n\nthree\n", 60.0, 9),
            ["one", "two", "", "three"]
        );
    }

    #[test]
    fn an_overlong_word_is_broken_at_a_syllable() {
        assert_eq!(
            texts("құжаттандырылмаған", 70.0, 9),
            ["құжаттанды-", "рылмаған"]
        );
    }

    #[test]
    fn no_line_is_wider_than_asked_if_two_letters_fit() {
        for text in [
            "қызметкерлердің",
            "aaaaaaaaaaaaaaaaaaaa",
            "11111111111",
            "a-b-c-d-e",
        ] {
            for width in [20.0, 33.0, 47.5, 100.0] {
                for line in wrap(text, width, 12.0, 99) {
                    assert!(line.width <= width + 0.01, "{line:?} in {width}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_lost_but_white_space_and_hyphens_added() {
        let text = "Мемлекеттік қызметті көрсету нәтижесін беру";
        for width in [0.0, 1.0, 15.0, 50.0, f64::NAN, f64::INFINITY, -3.0] {
            let lines = texts(text, width, usize::MAX);
            let lines = lines.concat().replace(['-', ' '], "");
            assert_eq!(lines, text.replace(' ', ""), "{width}");
        }
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let lines = texts("Check the order of the customer again", 60.0, 2);
        assert_eq!(lines, ["Check the", "order of…"]);
        assert_eq!(texts("word", 60.0, 0), Vec::<String>::new());
        assert_eq!(texts("", 60.0, 3), Vec::<String>::new());
    }
}
