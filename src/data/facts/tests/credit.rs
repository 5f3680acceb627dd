//! Split and overlay credit: parts of a row are the row, to the last digit.

use proptest::prelude::*;

use super::parts::{metrics, parts_of};
use super::*;
use crate::model::Exact;
use crate::model::Total;
use crate::settings::{CreditSettings, ShareUnit};

/// A row of the extract `shares`: order, person, hundredths of a percent, overlay.
pub type Share = (Option<&'static str>, Option<&'static str>, Option<i128>, bool);

fn shares(rows: &[Share]) -> Frame {
    let columns = vec![
        text("order", rows.iter().map(|row| row.0)),
        text("person", rows.iter().map(|row| row.1)),
        Column::new(
            "share",
            Values::Decimal { minor: rows.iter().map(|row| row.2).collect(), scale: 2 },
        ),
        Column::new("overlay", Values::Boolean(rows.iter().map(|row| Some(row.3)).collect())),
    ];
    frame("shares", columns, rows.len())
}

/// Sales that these shares are of.
pub fn shared(rows: &[Sale], given: &[Share]) -> Frames {
    let mut sales = sales(rows);
    sales.credit = Some(CreditSettings {
        extract: "shares".into(),
        on: "order".to_owned(),
        their: None,
        person: "person".to_owned(),
        share: "share".to_owned(),
        share_in: ShareUnit::Percent,
        overlay: Some("overlay".to_owned()),
    });
    frames([sales, shares(given)])
}

pub fn split(order: &'static str, person: &'static str, hundredths: i128) -> Share {
    (Some(order), Some(person), Some(hundredths), false)
}

fn found_in(frames: &Frames) -> FactsFound {
    facts_of(frames, &metrics(), &periods())
}

/// A metric's total over all months.
fn total(found: &FactsFound, metric: &str) -> Total {
    let totals = Total::over_all(&found.totals);
    totals.into_iter().find(|total| total.metric.as_str() == metric).unwrap()
}

fn rejected(found: &FactsFound) -> Vec<String> {
    let shown = |r: &crate::data::Reject| {
        format!("{} row {} {} “{}”: {}", r.extract, r.row, r.column, r.value, r.reason)
    };
    found.rejects.iter().map(shown).collect()
}

#[test]
fn thirds_add_up_to_the_fen_without_rounding() {
    let rows = [sale("o1", "P", "2026-10-20", 10_000), sale("o2", "Q", "2026-10-20", 1)];
    let thirds = [split("o1", "P", 3333), split("o1", "Q", 3333), split("o1", "R", 3334)];
    let found = found_in(&shared(&rows, &thirds));
    assert!(found.rejects.is_empty(), "{:?}", found.rejects);
    // D1 has Q, D2 has P and R on that day.
    assert_eq!(
        shown(&found, "sales", "2026-10"),
        "C=10001/100 D1=1667/50 D2=6667/100 P=3333/100 Q=1667/50 R=1667/50"
    );
    assert_eq!(total(&found, "sales").credited, Exact::from_minor(10_001, 2));
    assert_eq!(total(&found, "sales").difference(), Exact::zero());
    // A row counts for each by the share, and a customer wholly for each.
    assert_eq!(
        shown(&found, "some", "2026-10"),
        "C=1 D1=3333/10000 D2=6667/10000 P=3333/10000 Q=3333/10000 R=1667/5000"
    );
    assert_eq!(shown(&found, "customers", "2026-10"), "C=1 D1=1 D2=1 P=1 Q=1 R=1");
}

#[test]
fn what_is_a_hundredth_of_a_percent_off_sets_the_row_aside() {
    for (off, sum) in [(3332, "99.99"), (3334, "100.01")] {
        let rows = [sale("o1", "P", "2026-10-20", 10_000), sale("o2", "P", "2026-10-20", 700)];
        let given = [split("o1", "P", 3333), split("o1", "Q", 3334), split("o1", "R", off)];
        let found = found_in(&shared(&rows, &given));
        assert_eq!(
            rejected(&found),
            [format!("sales row 2 order “o1”: its shares add up to {sum} %, not to 100 %")]
        );
        assert_eq!(shown(&found, "sales", "2026-10"), "C=7 D2=7 P=7");
        assert_eq!(shown(&found, "customers", "2026-10"), "C=1 D2=1 P=1");
        let total = total(&found, "sales");
        assert_eq!(total.rejected, Exact::from(100));
        assert_eq!(total.difference(), Exact::zero());
    }
}

