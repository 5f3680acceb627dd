//! `[rank]`.

use serde::Deserialize;

use crate::model::plan::{RankRule, RankWithin};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RankTable {
    within: RankWithin,
    least_group: usize,
}

impl RankTable {
    pub(super) fn check(self) -> RankRule {
        RankRule { within: self.within, least_group: self.least_group }
    }
}
