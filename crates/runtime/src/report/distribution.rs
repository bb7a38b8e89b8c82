//! How often each value occurred.

use std::collections::BTreeMap;

/// How often each value occurred, exactly. It takes as much memory as there are different values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    counts: BTreeMap<u64, u64>,
    count: u64,
    total: u128,
}

impl Distribution {
    /// One more of `value`.
    pub fn add(&mut self, value: u64) {
        *self.counts.entry(value).or_default() += 1;
        self.count += 1;
        self.total += u128::from(value);
    }

    /// How many values there are.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The mean, rounded half up; none without values.
    #[must_use]
    pub fn mean(&self) -> Option<u64> {
        let count = u128::from(self.count);
        let mean = (self.total + count / 2).checked_div(count)?;
        u64::try_from(mean).ok()
    }

    /// The least value that at least `percent` of all values do not exceed (nearest rank); none
    /// without values. Above 100 it is the greatest.
    ///
    /// ```
    /// let mut times = reglament_runtime::report::Distribution::default();
    /// [1, 2, 3, 4, 100].map(|value| times.add(value));
    /// assert_eq!(times.percentile(50), Some(3));
    /// assert_eq!(times.percentile(90), Some(100));
    /// ```
    #[must_use]
    pub fn percentile(&self, percent: u32) -> Option<u64> {
        let rank = (u128::from(self.count) * u128::from(percent)).div_ceil(100);
        let rank = rank.clamp(1, u128::from(self.count.max(1)));
        let mut seen = 0;
        self.counts.iter().find_map(|(value, count)| {
            seen += u128::from(*count);
            (seen >= rank).then_some(*value)
        })
    }

    /// The greatest value; none without values.
    #[must_use]
    pub fn max(&self) -> Option<u64> {
        self.counts.last_key_value().map(|(value, _)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[u64]) -> Distribution {
        let mut all = Distribution::default();
        values.iter().for_each(|value| all.add(*value));
        all
    }

    #[test]
    fn figures_of_no_value_are_none() {
        let none = Distribution::default();
        let figures = [none.mean(), none.percentile(50), none.max()];
        assert_eq!(figures, [None, None, None]);
    }

    #[test]
    fn a_percentile_is_a_value_that_occurred_by_nearest_rank() {
        let all = of(&[15, 20, 35, 40, 50]);
        let at = |percent| all.percentile(percent).unwrap();
        assert_eq!(
            [at(0), at(5), at(30), at(40), at(50), at(100)],
            [15, 15, 20, 20, 35, 50]
        );
        assert_eq!(of(&[7; 4]).percentile(90), Some(7));
    }

    #[test]
    fn the_mean_is_rounded_half_up() {
        assert_eq!(of(&[1, 2]).mean(), Some(2));
        assert_eq!(of(&[1, 1, 2]).mean(), Some(1));
    }
}
