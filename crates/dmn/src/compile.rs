//! From models to a graph that can be evaluated.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_feel::{Expression, Function, Names, Type};
use reglament_source::{Code, Diagnostic, Span};
use reglament_xml::ElementRef;

use crate::boxed::Surroundings;
use crate::codes;
use crate::graph::{Graph, Node, NodeKind, Requirement, Service};
use crate::item::{Item, Items, Shape, TypeRef};
use crate::model::{Model, element, elements};

/// How deep boxed expressions may be nested.
pub(crate) const DEPTH_LIMIT: u32 = 64;

/// The compiled decisions of a model, cheap to clone and free to use from many threads.
#[derive(Clone, Debug)]
pub struct Decisions {
    graph: Arc<Graph>,
}

impl Decisions {
    /// Compiles a model with the models that it imports, directly or through others.
    ///
    /// All problems are reported at once. Where a diagnostic is an error, the decisions are given
    /// all the same, so that tools can go on, and the broken parts are null; a host that decides by
    /// them refuses the model. There are none only when requirements go in a circle.
    #[must_use]
    pub fn compile(model: &Model, imported: &[&Model]) -> (Option<Decisions>, Vec<Diagnostic>) {
        let mut compiler = Compiler::new(model, imported);
        compiler.define_items();
        compiler.define_nodes();
        compiler.resolve();
        let circle = compiler.find_circle();
        if !circle {
            compiler.bodies();
        }
        compiler.enter(0);
        let Compiler {
            nodes,
            items,
            diagnostics,
            ..
        } = compiler;
        let graph = Arc::new(Graph { nodes, items });
        ((!circle).then_some(Decisions { graph }), diagnostics)
    }

    pub(crate) fn graph(&self) -> &Arc<Graph> {
        &self.graph
    }

    /// The names of the decisions in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = self
            .graph
            .nodes
            .iter()
            .filter(|node| node.model == 0 && matches!(node.kind, NodeKind::Decision(_)));
        own.map(|node| &*node.name)
    }

    /// Everything that can be evaluated, in the order of the file: decisions, decision services and
    /// business knowledge models.
    pub fn invocables(&self) -> impl Iterator<Item = &str> {
        let own = self
            .graph
            .nodes
            .iter()
            .filter(|node| node.model == 0 && !matches!(node.kind, NodeKind::Input));
        own.map(|node| &*node.name)
    }

    /// The names of the inputs in the order of the file.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        let inputs = self
            .graph
            .nodes
            .iter()
            .filter(|node| matches!(node.kind, NodeKind::Input));
        inputs.map(|node| &*node.name)
    }
}

/// What compiles; the model that is being compiled is `models[current]`.
pub(crate) struct Compiler<'m> {
    models: Vec<&'m Model>,
    current: usize,
    /// How many diagnostics there were when the current model was entered.
    entered_at: usize,
    elements: Vec<ElementRef<'m>>,
    nodes: Vec<Node>,
    items: Items,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) depth: u32,
    base: Names,
}

