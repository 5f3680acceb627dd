//! What a source is held to: whether it came, how far it drifted, what is stated of it, whose rows
//! are missing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::model::{
    Absentee, Consequence, Contract, DateRange, Exact, Expected, ExtractId, Finding, FiscalYear,
    Found, Measure, Org, Period, Profile, Rhythm, StatedTotals, UnitId, WorkCalendar,
};

/// Fewer months than this before the judged one say nothing about it.
const LEAST_MONTHS: usize = 3;

/// In a shorter stay, or a shorter part of a week, nobody is expected to have rows.
const LEAST_DAYS: i64 = 3;

/// One source and what it is held to.
pub struct SourceCase<'a> {
    pub extract: &'a ExtractId,
    pub contract: &'a Contract,
    pub profile: &'a Profile,
    /// What is stated of months.
    pub stated: &'a BTreeMap<Period, StatedTotals>,
    /// The extract that states every month; none where there is none.
    pub stated_by: Option<&'a ExtractId>,
    /// The judged month or quarter.
    pub period: Period,
    pub fiscal: FiscalYear,
    pub today: NaiveDate,
    pub calendar: &'a WorkCalendar,
    pub org: &'a Org,
}

/// All that is found of a source.
pub fn judge_source(case: &SourceCase<'_>) -> Vec<Finding> {
    let mut found = case.punctuality();
    // Of a source that did not come, its absence is all there is to say.
    let silent = found.iter().any(|one| matches!(one.what, Found::Silent { .. }));
    for month in case.months_over() {
        found.extend(case.stated(month));
        if !silent {
            found.extend(case.drift(month));
        }
    }
    if let Some(expected) = case.contract.expects.as_ref().filter(|_| !silent) {
        found.extend(case.people(expected));
    }
    found
}

