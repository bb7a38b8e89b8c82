//! Random processes as BPMN XML: blocks that nest, with boundary events, event sub-processes,
//! compensation and a few flows that break the blocks.
//!
//! # Source
//! BPMN 2.0.2, chapters 10 and 13: what is generated is what the standard allows.

use std::fmt::Write as _;

use super::event::{self, Place};
use super::rng::Rng;

/// How deep scopes and blocks may nest.
const DEPTH: usize = 4;

/// A way in and a way out of a block.
pub(crate) struct Block {
    /// Where its token enters.
    pub(crate) entry: String,
    /// Where its token leaves.
    pub(crate) exit: String,
}

/// A process or sub-process that is being written.
#[derive(Default)]
pub(crate) struct Scope {
    /// Flow nodes and flows.
    pub(crate) contents: String,
    /// Associations, which the schema wants last.
    associations: String,
    /// Exclusive gateways with a default flow, which bear another way out.
    splits: Vec<String>,
    /// Nodes that bear another way in.
    targets: Vec<String>,
    /// Activities with a compensation handler or a scope inside.
    pub(crate) compensable: Vec<String>,
    /// Whether a cancel end event is allowed.
    is_transaction: bool,
    /// Whether it is an ad-hoc sub-process, which has no end events.
    is_ad_hoc: bool,
    /// How deep it is nested.
    depth: usize,
}

impl Scope {
    /// The inside of an ad-hoc sub-process.
    pub(crate) fn ad_hoc() -> Self {
        Self {
            is_ad_hoc: true,
            ..Self::default()
        }
    }

    /// Whether it is an ad-hoc sub-process.
    pub(crate) fn is_ad_hoc(&self) -> bool {
        self.is_ad_hoc
    }

    /// Everything in it.
    pub(crate) fn into_contents(self) -> String {
        self.contents + &self.associations
    }

    /// Now and then a node of the scope that bears another way in.
    pub(crate) fn random_target(&self, rng: &mut Rng) -> Option<String> {
        let wanted = !self.targets.is_empty() && rng.chance(25);
        wanted.then(|| rng.pick(&self.targets).clone())
    }
}

/// Writes random models.
pub(crate) struct Generator {
    pub(crate) rng: Rng,
    ids: usize,
}

/// The root elements that every model has.
const ROOTS: &str = r#"
  <message id="m0" name="m0"/><message id="m1" name="m1"/>
  <signal id="sig0" name="sig0"/><signal id="sig1" name="sig1"/>
  <error id="err0" errorCode="E0"/><error id="err1" errorCode="E1"/>
  <escalation id="esc0" escalationCode="X0"/><escalation id="esc1" escalationCode="X1"/>
  <signalEventDefinition id="signal_each" signalRef="sig0"/>
  <escalationEventDefinition id="escalate_each" escalationRef="esc0"/>
"#;

