//! One line per owner and day: the additive metrics of an extract in a single pass.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days as DayCount, NaiveDate};
use polars::prelude::*;
use polars::sql::sql_expr;

use super::credit::Crediting;
use super::rows::{CreditedRows, PassRows};
use super::stretches::Stretches;
use super::{Wanted, refuse};
use crate::data::{Frame, Reject};
use crate::model::metric::Simple;
use crate::model::{
    Aggregate, DateRange, Diagnostic, Exact, Facts, MetricId, Period, RejectKind, UnitId,
};

/// The sums and counts of each owner on each day.
pub struct DayLines {
    lines: Vec<(UnitId, NaiveDate)>,
    /// How many rows each line is made of.
    counts: Vec<u64>,
    /// Per metric: the digits after the point, and the sum of each line in minor units.
    sums: BTreeMap<MetricId, (usize, Vec<Option<i128>>)>,
    first_and_last: Option<(NaiveDate, NaiveDate)>,
    /// Rows without owner.
    pub unassigned: u64,
    /// The days of the rows without owner, and per metric their sums in minor units.
    unassigned_days: Vec<NaiveDate>,
    unassigned_sums: BTreeMap<MetricId, Vec<Option<i128>>>,
}

/// Where the lines of a month went.
#[derive(Clone, Debug)]
pub struct MonthShares {
    /// Of owners that are known, of owners that are not, and of nobody.
    pub credited: Exact,
    pub unknown: Exact,
    pub unassigned: Exact,
    /// How many rows the unknown owners have.
    pub unknown_rows: u64,
}

impl Default for MonthShares {
    fn default() -> Self {
        let nothing = Exact::zero;
        Self { credited: nothing(), unknown: nothing(), unassigned: nothing(), unknown_rows: 0 }
    }
}

