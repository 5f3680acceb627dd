//! How targets of longer and shorter periods go together.

use std::collections::BTreeMap;

use super::targets::TargetBook;
use crate::model::{
    Aggregate, Bilingual, Direction, Exact, FiscalYear, Metric, MetricKind, MetricUnit, Period,
    Target, TargetOrigin,
};

fn metric(unit: MetricUnit) -> Metric {
    let words = Bilingual { zh: String::new(), en: String::new() };
    let simple = crate::model::metric::Simple {
        extract: "orders".into(),
        value: None,
        aggregate: Aggregate::Count,
        filter: None,
        date: "day".into(),
        credit_to: crate::model::metric::CreditTo::Person("person".into()),
        trailing_months: None,
    };
    Metric {
        id: "m".into(),
        label: words.clone(),
        definition: words,
        kind: MetricKind::Simple(simple),
        unit,
        direction: Direction::Higher,
        decimals: 2,
        hidden: false,
    }
}

fn book(unit: MetricUnit, rows: &[(&str, &str)]) -> TargetBook {
    let targets: Vec<Target> = rows
        .iter()
        .enumerate()
        .map(|(row, (period, value))| Target {
            unit: "u".into(),
            metric: "m".into(),
            period: period.parse().unwrap(),
            value: Exact::parse(value).unwrap(),
            owner: None,
            due: None,
            source: None,
            note: None,
            origin: TargetOrigin { file: "t".into(), row: row as u64 + 2 },
        })
        .collect();
    TargetBook::new(&targets, &BTreeMap::new(), &[metric(unit)], FiscalYear::default())
}

fn value(book: &TargetBook, period: Period) -> Option<Exact> {
    book.own(&"u".into(), &"m".into(), period).map(|(value, _)| value)
}

#[test]
fn shorter_rows_win_and_the_rest_shares_what_is_left() {
    let rows = [("2026", "1200"), ("2026-Q1", "400"), ("2026-02", "300")];
    let book = book(MetricUnit::Money, &rows);
    let month = |month| value(&book, Period::Month { year: 2026, month }).unwrap();
    assert_eq!([month(1), month(2), month(3)], [50, 300, 50].map(Exact::from));
    assert_eq!(month(4), Exact::parse("88.89").unwrap());
    assert_eq!(value(&book, Period::Ytd { year: 2026, month: 12 }), Some(Exact::from(1200)));
    assert_eq!(value(&book, "2026-Q1".parse().unwrap()), Some(Exact::from(400)));
    assert_eq!(value(&book, "2027-01".parse().unwrap()), None);
}

#[test]
fn a_level_holds_for_every_part_of_its_period() {
    let book = book(MetricUnit::Percent, &[("2026", "95%"), ("2026-Q4", "97%")]);
    assert_eq!(value(&book, "2026-03".parse().unwrap()), Some(Exact::parse("95%").unwrap()));
    assert_eq!(value(&book, "2026-11".parse().unwrap()), Some(Exact::parse("97%").unwrap()));
    assert_eq!(value(&book, "2025-11".parse().unwrap()), None);
}

proptest::proptest! {
    /// In whatever order rows of months, quarters and the year were written, the months are the
    /// same, and money in other units gives the same shares of it.
    #[test]
    fn neither_the_order_of_rows_nor_the_unit_of_money_changes_a_share(
        values in proptest::collection::vec(1i64..1_000_000, 1..17),
        seed in 0usize..1000,
    ) {
        let quarters = (1..=4).map(|quarter| format!("2026-Q{quarter}"));
        let months = (1..=12).map(|month| format!("2026-{month:02}"));
        let periods: Vec<String> =
            ["2026".to_owned()].into_iter().chain(quarters).chain(months).collect();
        let rows = |factor: i64| -> Vec<(String, String)> {
            let value = |value: &i64| (value * factor).to_string();
            periods.iter().cloned().zip(values.iter().map(value)).collect()
        };
        let months_of = |rows: &[(String, String)]| -> Vec<Option<Exact>> {
            let rows: Vec<(&str, &str)> =
                rows.iter().map(|(period, value)| (period.as_str(), value.as_str())).collect();
            let book = book(MetricUnit::Money, &rows);
            (1..=12).map(|month| value(&book, Period::Month { year: 2026, month })).collect()
        };
        let as_written = rows(1);
        let mut turned = as_written.clone();
        turned.rotate_left(seed % as_written.len());
        turned.reverse();
        proptest::prop_assert_eq!(months_of(&as_written), months_of(&turned));
        // To the cent: a part may differ by what is left over of a hundred of them.
        let (small, large) = (months_of(&as_written), months_of(&rows(100)));
        for (small, large) in small.iter().zip(&large) {
            if let (Some(small), Some(large)) = (small, large) {
                let apart = &(small * &Exact::from(100)) - large;
                proptest::prop_assert!(apart.abs() <= Exact::from(12));
            }
        }
    }
}
