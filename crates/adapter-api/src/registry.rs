//! From the names of operations to what carries them out.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{Kind, Text};

use crate::result_mapping::ResultMapping;
use crate::{Call, Failure, Handler, Operations, Variables};

/// The handlers by the operations that they carry out. Cheap to clone.
#[derive(Clone, Default)]
pub struct Registry {
    handlers: BTreeMap<String, Arc<dyn Handler>>,
}

/// What a model asks for and nobody can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unhandled {
    /// No handler has this name.
    Operation {
        /// The operation.
        operation: String,
        /// The BPMN ids of the tasks that name it, in document order.
        elements: Vec<String>,
    },
    /// The task computes its job type, so that nobody knows before it runs whether it is handled.
    Computed {
        /// The BPMN id of the task.
        element: String,
        /// The expression.
        expression: String,
    },
    /// The header of a task that maps the result cannot be read.
    ResultHeader {
        /// The BPMN id of the task.
        element: String,
        /// What is wrong.
        message: String,
    },
}

impl Registry {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Lets `handler` carry out `operation`; it takes the place of an earlier one.
    pub fn register(
        &mut self,
        operation: impl Into<String>,
        handler: impl Handler + 'static,
    ) -> &mut Registry {
        self.handlers.insert(operation.into(), Arc::new(handler));
        self
    }

    /// Registers all operations of an adapter; they take the places of earlier ones.
    pub fn add(&mut self, operations: Operations) -> &mut Registry {
        self.handlers.extend(operations);
        self
    }

    /// Whether there is a handler for `operation`.
    #[must_use]
    pub fn handles(&self, operation: &str) -> bool {
        self.handlers.contains_key(operation)
    }

    /// The operations in alphabetical order.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.handlers.keys().map(String::as_str)
    }

    /// What the tasks of a program ask for and nobody here can do; empty when it can be deployed.
    ///
    /// Only tasks that name a job type are looked at. A business rule task with a called decision
    /// and a script task with FEEL name none.
    #[must_use]
    pub fn missing(&self, program: &Program) -> Vec<Unhandled> {
        let mut operations: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut others = Vec::new();
        for (index, element) in program.elements.iter() {
            let Kind::Task(task) = &element.kind else {
                continue;
            };
            let Some(job) = &task.job else { continue };
            let id = program.id(index).to_owned();
            let headers = job.headers.iter().map(|(key, value)| (&**key, &**value));
            if let Err(message) = ResultMapping::of(headers) {
                others.push(Unhandled::ResultHeader {
                    element: id.clone(),
                    message,
                });
            }
            match &job.kind {
                Text::Literal(name) if self.handles(name) => {}
                Text::Literal(name) => operations.entry(name).or_default().push(id),
                Text::Expression(expression) => others.push(Unhandled::Computed {
                    element: id,
                    expression: expression.feel.text().to_owned(),
                }),
            }
        }
        let named = operations
            .into_iter()
            .map(|(operation, elements)| Unhandled::Operation {
                operation: operation.to_owned(),
                elements,
            });
        named.chain(others).collect()
    }

    /// Carries out a call, and maps the response to variables as the headers of the task say.
    ///
    /// # Errors
    /// What the handler says; terminal when there is none, or when the response cannot be mapped.
    pub async fn call(&self, call: Call) -> Result<Variables, Failure> {
        let handler = self
            .handlers
            .get(&call.operation)
            .ok_or_else(|| Failure::terminal(format!("no adapter handles '{}'", call.operation)))?;
        let headers = call.context.headers.iter();
        let mapping = ResultMapping::of(headers.map(|(key, value)| (key.as_str(), value.as_str())))
            .map_err(Failure::terminal)?;
        let response = handler.handle(call).await?;
        mapping.apply(response).map_err(Failure::terminal)
    }
}

impl std::fmt::Display for Unhandled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unhandled::Operation {
                operation,
                elements,
            } => write!(
                f,
                "no adapter handles '{operation}', which '{}' names",
                elements.join("', '")
            ),
            Unhandled::Computed {
                element,
                expression,
            } => write!(
                f,
                "the job type of '{element}' is computed by '{expression}': name it"
            ),
            Unhandled::ResultHeader { element, message } => write!(f, "'{element}': {message}"),
        }
    }
}
