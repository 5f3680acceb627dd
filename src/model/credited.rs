//! The rows behind the figures of a period, as a statement lists them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    Aggregate, DimensionId, Exact, ExtractId, Metric, MetricId, MetricKind, Period, UnitId,
};

/// All rows that statements of a period may list, by what they were read from.
#[derive(Clone, Debug)]
pub struct CreditedRows {
    pub period: Period,
    /// A unit with more rows of a table has sums by person and day in their place.
    pub most_rows: usize,
    pub tables: Vec<RowTable>,
}

/// The rows of one extract, dated and credited by the same columns.
#[derive(Clone, Debug)]
pub struct RowTable {
    pub extract: ExtractId,
    /// The simple metrics whose figures the rows make, in the order of the config.
    pub metrics: Vec<RowMetric>,
    pub columns: Vec<RowColumn>,
    /// The files that rows name by their place here.
    pub files: Vec<String>,
    /// A share is so many 10^-`digits` of its row.
    pub share_digits: usize,
    /// The people, or units, whom rows are credited to, by their place here.
    pub owners: Vec<UnitId>,
    /// By day, file, row and owner.
    pub rows: Vec<CreditedRow>,
    /// In the place of the rows of owners who have too many, by day and owner.
    pub days: Vec<DaySum>,
    /// What counts for each unit, as places in `rows` and `days`.
    pub units: BTreeMap<UnitId, UnitRows>,
}

/// How a metric reads the rows of a table.
#[derive(Clone, Debug)]
pub struct RowMetric {
    pub id: MetricId,
    pub aggregate: Aggregate,
    /// Digits after the point of a row's value.
    pub scale: usize,
}

/// A column that tells the reader which row it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowColumn {
    /// What the file calls it.
    pub header: String,
    /// The dimension whose values it holds.
    pub dimension: Option<DimensionId>,
    /// It holds what people call the dimension's values, and not the values themselves.
    pub is_name: bool,
    /// The metrics whose values come from it, those of the table and all others.
    pub read_by: Vec<MetricId>,
}

impl RowColumn {
    /// Whether somebody may read it; `shows` tells which metrics they may know. A column that only
    /// metrics kept from them are made of would tell these row by row.
    pub fn is_told(&self, shows: &dyn Fn(&MetricId) -> bool) -> bool {
        self.read_by.is_empty() || self.read_by.iter().any(shows)
    }
}

/// One row, or one share of it.
#[derive(Clone, Debug)]
pub struct CreditedRow {
    pub owner: usize,
    pub day: NaiveDate,
    pub file: usize,
    /// As a spreadsheet counts, the header being row 1.
    pub row: u64,
    pub cells: Box<[RowCell]>,
    /// What the row counts for each metric of the table.
    pub values: Box<[RowValue]>,
    /// None where the row is wholly its owner's.
    pub share: Option<i64>,
    /// Counts for its owner alone, and in no unit above.
    pub overlay: bool,
}

/// A cell as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowCell {
    Empty,
    Text(Arc<str>),
    /// `minor` × 10^-`scale`.
    Number {
        minor: i64,
        scale: u8,
    },
    Day(NaiveDate),
    Flag(bool),
}

/// What a row counts for a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowValue {
    /// The row does not count.
    Nothing,
    /// In units of the metric's last digit.
    Amount(i128),
    /// Counts once for all rows of a unit that have it.
    Key(Arc<str>),
}

/// The rows of an owner on a day, added up.
#[derive(Clone, Debug)]
pub struct DaySum {
    pub owner: usize,
    pub day: NaiveDate,
    pub rows: u64,
    /// The first and the last of the files that they stand in.
    pub files: [usize; 2],
    /// Credited, so with `share_digits` more digits than a row's value; none of a distinct count.
    pub sums: Box<[Option<i128>]>,
    pub overlay: bool,
}

/// What counts for a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitRows {
    pub rows: Vec<usize>,
    pub days: Vec<usize>,
    /// How many rows there are, those added up by day among them.
    pub count: u64,
}

impl RowTable {
    /// A row's credited value, its share multiplied in; a key of a distinct count counts 1, for
    /// the first row that has it. None where the row does not count.
    pub fn credited(&self, row: &CreditedRow, metric: usize) -> Option<Exact> {
        let value = self.value(row, metric)?;
        match (&row.values[metric], row.share) {
            (RowValue::Amount(_), Some(share)) => Some(&value * &self.share(share)),
            _ => Some(value),
        }
    }

    /// What a row counts for a metric before it is shared out.
    pub fn value(&self, row: &CreditedRow, metric: usize) -> Option<Exact> {
        match &row.values[metric] {
            RowValue::Nothing => None,
            RowValue::Amount(minor) => Some(Exact::from_minor(*minor, self.metrics[metric].scale)),
            RowValue::Key(_) => Some(Exact::one()),
        }
    }

