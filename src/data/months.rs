//! The month that a row belongs to by its file, where the row itself does not tell.

use chrono::NaiveDate;
use polars::prelude::*;

use super::Frame;
use crate::model::FiscalYear;

/// Rows with `_file_day`: the first day of the month that stands in the path of their file; none where
/// no month does.
///
/// # Errors
/// Columns that polars does not put together.
pub fn with_file_days(frame: &Frame, rows: LazyFrame) -> PolarsResult<LazyFrame> {
    let (mut inputs, mut days): (Vec<i64>, Vec<NaiveDate>) = (Vec::new(), Vec::new());
    for (at, input) in (0i64..).zip(&frame.inputs) {
        let Some(month) = input.month else { continue };
        inputs.push(at);
        days.push(month.dates(FiscalYear::default()).start);
    }
    let (height, day) = (inputs.len(), Column::new("_file_day".into(), days));
    let months = DataFrame::new(height, vec![Column::new("_input".into(), inputs), day])?.lazy();
    let input = col("_file").cast(DataType::Int64).alias("_input");
    let key = || [col("_input")];
    Ok(rows.with_column(input).join(months, key(), key(), JoinArgs::new(JoinType::Left)))
}
