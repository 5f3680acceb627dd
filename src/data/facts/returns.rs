//! The day that a row counts on: its own, or, for a return under `origin_period`, that of the row
//! that it takes back.

use chrono::NaiveDate;
use polars::prelude::*;

use super::days::day_of;
use crate::data::Frame;
use crate::data::rows::read_rows;
use crate::data::sql::{read_expression, sees_other_rows};
use crate::model::{Diagnostic, Place};
use crate::settings::{ReturnPolicy, ReturnSettings};

/// Rows with the day that they count on as `_day`.
pub struct Dated {
    pub lazy: LazyFrame,
    /// The returns whose original day is not known, and the column that should have told it.
    lost: Option<(LazyFrame, String)>,
}

/// Gives every row its day; `date` is the column with its own.
///
/// # Errors
/// A condition that does not fit the extract's columns.
pub fn with_days(frame: &Frame, date: &str) -> Result<Dated, Diagnostic> {
    let own = col(date).cast(DataType::Date);
    let Some((returns, is)) = origin_period(frame)? else {
        return Ok(Dated { lazy: frame.lazy.clone().with_column(own.alias("_day")), lost: None });
    };
    let (lazy, original, column) = match (&returns.date, &returns.origin) {
        (_, Some(origin)) => (with_originals(frame, date, origin), col("_origin_day"), origin),
        (Some(day), None) => (frame.lazy.clone(), col(day.as_str()).cast(DataType::Date), day),
        (None, None) => return Err(unsettled(frame)),
    };
    let moved = is.clone().and(original.clone().is_not_null());
    let day = when(moved).then(original.clone()).otherwise(own).alias("_day");
    let lost = lazy.clone().filter(is.and(original.is_null()));
    let lazy = lazy.with_column(day).drop(by_name(["_origin_day"], false, false));
    Ok(Dated { lazy, lost: Some((lost, column.clone())) })
}

/// The settings where returns count in the period of the original row, with the condition that
/// tells a return.
fn origin_period(frame: &Frame) -> Result<Option<(&ReturnSettings, Expr)>, Diagnostic> {
    let settings = frame.returns.as_ref();
    let Some(returns) = settings.filter(|r| r.policy == ReturnPolicy::OriginPeriod) else {
        return Ok(None);
    };
    let Some(sql) = &returns.is else { return Err(unsettled(frame)) };
    let columns = frame.lazy.clone().collect_schema().map_err(|why| frame.refuse(&why))?;
    let place = || Place::file(format!("extracts/{}.toml", frame.extract));
    let is = read_expression(sql, &columns).map_err(|refused| {
        Diagnostic::error(place(), format!("returns.is: {}", refused.what), refused.help)
    })?;
    if sees_other_rows(&is) {
        let what = format!("returns.is: “{sql}” looks at more than its own row");
        return Err(Diagnostic::error(place(), what, "write what makes one row a return"));
    }
    Ok(Some((returns, is.fill_null(lit(false)))))
}

/// The settings are checked before; this is for a caller who built them by hand.
fn unsettled(frame: &Frame) -> Diagnostic {
    let what = "[returns] does not say what a return is, or where its original day is found";
    let place = Place::file(format!("extracts/{}.toml", frame.extract));
    Diagnostic::error(place, what, "give `is`, and `date` or `origin`")
}

/// Every row beside the day of the row whose key its column `origin` names.
fn with_originals(frame: &Frame, date: &str, origin: &str) -> LazyFrame {
    let key = frame.key.first().map_or("", String::as_str);
    let originals = frame.lazy.clone().select([
        col(key).cast(DataType::String).alias("_their"),
        col(date).cast(DataType::Date).alias("_origin_day"),
    ]);
    let first = by_name(["_their"], true, false);
    frame
        .lazy
        .clone()
        .with_column(col(origin).cast(DataType::String).alias("_on"))
        .join(
            originals.unique_stable(Some(first), UniqueKeepStrategy::First),
            [col("_on")],
            [col("_their")],
            JoinArgs::new(JoinType::Left),
        )
        .drop(by_name(["_on", "_their"], false, false))
}

impl Dated {
    /// The day of a row, by the column itself where that is its day, since files can be searched by
    /// it.
    pub fn day(&self, date: &str) -> Expr {
        match self.lost {
            None => col(date).cast(DataType::Date),
            Some(_) => col("_day"),
        }
    }

    /// Whether a row may count on another day than its own.
    pub fn moves_returns(&self) -> bool {
        self.lost.is_some()
    }

    /// The returns whose original row or day was not found, counted and the first of them named.
    ///
    /// # Errors
    /// Rows that cannot be read.
    pub fn lost_returns(&self, frame: &Frame) -> Result<Option<Diagnostic>, Diagnostic> {
        const NAMED: usize = 5;
        let Some((lost, column)) = &self.lost else { return Ok(None) };
        let rows = read_rows(&Frame { lazy: lost.clone(), ..frame.clone() }, &[column])?;
        let Some(first) = rows.first() else { return Ok(None) };
        let shown = |row: &crate::data::rows::TextRow| {
            let value = row.get(column).unwrap_or("nothing");
            format!("row {} of {} ({value})", row.row, row.file)
        };
        let named: Vec<String> = rows.iter().take(NAMED).map(shown).collect();
        let more = match rows.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (count, verb) =
            if rows.len() == 1 { ("1 return", "counts") } else { ("returns", "count") };
        let count =
            if rows.len() == 1 { count.to_owned() } else { format!("{} {count}", rows.len()) };
        let whose = if rows.len() == 1 { "its" } else { "their" };
        let what = format!(
            "{count} of extract “{}” {verb} on {whose} own day, since the original row is not \
             found: {}{more}",
            frame.extract,
            named.join(", "),
        );
        let place = Place::file(&first.file).row(first.row).column(frame.header(column));
        let help = "mend the cell, or deliver the original rows as well";
        Ok(Some(Diagnostic::warning(place, what, help)))
    }

    /// First and last own day, where rows may count on another one.
    ///
    /// # Errors
    /// Rows that cannot be read.
    pub fn own_days(
        &self,
        frame: &Frame,
        date: &str,
    ) -> Result<Option<(NaiveDate, NaiveDate)>, Diagnostic> {
        if self.lost.is_none() {
            return Ok(None);
        }
        let own = col(date).cast(DataType::Date);
        let table = frame
            .lazy
            .clone()
            .select([own.clone().min().alias("first"), own.max().alias("last")])
            .collect_with_engine(Engine::Streaming)
            .map(|result| result.unwrap_single())
            .map_err(|why| frame.refuse(&why))?;
        let at = |name: &str| -> PolarsResult<Option<NaiveDate>> {
            Ok(table.column(name)?.date()?.phys.get(0).and_then(day_of))
        };
        let ends = at("first").and_then(|first| Ok(first.zip(at("last")?)));
        ends.map_err(|why| frame.refuse(&why))
    }
}
