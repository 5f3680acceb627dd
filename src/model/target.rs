//! Targets as somebody set them.

use chrono::NaiveDate;

use super::{Exact, MetricId, Period, UnitId};

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
