//! The parser: from text to a tree with resolved names, in one pass (DMN 1.5, 10.3.1).

mod call;
mod compound;
mod literal;
mod operator;
mod resolve;

use std::sync::Arc;

use reglament_source::{Diagnostic, Span};

use crate::builtin;
use crate::codes;
use crate::lexer::{Lexer, Token};
use crate::names::Names;
use crate::scope::Variable;
use crate::syntax::{Expr, Kind, Test, UnaryTests};
use crate::value::{Comparison, Value};

use resolve::Frame;

/// The longest text that is parsed, in bytes.
const TEXT_LIMIT: usize = 64 << 20;
/// How deep expressions may be nested in the text.
pub(crate) const NESTING_LIMIT: u32 = 128;

/// What parsing a text gives.
pub(crate) struct Parsed {
    pub(crate) root: Option<Expr>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

pub(crate) fn expression(text: &str, names: &Names) -> Parsed {
    parse(text, names, |parser| {
        let expr = parser.expression()?;
        parser.finish()?;
        Some(expr)
    })
}

pub(crate) fn unary_tests(text: &str, names: &Names) -> Parsed {
    parse(text, names, |parser| parser.whole_unary_tests())
}

fn parse(text: &str, names: &Names, rule: impl FnOnce(&mut Parser<'_>) -> Option<Expr>) -> Parsed {
    if text.len() > TEXT_LIMIT {
        let message = format!("expected at most {TEXT_LIMIT} bytes, found {}", text.len());
        let diagnostics = vec![Diagnostic::error(&codes::TOO_LONG, message)];
        return Parsed {
            root: None,
            variables: Vec::new(),
            diagnostics,
        };
    }
    let mut parser = Parser {
        text,
        lexer: Lexer::new(text),
        names,
        locals: Names::none(),
        token: Token::End,
        span: Span::default(),
        previous: Span::default(),
        after_name: false,
        diagnostics: Vec::new(),
        frames: Vec::new(),
        variables: Vec::new(),
        depth: 0,
        range_end: false,
        input_used: false,
    };
    parser.advance();
    let root = rule(&mut parser);
    let failed = parser.diagnostics.iter().any(Diagnostic::is_error);
    Parsed {
        root: root.filter(|_| !failed),
        variables: parser.variables,
        diagnostics: parser.diagnostics,
    }
}

/// A recursive-descent parser. A method that returns `None` has reported why.
struct Parser<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    names: &'t Names,
    /// Names with spaces that the text itself introduced: keys, parameters, iterators.
    locals: Names,
    token: Token,
    span: Span,
    /// The span of the token before the current one.
    previous: Span,
    after_name: bool,
    diagnostics: Vec<Diagnostic>,
    frames: Vec<Frame>,
    variables: Vec<Variable>,
    depth: u32,
    /// Whether a `[` may close a range.
    range_end: bool,
    /// Whether `?` has been read.
    input_used: bool,
}

impl Parser<'_> {
    fn advance(&mut self) {
        self.previous = self.span;
        self.after_name = matches!(self.token, Token::Name(_));
        let declared = [self.names, &self.locals, builtin::names()];
        (self.token, self.span) = self.lexer.next(&declared, &mut self.diagnostics);
        if let Token::Name(name) = &self.token
            && name.contains(" and ")
            && self.is_bare_builtin(name)
        {
            // `date and time` without a call is the conjunction of two names.
            self.lexer.rewind(self.span.start as usize);
            let declared = [self.names, &self.locals];
            (self.token, self.span) = self.lexer.next(&declared, &mut self.diagnostics);
        }
    }

    fn is_bare_builtin(&self, name: &str) -> bool {
        let declared = self.names.contains(name) || self.locals.contains(name);
        let mut ahead = self.lexer.clone();
        let mut ignored = Vec::new();
        !declared && ahead.next(&[], &mut ignored).0 != Token::Symbol("(")
    }

    /// Reads the current token again, after names were declared or the lexer was moved.
    fn reread(&mut self) {
        self.lexer.rewind(self.span.start as usize);
        let previous = self.previous;
        self.advance();
        self.previous = previous;
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(&self.token, Token::Symbol(found) if *found == symbol)
    }

    fn is_keyword(&self, word: &str) -> bool {
        matches!(&self.token, Token::Keyword(found) if *found == word)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        if found {
            self.advance();
        }
        found
    }

    fn eat_keyword(&mut self, word: &str) -> bool {
        let found = self.is_keyword(word);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, symbol: &str) -> Option<()> {
        if self.eat(symbol) {
            Some(())
        } else {
            self.fail(&format!("`{symbol}`"))
        }
    }

