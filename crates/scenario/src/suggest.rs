//! "Did you mean": the known name that is nearest to a misspelt one.

/// The candidate that differs from `name` least, if the difference is small enough to be a slip.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let limit = (length / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        // The first of the nearest: candidates come in the order of the file.
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be inserted, removed or exchanged to make `b` of `a`. Case does not
/// count, so that `task_a` finds `Task_A`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (slot, y) in row.iter_mut().skip(1).zip(&b) {
            let above = *slot;
            left = (diagonal + usize::from(x != *y))
                .min(above + 1)
                .min(left + 1);
            diagonal = above;
            *slot = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_finds_none() {
        let known = ["Task_Check", "Task_Decide", "Тапсырма_1"];
        assert_eq!(nearest("Task_Chekc", known), Some("Task_Check"));
        assert_eq!(nearest("task_decide", known), Some("Task_Decide"));
        assert_eq!(nearest("Тапсыма_1", known), Some("Тапсырма_1"));
        assert_eq!(nearest("Gateway", known), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
