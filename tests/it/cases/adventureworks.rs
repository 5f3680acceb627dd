//! AdventureWorks against the figures beside its extracts: people, months, quotas by both readings,
//! fiscal years, and territories by their history.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use attain::model::Exact;
use chrono::NaiveDate;

use super::{Comparison, Ran, Row, data_of, read_csv, run, run_of, split_records};

const NAME: &str = "adventureworks";
/// People with sales and quotas, and no territory.
const MANAGERS: [&str; 3] = ["274", "285", "287"];
/// What the company reached of its quotas, from one quota date to the next.
const BY_QUOTA_DATES: [&str; 12] = [
    "0.8218", "0.8658", "0.8567", "0.8196", "0.8428", "0.8136", "0.8906", "0.8377", "0.7964",
    "0.8365", "0.8837", "0.8633",
];
/// And by calendar quarters, 2011-Q2 to 2014-Q1.
const BY_QUARTERS: [&str; 12] = [
    "0.1259", "0.6307", "0.9979", "1.2842", "0.6640", "0.8945", "0.9957", "0.7849", "0.6463",
    "0.8849", "0.9793", "0.7982",
];

fn expected(file: &str) -> Vec<Row> {
    read_csv(&extract(file))
}

fn extract(file: &str) -> PathBuf {
    data_of(NAME).expect("the case ran").join(file)
}

fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

/// The people's scores of a grain in a metric.
fn people<'a>(ran: &'a Ran, grain: &str, metric: &'a str) -> impl Iterator<Item = &'a Row> {
    ran.scores_of(grain, metric).filter(|row| row.text("level") == "person")
}

fn sum<'a>(rows: impl Iterator<Item = &'a Row>, column: &str) -> Exact {
    rows.filter_map(|row| row.number(column)).sum()
}

#[test]
fn every_figure_of_every_person_and_month_is_as_expected() {
    let Some(ran) = run_of(NAME) else { return };
    let rows = expected("expected_monthly.csv");
    let mut comparison = Comparison::default();
    for row in &rows {
        compare_month(&mut comparison, ran, row, row.text("sales_person_id"));
    }
    comparison.finish(423 * 7);
    let listed: BTreeSet<_> =
        rows.iter().map(|row| (row.text("sales_person_id"), row.text("month"))).collect();
    let with_orders: BTreeSet<_> = people(ran, "month", "orders")
        .filter(|row| row.number("actual").is_some_and(|orders| orders.is_positive()))
        .map(|row| (row.text("unit_id"), row.text("period")))
        .collect();
    assert_eq!(with_orders, listed, "no month with orders is missing, and none is invented");
}

#[test]
fn every_figure_of_every_month_of_the_company_is_as_expected() {
    let Some(ran) = run_of(NAME) else { return };
    let mut comparison = Comparison::default();
    for row in &expected("expected_monthly_company.csv") {
        compare_month(&mut comparison, ran, row, "AW");
    }
    comparison.finish(38 * 7);
}

/// In a month without orders, a count or sum is a known zero, and a ratio is absent.
fn compare_month(comparison: &mut Comparison, ran: &Ran, row: &Row, unit: &str) {
    let month = row.text("month");
    let actual = |metric: &str| ran.actual("month", month, unit, metric);
    let what = |metric: &str| format!("{unit} {month} {metric}");
    for (column, metric) in [
        ("orders", "orders"),
        ("sales_subtotal", "sales"),
        ("customers", "customers"),
        ("new_customers", "new_customers"),
        ("cost_history", "cost"),
    ] {
        let expected = row.number(column).unwrap_or_else(Exact::zero);
        comparison.exact(&what(metric), actual(metric), Some(expected));
    }
    for (column, metric, decimals) in
        [("avg_order_value", "order_value", 4), ("gross_margin", "gross_margin", 6)]
    {
        comparison.rounded(&what(metric), actual(metric), row.number(column), decimals);
    }
}

