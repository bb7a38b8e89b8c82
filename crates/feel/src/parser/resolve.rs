//! Which value a name means: one of an enclosing frame, or a free variable.

use std::sync::Arc;

use reglament_source::Span;

use super::Parser;
use crate::builtin;
use crate::scope::{Symbol, Variable};
use crate::syntax::{Capture, EntryName, Expr, Kind};

/// A frame of local values, as the evaluator will build it.
pub(super) enum Frame {
    /// Entries of a context, an iterator, or `partial`.
    Block(Vec<Arc<str>>),
    /// The item of a filter.
    Filter,
    /// The frame of a function: parameters, the function under its own name, captures.
    Function {
        parameters: Vec<Arc<str>>,
        this: Option<Arc<str>>,
        captures: Vec<Capture>,
    },
}

impl Parser<'_> {
    /// What a name means here.
    pub(super) fn resolve(&mut self, name: &Arc<str>, span: Span) -> Expr {
        if &**name == "?" {
            self.input_used = true;
        }
        self.resolve_below(name, span, self.frames.len())
    }

    fn resolve_below(&mut self, name: &Arc<str>, span: Span, top: usize) -> Expr {
        let mut filters = Vec::new();
        let mut found = None;
        for (depth, index) in (0..).zip((0..top).rev()) {
            let Some(frame) = self.frames.get(index) else {
                break;
            };
            let slot = match frame {
                Frame::Block(names) => names.iter().rposition(|other| other == name),
                Frame::Filter => {
                    filters.push(depth);
                    (&**name == "item").then_some(0)
                }
                Frame::Function { .. } => {
                    Some(self.capture(name, span, index, !filters.is_empty()))
                }
            };
            if let Some(slot) = slot {
                found = Some(Kind::Local {
                    depth,
                    slot: slot as u32,
                });
                break;
            }
        }
        let kind = found.unwrap_or_else(|| self.variable(name));
        let otherwise = Expr { kind, span };
        if filters.is_empty() {
            return otherwise;
        }
        let entry = EntryName {
            name: name.clone(),
            filters,
            otherwise,
        };
        Expr {
            kind: Kind::Entry(Box::new(entry)),
            span,
        }
    }

    /// The slot of a name in the frame of a function, captured from outside if need be.
    fn capture(&mut self, name: &Arc<str>, span: Span, index: usize, quiet: bool) -> usize {
        let Some(Frame::Function {
            parameters,
            this,
            captures,
        }) = self.frames.get_mut(index)
        else {
            return 0;
        };
        let base = parameters.len();
        if let Some(slot) = parameters.iter().rposition(|other| other == name) {
            return slot;
        }
        if this.as_ref() == Some(name) {
            return base;
        }
        if let Some(slot) = captures.iter().position(|capture| capture.name == *name) {
            if let Some(capture) = captures.get_mut(slot) {
                capture.quiet &= quiet;
            }
            return base + 1 + slot;
        }
        let source = self.resolve_below(name, span, index);
        let quiet = quiet || matches!(source.kind, Kind::Entry(_));
        let Some(Frame::Function { captures, .. }) = self.frames.get_mut(index) else {
            return 0;
        };
        captures.push(Capture {
            name: name.clone(),
            source,
            quiet,
        });
        base + captures.len()
    }

    fn variable(&mut self, name: &Arc<str>) -> Kind {
        let builtin = if self.names.contains(name) {
            None
        } else {
            builtin::find(name)
        };
        let known = self
            .variables
            .iter()
            .position(|variable| variable.name == *name);
        let index = known.unwrap_or_else(|| {
            self.variables.push(Variable {
                name: name.clone(),
                symbol: Symbol::UNBOUND,
            });
            self.variables.len() - 1
        });
        Kind::Variable {
            index: index as u32,
            builtin,
        }
    }

    /// Whether the name means a local value or a declared one, rather than a built-in function.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.names.contains(name)
            || self.frames.iter().any(|frame| match frame {
                Frame::Block(names) => names.iter().any(|other| &**other == name),
                Frame::Filter => false,
                Frame::Function {
                    parameters, this, ..
                } => {
                    parameters.iter().any(|other| &**other == name)
                        || this.as_ref().is_some_and(|this| &**this == name)
                }
            })
    }

    /// Runs a rule with one more frame and gives the frame back.
    pub(super) fn framed<T>(
        &mut self,
        frame: Frame,
        rule: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<(T, Frame)> {
        self.frames.push(frame);
        let result = rule(self);
        let frame = self.frames.pop()?;
        Some((result?, frame))
    }
}
