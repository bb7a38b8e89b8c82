//! Expressions that follow the grammar of FEEL, from a seed.

use std::fmt;

/// An expression and those that it is made of. Each can be evaluated by itself.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it does with its parts: an operator, a function, `if`; `leaf` for what has none.
    pub head: &'static str,
    /// The whole text.
    pub text: String,
    /// The parts in order.
    pub parts: Vec<Node>,
}

impl Node {
    fn new(head: &'static str, text: String, parts: impl Into<Vec<Node>>) -> Self {
        let parts = parts.into();
        Node { head, text, parts }
    }

    fn leaf(text: &str) -> Self {
        Node::new("leaf", text.to_owned(), [])
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The types that expressions are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Number,
    Text,
    Boolean,
    Date,
    DateTime,
    Days,
    Months,
    Numbers,
    Texts,
    Record,
}

const TYPES: &[Type] = &[
    Type::Number,
    Type::Text,
    Type::Boolean,
    Type::Date,
    Type::DateTime,
    Type::Days,
    Type::Months,
    Type::Numbers,
    Type::Texts,
    Type::Record,
];

/// The variables that the expressions name, as a context in FEEL.
pub const VARIABLES: &str = "{n: 7, m: -2.5, z: 0, s: \"kindergarten\", e: \"\", b: true, f: false, \
d: date(\"2026-03-02\"), t: date and time(\"2026-03-02T10:15:00\"), p: duration(\"P1DT2H\"), \
y: duration(\"P1Y2M\"), xs: [3, 1, 2, 3], es: [], ss: [\"b\", \"a\", \"c\"], \
r: {a: 1, b: \"x\", c: {a: 2}}, rs: [{a: 1, b: \"x\"}, {a: 2, b: \"y\"}], u: null}";

/// Makes expressions; the same seed makes the same ones.
pub struct Generator {
    state: u64,
}

impl Generator {
    /// A generator that begins with `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Generator { state: seed }
    }

    /// The next expression.
    pub fn expression(&mut self) -> Node {
        let depth = 1 + self.below(3);
        self.any(depth)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let at = self.below(items.len());
        items[at]
    }

    fn any(&mut self, depth: usize) -> Node {
        let ty = self.pick(TYPES);
        self.of(ty, depth)
    }

    /// An expression that has the type most of the time.
    fn of(&mut self, ty: Type, depth: usize) -> Node {
        if self.below(12) == 0 {
            return match self.below(3) {
                0 => Node::leaf("null"),
                1 => Node::leaf("u"),
                _ => {
                    let other = self.pick(TYPES);
                    self.leaf(other)
                }
            };
        }
        if depth == 0 {
            return self.leaf(ty);
        }
        let inner = depth - 1;
        if self.below(10) == 0 {
            let (condition, a, b) = (
                self.of(Type::Boolean, inner),
                self.of(ty, inner),
                self.of(ty, inner),
            );
            let text = format!("(if {condition} then {a} else {b})");
            return Node::new("if", text, [condition, a, b]);
        }
        match ty {
            Type::Number => self.number(inner),
            Type::Text => self.text(inner),
            Type::Boolean => self.boolean(inner),
            Type::Date => self.date(inner),
            Type::DateTime => self.date_time(inner),
            Type::Days => self.days(inner),
            Type::Months => self.months(inner),
            Type::Numbers => self.numbers(inner),
            Type::Texts => self.texts(inner),
            Type::Record => self.record(inner),
        }
    }

