//! `target_reconciliation`: each target beside the sum of those below it, or of a dimension's values.

use super::{amount, text, whole};
use crate::calc::{Comparison, Reconciliation};
use crate::data::columns::Column;
use crate::ledger::reasons;
use crate::model::{Language, Org};

/// The table, ordered by metric, dimension, period and place in the tree.
pub fn target_reconciliation(found: &Reconciliation, org: &Org) -> Vec<Column> {
    let rows: &[Comparison] = &found.comparisons;
    vec![
        text("metric", rows, |row| Some(row.metric.to_string())),
        text("period", rows, |row| Some(row.period.to_string())),
        text("grain", rows, |row| Some(row.period.grain().code().to_owned())),
        text("unit_id", rows, |row| Some(row.unit.to_string())),
        text("unit_name", rows, |row| Some(org.name(&row.unit, Language::Zh))),
        text("level", rows, |row| Some(row.level.code().to_owned())),
        amount("target", rows, |row| row.target.clone()),
        amount("below", rows, |row| row.below.clone()),
        whole("counted", rows, |row| Some(row.counted as u64)),
        whole("without", rows, |row| Some(row.without.len() as u64)),
        amount("difference", rows, |row| row.difference.clone()),
        amount("buffer_under", rows, |row| row.buffer.as_ref().map(|(under, _)| under.clone())),
        amount("buffer_over", rows, |row| row.buffer.as_ref().map(|(_, over)| over.clone())),
        amount("submitted", rows, |row| row.submitted.clone()),
        amount("below_submitted", rows, |row| row.below_submitted.clone()),
        whole("submitters", rows, |row| Some(row.submitters as u64)),
        text("state", rows, |row| Some(row.state.code().to_owned())),
        text("reason", rows, |row| Some(reasons::of_comparison(row))),
        text("dimension", rows, |row| row.dimension.as_ref().map(ToString::to_string)),
    ]
}
