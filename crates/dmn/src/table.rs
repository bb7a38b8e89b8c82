//! Decision tables (DMN 1.5, chapter 8): reading and evaluating.

use std::sync::Arc;

use reglament_feel::{Call, Context, Expression, InputScope, List, Scope, Value, WarningKind};
use reglament_source::{Diagnostic, Span};
use reglament_xml::ElementRef;

use crate::boxed::Surroundings;
use crate::codes;
use crate::compile::Compiler;
use crate::hit_policy::{Aggregation, HitPolicy};
use crate::index::{Index, Match};
use crate::item::{Items, TypeRef, passes};
use crate::model::{element, elements};

#[derive(Debug)]
pub(crate) struct DecisionTable {
    pub(crate) policy: HitPolicy,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) rules: Vec<Rule>,
    index: Option<Index>,
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
            index: Index::new(&inputs, &rules),
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

impl DecisionTable {
    /// All expressions of the table.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let inputs = self
            .inputs
            .iter()
            .flat_map(|input| [&input.expression, &input.allowed]);
        let outputs = self
            .outputs
            .iter()
            .flat_map(|output| [&output.allowed, &output.order, &output.default]);
        let rules = self
            .rules
            .iter()
            .flat_map(|rule| rule.tests.iter().chain(&rule.outputs));
        inputs.chain(outputs).chain(rules).flatten()
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
        let Some(hits) = self.hits(&inputs, scope, call) else {
            return Value::Null;
        };
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

    /// The rules that match, in order; none when a limit is reached.
    fn hits(
        &self,
        inputs: &[Value],
        scope: &dyn Scope,
        call: &mut Call<'_, '_>,
    ) -> Option<Vec<&Rule>> {
        let Some(index) = &self.index else {
            return self.scan(inputs, scope, call);
        };
        if !call.charge(index.words()) {
            return None;
        }
        let mut hits = Vec::new();
        let candidates = index.candidates(inputs);
        for (number, settled) in candidates.iter() {
            let rule = self.rules.get(number).filter(|_| call.charge(1))?;
            let matches = settled
                || all(rule, inputs, |place, test, input| {
                    match candidates.cell(number, place) {
                        Match::Passes => true,
                        Match::Fails => false,
                        Match::Evaluate => passes_test(test, input, scope, call),
                    }
                });
            if matches {
                hits.push(rule);
                if self.policy == HitPolicy::First {
                    break;
                }
            }
        }
        Some(hits)
    }

