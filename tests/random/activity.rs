//! Random activities: tasks, sub-processes and calls, with loops, mappings and boundary events.

use std::fmt::Write as _;

use super::event::{self, Place};
use super::generator::{Generator, Scope, is_deep};

/// The XML of an activity in its parts.
#[derive(Default)]
struct Parts {
    tag: &'static str,
    attributes: String,
    extensions: String,
    body: String,
    /// What the schema wants after the body.
    tail: String,
}

impl Generator {
    /// A random activity of `scope`; its id.
    pub(crate) fn activity(&mut self, scope: &mut Scope, depth: usize) -> String {
        let id = self.id("act");
        let mut parts = self.kind(depth);
        if self.rng.chance(20) {
            parts.extensions.push_str(concat!(
                "<zeebe:ioMapping><zeebe:input source=\"=v0\" target=\"mapped\"/>",
                "<zeebe:output source=\"=mapped\" target=\"v3\"/></zeebe:ioMapping>"
            ));
        }
        if self.rng.chance(5) {
            parts.attributes.push_str(" completionQuantity=\"2\"");
        }
        if self.rng.chance(4) {
            parts.attributes.push_str(" startQuantity=\"2\"");
        }
        let repetition = if self.rng.chance(25) {
            self.repetition()
        } else {
            String::new()
        };
        parts
            .extensions
            .push_str(&term(&id, scope.compensable.last()));
        let Parts {
            tag,
            attributes,
            extensions,
            body,
            tail,
        } = &parts;
        let extensions = match extensions.as_str() {
            "" => String::new(),
            inner => format!("<extensionElements>{inner}</extensionElements>"),
        };
        let _ = writeln!(
            scope.contents,
            "<{tag} id=\"{id}\"{attributes}>{extensions}{repetition}{body}{tail}</{tag}>"
        );
        scope.contents.push_str(&enforcing(&id));
        Self::offer_target(scope, &id);
        if !body.is_empty() || parts.tag == "callActivity" {
            scope.compensable.push(id.clone());
        }
        if self.rng.chance(40) {
            self.boundary_events(scope, &id, parts.tag == "transaction");
        }
        id
    }

    fn kind(&mut self, depth: usize) -> Parts {
        const TASKS: [&str; 6] = [
            "task",
            "userTask",
            "manualTask",
            "serviceTask",
            "sendTask",
            "businessRuleTask",
        ];
        let choice = if is_deep(depth) {
            self.rng.below(10)
        } else {
            self.rng.below(17)
        };
        match choice {
            0..=5 => Parts {
                tag: TASKS[choice],
                ..Parts::default()
            },
            6 => Parts {
                tag: "receiveTask",
                attributes: " messageRef=\"m0\"".into(),
                ..Parts::default()
            },
            7..=9 => self.script(),
            10..=12 => Parts {
                tag: "subProcess",
                body: self.scope(depth + 1, false, false),
                ..Parts::default()
            },
            13 | 14 => Parts {
                tag: "transaction",
                body: self.scope(depth + 1, true, false),
                ..Parts::default()
            },
            15 => self.ad_hoc(depth),
            _ => {
                let called = 1 + self.rng.below(2);
                Parts {
                    tag: "callActivity",
                    extensions: format!("<zeebe:calledElement processId=\"called{called}\"/>"),
                    ..Parts::default()
                }
            }
        }
    }

    fn script(&mut self) -> Parts {
        let (from, to, step) = (self.rng.below(4), self.rng.below(4), self.rng.below(3));
        let expression = match self.rng.below(6) {
            0 => "missing.name + 1".into(),
            1 => format!("{step}"),
            _ => format!("if v{from} = null then 0 else v{from} + {step}"),
        };
        Parts {
            tag: "scriptTask",
            extensions: format!(
                "<zeebe:script expression=\"={expression}\" resultVariable=\"v{to}\"/>"
            ),
            ..Parts::default()
        }
    }

    fn ad_hoc(&mut self, depth: usize) -> Parts {
        let ordering = *self.rng.pick(&["Parallel", "Sequential"]);
        let cancel = *self.rng.pick(&["true", "false"]);
        let mut inner = Scope::ad_hoc();
        for _ in 0..=self.rng.below(2) {
            self.activity(&mut inner, depth + 2);
        }
        let condition = self.condition();
        let tail = if self.rng.chance(60) {
            format!("<completionCondition>{condition}</completionCondition>")
        } else {
            String::new()
        };
        Parts {
            tag: "adHocSubProcess",
            attributes: format!(" ordering=\"{ordering}\" cancelRemainingInstances=\"{cancel}\""),
            body: inner.into_contents(),
            tail,
            ..Parts::default()
        }
    }

