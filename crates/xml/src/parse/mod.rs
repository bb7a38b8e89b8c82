//! Reading a document in one pass (XML 1.0, Namespaces in XML 1.0).
//!
//! quick-xml cuts the text into tokens and checks little; the rules of well-formedness are checked
//! here. After a problem reading goes on, so that all problems of a file are reported at once;
//! only a limit ends it.

mod attribute;
mod cursor;
mod instruction;
mod names;
mod problems;
mod reference;
mod scope;
mod tag;
mod text;
mod token;

use reglament_source::{Diagnostic, SourceText, Span};

use crate::tree::{Full, NodeData, NodeId, Tree};
use crate::{Document, Limits, codes};
use problems::Problems;
use scope::Scope;
use text::Run;
use token::{Token, TokenKind, Tokens};

/// Reads a document.
///
/// Returns the tree, if there is a root element, and everything that is wrong, in the order of the
/// text. A tree that comes with an error is what could be made of the text: enough to say more
/// about it, not to work with.
///
/// # Errors
/// The diagnostics of [`codes`]; none of them a panic, whatever the text.
///
/// ```
/// use reglament_source::SourceText;
/// use reglament_xml::{Limits, parse};
///
/// let source = SourceText::new("a.bpmn", "<a b=1><c></a><d/>".to_owned());
/// let (document, diagnostics) = parse(source, &Limits::default());
/// assert!(document.is_some());
/// let messages: Vec<_> = diagnostics.iter().map(|d| d.message.as_str()).collect();
/// assert_eq!(
///     messages,
///     [
///         "the value of attribute `b` has no quotes",
///         "element `c` is not closed, expected `</c>`, found `</a>`",
///         "expected one root element, found another: `d`",
///     ]
/// );
/// ```
#[must_use]
pub fn parse(source: SourceText, limits: &Limits) -> (Option<Document>, Vec<Diagnostic>) {
    let shared = source.clone();
    let text = shared.text();
    let mut problems = Problems::new(limits.problems);
    let bytes_limit = limits.document_bytes.min(Limits::MAX_DOCUMENT_BYTES);
    if text.len() > bytes_limit {
        let message = format!(
            "the document has {} bytes, more than the limit of {bytes_limit}",
            text.len()
        );
        return (None, vec![Diagnostic::error(&codes::LIMIT, message)]);
    }
    let mut tree = Tree::new(source);
    let Ok(scope) = Scope::new(&mut tree) else {
        return (None, Vec::new());
    };
    let has_carriage_return = problems.check_characters(text) == problems::CarriageReturns::Some;
    let first_line = text
        .find('\n')
        .and_then(|end| text.get(..end))
        .unwrap_or_default();
    tree.habits.has_windows_lines = first_line.ends_with('\r');
    let mut parser = Parser {
        text,
        limits: *limits,
        tokens: Tokens::new(text),
        tree,
        scope,
        problems,
        open: vec![Open::document()],
        run: None,
        names: Vec::new(),
        has_carriage_return,
    };
    if parser.read().is_ok() {
        parser.check_end();
    }
    parser.finish()
}

/// Reads the bytes of a file: decodes them as [`SourceText::decode_lossy`] does, then as
/// [`parse`].
///
/// The decoded text is returned as well, so that the diagnostics can be drawn on it.
///
/// ```
/// use reglament_xml::{Limits, read_xml};
///
/// let (source, document, diagnostics) = read_xml("a.bpmn", b"<a>\xFF</a>", &Limits::default());
/// assert_eq!(diagnostics[0].code.id, "RG0001");
/// assert_eq!(source.text(), "<a>\u{FFFD}</a>");
/// assert!(document.is_some());
/// ```
#[must_use]
pub fn read_xml(
    name: impl Into<String>,
    bytes: &[u8],
    limits: &Limits,
) -> (SourceText, Option<Document>, Vec<Diagnostic>) {
    let (source, mut diagnostics) = SourceText::decode_lossy(name, bytes);
    if bytes.len() > reglament_source::TEXT_BYTES_LIMIT {
        return (source, None, diagnostics);
    }
    let (document, found) = parse(source.clone(), limits);
    diagnostics.extend(found);
    (source, document, diagnostics)
}

/// Reading ends here; why has been reported.
#[derive(Debug)]
struct Stop;

