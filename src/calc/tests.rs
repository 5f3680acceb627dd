//! Whole cases: an org, facts and targets in, judgements out.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    Attendance, Case, Reason, Scorecards, Seasons, TargetBasis, TargetBook, Warning, judge,
};
use crate::model::metric::{CreditTo, Simple};
use crate::model::org::Membership;
use crate::model::plan::{Plan, RankRule, RankWithin, WarningRule};
use crate::model::{
    Absence, Aggregate, Bilingual, DateRange, Direction, Exact, Exemption, Facts, Figure,
    FiscalYear, Metric, MetricKind, MetricUnit, Org, Period, Person, Target, TargetOrigin,
    TargetRules, Unit, UnitId, WorkCalendar,
};

const MONTH: Period = Period::Month { year: 2026, month: 10 };

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A count of rows that name people.
pub(super) fn metric() -> (Metric, Simple) {
    let simple = Simple {
        extract: "orders".into(),
        value: None,
        aggregate: Aggregate::Count,
        filter: None,
        date: "day".into(),
        credit_to: CreditTo::Person("person".into()),
        trailing_months: None,
    };
    let words = Bilingual { zh: String::new(), en: String::new() };
    let metric = Metric {
        id: "m".into(),
        label: words.clone(),
        definition: words,
        kind: MetricKind::Simple(simple.clone()),
        unit: MetricUnit::Count,
        direction: Direction::Higher,
        decimals: 0,
        hidden: false,
    };
    (metric, simple)
}

/// A sum of money.
pub(super) fn money() -> Metric {
    let (metric, simple) = metric();
    let kind = MetricKind::Simple(Simple { aggregate: Aggregate::Sum, ..simple });
    Metric { unit: MetricUnit::Money, decimals: 2, kind, ..metric }
}

/// The company C with the department D, where P1 was until June and P2 is.
pub(super) fn org() -> Org {
    let unit = |id: &str, parent: Option<&str>| {
        let parent = parent.map(UnitId::from);
        let unit = Unit { id: id.into(), name: id.into(), name_en: None, parent, owner: None };
        (UnitId::from(id), unit)
    };
    let person = |id: &str, left: Option<NaiveDate>| {
        let (mail, language, role, bonus_base) = (None, None, None, None);
        let joined = Some(day("2024-01-01"));
        let name = id.into();
        let person = Person { id: id.into(), name, mail, language, role, joined, left, bonus_base };
        (UnitId::from(id), person)
    };
    let stay = Membership { unit: "D".into(), from: None, to: None };
    Org {
        company: "C".into(),
        units: BTreeMap::from([unit("C", None), unit("D", Some("C"))]),
        people: BTreeMap::from([person("P1", Some(day("2026-07-01"))), person("P2", None)]),
        memberships: ["P1", "P2"].map(|id| (id.into(), vec![stay.clone()])).into(),
    }
}

/// October's judgements, with a target of 1200 for 2026 for each of `aims`.
fn judged(metric: Metric, facts: &[(&str, i64)], aims: &[&str]) -> Scorecards {
    let aims: Vec<(&str, i64)> = aims.iter().map(|unit| (*unit, 1200)).collect();
    judged_with(metric, facts, &aims, Attendance::default())
}

fn judged_with(
    metric: Metric,
    facts: &[(&str, i64)],
    aims: &[(&str, i64)],
    attendance: Attendance,
) -> Scorecards {
    let fiscal = FiscalYear::default();
    let targets: Vec<Target> = aims
        .iter()
        .map(|(unit, value)| Target {
            unit: (*unit).into(),
            metric: metric.id.clone(),
            period: Period::Year(2026),
            value: Exact::from(*value),
            owner: None,
            due: None,
            source: None,
            note: None,
            origin: TargetOrigin { file: "t".into(), row: 2 },
        })
        .collect();
    let mut found = Facts::default();
    found.cover(&metric.id, DateRange::new(day("2024-01-01"), day("2026-11-01")).unwrap());
    for (unit, value) in facts {
        found.insert(&metric.id, MONTH, &(*unit).into(), Exact::from(*value));
    }
    let metrics = [metric];
    let case = Case {
        org: &org(),
        metrics: &metrics,
        facts: &found,
        targets: &TargetBook::build(&targets, Seasons::default(), attendance, &metrics, fiscal),
        plan: &Plan::new(
            WarningRule::new(vec!["m".into()], Exact::from_minor(8, 1), Exact::from_minor(6, 1)),
            RankRule::new(RankWithin::Company, 5),
        ),
        calendar: &WorkCalendar::weekdays(),
        fiscal,
        through: day("2026-11-01"),
    };
    judge(&case, &[MONTH])
}

