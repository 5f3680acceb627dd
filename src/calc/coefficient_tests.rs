use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::calc::attainment::attainment;
use crate::calc::score::{Change, TargetBasis, Warning};
use crate::model::plan::{
    Band, DaysBy, FactorBand, Participation, RankRule, RankWithin, WarningRule,
};
use crate::model::{Grain, Person};

const MONTH: Period = Period::Month { year: 2026, month: 10 };
const QUARTER: Period = Period::Quarter { year: 2026, quarter: 3 };

fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Sales in the bands of the specification, by month and quarter, for people.
fn plan() -> CoefficientPlan {
    let band = |from, to: Option<&str>, coefficient| Band {
        from: number(from),
        to: to.map(number),
        coefficient: number(coefficient),
    };
    CoefficientPlan {
        name: Some("a".to_owned()),
        label: None,
        valid_from: None,
        valid_to: None,
        levels: vec![Level::Person],
        roles: Vec::new(),
        units: Vec::new(),
        grains: vec![Grain::Month, Grain::Quarter],
        basis: CoefficientBasis::Metric("sales".into()),
        mode: CoefficientMode::Flat,
        bands: vec![
            band("0", Some("80%"), "0.8"),
            band("80%", Some("100%"), "1.0"),
            band("100%", None, "1.2"),
        ],
        second: None,
        cap: None,
        participation: None,
        base: None,
        pays: Some(Grain::Month),
    }
}

fn second(missing: SecondMissing) -> SecondAxis {
    let band = |from, to: Option<&str>, factor| FactorBand {
        from: number(from),
        to: to.map(number),
        factor: number(factor),
    };
    let bands = vec![band("0", Some("90%"), "0.9"), band("90%", None, "1.1")];
    SecondAxis { metric: "rate".into(), of: SecondOf::Actual, missing, bands }
}

/// Somebody with a base of 4000.50 who joined on a day, and what they reached.
struct Case {
    person: Person,
    scores: Vec<Score>,
}

fn case(sales: [&str; 2], rate: Option<&str>) -> Case {
    let known = |text: &str| Figure::Known(number(text));
    let mut scores = Vec::new();
    for period in [MONTH, QUARTER] {
        scores.push(score(period, "sales", known(sales[0]), known(sales[1])));
        let rate = rate.map_or(Figure::Absent(Absence::NoData), known);
        scores.push(score(period, "rate", rate, known("95%")));
    }
    let person = Person {
        id: "P".into(),
        name: "P".to_owned(),
        mail: None,
        language: None,
        role: Some("rep".to_owned()),
        joined: Some(day("2020-01-01")),
        left: None,
        bonus_base: Some(number("4000.50")),
    };
    Case { person, scores }
}

fn score(period: Period, metric: &str, actual: Figure, target: Figure) -> Score {
    let none = Change::Absent(Absence::NoBase);
    Score {
        period,
        unit: "P".into(),
        level: Level::Person,
        parent: None,
        metric: metric.into(),
        attainment: attainment(&actual, &target, Direction::Higher),
        gap: None,
        actual,
        target,
        target_basis: TargetBasis::None,
        previous: Figure::Absent(Absence::NoBase),
        mom: none.clone(),
        year_ago: Figure::Absent(Absence::NoBase),
        yoy: none,
        standing: None,
        warning: Warning::None,
        streak: 0,
        reasons: Vec::new(),
    }
}

impl Case {
    fn award(&self, plans: &[CoefficientPlan], period: Period) -> Option<CoefficientAward> {
        let org = Org {
            company: "C".into(),
            units: BTreeMap::new(),
            people: BTreeMap::from([("P".into(), self.person.clone())]),
            memberships: BTreeMap::new(),
        };
        let place = |score: &Score| (score.period, score.unit.clone(), score.metric.clone());
        let scores = self.scores.iter().map(|score| (place(score), score.clone()));
        let cards = Scorecards { scores: scores.collect(), ..Scorecards::default() };
        let plan = Plan {
            coefficients: plans.iter().cloned().map(Arc::new).collect(),
            ..Plan::new(
                WarningRule::new(Vec::new(), number("80%"), number("60%")),
                RankRule::new(RankWithin::Company, 5),
            )
        };
        let awards = Awards {
            plan: &plan,
            org: &org,
            metrics: &[],
            calendar: &WorkCalendar::weekdays(),
            fiscal: FiscalYear::default(),
            cards: &cards,
        };
        awards.award(period, &"P".into(), Level::Person)
    }

    fn month(&self, plan: CoefficientPlan) -> CoefficientAward {
        self.award(&[plan], MONTH).unwrap()
    }
}

