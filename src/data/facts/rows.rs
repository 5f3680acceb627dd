//! The rows of a pass as they are credited: each with the day that it counts on, the owner who has
//! it, and, where it is shared out, the share.

use chrono::NaiveDate;
use polars::prelude::*;

use super::credit::Crediting;
use super::returns::{Dated, with_days};
use super::shares::{Shares, read_shares};
use crate::data::rows::read_rows;
use crate::data::{Frame, Frames, Reject};
use crate::model::metric::{CreditTo, Simple};
use crate::model::{DateRange, Diagnostic, Org, Place, RejectKind};
use crate::settings::CreditSettings;

/// Rows that are credited in one way: the extract's columns, `_day`, `_owner`, and `_share`, where
/// there are shares.
pub struct CreditedRows {
    pub lazy: LazyFrame,
    /// A share is so many 10^-`digits` of its row; none where every row is one owner's.
    pub share_digits: Option<usize>,
    /// Counts for the owner alone.
    pub overlay: bool,
}

/// All rows of a pass.
pub struct PassRows<'a> {
    pub dated: Dated,
    /// The rows by their owners, then the overlay credit.
    pub credited: Vec<CreditedRows>,
    split: Option<(&'a CreditSettings, &'a Frame, Shares)>,
}

/// Credits the rows of a frame for metrics of this day and owner.
///
/// # Errors
/// Settings that do not fit the columns.
pub fn credit_rows<'a>(
    frame: &'a Frame,
    frames: &'a Frames,
    simple: &Simple,
    org: &Org,
) -> Result<PassRows<'a>, Diagnostic> {
    let dated = with_days(frame, &simple.date)?;
    let owner = col(simple.credit_to.column()).cast(DataType::String);
    let shared = match (&frame.credit, &simple.credit_to) {
        (Some(credit), CreditTo::Person(_)) => frames.get(&credit.extract).map(|f| (credit, f)),
        _ => None,
    };
    let Some((credit, shares_in)) = shared else {
        let lazy = dated.lazy.clone().with_column(owner.alias("_owner"));
        let credited = vec![CreditedRows { lazy, share_digits: None, overlay: false }];
        return Ok(PassRows { dated, credited, split: None });
    };
    let shares = read_shares(shares_in, credit, org)?;
    let key = col(credit.on.as_str()).cast(DataType::String).alias("_key");
    let mut rows = dated.lazy.clone().with_column(key);
    if !shares.wrong.is_empty() {
        let wrong = wrong_keys(&shares).map_err(|why| frame.refuse(&why))?;
        rows = rows.join(wrong, [col("_key")], [col("_key")], JoinArgs::new(JoinType::Anti));
    }
    let beside = |table: &DataFrame, how| {
        rows.clone().join(table.clone().lazy(), [col("_key")], [col("_key")], JoinArgs::new(how))
    };
    let shared_out = when(col("_share").is_not_null()).then(col("_person")).otherwise(owner);
    let own = beside(&shares.split, JoinType::Left).with_column(shared_out.alias("_owner"));
    let share_digits = Some(shares.digits);
    let mut credited = vec![CreditedRows { lazy: own, share_digits, overlay: false }];
    if shares.overlay.height() > 0 {
        let lazy =
            beside(&shares.overlay, JoinType::Inner).with_column(col("_person").alias("_owner"));
        credited.push(CreditedRows { lazy, share_digits, overlay: true });
    }
    Ok(PassRows { dated, credited, split: Some((credit, shares_in, shares)) })
}

/// A condition that holds on the days of any of the spans; none where there is no span.
pub fn within(day: &Expr, spans: impl Iterator<Item = DateRange>) -> Option<Expr> {
    let mut spans: Vec<DateRange> = spans.collect();
    spans.sort();
    let mut merged: Vec<DateRange> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => *last = last.around(span),
            _ => merged.push(span),
        }
    }
    let epoch = NaiveDate::default();
    let number = |day: NaiveDate| {
        let days = i32::try_from((day - epoch).num_days()).unwrap_or(i32::MAX);
        lit(days).cast(DataType::Date)
    };
    let inside = |span: DateRange| {
        day.clone().gt_eq(number(span.start)).and(day.clone().lt(number(span.end)))
    };
    merged.into_iter().map(inside).reduce(Expr::or)
}

fn wrong_keys(shares: &Shares) -> PolarsResult<LazyFrame> {
    let keys: Vec<&str> = shares.wrong.keys().map(String::as_str).collect();
    Ok(DataFrame::new(keys.len(), vec![Column::new("_key".into(), keys)])?.lazy())
}

impl CreditedRows {
    /// How the owners of these rows are found in the org.
    pub fn crediting<'a>(&self, org: &'a Org, credit_to: &'a CreditTo) -> Crediting<'a> {
        Crediting { org, credit_to, overlay: self.overlay }
    }

    /// The columns that lines are grouped by, beside others.
    pub fn grouping(&self) -> Vec<Expr> {
        let share = self.share_digits.map(|_| col("_share"));
        [col("_owner"), col("_day")].into_iter().chain(share).collect()
    }

