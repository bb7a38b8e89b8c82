//! Decision tables (DMN 1.5, chapter 8): reading and evaluating.

use std::sync::Arc;

use reglament_feel::{Call, Context, Expression, InputScope, List, Scope, Value, WarningKind};
use reglament_source::{Diagnostic, Span};
use reglament_xml::ElementRef;

use crate::boxed::Surroundings;
use crate::codes;
use crate::compile::Compiler;
use crate::hit_policy::{Aggregation, HitPolicy};
use crate::item::{Items, TypeRef, passes};
use crate::model::{element, elements};

#[derive(Debug)]
pub(crate) struct DecisionTable {
    pub(crate) policy: HitPolicy,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) place: Place,
}

/// Where something stands in the file, for diagnostics.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) span: Span,
    pub(crate) id: Option<Box<str>>,
}

impl Place {
    fn of(element: ElementRef<'_>) -> Place {
        Place {
            span: element.span(),
            id: element.attribute("id").map(Box::from),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) expression: Option<Expression>,
    pub(crate) ty: TypeRef,
    pub(crate) allowed: Option<Expression>,
}

#[derive(Debug)]
pub(crate) struct Output {
    name: Arc<str>,
    ty: TypeRef,
    /// The type whose allowed values rank the outputs where there are no output values.
    ranked: TypeRef,
    allowed: Option<Expression>,
    /// The output values in order, the first with the highest priority.
    order: Option<Expression>,
    pub(crate) default: Option<Expression>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    /// A test for each input; `None` for one that everything passes.
    pub(crate) tests: Vec<Option<Expression>>,
    outputs: Vec<Option<Expression>>,
    pub(crate) place: Place,
}

impl Compiler<'_> {
    pub(crate) fn table(&mut self, of: ElementRef<'_>, around: &Surroundings) -> DecisionTable {
        let policy = HitPolicy::named(of.attribute("hitPolicy"), of.attribute("aggregation"));
        if policy.is_none() {
            let message = "expected a hit policy and an aggregation of DMN";
            self.diagnostics
                .push(Diagnostic::error(&codes::TABLE, message).at(of.span()));
        }
        let inputs: Vec<Input> = elements(of, "input")
            .map(|input| self.table_input(input, around))
            .collect();
        let single = elements(of, "output").count() == 1;
        let outputs: Vec<Output> = elements(of, "output")
            .map(|output| self.table_output(output, if single { Some(of) } else { None }, around))
            .collect();
        let mut rules = Vec::new();
        for rule in elements(of, "rule") {
            let tests: Vec<_> = elements(rule, "inputEntry")
                .map(|entry| self.tests(entry, around))
                .collect();
            let values: Vec<_> = elements(rule, "outputEntry")
                .map(|entry| element(entry, "text").and_then(|text| self.feel(entry, text, around)))
                .collect();
            if tests.len() != inputs.len() || values.len() != outputs.len() {
                let message = format!(
                    "expected {} input and {} output entries, found {} and {}",
                    inputs.len(),
                    outputs.len(),
                    tests.len(),
                    values.len()
                );
                self.diagnostics
                    .push(Diagnostic::error(&codes::TABLE, message).at(rule.span()));
            }
            rules.push(Rule {
                tests,
                outputs: values,
                place: Place::of(rule),
            });
        }
        DecisionTable {
            policy: policy.unwrap_or(HitPolicy::Unique),
            inputs,
            outputs,
            rules,
            place: Place::of(of),
        }
    }

    fn table_input(&mut self, of: ElementRef<'_>, around: &Surroundings) -> Input {
        let Some(expression) = element(of, "inputExpression") else {
            self.missing(of, "`inputExpression`");
            return Input {
                expression: None,
                ty: TypeRef::Any,
                allowed: None,
            };
        };
        let text = element(expression, "text");
        Input {
            expression: text.and_then(|text| self.feel(expression, text, around)),
            ty: self.type_of(expression),
            allowed: element(of, "inputValues").and_then(|values| self.tests(values, around)),
        }
    }

