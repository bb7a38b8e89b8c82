//! What is found in decision tables without evaluating them.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fmt::Write as _;

use reglament_dmn::{Decisions, Model};
use reglament_feel::{Context, EvaluationContext, Value};
use reglament_source::SourceText;

/// A table: its policy, its inputs as name, type and allowed values, and its rules as cells with `;`.
struct Table<'t> {
    policy: &'t str,
    inputs: &'t [(&'t str, &'t str, &'t str)],
    rules: &'t [&'t str],
    default: bool,
}

fn table<'t>(
    policy: &'t str,
    inputs: &'t [(&'t str, &'t str, &'t str)],
    rules: &'t [&'t str],
) -> Table<'t> {
    Table {
        policy,
        inputs,
        rules,
        default: false,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

impl Table<'_> {
    fn xml(&self) -> String {
        let mut xml = format!("<decisionTable hitPolicy='{}'>", self.policy);
        for (name, ty, allowed) in self.inputs {
            let _ = write!(
                xml,
                "<input><inputExpression typeRef='{ty}'><text>{name}</text></inputExpression>"
            );
            if !allowed.is_empty() {
                let allowed = escaped(allowed);
                let _ = write!(xml, "<inputValues><text>{allowed}</text></inputValues>");
            }
            xml.push_str("</input>");
        }
        xml.push_str("<output>");
        if self.default {
            xml.push_str("<defaultOutputEntry><text>0</text></defaultOutputEntry>");
        }
        xml.push_str("</output>");
        for (number, rule) in (1..).zip(self.rules) {
            let _ = write!(xml, "<rule id='rule{number}'>");
            for cell in rule.split(';') {
                let cell = escaped(cell.trim());
                let _ = write!(xml, "<inputEntry><text>{cell}</text></inputEntry>");
            }
            let _ = write!(
                xml,
                "<outputEntry><text>{number}</text></outputEntry></rule>"
            );
        }
        xml + "</decisionTable>"
    }

    /// The code and the message of everything that is found.
    fn found(&self) -> Vec<String> {
        analyze(&format!(
            "<decision id='d' name='d'>{}</decision>",
            self.xml()
        ))
    }
}

fn analyze(body: &str) -> Vec<String> {
    let text = format!(
        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' \
         namespace='urn:m'>{body}</definitions>"
    );
    let (model, diagnostics) = Model::read(SourceText::new("m.dmn", text));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (decisions, diagnostics) = Decisions::compile(&model.unwrap(), &[]);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let found = decisions.unwrap().analyze();
    assert!(found.iter().all(|it| it.span.is_some() && !it.is_error()));
    found
        .iter()
        .map(|it| format!("{} {}", it.code.id, it.message))
        .collect()
}

const AGE: &[(&str, &str, &str)] = &[("age", "number", "")];
const DAY: &[(&str, &str, &str)] = &[("day", "date", "")];
const FLAG: &[(&str, &str, &str)] = &[("flag", "boolean", "")];
const GRADE: &[(&str, &str, &str)] = &[("grade", "string", "\"a\", \"b\", \"c\"")];
const NOTHING: [&str; 0] = [];

#[test]
fn a_complete_table_without_overlaps_is_clean() {
    for clean in [
        table("UNIQUE", AGE, &["< 7", "[7..18)", ">= 18"]),
        table("UNIQUE", FLAG, &["true", "false"]),
        table("UNIQUE", FLAG, &["true", "not(true)"]),
        table("UNIQUE", GRADE, &["\"a\"", "\"b\", \"c\""]),
        table("UNIQUE", GRADE, &["[\"a\", \"b\"]", "not(\"a\", \"b\")"]),
        table("UNIQUE", AGE, &["= 3", "!= 3"]),
        table("UNIQUE", AGE, &["-5", "not(-5)"]),
    ] {
        assert_eq!(clean.found(), NOTHING, "{:?}", clean.rules);
    }
}