    /// The shares of a table's lines; the whole where a line has none.
    pub fn shares_in(&self, table: &DataFrame) -> PolarsResult<SharesOf> {
        let Some(digits) = self.share_digits else {
            return Ok(SharesOf { shares: None, digits: 0 });
        };
        let shares = table.column("_share")?.i64()?.iter().collect();
        Ok(SharesOf { shares: Some(shares), digits })
    }
}

/// The share of each line.
pub struct SharesOf {
    shares: Option<Vec<Option<i64>>>,
    /// How many digits the shares add to a sum's.
    pub digits: usize,
}

impl SharesOf {
    /// A line's part of its sum, in minor units that are smaller by `digits`. Exact: nothing is
    /// rounded.
    ///
    /// # Errors
    /// A product of more than 38 digits.
    pub fn part(&self, line: usize, minor: i128) -> PolarsResult<i128> {
        let Some(shares) = &self.shares else { return Ok(minor) };
        let whole = || 10i128.checked_pow(u32::try_from(self.digits).ok()?);
        let share = match shares.get(line).copied().flatten() {
            Some(share) => Some(i128::from(share)),
            None => whole(),
        };
        share.and_then(|share| minor.checked_mul(share)).ok_or_else(
            || polars_err!(ComputeError: "a credited share has more than 38 digits; read amounts and shares with fewer digits after the point"),
        )
    }
}

impl PassRows<'_> {
    /// The rows that are set aside since their shares cannot be; none where all can.
    pub fn refused(&self) -> Result<Option<LazyFrame>, Diagnostic> {
        let Some((credit, shares_in, shares)) = &self.split else { return Ok(None) };
        if shares.wrong.is_empty() {
            return Ok(None);
        }
        let wrong = wrong_keys(shares).map_err(|why| shares_in.refuse(&why))?;
        let key = col(credit.on.as_str()).cast(DataType::String).alias("_key");
        let rows = self.dated.lazy.clone().with_column(key);
        let semi = JoinArgs::new(JoinType::Semi);
        Ok(Some(rows.join(wrong, [col("_key")], [col("_key")], semi)))
    }

    /// The rows set aside, each with what is wrong with its shares; and overlay shares that can be
    /// nobody's.
    ///
    /// # Errors
    /// Rows that cannot be read.
    pub fn rejects(&self, frame: &Frame) -> Result<Vec<Reject>, Diagnostic> {
        let (Some((credit, _, shares)), Some(refused)) = (&self.split, self.refused()?) else {
            return Ok(self.split.iter().flat_map(|(_, _, s)| s.rejects.clone()).collect());
        };
        let rows = read_rows(&Frame { lazy: refused, ..frame.clone() }, &[&credit.on])?;
        let mut rejects = shares.rejects.clone();
        rejects.extend(rows.iter().map(|row| {
            let key = row.get(&credit.on).unwrap_or_default();
            Reject {
                extract: frame.extract.clone(),
                file: row.file.clone(),
                row: row.row,
                column: frame.header(&credit.on).to_owned(),
                value: key.to_owned(),
                reason: shares.wrong.get(key).cloned().unwrap_or_default(),
                kind: RejectKind::Shares,
            }
        }));
        Ok(rejects)
    }

    /// The shares of rows that are not there, counted, with the first of them.
    ///
    /// # Errors
    /// Rows that cannot be read.
    pub fn stray_shares(&self, frame: &Frame) -> Result<Option<Diagnostic>, Diagnostic> {
        let Some((credit, shares_in, shares)) = &self.split else { return Ok(None) };
        let refuse = |why: PolarsError| frame.refuse(&why);
        let keys: Vec<&str> = shares.places.keys().map(String::as_str).collect();
        let keys = DataFrame::new(keys.len(), vec![Column::new("_key".into(), keys)]);
        let there = col(credit.on.as_str()).cast(DataType::String).alias("_key");
        let stray = keys
            .map_err(refuse)?
            .lazy()
            .join(
                frame.lazy.clone().select([there]),
                [col("_key")],
                [col("_key")],
                JoinArgs::new(JoinType::Anti),
            )
            .sort(["_key"], SortMultipleOptions::default())
            .collect_with_engine(Engine::Streaming)
            .map_err(refuse)?
            .unwrap_single();
        let stray = stray.column("_key").and_then(|c| c.str().cloned()).map_err(refuse)?;
        let places = stray.iter().flatten().filter_map(|key| Some((shares.places.get(key)?, key)));
        let Some(((file, row), key)) = places.min() else { return Ok(None) };
        let what = format!(
            "{} of the rows that “{}” shares out are not in extract “{}”",
            stray.len(),
            shares_in.extract,
            frame.extract
        );
        let place = Place::file(file).row(*row).column(shares_in.header(credit.their()));
        let help = "mend the cell: until then the row is wholly its own person's";
        Ok(Some(Diagnostic::warning(place, what, help).value(key)))
    }
}