impl<'m> Compiler<'m> {
    fn new(model: &'m Model, imported: &[&'m Model]) -> Self {
        let mut models = vec![model];
        let mut diagnostics = Vec::new();
        let mut next = 0;
        while let Some(importing) = models.get(next).copied() {
            for import in importing.imports() {
                if models
                    .iter()
                    .any(|model| model.namespace() == import.namespace)
                {
                    continue;
                }
                match imported
                    .iter()
                    .find(|model| model.namespace() == import.namespace)
                {
                    Some(found) => models.push(found),
                    None => diagnostics.push(Diagnostic::error(
                        &codes::IMPORT,
                        format!(
                            "expected a model of namespace `{}`, found none",
                            import.namespace
                        ),
                    )),
                }
            }
            next += 1;
        }
        Compiler {
            models,
            current: 0,
            entered_at: diagnostics.len(),
            elements: Vec::new(),
            nodes: Vec::new(),
            items: Items::default(),
            diagnostics,
            depth: 0,
            base: Names::none(),
        }
    }

    /// Goes on with another model. What was found in an imported one names it instead of a place,
    /// because places are those of the file that is compiled.
    fn enter(&mut self, model: usize) {
        if self.current != 0
            && let Some(imported) = self.models.get(self.current)
        {
            for diagnostic in self.diagnostics.iter_mut().skip(self.entered_at) {
                let message = std::mem::take(&mut diagnostic.message);
                diagnostic.message =
                    format!("in the imported model `{}`: {message}", imported.name());
                diagnostic.span = None;
                diagnostic.labels.clear();
            }
        }
        self.entered_at = self.diagnostics.len();
        self.current = model;
    }

    fn report(&mut self, code: &'static Code, of: ElementRef<'_>, message: String) {
        let mut diagnostic = Diagnostic::error(code, message).at(of.span());
        if let Some(id) = of.attribute("id") {
            diagnostic = diagnostic.on(id);
        }
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn missing(&mut self, of: ElementRef<'_>, what: &str) {
        self.report(
            &codes::MISSING,
            of,
            format!("expected {what} in `{}`", of.local_name()),
        );
    }

    /// Reserves a number for every named item definition, then fills them in.
    fn define_items(&mut self) {
        let mut definitions = Vec::new();
        for (index, model) in self.models.iter().enumerate() {
            for definition in elements(model.document().root(), "itemDefinition") {
                let name = definition.attribute("name").unwrap_or_default().to_owned();
                let number = self.items.items.len();
                self.items.items.push(Item {
                    shape: Shape::Alias(TypeRef::Any),
                    collection: false,
                    allowed: None,
                    constraint: None,
                    order: None,
                });
                self.items.by_name.insert((index, name), number);
                definitions.push((index, number, definition));
            }
        }
        for (model, number, definition) in &definitions {
            self.enter(*model);
            let item = self.item(*definition);
            if let Some(place) = self.items.items.get_mut(*number) {
                *place = item;
            }
        }
        self.declare_types();
    }

    /// Makes the item definitions known to `instance of`, those of an import with its prefix.
    fn declare_types(&mut self) {
        let mut base = self.base.clone();
        for ((model, name), number) in &self.items.by_name {
            let ty = self.items.feel_type(&TypeRef::Item(*number), 16);
            let namespace = self
                .models
                .get(*model)
                .map_or("", |model| model.namespace());
            for import in self.models.iter().flat_map(|model| model.imports()) {
                if import.namespace == namespace && !import.name.is_empty() {
                    base.declare_type(&format!("{}.{name}", import.name), ty.clone());
                }
            }
            base.declare_type(name, ty);
        }
        self.base = base;
    }

    fn item(&mut self, of: ElementRef<'_>) -> Item {
        let components: Vec<ElementRef<'_>> = elements(of, "itemComponent").collect();
        let shape = if components.is_empty() {
            Shape::Alias(self.alias(of))
        } else {
            let mut typed = Vec::new();
            for component in components {
                let name: Arc<str> = component.attribute("name").unwrap_or_default().into();
                self.base.declare(&name);
                typed.push((name, self.component(component)));
            }
            Shape::Components(typed)
        };
        let none = Surroundings::default();
        let allowed = element(of, "allowedValues");
        let constraint = element(of, "typeConstraint");
        Item {
            shape,
            collection: of.attribute("isCollection") == Some("true"),
            allowed: allowed.and_then(|tests| self.tests(tests, &none)),
            constraint: constraint.and_then(|tests| self.tests(tests, &none)),
            order: allowed
                .or(constraint)
                .and_then(|tests| self.order(tests, &none)),
        }
    }

    fn component(&mut self, of: ElementRef<'_>) -> TypeRef {
        // Nesting of components is that of the file, which the reader has bounded.
        if self.depth >= DEPTH_LIMIT {
            self.missing(of, "less nesting");
            return TypeRef::Any;
        }
        self.depth += 1;
        let item = self.item(of);
        self.depth -= 1;
        self.items.items.push(item);
        TypeRef::Item(self.items.items.len() - 1)
    }

    /// The type that an item definition without components refers to.
    fn alias(&mut self, of: ElementRef<'_>) -> TypeRef {
        if let Some(function) = element(of, "functionItem") {
            return TypeRef::Function(elements(function, "parameters").count());
        }
        match element(of, "typeRef") {
            Some(name) => self.type_named(name.text().trim(), name),
            None => TypeRef::Any,
        }
    }

    /// The type that the attribute `typeRef` names.
    pub(crate) fn type_of(&mut self, of: ElementRef<'_>) -> TypeRef {
        match of.attribute("typeRef") {
            Some(name) => self.type_named(name.trim(), of),
            None => TypeRef::Any,
        }
    }

    fn type_named(&mut self, name: &str, at: ElementRef<'_>) -> TypeRef {
        let plain = match name.split_once(':') {
            Some((prefix, local)) if at.resolve_prefix(prefix).is_some() || prefix == "feel" => {
                local
            }
            _ => name,
        };
        if let Some(index) = self.items.by_name.get(&(self.current, plain.to_owned())) {
            return TypeRef::Item(*index);
        }
        if let Some(index) = self.imported_item(plain) {
            return TypeRef::Item(index);
        }
        if let Some(base) = base_type(plain) {
            return base;
        }
        let message = format!("expected a type, found `{name}`");
        let diagnostic = Diagnostic::warning(&codes::UNKNOWN_TYPE, message).at(at.span());
        self.diagnostics.push(diagnostic);
        TypeRef::Any
    }

    fn imported_item(&self, name: &str) -> Option<usize> {
        let model = self.models.get(self.current)?;
        model.imports().iter().find_map(|import| {
            let local = if import.name.is_empty() {
                name
            } else {
                name.strip_prefix(&import.name)?.strip_prefix('.')?
            };
            let target = self.model_of(&import.namespace)?;
            self.items.by_name.get(&(target, local.to_owned())).copied()
        })
    }

    fn model_of(&self, namespace: &str) -> Option<usize> {
        self.models
            .iter()
            .position(|model| model.namespace() == namespace)
    }

    fn define_nodes(&mut self) {
        let mut seen = BTreeMap::new();
        for (index, model) in self.models.clone().into_iter().enumerate() {
            self.enter(index);
            for of in model.document().root().children() {
                let kind = match of.local_name() {
                    "inputData" => NodeKind::Input,
                    "decision" => NodeKind::Decision(None),
                    "businessKnowledgeModel" => NodeKind::Knowledge(None),
                    "decisionService" => NodeKind::Service(Service::default()),
                    _ => continue,
                };
                let Some(name) = of.attribute("name") else {
                    self.missing(of, "`name`");
                    continue;
                };
                let name: Arc<str> = name.into();
                // Expressions name an imported element behind the name of the import.
                if index != 0 && Function::builtin(&name).is_none() {
                    self.base.declare_if_spaced(&name);
                }
                if seen.insert((index, name.clone()), ()).is_some() {
                    self.report(
                        &codes::DUPLICATE,
                        of,
                        format!("expected one `{name}`, found two"),
                    );
                }
                let callable = matches!(kind, NodeKind::Knowledge(_) | NodeKind::Service(_));
                let ty = match element(of, "variable") {
                    Some(variable) if !callable => self.type_of(variable),
                    _ => TypeRef::Any,
                };
                let id = of.attribute("id").unwrap_or_default().to_owned();
                self.nodes.push(Node {
                    name,
                    id,
                    span: of.span(),
                    model: index,
                    ty,
                    requires: Vec::new(),
                    kind,
                });
                self.elements.push(of);
            }
        }
    }

    fn resolve(&mut self) {
        for index in 0..self.elements.len() {
            let Some(of) = self.elements.get(index).copied() else {
                continue;
            };
            self.enter(self.nodes.get(index).map_or(0, |node| node.model));
            let mut requires = Vec::new();
            let of_requirements = of.children().filter(|child| {
                matches!(
                    child.local_name(),
                    "informationRequirement" | "knowledgeRequirement"
                )
            });
            for reference in of_requirements.flat_map(|requirement| requirement.children()) {
                if reference.attribute("href").is_some() {
                    requires.extend(self.reference(reference));
                }
            }
            let service = (of.local_name() == "decisionService").then(|| self.service(of));
            let Some(node) = self.nodes.get_mut(index) else {
                continue;
            };
            if let NodeKind::Knowledge(_) = node.kind {
                // A knowledge model may call itself.
                requires.push(Requirement {
                    prefix: None,
                    node: index,
                });
            }
            if let Some(service) = service {
                node.kind = NodeKind::Service(service);
            }
            node.requires = requires;
        }
    }

    fn service(&mut self, of: ElementRef<'_>) -> Service {
        let mut list = |name: &'static str| -> Vec<usize> {
            let references: Vec<ElementRef<'_>> = elements(of, name).collect();
            let resolved = references
                .into_iter()
                .filter_map(|reference| self.reference(reference));
            resolved.map(|requirement| requirement.node).collect()
        };
        let mut parameters = list("inputData");
        parameters.extend(list("inputDecision"));
        let outputs = list("outputDecision");
        let name = |index: &usize| self.nodes.get(*index).map(|node| node.name.clone());
        let names = parameters.iter().filter_map(name).collect();
        Service {
            parameters,
            names,
            outputs,
        }
    }

    /// The node that an `href` means.
    fn reference(&mut self, of: ElementRef<'_>) -> Option<Requirement> {
        let href = of.attribute("href").unwrap_or_default();
        let (namespace, id) = href.rsplit_once('#').unwrap_or(("", href));
        let model = if namespace.is_empty() {
            Some(self.current)
        } else {
            self.model_of(namespace)
        };
        let node = self
            .nodes
            .iter()
            .position(|node| Some(node.model) == model && node.id == id);
        let Some(node) = node else {
            self.report(
                &codes::UNRESOLVED,
                of,
                format!("expected an element, found `{href}`"),
            );
            return None;
        };
        let importing = self.models.get(self.current)?;
        let prefix = importing
            .imports()
            .iter()
            .find(|import| import.namespace == namespace && model != Some(self.current))
            .map(|import| import.name.as_str())
            .filter(|name| !name.is_empty())
            .map(Arc::from);
        Some(Requirement { prefix, node })
    }

    /// Reports a decision that requires itself, if there is one.
    fn find_circle(&mut self) -> bool {
        // 0 not seen, 1 on the way, 2 done.
        let mut state = vec![0u8; self.nodes.len()];
        for start in 0..self.nodes.len() {
            let mut path = vec![(start, 0usize)];
            while let Some((current, next)) = path.last_mut() {
                let current = *current;
                if *next == 0 && std::mem::replace(state.get_mut(current).unwrap_or(&mut 0), 1) == 2
                {
                    if let Some(place) = state.get_mut(current) {
                        *place = 2;
                    }
                    path.pop();
                    continue;
                }
                let required = self
                    .nodes
                    .get(current)
                    .and_then(|node| node.requires.get(*next));
                *next += 1;
                let Some(target) = required.map(|requirement| requirement.node) else {
                    if let Some(place) = state.get_mut(current) {
                        *place = 2;
                    }
                    path.pop();
                    continue;
                };
                let decides = self
                    .nodes
                    .get(target)
                    .is_some_and(|node| matches!(node.kind, NodeKind::Decision(_)));
                match state.get(target) {
                    Some(1) if decides => {
                        self.circle(target);
                        return true;
                    }
                    Some(0) => path.push((target, 0)),
                    _ => {}
                }
            }
        }
        false
    }

    fn circle(&mut self, node: usize) {
        let name = self
            .nodes
            .get(node)
            .map(|node| node.name.clone())
            .unwrap_or_default();
        self.enter(self.nodes.get(node).map_or(0, |node| node.model));
        if let Some(of) = self.elements.get(node).copied() {
            self.report(
                &codes::CYCLE,
                of,
                format!("decision `{name}` requires itself"),
            );
        }
    }

    fn bodies(&mut self) {
        for index in 0..self.elements.len() {
            let Some(of) = self.elements.get(index).copied() else {
                continue;
            };
            self.enter(self.nodes.get(index).map_or(0, |node| node.model));
            let Some(node) = self.nodes.get(index) else {
                continue;
            };
            let around = self.surroundings(node);
            let kind = match node.kind {
                NodeKind::Decision(_) => NodeKind::Decision(self.boxed_in(of, &around)),
                NodeKind::Knowledge(_) => {
                    let name = node.name.clone();
                    let logic = element(of, "encapsulatedLogic");
                    let mut function = logic.and_then(|logic| self.function(logic, name, &around));
                    if let Some(function) = &mut function {
                        function.visible.clear();
                        function.result = self.result_of(of);
                    }
                    NodeKind::Knowledge(function.map(Arc::new))
                }
                NodeKind::Input | NodeKind::Service(_) => continue,
            };
            if let Some(node) = self.nodes.get_mut(index) {
                node.kind = kind;
            }
        }
    }

    /// The type that a knowledge model's variable declares for its results, unless that is the type
    /// of the function itself.
    fn result_of(&mut self, of: ElementRef<'_>) -> TypeRef {
        let Some(variable) = element(of, "variable") else {
            return TypeRef::Any;
        };
        let ty = self.type_of(variable);
        match self.items.feel_type(&ty, 16) {
            Type::Function(..) => TypeRef::Any,
            _ => ty,
        }
    }

    /// What the expressions of a node can name.
    fn surroundings(&self, node: &Node) -> Surroundings {
        let mut around = Surroundings {
            names: self.base.clone(),
            visible: Vec::new(),
        };
        for requirement in &node.requires {
            let target = self.nodes.get(requirement.node).map(|node| &node.name);
            if let Some(name) = requirement.prefix.as_ref().or(target) {
                around.add(name);
            }
        }
        around
    }

    /// The expression in a `text` element.
    pub(crate) fn feel(
        &mut self,
        of: ElementRef<'_>,
        text: ElementRef<'_>,
        around: &Surroundings,
    ) -> Option<Expression> {
        self.expression(of, text, around, |text, names| {
            Expression::parse(text, names)
        })
    }

    /// The unary tests within an element; none for `-` and empty ones.
    pub(crate) fn tests(
        &mut self,
        of: ElementRef<'_>,
        around: &Surroundings,
    ) -> Option<Expression> {
        let text = element(of, "text")?;
        if matches!(text.text().trim(), "" | "-") {
            return None;
        }
        self.expression(of, text, around, |text, names| {
            Expression::parse_unary_tests(text, names)
        })
    }

    /// The values that unary tests list, as one list.
    pub(crate) fn order(
        &mut self,
        of: ElementRef<'_>,
        around: &Surroundings,
    ) -> Option<Expression> {
        let text = element(of, "text")?.text().into_owned();
        Expression::parse(&format!("[{text}]"), &around.names).0
    }

    fn expression(
        &mut self,
        of: ElementRef<'_>,
        text: ElementRef<'_>,
        around: &Surroundings,
        parse: impl FnOnce(&str, &Names) -> (Option<Expression>, Vec<Diagnostic>),
    ) -> Option<Expression> {
        let language = of.attribute("expressionLanguage").unwrap_or("FEEL");
        if !language.to_ascii_lowercase().contains("feel") {
            self.report(
                &codes::LANGUAGE,
                of,
                format!("expected FEEL, found `{language}`"),
            );
            return None;
        }
        let content = text.text();
        if content.trim().is_empty() {
            self.missing(text, "an expression");
            return None;
        }
        let (expression, problems) = parse(&content, &around.names);
        let whole = text.text_span().unwrap_or(text.span());
        // Where the file has entities, offsets within the text are not those of the file.
        let verbatim = text.document().source().slice(whole) == content;
        for mut problem in problems {
            let place = problem.span.filter(|_| verbatim);
            problem.span = Some(place.map_or(whole, |span: Span| span.shifted(whole.start)));
            if let Some(id) = of.attribute("id") {
                problem = problem.on(id);
            }
            self.diagnostics.push(problem);
        }
        expression
    }
}

/// The types of FEEL, also under the names of older versions.
fn base_type(name: &str) -> Option<TypeRef> {
    Some(TypeRef::Base(match name {
        "number" => Type::Number,
        "string" => Type::String,
        "boolean" => Type::Boolean,
        "date" => Type::Date,
        "time" => Type::Time,
        "date and time" | "dateTime" => Type::DateTime,
        "days and time duration" | "dayTimeDuration" => Type::DaysTimeDuration,
        "years and months duration" | "yearMonthDuration" => Type::YearsMonthsDuration,
        "Any" => return Some(TypeRef::Any),
        "Null" => Type::Null,
        "list" => Type::List(Arc::new(Type::Any)),
        "context" => Type::Context(Arc::new([])),
        "function" | "<Undefined>" => return Some(TypeRef::Any),
        _ => return None,
    }))
}
