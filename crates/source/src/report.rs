//! Drawing a diagnostic with the lines it points at.