#[test]
fn overlaps_under_unique_have_an_example() {
    let inputs = [AGE, FLAG].concat();
    let rules = ["<= 7; true", ">= 7; -", "< 7; false"];
    assert_eq!(
        table("UNIQUE", &inputs, &rules).found(),
        ["RG0611 rules 1 and 2 both match when `age` = 7 and `flag` = true"]
    );
    assert_eq!(
        table("UNIQUE", AGE, &["-", "-"]).found(),
        ["RG0611 rules 1 and 2 both match whatever the inputs are"]
    );
    for policy in ["FIRST", "ANY", "COLLECT", "PRIORITY", "RULE ORDER"] {
        let found = table(policy, &inputs, &rules).found();
        assert_eq!(found, NOTHING, "{policy}");
    }
}

#[test]
fn gaps_are_named_by_the_inputs_without_a_rule() {
    assert_eq!(
        table("UNIQUE", AGE, &["[0..7)", "(7..18]"]).found(),
        ["RG0612 no rule matches when `age` < 0 or `age` = 7 or `age` > 18"]
    );
    assert_eq!(
        table("FIRST", AGE, &["<= 17", ">= 18"]).found(),
        ["RG0612 no rule matches when `age` in (17..18)"]
    );
    assert_eq!(
        table("UNIQUE", GRADE, &["\"a\"", "\"b\""]).found(),
        ["RG0612 no rule matches when `grade` = \"c\""]
    );
    let both = [AGE, FLAG].concat();
    assert_eq!(
        table("ANY", &both, &["< 7; true", ">= 7; -"]).found(),
        ["RG0612 no rule matches when `age` < 7 and `flag` = false"]
    );
    let within = [("age", "number", "[0..120]")];
    assert_eq!(
        table("UNIQUE", &within, &["< 7", "[7..100]"]).found(),
        ["RG0612 no rule matches when `age` in (100..120]"]
    );
}

#[test]
fn alternatives_stand_in_brackets_beside_other_conditions() {
    let both = [FLAG, AGE].concat();
    assert_eq!(
        table("UNIQUE", &both, &["-; [0..7]", "false; < 0", "false; > 7"]).found(),
        ["RG0612 no rule matches when `flag` = true and (`age` < 0 or `age` > 7)"]
    );
    assert_eq!(
        table("UNIQUE", AGE, &["1", "2"]).found(),
        ["RG0612 no rule matches when `age` is none of the values named"]
    );
}

#[test]
fn where_no_match_has_an_answer_there_are_no_gaps() {
    for policy in ["COLLECT", "RULE ORDER", "OUTPUT ORDER"] {
        assert_eq!(table(policy, AGE, &["< 7"]).found(), NOTHING, "{policy}");
    }
    let mut with_default = table("UNIQUE", AGE, &["< 7"]);
    with_default.default = true;
    assert_eq!(with_default.found(), NOTHING);
}

#[test]
fn between_neighbouring_days_is_no_gap() {
    let rules = ["<= @\"2024-02-29\"", ">= @\"2024-03-01\""];
    assert_eq!(table("UNIQUE", DAY, &rules).found(), NOTHING);
    let rules = ["<= date(\"2024-02-28\")", ">= date(\"2024-03-01\")"];
    assert_eq!(
        table("UNIQUE", DAY, &rules).found(),
        ["RG0612 no rule matches when `day` in (@\"2024-02-28\"..@\"2024-03-01\")"]
    );
}

#[test]
fn strings_that_nobody_names_are_no_gap() {
    let free = [("grade", "string", "")];
    assert_eq!(table("UNIQUE", &free, &["\"a\"", "\"b\""]).found(), NOTHING);
}

#[test]
fn a_rule_that_nothing_passes_never_fires() {
    assert_eq!(
        table("COLLECT", AGE, &["[10..1]", "< 5"]).found(),
        ["RG0613 rule 1 can never fire: no value of `age` passes its test"]
    );
    assert_eq!(
        table("COLLECT", GRADE, &["\"a\"", "\"x\""]).found(),
        ["RG0613 rule 2 can never fire: no value of `grade` passes its test"]
    );
}

