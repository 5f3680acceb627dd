//! What every row of an extract comes to, month by month, found apart from all credit, so that the
//! two can be held against each other.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::Wanted;
use super::credit::Crediting;
use super::days::{DayLines, exact_of, value_of};
use super::rows::PassRows;
use crate::data::Frame;
use crate::data::months::with_file_days;
use crate::model::{Aggregate, Diagnostic, Exact, MetricId, Period, Total};

/// The rows of a month, or of none.
#[derive(Default)]
struct MonthRows {
    rows: u64,
    sums: BTreeMap<MetricId, Exact>,
}

type Months = BTreeMap<Option<Period>, MonthRows>;

/// Sums each additive metric of a pass over all rows, by the month that they count in: good rows,
/// those whose shares cannot be, and those set aside when the files were read, which count on the
/// day that stands in them, or, where none can be read, in the month of their file.
pub fn find_totals(
    frame: &Frame,
    wanted: &[Wanted<'_>],
    rows: &PassRows<'_>,
    credited: &[(DayLines, Crediting<'_>)],
) -> Result<Vec<Total>, Diagnostic> {
    let Some(date) = wanted.first().map(|want| want.simple.date.as_str()) else {
        return Ok(Vec::new());
    };
    let good = sum_up(frame, wanted, rows.dated.lazy.clone())?;
    let refused = match rows.refused()? {
        Some(refused) => sum_up(frame, wanted, refused.filter(col("_day").is_not_null()))?,
        None => Months::new(),
    };
    let aside = match &frame.aside {
        Some(aside) => {
            let rows = with_file_days(frame, aside.clone()).map_err(|why| frame.refuse(&why))?;
            let day = col(date).cast(DataType::Date);
            let of_file = day.clone().is_null();
            let day = when(of_file).then(col("_file_day")).otherwise(day).alias("_day");
            sum_up(frame, wanted, rows.with_column(day))?
        }
        None => Months::new(),
    };
    let mut totals = Vec::new();
    for want in additive(wanted) {
        let mut shares = credited
            .iter()
            .filter_map(|(days, crediting)| days.shares(want.id, &|owner| crediting.knows(owner)));
        let Some(own) = shares.next() else { continue };
        let overlay: Vec<_> = shares.collect();
        let of = |months: &Months, month: &Option<Period>| -> (Exact, u64) {
            let found = months.get(month);
            let sum = found.and_then(|of| of.sums.get(want.id)).cloned();
            (sum.unwrap_or_else(Exact::zero), found.map_or(0, |of| of.rows))
        };
        for month in in_order(&[&good, &refused, &aside]) {
            let (sum, good_rows) = of(&good, &month);
            let (refused, refused_rows) = of(&refused, &month);
            let (aside, aside_rows) = of(&aside, &month);
            let parts = month.and_then(|month| own.get(&month)).cloned().unwrap_or_default();
            let on_top = overlay.iter().filter_map(|of| of.get(&month?));
            totals.push(Total {
                extract: frame.extract.clone(),
                metric: want.id.clone(),
                period: month,
                undated: if month.is_none() { sum.clone() } else { Exact::zero() },
                total: &sum + &aside,
                credited: parts.credited,
                unassigned: parts.unassigned,
                rejected: &(&parts.unknown + &refused) + &aside,
                overlay: on_top.map(|of| &of.credited).sum(),
                rows: good_rows + aside_rows,
                rejected_rows: parts.unknown_rows + refused_rows + aside_rows,
            });
        }
    }
    Ok(totals)
}

fn additive<'a, 'b>(wanted: &'b [Wanted<'a>]) -> impl Iterator<Item = &'b Wanted<'a>> {
    wanted.iter().filter(|want| want.simple.aggregate != Aggregate::CountDistinct)
}

/// The months that any of them has, the rows without a day last.
fn in_order(all: &[&Months]) -> Vec<Option<Period>> {
    let months: BTreeSet<Option<Period>> = all.iter().flat_map(|of| of.keys().copied()).collect();
    let none = months.contains(&None).then_some(None);
    months.into_iter().filter(Option::is_some).chain(none).collect()
}

/// Rows, and each additive metric over them, by the month of `_day`.
fn sum_up(frame: &Frame, wanted: &[Wanted<'_>], rows: LazyFrame) -> Result<Months, Diagnostic> {
    let mut columns = vec![
        col("_day").dt().year().cast(DataType::Int32).alias("_year"),
        col("_day").dt().month().cast(DataType::UInt32).alias("_month"),
    ];
    let mut sums = vec![len().cast(DataType::Int64).alias("_rows")];
    for want in additive(wanted) {
        let value = match want.simple.aggregate {
            Aggregate::Count => value_of(frame, want)?.is_not_null().cast(DataType::Int64),
            Aggregate::Sum | Aggregate::CountDistinct => value_of(frame, want)?,
        };
        columns.push(value.alias(want.id.as_str()));
        sums.push(col(want.id.as_str()).sum());
    }
    if sums.len() == 1 {
        return Ok(Months::new());
    }
    let table = rows
        .select(columns)
        .group_by([col("_year"), col("_month")])
        .agg(sums)
        .collect_with_engine(Engine::Streaming)
        .and_then(|result| Ok(result.unwrap_single()))
        .map_err(|why| frame.refuse(&why))?;
    read_months(&table, wanted).map_err(|why| frame.refuse(&why))
}

fn read_months(table: &DataFrame, wanted: &[Wanted<'_>]) -> PolarsResult<Months> {
    let (years, months) = (table.column("_year")?.i32()?, table.column("_month")?.u32()?);
    let rows = table.column("_rows")?.i64()?;
    let mut found = Months::new();
    for index in 0..table.height() {
        let month = years.get(index).zip(months.get(index));
        let month = month.map(|(year, month)| Period::Month { year, month });
        let of = found.entry(month).or_default();
        of.rows = rows.get(index).map_or(0, i64::unsigned_abs);
        for want in additive(wanted) {
            let sum = exact_of(&table.column(want.id.as_str())?.get(index)?);
            of.sums.insert(want.id.clone(), sum.unwrap_or_else(Exact::zero));
        }
    }
    Ok(found)
}