/// Sales of a target of 100,000.00; coefficient; what is missing to the next band; amount of a base
/// of 4000.50, rounded once.
#[test]
fn edges_with_a_pocket_calculator() {
    #[rustfmt::skip]
    let table = [
        ("-2500.00",  "0.8", Some("82500"),   "3200.40"),
        ("79950.00",  "0.8", Some("50"),      "3200.40"),
        ("79999.99",  "0.8", Some("0.01"),    "3200.40"),
        ("80000.00",  "1",   Some("20000"),   "4000.50"),
        ("99960.00",  "1",   Some("40"),      "4000.50"),
        ("100000.00", "1.2", None,            "4800.60"),
        ("250000.00", "1.2", None,            "4800.60"),
    ];
    for (sales, coefficient, missing, amount) in table {
        let award = case([sales, "100000"], None).month(plan());
        assert_eq!(award.coefficient(), Some(&number(coefficient)), "{sales}");
        let next = award.next.as_ref().and_then(|next| next.missing.clone());
        assert_eq!(next, missing.map(number), "{sales}");
        assert_eq!(award.payout().unwrap().amount, number(amount), "{sales}");
        assert_eq!(award.point, None);
    }
}

#[test]
fn the_second_metric_multiplies_what_the_first_earned() {
    let plan = CoefficientPlan { second: Some(second(SecondMissing::None)), ..plan() };
    let award = case(["100", "100"], Some("89.99%")).month(plan.clone());
    assert_eq!(award.earned, Some(number("1.2")));
    assert_eq!(award.coefficient(), Some(&number("1.08")));
    let award = case(["79.95", "100"], Some("90%")).month(plan.clone());
    assert_eq!(award.coefficient(), Some(&number("0.88")));
    assert_eq!(award.next.unwrap().coefficient, number("1.1"), "with the second axis as it is");

    let unknown = case(["100", "100"], None);
    let none = unknown.month(plan.clone());
    assert_eq!(none.coefficient, Err(NoCoefficient::Second(Absence::NoData)));
    assert_eq!(none.pay, Pay::Nothing);
    let one = CoefficientPlan { second: Some(second(SecondMissing::One)), ..plan };
    assert_eq!(unknown.month(one).coefficient(), Some(&number("1.2")));
}

#[test]
fn a_cap_cuts_and_leaves_nothing_to_reach() {
    let plan = CoefficientPlan { cap: Some(number("1.1")), ..plan() };
    let award = case(["100", "100"], None).month(plan.clone());
    assert_eq!(
        (award.coefficient(), &award.uncapped),
        (Some(&number("1.1")), &Some(number("1.2")))
    );
    let below = case(["90", "100"], None).month(plan.clone());
    assert_eq!((below.coefficient(), &below.uncapped), (Some(&number("1")), &None));
    assert_eq!(below.next.unwrap().coefficient, number("1.1"));
    let linear = CoefficientPlan { mode: CoefficientMode::Linear, ..plan };
    // From 1.095 one more point would bring 0.01, and the cap leaves half of it.
    let award = case(["89.5", "100"], None).month(linear);
    assert_eq!(award.coefficient(), Some(&number("1.095")));
    assert_eq!(award.point, Some(number("0.005")));
}

#[test]
fn whoever_was_there_too_little_has_no_coefficient() {
    let rule = |by| Some(Participation { least: number("50%"), by });
    let plan = |by| CoefficientPlan { participation: rule(by), ..plan() };
    let joined = |text: &str| {
        let mut case = case(["120", "100"], None);
        case.person.joined = Some(day(text));
        case
    };
    // October 2026 has 31 days, of which 22 are weekdays: from the 16th 16 and 11, from the 17th
    // 15 and 10.
    for by in [DaysBy::CalendarDays, DaysBy::WorkingDays] {
        assert_eq!(joined("2026-10-16").month(plan(by)).coefficient(), Some(&number("1.2")));
        let award = joined("2026-10-17").month(plan(by));
        let Err(NoCoefficient::Participation { days, least, .. }) = &award.coefficient else {
            panic!("{award:?}");
        };
        let (there, of) = if by == DaysBy::CalendarDays { (15, 31) } else { (10, 22) };
        assert_eq!((days.there, days.of, least), (there, of, &number("50%")));
        assert_eq!(award.pay, Pay::Nothing);
    }
}

#[test]
fn a_plan_that_changes_in_mid_year_holds_from_its_first_day() {
    let until = |name: &str, from, to| CoefficientPlan {
        name: Some(name.to_owned()),
        valid_from: from,
        valid_to: to,
        ..plan()
    };
    let change = Some(day("2026-08-01"));
    let plans = [until("old", None, change), until("new", change, None)];
    let held = |period: &str| {
        let case = case(["1", "1"], None);
        let award = case.award(&plans, period.parse().unwrap()).unwrap();
        award.plan.unwrap().name.clone().unwrap()
    };
    assert_eq!(held("2026-07"), "old");
    assert_eq!(held("2026-08"), "new");
    // A quarter uses the plan that is valid on its last day.
    assert_eq!(held("2026-Q3"), "new");
    assert_eq!(held("2026-Q2"), "old");
}

