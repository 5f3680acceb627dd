//! What a report does not show.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::groups::tells_of_nobody;
use super::*;
use crate::report::fixture::{MONTH, company};

fn ids(seen: &Seen<'_>) -> Vec<String> {
    let ids: BTreeSet<&UnitId> = seen.cards.scores.keys().map(|(_, unit, _)| unit).collect();
    ids.into_iter().map(ToString::to_string).collect()
}

#[test]
fn a_report_holds_its_unit_and_those_below_and_nobody_else() {
    let company = company();
    for unit in ["P1", "D11", "D1", "C00"] {
        let seen = company.seen(unit);
        let id: UnitId = unit.into();
        let lies_here = |other: &UnitId| {
            let place = match company.org.units.contains_key(other) {
                true => other,
                false => company.org.home(other, &MONTH.dates(company.fiscal)),
            };
            *other == id || company.org.and_above(place).any(|above| *above == id)
        };
        let expected: BTreeSet<String> = (company.cards.scores.keys())
            .filter(|(_, other, _)| lies_here(other))
            .map(|(_, other, _)| other.to_string())
            .collect();
        assert_eq!(ids(&seen), expected.into_iter().collect::<Vec<_>>(), "{unit}");
        let mut others = seen.cards.causes.keys().map(|(_, unit, _)| unit);
        assert!(others.all(lies_here), "causes of others in {unit}");
        assert!(seen.targets.iter().all(|target| lies_here(&target.unit)), "targets in {unit}");
        assert!(
            seen.cards.coefficients.keys().all(|(_, unit)| lies_here(unit)),
            "awards in {unit}"
        );
    }
    assert!(company.seen("P1").org.people.len() < company.org.people.len());
}

#[test]
fn who_is_only_named_has_nothing_but_a_name() {
    let company = company();
    let seen = company.seen("P1");
    for (id, person) in &seen.org.people {
        if id.as_str() != "P1" {
            let known = (&person.mail, &person.role, &person.bonus_base, person.joined);
            assert_eq!(known, (&None, &None, &None, None), "{id}");
        }
    }
}

#[test]
fn what_the_table_keeps_back_is_not_there() {
    let mut company = company();
    let award = |company: &Company, unit: &str| {
        company.seen(unit).cards.coefficient(MONTH, &"P2".into()).cloned()
    };
    assert!(award(&company, "P2").is_some_and(|award| award.payout().is_some()));
    let manager = BTreeSet::from([Relation::Manager]);
    company.policy.people.insert(Matter::Amounts, manager.clone());
    assert!(award(&company, "P2").is_some_and(|award| award.payout().is_none()));
    assert!(award(&company, "D11").is_some_and(|award| award.payout().is_some()));
    company.policy.people.insert(Matter::Coefficients, manager.clone());
    assert_eq!(award(&company, "P2"), None);
    assert!(award(&company, "D11").is_some());

    company.policy.people.insert(Matter::Rows, manager.clone());
    assert!(!company.seen("P2").sight.rows && company.seen("D11").sight.rows);

    company.policy.metrics.insert("visits".into(), manager);
    let shown = |seen: &Seen<'_>| seen.metrics.iter().any(|metric| metric.id.as_str() == "visits");
    let scored = |seen: &Seen<'_>| seen.cards.scores.keys().any(|(.., id)| id.as_str() == "visits");
    let (own, above) = (company.seen("P2"), company.seen("D11"));
    assert_eq!((shown(&own), scored(&own)), (false, false));
    assert_eq!((shown(&above), scored(&above)), (true, true));

    company.policy.people.insert(Matter::Figures, BTreeSet::from([Relation::Own]));
    assert!(ids(&company.seen("D11")).iter().all(|id| !id.starts_with('P')));
}

/// The fixture's people are six, ranked in the whole company; D11 is a part of them.
#[test]
fn the_mean_of_a_group_is_kept_from_who_knows_too_many_of_it() {
    let company = company();
    let mean = |unit: &str, readers: &[&str]| {
        let readers: Vec<Reader> = readers.iter().map(|id| Reader::Person((*id).into())).collect();
        let readers: Vec<&Reader> = readers.iter().collect();
        let briefing = company.briefing();
        let sights = Sights::new(&briefing, &company.policy);
        let unit = UnitId::from(unit);
        let report = Addressed { kind: ReportKind::Person, unit: &unit, readers: &readers };
        let seen = sights.of(&report);
        let standing = seen.cards.score(MONTH, &unit, &"sales".into())?.standing.clone();
        standing.map(|standing| standing.mean.is_some())
    };
    // Five strangers.
    assert_eq!(mean("P2", &["P2"]), Some(true));
    for (unit, known) in &company.org.units {
        let Some(owner) = &known.owner else { continue };
        let dates = MONTH.dates(company.fiscal);
        let sees = |id: &UnitId| relation(&company.org, &dates, owner, id).is_some();
        let ranked = ["P1", "P2", "P3", "P4", "P5", "P6"];
        let strangers = ranked.iter().filter(|id| !sees(&UnitId::from(**id))).count();
        let expected = strangers == 0 || strangers >= 4;
        let got = mean("P2", &["P2", owner.as_str()]);
        assert_eq!(got, Some(expected), "{unit} headed by {owner}, who does not see {strangers}");
    }
}

#[test]
fn a_place_among_few_strangers_is_not_told() {
    let mut company = company();
    company.plan.rank.least_group = 7;
    let told = |company: &Company, unit: &str| {
        let seen = company.seen(unit);
        let score = seen.cards.score(MONTH, &"P2".into(), &"sales".into()).cloned();
        score.unwrap().standing.is_some()
    };
    assert!(!told(&company, "P2"));
    // Whoever sees them all may as well know the order.
    assert!(told(&company, "C00"));
    company.policy.small_ranks = true;
    assert!(told(&company, "P2"));
}

proptest! {
    /// Whoever knows the mean, and some members, can tell the sum of the others; that is of
    /// nobody in particular only where these are several.
    #[test]
    fn no_mean_can_be_brought_down_to_few(members in 0usize..40, seen in 0usize..40, least in 2usize..12) {
        let strangers = members.saturating_sub(seen);
        if tells_of_nobody(members, strangers, least) {
            prop_assert!(members >= least);
            prop_assert!(strangers == 0 || strangers >= least - 1);
        }
        // Somebody who knows themselves alone sees the mean of every group that is large enough.
        prop_assert_eq!(tells_of_nobody(members, members.saturating_sub(1), least), members >= least);
    }
}

use crate::report::fixture::Company;
