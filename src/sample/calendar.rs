//! The days that the company's records cover.

use std::ops::Range;

use chrono::{Datelike, NaiveDate, Weekday};

/// Months of records: 2024-10 to 2026-10.
pub const MONTHS: usize = 25;
/// Months that have targets, too: to 2026-12.
pub const MONTHS_PLANNED: usize = 27;
/// The months of 2026 within all months; those of 2025 are the twelve before.
pub const YEAR_2026: Range<usize> = 15..27;
pub const YEAR_2025: Range<usize> = 3..15;

/// A date that is written in the source.
pub const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("no such day"),
    }
}

/// The first day of a month, counted from 2024-10.
pub fn month_start(month: usize) -> NaiveDate {
    let months = 9 + month as u32;
    date(2024 + (months / 12) as i32, months % 12 + 1, 1)
}

/// `2026-10`.
pub fn month_name(month: usize) -> String {
    month_start(month).format("%Y-%m").to_string()
}

/// All days of the records, with their text at hand for the many rows.
pub struct Calendar {
    days: Vec<Day>,
    months: Vec<Range<usize>>,
}

pub struct Day {
    pub date: NaiveDate,
    /// `2026-10-31`.
    pub text: String,
    pub month: usize,
    pub works: bool,
}

impl Calendar {
    pub fn new() -> Self {
        let mut days: Vec<Day> = Vec::new();
        let mut months = Vec::new();
        for month in 0..MONTHS {
            let begin = days.len();
            let end = month_start(month + 1);
            let dates = month_start(month).iter_days().take_while(|&day| day < end);
            days.extend(dates.map(|date| Day {
                date,
                text: date.to_string(),
                month,
                works: is_workday(date),
            }));
            months.push(begin..days.len());
        }
        Self { days, months }
    }

    /// The places of a month's days.
    pub fn month(&self, month: usize) -> Range<usize> {
        self.months[month].clone()
    }

    /// None after the end of the records.
    pub fn day(&self, place: usize) -> Option<&Day> {
        self.days.get(place)
    }
}

/// Mondays to Fridays, but for the fixed holidays.
fn is_workday(day: NaiveDate) -> bool {
    let holiday = match day.month() {
        1 => day.day() == 1,
        5 => day.day() <= 3,
        10 => day.day() <= 7,
        _ => false,
    };
    !holiday && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