    fn expect_keyword(&mut self, word: &str) -> Option<()> {
        if self.eat_keyword(word) {
            Some(())
        } else {
            self.fail(&format!("`{word}`"))
        }
    }

    /// Reports what was expected instead of the current token.
    fn fail<T>(&mut self, expected: &str) -> Option<T> {
        if self.token == Token::Bad {
            return None;
        }
        let message = format!("expected {expected}, found {}", self.token.describe());
        let mut diagnostic = Diagnostic::error(&codes::SYNTAX, message).at(self.span);
        if self.after_name && matches!(self.token, Token::Name(_)) {
            let name = self
                .text
                .get(self.previous.start as usize..self.span.end as usize);
            diagnostic = diagnostic.hint(format!(
                "a name with a space, such as `{}`, must be declared by the model",
                name.unwrap_or_default()
            ));
        }
        self.diagnostics.push(diagnostic);
        None
    }

    fn finish(&mut self) -> Option<()> {
        if self.token == Token::End {
            Some(())
        } else {
            self.fail("an operator or the end")
        }
    }

    /// Counts one more level of nesting while `rule` runs.
    fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.deeper(0)?;
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    /// Checks that so many levels more are within the limit.
    fn deeper(&mut self, levels: u32) -> Option<()> {
        if self.depth + levels < NESTING_LIMIT {
            return Some(());
        }
        let message = format!("expected at most {NESTING_LIMIT} levels of nesting, found more");
        self.diagnostics
            .push(Diagnostic::error(&codes::TOO_DEEP, message).at(self.span));
        None
    }

    /// Runs a rule within brackets, where `[` is a filter again.
    fn bracketed<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let outer = std::mem::replace(&mut self.range_end, false);
        let result = self.nested(rule);
        self.range_end = outer;
        result
    }

    /// The span from a start to the last token read.
    fn since(&self, start: Span) -> Span {
        start.cover(self.previous)
    }

    fn expression(&mut self) -> Option<Expr> {
        self.nested(|parser| parser.binary(0))
    }

    /// Declares a name with spaces, so that it is recognised in what follows.
    fn declare(&mut self, name: &str) {
        if !crate::names::is_plain(name) && !self.locals.contains(name) {
            self.locals.declare(name);
            self.reread();
        }
    }

    fn whole_unary_tests(&mut self) -> Option<Expr> {
        let start = self.span;
        if self.is("-") && self.lexer_is_at_end() {
            return Some(Expr {
                kind: Kind::Constant(Value::Boolean(true)),
                span: start,
            });
        }
        if self.token == Token::Name("not".into())
            && let Some(tests) = self.negated_tests()
        {
            return Some(tests);
        }
        let tests = self.tests()?;
        self.finish()?;
        Some(self.tests_of(tests, false, start))
    }

    fn lexer_is_at_end(&self) -> bool {
        let mut ahead = self.lexer.clone();
        ahead.next(&[], &mut Vec::new()).0 == Token::End
    }

    /// `not(…)` over the whole text; otherwise nothing is read.
    fn negated_tests(&mut self) -> Option<Expr> {
        let start = self.span;
        let mark = (self.diagnostics.len(), self.variables.len());
        self.advance();
        let tests = if self.eat("(") {
            self.bracketed(Self::tests)
        } else {
            None
        };
        if let Some(tests) = tests
            && self.eat(")")
            && self.token == Token::End
        {
            return Some(self.tests_of(tests, true, start));
        }
        self.diagnostics.truncate(mark.0);
        self.variables.truncate(mark.1);
        self.lexer.rewind(start.start as usize);
        self.advance();
        None
    }

    fn tests_of(&mut self, tests: Vec<Test>, negated: bool, start: Span) -> Expr {
        let span = self.since(start);
        let input = self.resolve(&Arc::from("?"), start);
        Expr {
            kind: Kind::Tests(Box::new(UnaryTests {
                input,
                negated,
                tests,
            })),
            span,
        }
    }

    fn tests(&mut self) -> Option<Vec<Test>> {
        let mut tests = vec![self.test()?];
        while self.eat(",") {
            tests.push(self.test()?);
        }
        Some(tests)
    }

    fn test(&mut self) -> Option<Test> {
        if let Some(comparison) = self.comparison() {
            self.advance();
            return Some(Test::Compare(comparison, self.binary(operator::ADDITIVE)?));
        }
        let outer = std::mem::replace(&mut self.input_used, false);
        let expr = self.expression()?;
        let uses_input = std::mem::replace(&mut self.input_used, outer);
        self.input_used |= uses_input;
        Some(Test::Value { expr, uses_input })
    }

    fn comparison(&self) -> Option<Comparison> {
        let Token::Symbol(symbol) = self.token else {
            return None;
        };
        Some(match symbol {
            "=" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return None,
        })
    }
}
