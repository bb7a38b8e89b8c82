//! Compiled expressions, mappings and the table of variable names.

use std::sync::Arc;

use reglament_feel::{Expression, Names, Symbol};
use reglament_source::{Diagnostic, Span};
use rustc_hash::FxHashMap;

/// A compiled FEEL expression with the place it was written at.
#[derive(Clone, Debug)]
pub struct Expr {
    /// The prepared expression; its variables carry symbols of the program's table.
    pub feel: Expression,
    /// The place of its text in the file.
    pub span: Span,
    /// Whether it may call `now()` or `today()`: only then is a date made of the clock.
    pub reads_clock: bool,
}

impl Expr {
    /// Compiles `text` and interns its variables in `names`. A leading `=` is the caller's to strip.
    /// The spans of the diagnostics are moved by `span.start`.
    pub fn parse(
        text: &str,
        span: Span,
        declared: &Names,
        names: &mut SymbolTable,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let (expression, mut diagnostics) = Expression::parse(text, declared);
        for diagnostic in &mut diagnostics {
            diagnostic.span = diagnostic
                .span
                .map(|inner| Span::new(inner.start + span.start, inner.end + span.start));
        }
        let expression = expression.map(|mut feel| {
            feel.bind(|name| names.intern(name));
            let reads_clock = text.contains("now") || text.contains("today");
            Self {
                feel,
                span,
                reads_clock,
            }
        });
        (expression, diagnostics)
    }
}

/// A text that is literal unless it began with `=`.
#[derive(Clone, Debug)]
pub enum Text {
    /// Taken as it is.
    Literal(Arc<str>),
    /// Evaluated.
    Expression(Box<Expr>),
}

/// Where a mapping writes.
#[derive(Clone, Debug)]
pub struct Target {
    /// The variable.
    pub variable: Symbol,
    /// The entries below it (`a.b.c` has two).
    pub path: Box<[Arc<str>]>,
}

/// One input or output mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// What is evaluated.
    pub source: Text,
    /// Where the result is written.
    pub target: Target,
}

/// The mappings of an element.
#[derive(Clone, Debug, Default)]
pub struct Mappings {
    /// Evaluated on entry, in order, each seeing the ones before; results are local.
    pub inputs: Box<[Mapping]>,
    /// Evaluated on completion, in order; results are written to the enclosing scope.
    pub outputs: Box<[Mapping]>,
}

/// Variable names interned to symbols.
///
/// A program's table is complete when lowering ends; names that only data brings in at run time are
/// numbered by the instance, from `len()` on.
#[derive(Clone, Debug)]
pub struct SymbolTable {
    names: Vec<Arc<str>>,
    symbols: FxHashMap<Arc<str>, u32>,
}

impl Default for SymbolTable {
    /// A table with the names that the engine itself sets.
    fn default() -> Self {
        let mut table = Self {
            names: Vec::new(),
            symbols: FxHashMap::default(),
        };
        for name in [
            "loopCounter",
            "numberOfInstances",
            "numberOfActiveInstances",
            "numberOfCompletedInstances",
            "numberOfTerminatedInstances",
            "activationCount",
            "waitingForStart",
        ] {
            table.intern(name);
        }
        table
    }
}

impl SymbolTable {
    /// `loopCounter`: the number of the iteration, from 1.
    pub const LOOP_COUNTER: Symbol = Symbol(0);
    /// `numberOfInstances`: how many instances a multi-instance activity has begun or will begin.
    pub const NUMBER_OF_INSTANCES: Symbol = Symbol(1);
    /// `numberOfActiveInstances`
    pub const NUMBER_OF_ACTIVE_INSTANCES: Symbol = Symbol(2);
    /// `numberOfCompletedInstances`
    pub const NUMBER_OF_COMPLETED_INSTANCES: Symbol = Symbol(3);
    /// `numberOfTerminatedInstances`
    pub const NUMBER_OF_TERMINATED_INSTANCES: Symbol = Symbol(4);
    /// `activationCount`: how many tokens wait at a complex gateway.
    pub const ACTIVATION_COUNT: Symbol = Symbol(5);
    /// `waitingForStart`: whether a complex gateway fires (true) or resets (false).
    pub const WAITING_FOR_START: Symbol = Symbol(6);

    /// The symbol of `name`, made when it is new.
    pub fn intern(&mut self, name: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(name) {
            return Symbol(*symbol);
        }
        let symbol = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = Arc::from(name);
        self.names.push(Arc::clone(&name));
        self.symbols.insert(name, symbol);
        Symbol(symbol)
    }

    /// The symbol of `name`, if the program uses that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).copied().map(Symbol)
    }

    /// The name of `symbol`, if it belongs to this table.
    #[must_use]
    pub fn name(&self, symbol: Symbol) -> Option<&Arc<str>> {
        self.names.get(symbol.0 as usize)
    }

    /// The names in the order of their symbols.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.names.iter()
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no names.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
