//! Why a unit is behind, from data alone: when, where and with whom the gap came about, and which
//! factors made it. Every part of a whole adds up to it exactly; what nothing explains is a part
//! of its own, and nothing is called a cause that the rules do not allow.

mod adding;
mod customers;
mod drivers;
mod inquiry;
mod parting;
mod shapley;
mod split;
#[cfg(test)]
mod tests;
mod wanted;

use std::collections::BTreeMap;

pub use self::customers::{CustomerGroup, CustomerKind, CustomerMove, Customers};
pub use self::drivers::{Driver, DriverBase};
pub use self::inquiry::Inquiry;
pub use self::split::{Base, Part, Split, Verdict};
pub use self::wanted::Wanted;
use super::score::Warning;
use crate::model::{DimensionId, Exact, MetricId, Period, UnitId};

/// All causes of a run, by period, unit and metric.
pub type Causes = BTreeMap<(Period, UnitId, MetricId), Cause>;

/// Why a unit is behind with a metric in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    pub period: Period,
    pub unit: UnitId,
    pub metric: MetricId,
    /// Of the score; none for a year to date that is only looked at for its months.
    pub warning: Warning,
    /// Actual − target.
    pub gap: Exact,
    /// When: the gap by the months of the period; none for a month, and where nothing adds up.
    pub months: Option<Split<Period>>,
    /// Where: by each dimension of classes.
    pub dimensions: Vec<(DimensionId, Split<String>)>,
    /// Who: the gap by the units and people right below; none for a person.
    pub units: Option<Split<UnitId>>,
    /// Who: by customers, for each dimension of customers.
    pub customers: Vec<Customers>,
    /// Why: by the factors of the metric's tree.
    pub drivers: Option<Drivers>,
    /// How the work was done: the process metrics that have a target, in the order of the rules.
    pub process: Vec<Process>,
    pub finding: Finding,
}

/// What the factors of a tree make of a gap or a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drivers {
    /// The tree's formula, as it is written.
    pub formula: String,
    /// In the order of the formula. The rest is what the formula does not explain.
    pub split: Split<Driver>,
}

/// A process metric against its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    pub metric: MetricId,
    pub actual: Exact,
    pub target: Exact,
    pub attainment: Exact,
}

impl Process {
    /// Whether the target was reached.
    pub fn is_met(&self) -> bool {
        self.attainment >= Exact::one()
    }
}

/// What may be said of the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// At least one driver is a main cause; see [`Split::main`].
    Main,
    /// The drivers are known, and none of them stands out.
    NoSingle,
    /// Against the base there is no change for the worse that drivers could explain.
    NotWorse,
    /// Against the base there is a change for the worse, and it is too small to explain the gap.
    SmallChange,
    /// No tree has this metric.
    NoTree,
    /// A figure that the tree needs is absent, now and in every base.
    NoFigures,
}

impl Cause {
    /// The drivers that are main causes, the largest first.
    pub fn main_drivers(&self) -> Vec<&Part<Driver>> {
        self.drivers.iter().flat_map(|drivers| drivers.split.main()).collect()
    }

    /// The process metrics that missed their target, in their order.
    pub fn missed(&self) -> impl Iterator<Item = &Process> {
        self.process.iter().filter(|process| !process.is_met())
    }
}
