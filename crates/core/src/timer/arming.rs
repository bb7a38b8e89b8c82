//! When a timer fires.

use super::cron::Cron;
use super::cycle::{Cycle, Repeating};
use super::{Due, Form, Timer, TimerError, Timestamp, Zone};

impl Timer {
    /// When the timer fires first if it is armed at `now` in `zone`; none when it never does,
    /// because its end has passed.
    ///
    /// A date that has passed is due at that date, so that it fires at once; a cycle that started
    /// in the past is due at its first occurrence that is not before `now`.
    ///
    /// # Errors
    /// The instant lies outside the years 0000 to 9999.
    pub fn first_due(&self, now: Timestamp, zone: &Zone) -> Result<Option<Due>, TimerError> {
        match &self.form {
            Form::Date(date) => Ok(Some(once(date.instant(zone)?))),
            Form::Duration(period) => Ok(Some(once(period.after(now, 1, zone)?))),
            Form::Cycle(cycle) => match &**cycle {
                Cycle::Repeating(repeating) => Grid::armed(repeating, now, zone)?.first(now),
                Cycle::Cron(cron) => Ok(Some(Due {
                    at: cron.next(now, zone)?,
                    anchor: now,
                    occurrence: 0,
                    remaining: None,
                    skipped: 0,
                })),
            },
        }
    }

    /// When the timer fires after `previous`, which fired at `now` or is given up at `now`: at the
    /// first occurrence after `now`, those between are skipped and counted. None when the timer
    /// does not fire again.
    ///
    /// # Errors
    /// The instant lies outside the years 0000 to 9999.
    pub fn next_due(
        &self,
        previous: &Due,
        now: Timestamp,
        zone: &Zone,
    ) -> Result<Option<Due>, TimerError> {
        let Form::Cycle(cycle) = &self.form else {
            return Ok(None);
        };
        match &**cycle {
            Cycle::Repeating(repeating) => {
                Grid::new(repeating, previous.anchor, zone)?.next(previous, now)
            }
            Cycle::Cron(cron) => next_of_cron(cron, previous, now, zone).map(Some),
        }
    }
}

fn once(at: Timestamp) -> Due {
    Due {
        at,
        anchor: at,
        occurrence: 0,
        remaining: Some(0),
        skipped: 0,
    }
}

fn next_of_cron(
    cron: &Cron,
    previous: &Due,
    now: Timestamp,
    zone: &Zone,
) -> Result<Due, TimerError> {
    let mut at = cron.next(previous.at, zone)?;
    let mut skipped = 0;
    while at <= now && skipped < Timer::SKIPPED_LIMIT {
        at = cron.next(at, zone)?;
        skipped += 1;
    }
    if at <= now {
        at = cron.next(now, zone)?;
    }
    let occurrence = previous
        .occurrence
        .saturating_add(skipped)
        .saturating_add(1);
    Ok(Due {
        at,
        anchor: previous.anchor,
        occurrence,
        remaining: None,
        skipped,
    })
}

/// The occurrences of a repeating interval: the anchor and the k-th period after it.
struct Grid<'a> {
    repeating: &'a Repeating,
    anchor: Timestamp,
    zone: Zone,
    end: Option<Timestamp>,
}

impl<'a> Grid<'a> {
    fn armed(
        repeating: &'a Repeating,
        now: Timestamp,
        zone: &Zone,
    ) -> Result<Grid<'a>, TimerError> {
        let anchor = match &repeating.start {
            Some(start) => start.instant(zone)?,
            None => now,
        };
        Grid::new(repeating, anchor, zone)
    }

    fn new(
        repeating: &'a Repeating,
        anchor: Timestamp,
        zone: &Zone,
    ) -> Result<Grid<'a>, TimerError> {
        let zone = repeating
            .start
            .and_then(|start| start.zone())
            .unwrap_or(*zone);
        let end = repeating
            .end
            .as_ref()
            .map(|end| end.instant(&zone))
            .transpose()?;
        Ok(Grid {
            repeating,
            anchor,
            zone,
            end,
        })
    }

    fn first(&self, now: Timestamp) -> Result<Option<Due>, TimerError> {
        let occurrence = self.search(0, |at| at >= now);
        let remaining = self.repeating.count.map(|count| count.saturating_sub(1));
        self.due(occurrence, remaining, occurrence)
    }

    fn next(&self, previous: &Due, now: Timestamp) -> Result<Option<Due>, TimerError> {
        let remaining = match previous.remaining {
            Some(0) => return Ok(None),
            Some(count) => Some(count - 1),
            None => None,
        };
        let expected = previous.occurrence.saturating_add(1);
        let after = now.max(previous.at);
        let occurrence = self.search(expected, |at| at > after);
        self.due(occurrence, remaining, occurrence - expected)
    }

    fn due(
        &self,
        occurrence: u64,
        remaining: Option<u32>,
        skipped: u64,
    ) -> Result<Option<Due>, TimerError> {
        let at = match (self.at(occurrence), self.end) {
            (Ok(at), _) => at,
            // What lies beyond the last representable instant also lies beyond the end.
            (Err(error), Some(_)) if error.is_out_of_range() => return Ok(None),
            (Err(error), _) => return Err(error),
        };
        if self.end.is_some_and(|end| at > end) {
            return Ok(None);
        }
        Ok(Some(Due {
            at,
            anchor: self.anchor,
            occurrence,
            remaining,
            skipped,
        }))
    }

    fn at(&self, occurrence: u64) -> Result<Timestamp, TimerError> {
        let offset = u64::from(self.repeating.start.is_none());
        self.repeating
            .period
            .after(self.anchor, occurrence.saturating_add(offset), &self.zone)
    }

    /// The first occurrence from `from` on whose instant is late enough, or lies beyond what can be
    /// represented. Instants never go down along the grid, so the search doubles its stride and
    /// then halves the interval: at most 128 steps.
    fn search(&self, from: u64, late_enough: impl Fn(Timestamp) -> bool) -> u64 {
        let found = |occurrence| self.at(occurrence).map_or(true, &late_enough);
        if found(from) {
            return from;
        }
        let (mut early, mut stride) = (from, 1_u64);
        while !found(early.saturating_add(stride)) {
            early = early.saturating_add(stride);
            stride = stride.saturating_mul(2);
        }
        let mut late = early.saturating_add(stride);
        while late - early > 1 {
            let middle = early + (late - early) / 2;
            if found(middle) {
                late = middle;
            } else {
                early = middle;
            }
        }
        late
    }
}
