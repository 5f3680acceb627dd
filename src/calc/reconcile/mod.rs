//! Top-down against bottom-up: each target beside the sum of those below it, and both beside what
//! people and departments submitted. Parent = Σ children ± a declared buffer. So, too, each target
//! beside the sum over a dimension's values, such as its product lines.

mod dimension;
#[cfg(test)]
mod dimension_tests;
mod parts;
#[cfg(test)]
mod tests;

pub use self::dimension::DimensionBooks;
use self::parts::{Below, Parts};
use super::targets::TargetBook;
use crate::model::plan::ReconcileRule;
use crate::model::{
    DimensionId, Exact, FiscalYear, Grain, Level, Metric, MetricId, Org, Period, UnitId,
};

/// Everything that is compared.
pub struct ReconcileCase<'a> {
    pub org: &'a Org,
    pub metrics: &'a [Metric],
    /// What was set from the top down.
    pub targets: &'a TargetBook,
    /// What was set for the values of dimensions.
    pub by_dimension: &'a [DimensionBooks],
    /// What was submitted from the bottom up.
    pub submissions: &'a TargetBook,
    pub rule: &'a ReconcileRule,
    pub fiscal: FiscalYear,
}

/// How a target and the sum of those below it stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReconcileState {
    Mismatch,
    WithinBuffer,
    /// Those below have targets, the unit has none.
    NoParentTarget,
    /// Nobody below has one.
    NoChildren,
    Matches,
}

impl ReconcileState {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mismatch => "mismatch",
            Self::WithinBuffer => "within_buffer",
            Self::NoParentTarget => "no_parent_target",
            Self::NoChildren => "no_children",
            Self::Matches => "matches",
        }
    }
}

/// One target beside those below it, or those of a dimension's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub metric: MetricId,
    /// Whose values are summed up; none for the units and people below.
    pub dimension: Option<DimensionId>,
    pub period: Period,
    pub unit: UnitId,
    pub level: Level,
    /// How many units lie above.
    pub depth: usize,
    pub target: Option<Exact>,
    /// The sum over the children that have a target.
    pub below: Option<Exact>,
    pub counted: usize,
    /// Children without a target.
    pub without: Vec<UnitId>,
    /// Σ children − target: above zero, more was handed down than is to be reached.
    pub difference: Option<Exact>,
    /// The difference is less than what cutting longer targets to the last place can make.
    pub rounding: bool,
    /// Parts of longer targets are in the sum, every month weighing the same, though the config asks
    /// for last year's weights.
    pub is_even: bool,
    /// How far below and above the target the plan lets the sum lie.
    pub buffer: Option<(Exact, Exact)>,
    /// What the unit submitted for itself.
    pub submitted: Option<Exact>,
    /// The sum of what its children submitted.
    pub below_submitted: Option<Exact>,
    /// How many children submitted something.
    pub submitters: usize,
    pub state: ReconcileState,
}

/// All comparisons, by metric, dimension (those below first), period (the longer first) and place in
/// the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    pub comparisons: Vec<Comparison>,
    /// Metrics with targets that are levels: those of parts do not add up to that of the whole.
    pub not_additive: Vec<MetricId>,
}

impl Reconciliation {
    /// How many comparisons stand so.
    pub fn count(&self, state: ReconcileState) -> usize {
        self.comparisons.iter().filter(|one| one.state == state).count()
    }
}

/// Compares what lies inside a period: a year itself and the quarters, months and explicit dates in
/// it that the parent was given a target for; or only those inside a quarter, or a month.
pub fn reconcile(case: &ReconcileCase<'_>, asked: Period) -> Reconciliation {
    let mut found = Reconciliation::default();
    for metric in case.metrics.iter().filter(|metric| !metric.hidden) {
        if metric.target_spreads() {
            found.comparisons.extend(case.of_metric(metric, asked));
        } else if case.has_any(metric, asked) {
            found.not_additive.push(metric.id.clone());
        }
    }
    found
}

