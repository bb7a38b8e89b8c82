//! From the JSON of a form to a [`Form`]. All problems of the file are reported at once.

use std::sync::Arc;

use regex::Regex;
use reglament_feel::{Expression, Names, Number, Value};
use reglament_source::{Diagnostic, SourceText, Span};

use super::{Choice, Choices, Component, DateTimeKind, Form, Format, Identifier, Kind, Rules};
use crate::codes::{self, FORM_FILE};
use crate::tree::{Fields, Findings, Name, Node, Tree, parse_yaml};

/// Keys of a form that say nothing about values.
const FORM_LOOKS: &[&str] = &[
    "$schema",
    "type",
    "schemaVersion",
    "executionPlatform",
    "executionPlatformVersion",
    "exporter",
    "versionTag",
    "properties",
];

/// Keys of a component that say nothing about which values are right.
const LOOKS: &[&str] = &[
    "id",
    "description",
    "defaultValue",
    "readonly",
    "layout",
    "appearance",
    "searchable",
    "dateLabel",
    "timeLabel",
    "timeSerializingFormat",
    "timeInterval",
    "use24h",
    "increment",
    "verticalAlignment",
    "showOutline",
    "isRepeating",
    "allowAddRemove",
    "defaultRepetitions",
    "nonCollapsedItems",
    "disableCollapse",
    "text",
    "content",
    "source",
    "alt",
    "action",
    "url",
    "height",
    "width",
    "security",
    "dataSource",
    "columns",
    "columnsExpression",
    "rowCount",
    "expression",
    "computeOn",
    "accept",
    "multiple",
    "title",
    "endpointKey",
    "maxHeight",
];

/// The types of components, and whether they have a value.
const TYPES: &[(&str, bool)] = &[
    ("textfield", true),
    ("textarea", true),
    ("number", true),
    ("checkbox", true),
    ("datetime", true),
    ("radio", true),
    ("select", true),
    ("checklist", true),
    ("taglist", true),
    ("filepicker", true),
    ("expression", true),
    ("group", false),
    ("dynamiclist", false),
    ("text", false),
    ("html", false),
    ("image", false),
    ("iframe", false),
    ("table", false),
    ("documentPreview", false),
    ("button", false),
    ("separator", false),
    ("spacer", false),
];

impl Form {
    /// Reads a form.
    ///
    /// There is none when the text is not JSON or the form has no id; a component that cannot be
    /// understood is left out and reported.
    #[must_use]
    pub fn read(source: &SourceText) -> (Option<Self>, Vec<Diagnostic>) {
        let root = match parse_yaml(source, &FORM_FILE) {
            Ok(root) => root,
            Err(diagnostic) => return (None, vec![*diagnostic]),
        };
        let mut findings = Findings::new(&FORM_FILE);
        let form = form(&root, &mut findings);
        if let Some(form) = &form {
            unique(&form.components, &mut findings);
        }
        let mut diagnostics = findings.diagnostics;
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        (form, diagnostics)
    }
}

fn form(root: &Node, findings: &mut Findings) -> Option<Form> {
    let mut fields = Fields::of("the form", root, findings)?;
    let head = Span::at(root.span.start);
    let id = fields.required("id", "the form", head, findings);
    let components = components(&mut fields, findings);
    for key in FORM_LOOKS {
        fields.take(key);
    }
    fields.finish_asked("the form", findings);
    Some(Form {
        id: id?,
        components,
    })
}

