//! Functions of a model as FEEL values: definitions, knowledge models and decision services.

use std::sync::Arc;

use reglament_feel::{Call, Function, HostFunction, Scope, Value, Variable, WarningKind};

use crate::boxed::BoxedFunction;
use crate::evaluate::{self, Run};
use crate::graph::{Graph, NodeKind};

/// Some named values in front of another scope.
pub(crate) struct Layer<'s> {
    pub(crate) entries: &'s [(Arc<str>, Value)],
    pub(crate) outer: &'s dyn Scope,
}

impl Scope for Layer<'_> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        let found = self
            .entries
            .iter()
            .rfind(|(name, _)| *name == variable.name);
        found
            .map(|(_, value)| value)
            .or_else(|| self.outer.get(variable))
    }
}

/// The entries of an item in front of another scope, as in a filter.
struct Opened<'s> {
    item: &'s Value,
    outer: &'s dyn Scope,
}

impl Scope for Opened<'_> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        let entry = self
            .item
            .as_context()
            .and_then(|context| context.get(&variable.name));
        entry.or_else(|| self.outer.get(variable))
    }
}

/// Calls the function with values that its surroundings had.
pub(crate) fn call_boxed(
    graph: &Arc<Graph>,
    function: &BoxedFunction,
    captured: &[(Arc<str>, Value)],
    arguments: &[Value],
    call: &mut Call<'_, '_>,
) -> Value {
    let mut entries = Vec::with_capacity(arguments.len());
    let typed = function.parameters.iter().zip(&function.types);
    for ((name, ty), value) in typed.zip(arguments) {
        let Some(converted) = graph.items.convert(ty, value, call) else {
            call.warn(
                WarningKind::TypeMismatch,
                format!(
                    "`{name}` of `{}` does not take the value {value}",
                    function.name
                ),
            );
            return Value::Null;
        };
        entries.push((name.clone(), converted));
    }
    let surroundings = Layer {
        entries: captured,
        outer: &(),
    };
    let scope = Layer {
        entries: &entries,
        outer: &surroundings,
    };
    let value = match arguments.first() {
        Some(item) if function.opens_item => {
            let opened = Opened {
                item,
                outer: &scope,
            };
            evaluate::boxed(graph, &function.body, &opened, call)
        }
        _ => evaluate::boxed(graph, &function.body, &scope, call),
    };
    evaluate::typed(graph, &function.result, value, &function.name, call)
}

/// A function definition with what it took along.
pub(crate) struct Definition {
    pub(crate) graph: Arc<Graph>,
    pub(crate) function: Arc<BoxedFunction>,
    pub(crate) captured: Vec<(Arc<str>, Value)>,
}

impl HostFunction for Definition {
    fn name(&self) -> &str {
        &self.function.name
    }

    fn parameters(&self) -> &[Arc<str>] {
        &self.function.parameters
    }

    fn depth(&self) -> u32 {
        self.captured
            .iter()
            .map(|(_, value)| value.depth())
            .max()
            .unwrap_or(0)
            + 1
    }

    fn call(&self, arguments: &[Value], call: &mut Call<'_, '_>) -> Value {
        call_boxed(&self.graph, &self.function, &self.captured, arguments, call)
    }
}

/// A business knowledge model; what it requires is looked up when it is called, so that models may
/// call each other.
struct Knowledge {
    graph: Arc<Graph>,
    node: usize,
    function: Arc<BoxedFunction>,
}

impl HostFunction for Knowledge {
    fn name(&self) -> &str {
        &self.function.name
    }

    fn parameters(&self) -> &[Arc<str>] {
        &self.function.parameters
    }

    fn call(&self, arguments: &[Value], call: &mut Call<'_, '_>) -> Value {
        let run = Run::new(&self.graph, &());
        let required = run.required(self.node);
        call_boxed(&self.graph, &self.function, &required, arguments, call)
    }
}

/// A decision service.
struct ServiceFunction {
    graph: Arc<Graph>,
    node: usize,
}

impl HostFunction for ServiceFunction {
    fn name(&self) -> &str {
        self.graph
            .nodes
            .get(self.node)
            .map_or("", |node| &node.name)
    }

    fn parameters(&self) -> &[Arc<str>] {
        match self.graph.nodes.get(self.node).map(|node| &node.kind) {
            Some(NodeKind::Service(service)) => &service.names,
            _ => &[],
        }
    }

    fn call(&self, arguments: &[Value], call: &mut Call<'_, '_>) -> Value {
        evaluate::service(&self.graph, self.node, arguments, call)
    }
}

/// A knowledge model or decision service as a value.
pub(crate) fn node_function(graph: &Arc<Graph>, node: usize) -> Value {
    match graph.nodes.get(node).map(|node| &node.kind) {
        Some(NodeKind::Knowledge(Some(function))) => {
            let (graph, function) = (graph.clone(), function.clone());
            Function::host(Arc::new(Knowledge {
                graph,
                node,
                function,
            }))
            .into()
        }
        Some(NodeKind::Service(_)) => Function::host(Arc::new(ServiceFunction {
            graph: graph.clone(),
            node,
        }))
        .into(),
        _ => Value::Null,
    }
}