    fn repetition(&mut self) -> String {
        let condition = self.condition();
        let count = self.rng.below(4);
        let sequential = *self.rng.pick(&["true", "false"]);
        let until = if self.rng.chance(30) {
            format!("<completionCondition>{condition}</completionCondition>")
        } else {
            String::new()
        };
        match self.rng.below(6) {
            0 => format!(
                "<standardLoopCharacteristics loopMaximum=\"{}\"><loopCondition>{condition}</loopCondition></standardLoopCharacteristics>",
                1 + count
            ),
            1 => format!(
                "<standardLoopCharacteristics testBefore=\"true\" loopMaximum=\"{}\"><loopCondition>{condition}</loopCondition></standardLoopCharacteristics>",
                1 + count
            ),
            2 => format!(
                "<multiInstanceLoopCharacteristics isSequential=\"{sequential}\"><extensionElements><zeebe:loopCharacteristics inputCollection=\"=[1, 2, 3]\" inputElement=\"item\" outputCollection=\"results\" outputElement=\"=item\"/></extensionElements>{until}</multiInstanceLoopCharacteristics>"
            ),
            3 => format!(
                "<multiInstanceLoopCharacteristics isSequential=\"{sequential}\" behavior=\"None\" noneBehaviorEventRef=\"signal_each\"><loopCardinality>{count}</loopCardinality>{until}</multiInstanceLoopCharacteristics>"
            ),
            4 => format!(
                "<multiInstanceLoopCharacteristics isSequential=\"{sequential}\" behavior=\"One\" oneBehaviorEventRef=\"escalate_each\"><loopCardinality>{count}</loopCardinality>{until}</multiInstanceLoopCharacteristics>"
            ),
            _ => format!(
                "<multiInstanceLoopCharacteristics isSequential=\"{sequential}\"><loopCardinality>{count}</loopCardinality>{until}</multiInstanceLoopCharacteristics>"
            ),
        }
    }

    fn boundary_events(&mut self, scope: &mut Scope, host: &str, transaction: bool) {
        let mut compensated = false;
        let mut cancelled = false;
        for _ in 0..=self.rng.below(2) {
            let id = self.id("boundary");
            let definitions = event::definitions(self, Place::Boundary { transaction });
            let cancel = definitions.xml.starts_with("<cancel");
            if (definitions.compensation && compensated) || (cancel && cancelled) {
                continue;
            }
            let _ = writeln!(
                scope.contents,
                "<boundaryEvent id=\"{id}\" attachedToRef=\"{host}\"{}>{}</boundaryEvent>",
                definitions.attributes, definitions.xml
            );
            cancelled |= cancel;
            if definitions.compensation {
                compensated = true;
                self.handler(scope, host, &id);
            } else {
                self.side_path(scope, &id);
            }
        }
    }

    /// The compensation handler of `host`.
    fn handler(&mut self, scope: &mut Scope, host: &str, event: &str) {
        let handler = self.id("undo");
        let tag = *self.rng.pick(&["task", "serviceTask", "manualTask"]);
        let _ = writeln!(
            scope.contents,
            "<{tag} id=\"{handler}\" isForCompensation=\"true\"/>"
        );
        self.associate(scope, event, &handler);
        scope.compensable.push(host.into());
    }

    /// What follows a boundary event: a task and an end, or a way back into the scope.
    fn side_path(&mut self, scope: &mut Scope, event: &str) {
        let task = self.id("side");
        let _ = writeln!(scope.contents, "<task id=\"{task}\"/>");
        self.flow(scope, event, &task);
        if scope.is_ad_hoc() {
            return;
        }
        if let Some(target) = scope.random_target(&mut self.rng) {
            self.flow(scope, &task, &target);
        } else {
            let end = self.id("end");
            let _ = writeln!(scope.contents, "<endEvent id=\"{end}\"/>");
            self.flow(scope, &task, &end);
        }
    }
}

/// The number in the id of an element: terms depend on it alone, so that the rest of a model is the same
/// with them and without.
fn number(id: &str) -> usize {
    let digits = id.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    digits.parse().unwrap_or(0)
}

/// A statutory term of some activities; of some of them it starts when another one completes.
fn term(id: &str, anchor: Option<&String>) -> String {
    let (literal, anchor) = match (number(id) % 6, anchor) {
        (0, _) => (
            "kind=\"minutes\" value=\"90\" warn=\"30 minutes\"",
            String::new(),
        ),
        (1, Some(anchor)) => (
            "kind=\"working days\" value=\"2\" extension=\"1 working days\"",
            format!(" anchor=\"{anchor}\""),
        ),
        (2, _) => (
            "kind=\"working days\" value=\"3\" extension=\"unstated\"",
            String::new(),
        ),
        _ => return String::new(),
    };
    format!("<reg:term literal=\"x\" {literal}{anchor}/>")
}

/// A timer event on some activities that fires by its term; its path ends there.
fn enforcing(host: &str) -> String {
    let number = number(host);
    if number % 6 != 3 {
        return String::new();
    }
    let interrupting = (number / 6).is_multiple_of(2);
    format!(
        "<boundaryEvent id=\"term{number}\" attachedToRef=\"{host}\" cancelActivity=\"{interrupting}\">\
         <extensionElements><reg:term literal=\"x\" kind=\"calendar days\" value=\"1\" \
         effect=\"enforcing\"/></extensionElements><timerEventDefinition/></boundaryEvent>\n"
    )
}
