//! Analysis of decision tables: rules that overlap, gaps, rules that can never fire.
//!
//! Each input is cut into atoms at the values that its cells name ([`column`](crate::column)); rules are boxes of
//! atoms. What is not literal is taken so that nothing is reported that is not so: see the pages of
//! RG0611 to RG0613.
//!
//! # Source
//! DMN 1.5, chapter 8 (hit policies, completeness).

use reglament_feel::{Expression, LiteralTests, Type};
use reglament_source::{Code, Diagnostic};

use crate::boxed::{Boxed, BoxedKind};
use crate::codes;
use crate::column::{Atoms, Cell, Column};
use crate::compile::Decisions;
use crate::graph::NodeKind;
use crate::hit_policy::HitPolicy;
use crate::item::{Items, Shape, TypeRef};
use crate::table::{DecisionTable, Input, Place};

/// How many cells are looked at in one search before it is given up.
const STEPS: usize = 3_000_000;
/// How many rules a table may have to be analysed.
const RULES: usize = 1000;
/// How many diagnostics of one code a table gets.
const REPORTS: usize = 10;
/// How far aliases of types are followed.
const ALIASES: u32 = 32;

impl Decisions {
    /// Analyses the decision tables of the model, not those of its imports.
    ///
    /// Gives warnings: rules that overlap under UNIQUE ([`codes::OVERLAP`]), inputs without a rule
    /// ([`codes::GAP`]), rules that can never fire ([`codes::UNREACHABLE`]). Their pages say what is
    /// not analysed. Meant for models that compile without an error.
    #[must_use]
    pub fn analyze(&self) -> Vec<Diagnostic> {
        let graph = self.graph();
        let mut tables = Vec::new();
        for node in graph.nodes.iter().filter(|node| node.model == 0) {
            match &node.kind {
                NodeKind::Decision(Some(body)) => collect(body, &mut tables),
                NodeKind::Knowledge(Some(function)) => collect(&function.body, &mut tables),
                NodeKind::Decision(None)
                | NodeKind::Knowledge(None)
                | NodeKind::Input
                | NodeKind::Service(_) => {}
            }
        }
        let mut diagnostics = Vec::new();
        for table in tables {
            if table.rules.len() > RULES {
                continue;
            }
            Analysis::new(table, &graph.items).report(&mut diagnostics);
        }
        diagnostics
    }
}

/// All tables within a boxed expression, whose nesting the compiler bounds.
fn collect<'t>(boxed: &'t Boxed, tables: &mut Vec<&'t DecisionTable>) {
    if let BoxedKind::Table(table) = &boxed.kind {
        tables.push(table);
    }
    boxed
        .parts()
        .into_iter()
        .for_each(|part| collect(part, tables));
}

struct Analysis<'t> {
    table: &'t DecisionTable,
    columns: Vec<Column>,
    /// The cells of each rule; none for a rule that does not fit the table.
    rules: Vec<Vec<Cell>>,
    /// What is left of the current search.
    steps: usize,
}

impl<'t> Analysis<'t> {
    fn new(table: &'t DecisionTable, items: &Items) -> Self {
        let mut columns = Vec::new();
        let mut rules: Vec<Vec<Cell>> = table.rules.iter().map(|_| Vec::new()).collect();
        for (index, input) in table.inputs.iter().enumerate() {
            let tests: Vec<Option<LiteralTests>> = table
                .rules
                .iter()
                .map(|rule| rule.tests.get(index)?.as_ref()?.literal_tests())
                .collect();
            let ty = items.feel_type(&input.ty, ALIASES);
            let name = input
                .expression
                .as_ref()
                .map_or("", Expression::text)
                .trim();
            let column = allowed(input, items)
                .filter(|_| !matches!(ty, Type::List(_)))
                .and_then(|allowed| {
                    Column::new(name.to_owned(), ty == Type::Boolean, &tests, &allowed)
                });
            for ((cells, rule), tests) in rules.iter_mut().zip(&table.rules).zip(&tests) {
                let cell = match (rule.tests.get(index), tests, &column) {
                    (Some(None), ..) => Cell::Any,
                    (Some(Some(_)), Some(tests), Some(column)) => column.cell(tests),
                    _ => Cell::Unknown,
                };
                cells.push(cell);
            }
            columns.push(column.unwrap_or_else(|| Column::opaque(name.to_owned())));
        }
        Analysis {
            table,
            columns,
            rules,
            steps: STEPS,
        }
    }

