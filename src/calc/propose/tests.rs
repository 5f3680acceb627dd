use proptest::prelude::*;

use super::share::{Claim, share};
use super::*;
use crate::model::org::Membership;
use crate::model::{Person, Unit};

fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn claim(weight: i64, least: i64, most: Option<i64>) -> Claim {
    let (weight, least) = (Exact::from(weight), Exact::from(least));
    Claim { weight, least, most: most.map(Exact::from) }
}

#[test]
fn who_is_held_at_a_bound_leaves_the_rest_to_the_others() {
    let claims = [claim(6, 0, Some(40)), claim(3, 0, None), claim(1, 15, None)];
    let parts = share(&Exact::from(100), &claims, 2).unwrap();
    assert_eq!(parts, [40, 45, 15].map(Exact::from));
}

#[test]
fn bounds_that_do_not_hold_the_whole_say_by_how_much() {
    let claims = [claim(1, 20, Some(40)), claim(1, 30, Some(50))];
    assert_eq!(
        share(&Exact::from(100), &claims, 2),
        Err(Infeasible::TooMuch { most: Exact::from(90), over: Exact::from(10) })
    );
    assert_eq!(
        share(&Exact::from(45), &claims, 2),
        Err(Infeasible::TooLittle { least: Exact::from(50), missing: Exact::from(5) })
    );
    assert_eq!(share(&Exact::from(90), &claims, 2).unwrap(), [40, 50].map(Exact::from));
}

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let one = (0i64..50, 0i64..400, proptest::option::of(0i64..900));
    let one = one.prop_map(|(weight, least, room)| claim(weight, least, room.map(|r| least + r)));
    proptest::collection::vec(one, 1..9)
}

proptest! {
    #[test]
    fn parts_add_up_inside_their_bounds_and_scale(claims in claims(), cents in 0i64..600_000) {
        let whole = Exact::from_minor(i128::from(cents), 2);
        let Ok(parts) = share(&whole, &claims, 2) else {
            let least: Exact = claims.iter().map(|claim| &claim.least).sum();
            let most: Option<Exact> = claims.iter().map(|claim| claim.most.clone()).sum::<Option<Exact>>();
            prop_assert!(whole < least || most.is_some_and(|most| most < whole));
            return Ok(());
        };
        prop_assert_eq!(parts.iter().sum::<Exact>(), whole.clone());
        for (part, claim) in parts.iter().zip(&claims) {
            prop_assert!(*part >= claim.least && claim.most.as_ref().is_none_or(|most| part <= most));
        }
        let hundred = Exact::from(100);
        let large: Vec<Claim> = claims.iter().map(|claim| Claim {
            weight: claim.weight.clone(),
            least: &claim.least * &hundred,
            most: claim.most.as_ref().map(|most| most * &hundred),
        }).collect();
        let scaled: Vec<Exact> = parts.iter().map(|part| part * &hundred).collect();
        prop_assert_eq!(share(&(&whole * &hundred), &large, 0), Ok(scaled));
    }
}

/// The company C with D1 (P1, P2) and D2 (P3); P2 is known to move to D2 in July. D3 is empty.
fn org() -> Org {
    let unit = |id: &str, parent: Option<&str>| {
        let parent = parent.map(UnitId::from);
        (id.into(), Unit { id: id.into(), name: id.into(), name_en: None, parent, owner: None })
    };
    let person = |id: &str| {
        let (mail, language, role, joined, left) = (None, None, None, None, None);
        let (id, name, bonus_base) = (UnitId::from(id), id.to_owned(), None);
        (id.clone(), Person { id, name, mail, language, role, joined, left, bonus_base })
    };
    let july = Some("2027-07-01".parse().unwrap());
    let stay = |unit: &str, from, to| Membership { unit: unit.into(), from, to };
    Org {
        company: "C".into(),
        units: [
            unit("C", None),
            unit("D1", Some("C")),
            unit("D2", Some("C")),
            unit("D3", Some("C")),
        ]
        .into(),
        people: ["P1", "P2", "P3"].map(person).into(),
        memberships: [
            ("P1".into(), vec![stay("D1", None, None)]),
            ("P2".into(), vec![stay("D1", None, july), stay("D2", july, None)]),
            ("P3".into(), vec![stay("D2", None, None)]),
        ]
        .into(),
    }
}

