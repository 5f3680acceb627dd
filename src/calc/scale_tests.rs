//! A company that counts in fen instead of yuan is judged alike: only amounts grow, and all of them
//! by the same factor.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::{day, money, org};
use super::{Case, Scorecards, TargetBook, judge, known_periods};
use crate::model::plan::{Plan, RankRule, RankWithin, WarningRule};
use crate::model::{
    DateRange, Exact, Facts, FiscalYear, Period, Target, TargetOrigin, UnitId, WorkCalendar,
};

const MONTHS: usize = 22;

/// The month so many after 2025-01.
fn month(number: usize) -> Period {
    Period::Month { year: 2025 + (number / 12) as i32, month: (number % 12) as u32 + 1 }
}

/// Judges the last months of two people, of whom one left, with amounts `scale` times as large.
fn judged(actuals: &[[i64; 2]], targets: &[[i64; 2]], scale: i64) -> Scorecards {
    let (fiscal, org, metrics) = (FiscalYear::default(), org(), [money()]);
    let amount = |minor: i64| &Exact::from_minor(i128::from(minor), 2) * &Exact::from(scale);
    let judged: Vec<Period> = (MONTHS - 4..MONTHS)
        .map(month)
        .chain([Period::Ytd { year: 2026, month: 10 }, "2026-Q3".parse().unwrap()])
        .collect();
    let mut facts = Facts::default();
    facts.cover(&metrics[0].id, DateRange::new(day("2025-01-01"), day("2026-11-01")).unwrap());
    for period in known_periods(&judged, fiscal) {
        let dates = period.dates(fiscal);
        let months = (0..MONTHS).filter(|&at| month(at).dates(fiscal).meet(&dates).is_some());
        let of = |who: usize| months.clone().map(|at| amount(actuals[at][who])).sum::<Exact>();
        let (one, other) = (of(0), of(1));
        let whole = &one + &other;
        for (unit, value) in [("P1", one), ("P2", other), ("D", whole.clone()), ("C", whole)] {
            facts.insert(&metrics[0].id, period, &unit.into(), value);
        }
    }
    let target = |at: usize, who: usize| Target {
        unit: ["P1", "P2"][who].into(),
        metric: metrics[0].id.clone(),
        period: month(at),
        value: amount(targets[at][who]),
        owner: None,
        due: None,
        source: None,
        note: None,
        origin: TargetOrigin { file: "t".into(), row: at as u64 },
    };
    let targets: Vec<Target> = (0..MONTHS).flat_map(|at| [target(at, 0), target(at, 1)]).collect();
    let plan = Plan::new(
        WarningRule::new(
            vec![metrics[0].id.clone()],
            Exact::from_minor(8, 1),
            Exact::from_minor(6, 1),
        ),
        RankRule::new(RankWithin::Company, 1),
    );
    let case = Case {
        org: &org,
        metrics: &metrics,
        facts: &facts,
        targets: &TargetBook::new(&targets, &BTreeMap::new(), &metrics, fiscal),
        plan: &plan,
        calendar: &WorkCalendar::weekdays(),
        fiscal,
        through: day("2026-11-01"),
    };
    judge(&case, &judged)
}

proptest! {
    #[test]
    fn a_hundredfold_of_all_money_changes_no_judgement(
        actuals in proptest::collection::vec([-2_000i64..20_000, -2_000i64..20_000], MONTHS),
        targets in proptest::collection::vec([-500i64..15_000, 1i64..15_000], MONTHS),
    ) {
        let (small, large) = (judged(&actuals, &targets, 1), judged(&actuals, &targets, 100));
        let hundred = Exact::from(100);
        prop_assert!(small.scores.len() >= 6 * 3);
        prop_assert_eq!(small.scores.len(), large.scores.len());
        for (place, score) in &small.scores {
            let other = &large.scores[place];
            let grown = score.actual.known().map(|actual| actual * &hundred);
            prop_assert_eq!(grown.as_ref(), other.actual.known());
            prop_assert_eq!(&score.attainment, &other.attainment, "{:?}", place);
            prop_assert_eq!((&score.mom, &score.yoy), (&other.mom, &other.yoy));
            prop_assert_eq!((score.warning, score.streak), (other.warning, other.streak));
            let standing = |score: &super::Score| {
                score.standing.as_ref().map(|standing| (standing.rank, standing.peers))
            };
            prop_assert_eq!(standing(score), standing(other));
            prop_assert_eq!(&score.reasons, &other.reasons);
        }
        for (place, pace) in &small.pace {
            let other = &large.pace[place];
            let progress = |pace: &super::Pace| {
                pace.by_targets.as_ref().map(|progress| progress.share.clone()).ok()
            };
            prop_assert_eq!(progress(pace), progress(other));
            let state = |pace: &super::Pace| {
                pace.recovery.as_ref().map(|found| (found.state, found.of_best.clone())).ok()
            };
            prop_assert_eq!(state(pace), state(other), "{:?}", place);
        }
        prop_assert!(small.pace.contains_key(&(UnitId::from("P2"), "m".into())));
    }
}
