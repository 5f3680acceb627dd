use proptest::prelude::*;

use super::*;
use crate::model::{DayRows, DriftRule, LateRule, Person, Unit};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn person(id: &str, role: &str, joined: Option<&str>) -> Person {
    Person {
        id: id.into(),
        name: id.to_owned(),
        mail: None,
        language: None,
        role: Some(role.to_owned()),
        joined: joined.map(day),
        left: None,
        bonus_base: None,
    }
}

fn org() -> Org {
    let company =
        Unit { id: "C".into(), name: "C".to_owned(), name_en: None, parent: None, owner: None };
    let people = [
        person("A", "rep", None),
        person("B", "rep", None),
        person("N", "rep", Some("2026-10-29")),
        person("S", "staff", None),
    ];
    Org {
        company: "C".into(),
        units: BTreeMap::from([("C".into(), company)]),
        people: people.into_iter().map(|person| (person.id.clone(), person)).collect(),
        memberships: BTreeMap::new(),
    }
}

fn contract(rhythm: Rhythm, after_days: Option<u32>) -> Contract {
    let half = Exact::from_minor(5, 1);
    Contract {
        rhythm,
        late: LateRule { after_days, then: Consequence::Hold },
        drift: DriftRule { rows: half.clone(), sums: half, months: 6, then: Consequence::Warn },
        expects: None,
    }
}

/// One row on each of the days.
fn rows_on<'a>(days: impl IntoIterator<Item = &'a str>) -> Profile {
    let one = || DayRows { rows: 1, ..DayRows::default() };
    Profile { days: days.into_iter().map(|at| (day(at), one())).collect(), ..Profile::default() }
}

/// What is found in October 2026, on the third of November.
fn found(contract: &Contract, profile: &Profile) -> Vec<Found> {
    found_with(contract, profile, &BTreeMap::new(), None)
}

fn found_with(
    contract: &Contract,
    profile: &Profile,
    stated: &BTreeMap<Period, StatedTotals>,
    stated_by: Option<&ExtractId>,
) -> Vec<Found> {
    let findings = judge_source(&SourceCase {
        extract: &"visits".into(),
        contract,
        profile,
        stated,
        stated_by,
        period: "2026-10".parse().unwrap(),
        fiscal: FiscalYear::default(),
        today: day("2026-11-03"),
        calendar: &WorkCalendar::weekdays(),
        org: &org(),
    });
    findings.into_iter().map(|finding| finding.what).collect()
}

#[test]
fn a_source_is_silent_late_or_in_time() {
    let monthly = contract(Rhythm::Monthly, None);
    let before = rows_on(["2026-09-30", "2026-11-02"]);
    let silent =
        Found::Silent { period: "2026-10".parse().unwrap(), last: Some(day("2026-09-30")) };
    assert_eq!(found(&monthly, &before), [silent]);
    assert_eq!(found(&monthly, &rows_on(["2026-10-01"])), []);
    assert_eq!(found(&contract(Rhythm::Irregular, None), &before), []);
    // Of 2026-10-31, a Saturday, the two working days before are Thursday and Friday.
    let daily = contract(Rhythm::Daily, Some(2));
    let through = |last: &str| {
        let days = day("2026-10-01").iter_days().take_while(|at| *at <= day(last));
        let days: Vec<String> = days.map(|day| day.to_string()).collect();
        found(&daily, &rows_on(days.iter().map(String::as_str)))
    };
    assert_eq!(through("2026-10-28"), []);
    let late = Found::Late {
        last: day("2026-10-27"),
        end: day("2026-10-31"),
        working_days: 3,
        allowed: 2,
    };
    assert_eq!(through("2026-10-27"), [late]);
}

#[test]
fn days_and_weeks_without_a_row_are_named() {
    let days = ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-08", "2026-10-30"];
    let weekly = found(&contract(Rhythm::Weekly, Some(5)), &rows_on(days));
    let weeks = ["2026-10-12", "2026-10-19", "2026-10-26"].map(day);
    // The last week is no gap: its row is the last one.
    assert_eq!(weekly, [Found::Gaps { rhythm: Rhythm::Weekly, since: weeks[..2].to_vec() }]);
    let daily = found(&contract(Rhythm::Daily, Some(2)), &rows_on(days[..4].iter().copied()));
    let gaps =
        Found::Gaps { rhythm: Rhythm::Daily, since: vec![day("2026-10-06"), day("2026-10-07")] };
    assert!(daily.contains(&gaps), "{daily:?}");
}

