//! Boxed expressions (DMN 1.5, 7.3): their compiled form and how it is read.

use std::sync::{Arc, LazyLock};

use reglament_feel::{Expression, Names, Symbol, Variable};
use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

use crate::codes;
use crate::compile::Compiler;
use crate::item::TypeRef;
use crate::model::{element, elements};
use crate::table::DecisionTable;

/// A boxed expression with its declared type.
#[derive(Debug)]
pub(crate) struct Boxed {
    pub(crate) kind: BoxedKind,
    pub(crate) ty: TypeRef,
}

#[derive(Debug)]
pub(crate) enum BoxedKind {
    Literal(Expression),
    /// What could not be read; a diagnostic said why.
    Broken,
    /// Entries in order; the one without a name is the result.
    Context(Vec<(Option<Arc<str>>, Boxed)>),
    List(Vec<Boxed>),
    Relation(Vec<Arc<str>>, Vec<Vec<Boxed>>),
    Invocation(Box<Boxed>, Vec<(Arc<str>, Boxed)>),
    Function(Arc<BoxedFunction>),
    Conditional(Box<[Boxed; 3]>),
    Iteration(Iteration, Box<Boxed>, Arc<BoxedFunction>),
    Table(Box<DecisionTable>),
}

impl Boxed {
    /// The boxed expressions directly within.
    pub(crate) fn parts(&self) -> Vec<&Boxed> {
        match &self.kind {
            BoxedKind::Literal(_) | BoxedKind::Broken | BoxedKind::Table(_) => Vec::new(),
            BoxedKind::Context(entries) => entries.iter().map(|(_, entry)| entry).collect(),
            BoxedKind::List(items) => items.iter().collect(),
            BoxedKind::Relation(_, rows) => rows.iter().flatten().collect(),
            BoxedKind::Invocation(function, bindings) => {
                let bindings = bindings.iter().map(|(_, binding)| binding);
                std::iter::once(&**function).chain(bindings).collect()
            }
            BoxedKind::Function(function) => vec![&function.body],
            BoxedKind::Conditional(parts) => parts.iter().collect(),
            BoxedKind::Iteration(_, domain, body) => vec![domain, &body.body],
        }
    }
}

/// The iterating boxed expressions, each in terms of the FEEL expression that it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Iteration {
    For,
    Some,
    Every,
    Filter,
}

/// The name under which an iteration finds what it runs over.
pub(crate) const DOMAIN: &str = "domain of this iteration";
/// The name under which an iteration finds its body.
pub(crate) const BODY: &str = "body of this iteration";

impl Iteration {
    /// The FEEL expression that says what the iteration does.
    pub(crate) fn meaning(self) -> &'static Option<Expression> {
        static MEANINGS: LazyLock<[Option<Expression>; 4]> = LazyLock::new(|| {
            let names = Names::new([DOMAIN, BODY]);
            [
                format!("for x in {DOMAIN} return {BODY}(x, partial)"),
                format!("some x in {DOMAIN} satisfies {BODY}(x)"),
                format!("every x in {DOMAIN} satisfies {BODY}(x)"),
                format!("{DOMAIN}[{BODY}(item)]"),
            ]
            .map(|text| Expression::parse(&text, &names).0)
        });
        let [each, some, every, filter] = &*MEANINGS;
        match self {
            Iteration::For => each,
            Iteration::Some => some,
            Iteration::Every => every,
            Iteration::Filter => filter,
        }
    }
}

/// A function whose body is a boxed expression.
#[derive(Debug)]
pub(crate) struct BoxedFunction {
    pub(crate) name: Arc<str>,
    pub(crate) parameters: Vec<Arc<str>>,
    pub(crate) types: Vec<TypeRef>,
    pub(crate) result: TypeRef,
    pub(crate) body: Boxed,
    /// The variables of its surroundings, which it takes along.
    pub(crate) visible: Vec<Variable>,
    /// Whether the entries of its only argument are variables, as in a filter.
    pub(crate) opens_item: bool,
}

/// What expressions at some place can name.
#[derive(Clone, Default)]
pub(crate) struct Surroundings {
    pub(crate) names: Names,
    pub(crate) visible: Vec<Arc<str>>,
}

