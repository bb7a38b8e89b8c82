//! The sizes that modelers give to the symbols, in pixels (BPMN 2.0.2, 12.2 leaves them open). The
//! layout makes them and the drawing expects them, but draws whatever bounds the file has.

/// A size: width and height.
pub type Size = (f64, f64);

/// A task, a call activity, a collapsed sub-process.
pub const ACTIVITY: Size = (100.0, 80.0);
/// The radius of the corners of an activity.
pub const ACTIVITY_CORNER: f64 = 10.0;
/// An event.
pub const EVENT: Size = (36.0, 36.0);
/// A gateway.
pub const GATEWAY: Size = (50.0, 50.0);
/// A data object, input or output.
pub const DATA_OBJECT: Size = (36.0, 50.0);
/// A data store.
pub const DATA_STORE: Size = (50.0, 50.0);
/// A text annotation of one line.
pub const TEXT_ANNOTATION: Size = (100.0, 30.0);
/// A message envelope on a message flow.
pub const MESSAGE: Size = (30.0, 20.0);
/// A pool whose process is not shown.
pub const BLACK_BOX_POOL: Size = (600.0, 60.0);
/// The least of a pool whose process is shown.
pub const POOL: Size = (600.0, 250.0);
/// The least height of a lane.
pub const LANE_HEIGHT: f64 = 120.0;
/// The band of a pool or lane that holds its name, across the direction of its text.
pub const BAND: f64 = 30.0;
/// A choreography task.
pub const CHOREOGRAPHY_TASK: Size = (100.0, 100.0);
/// A conversation node.
pub const CONVERSATION: Size = (58.0, 50.0);
/// A marker at the bottom of an activity: loop, multi-instance, plus sign.
pub const MARKER: f64 = 14.0;

/// The size of names inside activities and of all other texts.
pub const TEXT: f64 = 12.0;
/// The size of labels beside events, gateways, data and flows.
pub const LABEL: f64 = 11.0;
/// The width that labels wrap at when the file gives them no bounds.
pub const LABEL_WIDTH: f64 = 90.0;
