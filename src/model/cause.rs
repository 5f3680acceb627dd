//! What may explain a gap, and when something is called its cause. Data, not code.

use super::formula::Formula;
use super::{DimensionId, Exact, MetricId};

/// A metric as a formula over others, its factors: `visits * win_rate * value_per_win`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    pub metric: MetricId,
    pub formula: Formula,
}

impl Tree {
    /// All subsets of the factors are gone through, so that there may not be many.
    pub const MOST_FACTORS: usize = 8;

    /// The factors, in the order of the formula.
    pub fn factors(&self) -> Vec<MetricId> {
        self.formula.names().into_iter().map(MetricId::from).collect()
    }
}

/// How causes are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseRules {
    /// Of several trees of a metric the first that has all its figures counts.
    pub trees: Vec<Tree>,
    /// The metrics that say how the work was done; none for all that have a target.
    pub process: Option<Vec<MetricId>>,
    /// By which dimensions a gap is parted; none for all.
    pub dimensions: Option<Vec<DimensionId>>,
    /// What makes a smaller share of the whole than this is not called a main cause.
    pub least_share: Exact,
    /// A difference of no more than this share of the base is noise, and no cause of anything.
    pub noise: Exact,
}

impl Default for CauseRules {
    fn default() -> Self {
        Self {
            trees: Vec::new(),
            process: None,
            dimensions: None,
            least_share: Exact::from_minor(30, 2),
            noise: Exact::from_minor(2, 2),
        }
    }
}