/// An element whose end tag has not come yet, or the document at the bottom.
struct Open<'s> {
    id: NodeId,
    name: &'s str,
    last_child: NodeId,
    /// The scope to go back to.
    scope_mark: usize,
}

impl Open<'_> {
    const fn document() -> Self {
        Self {
            id: NodeId::DOCUMENT,
            name: "",
            last_child: NodeId::NONE,
            scope_mark: 0,
        }
    }
}

struct Parser<'s> {
    text: &'s str,
    limits: Limits,
    tokens: Tokens<'s>,
    tree: Tree,
    scope: Scope<'s>,
    problems: Problems,
    /// The document, then the open elements from the root inward.
    open: Vec<Open<'s>>,
    /// The text that is being put together.
    run: Option<Run>,
    /// Attribute names of the tag that is being read.
    names: Vec<&'s str>,
    has_carriage_return: bool,
}

impl<'s> Parser<'s> {
    fn read(&mut self) -> Result<(), Stop> {
        loop {
            let token = self.tokens.next();
            match token.kind {
                TokenKind::Text => self.text_token(token.span)?,
                TokenKind::Reference => self.reference_token(token.span)?,
                TokenKind::Start => self.start_tag(token.span, false)?,
                TokenKind::Empty => self.start_tag(token.span, true)?,
                TokenKind::End => self.end_tag(token.span)?,
                TokenKind::Comment => self.comment(token.span)?,
                TokenKind::CData => self.cdata(token.span)?,
                TokenKind::Instruction => self.instruction(token.span)?,
                TokenKind::DocType => {
                    self.flush_text()?;
                    self.doctype(token.span)?;
                }
                TokenKind::Broken => self.broken(token)?,
                TokenKind::EndOfText => return self.flush_text(),
            }
        }
    }

    /// What is still missing when the text is at its end.
    fn check_end(&mut self) {
        let end = Span::at(token::span(0, self.text.len()).end);
        while self.open.len() > 1 {
            let Some(open) = self.open.last() else { break };
            let message = format!("element `{}` is not closed, expected `</{0}>`", open.name);
            let span = self.tree.node(open.id).span;
            let diagnostic = Diagnostic::error(&codes::MISMATCHED_TAG, message).at(span);
            self.close_element(end.end);
            if self.problems.add(diagnostic).is_err() {
                return;
            }
        }
        if self.tree.root == NodeId::NONE {
            let missing = Diagnostic::error(&codes::ROOT, "the document has no root element");
            let _ = self.problems.add(missing.at(end));
        }
    }

    /// The document as far as it has come.
    fn finish(mut self) -> (Option<Document>, Vec<Diagnostic>) {
        let end = token::span(0, self.text.len()).end;
        while self.open.len() > 1 {
            self.close_element(end);
        }
        if let Some(document) = self.open.pop() {
            self.tree.element_mut(document.id).last_child = document.last_child;
        }
        let diagnostics = self.problems.into_diagnostics();
        if self.tree.root == NodeId::NONE {
            return (None, diagnostics);
        }
        (Some(Document { tree: self.tree }), diagnostics)
    }

    /// The node that the next child belongs to.
    fn parent(&self) -> NodeId {
        self.open.last().map_or(NodeId::DOCUMENT, |open| open.id)
    }

    fn is_outside_root(&self) -> bool {
        self.open.len() <= 1
    }

