//! The play-book: which measure belongs to which metric that misses its target.

use super::{Bilingual, Exact, Level, MetricId};

/// The measures to propose, in the order of preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playbook {
    /// How many days before its due date an action counts as due soon.
    pub due_soon_days: u32,
    pub plays: Vec<Play>,
}

/// A measure to propose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Play {
    /// The metric that misses its target, or that is the main cause.
    pub metric: MetricId,
    /// For units of this level alone; for all where none is given.
    pub level: Option<Level>,
    pub measure: Bilingual,
    /// How many days until it is due.
    pub due_days: u32,
    /// What the metric is to come to in a month; its target where none is given.
    pub expected: Option<Exact>,
}
