//! The texts that diagrams show, and how much place they take.

use std::borrow::Cow;

use reglament_core::Definitions;
use reglament_core::model::{BPMN, Tag};
use reglament_xml::ElementRef;

use crate::size::{ACTIVITY, LABEL, LABEL_WIDTH, MARKER, Size, TEXT, TEXT_ANNOTATION};
use crate::text::{LINE_HEIGHT, measure, wrap};

/// What is kept free between a text and the outline around it, on each side.
const INSET: f64 = 7.0;
/// How much an activity grows until its name fits, the smallest first.
const ACTIVITY_SIZES: [Size; 9] = [
    (100.0, 80.0),
    (120.0, 80.0),
    (120.0, 100.0),
    (140.0, 100.0),
    (140.0, 120.0),
    (160.0, 120.0),
    (160.0, 140.0),
    (180.0, 160.0),
    (200.0, 200.0),
];
/// The widest that an annotation gets.
const ANNOTATION_WIDTH: f64 = 160.0;
/// How many lines a label may have.
const LABEL_LINES: usize = 6;

/// The text that a diagram shows for an element.
pub(super) fn name_of<'d>(
    definitions: &'d Definitions,
    element: ElementRef<'d>,
) -> Option<Cow<'d, str>> {
    let text = |text: &'d str| (!text.trim().is_empty()).then_some(Cow::Borrowed(text));
    let name = element.attribute("name").and_then(text);
    match Tag::of(element) {
        Some(Tag::TextAnnotation) => {
            let text = element
                .child(BPMN, Tag::Text.as_str())
                .map(ElementRef::text);
            text.filter(|text| !text.trim().is_empty())
        }
        Some(Tag::Group) => {
            let reference = element.attribute("categoryValueRef")?;
            let value = definitions.resolve(element, reference).element()?;
            value.attribute("value").and_then(text)
        }
        Some(Tag::DataObjectReference) => {
            let state = element
                .child(BPMN, Tag::DataState.as_str())
                .and_then(|state| state.attribute("name"));
            let name = name.or_else(|| {
                let reference = element.attribute("dataObjectRef")?;
                let object = definitions.resolve(element, reference).element()?;
                object.attribute("name").and_then(text)
            });
            match (name, state) {
                (name, None) => name,
                (None, Some(state)) => Some(Cow::Owned(format!("[{state}]"))),
                (Some(name), Some(state)) => Some(Cow::Owned(format!("{name}\n[{state}]"))),
            }
        }
        _ => name,
    }
}

/// The size of an activity in which its name fits.
pub(super) fn activity_size(name: Option<&str>, has_marker: bool) -> Size {
    let Some(name) = name else { return ACTIVITY };
    let marker = if has_marker { MARKER + 4.0 } else { 0.0 };
    let widest = name
        .split(|letter: char| letter.is_whitespace() || letter == '-')
        .map(|word| measure(word, TEXT))
        .fold(0.0, f64::max);
    let fits = |(width, height): &Size| {
        let lines = wrap(name, width - 2.0 * INSET, TEXT, usize::MAX);
        let needed = height_of(lines.len(), TEXT) + 2.0 * INSET + marker;
        // A word is broken only where even the widest activity is too narrow.
        needed <= *height && (widest <= width - 2.0 * INSET || *width >= 160.0)
    };
    let [.., largest] = ACTIVITY_SIZES;
    ACTIVITY_SIZES.into_iter().find(fits).unwrap_or(largest)
}

/// The size of a label that stands beside its symbol or line, and is at most `width` wide.
pub(super) fn label_size(name: &str, width: f64) -> Size {
    let lines = wrap(name, width, LABEL, LABEL_LINES);
    let widest = lines.iter().map(|line| line.width).fold(0.0, f64::max);
    (even(widest + 2.0), even(height_of(lines.len(), LABEL)))
}

/// The size of a label that wraps where labels usually do.
pub(super) fn usual_label_size(name: &str) -> Size {
    label_size(name, LABEL_WIDTH)
}

/// The size of a text annotation.
pub(super) fn annotation_size(text: Option<&str>) -> Size {
    let Some(text) = text else {
        return TEXT_ANNOTATION;
    };
    let inside = ANNOTATION_WIDTH - 2.0 * INSET;
    let lines = wrap(text, inside, TEXT, usize::MAX);
    let widest = lines.iter().map(|line| line.width).fold(0.0, f64::max);
    let (width, height) = TEXT_ANNOTATION;
    (
        even((widest + 2.0 * INSET).max(width)),
        even((height_of(lines.len(), TEXT) + 2.0 * INSET).max(height)),
    )
}

/// The least height of a lane or pool whose name stands upright in its band.
pub(super) fn band_height(name: Option<&str>, least: f64) -> f64 {
    let Some(name) = name else { return least };
    let mut height = least;
    // Two lines fit into a band; a name without end does not make a lane without end.
    while height < 1000.0 && wrap(name, height - 2.0 * INSET, TEXT, 3).len() > 2 {
        height += 20.0;
    }
    height
}

/// The least width of a sub-process whose name stands on one line at its top.
pub(super) fn header_width(name: Option<&str>) -> f64 {
    let width = name.map_or(0.0, |name| measure(name, TEXT) + 4.0 * INSET);
    even(width.min(400.0))
}

fn height_of(lines: usize, size: f64) -> f64 {
    // No text has more lines than fit into an f64.
    let lines = lines as f64;
    lines * size * LINE_HEIGHT
}

/// The next even number: what has its middle on a whole pixel.
fn even(length: f64) -> f64 {
    (length / 2.0).ceil() * 2.0
}