    fn leaf(&mut self, ty: Type) -> Node {
        let leaves: &[&str] = match ty {
            Type::Number => &[
                "n", "m", "z", "0", "1", "2", "10", "-3", "0.5", "2.50", "r.a", "r.c.a",
            ],
            Type::Text => &["s", "e", "\"a\"", "\"b\"", "\"Қазақ\"", "\"a b\"", "r.b"],
            Type::Boolean => &["b", "f", "true", "false"],
            Type::Date => &[
                "d",
                "@\"2024-02-29\"",
                "date(\"2025-12-31\")",
                "date(2026, 1, 31)",
            ],
            Type::DateTime => &[
                "t",
                "@\"2024-02-29T23:59:59\"",
                "date and time(\"2026-01-01T00:00:00\")",
            ],
            Type::Days => &["p", "@\"P2D\"", "duration(\"PT90M\")", "duration(\"-P1D\")"],
            Type::Months => &["y", "@\"P1M\"", "duration(\"P2Y\")"],
            Type::Numbers => &["xs", "es", "[1, 2, 3]", "[]", "[5]", "rs.a"],
            Type::Texts => &["ss", "[\"a\"]", "[\"x\", \"y\"]", "rs.b"],
            Type::Record => &["r", "{a: 1}", "{}", "{a: \"k\", b: 2}"],
        };
        Node::leaf(self.pick(leaves))
    }

    /// A call with arguments of these types.
    fn call(&mut self, name: &'static str, types: &[Type], depth: usize) -> Node {
        let arguments: Vec<Node> = types.iter().map(|ty| self.of(*ty, depth)).collect();
        let texts: Vec<&str> = arguments.iter().map(|node| &*node.text).collect();
        let text = format!("{name}({})", texts.join(", "));
        Node::new(name, text, arguments)
    }

