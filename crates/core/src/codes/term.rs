//! Codes of statutory terms that run: `RG07xx`.

codes! {
    /// A term whose clock cannot start where its anchor says.
    TERM_ANCHOR = "RG0701", "anchor that starts no clock", None,
"The clock of a term starts with an event of its anchor: an element of the same process that becomes active or completes. A process and an end event have no completion that anything could follow; a link and a compensation event move the token elsewhere; an event-based gateway is decided by the events behind it; and an element cannot start the clock with the very completion that the term limits.

Anchor the term at the element before or behind, or remove `anchor`: the clock then starts when the element that carries the term becomes active.";

    /// An enforcing term that no timer event fires by.
    TERM_ENFORCING = "RG0702", "enforcing term without its timer event", None,
"A term with `effect=\"enforcing\"` takes a flow when it expires. In BPMN that flow begins at a timer event, so the term stands on one: a boundary event of the activity, an intermediate catch event, or the start event of an event sub-process. The term is the timer, and the timer definition of the event is left empty: a `timeDuration` beside it would be a second truth, and cannot say working days.

The event carries nothing but this term (and its alternatives with their conditions), has one definition, and an anchor, if there is one, lies inside what the event watches. A term that is only recorded is advisory and may stand anywhere.";

    /// Alternatives of which more than one applies.
    TERM_ALTERNATIVES = "RG0703", "several terms that apply at once", None,
"Terms of one element that limit the same thing (`measures`) from the same event (`anchor`) are alternatives: the first in document order whose condition holds applies, else the one without a condition. Here more than one has no condition, so all but the first would never run.

Give the others their conditions, in FEEL, or say by `measures` or `anchor` that they limit something else.";
}
