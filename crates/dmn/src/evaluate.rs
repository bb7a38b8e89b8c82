//! Evaluating decisions in the order of their requirements.

use std::fmt;
use std::sync::Arc;

use reglament_feel::{
    Call, Context, EvaluationContext, Function, List, Scope, Symbol, Value, Variable, Warning,
    WarningKind,
};

use crate::boxed::{BODY, Boxed, BoxedFunction, BoxedKind, DOMAIN, Iteration};
use crate::compile::Decisions;
use crate::function::{Definition, Layer, node_function};
use crate::graph::{Graph, NodeKind, Requirement};
use crate::item::TypeRef;

/// What evaluating a decision gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The value of the decision.
    pub value: Value,
    /// Why parts of it are null, decision by decision.
    pub warnings: Vec<DecisionWarning>,
    /// Every decision that was evaluated, with its value, in the order of evaluation.
    pub decisions: Vec<(Arc<str>, Value)>,
}

/// A warning and the decision in whose evaluation it arose.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionWarning {
    /// The name of the decision or input.
    pub decision: Arc<str>,
    /// What happened; its span is within the text of the expression.
    pub warning: Warning,
}

/// There is no decision or decision service of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDecision {
    /// The name that was asked for.
    pub name: String,
}

impl fmt::Display for UnknownDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the model has no decision `{}`", self.name)
    }
}

impl std::error::Error for UnknownDecision {}

impl Decisions {
    /// Evaluates a decision, by its name or id, with everything that it requires.
    ///
    /// A decision service or a business knowledge model is called with the inputs that have the
    /// names of its parameters.
    ///
    /// DIFFERENCE: the logic of a decision may also name inputs that it does not require, and what it
    /// requires by its id, because modelers write such models and engines evaluate them. What is
    /// required, by its name, comes first.
    ///
    /// # Errors
    /// [`UnknownDecision`] when the model has no such decision, service or knowledge model.
    pub fn evaluate(
        &self,
        name: &str,
        inputs: &dyn Scope,
        context: &EvaluationContext,
    ) -> Result<Outcome, UnknownDecision> {
        let graph = self.graph();
        let unknown = || UnknownDecision {
            name: name.to_owned(),
        };
        let node = graph.find(name).ok_or_else(unknown)?;
        match graph.nodes.get(node).map(|node| &node.kind) {
            Some(NodeKind::Decision(_)) => {}
            Some(NodeKind::Service(_) | NodeKind::Knowledge(_)) => {
                return Ok(invoke(graph, node, name, inputs, context));
            }
            _ => return Err(unknown()),
        }
        Ok(decide(graph, node, inputs, context))
    }

    /// Evaluates the decision that has the id; `None` when there is none.
    pub(crate) fn evaluate_decision(
        &self,
        id: &str,
        inputs: &dyn Scope,
        context: &EvaluationContext,
    ) -> Option<Outcome> {
        let graph = self.graph();
        let node = graph.decision(id)?;
        Some(decide(graph, node, inputs, context))
    }
}

fn decide(
    graph: &Arc<Graph>,
    node: usize,
    inputs: &dyn Scope,
    context: &EvaluationContext,
) -> Outcome {
    let (outcome, _) = Call::start(context, |call| {
        let mut run = Run::new(graph, inputs);
        let value = run.decide(node, call);
        Outcome {
            value,
            warnings: run.warnings,
            decisions: run.decisions,
        }
    });
    outcome
}

/// Calls a service or knowledge model with the inputs of its parameters' names.
fn invoke(
    graph: &Arc<Graph>,
    node: usize,
    name: &str,
    inputs: &dyn Scope,
    context: &EvaluationContext,
) -> Outcome {
    let (value, warnings) = Call::start(context, |call| match node_function(graph, node) {
        Value::Function(function) => {
            let parameters = function.parameters();
            let given = parameters.iter().map(|name| named(inputs, name).cloned());
            call.call(&function, given.map(Option::unwrap_or_default).collect())
        }
        _ => Value::Null,
    });
    let decision: Arc<str> = name.into();
    let of_it = |warning| DecisionWarning {
        decision: decision.clone(),
        warning,
    };
    let warnings = warnings.into_iter().map(of_it).collect();
    Outcome {
        value,
        warnings,
        decisions: Vec::new(),
    }
}