#[test]
fn shares_of_nobody_known_or_of_nothing_set_the_row_aside() {
    let rows = ["o1", "o2", "o3", "o4"].map(|order| sale(order, "P", "2026-10-20", 100));
    let given = [
        split("o1", "P", 5000),
        split("o1", "stranger", 5000),
        split("o2", "P", 10_000),
        split("o2", "Q", 0),
        (Some("o3"), None, Some(10_000), false),
        split("o4", "P", 15_000),
        split("o4", "Q", -5000),
        (Some("o4"), Some("stranger"), Some(1), true),
        (None, Some("P"), Some(10_000), false),
    ];
    let found = found_in(&shared(&rows, &given));
    assert_eq!(
        rejected(&found),
        [
            "sales row 2 order “o1”: a share of it is stranger's, and nobody in the org has this id",
            "sales row 3 order “o2”: the share of Q is no number above 0",
            "sales row 4 order “o3”: a share of it is nobody's",
            "sales row 5 order “o4”: the share of Q is no number above 0",
            "shares row 9 person “stranger”: a share of it is stranger's, and nobody in the org has this id",
            "shares row 10 order “”: a share of no row",
        ]
    );
    assert_eq!(shown(&found, "sales", "2026-10"), "");
    assert_eq!(total(&found, "sales").rejected, Exact::from(4));
}

#[test]
fn a_row_that_is_not_shared_out_is_its_own_persons() {
    let rows = [
        sale("o1", "P", "2026-10-20", 100),
        sale("o2", "", "2026-10-20", 200),
        sale("o3", "", "2026-10-20", 400),
        sale("o4", "stranger", "2026-10-20", 800),
        sale("o5", "stranger", "2026-10-20", 1600),
    ];
    let found = found_in(&shared(&rows, &[split("o3", "Q", 10_000), split("o5", "Q", 10_000)]));
    assert_eq!(shown(&found, "sales", "2026-10"), "C=21 D1=20 D2=1 P=1 Q=20");
    assert_eq!(rejected(&found), ["sales row 5 seller “stranger”: nobody in the org has this id"]);
    assert_eq!(found.unassigned.values().sum::<u64>(), 1);
    assert_eq!(total(&found, "sales").unassigned, Exact::from(2));
    assert_eq!(total(&found, "sales").difference(), Exact::zero());
}

#[test]
fn overlay_is_its_persons_alone() {
    let rows = [sale("o1", "P", "2026-10-20", 10_000), sale("o2", "P", "2026-10-20", 500)];
    let overlay = |order, person, share| (Some(order), Some(person), Some(share), true);
    let given = [
        split("o1", "P", 5000),
        split("o1", "Q", 5000),
        overlay("o1", "S", 10_000),
        overlay("o2", "S", 2500),
        overlay("o2", "Q", 1000),
    ];
    let frames = shared(&rows, &given);
    let found = found_in(&frames);
    assert_eq!(shown(&found, "sales", "2026-10"), "C=105 D1=50 D2=55 P=55 Q=101/2 S=405/4");
    assert_eq!(shown(&found, "customers", "2026-10"), "C=1 D1=1 D2=1 P=1 Q=1 S=1");
    let sales = total(&found, "sales");
    assert_eq!((&sales.total, &sales.credited), (&Exact::from(105), &Exact::from(105)));
    assert_eq!(sales.overlay, Exact::from_minor(10_175, 2));
    assert_eq!(sales.difference(), Exact::zero());
    let parts = parts_of(&frames, "line", &["2026-10".parse().unwrap()]);
    let of = |unit: &str| {
        let october = "2026-10".parse().unwrap();
        parts.of(&"sales".into(), &"line".into(), october, &unit.into()).unwrap()["a"].clone()
    };
    assert_eq!([of("C"), of("S")], [Exact::from(105), Exact::from_minor(10_125, 2)]);
}

#[test]
fn a_split_follows_each_person_through_a_transfer() {
    let rows = [sale("o1", "Q", "2026-10-15", 10_000), sale("o2", "Q", "2026-10-16", 20_000)];
    let given = ["o1", "o2"].map(|order| [split(order, "P", 3000), split(order, "Q", 7000)]);
    let found = found_in(&shared(&rows, &given.concat()));
    // P is in D11, below D1, up to the 15th, and in D2 from the 16th on.
    assert_eq!(shown(&found, "sales", "2026-10"), "C=300 D1=240 D11=30 D2=60 P=90 Q=210");
}

