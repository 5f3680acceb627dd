//! `plan.toml`: as written, then checked into a [`Plan`].

use std::collections::BTreeSet;

use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::plan::{
    Band, CoefficientBasis, CoefficientRule, MissingPart, Plan, RankRule, RankWithin, WarningRule,
    Weight,
};
use crate::model::{Exact, Grain, Level, MetricId, round};

/// `plan.toml`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    warning: WarningTable,
    rank: RankTable,
    coefficient: Option<CoefficientTable>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarningTable {
    metrics: Vec<String>,
    yellow_below: Exact,
    red_below: Exact,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RankTable {
    within: RankWithin,
    least_group: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoefficientTable {
    metric: Option<String>,
    weights: Option<Vec<Weight>>,
    missing: Option<MissingPart>,
    levels: Vec<Level>,
    grains: Vec<Grain>,
    bands: Vec<Band>,
}

impl PlanFile {
    /// The plan, for the metrics that exist.
    pub fn check(self, metrics: &BTreeSet<MetricId>, problems: &mut Problems) -> Plan {
        let warning = WarningRule {
            metrics: self.warning.metrics.iter().map(|id| MetricId::from(id.as_str())).collect(),
            yellow_below: self.warning.yellow_below,
            red_below: self.warning.red_below,
        };
        if warning.red_below > warning.yellow_below {
            problems.push(Problem::new(
                "warning.red_below",
                "red begins above yellow",
                "set red_below to yellow_below or less, for instance \"60%\" and \"80%\"",
            ));
        }
        for (index, metric) in warning.metrics.iter().enumerate() {
            require(metric, &format!("warning.metrics[{index}]"), metrics, problems);
        }
        let coefficient = self.coefficient.and_then(|table| table.check(metrics, problems));
        let rank = RankRule { within: self.rank.within, least_group: self.rank.least_group };
        Plan { warning, rank, coefficient }
    }
}

impl CoefficientTable {
    fn check(
        self,
        metrics: &BTreeSet<MetricId>,
        problems: &mut Problems,
    ) -> Option<CoefficientRule> {
        check_bands(&self.bands, problems);
        let basis = match (self.metric, self.weights) {
            (Some(metric), None) => {
                let metric = MetricId::from(metric);
                require(&metric, "coefficient.metric", metrics, problems);
                if self.missing.is_some() {
                    problems.push(Problem::new(
                        "coefficient.missing",
                        "missing has no meaning with a single metric",
                        "remove it, or give weights instead of metric",
                    ));
                }
                CoefficientBasis::Metric(metric)
            }
            (None, Some(weights)) => {
                check_weights(&weights, metrics, problems);
                let Some(missing) = self.missing else {
                    problems.push(Problem::new(
                        "coefficient",
                        "the plan does not say what a missing part does",
                        "add missing = \"reweigh\" or missing = \"zero\"",
                    ));
                    return None;
                };
                CoefficientBasis::Composite { weights, missing }
            }
            _ => {
                problems.push(Problem::new(
                    "coefficient",
                    "a coefficient is read from one metric or from weights",
                    "give either metric = \"sales\" or weights = [ … ]",
                ));
                return None;
            }
        };
        Some(CoefficientRule { basis, bands: self.bands, levels: self.levels, grains: self.grains })
    }
}

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

fn check_weights(weights: &[Weight], metrics: &BTreeSet<MetricId>, problems: &mut Problems) {
    for (index, weight) in weights.iter().enumerate() {
        require(&weight.metric, &format!("coefficient.weights[{index}].metric"), metrics, problems);
        if !weight.weight.is_positive() {
            problems.push(Problem::new(
                &format!("coefficient.weights[{index}].weight"),
                "a weight must be above 0",
                "give a share such as \"60%\"",
            ));
        }
    }
    let sum: Exact = weights.iter().map(|weight| &weight.weight).sum();
    if sum != Exact::one() {
        let percent = round::to_plain(&(sum * Exact::from(100)));
        problems.push(Problem::new(
            "coefficient.weights",
            format!("the weights add up to {percent} %"),
            "make them add up to exactly 100 %",
        ));
    }
}

/// Bands run from 0 to infinity, each beginning where the one before ends.
fn check_bands(bands: &[Band], problems: &mut Problems) {
    let percent = |value: &Exact| format!("{} %", round::to_plain(&(value * &Exact::from(100))));
    let mut reached = Some(Exact::zero());
    for (index, band) in bands.iter().enumerate() {
        let key = format!("coefficient.bands[{index}].from");
        match &reached {
            None => problems.push(Problem::new(
                &key,
                "a band follows one that has no end",
                "give every band but the last a `to`",
            )),
            Some(end) if band.from > *end => problems.push(Problem::new(
                &key,
                format!("there is a gap between {} and {}", percent(end), percent(&band.from)),
                format!("begin this band at {}", percent(end)),
            )),
            Some(end) if band.from < *end => problems.push(Problem::new(
                &key,
                format!("the bands overlap between {} and {}", percent(&band.from), percent(end)),
                format!("begin this band at {}", percent(end)),
            )),
            Some(_) => {}
        }
        if band.to.as_ref().is_some_and(|to| *to <= band.from) {
            problems.push(Problem::new(
                &format!("coefficient.bands[{index}].to"),
                "a band ends before it begins",
                "set `to` above `from`",
            ));
        }
        reached.clone_from(&band.to);
    }
    if bands.is_empty() || reached.is_some() {
        problems.push(Problem::new(
            "coefficient.bands",
            "the bands do not cover every attainment",
            "leave out `to` in the last band, so that it has no end",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(bands: &str) -> Vec<String> {
        let text = format!(
            "[warning]\nmetrics = [\"sales\"]\nyellow_below = \"80%\"\nred_below = \"60%\"\n\
             [rank]\nwithin = \"company\"\nleast_group = 5\n\
             [coefficient]\nmetric = \"sales\"\nlevels = [\"person\"]\ngrains = [\"month\"]\n{bands}"
        );
        let file: PlanFile = toml::from_str(&text).unwrap();
        let mut problems = Problems::new();
        file.check(&BTreeSet::from([MetricId::from("sales")]), &mut problems);
        problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn bands_must_cover_without_overlap() {
        let good =
            "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"80%\", coefficient=1}]";
        assert!(problems(good).is_empty());
        let gap =
            "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"81%\", coefficient=1}]";
        assert_eq!(problems(gap), ["there is a gap between 80 % and 81 %"]);
        let overlap =
            "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"79.5%\", coefficient=1}]";
        assert_eq!(problems(overlap), ["the bands overlap between 79.5 % and 80 %"]);
        assert_eq!(problems("bands = []"), ["the bands do not cover every attainment"]);
    }
}