    /// As [`hits`](Self::hits), by evaluating every cell.
    fn scan(
        &self,
        inputs: &[Value],
        scope: &dyn Scope,
        call: &mut Call<'_, '_>,
    ) -> Option<Vec<&Rule>> {
        let mut hits = Vec::new();
        for rule in &self.rules {
            if !call.charge(1) {
                return None;
            }
            if all(rule, inputs, |_, test, input| {
                passes_test(test, input, scope, call)
            }) {
                hits.push(rule);
                if self.policy == HitPolicy::First {
                    break;
                }
            }
        }
        Some(hits)
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

/// Whether all inputs pass the tests of the rule, the first input first.
fn all(
    rule: &Rule,
    inputs: &[Value],
    mut passes: impl FnMut(usize, Option<&Expression>, &Value) -> bool,
) -> bool {
    let mut cells = rule.tests.iter().zip(inputs).enumerate();
    rule.tests.len() == inputs.len()
        && cells.all(|(place, (test, input))| passes(place, test.as_ref(), input))
}

/// Whether a value passes the test of a cell.
fn passes_test(
    test: Option<&Expression>,
    input: &Value,
    scope: &dyn Scope,
    call: &mut Call<'_, '_>,
) -> bool {
    test.is_none_or(|test| {
        let scope = InputScope {
            input,
            outer: scope,
        };
        call.evaluate(test, &scope) == Value::Boolean(true)
    })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use reglament_feel::{EvaluationContext, Expression, Names, Warning};
    use reglament_source::SourceText;

    use super::*;
    use crate::boxed::BoxedKind;
    use crate::compile::Decisions;
    use crate::graph::NodeKind;
    use crate::model::Model;

    const CELLS: &[&str] = &[
        "-",
        "-",
        "1",
        "5",
        "-5",
        "1, 2, 3",
        "< 5",
        "<= 5",
        "> 2.5",
        ">= 7",
        "!= 5",
        "= 3",
        "[1..5]",
        "]1..5[",
        "(2..3]",
        "not(5)",
        "not(1, [3..9])",
        "[1, 2]",
        "[[1..3], 7]",
        "[5..1]",
        "not([5..1])",
        "[1..\"c\"]",
        "\"a\"",
        "\"b\", \"c\"",
        "< \"b\"",
        "not(\"a\", \"b\")",
        "[\"a\"..\"c\"]",
        "!= \"a\"",
        "true",
        "false",
        "not(true)",
        "null",
        "not(null)",
        "date(\"2026-03-02\")",
        "> date(\"2026-03-02\")",
        "[@\"2026-03-01\"..@\"2026-03-03\")",
        "@\"2026-03-02T10:00:00\"",
        "< @\"2026-03-02T10:00:00Z\"",
        "duration(\"P1D\")",
        ">= duration(\"P2D\")",
        "< @\"P1Y\"",
        "@\"10:00:00\"",
        "limit",
        "< limit",
        "missing",
        "? > 3",
        "? = limit",
        "limit + 1",
        "string length(?) = 1",
        "[1..limit]",
    ];

    const VALUES: &[&str] = &[
        "null",
        "1",
        "2",
        "2.5",
        "3.0",
        "5",
        "7",
        "-5",
        "100",
        "\"a\"",
        "\"b\"",
        "\"bb\"",
        "\"\"",
        "\"z\"",
        "true",
        "false",
        "@\"2026-03-01\"",
        "@\"2026-03-02\"",
        "@\"2026-03-05\"",
        "@\"2026-03-02T10:00:00\"",
        "@\"2026-03-02T10:00:00Z\"",
        "@\"P1D\"",
        "@\"P3D\"",
        "@\"P1Y\"",
        "@\"10:00:00\"",
        "[1, 2]",
        "[5]",
        "[]",
        "[\"a\"]",
        "{a: 1}",
        "[1..5]",
    ];

    /// A table with these cells, those of one rule after those of another.
    fn table(cells: &[Vec<&str>], policy: &str) -> Decisions {
        let escape = |cell: &str| cell.replace('<', "&lt;");
        let entry = |cell: &&str| format!("<inputEntry><text>{}</text></inputEntry>", escape(cell));
        let rule = |cells: &Vec<&str>| -> String {
            let entries: String = cells.iter().map(entry).collect();
            format!("<rule>{entries}<outputEntry><text>1</text></outputEntry></rule>")
        };
        let rules: String = cells.iter().map(rule).collect();
        let width = cells.first().map_or(0, Vec::len);
        let input = "<input><inputExpression><text>1</text></inputExpression></input>";
        let text = format!(
            "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"t\" \
             namespace=\"urn:t\"><decision id=\"d\" name=\"d\"><decisionTable hitPolicy=\"{policy}\">\
             {}<output/>{rules}</decisionTable></decision></definitions>",
            input.repeat(width)
        );
        let (model, _) = Model::read(SourceText::new("t.dmn", text));
        let (decisions, diagnostics) = Decisions::compile(&model.unwrap(), &[]);
        assert_eq!(diagnostics, []);
        decisions.unwrap()
    }

    fn of(decisions: &Decisions) -> &DecisionTable {
        let node = decisions.graph().nodes.first().unwrap();
        match &node.kind {
            NodeKind::Decision(Some(body)) => match &body.kind {
                BoxedKind::Table(table) => table,
                _ => unreachable!(),
            },
            _ => unreachable!(),
        }
    }

    /// The numbers of the rules that match, and the warnings.
    fn matching(
        table: &DecisionTable,
        values: &[Value],
        indexed: bool,
    ) -> (Vec<usize>, Vec<Warning>) {
        let scope: Context = [("limit", Value::from(3))].into_iter().collect();
        Call::start(&EvaluationContext::default(), |call| {
            let hits = if indexed {
                table.hits(values, &scope, call)
            } else {
                table.scan(values, &scope, call)
            };
            let number = |hit: &Rule| table.rules.iter().position(|rule| std::ptr::eq(rule, hit));
            hits.unwrap().into_iter().filter_map(number).collect()
        })
    }

    fn value(text: &str) -> Value {
        Expression::parse(text, &Names::none())
            .0
            .unwrap()
            .evaluate(&())
            .value
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn the_index_finds_what_looking_through_the_rules_finds(
            cells in prop::collection::vec(prop::collection::vec(select(CELLS), 2), 8..80),
            values in prop::collection::vec(prop::collection::vec(select(VALUES), 2), 12),
            first in any::<bool>(),
        ) {
            let decisions = table(&cells, if first { "FIRST" } else { "COLLECT" });
            let table = of(&decisions);
            assert!(table.index.is_some());
            for texts in values {
                let values: Vec<Value> = texts.iter().map(|text| value(text)).collect();
                let found = matching(table, &values, true);
                prop_assert_eq!(found, matching(table, &values, false), "{:?}", texts);
            }
        }
    }

    #[test]
    fn literal_cells_are_not_evaluated() {
        let cells: Vec<String> = (0..1000).map(|rule| format!("\"r{rule}\"")).collect();
        let rows: Vec<Vec<&str>> = cells.iter().map(|cell| vec![&**cell]).collect();
        let decisions = table(&rows, "UNIQUE");
        let mut context = EvaluationContext::default();
        context.limits.steps = 40;
        let values = [Value::from("r700")];
        let (hits, _) = Call::start(&context, |call| {
            let hits = of(&decisions).hits(&values, &(), call);
            hits.map(|hits| hits.len())
        });
        assert_eq!(hits, Some(1));
    }
}
