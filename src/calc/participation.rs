//! How much of a period somebody was there.

use crate::model::plan::{DaysBy, Participation};
use crate::model::{DateRange, Exact, Org, UnitId, WorkCalendar};

/// The days of a period that somebody was there, out of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysThere {
    pub there: i64,
    pub of: i64,
}

impl DaysThere {
    pub fn share(&self) -> Exact {
        Exact::from(self.there).over(&Exact::from(self.of)).unwrap_or_else(Exact::one)
    }
}

/// Counts the days of a person; a unit that is no person is there on all of them. Dates without a
/// working day are counted by the calendar.
pub fn days_there(
    org: &Org,
    calendar: &WorkCalendar,
    unit: &UnitId,
    dates: &DateRange,
    by: DaysBy,
) -> DaysThere {
    let working = by == DaysBy::WorkingDays && calendar.working_days(dates) > 0;
    let count = |dates: &DateRange| match working {
        true => calendar.working_days(dates),
        false => dates.days(),
    };
    let there = match org.people.contains_key(unit) {
        true => org.days_there(unit, dates).iter().map(count).sum(),
        false => count(dates),
    };
    DaysThere { there, of: count(dates) }
}

/// The days of somebody who was there for less than a plan asks for; none where it is enough.
pub fn too_little(
    rule: Option<&Participation>,
    org: &Org,
    calendar: &WorkCalendar,
    unit: &UnitId,
    dates: &DateRange,
) -> Option<DaysThere> {
    let rule = rule?;
    let days = days_there(org, calendar, unit, dates, rule.by);
    (days.share() < rule.least).then_some(days)
}
