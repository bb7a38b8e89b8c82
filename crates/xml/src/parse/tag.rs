//! Start and end tags (XML 1.0, 3.1).

use reglament_source::{Diagnostic, Span};

use super::cursor::Cursor;
use super::{Open, Parser, Stop, token};
use crate::codes;
use crate::name::{self, is_name_byte, is_space};
use crate::tree::{ElementData, NodeId, Str, row};

impl<'s> Parser<'s> {
    pub(super) fn start_tag(&mut self, span: Span, is_self_closing: bool) -> Result<(), Stop> {
        let behind = self.text.get(span.start as usize + 1..).unwrap_or_default();
        if !behind.chars().next().is_some_and(name::begins_name) {
            return self.stray_angle(span.start);
        }
        self.flush_text()?;
        let closing = if is_self_closing { 2 } else { 1 };
        let mut cursor = Cursor {
            text: self.text,
            at: span.start as usize + 1,
            end: (span.end as usize).saturating_sub(closing),
        };
        let name_span = cursor.take_while(is_name_byte);
        let name = cursor.slice(name_span);
        let prefix_len = self.check_name(name, name_span)?;
        let scope_mark = self.scope.mark();
        let attributes_start = row(self.tree.attributes.len()).map_err(|full| self.full(full))?;
        self.names.clear();
        let trailing = loop {
            let separator = cursor.take_while(is_space);
            if !self.attribute(&mut cursor, separator, span)? {
                break separator;
            }
        };
        let is_cut = cursor.peek() == Some(b'<');
        let mut element = ElementData::named(Str::source(name_span), prefix_len);
        element.attributes_start = attributes_start;
        element.attributes_len = token::span(0, self.names.len()).end;
        element.trailing = Str::source(trailing);
        element.is_self_closing = is_self_closing && !is_cut;
        element.end = span.end;
        let span = if is_cut {
            token::span(span.start as usize, cursor.at)
        } else {
            span
        };
        self.resolve_names(&mut element, name, name_span)?;
        self.open_element(element, name, span, scope_mark)?;
        if is_cut {
            let message = format!("the tag `{name}` is not closed, expected `>`, found `<`");
            self.error(&codes::UNCLOSED, message, Span::new(span.end, span.end + 1))?;
            return self.restart(span.end);
        }
        if is_self_closing {
            self.close_element(span.end);
        }
        Ok(())
    }

    /// Adds the element and makes it the innermost open one.
    fn open_element(
        &mut self,
        element: ElementData,
        name: &'s str,
        span: Span,
        scope_mark: usize,
    ) -> Result<(), Stop> {
        let parent = self.parent();
        let id = self
            .tree
            .push_element(element, parent, span)
            .map_err(|full| self.full(full))?;
        if !self.is_outside_root() {
            self.append(id);
        } else if self.tree.root == NodeId::NONE {
            self.append(id);
            self.tree.root = id;
        } else {
            // A second root is read, so that its problems are reported too, and is then left out.
            let message = format!("expected one root element, found another: `{name}`");
            let first = self.tree.node(self.tree.root).span;
            let second = Diagnostic::error(&codes::ROOT, message).at(span);
            self.problems.add(second.label(first, "the root element"))?;
        }
        self.open.push(Open {
            id,
            name,
            last_child: NodeId::NONE,
            scope_mark,
        });
        self.check_node_count(span)?;
        if self.open.len() - 1 > self.limits.depth {
            let limit = self.limits.depth;
            return self.limit(
                format!("elements are nested deeper than the limit of {limit}"),
                span,
            );
        }
        Ok(())
    }

    pub(super) fn end_tag(&mut self, span: Span) -> Result<(), Stop> {
        self.flush_text()?;
        let content = self.slice(Span::new(span.start + 2, span.end.saturating_sub(1)));
        if let Some(open) = self.open.last()
            && self.open.len() > 1
            && open.name == content
        {
            self.close_element(span.end);
            return Ok(());
        }
        self.unusual_end_tag(span, content)
    }

    /// An end tag that is not exactly the one that is due.
    fn unusual_end_tag(&mut self, span: Span, content: &'s str) -> Result<(), Stop> {
        let name_len = content
            .bytes()
            .position(|b| !is_name_byte(b))
            .unwrap_or(content.len());
        let (name, rest) = content.split_at_checked(name_len).unwrap_or((content, ""));
        let name_span = token::span(0, name_len).shifted(span.start + 2);
        let mut end = span.end;
        if let Some(angle) = rest.find('<') {
            end = name_span.end + token::span(0, angle).end;
            let message = format!("the tag `/{name}` is not closed, expected `>`, found `<`");
            self.error(&codes::UNCLOSED, message, Span::new(end, end + 1))?;
            self.restart(end)?;
        } else if !rest.bytes().all(is_space) {
            let message = format!("expected `>` behind `</{name}`");
            self.error(
                &codes::BAD_ATTRIBUTE,
                message,
                Span::new(name_span.end, span.end - 1),
            )?;
        }
        let Some(depth) = self.open.iter().skip(1).rposition(|open| open.name == name) else {
            let message = format!("the end tag `</{name}>` closes nothing");
            return self.error(&codes::MISMATCHED_TAG, message, Span::new(span.start, end));
        };
        // One entry of `open` is the document, and `depth` counts from the root.
        while self.open.len() > depth + 2 {
            let Some(open) = self.open.last() else { break };
            let message = format!(
                "element `{}` is not closed, expected `</{0}>`, found `</{name}>`",
                open.name
            );
            let start_tag = self.tree.node(open.id).span;
            let diagnostic = Diagnostic::error(&codes::MISMATCHED_TAG, message).at(start_tag);
            self.problems
                .add(diagnostic.label(Span::new(span.start, end), "the end tag that is found"))?;
            self.close_element(span.start);
        }
        self.close_element(end);
        Ok(())
    }
}
