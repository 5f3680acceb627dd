//! Where somebody stands in a quarter, and how many make top and bottom.

use std::collections::BTreeMap;

use crate::calc::spread::spread;
use crate::model::plan::TalentRule;
use crate::model::{Absence, Exact, UnitId};

/// The three parts of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    Top,
    Bottom,
    Middle,
}

/// A person of a quarter: among whom and by what they are ranked, or why they are not. The group is
/// any name that its members share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<G> {
    pub unit: UnitId,
    pub standing: Result<(G, Exact), Missing>,
}

/// Why somebody has no place in a quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Not with the company, or unknown to the run that judged the quarter.
    NotJudged,
    /// There is no attainment.
    Absent(Absence),
    /// There is an attainment, and the person stood in no ranking.
    NotRanked,
    /// The group has neither top nor bottom.
    SmallGroup { members: usize, least: usize },
    /// The ledger has no delivered run of the quarter's last month.
    NoRun,
}

/// A place among the ranked of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1 is best; ties share the better rank.
    pub rank: usize,
    pub peers: usize,
    /// How many stand here or below: ties share the greater number.
    pub from_below: usize,
    /// How many of the group are its top, and its bottom.
    pub top: usize,
    pub bottom: usize,
    /// What was ranked.
    pub value: Exact,
}

impl Place {
    /// A tie at the edge of the top is in, one at the edge of the bottom is out.
    pub fn segment(&self) -> Segment {
        if self.rank <= self.top {
            Segment::Top
        } else if self.from_below <= self.bottom {
            Segment::Bottom
        } else {
            Segment::Middle
        }
    }
}

/// A quarter of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuarterPlace {
    Ranked(Place),
    Missing(Missing),
}

/// How many of `members` are top, middle and bottom: their shares by largest remainder, so that the
/// three add up. Of equal remainders the top comes before the middle, and that before the bottom.
pub fn segments(members: usize, rule: &TalentRule) -> [usize; 3] {
    let middle = Exact::one() - (&rule.promote_top + &rule.coach_bottom);
    let weights = [rule.promote_top.clone(), middle, rule.coach_bottom.clone()];
    let parts = spread(&Exact::from(members as u64), &weights, 0);
    let count = |part: &Exact| (0..=members).find(|n| Exact::from(*n as u64) == *part).unwrap_or(0);
    let [top, middle, bottom] = [&parts[0], &parts[1], &parts[2]].map(count);
    [top, middle, bottom]
}

/// The place of everybody, within groups.
pub fn places<G: Ord>(
    candidates: &[Candidate<G>],
    rule: &TalentRule,
) -> BTreeMap<UnitId, QuarterPlace> {
    let mut groups: BTreeMap<&G, Vec<&Exact>> = BTreeMap::new();
    for (group, value) in candidates.iter().filter_map(|candidate| candidate.standing.as_ref().ok())
    {
        groups.entry(group).or_default().push(value);
    }
    let place = |candidate: &Candidate<G>| {
        let (group, value) = match &candidate.standing {
            Ok(standing) => standing,
            Err(why) => return QuarterPlace::Missing(why.clone()),
        };
        let values = &groups[group];
        let (peers, least) = (values.len(), rule.least_group);
        if peers < least {
            return QuarterPlace::Missing(Missing::SmallGroup { members: peers, least });
        }
        let better = values.iter().filter(|other| **other > value).count();
        let from_below = values.iter().filter(|other| **other <= value).count();
        let [top, _, bottom] = segments(peers, rule);
        let value = value.clone();
        QuarterPlace::Ranked(Place { rank: better + 1, peers, from_below, top, bottom, value })
    };
    candidates.iter().map(|candidate| (candidate.unit.clone(), place(candidate))).collect()
}
