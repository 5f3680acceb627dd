//! Whom a unit is ranked among.

use serde::Deserialize;

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
