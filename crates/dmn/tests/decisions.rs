//! Decision models, rule by rule of the specification.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use reglament_dmn::{Decisions, Model};
use reglament_feel::{Context, EvaluationContext, Value};
use reglament_source::{Diagnostic, SourceText};

fn model(namespace: &str, body: &str) -> Model {
    let text = format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" \
         namespace=\"{namespace}\">{body}</definitions>"
    );
    let (model, diagnostics) = Model::read(SourceText::new("m.dmn", text));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    model.unwrap()
}

fn compile(body: &str) -> (Option<Decisions>, Vec<Diagnostic>) {
    Decisions::compile(&model("urn:m", body), &[])
}

fn inputs(json: &str) -> Context {
    Value::from_json_str(json)
        .unwrap()
        .as_context()
        .unwrap()
        .clone()
}

/// The value of the decision `d`, as FEEL.
fn decide(body: &str, json: &str) -> String {
    let (decisions, diagnostics) = compile(body);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let context = EvaluationContext::default();
    decisions
        .unwrap()
        .evaluate("d", &inputs(json), &context)
        .unwrap()
        .value
        .to_string()
}

/// A decision `d` over the input `x`.
fn decision(logic: &str) -> String {
    format!(
        "<inputData id='i' name='x'/><decision id='d' name='d'><informationRequirement>\
         <requiredInput href='#i'/></informationRequirement>{logic}</decision>"
    )
}

/// A table over `x` with overlapping rules: below 10 `a`, below 20 `b`, below 20 `a`.
fn table(attributes: &str, outputs: [&str; 3]) -> String {
    let rule = |test: &str, output: &str| {
        format!(
            "<rule><inputEntry><text>{test}</text></inputEntry>\
             <outputEntry><text>{output}</text></outputEntry></rule>"
        )
    };
    decision(&format!(
        "<decisionTable {attributes}><input><inputExpression><text>x</text></inputExpression></input>\
         <output><outputValues><text>\"b\", \"a\"</text></outputValues></output>{}{}{}\
         </decisionTable>",
        rule("&lt; 10", outputs[0]),
        rule("[10..20)", outputs[1]),
        rule("&lt; 20", outputs[2]),
    ))
}

#[test]
fn every_hit_policy_combines_its_matches() {
    let letters = ["\"a\"", "\"b\"", "\"b\""];
    let cases = [
        ("hitPolicy='UNIQUE'", 5, "null"),
        ("hitPolicy='FIRST'", 5, "\"a\""),
        ("hitPolicy='PRIORITY'", 5, "\"b\""),
        ("hitPolicy='ANY'", 5, "null"),
        ("hitPolicy='ANY'", 15, "\"b\""),
        ("hitPolicy='COLLECT'", 5, "[\"a\", \"b\"]"),
        ("hitPolicy='RULE ORDER'", 5, "[\"a\", \"b\"]"),
        ("hitPolicy='OUTPUT ORDER'", 5, "[\"b\", \"a\"]"),
        ("hitPolicy='COLLECT' aggregation='COUNT'", 5, "2"),
        ("hitPolicy='COLLECT' aggregation='COUNT'", 50, "0"),
        ("hitPolicy='COLLECT' aggregation='MAX'", 5, "\"b\""),
        ("", 50, "null"),
    ];
    for (policy, x, expected) in cases {
        let found = decide(&table(policy, letters), &format!("{{\"x\": {x}}}"));
        assert_eq!(found, expected, "{policy} {x}");
    }
}

#[test]
fn outputs_outside_their_values_are_null() {
    assert_eq!(
        decide(
            &table("hitPolicy='FIRST'", ["\"c\"", "1", "1"]),
            "{\"x\": 5}"
        ),
        "null"
    );
}

#[test]
fn a_malformed_table_is_an_error() {
    let (_, diagnostics) = compile(&table("hitPolicy='LAST'", ["1", "2", "3"]));
    assert_eq!(diagnostics[0].code.id, "RG0607");
}

#[test]
fn boxed_expressions_nest() {
    let logic = "<context>\
        <contextEntry><variable name='rows'/><relation><column name='n'/>\
          <row><literalExpression><text>x</text></literalExpression></row>\
          <row><literalExpression><text>x + 1</text></literalExpression></row></relation>\
        </contextEntry>\
        <contextEntry><variable name='add'/><functionDefinition><formalParameter name='a'/>\
          <literalExpression><text>a + x</text></literalExpression></functionDefinition>\
        </contextEntry>\
        <contextEntry><variable name='sum'/><invocation>\
          <literalExpression><text>add</text></literalExpression>\
          <binding><parameter name='a'/><literalExpression><text>10</text></literalExpression></binding>\
        </invocation></contextEntry>\
        <contextEntry><filter><in><literalExpression><text>rows</text></literalExpression></in>\
          <match><literalExpression><text>n &gt; x</text></literalExpression></match></filter>\
        </contextEntry></context>";
    assert_eq!(decide(&decision(logic), "{\"x\": 1}"), "[{n: 2}]");
    let logic = "<for iteratorVariable='i'><in><literalExpression><text>[x, 2]</text></literalExpression></in>\
        <return><conditional><if><literalExpression><text>i &gt; 1</text></literalExpression></if>\
        <then><literalExpression><text>i * 10</text></literalExpression></then>\
        <else><literalExpression><text>count(partial)</text></literalExpression></else></conditional>\
        </return></for>";
    assert_eq!(decide(&decision(logic), "{\"x\": 1}"), "[0, 20]");
}

