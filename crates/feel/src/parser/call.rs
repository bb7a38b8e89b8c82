//! Names in expressions and calls of functions.

use std::sync::{Arc, OnceLock};

use reglament_source::{Diagnostic, Span};

use super::Parser;
use crate::builtin::{self, Builtin};
use crate::codes;
use crate::syntax::{BuiltinCall, Expr, FunctionCall, Kind};

/// Arguments with their names, which are either all given or all missing.
type Arguments = (Vec<Expr>, Vec<Arc<str>>);

impl Parser<'_> {
    pub(super) fn name(&mut self, name: Arc<str>) -> Option<Expr> {
        let start = self.span;
        self.advance();
        if self.is("(") && !self.is_own(&name) {
            if matches!(&*name, "random number") {
                let message = "expected a function that can be repeated, found `random number`";
                self.diagnostics
                    .push(Diagnostic::error(&codes::RANDOM, message).at(start));
                return None;
            }
            if let Some(builtin) = builtin::find(&name) {
                return self.builtin_call(builtin, start);
            }
        }
        Some(self.resolve(&name, start))
    }

    fn builtin_call(&mut self, builtin: &'static Builtin, start: Span) -> Option<Expr> {
        let (arguments, names) = self.arguments()?;
        let span = self.since(start);
        let bound = if names.is_empty() {
            builtin.bind_positional(arguments.len())
        } else {
            builtin.bind_named(&names)
        };
        let Some((form, slots)) = bound else {
            let message = format!(
                "expected the arguments of {}, found {}",
                builtin.describe(),
                if names.is_empty() {
                    format!("{} values", arguments.len())
                } else {
                    names.join(", ")
                }
            );
            self.diagnostics
                .push(Diagnostic::warning(&codes::ARGUMENTS, message).at(span));
            return Some(Expr {
                kind: Kind::Constant(crate::value::Value::Null),
                span,
            });
        };
        let mut given: Vec<Option<Expr>> = Vec::new();
        for (slot, argument) in slots.into_iter().zip(arguments) {
            if given.len() <= slot {
                given.resize(slot + 1, None);
            }
            if let Some(place) = given.get_mut(slot) {
                *place = Some(argument);
            }
        }
        let named = !names.is_empty();
        let call = BuiltinCall {
            builtin,
            form,
            named,
            arguments: given,
            pattern: OnceLock::new(),
        };
        let kind = Kind::Builtin(Box::new(call));
        Some(crate::evaluate::folded(
            Expr { kind, span },
            &mut self.diagnostics,
        ))
    }

    pub(super) fn call(&mut self, function: Expr, start: Span) -> Option<Expr> {
        let (arguments, names) = self.arguments()?;
        let kind = Kind::Call(Box::new(FunctionCall {
            function,
            arguments,
            names,
        }));
        Some(Expr {
            kind,
            span: self.since(start),
        })
    }

    /// `( … )` behind a function; the current token is the bracket.
    fn arguments(&mut self) -> Option<Arguments> {
        self.advance();
        self.bracketed(|parser| {
            let mut arguments = Vec::new();
            let mut names = Vec::new();
            if !parser.eat(")") {
                loop {
                    if let Some(name) = parser.argument_name() {
                        names.push(name);
                    }
                    if !names.is_empty() && names.len() != arguments.len() + 1 {
                        return parser.fail("a name and `:` before every argument or before none");
                    }
                    arguments.push(parser.expression()?);
                    if !parser.eat(",") {
                        break;
                    }
                }
                parser.expect(")")?;
            }
            Some((arguments, names))
        })
    }

    /// `name:` at the current token, which is then read over.
    fn argument_name(&mut self) -> Option<Arc<str>> {
        let mut ahead = self.lexer.clone();
        ahead.rewind(self.span.start as usize);
        let (name, _) = ahead.key(false)?;
        self.lexer = ahead;
        self.advance();
        self.advance();
        Some(name)
    }
}
