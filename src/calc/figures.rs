//! What a metric came to for a unit in a period: read from facts, divided, or put together.

use chrono::NaiveDate;

use crate::model::metric::{CreditTo, Simple};
use crate::model::{
    Absence, Exact, Facts, Figure, FiscalYear, Level, Metric, MetricId, MetricKind, Org, Period,
    UnitId,
};

/// Facts with the metrics that read them.
pub struct Figures<'a> {
    metrics: std::collections::BTreeMap<&'a MetricId, &'a Metric>,
    facts: &'a Facts,
    org: &'a Org,
    fiscal: FiscalYear,
    through: NaiveDate,
}

impl<'a> Figures<'a> {
    /// `through` is the first day that is not over yet: no figure is expected beyond it.
    pub fn new(
        metrics: &'a [Metric],
        facts: &'a Facts,
        org: &'a Org,
        fiscal: FiscalYear,
        through: NaiveDate,
    ) -> Self {
        let metrics = metrics.iter().map(|metric| (&metric.id, metric)).collect();
        Self { metrics, facts, org, fiscal, through }
    }

    /// The figure. It is known where the extract covers the period's days up to today; without
    /// rows it is zero for a unit that takes part. A ratio over zero, and anything made from an
    /// absent part, is `no_data`.
    pub fn figure(&self, metric: &MetricId, unit: &UnitId, period: Period) -> Figure {
        let Some(known) = self.metrics.get(metric) else {
            return Figure::Absent(Absence::NoData);
        };
        let value = match &known.kind {
            MetricKind::Simple(simple) => self.simple(metric, simple, unit, period),
            MetricKind::Ratio { numerator, denominator } => {
                let top = self.figure(numerator, unit, period);
                let bottom = self.figure(denominator, unit, period);
                top.known().zip(bottom.known()).and_then(|(top, bottom)| top.over(bottom))
            }
            MetricKind::Derived(formula) => formula.value(&mut |name| match name {
                "months" => Some(self.months_begun(period)),
                metric => self.figure(&metric.into(), unit, period).known().cloned(),
            }),
        };
        value.map_or(Figure::Absent(Absence::NoData), Figure::Known)
    }

    /// Whether a simple metric's known zero comes from no row at all.
    pub fn has_no_rows(&self, metric: &MetricId, unit: &UnitId, period: Period) -> bool {
        let simple =
            self.metrics.get(metric).is_some_and(|m| matches!(m.kind, MetricKind::Simple(_)));
        simple && self.facts.get(metric, period, unit).is_none()
    }

    fn simple(
        &self,
        metric: &MetricId,
        simple: &Simple,
        unit: &UnitId,
        period: Period,
    ) -> Option<Exact> {
        let dates = simple.span(&period, self.fiscal);
        let covers = self.facts.covered(metric).is_some_and(|covered| {
            covered.start <= dates.start && covered.end >= dates.end.min(self.through)
        });
        if !covers || dates.start >= self.through {
            return None;
        }
        let found = self.facts.get(metric, period, unit).cloned();
        found.or_else(|| self.could_have_rows(simple, unit, period).then(Exact::zero))
    }

    /// Whether no row means zero: rows that name units say nothing of people.
    fn could_have_rows(&self, simple: &Simple, unit: &UnitId, period: Period) -> bool {
        match self.org.level(unit) {
            Some(Level::Person) => {
                matches!(simple.credit_to, CreditTo::Person(_))
                    && self.org.takes_part(unit, &period.dates(self.fiscal))
            }
            Some(Level::Company | Level::Department) => true,
            None => false,
        }
    }

    /// How many months of the period have begun; at least one.
    pub fn months_begun(&self, period: Period) -> Exact {
        let begun = period
            .months(self.fiscal)
            .iter()
            .filter(|month| month.dates(self.fiscal).start < self.through)
            .count();
        Exact::from(begun.max(1) as u64)
    }
}
