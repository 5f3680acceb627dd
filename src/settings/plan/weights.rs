//! The weights of a composite.

use std::collections::BTreeSet;

use super::require;
use crate::model::plan::Weight;
use crate::model::{Exact, MetricId, round};
use crate::settings::problem::{Problem, Problems};

pub(super) fn check_weights(
    weights: &[Weight],
    metrics: &BTreeSet<MetricId>,
    problems: &mut Problems,
) {
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