#[test]
fn quotas_and_attainment_are_as_expected_by_both_readings() {
    let Some(ran) = run_of(NAME) else { return };
    let mut comparison = Comparison::default();
    let mut without_quota = 0;
    for row in &expected("expected_quarterly.csv") {
        let (grain, period) = match row.text("basis") {
            "calendar_quarter" => ("quarter", row.text("period").replace('Q', "-Q")),
            _ => ("range", range_of(row)),
        };
        let unit = row.text("sales_person_id");
        let what = format!("{unit} {period}");
        let Some(score) = ran.score(grain, &period, unit, "sales") else {
            panic!("{what} was not judged");
        };
        comparison.exact(&what, score.number("target"), row.number("quota"));
        comparison.exact(&what, score.number("actual"), row.number("sales_subtotal"));
        let orders = ran.actual(grain, &period, unit, "orders");
        comparison.exact(&what, orders, row.number("orders"));
        let attainment = row.number("attainment");
        let state = if attainment.is_some() { "" } else { "no_target" };
        assert_eq!(score.text("state"), state, "{what}");
        without_quota += usize::from(attainment.is_none());
        comparison.rounded(&what, score.number("attainment"), attainment, 6);
    }
    comparison.finish((163 + 179) * 4);
    assert_eq!(without_quota, 16, "2014-Q2 has sales and no quota");
}

/// Such as `2011-05-31..2011-08-30`: both days inside.
fn range_of(row: &Row) -> String {
    let end: NaiveDate = row.text("period_end_exclusive").parse().unwrap();
    format!("{}..{}", row.text("period_start"), end.pred_opt().unwrap())
}

#[test]
fn the_company_attains_what_its_people_do_and_the_best_earn_more() {
    let Some(ran) = run_of(NAME) else { return };
    for (grain, shares, best) in [("range", BY_QUOTA_DATES, 8), ("quarter", BY_QUARTERS, 37)] {
        let mut comparison = Comparison::default();
        let company = ran.scores_of(grain, "sales").filter(|row| row.text("unit_id") == "AW");
        let attained = company.filter(|row| row.number("attainment").is_some());
        for (row, share) in attained.zip(shares) {
            let attainment = row.number("attainment");
            comparison.rounded(row.text("period"), attainment, Some(number(share)), 4);
        }
        comparison.finish(shares.len());
        let best_paid = ran.table("coefficients").iter().filter(|row| {
            row.text("grain") == grain && row.number("coefficient") == Some(number("1.2"))
        });
        assert_eq!(best_paid.count(), best, "{grain}");
    }
}

#[test]
fn months_and_quota_periods_add_up_to_the_totals_of_each_person() {
    let Some(ran) = run_of(NAME) else { return };
    let mut comparison = Comparison::default();
    for row in &expected("expected_totals.csv") {
        let unit = row.text("sales_person_id");
        let of_unit =
            |grain, metric| people(ran, grain, metric).filter(|row| row.text("unit_id") == unit);
        for (metric, column) in [("orders", "orders"), ("sales", "sales_subtotal")] {
            let total = sum(of_unit("month", metric), "actual");
            comparison.exact(&format!("{unit} {metric}"), Some(total), row.number(column));
        }
        // A quota begins on that day, and no order is younger than the last quota's end.
        let since = of_unit("range", "sales").filter(|row| *row.text("period") >= *"2013-05-30");
        let since = Some(sum(since, "actual"));
        comparison.exact(&format!("{unit} since"), since, row.number("sales_since_2013_05_30"));

        let first = of_unit("month", "sales").next().expect("somebody who takes part");
        assert_eq!(first.text("unit_name"), row.text("name"));
        // The order book begins with 2011-05, and the judged months one before.
        let hired = &row.text("hire_date")[..7];
        let hired = hired.max("2011-04");
        assert_eq!(first.text("period"), hired, "{unit} takes part from the month of hiring");
    }
    comparison.finish(17 * 3);
}

#[test]
fn fiscal_years_from_july_are_as_expected() {
    let Some(data) = data_of(NAME) else { return };
    let ran = run(NAME, &data, &[("ATTAIN__COMPANY__FISCAL_YEAR_STARTS", "7")]);
    let mut comparison = Comparison::default();
    for row in &expected("expected_fiscal_years.csv") {
        let unit = row.text("sales_person_id");
        for year in ["2011", "2012", "2013", "2014"] {
            // Before somebody's hiring there is no score; in a year without sales it says zero.
            let sales = ran.actual("year", year, unit, "sales");
            let sales = sales.filter(|sales| !sales.is_zero());
            comparison.exact(&format!("{unit} {year}"), sales, row.number(year));
        }
    }
    comparison.finish(17 * 4);
}