fn components(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<Component> {
    let nodes = fields.mappings("components", findings);
    let read = |node: &&Node| component(node, findings);
    nodes.iter().filter_map(read).collect()
}

fn component(node: &Node, findings: &mut Findings) -> Option<Component> {
    let mut fields = Fields::of("components", node, findings)?;
    let kind_name = fields.required("type", "the component", node.span, findings)?;
    let Some((name, has_value)) = TYPES.iter().find(|(name, _)| **name == *kind_name.text) else {
        let known: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
        let expected = format!("one of {}", crate::tree::list(&known));
        findings.invalid("type", expected, &kind_name, kind_name.span);
        return None;
    };
    let key = fields.name("key", findings);
    let label = fields.text("label", findings);
    let what = match (&key, &label) {
        (Some(key), _) => format!("`{key}`"),
        (None, Some(label)) => format!("{name} «{label}»"),
        (None, None) => format!("the {name}"),
    };
    if *has_value && key.is_none() {
        findings.missing(&what, "key", node.span);
    }
    let mut rules = rules(&mut fields, &what, findings);
    let labels = properties(&mut fields, &mut rules, findings);
    let hide = hide(&mut fields, &what, findings);
    let component = Component {
        kind: kind(name, &mut fields, &what, node.span, findings)?,
        disabled: fields.boolean("disabled", findings).unwrap_or_default(),
        key: key.filter(|_| *has_value),
        label,
        labels,
        hide,
        rules,
    };
    for key in LOOKS {
        fields.take(key);
    }
    fields.finish_asked(&what, findings);
    Some(component)
}

fn kind(
    name: &str,
    fields: &mut Fields<'_>,
    what: &str,
    at: Span,
    findings: &mut Findings,
) -> Option<Kind> {
    Some(match name {
        "textfield" | "textarea" => Kind::Text,
        "number" => Kind::Number {
            decimal_digits: count(fields, "decimalDigits", findings),
            as_text: fields
                .boolean("serializeToString", findings)
                .unwrap_or_default(),
        },
        "checkbox" => Kind::Checkbox,
        "datetime" => Kind::DateTime(date_time(fields, what, at, findings)?),
        "radio" | "select" => Kind::One(choices(fields, what, at, findings)?),
        "checklist" | "taglist" => Kind::Several(choices(fields, what, at, findings)?),
        "filepicker" => Kind::Files,
        "expression" => Kind::Computed,
        "group" => Kind::Group {
            path: fields
                .text("path", findings)
                .filter(|path| !path.is_empty()),
            components: components(fields, findings),
        },
        "dynamiclist" => {
            let path = fields.required("path", what, at, findings);
            let components = components(fields, findings);
            Kind::Items {
                path: path?.text,
                components,
            }
        }
        _ => Kind::Shown,
    })
}

fn date_time(
    fields: &mut Fields<'_>,
    what: &str,
    at: Span,
    findings: &mut Findings,
) -> Option<DateTimeKind> {
    if let Some(node) = fields.value("disallowPassedDates")
        && !matches!(node.value, Tree::Boolean(false))
    {
        let message = format!("{what}: `disallowPassedDates` is not supported");
        let hint = "compare the date with the filing date in the flow, where the day is known";
        let diagnostic = Diagnostic::error(&codes::FORM_RULE, message);
        findings.push(diagnostic.at(node.span).hint(hint));
    }
    let kinds = [
        ("date", DateTimeKind::Date),
        ("time", DateTimeKind::Time),
        ("datetime", DateTimeKind::DateTime),
    ];
    match fields.value("subtype") {
        Some(_) => fields.choice("subtype", &kinds, findings),
        None => {
            findings.missing(what, "subtype", at);
            None
        }
    }
}

/// A whole number from 0.
fn count(fields: &mut Fields<'_>, key: &str, findings: &mut Findings) -> Option<u32> {
    let node = fields.value(key)?;
    let count = match &node.value {
        Tree::Number(number) => number.parse().ok(),
        _ => None,
    };
    if count.is_none() {
        findings.wrong_type(key, "a whole number from 0", node);
    }
    count
}

/// The rules under `validate`. One that is not known, or is computed, is refused.
fn rules(fields: &mut Fields<'_>, what: &str, findings: &mut Findings) -> Rules {
    let Some(node) = fields.value("validate") else {
        return Rules::default();
    };
    let Some(mut fields) = Fields::of("validate", node, findings) else {
        return Rules::default();
    };
    let rules = Rules {
        required: fields.boolean("required", findings).unwrap_or_default(),
        min_length: count(&mut fields, "minLength", findings),
        max_length: count(&mut fields, "maxLength", findings),
        min: number(&mut fields, "min", findings),
        max: number(&mut fields, "max", findings),
        pattern: pattern(&mut fields, what, findings),
        format: format(&mut fields, findings),
        identifier: None,
    };
    fields.finish_asked(&format!("`validate` of {what}"), findings);
    rules
}

fn number(fields: &mut Fields<'_>, key: &str, findings: &mut Findings) -> Option<Number> {
    let node = fields.value(key)?;
    let number = match &node.value {
        Tree::Number(number) => number.parse().ok(),
        _ => None,
    };
    if number.is_none() {
        findings.wrong_type(key, "a number", node);
    }
    number
}

fn pattern(fields: &mut Fields<'_>, what: &str, findings: &mut Findings) -> Option<Regex> {
    /// The largest compiled pattern, in bytes.
    const SIZE_LIMIT: usize = 1 << 20;
    let pattern = fields.name("pattern", findings)?;
    if pattern.text.is_empty() {
        return None;
    }
    let built = regex::RegexBuilder::new(&pattern.text)
        .size_limit(SIZE_LIMIT)
        .build();
    if built.is_err() {
        let message = format!("{what}: `{pattern}` is no pattern that is supported");
        let hint = "looking ahead, looking behind and references back are not";
        let diagnostic = Diagnostic::error(&codes::FORM_RULE, message);
        findings.push(diagnostic.at(pattern.span).hint(hint));
    }
    built.ok()
}

fn format(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Format> {
    let formats = [
        ("email", Some(Format::Email)),
        ("phone", Some(Format::Phone)),
        ("custom", None),
        ("", None),
    ];
    fields
        .choice("validationType", &formats, findings)
        .flatten()
}

/// Takes what the property list says: the identifier, and labels in other languages.
fn properties(
    fields: &mut Fields<'_>,
    rules: &mut Rules,
    findings: &mut Findings,
) -> Vec<(Arc<str>, Arc<str>)> {
    let identifiers = [
        ("iin", Identifier::Iin),
        ("bin", Identifier::Bin),
        ("iin or bin", Identifier::IinOrBin),
    ];
    let Some(node) = fields.value("properties") else {
        return Vec::new();
    };
    let Some(mut fields) = Fields::of("properties", node, findings) else {
        return Vec::new();
    };
    rules.identifier = fields.choice("identifier", &identifiers, findings);
    let Tree::Mapping(entries) = &node.value else {
        return Vec::new();
    };
    let label = |entry: &crate::tree::Entry| {
        let language = entry.key.strip_prefix("label.")?;
        let label = crate::tree::name(&entry.key, &entry.value, findings)?;
        Some((Arc::from(language), label.text))
    };
    // Other properties belong to whoever put them there.
    entries.iter().filter_map(label).collect()
}

fn hide(fields: &mut Fields<'_>, what: &str, findings: &mut Findings) -> Option<Expression> {
    let node = fields.value("conditional")?;
    let mut fields = Fields::of("conditional", node, findings)?;
    let hide = fields.name("hide", findings);
    fields.finish_asked(&format!("`conditional` of {what}"), findings);
    expression(
        "hide",
        &hide.filter(|name| !name.text.trim().is_empty())?,
        findings,
    )
}

/// A FEEL expression, with the `=` that marks it.
fn expression(what: &str, name: &Name, findings: &mut Findings) -> Option<Expression> {
    let Some(text) = name.text.trim_start().strip_prefix('=') else {
        findings.invalid(what, "an expression that begins with `=`", name, name.span);
        return None;
    };
    let (expression, diagnostics) = Expression::parse(text, &Names::default());
    for diagnostic in diagnostics.into_iter().filter(Diagnostic::is_error) {
        let message = format!("`{what}`: {}", diagnostic.message);
        let mut placed = Diagnostic::error(diagnostic.code, message).at(name.span);
        placed.hint = diagnostic.hint;
        findings.push(placed);
    }
    expression
}

fn choices(
    fields: &mut Fields<'_>,
    what: &str,
    at: Span,
    findings: &mut Findings,
) -> Option<Choices> {
    let fixed = fields.value("values");
    let variable = fields.name("valuesKey", findings);
    let computed = fields.name("valuesExpression", findings);
    match (fixed, variable, computed) {
        (Some(node), None, None) => fixed_choices(node, findings).map(Choices::Fixed),
        (None, Some(name), None) => Some(Choices::Variable(name.text)),
        (None, None, Some(name)) => {
            expression("valuesExpression", &name, findings).map(Choices::Expression)
        }
        (None, None, None) => {
            findings.missing(what, "values", at);
            None
        }
        _ => {
            let message =
                format!("{what} has more than one of `values`, `valuesKey`, `valuesExpression`");
            findings.push(Diagnostic::error(&codes::FORM_RULE, message).at(at));
            None
        }
    }
}

fn fixed_choices(node: &Node, findings: &mut Findings) -> Option<Vec<Choice>> {
    let Tree::List(items) = &node.value else {
        findings.wrong_type("values", "a list", node);
        return None;
    };
    let mut choices = Vec::new();
    for item in items {
        let Some(mut fields) = Fields::of("values", item, findings) else {
            continue;
        };
        let value = fields.value("value");
        let label = fields.text("label", findings);
        fields.finish_asked("a choice", findings);
        let Some(value) = value else {
            findings.missing("the choice", "value", item.span);
            continue;
        };
        match Value::from_json_str(&value.to_json()) {
            Ok(value) => choices.push(Choice {
                label: label.unwrap_or_else(|| value.to_string().into()),
                value,
            }),
            Err(error) => findings.invalid("value", error, value.to_json(), value.span),
        }
    }
    Some(choices)
}

/// No two components of one level write the same value.
fn unique(components: &[Component], findings: &mut Findings) {
    let mut seen: Vec<&Name> = Vec::new();
    for component in components {
        if let Some(key) = &component.key {
            if let Some(earlier) = seen.iter().find(|other| other.text == key.text) {
                let message = format!("the key `{key}` stands here twice");
                let diagnostic = Diagnostic::error(&codes::TWICE, message).at(key.span);
                findings.push(diagnostic.label(earlier.span, "first here"));
            }
            seen.push(key);
        }
        if let Kind::Group { components, .. } | Kind::Items { components, .. } = &component.kind {
            unique(components, findings);
        }
    }
}
