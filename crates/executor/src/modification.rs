//! Moving an instance by hand.

use reglament_core::program::{ElementIx, FlowIx};

use crate::command::Variables;
use crate::state::Key;

/// What a person changes about a running instance: first variables are set, then what is there is
/// cancelled, then elements are activated. It is done as a whole or not at all, and refused when it
/// would leave a scope without anything that could ever end it.
#[derive(Clone, Debug, Default)]
pub struct Modification {
    /// Variables, each list local to an element instance; `None` sets them at the process.
    pub variables: Vec<(Option<Key>, Variables)>,
    /// Element instances that are ended, with everything in them.
    pub cancel: Vec<Key>,
    /// Tokens that wait at the end of a flow and are taken away: the flow, and the element instance
    /// that contains it where there are several.
    pub withdraw: Vec<(FlowIx, Option<Key>)>,
    /// Where new tokens begin.
    pub activate: Vec<Activation>,
}

/// Where a new token begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The element is entered.
    Before {
        /// The element.
        element: ElementIx,
        /// The element instance that will contain it, directly or with scopes between that are begun
        /// for it; `None` where only one could.
        scope: Option<Key>,
    },
    /// The token leaves the element over its one outgoing flow, without the element being done.
    After {
        /// The element.
        element: ElementIx,
        /// The element instance that contains it; `None` where only one could.
        scope: Option<Key>,
    },
    /// The token is on its way over a flow: the way to choose where several leave an element.
    Over {
        /// The flow.
        flow: FlowIx,
        /// The element instance that contains it; `None` where only one could.
        scope: Option<Key>,
    },
}
