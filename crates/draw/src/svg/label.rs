//! Texts in and beside the symbols.

use super::writer::{Attributes, Value, Writer};
use crate::geometry::{Bounds, Point};
use crate::size;
use crate::text::{ASCENT, DESCENT, LINE_HEIGHT, Line, wrap};

/// The most lines that a text outside of a symbol has.
const MOST_LINES: usize = 40;

/// A text that has been wrapped.
#[derive(Clone, Debug)]
pub(super) struct Block {
    lines: Vec<Line>,
    size: f64,
}

/// On which side of its anchor a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
}

impl Block {
    /// `text`, wrapped at `width`.
    pub(super) fn wrapped(text: &str, width: f64, size: f64) -> Self {
        Self {
            lines: wrap(text, width, size, MOST_LINES),
            size,
        }
    }

    /// `text` in a box of that size: in the usual size if it fits, else in smaller letters, and if
    /// these do not fit either, shortened. Letters get a little smaller before a word is broken.
    pub(super) fn fitted(text: &str, width: f64, height: f64) -> Self {
        const SIZES: [f64; 5] = [size::TEXT, 11.0, 10.0, 9.0, 8.0];
        /// Below this size it is better to break words.
        const READABLE: f64 = 10.0;
        let mut broken = None;
        let mut smallest = (1, size::TEXT);
        for size in SIZES {
            if size < READABLE
                && let Some(broken) = broken
            {
                return broken;
            }
            let most = lines_in(height, size);
            let lines = wrap(text, width, size, most + 1);
            if lines.len() <= most {
                let is_whole = !has_broken_word(text, &lines);
                let block = Self { lines, size };
                if is_whole {
                    return block;
                }
                broken.get_or_insert(block);
            }
            smallest = (most, size);
        }
        broken.unwrap_or_else(|| {
            let (most, size) = smallest;
            let lines = wrap(text, width, size, most);
            Self { lines, size }
        })
    }

    /// How wide the widest line is.
    pub(super) fn width(&self) -> f64 {
        self.lines.iter().map(|line| line.width).fold(0.0, f64::max)
    }

    /// How high it is.
    pub(super) fn height(&self) -> f64 {
        // A text has no more than a few lines.
        #[expect(clippy::cast_precision_loss, reason = "at most `MOST_LINES`")]
        let lines = self.lines.len() as f64;
        lines * self.size * LINE_HEIGHT
    }

    /// How wide the lines are that begin above `below` in a block that begins at `top`.
    pub(super) fn width_above(&self, top: f64, below: f64) -> f64 {
        let mut at = top;
        let mut width = 0.0_f64;
        for line in &self.lines {
            if at >= below {
                break;
            }
            width = width.max(line.width);
            at += self.size * LINE_HEIGHT;
        }
        width
    }

    /// Whether the text was shortened.
    pub(super) fn is_cut(&self) -> bool {
        let last = self.lines.last();
        self.size < size::TEXT && last.is_some_and(|line| line.text.ends_with('…'))
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Writes the text with its upper edge at `at.y`, and returns the place that it takes.
    pub(super) fn write(&self, out: &mut Writer, at: Point, anchor: Anchor, style: &str) -> Bounds {
        self.write_with(out, at, anchor, style, &[])
    }

    /// Writes a text that may lie on lines: they are faded around its letters.
    pub(super) fn write_outside(
        &self,
        out: &mut Writer,
        at: Point,
        anchor: Anchor,
        style: &str,
    ) -> Bounds {
        let halo = [
            ("class", "label".into()),
            ("stroke", "#ffffff".into()),
            ("stroke-width", 3.0.into()),
            ("stroke-linejoin", "round".into()),
            ("paint-order", "stroke".into()),
        ];
        self.write_with(out, at, anchor, style, &halo)
    }

    /// Writes the text upwards, with its middle at `middle`.
    pub(super) fn write_upwards(&self, out: &mut Writer, middle: Point, style: &str) -> Bounds {
        let mut transform = String::from("translate(");
        super::writer::write_number(middle.x, &mut transform);
        transform.push(' ');
        super::writer::write_number(middle.y, &mut transform);
        transform.push_str(") rotate(-90)");
        let at = Point::new(0.0, -self.height() / 2.0);
        let upwards = [("transform", transform.as_str().into())];
        self.write_with(out, at, Anchor::Middle, style, &upwards);
        Bounds::around(middle, self.height(), self.width())
    }

    fn write_with(
        &self,
        out: &mut Writer,
        at: Point,
        anchor: Anchor,
        style: &str,
        extra: Attributes<'_, '_>,
    ) -> Bounds {
        // The first line stands so that letters and what reaches below them are in its middle.
        let first = at.y + self.size * (LINE_HEIGHT + ASCENT - DESCENT) / 2.0;
        let mut attributes: Vec<(&str, Value<'_>)> = Vec::with_capacity(10);
        if anchor == Anchor::Middle {
            attributes.push(("text-anchor", "middle".into()));
        }
        if (self.size - size::TEXT).abs() > 0.01 {
            attributes.push(("font-size", self.size.into()));
        }
        if !style.is_empty() {
            attributes.push(("style", style.into()));
        }
        attributes.extend_from_slice(extra);
        if let [line] = self.lines.as_slice() {
            attributes.push(("x", at.x.into()));
            attributes.push(("y", first.into()));
            out.leaf("text", &attributes, &line.text);
        } else {
            out.open("text", &attributes);
            let mut y = first;
            for line in &self.lines {
                out.leaf("tspan", &[("x", at.x.into()), ("y", y.into())], &line.text);
                y += self.size * LINE_HEIGHT;
            }
            out.close("text");
        }
        let left = match anchor {
            Anchor::Start => at.x,
            Anchor::Middle => at.x - self.width() / 2.0,
        };
        Bounds::new(left, at.y, self.width(), self.height())
    }
}

/// How many lines of letters of the size `size` fit into `height`: at least one.
fn lines_in(height: f64, size: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of lines; a cast of anything else saturates"
    )]
    let most = (height / (size * LINE_HEIGHT) + 0.15).floor() as usize;
    most.clamp(1, MOST_LINES)
}

/// Whether a word had to be broken: then smaller letters are better.
fn has_broken_word(text: &str, lines: &[Line]) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .count()
    };
    let written: usize = lines.iter().map(|line| letters(&line.text)).sum();
    written > letters(text)
}

/// Where an outside label goes whose place the file gives as `place`, its owner being at `owner`: its
/// lines and its upper middle.
pub(super) fn at_place(text: &str, place: Bounds, owner: Option<Bounds>) -> (Block, Point) {
    // The file's width was measured in another font: a little more is allowed before a line breaks
    // where its author did not see it break, and a narrow place is taken for a wish to wrap, no more.
    let mut block = Block::wrapped(text, place.width + 4.0, size::LABEL);
    if block.height() > place.height + size::LABEL {
        block = Block::wrapped(text, place.width.max(size::LABEL_WIDTH), size::LABEL);
    }
    let spare = place.height - block.height();
    let top = match owner {
        // Below its owner a label begins at the top, above its owner it ends at the bottom.
        Some(owner) if place.y >= owner.centre().y + owner.height / 4.0 => place.y,
        Some(owner) if place.bottom() <= owner.centre().y => place.y + spare,
        Some(_) | None => place.y + spare / 2.0,
    };
    (block, Point::new(place.centre().x, top))
}