    fn report(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let mut dead = Vec::new();
        self.steps = STEPS;
        for index in 0..self.rules.len() {
            if let Some(reason) = self.dead(index) {
                dead.push(index);
                if let Some(rule) = self.table.rules.get(index) {
                    let message = format!("rule {} can never fire: {reason}", index + 1);
                    diagnostics.push(warning(&codes::UNREACHABLE, &rule.place, message));
                }
            }
        }
        if self.table.policy == HitPolicy::Unique {
            self.overlaps(&dead, diagnostics);
        }
        self.gaps(diagnostics);
    }

    /// Why a rule can never fire, if that is so.
    fn dead(&mut self, index: usize) -> Option<String> {
        let cells = self.rules.get(index)?;
        let empty = cells.iter().zip(&self.columns).find(
            |(cell, _)| matches!(cell, Cell::Known { atoms, elsewhere: false } if atoms.is_empty()),
        );
        if let Some((_, column)) = empty {
            return Some(format!("no value of `{}` passes its test", column.name));
        }
        if self.table.policy != HitPolicy::First {
            return None;
        }
        let earlier: Vec<usize> = (0..index)
            .filter(|earlier| self.is_known(*earlier))
            .collect();
        self.covers(index, 0, &earlier)
            .then(|| "the rules before it match whatever it matches".to_owned())
    }

    fn is_known(&self, rule: usize) -> bool {
        let cells = self.rules.get(rule);
        cells.is_some_and(|cells| !cells.iter().any(|cell| matches!(cell, Cell::Unknown)))
    }

    fn cell(&self, rule: usize, column: usize) -> &Cell {
        let cells = self.rules.get(rule);
        cells
            .and_then(|cells| cells.get(column))
            .unwrap_or(&Cell::Unknown)
    }

    /// Whether `earlier` rules match all that a rule matches from this column on.
    fn covers(&mut self, rule: usize, column: usize, earlier: &[usize]) -> bool {
        if earlier.is_empty() || column >= self.columns.len() {
            return !earlier.is_empty();
        }
        let work = self.work(column, earlier.len());
        let Some(left) = self.steps.checked_sub(work) else {
            return false;
        };
        self.steps = left;
        let (atoms, elsewhere) = match self.cell(rule, column) {
            Cell::Known { atoms, elsewhere } => (Some(atoms), *elsewhere),
            Cell::Any | Cell::Unknown => (None, true),
        };
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut add = |group: Vec<usize>| {
            if !groups.contains(&group) {
                groups.push(group);
            }
        };
        if elsewhere {
            let any = |other: &&usize| matches!(self.cell(**other, column), Cell::Any);
            add(earlier.iter().filter(any).copied().collect());
        }
        if let Some(known) = self.columns.get(column) {
            let own = atoms.unwrap_or(&known.atoms);
            for atom in own.iter() {
                let hit = |other: &&usize| self.passes(**other, column, atom, false);
                add(earlier.iter().filter(hit).copied().collect());
            }
        }
        groups
            .iter()
            .all(|group| self.covers(rule, column + 1, group))
    }

    /// What it costs to look at all atoms of a column for so many rules.
    fn work(&self, column: usize, rules: usize) -> usize {
        let words = self
            .columns
            .get(column)
            .map_or(0, |column| column.atoms.words());
        words * 64 * rules + 1
    }

    /// Whether a cell lets an atom pass; `unknown` is the answer where only evaluating tells.
    fn passes(&self, rule: usize, column: usize, atom: usize, unknown: bool) -> bool {
        match self.cell(rule, column) {
            Cell::Any => true,
            Cell::Known { atoms, .. } => atoms.has(atom),
            Cell::Unknown => unknown,
        }
    }

    fn overlaps(&mut self, dead: &[usize], diagnostics: &mut Vec<Diagnostic>) {
        let mut reports = 0;
        let alive =
            (0..self.rules.len()).filter(|rule| self.is_known(*rule) && !dead.contains(rule));
        let alive: Vec<usize> = alive.collect();
        let words: usize = self.columns.iter().map(|column| column.atoms.words()).sum();
        self.steps = STEPS;
        for (index, later) in alive.iter().copied().enumerate() {
            for earlier in alive.iter().copied().take(index) {
                let Some(left) = self.steps.checked_sub(words + 1) else {
                    return;
                };
                self.steps = left;
                let Some(example) = self.common(earlier, later) else {
                    continue;
                };
                let places = (self.table.rules.get(earlier), self.table.rules.get(later));
                if let (Some(first), Some(second)) = places {
                    let message = format!(
                        "rules {} and {} both match {example}",
                        earlier + 1,
                        later + 1
                    );
                    diagnostics.push(
                        warning(&codes::OVERLAP, &second.place, message)
                            .label(first.place.span, format!("rule {}", earlier + 1)),
                    );
                }
                reports += 1;
                if reports == REPORTS {
                    return;
                }
            }
        }
    }