    /// A share as a number.
    pub fn share(&self, share: i64) -> Exact {
        Exact::from_minor(i128::from(share), self.share_digits)
    }

    /// The credited sum of an owner's day.
    pub fn day_sum(&self, day: &DaySum, metric: usize) -> Option<Exact> {
        let digits = self.metrics[metric].scale + self.share_digits;
        day.sums[metric].map(|minor| Exact::from_minor(minor, digits))
    }

    /// How many rows of a unit count for a metric; of rows that are not here, all.
    pub fn counted(&self, unit: &UnitRows, metric: usize) -> u64 {
        let counts = |&&at: &&usize| self.rows[at].values[metric] != RowValue::Nothing;
        let here = unit.rows.iter().filter(counts).count() as u64;
        here + unit.days.iter().map(|&at| self.days[at].rows).sum::<u64>()
    }

    /// What a unit's rows come to; none of a distinct count whose rows are not all here.
    pub fn sum(&self, unit: &UnitRows, metric: usize) -> Option<Exact> {
        if self.metrics[metric].aggregate == Aggregate::CountDistinct {
            let counted = self.first_of_each_key(unit, metric).len() as u64;
            return unit.days.is_empty().then(|| Exact::from(counted));
        }
        let (mut whole, mut shared) = (0, Exact::zero());
        for &at in &unit.rows {
            let row = &self.rows[at];
            match (&row.values[metric], row.share) {
                (RowValue::Amount(minor), None) => whole += minor,
                (RowValue::Amount(_), Some(_)) => {
                    shared = shared + self.credited(row, metric).unwrap_or_else(Exact::zero);
                }
                (RowValue::Nothing | RowValue::Key(_), _) => {}
            }
        }
        let days = unit.days.iter().filter_map(|&at| self.day_sum(&self.days[at], metric)).sum();
        Some(Exact::from_minor(whole, self.metrics[metric].scale) + shared + days)
    }

    /// Of the rows of a unit, those that are the first with their key.
    pub fn first_of_each_key(&self, unit: &UnitRows, metric: usize) -> HashSet<usize> {
        let mut first: HashMap<&str, usize> = HashMap::new();
        for &at in &unit.rows {
            if let RowValue::Key(key) = &self.rows[at].values[metric] {
                first.entry(key).or_insert(at);
            }
        }
        first.into_values().collect()
    }
}

impl CreditedRows {
    /// Takes out the columns that tell of metrics which are kept back alone.
    pub fn keep_back(&mut self, kept: &BTreeSet<MetricId>) {
        for table in &mut self.tables {
            let told = |column: &RowColumn| column.is_told(&|id| !kept.contains(id));
            let stays: Vec<bool> = table.columns.iter().map(told).collect();
            if stays.iter().all(|stays| *stays) {
                continue;
            }
            table.columns.retain(told);
            for row in &mut table.rows {
                let cells = std::mem::take(&mut row.cells).into_vec().into_iter().zip(&stays);
                row.cells = cells.filter(|(_, stays)| **stays).map(|(cell, _)| cell).collect();
            }
        }
    }

    /// The table that a metric's rows stand in, and the metric's place there.
    pub fn table_of(&self, metric: &MetricId) -> Option<(usize, usize)> {
        self.tables.iter().enumerate().find_map(|(at, table)| {
            let place = table.metrics.iter().position(|one| one.id == *metric)?;
            Some((at, place))
        })
    }

    /// Whether a table's rows of a unit are few enough to be listed one by one.
    pub fn lists(&self, unit: &UnitRows) -> bool {
        unit.days.is_empty() && unit.rows.len() <= self.most_rows
    }
}

/// The simple metrics that a metric is made of, itself where it is one, each once and in the order
/// of its formula.
pub fn made_of<'a>(metrics: &'a [Metric], id: &MetricId) -> Vec<&'a Metric> {
    fn collect<'a>(metrics: &'a [Metric], id: &str, found: &mut Vec<&'a Metric>) {
        let Some(metric) = metrics.iter().find(|metric| metric.id.as_str() == id) else { return };
        match &metric.kind {
            MetricKind::Simple(_) => {
                if !found.iter().any(|known| known.id == metric.id) {
                    found.push(metric);
                }
            }
            MetricKind::Ratio { numerator, denominator } => {
                collect(metrics, numerator.as_str(), found);
                collect(metrics, denominator.as_str(), found);
            }
            MetricKind::Derived(formula) => {
                formula.names().into_iter().for_each(|name| collect(metrics, name, found));
            }
        }
    }
    let mut found = Vec::new();
    collect(metrics, id.as_str(), &mut found);
    found
}
