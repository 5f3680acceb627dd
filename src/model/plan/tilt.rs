//! How resources lean towards the departments that are above target.

use serde::Deserialize;

use crate::model::{Exact, Grain, MetricId};

/// What is shared out among the departments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// 客户资源.
    Customers,
    /// 市场预算.
    Market,
}

impl Resource {
    pub const ALL: [Self; 2] = [Self::Customers, Self::Market];

    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Market => "market",
        }
    }
}

/// What a department's base share follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShareBy {
    /// Its target of the metric.
    Target,
    /// Its people on the last day.
    Headcount,
    /// Each department has the same.
    Even,
}

impl ShareBy {
    /// The word of the config and of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Headcount => "headcount",
            Self::Even => "even",
        }
    }
}

/// Base share × factor, brought back to 100 %. The factor is 1 + strength × (attainment − 1), held
/// between floor and cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiltRule {
    pub metric: MetricId,
    /// Month, quarter or year to date.
    pub grain: Grain,
    pub customers_by: ShareBy,
    pub market_by: ShareBy,
    pub strength: Exact,
    /// At most 1.
    pub floor: Exact,
    /// At least 1.
    pub cap: Exact,
}

impl TiltRule {
    pub fn base_of(&self, resource: Resource) -> ShareBy {
        match resource {
            Resource::Customers => self.customers_by,
            Resource::Market => self.market_by,
        }
    }
}
