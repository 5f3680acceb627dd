use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::metric::{CreditTo, Simple};
use crate::model::org::Membership;
use crate::model::plan::{Buffer, BufferSide, BufferSize};
use crate::model::{
    Aggregate, Bilingual, Direction, MetricKind, MetricUnit, Person, Target, TargetOrigin, Unit,
};

pub(super) fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

pub(super) fn metric(id: &str, unit: MetricUnit) -> Metric {
    let words = Bilingual { zh: String::new(), en: String::new() };
    Metric {
        id: id.into(),
        label: words.clone(),
        definition: words,
        kind: MetricKind::Simple(Simple {
            extract: "orders".into(),
            value: None,
            aggregate: Aggregate::Sum,
            filter: None,
            date: "day".into(),
            credit_to: CreditTo::Person("person".into()),
            trailing_months: None,
        }),
        unit,
        direction: Direction::Higher,
        decimals: 2,
        hidden: false,
    }
}

/// The company C with D1 and D2; P1 and P2 in D1, P3 in D2. P2 moves to D2 in July.
pub(super) fn org() -> Org {
    let unit = |id: &str, parent: Option<&str>| {
        let parent = parent.map(UnitId::from);
        (id.into(), Unit { id: id.into(), name: id.into(), name_en: None, parent, owner: None })
    };
    let person = |id: &str| {
        let (mail, language, role, joined, left) = (None, None, None, None, None);
        let (id, name, bonus_base) = (UnitId::from(id), id.to_owned(), None);
        (id.clone(), Person { id, name, mail, language, role, joined, left, bonus_base })
    };
    let july = Some("2026-07-01".parse().unwrap());
    let stay = |unit: &str, from, to| Membership { unit: unit.into(), from, to };
    Org {
        company: "C".into(),
        units: [unit("C", None), unit("D1", Some("C")), unit("D2", Some("C"))].into(),
        people: ["P1", "P2", "P3"].map(person).into(),
        memberships: [
            ("P1".into(), vec![stay("D1", None, None)]),
            ("P2".into(), vec![stay("D1", None, july), stay("D2", july, None)]),
            ("P3".into(), vec![stay("D2", None, None)]),
        ]
        .into(),
    }
}