    fn table_output(
        &mut self,
        of: ElementRef<'_>,
        table: Option<ElementRef<'_>>,
        around: &Surroundings,
    ) -> Output {
        let values = element(of, "outputValues");
        let typed = if of.attribute("typeRef").is_some() {
            of
        } else {
            table.unwrap_or(of)
        };
        let default = element(of, "defaultOutputEntry").and_then(|entry| element(entry, "text"));
        Output {
            name: of.attribute("name").unwrap_or_default().into(),
            ty: self.type_of(of),
            ranked: self.type_of(typed),
            allowed: values.and_then(|values| self.tests(values, around)),
            order: values.and_then(|values| self.order(values, around)),
            default: default.and_then(|text| self.feel(of, text, around)),
        }
    }
}

/// Two values of the same thing: those of different rules.
type Row = Vec<Value>;

impl DecisionTable {
    pub(crate) fn evaluate(
        &self,
        scope: &dyn Scope,
        items: &Items,
        call: &mut Call<'_, '_>,
    ) -> Value {
        let Some(inputs) = self.input_values(scope, items, call) else {
            return Value::Null;
        };
        let mut hits: Vec<&Rule> = Vec::new();
        for rule in &self.rules {
            if !call.charge(1) {
                return Value::Null;
            }
            if self.matches(rule, &inputs, scope, call) {
                hits.push(rule);
                if self.policy == HitPolicy::First {
                    break;
                }
            }
        }
        if hits.is_empty() {
            return self.without_match(scope, call);
        }
        if self.policy == HitPolicy::Unique && hits.len() > 1 {
            call.warn(
                WarningKind::InvalidArgument,
                format!(
                    "expected one matching rule under UNIQUE, found {}",
                    hits.len()
                ),
            );
            return Value::Null;
        }
        let mut rows = Vec::with_capacity(hits.len());
        for rule in hits {
            let Some(row) = self.row(rule, scope, items, call) else {
                return Value::Null;
            };
            rows.push(row);
        }
        self.combine(rows, items, call)
    }

    fn input_values(
        &self,
        scope: &dyn Scope,
        items: &Items,
        call: &mut Call<'_, '_>,
    ) -> Option<Vec<Value>> {
        let mut values = Vec::with_capacity(self.inputs.len());
        for input in &self.inputs {
            let expression = input.expression.as_ref()?;
            let value = call.evaluate(expression, scope);
            let converted = items.convert(&input.ty, &value, call);
            let allowed = converted
                .filter(|value| value.is_null() || passes(input.allowed.as_ref(), value, call));
            let Some(value) = allowed else {
                call.warn(
                    WarningKind::TypeMismatch,
                    format!("the input `{expression}` does not take the value {value}"),
                );
                return None;
            };
            values.push(value);
        }
        Some(values)
    }

    fn matches(
        &self,
        rule: &Rule,
        inputs: &[Value],
        scope: &dyn Scope,
        call: &mut Call<'_, '_>,
    ) -> bool {
        rule.tests.len() == inputs.len()
            && rule.tests.iter().zip(inputs).all(|(test, input)| {
                test.as_ref().is_none_or(|test| {
                    let scope = InputScope {
                        input,
                        outer: scope,
                    };
                    call.evaluate(test, &scope) == Value::Boolean(true)
                })
            })
    }

    fn without_match(&self, scope: &dyn Scope, call: &mut Call<'_, '_>) -> Value {
        if self.outputs.iter().any(|output| output.default.is_some()) {
            let row = self.outputs.iter().map(|output| {
                let default = output.default.as_ref();
                default.map_or(Value::Null, |default| call.evaluate(default, scope))
            });
            let row = row.collect();
            let value = self.value_of(row);
            return if self.gives_list() {
                vec![value].into()
            } else {
                value
            };
        }
        match self.policy {
            HitPolicy::Collect(Some(Aggregation::Count)) => Value::from(0),
            _ if self.gives_list() => Value::List(List::default()),
            _ => Value::Null,
        }
    }

