//! How much of a period somebody has to have taken part in.

use serde::Deserialize;

use crate::model::Exact;

/// What participation is counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DaysBy {
    #[default]
    CalendarDays,
    WorkingDays,
}

/// The least share of a period's days that somebody has to have been there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participation {
    pub least: Exact,
    pub by: DaysBy,
}
