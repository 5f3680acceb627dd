//! What holds for all targets: how they are shortened for those who are not there all the time,
//! and what makes one questionable.

use serde::Deserialize;

use super::{Exact, Grain};

/// By which days a target is shortened for somebody who joins or leaves within its period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prorate {
    /// It is not.
    #[default]
    None,
    /// By the days of the calendar.
    Calendar,
    /// By the days that are worked.
    Working,
}

/// `[target_rules]`, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetRules {
    pub prorate: Prorate,
    /// The lengths of rows that were set for a whole seat, and so are shortened; one of another
    /// length is taken as meant for just the days that the person is there.
    pub prorate_rows: Vec<Grain>,
    /// A target above this many times the best of last year is questioned; none questions none.
    pub reach: Option<Exact>,
}

impl Default for TargetRules {
    fn default() -> Self {
        Self {
            prorate: Prorate::None,
            prorate_rows: vec![Grain::Year, Grain::Quarter, Grain::Range],
            reach: Some(Exact::from_minor(15, 1)),
        }
    }
}
