//! Tokens as the events tell them: none is lost, none is made out of nothing, and a scope completes
//! only when it has none left.
//!
//! # Source
//! BPMN 2.0.2, 7.2.1 (tokens), 13.2 and 13.4.

use std::collections::BTreeMap;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx, Kind};
use reglament_executor::{Event, Key, Origin};

/// The tokens of one instance.
#[derive(Default)]
pub(crate) struct Tokens {
    /// On each flow of each scope: tokens that move, and tokens that wait at its end.
    flows: BTreeMap<(Key, FlowIx), (usize, usize)>,
    /// What complex gateways have consumed before their reset.
    consumed: BTreeMap<(Key, ElementIx), Vec<FlowIx>>,
    /// Element instances that were reached and have consumed their tokens already.
    reached: BTreeMap<Key, ()>,
}

impl Tokens {
    /// Takes one event.
    ///
    /// # Errors
    /// A token that is not there, or one that is left.
    pub(crate) fn take(&mut self, program: &Program, event: &Event) -> Result<(), String> {
        match event {
            Event::Taken { flow, scope } => {
                self.flows.entry((*scope, *flow)).or_default().0 += 1;
                Ok(())
            }
            Event::Passed { scope, over, to } => {
                self.flows.entry((*scope, *to)).or_default().0 += 1;
                self.consume_moving(program, *scope, *over)
            }
            Event::Arrived { flow, scope } => {
                self.consume_moving(program, *scope, *flow)?;
                self.flows.entry((*scope, *flow)).or_default().1 += 1;
                Ok(())
            }
            Event::Reached {
                key,
                element,
                scope,
                origin,
            } => {
                self.reached.insert(*key, ());
                self.enter(program, *element, *scope, *origin)
            }
            Event::Activated {
                key,
                element,
                scope,
                origin,
            } => {
                if self.reached.remove(key).is_some() {
                    return Ok(());
                }
                self.enter(program, *element, *scope, *origin)
            }
            Event::ResetAwaited {
                scope,
                gateway,
                consumed,
            } => {
                self.consumed.insert((*scope, *gateway), consumed.to_vec());
                Ok(())
            }
            Event::Reset { scope, gateway } => {
                let consumed = self
                    .consumed
                    .remove(&(*scope, *gateway))
                    .unwrap_or_default();
                let flows = &program.elements[*gateway].incoming;
                self.consume_waiting(*scope, flows.iter().filter(|flow| !consumed.contains(flow)));
                Ok(())
            }
            Event::Completed { key } => self.must_be_empty(program, *key),
            Event::Terminated { key } | Event::Interrupted { scope: key } => {
                self.drop_scope(*key);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// An element is entered: what brought it there is consumed.
    fn enter(
        &mut self,
        program: &Program,
        element: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Result<(), String> {
        match origin {
            Origin::Token(flow) => self.consume_moving(program, scope, flow),
            Origin::Join => {
                let flows = &program.elements[element].incoming;
                let found = self.consume_waiting(scope, flows.iter());
                let all = matches!(program.elements[element].kind, Kind::ParallelGateway);
                if found == 0 || (all && found < flows.len()) {
                    return Err(format!("{} joins {found} tokens", program.id(element)));
                }
                Ok(())
            }
            Origin::Quantity(needed) => {
                // Oldest first is not told by counts; any will do for the balance.
                let flows = &program.elements[element].incoming;
                for _ in 0..needed {
                    let waits = |flow: &&FlowIx| {
                        self.flows
                            .get(&(scope, **flow))
                            .is_some_and(|(_, waiting)| *waiting > 0)
                    };
                    let Some(flow) = flows.iter().find(waits).copied() else {
                        return Err(format!(
                            "{} starts with too few tokens",
                            program.id(element)
                        ));
                    };
                    self.consume_waiting(scope, [&flow].into_iter());
                }
                Ok(())
            }
            Origin::Queue | Origin::Trigger => Ok(()),
        }
    }

    fn consume_moving(
        &mut self,
        program: &Program,
        scope: Key,
        flow: FlowIx,
    ) -> Result<(), String> {
        match self.flows.get_mut(&(scope, flow)) {
            Some((moving, _)) if *moving > 0 => {
                *moving -= 1;
                Ok(())
            }
            Some(_) | None => Err(format!("no token on {}", program.flows[flow].id)),
        }
    }

    /// Takes one waiting token of each of `flows` that has any; how many there were.
    fn consume_waiting<'f>(
        &mut self,
        scope: Key,
        flows: impl Iterator<Item = &'f FlowIx>,
    ) -> usize {
        let mut found = 0;
        for flow in flows {
            if let Some((_, waiting)) = self.flows.get_mut(&(scope, *flow)).filter(|it| it.1 > 0) {
                *waiting -= 1;
                found += 1;
            }
        }
        found
    }

    fn must_be_empty(&mut self, program: &Program, scope: Key) -> Result<(), String> {
        let left = self
            .of(scope)
            .find(|(_, (moving, waiting))| moving + waiting > 0)
            .map(|(flow, _)| program.flows[*flow].id.clone());
        self.drop_scope(scope);
        match left {
            Some(id) => Err(format!("{scope} completes with a token on {id}")),
            None => Ok(()),
        }
    }

    fn of(&self, scope: Key) -> impl Iterator<Item = (&FlowIx, &(usize, usize))> {
        let range = (scope, FlowIx(0))..=(scope, FlowIx(u32::MAX));
        self.flows
            .range(range)
            .map(|((_, flow), counts)| (flow, counts))
    }

    fn drop_scope(&mut self, scope: Key) {
        let flows: Vec<FlowIx> = self.of(scope).map(|(flow, _)| *flow).collect();
        for flow in flows {
            self.flows.remove(&(scope, flow));
        }
        self.consumed.retain(|(of, _), _| *of != scope);
    }
}
