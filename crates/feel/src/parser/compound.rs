//! Conditions, loops, quantifiers and functions.

use std::sync::Arc;

use reglament_source::{Diagnostic, Span};

use super::Parser;
use super::resolve::Frame;
use crate::codes;
use crate::syntax::{Domain, Expr, FunctionBody, Kind, Loop, Parameter};

impl Parser<'_> {
    /// `if … then … else …`; a chain of `else if` is one node.
    pub(super) fn conditional(&mut self) -> Option<Expr> {
        let start = self.span;
        let mut branches = Vec::new();
        while self.eat_keyword("if") {
            let condition = self.expression()?;
            self.expect_keyword("then")?;
            let value = self.expression()?;
            self.expect_keyword("else")?;
            branches.push((condition, value));
        }
        let otherwise = Box::new(self.expression()?);
        Some(Expr {
            kind: Kind::If(branches, otherwise),
            span: self.since(start),
        })
    }

    pub(super) fn for_loop(&mut self) -> Option<Expr> {
        let start = self.span;
        let inner = Box::new(self.iteration("return")?);
        Some(Expr {
            kind: Kind::For(inner),
            span: self.since(start),
        })
    }

    pub(super) fn quantified(&mut self, every: bool) -> Option<Expr> {
        let start = self.span;
        let inner = Box::new(self.iteration("satisfies")?);
        Some(Expr {
            kind: Kind::Quantified { every, inner },
            span: self.since(start),
        })
    }

    /// `x in xs, y in ys return body`; the current token is the keyword before.
    fn iteration(&mut self, word: &str) -> Option<Loop> {
        let frames = self.frames.len();
        let result = self.iterators(word);
        self.frames.truncate(frames);
        result
    }

    fn iterators(&mut self, word: &str) -> Option<Loop> {
        let mut iterators = Vec::new();
        loop {
            let name = self.introduced(&["in"])?;
            self.expect_keyword("in")?;
            let first = self.expression()?;
            let domain = if self.eat("..") {
                Domain::Span(first, self.expression()?)
            } else {
                Domain::Each(first)
            };
            iterators.push(domain);
            self.frames.push(Frame::Block(vec![name.clone()]));
            self.deeper(iterators.len() as u32)?;
            self.declare(&name);
            if !self.is(",") {
                break;
            }
        }
        self.expect_keyword(word)?;
        if word == "return" {
            self.frames.push(Frame::Block(vec!["partial".into()]));
        }
        let body = self.expression()?;
        Some(Loop { iterators, body })
    }

    /// A new name behind the current token, which is read over.
    fn introduced(&mut self, stop: &[&str]) -> Option<Arc<str>> {
        let name = self.lexer.words(stop);
        self.advance();
        match name {
            Some((name, _)) => Some(name),
            None => self.fail("a name"),
        }
    }

    /// A function; `this` is the name under which it can call itself.
    pub(super) fn function(&mut self, this: Option<Arc<str>>) -> Option<Expr> {
        let start = self.span;
        self.advance();
        if !self.is("(") {
            return self.fail("`(`");
        }
        let parameters = self.parameters()?;
        if self.is_keyword("external") {
            let message = "expected a body in FEEL, found `external`";
            self.diagnostics
                .push(Diagnostic::error(&codes::EXTERNAL, message).at(self.span));
            return None;
        }
        for parameter in &parameters {
            self.declare(&parameter.name);
        }
        let names = parameters
            .iter()
            .map(|parameter| parameter.name.clone())
            .collect();
        let frame = Frame::Function {
            parameters: names,
            this,
            captures: Vec::new(),
        };
        let (body, frame) = self.framed(frame, Self::expression)?;
        let Frame::Function { captures, .. } = frame else {
            return None;
        };
        let span = self.since(start);
        let text = self.text.get(span.range()).unwrap_or_default().into();
        let body = Arc::new(FunctionBody {
            parameters,
            body,
            text,
        });
        Some(Expr {
            kind: Kind::Function(body, captures),
            span,
        })
    }

    fn parameters(&mut self) -> Option<Vec<Parameter>> {
        let mut parameters = Vec::new();
        let mut ahead = self.lexer.clone();
        if ahead.next(&[], &mut Vec::new()).0 == crate::lexer::Token::Symbol(")") {
            self.advance();
        } else {
            loop {
                let name = self.introduced(&[])?;
                let ty = if self.is(":") {
                    self.span = Span::at(self.lexer.position() as u32);
                    Some(self.nested(Self::type_name)?)
                } else {
                    None
                };
                parameters.push(Parameter { name, ty });
                if !self.is(",") {
                    break;
                }
            }
        }
        self.expect(")")?;
        Some(parameters)
    }
}
