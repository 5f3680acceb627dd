use proptest::prelude::*;

use super::*;
use crate::calc::score::{Change, TargetBasis};
use crate::model::{Exact, Level};

/// The streak by the last of these months, where none before the first is known.
fn by(months: &[Warning]) -> Streak {
    let mut streak = None;
    for (at, &warning) in months.iter().enumerate() {
        streak = Some(Streak::after(streak, warning, at == 0));
    }
    streak.unwrap()
}

use Warning::{None as No, Red, Yellow};

#[test]
fn months_in_a_row_are_counted() {
    let told = |months: &[Warning]| {
        let streak = by(months);
        (streak.months, streak.same, streak.open)
    };
    assert_eq!(told(&[No, Yellow]), (1, 1, false));
    assert_eq!(told(&[No, Yellow, Yellow, Yellow]), (3, 3, false));
    assert_eq!(told(&[No, Red, Yellow, Yellow]), (3, 2, false));
    assert_eq!(told(&[Yellow, No, Yellow]), (1, 1, false));
    assert_eq!(told(&[Yellow, Yellow]), (2, 2, true));
    assert_eq!(told(&[Yellow, No]), (0, 0, false));
}

proptest! {
    #[test]
    fn a_streak_is_the_run_at_the_end(kinds in proptest::collection::vec(0u8..3, 1..20)) {
        let months: Vec<Warning> = kinds.iter().map(|kind| [No, Yellow, Red][usize::from(*kind)]).collect();
        let run = months.iter().rev().take_while(|warning| **warning != No).count();
        let streak = by(&months);
        prop_assert_eq!(streak.months as usize, run);
        prop_assert_eq!(streak.open, run == months.len());
        let same = months.iter().rev().take_while(|warning| Some(*warning) == months.last()).count();
        prop_assert_eq!(streak.same as usize, if run == 0 { 0 } else { same });
    }
}

fn share(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

/// A score with this attainment; none where the text is empty.
fn score(period: Period, attainment: &str) -> Score {
    let absent = Figure::Absent(Absence::NoTarget);
    let attainment = match attainment {
        "" => absent.clone(),
        text => Figure::Known(share(text)),
    };
    let rule = WarningRule::new(vec!["m".into()], share("80%"), share("60%"));
    let (warning, why) = crate::calc::warning::warn(&rule, &"m".into(), &attainment);
    Score {
        period,
        unit: "u".into(),
        level: Level::Person,
        parent: None,
        metric: "m".into(),
        actual: absent.clone(),
        target: absent.clone(),
        target_basis: TargetBasis::None,
        attainment,
        gap: None,
        previous: absent.clone(),
        mom: Change::Absent(Absence::NoBase),
        year_ago: absent,
        yoy: Change::Absent(Absence::NoBase),
        standing: None,
        warning,
        streak: 0,
        reasons: vec![why],
    }
}

/// Months from 2025-10 on, and the year to date by each: what is settled for the last month.
fn settled(rule: &WarningRule, months: &[&str], to_date: &[&str]) -> Score {
    let first: Period = "2025-10".parse().unwrap();
    let next = |month: &Period| match *month {
        Period::Month { year, month: 12 } => Some(Period::Month { year: year + 1, month: 1 }),
        Period::Month { year, month } => Some(Period::Month { year, month: month + 1 }),
        _ => None,
    };
    let periods: Vec<Period> =
        std::iter::successors(Some(first), next).take(months.len()).collect();
    let mut cards = Scorecards::default();
    let mut put = |score: Score| {
        cards.scores.insert((score.period, score.unit.clone(), score.metric.clone()), score)
    };
    for (&period, attainment) in periods.iter().zip(months) {
        if *attainment != "-" {
            put(score(period, attainment));
        }
    }
    for (&period, attainment) in periods.iter().zip(to_date) {
        let Period::Month { year, month } = period else { continue };
        put(score(Period::Ytd { year, month }, attainment));
    }
    settle(rule, &periods, FiscalYear::default(), &mut cards);
    let last = *periods.last().unwrap();
    cards.score(last, &"u".into(), &"m".into()).unwrap().clone()
}

#[test]
fn a_streak_goes_over_the_years_end_and_is_broken_by_a_month_without_attainment() {
    let rule = WarningRule::new(vec!["m".into()], share("80%"), share("60%"));
    let streak = |months: &[&str]| settled(&rule, months, &[]).streak;
    assert_eq!(streak(&["95%", "70%", "50%", "79.95%", "70%"]), 4);
    assert_eq!(streak(&["70%", "70%", "", "70%"]), 1);
    assert_eq!(streak(&["70%", "-", "70%", "70%"]), 2);
    assert_eq!(streak(&["70%", "70%", "80%"]), 0);
}

#[test]
fn a_long_yellow_streak_goes_up_and_a_red_one_needs_no_more() {
    let rule = WarningRule::new(vec!["m".into()], share("80%"), share("60%"));
    let rule = WarningRule { escalate_after: Some(3), ..rule };
    let goes_up = |months: &[&str]| settled(&rule, months, &[]).is_escalated();
    assert!(!goes_up(&["95%", "70%", "70%"]) && goes_up(&["95%", "70%", "70%", "70%"]));
    assert!(goes_up(&["50%", "50%", "70%"]) && !goes_up(&["70%", "70%", "50%"]));
}

#[test]
fn a_metric_by_the_year_to_date_is_warned_by_it_alone() {
    let edges = WarningEdges {
        basis: WarningBasis::Ytd,
        yellow_below: share("90%"),
        red_below: share("70%"),
    };
    let rule = WarningRule::new(vec!["m".into()], share("80%"), share("60%"));
    let rule = WarningRule { own: [("m".into(), edges)].into(), ..rule };
    let by = |month: &str, to_date: &str| settled(&rule, &[month, month], &[to_date, to_date]);
    let good_month = by("120%", "85%");
    assert_eq!((good_month.warning, good_month.streak), (Warning::Yellow, 2));
    let why = Reason::Below {
        warning: Warning::Yellow,
        attainment: share("85%"),
        edge: share("90%"),
        to_date: true,
    };
    assert_eq!(good_month.reasons[0], why);
    assert_eq!(by("10%", "90%").warning, Warning::None);
    assert_eq!(by("10%", "").warning, Warning::None);
}
