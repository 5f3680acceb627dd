//! `[warning]`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::require;
use crate::model::plan::WarningRule;
use crate::model::{Exact, MetricId};
use crate::settings::problem::{Problem, Problems};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WarningTable {
    metrics: Vec<String>,
    yellow_below: Exact,
    red_below: Exact,
}

impl WarningTable {
    pub(super) fn check(
        self,
        metrics: &BTreeSet<MetricId>,
        problems: &mut Problems,
    ) -> WarningRule {
        let rule = WarningRule {
            metrics: self.metrics.iter().map(|id| MetricId::from(id.as_str())).collect(),
            yellow_below: self.yellow_below,
            red_below: self.red_below,
        };
        if rule.red_below > rule.yellow_below {
            problems.push(Problem::new(
                "warning.red_below",
                "red begins above yellow",
                "set red_below to yellow_below or less, for instance \"60%\" and \"80%\"",
            ));
        }
        for (index, metric) in rule.metrics.iter().enumerate() {
            require(metric, &format!("warning.metrics[{index}]"), metrics, problems);
        }
        rule
    }
}
