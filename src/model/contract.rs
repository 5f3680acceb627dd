//! What a source promises: how it is kept up, how far it may drift, what its owner states of it; and
//! what was found of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use super::{DateRange, Exact, ExtractId, FiscalYear, MetricId, Period, UnitId};

/// How often a source gets new rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rhythm {
    #[default]
    Monthly,
    Weekly,
    Daily,
    /// Whenever there is something: it is never late.
    Irregular,
}

/// What a finding does to the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consequence {
    #[default]
    Warn,
    Hold,
}

/// How far a month may lie off the mean of the months before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftRule {
    /// The number of rows, as a share of the mean.
    pub rows: Exact,
    /// The sum of a decimal column, as a share of the mean.
    pub sums: Exact,
    /// How many months before are looked at.
    pub months: u32,
    pub then: Consequence,
}

/// From when on a source is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateRule {
    /// So many working days may lie between the last row and the end of the period; none where one
    /// row in the period will do.
    pub after_days: Option<u32>,
    pub then: Consequence,
}

/// Whose rows are expected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// People of these roles; of all where empty.
    pub roles: Vec<String>,
    /// People of these units and those below them; of all where empty.
    pub units: Vec<UnitId>,
}

/// All that a source promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    pub rhythm: Rhythm,
    pub late: LateRule,
    pub drift: DriftRule,
    pub expects: Option<Expected>,
}

/// What is measured of the rows of a month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Rows,
    /// The sum of a column, by what the files call it.
    Sum(String),
}

/// What the CRM states of a month, beside the rows themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedTotals {
    pub measures: BTreeMap<Measure, Exact>,
}

/// What the rows of a day, or of more days, come to, those set aside among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayRows {
    pub rows: u64,
    /// Of them, those that were set aside when the files were read.
    pub aside: u64,
    /// The sum of each decimal column, by what the files call it.
    pub sums: BTreeMap<String, Exact>,
}

impl DayRows {
    /// Adds another day's.
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.aside += other.aside;
        for (column, sum) in &other.sums {
            let held = self.sums.entry(column.clone()).or_insert_with(Exact::zero);
            *held = &*held + sum;
        }
    }

    /// A measure; none of a column that is not summed up.
    pub fn measure(&self, measure: &Measure) -> Option<Exact> {
        match measure {
            Measure::Rows => Some(Exact::from(self.rows)),
            Measure::Sum(column) => self.sums.get(column).cloned(),
        }
    }
}

/// The rows of an extract, brought down to days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub days: BTreeMap<NaiveDate, DayRows>,
    /// Rows set aside whose day cannot be read, by the month that stands in the path of their file.
    pub by_file: BTreeMap<Period, DayRows>,
    /// Rows whose day is not known, nor the month.
    pub undated: DayRows,
    /// The days on which a person has a row, where people are expected to have some.
    pub people: BTreeSet<(UnitId, NaiveDate)>,
    /// The columns that are summed up, by what the files call them.
    pub columns: Vec<String>,
}

impl Profile {
    /// What the days of a range come to; sums are there, if only as zero, of every column.
    pub fn within(&self, dates: &DateRange) -> DayRows {
        let nothing = self.columns.iter().map(|column| (column.clone(), Exact::zero()));
        let mut total = DayRows { sums: nothing.collect(), ..DayRows::default() };
        self.days.range(dates.start..dates.end).for_each(|(_, day)| total.add(day));
        let inside = |month: &Period| dates.contains(month.dates(FiscalYear::default()).start);
        let months = self.by_file.iter().filter(|(month, _)| inside(month));
        months.for_each(|(_, rows)| total.add(rows));
        total
    }

    /// The first day with a row.
    pub fn first(&self) -> Option<NaiveDate> {
        self.days.first_key_value().map(|(day, _)| *day)
    }

    /// The last day with a row before `end`.
    pub fn last_before(&self, end: NaiveDate) -> Option<NaiveDate> {
        self.days.range(..end).next_back().map(|(day, _)| *day)
    }
}

/// Somebody who should have rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absentee {
    pub person: UnitId,
    /// The last day with a row, whenever it was.
    pub last: Option<NaiveDate>,
    /// The weeks without any, each by its first day; empty where the whole period has none.
    pub weeks: Vec<NaiveDate>,
}

/// Something that was found of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub extract: ExtractId,
    pub then: Consequence,
    pub what: Found,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// No row in the whole period.
    Silent { period: Period, last: Option<NaiveDate> },
    /// The last row lies too long before the end of the period.
    Late { last: NaiveDate, end: NaiveDate, working_days: i64, allowed: u32 },
    /// Working days (of a weekly source: weeks, by their first day) without a row.
    Gaps { rhythm: Rhythm, since: Vec<NaiveDate> },
    /// A month that lies off those before it.
    Drift {
        month: Period,
        measure: Measure,
        value: Exact,
        mean: Exact,
        months: usize,
        tolerance: Exact,
    },
    /// What the CRM states is not what was read.
    Stated { month: Period, measure: Measure, stated: Exact, read: Exact, aside: u64 },
    /// The table of control totals has no line for the month.
    NotStated { month: Period, by: ExtractId },
    /// People who are expected to have rows, and have none.
    People { absent: Vec<Absentee>, rhythm: Rhythm },
    /// More than the allowed share of a period's rows was set aside.
    Rejected { period: Period, rows: u64, rejected: u64, allowed: Exact, most: Option<WorstReason> },
    /// The parts of a metric's total do not add up: a slip of the program.
    Slip { metric: MetricId, month: Option<Period>, difference: Exact },
}

/// The most frequent reason why rows were set aside, and the first row that it set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorstReason {
    pub file: String,
    pub row: u64,
    pub column: String,
    pub reason: String,
    /// How many rows it set aside.
    pub rows: u64,
}