/// Reads the lines of rows that are credited in one way.
///
/// # Errors
/// An expression that does not fit, or money that became a float.
pub fn read_days(
    frame: &Frame,
    rows: &CreditedRows,
    wanted: &[Wanted<'_>],
) -> Result<DayLines, Diagnostic> {
    let mut sums = vec![len().cast(DataType::Int64).alias("_rows")];
    let additive = || wanted.iter().filter(|w| w.simple.aggregate != Aggregate::CountDistinct);
    for want in additive() {
        sums.push(sum_of(frame, want)?.alias(want.id.as_str()));
    }
    let table = rows
        .lazy
        .clone()
        .filter(col("_day").is_not_null())
        .group_by(rows.grouping())
        .agg(sums)
        .sort(["_owner", "_day"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)
        .and_then(|result| Ok(result.unwrap_single()))
        .map_err(|why| frame.refuse(&why))?;
    lines_of(frame, rows, &table, additive())
        .map_err(|why| why.unwrap_or_else(|why| frame.refuse(&why)))
}

/// The SQL of a metric, restricted to its filter.
pub fn value_of(frame: &Frame, want: &Wanted<'_>) -> Result<Expr, Diagnostic> {
    let parse = |sql: &str| {
        sql_expr(sql).map_err(|why| {
            refuse(frame, want.id, format!("“{sql}” cannot be read: {why}"), "write a SQL expression over the extract's columns, without functions that read files")
        })
    };
    let value = match &want.simple.value {
        // Bound to a row, since a constant alone would count once for all of them.
        Some(sql) => when(col("_row").is_not_null()).then(parse(sql)?).otherwise(lit(NULL)),
        None => col("_row"),
    };
    Ok(match &want.simple.filter {
        Some(sql) => when(parse(sql)?).then(value).otherwise(lit(NULL)),
        None => value,
    })
}

/// A metric's sum or count over the rows of a group.
pub fn sum_of(frame: &Frame, want: &Wanted<'_>) -> Result<Expr, Diagnostic> {
    let value = value_of(frame, want)?;
    Ok(match want.simple.aggregate {
        Aggregate::Count => value.is_not_null().cast(DataType::Int64).sum(),
        Aggregate::Sum | Aggregate::CountDistinct => value.sum(),
    })
}

type Refused = Result<Diagnostic, PolarsError>;

fn lines_of<'a>(
    frame: &Frame,
    credited: &CreditedRows,
    table: &DataFrame,
    wanted: impl Iterator<Item = &'a Wanted<'a>>,
) -> Result<DayLines, Refused> {
    let owners = table.column("_owner").and_then(|c| c.str()).map_err(Err)?;
    let days = table.column("_day").and_then(|c| c.date()).map_err(Err)?;
    let shares = credited.shares_in(table).map_err(Err)?;
    let rows = table.column("_rows").and_then(|c| c.i64()).map_err(Err)?;
    let mut lines = Vec::new();
    let (mut kept, mut counts) = (Vec::new(), Vec::new());
    let (mut nobodys, mut unassigned_days) = (Vec::new(), Vec::new());
    let mut unassigned = 0;
    let mut first_and_last: Option<(NaiveDate, NaiveDate)> = None;
    for index in 0..table.height() {
        let Some(day) = days.phys.get(index).and_then(day_of) else { continue };
        let span = first_and_last.get_or_insert((day, day));
        *span = (span.0.min(day), span.1.max(day));
        let count = rows.get(index).map_or(0, i64::unsigned_abs);
        match owners.get(index).filter(|owner| !owner.is_empty()) {
            Some(owner) => {
                lines.push((UnitId::from(owner), day));
                counts.push(count);
                kept.push(index);
            }
            None => {
                unassigned_days.push(day);
                nobodys.push(index);
                unassigned += count;
            }
        }
    }
    let mut sums = BTreeMap::new();
    let mut unassigned_sums = BTreeMap::new();
    for want in wanted {
        let column = table.column(want.id.as_str()).map_err(Err)?;
        let scale = scale_of(frame, want, column.dtype()).map_err(Ok)?;
        let part = |&index: &usize| {
            let minor = minor_of(&column.get(index)?);
            minor.map(|minor| shares.part(index, minor)).transpose()
        };
        let minor_at = |indices: &[usize]| {
            indices.iter().map(part).collect::<PolarsResult<Vec<Option<i128>>>>().map_err(Err)
        };
        let scale = scale + shares.digits;
        sums.insert(want.id.clone(), (scale, minor_at(&kept)?));
        unassigned_sums.insert(want.id.clone(), minor_at(&nobodys)?);
    }
    Ok(DayLines {
        lines,
        counts,
        sums,
        first_and_last,
        unassigned,
        unassigned_days,
        unassigned_sums,
    })
}

/// The digits after the point of a metric's sums.
pub fn scale_of(frame: &Frame, want: &Wanted<'_>, dtype: &DataType) -> Result<usize, Diagnostic> {
    let (what, help) = match dtype {
        DataType::Decimal(_, scale) => return Ok(*scale),
        dtype if dtype.is_integer() => return Ok(0),
        dtype if want.is_money || dtype.is_float() => (
            format!("its value is {dtype}, no exact number"),
            "add up decimals and whole numbers as they are; a factor belongs into a metric with a formula",
        ),
        dtype => {
            (format!("its value is {dtype}, no number"), "give an expression that yields a number")
        }
    };
    Err(refuse(frame, want.id, what, help))
}

/// The day of a date column's number.
pub fn day_of(days_since_1970: i32) -> Option<NaiveDate> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    let days = DayCount::new(u64::from(days_since_1970.unsigned_abs()));
    if days_since_1970 < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) }
}

/// The exact number in a sum's cell; none where there is nothing.
pub fn exact_of(value: &AnyValue<'_>) -> Option<Exact> {
    let scale = if let AnyValue::Decimal(_, _, scale) = value { *scale } else { 0 };
    minor_of(value).map(|minor| Exact::from_minor(minor, scale))
}

/// The minor units in a sum's cell; none where there is nothing.
pub fn minor_of(value: &AnyValue<'_>) -> Option<i128> {
    match value {
        AnyValue::Decimal(minor, _, _) => Some(*minor),
        AnyValue::Null => None,
        other => other.extract::<i128>(),
    }
}

impl DayLines {
    /// First and last day with a row, of anybody or nobody.
    pub fn first_and_last_day(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.first_and_last
    }

