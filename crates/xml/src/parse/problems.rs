//! What is wrong with a document, collected up to a limit, and the check of its characters.

use reglament_source::{Diagnostic, Span};

use super::{Stop, token};
use crate::codes;
use crate::name::is_char;

/// Whether line ends have to be normalised.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CarriageReturns {
    None,
    Some,
}

pub(super) struct Problems {
    found: Vec<Diagnostic>,
    limit: usize,
}

impl Problems {
    pub(super) const fn new(limit: usize) -> Self {
        Self {
            found: Vec::new(),
            limit,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Adds a problem, or ends reading when there are too many.
    pub(super) fn add(&mut self, diagnostic: Diagnostic) -> Result<(), Stop> {
        if self.found.len() < self.limit {
            self.found.push(diagnostic);
            return Ok(());
        }
        if self.found.len() == self.limit {
            let message = format!(
                "more problems than the limit of {}; the rest is not read",
                self.limit
            );
            let mut last = Diagnostic::error(&codes::LIMIT, message);
            last.span = diagnostic.span;
            self.found.push(last);
        }
        Err(Stop)
    }

    /// All problems in the order of the text.
    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|diagnostic| diagnostic.span);
        self.found
    }

    /// Reports the characters that no document may hold. Too many of them do not end reading.
    pub(super) fn check_characters(&mut self, text: &str) -> CarriageReturns {
        let mut returns = CarriageReturns::None;
        for (index, block) in text.as_bytes().chunks(BLOCK).enumerate() {
            if is_plain(block) {
                continue;
            }
            if block.contains(&b'\r') {
                returns = CarriageReturns::Some;
            }
            if self.found.len() < self.limit / 2 {
                self.check_block(text, index * BLOCK, block);
            }
        }
        returns
    }

    /// Looks closer at a block that holds a control character or the lead byte of U+FFFE.
    fn check_block(&mut self, text: &str, base: usize, block: &[u8]) {
        for (index, byte) in block.iter().enumerate() {
            if *byte >= 0x20 && *byte != 0xEF {
                continue;
            }
            let start = base + index;
            let Some(c) = text.get(start..).and_then(|rest| rest.chars().next()) else {
                continue;
            };
            if !is_char(c) {
                let message = format!("the character U+{:04X} is not allowed", u32::from(c));
                let span: Span = token::span(start, start + c.len_utf8());
                let illegal = Diagnostic::error(&codes::ILLEGAL_CHARACTER, message).at(span);
                let _ = self.add(illegal.hint("take it out"));
            }
        }
    }
}

const BLOCK: usize = 64;

/// Whether a block holds nothing that has to be looked at. Written so that it compiles to vector
/// instructions: line feeds and tabs are frequent, everything else that is below a space is not.
fn is_plain(block: &[u8]) -> bool {
    block.iter().fold(true, |plain, byte| {
        plain & ((*byte >= 0x20) | (*byte == b'\n') | (*byte == b'\t')) & (*byte != 0xEF)
    })
}
