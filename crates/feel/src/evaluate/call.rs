//! Calls of functions and the making of closures (DMN 1.5, 10.3.2.13).

use std::sync::Arc;

use reglament_source::Span;

use super::{Env, Machine, Root};
use crate::builtin::{Arguments, Missing};
use crate::syntax::{BuiltinCall, Capture, Expr, FunctionBody, FunctionCall, Kind};
use crate::value::{Call, Closure, Function, FunctionKind, Value};
use crate::warning::WarningKind;

impl Machine<'_> {
    #[inline(never)]
    pub(super) fn builtin(&mut self, call: &BuiltinCall, span: Span, env: &Env<'_>) -> Value {
        let mut values = Vec::with_capacity(call.arguments.len());
        if call.builtin.missing != Missing::Warns {
            // `is defined(x)` and `get or else(x, y)` ask about x, so its absence is no surprise.
            let first = call.arguments.first().and_then(Option::as_ref);
            let asked = call.builtin.missing == Missing::Asked;
            values.push(first.map(|expr| {
                if asked {
                    return Value::Boolean(self.is_present(expr, env));
                }
                self.quietly(|machine| machine.value(expr, env))
            }));
        }
        for argument in call.arguments.iter().skip(values.len()) {
            values.push(argument.as_ref().map(|expr| self.value(expr, env)));
        }
        if self.is_halted() {
            return Value::Null;
        }
        Arguments {
            machine: self,
            builtin: call.builtin,
            form: call.form,
            named: call.named,
            pattern: call.pattern_cache(),
            values,
            span,
        }
        .run()
    }

    /// Whether the variable, or the entry at the end of a path, is there, perhaps as null.
    fn is_present(&mut self, expr: &Expr, env: &Env<'_>) -> bool {
        match &expr.kind {
            Kind::Variable { index, builtin } => {
                let variable = env.root.variables.get(*index as usize);
                let found = variable.and_then(|variable| env.root.scope.get(variable));
                found.is_some() || builtin.is_some()
            }
            Kind::Path(base, name) => {
                let base = self.quietly(|machine| machine.value(base, env));
                super::path::entry_of(&base, name).is_some()
            }
            Kind::Entry(entry) => {
                let here = entry
                    .filters
                    .iter()
                    .filter_map(|depth| env.local(*depth, 0));
                let mut here = here.map(|item| super::path::entry_of(item, &entry.name).is_some());
                here.any(|found| found) || self.is_present(&entry.otherwise, env)
            }
            _ => true,
        }
    }

    #[inline(never)]
    pub(super) fn function_call(
        &mut self,
        call: &FunctionCall,
        span: Span,
        env: &Env<'_>,
    ) -> Value {
        let function = self.eval(&call.function, env);
        let arguments: Vec<Value> = call
            .arguments
            .iter()
            .map(|argument| self.value(argument, env))
            .collect();
        let Value::Function(function) = &*function else {
            self.warn(
                WarningKind::NoFunction,
                call.function.span,
                || match &call.function.kind {
                    Kind::Variable { index, .. } => {
                        let variable = env.root.variables.get(*index as usize);
                        let name = variable.map_or("", |variable| &*variable.name);
                        format!("expected a function, found `{name}`, which is none")
                    }
                    _ => format!("expected a function, found {}", function.type_name()),
                },
            );
            return Value::Null;
        };
        if call.names.is_empty() {
            self.call(function, arguments, span)
        } else {
            self.call_named(function, arguments, &call.names, span)
        }
    }

    fn call_named(
        &mut self,
        function: &Function,
        arguments: Vec<Value>,
        names: &[Arc<str>],
        span: Span,
    ) -> Value {
        if let FunctionKind::Builtin(builtin) = &function.0 {
            let Some((form, slots)) = builtin.bind_named(names) else {
                return self.unfit(function, arguments.len(), span);
            };
            let length = slots.iter().max().map_or(0, |slot| slot + 1);
            let mut values = vec![None; length];
            for (slot, value) in slots.into_iter().zip(arguments) {
                if let Some(place) = values.get_mut(slot) {
                    *place = Some(value);
                }
            }
            return Arguments {
                machine: self,
                builtin,
                form,
                named: true,
                pattern: None,
                values,
                span,
            }
            .run();
        }
        let parameters = function.parameters();
        let mut ordered = Vec::with_capacity(parameters.len());
        for parameter in &parameters {
            let Some(at) = names.iter().position(|name| name == parameter) else {
                return self.unfit(function, arguments.len(), span);
            };
            ordered.push(arguments.get(at).cloned().unwrap_or_default());
        }
        if ordered.len() != arguments.len() {
            return self.unfit(function, arguments.len(), span);
        }
        self.call(function, ordered, span)
    }

    fn unfit(&mut self, function: &Function, count: usize, span: Span) -> Value {
        self.warn(WarningKind::NoFunction, span, || {
            let parameters = function.parameters().join(", ");
            format!("expected the arguments ({parameters}), found {count} that do not fit")
        });
        Value::Null
    }

    /// Calls a function with positional arguments.
    pub(crate) fn call(&mut self, function: &Function, arguments: Vec<Value>, span: Span) -> Value {
        if !self.enter(span) {
            return Value::Null;
        }
        let result = match &function.0 {
            FunctionKind::Builtin(builtin) => match builtin.bind_positional(arguments.len()) {
                Some((form, _)) => {
                    let values = arguments.into_iter().map(Some).collect();
                    Arguments {
                        machine: self,
                        builtin,
                        form,
                        named: false,
                        pattern: None,
                        values,
                        span,
                    }
                    .run()
                }
                None => self.unfit(function, arguments.len(), span),
            },
            FunctionKind::Closure(closure) => self.call_closure(function, closure, arguments, span),
            FunctionKind::Host(host) if host.parameters().len() == arguments.len() => {
                host.call(&arguments, &mut Call { machine: self })
            }
            FunctionKind::Host(_) => self.unfit(function, arguments.len(), span),
        };
        self.leave();
        result
    }

    fn call_closure(
        &mut self,
        function: &Function,
        closure: &Closure,
        arguments: Vec<Value>,
        span: Span,
    ) -> Value {
        let parameters = &closure.body.parameters;
        if parameters.len() != arguments.len() {
            return self.unfit(function, arguments.len(), span);
        }
        let mut slots = arguments;
        for (slot, parameter) in slots.iter_mut().zip(parameters) {
            let Some(ty) = &parameter.ty else { continue };
            let Some(converted) = ty.convert(slot) else {
                self.warn(WarningKind::TypeMismatch, span, || {
                    format!(
                        "expected {ty} for `{}`, found {}",
                        parameter.name,
                        slot.type_name()
                    )
                });
                return Value::Null;
            };
            *slot = converted;
        }
        slots.push(Value::Function(function.clone()));
        slots.extend(closure.captured.iter().cloned());
        let root = Root {
            scope: &(),
            variables: &[],
        };
        let env = Env {
            slots: &slots,
            parent: None,
            root: &root,
        };
        self.value(&closure.body.body, &env)
    }

    #[inline(never)]
    pub(super) fn closure(
        &mut self,
        body: &Arc<FunctionBody>,
        captures: &[Capture],
        env: &Env<'_>,
    ) -> Value {
        let captured: Vec<Value> = captures
            .iter()
            .map(|capture| {
                if capture.quiet {
                    self.quietly(|machine| machine.value(&capture.source, env))
                } else {
                    self.value(&capture.source, env)
                }
            })
            .collect();
        let depth = captured.iter().map(Value::depth).max().unwrap_or(0) + 1;
        if !self.check_depth(depth, body.body.span) {
            return Value::Null;
        }
        let closure = Closure {
            body: body.clone(),
            captured,
            depth,
        };
        Value::Function(Function(FunctionKind::Closure(Arc::new(closure))))
    }
}
