//! Parts against the facts, to the last digit.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::data::facts::{PartRequest, PartWanted, find_parts};
use crate::model::{Exact, Parts};
use crate::settings::NameColumns;

pub fn metrics() -> Vec<Metric> {
    let mut trailing = metric("trailing", Aggregate::Sum, Some("amount"));
    simple(&mut trailing).trailing_months = Some(3);
    let mut some = metric("some", Aggregate::Count, None);
    simple(&mut some).filter = Some("amount > 20".to_owned());
    vec![
        metric("sales", Aggregate::Sum, Some("amount")),
        trailing,
        some,
        metric("customers", Aggregate::CountDistinct, Some("customer")),
    ]
}

pub fn units() -> BTreeSet<UnitId> {
    ["C", "D1", "D11", "D2", "P", "Q", "R", "S"].map(UnitId::from).into()
}

pub fn parts_of(frames: &Frames, dimension: &str, periods: &[Period]) -> Parts {
    let (org, metrics) = (org(), metrics());
    let wanted: Vec<PartWanted> = metrics
        .iter()
        .map(|metric| PartWanted {
            metric: metric.id.clone(),
            dimension: dimension.into(),
            units: units(),
            periods: periods.to_vec(),
        })
        .collect();
    let fiscal = FiscalYear::default();
    find_parts(frames, &PartRequest { metrics: &metrics, wanted: &wanted, org: &org, fiscal })
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn parts_of_an_additive_metric_add_up_to_its_figure(rows in any_sales()) {
        let (frames, periods) = (frames([sales(&rows)]), periods());
        let found = facts_of(&frames, &metrics(), &periods).facts;
        let parts = parts_of(&frames, "line", &periods);
        for metric in ["sales", "trailing", "some"].map(Into::into) {
            for (period, unit) in periods.iter().flat_map(|p| units().into_iter().map(move |u| (*p, u))) {
                let whole = found.get(&metric, period, &unit).cloned().unwrap_or_else(Exact::zero);
                let values = parts.of(&metric, &"line".into(), period, &unit);
                let sum: Exact = values.into_iter().flatten().map(|(_, figure)| figure).sum();
                prop_assert_eq!(sum, whole, "{} {} {}", metric, period, unit);
            }
        }
    }

    #[test]
    fn a_distinct_count_by_what_it_counts_is_one_each(rows in any_sales()) {
        let (frames, periods) = (frames([sales(&rows)]), periods());
        let found = facts_of(&frames, &metrics(), &periods).facts;
        let parts = parts_of(&frames, "customer", &periods);
        for (period, unit, whole) in found.of_metric(&"customers".into()) {
            let values = parts.of(&"customers".into(), &"customer".into(), period, unit).unwrap();
            prop_assert!(values.values().all(|figure| *figure == Exact::one()));
            prop_assert_eq!(&Exact::from(values.len() as u64), whole, "{} {}", period, unit);
        }
    }

    #[test]
    fn the_order_of_the_rows_changes_nothing(rows in any_sales(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| (row.fen as u64).wrapping_mul(seed | 1).rotate_left(17));
        let (one, other) = (frames([sales(&rows)]), frames([sales(&shuffled)]));
        let periods = periods();
        let (one_found, other_found) = (
            facts_of(&one, &metrics(), &periods),
            facts_of(&other, &metrics(), &periods),
        );
        prop_assert_eq!(format!("{:?}", one_found.facts), format!("{:?}", other_found.facts));
        prop_assert_eq!(one_found.totals, other_found.totals);
        let all = |frames: &Frames| format!("{:?}", parts_of(frames, "line", &periods));
        prop_assert_eq!(all(&one), all(&other));
    }
}

fn of_line(seller: &'static str, on: &str, line: &'static str, fen: i64) -> Sale {
    Sale { line: (!line.is_empty()).then_some(line), ..sale("o1", seller, on, fen) }
}

fn parts_shown(parts: &Parts, metric: &str, dimension: &str, unit: &str) -> String {
    let october = "2026-10".parse().unwrap();
    let values = parts.of(&metric.into(), &dimension.into(), october, &unit.into());
    let values = values.into_iter().flatten();
    values.map(|(value, figure)| format!("{value}={figure:?}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_transfer_parts_the_values_too() {
    let rows = [
        of_line("P", "2026-10-15", "a", 10_000),
        of_line("P", "2026-10-16", "a", 20_000),
        of_line("P", "2026-10-16", "", 500),
        of_line("P", "2026-11-01", "b", 99_900),
    ];
    let parts = parts_of(&frames([sales(&rows)]), "line", &["2026-10".parse().unwrap()]);
    assert_eq!(parts_shown(&parts, "sales", "line", "P"), "=5 a=300");
    assert_eq!(parts_shown(&parts, "sales", "line", "D11"), "a=100");
    assert_eq!(parts_shown(&parts, "sales", "line", "D2"), "=5 a=200");
    assert_eq!(parts_shown(&parts, "sales", "line", "C"), "=5 a=300");
    assert_eq!(parts_shown(&parts, "some", "line", "C"), "a=2");
}

#[test]
fn values_are_called_by_their_names() {
    let rows = [("k1", 100), ("k2", 200), ("k3", 400), ("k4", 800)]
        .map(|(customer, fen)| Sale { customer, ..sale("o1", "P", "2026-10-15", fen) });
    let named = [("k1", Some("恒达")), ("k2", Some("博远")), ("k3", Some("恒达")), ("k4", None)];
    let columns = vec![
        text("id", named.iter().map(|(id, _)| Some(*id))),
        text("name", named.iter().map(|(_, name)| *name)),
    ];
    let mut customers = frame("customers", columns, named.len());
    let columns = NameColumns { value: "id".to_owned(), name: "name".to_owned() };
    customers.dimensions.names.insert("customer".into(), columns);
    let frames = frames([sales(&rows), customers]);
    let parts = parts_of(&frames, "customer", &["2026-10".parse().unwrap()]);
    assert_eq!(parts_shown(&parts, "sales", "customer", "D1"), "k4=8 博远=2 恒达 k1=1 恒达 k3=4");
    assert_eq!(parts_shown(&parts, "sales", "customer", "D2"), "");
}