#[test]
fn item_definitions_convert_and_constrain() {
    let typed = |ty: &str| {
        format!(
            "<itemDefinition name='age'><typeRef>number</typeRef>\
             <allowedValues><text>[0..7)</text></allowedValues></itemDefinition>\
             <itemDefinition name='ages' isCollection='true'><typeRef>age</typeRef></itemDefinition>\
             <inputData id='i' name='x'><variable name='x' typeRef='{ty}'/></inputData>\
             <decision id='d' name='d'><informationRequirement><requiredInput href='#i'/>\
             </informationRequirement><literalExpression><text>x</text></literalExpression></decision>"
        )
    };
    assert_eq!(decide(&typed("age"), "{\"x\": 5}"), "5");
    assert_eq!(decide(&typed("age"), "{\"x\": [5]}"), "5");
    assert_eq!(decide(&typed("age"), "{\"x\": 8}"), "null");
    assert_eq!(decide(&typed("ages"), "{\"x\": 5}"), "[5]");
    assert_eq!(decide(&typed("ages"), "{\"x\": [5, 9]}"), "null");
}

#[test]
fn knowledge_models_call_themselves_and_services_take_decisions_as_given() {
    let body = "<businessKnowledgeModel id='k' name='factorial'><encapsulatedLogic>\
        <formalParameter name='n' typeRef='number'/><literalExpression>\
        <text>if n = 0 then 1 else n * factorial(n - 1)</text></literalExpression>\
        </encapsulatedLogic></businessKnowledgeModel>\
        <decision id='a' name='a'><literalExpression><text>100</text></literalExpression></decision>\
        <decision id='b' name='b'><informationRequirement><requiredDecision href='#a'/>\
        </informationRequirement><literalExpression><text>a + 1</text></literalExpression></decision>\
        <decisionService id='s' name='s'><outputDecision href='#b'/><inputDecision href='#a'/>\
        </decisionService>\
        <decision id='d' name='d'><knowledgeRequirement><requiredKnowledge href='#k'/>\
        </knowledgeRequirement><knowledgeRequirement><requiredKnowledge href='#s'/>\
        </knowledgeRequirement><informationRequirement><requiredDecision href='#b'/>\
        </informationRequirement><literalExpression><text>[factorial(5), s(1), b]</text>\
        </literalExpression></decision>";
    assert_eq!(decide(body, "{}"), "[120, 2, 101]");
    let decisions = compile(body).0.unwrap();
    let context = EvaluationContext::default();
    let outcome = decisions
        .evaluate("s", &inputs("{\"a\": 7}"), &context)
        .unwrap();
    assert_eq!(outcome.value, Value::from(8));
}

#[test]
fn imported_elements_are_known_behind_the_name_of_the_import() {
    let base = model(
        "urn:base",
        "<decision id='g' name='great number'><literalExpression><text>41</text></literalExpression></decision>",
    );
    let body = "<import name='base' namespace='urn:base' importType='dmn'/>\
        <decision id='d' name='d'><informationRequirement><requiredDecision href='urn:base#g'/>\
        </informationRequirement><literalExpression><text>base.great number + 1</text>\
        </literalExpression></decision>";
    let main = model("urn:m", body);
    let (decisions, diagnostics) = Decisions::compile(&main, &[&base]);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let outcome = decisions
        .unwrap()
        .evaluate("d", &Context::new(), &EvaluationContext::default())
        .unwrap();
    assert_eq!(outcome.value, Value::from(42));
    let (_, diagnostics) = Decisions::compile(&main, &[]);
    assert_eq!(diagnostics[0].code.id, "RG0609");
}

#[test]
fn problems_are_reported_at_once_with_their_places() {
    let body = "<decision id='p' name='p'><literalExpression id='e'><text>1 +</text></literalExpression></decision>\
        <decision id='q' name='q'><informationRequirement><requiredInput href='#none'/>\
        </informationRequirement></decision>\
        <businessKnowledgeModel id='k' name='k'><encapsulatedLogic kind='Java'/></businessKnowledgeModel>";
    let (decisions, diagnostics) = compile(body);
    let codes: Vec<&str> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.id)
        .collect();
    assert_eq!(codes, ["RG0603", "RG0501", "RG0610"]);
    assert_eq!(diagnostics[1].element.as_deref(), Some("e"));
    let source = model("urn:m", body);
    let place = diagnostics[1].span.unwrap();
    let before = source
        .document()
        .source()
        .text()
        .get(..place.start as usize)
        .unwrap();
    assert!(before.ends_with("1 +"), "{before}");
    assert!(decisions.is_some());
}