/// The value of a name that no expression has bound.
pub(crate) fn named<'s>(scope: &'s dyn Scope, name: &Arc<str>) -> Option<&'s Value> {
    scope.get(&Variable {
        name: name.clone(),
        symbol: Symbol::UNBOUND,
    })
}

/// One evaluation of a part of the graph.
pub(crate) struct Run<'g> {
    graph: &'g Arc<Graph>,
    inputs: &'g dyn Scope,
    values: Vec<Option<Value>>,
    warnings: Vec<DecisionWarning>,
    decisions: Vec<(Arc<str>, Value)>,
}

impl<'g> Run<'g> {
    pub(crate) fn new(graph: &'g Arc<Graph>, inputs: &'g dyn Scope) -> Self {
        let values = vec![None; graph.nodes.len()];
        Run {
            graph,
            inputs,
            values,
            warnings: Vec::new(),
            decisions: Vec::new(),
        }
    }

    /// Evaluates what a decision requires and then the decision.
    fn decide(&mut self, node: usize, call: &mut Call<'_, '_>) -> Value {
        for next in self.order(node) {
            if self.values.get(next).is_some_and(Option::is_none) {
                let value = self.node(next, call);
                self.keep_warnings(next, call);
                if let Some(place) = self.values.get_mut(next) {
                    *place = Some(value);
                }
            }
        }
        self.values.get(node).cloned().flatten().unwrap_or_default()
    }

    /// Inputs and decisions that a decision needs, each after what it requires itself.
    ///
    /// The way is kept in a list of its own, because chains of decisions may be long.
    fn order(&self, node: usize) -> Vec<usize> {
        let mut order = Vec::new();
        let mut seen = vec![false; self.graph.nodes.len()];
        let mut path = vec![(node, 0)];
        while let Some((current, next)) = path.last_mut() {
            let current = *current;
            let Some(place) = self.graph.nodes.get(current) else {
                break;
            };
            let known = self.values.get(current).is_some_and(Option::is_some);
            let required = if known {
                None
            } else {
                place.requires.get(*next)
            };
            *next += 1;
            match required {
                Some(requirement) => {
                    let target = requirement.node;
                    let evaluated = matches!(
                        self.graph.nodes.get(target).map(|node| &node.kind),
                        Some(NodeKind::Input | NodeKind::Decision(_))
                    );
                    if let Some(seen) = seen.get_mut(target)
                        && evaluated
                        && !std::mem::replace(seen, true)
                    {
                        path.push((target, 0));
                    }
                }
                None => {
                    order.push(current);
                    path.pop();
                }
            }
        }
        order
    }

    fn keep_warnings(&mut self, node: usize, call: &mut Call<'_, '_>) {
        let Some(node) = self.graph.nodes.get(node) else {
            return;
        };
        for warning in call.take_warnings() {
            self.warnings.push(DecisionWarning {
                decision: node.name.clone(),
                warning,
            });
        }
    }

    fn node(&mut self, index: usize, call: &mut Call<'_, '_>) -> Value {
        let Some(node) = self.graph.nodes.get(index) else {
            return Value::Null;
        };
        match &node.kind {
            NodeKind::Input => {
                let Some(value) = named(self.inputs, &node.name).cloned() else {
                    call.warn(
                        WarningKind::MissingVariable,
                        format!("input `{}` is missing", node.name),
                    );
                    return Value::Null;
                };
                typed(self.graph, &node.ty, value, &node.name, call)
            }
            NodeKind::Decision(body) => {
                let required = self.required(index);
                let by_id = ById {
                    run: self,
                    requires: &node.requires,
                };
                let scope = Layer {
                    entries: &required,
                    outer: &by_id,
                };
                let value = match body {
                    Some(body) => boxed(self.graph, body, &scope, call),
                    None => Value::Null,
                };
                let value = typed(self.graph, &node.ty, value, &node.name, call);
                self.decisions.push((node.name.clone(), value.clone()));
                value
            }
            NodeKind::Knowledge(_) | NodeKind::Service(_) => node_function(self.graph, index),
        }
    }

