//! Many cases over one drawing: how often each element completed and each flow was taken, and how long
//! elements took from activation to completion.

use std::collections::BTreeMap;

use reglament_core::timer::Timestamp;

use super::trace::Record;
use super::{Badge, LegendEntry, Mark, Overlay, Tone};
use crate::diagram::Colour;
use crate::language::Language;

/// The colours of the classes, from few to many.
const SCALE: [Colour; 5] = [
    Colour::new(0xff, 0xf7, 0xdb),
    Colour::new(0xff, 0xe3, 0xa0),
    Colour::new(0xfd, 0xbf, 0x6a),
    Colour::new(0xf7, 0x92, 0x4a),
    Colour::new(0xe0, 0x60, 0x3a),
];
/// The line widths of flows, from few to many, in pixels.
const WIDTHS: [f64; 5] = [1.5, 2.5, 3.5, 4.5, 6.0];
/// The colour of borders and flows in use.
const LINE: Colour = Colour::new(0x8a, 0x3a, 0x12);

/// What was counted of one element or flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How often it completed, or was taken.
    pub times: u64,
    /// How often the time from activation to completion is known.
    pub timed: u64,
    /// The sum of these times, in microseconds.
    pub micros: i64,
    /// Whether it is a flow.
    pub is_flow: bool,
}

impl Count {
    /// The mean time from activation to completion, in microseconds.
    #[must_use]
    pub fn mean(&self) -> Option<i64> {
        let timed = i64::try_from(self.timed).ok().filter(|timed| *timed > 0)?;
        self.micros.checked_div(timed)
    }
}

/// Counts the records of many runs, one behind the other: each run ends with `ended`.
#[must_use]
pub fn count(records: &[Record]) -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut open: BTreeMap<(&str, u64), Option<Timestamp>> = BTreeMap::new();
    for record in records {
        let key = (&*record.element, record.instance);
        match &*record.event {
            "activated" => {
                open.insert(key, record.instant());
            }
            "completed" | "error-thrown" => {
                let count = counts.entry(record.element.clone()).or_default();
                count.times += 1;
                let began = open.remove(&key).flatten();
                if let Some((began, ended)) = began.zip(record.instant()) {
                    count.timed += 1;
                    count.micros = count.micros.saturating_add(began.micros_until(ended));
                }
            }
            "terminated" => {
                open.remove(&key);
            }
            "taken" => {
                let count = counts.entry(record.element.clone()).or_default();
                count.times += 1;
                count.is_flow = true;
            }
            // Instances are numbered from 1 again in the next run.
            "ended" => open.clear(),
            _ => {}
        }
    }
    counts
}

/// The overlay of many cases, with words in `language`.
#[must_use]
pub fn overlay(records: &[Record], language: Language) -> Overlay {
    let counts = count(records);
    let most = counts.values().map(|count| count.times).max().unwrap_or(0);
    let mut overlay = Overlay::default();
    for (element, count) in &counts {
        overlay
            .marks
            .insert(element.clone(), mark(count, most, language));
    }
    overlay.legend = legend(most, language);
    overlay
}

/// The class of a count: 0 to 4, in equal steps up to the most.
fn class(times: u64, most: u64) -> usize {
    let steps = SCALE.len() as u64;
    let class = times
        .saturating_mul(steps)
        .div_ceil(most.max(1))
        .clamp(1, steps)
        - 1;
    usize::try_from(class).unwrap_or(0)
}

fn mark(count: &Count, most: u64, language: Language) -> Mark {
    let class = class(count.times, most);
    let times = count.times;
    let mut remark = match language {
        Language::Kazakh => format!("{times} рет"),
        Language::Russian => format!("раз: {times}"),
        Language::English => format!("{times} times"),
    };
    let mut text = times.to_string();
    if let Some(mean) = count.mean().filter(|mean| *mean > 0) {
        let mean = duration(mean, language);
        remark.push_str(language.pick(", орташа уақыт ", ", в среднем ", ", mean time "));
        remark.push_str(&mean);
        text.push_str(" · ");
        text.push_str(&mean);
    }
    Mark {
        tone: None,
        fill: SCALE.get(class).copied().filter(|_| !count.is_flow),
        stroke: Some(LINE),
        width: WIDTHS.get(class).copied().filter(|_| count.is_flow),
        badges: vec![Badge {
            tone: Tone::Ended,
            text,
            title: remark.clone(),
        }],
        remarks: vec![remark],
    }
}

