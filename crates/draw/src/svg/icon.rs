//! The drawings inside the symbols, as paths: of event definitions and gateways on a square of 36 or
//! 50, of tasks on a square of 18, of markers on a square of 14 (BPMN 2.0.2, 7.5, tables 7.1 and 7.2,
//! 10.3, 10.5.5).
//!
//! An icon is outlined or filled. What is filled is filled with the colour of the lines.

use super::writer::Writer;
use crate::geometry::Point;

/// A drawing of several paths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Icon {
    /// The side of the square that the paths are drawn on.
    side: f64,
    /// The line width on that square.
    line: f64,
    /// Paths with an outline, whose inside has the colour of the shape.
    outlined: &'static str,
    /// Paths that are filled with the colour of the lines.
    filled: &'static str,
    /// Lines over the rest.
    lines: &'static str,
}

impl Icon {
    const fn outlined(side: f64, outlined: &'static str) -> Self {
        Self {
            side,
            line: 1.25,
            outlined,
            filled: "",
            lines: "",
        }
    }

    const fn filled(side: f64, filled: &'static str) -> Self {
        Self {
            side,
            line: 1.25,
            outlined: "",
            filled,
            lines: "",
        }
    }

    const fn lines(self, lines: &'static str) -> Self {
        Self { lines, ..self }
    }

    const fn width(self, line: f64) -> Self {
        Self { line, ..self }
    }

    /// Draws the icon with its upper left corner at `corner` so that its square has the side `side`.
    pub(super) fn draw(self, out: &mut Writer, corner: Point, side: f64) {
        self.draw_filled(out, corner, side, None);
    }

    /// Draws the icon; `fill` is the inside of what is outlined, if it is not that of the symbol.
    pub(super) fn draw_filled(
        self,
        out: &mut Writer,
        corner: Point,
        side: f64,
        fill: Option<&str>,
    ) {
        let scale = side / self.side;
        let mut transform = String::from("translate(");
        super::writer::write_number(corner.x, &mut transform);
        transform.push(' ');
        super::writer::write_number(corner.y, &mut transform);
        transform.push(')');
        if (scale - 1.0).abs() > 1e-3 {
            transform.push_str(" scale(");
            // Two decimals would be too coarse for a factor.
            transform.push_str(&format!("{scale:.4})"));
        }
        let mut attributes = vec![
            ("class", "icon".into()),
            ("transform", transform.as_str().into()),
            ("stroke-width", self.line.into()),
            ("stroke-linejoin", "round".into()),
        ];
        attributes.extend(fill.map(|fill| ("fill", fill.into())));
        out.open("g", &attributes);
        if !self.outlined.is_empty() {
            out.empty("path", &[("d", self.outlined.into())]);
        }
        if !self.filled.is_empty() {
            out.empty(
                "path",
                &[
                    ("d", self.filled.into()),
                    ("fill", "currentColor".into()),
                    ("fill-rule", "evenodd".into()),
                    ("stroke", "none".into()),
                ],
            );
        }
        if !self.lines.is_empty() {
            out.empty("path", &[("d", self.lines.into()), ("fill", "none".into())]);
        }
        out.close("g");
    }
}

/// The icon of an event: what it catches is outlined, what it throws is filled.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventIcon {
    /// When it catches.
    pub(super) catch: Icon,
    /// When it throws.
    pub(super) throw: Icon,
}

const EVENT: f64 = 36.0;

const fn both(path: &'static str) -> EventIcon {
    EventIcon {
        catch: Icon::outlined(EVENT, path),
        throw: Icon::filled(EVENT, path),
    }
}

/// An envelope.
pub(super) const MESSAGE: EventIcon = EventIcon {
    catch: Icon::outlined(EVENT, "M9 12h18v12H9z").lines("M9 12l9 7 9-7"),
    throw: Icon::filled(
        EVENT,
        "M9.2 11.5h17.6L18 18.2zM8.5 12.9L18 20.2l9.5-7.3V24.5h-19z",
    ),
};
/// A clock.
pub(super) const TIMER: EventIcon = EventIcon {
    catch: CLOCK,
    throw: CLOCK,
};
const CLOCK: Icon = Icon::outlined(EVENT, "M8 18a10 10 0 1 0 20 0a10 10 0 1 0-20 0z")
    .lines(
        "M18 8V10M23 9.3L22 11.1M26.7 13L24.9 14M28 18H26M26.7 23L24.9 22M23 26.7L22 24.9M18 28V26\
         M13 26.7L14 24.9M9.3 23L11.1 22M8 18H10M9.3 13L11.1 14M13 9.3L14 11.1M19.6 11.4L18 18.2\
         L22.6 18.2",
    )
    .width(1.25);
/// A triangle.
pub(super) const SIGNAL: EventIcon = both("M18 9.5L26.2 23.5H9.8z");
/// A page with lines.
pub(super) const CONDITIONAL: EventIcon = EventIcon {
    catch: PAGE,
    throw: PAGE,
};
const PAGE: Icon = Icon::outlined(EVENT, "M11 9.5H25V26.5H11z")
    .lines("M13 12.5H23M13 16.2H23M13 19.8H23M13 23.5H23");
