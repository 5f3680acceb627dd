//! What a pack tells beside the judgements: where the rows went, and what was restated.

use chrono::NaiveDate;

use crate::calc::restatement::FigureChange;
use crate::model::{ExtractId, Period, RejectKind, Total};

/// All of it, gathered once for all packs of a run.
#[derive(Clone, Debug, Default)]
pub struct PackFacts {
    /// Whether a workbook goes with each pack, beside the booklet.
    pub with_workbook: bool,
    /// By extract and metric.
    pub totals: Vec<Total>,
    /// By extract, kind and column.
    pub rejects: Vec<RejectCount>,
    /// By period and version.
    pub restatements: Vec<Restatement>,
}

/// Rows of an extract that were set aside for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectCount {
    pub extract: ExtractId,
    pub kind: RejectKind,
    pub column: String,
    pub rows: usize,
    /// The first of them: its file, row and value.
    pub first: (String, u64, String),
}

/// A period that was delivered once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restatement {
    pub period: Period,
    /// The version delivered before, and the one that took its place.
    pub before: u32,
    pub version: u32,
    /// The day that the later one took as today.
    pub day: NaiveDate,
    pub changes: Vec<FigureChange>,
}
