//! One input of a table: the values that its cells tell apart, for the analysis and for the index.

use std::cmp::Ordering;
use std::fmt::Write as _;

use reglament_feel::{Comparison, LiteralTests, Range, RangeForm, Value};

/// How many ranges the cells of one column may have to be analysed.
const RANGES: usize = 2000;

/// How many ranges of an input a message names.
const SHOWN: usize = 4;

/// A set of atoms, by their index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Atoms(Vec<u64>);

impl Atoms {
    fn none(count: usize) -> Atoms {
        Atoms(vec![0; count.div_ceil(64)])
    }

    pub(crate) fn insert(&mut self, atom: usize) {
        if let Some(word) = self.0.get_mut(atom / 64) {
            *word |= 1 << (atom % 64);
        }
    }

    pub(crate) fn has(&self, atom: usize) -> bool {
        self.0
            .get(atom / 64)
            .is_some_and(|word| word >> (atom % 64) & 1 == 1)
    }

    pub(crate) fn and(&self, other: &Atoms) -> Atoms {
        Atoms(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// How many words of the machine hold them.
    pub(crate) fn words(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The atoms in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..).zip(&self.0).flat_map(|(index, word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| index * 64 + bit)
        })
    }
}

/// What one cell lets pass.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    /// Everything: `-`.
    Any,
    /// These atoms; with `elsewhere` perhaps also null and values of other types.
    Known { atoms: Atoms, elsewhere: bool },
    /// What only evaluating tells.
    Unknown,
}

/// The values of a column, cut at every value that occurs: before, at and after each of them.
///
/// Atom `2i + 1` is the value `i`, atom `2i` lies between it and the value before. Where values are
/// only asked to be equal, atom 0 stands for all others. Booleans have their two values alone.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    values: Vec<Value>,
    /// Whether values between those that occur are told apart.
    ordered: bool,
    /// The atoms that exist: not those between neighbouring days, not those that are not allowed.
    pub(crate) atoms: Atoms,
    /// The atoms in which a missing rule is worth a word.
    pub(crate) expected: Atoms,
}

impl Column {
    /// The column of these cells. `allowed` are tests that all its values pass. None when there are
    /// more ranges than are analysed, or when the allowed values are of another type.
    pub(crate) fn new(
        name: String,
        boolean: bool,
        tests: &[Option<LiteralTests>],
        allowed: &[LiteralTests],
    ) -> Option<Column> {
        let ranges = || {
            let cells = tests.iter().flatten().chain(allowed);
            cells.flat_map(|tests| &tests.ranges)
        };
        if ranges().count() > RANGES {
            return None;
        }
        let mut values: Vec<Value> = Vec::new();
        if boolean {
            values.extend([Value::from(false), Value::from(true)]);
        }
        for end in ranges().flat_map(|range| [&range.start, &range.end]) {
            let kind = values.first().unwrap_or(end);
            if order(kind, end).is_some() && !end.is_null() {
                values.push(end.clone());
            }
        }
        if let Some(Value::Boolean(_)) = values.first() {
            values.extend([Value::from(false), Value::from(true)]);
        }
        values.sort_by(|a, b| order(a, b).unwrap_or(Ordering::Equal));
        values.dedup();
        let compares = ranges().any(|range| {
            use Comparison::{Equal, NotEqual};
            !matches!(range.form, RangeForm::Comparison(Equal | NotEqual))
        });
        let ordered = match values.first() {
            Some(Value::Boolean(_)) => false,
            Some(_) => compares,
            None => true,
        };
        let mut column = Column {
            name,
            values,
            ordered,
            atoms: Atoms::none(0),
            expected: Atoms::none(0),
        };
        column.atoms = column.all();
        for tests in allowed {
            let Cell::Known { atoms, .. } = column.cell(tests) else {
                return None;
            };
            column.atoms = atoms;
        }
        column.expected = column.atoms.clone();
        if let (Some(Value::String(_)), true) = (column.values.first(), allowed.is_empty()) {
            // Nobody lists all strings.
            column.expected = Atoms::none(column.count());
            for index in 0..column.values.len() {
                column.expected.insert(2 * index + 1);
            }
        }
        Some(column)
    }

    /// A column of which nothing is known but its name.
    pub(crate) fn opaque(name: String) -> Column {
        let mut column = Column {
            name,
            values: Vec::new(),
            ordered: true,
            atoms: Atoms::none(0),
            expected: Atoms::none(0),
        };
        column.atoms = column.all();
        column.expected = column.atoms.clone();
        column
    }

    /// How many atoms there may be.
    pub(crate) fn count(&self) -> usize {
        2 * self.values.len() + 1
    }

    /// The atom of a value; `None` for null and for values of other types than the column's.
    pub(crate) fn locate(&self, value: &Value) -> Option<usize> {
        order(self.values.first()?, value)?;
        let found = self
            .values
            .binary_search_by(|other| order(other, value).unwrap_or(Ordering::Less));
        Some(match found {
            Ok(index) => 2 * index + 1,
            Err(index) if self.ordered => 2 * index,
            Err(_) => 0,
        })
    }

    /// One atom alone.
    pub(crate) fn only(&self, atom: usize) -> Atoms {
        let mut only = Atoms::none(self.count());
        only.insert(atom);
        only
    }