/// A lightning.
pub(super) const ERROR: EventIcon =
    both("M9.2 26.2L14.4 10.6L20.4 18.9L26.8 9.4L21.6 25.4L15.4 17.3z");
/// An arrow head upwards.
pub(super) const ESCALATION: EventIcon = both("M18 8.5L25 26.2L18 18.8L11 26.2z");
/// An arrow to the right.
pub(super) const LINK: EventIcon = both("M8.8 15H18.6V10.4L27.6 18L18.6 25.6V21H8.8z");
/// Two triangles to the left.
pub(super) const COMPENSATION: EventIcon = both("M7.6 18L16.4 11.6V24.4zM16.9 18L25.7 11.6V24.4z");
/// A cross.
pub(super) const CANCEL: EventIcon = both(
    "M10.2 13.2L13.2 10.2L18 15L22.8 10.2L25.8 13.2L21 18L25.8 22.8L22.8 25.8L18 21L13.2 25.8L10.2 \
     22.8L15 18z",
);
/// A disc.
pub(super) const TERMINATE: EventIcon = EventIcon {
    catch: DISC,
    throw: DISC,
};
const DISC: Icon = Icon::filled(EVENT, "M8.5 18a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0z");
/// A pentagon.
pub(super) const MULTIPLE: EventIcon = both("M18 8.5L27 15.1L23.6 25.7H12.4L9 15.1z");
/// A plus.
pub(super) const PARALLEL_MULTIPLE: EventIcon =
    both("M15.8 9H20.2V15.8H27V20.2H20.2V27H15.8V20.2H9V15.8H15.8z");

const GATEWAY: f64 = 50.0;
/// The X of an exclusive gateway.
pub(super) const EXCLUSIVE: Icon = Icon::filled(
    GATEWAY,
    "M17 15H21.4L25 21.6L28.6 15H33L27.5 25L33 35H28.6L25 28.4L21.4 35H17L22.5 25z",
);
/// The plus of a parallel gateway.
pub(super) const PARALLEL: Icon = Icon::filled(
    GATEWAY,
    "M22.8 13H27.2V22.8H37V27.2H27.2V37H22.8V27.2H13V22.8H22.8z",
);
/// The circle of an inclusive gateway.
pub(super) const INCLUSIVE: Icon =
    Icon::outlined(GATEWAY, "M14 25a11 11 0 1 0 22 0a11 11 0 1 0-22 0z").width(2.75);
/// The asterisk of a complex gateway.
pub(super) const COMPLEX: Icon = Icon::filled(
    GATEWAY,
    "M23 12H27V20.2L32.8 14.4L35.6 17.2L29.8 23H38V27H29.8L35.6 32.8L32.8 35.6L27 29.8V38H23V29.8L17.2 \
     35.6L14.4 32.8L20.2 27H12V23H20.2L14.4 17.2L17.2 14.4L23 20.2z",
);
/// The pentagon in two circles of an event-based gateway.
pub(super) const EVENT_BASED: Icon = Icon::outlined(
    GATEWAY,
    "M11.5 25a13.5 13.5 0 1 0 27 0a13.5 13.5 0 1 0-27 0z",
)
.lines("M14 25a11 11 0 1 0 22 0a11 11 0 1 0-22 0zM25 17L32.6 22.5L29.7 31.5H20.3L17.4 22.5z");
/// The pentagon in one circle of an event-based gateway that starts an instance.
pub(super) const EVENT_BASED_START: Icon = Icon::outlined(
    GATEWAY,
    "M11.5 25a13.5 13.5 0 1 0 27 0a13.5 13.5 0 1 0-27 0z",
)
.lines("M25 17L32.6 22.5L29.7 31.5H20.3L17.4 22.5z");
/// The plus in one circle of a parallel event-based gateway.
pub(super) const PARALLEL_EVENT_BASED: Icon = Icon::outlined(
    GATEWAY,
    "M11.5 25a13.5 13.5 0 1 0 27 0a13.5 13.5 0 1 0-27 0z",
)
.lines("M23 16H27V23H34V27H27V34H23V27H16V23H23z");

