//! Facts: the few exact figures that rows come down to, and the names of their absence.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{DateRange, Exact, MetricId, Period, UnitId};

/// Why there is no figure. Absent is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// Nobody set a target.
    NoTarget,
    /// The target is zero or below: there is a gap, but no ratio.
    ZeroTarget,
    /// The extract does not cover the period, or there is nothing to divide by.
    NoData,
    /// Taken out, with a reason.
    Exempt,
    /// Nothing comparable in the base period (无可比基期).
    NoBase,
}

impl Absence {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoTarget => "no_target",
            Self::ZeroTarget => "zero_target",
            Self::NoData => "no_data",
            Self::Exempt => "exempt",
            Self::NoBase => "no_base",
        }
    }

    /// The absence of a word of the results tables; none of any other text.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::NoTarget, Self::ZeroTarget, Self::NoData, Self::Exempt, Self::NoBase]
            .into_iter()
            .find(|absence| absence.code() == code)
    }
}

/// A number, or the named reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    Known(Exact),
    Absent(Absence),
}

impl Figure {
    pub fn known(&self) -> Option<&Exact> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent(_) => None,
        }
    }

    pub fn absence(&self) -> Option<Absence> {
        match self {
            Self::Known(_) => None,
            Self::Absent(why) => Some(*why),
        }
    }
}

/// What `data` found for the simple metrics, per unit and period.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    cells: BTreeMap<MetricId, BTreeMap<(Period, UnitId), Exact>>,
    covered: BTreeMap<MetricId, DateRange>,
}

impl Facts {
    /// Puts a figure in; a second one for the same place is a slip of the caller's and replaces.
    pub fn insert(&mut self, metric: &MetricId, period: Period, unit: &UnitId, value: Exact) {
        self.cells.entry(metric.clone()).or_default().insert((period, unit.clone()), value);
    }

    /// Says which whole months the metric's extract covers.
    pub fn cover(&mut self, metric: &MetricId, dates: DateRange) {
        self.covered.insert(metric.clone(), dates);
    }

    /// The figure where rows made one.
    pub fn get(&self, metric: &MetricId, period: Period, unit: &UnitId) -> Option<&Exact> {
        self.cells.get(metric)?.get(&(period, unit.clone()))
    }

    /// The whole months that the metric's extract covers; none where it has no row.
    pub fn covered(&self, metric: &MetricId) -> Option<DateRange> {
        self.covered.get(metric).copied()
    }

    /// How many figures rows made.
    pub fn count(&self) -> usize {
        self.cells.values().map(BTreeMap::len).sum()
    }

    /// All figures of a metric, by period and unit.
    pub fn of_metric(
        &self,
        metric: &MetricId,
    ) -> impl Iterator<Item = (Period, &UnitId, &Exact)> + '_ {
        self.cells
            .get(metric)
            .into_iter()
            .flatten()
            .map(|((period, unit), value)| (*period, unit, value))
    }
}