    /// Every owner, once.
    pub fn owners(&self) -> impl Iterator<Item = &UnitId> {
        let mut last = None;
        self.lines.iter().map(|(owner, _)| owner).filter(move |owner| {
            let new = last != Some(*owner);
            last = Some(owner);
            new
        })
    }

    /// What all lines of a metric come to, by month. None for a distinct count.
    pub fn shares(
        &self,
        metric: &MetricId,
        known: &dyn Fn(&UnitId) -> bool,
    ) -> Option<BTreeMap<Period, MonthShares>> {
        let (scale, minor) = self.sums.get(metric)?;
        let mut months: BTreeMap<Period, ([i128; 3], u64)> = BTreeMap::new();
        for (((owner, day), value), count) in self.lines.iter().zip(minor).zip(&self.counts) {
            let (sums, rows) = months.entry(Period::month_of(*day)).or_default();
            let stranger = !known(owner);
            sums[usize::from(stranger)] += value.unwrap_or(0);
            *rows += if stranger { *count } else { 0 };
        }
        let nobodys = self.unassigned_sums.get(metric).into_iter().flatten();
        for (day, value) in self.unassigned_days.iter().zip(nobodys) {
            months.entry(Period::month_of(*day)).or_default().0[2] += value.unwrap_or(0);
        }
        let exact = |minor| Exact::from_minor(minor, *scale);
        let month = |(month, (sums, unknown_rows)): (Period, ([i128; 3], u64))| {
            let [credited, unknown, unassigned] = sums.map(exact);
            (month, MonthShares { credited, unknown, unassigned, unknown_rows })
        };
        Some(months.into_iter().map(month).collect())
    }
}

/// Adds the lines of a metric up for each credited unit and period; each way of crediting has lines
/// of its own.
pub fn add_up(
    metric: &MetricId,
    spans: &[(Period, DateRange)],
    stretches: &Stretches,
    credited: &[(DayLines, Crediting<'_>)],
    facts: &mut Facts,
) {
    let mut cells: BTreeMap<UnitId, Vec<Option<i128>>> = BTreeMap::new();
    let mut digits = 0;
    for (days, crediting) in credited {
        let Some((scale, minor)) = days.sums.get(metric) else { return };
        digits = *scale;
        for ((owner, day), value) in days.lines.iter().zip(minor) {
            let (Some(stretch), Some(value)) = (stretches.of(*day), value) else { continue };
            for unit in crediting.credited(owner, *day) {
                let cell = cells.entry(unit).or_insert_with(|| vec![None; stretches.count()]);
                cell[stretch] = Some(cell[stretch].map_or(*value, |sum| sum + value));
            }
        }
    }
    for (unit, cell) in &cells {
        for (period, dates) in spans {
            let inside = cell[stretches.within(dates)].iter().flatten().copied();
            if let Some(sum) = inside.reduce(|sum, part| sum + part) {
                facts.insert(metric, *period, unit, Exact::from_minor(sum, digits));
            }
        }
    }
}

/// The rows of owners that nobody knows.
pub fn unknown_rows(
    frame: &Frame,
    rows: &PassRows<'_>,
    simple: &Simple,
    unknown: &BTreeSet<&UnitId>,
) -> Result<Vec<Reject>, Diagnostic> {
    let owner = simple.credit_to.column();
    let any_of = unknown.iter().map(|id| col("_owner").eq(lit(id.as_str()))).reduce(Expr::or);
    let (Some(any_of), Some(credited)) = (any_of, rows.credited.first()) else {
        return Ok(Vec::new());
    };
    let lazy = credited.lazy.clone().filter(any_of);
    let rows = crate::data::rows::read_rows(&Frame { lazy, ..frame.clone() }, &[owner])?;
    Ok(rows
        .iter()
        .map(|row| Reject {
            extract: frame.extract.clone(),
            file: row.file.clone(),
            row: row.row,
            column: frame.header(owner).to_owned(),
            value: row.get(owner).unwrap_or_default().to_owned(),
            reason: "nobody in the org has this id".to_owned(),
            kind: RejectKind::Unknown,
        })
        .collect())
}