pub(super) type Rows<'a> = &'a [(&'a str, &'a str, &'a str)];

pub(super) fn target(place: usize, (unit, period, value): (&str, &str, &str)) -> Target {
    Target {
        unit: unit.into(),
        metric: "m".into(),
        period: period.parse().unwrap(),
        value: number(value),
        owner: None,
        due: None,
        source: None,
        note: None,
        origin: TargetOrigin { file: "t".into(), row: place as u64 + 2 },
    }
}

pub(super) fn book(rows: Rows<'_>, metrics: &[Metric]) -> TargetBook {
    let targets: Vec<Target> =
        rows.iter().enumerate().map(|(place, row)| target(place, *row)).collect();
    TargetBook::new(&targets, &BTreeMap::new(), metrics, FiscalYear::default())
}

fn compared(rows: Rows<'_>, submitted: Rows<'_>, buffers: Vec<Buffer>) -> Vec<Comparison> {
    let metrics = [metric("m", MetricUnit::Money)];
    let case = ReconcileCase {
        org: &org(),
        metrics: &metrics,
        targets: &book(rows, &metrics),
        by_dimension: &[],
        submissions: &book(submitted, &metrics),
        rule: &ReconcileRule { buffers },
        fiscal: FiscalYear::default(),
    };
    reconcile(&case, Period::Year(2026)).comparisons
}

/// Unit, period, difference, state, of each comparison.
pub(super) fn told(found: &[Comparison]) -> Vec<String> {
    let difference = |one: &Comparison| match &one.difference {
        Some(value) => crate::model::round::to_plain(value),
        None => "-".to_owned(),
    };
    let tell = |one: &Comparison| {
        format!("{} {} {} {}", one.unit, one.period, difference(one), one.state.code())
    };
    found.iter().map(tell).collect()
}

#[test]
fn a_cent_is_a_mismatch_and_its_parent_still_matches() {
    let rows = [
        ("C", "2026", "300"),
        ("D1", "2026", "200"),
        ("D2", "2026", "100"),
        ("P1", "2026", "120"),
        ("P2", "2026", "79.99"),
        ("P3", "2026", "100"),
    ];
    let found = compared(&rows, &[], Vec::new());
    assert_eq!(told(&found), ["C 2026 0 matches", "D1 2026 -0.01 mismatch", "D2 2026 0 matches"]);
}

#[test]
fn a_row_counts_where_its_person_was_when_its_period_began() {
    let rows = [
        ("D1", "2026", "300"),
        ("D2", "2026", "100"),
        ("P1", "2026", "200"),
        ("P2", "2026-Q1", "60"),
        ("P2", "2026-Q2", "40"),
        ("P2", "2026-Q3", "70"),
        ("P3", "2026", "30"),
    ];
    let found = compared(&rows, &[], Vec::new());
    let expected = ["C 2026 - no_parent_target", "D1 2026 0 matches", "D2 2026 0 matches"];
    assert_eq!(told(&found), expected);
    assert_eq!(found[0].below, Some(Exact::from(400)));
}

#[test]
fn shorter_periods_are_compared_where_the_parent_was_given_them() {
    let rows = [
        ("D1", "2026-Q1", "60"),
        ("D1", "2026-Q2", "60"),
        ("P1", "2026", "100"),
        ("P2", "2026", "140"),
    ];
    let found = compared(&rows, &[], Vec::new());
    let d1: Vec<String> = told(&found).into_iter().filter(|row| row.starts_with("D1")).collect();
    assert_eq!(d1, ["D1 2026-Q1 0.03 matches", "D1 2026-Q2 0.01 matches"]);
    assert!(found.iter().all(|one| one.rounding == one.difference.is_some()));
}

#[test]
fn cutting_a_year_into_months_is_no_mismatch_and_a_real_one_shows() {
    let month = |value: &str| {
        let rows = [("D1", "2026-02", value), ("P1", "2026", "100"), ("P2", "2026", "100")];
        compared(&rows, &[], Vec::new()).into_iter().find(|one| one.unit.as_str() == "D1").unwrap()
    };
    let near = month("16.67");
    assert_eq!((near.state, near.rounding), (ReconcileState::Matches, true));
    assert_eq!(month("16.70").state, ReconcileState::Mismatch);
}

#[test]
fn the_closest_buffer_counts_on_its_side_to_the_edge() {
    let share = |share: &str, unit: Option<&str>, level, side| Buffer {
        metric: None,
        unit: unit.map(UnitId::from),
        level,
        size: BufferSize::Share(number(share)),
        side,
    };
    let state = |below: &str, buffers: &[Buffer]| {
        let rows = [("D1", "2026", "100"), ("P1", "2026", below)];
        let found = compared(&rows, &[], buffers.to_vec());
        found.into_iter().find(|one| one.unit.as_str() == "D1").unwrap().state
    };
    let over = [share("5%", None, None, BufferSide::Over)];
    assert_eq!(state("105", &over), ReconcileState::WithinBuffer);
    assert_eq!(state("105.01", &over), ReconcileState::Mismatch);
    assert_eq!(state("99.99", &over), ReconcileState::Mismatch);
    assert_eq!(state("100", &over), ReconcileState::Matches);
    let closer = [
        share("50%", None, Some(Level::Department), BufferSide::Both),
        share("1%", Some("D1"), None, BufferSide::Both),
        share("70%", None, None, BufferSide::Both),
    ];
    assert_eq!(state("102", &closer), ReconcileState::Mismatch);
    assert_eq!(state("99", &closer), ReconcileState::WithinBuffer);
    assert_eq!(state("102", &closer[..1]), ReconcileState::WithinBuffer);
}

#[test]
fn submissions_stand_beside_and_change_no_state() {
    let rows = [("D1", "2026", "100"), ("P1", "2026", "60"), ("P2", "2026", "40")];
    let submitted = [("D1", "2026", "90"), ("P1", "2026", "50"), ("P3", "2026", "10")];
    let found = compared(&rows, &submitted, Vec::new());
    let of = |unit: &str| found.iter().find(|one| one.unit.as_str() == unit).unwrap();
    assert_eq!(of("D1").state, ReconcileState::Matches);
    assert_eq!(of("D1").submitted, Some(Exact::from(90)));
    assert_eq!((of("D1").below_submitted.clone(), of("D1").submitters), (Some(Exact::from(50)), 1));
    // D2 has no target, and P3 no target either: what they submitted is still shown.
    assert_eq!(of("D2").below_submitted, Some(Exact::from(10)));
    assert_eq!(of("C").below_submitted, Some(Exact::from(100)));
}

#[test]
fn who_has_no_target_is_named() {
    let found = compared(&[("D1", "2026", "100"), ("P1", "2026", "100")], &[], Vec::new());
    let of = |unit: &str| found.iter().find(|one| one.unit.as_str() == unit).unwrap();
    assert_eq!(of("D1").without, ["P2".into()]);
    assert_eq!(of("C").without, ["D2".into()]);
    let alone = compared(&[("D1", "2026", "100")], &[], Vec::new());
    assert_eq!(told(&alone), ["C 2026 - no_parent_target", "D1 2026 - no_children"]);
}

#[test]
fn levels_are_named_and_not_compared() {
    let metrics = [metric("m", MetricUnit::Percent)];
    let case = ReconcileCase {
        org: &org(),
        metrics: &metrics,
        targets: &book(&[("C", "2026", "0.95"), ("D1", "2026", "0.9")], &metrics),
        by_dimension: &[],
        submissions: &book(&[], &metrics),
        rule: &ReconcileRule::default(),
        fiscal: FiscalYear::default(),
    };
    let found = reconcile(&case, Period::Year(2026));
    assert_eq!(found.not_additive, ["m".into()]);
    assert!(found.comparisons.is_empty());
    assert!(reconcile(&case, Period::Year(2025)).not_additive.is_empty());
}

proptest! {
    #[test]
    fn the_difference_is_the_sum_less_the_target_and_the_order_of_rows_is_of_no_matter(
        cents in proptest::collection::vec(0i64..1_000_000, 6),
        turn in 0usize..6,
    ) {
        let units = ["C", "D1", "D2", "P1", "P2", "P3"];
        let texts: Vec<String> = cents
            .iter()
            .map(|minor| crate::model::round::to_fixed(&Exact::from_minor(i128::from(*minor), 2), 2))
            .collect();
        let mut rows: Vec<(&str, &str, &str)> =
            units.iter().zip(&texts).map(|(unit, text)| (*unit, "2026", text.as_str())).collect();
        let found = compared(&rows, &[], Vec::new());
        let minor = |at: usize| Exact::from_minor(i128::from(cents[at]), 2);
        let expected = [
            &(&minor(1) + &minor(2)) - &minor(0),
            &(&minor(3) + &minor(4)) - &minor(1),
            &minor(5) - &minor(2),
        ];
        let differences: Vec<Exact> =
            found.iter().filter_map(|one| one.difference.clone()).collect();
        prop_assert_eq!(differences.as_slice(), expected.as_slice());
        rows.rotate_left(turn);
        prop_assert_eq!(compared(&rows, &[], Vec::new()), found);
    }
}