impl ReconcileCase<'_> {
    fn of_metric(&self, metric: &Metric, asked: Period) -> Vec<Comparison> {
        let targets = Parts::new(self.targets, self.org, &metric.id, self.fiscal);
        let submissions = Parts::new(self.submissions, self.org, &metric.id, self.fiscal);
        let mut found = Vec::new();
        for (place, unit) in self.org.units_in_order().into_iter().enumerate() {
            for period in self.periods(&unit.id, &metric.id, asked) {
                let both = (&targets, &submissions);
                let one = self.compare(metric, &unit.id, unit.level(), period, both);
                found.extend(one.map(|one| ((self.order(period), place), one)));
            }
        }
        found.sort_by_key(|(order, _)| *order);
        let below = found.into_iter().map(|(_, one)| one);
        below.chain(self.by_dimension.iter().flat_map(|of| self.over(of, metric, asked))).collect()
    }

    /// Each unit's and person's target beside the sum over a dimension's values.
    fn over(&self, of: &DimensionBooks, metric: &Metric, asked: Period) -> Vec<Comparison> {
        let units = self.org.units_in_order().into_iter().map(|unit| (&unit.id, unit.level()));
        let people = self.org.people.keys().map(|person| (person, Level::Person));
        let mut found = Vec::new();
        for (place, (unit, level)) in units.chain(people).enumerate() {
            for period in self.periods(unit, &metric.id, asked) {
                let Some(below) = of.below(unit, metric, period, self.fiscal) else { continue };
                let target = self.targets.own(unit, &metric.id, period).map(|(value, _)| value);
                let mut one = self.hold(metric, (unit, level), period, (target, below));
                one.dimension = Some(of.dimension.clone());
                found.push(((self.order(period), place), one));
            }
        }
        found.sort_by_key(|(order, _)| *order);
        found.into_iter().map(|(_, one)| one).collect()
    }

    /// A year is compared unless the unit's rows leave some of its months open; a shorter period
    /// where somebody gave the unit a target for just that.
    fn periods(&self, unit: &UnitId, metric: &MetricId, asked: Period) -> Vec<Period> {
        let dates = asked.dates(self.fiscal);
        let given: Vec<Period> = self
            .targets
            .given(unit, metric)
            .filter(|period| {
                let own = period.dates(self.fiscal);
                match period {
                    Period::Range(_) => dates.contains(own.last_day()),
                    _ => dates.start <= own.start && own.end <= dates.end,
                }
            })
            .collect();
        let whole = matches!(asked, Period::Year(_));
        let year = (whole && (given.is_empty() || self.targets.own(unit, metric, asked).is_some()))
            .then_some(asked);
        year.into_iter().chain(given.into_iter().filter(|period| Some(*period) != year)).collect()
    }

    /// Longer periods first, then by their first day.
    fn order(&self, period: Period) -> (u8, chrono::NaiveDate, chrono::NaiveDate) {
        let rank = match period.grain() {
            Grain::Year => 0,
            Grain::Quarter => 1,
            Grain::Month => 2,
            Grain::Ytd | Grain::Range => 3,
        };
        let dates = period.dates(self.fiscal);
        (rank, dates.start, dates.end)
    }

    fn compare<'a>(
        &'a self,
        metric: &Metric,
        unit: &'a UnitId,
        level: Level,
        period: Period,
        (targets, submissions): (&Parts<'a>, &Parts<'a>),
    ) -> Option<Comparison> {
        let own = |book: &TargetBook| book.own(unit, &metric.id, period).map(|(value, _)| value);
        let (target, submitted) = (own(self.targets), own(self.submissions));
        let (below, submitted_below) =
            (targets.below(unit, period), submissions.below(unit, period));
        if [&target, &below.sum, &submitted, &submitted_below.sum].iter().all(|it| it.is_none()) {
            return None;
        }
        let one = self.hold(metric, (unit, level), period, (target, below));
        Some(Comparison {
            submitted,
            below_submitted: submitted_below.sum,
            submitters: submitted_below.counted,
            ..one
        })
    }

    /// Holds a target against a sum; nothing of what was submitted.
    fn hold(
        &self,
        metric: &Metric,
        (unit, level): (&UnitId, Level),
        period: Period,
        (target, below): (Option<Exact>, Below<'_>),
    ) -> Comparison {
        let difference = target.as_ref().zip(below.sum.as_ref()).map(|(target, sum)| sum - target);
        let rounding = difference.as_ref().is_some_and(|difference| {
            let place = Exact::from_minor(1, metric.decimals.max(2));
            !difference.is_zero() && difference.abs() < &place * &Exact::from(below.cut as u64)
        });
        let rule = self.rule.buffer(&metric.id, unit, level);
        let buffer = rule.zip(target.as_ref()).map(|(buffer, target)| buffer.around(target));
        let state = match (&target, &difference) {
            (None, _) => ReconcileState::NoParentTarget,
            (Some(_), None) => ReconcileState::NoChildren,
            (Some(_), Some(difference)) if difference.is_zero() || rounding => {
                ReconcileState::Matches
            }
            (Some(_), Some(difference)) => match &buffer {
                Some((under, over)) if -under <= *difference && difference <= over => {
                    ReconcileState::WithinBuffer
                }
                _ => ReconcileState::Mismatch,
            },
        };
        Comparison {
            metric: metric.id.clone(),
            dimension: None,
            period,
            unit: unit.clone(),
            level,
            depth: self.org.and_above(unit).count() - 1,
            target,
            below: below.sum,
            counted: below.counted,
            without: below.without.into_iter().cloned().collect(),
            difference,
            rounding,
            is_even: below.cut > 0 && self.targets.lacks_last_year(&metric.id),
            buffer,
            submitted: None,
            below_submitted: None,
            submitters: 0,
            state,
        }
    }

    /// Whether anybody has a target of the metric that begins inside the period.
    fn has_any(&self, metric: &Metric, asked: Period) -> bool {
        let dates = asked.dates(self.fiscal);
        let units = self.org.units.keys().chain(self.org.people.keys());
        let mut given = units.flat_map(|unit| {
            let parts = self.by_dimension.iter().flat_map(|of| of.given(unit, &metric.id));
            self.targets.given(unit, &metric.id).chain(parts)
        });
        given.any(|period| dates.meet(&period.dates(self.fiscal)).is_some())
    }
}
