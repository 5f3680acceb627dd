//! Periods: months, quarters, years, the year to date, and explicit ranges. Dates are half open.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};

/// Days from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateRange {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

impl DateRange {
    /// The range, or `None` where it would hold no day.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    pub fn contains(&self, day: NaiveDate) -> bool {
        self.start <= day && day < self.end
    }

    /// The days that both have.
    pub fn meet(&self, other: &Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// The shortest range that holds both.
    pub fn around(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn days(&self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// The last day inside.
    pub fn last_day(&self) -> NaiveDate {
        self.end - Days::new(1)
    }
}

/// Start and end day, both inside, as people say it: `2026-10-01..2026-10-31`.
impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.last_day())
    }
}

/// When a company's year begins. A year is named after the calendar year that it ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FiscalYear {
    start_month: u32,
}

impl FiscalYear {
    /// A year that begins on the first of `start_month` (1 to 12).
    pub fn starting(start_month: u32) -> Option<Self> {
        (1..=12).contains(&start_month).then_some(Self { start_month })
    }

    /// The first day of a year.
    fn first_day(self, year: i32) -> NaiveDate {
        let calendar_year = if self.start_month == 1 { year } else { year - 1 };
        first_of(calendar_year, self.start_month)
    }

    /// The year that a day lies in.
    pub fn year_of(self, day: NaiveDate) -> i32 {
        if self.start_month > 1 && day.month() >= self.start_month {
            day.year() + 1
        } else {
            day.year()
        }
    }
}

impl Default for FiscalYear {
    fn default() -> Self {
        Self { start_month: 1 }
    }
}

/// How long a period is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    Month,
    Quarter,
    Ytd,
    Year,
    Range,
}

impl Grain {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Ytd => "ytd",
            Self::Year => "year",
            Self::Range => "range",
        }
    }
}

/// A stretch of time that figures are given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A calendar month: `2026-10`.
    Month { year: i32, month: u32 },
    /// A quarter of a fiscal year: `2026-Q3`.
    Quarter { year: i32, quarter: u32 },
    /// A fiscal year from its beginning to the end of a month: `2026-10` at the grain `ytd`.
    Ytd { year: i32, month: u32 },
    /// A fiscal year: `2026`.
    Year(i32),
    /// Explicit dates, as some targets give them: `2011-05-31..2011-08-30`.
    Range(DateRange),
}

impl Period {
    /// The month that a day lies in.
    pub fn month_of(day: NaiveDate) -> Self {
        Self::Month { year: day.year(), month: day.month() }
    }

    /// The quarter that a day lies in.
    pub fn quarter_of(day: NaiveDate, fiscal: FiscalYear) -> Self {
        let year = fiscal.year_of(day);
        let months = months_between(fiscal.first_day(year), day);
        Self::Quarter { year, quarter: months / 3 + 1 }
    }

    pub fn grain(&self) -> Grain {
        match self {
            Self::Month { .. } => Grain::Month,
            Self::Quarter { .. } => Grain::Quarter,
            Self::Ytd { .. } => Grain::Ytd,
            Self::Year(_) => Grain::Year,
            Self::Range(_) => Grain::Range,
        }
    }

    /// The days of the period.
    pub fn dates(&self, fiscal: FiscalYear) -> DateRange {
        let (start, months) = match *self {
            Self::Month { year, month } => (first_of(year, month), 1),
            Self::Quarter { year, quarter } => {
                (plus_months(fiscal.first_day(year), 3 * (quarter - 1)), 3)
            }
            Self::Year(year) => (fiscal.first_day(year), 12),
            Self::Ytd { year, month } => {
                let last = first_of(year, month);
                let start = fiscal.first_day(fiscal.year_of(last));
                (start, months_between(start, last) + 1)
            }
            Self::Range(dates) => return dates,
        };
        DateRange { start, end: plus_months(start, months) }
    }

    /// The period just before, of the same grain; a range and a year to date have none.
    pub fn previous(&self) -> Option<Self> {
        match *self {
            Self::Month { year, month: 1 } => Some(Self::Month { year: year - 1, month: 12 }),
            Self::Month { year, month } => Some(Self::Month { year, month: month - 1 }),
            Self::Quarter { year, quarter: 1 } => {
                Some(Self::Quarter { year: year - 1, quarter: 4 })
            }
            Self::Quarter { year, quarter } => Some(Self::Quarter { year, quarter: quarter - 1 }),
            Self::Year(year) => Some(Self::Year(year - 1)),
            Self::Ytd { .. } | Self::Range(_) => None,
        }
    }

    /// The quarter after a quarter; none of another period.
    pub fn next_quarter(&self) -> Option<Self> {
        match *self {
            Self::Quarter { year, quarter: 4 } => {
                Some(Self::Quarter { year: year + 1, quarter: 1 })
            }
            Self::Quarter { year, quarter } => Some(Self::Quarter { year, quarter: quarter + 1 }),
            _ => None,
        }
    }

