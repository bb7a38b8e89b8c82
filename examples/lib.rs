//! Programs that embed Reglament; each is a file of its own beside this one.
