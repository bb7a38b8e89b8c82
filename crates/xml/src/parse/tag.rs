//! Start and end tags with their attributes (XML 1.0, 3.1 and 3.3.3; Namespaces in XML 1.0).

use reglament_source::{Diagnostic, Span};

use super::scope::{self, XMLNS};
use super::{Open, Parser, Stop, reference, token};
use crate::codes;
use crate::name::{self, XML_NAMESPACE, XMLNS_NAMESPACE, is_name_byte, is_space};
use crate::tree::{AttributeData, ElementData, NO_NAMESPACE, NodeId, Str, row};

/// Up to so many attributes are compared each with each.
const FEW_ATTRIBUTES: usize = 16;

/// The neighbours in `order` that are the same.
fn adjacent(order: &[usize], is_same: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let pairs = order.iter().zip(order.iter().skip(1));
    pairs
        .filter(|(a, b)| is_same(**a, **b))
        .map(|(a, b)| (*a, *b))
        .collect()
}

/// A place inside a tag.
struct Cursor<'s> {
    text: &'s str,
    at: usize,
    /// Where `>` or `/>` begins.
    end: usize,
}

impl<'s> Cursor<'s> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        if self.at < self.end {
            self.text.as_bytes().get(self.at).copied()
        } else {
            None
        }
    }

    /// Goes on while `holds`, and gives what was passed.
    #[inline]
    fn take_while(&mut self, holds: impl Fn(u8) -> bool) -> Span {
        let bytes = self
            .text
            .as_bytes()
            .get(self.at..self.end)
            .unwrap_or_default();
        let len = bytes
            .iter()
            .position(|byte| !holds(*byte))
            .unwrap_or(bytes.len());
        let start = self.at;
        self.at += len;
        token::span(start, self.at)
    }

    fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The character at the cursor, for a message.
    fn character(&self) -> char {
        self.text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
            .unwrap_or('>')
    }
}

