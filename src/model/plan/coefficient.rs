//! Which coefficient an attainment earns, and what it pays.

use chrono::NaiveDate;
use serde::Deserialize;

use super::Participation;
use super::composite::CompositeRule;
use crate::model::{Bilingual, Exact, Grain, Language, Level, MetricId, UnitId};

/// What the coefficient is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoefficientBasis {
    Metric(MetricId),
    Composite(CompositeRule),
}

/// The half-open band [from, to) of attainment and what it earns.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub from: Exact,
    pub to: Option<Exact>,
    pub coefficient: Exact,
}

/// How bands are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CoefficientMode {
    /// The coefficient of the band that holds the attainment.
    #[default]
    Flat,
    /// Each band's coefficient is the rate of the slice of attainment inside it.
    Marginal,
    /// From the start of a band to the start of the next the coefficient runs straight from one to
    /// the other; the last is constant.
    Linear,
}

/// Which figure of the second metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondOf {
    Attainment,
    Actual,
}

/// What an unknown figure of the second metric does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondMissing {
    /// There is no coefficient.
    #[default]
    None,
    /// The factor is 1.
    One,
}

/// The half-open band [from, to) of the second metric and what it multiplies by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorBand {
    pub from: Exact,
    pub to: Option<Exact>,
    pub factor: Exact,
}

/// A second metric, whose band multiplies what the first one earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondAxis {
    pub metric: MetricId,
    pub of: SecondOf,
    pub missing: SecondMissing,
    /// From low to high, without gap or overlap, from 0 to infinity.
    pub bands: Vec<FactorBand>,
}

/// A plan of coefficients: for whom and when it holds, and what it earns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoefficientPlan {
    /// None for the only one.
    pub name: Option<String>,
    pub label: Option<Bilingual>,
    /// First day; open where none.
    pub valid_from: Option<NaiveDate>,
    /// The day after the last; open where none.
    pub valid_to: Option<NaiveDate>,
    pub levels: Vec<Level>,
    /// Of people; any where empty.
    pub roles: Vec<String>,
    /// These and all below; any where empty.
    pub units: Vec<UnitId>,
    pub grains: Vec<Grain>,
    pub basis: CoefficientBasis,
    pub mode: CoefficientMode,
    /// From low to high, without gap or overlap, from 0 to infinity.
    pub bands: Vec<Band>,
    pub second: Option<SecondAxis>,
    pub cap: Option<Exact>,
    pub participation: Option<Participation>,
    /// What a month is worth to people without a base of their own.
    pub base: Option<Exact>,
    /// The grain whose periods are paid.
    pub pays: Option<Grain>,
}

impl CoefficientPlan {
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }

    /// The name for a reader; none where the plan has none.
    pub fn shown(&self, language: Language) -> Option<&str> {
        let label = self.label.as_ref().map(|label| label.get(language));
        label.or(self.name.as_deref())
    }
}
