//! Which days are worked: Monday to Friday, corrected by the company's table of exceptions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};

use super::DateRange;

/// The working days of a company: weekdays but for its holidays, and the days at weekends that
/// make up for them (调休).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    /// Days of the table, with whether they are worked; none where there is no table.
    exceptions: Option<BTreeMap<NaiveDate, bool>>,
}

impl WorkCalendar {
    /// Monday to Friday, for a company that gives no table.
    pub const fn weekdays() -> Self {
        Self { exceptions: None }
    }

    /// Corrected by a table: each day of it is worked or not, whatever its weekday.
    pub fn with_exceptions(days: impl IntoIterator<Item = (NaiveDate, bool)>) -> Self {
        Self { exceptions: Some(days.into_iter().collect()) }
    }

    /// Whether the company gives a table; else Monday to Friday is all that is known.
    pub fn has_table(&self) -> bool {
        self.exceptions.is_some()
    }

    /// Whether a day is worked.
    pub fn works(&self, day: NaiveDate) -> bool {
        let given = self.exceptions.as_ref().and_then(|days| days.get(&day));
        given.copied().unwrap_or_else(|| is_weekday(day))
    }

    /// How many days of the range are worked.
    pub fn working_days(&self, dates: &DateRange) -> i64 {
        let (weeks, rest) = (dates.days() / 7, (dates.days() % 7) as usize);
        let weekdays = dates.start.iter_days().take(rest).filter(|&day| is_weekday(day)).count();
        let moved = self.exceptions.iter().flat_map(|days| days.range(dates.start..dates.end));
        let moved: i64 =
            moved.map(|(&day, &works)| i64::from(works) - i64::from(is_weekday(day))).sum();
        weeks * 5 + weekdays as i64 + moved
    }

    /// The calendar years of the range that the table has no day of, so that nobody knows their
    /// holidays; none where there is no table.
    pub fn unknown_years(&self, dates: &DateRange) -> Vec<i32> {
        let Some(days) = &self.exceptions else { return Vec::new() };
        let known: BTreeSet<i32> = days.keys().map(NaiveDate::year).collect();
        (dates.start.year()..=dates.last_day().year())
            .filter(|year| !known.contains(year))
            .collect()
    }
}

fn is_weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn range(start: &str, end: &str) -> DateRange {
        DateRange::new(day(start), day(end)).unwrap()
    }

    /// The week of National Day 2026, with its two days that make up for it.
    fn national_day() -> WorkCalendar {
        let off = (1..=7).map(|n| (NaiveDate::from_ymd_opt(2026, 10, n).unwrap(), false));
        let on = ["2026-09-20", "2026-10-10"].map(|text| (day(text), true));
        WorkCalendar::with_exceptions(off.chain(on))
    }

    #[test]
    fn holidays_are_off_and_make_up_days_are_on() {
        let calendar = national_day();
        let october = range("2026-10-01", "2026-11-01");
        assert_eq!(WorkCalendar::weekdays().working_days(&october), 22);
        assert_eq!(calendar.working_days(&october), 22 - 5 + 1);
        assert!(calendar.works(day("2026-10-10")) && !calendar.works(day("2026-10-11")));
        assert!(!calendar.works(day("2026-10-05")) && calendar.works(day("2026-10-08")));
    }

    #[test]
    fn years_without_a_day_in_the_table_are_unknown() {
        let over_new_year = range("2026-07-01", "2027-07-01");
        assert_eq!(national_day().unknown_years(&over_new_year), [2027]);
        assert!(national_day().unknown_years(&range("2026-01-01", "2027-01-01")).is_empty());
        assert!(WorkCalendar::weekdays().unknown_years(&over_new_year).is_empty());
    }

    proptest! {
        #[test]
        fn working_days_are_the_days_that_are_worked(start in 0u64..800, length in 1u64..400) {
            let first = day("2025-06-01") + chrono::Days::new(start);
            let dates = DateRange::new(first, first + chrono::Days::new(length)).unwrap();
            for calendar in [national_day(), WorkCalendar::weekdays()] {
                let worked = first.iter_days().take(length as usize).filter(|&day| calendar.works(day));
                prop_assert_eq!(calendar.working_days(&dates), worked.count() as i64);
            }
        }
    }
}
