//! `plan.toml`: as written, then checked into a [`Plan`]. Each section is one file and checks itself.

mod bands;
mod coefficient;
mod rank;
mod reconcile;
mod warning;
mod weights;

use std::collections::BTreeSet;

use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::MetricId;
use crate::model::plan::Plan;
use coefficient::CoefficientTable;
use rank::RankTable;
use reconcile::ReconcileTable;
use warning::WarningTable;

/// `plan.toml`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    warning: WarningTable,
    rank: RankTable,
    coefficient: Option<CoefficientTable>,
    reconcile: Option<ReconcileTable>,
}

impl PlanFile {
    /// The plan, for the metrics that exist.
    pub fn check(self, metrics: &BTreeSet<MetricId>, problems: &mut Problems) -> Plan {
        let warning = self.warning.check(metrics, problems);
        let coefficient = self.coefficient.and_then(|table| table.check(metrics, problems));
        let rank = self.rank.check();
        let reconcile = self.reconcile.map(|table| table.check(metrics, problems));
        Plan { warning, rank, coefficient, reconcile: reconcile.unwrap_or_default() }
    }
}

/// Says so where `key` names no metric.
fn require(metric: &MetricId, key: &str, known: &BTreeSet<MetricId>, problems: &mut Problems) {
    if !known.contains(metric) {
        let names: Vec<_> = known.iter().map(ToString::to_string).collect();
        problems.push(Problem::new(
            key,
            format!("“{metric}” is no metric"),
            format!("use one of: {}", names.join(", ")),
        ));
    }
}