#[test]
fn the_first_plan_that_fits_counts_and_who_has_none_is_told() {
    let of = |name: &str, roles: &[&str]| CoefficientPlan {
        name: Some(name.to_owned()),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        ..plan()
    };
    let case = case(["1", "1"], None);
    let name = |plans: &[CoefficientPlan]| {
        let award = case.award(plans, MONTH).unwrap();
        award.plan.and_then(|plan| plan.name.clone())
    };
    assert_eq!(name(&[of("managers", &["manager"]), of("all", &[])]).as_deref(), Some("all"));
    assert_eq!(name(&[of("reps", &["rep"]), of("all", &[])]).as_deref(), Some("reps"));
    let none = case.award(&[of("managers", &["manager"])], MONTH).unwrap();
    let why = NoCoefficient::NoPlan { day: day("2026-10-31"), role: Some("rep".to_owned()) };
    assert_eq!(none.coefficient, Err(why));
    // Where no plan ever gives this grain a coefficient there is nothing to say.
    assert_eq!(case.award(&[plan()], Period::Year(2026)), None);
}

#[test]
fn a_quarter_is_worth_three_months() {
    let plan = CoefficientPlan { pays: Some(Grain::Quarter), ..plan() };
    let case = case(["100", "100"], None);
    let quarter = case.award(&[plan.clone()], QUARTER).unwrap();
    assert_eq!(quarter.payout().unwrap().amount, number("14401.80"));
    assert_eq!(case.month(plan).pay, Pay::Nothing, "the month is not paid beside it");
}

#[test]
fn the_persons_base_wins_over_the_plans() {
    let with_base = CoefficientPlan { base: Some(number("3000")), ..plan() };
    let mut case = case(["100", "100"], None);
    assert_eq!(case.month(with_base.clone()).payout().unwrap().base, number("4000.50"));
    case.person.bonus_base = None;
    assert_eq!(case.month(with_base).payout().unwrap().amount, number("3600"));
    assert_eq!(case.month(plan()).pay, Pay::NoBase);
}

proptest! {
    #[test]
    fn whoever_sells_more_is_never_paid_less(a in -20_000i64..300_000, b in -20_000i64..300_000, mode in 0usize..3) {
        let mode = [CoefficientMode::Flat, CoefficientMode::Marginal, CoefficientMode::Linear][mode];
        let plan = CoefficientPlan {
            mode,
            second: Some(second(SecondMissing::None)),
            cap: Some(number("1.25")),
            ..plan()
        };
        let paid = |sales: i64| {
            let award = case([&sales.to_string(), "100000"], Some("95%")).month(plan.clone());
            award.payout().unwrap().amount.clone()
        };
        prop_assert!(paid(a.min(b)) <= paid(a.max(b)));
    }

    #[test]
    fn money_in_cents_changes_no_judgement(sales in -20_000i64..300_000, target in 1i64..200_000) {
        let plan = CoefficientPlan { mode: CoefficientMode::Linear, ..plan() };
        let of = |times: i64| {
            let texts = [(sales * times).to_string(), (target * times).to_string()];
            case([&texts[0], &texts[1]], None).month(plan.clone())
        };
        let (one, hundred) = (of(1), of(100));
        prop_assert_eq!(&one.coefficient, &hundred.coefficient);
        prop_assert_eq!(&one.band, &hundred.band);
        prop_assert_eq!(&one.pay, &hundred.pay);
        let missing = |award: &CoefficientAward, times: i64| {
            award.next.as_ref().and_then(|next| next.missing.clone()).map(|m| m * Exact::from(times))
        };
        prop_assert_eq!(missing(&one, 100), missing(&hundred, 1));
    }

    #[test]
    fn what_is_missing_earns_the_next_coefficient(sales in -20_000i64..200_000, mode in 0usize..3) {
        let mode = [CoefficientMode::Flat, CoefficientMode::Marginal, CoefficientMode::Linear][mode];
        let plan = CoefficientPlan { mode, ..plan() };
        let award = case([&sales.to_string(), "100000"], None).month(plan.clone());
        if let Some(next) = &award.next {
            let then = Exact::from(sales) + next.missing.clone().unwrap();
            let then = case([&crate::model::round::to_plain(&then), "100000"], None).month(plan);
            prop_assert_eq!(then.coefficient(), Some(&next.coefficient));
        }
    }
}
