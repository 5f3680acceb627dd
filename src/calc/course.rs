//! Gathers what the way through the fiscal year is told from, for each metric of each unit.

use std::collections::BTreeMap;

use chrono::Months;

use super::attainment::attainment;
use super::change::change;
use super::figures::Figures;
use super::judge::Case;
use super::pace::{Estimate, Pace, Progress, Rolling, Unpaced, forecast, last_course, required};
use super::recovery::{Standing, recovery};
use super::score::Scorecards;
use crate::model::{
    Absence, DateRange, Exact, Figure, FiscalYear, Metric, MetricId, Period, UnitId,
};

/// The fiscal year around a month, as periods.
#[derive(Clone, Debug)]
pub struct Course {
    pub month: Period,
    pub year: Period,
    pub quarter: Period,
    /// The year to date by the month, and by the month before it, within the year.
    pub to_date: Period,
    pub before: Option<Period>,
    /// The year to date by the year's last month, and by the ends of this quarter and the last one.
    pub year_end: Period,
    pub quarter_end: Period,
    pub quarter_before: Option<Period>,
    /// The twelve months up to the month.
    pub trailing: Vec<Period>,
    /// Three months up to the month, and the same a year before.
    pub rolling: Period,
    pub rolling_year_ago: Period,
    /// The whole year before, and its part up to the same month.
    pub last_year: Period,
    pub last_to_date: Period,
    pub months_left: u32,
}

impl Course {
    /// None of a period that is no month.
    pub fn of(month: Period, fiscal: FiscalYear) -> Option<Self> {
        let to_date = to_date_by(month)?;
        let first_day = month.dates(fiscal).start;
        let number = fiscal.year_of(first_day);
        let year = Period::Year(number);
        let quarter = Period::quarter_of(first_day, fiscal);
        let ends_with = |whole: Period| whole.months(fiscal).last().copied().and_then(to_date_by);
        let in_year = |month: &Period| year.dates(fiscal).contains(month.dates(fiscal).start);
        let before_quarter = quarter.months(fiscal).first().and_then(Period::previous);
        let gone = to_date.months(fiscal).len() as u32;
        Some(Self {
            month,
            year,
            quarter,
            to_date,
            before: month.previous().filter(in_year).and_then(to_date_by),
            year_end: ends_with(year)?,
            quarter_end: ends_with(quarter)?,
            quarter_before: before_quarter.filter(in_year).and_then(to_date_by),
            trailing: std::iter::successors(Some(month), Period::previous).take(12).collect(),
            rolling: three_months(month, fiscal),
            rolling_year_ago: three_months(month.year_ago()?, fiscal),
            last_year: Period::Year(number - 1),
            last_to_date: to_date.year_ago()?,
            months_left: 12_u32.saturating_sub(gone),
        })
    }

    /// The periods whose figures have to be known.
    pub fn known(&self) -> Vec<Period> {
        let mut known = vec![self.to_date, self.last_year, self.last_to_date];
        known.extend([self.rolling, self.rolling_year_ago]);
        known.extend(self.before);
        known.extend(&self.trailing);
        known
    }
}

/// The year to date by a month.
fn to_date_by(month: Period) -> Option<Period> {
    match month {
        Period::Month { year, month } => Some(Period::Ytd { year, month }),
        _ => None,
    }
}

/// The three months that end with a month.
fn three_months(month: Period, fiscal: FiscalYear) -> Period {
    let dates = month.dates(fiscal);
    Period::Range(DateRange { start: dates.start - Months::new(2), end: dates.end })
}

/// The targets of all units for one metric, by period.
type Targets = BTreeMap<Period, BTreeMap<UnitId, Figure>>;

