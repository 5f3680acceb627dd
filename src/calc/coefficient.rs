//! The bonus coefficient of a unit in a period: which plan holds, what its bands and its second
//! axis give, and what that pays.

use std::sync::Arc;

use chrono::NaiveDate;

use super::attainment::missing_to;
use super::award::{CoefficientAward, NextBand, NoCoefficient, Pay, Payout, SecondStep};
use super::bands::{band_of, pay_out, read, slices};
use super::composite::{Part, composite};
use super::participation::too_little;
use super::score::{Score, Scorecards};
use crate::model::plan::{
    CoefficientBasis, CoefficientMode, CoefficientPlan, Plan, SecondAxis, SecondMissing, SecondOf,
};
use crate::model::{
    Absence, Direction, Exact, Figure, FiscalYear, Level, Metric, MetricId, Org, Period, UnitId,
    WorkCalendar,
};

/// What awards are made from; all scores of the period have been judged.
pub struct Awards<'a> {
    pub plan: &'a Plan,
    pub org: &'a Org,
    pub metrics: &'a [Metric],
    pub calendar: &'a WorkCalendar,
    pub fiscal: FiscalYear,
    pub cards: &'a Scorecards,
}

impl Awards<'_> {
    /// The award of a unit; none where no plan ever gives its level a coefficient at this grain.
    pub fn award(&self, period: Period, unit: &UnitId, level: Level) -> Option<CoefficientAward> {
        let grain = period.grain();
        let mut plans = self
            .plan
            .coefficients
            .iter()
            .filter(|plan| plan.levels.contains(&level) && plan.grains.contains(&grain))
            .peekable();
        plans.peek()?;
        let day = period.dates(self.fiscal).last_day();
        let holding =
            plans.find(|plan| plan.is_valid_on(day) && self.fits(plan, period, unit, level));
        Some(match holding {
            Some(plan) => self.by_plan(plan, period, unit),
            None => self.without_plan(period, unit, day),
        })
    }

    /// Whether a plan is for a unit: by role, and by the units that it stands in.
    fn fits(&self, plan: &CoefficientPlan, period: Period, unit: &UnitId, level: Level) -> bool {
        let role = self.org.people.get(unit).and_then(|person| person.role.as_ref());
        let has_role = level != Level::Person
            || plan.roles.is_empty()
            || role.is_some_and(|role| plan.roles.contains(role));
        has_role && self.org.lies_in(unit, &plan.units, &period.dates(self.fiscal))
    }

    fn without_plan(&self, period: Period, unit: &UnitId, day: NaiveDate) -> CoefficientAward {
        let role = self.org.people.get(unit).and_then(|person| person.role.clone());
        CoefficientAward {
            period,
            unit: unit.clone(),
            plan: None,
            value: None,
            parts: Vec::new(),
            band: None,
            slices: Vec::new(),
            earned: None,
            second: None,
            uncapped: None,
            coefficient: Err(NoCoefficient::NoPlan { day, role }),
            next: None,
            point: None,
            pay: Pay::Nothing,
        }
    }

    fn by_plan(
        &self,
        plan: &Arc<CoefficientPlan>,
        period: Period,
        unit: &UnitId,
    ) -> CoefficientAward {
        let dates = period.dates(self.fiscal);
        let (value, parts) = self.value(plan, period, unit);
        let mut award = CoefficientAward {
            plan: Some(plan.clone()),
            value: Some(value.clone()),
            parts,
            second: plan.second.as_ref().map(|axis| self.second(axis, period, unit)),
            ..self.without_plan(period, unit, dates.last_day())
        };
        let rule = plan.participation.as_ref();
        if let Some((rule, days)) =
            rule.zip(too_little(rule, self.org, self.calendar, unit, &dates))
        {
            let (least, by) = (rule.least.clone(), rule.by);
            award.coefficient = Err(NoCoefficient::Participation { days, least, by });
            return award;
        }
        let value = match value {
            Figure::Known(value) => value,
            Figure::Absent(why) => {
                award.coefficient = Err(NoCoefficient::Basis(why));
                return award;
            }
        };
        let starts = plan.bands.iter().map(|band| &band.from);
        if let Some(band) = band_of(starts, &value).and_then(|index| plan.bands.get(index)) {
            award.band = Some((band.from.clone(), band.to.clone()));
        }
        award.earned = read(plan.mode, &plan.bands, &value);
        if plan.mode == CoefficientMode::Marginal {
            award.slices = slices(&plan.bands, &value);
        }
        let factor = match award.second.as_ref().map(|step| (&step.factor, step.figure.absence())) {
            Some((None, why)) => {
                award.coefficient = Err(NoCoefficient::Second(why.unwrap_or(Absence::NoData)));
                return award;
            }
            Some((Some(factor), _)) => factor.clone(),
            None => Exact::one(),
        };
        let Some(earned) = &award.earned else { return award };
        let raw = earned * &factor;
        let coefficient = under_cap(plan, raw.clone());
        award.uncapped = (coefficient != raw).then_some(raw);
        award.next = self.next(plan, period, unit, &value, &factor, &coefficient);
        award.point = point(plan, &value, &factor, &coefficient);
        award.pay = self.pay(plan, period, unit, &coefficient);
        award.coefficient = Ok(coefficient);
        award
    }

    /// The attainment that the plan looks up.
    fn value(&self, plan: &CoefficientPlan, period: Period, unit: &UnitId) -> (Figure, Vec<Part>) {
        let attainment = |metric: &MetricId| {
            let score = self.score(period, unit, metric);
            score.map_or(Figure::Absent(Absence::NoTarget), |score| score.attainment.clone())
        };
        match &plan.basis {
            CoefficientBasis::Metric(metric) => (attainment(metric), Vec::new()),
            CoefficientBasis::Composite(rule) => composite(&rule.weights, rule.missing, attainment),
        }
    }

    fn score(&self, period: Period, unit: &UnitId, metric: &MetricId) -> Option<&Score> {
        self.cards.score(period, unit, metric)
    }

    fn second(&self, axis: &SecondAxis, period: Period, unit: &UnitId) -> SecondStep {
        let score = self.score(period, unit, &axis.metric);
        let figure = score.map_or(Figure::Absent(Absence::NoData), |score| match axis.of {
            SecondOf::Attainment => score.attainment.clone(),
            SecondOf::Actual => score.actual.clone(),
        });
        let held = figure.known().and_then(|value| {
            let starts = axis.bands.iter().map(|band| &band.from);
            axis.bands.get(band_of(starts, value)?)
        });
        let missing = (axis.missing == SecondMissing::One).then(Exact::one);
        SecondStep {
            metric: axis.metric.clone(),
            band: held.map(|band| (band.from.clone(), band.to.clone())),
            factor: held.map(|band| band.factor.clone()).or(missing),
            figure,
        }
    }

    /// The first band above that earns more than there is now.
    fn next(
        &self,
        plan: &CoefficientPlan,
        period: Period,
        unit: &UnitId,
        value: &Exact,
        factor: &Exact,
        now: &Exact,
    ) -> Option<NextBand> {
        let above = plan.bands.iter().filter(|band| band.from > *value);
        let (from, coefficient) = above
            .filter_map(|band| {
                let earned = read(plan.mode, &plan.bands, &band.from)?;
                Some((&band.from, under_cap(plan, &earned * factor)))
            })
            .find(|(_, coefficient)| coefficient > now)?;
        let missing = match &plan.basis {
            CoefficientBasis::Metric(metric) => self.missing(period, unit, metric, from),
            CoefficientBasis::Composite(_) => None,
        };
        Some(NextBand { coefficient, from: from.clone(), missing })
    }

    fn missing(
        &self,
        period: Period,
        unit: &UnitId,
        metric: &MetricId,
        from: &Exact,
    ) -> Option<Exact> {
        let score = self.score(period, unit, metric)?;
        let (actual, target) = (score.actual.known()?, score.target.known()?);
        let known = self.metrics.iter().find(|one| one.id == *metric);
        let direction = known.map_or(Direction::Higher, |metric| metric.direction);
        Some(missing_to(from, actual, target, direction))
    }

    fn pay(
        &self,
        plan: &CoefficientPlan,
        period: Period,
        unit: &UnitId,
        coefficient: &Exact,
    ) -> Pay {
        let Some(person) = self.org.people.get(unit) else { return Pay::Nothing };
        if plan.pays != Some(period.grain()) {
            return Pay::Nothing;
        }
        let Some(base) = person.bonus_base.as_ref().or(plan.base.as_ref()) else {
            return Pay::NoBase;
        };
        let months = period.months(self.fiscal).len();
        let amount = pay_out(&(base * &Exact::from(months as u64)), coefficient);
        Pay::Paid(Payout { base: base.clone(), months, amount })
    }
}

fn under_cap(plan: &CoefficientPlan, coefficient: Exact) -> Exact {
    match &plan.cap {
        Some(cap) => coefficient.min(cap.clone()),
        None => coefficient,
    }
}

/// What one more point of attainment adds, where the coefficient does not move in steps.
fn point(plan: &CoefficientPlan, value: &Exact, factor: &Exact, now: &Exact) -> Option<Exact> {
    if plan.mode == CoefficientMode::Flat {
        return None;
    }
    let then = read(plan.mode, &plan.bands, &(value + &Exact::from_minor(1, 2)))?;
    let more = &under_cap(plan, &then * factor) - now;
    more.is_positive().then_some(more)
}

#[cfg(test)]
#[path = "coefficient_tests.rs"]
mod tests;
