use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::calc::Within;
use crate::model::plan::{MissingQuarter, TalentSource};
use crate::model::{Absence, Exact};

fn rule() -> TalentRule {
    TalentRule {
        by: TalentBasis::Metric("sales".into()),
        quarters: 3,
        promote_top: Exact::parse("20%").unwrap(),
        coach_bottom: Exact::parse("10%").unwrap(),
        least_group: 5,
        missing_quarter: MissingQuarter::Breaks,
        source: TalentSource::Recompute,
    }
}

fn quarter(text: &str) -> Period {
    text.parse().unwrap()
}

fn name(at: usize) -> UnitId {
    UnitId::from(format!("P{at:03}"))
}

/// People of one group with these values in percent; `None` has no target.
fn people(values: &[Option<i64>]) -> Vec<Candidate<u8>> {
    let standing = |value: &Option<i64>| match value {
        Some(value) => Ok((0, Exact::from(*value))),
        None => Err(Missing::Absent(Absence::NoTarget)),
    };
    let named = values.iter().enumerate();
    named.map(|(at, value)| Candidate { unit: name(at), standing: standing(value) }).collect()
}

fn segment_of(place: &QuarterPlace) -> Option<Segment> {
    match place {
        QuarterPlace::Ranked(place) => Some(place.segment()),
        QuarterPlace::Missing(_) => None,
    }
}

/// One letter for each person: T, M, B, or - without a place.
fn letters(values: &[i64], rule: &TalentRule) -> String {
    let values: Vec<Option<i64>> = values.iter().copied().map(Some).collect();
    let found = places(&people(&values), rule);
    let letter = |place| match segment_of(place) {
        Some(Segment::Top) => 'T',
        Some(Segment::Middle) => 'M',
        Some(Segment::Bottom) => 'B',
        None => '-',
    };
    (0..values.len()).map(|at| letter(&found[&name(at)])).collect()
}

#[test]
fn shares_of_a_small_group_go_to_the_largest_remainder() {
    let of = |members| segments(members, &rule());
    assert_eq!(of(7), [1, 5, 1], "1.4, 4.9 and 0.7");
    assert_eq!(of(5), [1, 4, 0], "1, 3.5 and 0.5: the middle before the bottom");
    assert_eq!(of(10), [2, 7, 1]);
    assert_eq!(of(17), [3, 12, 2], "3.4, 11.9 and 1.7");
    assert_eq!(of(1), [0, 1, 0]);
    assert_eq!(of(0), [0, 0, 0]);
}

#[test]
fn a_tie_is_in_for_reward_and_out_for_penalty() {
    assert_eq!(letters(&[130, 120, 110, 100, 90, 80, 70], &rule()), "TMMMMMB");
    assert_eq!(letters(&[130, 130, 110, 100, 90, 80, 70], &rule()), "TTMMMMB");
    assert_eq!(letters(&[130, 120, 110, 100, 90, 70, 70], &rule()), "TMMMMMM");
    assert_eq!(letters(&[130, 120, 110, 100, 90], &rule()), "TMMMM", "10 % of 5 is nobody");
    assert_eq!(letters(&[100; 7], &rule()), "TTTTTTT", "all tied");
    assert_eq!(letters(&[130, 120, 110, 100], &rule()), "----", "fewer than the least group");
}

/// Ranked in a group of 17 whose top is 3 and whose bottom is 2.
fn ranked(rank: usize) -> QuarterPlace {
    let from_below = 18 - rank;
    let value = Exact::from(from_below as u64);
    QuarterPlace::Ranked(Place { rank, peers: 17, from_below, top: 3, bottom: 2, value })
}

fn no_target() -> QuarterPlace {
    QuarterPlace::Missing(Missing::Absent(Absence::NoTarget))
}

/// The quarters before 2027-Q1, the latest first.
fn back(places: &[QuarterPlace]) -> Vec<(Period, QuarterPlace)> {
    let periods = std::iter::successors(Some(quarter("2027-Q1")), Period::previous);
    periods.zip(places.iter().cloned()).collect()
}

fn streak(places: &[QuarterPlace], rule: &TalentRule) -> Option<(Segment, Vec<String>)> {
    let entry = streak::entry(&"P1".into(), rule, &back(places))?;
    let periods = entry.quarters.iter().map(|quarter| quarter.period.to_string()).collect();
    Some((entry.segment, periods))
}

