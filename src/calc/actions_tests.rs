use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::metric::{CreditTo, Simple};
use crate::model::{
    Aggregate, Bilingual, DateRange, MetricKind, MetricUnit, Person, TargetOrigin, Unit, UnitId,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(text: &str) -> Period {
    text.parse().unwrap()
}

fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

/// Opened and due on these days, done where a day is given.
fn action(opened: &str, due: &str, done: Option<&str>) -> Action {
    Action {
        id: "A1".into(),
        unit: "D1".into(),
        metric: "visits".into(),
        measure: "排定拜访计划".into(),
        owner: None,
        opened: Some(day(opened)),
        due: day(due),
        expected: Some(number("80")),
        progress: if done.is_some() { Progress::Done } else { Progress::Running },
        done: done.map(day),
        origin: TargetOrigin { file: "actions.csv".into(), row: 2 },
    }
}

fn metric(direction: Direction) -> Metric {
    let words = Bilingual { zh: "拜访".into(), en: "Visits".into() };
    Metric {
        id: "visits".into(),
        label: words.clone(),
        definition: words,
        kind: MetricKind::Simple(Simple {
            extract: "visits".into(),
            value: None,
            aggregate: Aggregate::Count,
            filter: None,
            date: "day".into(),
            credit_to: CreditTo::Person("seller".into()),
            trailing_months: None,
        }),
        unit: MetricUnit::Count,
        direction,
        decimals: 0,
        hidden: false,
    }
}

fn org() -> Org {
    let unit = |id: &str, parent: Option<&str>| Unit {
        id: id.into(),
        name: id.into(),
        name_en: None,
        parent: parent.map(Into::into),
        owner: None,
    };
    let units = [unit("C", None), unit("D1", Some("C"))];
    Org {
        company: "C".into(),
        units: units.map(|unit| (unit.id.clone(), unit)).into(),
        people: BTreeMap::<UnitId, Person>::new(),
        memberships: BTreeMap::new(),
    }
}

/// Visits of D1 by month; the extract covers 2026-01 to 2026-10.
fn facts(figures: &[(&str, &str)]) -> Facts {
    let mut facts = Facts::default();
    let dates = DateRange::new(day("2026-01-01"), day("2026-11-01")).unwrap();
    facts.cover(&"visits".into(), dates);
    for (period, value) in figures {
        facts.insert(&"visits".into(), month(period), &"D1".into(), number(value));
    }
    facts
}

/// Judged in October, looked at on 3 November.
fn followed(action: Action, direction: Direction, figures: &[(&str, &str)]) -> FollowUp {
    let case = FollowUpCase {
        actions: &[action],
        metrics: &[metric(direction)],
        facts: &facts(figures),
        org: &org(),
        fiscal: FiscalYear::default(),
        month: month("2026-10"),
        today: day("2026-11-03"),
        due_soon_days: 14,
    };
    follow_up(&case).remove(0)
}

#[test]
fn states_turn_on_their_day() {
    let today = day("2026-11-03");
    for (due, state) in [
        ("2026-11-02", ActionState::Overdue),
        ("2026-11-03", ActionState::Due),
        ("2026-11-17", ActionState::Due),
        ("2026-11-18", ActionState::Open),
    ] {
        assert_eq!(state_on(&action("2026-09-01", due, None), today, 14), state, "{due}");
    }
    let due = "2026-10-01";
    for (done, state) in [
        ("2026-10-20", ActionState::Done),
        ("2026-11-03", ActionState::Done),
        ("2026-11-04", ActionState::Overdue),
    ] {
        assert_eq!(state_on(&action("2026-09-01", due, Some(done)), today, 14), state, "{done}");
    }
    let given_up = Action { progress: Progress::Cancelled, ..action("2026-09-01", due, None) };
    assert_eq!(state_on(&given_up, today, 14), ActionState::Cancelled);
    let without_day = Action { progress: Progress::Done, ..action("2026-09-01", due, None) };
    assert_eq!(state_on(&without_day, today, 14), ActionState::Done);
}

#[test]
fn the_effect_is_that_of_the_whole_months_around_it() {
    let figures = [("2026-07", "60"), ("2026-08", "50"), ("2026-09", "70"), ("2026-10", "90")];
    let months = |opened: &str, due: &str, done: Option<&str>| {
        let effect = followed(action(opened, due, done), Direction::Higher, &figures).effect?;
        let shown = |side: &Option<(Period, Figure)>| {
            side.as_ref().map_or_else(String::new, |(period, _)| period.to_string())
        };
        Some((shown(&effect.before), shown(&effect.after), effect.which, effect.state))
    };
    let first = |before: &str, after: &str, state| {
        Some((before.to_owned(), after.to_owned(), After::FirstMonth, state))
    };
    // Done late: counted from the day it was done.
    let late = months("2026-08-17", "2026-08-31", Some("2026-09-20"));
    assert_eq!(late, first("2026-07", "2026-10", EffectState::Reached));
    let done = months("2026-08-17", "2026-12-31", Some("2026-08-31"));
    assert_eq!(done, first("2026-07", "2026-09", EffectState::Improved));
    // Overdue: counted from the due date.
    let overdue = months("2026-08-01", "2026-08-20", None);
    assert_eq!(overdue, first("2026-07", "2026-09", EffectState::Improved));
    // The month after is not over: the latest one, also where the action began in it.
    let fresh = months("2026-10-08", "2026-10-31", Some("2026-10-23"));
    let latest = ("2026-09".to_owned(), "2026-10".to_owned(), After::LatestMonth);
    assert_eq!(fresh, Some((latest.0, latest.1, latest.2, EffectState::Reached)));
    // Opened after the judged month: nothing to look at yet.
    let after = months("2026-11-02", "2026-11-03", None).unwrap();
    assert_eq!((after.1.as_str(), after.3), ("", EffectState::NoData));
    assert_eq!(months("2026-10-08", "2026-11-04", None), None, "not due and not done");
    assert!(months("2026-10-08", "2026-11-03", None).is_some(), "due today");
}

#[test]
fn an_effect_without_a_figure_is_no_data_and_not_worse() {
    let mut unknown = action("2026-08-17", "2026-09-20", None);
    unknown.opened = None;
    let figures = [("2026-10", "79")];
    let effect = followed(unknown.clone(), Direction::Higher, &figures).effect.unwrap();
    assert_eq!(effect.state, EffectState::NoData);
    let reached = followed(unknown, Direction::Higher, &[("2026-10", "80")]).effect.unwrap();
    assert_eq!(reached.state, EffectState::Reached, "what is expected needs no month before");
    // Before the extract begins there is no figure, and no zero.
    let early = action("2026-01-15", "2026-03-31", None);
    let effect = followed(early, Direction::Higher, &[("2026-04", "10")]).effect.unwrap();
    assert_eq!(absence(&effect.before), Some(Absence::NoData));
    assert_eq!(effect.state, EffectState::NoData);
    // Inside it, no row is a known zero.
    let zero = action("2026-03-15", "2026-03-31", None);
    let effect = followed(zero, Direction::Higher, &[("2026-04", "10")]).effect.unwrap();
    assert_eq!(effect.state, EffectState::Improved);
}

#[test]
fn lower_may_be_better() {
    let figures = [("2026-07", "90"), ("2026-09", "85"), ("2026-10", "80")];
    let state = |due: &str| {
        let action = action("2026-08-03", due, None);
        followed(action, Direction::Lower, &figures).effect.unwrap().state
    };
    assert_eq!(state("2026-08-20"), EffectState::Improved);
    assert_eq!(state("2026-09-20"), EffectState::Reached);
}

#[test]
fn the_months_that_are_needed_are_those_that_are_shown() {
    let actions = [
        action("2026-03-08", "2026-05-31", Some("2026-05-20")),
        action("2026-10-08", "2026-12-31", None),
    ];
    let needed = months_needed(
        &actions,
        month("2026-10"),
        day("2026-11-03"),
        FiscalYear::starting(7).unwrap(),
    );
    assert_eq!(needed, BTreeSet::from([month("2026-02"), month("2026-06")]));
}

proptest! {
    #[test]
    fn more_is_never_judged_less(
        before in -50i64..50, one in -50i64..50, more in 0i64..50, expected in -50i64..50,
    ) {
        let state = |after: i64, direction| effect_state(
            Some(&Exact::from(before)), Some(&Exact::from(after)), Some(&Exact::from(expected)), direction,
        );
        // States are in the order from good to bad.
        prop_assert!(state(one + more, Direction::Higher) <= state(one, Direction::Higher));
        prop_assert!(state(one + more, Direction::Lower) >= state(one, Direction::Lower));
        // Turning all signs around turns the direction around.
        let turned = effect_state(
            Some(&Exact::from(-before)), Some(&Exact::from(-one)), Some(&Exact::from(-expected)), Direction::Lower,
        );
        prop_assert_eq!(state(one, Direction::Higher), turned);
    }
}
