//! Seasons by last year, targets of dimensions' values, and what is to be asked about targets.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::dimension_targets::{PartCase, part_periods, parts_asked};
use super::figures::Figures;
use super::lint::{Lint, TargetAbout, TargetDoubt};
use super::proration::Attendance;
use super::score::Reason;
use super::seasons::{SeasonSource, Seasons};
use super::targets::TargetBook;
use super::tests::{day, money, org};
use crate::model::target::TargetField;
use crate::model::{
    Absence, DateRange, DimensionTarget, Exact, Facts, Figure, FiscalYear, MetricId, Parts, Period,
    Seasonality, Target, TargetOrigin, TargetRules, UnitId,
};

const MONTH: Period = Period::Month { year: 2026, month: 10 };

fn target(unit: &str, period: &str, value: i64) -> Target {
    Target {
        unit: unit.into(),
        metric: "m".into(),
        period: period.parse().unwrap(),
        value: Exact::from(value),
        owner: None,
        due: Some(day("2026-12-31")),
        source: Some("CRM".to_owned()),
        note: None,
        origin: TargetOrigin { file: "t".into(), row: 2 },
    }
}

/// Figures of 2025, by unit and month, and of 2025 as a whole.
fn last_year(months: &[(&str, [i64; 12])]) -> Facts {
    let mut facts = Facts::default();
    let metric = MetricId::from("m");
    facts.cover(&metric, DateRange::new(day("2025-01-01"), day("2026-11-01")).unwrap());
    for (unit, values) in months {
        for (month, value) in (1..).zip(values) {
            let month = Period::Month { year: 2025, month };
            facts.insert(&metric, month, &(*unit).into(), Exact::from(*value));
        }
        let sum: i64 = values.iter().sum();
        facts.insert(&metric, Period::Year(2025), &(*unit).into(), Exact::from(sum));
    }
    facts
}

fn spread_by_last_year(facts: &Facts, units: &[&str], whole: i64) -> TargetBook {
    let (metrics, org, fiscal) = ([money()], org(), FiscalYear::default());
    let figures = Figures::new(&metrics, facts, &org, fiscal, day("2026-11-01"));
    let ids: Vec<UnitId> = units.iter().map(|unit| UnitId::from(*unit)).collect();
    let asked = BTreeMap::from([("m".into(), Seasonality::LastYear)]);
    let seasons = Seasons::new(&asked).with_last_years(
        &figures,
        &org.company,
        ids.iter(),
        &BTreeSet::from([2026]),
        fiscal,
    );
    let targets: Vec<Target> = units.iter().map(|unit| target(unit, "2026", whole)).collect();
    TargetBook::build(&targets, seasons, Attendance::default(), &metrics, fiscal)
}

proptest! {
    /// Whatever last year was, months and quarters add up to the year to the cent.
    #[test]
    fn a_year_spread_by_the_last_one_adds_up(
        months in proptest::array::uniform12(-1000i64..100_000),
        whole in -1_000_000i64..10_000_000,
    ) {
        let facts = last_year(&[("P2", months)]);
        let book = spread_by_last_year(&facts, &["P2"], whole);
        let own = |period: String| {
            book.own(&"P2".into(), &"m".into(), period.parse().unwrap()).unwrap().0
        };
        let months: Exact = (1..=12).map(|month| own(format!("2026-{month:02}"))).sum();
        let quarters: Exact = (1..=4).map(|quarter| own(format!("2026-Q{quarter}"))).sum();
        prop_assert_eq!(&months, &Exact::from(whole));
        prop_assert_eq!(&quarters, &Exact::from(whole));
        for quarter in 1..=4_u32 {
            let inside: Exact =
                (quarter * 3 - 2..=quarter * 3).map(|month| own(format!("2026-{month:02}"))).sum();
            prop_assert_eq!(inside, own(format!("2026-Q{quarter}")));
        }
    }
}

#[test]
fn months_weigh_what_they_came_to_or_the_companys_or_the_same() {
    let seasonal = [0, 0, 0, 0, 0, 0, 0, 0, 0, 300, 100, 0];
    let companys = [100; 12];
    let source = |facts: &Facts, unit: &str| {
        let book = spread_by_last_year(facts, &[unit], 1200);
        let value = book.own(&unit.into(), &"m".into(), MONTH).unwrap().0;
        let reasons = book.reasons(&unit.into(), &"m".into(), MONTH);
        (value, reasons)
    };
    let facts = last_year(&[("P2", seasonal), ("C", companys), ("D", [0; 12])]);
    let by = |source| vec![Reason::Season(source)];
    let own = (Exact::from(900), by(SeasonSource::OwnLastYear));
    assert_eq!(source(&facts, "P2"), own);
    // D's months are known and come to nothing.
    let companys = (Exact::from(100), by(SeasonSource::CompanysLastYear));
    assert_eq!(source(&facts, "D"), companys);
    let even = (Exact::from(100), by(SeasonSource::Even));
    assert_eq!(source(&Facts::default(), "P2"), even);
}

