//! The index of a decision table: which rules the values of the inputs let match.
//!
//! What a literal cell lets pass is known before any value is. Each input is cut into atoms at the
//! values that its cells name, as for the analysis; for every atom a set of bits says which rules pass.
//! A lookup is then one search and one intersection for each input, instead of one evaluation for each
//! cell. What is not literal is evaluated for its rule as without an index, in the order of the inputs,
//! so that results and warnings are the same; so is an input that has a value of another type than its
//! cells, null among them.
//!
//! # Source
//! DMN 1.5, chapter 8 (the meaning of rules), which leaves open how matches are found.

use reglament_feel::{Expression, LiteralTests, Value};

use crate::column::{Cell, Column};
use crate::table::{Input, Rule};

/// Tables of fewer rules are looked through.
const RULES: usize = 8;

/// A set of rules.
type Bits = Vec<u64>;

/// What is known about the rules of a table before it is evaluated.
#[derive(Debug)]
pub(crate) struct Index {
    /// The rules that have a test for each input; no other can match.
    fitting: Bits,
    columns: Vec<IndexedColumn>,
}

/// What is known about one input.
#[derive(Debug)]
struct IndexedColumn {
    /// The rules that everything passes, whatever its type.
    any: Bits,
    /// None where no cell is literal, or there are too many ranges.
    known: Option<Known>,
}

/// What is known about the values of one type.
#[derive(Debug)]
struct Known {
    column: Column,
    /// The rules whose cell is literal.
    rules: Bits,
    /// For each atom the rules that it passes.
    passed: Vec<Bits>,
}

/// The rules that may match some values.
pub(crate) struct Candidates<'i> {
    index: &'i Index,
    rules: Bits,
    /// The rules of which everything is known.
    settled: Bits,
    /// For each input the atom of its value, if it has one.
    atoms: Vec<Option<usize>>,
}

/// What is known about one cell of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// The value passes.
    Passes,
    /// It does not.
    Fails,
    /// Only evaluating the test tells.
    Evaluate,
}

impl Index {
    /// The index of a table; none for a small one.
    pub(crate) fn new(inputs: &[Input], rules: &[Rule]) -> Option<Index> {
        if rules.len() < RULES {
            return None;
        }
        let fitting = bits(rules, |rule| rule.tests.len() == inputs.len());
        let columns = inputs.iter().enumerate();
        let columns = columns.map(|(place, input)| IndexedColumn::new(place, input, rules));
        Some(Index {
            fitting,
            columns: columns.collect(),
        })
    }

    /// How much work a lookup is.
    pub(crate) fn words(&self) -> usize {
        self.fitting.len() * self.columns.len()
    }

    /// The rules that the values may match.
    pub(crate) fn candidates(&self, values: &[Value]) -> Candidates<'_> {
        let mut rules = self.fitting.clone();
        let mut settled = vec![u64::MAX; rules.len()];
        let mut atoms = Vec::with_capacity(values.len());
        for (column, value) in self.columns.iter().zip(values) {
            let known = column.known.as_ref();
            let found = known.and_then(|known| Some((known, known.column.locate(value)?)));
            atoms.push(found.map(|(_, atom)| atom));
            match found {
                Some((known, atom)) => {
                    if let Some(passed) = known.passed.get(atom) {
                        intersect(&mut rules, passed);
                    }
                    intersect(&mut settled, &known.rules);
                }
                None => intersect(&mut settled, &column.any),
            }
        }
        // A rule with a cell that is to be evaluated is looked at even where another cell excludes it:
        // what the evaluation has to say comes first.
        for ((rules, fitting), settled) in rules.iter_mut().zip(&self.fitting).zip(&settled) {
            *rules |= fitting & !settled;
        }
        Candidates {
            index: self,
            rules,
            settled,
            atoms,
        }
    }
}

impl Candidates<'_> {
    /// The rules in order, each with whether it is known to match.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, bool)> + '_ {
        let words = (0..).zip(self.rules.iter().zip(&self.settled));
        words.flat_map(|(number, (rules, settled))| {
            ones(*rules).map(move |bit| (64 * number + bit, settled >> bit & 1 == 1))
        })
    }

    /// What is known about the cell of a rule.
    pub(crate) fn cell(&self, rule: usize, place: usize) -> Match {
        let Some(column) = self.index.columns.get(place) else {
            return Match::Evaluate;
        };
        if has(&column.any, rule) {
            return Match::Passes;
        }
        let atom = self.atoms.get(place).copied().flatten();
        let (Some(known), Some(atom)) = (&column.known, atom) else {
            return Match::Evaluate;
        };
        if !has(&known.rules, rule) {
            Match::Evaluate
        } else if known
            .passed
            .get(atom)
            .is_some_and(|passed| has(passed, rule))
        {
            Match::Passes
        } else {
            Match::Fails
        }
    }
}

impl IndexedColumn {
    fn new(place: usize, input: &Input, rules: &[Rule]) -> IndexedColumn {
        let any = bits(rules, |rule| matches!(rule.tests.get(place), Some(None)));
        let tests: Vec<Option<LiteralTests>> = rules
            .iter()
            .map(|rule| rule.tests.get(place)?.as_ref()?.literal_tests())
            .collect();
        let name = input.expression.as_ref().map_or("", Expression::text);
        let column = Column::new(name.trim().to_owned(), false, &tests, &[]);
        IndexedColumn {
            known: column.map(|column| Known::new(column, &any, &tests)),
            any,
        }
    }
}

impl Known {
    fn new(column: Column, any: &Bits, tests: &[Option<LiteralTests>]) -> Known {
        let mut rules = any.clone();
        let mut literal = Vec::new();
        for (rule, tests) in tests.iter().enumerate() {
            let cell = tests.as_ref().map(|tests| column.cell(tests));
            if let Some(Cell::Known { atoms, .. }) = cell {
                set(&mut rules, rule);
                literal.push((rule, atoms));
            }
        }
        // Whatever is not literal passes here, and is evaluated.
        let others = rules.iter().zip(any).map(|(rules, any)| !rules | any);
        let mut passed: Vec<Bits> = vec![others.collect(); column.count()];
        for (rule, atoms) in &literal {
            for atom in atoms.iter() {
                if let Some(passed) = passed.get_mut(atom) {
                    set(passed, *rule);
                }
            }
        }
        Known {
            column,
            rules,
            passed,
        }
    }
}

fn bits(rules: &[Rule], holds: impl Fn(&Rule) -> bool) -> Bits {
    let mut bits = vec![0; rules.len().div_ceil(64)];
    let held = rules.iter().enumerate().filter(|(_, rule)| holds(rule));
    for (index, _) in held {
        set(&mut bits, index);
    }
    bits
}

fn intersect(bits: &mut Bits, others: &Bits) {
    for (word, other) in bits.iter_mut().zip(others) {
        *word &= other;
    }
}

fn set(bits: &mut Bits, index: usize) {
    if let Some(word) = bits.get_mut(index / 64) {
        *word |= 1 << (index % 64);
    }
}

fn has(bits: &Bits, index: usize) -> bool {
    bits.get(index / 64)
        .is_some_and(|word| word >> (index % 64) & 1 == 1)
}

/// The bits of a word in order.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        (word != 0).then(|| {
            word &= word - 1;
            bit as usize
        })
    })
}
