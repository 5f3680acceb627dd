//! `[coefficient]`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::bands::check_bands;
use super::require;
use super::weights::check_weights;
use crate::model::plan::{Band, CoefficientBasis, CoefficientRule, MissingPart, Weight};
use crate::model::{Grain, Level, MetricId};
use crate::settings::problem::{Problem, Problems};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CoefficientTable {
    metric: Option<String>,
    weights: Option<Vec<Weight>>,
    missing: Option<MissingPart>,
    levels: Vec<Level>,
    grains: Vec<Grain>,
    bands: Vec<Band>,
}

impl CoefficientTable {
    pub(super) fn check(
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