#[test]
fn a_circle_of_decisions_is_an_error_and_a_long_chain_is_none() {
    let link = |id: &str, to: &str, text: &str| {
        format!(
            "<decision id='{id}' name='{id}'><informationRequirement><requiredDecision href='#{to}'/>\
             </informationRequirement><literalExpression><text>{text}</text></literalExpression></decision>"
        )
    };
    let (decisions, diagnostics) = compile(&(link("a", "b", "b") + &link("b", "a", "a")));
    assert!(decisions.is_none());
    assert_eq!(diagnostics[0].code.id, "RG0604");
    let mut body = "<decision id='n0' name='n0'><literalExpression><text>0</text></literalExpression></decision>".to_owned();
    for index in 1..2_000 {
        let previous = format!("n{}", index - 1);
        body += &link(&format!("n{index}"), &previous, &format!("{previous} + 1"));
    }
    body += &link("d", "n1999", "n1999");
    assert_eq!(decide(&body, "{}"), "1999");
}

#[test]
fn warnings_name_the_decision() {
    let decisions = compile(&decision(
        "<literalExpression><text>x + 1</text></literalExpression>",
    ))
    .0
    .unwrap();
    let outcome = decisions
        .evaluate("d", &Context::new(), &EvaluationContext::default())
        .unwrap();
    assert_eq!(outcome.warnings[0].warning.message, "input `x` is missing");
    assert_eq!(&*outcome.warnings[1].decision, "d");
    assert!(
        decisions
            .evaluate("none", &Context::new(), &EvaluationContext::default())
            .is_err()
    );
}

#[test]
fn a_knowledge_model_without_an_end_meets_the_limit_on_a_small_stack() {
    let body = "<businessKnowledgeModel id='k' name='k'><encapsulatedLogic><formalParameter name='n'/>\
        <conditional><if><literalExpression><text>n &gt;= 0</text></literalExpression></if>\
        <then><literalExpression><text>1 + k(n + 1)</text></literalExpression></then>\
        <else><literalExpression><text>0</text></literalExpression></else></conditional>\
        </encapsulatedLogic></businessKnowledgeModel>\
        <decision id='d' name='d'><knowledgeRequirement><requiredKnowledge href='#k'/>\
        </knowledgeRequirement><literalExpression><text>k(0)</text></literalExpression></decision>";
    let decisions = compile(body).0.unwrap();
    let evaluate = move || {
        decisions
            .evaluate("d", &Context::new(), &EvaluationContext::default())
            .unwrap()
    };
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(evaluate)
        .unwrap();
    let outcome = thread.join().unwrap();
    assert_eq!(outcome.value, Value::Null);
    let last = outcome.warnings.last().unwrap();
    assert_eq!(last.warning.kind, reglament_feel::WarningKind::LimitReached);
}

#[test]
fn a_problem_in_an_imported_model_is_named_without_a_place() {
    let imported = model(
        "urn:other",
        "<decision id='o' name='o'><literalExpression><text>1 +</text></literalExpression></decision>",
    );
    let importing = model(
        "urn:m",
        "<import name='other' namespace='urn:other'/>\
         <decision id='d' name='d'><literalExpression><text>2 +</text></literalExpression></decision>",
    );
    let (_, diagnostics) = Decisions::compile(&importing, &[&imported]);
    let [own, other] = &*diagnostics else {
        panic!("{diagnostics:?}");
    };
    assert!(own.span.is_some() && own.message.starts_with("expected"));
    assert!(other.span.is_none());
    assert!(
        other
            .message
            .starts_with("in the imported model `m`: expected"),
        "{other}"
    );
}

#[test]
fn strings_from_json_are_read_as_the_inputs_are_typed() {
    let body = "<itemDefinition name='visits' isCollection='true'><typeRef>date</typeRef></itemDefinition>\
        <itemDefinition name='person'><itemComponent name='born'><typeRef>date</typeRef></itemComponent>\
        </itemDefinition>\
        <inputData id='a' name='a'><variable name='a' typeRef='visits'/></inputData>\
        <inputData id='b' name='b'><variable name='b' typeRef='person'/></inputData>\
        <inputData id='c' name='c'><variable name='c' typeRef='string'/></inputData>\
        <inputData id='e' name='e'><variable name='e' typeRef='date'/></inputData>";
    let (decisions, _) = compile(body);
    let given = inputs(
        r#"{"a": ["2024-02-29"], "b": {"born": "2020-01-01"}, "c": "2024-02-29", "e": "soon"}"#,
    );
    let read = decisions.unwrap().inputs_from_json(&given);
    assert_eq!(
        Value::from(read).to_string(),
        "{a: [@\"2024-02-29\"], b: {born: @\"2020-01-01\"}, c: \"2024-02-29\", e: \"soon\"}"
    );
}
