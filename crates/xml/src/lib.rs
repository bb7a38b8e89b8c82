//! A lossless XML tree with spans.