impl SourceCase<'_> {
    fn finding(&self, then: Consequence, what: Found) -> Finding {
        Finding { extract: self.extract.clone(), then, what }
    }

    /// The days of the period that are over.
    fn dates(&self) -> Option<DateRange> {
        let dates = self.period.dates(self.fiscal);
        DateRange::new(dates.start, dates.end.min(self.today))
    }

    /// The months of the period that are over.
    fn months_over(&self) -> Vec<Period> {
        let over = |month: &Period| month.dates(self.fiscal).end <= self.today;
        let months = match self.period {
            month @ Period::Month { .. } => vec![month],
            longer => longer.months(self.fiscal),
        };
        months.into_iter().filter(over).collect()
    }

    /// Whether the source came, and lately.
    fn punctuality(&self) -> Vec<Finding> {
        let rhythm = self.contract.rhythm;
        let Some(dates) = self.dates().filter(|_| rhythm != Rhythm::Irregular) else {
            return Vec::new();
        };
        let late = self.contract.late;
        let last = self.profile.last_before(dates.end);
        let Some(last) = last.filter(|last| *last >= dates.start) else {
            let what = Found::Silent { period: self.period, last };
            return vec![self.finding(late.then, what)];
        };
        let mut found = Vec::new();
        let after = DateRange::new(last + Days::new(1), dates.end);
        let working_days = after.map_or(0, |after| self.calendar.working_days(&after));
        match late.after_days {
            Some(allowed) if working_days > i64::from(allowed) => {
                let what = Found::Late { last, end: dates.last_day(), working_days, allowed };
                found.push(self.finding(late.then, what));
            }
            _ => {}
        }
        let since = self.gaps(&DateRange { start: dates.start, end: last + Days::new(1) });
        if !since.is_empty() {
            found.push(self.finding(Consequence::Warn, Found::Gaps { rhythm, since }));
        }
        found
    }

    /// Working days without a row; of a weekly source, weeks.
    fn gaps(&self, dates: &DateRange) -> Vec<NaiveDate> {
        let empty =
            |range: &DateRange| self.profile.days.range(range.start..range.end).count() == 0;
        match self.contract.rhythm {
            Rhythm::Daily => {
                let days = dates.start.iter_days().take_while(|day| *day < dates.end);
                days.filter(|day| self.calendar.works(*day))
                    .filter(|day| !self.profile.days.contains_key(day))
                    .collect()
            }
            Rhythm::Weekly => {
                let weeks = weeks(dates).into_iter();
                let counts = |week: &DateRange| self.calendar.working_days(week) >= LEAST_DAYS;
                weeks.filter(|week| counts(week) && empty(week)).map(|week| week.start).collect()
            }
            Rhythm::Monthly | Rhythm::Irregular => Vec::new(),
        }
    }

    /// Rows and sums of a month against the mean of the months before it.
    fn drift(&self, month: Period) -> Vec<Finding> {
        let rule = &self.contract.drift;
        let (Some(first), Period::Month { .. }) = (self.profile.first(), month) else {
            return Vec::new();
        };
        let dates = month.dates(self.fiscal);
        let before: Vec<_> = (1..=rule.months)
            .map(|back| DateRange {
                start: dates.start - Months::new(back),
                end: dates.start - Months::new(back - 1),
            })
            .take_while(|month| month.start > first || month.contains(first))
            .map(|month| self.profile.within(&month))
            .collect();
        if before.len() < LEAST_MONTHS {
            return Vec::new();
        }
        let now = self.profile.within(&dates);
        let sums = self.profile.columns.iter().cloned().map(Measure::Sum);
        let mut found = Vec::new();
        for measure in std::iter::once(Measure::Rows).chain(sums) {
            let values: Vec<Exact> =
                before.iter().filter_map(|month| month.measure(&measure)).collect();
            let Some(value) = now.measure(&measure) else { continue };
            let tolerance = if measure == Measure::Rows { &rule.rows } else { &rule.sums };
            if let Some(mean) = off_the_mean(&value, &values, tolerance) {
                let (months, tolerance) = (values.len(), tolerance.clone());
                let what = Found::Drift { month, measure, value, mean, months, tolerance };
                found.push(self.finding(rule.then, what));
            }
        }
        found
    }

    /// What is stated of a month against what was read, to the last digit.
    fn stated(&self, month: Period) -> Vec<Finding> {
        let Some(stated) = self.stated.get(&month) else {
            let missing = self.stated_by.map(|by| Found::NotStated { month, by: by.clone() });
            return missing.map(|what| self.finding(Consequence::Hold, what)).into_iter().collect();
        };
        let read = self.profile.within(&month.dates(self.fiscal));
        let differs = |(measure, stated): (&Measure, &Exact)| {
            let found = read.measure(measure)?;
            let (measure, stated) = (measure.clone(), stated.clone());
            (found != stated).then(|| {
                let what = Found::Stated { month, measure, stated, read: found, aside: read.aside };
                self.finding(Consequence::Hold, what)
            })
        };
        stated.measures.iter().filter_map(differs).collect()
    }

    /// Whoever is expected to have rows and has none: in the period, or, of a source that is kept up
    /// daily or weekly, in one of its weeks.
    fn people(&self, expected: &Expected) -> Option<Finding> {
        let dates = self.dates()?;
        let rhythm = self.contract.rhythm;
        let by_week = matches!(rhythm, Rhythm::Daily | Rhythm::Weekly);
        let mut absent = Vec::new();
        for person in self.expected(expected, &dates) {
            let days: BTreeSet<NaiveDate> = self
                .profile
                .people
                .range((person.clone(), NaiveDate::MIN)..=(person.clone(), NaiveDate::MAX))
                .map(|(_, day)| *day)
                .collect();
            let has = |range: &DateRange| days.range(range.start..range.end).next().is_some();
            let there = self.org.days_there(person, &dates);
            let worked = |range: &DateRange| -> i64 {
                let parts = there.iter().filter_map(|stay| stay.meet(range));
                parts.map(|part| self.calendar.working_days(&part)).sum()
            };
            if worked(&dates) < LEAST_DAYS {
                continue;
            }
            let weeks: Vec<NaiveDate> = match by_week && has(&dates) {
                true => weeks(&dates)
                    .into_iter()
                    .filter(|week| worked(week) >= LEAST_DAYS && !has(week))
                    .map(|week| week.start)
                    .collect(),
                false => Vec::new(),
            };
            if !has(&dates) || !weeks.is_empty() {
                let last = days.range(..dates.end).next_back().copied();
                absent.push(Absentee { person: person.clone(), last, weeks });
            }
        }
        let then = Consequence::Warn;
        (!absent.is_empty()).then(|| self.finding(then, Found::People { absent, rhythm }))
    }

    fn expected<'a>(
        &'a self,
        expected: &'a Expected,
        dates: &'a DateRange,
    ) -> impl Iterator<Item = &'a UnitId> {
        let has_role = |role: &Option<String>| {
            expected.roles.is_empty()
                || role.as_ref().is_some_and(|role| expected.roles.contains(role))
        };
        self.org
            .people
            .values()
            .filter(move |person| has_role(&person.role))
            .map(|person| &person.id)
            .filter(|id| self.org.takes_part(id, dates))
            .filter(|id| self.org.lies_in(id, &expected.units, dates))
    }
}

/// The mean of the values before, where `value` lies off it by more than a share of it; none where it
/// does not, or where there is no value to compare with.
pub fn off_the_mean(value: &Exact, before: &[Exact], tolerance: &Exact) -> Option<Exact> {
    let mean = Exact::mean(before.iter())?;
    let off = (value - &mean).abs();
    (off > &mean.abs() * tolerance).then_some(mean)
}

/// The weeks of a range, from Monday to Sunday, cut at its ends.
fn weeks(dates: &DateRange) -> Vec<DateRange> {
    let mut found = Vec::new();
    let mut start = dates.start;
    while start < dates.end {
        let left = 7 - u64::from(start.weekday().num_days_from_monday());
        let end = (start + Days::new(left)).min(dates.end);
        found.push(DateRange { start, end });
        start = end;
    }
    found
}

#[cfg(test)]
#[path = "contract_tests.rs"]
mod tests;