/// An attribute as it stands in the tag, before its name is looked up.
struct Written {
    separator: Span,
    name: Span,
    value: Span,
    quote: u8,
    /// Whether the value holds `&`, or white space other than spaces.
    is_changed_by_reading: bool,
}

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

    /// Reads one attribute behind the white space before it; false when there is none left, or when the tag breaks off at `<`.
    fn attribute(
        &mut self,
        cursor: &mut Cursor<'s>,
        separator: Span,
        tag: Span,
    ) -> Result<bool, Stop> {
        match cursor.peek() {
            None | Some(b'<') => return Ok(false),
            Some(byte) if !is_name_byte(byte) => {
                self.not_an_attribute(cursor)?;
                return Ok(true);
            }
            Some(_) => {}
        }
        let name_span = cursor.take_while(is_name_byte);
        let name = cursor.slice(name_span);
        if separator.is_empty() {
            let message = format!("expected white space before attribute `{name}`");
            self.error(&codes::BAD_ATTRIBUTE, message, name_span)?;
        }
        cursor.take_while(is_space);
        if cursor.peek() != Some(b'=') {
            let message = format!("attribute `{name}` has no value");
            self.error(&codes::BAD_ATTRIBUTE, message, name_span)?;
            return Ok(true);
        }
        cursor.at += 1;
        cursor.take_while(is_space);
        let (value, quote, is_changed_by_reading) = match cursor.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                cursor.at += 1;
                self.quoted_value(cursor, quote, name)?
            }
            _ => self.unquoted_value(cursor, name)?,
        };
        let written = Written {
            separator,
            name: name_span,
            value,
            quote,
            is_changed_by_reading,
        };
        self.add_attribute(written, name)?;
        if self.names.len() > self.limits.attributes {
            let limit = self.limits.attributes;
            self.limit(
                format!("an element has more attributes than the limit of {limit}"),
                tag,
            )?;
        }
        Ok(true)
    }

    /// Reports something that no attribute begins with, and passes it.
    fn not_an_attribute(&mut self, cursor: &mut Cursor<'s>) -> Result<(), Stop> {
        let found = cursor.character();
        let start = cursor.at;
        cursor.at += found.len_utf8();
        if matches!(found, '"' | '\'') {
            cursor.take_while(|byte| byte != found as u8 && byte != b'<');
            if cursor.peek() == Some(found as u8) {
                cursor.at += 1;
            }
        } else {
            cursor.take_while(|byte| {
                !is_space(byte) && !is_name_byte(byte) && !matches!(byte, b'<' | b'"' | b'\'')
            });
        }
        let message = format!("expected an attribute, found `{found}`");
        self.error(
            &codes::BAD_ATTRIBUTE,
            message,
            token::span(start, cursor.at),
        )
    }

    /// Reads a value behind its opening quote.
    fn quoted_value(
        &mut self,
        cursor: &mut Cursor<'s>,
        quote: u8,
        name: &str,
    ) -> Result<(Span, u8, bool), Stop> {
        let start = cursor.at;
        let bytes = self
            .text
            .as_bytes()
            .get(start..cursor.end)
            .unwrap_or_default();
        let (mut is_changed, mut angle, mut closed) = (false, None, None);
        for (index, byte) in bytes.iter().enumerate() {
            // Everything that matters is at or below `<`, and most characters are above.
            if *byte > b'<' {
                continue;
            }
            match *byte {
                byte if byte == quote => {
                    closed = Some(index);
                    break;
                }
                b'&' | b'\t' | b'\n' | b'\r' => is_changed = true,
                b'<' if angle.is_none() => angle = Some(index),
                _ => {}
            }
        }
        let length = closed.unwrap_or(bytes.len());
        let value = token::span(start, start + length);
        cursor.at = start + length + usize::from(closed.is_some());
        if closed.is_none() {
            let message = format!("the value of attribute `{name}` has no closing quote");
            self.error(
                &codes::BAD_ATTRIBUTE,
                message,
                Span::new(value.start - 1, value.end),
            )?;
        } else if let Some(angle) = angle {
            let found = token::span(start + angle, start + angle + 1);
            let message = format!("`<` stands in the value of attribute `{name}`");
            let diagnostic = Diagnostic::error(&codes::BAD_ATTRIBUTE, message).at(found);
            self.problems.add(diagnostic.hint("write `&lt;`"))?;
        }
        self.check_text_size(value)?;
        Ok((value, quote, is_changed))
    }

    fn unquoted_value(
        &mut self,
        cursor: &mut Cursor<'s>,
        name: &str,
    ) -> Result<(Span, u8, bool), Stop> {
        let value = cursor.take_while(|byte| !is_space(byte) && byte != b'<');
        let message = format!("the value of attribute `{name}` has no quotes");
        let unquoted = Diagnostic::error(&codes::BAD_ATTRIBUTE, message).at(value);
        self.problems.add(unquoted.hint("write it between `\"`"))?;
        Ok((value, b'"', true))
    }

    fn add_attribute(&mut self, written: Written, name: &'s str) -> Result<(), Stop> {
        let prefix_len = self.check_name(name, written.name)?;
        let value = if written.is_changed_by_reading {
            self.attribute_value(written.value)?
        } else {
            Str::source(written.value)
        };
        let (prefix, local) = name::split(name, prefix_len);
        let is_declaration = name == "xmlns" || prefix == Some("xmlns");
        let namespace = if is_declaration { XMLNS } else { NO_NAMESPACE };
        self.names.push(name);
        self.tree.attributes.push(AttributeData {
            name: Str::source(written.name),
            value,
            separator: Str::source(written.separator),
            value_span: written.value,
            start: written.name.start,
            namespace,
            prefix_len,
            quote: written.quote,
            is_declaration,
        });
        if is_declaration {
            let declared = if prefix.is_some() { local } else { "" };
            self.declare(declared, value, written.name)?;
        }
        Ok(())
    }

    fn declare(&mut self, prefix: &'s str, value: Str, span: Span) -> Result<(), Stop> {
        let uri = self.tree.str(value);
        let problem = match (prefix, uri) {
            ("xml", XML_NAMESPACE) => return Ok(()),
            ("xml" | "xmlns", _) => Some(format!("the prefix `{prefix}` cannot be declared")),
            (_, XML_NAMESPACE | XMLNS_NAMESPACE) => {
                Some(format!("the namespace `{uri}` cannot be declared"))
            }
            ("", "") => {
                self.scope.declare("", NO_NAMESPACE);
                return Ok(());
            }
            (_, "") => Some(format!(
                "the prefix `{prefix}` cannot stand for no namespace"
            )),
            _ => None,
        };
        if let Some(message) = problem {
            return self.error(&codes::BAD_NAMESPACE, message, span);
        }
        let namespace =
            scope::add_namespace(&mut self.tree, value).map_err(|full| self.full(full))?;
        self.scope.declare(prefix, namespace);
        if self.scope.len() > self.limits.prefixes {
            let limit = self.limits.prefixes;
            return self.limit(
                format!("the document has more prefixes than the limit of {limit}"),
                span,
            );
        }
        Ok(())
    }

    /// The value that an attribute stands for: references replaced, white space made spaces.
    fn attribute_value(&mut self, span: Span) -> Result<Str, Stop> {
        let from = self.tree.pool.len();
        let mut rest = self.slice(span);
        while let Some(index) = rest.find(['&', '\t', '\n', '\r']) {
            let (before, found) = rest.split_at_checked(index).unwrap_or((rest, ""));
            self.tree.pool.push_str(before);
            if let Some(line) = found.strip_prefix("\r\n") {
                self.tree.pool.push(' ');
                rest = line;
            } else if let Some(behind) = found.strip_prefix('&') {
                let offset = span.end - token::span(0, found.len()).end;
                rest = self.reference_in_value(behind, offset)?;
            } else {
                self.tree.pool.push(' ');
                rest = found.get(1..).unwrap_or_default();
            }
        }
        self.tree.pool.push_str(rest);
        self.tree.owned_since(from).map_err(|full| self.full(full))
    }

    /// Reads a reference whose `&` is at `offset`; gives what is behind it.
    fn reference_in_value(&mut self, behind: &'s str, offset: u32) -> Result<&'s str, Stop> {
        let end = behind
            .find([';', '&', '<'])
            .filter(|end| behind.as_bytes().get(*end) == Some(&b';'));
        let Some(end) = end else {
            self.tree.pool.push('&');
            let message = "`&` does not begin a reference".to_owned();
            let lone = Diagnostic::error(&codes::BAD_REFERENCE, message);
            let lone = lone.at(Span::new(offset, offset + 1));
            self.problems.add(lone.hint("write `&amp;`"))?;
            return Ok(behind);
        };
        let (body, rest) = behind.split_at_checked(end).unwrap_or((behind, ""));
        match reference::resolve(body) {
            Ok(c) => {
                self.tree.habits.has_hexadecimal_references |= body.starts_with("#x");
                self.tree.pool.push(c);
            }
            Err(message) => {
                let span = token::span(0, body.len() + 2).shifted(offset);
                self.tree.pool.push('&');
                self.tree.pool.push_str(body);
                self.tree.pool.push(';');
                self.error(&codes::BAD_REFERENCE, message, span)?;
            }
        }
        Ok(rest.get(1..).unwrap_or_default())
    }

    /// The length of the prefix of a name; 0 for what is no name, which is reported.
    #[inline]
    fn check_name(&mut self, name: &str, span: Span) -> Result<u16, Stop> {
        self.check_name_size(name, span)?;
        if let Some(prefix_len) = name::prefix_len(name) {
            return Ok(prefix_len);
        }
        self.error(&codes::BAD_NAME, format!("`{name}` is not a name"), span)?;
        Ok(0)
    }

    pub(super) fn check_name_size(&mut self, name: &str, span: Span) -> Result<(), Stop> {
        let limit = self.limits.name_bytes.min(crate::Limits::MAX_NAME_BYTES);
        if name.len() > limit {
            return self.limit(
                format!("a name is longer than the limit of {limit} bytes"),
                span,
            );
        }
        Ok(())
    }

    /// Looks up the prefixes of a tag once all its declarations are known.
    fn resolve_names(
        &mut self,
        element: &mut ElementData,
        name: &'s str,
        span: Span,
    ) -> Result<(), Stop> {
        let (prefix, _) = name::split(name, element.prefix_len);
        element.namespace = self.resolve_prefix(prefix.unwrap_or_default(), span)?;
        let start = element.attributes_start as usize;
        let mut prefixed = 0;
        for index in start..self.tree.attributes.len() {
            let Some(attribute) = self.tree.attributes.get(index).copied() else {
                break;
            };
            element.has_declarations |= attribute.is_declaration;
            if attribute.prefix_len > 0 && !attribute.is_declaration {
                prefixed += 1;
                let name = self.names.get(index - start).copied().unwrap_or_default();
                let (prefix, _) = name::split(name, attribute.prefix_len);
                let span = token::span(0, name.len()).shifted(attribute.start);
                let namespace = self.resolve_prefix(prefix.unwrap_or_default(), span)?;
                if let Some(attribute) = self.tree.attributes.get_mut(index) {
                    attribute.namespace = namespace;
                }
            }
        }
        self.check_duplicates(start, prefixed > 1)
    }

    #[inline]
    fn resolve_prefix(&mut self, prefix: &str, span: Span) -> Result<u32, Stop> {
        let namespace = self.scope.resolve(prefix);
        if prefix.is_empty() || namespace != NO_NAMESPACE && namespace != XMLNS {
            return Ok(namespace);
        }
        if namespace == XMLNS {
            let message = "the prefix `xmlns` is for declarations only".to_owned();
            self.error(&codes::BAD_NAMESPACE, message, span)?;
            return Ok(NO_NAMESPACE);
        }
        let message = format!("the prefix `{prefix}` is not declared");
        let unknown = Diagnostic::error(&codes::UNKNOWN_PREFIX, message).at(span);
        self.problems
            .add(unknown.hint(format!("declare it with `xmlns:{prefix}=\"...\"`")))?;
        Ok(NO_NAMESPACE)
    }

    /// Reports attributes of one name. Attributes are few, so each is compared with each; only
    /// when they are many are they sorted.
    fn check_duplicates(&mut self, start: usize, by_namespace: bool) -> Result<(), Stop> {
        if self.names.len() > FEW_ATTRIBUTES {
            return self.check_many_duplicates(start);
        }
        for later in 1..self.names.len() {
            let name = self.names.get(later).copied().unwrap_or_default();
            let earlier = self
                .names
                .iter()
                .take(later)
                .position(|earlier| *earlier == name);
            let earlier = match earlier {
                None if by_namespace => self.same_expanded_name(start, later),
                found => found,
            };
            if let Some(earlier) = earlier {
                self.duplicate(start + earlier, start + later, name)?;
            }
        }
        Ok(())
    }

    fn same_expanded_name(&self, start: usize, later: usize) -> Option<usize> {
        let wanted = self.expanded_name(start, later)?;
        (0..later).find(|index| self.expanded_name(start, *index) == Some(wanted))
    }

    /// Namespace and local name of an attribute that has a prefix.
    fn expanded_name(&self, start: usize, index: usize) -> Option<(&str, &'s str)> {
        let attribute = self.tree.attributes.get(start + index)?;
        let (_, local) = name::split(self.names.get(index)?, attribute.prefix_len);
        Some((self.tree.namespace(attribute.namespace)?, local))
    }

    fn check_many_duplicates(&mut self, start: usize) -> Result<(), Stop> {
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by_key(|index| self.names.get(*index));
        let is_same = |a: usize, b: usize| self.names.get(a) == self.names.get(b);
        let mut found: Vec<(usize, usize)> = adjacent(&order, is_same);
        order.sort_by_key(|index| (self.expanded_name(start, *index), *index));
        found.extend(adjacent(&order, |a, b| {
            let name = self.expanded_name(start, a);
            name.is_some() && name == self.expanded_name(start, b) && !is_same(a, b)
        }));
        for (earlier, later) in found {
            let name = self.names.get(later).copied().unwrap_or_default();
            self.duplicate(start + earlier, start + later, name)?;
        }
        Ok(())
    }

    fn duplicate(&mut self, earlier: usize, later: usize, name: &str) -> Result<(), Stop> {
        let span = |index: usize| {
            let attribute = self.tree.attributes.get(index)?;
            Some(Span::new(
                attribute.start,
                attribute.value_span.end.saturating_add(1),
            ))
        };
        let (first, second) = (
            span(earlier).unwrap_or_default(),
            span(later).unwrap_or_default(),
        );
        let message = format!("the attribute `{name}` stands here twice");
        let duplicate = Diagnostic::error(&codes::DUPLICATE_ATTRIBUTE, message).at(second);
        self.problems.add(duplicate.label(first, "the first one"))
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
