//! Which coefficient an attainment earns.

use serde::Deserialize;

use super::composite::{MissingPart, Weight};
use crate::model::{Exact, Grain, Level, MetricId};

/// What the coefficient is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoefficientBasis {
    Metric(MetricId),
    /// Weights add up to exactly 1.
    Composite {
        weights: Vec<Weight>,
        missing: MissingPart,
    },
}

/// The half-open band [from, to) of attainment and what it earns.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub from: Exact,
    pub to: Option<Exact>,
    pub coefficient: Exact,
}

/// The flat steps of the bonus coefficient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoefficientRule {
    pub basis: CoefficientBasis,
    /// From low to high, without gap or overlap, from 0 to infinity.
    pub bands: Vec<Band>,
    pub levels: Vec<Level>,
    pub grains: Vec<Grain>,
}
