//! When an attainment warns.

use crate::model::{Exact, MetricId};

/// Attainment below the edges warns; the most severe edge counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningRule {
    /// The metrics that warn.
    pub metrics: Vec<MetricId>,
    pub yellow_below: Exact,
    pub red_below: Exact,
}
