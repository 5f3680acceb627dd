//! What is not in a figure: with what is, it makes up all rows.

use proptest::prelude::*;

use super::credit::{shared, split};
use super::*;
use crate::data::facts::{LeftOutRequest, find_left_out};
use crate::model::{Exact, LeftOut, WhyLeftOut};
use crate::settings::{ReturnPolicy, ReturnSettings};

fn sales_metric() -> Metric {
    metric("sales", Aggregate::Sum, Some("amount"))
}

fn of_unit(frames: &Frames, metric: &Metric, unit: &str, period: Period) -> Vec<LeftOut> {
    let (org, unit) = (org(), UnitId::from(unit));
    let request = LeftOutRequest {
        metric,
        unit: &unit,
        period,
        org: &org,
        fiscal: FiscalYear::default(),
        most_rows: 3,
    };
    find_left_out(frames, &request).unwrap()
}

fn in_october(frames: &Frames, metric: &Metric, unit: &str) -> Vec<String> {
    let found = of_unit(frames, metric, unit, "2026-10".parse().unwrap());
    found
        .iter()
        .map(|one| {
            let rows: Vec<String> = one.places.iter().map(|at| at.row.to_string()).collect();
            let sum = one.sum.as_ref().map_or("-".to_owned(), |sum| format!("{sum:?}"));
            format!("{} {} {sum} [{}]", one.why.code(), one.rows, rows.join(" "))
        })
        .collect()
}

#[test]
fn a_row_is_left_out_for_a_reason() {
    let nothing = Sale { seller: None, ..sale("o5", "", "2026-10-05", 500) };
    let rows = [
        sale("o1", "P", "2026-10-20", 10_000),
        sale("o2", "P", "2026-10-02", 2_000),
        Sale { day: None, ..sale("o3", "P", "2026-10-02", 300) },
        Sale { line: Some("b"), ..sale("o4", "P", "2026-10-03", 40) },
        nothing,
        sale("o6", "stranger", "2026-10-05", 7),
        sale("o7", "P", "2026-11-02", 1_000),
    ];
    let frames = frames([sales(&rows)]);
    let mut metric = sales_metric();
    simple(&mut metric).filter = Some("line = 'a'".to_owned());
    let nobodys = ["no_owner 1 5 [6]", "unknown 1 7/100 [7]"];
    let own = ["filter 1 2/5 [5]", "no_date 1 3 [4]"];
    assert_eq!(in_october(&frames, &metric, "P"), [&own[..], &nobodys].concat());
    // Of D2, what P sold before moving there is D11's.
    let elsewhere = ["filter 1 2/5 [5]", "elsewhere 1 20 [3]", "no_date 1 3 [4]"];
    assert_eq!(in_october(&frames, &metric, "D2"), [&elsewhere[..], &nobodys].concat());
    assert_eq!(in_october(&frames, &metric, "Q"), nobodys);
    assert_eq!(in_october(&frames, &metric, "C"), [&own[..], &nobodys].concat());
}

#[test]
fn shares_that_go_to_others_and_credit_beside_them_are_told() {
    let rows = [
        sale("o1", "P", "2026-10-20", 10_000),
        sale("o2", "P", "2026-10-20", 700),
        sale("o3", "R", "2026-10-20", 100),
    ];
    let given = [
        split("o1", "P", 2_500),
        split("o1", "Q", 7_500),
        split("o2", "P", 9_999),
        (Some("o3"), Some("S"), Some(5_000), true),
    ];
    let (frames, metric) = (shared(&rows, &given), sales_metric());
    assert_eq!(in_october(&frames, &metric, "P"), ["others_share 1 75 [2]", "shares 1 7 [3]"]);
    assert!(in_october(&frames, &metric, "S").is_empty(), "S has the overlay");
    // P, Q and R are all below C, so nothing of theirs goes to others.
    assert_eq!(in_october(&frames, &metric, "C"), ["overlay 1 1/2 [4]", "shares 1 7 [3]"]);
    let orders = super::metric("orders", Aggregate::Count, None);
    assert_eq!(in_october(&frames, &orders, "P"), ["others_share 1 3/4 [2]", "shares 1 1 [3]"]);
}

#[test]
fn a_return_that_counts_on_the_day_of_its_original_is_told() {
    let back = Sale { origin: Some("o1".to_owned()), ..sale("r1", "P", "2026-10-20", -1_000) };
    let mut frame = sales(&[sale("o1", "P", "2026-09-20", 10_000), back]);
    frame.key = vec!["order".to_owned()];
    frame.returns = Some(ReturnSettings {
        policy: ReturnPolicy::OriginPeriod,
        is: Some("amount < 0".to_owned()),
        date: None,
        origin: Some("origin".to_owned()),
    });
    let frames = frames([frame]);
    assert_eq!(in_october(&frames, &sales_metric(), "P"), ["other_day 1 -10 [3]"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn what_counts_and_what_does_not_are_all_rows(rows in any_sales()) {
        let (frames, metric) = (frames([sales(&rows)]), sales_metric());
        let periods = periods();
        let found = facts_of(&frames, std::slice::from_ref(&metric), &periods).facts;
        let org = org();
        for period in periods {
            let dates = period.dates(FiscalYear::default());
            let figure = |unit: &str| {
                let unit = UnitId::from(unit);
                found.get(&metric.id, period, &unit).cloned().unwrap_or_else(Exact::zero)
            };
            let left = |unit: &str, whys: &[WhyLeftOut]| -> Exact {
                let found = of_unit(&frames, &metric, unit, period);
                found.iter().filter(|one| whys.contains(&one.why)).filter_map(|o| o.sum.clone()).sum()
            };
            let inside = rows.iter().filter(|row| row.day.is_some_and(|day| dates.contains(day)));
            let all: i64 = inside.map(|row| row.fen).sum();
            let nobodys = left("C", &[WhyLeftOut::NoOwner, WhyLeftOut::Unknown]);
            prop_assert_eq!(figure("C") + nobodys, Exact::from_minor(all.into(), 2), "{}", period);
            for unit in ["D1", "D11", "D2"] {
                let below = |of: &UnitId| org.and_above(of).any(|above| above.as_str() == unit);
                let people = ["P", "Q", "R", "S"].into_iter().filter(|person| {
                    let stays = org.stays(&UnitId::from(*person)).iter();
                    stays.filter(|stay| below(&stay.unit)).any(|stay| stay.days_in(&dates).is_some())
                });
                let theirs: Exact = people.map(figure).sum();
                let elsewhere = left(unit, &[WhyLeftOut::Elsewhere]);
                prop_assert_eq!(figure(unit) + elsewhere, theirs, "{} {}", unit, period);
            }
        }
    }
}
