//! `plan.toml`: as written, then checked into a [`Plan`]. Each section is one file and checks itself.

mod bands;
mod coefficient;
mod overlap;
mod participation;
mod rank;
mod reconcile;
mod talent;
#[cfg(test)]
mod tests;
mod tilt;
mod warning;
mod weights;

use std::collections::BTreeSet;

use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::MetricId;
use crate::model::plan::Plan;
use coefficient::CoefficientTables;
use rank::RankTable;
use reconcile::ReconcileTable;
use talent::TalentTable;
use tilt::TiltTable;
use warning::WarningTable;
use weights::CompositeTable;

/// `plan.toml`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    warning: WarningTable,
    rank: RankTable,
    talent: Option<TalentTable>,
    tilt: Option<TiltTable>,
    composite: Option<CompositeTable>,
    #[serde(default)]
    coefficient: CoefficientTables,
    reconcile: Option<ReconcileTable>,
}

impl PlanFile {
    /// The plan, for the metrics that exist.
    pub fn check(self, metrics: &BTreeSet<MetricId>, problems: &mut Problems) -> Plan {
        let warning = self.warning.check(metrics, problems);
        let has_composite = self.composite.is_some();
        let composite = self.composite.and_then(|table| table.check(metrics, problems));
        let coefficients = self.coefficient.check(composite.as_ref(), metrics, problems);
        let rank = self.rank.check(has_composite, problems);
        let talent = self.talent.map(|table| table.check(metrics, has_composite, problems));
        let tilt = self.tilt.map(|table| table.check(metrics, problems));
        let reconcile = self.reconcile.map(|table| table.check(metrics, problems));
        let reconcile = reconcile.unwrap_or_default();
        Plan { warning, rank, composite, coefficients, talent, tilt, reconcile }
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