impl Surroundings {
    pub(crate) fn add(&mut self, name: &Arc<str>) {
        self.names.declare(name);
        if !self.visible.contains(name) {
            self.visible.push(name.clone());
        }
    }

    pub(crate) fn with<'n>(&self, names: impl IntoIterator<Item = &'n Arc<str>>) -> Surroundings {
        let mut inner = self.clone();
        for name in names {
            inner.add(name);
        }
        inner
    }

    pub(crate) fn variables(&self) -> Vec<Variable> {
        let variable = |name: &Arc<str>| Variable {
            name: name.clone(),
            symbol: Symbol::UNBOUND,
        };
        self.visible.iter().map(variable).collect()
    }
}

const KINDS: &[&str] = &[
    "literalExpression",
    "context",
    "list",
    "relation",
    "invocation",
    "functionDefinition",
    "conditional",
    "for",
    "some",
    "every",
    "filter",
    "decisionTable",
];

impl Compiler<'_> {
    /// The boxed expression that is a child of an element.
    pub(crate) fn boxed_in(
        &mut self,
        parent: ElementRef<'_>,
        around: &Surroundings,
    ) -> Option<Boxed> {
        let child = parent
            .children()
            .find(|child| KINDS.contains(&child.local_name()))?;
        Some(self.boxed(child, around))
    }

    /// As [`boxed_in`](Self::boxed_in), reporting when there is none.
    fn required(&mut self, parent: ElementRef<'_>, around: &Surroundings) -> Boxed {
        if let Some(boxed) = self.boxed_in(parent, around) {
            return boxed;
        }
        self.missing(parent, "an expression");
        Boxed {
            kind: BoxedKind::Broken,
            ty: TypeRef::Any,
        }
    }

    fn part(&mut self, of: ElementRef<'_>, name: &'static str, around: &Surroundings) -> Boxed {
        match element(of, name) {
            Some(part) => self.required(part, around),
            None => {
                self.missing(of, &format!("`{name}`"));
                Boxed {
                    kind: BoxedKind::Broken,
                    ty: TypeRef::Any,
                }
            }
        }
    }

    fn boxed(&mut self, of: ElementRef<'_>, around: &Surroundings) -> Boxed {
        let ty = self.type_of(of);
        // The text of a decision may nest further than any sensible model.
        if self.depth >= crate::compile::DEPTH_LIMIT {
            self.missing(of, "less nesting");
            return Boxed {
                kind: BoxedKind::Broken,
                ty,
            };
        }
        self.depth += 1;
        let kind = match of.local_name() {
            "literalExpression" => self.literal(of, around),
            "context" => self.context(of, around),
            "list" => {
                let items = of
                    .children()
                    .filter(|child| KINDS.contains(&child.local_name()));
                BoxedKind::List(items.map(|item| self.boxed(item, around)).collect())
            }
            "relation" => self.relation(of, around),
            "invocation" => self.invocation(of, around),
            "functionDefinition" => self
                .function(of, of.attribute("name").unwrap_or_default().into(), around)
                .map_or(BoxedKind::Broken, |function| {
                    BoxedKind::Function(Arc::new(function))
                }),
            "conditional" => {
                let parts = ["if", "then", "else"].map(|name| self.part(of, name, around));
                BoxedKind::Conditional(Box::new(parts))
            }
            "for" => self.iteration(of, Iteration::For, "return", around),
            "some" => self.iteration(of, Iteration::Some, "satisfies", around),
            "every" => self.iteration(of, Iteration::Every, "satisfies", around),
            "filter" => self.iteration(of, Iteration::Filter, "match", around),
            _ => BoxedKind::Table(Box::new(self.table(of, around))),
        };
        self.depth -= 1;
        Boxed { kind, ty }
    }

    fn literal(&mut self, of: ElementRef<'_>, around: &Surroundings) -> BoxedKind {
        let Some(text) = element(of, "text") else {
            self.missing(of, "`text`");
            return BoxedKind::Broken;
        };
        self.feel(of, text, around)
            .map_or(BoxedKind::Broken, BoxedKind::Literal)
    }

    fn context(&mut self, of: ElementRef<'_>, around: &Surroundings) -> BoxedKind {
        let mut inner = around.clone();
        let mut entries = Vec::new();
        for entry in elements(of, "contextEntry") {
            let variable = element(entry, "variable");
            let mut value = self.required(entry, &inner);
            let name: Option<Arc<str>> = variable
                .and_then(|variable| variable.attribute("name"))
                .map(Arc::from);
            if let Some(variable) = variable
                && variable.attribute("typeRef").is_some()
            {
                value.ty = self.type_of(variable);
            }
            if let Some(name) = &name {
                inner.add(name);
            }
            entries.push((name, value));
        }
        BoxedKind::Context(entries)
    }

    fn relation(&mut self, of: ElementRef<'_>, around: &Surroundings) -> BoxedKind {
        let columns: Vec<Arc<str>> = elements(of, "column")
            .map(|column| column.attribute("name").unwrap_or_default().into())
            .collect();
        let mut rows = Vec::new();
        for row in elements(of, "row") {
            let cells = row
                .children()
                .filter(|child| KINDS.contains(&child.local_name()));
            rows.push(cells.map(|cell| self.boxed(cell, around)).collect());
        }
        BoxedKind::Relation(columns, rows)
    }

    fn invocation(&mut self, of: ElementRef<'_>, around: &Surroundings) -> BoxedKind {
        let function = self.required(of, around);
        let mut bindings = Vec::new();
        for binding in elements(of, "binding") {
            let name = element(binding, "parameter").and_then(|p| p.attribute("name"));
            let Some(name) = name else {
                self.missing(binding, "`parameter` with a name");
                continue;
            };
            let value = self.boxed_in(binding, around).unwrap_or(Boxed {
                kind: BoxedKind::List(Vec::new()),
                ty: TypeRef::Any,
            });
            bindings.push((name.into(), value));
        }
        BoxedKind::Invocation(Box::new(function), bindings)
    }

    /// A function definition; `None` for one in another language, which is reported.
    pub(crate) fn function(
        &mut self,
        of: ElementRef<'_>,
        name: Arc<str>,
        around: &Surroundings,
    ) -> Option<BoxedFunction> {
        let kind = of.attribute("kind").unwrap_or("FEEL");
        if kind != "FEEL" {
            let message = format!("expected a function in FEEL, found one of kind {kind}");
            let diagnostic = Diagnostic::warning(&codes::EXTERNAL, message).at(of.span());
            self.diagnostics.push(diagnostic);
            return None;
        }
        let mut parameters: Vec<Arc<str>> = Vec::new();
        let mut types = Vec::new();
        for parameter in elements(of, "formalParameter") {
            parameters.push(parameter.attribute("name").unwrap_or_default().into());
            types.push(self.type_of(parameter));
        }
        let body = self.required(of, &around.with(&parameters));
        let result = TypeRef::Any;
        let visible = around.variables();
        Some(BoxedFunction {
            name,
            parameters,
            types,
            result,
            body,
            visible,
            opens_item: false,
        })
    }

    fn iteration(
        &mut self,
        of: ElementRef<'_>,
        iteration: Iteration,
        body: &'static str,
        around: &Surroundings,
    ) -> BoxedKind {
        let domain = self.part(of, "in", around);
        let opens_item = iteration == Iteration::Filter;
        let variable = if opens_item {
            Some("item")
        } else {
            of.attribute("iteratorVariable")
        };
        let Some(variable) = variable else {
            self.missing(of, "`iteratorVariable`");
            return BoxedKind::Broken;
        };
        let mut parameters: Vec<Arc<str>> = vec![variable.into()];
        if iteration == Iteration::For {
            parameters.push("partial".into());
        }
        let types = vec![TypeRef::Any; parameters.len()];
        let body = self.part(of, body, &around.with(&parameters));
        let function = BoxedFunction {
            name: BODY.into(),
            parameters,
            types,
            result: TypeRef::Any,
            body,
            visible: around.variables(),
            opens_item,
        };
        BoxedKind::Iteration(iteration, Box::new(domain), Arc::new(function))
    }
}
