//! Targets as somebody set them.

use chrono::NaiveDate;

use super::{DimensionId, Exact, MetricId, Period, UnitId};

/// Where a target was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TargetOrigin {
    pub file: String,
    /// The row as a spreadsheet counts, the header being row 1.
    pub row: u64,
}

/// The value to reach, for a unit, a metric and a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub unit: UnitId,
    pub metric: MetricId,
    pub period: Period,
    pub value: Exact,
    /// 责任人, as written.
    pub owner: Option<String>,
    /// 时间节点.
    pub due: Option<NaiveDate>,
    /// 数据来源.
    pub source: Option<String>,
    /// 备注(关键动作).
    pub note: Option<String>,
    pub origin: TargetOrigin,
}

/// A target for one value of a dimension, such as a product line, beside the unit's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DimensionTarget {
    pub dimension: DimensionId,
    /// As the extract of the metric writes it.
    pub value: String,
    pub target: Target,
}

/// What a target says beside its unit and period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetField {
    Metric,
    Value,
    Owner,
    Due,
    Source,
}

/// A row that says whose target it is, but not of what, or how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncompleteTarget {
    pub unit: UnitId,
    /// As written.
    pub metric: Option<String>,
    pub period: Option<String>,
    pub lacks: Vec<TargetField>,
    pub origin: TargetOrigin,
}
