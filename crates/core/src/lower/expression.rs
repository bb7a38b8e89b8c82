//! Expressions: FEEL in expression elements, literal text or FEEL behind `=` in attributes.

use std::sync::Arc;

use reglament_feel::Names;
use reglament_source::{Diagnostic, Span};
use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{BaseElement, Expression};
use crate::program::{Expr, Text};

impl<'d> ProcessLowering<'d, '_> {
    /// The FEEL expression in `view`; `what` says in messages what it is.
    pub(super) fn expression(&mut self, view: Expression<'d>, what: &str) -> Option<Expr> {
        let text = view.text();
        let text = text.trim();
        let element = view.element();
        if text.is_empty() {
            let message = format!("{what} is empty");
            self.error(
                &codes::EMPTY_EXPRESSION,
                element,
                message,
                "write a FEEL expression, or remove the element",
            );
            return None;
        }
        let place = Place::of(
            self.definitions.source().slice(view.text_span()),
            view.text_span(),
            text,
        );
        if !self.speaks_feel(view, text, what, place.span) {
            return None;
        }
        let (text, place) = match text.strip_prefix('=') {
            Some(rest) => (rest, place.behind_mark()),
            None => (text, place),
        };
        self.parse(element, text, place, what)
    }

    /// Whether the expression is in FEEL, as far as the file says.
    fn speaks_feel(&mut self, view: Expression<'d>, text: &str, what: &str, span: Span) -> bool {
        if let Some(language) = foreign_syntax(text) {
            self.foreign(view.element(), text, what, language, span);
            return false;
        }
        // A leading `=` says FEEL louder than a default that many tools write without being asked.
        let inherited = self
            .definitions
            .expression_language()
            .filter(|_| !text.starts_with('='));
        match view.language().or(inherited) {
            Some(language) if !is_feel(language) => {
                let message =
                    format!("{what} is in the language `{language}`, which is not executed");
                let hint = "write it in FEEL, and declare `https://www.omg.org/spec/DMN/20191111/FEEL/` \
                            or begin it with `=`";
                let diagnostic = Diagnostic::error(&codes::EXPRESSION_LANGUAGE, message)
                    .at(span)
                    .hint(hint);
                self.report(diagnostic, view.element());
                false
            }
            _ => true,
        }
    }

    fn foreign(
        &mut self,
        element: ElementRef<'d>,
        text: &str,
        what: &str,
        language: &str,
        span: Span,
    ) {
        let shown: String = text.chars().take(40).collect();
        let message = format!("{what} is written as {language}: `{shown}`");
        let inner = text
            .trim_start_matches(['$', '#'])
            .trim_start_matches('{')
            .trim_end_matches('}');
        let hint = format!("write it in FEEL, for example `= {}`", inner.trim());
        let diagnostic = Diagnostic::error(&codes::FOREIGN_EXPRESSION, message)
            .at(span)
            .hint(hint);
        self.report(diagnostic, element);
    }

    /// Compiles `text`, which stands at `place`.
    pub(super) fn parse(
        &mut self,
        element: ElementRef<'d>,
        text: &str,
        place: Place,
        what: &str,
    ) -> Option<Expr> {
        if text.trim().is_empty() {
            let message = format!("{what} is empty behind `=`");
            self.error(
                &codes::EMPTY_EXPRESSION,
                element,
                message,
                "write a FEEL expression behind `=`",
            );
            return None;
        }
        let (expression, diagnostics) =
            Expr::parse(text, place.span, &self.declared, &mut self.program.names);
        for mut diagnostic in diagnostics {
            if !place.is_exact {
                diagnostic.span = Some(place.span);
            }
            diagnostic.message = format!("{what}: {}", diagnostic.message);
            self.report(diagnostic, element);
        }
        expression
    }

    /// An attribute whose text is literal unless it begins with `=`.
    pub(super) fn attribute_text(&mut self, element: ElementRef<'d>, name: &str) -> Option<Text> {
        let value = element.attribute(name)?;
        if value.starts_with('=') {
            let expression = self.attribute_expression(element, name)?;
            return Some(Text::Expression(Box::new(expression)));
        }
        if let Some(language) = foreign_syntax(value) {
            let span = crate::read::place(element, name);
            self.foreign(element, value, &format!("`{name}`"), language, span);
            return None;
        }
        Some(Text::Literal(Arc::from(value)))
    }

    /// An attribute that must be an expression, with `=` or without.
    pub(super) fn attribute_expression(
        &mut self,
        element: ElementRef<'d>,
        name: &str,
    ) -> Option<Expr> {
        let attribute = element.attribute_ref(name)?;
        let what = format!("`{name}`");
        let text = attribute.value.trim();
        let place = Place::of(
            self.definitions.source().slice(attribute.value_span),
            attribute.value_span,
            text,
        );
        if let Some(language) = foreign_syntax(text) {
            self.foreign(element, text, &what, language, place.span);
            return None;
        }
        let (text, place) = match text.strip_prefix('=') {
            Some(rest) => (rest, place.behind_mark()),
            None => (text, place),
        };
        self.parse(element, text, place, &what)
    }

    /// An expression that reads the variable `name`, which is declared for it.
    pub(super) fn variable(&mut self, element: ElementRef<'d>, name: &str) -> Option<Expr> {
        let declared = Names::new([name]);
        let (expression, diagnostics) =
            Expr::parse(name, element.span(), &declared, &mut self.program.names);
        for mut diagnostic in diagnostics {
            diagnostic.span = Some(element.span());
            diagnostic.message = format!("the name `{name}`: {}", diagnostic.message);
            self.report(diagnostic, element);
        }
        expression
    }
}

/// Where the text of an expression stands in the file.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) span: Span,
    /// Whether offsets in the text are offsets in the file: not where it has character references.
    pub(super) is_exact: bool,
}

impl Place {
    /// The place of `text` inside `raw`, which stands at `span`.
    pub(super) fn of(raw: &str, span: Span, text: &str) -> Self {
        let found = raw.find(text).and_then(|start| u32::try_from(start).ok());
        let length = u32::try_from(text.len()).unwrap_or(0);
        match found {
            Some(start) => Self {
                span: Span::new(span.start + start, span.start + start + length),
                is_exact: true,
            },
            None => Self {
                span,
                is_exact: false,
            },
        }
    }

    /// The place without its first character, `=`.
    fn behind_mark(self) -> Self {
        if self.is_exact && !self.span.is_empty() {
            Self {
                span: Span::new(self.span.start + 1, self.span.end),
                ..self
            }
        } else {
            self
        }
    }
}

/// Whether a declared language is FEEL: its short name or one of its namespaces.
fn is_feel(language: &str) -> bool {
    let language = language.trim().to_ascii_lowercase();
    language == "feel" || language.contains("/feel") || language.ends_with(":feel")
}

/// What a text looks like that is certainly not FEEL.
fn foreign_syntax(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    if text.starts_with("${") || text.starts_with("#{") {
        Some("a unified expression (JUEL)")
    } else {
        None
    }
}