    /// Links a new node behind its siblings.
    fn append(&mut self, id: NodeId) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        match open.last_child.some() {
            None => self.tree.element_mut(open.id).first_child = id,
            Some(last) => self.tree.node_mut(last).next = id,
        }
        open.last_child = id;
    }

    fn append_leaf(&mut self, data: NodeData, span: Span) -> Result<(), Stop> {
        let parent = self.parent();
        let id = self
            .tree
            .push(data, parent, span)
            .map_err(|full| self.full(full))?;
        self.append(id);
        self.check_node_count(span)
    }

    /// Ends the innermost open element.
    fn close_element(&mut self, end: u32) {
        let Some(open) = self.open.pop() else { return };
        self.scope.leave(open.scope_mark);
        let element = self.tree.element_mut(open.id);
        element.last_child = open.last_child;
        element.end = end;
    }

    fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn check_node_count(&mut self, span: Span) -> Result<(), Stop> {
        if self.tree.nodes.len() + self.tree.attributes.len() > self.limits.nodes {
            let message = format!(
                "the document has more nodes than the limit of {}",
                self.limits.nodes
            );
            return self.limit(message, span);
        }
        Ok(())
    }

    fn check_text_size(&mut self, span: Span) -> Result<(), Stop> {
        if span.len() as usize > self.limits.text_bytes {
            let message = format!(
                "a text has {} bytes, more than the limit of {}",
                span.len(),
                self.limits.text_bytes
            );
            return self.limit(message, span);
        }
        Ok(())
    }

    /// Reports a limit and ends reading.
    fn limit(&mut self, message: String, span: Span) -> Result<(), Stop> {
        self.problems
            .add(Diagnostic::error(&codes::LIMIT, message).at(span))?;
        Err(Stop)
    }

    /// Reports that the tree can hold no more. The limit on document size lies far below.
    fn full(&mut self, _: Full) -> Stop {
        let full = Diagnostic::error(
            &codes::LIMIT,
            "the document has more parts than are counted",
        );
        let _ = self.problems.add(full);
        Stop
    }

    fn error(
        &mut self,
        code: &'static reglament_source::Code,
        message: String,
        span: Span,
    ) -> Result<(), Stop> {
        self.problems.add(Diagnostic::error(code, message).at(span))
    }

    /// Goes on reading at `offset`.
    fn restart(&mut self, offset: u32) -> Result<(), Stop> {
        if self.tokens.restart(offset) {
            return Ok(());
        }
        self.limit(
            "the document has more malformed tags than are looked at".to_owned(),
            Span::at(offset),
        )
    }

    fn doctype(&mut self, span: Span) -> Result<(), Stop> {
        let refused = Diagnostic::error(&codes::DOCTYPE, "a DOCTYPE is not read").at(span);
        self.problems
            .add(refused.hint("take the DOCTYPE out and write what its entities stand for"))
    }

    /// Something begins at the start of `token` and has no end.
    fn broken(&mut self, token: Token) -> Result<(), Stop> {
        let start = token.span.start as usize;
        let rest = self.text.get(start..).unwrap_or_default();
        let (what, end, width) = match rest.as_bytes() {
            [b'<', b'!', b'-', b'-', ..] => ("comment", "-->", 4),
            [b'<', b'!', b'[', ..] if rest.starts_with("<![CDATA[") => ("CDATA section", "]]>", 9),
            [b'<', b'!', b'D' | b'd', ..] => {
                self.flush_text()?;
                self.doctype(token::span(start, start + 2))?;
                return self.skip_to_tag(start + 2);
            }
            [b'<', b'!', ..] => {
                self.flush_text()?;
                let message = "expected `<!--` or `<![CDATA[` behind `<!`".to_owned();
                self.error(&codes::UNCLOSED, message, token::span(start, start + 2))?;
                return self.skip_to_tag(start + 2);
            }
            [b'<', b'?', ..] => ("processing instruction", "?>", 2),
            _ => return self.broken_tag(start, rest),
        };
        self.flush_text()?;
        let message = format!("the {what} is not closed, expected `{end}`");
        self.error(&codes::UNCLOSED, message, token::span(start, start + width))?;
        self.skip_to_tag(start + width)
    }

    /// A tag that quotes keep open to the end of the text: it is taken to end at its first `>`.
    fn broken_tag(&mut self, start: usize, rest: &'s str) -> Result<(), Stop> {
        if let Some(length) = rest.find('>') {
            let span = token::span(start, start + length + 1);
            self.restart(span.end)?;
            let problems = self.problems.len();
            match rest.as_bytes().get(1..length) {
                Some([b'/', ..]) => self.end_tag(span)?,
                Some([.., b'/']) => self.start_tag(span, true)?,
                _ => self.start_tag(span, false)?,
            }
            if self.problems.len() > problems {
                return Ok(());
            }
        }
        self.flush_text()?;
        let message = "the tag is not closed, expected `>`".to_owned();
        self.error(&codes::UNCLOSED, message, token::span(start, start + 1))?;
        self.skip_to_tag(start + 1)
    }

    /// Goes on at the next `<` from `offset` on, or at the end.
    fn skip_to_tag(&mut self, offset: usize) -> Result<(), Stop> {
        let rest = self.text.get(offset..).unwrap_or_default();
        let skipped = rest.find('<').unwrap_or(rest.len());
        self.restart(token::span(0, offset + skipped).end)
    }
}
