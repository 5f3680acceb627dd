//! Returns in the period of the return, and in that of the original row.

use super::*;
use crate::model::Exact;
use crate::model::Total;
use crate::settings::{ReturnPolicy, ReturnSettings};

fn returned(order: &str, origin: &str, on: &str, fen: i64) -> Sale {
    let origin = (!origin.is_empty()).then(|| origin.to_owned());
    Sale { origin, ..sale(order, "P", on, -fen) }
}

/// P sold in D11 and moved to D2 on the 16th of October.
fn rows() -> Vec<Sale> {
    vec![
        sale("o1", "P", "2026-09-20", 10_000),
        sale("o2", "P", "2026-10-10", 20_000),
        sale("o3", "P", "2026-10-20", 40_000),
        returned("r1", "o1", "2026-10-20", 1_000),
        returned("r2", "o2", "2026-10-20", 3_000),
        returned("r3", "o9", "2026-10-20", 50),
        returned("r4", "", "2026-10-21", 7),
    ]
}

fn found(rows: &[Sale], policy: ReturnPolicy, is: &str) -> FactsFound {
    let mut sales = sales(rows);
    sales.key = vec!["order".to_owned()];
    sales.returns = Some(ReturnSettings {
        policy,
        is: Some(is.to_owned()),
        date: None,
        origin: Some("origin".to_owned()),
    });
    let metrics = [
        metric("sales", Aggregate::Sum, Some("amount")),
        metric("customers", Aggregate::CountDistinct, Some("customer")),
    ];
    facts_of(
        &frames([sales]),
        &metrics,
        &["2026-09", "2026-10", "2026"].map(|p| p.parse().unwrap()),
    )
}

#[test]
fn a_return_counts_in_the_period_of_the_return() {
    let found = found(&rows(), ReturnPolicy::EventPeriod, "amount < 0");
    assert_eq!(shown(&found, "sales", "2026-09"), "C=100 D1=100 D11=100 P=100");
    assert_eq!(
        shown(&found, "sales", "2026-10"),
        "C=55943/100 D1=200 D11=200 D2=35943/100 P=55943/100"
    );
    assert!(found.warnings.is_empty());
}

#[test]
fn a_return_counts_in_the_period_and_the_unit_of_the_original_row() {
    let found = found(&rows(), ReturnPolicy::OriginPeriod, "amount < 0");
    assert_eq!(shown(&found, "sales", "2026-09"), "C=90 D1=90 D11=90 P=90");
    // r3 and r4 find no original row, and count on their own days, in D2.
    assert_eq!(
        shown(&found, "sales", "2026-10"),
        "C=56943/100 D1=170 D11=170 D2=39943/100 P=56943/100"
    );
    let told: Vec<String> = found.warnings.iter().map(|one| one.what.clone()).collect();
    assert_eq!(
        told,
        ["2 returns of extract “sales” count on their own day, since the original row is not \
          found: row 7 of sales (o9), row 8 of sales (nothing)"]
    );
    let all = Total::over_all(&found.totals);
    let Total { total, credited, .. } = &all[0];
    assert_eq!([total, credited], [&Exact::from_minor(65_943, 2); 2]);
    assert_eq!(all[0].difference(), Exact::zero());
}

#[test]
fn what_was_returned_before_the_records_begin_covers_no_month_more() {
    let mut rows = rows();
    rows.retain(|row| row.order.as_deref() != Some("o1"));
    rows[0].day = Some(day("2026-10-02"));
    let mut early = sales(&rows);
    early.returns = Some(ReturnSettings {
        policy: ReturnPolicy::OriginPeriod,
        is: Some("amount < 0".to_owned()),
        date: Some("sold".to_owned()),
        origin: None,
    });
    early.lazy = early.lazy.with_column(polars::prelude::lit("2024-03-05").alias("sold"));
    early.lazy =
        early.lazy.with_column(polars::prelude::col("sold").cast(polars::prelude::DataType::Date));
    let found = facts_of(
        &frames([early]),
        &[metric("sales", Aggregate::Sum, Some("amount"))],
        &["2026-10", "2024-03"].map(|period| period.parse().unwrap()),
    );
    assert_eq!(
        shown(&found, "sales", "2024-03"),
        "C=-4057/100 D1=-4057/100 D11=-4057/100 P=-4057/100"
    );
    let covered = found.facts.covered(&"sales".into()).unwrap();
    assert_eq!(covered.to_string(), "2026-10-01..2026-10-31");
}

#[test]
fn a_return_that_is_undated_itself_counts_where_its_original_does() {
    let mut rows = rows();
    rows[3].day = None;
    rows[5].day = None;
    let found = found(&rows, ReturnPolicy::OriginPeriod, "amount < 0");
    assert_eq!(shown(&found, "sales", "2026-09"), "C=90 D1=90 D11=90 P=90");
    let all = Total::over_all(&found.totals);
    assert_eq!(all[0].undated, Exact::from_minor(-50, 2));
    assert_eq!(all[0].difference(), Exact::zero());
}
