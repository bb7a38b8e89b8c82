//! Codes of reading BPMN: `RG02xx`.

codes! {
    /// The root is not `bpmn:definitions`.
    NOT_BPMN = "RG0201", "not a BPMN 2.0 file", Some("BPMN 2.0.2, 15.3.1"),
"The root element of a BPMN file is `definitions` in the namespace `http://www.omg.org/spec/BPMN/20100524/MODEL`. This file has another root, or the right name in another namespace.

Files of BPMN 1.x, XPDL, DMN or a modeler's private format look similar. Open the file in a modeler and save it as BPMN 2.0 XML; if the file was written by hand, declare the namespace on the root element.";

    /// An element that BPMN does not have.
    UNKNOWN_ELEMENT = "RG0202", "unknown BPMN element", Some("BPMN 2.0.2, 15.3"),
"An element stands in the BPMN namespace but BPMN 2.0 has no element of that name, so nothing can be known about its meaning. It is kept in the file and otherwise ignored.

Usually the name is misspelt, in the wrong case (`usertask` for `userTask`), or belongs to a tool: then it should stand in the tool's own namespace inside `extensionElements`.";

    /// An element where the schema does not allow it.
    MISPLACED_ELEMENT = "RG0203", "element out of place", Some("BPMN 2.0.2, 15.3"),
"The schema of BPMN does not allow this element inside its parent. A flow node or sequence flow outside a process or sub-process belongs to nothing and would never be executed: that is an error. Any other misplaced element is ignored with a warning.

Move the element to where it belongs, for example a `message` directly into `definitions` and an `eventDefinition` into its event.";

    /// Children in another order than the schema's.
    CHILD_ORDER = "RG0204", "children out of order", Some("BPMN 2.0.2, 15.3"),
"The schema of BPMN fixes the order of an element's children: documentation and extensions first, then references to flows, then the rest, and artifacts behind flow elements. The file can be understood, but a validating tool refuses it.

Move the element before the one that is named in the message.";

    /// More children of a kind than allowed.
    REPEATED_CHILD = "RG0205", "element repeated", Some("BPMN 2.0.2, 15.3"),
"At most one element of this kind may stand here, and there are several. Which one counts is not defined, so the file cannot be understood: two conditions on one flow may contradict each other.

Keep one. Several `extensionElements` are the exception: all of them are read, with a warning.";

    /// A required child is missing.
    MISSING_CHILD = "RG0206", "required element missing", Some("BPMN 2.0.2, 15.3"),
"The schema of BPMN requires a child element here that is not there: the text of an annotation, the two ends of an assignment, the condition of a conditional event.

The file is read without it. Where execution needs it, lowering refuses the element.";

    /// A required attribute is missing.
    MISSING_ATTRIBUTE = "RG0207", "required attribute missing", Some("BPMN 2.0.2, 15.3"),
"The schema of BPMN requires this attribute. A missing reference (`sourceRef`, `targetRef`, `attachedToRef`) leaves the element hanging and is an error; another missing attribute is a warning.

Add the attribute. For references its value is the `id` of the other element.";

    /// An attribute that the element does not have.
    UNKNOWN_ATTRIBUTE = "RG0208", "unknown attribute", Some("BPMN 2.0.2, 15.3"),
"An attribute without a namespace prefix belongs to BPMN, and BPMN has none of that name on this element. It is kept and ignored.

Usually the name is misspelt. An attribute of a tool carries the prefix of the tool's namespace.";

    /// An attribute value of the wrong type.
    INVALID_VALUE = "RG0209", "invalid value", Some("BPMN 2.0.2, 15.3"),
"The value is not of the attribute's type. Booleans are `true`, `false`, `1` or `0`; integers are digits with an optional sign; enumerations are one of the listed words, in that spelling. What the author meant cannot be guessed safely: `isInterrupting=\"no\"` read as true would interrupt a case.";

    /// Text between elements.
    MISPLACED_TEXT = "RG0210", "text where none may be", Some("BPMN 2.0.2, 15.3"),
"Text stands between elements where BPMN allows only elements. It is kept and ignored.

Often it is a stray character from editing by hand, or an explanation that should be a comment, a `documentation` element or a `textAnnotation`.";

    /// Two elements with the same identifier.
    DUPLICATE_ID = "RG0211", "duplicate id", Some("BPMN 2.0.2, 8.3.1"),
"Identifiers are unique within a file. With two elements of the same id every reference to it is ambiguous, so the model has no single meaning.

Give one of them another id and mend the references that mean it. It often happens by copying an element in a text editor.";

    /// An identifier that XML does not allow.
    INVALID_ID = "RG0212", "malformed id", Some("BPMN 2.0.2, 8.3.1"),
"An id begins with a letter or underscore and goes on with letters, digits, `_`, `-` and `.`; it has no spaces and no colon. References to this one are understood here, but other tools refuse the file.";

    /// An element that can only be used by its identifier has none.
    MISSING_ID = "RG0213", "missing id", Some("BPMN 2.0.2, 8.3.1"),
"Messages, signals, errors, data objects and the like do something only through references to their id. Without an id nothing can refer to this one, so it has no effect.

Add an `id` that is unique in the file.";

    /// A reference to nothing.
    DANGLING_REFERENCE = "RG0214", "dangling reference", Some("BPMN 2.0.2, 8.3.1"),
"The reference names an id that no element of the file has. A sequence flow without an end, a boundary event without a host, an event without its message: the model is incomplete.

Mend the id or add the missing element. References into other files carry a prefix that is bound to the other file's namespace; those are not looked up. References of the diagram interchange and the redundant `incoming` and `outgoing` lists are warnings, because nothing but the drawing depends on them.";

    /// A reference to the wrong kind of element.
    WRONG_REFERENCE = "RG0215", "reference to the wrong kind of element", Some("BPMN 2.0.2, 8.3.1"),
"The reference leads to an element, but to one of a kind that has no meaning there: a sequence flow that ends at a data object, an event whose `messageRef` is a signal.

Refer to an element of the kind that the message names.";

    /// A prefix that is not declared.
    UNKNOWN_PREFIX = "RG0216", "undeclared prefix in a reference", Some("BPMN 2.0.2, 8.3.1"),
"References are qualified names: what stands before the colon must be a declared namespace prefix. This one is not declared, so it is not known which file is meant.

Remove the prefix if the element is in this file, or declare it with `xmlns:prefix=\"…\"`.";

    /// A sequence flow between different scopes.
    FLOW_CROSSES_SCOPE = "RG0217", "sequence flow crosses a border", Some("BPMN 2.0.2, 7.6.1"),
"A sequence flow connects two nodes of the same process or sub-process. This one crosses the border of a sub-process or of a pool, or is declared in another scope than its ends.

Connect the sub-process itself instead of something inside it; between pools use a message flow.";

    /// A node's list of flows disagrees with the flows.
    FLOW_LIST = "RG0218", "incoming or outgoing list disagrees", Some("BPMN 2.0.2, 8.3.9"),
"The `incoming` and `outgoing` elements of a node repeat what `sourceRef` and `targetRef` of the flows say. Here they differ. The flows decide; the list is ignored.

Save the file from a modeler, or mend the list by hand: some tools draw by it.";

    /// A message flow inside one pool.
    MESSAGE_FLOW_IN_POOL = "RG0219", "message flow inside one pool", Some("BPMN 2.0.2, 7.6.2"),
"A message flow connects two different participants. Inside one pool, work passes by sequence flow and data by data associations; a message from a process to itself needs a message event with a `messageRef` instead of a drawn flow.";

    /// A boundary event whose host is elsewhere.
    BOUNDARY_SCOPE = "RG0220", "boundary event away from its activity", Some("BPMN 2.0.2, 10.5.4"),
"A boundary event is declared in the same process or sub-process as the activity that it is attached to, not inside that activity and not elsewhere.

Move the `boundaryEvent` element beside the activity.";

    /// A lane names a node of another process.
    LANE_MEMBER = "RG0221", "lane names a node of another process", Some("BPMN 2.0.2, 10.8"),
"A lane divides the process that it belongs to; the nodes that it lists belong to that process or to its sub-processes. This one lists a node of another process. The entry is ignored.";

    /// A foreign element outside `extensionElements`.
    FOREIGN_CHILD = "RG0222", "foreign element outside extensionElements", Some("BPMN 2.0.2, 8.2.3"),
"Elements of other namespaces stand inside `extensionElements`. This one stands directly among BPMN elements. It is kept and ignored, and a validating tool refuses the file.

Wrap it in `extensionElements`.";

    /// A default flow that begins elsewhere.
    DEFAULT_FLOW = "RG0223", "default flow of another element", Some("BPMN 2.0.2, 8.3.13"),
"`default` names one of the element's own outgoing sequence flows. This one begins at another element, so it can never be taken from here.";
}
