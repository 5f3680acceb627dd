//! Whole inquiries: judged figures in, causes out.

mod given;

use proptest::prelude::*;

use self::given::{Given, JANUARY, MONTH, TO_DATE, YEAR_AGO, sum_of};
use super::{Base, Cause, CustomerKind, DriverBase, Finding};
use crate::model::{Exact, Period, UnitId};

/// Visits above their target, proposals of which too few were won, and so sales at 75 %.
fn region() -> Given {
    Given::default()
        .fact("sales", MONTH, "C", 7_500)
        .fact("visits", MONTH, "C", 102)
        .fact("won", MONTH, "C", 12)
        .fact("decided", MONTH, "C", 20)
        .target("sales", MONTH, "C", "10000")
        .target("visits", MONTH, "C", "100")
        .target("win_rate", MONTH, "C", "80%")
}

#[test]
fn a_low_win_rate_is_the_main_cause_and_visits_are_not() {
    let cause = region().tree("visits * win_rate * yield").of_company("sales");
    let drivers = cause.drivers.as_ref().unwrap();
    assert_eq!((drivers.split.base, &drivers.split.whole), (Base::Target, &Exact::from(-2_500)));
    assert_eq!(sum_of(&drivers.split), Exact::from(-2_500));
    assert!(drivers.split.rest.is_zero());
    let bases: Vec<DriverBase> = drivers.split.parts.iter().map(|part| part.name.base).collect();
    assert_eq!(bases, [DriverBase::Target, DriverBase::Target, DriverBase::Implied]);
    // What the target of sales asks of each visit that counts: 10,000 ÷ (100 × 80 %).
    assert_eq!(drivers.split.parts[2].base, Some(Exact::from(125)));
    let main: Vec<&str> =
        cause.main_drivers().iter().map(|part| part.name.metric.as_str()).collect();
    assert_eq!((cause.finding, main), (Finding::Main, vec!["win_rate"]));
    assert!(drivers.split.parts[0].amount.is_positive());
    let process: Vec<(&str, bool)> =
        cause.process.iter().map(|one| (one.metric.as_str(), one.is_met())).collect();
    assert_eq!(process, [("visits", true), ("win_rate", false)]);
}

#[test]
fn what_the_targets_leave_over_is_named() {
    // 100 × 90 = 9,000, and the target is 10,000: 1,000 of it no factor was ever asked for.
    let cause = region()
        .target("sales_per_visit", MONTH, "C", "90")
        .tree("visits * sales_per_visit")
        .of_company("sales");
    let split = cause.drivers.unwrap().split;
    assert_eq!(split.rest, Exact::from(-1_000));
    assert_eq!(&sum_of(&split) + &split.rest, Exact::from(-2_500));
}

#[test]
fn without_their_targets_factors_explain_the_change_since_a_year_ago() {
    let year_ago = region()
        .fact("sales", YEAR_AGO, "C", 9_000)
        .fact("visits", YEAR_AGO, "C", 100)
        .fact("won", YEAR_AGO, "C", 16)
        .fact("decided", YEAR_AGO, "C", 20);
    let cause = year_ago.tree("won * decided * yield / decided").of_company("sales");
    let drivers = cause.drivers.unwrap();
    assert_eq!(drivers.split.base, Base::YearAgo(YEAR_AGO));
    assert_eq!(drivers.split.whole, Exact::from(-1_500));
    assert!(drivers.split.parts.iter().all(|part| part.name.base == DriverBase::Earlier));
}

#[test]
fn a_change_for_the_better_explains_no_gap() {
    let grown = region().fact("sales", YEAR_AGO, "C", 5_000).fact("won", YEAR_AGO, "C", 8);
    let cause = grown.fact("decided", YEAR_AGO, "C", 8).tree("won * decided").of_company("sales");
    assert_eq!(cause.finding, Finding::NotWorse);
    assert!(cause.main_drivers().is_empty());
}

#[test]
fn a_change_that_is_small_beside_the_gap_explains_nothing() {
    // The gap is 2,500, and 30 % of it are 750.
    let since = |before: i64| {
        region()
            .fact("sales", YEAR_AGO, "C", before)
            .fact("won", YEAR_AGO, "C", 15)
            .fact("decided", YEAR_AGO, "C", 20)
            .tree("won * decided")
            .of_company("sales")
    };
    let small = since(8_249);
    assert_eq!(small.finding, Finding::SmallChange);
    assert!(!small.drivers.unwrap().split.is_telling());
    assert!(since(8_250).drivers.unwrap().split.is_telling());
}

