//! Whom a unit is ranked among.

use serde::Deserialize;

use super::Participation;
use crate::model::{Bilingual, UnitId};

/// Whom a unit is ranked among. Roles and groups are of people; departments are then ranked among
/// all of their level and depth in the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RankWithin {
    /// All units of its level in the company.
    Company,
    /// Those of its level that share its parent.
    Parent,
    /// The people of the same role.
    Role,
    /// The people of the first named group that a person fits.
    Group,
}

/// What the rank of a unit is made by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RankBy {
    /// The attainment of the metric that heads the reports.
    #[default]
    Metric,
    /// The composite.
    Composite,
}

/// A named group of people: those that it names, and those with one of the roles (any, where none
/// is given) below one of the units (anywhere, where none is given).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankGroup {
    pub name: String,
    pub label: Option<Bilingual>,
    pub roles: Vec<String>,
    pub units: Vec<UnitId>,
    pub people: Vec<UnitId>,
}

/// How peers are ranked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankRule {
    pub within: RankWithin,
    pub by: RankBy,
    /// In order: the first that a person fits counts.
    pub groups: Vec<RankGroup>,
    /// Whoever took part in less of the period is not ranked.
    pub participation: Option<Participation>,
    /// A report shows the mean and median of a group only from this many members.
    pub least_group: usize,
}

impl RankRule {
    /// By the main metric, without groups, and whatever the participation.
    pub fn new(within: RankWithin, least_group: usize) -> Self {
        let (by, groups, participation) = (RankBy::Metric, Vec::new(), None);
        Self { within, by, groups, participation, least_group }
    }
}
