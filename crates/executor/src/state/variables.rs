//! Where variables live and how a name is found.
//!
//! A name is looked up from the element instance outwards to the process; a called process begins a
//! new world. What is written without a mapping goes to the nearest scope that has the name, else to
//! the process.

use std::collections::BTreeSet;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::Kind;
use reglament_feel::{Scope, Symbol, Value, Variable};

use super::{CompensationRecord as Record, NONE, State};

/// The variables of one scope. Few, so a search beats a map.
pub(crate) type Locals = Vec<(Symbol, Value)>;

/// Sets `symbol` in `locals`.
pub(crate) fn assign(locals: &mut Locals, symbol: Symbol, value: Value) {
    match locals.iter_mut().find(|(name, _)| *name == symbol) {
        Some((_, place)) => *place = value,
        None => locals.push((symbol, value)),
    }
}

/// The variables that are visible from one element instance, under an overlay of values that are not
/// stored yet.
pub(crate) struct VariableScope<'a> {
    pub(crate) state: &'a State,
    pub(crate) program: &'a Program,
    /// The slot that the search begins at.
    pub(crate) slot: u32,
    /// Looked at first; the newest last.
    pub(crate) overlay: &'a [(Symbol, Value)],
}

impl Scope for VariableScope<'_> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        let overlaid = self
            .overlay
            .iter()
            .rev()
            .find(|(name, _)| *name == variable.symbol);
        match overlaid {
            Some((_, value)) => Some(value),
            None => self
                .state
                .lookup(self.program, self.slot, variable.symbol)
                .map(|(_, value)| value),
        }
    }
}

impl State {
    /// The nearest definition of `symbol`, seen from `slot`: where it is, and its value.
    pub(crate) fn lookup(
        &self,
        program: &Program,
        slot: u32,
        symbol: Symbol,
    ) -> Option<(u32, &Value)> {
        let mut current = slot;
        while current != NONE {
            let here = self.slot(current)?;
            if let Some(extra) = &here.extra
                && let Some((_, value)) = extra.locals.iter().find(|(name, _)| *name == symbol)
            {
                return Some((current, value));
            }
            if matches!(program.elements[here.element].kind, Kind::Process) {
                return None;
            }
            current = here.parent;
        }
        None
    }

    /// The slot of the process that `slot` runs in.
    pub(crate) fn process_slot(&self, program: &Program, slot: u32) -> u32 {
        let mut current = slot;
        while let Some(here) = self.slot(current) {
            if here.parent == NONE || matches!(program.elements[here.element].kind, Kind::Process) {
                return current;
            }
            current = here.parent;
        }
        0
    }

    /// The symbols of all variables that have values, and of those that records of compensation keep.
    pub(crate) fn used_symbols(&self) -> BTreeSet<Symbol> {
        fn of_record(record: &Record, used: &mut BTreeSet<Symbol>) {
            used.extend(record.locals.iter().map(|(symbol, _)| *symbol));
            for nested in &record.nested {
                of_record(nested, used);
            }
        }
        let mut used = BTreeSet::new();
        let extras = self
            .live_slots()
            .filter_map(|(_, slot)| slot.extra.as_deref());
        for extra in extras {
            used.extend(extra.locals.iter().map(|(symbol, _)| *symbol));
            let undoing = extra.compensating.iter();
            let undoing = undoing.flat_map(|it| it.remaining.iter().chain(&it.current));
            for record in extra.records.iter().chain(undoing) {
                of_record(record, &mut used);
            }
        }
        used
    }

    /// The symbol of `name`, if the program or this instance knows it.
    pub(crate) fn symbol(&self, program: &Program, name: &str) -> Option<Symbol> {
        program.names.get(name).or_else(|| {
            let names = &self.rare.as_ref()?.names;
            let position = names.iter().position(|known| &**known == name)?;
            Some(Symbol(u32::try_from(program.names.len() + position).ok()?))
        })
    }

    /// The name of `symbol`.
    pub(crate) fn name<'a>(&'a self, program: &'a Program, symbol: Symbol) -> Option<&'a Arc<str>> {
        program.names.name(symbol).or_else(|| {
            let position = (symbol.0 as usize).checked_sub(program.names.len())?;
            self.rare.as_ref()?.names.get(position)
        })
    }
}