#[test]
fn a_factor_within_the_noise_is_no_cause() {
    // Two factors, of which one misses its target by exactly 2 %.
    let given = |won: i64| {
        Given::default()
            .fact("sales", MONTH, "C", 70)
            .fact("visits", MONTH, "C", won)
            .fact("won", MONTH, "C", 5)
            .target("sales", MONTH, "C", "100")
            .target("visits", MONTH, "C", "100")
            .target("won", MONTH, "C", "5")
            .tree("visits + won")
            .of_company("sales")
    };
    let split = |cause: &Cause| cause.drivers.clone().unwrap().split;
    let cause = given(98);
    assert_eq!(cause.finding, Finding::NoSingle);
    assert_eq!(split(&cause).parts[0].amount, Exact::from(-2));
    let cause = given(60);
    assert_eq!((cause.finding, split(&cause).rest), (Finding::Main, Exact::from(10)));
}

#[test]
fn a_rest_larger_than_every_factor_leaves_no_cause() {
    let cause = Given::default()
        .fact("sales", MONTH, "C", 10)
        .fact("visits", MONTH, "C", 60)
        .target("sales", MONTH, "C", "100")
        .target("visits", MONTH, "C", "100")
        .tree("visits")
        .of_company("sales");
    let split = cause.drivers.unwrap().split;
    assert_eq!((split.parts[0].amount.clone(), split.rest), (Exact::from(-40), Exact::from(-50)));
    assert_eq!(cause.finding, Finding::NoSingle);
}

#[test]
fn absent_figures_give_no_cause() {
    let none = region().of_company("sales");
    assert_eq!((none.finding, none.drivers), (Finding::NoTree, None));
    // Nothing was decided a year ago: a quotient over zero, and no base.
    let cause = region()
        .fact("sales", YEAR_AGO, "C", 9_000)
        .tree("won * win_rate * yield")
        .of_company("sales");
    assert_eq!((cause.finding, cause.drivers), (Finding::NoFigures, None));
}

#[test]
fn the_first_tree_that_explains_the_gap_goes_before_one_that_explains_the_change() {
    let trees = |given: Given| {
        let cause = given.tree("won * yield").tree("visits * sales_per_visit").of_company("sales");
        cause.drivers.unwrap().formula
    };
    let year_ago = |given: Given| {
        given
            .fact("sales", YEAR_AGO, "C", 9_000)
            .fact("visits", YEAR_AGO, "C", 90)
            .fact("won", YEAR_AGO, "C", 9)
            .fact("decided", YEAR_AGO, "C", 10)
    };
    assert_eq!(trees(year_ago(region())), "visits * sales_per_visit");
    let mut without = year_ago(region());
    without.targets.retain(|(metric, ..)| *metric == "sales");
    assert_eq!(trees(without), "won * yield");
}

#[test]
fn customers_are_gained_grown_shrunk_and_lost() {
    let mut given = region().fact("sales", YEAR_AGO, "C", 9_000);
    given.customers = vec![
        ("A", 3_000, 0),
        ("B", 2_500, 1_500),
        ("D", 2_000, 4_500),
        ("E", 0, 3_000),
        ("F", -100, 0),
        ("", 100, 0),
    ];
    let cause = given.of_company("sales");
    let customers = &cause.customers[0];
    assert_eq!(customers.groups.whole, Exact::from(-1_500));
    let groups: Vec<(CustomerKind, usize, i64)> = vec![
        (CustomerKind::Gained, 1, 3_000),
        (CustomerKind::Grown, 1, 1_000),
        (CustomerKind::Shrunk, 2, -2_600),
        (CustomerKind::Lost, 1, -3_000),
        (CustomerKind::Unnamed, 1, 100),
    ];
    let found: Vec<(CustomerKind, usize, Exact)> = customers
        .groups
        .parts
        .iter()
        .map(|part| (part.name.kind, part.name.count, part.amount.clone()))
        .collect();
    let expected: Vec<(CustomerKind, usize, Exact)> =
        groups.into_iter().map(|(kind, count, sum)| (kind, count, Exact::from(sum))).collect();
    assert_eq!(found, expected);
    assert!(customers.groups.rest.is_zero() && customers.named.rest.is_zero());
    let first = &customers.named.parts[0].name;
    assert_eq!((first.kind, first.customer.as_str()), (CustomerKind::Gained, "A"));
}

