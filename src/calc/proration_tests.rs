//! Laws and edges of targets that are shortened: joiners, leavers, transfers, exemptions.

use std::collections::BTreeMap;

use chrono::{Days as Plus, NaiveDate};
use proptest::prelude::*;

use super::proration::Attendance;
use super::score::{Reason, TargetBasis};
use super::seasons::Seasons;
use super::targets::TargetBook;
use super::tests::{metric, money};
use crate::model::org::Membership;
use crate::model::{
    Exact, Exemption, FiscalYear, Grain, Metric, Org, Period, Person, Prorate, Target,
    TargetOrigin, TargetRules, Unit, UnitId, WorkCalendar,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn origin() -> TargetOrigin {
    TargetOrigin { file: "t".into(), row: 2 }
}

/// National Day 2026 off, and the 10th worked for it.
fn calendar() -> WorkCalendar {
    let off = (1..=7).map(|n| (NaiveDate::from_ymd_opt(2026, 10, n).unwrap(), false));
    WorkCalendar::with_exceptions(off.chain([(day("2026-10-10"), true)]))
}

/// A person with the days of joining and leaving, and stays.
type Someone<'a> = (&'a str, Option<NaiveDate>, Option<NaiveDate>, &'a [(&'a str, &'a str)]);

/// The company C with the departments D1 to D3. A stay ends where the next begins.
fn org(people: &[Someone<'_>]) -> Org {
    let unit = |id: &str, parent: Option<&str>| {
        let parent = parent.map(UnitId::from);
        let unit = Unit { id: id.into(), name: id.into(), name_en: None, parent, owner: None };
        (UnitId::from(id), unit)
    };
    let mut org = Org {
        company: "C".into(),
        units: ["D1", "D2", "D3"].map(|id| unit(id, Some("C"))).into(),
        people: BTreeMap::new(),
        memberships: BTreeMap::new(),
    };
    org.units.extend([unit("C", None)]);
    for (id, joined, left, stays) in people {
        let (mail, language, role, bonus_base) = (None, None, None, None);
        let (joined, left) = (*joined, *left);
        let known = Person {
            id: (*id).into(),
            name: (*id).into(),
            mail,
            language,
            role,
            joined,
            left,
            bonus_base,
        };
        org.people.insert((*id).into(), known);
        let ends = stays.iter().skip(1).map(|(from, _)| Some(day(from))).chain([None]);
        let stays = stays.iter().zip(ends).map(|((from, unit), to)| Membership {
            unit: (*unit).into(),
            from: Some(day(from)),
            to,
        });
        org.memberships.insert((*id).into(), stays.collect());
    }
    org
}

fn rules(prorate: Prorate) -> TargetRules {
    TargetRules { prorate, ..TargetRules::default() }
}

fn target(unit: &str, period: &str, value: &Exact) -> Target {
    Target {
        unit: unit.into(),
        metric: "m".into(),
        period: period.parse().unwrap(),
        value: value.clone(),
        owner: None,
        due: None,
        source: None,
        note: None,
        origin: origin(),
    }
}

fn book(
    rules: &TargetRules,
    org: &Org,
    exemptions: &[Exemption],
    targets: &[Target],
    metric: Metric,
) -> TargetBook {
    let attendance = Attendance::new(rules, org, &calendar(), exemptions);
    TargetBook::build(targets, Seasons::default(), attendance, &[metric], FiscalYear::default())
}

fn own(book: &TargetBook, unit: &str, period: &str) -> Option<Exact> {
    book.own(&unit.into(), &"m".into(), period.parse().unwrap()).map(|(value, _)| value)
}

fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn share(of: i64, days: i64) -> Exact {
    Exact::from(of).over(&Exact::from(days)).unwrap()
}

proptest! {
    /// Whoever holds a seat one after the other has the whole of its target between them, of the
    /// year, each quarter and each month.
    #[test]
    fn parts_of_a_partition_add_up_to_the_whole(
        cuts in proptest::collection::btree_set(1u64..364, 0..6),
        minor in -100_000_000i64..100_000_000,
        working in any::<bool>(),
    ) {
        let start = day("2026-01-01");
        let edges: Vec<NaiveDate> = [0].into_iter().chain(cuts).chain([365])
            .map(|days| start + Plus::new(days)).collect();
        let names: Vec<String> = (1..edges.len()).map(|n| format!("P{n}")).collect();
        let people: Vec<Someone<'_>> = names.iter().zip(edges.windows(2))
            .map(|(name, edge)| (name.as_str(), Some(edge[0]), Some(edge[1]), &[][..])).collect();
        let whole = Exact::from_minor(i128::from(minor), 2);
        let targets: Vec<Target> = names.iter().map(|name| target(name, "2026", &whole)).collect();
        let prorate = if working { Prorate::Working } else { Prorate::Calendar };
        let prorated = book(&rules(prorate), &org(&people), &[], &targets, money());
        let plain = book(&rules(Prorate::None), &org(&people), &[], &targets[..1], money());
        for period in ["2026", "2026-Q1", "2026-Q4", "2026-02", "2026-10"] {
            let sum: Exact = names.iter().filter_map(|name| own(&prorated, name, period)).sum();
            prop_assert_eq!(sum, own(&plain, "P1", period).unwrap(), "{}", period);
        }
    }

    /// A joiner's quarter is the sum of its months, and the units that somebody was in have the
    /// whole between them, however often they moved.
    #[test]
    fn months_add_up_to_quarters_and_units_to_the_person(
        joined in 0u64..300,
        moves in proptest::collection::btree_set(0u64..364, 1..5),
        minor in 1i64..100_000_000,
        working in any::<bool>(),
    ) {
        let start = day("2026-01-01");
        let stays: Vec<(String, &str)> = moves.iter().zip(["D1", "D2", "D3", "D1"])
            .map(|(days, unit)| ((start + Plus::new(*days)).to_string(), unit)).collect();
        let stays: Vec<(&str, &str)> = stays.iter().map(|(from, unit)| (from.as_str(), *unit)).collect();
        let org = org(&[("P", Some(start + Plus::new(joined)), None, &stays)]);
        let whole = Exact::from_minor(i128::from(minor), 2);
        let prorate = if working { Prorate::Working } else { Prorate::Calendar };
        let rows = [target("P", "2026", &whole)];
        let book = book(&rules(prorate), &org, &[], &rows, money());
        let mut year = Exact::zero();
        for quarter in 1..=4_u32 {
            let of_quarter = own(&book, "P", &format!("2026-Q{quarter}")).unwrap();
            let months: Exact = (quarter * 3 - 2..=quarter * 3)
                .filter_map(|month| own(&book, "P", &format!("2026-{month:02}"))).sum();
            prop_assert_eq!(&of_quarter, &months);
            year = &year + &of_quarter;
        }
        prop_assert_eq!(own(&book, "P", "2026"), Some(year));
        for period in ["2026", "2026-Q3", "2026-05"] {
            let period: Period = period.parse().unwrap();
            if let Some(parts) = book.by_unit(&"P".into(), &"m".into(), period) {
                let sum: Exact = parts.values().sum();
                prop_assert_eq!(Some(sum), own(&book, "P", &period.to_string()));
            }
        }
    }
}

#[test]
fn who_joins_on_the_last_day_has_a_day_of_it() {
    let org = org(&[("P", Some(day("2026-10-31")), None, &[])]);
    let rows = [target("P", "2026", &Exact::from(12_000))];
    let by_days = book(&rules(Prorate::Calendar), &org, &[], &rows, money());
    assert_eq!(own(&by_days, "P", "2026-10"), Some(&share(1, 31) * &Exact::from(1000)));
    assert_eq!(own(&by_days, "P", "2026-11"), Some(Exact::from(1000)));
    let to_date = by_days.own(&"P".into(), &"m".into(), Period::Ytd { year: 2026, month: 10 });
    assert_eq!(to_date.unwrap().0, own(&by_days, "P", "2026-10").unwrap());
    // The 31st is a Saturday: no working day, and so no target to reach.
    let by_work = book(&rules(Prorate::Working), &org, &[], &rows, money());
    assert_eq!(own(&by_work, "P", "2026-10"), Some(Exact::zero()));
    let whole = book(&rules(Prorate::None), &org, &[], &rows, money());
    assert_eq!(own(&whole, "P", "2026-10"), Some(Exact::from(1000)));
}

#[test]
fn working_days_leave_out_holidays_and_count_make_up_days() {
    // From the 1st to the 9th of October two days are worked, of 18 in the month.
    let org = org(&[("P", None, Some(day("2026-10-10")), &[])]);
    let rows = [target("P", "2026-Q4", &Exact::from(5400))];
    let book = book(&rules(Prorate::Working), &org, &[], &rows, money());
    assert_eq!(own(&book, "P", "2026-10"), Some(Exact::from(200)));
    let reasons = book.reasons(&"P".into(), &"m".into(), "2026-10".parse().unwrap());
    let days = super::Days { counted: 2, of: 18 };
    assert_eq!(reasons, [Reason::Prorated { days, working: true }]);
    // The quarter is October's rest alone: the other months are gone.
    assert_eq!(own(&book, "P", "2026-Q4"), Some(Exact::from(200)));
}

#[test]
fn transferred_twice_in_a_month_each_department_has_its_days() {
    let stays = [("2025-01-01", "D1"), ("2026-09-11", "D2"), ("2026-09-21", "D3")];
    let org = org(&[("P", Some(day("2025-01-01")), None, &stays)]);
    let rows = [target("P", "2026-09", &Exact::from(3000))];
    let parts = |prorate| {
        let book = book(&rules(prorate), &org, &[], &rows, money());
        book.by_unit(&"P".into(), &"m".into(), "2026-09".parse().unwrap())
    };
    let third = Exact::from(1000);
    let each = ["D1", "D2", "D3"].map(|unit| (UnitId::from(unit), third.clone()));
    assert_eq!(parts(Prorate::Calendar), Some(each.into()));
    assert_eq!(parts(Prorate::None), None);
}

#[test]
fn a_row_for_a_month_is_taken_as_meant_unless_the_rules_say_otherwise() {
    let org = org(&[("P", Some(day("2026-10-17")), None, &[])]);
    let rows = [
        target("P", "2026-09", &Exact::from(500)),
        target("P", "2026-10", &Exact::from(310)),
        target("P", "2026-11", &Exact::from(700)),
    ];
    let meant = book(&rules(Prorate::Calendar), &org, &[], &rows, money());
    assert_eq!(own(&meant, "P", "2026-10"), Some(Exact::from(310)));
    assert!(meant.reasons(&"P".into(), &"m".into(), "2026-10".parse().unwrap()).is_empty());
    // Nobody was there in September: its row counts for nothing to date.
    let to_date = meant.own(&"P".into(), &"m".into(), Period::Ytd { year: 2026, month: 10 });
    assert_eq!(to_date.unwrap().0, Exact::from(310));
    let every = TargetRules { prorate_rows: vec![Grain::Month], ..rules(Prorate::Calendar) };
    let every = book(&every, &org, &[], &rows, money());
    assert_eq!(own(&every, "P", "2026-10"), Some(Exact::from(150)));
}

#[test]
fn a_level_is_not_shortened() {
    let org = org(&[("P", Some(day("2026-10-31")), None, &[])]);
    let rows = [target("P", "2026", &number("95%"))];
    let level = Metric { unit: crate::model::MetricUnit::Percent, ..money() };
    let book = book(&rules(Prorate::Calendar), &org, &[], &rows, level);
    assert_eq!(own(&book, "P", "2026-10"), Some(number("95%")));
}

#[test]
fn exempt_days_are_taken_out_however_targets_are_shortened() {
    let org = org(&[("P", None, None, &[])]);
    let rows = [target("P", "2026-Q4", &Exact::from(9000)), target("C", "2026", &Exact::from(12))];
    let exempt = |from: &str, to: &str| Exemption {
        unit: "P".into(),
        metric: Some("m".into()),
        from: Some(day(from)),
        to: Some(day(to)),
        reason: "产假".into(),
        origin: origin(),
    };
    // Two that overlap count once.
    let exemptions = [exempt("2026-10-01", "2026-11-16"), exempt("2026-11-01", "2026-11-16")];
    for prorate in [Prorate::None, Prorate::Calendar] {
        let book = book(&rules(prorate), &org, &exemptions, &rows, money());
        let is_exempt =
            |period: &str| book.is_exempt(&"P".into(), &"m".into(), period.parse().unwrap());
        assert!(is_exempt("2026-10") && !is_exempt("2026-11") && !is_exempt("2026-Q4"));
        assert_eq!(own(&book, "P", "2026-11"), Some(Exact::from(1500)));
        assert_eq!(own(&book, "P", "2026-Q4"), Some(Exact::from(4500)));
        assert_eq!(own(&book, "C", "2026-10"), Some(Exact::one()));
        let reasons = book.reasons(&"P".into(), &"m".into(), "2026-11".parse().unwrap());
        let days = super::Days { counted: 15, of: 30 };
        assert_eq!(
            reasons,
            [Reason::ExemptDays { days, working: false, why: vec!["产假".into()] }]
        );
        let other = Metric { id: "other".into(), ..metric().0 };
        assert!(!book.is_exempt(&"P".into(), &other.id, "2026-10".parse().unwrap()));
    }
}

#[test]
fn a_given_row_keeps_its_basis() {
    let org = org(&[("P", Some(day("2026-08-16")), None, &[])]);
    let rows = [target("P", "2026-Q3", &Exact::from(9300))];
    let book = book(&rules(Prorate::Calendar), &org, &[], &rows, money());
    let (value, basis) = book.own(&"P".into(), &"m".into(), "2026-Q3".parse().unwrap()).unwrap();
    assert_eq!((value, basis), (Exact::from(1600 + 3100), TargetBasis::Given(origin())));
}
