//! Who stands out over several consecutive quarters: candidates for promotion, and for coaching.

mod place;
mod streak;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use place::{Candidate, Missing, Place, QuarterPlace, Segment, places, segments};
pub use streak::{TalentEntry, TalentQuarter};

use super::score::{PeerGroup, PeerStanding, Scorecards};
use crate::model::plan::{TalentBasis, TalentRule};
use crate::model::{Figure, FiscalYear, Level, Period, UnitId};

/// The places of people in a quarter.
pub type Places = BTreeMap<UnitId, QuarterPlace>;

/// A peer group of the judged quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalentGroup {
    pub group: PeerGroup,
    /// How many were ranked.
    pub members: usize,
    /// How many of them are its top and its bottom; none of a group that is too small.
    pub edges: Option<(usize, usize)>,
}

/// Who is on the lists, and among whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalentList {
    /// The quarter that is judged, or ends with the judged month.
    pub quarter: Period,
    pub by: TalentBasis,
    pub least_group: usize,
    /// Candidates for promotion by rank, then those to be coached, the last one first.
    pub entries: Vec<TalentEntry>,
    pub groups: Vec<TalentGroup>,
}

impl TalentList {
    /// Those at the top, or at the bottom.
    pub fn of(&self, segment: Segment) -> impl Iterator<Item = &TalentEntry> {
        self.entries.iter().filter(move |entry| entry.segment == segment)
    }
}

/// The quarters that the lists of a period are made from, the latest first; none in a month that
/// does not end a quarter.
pub fn talent_quarters(judged: Period, rule: &TalentRule, fiscal: FiscalYear) -> Vec<Period> {
    let dates = judged.dates(fiscal);
    let quarter = Period::quarter_of(dates.start, fiscal);
    if quarter.dates(fiscal).end != dates.end {
        return Vec::new();
    }
    std::iter::successors(Some(quarter), Period::previous).take(rule.reach()).collect()
}

/// The people of a quarter, as they were judged and ranked.
pub fn candidates(
    cards: &Scorecards,
    rule: &TalentRule,
    quarter: Period,
) -> Vec<Candidate<PeerGroup>> {
    match &rule.by {
        TalentBasis::Metric(metric) => cards
            .scores
            .values()
            .filter(|score| score.period == quarter && score.level == Level::Person)
            .filter(|score| score.metric == *metric)
            .map(|score| candidate(&score.unit, &score.attainment, score.standing.as_ref()))
            .collect(),
        TalentBasis::Composite => cards
            .composites
            .values()
            .filter(|composite| composite.period == quarter && composite.level == Level::Person)
            .map(|of| candidate(&of.unit, &of.value, of.standing.as_ref()))
            .collect(),
    }
}

fn candidate(
    unit: &UnitId,
    value: &Figure,
    standing: Option<&PeerStanding>,
) -> Candidate<PeerGroup> {
    let standing = match (value, standing) {
        (Figure::Absent(why), _) => Err(Missing::Absent(*why)),
        (Figure::Known(value), Some(standing)) if standing.by_attainment => {
            Ok((standing.group.clone(), value.clone()))
        }
        (Figure::Known(_), _) => Err(Missing::NotRanked),
    };
    Candidate { unit: unit.clone(), standing }
}

/// The lists: `now` are the people of the judged quarter, `before` the places in those before it,
/// the latest first. Whoever does not `stay` is ranked and not listed.
pub fn talent_list(
    rule: &TalentRule,
    quarter: Period,
    now: &[Candidate<PeerGroup>],
    before: &[(Period, Places)],
    stays: impl Fn(&UnitId) -> bool,
) -> TalentList {
    let here = places(now, rule);
    let mut entries: Vec<TalentEntry> = here
        .iter()
        .filter(|(unit, _)| stays(unit))
        .filter_map(|(unit, place)| {
            let earlier = before.iter().map(|(period, places)| {
                (
                    *period,
                    places.get(unit).cloned().unwrap_or(QuarterPlace::Missing(Missing::NotJudged)),
                )
            });
            let quarters: Vec<(Period, QuarterPlace)> =
                std::iter::once((quarter, place.clone())).chain(earlier).collect();
            streak::entry(unit, rule, &quarters)
        })
        .collect();
    entries.sort_by_cached_key(|entry| {
        let place = entry.judged();
        let order = match entry.segment {
            Segment::Bottom => place.map_or(0, |place| place.from_below),
            Segment::Top | Segment::Middle => place.map_or(0, |place| place.rank),
        };
        (entry.segment, order, entry.unit.clone())
    });
    let (by, least_group) = (rule.by.clone(), rule.least_group);
    TalentList { quarter, by, least_group, entries, groups: groups(now, rule) }
}

fn groups(now: &[Candidate<PeerGroup>], rule: &TalentRule) -> Vec<TalentGroup> {
    let mut sizes: BTreeMap<&PeerGroup, usize> = BTreeMap::new();
    for (group, _) in now.iter().filter_map(|candidate| candidate.standing.as_ref().ok()) {
        *sizes.entry(group).or_default() += 1;
    }
    sizes
        .into_iter()
        .map(|(group, members)| TalentGroup {
            group: group.clone(),
            members,
            edges: (members >= rule.least_group).then(|| {
                let [top, _, bottom] = segments(members, rule);
                (top, bottom)
            }),
        })
        .collect()
}