    /// The same period a year before; a range has none.
    pub fn year_ago(&self) -> Option<Self> {
        match *self {
            Self::Month { year, month } => Some(Self::Month { year: year - 1, month }),
            Self::Quarter { year, quarter } => Some(Self::Quarter { year: year - 1, quarter }),
            Self::Ytd { year, month } => Some(Self::Ytd { year: year - 1, month }),
            Self::Year(year) => Some(Self::Year(year - 1)),
            Self::Range(_) => None,
        }
    }

    /// The calendar month that the last day lies in.
    pub fn last_month(&self, fiscal: FiscalYear) -> Self {
        Self::month_of(self.dates(fiscal).last_day())
    }

    /// The calendar months that lie wholly inside, in order.
    pub fn months(&self, fiscal: FiscalYear) -> Vec<Self> {
        let dates = self.dates(fiscal);
        let mut first = first_of(dates.start.year(), dates.start.month());
        if first < dates.start {
            first = plus_months(first, 1);
        }
        std::iter::successors(Some(first), |day| Some(plus_months(*day, 1)))
            .take_while(|day| plus_months(*day, 1) <= dates.end)
            .map(Self::month_of)
            .collect()
    }
}

/// As the user writes it; a year to date prints the month it ends with.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month { year, month } | Self::Ytd { year, month } => {
                write!(f, "{year:04}-{month:02}")
            }
            Self::Quarter { year, quarter } => write!(f, "{year:04}-Q{quarter}"),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Range(dates) => write!(f, "{dates}"),
        }
    }
}

/// Text that should have been a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a period: write a month 2026-10, a quarter 2026-Q3 or a year 2026")]
pub struct NotAPeriod(pub String);

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let refused = || NotAPeriod(text.to_owned());
        let number = |digits: &str| -> Option<u32> {
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
        };
        let trimmed = text.trim();
        let (year, rest) = match trimmed.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (trimmed, None),
        };
        let year = Some(year).filter(|y| y.len() == 4).and_then(number).ok_or_else(refused)?;
        let year = i32::try_from(year).map_err(|_| refused())?;
        let period = match rest {
            None => Some(Self::Year(year)),
            Some(rest) => match rest.strip_prefix(['Q', 'q']) {
                Some(quarter) => number(quarter)
                    .filter(|q| (1..=4).contains(q))
                    .map(|quarter| Self::Quarter { year, quarter }),
                None => number(rest)
                    .filter(|m| (1..=12).contains(m) && rest.len() <= 2)
                    .map(|month| Self::Month { year, month }),
            },
        };
        period.filter(|_| year >= 1).ok_or_else(refused)
    }
}

fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_else(|| unreachable!("{year}-{month}"))
}

fn plus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day + Months::new(months)
}

fn months_between(from: NaiveDate, to: NaiveDate) -> u32 {
    let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
    months.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(text: &str, fiscal_start: u32) -> String {
        let period: Period = text.parse().unwrap();
        period.dates(FiscalYear::starting(fiscal_start).unwrap()).to_string()
    }

    #[test]
    fn periods_have_their_days() {
        assert_eq!(dates("2026-10", 1), "2026-10-01..2026-10-31");
        assert_eq!(dates("2024-02", 1), "2024-02-01..2024-02-29");
        assert_eq!(dates("2026-Q3", 1), "2026-07-01..2026-09-30");
        assert_eq!(dates("2026", 1), "2026-01-01..2026-12-31");
        assert_eq!(dates("2012", 7), "2011-07-01..2012-06-30");
        assert_eq!(dates("2012-Q3", 7), "2012-01-01..2012-03-31");
    }

    #[test]
    fn a_year_to_date_begins_with_the_fiscal_year() {
        let ytd = Period::Ytd { year: 2026, month: 2 };
        let july = FiscalYear::starting(7).unwrap();
        assert_eq!(ytd.dates(july).to_string(), "2025-07-01..2026-02-28");
        assert_eq!(ytd.months(july).len(), 8);
        assert_eq!(ytd.dates(FiscalYear::default()).to_string(), "2026-01-01..2026-02-28");
    }

    #[test]
    fn the_quarter_of_a_day_holds_the_day() {
        for start in 1..=12 {
            let fiscal = FiscalYear::starting(start).unwrap();
            let mut day = first_of(2024, 1);
            while day < first_of(2026, 1) {
                let quarter = Period::quarter_of(day, fiscal);
                assert!(quarter.dates(fiscal).contains(day), "{day} {quarter} {start}");
                day = day + Days::new(13);
            }
        }
    }

    #[test]
    fn wrong_text_is_refused() {
        for wrong in ["", "26-10", "2026-13", "2026-Q5", "2026-1x", "2026-", "20261", "2026-010"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
        assert_eq!("2026-q3".parse::<Period>().unwrap().to_string(), "2026-Q3");
    }

    #[test]
    fn whole_months_inside_a_range() {
        let range = DateRange::new(first_of(2026, 1) + Days::new(3), first_of(2026, 4)).unwrap();
        let months = Period::Range(range).months(FiscalYear::default());
        assert_eq!(
            months.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["2026-02", "2026-03"]
        );
    }
}
