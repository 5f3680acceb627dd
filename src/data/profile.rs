//! The rows of an extract brought down to days, for the checks of its contract.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use polars::prelude::*;

use super::Frame;
use super::facts::{day_of, exact_of};
use super::months::with_file_days;
use crate::model::{DayRows, Diagnostic, Exact, Period, Profile, UnitId};

/// What is looked at.
pub struct ProfileRequest<'a> {
    /// The column with the day of a row.
    pub date: &'a str,
    /// The column with the person, where people are expected to have rows.
    pub person: Option<&'a str>,
    /// The decimal columns to sum up.
    pub sums: &'a [&'a str],
}

/// Counts and sums by day, of the good rows and of those set aside, whose cells that cannot be read
/// count for nothing; where that is the day, they count in the month of their file.
///
/// # Errors
/// Rows that cannot be read.
pub fn profile(frame: &Frame, request: &ProfileRequest<'_>) -> Result<Profile, Diagnostic> {
    read(frame, request).map_err(|why| frame.refuse(&why))
}

fn read(frame: &Frame, request: &ProfileRequest<'_>) -> PolarsResult<Profile> {
    let header = |column: &&str| frame.header(column).to_owned();
    let columns = request.sums.iter().map(header).collect();
    let mut found = Profile { columns, ..Profile::default() };
    add(&mut found, frame, &frame.lazy, request, false)?;
    if let Some(aside) = &frame.aside {
        add(&mut found, frame, aside, request, true)?;
    }
    if let Some(person) = request.person {
        found.people = people(frame, request.date, person)?;
    }
    Ok(found)
}

fn add(
    found: &mut Profile,
    frame: &Frame,
    rows: &LazyFrame,
    request: &ProfileRequest<'_>,
    aside: bool,
) -> PolarsResult<()> {
    let name = |at: usize| PlSmallStr::from(format!("_sum {at}"));
    let mut sums = vec![len().cast(DataType::Int64).alias("_rows")];
    sums.extend(request.sums.iter().enumerate().map(|(at, of)| col(*of).sum().alias(name(at))));
    let day = col(request.date).cast(DataType::Date).alias("_day");
    let month = match aside {
        true => when(day.clone().is_null()).then(col("_file_day")).otherwise(lit(NULL)),
        false => lit(NULL),
    };
    let rows = if aside { with_file_days(frame, rows.clone())? } else { rows.clone() };
    let table = rows
        .group_by([day, month.cast(DataType::Date).alias("_month")])
        .agg(sums)
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let (days, months) = (table.column("_day")?.date()?, table.column("_month")?.date()?);
    let counts = table.column("_rows")?.i64()?;
    for index in 0..table.height() {
        let rows = counts.get(index).map_or(0, i64::unsigned_abs);
        let mut day = DayRows { rows, aside: if aside { rows } else { 0 }, ..DayRows::default() };
        for (at, column) in found.columns.iter().enumerate() {
            let sum = exact_of(&table.column(&name(at))?.get(index)?);
            day.sums.insert(column.clone(), sum.unwrap_or_else(Exact::zero));
        }
        let at = |days: &DateChunked| days.phys.get(index).and_then(day_of);
        match (at(days), at(months).map(Period::month_of)) {
            (Some(at), _) => found.days.entry(at).or_default().add(&day),
            (None, Some(month)) => found.by_file.entry(month).or_default().add(&day),
            (None, None) => found.undated.add(&day),
        }
    }
    Ok(())
}

/// Each person with each day on which there is a row.
fn people(frame: &Frame, date: &str, person: &str) -> PolarsResult<BTreeSet<(UnitId, NaiveDate)>> {
    let key = [
        col(person).cast(DataType::String).alias("_person"),
        col(date).cast(DataType::Date).alias("_day"),
    ];
    let table = frame
        .lazy
        .clone()
        .group_by(key)
        .agg([len().alias("_rows")])
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let (names, days) = (table.column("_person")?.str()?, table.column("_day")?.date()?);
    let pair = |at| Some((UnitId::from(names.get(at)?), days.phys.get(at).and_then(day_of)?));
    Ok((0..table.height()).filter_map(pair).collect())
}
