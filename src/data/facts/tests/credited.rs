//! Credited rows against the facts, to the last digit.

use proptest::prelude::*;

use super::credit::{shared, split};
use super::parts::{metrics, units};
use super::*;
use crate::data::facts::{CreditedRequest, Whose, find_credited};
use crate::model::credited::{CreditedRows, RowCell};
use crate::model::{Exact, MetricId};

fn credited_of(frames: &Frames, period: Period, most_rows: usize) -> CreditedRows {
    credited_for(frames, period, most_rows, Whose::BelowCompany)
}

/// Trailing months are read wherever the company's rows are.
fn credited_for(
    frames: &Frames,
    period: Period,
    most_rows: usize,
    whose: Whose<'_>,
) -> CreditedRows {
    let (org, metrics) = (org(), metrics());
    let of: Vec<MetricId> = metrics.iter().map(|metric| metric.id.clone()).collect();
    let request = CreditedRequest {
        metrics: &metrics,
        of: &of,
        period,
        org: &org,
        fiscal: FiscalYear::default(),
        extracts: &[],
        most_rows,
        whose,
        trailing: whose != Whose::BelowCompany,
    };
    find_credited(frames, &request).unwrap()
}

/// The sum of a unit's rows; nothing where no row counts.
fn sum(rows: &CreditedRows, metric: &str, unit: &UnitId) -> Option<Exact> {
    let (table, place) = rows.table_of(&metric.into())?;
    let table = &rows.tables[table];
    match table.units.get(unit) {
        Some(of_unit) => table.sum(of_unit, place),
        None => Some(Exact::zero()),
    }
}

/// Everybody but the company, whose rows are not listed.
fn listed_units() -> impl Iterator<Item = UnitId> {
    units().into_iter().filter(|unit| unit.as_str() != "C")
}

fn check(frames: &Frames, most_rows: usize) -> Result<(), TestCaseError> {
    let periods = periods();
    let found = facts_of(frames, &metrics(), &periods).facts;
    for period in periods {
        let rows = credited_of(frames, period, most_rows);
        prop_assert!(rows.table_of(&"trailing".into()).is_none());
        for unit in listed_units() {
            for metric in ["sales", "some", "customers"] {
                let figure = found.get(&metric.into(), period, &unit);
                let whole = figure.cloned().unwrap_or_else(Exact::zero);
                match sum(&rows, metric, &unit) {
                    Some(sum) => prop_assert_eq!(sum, whole, "{} {} {}", metric, period, unit),
                    None => prop_assert_eq!(metric, "customers"),
                }
            }
        }
    }
    Ok(())
}

/// Everybody's rows, and those that are read for one unit alone, trailing months among them.
fn check_each(frames: &Frames) -> Result<(), TestCaseError> {
    let periods = periods();
    let found = facts_of(frames, &metrics(), &periods).facts;
    for period in periods {
        let all = credited_for(frames, period, 1_000, Whose::All);
        for unit in units() {
            let own = credited_for(frames, period, 1_000, Whose::Unit(&unit));
            for metric in ["sales", "some", "customers", "trailing"] {
                let figure = found.get(&metric.into(), period, &unit);
                let whole = figure.cloned().unwrap_or_else(Exact::zero);
                for rows in [&all, &own] {
                    prop_assert_eq!(
                        sum(rows, metric, &unit),
                        Some(whole.clone()),
                        "{} {}",
                        metric,
                        unit
                    );
                }
            }
            let others = own.tables.iter().flat_map(|table| table.units.keys());
            prop_assert!(others.into_iter().all(|of| *of == unit));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn rows_of_one_unit_add_up_to_its_figure(rows in any_sales(), first in 1i128..9_999) {
        check_each(&frames([sales(&rows)]))?;
        let given = [
            split("o0", "P", first),
            split("o0", "Q", 10_000 - first),
            (Some("o2"), Some("P"), Some(10_000), true),
        ];
        check_each(&shared(&rows, &given))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn rows_add_up_to_the_figure(rows in any_sales(), most_rows in 0usize..12) {
        check(&frames([sales(&rows)]), 1_000)?;
        check(&frames([sales(&rows)]), most_rows)?;
    }

    #[test]
    fn shared_rows_add_up_to_the_figure(rows in any_sales(), first in 1i128..9_999, most_rows in 0usize..12) {
        let given = [
            split("o0", "P", first),
            split("o0", "Q", 10_000 - first),
            split("o1", "R", 3_333),
            split("o1", "S", 6_667),
            (Some("o1"), Some("Q"), Some(2_500), true),
            (Some("o2"), Some("P"), Some(10_000), true),
        ];
        check(&shared(&rows, &given), 1_000)?;
        check(&shared(&rows, &given), most_rows)?;
    }
}

#[test]
fn a_row_says_where_it_stands_and_what_of_it_counts() {
    let rows = [
        sale("o1", "P", "2026-10-20", 10_000),
        sale("o2", "Q", "2026-10-02", 1_999),
        sale("o3", "Q", "2026-11-01", 5),
    ];
    let given = [split("o1", "P", 2_500), split("o1", "Q", 7_500)];
    let found = credited_of(&shared(&rows, &given), "2026-10".parse().unwrap(), 10);
    let [table] = &found.tables[..] else { panic!("{} tables", found.tables.len()) };
    let headers: Vec<&str> = table.columns.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(headers, ["line", "customer", "order", "origin"]);
    let shown = |unit: &str| -> Vec<String> {
        let of_unit = &table.units[&unit.into()];
        let row = |&at: &usize| {
            let row = &table.rows[at];
            let RowCell::Text(order) = &row.cells[2] else { panic!("no order") };
            let sales = table.metrics.iter().position(|one| one.id.as_str() == "sales").unwrap();
            let credited = table.credited(row, sales).unwrap();
            let owner = &table.owners[row.owner];
            format!("{} {order} row {} {owner} {credited:?}", row.day, row.row)
        };
        of_unit.rows.iter().map(row).collect()
    };
    assert_eq!(shown("P"), ["2026-10-20 o1 row 2 P 25"]);
    assert_eq!(shown("Q"), ["2026-10-02 o2 row 3 Q 1999/100", "2026-10-20 o1 row 2 Q 75"]);
    // P is in D2 since the 16th.
    assert_eq!(shown("D2"), ["2026-10-20 o1 row 2 P 25"]);
    assert_eq!(shown("D1").len(), 2);
    assert!(!table.units.contains_key(&"C".into()));
}

#[test]
fn whoever_has_many_rows_has_sums_by_day() {
    let rows: Vec<Sale> =
        (0..5).map(|n| sale(&format!("o{n}"), "Q", "2026-10-02", 100 + n)).collect();
    let rows = [rows, vec![sale("p", "P", "2026-10-03", 7)]].concat();
    let found = credited_of(&frames([sales(&rows)]), "2026-10".parse().unwrap(), 4);
    let table = &found.tables[0];
    assert_eq!((table.rows.len(), table.days.len(), table.days[0].rows), (1, 1, 5));
    let of = |unit: &str| &table.units[&unit.into()];
    assert!(found.lists(of("P")) && !found.lists(of("Q")) && !found.lists(of("D1")));
    assert_eq!((of("D1").count, of("D11").count), (6, 1));
    assert_eq!(sum(&found, "sales", &"D1".into()), Some(Exact::from_minor(517, 2)));
    assert_eq!(sum(&found, "customers", &"Q".into()), None, "keys of sums cannot be told apart");
}
