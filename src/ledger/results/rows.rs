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

/// An extract's total and where it went, with its rows.
#[derive(Clone, Debug)]
pub struct Reconciled {
    pub total: Total,
    /// Rows of the extract, the rejected ones among them.
    pub rows: u64,
    pub rejected_rows: u64,
}

/// One line per additive metric: the total over all good rows, and its parts. `difference` is what
/// the parts leave unexplained: zero.
pub fn reconciliation(rows: &[Reconciled]) -> Vec<Column> {
    vec![
        text("extract", rows, |row| Some(row.total.extract.to_string())),
        text("metric", rows, |row| Some(row.total.metric.to_string())),
        amount("total", rows, |row| Some(row.total.total.clone())),
        amount("credited", rows, |row| Some(row.total.credited.clone())),
        amount("unassigned", rows, |row| Some(row.total.unassigned.clone())),
        amount("rejected", rows, |row| Some(row.total.rejected.clone())),
        amount("undated", rows, |row| Some(row.total.undated.clone())),
        amount("difference", rows, |row| Some(row.total.difference())),
        whole("rows", rows, |row| Some(row.rows)),
        whole("rejected_rows", rows, |row| Some(row.rejected_rows)),
        amount("overlay", rows, |row| Some(row.total.overlay.clone())),
    ]
}
