//! Codes of lowering: `RG03xx`.

codes! {
    /// Reading has found errors in the process.
    BROKEN_MODEL = "RG0301", "the model is broken", Some("BPMN 2.0.2, 8.3.1"),
"Reading the file reported errors in this process: a flow without an end, a boundary event without a host, a reference to nothing. A model that has no single meaning is not executed.

Mend the errors that reading reports; they stand in the same list.";

    /// An element that is not executed.
    UNSUPPORTED_ELEMENT = "RG0302", "element cannot be executed", Some("BPMN 2.0.2, 2.1.3"),
"The element is valid BPMN and means something to a reader of the drawing, but nothing says how it would run, or this engine does not carry it out. It is refused instead of being skipped, because a process that leaves out a part is another process.

The hint names what to use instead. The support table in the documentation lists every element.";

    /// An expression in another language than FEEL.
    EXPRESSION_LANGUAGE = "RG0303", "expression in another language", Some("BPMN 2.0.2, 8.3.6"),
"Expressions are FEEL. This one declares another language, by its `language` attribute or by `expressionLanguage` of the definitions.

Rewrite it in FEEL. If it already is FEEL and a tool wrote the declaration by itself, remove the declaration, declare FEEL (`https://www.omg.org/spec/DMN/20191111/FEEL/`), or begin the expression with `=`.";

    /// An expression in the syntax of another engine.
    FOREIGN_EXPRESSION = "RG0304", "expression in the syntax of another engine", Some("BPMN 2.0.2, 8.3.6"),
"`${…}` and `#{…}` are expressions of Java engines (JUEL). They are not executed, and taking them as literal text would silently mean something else.

Write the expression in FEEL: `${amount > 100}` is `= amount > 100`, `${!valid}` is `= not(valid)`, `==` is `=`, `&&` is `and`.";

    /// An expression without text.
    EMPTY_EXPRESSION = "RG0305", "empty expression", Some("BPMN 2.0.2, 8.3.6"),
"An element that holds an expression is there, but its text is empty. What it would evaluate to is not defined.

Write the expression, or remove the element where it is optional.";

    /// A scope without a beginning.
    NOTHING_TO_START = "RG0306", "nothing to start", Some("BPMN 2.0.2, 10.5.2"),
"A process or sub-process begins at its start events; without any, at every element that has no incoming flow. Here there are neither: the elements all wait for one another. (A scope without contents completes at once.)

Add a start event and lead a flow from it.";

    /// An event definition at a position where it is not allowed.
    EVENT_POSITION = "RG0307", "event definition not allowed here", Some("BPMN 2.0.2, table 10.93"),
"BPMN allows each kind of event only at certain positions: a process cannot start with an error, an end event cannot be a timer, an error boundary event always interrupts. Engines that accept such events execute them as something else.

The hint lists what the position allows.";

    /// An event definition that lacks what it is about.
    EVENT_INCOMPLETE = "RG0308", "incomplete event definition", Some("BPMN 2.0.2, 10.5.5"),
"The event definition does not say what it waits for or throws: a timer needs exactly one of date, duration and cycle, a signal needs its `signalRef`, a conditional event its condition, an error or escalation that is thrown its reference (to catch without one is to catch every one). In a drawing that is fine; nothing can be executed by it.

A message may be left open: an event without `messageRef` goes by its message flow.";

    /// A timer text that is not a timer.
    TIMER_TEXT = "RG0309", "timer text cannot be read", Some("BPMN 2.0.2, 10.5.5"),
"The text of a timer is a literal unless it begins with `=`, whatever the modeling tool marks it as. So `P3D` is three days and never a variable. This text is no literal of its kind: a date is RFC 3339 or a local date and time, a duration ISO 8601 (`P3D`, `PT1H30M`), a cycle `R3/PT1H`, `R/2026-01-01T00:00:00Z/P1D` or six cron fields.

Mend the literal, or begin with `=` to make it an expression.";

    /// A repeating timer where only one firing makes sense.
    TIMER_CYCLE = "RG0310", "cycle where a timer fires once", Some("BPMN 2.0.2, 10.5.5"),
"An intermediate catch event and an interrupting event are over when they have fired, so a repetition has no meaning there: it is not known whether the first occurrence or all of them are meant.

Use `timeDuration` or `timeDate`. Cycles belong to start events and to non-interrupting boundary events and event sub-processes.";

    /// A multiple event whose definitions do not go together.
    MULTIPLE_EVENT = "RG0311", "definitions that do not go together", Some("BPMN 2.0.2, 10.5.5"),
"An event with several definitions occurs when one of them does (multiple) or when all have (parallel multiple); an end event throws all of them. Each definition must be allowed at the position by itself, and they must be able to happen together: what ends the scope can only be thrown last, a jump or a cancelled transaction stands alone.

Use separate events.";

    /// A link that does not lead from throws to one catch in the same scope.
    LINK_EVENT = "RG0312", "link without its other end", Some("BPMN 2.0.2, 10.5.5"),
"A link is a jump inside one process or sub-process: any number of throw events lead to exactly one catch event of the same name in the same scope. Names are compared as written. A jump into another scope would run elements without their scope being active.

Give both ends the same name in the same scope, and keep one catch event for each name.";

    /// An event sub-process that is not one.
    EVENT_SUB_PROCESS = "RG0313", "malformed event sub-process", Some("BPMN 2.0.2, 10.3.5, 13.5.4"),
"An event sub-process (`triggeredByEvent=\"true\"`) has no incoming and outgoing sequence flows, no loop marker and exactly one start event, which has a trigger. It runs when the trigger occurs while the scope around it is active.

Remove the flows, or make it an ordinary sub-process.";

    /// Flows at an event that cannot have them.
    EVENT_FLOW = "RG0314", "sequence flow not allowed at this event", Some("BPMN 2.0.2, 7.6.1"),
"Nothing leads to a start event or a boundary event, and nothing leads away from an end event. The throwing end of a link has no outgoing flow and the catching end no incoming one: the jump is the connection. The handler of a compensation boundary event is connected by an association.";

    /// A boundary event on something that cannot have one.
    BOUNDARY_HOST = "RG0315", "boundary event on the wrong host", Some("BPMN 2.0.2, 10.5.4"),
"Boundary events are attached to activities in the normal flow. An event sub-process and a compensation handler stand outside it: there is no flow on which a token could go on from the boundary.

Put the handling inside, or on the enclosing sub-process.";

    /// A compensation handler that is not connected as the standard says.
    COMPENSATION_HANDLER = "RG0316", "malformed compensation", Some("BPMN 2.0.2, 10.7, 13.5.5"),
"Work is undone by one activity: the compensation boundary event on the work is connected with it by one association, it is marked `isForCompensation=\"true\"`, stands in the same scope and has no sequence flows. Anything else leaves open what undoes what.";

    /// A cancel event without its transaction.
    CANCEL_OUTSIDE_TRANSACTION = "RG0317", "cancel event outside of a transaction", Some("BPMN 2.0.2, 10.7"),
"A cancel end event stands inside a transaction and undoes it; a cancel boundary event is attached to a transaction and is where the flow goes on afterwards.

Use a `transaction`, or an error event where nothing is to be undone.";

    /// A transaction that is not undone by compensation.
    TRANSACTION_METHOD = "RG0318", "unsupported transaction method", Some("BPMN 2.0.2, 10.3.5"),
"A transaction here is undone by compensation (`##Compensate`). `##Store` and `##Image` would restore data of outside systems, which a process engine cannot do.

Remove `method`, and give each activity in the transaction what undoes it.";

    /// A condition on a flow that may not have one.
    CONDITION_NOT_ALLOWED = "RG0319", "condition not allowed here", Some("BPMN 2.0.2, 8.3.13"),
"Conditions belong on flows out of exclusive, inclusive and complex gateways and out of activities. A parallel gateway takes all its flows, an event-based gateway the one whose event occurs, an event its only way. A condition there would never be asked.

Put a gateway behind the element and the condition on the gateway's flow.";

    /// An exclusive branch without a condition.
    CONDITION_MISSING = "RG0320", "condition missing", Some("BPMN 2.0.2, 10.6.2"),
"Where an exclusive gateway chooses between several flows, each has a condition, except the default flow. A flow without a condition would always win or never, depending on the order in the file.

Write the condition, or name the flow in the gateway's `default`.";

    /// A condition on the default flow.
    DEFAULT_CONDITION = "RG0321", "condition of a default flow is ignored", Some("BPMN 2.0.2, 10.6.2"),
"The default flow is taken when no other can be; its own condition is never evaluated, and not even read. A reader of the model may believe otherwise.

Remove the condition, or make another flow the default.";

    /// An inclusive branch without a condition.
    UNCONDITIONAL_BRANCH = "RG0322", "branch that is always taken", Some("BPMN 2.0.2, 10.6.3"),
"A flow without a condition out of an inclusive or complex gateway is always taken, beside those whose condition holds. If that is meant, it is fine; often a condition or the `default` was forgotten.";

    /// An event-based gateway followed by something that cannot catch.
    EVENT_GATEWAY_TARGET = "RG0323", "wrong element behind an event-based gateway", Some("BPMN 2.0.2, 10.6.6"),
"Behind an event-based gateway stand only catch events (message, signal, timer, conditional, multiple) and receive tasks without boundary events and loop markers, each with the flow from the gateway as its only incoming flow. The one that occurs first takes the token. Behind a gateway that starts the process only messages and signals can occur.";

    /// An event-based gateway that starts a process wrongly.
    EVENT_GATEWAY_START = "RG0324", "malformed instantiating gateway", Some("BPMN 2.0.2, 10.6.6"),
"`instantiate=\"true\"` makes an event-based gateway a start of the process: it has no incoming flows and stands in the process itself. Only then may `eventGatewayType` be `Parallel`, which waits for all its events.";

    /// A complex join without its condition.
    COMPLEX_JOIN = "RG0325", "complex gateway without activation condition", Some("BPMN 2.0.2, 10.6.5"),
"A complex gateway that joins several flows fires when its activation condition holds. The condition may use `activationCount`, the number of tokens that have arrived. Without a condition nothing says when it fires.";

    /// Something in an ad-hoc sub-process that may not be there.
    AD_HOC_CONTENT = "RG0326", "malformed ad-hoc sub-process", Some("BPMN 2.0.2, 10.3.5"),
"An ad-hoc sub-process contains activities that are performed in any order; it has no start and end events. Flows between its activities say what follows what.";

    /// A multi-instance marker that does not say how often.
    MULTI_INSTANCE = "RG0327", "incomplete multi-instance", Some("BPMN 2.0.2, 10.3.8"),
"A multi-instance activity needs the number of its instances: a `loopCardinality`, a `loopDataInputRef` to a list, or `zeebe:loopCharacteristics` with an `inputCollection` (an expression, so it begins with `=`). Two different statements contradict each other.";

    /// An event that a multi-instance activity cannot throw.
    MULTI_INSTANCE_EVENT = "RG0328", "event of a multi-instance behavior", Some("BPMN 2.0.2, 10.3.8"),
"With `behavior` None, One or Complex a multi-instance activity throws events when its instances complete. They are caught on its own boundary, so they must be signals, escalations or messages.";

    /// A loop that nothing ends.
    ENDLESS_LOOP = "RG0329", "loop without an end", Some("BPMN 2.0.2, 10.3.8"),
"A standard loop without a condition and without a maximum repeats until a boundary event or the end of its scope interrupts it. If nothing does, the run ends at a limit with an incident.";

    /// A number that is too small or no number.
    QUANTITY = "RG0330", "invalid quantity", Some("BPMN 2.0.2, 10.3"),
"`startQuantity` and `completionQuantity` count tokens and are at least 1; `loopMaximum` counts passes and is at least 0. With another value the activity could never start, or would send nothing.";

    /// A call to something that is not there.
    CALLED_ELEMENT = "RG0331", "called process not found", Some("BPMN 2.0.2, 10.3.6"),
"A call activity names the process (or global task) that it calls, by `calledElement` or by `zeebe:calledElement`. What it calls must be in the file or in one that it imports (`import`, with `location` and `namespace`), so that a call which cannot succeed is found before a case gets there.

A name that is computed (`= …`) is looked up when the call happens.";

    /// A script in an unknown language.
    SCRIPT_LANGUAGE = "RG0332", "script is not executed", Some("BPMN 2.0.2, 10.3.3"),
"The script is in a language that is not executed here. A run completes the task without running it; a durable engine refuses to deploy it unless a job handler takes it.

Write the script in FEEL in a `zeebe:script`, or give the task a `zeebe:taskDefinition` and let a handler do the work.";

    /// A data association that cannot be carried out.
    DATA_ASSOCIATION = "RG0333", "malformed data association", Some("BPMN 2.0.2, 10.4.2"),
"A data association copies one source to its target, or evaluates a transformation, or a list of assignments. Several sources need a transformation that makes one value of them; an assignment needs both ends.";

    /// An element that no token reaches.
    UNREACHABLE = "RG0334", "element is never reached", Some("BPMN 2.0.2, 10.5.2"),
"Where a scope has a start event, execution begins there and nowhere else, so an element without incoming flows is never executed. The same holds for a link catch event that no throw event leads to.

Lead a flow to it, or remove it.";

    /// An element without an id was given one.
    GENERATED_ID = "RG0335", "element without id", Some("BPMN 2.0.2, 8.3.1"),
"Events, traces and saved cases name elements by their id. An element without one is given `_<tag>_<n>`, counted in document order: stable as long as nothing is inserted before it.

Add an id of your own; a saved case can then outlive changes of the model.";

    /// A compensated activity that cannot be addressed.
    COMPENSATED_ACTIVITY = "RG0336", "compensated activity out of sight", Some("BPMN 2.0.2, 13.5.5"),
"`activityRef` of a throwing compensation event names an activity of the same process or sub-process; from inside an event sub-process, one of the scope around it. Work in other scopes is compensated through the sub-process that contains it.";

    /// A gateway whose declared direction is not the drawn one.
    GATEWAY_DIRECTION = "RG0337", "gateway direction disagrees", Some("BPMN 2.0.2, 10.6.1"),
"`gatewayDirection` says whether a gateway splits, joins or does both, and the flows say otherwise. The flows decide. Either the attribute is out of date or a flow is missing.";

    /// An instantiating receive task that cannot start the process.
    INSTANTIATE = "RG0338", "malformed instantiating receive task", Some("BPMN 2.0.2, 10.3.3"),
"A receive task with `instantiate=\"true\"` starts the process when its message arrives. So nothing leads to it, and it stands in the process itself.";
}