    /// What a node can name: its requirements, those of an import as one context.
    pub(crate) fn required(&self, node: usize) -> Vec<(Arc<str>, Value)> {
        let mut entries: Vec<(Arc<str>, Value)> = Vec::new();
        let requires = self
            .graph
            .nodes
            .get(node)
            .map(|node| &*node.requires)
            .unwrap_or_default();
        for requirement in requires {
            let Some(target) = self.graph.nodes.get(requirement.node) else {
                continue;
            };
            let value = match self.values.get(requirement.node).cloned().flatten() {
                Some(value) => value,
                None => node_function(self.graph, requirement.node),
            };
            let Some(prefix) = &requirement.prefix else {
                entries.push((target.name.clone(), value));
                continue;
            };
            match entries.iter_mut().find(|(name, _)| name == prefix) {
                Some((_, Value::Context(context))) => context.set(target.name.clone(), value),
                _ => {
                    let context: Context = [(target.name.clone(), value)].into_iter().collect();
                    entries.push((prefix.clone(), Value::Context(context)));
                }
            }
        }
        entries
    }
}

/// What a decision requires by the ids, and all inputs: for models that name things so.
struct ById<'r, 'g> {
    run: &'r Run<'g>,
    requires: &'r [Requirement],
}

impl Scope for ById<'_, '_> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        let nodes = &self.run.graph.nodes;
        let required = self.requires.iter().find(|requirement| {
            let node = nodes.get(requirement.node);
            requirement.prefix.is_none() && node.is_some_and(|node| *node.id == *variable.name)
        });
        let value = required.and_then(|found| self.run.values.get(found.node)?.as_ref());
        value.or_else(|| self.run.inputs.get(variable))
    }
}

/// Calls a decision service.
pub(crate) fn service(
    graph: &Arc<Graph>,
    node: usize,
    arguments: &[Value],
    call: &mut Call<'_, '_>,
) -> Value {
    let Some(place) = graph.nodes.get(node) else {
        return Value::Null;
    };
    let NodeKind::Service(service) = &place.kind else {
        return Value::Null;
    };
    let mut run = Run::new(graph, &());
    for (parameter, argument) in service.parameters.iter().zip(arguments) {
        let Some(target) = graph.nodes.get(*parameter) else {
            continue;
        };
        let value = typed(graph, &target.ty, argument.clone(), &target.name, call);
        if let Some(slot) = run.values.get_mut(*parameter) {
            *slot = Some(value);
        }
    }
    let mut outputs = Context::new();
    for output in &service.outputs {
        let value = run.decide_within(*output, call);
        let Some(target) = graph.nodes.get(*output) else {
            continue;
        };
        outputs.set(target.name.clone(), value);
    }
    let value = match (&*service.outputs, outputs.iter().next()) {
        ([_], Some((_, value))) => value.clone(),
        _ => Value::Context(outputs.clone()),
    };
    typed(graph, &place.ty, value, &place.name, call)
}

impl Run<'_> {
    /// As [`decide`](Run::decide), leaving the warnings to the caller.
    fn decide_within(&mut self, node: usize, call: &mut Call<'_, '_>) -> Value {
        for next in self.order(node) {
            if self.values.get(next).is_some_and(Option::is_none) {
                let value = self.node(next, call);
                if let Some(place) = self.values.get_mut(next) {
                    *place = Some(value);
                }
            }
        }
        self.values.get(node).cloned().flatten().unwrap_or_default()
    }
}

/// The value as one of the declared type, or null with a warning.
pub(crate) fn typed(
    graph: &Graph,
    ty: &TypeRef,
    value: Value,
    name: &str,
    call: &mut Call<'_, '_>,
) -> Value {
    if matches!(ty, TypeRef::Any) {
        return value;
    }
    match graph.items.convert(ty, &value, call) {
        Some(converted) => converted,
        None => {
            call.warn(
                WarningKind::TypeMismatch,
                format!("the value {value} does not fit the type of `{name}`"),
            );
            Value::Null
        }
    }
}

