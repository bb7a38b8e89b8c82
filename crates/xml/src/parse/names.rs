//! Names, the namespaces they are in, and attributes of one name (Namespaces in XML 1.0, 3 to 6).

use reglament_source::{Diagnostic, Span};

use super::scope::{self, XMLNS};
use super::{Parser, Stop, token};
use crate::codes;
use crate::name::{self, XML_NAMESPACE, XMLNS_NAMESPACE};
use crate::tree::{ElementData, NO_NAMESPACE, Str};

/// Up to so many attributes are compared each with each.
const FEW_ATTRIBUTES: usize = 16;

impl<'s> Parser<'s> {
    /// The length of the prefix of a name; 0 for what is no name, which is reported.
    #[inline]
    pub(super) fn check_name(&mut self, name: &str, span: Span) -> Result<u16, Stop> {
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

    pub(super) fn declare(&mut self, prefix: &'s str, value: Str, span: Span) -> Result<(), Stop> {
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

    /// Looks up the prefixes of a tag once all its declarations are known.
    pub(super) fn resolve_names(
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
}

/// The neighbours in `order` that are the same.
fn adjacent(order: &[usize], is_same: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let pairs = order.iter().zip(order.iter().skip(1));
    pairs
        .filter(|(a, b)| is_same(**a, **b))
        .map(|(a, b)| (*a, *b))
        .collect()
}