const TASK: f64 = 18.0;
/// A person.
pub(super) const USER: Icon = Icon::outlined(
    TASK,
    "M1.5 17V14.2C1.5 11.6 3.9 10.2 6.3 9.7L11.7 9.7C14.1 10.2 16.5 11.6 16.5 14.2V17z\
     M5.2 5.2a3.8 4.1 0 1 0 7.6 0a3.8 4.1 0 1 0-7.6 0z",
)
.lines("M5 17V13.8M13 17V13.8M5.3 4.2C7.6 5.2 10.4 5.2 12.7 4.2")
.width(1.0);
/// Two gears.
pub(super) const SERVICE: Icon = Icon::outlined(
    TASK,
    "M6 2.3L6.3 .7H8.1L8.4 2.3L9.8 2.9L11.2 2L12.4 3.2L11.5 4.6L12.1 6L13.7 6.3V8.1L12.1 8.4L11.5 9.8L\
     12.4 11.2L11.2 12.4L9.8 11.5L8.4 12.1L8.1 13.7H6.3L6 12.1L4.6 11.5L3.2 12.4L2 11.2L2.9 9.8L2.3 8.4\
     L.7 8.1V6.3L2.3 6L2.9 4.6L2 3.2L3.2 2L4.6 2.9zM5 7.2a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 1 0-4.4 0z\
     M11.7 8.7L11.9 7.2H13.3L13.5 8.7L14.7 9.2L15.9 8.3L16.9 9.3L16 10.5L16.5 11.7L18 11.9V13.3L16.5 \
     13.5L16 14.7L16.9 15.9L15.9 16.9L14.7 16L13.5 16.5L13.3 18H11.9L11.7 16.5L10.5 16L9.3 16.9L8.3 \
     15.9L9.2 14.7L8.7 13.5L7.2 13.3V11.9L8.7 11.7L9.2 10.5L8.3 9.3L9.3 8.3L10.5 9.2zM10.9 12.6a1.7 1.7 \
     0 1 0 3.4 0a1.7 1.7 0 1 0-3.4 0z",
)
.width(0.9);
/// A filled envelope.
pub(super) const SEND: Icon = Icon::filled(TASK, "M1 3H17L9 9.2zM.5 4.4L9 11L17.5 4.4V15H.5z");
/// An envelope.
pub(super) const RECEIVE: Icon = Icon::outlined(TASK, "M1 3.5H17V14.5H1z")
    .lines("M1 3.5L9 10L17 3.5")
    .width(1.0);
/// An envelope in a circle: a receive task that starts an instance.
pub(super) const RECEIVE_START: Icon = Icon::outlined(
    TASK,
    "M.5 9a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0zM4 6H14V12.4H4z",
)
.lines("M4 6L9 9.8L14 6")
.width(0.9);
/// A scroll.
pub(super) const SCRIPT: Icon = Icon::outlined(
    TASK,
    "M6.4 1H16.2C12.2 4.6 16.6 10.4 11.4 17H1.6C6.8 10.4 2.4 4.6 6.4 1z",
)
.lines("M6 4.2H12.2M6.5 7.4H12.6M6.3 10.6H12.6M4.8 13.8H11")
.width(1.0);
/// A hand.
pub(super) const MANUAL: Icon = Icon::outlined(
    TASK,
    "M.8 7.2L5 3.3C5.4 2.9 5.9 2.7 6.5 2.7H10.4C11.7 2.7 11.7 4.6 10.4 4.6H8.2H16C17.3 4.6 17.3 6.8 16 \
     6.8H10.6H16.6C17.9 6.8 17.9 9 16.6 9H10.6H15.8C17.1 9 17.1 11.2 15.8 11.2H10.4H14.4C15.6 11.2 \
     15.6 13.3 14.4 13.3H6.6C4.6 13.3 3.4 12.4 .8 12.2z",
)
.lines("M10 6.8H12M10 9H12M10 11.2H11.6")
.width(0.9);
/// A table with a head.
pub(super) const BUSINESS_RULE: Icon = Icon {
    side: TASK,
    line: 1.0,
    outlined: "M1 3H17V15H1z",
    filled: "M1 3H17V6.6H1z",
    lines: "M1 6.6H17M1 10.8H17M6 6.6V15",
};

const MARKER: f64 = 14.0;
/// A circular arrow: a loop.
pub(super) const LOOP: Icon = Icon {
    side: MARKER,
    line: 1.4,
    outlined: "",
    filled: "M1.6 8.6L6.9 8.3L4.6 13z",
    lines: "M4.6 11.6A5.2 5.2 0 1 1 9.2 12",
};
/// Three upright bars: instances in parallel.
pub(super) const PARALLEL_INSTANCES: Icon = Icon::filled(
    MARKER,
    "M2 1.5H4.6V12.5H2zM5.9 1.5H8.5V12.5H5.9zM9.8 1.5H12.4V12.5H9.8z",
);
/// Three lying bars: instances in sequence.
pub(super) const SEQUENTIAL_INSTANCES: Icon = Icon::filled(
    MARKER,
    "M1.5 2H12.5V4.6H1.5zM1.5 5.9H12.5V8.5H1.5zM1.5 9.8H12.5V12.4H1.5z",
);
/// Two triangles to the left: a handler of compensation.
pub(super) const COMPENSATION_MARKER: Icon =
    Icon::outlined(MARKER, "M.8 7L6.6 2.5V11.5zM7 7L12.8 2.5V11.5z");
/// A tilde: ad-hoc.
pub(super) const AD_HOC: Icon = Icon::filled(
    MARKER,
    "M.8 9.2C1.8 4.6 4.4 3.6 7.2 6C9.4 7.9 11.6 7.6 13.2 4.4V7.4C11.6 10.4 9.2 10.9 6.6 8.8C4.3 6.9 2.3 \
     7.8 .8 11.4z",
);
/// A plus in a box: what is inside is not shown.
pub(super) const COLLAPSED: Icon =
    Icon::outlined(MARKER, "M.7 .7H13.3V13.3H.7z").lines("M7 3.2V10.8M3.2 7H10.8");