fn questions(facts: &Facts, targets: &[Target]) -> Vec<(String, TargetDoubt)> {
    let (metrics, org, fiscal) = ([money()], org(), FiscalYear::default());
    let figures = Figures::new(&metrics, facts, &org, fiscal, day("2026-11-01"));
    let rules = TargetRules::default();
    let lint =
        Lint { org: &org, metrics: &metrics, figures: &figures, rules: &rules, fiscal, year: 2026 };
    let name = |about| match about {
        TargetAbout::Table { file, targets } => format!("{file}: {targets}"),
        TargetAbout::Row { unit, .. } => unit.to_string(),
        TargetAbout::Target { unit, period, .. } => format!("{unit} {period}"),
    };
    let all = lint.questions(targets, &[], &[]);
    all.into_iter().map(|question| (name(question.about), question.doubt)).collect()
}

#[test]
fn a_target_above_one_and_a_half_times_the_best_is_questioned() {
    let facts = last_year(&[("P2", [10, 20, 30, 40, 50, 60, 50, 40, 30, 20, 10, 0])]);
    let doubts = |period: &str, value| questions(&facts, &[target("P2", period, value)]);
    assert!(doubts("2026-10", 90).is_empty());
    let (about, doubt) = doubts("2026-10", 91).remove(0);
    let june = Period::Month { year: 2025, month: 6 };
    let reach = Exact::from_minor(15, 1);
    let (asked, best) = (Exact::from(91), Exact::from(60));
    assert_eq!(about, "P2 2026-10");
    assert_eq!(doubt, TargetDoubt::OutOfReach { target: asked, best, best_in: june, reach });
    assert!(doubts("2026", 540).is_empty());
    assert_eq!(doubts("2026", 541).len(), 1);
    // Targets of other years, and of those who have no last year, are left alone.
    assert!(doubts("2025-10", 1000).is_empty());
    assert!(questions(&Facts::default(), &[target("P2", "2026", 1000)]).is_empty());
}

#[test]
fn what_a_target_does_not_say_is_named_once_for_a_whole_table() {
    let no_due = |row| Target {
        due: None,
        origin: TargetOrigin { file: "t".into(), row },
        ..target("P2", "2026", 1)
    };
    let other = Target { source: None, ..no_due(3) };
    let other = Target { unit: "C".into(), ..other };
    let found = questions(&Facts::default(), &[no_due(2), other.clone()]);
    let lacks = |fields: &[TargetField]| TargetDoubt::Lacks(fields.to_vec());
    // C has no owner, in the row and in the org.
    let of_row = lacks(&[TargetField::Owner, TargetField::Source]);
    let table = ("t: 2".to_owned(), lacks(&[TargetField::Due]));
    assert_eq!(found, [table, ("C 2026".to_owned(), of_row)]);
    let alone = questions(&Facts::default(), &[other]);
    let all = lacks(&[TargetField::Owner, TargetField::Due, TargetField::Source]);
    assert_eq!(alone, [("C 2026".to_owned(), all)]);
}

#[test]
fn a_dimensions_value_is_judged_for_itself() {
    let (metrics, org, fiscal) = ([money()], org(), FiscalYear::default());
    let metric = MetricId::from("m");
    let to_date = Period::Ytd { year: 2026, month: 10 };
    let mut facts = Facts::default();
    facts.cover(&metric, DateRange::new(day("2026-01-01"), day("2026-11-01")).unwrap());
    for period in [MONTH, to_date] {
        facts.insert(&metric, period, &"C".into(), Exact::from(100));
    }
    let mut parts = Parts::default();
    let line = "product_line".into();
    parts.insert(&metric, &line, (MONTH, &"C".into()), "A", Exact::from(90));
    parts.insert(&metric, &line, (to_date, &"C".into()), "A", Exact::from(900));
    let figures = Figures::new(&metrics, &facts, &org, fiscal, day("2026-11-01"));
    let of = |value: &str, whole| DimensionTarget {
        dimension: "product_line".into(),
        value: value.into(),
        target: target("C", "2026", whole),
    };
    let targets = [of("A", 1200), of("B", 0), of("C", 2400)];
    let asked = parts_asked(&targets, &metrics);
    assert_eq!((asked.len(), asked[0].units.len()), (1, 1));
    let judged = [MONTH, "2026-09".parse().unwrap(), "2026-Q3".parse().unwrap(), to_date];
    let periods = part_periods(MONTH, &judged, fiscal);
    assert_eq!(periods, [MONTH, to_date]);
    let case = PartCase {
        metrics: &metrics,
        figures: &figures,
        parts: &parts,
        seasons: &Seasons::default(),
        attendance: &Attendance::default(),
        fiscal,
    };
    let found: Vec<(Period, String, Figure, Option<Exact>)> = case
        .judge(&targets, &periods)
        .into_iter()
        .map(|part| (part.period, part.value, part.attainment, part.gap))
        .collect();
    let known = |text: &str| Figure::Known(Exact::parse(text).unwrap());
    let gap = |whole: i64| Some(Exact::from(whole));
    let zero = Figure::Absent(Absence::ZeroTarget);
    let expected = [
        (MONTH, "A".to_owned(), known("90%"), gap(-10)),
        (MONTH, "B".to_owned(), zero.clone(), gap(0)),
        (MONTH, "C".to_owned(), known("0"), gap(-200)),
        (to_date, "A".to_owned(), known("90%"), gap(-100)),
        (to_date, "B".to_owned(), zero, gap(0)),
        (to_date, "C".to_owned(), known("0"), gap(-2000)),
    ];
    assert_eq!(found, expected);
}