#[test]
fn against_nothing_a_loss_or_zero_the_amounts_still_add_up() {
    for before in [None, Some(-500), Some(0)] {
        let mut given = region().tree("won * yield");
        if let Some(before) = before {
            given = given.fact("sales", YEAR_AGO, "C", before);
            given.customers = vec![("A", 7_000, 0), ("B", 500, before)];
        }
        let cause = given.of_company("sales");
        // A company without a row in a covered month has sold nothing: a known base of zero.
        let old = Exact::from(before.unwrap_or(0));
        for customers in &cause.customers {
            assert_eq!(customers.groups.whole, Exact::from(7_500) - old.clone());
            assert_eq!(sum_of(&customers.groups), customers.groups.whole);
            assert!(customers.groups.main().is_empty(), "growth is no cause");
        }
        assert_eq!(cause.customers.len(), usize::from(before.is_some()));
        assert_eq!((cause.finding, cause.drivers), (Finding::NoFigures, None));
    }
}

#[test]
fn months_and_people_make_the_gap_of_the_year_to_date() {
    let found = region()
        .fact("sales", TO_DATE, "C", 16_500)
        .fact("sales", JANUARY, "C", 9_000)
        .target("sales", JANUARY, "C", "10000")
        .fact("sales", MONTH, "P1", 4_000)
        .target("sales", MONTH, "P1", "4000")
        .fact("sales", MONTH, "P2", 3_000)
        .target("sales", MONTH, "P2", "5500")
        .find("sales");
    let to_date = &found[&(TO_DATE, "C".into(), "sales".into())];
    let months = to_date.months.as_ref().unwrap();
    assert_eq!(months.whole, Exact::from(-3_500));
    let amounts: Vec<(Period, Exact)> =
        months.parts.iter().map(|part| (part.name, part.amount.clone())).collect();
    assert_eq!(amounts, [(JANUARY, Exact::from(-1_000)), (MONTH, Exact::from(-2_500))]);
    assert_eq!(months.main().len(), 1, "January has less than 30 % of the gap");

    let month = &found[&(MONTH, "C".into(), "sales".into())];
    let people = month.units.as_ref().unwrap();
    assert_eq!((&people.whole, &people.rest), (&Exact::from(-2_500), &Exact::zero()));
    assert_eq!(people.main()[0].name, UnitId::from("P2"));
    assert!(found.contains_key(&(MONTH, "P2".into(), "sales".into())));
    assert!(!found.contains_key(&(MONTH, "P1".into(), "sales".into())));
}

proptest! {
    #[test]
    fn a_quotients_gap_is_made_by_its_people_and_months(
        won in [0i64..50, 0i64..50], lost in [1i64..50, 1i64..50], january in (0i64..50, 1i64..50),
    ) {
        let decided = [won[0] + lost[0], won[1] + lost[1]];
        let sum = |pair: [i64; 2]| pair[0] + pair[1];
        let found = Given::default()
            .fact("won", MONTH, "P1", won[0])
            .fact("won", MONTH, "P2", won[1])
            .fact("won", MONTH, "C", sum(won))
            .fact("decided", MONTH, "P1", decided[0])
            .fact("decided", MONTH, "P2", decided[1])
            .fact("decided", MONTH, "C", sum(decided))
            .fact("won", JANUARY, "C", january.0)
            .fact("decided", JANUARY, "C", january.0 + january.1)
            .fact("won", TO_DATE, "C", sum(won) + january.0)
            .fact("decided", TO_DATE, "C", sum(decided) + january.0 + january.1)
            .target("win_rate", Period::Year(2026), "C", "200%")
            .find("win_rate");
        let month = &found[&(MONTH, "C".into(), "win_rate".into())];
        let people = month.units.as_ref().unwrap();
        prop_assert_eq!(&sum_of(people), &month.gap);
        prop_assert!(people.rest.is_zero());
        let to_date = &found[&(TO_DATE, "C".into(), "win_rate".into())];
        let months = to_date.months.as_ref().unwrap();
        prop_assert_eq!(&sum_of(months), &to_date.gap);
        prop_assert_eq!(months.parts.len(), 2);
    }

    #[test]
    fn drivers_and_what_is_left_add_up_to_the_gap(
        sales in 1i64..7_000, visits in 1i64..300, won in 1i64..40, lost in 0i64..40,
        aims in (1i64..300, 1i64..100),
    ) {
        let cause = Given::default()
            .fact("sales", MONTH, "C", sales)
            .fact("visits", MONTH, "C", visits)
            .fact("won", MONTH, "C", won)
            .fact("decided", MONTH, "C", won + lost)
            .target("sales", MONTH, "C", "9000")
            .target("visits", MONTH, "C", &aims.0.to_string())
            .target("win_rate", MONTH, "C", &format!("{}%", aims.1))
            .tree("visits * win_rate * yield")
            .of_company("sales");
        let split = cause.drivers.unwrap().split;
        prop_assert_eq!(sum_of(&split), Exact::from(sales - 9_000));
        prop_assert!(split.rest.is_zero());
    }
}