#[test]
fn under_first_earlier_rules_hide_later_ones() {
    let hidden = "can never fire: the rules before it match whatever it matches";
    assert_eq!(
        table("FIRST", AGE, &["< 10", ">= 5", "[7..20]"]).found(),
        [format!("RG0613 rule 3 {hidden}")]
    );
    let both = [AGE, FLAG].concat();
    assert_eq!(
        table(
            "FIRST",
            &both,
            &["< 10; true", "< 10; false", "< 5; false, true", "-; -"]
        )
        .found(),
        [format!("RG0613 rule 3 {hidden}")]
    );
    assert_eq!(
        table("FIRST", AGE, &["-", "< 5"]).found(),
        [format!("RG0613 rule 2 {hidden}")]
    );
}

#[test]
fn a_rule_that_null_reaches_is_not_hidden() {
    for rules in [["< 10", ">= 10", "-"], ["< 10", ">= 10", "not(3)"]] {
        assert_eq!(table("FIRST", AGE, &rules).found(), NOTHING, "{rules:?}");
    }
}

#[test]
fn what_has_to_be_evaluated_is_not_guessed() {
    let two = [("age", "number", ""), ("sum", "number", "")];
    let rules = ["age > 3; < 5", "? > 2; < 5", "-; >= 5"];
    assert_eq!(table("UNIQUE", &two, &rules).found(), NOTHING);
    let rules = ["count([age]) > 3", "< 5"];
    assert_eq!(table("FIRST", AGE, &rules).found(), NOTHING);
    let allowed = [("age", "number", "? > count([])")];
    assert_eq!(table("UNIQUE", &allowed, &["> 0"]).found(), NOTHING);
}

#[test]
fn times_and_mixed_types_are_not_analysed() {
    let time = [("at", "time", "")];
    let rules = ["< @\"10:00:00\"", "< @\"11:00:00\""];
    assert_eq!(table("UNIQUE", &time, &rules).found(), NOTHING);
    let any = [("x", "Any", "")];
    assert_eq!(table("UNIQUE", &any, &["-", "\"a\""]).found().len(), 1);
    assert_eq!(table("UNIQUE", &any, &["5", "\"a\", 5"]).found(), NOTHING);
}

#[test]
fn the_allowed_values_of_a_type_bound_its_inputs() {
    let table = table("UNIQUE", &[("grade", "tGrade", "")], &["\"a\"", "\"b\""]);
    let body = format!(
        "<itemDefinition name='tGrade'><typeRef>string</typeRef><allowedValues><text>\"a\", \"b\", \
         \"c\"</text></allowedValues></itemDefinition><decision id='d' name='d'>{}</decision>",
        table.xml()
    );
    assert_eq!(
        analyze(&body),
        ["RG0612 no rule matches when `grade` = \"c\""]
    );
}

#[test]
fn tables_inside_other_expressions_are_found() {
    let inner = table("COLLECT", AGE, &["[10..1]"]).xml();
    let body = format!(
        "<businessKnowledgeModel id='k' name='k'><encapsulatedLogic><formalParameter name='age'/>\
         <context><contextEntry><variable name='a'/>{inner}</contextEntry></context>\
         </encapsulatedLogic></businessKnowledgeModel>"
    );
    assert_eq!(analyze(&body).len(), 1);
}

#[test]
fn large_tables_end_with_the_reports_that_fit() {
    let inputs: Vec<(String, &str, &str)> = (0..8)
        .map(|index| (format!("x{index}"), "number", ""))
        .collect();
    let inputs: Vec<(&str, &str, &str)> = inputs
        .iter()
        .map(|(name, ty, allowed)| (&**name, *ty, *allowed))
        .collect();
    let rules: Vec<String> = (0..1000)
        .map(|rule| {
            let cell = |column| format!("[{}..{}]", rule * column % 997, rule * column % 997 + 400);
            (1..=8).map(cell).collect::<Vec<_>>().join(";")
        })
        .collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    for policy in ["UNIQUE", "FIRST"] {
        // The number of steps of a search is bounded; without that this would not end.
        assert!(table(policy, &inputs, &rules).found().len() >= 10);
    }
}

