//! A unit among its peers: rank, mean, median.

use std::collections::BTreeMap;

use super::judge::Member;
use super::participation::{DaysThere, too_little};
use super::score::{PeerGroup, PeerStanding, Within};
use crate::model::plan::{DaysBy, RankGroup, RankRule, RankWithin};
use crate::model::{DateRange, Direction, Exact, Figure, Org, Person, UnitId, WorkCalendar};

/// Why a unit stands in no ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRanked {
    /// Not with the company on any day of the period; only late rows are shown.
    NotThere,
    /// There for too little of the period.
    Participation { days: DaysThere, least: Exact, by: DaysBy },
    /// A person without a role, where people are ranked within roles.
    NoRole,
    /// In none of the plan's groups.
    NoGroup,
}

/// The peer group of a person or unit with a parent, or why it has none.
pub fn group_of(
    rule: &RankRule,
    org: &Org,
    calendar: &WorkCalendar,
    dates: &DateRange,
    member: &Member<'_>,
    parent: &UnitId,
) -> Result<PeerGroup, NotRanked> {
    if !member.takes_part {
        return Err(NotRanked::NotThere);
    }
    let participation = rule.participation.as_ref();
    if let Some((rule, days)) =
        participation.zip(too_little(participation, org, calendar, member.unit, dates))
    {
        return Err(NotRanked::Participation { days, least: rule.least.clone(), by: rule.by });
    }
    let person = org.people.get(member.unit);
    let within = match (rule.within, person) {
        (RankWithin::Parent, _) => Within::Unit(parent.clone()),
        (RankWithin::Role, Some(person)) => {
            Within::Role(person.role.clone().ok_or(NotRanked::NoRole)?)
        }
        (RankWithin::Group, Some(person)) => {
            let group = rule.groups.iter().find(|group| holds(group, org, person, dates));
            Within::Group(group.ok_or(NotRanked::NoGroup)?.name.clone())
        }
        (RankWithin::Company | RankWithin::Role | RankWithin::Group, _) => {
            Within::Unit(org.company.clone())
        }
    };
    Ok(PeerGroup { level: member.level, depth: member.depth, within })
}

fn holds(group: &RankGroup, org: &Org, person: &Person, dates: &DateRange) -> bool {
    let chosen = !group.roles.is_empty() || !group.units.is_empty();
    let has_role = group.roles.is_empty()
        || person.role.as_ref().is_some_and(|role| group.roles.contains(role));
    group.people.contains(&person.id)
        || (chosen && has_role && org.lies_in(&person.id, &group.units, dates))
}

/// One unit of a peer group, with what could be ranked.
pub struct Peer<'a> {
    pub unit: &'a UnitId,
    pub actual: &'a Figure,
    pub attainment: &'a Figure,
}

/// The standing of every peer that has a figure: by attainment where anybody has one, else by the
/// figure itself. Ranks are of the method `min`: 1, 1, 3.
pub fn standings(
    group: &PeerGroup,
    peers: &[Peer<'_>],
    direction: Direction,
) -> BTreeMap<UnitId, PeerStanding> {
    let by_attainment = peers.iter().any(|peer| peer.attainment.known().is_some());
    let mut ranked: Vec<(&UnitId, &Exact)> = peers
        .iter()
        .filter_map(|peer| {
            let figure = if by_attainment { peer.attainment } else { peer.actual };
            figure.known().map(|value| (peer.unit, value))
        })
        .collect();
    let lowest_first = !by_attainment && direction == Direction::Lower;
    ranked.sort_by(|(unit, value), (other_unit, other)| {
        let better = if lowest_first { value.cmp(other) } else { other.cmp(value) };
        better.then_with(|| unit.cmp(other_unit))
    });
    let count = ranked.len();
    let Some((mean, median)) = mean_and_median(&ranked) else { return BTreeMap::new() };
    let mut standings = BTreeMap::new();
    let mut rank = 1;
    for (index, (unit, value)) in ranked.iter().enumerate() {
        if index > 0 && ranked[index - 1].1 != *value {
            rank = index + 1;
        }
        let standing = PeerStanding {
            group: group.clone(),
            peers: count,
            mean: Some(mean.clone()),
            median: Some(median.clone()),
            rank,
            by_attainment,
        };
        standings.insert((*unit).clone(), standing);
    }
    standings
}

fn mean_and_median(ranked: &[(&UnitId, &Exact)]) -> Option<(Exact, Exact)> {
    let mean = Exact::mean(ranked.iter().map(|(_, value)| *value))?;
    let (low, high) = (ranked[(ranked.len() - 1) / 2].1, ranked[ranked.len() / 2].1);
    Some((mean, &(low + high) / 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Absence, Level};

    fn ranks(values: &[Option<i64>], direction: Direction) -> Vec<Option<usize>> {
        let units: Vec<UnitId> =
            (0..values.len()).map(|n| UnitId::from(format!("P{n:03}"))).collect();
        let none = Figure::Absent(Absence::NoTarget);
        let figures: Vec<Figure> = values
            .iter()
            .map(|value| value.map_or(none.clone(), |v| Figure::Known(Exact::from(v))))
            .collect();
        let peers: Vec<Peer<'_>> = units
            .iter()
            .zip(&figures)
            .map(|(unit, actual)| Peer { unit, actual, attainment: &none })
            .collect();
        let group = PeerGroup { level: Level::Person, depth: 0, within: Within::Unit("C".into()) };
        let found = standings(&group, &peers, direction);
        units.iter().map(|unit| found.get(unit).map(|standing| standing.rank)).collect()
    }

    #[test]
    fn ties_share_the_better_rank_and_absent_ones_have_none() {
        let values = [Some(5), Some(9), None, Some(9), Some(1)];
        let expected = [Some(3), Some(1), None, Some(1), Some(4)];
        assert_eq!(ranks(&values, Direction::Higher), expected);
        let lower = [Some(2), Some(3), None, Some(3), Some(1)];
        assert_eq!(ranks(&values, Direction::Lower), lower);
    }

    proptest! {
        #[test]
        fn a_rank_is_one_more_than_the_number_of_better_peers(values in proptest::collection::vec(-5i64..5, 1..20)) {
            let all: Vec<Option<i64>> = values.iter().copied().map(Some).collect();
            for (value, rank) in values.iter().zip(ranks(&all, Direction::Higher)) {
                let better = values.iter().filter(|other| *other > value).count();
                prop_assert_eq!(rank, Some(better + 1));
            }
        }
    }
}

#[cfg(test)]
#[path = "group_tests.rs"]
mod group_tests;
