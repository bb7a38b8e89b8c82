//! Guessing what a misspelt word was meant to be.

/// The longest word that is compared.
const LENGTH_LIMIT: usize = 64;

/// The word of `known` that is nearest to `word`, if one is near enough to be what was meant; the
/// first of several.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if word.len() > LENGTH_LIMIT {
        return None;
    }
    let allowed = 1 + word.len() / 5;
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters differ, upper and lower case counting as one: insertions, deletions,
/// substitutions, and two neighbours in the wrong order.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().flat_map(char::to_lowercase).collect();
    let other: Vec<char> = other.chars().flat_map(char::to_lowercase).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (j, found) in other.iter().enumerate() {
            let at = |row: &[usize], position: usize| {
                row.get(position).copied().unwrap_or(usize::MAX - 1)
            };
            let substituted = at(&row, j) + usize::from(letter != found);
            let mut best = substituted.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped =
                i > 0 && j > 0 && one.get(i - 1) == Some(found) && other.get(j - 1) == Some(letter);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_found_and_a_far_one_is_not() {
        let known = ["userTask", "task", "Тапсырма_1"];
        assert_eq!(nearest("usertask", known), Some("userTask"));
        assert_eq!(nearest("userTsak", known), Some("userTask"));
        assert_eq!(nearest("Тапсыма_1", known), Some("Тапсырма_1"));
        assert_eq!(nearest("gateway", known), None);
    }
}
