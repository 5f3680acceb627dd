//! 改进措施: what somebody means to do about a metric, by when, and what it is to bring.

use chrono::NaiveDate;

use super::{Exact, MetricId, TargetOrigin, UnitId};

/// A measure that was agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// As its table names it; else its file and row.
    pub id: String,
    pub unit: UnitId,
    pub metric: MetricId,
    /// 改进措施, as written.
    pub measure: String,
    /// 责任人.
    pub owner: Option<UnitId>,
    pub opened: Option<NaiveDate>,
    /// 截止日期: the last day on which it is in time.
    pub due: NaiveDate,
    /// 期望值: what the metric is to come to in a month.
    pub expected: Option<Exact>,
    pub progress: Progress,
    /// 完成日期.
    pub done: Option<NaiveDate>,
    pub origin: TargetOrigin,
}

/// What the table says of an action, whatever the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Not begun, or under way.
    Running,
    Done,
    /// Given up: it is followed no further.
    Cancelled,
}