#[test]
fn shares_of_rows_that_are_not_there_are_told() {
    let rows = [sale("o1", "P", "2026-10-20", 100)];
    let given = [split("o1", "Q", 10_000), split("o7", "Q", 10_000), split("o8", "Q", 10_000)];
    let found = found_in(&shared(&rows, &given));
    let told: Vec<String> = found.warnings.iter().map(|one| one.what.clone()).collect();
    assert_eq!(told, ["2 of the rows that “shares” shares out are not in extract “sales”"]);
    assert_eq!(found.warnings.iter().next().unwrap().place.row, Some(3));
}

/// Shares of chance: some rows have none, some add up, some do not; overlay beside some.
pub fn any_shares() -> impl Strategy<Value = Vec<(usize, u8, i128)>> {
    prop::collection::vec((0usize..40, 0u8..5, 1i128..10_000), 0..20)
}

pub fn shares_of(chance: &[(usize, u8, i128)]) -> Vec<Share> {
    const ORDERS: [&str; 8] = ["o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7"];
    let mut given = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (order, kind, share) in chance {
        let order = ORDERS[order % ORDERS.len()];
        let first = seen.insert(order);
        let overlay = (Some(order), Some("S"), Some(*share), true);
        match kind {
            0 if first => given.push(split(order, "Q", *share)),
            1..=3 if first => {
                given.extend([split(order, "P", *share), split(order, "Q", 10_000 - share)])
            }
            _ => given.push(overlay),
        }
    }
    given
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn peoples_parts_are_the_rows_and_permuting_changes_nothing(
        rows in any_sales(),
        chance in any_shares(),
    ) {
        let given = shares_of(&chance);
        let frames = shared(&rows, &given);
        let found = found_in(&frames);
        for total in &found.totals {
            prop_assert_eq!(total.difference(), Exact::zero(), "{:?}", total);
        }
        // Of a whole year, people's figures without overlay are the company's: S has the overlay.
        let year = || vec!["2026".parse().unwrap()];
        let of_year = facts_of(&frames, &metrics(), &year());
        let bare: Vec<Share> = given.iter().filter(|share| !share.3).copied().collect();
        let without = facts_of(&shared(&rows, &bare), &metrics(), &year());
        for metric in ["sales", "some"].map(Into::into) {
            let figure = |found: &FactsFound, unit: &str| -> Exact {
                let at = "2026".parse().unwrap();
                found.facts.get(&metric, at, &unit.into()).cloned().unwrap_or_else(Exact::zero)
            };
            let people: Exact = ["P", "Q", "R", "S"].map(|unit| figure(&without, unit)).iter().sum();
            prop_assert_eq!(people, figure(&without, "C"));
            for unit in ["C", "D1", "D11", "D2", "P", "Q", "R"] {
                prop_assert_eq!(figure(&of_year, unit), figure(&without, unit), "{}", unit);
            }
            if rows.is_empty() {
                continue;
            }
            let total = total(&of_year, metric.as_str());
            prop_assert_eq!(&figure(&of_year, "S") - &figure(&without, "S"), total.overlay.clone());
            prop_assert_eq!(figure(&of_year, "C"), total.credited.clone());
        }

        let (mut turned_rows, mut turned_shares) = (rows.clone(), given.clone());
        turned_rows.reverse();
        turned_shares.reverse();
        let turned = shared(&turned_rows, &turned_shares);
        let other = found_in(&turned);
        prop_assert_eq!(format!("{:?}", found.facts), format!("{:?}", other.facts));
        prop_assert_eq!(&found.totals, &other.totals);
        prop_assert_eq!(found.rejects.len(), other.rejects.len());

        // Parts follow the same credit.
        let parts = parts_of(&frames, "line", &periods());
        for (period, unit, whole) in found.facts.of_metric(&"sales".into()) {
            let values = parts.of(&"sales".into(), &"line".into(), period, unit);
            let sum: Exact = values.into_iter().flatten().map(|(_, figure)| figure).sum();
            prop_assert_eq!(&sum, whole, "{} {}", period, unit);
        }
    }
}