#[test]
fn quarters_count_over_the_years_end() {
    let found = streak(&[ranked(3), ranked(1), ranked(2)], &rule());
    let periods = ["2026-Q3", "2026-Q4", "2027-Q1"].map(str::to_owned).to_vec();
    assert_eq!(found, Some((Segment::Top, periods)));
    assert_eq!(streak(&[ranked(3), ranked(1), ranked(4)], &rule()), None);
    assert_eq!(streak(&[ranked(3), ranked(1)], &rule()), None, "two quarters are no three");
    let bottom = streak(&[ranked(16), ranked(17), ranked(16)], &rule());
    assert_eq!(bottom.map(|(segment, _)| segment), Some(Segment::Bottom));
    assert_eq!(streak(&[ranked(16), ranked(1), ranked(16)], &rule()), None);
}

#[test]
fn a_missing_quarter_breaks_or_is_passed_over() {
    let places = [ranked(1), no_target(), ranked(2), ranked(3), ranked(9)];
    assert_eq!(streak(&places, &rule()), None);
    let skips = TalentRule { missing_quarter: MissingQuarter::Skips, ..rule() };
    let found = streak(&places, &skips).map(|(_, periods)| periods);
    let periods = ["2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1"].map(str::to_owned).to_vec();
    assert_eq!(found, Some(periods));
    assert_eq!(streak(&[no_target(), ranked(1), ranked(1), ranked(1)], &skips), None);
    assert_eq!(streak(&[ranked(1), no_target(), ranked(9), ranked(1)], &skips), None);
}

#[test]
fn only_a_month_that_ends_a_quarter_asks_for_quarters() {
    let asked = |month: &str, start: u32| -> Vec<String> {
        let fiscal = FiscalYear::starting(start).unwrap();
        let quarters = talent_quarters(month.parse().unwrap(), &rule(), fiscal);
        quarters.iter().map(ToString::to_string).collect()
    };
    assert_eq!(asked("2027-03", 1), ["2027-Q1", "2026-Q4", "2026-Q3"]);
    assert!(asked("2027-02", 1).is_empty());
    assert_eq!(asked("2026-09", 7), ["2027-Q1", "2026-Q4", "2026-Q3"]);
}

#[test]
fn a_leaver_is_ranked_and_not_listed() {
    let group = PeerGroup { level: Level::Person, depth: 0, within: Within::Unit("C".into()) };
    let now: Vec<Candidate<PeerGroup>> = people(&[Some(5), Some(4), Some(3), Some(2), Some(1)])
        .into_iter()
        .map(|one| Candidate {
            unit: one.unit,
            standing: one.standing.map(|(_, value)| (group.clone(), value)),
        })
        .collect();
    let rule = TalentRule { quarters: 1, ..rule() };
    let listed = |stays: &dyn Fn(&UnitId) -> bool| {
        let list = talent_list(&rule, quarter("2026-Q3"), &now, &[], stays);
        assert_eq!(list.groups[0].members, 5);
        assert_eq!(list.groups[0].edges, Some((1, 0)));
        list.of(Segment::Top).map(|entry| entry.unit.clone()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&|_| true), [name(0)]);
    assert!(listed(&|unit| *unit != name(0)).is_empty());
}

proptest! {
    #[test]
    fn the_three_parts_add_up(members in 0usize..300, top in 0u32..=100, bottom in 0u32..=100) {
        let bottom = bottom.min(100 - top);
        let percent = |share: u32| Exact::from_minor(i128::from(share), 2);
        let rule = TalentRule { promote_top: percent(top), coach_bottom: percent(bottom), ..rule() };
        prop_assert_eq!(segments(members, &rule).iter().sum::<usize>(), members);
    }

    #[test]
    fn a_tie_is_never_split(values in proptest::collection::vec(0i64..6, 5..30)) {
        let people = people(&values.iter().copied().map(Some).collect::<Vec<_>>());
        let found = places(&people, &rule());
        let mut by_value: BTreeMap<i64, Vec<Option<Segment>>> = BTreeMap::new();
        for (at, value) in values.iter().enumerate() {
            by_value.entry(*value).or_default().push(segment_of(&found[&name(at)]));
        }
        for segments in by_value.values() {
            prop_assert!(segments.iter().all(|segment| *segment == segments[0]));
        }
        let [top, _, bottom] = segments(values.len(), &rule());
        let count = |wanted| found.values().filter(|place| segment_of(place) == Some(wanted)).count();
        prop_assert!(count(Segment::Top) >= top, "reward goes to at least as many");
        prop_assert!(count(Segment::Bottom) <= bottom, "penalty to at most as many");
    }

    #[test]
    fn the_order_of_people_changes_nothing(
        values in proptest::collection::vec(proptest::option::of(0i64..6), 1..20),
        turn in 0usize..20,
    ) {
        let people = people(&values);
        let mut turned = people.clone();
        turned.rotate_left(turn % values.len());
        prop_assert_eq!(places(&people, &rule()), places(&turned, &rule()));
    }
}
