//! Literals, brackets, lists, contexts, ranges and types.

use std::sync::{Arc, LazyLock};

use reglament_source::{Diagnostic, Span};

use super::resolve::Frame;
use super::{Parser, operator};
use crate::builtin;
use crate::codes;
use crate::lexer::Token;
use crate::names::Names;
use crate::syntax::{Expr, Kind, Test};
use crate::types::Type;
use crate::value::Value;

/// What stands between round brackets.
pub(super) enum Parenthesis {
    One(Expr),
    Tests(Vec<Test>),
}

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Option<Expr> {
        let start = self.span;
        let token = self.token.clone();
        match token {
            Token::Number(number) => self.constant(Value::Number(number)),
            Token::String(text) => self.constant(Value::String(text)),
            Token::Keyword("true") => self.constant(Value::Boolean(true)),
            Token::Keyword("false") => self.constant(Value::Boolean(false)),
            Token::Keyword("null") => self.constant(Value::Null),
            Token::Keyword("if") => self.conditional(),
            Token::Keyword("for") => self.for_loop(),
            Token::Keyword("some") => self.quantified(false),
            Token::Keyword("every") => self.quantified(true),
            Token::Keyword("function") => self.function(None),
            Token::Name(name) => self.name(name),
            Token::Symbol("?") => {
                self.advance();
                Some(self.resolve(&Arc::from("?"), start))
            }
            Token::Symbol("@") => self.at_literal(),
            Token::Symbol("(") => match self.parenthesis(false)? {
                Parenthesis::One(expr) => Some(expr),
                Parenthesis::Tests(_) => self.fail("`)`"),
            },
            Token::Symbol("[") => self.list(),
            Token::Symbol("]") => self.open_range(),
            Token::Symbol("{") => self.context(),
            Token::Symbol(".") => match self.lexer.fraction(&mut self.diagnostics) {
                Some(Token::Number(number)) => self.constant(Value::Number(number)),
                _ => self.fail("an expression"),
            },
            _ => self.fail("an expression"),
        }
    }

    fn constant(&mut self, value: Value) -> Option<Expr> {
        let start = self.span;
        self.advance();
        Some(Expr {
            kind: Kind::Constant(value),
            span: self.since(start),
        })
    }

    fn at_literal(&mut self) -> Option<Expr> {
        let start = self.span;
        self.advance();
        let Token::String(text) = &self.token else {
            return self.fail("a string after `@`");
        };
        let value = builtin::at_literal(text);
        if value.is_null() {
            let message = format!("expected a date, time or duration, found `@\"{text}\"`");
            let warning = Diagnostic::warning(&codes::LITERAL, message).at(start.cover(self.span));
            self.diagnostics.push(warning);
        }
        self.advance();
        Some(Expr {
            kind: Kind::Constant(value),
            span: self.since(start),
        })
    }

    /// `( … )`: a nested expression, an open range, a comparison as a range, or unary tests.
    pub(super) fn parenthesis(&mut self, tests: bool) -> Option<Parenthesis> {
        let start = self.span;
        self.advance();
        self.bracketed(|parser| {
            let first = parser.test()?;
            if tests && parser.is(",") {
                let mut all = vec![first];
                while parser.eat(",") {
                    all.push(parser.test()?);
                }
                parser.expect(")")?;
                return Some(Parenthesis::Tests(all));
            }
            match first {
                Test::Compare(comparison, expr) => {
                    parser.expect(")")?;
                    let kind = Kind::ComparisonRange(comparison, Box::new(expr));
                    Some(Parenthesis::One(Expr {
                        kind,
                        span: parser.since(start),
                    }))
                }
                Test::Value { expr, .. } if parser.is("..") => {
                    parser.range(expr, false, start).map(Parenthesis::One)
                }
                Test::Value { expr, .. } => {
                    parser.expect(")")?;
                    Some(Parenthesis::One(expr))
                }
            }
        })
    }

    /// The rest of a range, from `..` to its closing bracket.
    fn range(&mut self, low: Expr, start_included: bool, start: Span) -> Option<Expr> {
        self.advance();
        let outer = std::mem::replace(&mut self.range_end, true);
        let high = self.binary(operator::ADDITIVE);
        self.range_end = outer;
        let high = high?;
        let end_included = self.is("]");
        if !end_included && !self.is(")") && !self.is("[") {
            return self.fail("`]`, `)` or `[`");
        }
        self.advance();
        let span = self.since(start);
        let kind = Kind::Range {
            start: Box::new(low),
            start_included,
            end: Box::new(high),
            end_included,
        };
        Some(Expr { kind, span })
    }

    fn open_range(&mut self) -> Option<Expr> {
        let start = self.span;
        self.advance();
        self.bracketed(|parser| {
            let low = parser.binary(operator::ADDITIVE)?;
            if !parser.is("..") {
                return parser.fail("`..`");
            }
            parser.range(low, false, start)
        })
    }

    fn list(&mut self) -> Option<Expr> {
        let start = self.span;
        self.advance();
        self.bracketed(|parser| {
            let mut items = Vec::new();
            if !parser.eat("]") {
                loop {
                    let item = parser.expression()?;
                    if items.is_empty() && parser.is("..") {
                        return parser.range(item, true, start);
                    }
                    items.push(item);
                    if !parser.eat(",") {
                        break;
                    }
                }
                parser.expect("]")?;
            }
            Some(Expr {
                kind: Kind::List(items),
                span: parser.since(start),
            })
        })
    }

    fn context(&mut self) -> Option<Expr> {
        let start = self.span;
        self.advance();
        let frame = Frame::Block(Vec::new());
        let (entries, _) = self.bracketed(|parser| parser.framed(frame, Self::entries))?;
        let span = self.since(start);
        let mut keys: Vec<&Arc<str>> = entries.iter().map(|(key, _)| key).collect();
        keys.sort();
        if let Some([twice, _]) = keys
            .windows(2)
            .find(|pair| matches!(pair, [a, b] if a == b))
        {
            let message = format!("expected distinct keys, found `{twice}` twice");
            self.diagnostics
                .push(Diagnostic::warning(&codes::DUPLICATE_KEY, message).at(span));
            return Some(Expr {
                kind: Kind::Constant(Value::Null),
                span,
            });
        }
        Some(Expr {
            kind: Kind::Context(entries),
            span,
        })
    }

    fn entries(&mut self) -> Option<Vec<(Arc<str>, Expr)>> {
        let mut entries = Vec::new();
        if self.eat("}") {
            return Some(entries);
        }
        loop {
            let key = self.entry_key()?;
            self.expect(":")?;
            let value = if self.is_keyword("function") {
                let function = self.nested(|parser| parser.function(Some(key.clone())))?;
                let function = self.postfix(function)?;
                self.infix(function, 0)?
            } else {
                self.expression()?
            };
            if let Some(Frame::Block(names)) = self.frames.last_mut() {
                names.push(key.clone());
            }
            self.declare(&key);
            entries.push((key, value));
            if !self.eat(",") {
                break;
            }
        }
        self.expect("}")?;
        Some(entries)
    }

    fn entry_key(&mut self) -> Option<Arc<str>> {
        if let Token::String(text) = &self.token {
            let key = text.clone();
            self.advance();
            return Some(key);
        }
        self.lexer.rewind(self.span.start as usize);
        let key = self.lexer.key(true);
        if key.is_none() {
            self.lexer.rewind(self.span.end as usize);
            return self.fail("a key");
        }
        self.advance();
        key.map(|(key, _)| key)
    }

    /// A type, read from where the lexer is; the current token is read over.
    pub(super) fn type_name(&mut self) -> Option<Type> {
        self.diagnostics.extend(self.lexer.space());
        let start = self.lexer.position();
        let ahead = self.text.get(start..).unwrap_or_default();
        let end = ahead
            .find(|c| !crate::names::is_part(c))
            .unwrap_or(ahead.len());
        let word = ahead.get(..end).unwrap_or_default();
        let found = TYPE_NAMES
            .longest(word, ahead)
            .map(|(name, length)| (name.clone(), length));
        if let Some((name, length)) = found
            && let Some(simple) = simple_type(&name)
        {
            self.lexer.rewind(start + length);
            self.advance();
            return Some(simple);
        }
        if let Some((ty, length)) = self.names.type_at(ahead) {
            self.lexer.rewind(start + length);
            self.advance();
            return Some(ty);
        }
        self.span = Span::new(start as u32, (start + end) as u32);
        self.lexer.rewind(start + end);
        match word {
            "list" => self.type_argument().map(|item| Type::List(Arc::new(item))),
            "range" => self.type_argument().map(|item| Type::Range(Arc::new(item))),
            "context" => self.context_type(),
            "function" => self.function_type(),
            _ => {
                let message = format!("expected a type, found `{word}`");
                self.diagnostics
                    .push(Diagnostic::error(&codes::TYPE, message).at(self.span));
                None
            }
        }
    }

    /// `<T>` behind `list` or `range`; without it any item.
    fn type_argument(&mut self) -> Option<Type> {
        self.advance();
        if !self.is("<") {
            return Some(Type::Any);
        }
        let item = self.nested(Self::type_name)?;
        self.expect(">")?;
        Some(item)
    }

    fn context_type(&mut self) -> Option<Type> {
        self.advance();
        let mut entries = Vec::new();
        if self.is("<") {
            loop {
                self.diagnostics.extend(self.lexer.space());
                let Some((name, _)) = self.lexer.key(true) else {
                    self.advance();
                    return self.fail("a name and `:`");
                };
                self.advance();
                if !self.is(":") {
                    return self.fail("`:`");
                }
                let ty = self.nested(Self::type_name)?;
                entries.push((name, ty));
                if !self.is(",") {
                    break;
                }
            }
            self.expect(">")?;
        }
        Some(Type::Context(entries.into()))
    }

    fn function_type(&mut self) -> Option<Type> {
        self.advance();
        let mut parameters = Vec::new();
        if self.is("<") {
            let mut ahead = self.lexer.clone();
            if ahead.next(&[], &mut Vec::new()).0 == Token::Symbol(">") {
                self.advance();
            } else {
                loop {
                    parameters.push(self.nested(Self::type_name)?);
                    if !self.is(",") {
                        break;
                    }
                }
            }
            self.expect(">")?;
        }
        let result = if self.is("->") {
            self.nested(Self::type_name)?
        } else {
            Type::Any
        };
        Some(Type::Function(parameters.into(), Arc::new(result)))
    }
}

static TYPE_NAMES: LazyLock<Names> = LazyLock::new(|| {
    Names::new([
        "Any",
        "Null",
        "boolean",
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    ])
});

pub(crate) fn simple_type(name: &str) -> Option<Type> {
    Some(match name {
        "Any" => Type::Any,
        "Null" => Type::Null,
        "boolean" => Type::Boolean,
        "number" => Type::Number,
        "string" => Type::String,
        "date" => Type::Date,
        "time" => Type::Time,
        "date and time" => Type::DateTime,
        "days and time duration" => Type::DaysTimeDuration,
        "years and months duration" => Type::YearsMonthsDuration,
        _ => return None,
    })
}
