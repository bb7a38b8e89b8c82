//! What an operator decides about a migration: which element becomes which, and what terms do.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How instances of one program go on under another. It names elements and flows by their BPMN ids, so
/// it can be written, read and reviewed as JSON.
///
/// ```
/// use reglament_executor::{MigrationPlan, TermPolicy};
/// let plan: MigrationPlan = serde_json::from_str(
///     r#"{ "elements": [{ "from": "Check", "to": "CheckAgain" }], "runningTerms": "adopt" }"#,
/// )?;
/// assert_eq!(plan.running_terms, TermPolicy::Adopt);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MigrationPlan {
    /// Which element becomes which. Every element that an instance stands at needs one.
    pub elements: Vec<ElementMapping>,
    /// Which flow becomes which, for the flows that tokens wait at the end of. A flow that is not named
    /// becomes the flow with its id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flows: Vec<FlowMapping>,
    /// What statutory terms do that run and that the target states otherwise.
    #[serde(default)]
    pub running_terms: TermPolicy,
    /// What single terms do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermMapping>,
    /// What a generated plan could not map. It is there for who reviews the plan; nothing is read from
    /// it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmapped: Vec<Unmapped>,
}

/// One element becomes another of the same kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ElementMapping {
    /// The id in the source.
    pub from: Arc<str>,
    /// The id in the target.
    pub to: Arc<str>,
    /// Whether what it waits for is made anew under the target: a timer is computed from the instant of
    /// the migration, a message name and key are evaluated again, work is offered again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub update: bool,
}

/// One flow becomes another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowMapping {
    /// The id in the source.
    pub from: Arc<str>,
    /// The id in the target.
    pub to: Arc<str>,
}

/// What a statutory term does that runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermPolicy {
    /// It goes on as it began, whatever the target says.
    #[default]
    Keep,
    /// It is reckoned from its beginning as the target says. One that has expired stays expired.
    Adopt,
    /// It is withdrawn: the target does not have it.
    End,
}

/// What becomes of one term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TermMapping {
    /// The element of the source that carries it.
    pub element: Arc<str>,
    /// Its number among the terms of the element, from 1.
    #[serde(default = "first")]
    pub number: u32,
    /// The number of its counterpart among the terms of the element in the target; the same without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// What it does.
    pub policy: TermPolicy,
}

/// A part of the source that a generated plan does not map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmapped {
    /// The id of the element or flow.
    pub id: Arc<str>,
    /// Why not, in words.
    pub reason: Arc<str>,
}

fn first() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}
