//! `plan.toml`: as written, then checked into a [`Plan`]. Each section is one file and checks itself.

mod bands;
mod coefficient;
mod rank;
mod talent;
mod tilt;
mod warning;
mod weights;

use std::collections::BTreeSet;

use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::MetricId;
use crate::model::plan::Plan;
use coefficient::CoefficientTable;
use rank::RankTable;
use talent::TalentTable;
use tilt::TiltTable;
use warning::WarningTable;

/// `plan.toml`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    warning: WarningTable,
    rank: RankTable,
    coefficient: Option<CoefficientTable>,
    talent: Option<TalentTable>,
    tilt: Option<TiltTable>,
}

impl PlanFile {
    /// The plan, for the metrics that exist.
    pub fn check(self, metrics: &BTreeSet<MetricId>, problems: &mut Problems) -> Plan {
        let warning = self.warning.check(metrics, problems);
        let coefficient = self.coefficient.and_then(|table| table.check(metrics, problems));
        let rank = self.rank.check();
        let talent = self.talent.map(|table| table.check(metrics, problems));
        let tilt = self.tilt.map(|table| table.check(metrics, problems));
        Plan { warning, rank, coefficient, talent, tilt }
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
