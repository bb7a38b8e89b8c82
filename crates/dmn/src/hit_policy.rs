//! Hit policies and aggregations of decision tables (DMN 1.5, 8.2.11).

/// What a decision table gives when several rules match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitPolicy {
    /// At most one rule may match.
    Unique,
    /// The first that matches.
    First,
    /// The match whose output stands first among the output values.
    Priority,
    /// Any match, since all give the same output.
    Any,
    /// All matches as a list, or aggregated.
    Collect(Option<Aggregation>),
    /// All matches as a list in the order of the rules.
    RuleOrder,
    /// All matches as a list in the order of the output values.
    OutputOrder,
}

/// How collected outputs become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregation {
    /// Their sum.
    Sum,
    /// Their number.
    Count,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

impl HitPolicy {
    /// The policy of the attributes `hitPolicy` and `aggregation`; unique without the former.
    #[must_use]
    pub fn named(policy: Option<&str>, aggregation: Option<&str>) -> Option<HitPolicy> {
        let aggregation = match aggregation {
            None => None,
            Some("SUM") => Some(Aggregation::Sum),
            Some("COUNT") => Some(Aggregation::Count),
            Some("MIN") => Some(Aggregation::Min),
            Some("MAX") => Some(Aggregation::Max),
            Some(_) => return None,
        };
        Some(match policy.unwrap_or("UNIQUE") {
            "UNIQUE" => HitPolicy::Unique,
            "FIRST" => HitPolicy::First,
            "PRIORITY" => HitPolicy::Priority,
            "ANY" => HitPolicy::Any,
            "COLLECT" => HitPolicy::Collect(aggregation),
            "RULE ORDER" => HitPolicy::RuleOrder,
            "OUTPUT ORDER" => HitPolicy::OutputOrder,
            _ => return None,
        })
    }
}
