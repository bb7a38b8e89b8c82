//! Automatic layout: where everything stands when nobody has drawn it.
mod layered;