/// A duration in its two greatest units.
fn duration(micros: i64, language: Language) -> String {
    let units = [
        (86_400, language.pick("күн", "д", "d")),
        (3_600, language.pick("сағ", "ч", "h")),
        (60, language.pick("мин", "мин", "min")),
        (1, language.pick("с", "с", "s")),
    ];
    let mut seconds = micros / 1_000_000;
    let mut parts = Vec::new();
    for (length, name) in units {
        let number = seconds / length;
        seconds %= length;
        if number > 0 {
            parts.push(format!("{number} {name}"));
        }
        if parts.len() == 2 || (parts.len() == 1 && number == 0) {
            break;
        }
    }
    if parts.is_empty() {
        let (_, second) = units.last().copied().unwrap_or((1, "s"));
        return format!("<1 {second}");
    }
    parts.join(" ")
}

fn legend(most: u64, language: Language) -> Vec<LegendEntry> {
    let steps = SCALE.len() as u64;
    let mut from = 1;
    let mut entries = Vec::new();
    for (step, fill) in (1..=steps).zip(SCALE) {
        let to = most.saturating_mul(step) / steps;
        if to < from {
            continue;
        }
        let range = if from == to {
            from.to_string()
        } else {
            format!("{from}–{to}")
        };
        let text = match language {
            Language::Kazakh => format!("{range} рет"),
            Language::Russian => format!("{range} раз"),
            Language::English => format!("{range} times"),
        };
        entries.push(LegendEntry {
            stroke: LINE,
            fill,
            text,
        });
        from = to + 1;
    }
    entries
}

#[cfg(test)]
mod tests {
    use reglament_source::SourceText;

    use super::*;

    fn run(seconds: u32) -> String {
        format!(
            r#"{{"event":"activated","element":"a","instance":1,"time":"2026-03-02T04:00:00Z"}}
{{"event":"completed","element":"a","instance":1,"time":"2026-03-02T04:{:02}:{:02}Z"}}
{{"event":"taken","element":"f","instance":1,"time":"2026-03-02T04:00:00Z"}}
{{"event":"activated","element":"b","instance":1,"time":"2026-03-02T04:00:00Z"}}
{{"event":"ended","state":"waiting","waiting":["b"]}}
"#,
            seconds / 60,
            seconds % 60
        )
    }

    #[test]
    fn runs_one_behind_the_other_are_counted_apart() {
        let text = run(60) + &run(120) + &run(0);
        let (records, _) = super::super::trace::read(&SourceText::new("heat", text));
        let counts = count(&records);
        assert_eq!(counts["a"].times, 3);
        assert_eq!(counts["a"].mean(), Some(60_000_000));
        assert!(counts["f"].is_flow && !counts.contains_key("b"));
        let overlay = overlay(&records, Language::English);
        assert_eq!(overlay.marks["a"].remarks, ["3 times, mean time 1 min"]);
    }

    #[test]
    fn the_legend_covers_every_count_once() {
        for most in [1, 2, 3, 5, 7, 100] {
            let entries = legend(most, Language::English);
            assert_eq!(entries.len() as u64, most.min(5), "{most}");
            for times in 1..=most {
                let fill = SCALE[class(times, most)];
                let entry = entries.iter().find(|entry| entry.fill == fill).unwrap();
                let range = entry.text.trim_end_matches(" times");
                let (from, to) = range.split_once('–').unwrap_or((range, range));
                let range = from.parse::<u64>().unwrap()..=to.parse().unwrap();
                assert!(range.contains(&times), "{times} of {most}: {range:?}");
            }
        }
    }

    #[test]
    fn durations_have_two_units_at_most() {
        assert_eq!(duration(90_061_000_000, Language::English), "1 d 1 h");
        assert_eq!(duration(3_605_000_000, Language::English), "1 h");
        assert_eq!(duration(1, Language::English), "<1 s");
    }
}