    fn binary(
        &mut self,
        operators: &[&'static str],
        left: Type,
        right: Type,
        depth: usize,
    ) -> Node {
        let (a, b) = (self.of(left, depth), self.of(right, depth));
        let operator = self.pick(operators);
        Node::new(operator, format!("({a} {operator} {b})"), [a, b])
    }

    fn number(&mut self, depth: usize) -> Node {
        use Type::{Date, Days, Number, Numbers, Text};
        let forms: &[(&'static str, &[Type])] = &[
            ("abs", &[Number]),
            ("floor", &[Number]),
            ("ceiling", &[Number]),
            ("round half up", &[Number, Number]),
            ("round half down", &[Number, Number]),
            ("round up", &[Number, Number]),
            ("round down", &[Number, Number]),
            ("decimal", &[Number, Number]),
            ("modulo", &[Number, Number]),
            ("sqrt", &[Number]),
            ("string length", &[Text]),
            ("count", &[Numbers]),
            ("sum", &[Numbers]),
            ("min", &[Numbers]),
            ("max", &[Numbers]),
            ("mean", &[Numbers]),
            ("median", &[Numbers]),
            ("product", &[Numbers]),
            ("day of year", &[Date]),
            ("week of year", &[Date]),
        ];
        match self.below(8) {
            0..3 => self.binary(&["+", "-", "*", "/", "**"], Number, Number, depth),
            3 => {
                let number = self.of(Number, depth);
                Node::new("negate", format!("-({number})"), [number])
            }
            4 => {
                let (list, at) = (
                    self.of(Numbers, depth),
                    self.pick(&["1", "2", "-1", "9", "0"]),
                );
                Node::new("[at]", format!("{list}[{at}]"), [list, Node::leaf(at)])
            }
            5 => {
                let date = self.of(Date, depth);
                let name = self.pick(&["year", "month", "day", "weekday"]);
                Node::new("date.property", format!("({date}).{name}"), [date])
            }
            6 => {
                let days = self.of(Days, depth);
                let name = self.pick(&["days", "hours", "minutes", "seconds"]);
                Node::new("duration.property", format!("({days}).{name}"), [days])
            }
            _ => {
                let (name, types) = self.pick(forms);
                self.call(name, types, depth)
            }
        }
    }

    fn text(&mut self, depth: usize) -> Node {
        use Type::{Date, Number, Text, Texts};
        let forms: &[(&'static str, &[Type])] = &[
            ("upper case", &[Text]),
            ("lower case", &[Text]),
            ("substring", &[Text, Number]),
            ("substring", &[Text, Number, Number]),
            ("substring before", &[Text, Text]),
            ("substring after", &[Text, Text]),
            ("string", &[Number]),
            ("string", &[Date]),
            ("string", &[Text]),
            ("string join", &[Texts, Text]),
            ("replace", &[Text, Text, Text]),
            ("day of week", &[Date]),
            ("month of year", &[Date]),
        ];
        match self.below(4) {
            0 => self.binary(&["+"], Text, Text, depth),
            _ => {
                let (name, types) = self.pick(forms);
                self.call(name, types, depth)
            }
        }
    }

    fn boolean(&mut self, depth: usize) -> Node {
        use Type::{Boolean, Date, Number, Numbers, Text};
        let compared = self.pick(&[Number, Text, Date, Type::Days, Type::Months, Type::DateTime]);
        let forms: &[(&'static str, &[Type])] = &[
            ("not", &[Boolean]),
            ("contains", &[Text, Text]),
            ("starts with", &[Text, Text]),
            ("ends with", &[Text, Text]),
            ("matches", &[Text, Text]),
            ("list contains", &[Numbers, Number]),
            ("all", &[Boolean]),
            ("any", &[Boolean]),
            ("even", &[Number]),
            ("odd", &[Number]),
            ("is", &[Number, Number]),
            ("before", &[Date, Date]),
            ("after", &[Date, Date]),
            ("coincides", &[Number, Number]),
        ];
        match self.below(9) {
            0 => self.binary(&["and", "or"], Boolean, Boolean, depth),
            1 | 2 => self.binary(
                &["<", "<=", ">", ">=", "=", "!="],
                compared,
                compared,
                depth,
            ),
            3 => {
                let (value, low, high) = (
                    self.of(compared, depth),
                    self.leaf(compared),
                    self.leaf(compared),
                );
                let text = format!("({value} between {low} and {high})");
                Node::new("between", text, [value, low, high])
            }
            4 => {
                let (value, low, high) = (
                    self.of(compared, depth),
                    self.leaf(compared),
                    self.leaf(compared),
                );
                let (open, close) = (self.pick(&["[", "("]), self.pick(&["]", ")"]));
                let text = format!("({value} in {open}{low}..{high}{close})");
                Node::new("in range", text, [value, low, high])
            }
            5 => {
                let (value, test) = (self.of(Number, depth), self.leaf(Number));
                let operator = self.pick(&["<", ">=", ">", "<="]);
                let other = self.leaf(Number);
                let text = format!("({value} in ({operator} {test}, {other}))");
                Node::new("in tests", text, [value, test, other])
            }
            6 => {
                let word = self.pick(&["some", "every"]);
                let (list, condition) = (
                    self.of(Numbers, depth),
                    self.pick(&["x > 1", "x = n", "x < 0"]),
                );
                let text = format!("({word} x in {list} satisfies {condition})");
                Node::new(word, text, [list])
            }
            7 => {
                let (value, ty) = (
                    self.any(depth),
                    self.pick(&["number", "string", "boolean", "date", "list<number>", "Any"]),
                );
                Node::new(
                    "instance of",
                    format!("({value} instance of {ty})"),
                    [value],
                )
            }
            _ => {
                let (name, types) = self.pick(forms);
                self.call(name, types, depth)
            }
        }
    }

    fn date(&mut self, depth: usize) -> Node {
        use Type::{Date, DateTime, Days, Months, Number};
        match self.below(4) {
            0 => self.binary(&["+", "-"], Date, Months, depth),
            1 => self.binary(&["+", "-"], Date, Days, depth),
            2 => self.call("date", &[DateTime], depth),
            _ => self.call("date", &[Number, Number, Number], depth),
        }
    }

    fn date_time(&mut self, depth: usize) -> Node {
        use Type::{Date, DateTime, Days, Months};
        match self.below(3) {
            0 => self.binary(&["+", "-"], DateTime, Months, depth),
            1 => self.binary(&["+", "-"], DateTime, Days, depth),
            _ => {
                let date = self.of(Date, depth);
                let text = format!("date and time({date}, time(10, 30, 0))");
                Node::new("date and time", text, [date])
            }
        }
    }

    fn days(&mut self, depth: usize) -> Node {
        use Type::{Date, DateTime, Days, Number};
        match self.below(5) {
            0 => self.binary(&["-"], Date, Date, depth),
            1 => self.binary(&["-"], DateTime, DateTime, depth),
            2 => self.binary(&["*", "/"], Days, Number, depth),
            3 => self.binary(&["+", "-"], Days, Days, depth),
            _ => self.call("abs", &[Days], depth),
        }
    }

    fn months(&mut self, depth: usize) -> Node {
        use Type::{Date, Months, Number};
        match self.below(3) {
            0 => self.call("years and months duration", &[Date, Date], depth),
            1 => self.binary(&["+", "-"], Months, Months, depth),
            _ => self.binary(&["*"], Months, Number, depth),
        }
    }

    fn numbers(&mut self, depth: usize) -> Node {
        use Type::{Number, Numbers, Text};
        let forms: &[(&'static str, &[Type])] = &[
            ("append", &[Numbers, Number]),
            ("concatenate", &[Numbers, Numbers]),
            ("reverse", &[Numbers]),
            ("distinct values", &[Numbers]),
            ("union", &[Numbers, Numbers]),
            ("insert before", &[Numbers, Number, Number]),
            ("remove", &[Numbers, Number]),
            ("sublist", &[Numbers, Number]),
            ("sublist", &[Numbers, Number, Number]),
            ("index of", &[Numbers, Number]),
            ("flatten", &[Numbers]),
            ("sort", &[Numbers]),
            ("mode", &[Numbers]),
            ("split", &[Text, Text]),
        ];
        match self.below(4) {
            0 => {
                let (list, body) = (
                    self.of(Numbers, depth),
                    self.pick(&["x + 1", "x * n", "[x]", "x > 1"]),
                );
                Node::new("for", format!("(for x in {list} return {body})"), [list])
            }
            1 => {
                let (list, test) = (
                    self.of(Numbers, depth),
                    self.pick(&["> 1", "= n", "< 0", "!= 3"]),
                );
                Node::new("[filter]", format!("({list}[item {test}])"), [list])
            }
            2 => {
                let (a, b) = (self.of(Number, depth), self.of(Number, depth));
                Node::new("list", format!("[{a}, {b}]"), [a, b])
            }
            _ => {
                let (name, types) = self.pick(forms);
                match name {
                    "sort" => {
                        let list = self.of(Numbers, depth);
                        Node::new(
                            "sort",
                            format!("sort({list}, function(x, y) x < y)"),
                            [list],
                        )
                    }
                    _ => self.call(name, types, depth),
                }
            }
        }
    }

    fn texts(&mut self, depth: usize) -> Node {
        let (a, b) = (self.of(Type::Text, depth), self.of(Type::Text, depth));
        match self.below(3) {
            0 => Node::new("list", format!("[{a}, {b}]"), [a, b]),
            1 => Node::new("split", format!("split({a}, {b})"), [a, b]),
            _ => {
                let list = self.of(Type::Texts, depth);
                let text = format!("(for x in {list} return upper case(x))");
                Node::new("for", text, [list])
            }
        }
    }

    fn record(&mut self, depth: usize) -> Node {
        use Type::{Number, Record, Text};
        let (a, b) = (self.any(depth), self.of(Number, depth));
        match self.below(4) {
            0 => Node::new("context", format!("{{a: {a}, b: {b}}}"), [a, b]),
            1 => self.call("get value", &[Record, Text], depth),
            2 => {
                let record = self.of(Record, depth);
                let text = format!("context put({record}, \"k\", {b})");
                Node::new("context put", text, [record, b])
            }
            _ => {
                let (a, b) = (self.of(Record, depth), self.leaf(Record));
                Node::new(
                    "context merge",
                    format!("context merge([{a}, {b}])"),
                    [a, b],
                )
            }
        }
    }
}
