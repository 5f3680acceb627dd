//! The plan: when to warn, how to rank, and which coefficient an attainment earns.

use serde::Deserialize;

use super::{Exact, Grain, Level, MetricId};

/// Everything that turns figures into judgements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub warning: WarningRule,
    pub rank: RankRule,
    pub coefficient: Option<CoefficientRule>,
}

/// Attainment below the edges warns; the most severe edge counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningRule {
    /// The metrics that warn.
    pub metrics: Vec<MetricId>,
    pub yellow_below: Exact,
    pub red_below: Exact,
}

/// Whom a unit is ranked among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RankWithin {
    /// All units of its level in the company.
    Company,
    /// Those of its level that share its parent.
    Parent,
}

/// How peers are ranked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankRule {
    pub within: RankWithin,
    /// A report shows the mean and median of a group only from this many members.
    pub least_group: usize,
}

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

/// What the coefficient is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoefficientBasis {
    Metric(MetricId),
    /// Weights add up to exactly 1.
    Composite {
        weights: Vec<Weight>,
        missing: MissingPart,
    },
}

/// The half-open band [from, to) of attainment and what it earns.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub from: Exact,
    pub to: Option<Exact>,
    pub coefficient: Exact,
}

/// The flat steps of the bonus coefficient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoefficientRule {
    pub basis: CoefficientBasis,
    /// From low to high, without gap or overlap, from 0 to infinity.
    pub bands: Vec<Band>,
    pub levels: Vec<Level>,
    pub grains: Vec<Grain>,
}
