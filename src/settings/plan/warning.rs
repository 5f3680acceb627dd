//! `[warning]`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::require;
use crate::model::plan::{WarningBasis, WarningEdges, WarningRule};
use crate::model::{Exact, MetricId};
use crate::settings::problem::{Problem, Problems};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WarningTable {
    metrics: Vec<String>,
    yellow_below: Exact,
    red_below: Exact,
    escalate_after: Option<u32>,
    #[serde(default = "WarningRule::default_reach")]
    out_of_reach_above: Exact,
    /// By the metric's id.
    #[serde(default)]
    metric: BTreeMap<String, OwnTable>,
}

/// `[warning.metric.NAME]`: what it leaves out is as for all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnTable {
    #[serde(default)]
    basis: WarningBasis,
    yellow_below: Option<Exact>,
    red_below: Option<Exact>,
}

impl WarningTable {
    pub(super) fn check(
        self,
        metrics: &BTreeSet<MetricId>,
        problems: &mut Problems,
    ) -> WarningRule {
        check_edges("warning", &self.yellow_below, &self.red_below, problems);
        let warned: Vec<MetricId> =
            self.metrics.iter().map(|id| MetricId::from(id.as_str())).collect();
        for (index, metric) in warned.iter().enumerate() {
            require(metric, &format!("warning.metrics[{index}]"), metrics, problems);
        }
        let mut own = BTreeMap::new();
        for (id, table) in self.metric {
            let key = format!("warning.metric.{id}");
            let metric = MetricId::from(id.as_str());
            if !warned.contains(&metric) {
                let names: Vec<&str> = warned.iter().map(MetricId::as_str).collect();
                problems.push(Problem::new(
                    &key,
                    format!("“{id}” is none of the metrics that warn"),
                    format!("add it to metrics, or use one of: {}", names.join(", ")),
                ));
            }
            let edges = WarningEdges {
                basis: table.basis,
                yellow_below: table.yellow_below.unwrap_or_else(|| self.yellow_below.clone()),
                red_below: table.red_below.unwrap_or_else(|| self.red_below.clone()),
            };
            check_edges(&key, &edges.yellow_below, &edges.red_below, problems);
            own.insert(metric, edges);
        }
        if self.escalate_after.is_some_and(|months| months < 2) {
            problems.push(Problem::new(
                "warning.escalate_after",
                "a warning of one month is no streak",
                "give 2 or more months, such as 3; leave it out where nothing escalates",
            ));
        }
        if !self.out_of_reach_above.is_positive() {
            problems.push(Problem::new(
                "warning.out_of_reach_above",
                "a share of the best month must be above 0",
                "give a share such as \"150%\"",
            ));
        }
        WarningRule {
            metrics: warned,
            yellow_below: self.yellow_below,
            red_below: self.red_below,
            own,
            escalate_after: self.escalate_after,
            out_of_reach_above: self.out_of_reach_above,
        }
    }
}

fn check_edges(table: &str, yellow_below: &Exact, red_below: &Exact, problems: &mut Problems) {
    if red_below > yellow_below {
        problems.push(Problem::new(
            &format!("{table}.red_below"),
            "red begins above yellow",
            "set red_below to yellow_below or less, for instance \"60%\" and \"80%\"",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(more: &str) -> (WarningRule, Vec<String>) {
        let text = format!(
            "metrics = [\"sales\", \"visits\"]\nyellow_below = \"80%\"\nred_below = \"60%\"\n{more}"
        );
        let table: WarningTable = toml::from_str(&text).unwrap();
        let metrics = ["sales", "visits", "orders"].map(MetricId::from).into();
        let mut problems = Problems::new();
        let rule = table.check(&metrics, &mut problems);
        (rule, problems.into_iter().map(|p| format!("{}: {}", p.key, p.what)).collect())
    }

    #[test]
    fn a_metric_has_what_its_own_table_says_and_the_rest_as_all() {
        let (rule, problems) =
            checked("[metric.visits]\nbasis = \"ytd\"\nyellow_below = \"90%\"\n");
        assert!(problems.is_empty(), "{problems:?}");
        let share = |text: &str| Exact::parse(text).unwrap();
        let visits = rule.edges(&"visits".into()).unwrap();
        assert_eq!(visits.basis, WarningBasis::Ytd);
        assert_eq!((visits.yellow_below, visits.red_below), (share("90%"), share("60%")));
        let sales = rule.edges(&"sales".into()).unwrap();
        assert_eq!((sales.basis, sales.yellow_below), (WarningBasis::Month, share("80%")));
        assert_eq!(rule.edges(&"orders".into()), None);
    }

    #[test]
    fn what_cannot_be_meant_is_named() {
        let said = |more| checked(more).1;
        assert_eq!(
            said("[metric.orders]\nbasis = \"ytd\"\n"),
            ["warning.metric.orders: “orders” is none of the metrics that warn"]
        );
        assert_eq!(
            said("[metric.sales]\nred_below = \"85%\"\n"),
            ["warning.metric.sales.red_below: red begins above yellow"]
        );
        assert_eq!(
            said("escalate_after = 1\nout_of_reach_above = 0\n"),
            [
                "warning.escalate_after: a warning of one month is no streak",
                "warning.out_of_reach_above: a share of the best month must be above 0"
            ]
        );
    }
}
