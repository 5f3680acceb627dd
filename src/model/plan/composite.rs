//! Several metrics, weighed into one attainment.

use serde::Deserialize;

use crate::model::{Exact, MetricId};

/// What a missing part of a composite does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MissingPart {
    /// The other weights are scaled up to 100 %.
    Reweigh,
    /// It counts as attainment 0.
    Zero,
}

/// One metric of a composite.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    pub metric: MetricId,
    pub weight: Exact,
    pub cap: Option<Exact>,
    pub floor: Option<Exact>,
}

/// The weighted attainment over several metrics. Weights are above 0 and add up to exactly 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositeRule {
    pub weights: Vec<Weight>,
    pub missing: MissingPart,
}