#[test]
fn a_late_row_of_a_leaver_brings_no_target_back() {
    let facts = [("P1", 1), ("P2", 90), ("D", 91), ("C", 91)];
    let cards = judged(metric().0, &facts, &["P1", "P2"]);
    let score = |unit: &str| cards.score(MONTH, &unit.into(), &"m".into()).unwrap();
    assert_eq!(score("P1").actual, Figure::Known(Exact::one()));
    assert_eq!(score("P1").target, Figure::Absent(Absence::NoTarget));
    assert_eq!(score("P2").target, Figure::Known(Exact::from(100)));
    assert_eq!(score("D").target, Figure::Known(Exact::from(100)));
    assert_eq!(score("D").target_basis, TargetBasis::SumOfBelow(1));
    assert_eq!(score("P2").standing.as_ref().map(|standing| standing.peers), Some(1));
}

#[test]
fn rows_that_name_units_say_nothing_of_people() {
    let (mut metric, simple) = metric();
    let credit_to = CreditTo::Unit("unit".into());
    metric.kind = MetricKind::Simple(Simple { credit_to, ..simple });
    let cards = judged(metric, &[("D", 7), ("C", 7)], &[]);
    let person = cards.score(MONTH, &"P2".into(), &"m".into()).unwrap();
    assert_eq!(person.actual, Figure::Absent(Absence::NoData));
    assert_eq!(person.standing, None);
}

#[test]
fn a_figure_over_trailing_months_keeps_its_target_as_a_level() {
    let (mut metric, simple) = metric();
    metric.kind = MetricKind::Simple(Simple { trailing_months: Some(12), ..simple });
    let cards = judged(metric, &[("P2", 900)], &["P2"]);
    let score = cards.score(MONTH, &"P2".into(), &"m".into()).unwrap();
    assert_eq!(score.attainment, Figure::Known(Exact::parse("75%").unwrap()));
}

#[test]
fn targets_at_and_below_zero_give_a_gap_and_no_ratio() {
    let aim = |value: i64, facts: &[(&str, i64)]| {
        let cards = judged_with(metric().0, facts, &[("P2", value)], Attendance::default());
        let score = cards.score(MONTH, &"P2".into(), &"m".into()).unwrap();
        (score.attainment.clone(), score.gap.clone(), score.warning)
    };
    let zero = Figure::Absent(Absence::ZeroTarget);
    assert_eq!(aim(0, &[("P2", 5)]), (zero.clone(), Some(Exact::from(5)), Warning::None));
    assert_eq!(aim(-1200, &[("P2", 5)]), (zero, Some(Exact::from(105)), Warning::None));
    // A target without rows: nothing was reached, and that is known.
    let nothing = Figure::Known(Exact::zero());
    assert_eq!(aim(1200, &[]), (nothing, Some(Exact::from(-100)), Warning::Red));
    // One short of the edge is below it.
    assert_eq!(aim(12_000_000, &[("P2", 799_999)]).2, Warning::Yellow);
    assert_eq!(aim(12_000_000, &[("P2", 800_000)]).2, Warning::None);
}

#[test]
fn who_is_exempt_is_shown_and_enters_no_rank_mean_or_warning() {
    let exemption = Exemption {
        unit: "P2".into(),
        metric: None,
        from: Some(day("2026-10-01")),
        to: None,
        reason: "产假".into(),
        origin: TargetOrigin { file: "t".into(), row: 2 },
    };
    let rules = TargetRules::default();
    let attendance = Attendance::new(&rules, &org(), &WorkCalendar::weekdays(), &[exemption]);
    let facts = [("P2", 1), ("D", 1), ("C", 1)];
    let cards = judged_with(metric().0, &facts, &[("P2", 1200)], attendance);
    let score = |unit: &str| cards.score(MONTH, &unit.into(), &"m".into()).unwrap();
    let exempt = Figure::Absent(Absence::Exempt);
    let person = score("P2");
    assert_eq!(person.actual, Figure::Known(Exact::one()));
    assert_eq!((&person.target, &person.attainment), (&exempt, &exempt));
    assert_eq!((person.warning, &person.standing, &person.gap), (Warning::None, &None, &None));
    assert!(person.reasons.contains(&Reason::Exempt { why: vec!["产假".into()] }));
    assert_eq!(score("D").target, Figure::Absent(Absence::NoTarget));
}
