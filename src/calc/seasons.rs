//! What the months of a year weigh when its target is spread.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::Figures;
use crate::model::{Exact, FiscalYear, MetricId, Period, Seasonality, UnitId};

/// Whose last year the weights are, where the config asks for last year's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeasonSource {
    /// The unit's own months.
    OwnLastYear,
    /// The unit's are not all known, or add up to nothing: the company's.
    CompanysLastYear,
    /// The company's neither: every month alike.
    Even,
}

/// The weights of each metric's months.
#[derive(Clone, Debug, Default)]
pub struct Seasons {
    by_metric: BTreeMap<MetricId, Seasonality>,
    company: Option<UnitId>,
    /// Twelve months of the year before the named one, by month of the fiscal year.
    last_year: BTreeMap<(MetricId, UnitId, i32), Vec<Exact>>,
}

impl Seasons {
    /// Without any year known: where last year's are asked for, months weigh the same.
    pub fn new(by_metric: &BTreeMap<MetricId, Seasonality>) -> Self {
        Self { by_metric: by_metric.clone(), ..Self::default() }
    }

    /// With what the months before each of the fiscal `years` came to.
    pub fn with_last_years<'a>(
        mut self,
        figures: &Figures<'_>,
        company: &'a UnitId,
        units: impl Iterator<Item = &'a UnitId>,
        years: &BTreeSet<i32>,
        fiscal: FiscalYear,
    ) -> Self {
        let units: BTreeSet<&UnitId> = units.chain([company]).collect();
        let asked: Vec<MetricId> = self.asks_for_last_year().cloned().collect();
        for metric in asked {
            for (&unit, &year) in units.iter().flat_map(|unit| years.iter().map(move |y| (unit, y)))
            {
                let known = weights_of(figures, &metric, unit, year - 1, fiscal);
                let place = (metric.clone(), unit.clone(), year);
                self.last_year.extend(known.map(|weights| (place, weights)));
            }
        }
        self.company = Some(company.clone());
        self
    }

    /// The metrics whose months weigh what they came to a year before.
    pub fn asks_for_last_year(&self) -> impl Iterator<Item = &MetricId> {
        let all = self.by_metric.iter();
        all.filter(|(_, seasonality)| **seasonality == Seasonality::LastYear).map(|(id, _)| id)
    }

    /// Whether last year's months are asked for, and none are known.
    pub fn lacks_last_year(&self, metric: &MetricId) -> bool {
        self.asks_for_last_year().any(|asked| asked == metric)
            && !self.last_year.keys().any(|(known, ..)| known == metric)
    }

    /// The twelve weights of a fiscal year; none where months weigh the same. With whose last year
    /// they are, where that was asked for.
    pub fn of(
        &self,
        unit: &UnitId,
        metric: &MetricId,
        year: i32,
    ) -> (Option<&[Exact]>, Option<SeasonSource>) {
        match self.by_metric.get(metric) {
            None | Some(Seasonality::Even) => (None, None),
            Some(Seasonality::Given(shares)) => (Some(shares), None),
            Some(Seasonality::LastYear) => {
                let of = |unit: &UnitId| {
                    let place = (metric.clone(), unit.clone(), year);
                    self.last_year.get(&place).map(Vec::as_slice)
                };
                let own = of(unit).map(|weights| (weights, SeasonSource::OwnLastYear));
                let found = own.or_else(|| {
                    let weights = of(self.company.as_ref()?)?;
                    Some((weights, SeasonSource::CompanysLastYear))
                });
                match found {
                    Some((weights, source)) => (Some(weights), Some(source)),
                    None => (None, Some(SeasonSource::Even)),
                }
            }
        }
    }
}

/// The months of a fiscal year, where all are known and any is above zero. A month in which returns
/// outweigh sales weighs nothing.
fn weights_of(
    figures: &Figures<'_>,
    metric: &MetricId,
    unit: &UnitId,
    year: i32,
    fiscal: FiscalYear,
) -> Option<Vec<Exact>> {
    let months = Period::Year(year).months(fiscal);
    let known: Vec<Exact> = months
        .into_iter()
        .map(|month| figures.figure(metric, unit, month).known().cloned())
        .collect::<Option<_>>()?;
    let sum: Exact = known.iter().sum();
    let weights = known.into_iter().map(|value| value.max(Exact::zero())).collect();
    sum.is_positive().then_some(weights)
}