    fn gives_list(&self) -> bool {
        matches!(
            self.policy,
            HitPolicy::Collect(None) | HitPolicy::RuleOrder | HitPolicy::OutputOrder
        )
    }

    fn row(
        &self,
        rule: &Rule,
        scope: &dyn Scope,
        items: &Items,
        call: &mut Call<'_, '_>,
    ) -> Option<Row> {
        let mut row = Vec::with_capacity(self.outputs.len());
        for (output, expression) in self.outputs.iter().zip(&rule.outputs) {
            let value = match expression {
                Some(expression) => call.evaluate(expression, scope),
                None => Value::Null,
            };
            let converted = items.convert(&output.ty, &value, call);
            let allowed = converted
                .filter(|value| value.is_null() || passes(output.allowed.as_ref(), value, call));
            let Some(value) = allowed else {
                call.warn(
                    WarningKind::TypeMismatch,
                    format!(
                        "the output `{}` does not take the value {value}",
                        output.name
                    ),
                );
                return None;
            };
            row.push(value);
        }
        Some(row)
    }

    fn value_of(&self, row: Row) -> Value {
        if self.outputs.len() == 1 {
            return row.into_iter().next().unwrap_or_default();
        }
        let names = self.outputs.iter().map(|output| output.name.clone());
        Value::Context(names.zip(row).collect::<Context>())
    }

    fn combine(&self, mut rows: Vec<Row>, items: &Items, call: &mut Call<'_, '_>) -> Value {
        if matches!(self.policy, HitPolicy::Priority | HitPolicy::OutputOrder) {
            self.sort(&mut rows, items, call);
        }
        if self.policy == HitPolicy::Any
            && rows
                .windows(2)
                .any(|pair| !matches!(pair, [a, b] if a == b))
        {
            let message = "expected equal outputs of all matching rules under ANY";
            call.warn(WarningKind::InvalidArgument, message);
            return Value::Null;
        }
        let mut values = rows.into_iter().map(|row| self.value_of(row));
        match self.policy {
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any | HitPolicy::Priority => {
                values.next().unwrap_or_default()
            }
            HitPolicy::Collect(None) | HitPolicy::RuleOrder | HitPolicy::OutputOrder => {
                values.collect::<List>().into()
            }
            HitPolicy::Collect(Some(aggregation)) => aggregate(aggregation, values.collect(), call),
        }
    }

    /// Sorts by the order of the output values, the first output before the second.
    fn sort(&self, rows: &mut [Row], items: &Items, call: &mut Call<'_, '_>) {
        let orders: Vec<List> = self
            .outputs
            .iter()
            .map(|output| {
                let order = output
                    .order
                    .as_ref()
                    .or_else(|| items.order(&output.ranked));
                match order.map(|order| call.evaluate(order, &())) {
                    Some(Value::List(list)) => list,
                    _ => List::default(),
                }
            })
            .collect();
        let rank = |row: &Row| -> Vec<usize> {
            let place = |(value, order): (&Value, &List)| {
                order
                    .iter()
                    .position(|other| other == value)
                    .unwrap_or(order.len())
            };
            row.iter().zip(&orders).map(place).collect()
        };
        rows.sort_by_cached_key(rank);
    }
}

fn aggregate(aggregation: Aggregation, values: Vec<Value>, call: &mut Call<'_, '_>) -> Value {
    if aggregation == Aggregation::Count {
        return Value::from(values.len() as i64);
    }
    let name = match aggregation {
        Aggregation::Sum => "sum",
        Aggregation::Min => "min",
        Aggregation::Max | Aggregation::Count => "max",
    };
    let Some(function) = reglament_feel::Function::builtin(name) else {
        return Value::Null;
    };
    call.call(&function, vec![Value::from(values)])
}