/// Evaluates a boxed expression.
pub(crate) fn boxed(
    graph: &Arc<Graph>,
    boxed: &Boxed,
    scope: &dyn Scope,
    call: &mut Call<'_, '_>,
) -> Value {
    if !call.charge(1) {
        return Value::Null;
    }
    let value = match &boxed.kind {
        BoxedKind::Literal(expression) => call.evaluate(expression, scope),
        BoxedKind::Broken => {
            call.warn(
                WarningKind::InvalidArgument,
                "the expression could not be read",
            );
            Value::Null
        }
        BoxedKind::Context(entries) => context(graph, entries, scope, call),
        BoxedKind::List(items) => items
            .iter()
            .map(|item| self::boxed(graph, item, scope, call))
            .collect::<List>()
            .into(),
        BoxedKind::Relation(columns, rows) => {
            let row = |cells: &Vec<Boxed>, call: &mut Call<'_, '_>| {
                let values = cells
                    .iter()
                    .map(|cell| self::boxed(graph, cell, scope, call));
                Value::Context(columns.iter().cloned().zip(values).collect())
            };
            rows.iter()
                .map(|cells| row(cells, call))
                .collect::<List>()
                .into()
        }
        BoxedKind::Invocation(function, bindings) => {
            invocation(graph, function, bindings, scope, call)
        }
        BoxedKind::Function(function) => definition(graph, function, scope),
        BoxedKind::Conditional(parts) => {
            let [condition, then, otherwise] = &**parts;
            let holds = self::boxed(graph, condition, scope, call) == Value::Boolean(true);
            self::boxed(graph, if holds { then } else { otherwise }, scope, call)
        }
        BoxedKind::Iteration(iteration, domain, body) => {
            self::iteration(graph, *iteration, domain, body, scope, call)
        }
        BoxedKind::Table(table) => table.evaluate(scope, &graph.items, call),
    };
    typed(graph, &boxed.ty, value, "the expression", call)
}

fn context(
    graph: &Arc<Graph>,
    entries: &[(Option<Arc<str>>, Boxed)],
    scope: &dyn Scope,
    call: &mut Call<'_, '_>,
) -> Value {
    let mut values: Vec<(Arc<str>, Value)> = Vec::with_capacity(entries.len());
    for (name, entry) in entries {
        let inner = Layer {
            entries: &values,
            outer: scope,
        };
        let value = boxed(graph, entry, &inner, call);
        match name {
            Some(name) => values.push((name.clone(), value)),
            None => return value,
        }
    }
    Value::Context(values.into_iter().collect())
}

/// A function definition with the values around it.
fn definition(graph: &Arc<Graph>, function: &Arc<BoxedFunction>, scope: &dyn Scope) -> Value {
    let captured = function
        .visible
        .iter()
        .filter_map(|variable| Some((variable.name.clone(), scope.get(variable)?.clone())))
        .collect();
    let (graph, function) = (graph.clone(), function.clone());
    Function::host(Arc::new(Definition {
        graph,
        function,
        captured,
    }))
    .into()
}

fn invocation(
    graph: &Arc<Graph>,
    function: &Boxed,
    bindings: &[(Arc<str>, Boxed)],
    scope: &dyn Scope,
    call: &mut Call<'_, '_>,
) -> Value {
    let Value::Function(function) = boxed(graph, function, scope, call) else {
        call.warn(WarningKind::NoFunction, "expected a function to invoke");
        return Value::Null;
    };
    let parameters = function.parameters();
    let mut arguments = vec![Value::Null; parameters.len()];
    for (name, binding) in bindings {
        let value = boxed(graph, binding, scope, call);
        let place = parameters.iter().position(|parameter| parameter == name);
        let Some(slot) = place.and_then(|place| arguments.get_mut(place)) else {
            call.warn(
                WarningKind::NoFunction,
                format!("`{function}` has no parameter `{name}`"),
            );
            return Value::Null;
        };
        *slot = value;
    }
    call.call(&function, arguments)
}

fn iteration(
    graph: &Arc<Graph>,
    iteration: Iteration,
    domain: &Boxed,
    body: &Arc<BoxedFunction>,
    scope: &dyn Scope,
    call: &mut Call<'_, '_>,
) -> Value {
    let domain = boxed(graph, domain, scope, call);
    let body = definition(graph, body, scope);
    let entries = [(DOMAIN.into(), domain), (BODY.into(), body)];
    let Some(meaning) = iteration.meaning() else {
        return Value::Null;
    };
    call.evaluate(
        meaning,
        &Layer {
            entries: &entries,
            outer: &(),
        },
    )
}