    fn all(&self) -> Atoms {
        let mut all = Atoms::none(self.count());
        let boolean = matches!(self.values.first(), Some(Value::Boolean(_)));
        for index in 0..self.count() {
            let exists = if index % 2 == 1 {
                true
            } else if boolean {
                false
            } else if self.ordered {
                !self.is_closed(index / 2)
            } else {
                index == 0
            };
            if exists {
                all.insert(index);
            }
        }
        all
    }

    /// Whether there is nothing between the value and the one before, as between neighbouring days.
    fn is_closed(&self, index: usize) -> bool {
        let before = index
            .checked_sub(1)
            .and_then(|before| self.values.get(before));
        match (before, self.values.get(index)) {
            (Some(Value::Date(a)), Some(Value::Date(b))) => b.days() - a.days() <= 1,
            (Some(Value::YearsMonthsDuration(a)), Some(Value::YearsMonthsDuration(b))) => {
                b.months() - a.months() <= 1
            }
            _ => false,
        }
    }

    /// What a cell lets pass; unknown when its values are of another type than the column's.
    pub(crate) fn cell(&self, tests: &LiteralTests) -> Cell {
        let mut passed = Atoms::none(self.count());
        for range in &tests.ranges {
            for end in [&range.start, &range.end] {
                let fits = self.values.first().and_then(|kind| order(kind, end));
                if !end.is_null() && fits.is_none() {
                    return Cell::Unknown;
                }
            }
            let span = self.span(range);
            for atom in self.atoms.iter().filter(|atom| span.holds(*atom)) {
                passed.insert(atom);
            }
        }
        let unequal = RangeForm::Comparison(Comparison::NotEqual);
        let elsewhere =
            tests.negated || tests.lists || tests.ranges.iter().any(|range| range.form == unequal);
        if tests.negated {
            let mut others = Atoms::none(self.count());
            for atom in self.atoms.iter().filter(|atom| !passed.has(*atom)) {
                others.insert(atom);
            }
            passed = others;
        }
        Cell::Known {
            atoms: passed,
            elsewhere,
        }
    }

    /// Where a range lies among the atoms.
    fn span(&self, range: &Range) -> Span {
        // The ends are among the values; what is between them is no end.
        let place = |value: &Value| self.locate(value).filter(|atom| atom % 2 == 1);
        let (start, end) = (place(&range.start), place(&range.end));
        match range.form {
            RangeForm::Comparison(Comparison::Equal) => Span::Only(start),
            RangeForm::Comparison(Comparison::NotEqual) => Span::Except(start),
            _ => Span::Between {
                first: start.map_or(0, |start| start + usize::from(!range.start_included)),
                last: end.map_or(usize::MAX, |end| end - usize::from(!range.end_included)),
            },
        }
    }

    /// One value of an atom, or the values around it, as a condition on the input.
    pub(crate) fn example(&self, atom: usize) -> String {
        self.described(&[(atom, atom)])
    }

    /// The atoms as conditions on the input.
    pub(crate) fn conditions(&self, atoms: &Atoms) -> String {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let mut before = None;
        for atom in self.atoms.iter() {
            if atoms.has(atom) {
                match runs.last_mut() {
                    Some(run) if self.ordered && before == Some(run.1) => run.1 = atom,
                    _ => runs.push((atom, atom)),
                }
            }
            before = Some(atom);
        }
        self.described(&runs)
    }

    fn described(&self, runs: &[(usize, usize)]) -> String {
        let mut text = String::new();
        for (index, (first, last)) in runs.iter().take(SHOWN).enumerate() {
            if index > 0 {
                text.push_str(" or ");
            }
            if !self.ordered && first % 2 == 0 {
                let _ = write!(text, "`{}` is none of the values named", self.name);
            } else {
                let _ = write!(text, "`{}` {}", self.name, self.interval(*first, *last));
            }
        }
        if runs.len() > SHOWN {
            let _ = write!(text, " or in {} other ranges", runs.len() - SHOWN);
        }
        if runs.len() > 1 {
            text = format!("({text})");
        }
        text
    }

    fn interval(&self, first: usize, last: usize) -> String {
        let low = if first % 2 == 1 {
            Some(first / 2)
        } else {
            (first / 2).checked_sub(1)
        };
        let low = low.and_then(|index| self.values.get(index));
        let high = self.values.get(last / 2);
        match (low, high) {
            (Some(low), Some(_)) if first == last && first % 2 == 1 => format!("= {low}"),
            (Some(low), Some(high)) => {
                let open = if first % 2 == 1 { '[' } else { '(' };
                let close = if last % 2 == 1 { ']' } else { ')' };
                format!("in {open}{low}..{high}{close}")
            }
            (Some(low), None) => format!("{} {low}", if first % 2 == 1 { ">=" } else { ">" }),
            (None, Some(high)) => format!("{} {high}", if last % 2 == 1 { "<=" } else { "<" }),
            (None, None) => "is anything".to_owned(),
        }
    }
}

/// The atoms of a range.
enum Span {
    Only(Option<usize>),
    Except(Option<usize>),
    Between { first: usize, last: usize },
}

impl Span {
    fn holds(&self, atom: usize) -> bool {
        match self {
            Span::Only(only) => *only == Some(atom),
            Span::Except(except) => *except != Some(atom),
            Span::Between { first, last } => (*first..=*last).contains(&atom),
        }
    }
}

/// The order of two values of one of the types that are analysed.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    Some(match (a, b) {
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::DaysTimeDuration(a), Value::DaysTimeDuration(b)) => a.cmp(b),
        (Value::YearsMonthsDuration(a), Value::YearsMonthsDuration(b)) => a.cmp(b),
        _ => return None,
    })
}
