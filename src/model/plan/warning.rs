//! When an attainment warns, how long it may, and when a year is past saving.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{Exact, MetricId};

/// Which attainment of a metric warns in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WarningBasis {
    /// That of the month itself.
    #[default]
    Month,
    /// That of the year to date, for a metric of which a month says little.
    Ytd,
}

/// The edges of a metric: attainment below them warns; the most severe edge counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningEdges {
    pub basis: WarningBasis,
    pub yellow_below: Exact,
    pub red_below: Exact,
}

/// What warns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningRule {
    /// The metrics that warn.
    pub metrics: Vec<MetricId>,
    pub yellow_below: Exact,
    pub red_below: Exact,
    /// Of the metrics that have a basis or edges of their own.
    pub own: BTreeMap<MetricId, WarningEdges>,
    /// From so many warned months in a row on, a yellow warning goes up as a red one does.
    pub escalate_after: Option<u32>,
    /// A year is out of reach where each month left would have to be more than this share of the
    /// best one of the trailing twelve.
    pub out_of_reach_above: Exact,
}

impl WarningRule {
    /// The same edges for all of the metrics, by month, and no escalation.
    pub fn new(metrics: Vec<MetricId>, yellow_below: Exact, red_below: Exact) -> Self {
        let out_of_reach_above = Self::default_reach();
        let own = BTreeMap::new();
        Self { metrics, yellow_below, red_below, own, escalate_after: None, out_of_reach_above }
    }

    /// Half as much again as the best month.
    pub fn default_reach() -> Exact {
        Exact::from_minor(15, 1)
    }

    /// The edges of a metric; none where it does not warn.
    pub fn edges(&self, metric: &MetricId) -> Option<WarningEdges> {
        self.metrics.contains(metric).then(|| {
            self.own.get(metric).cloned().unwrap_or_else(|| WarningEdges {
                basis: WarningBasis::Month,
                yellow_below: self.yellow_below.clone(),
                red_below: self.red_below.clone(),
            })
        })
    }

    /// All edges that decide something.
    pub fn all_edges(&self) -> impl Iterator<Item = &Exact> {
        let own = self.own.values().flat_map(|edges| [&edges.yellow_below, &edges.red_below]);
        [&self.yellow_below, &self.red_below].into_iter().chain(own)
    }
}
