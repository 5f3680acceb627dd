//! `[rank]`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::participation::check_participation;
use crate::model::plan::{DaysBy, RankBy, RankGroup, RankRule, RankWithin};
use crate::model::{Bilingual, Exact, UnitId};
use crate::settings::problem::{Problem, Problems};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RankTable {
    within: RankWithin,
    least_group: usize,
    #[serde(default)]
    by: RankBy,
    least_participation: Option<Exact>,
    participation_by: Option<DaysBy>,
    #[serde(default)]
    group: Vec<GroupTable>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupTable {
    name: String,
    label: Option<Bilingual>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    units: Vec<UnitId>,
    #[serde(default)]
    people: Vec<UnitId>,
}

impl RankTable {
    pub(super) fn check(self, has_composite: bool, problems: &mut Problems) -> RankRule {
        if self.by == RankBy::Composite && !has_composite {
            problems.push(Problem::new(
                "rank.by",
                "there is no composite to rank by",
                "add [composite] with its weights, or set by = \"metric\"",
            ));
        }
        match (self.within == RankWithin::Group, self.group.is_empty()) {
            (true, true) => problems.push(Problem::new(
                "rank.within",
                "there is no group to rank within",
                "add [[rank.group]] with name and roles, units or people",
            )),
            (false, false) => problems.push(Problem::new(
                "rank.group",
                "groups have no meaning unless people are ranked within them",
                "set within = \"group\", or remove the groups",
            )),
            _ => {}
        }
        let mut names = BTreeSet::new();
        for (index, group) in self.group.iter().enumerate() {
            if group.roles.is_empty() && group.units.is_empty() && group.people.is_empty() {
                problems.push(Problem::new(
                    &format!("rank.group[{index}]"),
                    format!("group “{}” does not say who is in it", group.name),
                    "give roles, units or people",
                ));
            }
            if !names.insert(&group.name) {
                problems.push(Problem::new(
                    &format!("rank.group[{index}].name"),
                    format!("two groups are called “{}”", group.name),
                    "give each a name of its own",
                ));
            }
        }
        let (least, by) = (self.least_participation, self.participation_by);
        RankRule {
            within: self.within,
            by: self.by,
            participation: check_participation("rank", least, by, problems),
            least_group: self.least_group,
            groups: self.group.into_iter().map(GroupTable::into_group).collect(),
        }
    }
}

impl GroupTable {
    fn into_group(self) -> RankGroup {
        let Self { name, label, roles, units, people } = self;
        RankGroup { name, label, roles, units, people }
    }
}
