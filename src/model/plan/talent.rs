//! Who stands out over several quarters.

use serde::Deserialize;

use crate::model::{Exact, MetricId};

/// What people are ranked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TalentBasis {
    /// The attainment of one metric.
    Metric(MetricId),
    /// The weighted attainment over several metrics.
    Composite,
}

impl TalentBasis {
    /// The word of the config and of the results tables.
    pub fn code(&self) -> &str {
        match self {
            Self::Metric(metric) => metric.as_str(),
            Self::Composite => "composite",
        }
    }
}

/// What a quarter does in which somebody stood in no ranking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MissingQuarter {
    /// The quarters are not consecutive any more.
    #[default]
    Breaks,
    /// It is passed over: the quarters before it count on.
    Skips,
}

/// Where the quarters before the judged one are taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TalentSource {
    /// From this run's extracts and plan.
    #[default]
    Recompute,
    /// From what was delivered: the last run of each quarter's last month.
    Ledger,
}

/// Consecutive quarters at the top make a candidate for promotion, at the bottom one for coaching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalentRule {
    pub by: TalentBasis,
    /// How many consecutive quarters; at least 1.
    pub quarters: usize,
    /// The share of a peer group that is its top; together with `coach_bottom` at most 1.
    pub promote_top: Exact,
    pub coach_bottom: Exact,
    /// A smaller group has neither top nor bottom.
    pub least_group: usize,
    pub missing_quarter: MissingQuarter,
    pub source: TalentSource,
}

impl TalentRule {
    /// How many quarters have to be known, the judged one among them. Missing ones are passed over
    /// within as many again.
    pub fn reach(&self) -> usize {
        match self.missing_quarter {
            MissingQuarter::Breaks => self.quarters,
            MissingQuarter::Skips => 2 * self.quarters,
        }
    }
}
