//! Loop markers: standard loop and multi-instance.
//!
//! # Source
//! BPMN 2.0.2, 10.3.8, 13.3.6 and 13.3.7.

use reglament_feel::Symbol;
use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use super::task::{TARGET_HINT, is_name};
use crate::codes;
use crate::model::{
    BaseElement, DataInput, DataOutput, Event, EventDefinition, MultiInstanceLoopCharacteristics,
    StandardLoopCharacteristics, Tag, child, zeebe,
};
use crate::program::{
    self, Behavior, ElementIx, Expr, LoopCharacteristics, MultiInstance, Repetition,
};
use crate::support::Position;

impl<'d> ProcessLowering<'d, '_> {
    /// How the activity is repeated.
    pub(super) fn repetition(&mut self, index: ElementIx) -> Option<Repetition> {
        let element = self.node(index).element;
        let standard = child(element, Tag::StandardLoopCharacteristics)
            .and_then(StandardLoopCharacteristics::from_element);
        let multiple = child(element, Tag::MultiInstanceLoopCharacteristics)
            .and_then(MultiInstanceLoopCharacteristics::from_element);
        if (standard.is_some() || multiple.is_some()) && self.node(index).is_event_sub_process {
            let message = format!(
                "the event sub-process {} has a loop marker",
                self.describe(element)
            );
            self.error(
                &codes::EVENT_SUB_PROCESS,
                element,
                message,
                "put the repeated work into an activity inside it",
            );
            return None;
        }
        match (standard, multiple) {
            (Some(view), None) => Some(Repetition::Loop(Box::new(self.standard_loop(view)))),
            (None, Some(view)) => Some(Repetition::MultiInstance(Box::new(
                self.multi_instance(index, view),
            ))),
            (None, None) => None,
            (Some(_), Some(_)) => {
                let message = format!(
                    "{} is both a standard loop and multi-instance",
                    self.describe(element)
                );
                self.error(
                    &codes::MULTI_INSTANCE,
                    element,
                    message,
                    "keep one loop marker",
                );
                None
            }
        }
    }

    fn standard_loop(&mut self, view: StandardLoopCharacteristics<'d>) -> LoopCharacteristics {
        let element = view.element();
        let condition = view
            .loop_condition()
            .and_then(|condition| self.expression(condition, "the loop condition"));
        let stated = element
            .attribute("loopMaximum")
            .filter(|text| !text.trim().is_empty());
        let maximum = view
            .loop_maximum()
            .and_then(|maximum| u32::try_from(maximum).ok());
        if let Some(text) = stated.filter(|_| maximum.is_none()) {
            let message = format!("`loopMaximum` is `{text}`, expected an integer of at least 0");
            self.error(
                &codes::QUANTITY,
                element,
                message,
                "remove the attribute, or give the number of passes",
            );
        }
        if view.loop_condition().is_none() && stated.is_none() {
            let message =
                "the loop has neither a condition nor a maximum, so only an interruption ends it";
            self.warn(
                &codes::ENDLESS_LOOP,
                element,
                message,
                "add a `loopCondition` or a `loopMaximum`",
            );
        }
        LoopCharacteristics {
            test_before: view.test_before(),
            maximum,
            condition,
        }
    }

    fn multi_instance(
        &mut self,
        index: ElementIx,
        view: MultiInstanceLoopCharacteristics<'d>,
    ) -> MultiInstance {
        let extension = zeebe::LoopCharacteristics::find(view.extension_elements());
        let cardinality = view
            .loop_cardinality()
            .and_then(|cardinality| self.expression(cardinality, "the loop cardinality"));
        let collection = self.collection(index, view, extension);
        let completion = view
            .completion_condition()
            .and_then(|condition| self.expression(condition, "the completion condition"));
        let has_number = view.loop_cardinality().is_some()
            || view.loop_data_input_ref().is_some()
            || extension.is_some_and(|extension| extension.input_collection().is_some());
        if !has_number {
            let message = "nothing says how many instances there are";
            let hint = "add a `loopCardinality`, a `loopDataInputRef` or a `zeebe:loopCharacteristics` with an `inputCollection`";
            self.error(&codes::MULTI_INSTANCE, view.element(), message, hint);
        }
        let item = self.item(view, extension);
        let (output, output_element) = self.outputs(index, view, extension);
        let behavior = self.behavior(index, view);
        MultiInstance {
            sequential: view.is_sequential(),
            cardinality,
            collection,
            item,
            output,
            output_element,
            completion,
            behavior,
        }
    }

    fn collection(
        &mut self,
        index: ElementIx,
        view: MultiInstanceLoopCharacteristics<'d>,
        extension: Option<zeebe::LoopCharacteristics<'d>>,
    ) -> Option<Expr> {
        let bound = extension.filter(|extension| extension.input_collection().is_some());
        match (bound, view.loop_data_input_ref()) {
            (Some(_), Some(_)) => {
                let message = "the collection is given twice, by `loopDataInputRef` and by `zeebe:loopCharacteristics`";
                self.error(
                    &codes::MULTI_INSTANCE,
                    view.element(),
                    message,
                    "keep one of them",
                );
                None
            }
            (Some(extension), None) => self.bound_collection(extension),
            (None, Some(reference)) => {
                let name = self.loop_data(index, view.element(), &reference, true)?;
                self.variable(view.element(), &name)
            }
            (None, None) => None,
        }
    }

    fn bound_collection(&mut self, extension: zeebe::LoopCharacteristics<'d>) -> Option<Expr> {
        let text = extension.input_collection()?.trim();
        if !text.starts_with('=') {
            let message = format!("`inputCollection` is the literal `{text}`, expected a list");
            self.error(
                &codes::MULTI_INSTANCE,
                extension.element(),
                message,
                format!("write `={text}`"),
            );
            return None;
        }
        self.attribute_expression(extension.element(), "inputCollection")
    }

    fn item(
        &mut self,
        view: MultiInstanceLoopCharacteristics<'d>,
        extension: Option<zeebe::LoopCharacteristics<'d>>,
    ) -> Option<Symbol> {
        let bound =
            extension.and_then(|extension| Some((extension.element(), extension.input_element()?)));
        let standard = view.input_data_item().and_then(|item: DataInput<'d>| {
            Some((
                item.element(),
                item.name().filter(|name| !name.is_empty()).or(item.id())?,
            ))
        });
        let (element, name) = bound
            .filter(|(_, name)| !name.trim().is_empty())
            .or(standard)?;
        self.declared_variable(element, name)
    }

    fn outputs(
        &mut self,
        index: ElementIx,
        view: MultiInstanceLoopCharacteristics<'d>,
        extension: Option<zeebe::LoopCharacteristics<'d>>,
    ) -> (Option<Symbol>, Option<Expr>) {
        if let Some(extension) = extension.filter(|extension| {
            extension
                .output_collection()
                .is_some_and(|name| !name.trim().is_empty())
        }) {
            let element = extension.element();
            let output =
                self.simple_variable(element, extension.output_collection().unwrap_or_default());
            if extension
                .output_element()
                .is_none_or(|text| text.trim().is_empty())
            {
                self.incomplete_extension(element, element, "outputElement");
            }
            return (output, self.attribute_expression(element, "outputElement"));
        }
        let Some(reference) = view.loop_data_output_ref() else {
            return (None, None);
        };
        let element = view.element();
        let output = self
            .loop_data(index, element, &reference, false)
            .and_then(|name| self.declared_variable(element, &name));
        let item = view.output_data_item().and_then(|item: DataOutput<'d>| {
            item.name().filter(|name| !name.is_empty()).or(item.id())
        });
        (output, item.and_then(|name| self.variable(element, name)))
    }

    /// A variable that an extension names: a plain name.
    fn simple_variable(&mut self, element: ElementRef<'d>, name: &str) -> Option<Symbol> {
        if !is_name(name) {
            let message = format!("`{name}` is not the name of a variable");
            self.error(&codes::MAPPING_TARGET, element, message, TARGET_HINT);
            return None;
        }
        Some(self.program.names.intern(name.trim()))
    }

    /// A variable that BPMN data declares: its name may have spaces.
    fn declared_variable(&mut self, _element: ElementRef<'d>, name: &str) -> Option<Symbol> {
        Some(self.program.names.intern(name.trim()))
    }

    fn behavior(
        &mut self,
        index: ElementIx,
        view: MultiInstanceLoopCharacteristics<'d>,
    ) -> Behavior {
        match view.behavior().map(str::trim) {
            Some("One") => Behavior::One(self.thrown(index, view, view.one_behavior_event_ref())),
            Some("None") => {
                Behavior::None(self.thrown(index, view, view.none_behavior_event_ref()))
            }
            Some("Complex") => Behavior::Complex(self.complex_behavior(index, view)),
            _ => Behavior::All,
        }
    }

    fn thrown(
        &mut self,
        index: ElementIx,
        view: MultiInstanceLoopCharacteristics<'d>,
        reference: Option<&'d str>,
    ) -> Option<Box<program::EventDefinition>> {
        let reference = reference.filter(|reference| !reference.trim().is_empty())?;
        let Some(found) = self.resolve(view.element(), reference) else {
            self.mark_broken();
            return None;
        };
        let definition = EventDefinition::from_element(found)?;
        self.implicit(index, definition).map(Box::new)
    }

    fn complex_behavior(
        &mut self,
        index: ElementIx,
        view: MultiInstanceLoopCharacteristics<'d>,
    ) -> Box<[(Expr, program::EventDefinition)]> {
        let mut thrown = Vec::new();
        for definition in view.complex_behavior_definitions() {
            let element = definition.element();
            let condition = definition.condition();
            let condition = condition
                .and_then(|condition| self.expression(condition, "the condition of the event"));
            let event = definition
                .event()
                .and_then(|event| Event::from_element(event.element()));
            let events: Vec<EventDefinition<'d>> = event
                .map(|event| self.definitions_of(event.element()).collect())
                .unwrap_or_default();
            let [event] = events.as_slice() else {
                let message = format!(
                    "the complex behavior has {} event definitions, expected one",
                    events.len()
                );
                self.error(
                    &codes::MULTI_INSTANCE_EVENT,
                    element,
                    message,
                    "add one `event` with one event definition for each condition",
                );
                continue;
            };
            if let (Some(condition), Some(event)) = (condition, self.implicit(index, *event)) {
                thrown.push((condition, event));
            }
        }
        thrown.into()
    }

    /// An event that a multi-instance activity throws by itself: one that its boundary can catch.
    fn implicit(
        &mut self,
        index: ElementIx,
        definition: EventDefinition<'d>,
    ) -> Option<program::EventDefinition> {
        if matches!(
            definition,
            EventDefinition::Signal(_)
                | EventDefinition::Escalation(_)
                | EventDefinition::Message(_)
        ) {
            return self.event_definition(index, Position::IntermediateThrow, false, definition);
        }
        let element = definition.element();
        let message = format!(
            "a multi-instance activity cannot throw a {}",
            element.local_name()
        );
        let hint = "use a signal, an escalation or a message: what a boundary event on the activity can catch";
        self.error(&codes::MULTI_INSTANCE_EVENT, element, message, hint);
        None
    }
}
