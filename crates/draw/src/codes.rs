//! The diagnostic codes of this crate: RG1100 to RG1199. Those of the diagram interchange are RG110x,
//! those of overlays RG112x, those of the layout RG114x.

use reglament_source::Code;

/// A shape or edge whose place cannot be known.
pub static NO_PLACE: Code = Code {
    id: "RG1101",
    title: "shape or edge without a place",
    explanation: "A shape needs `dc:Bounds` with `x`, `y`, `width` and `height`, and an edge needs at \
least two `di:waypoint` with `x` and `y`. Without them it cannot be drawn and is left out; the rest \
of the diagram is drawn.\n\nOpen the file in a modeler and move the element, or delete the shape and \
run `reglament layout`, which places what has no shape.",
    spec: Some("BPMN 2.0.2, 12.2.3"),
};

/// An attribute of the diagram interchange that cannot be used.
pub static INVALID_VALUE: Code = Code {
    id: "RG1102",
    title: "invalid value in the diagram interchange",
    explanation: "A coordinate is a finite number of at most a million pixels either way, a width or \
height is positive, a flag is `true` or `false`, a colour is `#rrggbb`. A value that is none of these \
is not used: a flag or colour counts as absent, a shape or edge without usable coordinates is left \
out of the drawing.",
    spec: Some("BPMN 2.0.2, 12.2.3; DD 1.0, 8.2"),
};

/// A shape or edge that stands for nothing that can be drawn.
pub static NOTHING_TO_DRAW: Code = Code {
    id: "RG1103",
    title: "shape or edge of nothing",
    explanation: "`bpmnElement` names the element that a shape or edge draws. Here it is missing, or \
names an element that is not in this file or that has no symbol of that form: nodes are drawn by \
shapes, flows and associations by edges. The shape or edge is left out of the drawing.\n\nDelete it, \
or mend `bpmnElement`.",
    spec: Some("BPMN 2.0.2, 12.2.3"),
};

/// An overlay file that cannot be read.
pub static MALFORMED_OVERLAY: Code = Code {
    id: "RG1121",
    title: "overlay that cannot be read",
    explanation: "What is laid over a drawing is read from the output of other commands: a trace from \
`reglament run --trace --format json`, one JSON object a line; findings from `reglament check --format \
json`, one JSON array. The file is something else, or was cut off or edited. The message names the line.\n\n\
Write the file again. For `--heat`, the traces of many cases are simply put one behind the other.",
    spec: Some("RFC 8259"),
};

/// An overlay of another model.
pub static FOREIGN_OVERLAY: Code = Code {
    id: "RG1122",
    title: "overlay of another model",
    explanation: "The overlay speaks of elements that the model does not have, or the findings are of other \
files. What is known is drawn. If nothing is known, it is the overlay of another model or of an older \
version of this one.",
    spec: None,
};

/// An element that a layout leaves out.
pub static NOT_DRAWN: Code = Code {
    id: "RG1140",
    title: "element that is not drawn",
    explanation: "The diagram interchange names what it draws by its id, so an element without an id \
has no shape. Lanes inside a sub-process have no notation that modelers agree on and are left out; \
their elements are drawn.\n\nGive the element an id.",
    spec: Some("BPMN 2.0.2, 12.2.3"),
};

/// Something that the layout does not know how to arrange.
pub static NO_LAYOUT: Code = Code {
    id: "RG1141",
    title: "diagram that cannot be laid out",
    explanation: "The layout arranges processes and collaborations. Choreographies and conversations \
are drawn where a file says so, but are not arranged; nothing is written then.\n\nArrange the diagram \
in a modeler.",
    spec: Some("BPMN 2.0.2, 12.2"),
};

/// An element that does not fit among the shapes that exist.
pub static NO_ROOM: Code = Code {
    id: "RG1142",
    title: "no room beside existing shapes",
    explanation: "Shapes that exist stay where they are. A lane that is missing in a pool that is \
drawn, or a pool or sub-process that is missing around shapes that are drawn, cannot be added without \
moving the others; nothing is written then.\n\nLay out everything anew with `--force`, or draw the \
missing container in a modeler.",
    spec: Some("BPMN 2.0.2, 12.2.3"),
};

/// Every code of this crate, in order.
pub static CODES: &[&Code] = &[
    &NO_PLACE,
    &INVALID_VALUE,
    &NOTHING_TO_DRAW,
    &MALFORMED_OVERLAY,
    &FOREIGN_OVERLAY,
    &NOT_DRAWN,
    &NO_LAYOUT,
    &NO_ROOM,
];