#[test]
fn whoever_is_expected_and_has_no_row_is_listed() {
    let expects = Some(Expected { roles: vec!["rep".to_owned()], units: Vec::new() });
    let mut profile = rows_on(["2026-09-01", "2026-10-01", "2026-10-30"]);
    profile.people = BTreeSet::from([("A".into(), day("2026-10-12"))]);
    profile.people.insert(("B".into(), day("2026-09-01")));
    let monthly = Contract { expects: expects.clone(), ..contract(Rhythm::Monthly, None) };
    let absent = |found: Vec<Found>| match found.into_iter().next_back() {
        Some(Found::People { absent, .. }) => absent,
        other => panic!("{other:?}"),
    };
    let last = Some(day("2026-09-01"));
    let nobody = |id: &str, last| Absentee { person: id.into(), last, weeks: Vec::new() };
    // N came on the 29th: two working days ask for nothing.
    assert_eq!(absent(found(&monthly, &profile)), [nobody("B", last)]);
    let weekly = Contract { expects, ..contract(Rhythm::Weekly, Some(5)) };
    let listed = absent(found(&weekly, &profile));
    let weeks = ["2026-10-05", "2026-10-19", "2026-10-26"].map(day).to_vec();
    assert_eq!(listed[0], Absentee { person: "A".into(), last: Some(day("2026-10-12")), weeks });
    assert_eq!(listed[1], nobody("B", last));
}

#[test]
fn what_is_stated_is_compared_to_the_last_digit() {
    let mut profile = rows_on(["2026-10-01", "2026-10-02"]);
    profile.columns = vec!["amount".to_owned()];
    let cent = |minor| Exact::from_minor(minor, 2);
    profile
        .days
        .values_mut()
        .for_each(|day| day.sums = BTreeMap::from([("amount".to_owned(), cent(5))]));
    let october: Period = "2026-10".parse().unwrap();
    let contract = contract(Rhythm::Monthly, None);
    let check = |rows: i64, sum| {
        let measures = BTreeMap::from([
            (Measure::Rows, Exact::from(rows)),
            (Measure::Sum("amount".to_owned()), cent(sum)),
        ]);
        found_with(
            &contract,
            &profile,
            &BTreeMap::from([(october, StatedTotals { measures })]),
            None,
        )
    };
    assert_eq!(check(2, 10), []);
    let wrong = check(2, 11);
    assert!(
        matches!(&wrong[..], [Found::Stated { measure: Measure::Sum(_), stated, read, .. }]
            if *stated == cent(11) && *read == cent(10)),
        "{wrong:?}"
    );
    assert_eq!(check(3, 11).len(), 2);
    let by = "totals".into();
    let missing = found_with(&contract, &profile, &BTreeMap::new(), Some(&by));
    assert_eq!(missing, [Found::NotStated { month: october, by }]);
}

#[test]
fn a_month_is_held_against_at_least_three_before_it() {
    let profile = |months: &[(&str, u64)]| {
        let of = |(month, rows): &(&str, u64)| {
            (day(&format!("{month}-15")), DayRows { rows: *rows, ..DayRows::default() })
        };
        Profile { days: months.iter().map(of).collect(), ..Profile::default() }
    };
    let contract = contract(Rhythm::Monthly, None);
    assert_eq!(found(&contract, &profile(&[("2026-08", 10), ("2026-09", 10), ("2026-10", 1)])), []);
    let before = [("2026-07", 10), ("2026-08", 10), ("2026-09", 10)];
    let with = |rows| profile(&[before.as_slice(), &[("2026-10", rows)]].concat());
    // Just half off is inside.
    assert_eq!(found(&contract, &with(5)), []);
    assert_eq!(found(&contract, &with(15)), []);
    let found = found(&contract, &with(4));
    assert!(
        matches!(&found[..], [Found::Drift { mean, months: 3, .. }] if *mean == Exact::from(10)),
        "{found:?}"
    );
}

proptest! {
    /// The edge itself is inside, whatever the unit of the values; one step beyond is not.
    #[test]
    fn the_bounds_of_drift_are_exact(
        before in prop::collection::vec(1i64..1_000_000, 1..12),
        tolerance in 0i64..200,
        scale in 1i64..1000,
    ) {
        let before: Vec<Exact> = before.into_iter().map(Exact::from).collect();
        let mean = Exact::mean(before.iter()).unwrap();
        let tolerance = Exact::from_minor(tolerance.into(), 2);
        let reach = &mean * &tolerance;
        let step = Exact::from_minor(1, 6);
        for edge in [&mean + &reach, &mean - &reach] {
            prop_assert_eq!(off_the_mean(&edge, &before, &tolerance), None);
        }
        prop_assert!(off_the_mean(&(&(&mean + &reach) + &step), &before, &tolerance).is_some());
        prop_assert!(off_the_mean(&(&(&mean - &reach) - &step), &before, &tolerance).is_some());
        let times = Exact::from(scale);
        let scaled: Vec<Exact> = before.iter().map(|value| value * &times).collect();
        let value = &mean + &reach;
        let grown = Exact::mean(scaled.iter()).unwrap();
        if grown == &mean * &times {
            prop_assert_eq!(off_the_mean(&(&value * &times), &scaled, &tolerance), None);
        }
    }
}