#[test]
fn orders_count_for_the_territory_that_the_person_had_on_their_day() {
    let Some(ran) = run_of(NAME) else { return };
    let history = std::fs::read_to_string(extract("ms-oltp-original/SalesTerritoryHistory.csv"));
    let history = split_records(&history.unwrap(), '\t');
    let territory_of = |person: &str, day: &str| {
        let held = history.iter().find(|held| {
            let (from, last) = (&held[2], &held[3]);
            held[0] == person && from[..10] <= *day && (last.is_empty() || *day <= last[..10])
        });
        held.map(|held| format!("T{}", held[1]))
    };
    let mut credit: BTreeMap<(Option<String>, String), Exact> = BTreeMap::new();
    for order in read_csv(&extract("export_sales_rep_orders.csv")) {
        let day = order.text("OrderDate");
        let territory = territory_of(order.text("SalesPersonID"), day);
        let credited = credit.entry((territory, day[..7].to_owned())).or_insert_with(Exact::zero);
        *credited = &*credited + &order.number("SubTotal").unwrap();
    }
    let of = |territory: Option<&str>, month: &str| {
        let key = (territory.map(str::to_owned), month.to_owned());
        credit.get(&key).cloned().unwrap_or_else(Exact::zero)
    };
    let mut comparison = Comparison::default();
    let months: BTreeSet<_> =
        ran.scores_of("month", "sales").map(|row| row.text("period")).collect();
    let territories: Vec<String> = (1..=10).map(|number| format!("T{number}")).collect();
    for month in &months {
        let mut parts = of(None, month);
        for territory in &territories {
            let actual = ran.actual("month", month, territory, "sales");
            parts = parts + actual.clone().unwrap_or_else(Exact::zero);
            comparison.exact(
                &format!("{territory} {month}"),
                actual,
                Some(of(Some(territory), month)),
            );
        }
        let company = ran.actual("month", month, "AW", "sales");
        comparison.exact(&format!("territories and the rest in {month}"), Some(parts), company);
    }
    comparison.finish(39 * 11);
    let elsewhere: Exact = months.iter().map(|month| of(None, month)).sum();
    assert!(elsewhere.is_positive(), "the managers' and 280's sales lie in no territory");
}

#[test]
fn two_people_swap_their_territories_and_their_past_stays() {
    let Some(ran) = run_of(NAME) else { return };
    let place = |month: &str, unit: &str| {
        ran.score("month", month, unit, "sales").unwrap().text("parent_id").to_owned()
    };
    for (month, first, second) in [
        ("2012-10", "T2", "T3"),
        // The swap is on its last day.
        ("2012-11", "T3", "T2"),
        ("2014-06", "T3", "T2"),
    ] {
        assert_eq!(place(month, "275"), first, "{month}");
        assert_eq!(place(month, "277"), second, "{month}");
    }
    assert_eq!(place("2012-08", "280"), "T1");
    assert_eq!(place("2012-10", "280"), "AW", "a territory that ended without a successor");
}

#[test]
fn managers_sell_under_the_company_and_everybody_adds_up_to_it() {
    let Some(ran) = run_of(NAME) else { return };
    for manager in MANAGERS {
        let scores = || people(ran, "range", "sales").filter(|row| row.text("unit_id") == manager);
        assert!(scores().all(|row| row.text("parent_id") == "AW"), "{manager}");
        assert!(sum(scores(), "actual").is_positive(), "{manager} sells");
        assert!(sum(scores(), "target").is_positive(), "{manager} has quotas");
    }
    for (grain, column) in
        [("month", "actual"), ("range", "actual"), ("range", "target"), ("quarter", "target")]
    {
        let company = ran.scores_of(grain, "sales").filter(|row| row.text("unit_id") == "AW");
        for row in company {
            let period = row.text("period");
            let parts = people(ran, grain, "sales").filter(|part| part.text("period") == period);
            let whole = row.number(column).unwrap_or_else(Exact::zero);
            assert_eq!(sum(parts, column), whole, "{grain} {period} {column}");
        }
    }
}

#[test]
fn online_orders_are_nobodys_and_accounted_for() {
    let Some(ran) = run_of(NAME) else { return };
    assert!(ran.table("rejects").is_empty(), "{} rows set aside", ran.table("rejects").len());
    let amounts = |metric: &str| {
        let rows = || ran.table("reconciliation").iter().filter(|row| row.text("metric") == metric);
        ["total", "credited", "unassigned"].map(|column| sum(rows(), column))
    };
    let sales = ["109846381.4039", "80487704.1832", "29358677.2207"];
    assert_eq!(amounts("sales"), sales.map(number));
    assert_eq!(amounts("orders"), ["31465", "3806", "27659"].map(number));
}
