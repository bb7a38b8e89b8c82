//! What is laid over a drawing: tones, badges and remarks for elements and flows.
//!
//! An [`Overlay`] is plain data by element id; what it was made from (a trace, findings, many traces)
//! the drawing does not know.

pub mod findings;
pub mod heat;
pub mod trace;

use std::collections::BTreeMap;

use crate::diagram::Colour;

/// What is laid over a drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// What is said of each element or flow, by its id.
    pub marks: BTreeMap<String, Mark>,
    /// What the tones and colours mean, for the foot of the drawing.
    pub legend: Vec<LegendEntry>,
}

impl Overlay {
    /// The mark of the element `element`, which is made if there is none.
    pub fn mark(&mut self, element: &str) -> &mut Mark {
        self.marks.entry(element.to_owned()).or_default()
    }

    /// Lays `other` over this one: its tones and fills win, badges and remarks add up.
    pub fn extend(&mut self, other: Self) {
        for (element, mark) in other.marks {
            let own = self.marks.entry(element).or_default();
            own.tone = mark.tone.or(own.tone);
            own.fill = mark.fill.or(own.fill);
            own.stroke = mark.stroke.or(own.stroke);
            own.width = mark.width.or(own.width);
            own.badges.extend(mark.badges);
            own.remarks.extend(mark.remarks);
        }
        self.legend.extend(other.legend);
    }
}

/// What is said of one element or flow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// The tone of its border and inside.
    pub tone: Option<Tone>,
    /// The colour of its inside, instead of that of the tone.
    pub fill: Option<Colour>,
    /// The colour of its lines, instead of that of the tone.
    pub stroke: Option<Colour>,
    /// The line width of a flow, in pixels.
    pub width: Option<f64>,
    /// Small signs on its upper edge, from right to left.
    pub badges: Vec<Badge>,
    /// Sentences for its tooltip and for the panel of the HTML drawing.
    pub remarks: Vec<String>,
}

/// A small sign at an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Its tone.
    pub tone: Tone,
    /// A few characters.
    pub text: String,
    /// What it means, for its tooltip.
    pub title: String,
}

/// What a colour says. No tone stands alone: badges and remarks say the same in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Done: a completed element, a flow that was taken.
    Done,
    /// Something to know.
    Note,
    /// Ended from outside.
    Ended,
    /// Active: it waits.
    Waiting,
    /// Doubtful or late.
    Warned,
    /// Wrong or failed.
    Failed,
}

impl Tone {
    /// The colour of lines.
    #[must_use]
    pub const fn stroke(self) -> Colour {
        match self {
            Self::Done => Colour::new(0x1a, 0x7f, 0x37),
            Self::Note => Colour::new(0x09, 0x69, 0xda),
            Self::Ended => Colour::new(0x57, 0x60, 0x6a),
            Self::Waiting => Colour::new(0x95, 0x5f, 0x00),
            Self::Warned => Colour::new(0xbc, 0x4c, 0x00),
            Self::Failed => Colour::new(0xcf, 0x22, 0x2e),
        }
    }

    /// The colour of the inside.
    #[must_use]
    pub const fn fill(self) -> Colour {
        match self {
            Self::Done => Colour::new(0xe3, 0xf5, 0xe8),
            Self::Note => Colour::new(0xdd, 0xf1, 0xff),
            Self::Ended => Colour::new(0xee, 0xef, 0xf1),
            Self::Waiting => Colour::new(0xff, 0xf3, 0xbf),
            Self::Warned => Colour::new(0xff, 0xec, 0xdc),
            Self::Failed => Colour::new(0xff, 0xe5, 0xe3),
        }
    }
}

/// One entry of the legend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegendEntry {
    /// The colour of the border of the sample.
    pub stroke: Colour,
    /// The colour of the inside of the sample.
    pub fill: Colour,
    /// What it means.
    pub text: String,
}

impl LegendEntry {
    /// The entry of a tone.
    #[must_use]
    pub fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            stroke: tone.stroke(),
            fill: tone.fill(),
            text: text.into(),
        }
    }
}
