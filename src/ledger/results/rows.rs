//! `rejects` and `reconciliation`: where every row went.

use super::{amount, text, whole};
use crate::data::Reject;
use crate::data::columns::Column;
use crate::model::Total;

/// The rows that were set aside, by extract, file and row.
pub fn rejects(rows: &[Reject]) -> Vec<Column> {
    vec![
        text("extract", rows, |row| Some(row.extract.to_string())),
        text("file", rows, |row| Some(row.file.clone())),
        whole("row", rows, |row| Some(row.row)),
        text("column", rows, |row| Some(row.column.clone())),
        text("value", rows, |row| Some(row.value.clone())),
        text("reason", rows, |row| Some(row.reason.clone())),
    ]
}

/// One line for each additive metric and month: the total over all rows, and its parts. `difference`
/// is what the parts leave unexplained: zero.
pub fn reconciliation(rows: &[Total]) -> Vec<Column> {
    vec![
        text("extract", rows, |row| Some(row.extract.to_string())),
        text("metric", rows, |row| Some(row.metric.to_string())),
        text("period", rows, |row| row.period.map(|period| period.to_string())),
        amount("total", rows, |row| Some(row.total.clone())),
        amount("credited", rows, |row| Some(row.credited.clone())),
        amount("unassigned", rows, |row| Some(row.unassigned.clone())),
        amount("rejected", rows, |row| Some(row.rejected.clone())),
        amount("undated", rows, |row| Some(row.undated.clone())),
        amount("difference", rows, |row| Some(row.difference())),
        whole("rows", rows, |row| Some(row.rows)),
        whole("rejected_rows", rows, |row| Some(row.rejected_rows)),
        amount("overlay", rows, |row| Some(row.overlay.clone())),
    ]
}
