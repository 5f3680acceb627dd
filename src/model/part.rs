//! Figures by the values of a dimension: sales by product line, by region, by customer.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Bilingual, DimensionId, Exact, MetricId, Period, UnitId};

/// What the values of a dimension name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DimensionKind {
    /// Product lines, regions, customer types: few values, which may bear targets.
    #[default]
    Class,
    /// Customers: many, who are gained, grow, shrink, and are lost.
    Customer,
}

/// A way to part the rows of an extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    pub id: DimensionId,
    pub label: Bilingual,
    pub kind: DimensionKind,
}

/// A metric's figures by the values of a dimension. Rows without a value have the empty text, so
/// that the parts of an additive metric add up to its figure.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    cells: BTreeMap<(MetricId, DimensionId), BTreeMap<(Period, UnitId), BTreeMap<String, Exact>>>,
}

impl Parts {
    /// Puts a figure in; a second one for the same place replaces the first.
    pub fn insert(
        &mut self,
        metric: &MetricId,
        dimension: &DimensionId,
        (period, unit): (Period, &UnitId),
        value: &str,
        figure: Exact,
    ) {
        self.cells
            .entry((metric.clone(), dimension.clone()))
            .or_default()
            .entry((period, unit.clone()))
            .or_default()
            .insert(value.to_owned(), figure);
    }

    /// Puts the figures of a unit in a period in, in the place of those that were there.
    pub fn insert_all(
        &mut self,
        metric: &MetricId,
        dimension: &DimensionId,
        (period, unit): (Period, &UnitId),
        figures: BTreeMap<String, Exact>,
    ) {
        let of_metric = self.cells.entry((metric.clone(), dimension.clone())).or_default();
        of_metric.insert((period, unit.clone()), figures);
    }

    /// The figures of a unit in a period, by value; none where no row made one.
    pub fn of(
        &self,
        metric: &MetricId,
        dimension: &DimensionId,
        period: Period,
        unit: &UnitId,
    ) -> Option<&BTreeMap<String, Exact>> {
        self.cells.get(&(metric.clone(), dimension.clone()))?.get(&(period, unit.clone()))
    }
}
