//! Operators by precedence, and what may follow an operand.

use reglament_source::Span;

use super::Parser;
use super::literal::Parenthesis;
use super::resolve::Frame;
use crate::lexer::{Lexer, Token};
use crate::names::Names;
use crate::syntax::{Expr, Kind, Operator, Test};
use crate::value::Value;

const OR: u8 = 1;
const AND: u8 = 2;
const COMPARISON: u8 = 3;
pub(super) const ADDITIVE: u8 = 4;
const MULTIPLICATIVE: u8 = 5;
const POWER: u8 = 6;

impl Parser<'_> {
    /// An operand and the operators that bind at least as tight as `least`.
    pub(super) fn binary(&mut self, least: u8) -> Option<Expr> {
        let left = self.unary()?;
        self.infix(left, least)
    }

    pub(super) fn infix(&mut self, mut left: Expr, least: u8) -> Option<Expr> {
        let mut chain = 0;
        loop {
            let Some(precedence) = self.precedence().filter(|found| *found >= least) else {
                return Some(left);
            };
            chain += 1;
            self.deeper(chain)?;
            left = match precedence {
                OR => self.junction(left, "or", AND, Kind::Or)?,
                AND => self.junction(left, "and", COMPARISON, Kind::And)?,
                COMPARISON => self.relation(left)?,
                _ => self.arithmetic(left, precedence)?,
            };
        }
    }

    fn precedence(&self) -> Option<u8> {
        Some(match &self.token {
            Token::Keyword("or") => OR,
            Token::Keyword("and") => AND,
            Token::Keyword("between" | "in") => COMPARISON,
            Token::Symbol("=" | "!=" | "<" | "<=" | ">" | ">=") => COMPARISON,
            Token::Symbol("+" | "-") => ADDITIVE,
            Token::Symbol("*" | "/") => MULTIPLICATIVE,
            Token::Symbol("**") => POWER,
            _ => return None,
        })
    }

    /// `and` or `or` with all their operands.
    fn junction(
        &mut self,
        left: Expr,
        word: &str,
        tighter: u8,
        make: fn(Vec<Expr>) -> Kind,
    ) -> Option<Expr> {
        let start = left.span;
        let mut operands = vec![left];
        while self.eat_keyword(word) {
            operands.push(self.binary(tighter)?);
        }
        Some(Expr {
            kind: make(operands),
            span: self.since(start),
        })
    }

    fn relation(&mut self, left: Expr) -> Option<Expr> {
        let start = left.span;
        if self.eat_keyword("in") {
            let tests = self.in_tests()?;
            let kind = Kind::In(Box::new((left, tests)));
            return Some(Expr {
                kind,
                span: self.since(start),
            });
        }
        if self.eat_keyword("between") {
            let low = self.binary(ADDITIVE)?;
            self.expect_keyword("and")?;
            let high = self.binary(ADDITIVE)?;
            let kind = Kind::Between(Box::new((left, low, high)));
            return Some(Expr {
                kind,
                span: self.since(start),
            });
        }
        let Some(comparison) = self.comparison() else {
            return self.fail("a comparison");
        };
        self.advance();
        let right = self.binary(ADDITIVE)?;
        let kind = Kind::Compare(comparison, Box::new((left, right)));
        Some(Expr {
            kind,
            span: self.since(start),
        })
    }

    fn in_tests(&mut self) -> Option<Vec<Test>> {
        if !self.is("(") {
            return if self.comparison().is_some() {
                Some(vec![self.test()?])
            } else {
                let expr = self.binary(ADDITIVE)?;
                Some(vec![Test::Value {
                    expr,
                    uses_input: false,
                }])
            };
        }
        match self.parenthesis(true)? {
            Parenthesis::Tests(tests) => Some(tests),
            Parenthesis::One(expr) => {
                let expr = self.postfix(expr)?;
                let expr = self.infix(expr, ADDITIVE)?;
                Some(vec![Test::Value {
                    expr,
                    uses_input: false,
                }])
            }
        }
    }

    fn arithmetic(&mut self, left: Expr, precedence: u8) -> Option<Expr> {
        let start = left.span;
        let mut rest = Vec::new();
        loop {
            let operator = match &self.token {
                Token::Symbol("+") => (ADDITIVE, Operator::Add),
                Token::Symbol("-") => (ADDITIVE, Operator::Subtract),
                Token::Symbol("*") => (MULTIPLICATIVE, Operator::Multiply),
                Token::Symbol("/") => (MULTIPLICATIVE, Operator::Divide),
                Token::Symbol("**") => (POWER, Operator::Power),
                _ => break,
            };
            if operator.0 != precedence {
                break;
            }
            self.advance();
            let operand = if precedence == POWER {
                self.unary()?
            } else {
                self.binary(precedence + 1)?
            };
            rest.push((operator.1, operand));
        }
        Some(Expr {
            kind: Kind::Arithmetic(Box::new(left), rest),
            span: self.since(start),
        })
    }

    fn unary(&mut self) -> Option<Expr> {
        if !self.is("-") {
            let primary = self.primary()?;
            return self.postfix(primary);
        }
        let start = self.span;
        self.advance();
        let operand = self.nested(Self::unary)?;
        let span = self.since(start);
        Some(match operand.kind {
            Kind::Constant(Value::Number(number)) => Expr {
                kind: Kind::Constant(Value::Number(-number)),
                span,
            },
            _ => Expr {
                kind: Kind::Negate(Box::new(operand)),
                span,
            },
        })
    }

    /// Paths, filters, calls and `instance of` behind an operand.
    pub(super) fn postfix(&mut self, mut expr: Expr) -> Option<Expr> {
        let start = expr.span;
        let mut chain = 0;
        loop {
            chain += 1;
            self.deeper(chain)?;
            expr = match &self.token {
                Token::Symbol(".") => self.path(expr, start)?,
                Token::Symbol("[") if !self.bracket_closes_range() => self.filter(expr, start)?,
                Token::Symbol("(") => self.call(expr, start)?,
                Token::Keyword("instance") => self.instance_of(expr, start)?,
                _ => return Some(expr),
            };
        }
    }

    /// Whether a `[` here ends a range, as in `[1..10[`: nothing follows that begins an expression.
    fn bracket_closes_range(&self) -> bool {
        if !self.range_end {
            return false;
        }
        let mut ahead: Lexer<'_> = self.lexer.clone();
        let (next, _) = ahead.next(&[], &mut Vec::new());
        match next {
            Token::Number(_) | Token::String(_) | Token::Name(_) | Token::Bad => false,
            Token::Keyword(word) => {
                matches!(
                    word,
                    "and"
                        | "or"
                        | "in"
                        | "between"
                        | "instance"
                        | "then"
                        | "else"
                        | "return"
                        | "satisfies"
                )
            }
            Token::Symbol(symbol) => !matches!(symbol, "(" | "[" | "{" | "-" | "?" | "@"),
            Token::End => true,
        }
    }

    fn path(&mut self, base: Expr, start: Span) -> Option<Expr> {
        // Properties with a space are names here and nowhere else.
        let properties = Names::new(["time offset", "start included", "end included"]);
        let declared = [self.names, &self.locals, &properties];
        let (token, span) = self.lexer.next(&declared, &mut self.diagnostics);
        self.token = token;
        self.span = span;
        let name = match &self.token {
            Token::Name(name) => name.clone(),
            Token::Keyword(word) => (*word).into(),
            _ => return self.fail("a name"),
        };
        self.advance();
        let kind = Kind::Path(Box::new(base), name);
        Some(Expr {
            kind,
            span: self.since(start),
        })
    }

    fn filter(&mut self, base: Expr, start: Span) -> Option<Expr> {
        self.advance();
        let (predicate, _) =
            self.bracketed(|parser| parser.framed(Frame::Filter, Self::expression))?;
        self.expect("]")?;
        let kind = Kind::Filter(Box::new((base, predicate)));
        Some(Expr {
            kind,
            span: self.since(start),
        })
    }

    fn instance_of(&mut self, value: Expr, start: Span) -> Option<Expr> {
        self.advance();
        if !self.is_keyword("of") {
            return self.fail("`of`");
        }
        // The type is read from the raw text, because type names hold spaces.
        self.token = Token::End;
        self.span = Span::at(self.lexer.position() as u32);
        let ty = self.type_name()?;
        let kind = Kind::InstanceOf(Box::new((value, ty)));
        Some(Expr {
            kind,
            span: self.since(start),
        })
    }
}
