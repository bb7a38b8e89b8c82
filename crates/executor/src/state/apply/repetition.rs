//! Loops and multi-instance: iterations, their results and counters.

use reglament_core::Program;
use reglament_core::program::{ElementIx, SymbolTable};
use reglament_feel::{Symbol, Value};

use super::{Applied, Broken};
use crate::state::variables::assign;
use crate::state::{Key, Repeat, State};

impl State {
    /// Gives an iteration its counter and item.
    pub(super) fn begin_iteration(
        &mut self,
        program: &Program,
        key: Key,
        scope: Key,
        iteration: u32,
    ) -> Applied {
        let body = self.slot_mut(scope)?;
        let element = body.element;
        let Some(repeat) = body.extra.as_ref().and_then(|extra| extra.repeat.as_ref()) else {
            return Err(Broken("an iteration outside a loop"));
        };
        let item = match &repeat.items {
            Some(Value::List(items)) => items.get(iteration as usize - 1).cloned(),
            _ => None,
        };
        let name = item_name(program, element);
        let locals = &mut self.slot_mut(key)?.extra_mut().locals;
        locals.push((SymbolTable::LOOP_COUNTER, Value::from(i64::from(iteration))));
        if let (Some(name), Some(item)) = (name, item) {
            assign(locals, name, item);
        }
        self.count_instances(scope)
    }

    pub(super) fn repeating(
        &mut self,
        key: Key,
        items: Option<&Value>,
        total: Option<u32>,
    ) -> Applied {
        let repeat = Repeat {
            items: items.cloned(),
            total,
            ..Repeat::default()
        };
        self.slot_mut(key)?.extra_mut().repeat = Some(Box::new(repeat));
        if total.is_some() {
            self.count_instances(key)
        } else {
            Ok(())
        }
    }

    pub(super) fn result_collected(&mut self, key: Key, iteration: u32, value: &Value) -> Applied {
        let results = &mut self.repeat_mut(key)?.results;
        let position = (iteration as usize)
            .checked_sub(1)
            .ok_or(Broken("iteration 0"))?;
        if results.len() <= position {
            results.resize(position + 1, Value::Null);
        }
        if let Some(place) = results.get_mut(position) {
            *place = value.clone();
        }
        Ok(())
    }

    /// Writes the counters of a multi-instance body that expressions can read.
    pub(super) fn count_instances(&mut self, body: Key) -> Applied {
        let repeat = self.repeat_mut(body)?;
        let Some(total) = repeat.total else {
            return Ok(());
        };
        let (begun, completed, terminated) = (repeat.begun, repeat.completed, repeat.terminated);
        let active = begun.saturating_sub(completed).saturating_sub(terminated);
        let locals = &mut self.slot_mut(body)?.extra_mut().locals;
        for (symbol, count) in [
            (SymbolTable::NUMBER_OF_INSTANCES, total),
            (SymbolTable::NUMBER_OF_ACTIVE_INSTANCES, active),
            (SymbolTable::NUMBER_OF_COMPLETED_INSTANCES, completed),
            (SymbolTable::NUMBER_OF_TERMINATED_INSTANCES, terminated),
        ] {
            assign(locals, symbol, Value::from(i64::from(count)));
        }
        Ok(())
    }

    pub(super) fn repeat_mut(&mut self, key: Key) -> Result<&mut Repeat, Broken> {
        let extra = self.slot_mut(key)?.extra_mut();
        extra
            .repeat
            .as_deref_mut()
            .ok_or(Broken("not the body of a loop"))
    }
}

/// The variable that an iteration of `element` finds its item in.
fn item_name(program: &Program, element: ElementIx) -> Option<Symbol> {
    use reglament_core::program::Repetition;
    match program.elements[element]
        .activity
        .as_ref()?
        .repetition
        .as_ref()?
    {
        Repetition::MultiInstance(multi) => multi.item,
        Repetition::Loop(_) => None,
    }
}
