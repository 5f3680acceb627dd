//! Which periods a run judges, and which it has to know for comparison.

use std::collections::BTreeSet;

use super::course::Course;
use crate::model::{FiscalYear, Grain, Period};

/// What a run judges: the months of its period and `history` months before them, their years to
/// date, the quarters and fiscal years that end with one of them, and the explicit dates of targets
/// that end within one of them; of a quarter, the one before it as well, since ranks are compared
/// with it. In a deterministic order.
pub fn judged_periods(
    period: Period,
    history: u32,
    ranges: impl Iterator<Item = Period>,
    fiscal: FiscalYear,
) -> Vec<Period> {
    let mut judged = BTreeSet::new();
    let own = period.months(fiscal).len().max(1);
    let months = std::iter::successors(Some(period.last_month(fiscal)), Period::previous)
        .take(own + history as usize);
    let mut first_day = period.dates(fiscal).start;
    for month in months {
        let Period::Month { year, month: number } = month else { continue };
        let dates = month.dates(fiscal);
        first_day = dates.start;
        let quarter = Period::quarter_of(dates.start, fiscal);
        let fiscal_year = Period::Year(fiscal.year_of(dates.start));
        judged.extend([month, Period::Ytd { year, month: number }]);
        judged.extend(
            [quarter, fiscal_year].into_iter().filter(|whole| whole.dates(fiscal).end == dates.end),
        );
    }
    judged.extend(period.previous().filter(|before| before.grain() == Grain::Quarter));
    let end = period.dates(fiscal).end;
    judged.extend(ranges.filter(|range| {
        let dates = range.dates(fiscal);
        matches!(range, Period::Range(_)) && dates.end > first_day && dates.end <= end
    }));
    judged.into_iter().collect()
}

/// The judged periods and all that they are compared with: the one before, the one a year ago;
/// and what the way through the fiscal year is told from, by the last judged month.
pub fn known_periods(judged: &[Period], fiscal: FiscalYear) -> Vec<Period> {
    let mut known: BTreeSet<Period> = judged
        .iter()
        .flat_map(|period| [Some(*period), period.previous(), period.year_ago()])
        .flatten()
        .collect();
    let months = judged.iter().filter(|period| matches!(period, Period::Month { .. }));
    let course = months.max().and_then(|month| Course::of(*month, fiscal));
    known.extend(course.iter().flat_map(Course::known));
    known.into_iter().collect()
}

/// The fiscal years that the judged periods touch.
pub fn judged_years(judged: &[Period], fiscal: FiscalYear) -> BTreeSet<i32> {
    let ends = judged.iter().map(|period| period.dates(fiscal));
    ends.flat_map(|dates| [fiscal.year_of(dates.start), fiscal.year_of(dates.last_day())]).collect()
}

/// A fiscal year with its quarters and months: what its targets are measured by a year later.
pub fn whole_year(year: i32, fiscal: FiscalYear) -> Vec<Period> {
    let quarters = (1..=4).map(|quarter| Period::Quarter { year, quarter });
    let months = Period::Year(year).months(fiscal);
    months.into_iter().chain(quarters).chain([Period::Year(year)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DateRange;

    #[test]
    fn explicit_dates_are_judged_once_over_however_long_they_are() {
        let range = |start: &str, end: &str| {
            let dates = DateRange::new(start.parse().unwrap(), end.parse().unwrap());
            Period::Range(dates.unwrap())
        };
        let over = range("2026-04-15", "2026-10-16");
        let ranges = [over, range("2026-04-15", "2026-11-02"), range("2026-04-15", "2026-09-01")];
        let month = "2026-10".parse().unwrap();
        let judged = judged_periods(month, 1, ranges.into_iter(), FiscalYear::default());
        let judged: Vec<Period> = judged.into_iter().filter(|p| ranges.contains(p)).collect();
        assert_eq!(judged, [over]);
    }

    #[test]
    fn a_quarter_is_judged_with_its_months_and_the_quarter_before() {
        let judged = |quarter: &str, history, start| -> Vec<String> {
            let fiscal = FiscalYear::starting(start).unwrap();
            let quarter = quarter.parse().unwrap();
            let periods = judged_periods(quarter, history, std::iter::empty(), fiscal);
            periods.iter().map(|p| format!("{} {p}", p.grain().code())).collect()
        };
        let months = ["month 2026-07", "month 2026-08", "month 2026-09"];
        let to_date = ["ytd 2026-07", "ytd 2026-08", "ytd 2026-09"];
        let quarters = ["quarter 2026-Q2", "quarter 2026-Q3"];
        assert_eq!(judged("2026-Q3", 0, 1), [&months[..], &quarters, &to_date].concat());
        // Of a year that begins in April, July to September are the second quarter of the next.
        let quarters = ["quarter 2027-Q1", "quarter 2027-Q2"];
        assert_eq!(judged("2027-Q2", 0, 4), [&months[..], &quarters, &to_date].concat());
        assert!(judged("2026-Q3", 12, 1).contains(&"year 2025".to_owned()));
    }

    #[test]
    fn a_month_that_ends_a_quarter_judges_the_quarter_too() {
        let judged = |month: &str| -> Vec<String> {
            let month = month.parse().unwrap();
            let periods = judged_periods(month, 1, std::iter::empty(), FiscalYear::default());
            periods.iter().map(|p| format!("{} {p}", p.grain().code())).collect()
        };
        assert_eq!(
            judged("2026-10"),
            ["month 2026-09", "month 2026-10", "quarter 2026-Q3", "ytd 2026-09", "ytd 2026-10"]
        );
        assert_eq!(
            judged("2026-12"),
            [
                "month 2026-11",
                "month 2026-12",
                "quarter 2026-Q4",
                "ytd 2026-11",
                "ytd 2026-12",
                "year 2026"
            ]
        );
    }
}