impl Case<'_> {
    /// Tells the way of every shown metric of every unit that was judged in the month.
    pub(super) fn pace_all(&self, figures: &Figures<'_>, month: Period, cards: &mut Scorecards) {
        let Some(course) = Course::of(month, self.fiscal) else { return };
        for metric in self.metrics.iter().filter(|metric| !metric.hidden) {
            let units: Vec<UnitId> = units_of(cards, month, &metric.id);
            if units.is_empty() {
                continue;
            }
            let targets = self.targets_by_period(figures, metric, &course);
            for unit in units {
                let pace = self.pace(figures, metric, &unit, &course, &targets);
                cards.pace.insert((unit, metric.id.clone()), pace);
            }
        }
    }

    fn targets_by_period(
        &self,
        figures: &Figures<'_>,
        metric: &Metric,
        course: &Course,
    ) -> Targets {
        let Course { year, to_date, year_end, quarter_end, before, quarter_before, .. } = course;
        let mut periods = vec![*year, *to_date, *year_end, *quarter_end];
        periods.extend(before);
        periods.extend(quarter_before);
        periods.sort();
        periods.dedup();
        let of = |period: Period| (period, self.targets_in(figures, metric, period));
        periods.into_iter().map(of).collect()
    }

    fn pace(
        &self,
        figures: &Figures<'_>,
        metric: &Metric,
        unit: &UnitId,
        course: &Course,
        targets: &Targets,
    ) -> Pace {
        let figure = |period: Period| figures.figure(&metric.id, unit, period);
        let target = |period: Period| {
            let given = targets.get(&period).and_then(|of| of.get(unit));
            given.cloned().unwrap_or(Figure::Absent(Absence::NoTarget))
        };
        let adds = metric.target_spreads();
        let only = |found: Estimate<Progress>| if adds { found } else { Err(Unpaced::DoesNotAdd) };
        let by_days = only(self.days_passed(unit, course.year, course.month));
        let quarter_by_days = only(self.days_passed(unit, course.quarter, course.month));
        let by_targets = only(share_of(
            &target(course.to_date),
            &target(course.year_end),
            &Figure::Known(Exact::zero()),
        ));
        let start = course.quarter_before.map_or(Figure::Known(Exact::zero()), &target);
        let quarter_by_targets =
            only(share_of(&target(course.to_date), &target(course.quarter_end), &start));
        let last = if adds && self.was_there(unit, course.last_year) {
            last_course(&figure(course.last_to_date), &figure(course.last_year))
        } else {
            Err(Unpaced::NoBase)
        };
        let (whole, to_date) = (target(course.year), figure(course.to_date));
        let attain = |value: &Exact, target: &Exact| {
            let (value, target) = (Figure::Known(value.clone()), Figure::Known(target.clone()));
            attainment(&value, &target, metric.direction).known().cloned()
        };
        let at = |progress: &Estimate<Progress>| forecast(&to_date, progress, &whole, attain);
        let required = match adds {
            true => required(&whole, &to_date, course.months_left),
            false => Err(Unpaced::DoesNotAdd),
        };
        let best = course
            .trailing
            .iter()
            .rev()
            .filter_map(|month| Some((*month, figure(*month).known()?.clone())))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .filter(|_| adds);
        let (rolling, year_ago) = (figure(course.rolling), figure(course.rolling_year_ago));
        let target_to_date = target(course.to_date);
        let before = course.before.map(|period| (figure(period), target(period)));
        let standing = Standing {
            now: (&to_date, &target_to_date),
            before: before.as_ref().map(|(actual, target)| (actual, target)),
            required: &required,
            best: best.as_ref().map(|(_, value)| value),
            direction: metric.direction,
            reach: &self.plan.warning.out_of_reach_above,
        };
        let recovery = if adds { recovery(&standing) } else { Err(Unpaced::DoesNotAdd) };
        Pace {
            month: course.month,
            year: course.year,
            unit: unit.clone(),
            metric: metric.id.clone(),
            rate_by_days: at(&by_days),
            rate_by_targets: at(&by_targets),
            by_last_year: at(&if adds { last } else { Err(Unpaced::DoesNotAdd) }),
            target: whole,
            to_date,
            target_to_date,
            by_days,
            by_targets,
            quarter_by_days,
            quarter_by_targets,
            months_left: course.months_left,
            required,
            best,
            recovery,
            rolling: Rolling {
                yoy: change(&rolling, &year_ago, metric.unit),
                actual: rolling,
                year_ago,
            },
        }
    }

    /// The working days of a year or quarter that have passed by the end of the month. Of a person
    /// only those between joining and leaving count.
    fn days_passed(&self, unit: &UnitId, whole: Period, month: Period) -> Estimate<Progress> {
        let whole = whole.dates(self.fiscal);
        if !self.calendar.unknown_years(&whole).is_empty() {
            return Err(Unpaced::UnknownCalendar);
        }
        let person = self.org.people.get(unit);
        let start = person.and_then(|person| person.joined).unwrap_or(whole.start);
        let end = person.and_then(|person| person.left).unwrap_or(whole.end);
        let part = DateRange::new(start.max(whole.start), end.min(whole.end));
        let part = part.ok_or(Unpaced::NothingPassed)?;
        let passed = DateRange { start: whole.start, end: month.dates(self.fiscal).end };
        let days = |range: Option<DateRange>| {
            range.map_or(Exact::zero(), |range| Exact::from(self.calendar.working_days(&range)))
        };
        Progress::new(days(part.meet(&passed)), days(Some(part)))
            .map_err(|_| Unpaced::NothingPassed)
    }

    /// Whether a person was with the company all through a year, so that its course says anything;
    /// units always were.
    fn was_there(&self, unit: &UnitId, year: Period) -> bool {
        let month_by_month = year.months(self.fiscal);
        !self.org.people.contains_key(unit)
            || month_by_month
                .iter()
                .all(|month| self.org.takes_part(unit, &month.dates(self.fiscal)))
    }
}

fn units_of(cards: &Scorecards, month: Period, metric: &MetricId) -> Vec<UnitId> {
    let first = (month, UnitId::from(""), MetricId::from(""));
    let of_month = cards.scores.range(first..).take_while(|((period, ..), _)| *period == month);
    of_month.filter(|((.., of), _)| of == metric).map(|((_, unit, _), _)| unit.clone()).collect()
}

/// (now − start) ÷ (end − start) of the targets to date.
fn share_of(now: &Figure, end: &Figure, start: &Figure) -> Estimate<Progress> {
    match (now.known(), end.known(), start.known()) {
        (Some(now), Some(end), Some(start)) => Progress::new(now - start, end - start),
        _ => Err(Unpaced::NoTarget),
    }
}

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
