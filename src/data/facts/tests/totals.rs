//! Whatever becomes of a row, it is in its month's total, and in one part of it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::credit::{Share, any_shares, shared, shares_of};
use super::*;
use crate::model::{Exact, Total};

/// The rows by themselves: per month, how many there are and what they come to.
fn by_hand(rows: &[Sale]) -> BTreeMap<Option<Period>, (u64, i64)> {
    let mut months = BTreeMap::new();
    for row in rows {
        let month = months.entry(row.day.map(Period::month_of)).or_insert((0, 0));
        month.0 += 1;
        month.1 += row.fen;
    }
    months
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn parts_are_the_total_of_each_month_to_the_cent(
        good in any_sales(),
        bad in any_sales(),
        chance in any_shares(),
    ) {
        let given: Vec<Share> = shares_of(&chance);
        let mut frames = shared(&good, &given);
        let mut sales_frame = frames.get(&"sales".into()).unwrap().clone();
        if !bad.is_empty() {
            sales_frame.aside = Some(sales(&bad).lazy);
        }
        frames.insert(sales_frame);
        let found = facts_of(&frames, &[metric("sales", Aggregate::Sum, Some("amount"))], &periods());
        let all: Vec<Sale> = good.iter().chain(&bad).cloned().collect();
        let expected = by_hand(&all);
        prop_assert_eq!(found.totals.len(), expected.len());
        for total in &found.totals {
            prop_assert_eq!(total.difference(), Exact::zero(), "{:?}", total);
            let (rows, fen) = expected[&total.period];
            prop_assert_eq!(&total.total, &Exact::from_minor(fen.into(), 2));
            prop_assert_eq!(total.rows, rows);
            let aside = by_hand(&bad).get(&total.period).map_or(0, |(rows, _)| *rows);
            prop_assert!(total.rejected_rows >= aside && total.rejected_rows <= total.rows);
        }
        // Rows that were set aside change no figure.
        let without = facts_of(
            &shared(&good, &given),
            &[metric("sales", Aggregate::Sum, Some("amount"))],
            &periods(),
        );
        prop_assert_eq!(format!("{:?}", found.facts), format!("{:?}", without.facts));
        let whole = Total::over_all(&found.totals);
        let fen: i64 = all.iter().map(|row| row.fen).sum();
        prop_assert!(all.is_empty() || whole[0].total == Exact::from_minor(fen.into(), 2));
    }
}

/// What is set aside without a day that can be read is in the month of its file, where it has one.
#[test]
fn rows_set_aside_without_a_day_are_in_the_month_of_their_file() {
    let bad = [Sale { day: None, ..sale("o1", "P", "2026-10-20", 700) }];
    let good = [sale("o2", "P", "2026-10-20", 10_000)];
    let months = |month: Option<Period>| {
        let mut frame = sales(&good);
        frame.aside = Some(sales(&bad).lazy);
        frame.inputs[0].month = month;
        let wanted = [metric("sales", Aggregate::Sum, Some("amount"))];
        let found = facts_of(&frames([frame]), &wanted, &periods());
        let of = |total: &Total| (total.period, total.rejected.clone(), total.rejected_rows);
        found.totals.iter().map(of).collect::<Vec<_>>()
    };
    let october = "2026-10".parse::<Period>().ok();
    let seven = Exact::from_minor(700, 2);
    assert_eq!(months(october), [(october, seven.clone(), 1)]);
    assert_eq!(months(None), [(october, Exact::zero(), 0), (None, seven, 1)]);
}