/// The rules that match under COLLECT for two numbers in halves, or null.
fn matching(decisions: &Decisions, x: Option<i64>, y: Option<i64>) -> Vec<i64> {
    let half = |value: i64| Value::from_json_str(&format!("{}.{}", value / 2, value % 2 * 5));
    let value = |given: Option<i64>| given.map_or(Value::Null, |given| half(given).unwrap());
    let inputs: Context = [("x", value(x)), ("y", value(y))].into_iter().collect();
    let context = EvaluationContext::default();
    let outcome = decisions.evaluate("d", &inputs, &context).unwrap();
    let rules = outcome.value.as_list().unwrap();
    rules.iter().map(|rule| rule.as_i64().unwrap()).collect()
}

/// What a table of random cells does for all inputs that its cells can tell apart.
fn tried(body: &str) -> (Vec<Vec<i64>>, Vec<Vec<i64>>) {
    let text = format!(
        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' \
         namespace='urn:m'><inputData id='x' name='x'/><inputData id='y' name='y'/>{body}</definitions>"
    );
    let (model, _) = Model::read(SourceText::new("m.dmn", text));
    let decisions = Decisions::compile(&model.unwrap(), &[]).0.unwrap();
    let (mut with_values, mut with_null) = (Vec::new(), Vec::new());
    for x in (0..=12).map(Some).chain([None]) {
        for y in (0..=12).map(Some).chain([None]) {
            let rules = matching(&decisions, x, y);
            if x.is_some() && y.is_some() {
                with_values.push(rules);
            } else {
                with_null.push(rules);
            }
        }
    }
    (with_values, with_null)
}

#[test]
fn findings_agree_with_what_random_tables_do() {
    let cells = [
        "-",
        "< 2",
        "<= 2",
        "> 3",
        ">= 3",
        "2",
        "[2..4]",
        "(2..4)",
        "[4..2]",
        "not(3)",
        "!= 4",
        "not(< 3)",
        "1, 5",
        "[1, 2]",
        "< 4, > 4",
        "not(2, 3)",
        "(<= 3)",
    ];
    let mut seed = 7u64;
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let inputs = [("x", "number", ""), ("y", "number", "")];
    for _ in 0..300 {
        let rules: Vec<String> = (0..=random(4))
            .map(|_| {
                format!(
                    "{};{}",
                    cells[random(cells.len())],
                    cells[random(cells.len())]
                )
            })
            .collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let body = format!(
            "<decision id='d' name='d'><informationRequirement><requiredInput href='#x'/>\
             </informationRequirement><informationRequirement><requiredInput href='#y'/>\
             </informationRequirement>{}</decision>",
            table("COLLECT", &inputs, &rules).xml()
        );
        let (with_values, with_null) = tried(&body);
        let unique = table("UNIQUE", &inputs, &rules).found();
        let first = table("FIRST", &inputs, &rules).found();
        let has = |found: &[String], code: &str| found.iter().any(|it| it.starts_with(code));
        let overlap = with_values.iter().any(|rules| rules.len() > 1);
        assert_eq!(has(&unique, "RG0611"), overlap, "{rules:?}: {unique:?}");
        let gap = with_values.iter().any(Vec::is_empty);
        assert_eq!(has(&unique, "RG0612"), gap, "{rules:?}: {unique:?}");
        for rule in 1..=i64::try_from(rules.len()).unwrap() {
            let dead = format!("RG0613 rule {rule} ");
            let mut all = with_values.iter().chain(&with_null);
            let matches = all.clone().any(|found| found.contains(&rule));
            assert!(!(has(&unique, &dead) && matches), "{rules:?}: {unique:?}");
            let comes_first = all.any(|found| found.first() == Some(&rule));
            assert!(!(has(&first, &dead) && comes_first), "{rules:?}: {first:?}");
        }
    }
}
