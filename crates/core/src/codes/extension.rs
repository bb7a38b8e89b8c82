//! Codes of the extensions `reg:` and `zeebe:`: `RG04xx`.

codes! {
    /// An element or attribute that the `reg:` namespace does not have.
    REG_UNKNOWN = "RG0401", "unknown regulation fact", None,
"The namespace `urn:reglament:bpmn:1` has the elements `label`, `source`, `term`, `completion`, `outcome`, `personal`, `separationOfDuties` and `bindingOfDuties`, with the attributes that `reg.xsd` lists. This one is not among them, so no tool will find it: a clause that seems to be implemented would be missing from every report.

Mend the spelling. Facts of your own belong into a namespace of your own.";

    /// A required part of a regulation fact is missing.
    REG_MISSING = "RG0402", "incomplete regulation fact", None,
"`reg:source` needs its `clause`, `reg:term` its `literal`, `reg:outcome` its `kind` (and a refusal its `ground`), `reg:label` and `reg:completion` their `xml:lang` and a text, `reg:separationOfDuties` and `reg:bindingOfDuties` their `tasks`. `kind` and `value` of a term go together, and `min` needs a `value`.

Take the missing part from the text of the regulation. Where the document gives no value, keep its literal (a dash, for example) and leave `kind` and `value` out.";

    /// A regulation fact with a value that its type does not allow.
    REG_VALUE = "RG0403", "invalid value in a regulation fact", None,
"The value is not of the type that `reg.xsd` gives the attribute: numbers of clauses have no spaces, actions are positive numbers separated by spaces, amounts are positive with at most three decimals, kinds and rules are words of a list. `reg:personal` stands on a process, a data object or a property, names a variable on a process alone, and its subject is names separated by dots. `reg:separationOfDuties` and `reg:bindingOfDuties` stand on user tasks and name identifiers.

What the document says literally belongs into `literal`, `reading` or the text; the reading beside it is machine-readable.";

    /// A term's anchor does not exist.
    REG_ANCHOR = "RG0404", "unknown anchor of a term", None,
"`anchor` names the id of the element of the same file whose event starts the clock. No element has this id, so the term would never start.";

    /// A `zeebe:` extension that is not supported.
    ZEEBE_UNSUPPORTED = "RG0405", "unsupported zeebe extension", None,
"The extension changes how the element is executed, and this engine does not carry it out. Ignoring it would run something else than the model says: a listener that never fires, a result that is never collected. So the element is refused.

The message names the extension; the hint says what to use instead. Extensions that only describe (properties, templates, versions) are accepted.";

    /// An incomplete `zeebe:` extension.
    ZEEBE_INCOMPLETE = "RG0406", "incomplete zeebe extension", None,
"An attribute that the extension cannot do without is missing or empty: the `type` of a task definition, the `target` of a mapping, the `key` of a header, the collection of a multi-instance loop.

Fill it in, in the properties panel of the modeler or by hand.";

    /// A binding of another engine.
    FOREIGN_BINDING = "RG0407", "binding of another engine is not executed", None,
"The element carries a technical binding of another engine (a class, a delegate, an external task topic, a form key, an asynchronous continuation) in a namespace that this engine does not execute, and no `zeebe:` definition of its own. It runs as an element without technical details.

Add a `zeebe:taskDefinition` (or the form, assignment or mapping that is meant). Leave the foreign attributes if another engine needs them.";

    /// An invalid mapping target.
    MAPPING_TARGET = "RG0408", "invalid target of a mapping", None,
"The target of a mapping is a variable name, or a path of names separated by dots (`applicant.address.city`). Each part begins with a letter or underscore and has letters, digits and underscores of any script.";

    /// A separation or binding of duties that no case could keep.
    REG_DUTY = "RG0409", "impossible separation or binding of duties", None,
"`reg:separationOfDuties` and `reg:bindingOfDuties` name other user tasks of the same file: who has performed one of the two tasks in a case must not, or must, perform the other. No element has the id, or it is no user task, or it is the task itself, or the same two tasks are to be performed by one person and by two.

A duty holds in both directions, so it is enough on one of the two tasks.";

    /// Tasks with a duty that never both happen in one case.
    DUTY_APART = "RG0410", "duty between tasks that never meet", None,
"No case performs both tasks: no path leads from one to the other, and nothing starts both side by side. So the separation or binding of duties has no effect, and whoever relies on it is deceived.

Mostly another task was meant, or the tasks lie in different pools, which are different cases.";
}
