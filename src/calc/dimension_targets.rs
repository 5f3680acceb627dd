//! Targets of a product line, a region or a customer type, judged beside the unit's own.

use std::collections::{BTreeMap, BTreeSet};

use super::attainment::attainment;
use super::figures::Figures;
use super::proration::Attendance;
use super::score::Reason;
use super::seasons::Seasons;
use super::targets::TargetBook;
use crate::model::{
    Absence, DimensionId, DimensionTarget, Exact, Figure, FiscalYear, Metric, MetricId, MetricKind,
    Parts, Period, UnitId,
};

/// How a unit did with one value of a dimension, for which it has a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartScore {
    pub period: Period,
    pub unit: UnitId,
    pub metric: MetricId,
    pub dimension: DimensionId,
    pub value: String,
    pub actual: Figure,
    pub target: Figure,
    /// 1 is on target.
    pub attainment: Figure,
    pub gap: Option<Exact>,
    pub reasons: Vec<Reason>,
}

/// A simple metric by a dimension, for these units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartsAsked {
    pub metric: MetricId,
    pub dimension: DimensionId,
    pub units: BTreeSet<UnitId>,
}

/// What has to be known for the targets: of a quotient or a formula, the simple metrics in it.
pub fn parts_asked(targets: &[DimensionTarget], metrics: &[Metric]) -> Vec<PartsAsked> {
    let mut asked: BTreeMap<(MetricId, DimensionId), BTreeSet<UnitId>> = BTreeMap::new();
    for target in targets {
        let mut simple = BTreeSet::new();
        add_simple(&target.target.metric, metrics, &mut simple);
        for metric in simple {
            let units = asked.entry((metric, target.dimension.clone())).or_default();
            units.insert(target.target.unit.clone());
        }
    }
    asked
        .into_iter()
        .map(|((metric, dimension), units)| PartsAsked { metric, dimension, units })
        .collect()
}

fn add_simple(id: &MetricId, metrics: &[Metric], simple: &mut BTreeSet<MetricId>) {
    let Some(metric) = metrics.iter().find(|metric| metric.id == *id) else { return };
    match &metric.kind {
        MetricKind::Simple(_) => {
            simple.insert(id.clone());
        }
        MetricKind::Ratio { numerator, denominator } => {
            add_simple(numerator, metrics, simple);
            add_simple(denominator, metrics, simple);
        }
        MetricKind::Derived(formula) => {
            for name in formula.names() {
                add_simple(&name.into(), metrics, simple);
            }
        }
    }
}

/// The periods that targets of dimensions are judged for: those that end with the judged one, its
/// last month, the year to date, and the
/// quarter and the fiscal year that end with it.
pub fn part_periods(period: Period, judged: &[Period], fiscal: FiscalYear) -> Vec<Period> {
    let end = period.dates(fiscal).end;
    let ends =
        |period: &&Period| !matches!(period, Period::Range(_)) && period.dates(fiscal).end == end;
    judged.iter().filter(ends).copied().collect()
}

/// What targets of dimensions are judged from.
pub struct PartCase<'a> {
    pub metrics: &'a [Metric],
    pub figures: &'a Figures<'a>,
    pub parts: &'a Parts,
    pub seasons: &'a Seasons,
    pub attendance: &'a Attendance,
    pub fiscal: FiscalYear,
}

impl PartCase<'_> {
    /// All scores of the periods, by period, unit, metric, dimension and value.
    pub fn judge(&self, targets: &[DimensionTarget], periods: &[Period]) -> Vec<PartScore> {
        let mut by_value: BTreeMap<(&DimensionId, &str), Vec<&DimensionTarget>> = BTreeMap::new();
        for target in targets {
            by_value.entry((&target.dimension, &target.value)).or_default().push(target);
        }
        let mut scores = Vec::new();
        for ((dimension, value), targets) in by_value {
            let rows = targets.iter().map(|target| &target.target);
            let (seasons, attendance) = (self.seasons.clone(), self.attendance.clone());
            let book = TargetBook::build(rows, seasons, attendance, self.metrics, self.fiscal);
            let of: BTreeSet<(&UnitId, &MetricId)> =
                targets.iter().map(|target| (&target.target.unit, &target.target.metric)).collect();
            for (unit, metric) in of {
                for &period in periods {
                    let place = (dimension, value);
                    scores.extend(self.score(&book, (unit, metric), place, period));
                }
            }
        }
        scores.sort_by(|a, b| key(a).cmp(&key(b)));
        scores
    }

    fn score(
        &self,
        book: &TargetBook,
        (unit, id): (&UnitId, &MetricId),
        (dimension, value): (&DimensionId, &str),
        period: Period,
    ) -> Option<PartScore> {
        let metric = self.metrics.iter().find(|metric| metric.id == *id)?;
        let (target, _) = book.own(unit, id, period)?;
        let target = if book.is_exempt(unit, id, period) {
            Figure::Absent(Absence::Exempt)
        } else {
            Figure::Known(target)
        };
        let actual = self.actual(metric, dimension, value, unit, period);
        let actual = actual.map_or(Figure::Absent(Absence::NoData), Figure::Known);
        Some(PartScore {
            period,
            unit: unit.clone(),
            metric: id.clone(),
            dimension: dimension.clone(),
            value: value.to_owned(),
            attainment: attainment(&actual, &target, metric.direction),
            gap: actual.known().zip(target.known()).map(|(actual, target)| actual - target),
            reasons: book.reasons(unit, id, period),
            actual,
            target,
        })
    }

    /// The figure of the value's rows alone. Where the metric is known for the unit and no row has
    /// the value, it is zero.
    fn actual(
        &self,
        metric: &Metric,
        dimension: &DimensionId,
        value: &str,
        unit: &UnitId,
        period: Period,
    ) -> Option<Exact> {
        let of = |id: &MetricId| {
            let metric = self.metrics.iter().find(|metric| metric.id == *id)?;
            self.actual(metric, dimension, value, unit, period)
        };
        match &metric.kind {
            MetricKind::Simple(_) => {
                self.figures.figure(&metric.id, unit, period).known()?;
                let values = self.parts.of(&metric.id, dimension, period, unit);
                let found = values.and_then(|values| values.get(value)).cloned();
                Some(found.unwrap_or_else(Exact::zero))
            }
            MetricKind::Ratio { numerator, denominator } => of(numerator)?.over(&of(denominator)?),
            MetricKind::Derived(formula) => formula.value(&mut |name| match name {
                "months" => Some(self.figures.months_begun(period)),
                metric => of(&metric.into()),
            }),
        }
    }
}

fn key(score: &PartScore) -> (Period, &UnitId, &MetricId, &DimensionId, &str) {
    (score.period, &score.unit, &score.metric, &score.dimension, &score.value)
}