/// The term of every process that is entered from its beginning.
const SERVICE: &str = "<extensionElements><reg:term literal=\"10 days\" kind=\"calendar days\" value=\"10\" measures=\"service\" warn=\"1 calendar days\"/></extensionElements>";

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed),
            ids: 0,
        }
    }

    /// A file with a main process, two that it may call, and one that messages start.
    pub(crate) fn model(mut self) -> String {
        let mut xml = String::from(concat!(
            "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" ",
            "xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" ",
            "xmlns:reg=\"urn:reglament:bpmn:1\" ",
            "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
            "id=\"definitions\" targetNamespace=\"urn:reglament:random\">",
        ));
        xml.push_str(ROOTS);
        for (id, depth) in [("main", 0), ("called1", 2), ("called2", 3)] {
            let body = self.scope(depth, false, true);
            let _ = writeln!(
                xml,
                "<process id=\"{id}\" isExecutable=\"true\">{SERVICE}{body}</process>"
            );
        }
        let body = self.triggered_process();
        let _ = writeln!(
            xml,
            "<process id=\"triggered\" isExecutable=\"true\">{body}</process>"
        );
        xml.push_str("</definitions>\n");
        xml
    }

    /// A new id that begins with `prefix`.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        self.ids += 1;
        format!("{prefix}{}", self.ids)
    }

    /// A condition on the variables that inputs set.
    pub(crate) fn condition(&mut self) -> String {
        let variable = self.rng.below(4);
        let bound = self.rng.below(6);
        let operator = *self.rng.pick(&["&lt;", "&gt;", "=", "!="]);
        match self.rng.below(12) {
            0 => "true".into(),
            1 => "false".into(),
            2 => format!("v{variable} = null"),
            _ => format!("v{variable} {operator} {bound}"),
        }
    }

    /// The contents of a scope that begins with none start events.
    pub(crate) fn scope(&mut self, depth: usize, transaction: bool, root: bool) -> String {
        let mut scope = Scope {
            depth,
            is_transaction: transaction,
            ..Scope::default()
        };
        let starts = if self.rng.chance(15) { 2 } else { 1 };
        for _ in 0..starts {
            let start = self.id("start");
            let _ = writeln!(scope.contents, "<startEvent id=\"{start}\"/>");
            self.path_from(&mut scope, &start);
        }
        self.finish_scope(scope, root)
    }

    /// The contents of a process with triggered starts only.
    fn triggered_process(&mut self) -> String {
        let mut scope = Scope {
            depth: 2,
            ..Scope::default()
        };
        for _ in 0..2 {
            let start = self.id("start");
            let definitions = event::definitions(self, Place::ProcessStart);
            let _ = writeln!(
                scope.contents,
                "<startEvent id=\"{start}\"{}>{}</startEvent>",
                definitions.attributes, definitions.xml
            );
            self.path_from(&mut scope, &start);
        }
        if self.rng.chance(60) {
            let receive = self.id("receive");
            let _ = writeln!(
                scope.contents,
                "<receiveTask id=\"{receive}\" messageRef=\"m0\" instantiate=\"true\"/>"
            );
            self.path_from(&mut scope, &receive);
        }
        if self.rng.chance(60) {
            let kind = *self.rng.pick(&["Exclusive", "Parallel"]);
            let gateway = self.id("instantiating");
            let _ = writeln!(
                scope.contents,
                "<eventBasedGateway id=\"{gateway}\" instantiate=\"true\" eventGatewayType=\"{kind}\"/>"
            );
            for message in ["m0", "m1"] {
                let catch = self.id("catch");
                let _ = writeln!(
                    scope.contents,
                    "<intermediateCatchEvent id=\"{catch}\"><messageEventDefinition messageRef=\"{message}\"/></intermediateCatchEvent>"
                );
                self.flow(&mut scope, &gateway, &catch);
                self.path_from(&mut scope, &catch);
            }
        }
        self.finish_scope(scope, true)
    }

    /// A random path from `source` to an end event.
    pub(crate) fn path_from(&mut self, scope: &mut Scope, source: &str) {
        let block = self.block(scope, scope.depth);
        self.flow(scope, source, &block.entry);
        let end = self.end_event(scope);
        self.flow(scope, &block.exit, &end);
    }

    /// Adds what a scope has besides its paths, and puts it together.
    fn finish_scope(&mut self, mut scope: Scope, root: bool) -> String {
        if scope.depth < DEPTH && self.rng.chance(if root { 60 } else { 30 }) {
            for _ in 0..=self.rng.below(2) {
                self.event_sub_process(&mut scope);
            }
        }
        self.break_blocks(&mut scope);
        scope.into_contents()
    }

    /// Flows from exclusive splits to anywhere in the scope.
    fn break_blocks(&mut self, scope: &mut Scope) {
        if scope.splits.is_empty() || scope.targets.is_empty() || !self.rng.chance(40) {
            return;
        }
        for _ in 0..=self.rng.below(2) {
            let source = self.rng.pick(&scope.splits).clone();
            let target = self.rng.pick(&scope.targets).clone();
            let condition = self.condition();
            self.conditional_flow(scope, &source, &target, &condition);
        }
    }

    pub(crate) fn flow(&mut self, scope: &mut Scope, source: &str, target: &str) {
        let id = self.id("f");
        let _ = writeln!(
            scope.contents,
            "<sequenceFlow id=\"{id}\" sourceRef=\"{source}\" targetRef=\"{target}\"/>"
        );
    }

    fn conditional_flow(&mut self, scope: &mut Scope, source: &str, target: &str, condition: &str) {
        let id = self.id("f");
        let _ = writeln!(
            scope.contents,
            "<sequenceFlow id=\"{id}\" sourceRef=\"{source}\" targetRef=\"{target}\"><conditionExpression xsi:type=\"tFormalExpression\">{condition}</conditionExpression></sequenceFlow>"
        );
    }

    /// An end event that fits the scope.
    fn end_event(&mut self, scope: &mut Scope) -> String {
        let end = self.id("end");
        let place = Place::End {
            transaction: scope.is_transaction,
            compensable: &scope.compensable,
        };
        let definitions = event::definitions(self, place);
        let _ = writeln!(
            scope.contents,
            "<endEvent id=\"{end}\">{}</endEvent>",
            definitions.xml
        );
        end
    }

    /// A random block.
    fn block(&mut self, scope: &mut Scope, depth: usize) -> Block {
        if depth >= DEPTH {
            return self.simple(scope, depth);
        }
        match self.rng.below(20) {
            0..=4 => self.sequence(scope, depth),
            5 | 6 => self.exclusive(scope, depth),
            7 | 8 => self.fork(scope, depth, "parallelGateway"),
            9 | 10 => self.fork(scope, depth, "inclusiveGateway"),
            11 => self.fork(scope, depth, "complexGateway"),
            12 => self.event_based(scope, depth),
            13 | 14 => self.circle(scope, depth),
            15 => self.implicit_split(scope, depth),
            _ => self.simple(scope, depth),
        }
    }

    fn sequence(&mut self, scope: &mut Scope, depth: usize) -> Block {
        let first = self.block(scope, depth + 1);
        let mut exit = first.exit;
        for _ in 0..=self.rng.below(2) {
            let next = self.block(scope, depth + 1);
            self.flow(scope, &exit, &next.entry);
            exit = next.exit;
        }
        Block {
            entry: first.entry,
            exit,
        }
    }

    fn exclusive(&mut self, scope: &mut Scope, depth: usize) -> Block {
        let (split, merge, default) = (self.id("xor"), self.id("merge"), self.id("default"));
        let has_default = self.rng.chance(85);
        let attribute = if has_default {
            format!(" default=\"{default}\"")
        } else {
            String::new()
        };
        let _ = writeln!(
            scope.contents,
            "<exclusiveGateway id=\"{split}\"{attribute}/><exclusiveGateway id=\"{merge}\"/>"
        );
        for _ in 0..=self.rng.below(2) {
            let branch = self.block(scope, depth + 1);
            let condition = self.condition();
            self.conditional_flow(scope, &split, &branch.entry, &condition);
            self.flow(scope, &branch.exit, &merge);
        }
        if has_default {
            let branch = self.block(scope, depth + 1);
            let _ = writeln!(
                scope.contents,
                "<sequenceFlow id=\"{default}\" sourceRef=\"{split}\" targetRef=\"{}\"/>",
                branch.entry
            );
            self.flow(scope, &branch.exit, &merge);
            scope.splits.push(split.clone());
        }
        scope.targets.push(merge.clone());
        Block {
            entry: split,
            exit: merge,
        }
    }

    /// A split and a join of the same kind, or of different ones now and then.
    fn fork(&mut self, scope: &mut Scope, depth: usize, tag: &str) -> Block {
        let (split, join) = (self.id("split"), self.id("join"));
        let kinds = [
            "parallelGateway",
            "inclusiveGateway",
            "exclusiveGateway",
            "complexGateway",
        ];
        let join_tag = if self.rng.chance(80) {
            tag
        } else {
            *self.rng.pick(&kinds)
        };
        let _ = writeln!(scope.contents, "<{tag} id=\"{split}\"/>");
        if join_tag == "complexGateway" {
            let bound = 1 + self.rng.below(2);
            let _ = writeln!(
                scope.contents,
                "<complexGateway id=\"{join}\"><activationCondition>activationCount >= {bound}</activationCondition></complexGateway>"
            );
        } else {
            let _ = writeln!(scope.contents, "<{join_tag} id=\"{join}\"/>");
        }
        for branch in 0..2 + self.rng.below(2) {
            let inner = self.block(scope, depth + 1);
            if tag == "parallelGateway" || branch == 0 {
                self.flow(scope, &split, &inner.entry);
            } else {
                let condition = self.condition();
                self.conditional_flow(scope, &split, &inner.entry, &condition);
            }
            self.flow(scope, &inner.exit, &join);
        }
        scope.targets.push(join.clone());
        Block {
            entry: split,
            exit: join,
        }
    }

    fn event_based(&mut self, scope: &mut Scope, depth: usize) -> Block {
        let (gateway, merge) = (self.id("events"), self.id("merge"));
        let _ = writeln!(
            scope.contents,
            "<eventBasedGateway id=\"{gateway}\"/><exclusiveGateway id=\"{merge}\"/>"
        );
        for _ in 0..2 {
            let catch = if self.rng.chance(20) {
                let receive = self.id("receive");
                let _ = writeln!(
                    scope.contents,
                    "<receiveTask id=\"{receive}\" messageRef=\"m1\"/>"
                );
                receive
            } else {
                self.catch_event(scope, Place::Gateway)
            };
            self.flow(scope, &gateway, &catch);
            let inner = self.block(scope, depth + 1);
            self.flow(scope, &catch, &inner.entry);
            self.flow(scope, &inner.exit, &merge);
        }
        Block {
            entry: gateway,
            exit: merge,
        }
    }

    fn circle(&mut self, scope: &mut Scope, depth: usize) -> Block {
        let (merge, split, out) = (self.id("merge"), self.id("xor"), self.id("out"));
        let after = self.simple(scope, DEPTH);
        let _ = writeln!(
            scope.contents,
            "<exclusiveGateway id=\"{merge}\"/><exclusiveGateway id=\"{split}\" default=\"{out}\"/><sequenceFlow id=\"{out}\" sourceRef=\"{split}\" targetRef=\"{}\"/>",
            after.entry
        );
        let inner = self.block(scope, depth + 1);
        self.flow(scope, &merge, &inner.entry);
        self.flow(scope, &inner.exit, &split);
        let condition = self.condition();
        self.conditional_flow(scope, &split, &merge, &condition);
        scope.splits.push(split);
        scope.targets.push(merge.clone());
        Block {
            entry: merge,
            exit: after.exit,
        }
    }

    fn implicit_split(&mut self, scope: &mut Scope, depth: usize) -> Block {
        let (task, merge) = (self.id("task"), self.id("merge"));
        let _ = writeln!(
            scope.contents,
            "<task id=\"{task}\"/><exclusiveGateway id=\"{merge}\"/>"
        );
        for branch in 0..2 {
            let inner = self.block(scope, depth + 1);
            if branch == 1 && self.rng.chance(50) {
                let condition = self.condition();
                self.conditional_flow(scope, &task, &inner.entry, &condition);
            } else {
                self.flow(scope, &task, &inner.entry);
            }
            self.flow(scope, &inner.exit, &merge);
        }
        scope.targets.push(task.clone());
        Block {
            entry: task,
            exit: merge,
        }
    }

    /// A single node, or a pair of links.
    fn simple(&mut self, scope: &mut Scope, depth: usize) -> Block {
        let id = match self.rng.below(12) {
            0 => self.catch_event(scope, Place::Catch),
            1 | 2 => self.throw_event(scope),
            3 => return self.links(scope),
            _ => self.activity(scope, depth),
        };
        Block {
            entry: id.clone(),
            exit: id,
        }
    }

    fn catch_event(&mut self, scope: &mut Scope, place: Place<'_>) -> String {
        let id = self.id("catch");
        let definitions = event::definitions(self, place);
        let _ = writeln!(
            scope.contents,
            "<intermediateCatchEvent id=\"{id}\"{}>{}</intermediateCatchEvent>",
            definitions.attributes, definitions.xml
        );
        id
    }

    fn throw_event(&mut self, scope: &mut Scope) -> String {
        let id = self.id("throw");
        let place = Place::Throw {
            compensable: &scope.compensable,
        };
        let definitions = event::definitions(self, place);
        let _ = writeln!(
            scope.contents,
            "<intermediateThrowEvent id=\"{id}\">{}</intermediateThrowEvent>",
            definitions.xml
        );
        id
    }

    fn links(&mut self, scope: &mut Scope) -> Block {
        let (throw, catch, name) = (self.id("throw"), self.id("catch"), self.id("link"));
        let _ = writeln!(
            scope.contents,
            "<intermediateThrowEvent id=\"{throw}\"><linkEventDefinition name=\"{name}\"/></intermediateThrowEvent><intermediateCatchEvent id=\"{catch}\"><linkEventDefinition name=\"{name}\"/></intermediateCatchEvent>"
        );
        Block {
            entry: throw,
            exit: catch,
        }
    }

    /// An event sub-process with a random start.
    fn event_sub_process(&mut self, scope: &mut Scope) {
        let (id, start) = (self.id("handler"), self.id("start"));
        let definitions = event::definitions(self, Place::Handler);
        let mut inner = Scope {
            depth: scope.depth + 2,
            ..Scope::default()
        };
        let _ = writeln!(
            inner.contents,
            "<startEvent id=\"{start}\"{}>{}</startEvent>",
            definitions.attributes, definitions.xml
        );
        self.path_from(&mut inner, &start);
        let body = self.finish_scope(inner, false);
        let _ = writeln!(
            scope.contents,
            "<subProcess id=\"{id}\" triggeredByEvent=\"true\">{body}</subProcess>"
        );
    }

    /// Says that `target` bears another way in.
    pub(crate) fn offer_target(scope: &mut Scope, target: &str) {
        scope.targets.push(target.into());
    }

    /// Ties a compensation boundary event to its handler.
    pub(crate) fn associate(&mut self, scope: &mut Scope, event: &str, handler: &str) {
        let id = self.id("tie");
        let _ = writeln!(
            scope.associations,
            "<association id=\"{id}\" associationDirection=\"One\" sourceRef=\"{event}\" targetRef=\"{handler}\"/>"
        );
    }
}

/// How deep a scope may nest before it is written without inner scopes.
pub(crate) const fn is_deep(depth: usize) -> bool {
    depth >= DEPTH
}
