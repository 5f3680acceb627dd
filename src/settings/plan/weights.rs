//! `[composite]`, and the weights of any composite.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::require;
use crate::model::plan::{CompositeRule, MissingPart, Weight};
use crate::model::{Exact, MetricId, round};
use crate::settings::problem::{Problem, Problems};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompositeTable {
    weights: Vec<Weight>,
    missing: Option<MissingPart>,
}

impl CompositeTable {
    pub(super) fn check(
        self,
        metrics: &BTreeSet<MetricId>,
        problems: &mut Problems,
    ) -> Option<CompositeRule> {
        check_composite("composite", self.weights, self.missing, metrics, problems)
    }
}

/// The composite of the table at `key`; none where it does not say what a missing part does.
pub(super) fn check_composite(
    key: &str,
    weights: Vec<Weight>,
    missing: Option<MissingPart>,
    metrics: &BTreeSet<MetricId>,
    problems: &mut Problems,
) -> Option<CompositeRule> {
    check_weights(&format!("{key}.weights"), &weights, metrics, problems);
    let Some(missing) = missing else {
        problems.push(Problem::new(
            key,
            "the plan does not say what a missing part does",
            "add missing = \"reweigh\" or missing = \"zero\"",
        ));
        return None;
    };
    Some(CompositeRule { weights, missing })
}

fn check_weights(
    key: &str,
    weights: &[Weight],
    metrics: &BTreeSet<MetricId>,
    problems: &mut Problems,
) {
    for (index, weight) in weights.iter().enumerate() {
        let at = |name: &str| format!("{key}[{index}].{name}");
        require(&weight.metric, &at("metric"), metrics, problems);
        if !weight.weight.is_positive() {
            problems.push(Problem::new(
                &at("weight"),
                "a weight must be above 0",
                "give a share such as \"60%\"",
            ));
        }
        if weights[..index].iter().any(|other| other.metric == weight.metric) {
            problems.push(Problem::new(
                &at("metric"),
                format!("“{}” is weighed twice", weight.metric),
                "give each metric one weight",
            ));
        }
        if let (Some(cap), Some(floor)) = (&weight.cap, &weight.floor)
            && floor > cap
        {
            problems.push(Problem::new(
                &at("floor"),
                "the floor lies above the cap",
                "set floor to cap or less",
            ));
        }
    }
    let sum: Exact = weights.iter().map(|weight| &weight.weight).sum();
    if sum != Exact::one() {
        let percent = round::to_plain(&(sum * Exact::from(100)));
        problems.push(Problem::new(
            key,
            format!("the weights add up to {percent} %"),
            "make them add up to exactly 100 %",
        ));
    }
}