    /// Inputs that both rules match, if there are such.
    fn common(&self, first: usize, second: usize) -> Option<String> {
        let mut conditions = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let shared: Atoms = match (self.cell(first, index), self.cell(second, index)) {
                (Cell::Known { atoms, .. }, Cell::Known { atoms: others, .. }) => atoms.and(others),
                (Cell::Known { atoms, .. }, Cell::Any) | (Cell::Any, Cell::Known { atoms, .. }) => {
                    atoms.clone()
                }
                (Cell::Any, Cell::Any) => continue,
                (Cell::Unknown, _) | (_, Cell::Unknown) => return None,
            };
            conditions.push(column.example(shared.iter().next()?));
        }
        Some(joined(conditions))
    }

    fn gaps(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let policy = self.table.policy;
        let lists = matches!(
            policy,
            HitPolicy::Collect(_) | HitPolicy::RuleOrder | HitPolicy::OutputOrder
        );
        let defaults = self.table.outputs.iter().any(|out| out.default.is_some());
        if lists || defaults || self.rules.is_empty() {
            return;
        }
        let all: Vec<usize> = (0..self.rules.len()).collect();
        let mut found = Vec::new();
        self.steps = STEPS;
        self.uncovered(0, &all, &mut Vec::new(), &mut found);
        for conditions in found {
            let message = format!("no rule matches {}", joined(conditions));
            diagnostics.push(warning(&codes::GAP, &self.table.place, message));
        }
    }

    /// Collects the conditions that lead from this column on to no rule at all.
    fn uncovered(
        &mut self,
        column: usize,
        rules: &[usize],
        path: &mut Vec<String>,
        found: &mut Vec<Vec<String>>,
    ) {
        self.steps = self.steps.saturating_sub(self.work(column, rules.len()));
        if self.steps == 0 || found.len() == REPORTS {
            return;
        }
        if rules.is_empty() {
            found.push(path.clone());
            return;
        }
        let Some(known) = self.columns.get(column) else {
            return;
        };
        let mut groups: Vec<(Vec<usize>, Atoms)> = Vec::new();
        for atom in known.expected.iter() {
            let hit = |rule: &&usize| self.passes(**rule, column, atom, true);
            let hits: Vec<usize> = rules.iter().filter(hit).copied().collect();
            match groups.iter_mut().find(|(group, _)| *group == hits) {
                Some((_, atoms)) => atoms.insert(atom),
                None => groups.push((hits, known.only(atom))),
            }
        }
        let whole = groups.len() == 1;
        for (hits, atoms) in groups {
            let condition = (!whole)
                .then(|| self.columns.get(column))
                .flatten()
                .map(|column| column.conditions(&atoms));
            let before = path.len();
            path.extend(condition);
            self.uncovered(column + 1, &hits, path, found);
            path.truncate(before);
        }
    }
}

/// The tests that all values of an input pass; none when one of them is not literal.
fn allowed(input: &Input, items: &Items) -> Option<Vec<LiteralTests>> {
    let literal = |tests: &Option<Expression>| match tests {
        Some(tests) => tests.literal_tests().map(Some),
        None => Some(None),
    };
    let mut found: Vec<LiteralTests> = literal(&input.allowed)?.into_iter().collect();
    let mut ty = &input.ty;
    for _ in 0..ALIASES {
        let TypeRef::Item(index) = ty else { break };
        let Some(item) = items.items.get(*index).filter(|item| !item.collection) else {
            break;
        };
        found.extend(literal(&item.allowed)?);
        found.extend(literal(&item.constraint)?);
        let Shape::Alias(next) = &item.shape else {
            break;
        };
        ty = next;
    }
    Some(found)
}

fn joined(mut conditions: Vec<String>) -> String {
    if let [only] = &mut *conditions {
        // Brackets are for what stands beside other conditions.
        if let Some(inner) = only.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            *only = inner.to_owned();
        }
    }
    if conditions.is_empty() {
        return "whatever the inputs are".to_owned();
    }
    format!("when {}", conditions.join(" and "))
}

fn warning(code: &'static Code, place: &Place, message: String) -> Diagnostic {
    let diagnostic = Diagnostic::warning(code, message).at(place.span);
    match &place.id {
        Some(id) => diagnostic.on(&**id),
        None => diagnostic,
    }
}