fn case<'a>(org: &'a Org, value: &str, weights: &[(&str, i64)]) -> ProposeCase<'a> {
    ProposeCase {
        org,
        fiscal: FiscalYear::default(),
        year: 2027,
        value: number(value),
        decimals: 2,
        weights: weights.iter().map(|(id, w)| ((*id).into(), Exact::from(*w))).collect(),
        bounds: BTreeMap::new(),
        seasons: (1..=12).map(Exact::from).collect(),
    }
}

#[test]
fn a_unit_has_what_its_people_have_while_they_are_in_it() {
    let org = org();
    let proposed = propose(&case(&org, "1000.01", &[("P1", 1), ("P2", 1), ("P3", 2)])).unwrap();
    assert!(!proposed.contains_key(&"D3".into()));
    for month in Period::Year(2027).months(FiscalYear::default()) {
        let of = |unit: &str| proposed[&unit.into()][&month].clone();
        assert_eq!(of("C"), &of("D1") + &of("D2"), "{month}");
        let moved = month.dates(FiscalYear::default()).start >= "2027-07-01".parse().unwrap();
        let expected = if moved { of("P1") } else { &of("P1") + &of("P2") };
        assert_eq!(of("D1"), expected, "{month}");
    }
    let year = |unit: &str| proposed[&unit.into()].values().sum::<Exact>();
    assert_eq!(year("C"), number("1000.01"));
    // Two departments are half a cent short each: the first one gets the cent.
    assert_eq!(year("P3"), number("500"));
    assert_eq!(&year("P1") + &year("P2"), number("500.01"));
}

#[test]
fn a_departments_own_weight_counts_before_its_peoples() {
    let org = org();
    let weights = [("D1", 3), ("D2", 1), ("P1", 1), ("P2", 4), ("P3", 99)];
    let mut case = case(&org, "100", &weights);
    case.bounds.insert("P2".into(), (Exact::zero(), Some(Exact::from(50))));
    let proposed = propose(&case).unwrap();
    let year = |unit: &str| proposed[&unit.into()].values().sum::<Exact>();
    assert_eq!(["P1", "P2", "P3"].map(year), [25, 50, 25].map(Exact::from));
    case.bounds.insert("P1".into(), (Exact::zero(), Some(Exact::from(20))));
    case.bounds.insert("P3".into(), (Exact::zero(), Some(Exact::from(20))));
    assert_eq!(
        propose(&case).unwrap_err(),
        Infeasible::TooMuch { most: Exact::from(90), over: Exact::from(10) }
    );
}

#[test]
fn bounds_that_are_no_whole_cents_hold_at_every_level() {
    let org = org();
    let mut case = case(&org, "99.98", &[("P1", 1), ("P2", 1), ("P3", 0)]);
    case.bounds.insert("P1".into(), (Exact::zero(), Some(number("49.999"))));
    case.bounds.insert("P2".into(), (Exact::zero(), Some(number("49.999"))));
    let proposed = propose(&case).unwrap();
    let year = |unit: &str| proposed[&unit.into()].values().sum::<Exact>();
    assert_eq!(["P1", "P2"].map(year), ["49.99", "49.99"].map(number));
    assert!(!proposed.contains_key(&"P3".into()), "nobody gets a target of zero");
    case.value = number("99.99");
    // P3 weighs nothing, and does not take what the others may not have.
    let (most, over) = (number("99.98"), number("0.01"));
    assert_eq!(propose(&case).unwrap_err(), Infeasible::TooMuch { most, over });
}
