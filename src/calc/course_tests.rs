use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::calc::score::Scorecards;
use crate::calc::{RecoveryState, TargetBook, judge};
use crate::model::metric::{CreditTo, Simple};
use crate::model::plan::{Plan, RankRule, RankWithin, WarningRule};
use crate::model::{
    Aggregate, Bilingual, Direction, Facts, MetricKind, MetricUnit, Org, Person, Target,
    TargetOrigin, Unit, WorkCalendar,
};

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

/// Sales of the company C and of its only person P, who joined on a day.
struct World {
    fiscal: FiscalYear,
    /// What each month came to, from the first one on.
    first: Period,
    months: Vec<i64>,
    /// Of the years and months that have a target.
    targets: Vec<(&'static str, i64)>,
    calendar: WorkCalendar,
    joined: chrono::NaiveDate,
    unit: MetricUnit,
}

impl World {
    /// A calendar year with a target of 1200, of which each month so far brought 100, and last year
    /// 80 each.
    fn plain(this_year: usize) -> Self {
        World {
            fiscal: FiscalYear::default(),
            first: "2025-01".parse().unwrap(),
            months: [vec![80; 12], vec![100; this_year]].concat(),
            targets: vec![("2026", 1200)],
            calendar: WorkCalendar::weekdays(),
            joined: day("2020-01-01"),
            unit: MetricUnit::Money,
        }
    }

    fn all_months(&self) -> Vec<Period> {
        let next = |month: &Period| Some(Period::month_of(month.dates(self.fiscal).end));
        std::iter::successors(Some(self.first), next).take(self.months.len()).collect()
    }

    fn metric(&self) -> Metric {
        let words = Bilingual { zh: String::new(), en: String::new() };
        let simple = Simple {
            extract: "orders".into(),
            value: Some("amount".to_owned()),
            aggregate: Aggregate::Sum,
            filter: None,
            date: "day".into(),
            credit_to: CreditTo::Person("person".into()),
            trailing_months: None,
        };
        Metric {
            id: "m".into(),
            label: words.clone(),
            definition: words,
            kind: MetricKind::Simple(simple),
            unit: self.unit,
            direction: Direction::Higher,
            decimals: 2,
            hidden: false,
        }
    }

    /// The figures of every period that the course asks for, from the months.
    fn facts(&self, known: &[Period]) -> Facts {
        let months = self.all_months();
        let mut facts = Facts::default();
        let (first, last) = (months[0], *months.last().unwrap());
        let covered = first.dates(self.fiscal).around(last.dates(self.fiscal));
        facts.cover(&"m".into(), covered);
        for &period in known {
            let within = period.months(self.fiscal);
            let sum: i64 = months
                .iter()
                .zip(&self.months)
                .filter(|(month, _)| within.contains(month))
                .map(|(_, value)| value)
                .sum();
            for unit in ["C", "P"] {
                facts.insert(&"m".into(), period, &unit.into(), Exact::from(sum));
            }
        }
        facts
    }

    /// Where the year is heading by the last of the months.
    fn paces(&self) -> Scorecards {
        let month = *self.all_months().last().unwrap();
        let judged = crate::calc::judged_periods(month, 1, std::iter::empty(), self.fiscal);
        let metrics = [self.metric()];
        let targets: Vec<Target> = self
            .targets
            .iter()
            .map(|(period, value)| Target {
                unit: "P".into(),
                metric: "m".into(),
                period: period.parse().unwrap(),
                value: Exact::from(*value),
                owner: None,
                due: None,
                source: None,
                note: None,
                origin: TargetOrigin { file: "t".into(), row: 2 },
            })
            .collect();
        let company =
            Unit { id: "C".into(), name: "C".into(), name_en: None, parent: None, owner: None };
        let (mail, language, role, left, bonus_base) = (None, None, None, None, None);
        let (id, name, joined) = ("P".into(), "P".into(), Some(self.joined));
        let person = Person { id, name, mail, language, role, joined, left, bonus_base };
        let org = Org {
            company: "C".into(),
            units: [("C".into(), company)].into(),
            people: [("P".into(), person)].into(),
            memberships: BTreeMap::new(),
        };
        let case = Case {
            org: &org,
            metrics: &metrics,
            facts: &self.facts(&crate::calc::known_periods(&judged, self.fiscal)),
            targets: &TargetBook::new(&targets, &BTreeMap::new(), &metrics, self.fiscal),
            plan: &Plan::new(
                WarningRule::new(vec!["m".into()], number("80%"), number("60%")),
                RankRule::new(RankWithin::Company, 5),
            ),
            fiscal: self.fiscal,
            calendar: &self.calendar,
            through: month.dates(self.fiscal).end,
        };
        judge(&case, &judged)
    }

    fn pace(&self, unit: &str) -> Pace {
        self.paces().pace[&(unit.into(), "m".into())].clone()
    }
}

fn share(progress: &Estimate<Progress>) -> Exact {
    progress.as_ref().unwrap().share.clone()
}

#[test]
fn a_year_on_plan_comes_to_its_target_by_targets() {
    let pace = World::plain(9).pace("P");
    assert_eq!(share(&pace.by_targets), number("75%"));
    let by_targets = pace.rate_by_targets.unwrap();
    assert_eq!((by_targets.value, by_targets.gap), (Exact::from(1200), Some(Exact::zero())));
    let by_last_year = pace.by_last_year.unwrap();
    assert_eq!(by_last_year.course.passed, Exact::from(720));
    assert_eq!(by_last_year.value, Exact::from(1200));
    // 195 of 261 weekdays of 2026 are over.
    let days = pace.by_days.unwrap();
    assert_eq!((days.passed, days.whole), (Exact::from(195), Exact::from(261)));
    assert_eq!((pace.months_left, pace.required), (3, Ok(Exact::from(100))));
    assert_eq!(pace.recovery.unwrap().state, RecoveryState::OnPlan);
    assert_eq!(share(&pace.quarter_by_targets), Exact::one());
}

#[test]
fn the_company_has_the_sum_below_it() {
    let pace = World::plain(9).pace("C");
    assert_eq!(pace.target, Figure::Known(Exact::from(1200)));
    assert_eq!(pace.target_to_date, Figure::Known(Exact::from(900)));
}

#[test]
fn make_up_days_count_and_holidays_do_not() {
    let days = [("2026-01-01", false), ("2026-01-02", false), ("2026-01-04", true)];
    let days = days.map(|(text, works)| (day(text), works));
    let calendar = WorkCalendar::with_exceptions(days);
    let pace = World { calendar, ..World::plain(1) }.pace("P");
    let by_days = pace.by_days.unwrap();
    assert_eq!((by_days.passed, by_days.whole), (Exact::from(21), Exact::from(260)));
    let quarter = pace.quarter_by_days.unwrap();
    assert_eq!((quarter.passed, quarter.whole), (Exact::from(21), Exact::from(63)));
}

#[test]
fn a_year_that_the_calendar_does_not_know_has_no_progress_by_days() {
    let calendar = WorkCalendar::with_exceptions([(day("2025-10-01"), false)]);
    let pace = World { calendar, ..World::plain(3) }.pace("P");
    assert_eq!(pace.by_days, Err(Unpaced::UnknownCalendar));
    assert_eq!(pace.rate_by_days, Err(Unpaced::UnknownCalendar));
    assert!(pace.rate_by_targets.is_ok());
}

#[test]
fn a_fiscal_year_from_july_runs_over_new_year() {
    let world = World {
        fiscal: FiscalYear::starting(7).unwrap(),
        first: "2024-07".parse().unwrap(),
        months: [vec![80; 12], vec![100, 100, 100, 100, 100, 100, 50]].concat(),
        ..World::plain(0)
    };
    let pace = world.pace("P");
    assert_eq!((pace.year, pace.months_left), (Period::Year(2026), 5));
    assert_eq!(pace.month, "2026-01".parse().unwrap());
    assert_eq!(pace.to_date, Figure::Known(Exact::from(650)));
    assert_eq!(share(&pace.by_targets).over(&Exact::from(7)), Exact::one().over(&Exact::from(12)));
    // The first of the three months of the fiscal third quarter.
    assert_eq!(share(&pace.quarter_by_targets), Exact::one().over(&Exact::from(3)).unwrap());
    assert_eq!(pace.by_last_year.unwrap().course.passed, Exact::from(560));
    let recovery = pace.recovery.unwrap();
    assert_eq!(recovery.state, RecoveryState::NewlyBehind);
    assert_eq!(recovery.behind, Exact::from(50));
    // In July a new year begins: what was missed in the old one is not its fault.
    let july = World { months: vec![10; 13], ..world };
    let pace = july.pace("P");
    assert_eq!(pace.year, Period::Year(2026));
    assert_eq!(pace.recovery.clone().unwrap().behind_before, None);
}

#[test]
fn without_a_whole_last_year_above_zero_there_is_no_course() {
    let none = |world: World| world.pace("P").by_last_year.map(|forecast| forecast.value);
    let loss = World { months: [vec![-80; 12], vec![100; 3]].concat(), ..World::plain(0) };
    assert_eq!(none(loss), Err(Unpaced::NoBase));
    let unknown =
        World { first: "2026-01".parse().unwrap(), months: vec![100; 3], ..World::plain(0) };
    assert_eq!(none(unknown), Err(Unpaced::NoBase));
    let joined = World { joined: day("2025-06-01"), ..World::plain(3) };
    assert_eq!(none(joined), Err(Unpaced::NoBase));
    // The company was there all year.
    let joined = World { joined: day("2025-06-01"), ..World::plain(3) };
    assert!(joined.pace("C").by_last_year.is_ok());
}

#[test]
fn who_joined_within_the_year_is_measured_from_then_on() {
    let world = World { joined: day("2026-07-01"), ..World::plain(9) };
    let days = world.pace("P").by_days.unwrap();
    assert_eq!((days.passed, days.whole), (Exact::from(66), Exact::from(132)));
    let whole = world.pace("C").by_days.unwrap().whole;
    assert_eq!(whole, Exact::from(261));
}

#[test]
fn a_target_of_zero_or_none_leaves_the_figure_alone() {
    let zero = World { targets: vec![("2026", 0)], ..World::plain(3) }.pace("P");
    assert_eq!(zero.by_targets, Err(Unpaced::ZeroTarget));
    assert_eq!(zero.rate_by_targets, Err(Unpaced::ZeroTarget));
    assert_eq!(zero.recovery, Err(Unpaced::ZeroTarget));
    assert!(zero.rate_by_days.is_ok_and(|forecast| forecast.attainment.is_none()));
    let none = World { targets: Vec::new(), ..World::plain(3) }.pace("P");
    assert_eq!(none.recovery, Err(Unpaced::NoTarget));
    assert_eq!(none.required, Err(Unpaced::NoTarget));
    assert!(none.rate_by_days.is_ok_and(|forecast| forecast.gap.is_none()));
}

#[test]
fn three_months_are_compared_with_those_a_year_ago() {
    let months = [vec![80; 12], vec![80, 100, 120]].concat();
    let rolling = World { months, ..World::plain(0) }.pace("P").rolling;
    assert_eq!(rolling.actual, Figure::Known(Exact::from(300)));
    assert_eq!(rolling.year_ago, Figure::Known(Exact::from(240)));
    assert_eq!(rolling.yoy, crate::calc::Change::Relative(number("25%")));
    // In January they go back over the year's end.
    let rolling = World::plain(1).pace("P").rolling;
    assert_eq!(rolling.actual, Figure::Known(Exact::from(260)));
    assert_eq!(rolling.year_ago, Figure::Absent(Absence::NoData));
}

#[test]
fn a_level_has_no_pace() {
    let pace = World { unit: MetricUnit::Days, ..World::plain(3) }.pace("P");
    let why = Err(Unpaced::DoesNotAdd);
    assert_eq!((pace.recovery, pace.required), (Err(Unpaced::DoesNotAdd), why));
    assert_eq!(pace.rate_by_days, Err(Unpaced::DoesNotAdd));
    assert_eq!(pace.by_last_year, Err(Unpaced::DoesNotAdd));
}

#[test]
fn the_best_month_is_looked_for_in_twelve() {
    // 400 a year ago is gone; of the two of 120 the earlier one is named.
    let mut months = vec![80; 24];
    (months[10], months[14], months[20]) = (400, 120, 120);
    let pace = World { months: months[..23].to_vec(), ..World::plain(0) }.pace("P");
    assert_eq!(pace.best, Some(("2026-03".parse().unwrap(), Exact::from(120))));
    let recovery = pace.recovery.unwrap();
    // 11 months of 80, and two of 120, leave 240 for December: twice the best.
    assert_eq!(recovery.of_best, Some(Exact::from(2)));
    assert_eq!(recovery.state, RecoveryState::OutOfReach);
}

#[test]
fn what_the_course_asks_for_is_known() {
    let july = FiscalYear::starting(7).unwrap();
    let course = Course::of("2026-07".parse().unwrap(), july).unwrap();
    assert_eq!((course.before, course.quarter_before, course.months_left), (None, None, 11));
    let known: BTreeSet<String> =
        course.known().iter().map(|period| format!("{} {period}", period.grain().code())).collect();
    assert!(known.contains("year 2026") && known.contains("ytd 2025-07"), "{known:?}");
    assert!(known.contains("month 2025-08") && !known.contains("month 2025-07"), "{known:?}");
    assert!(Course::of(Period::Year(2026), july).is_none());
}

proptest! {
    #[test]
    fn time_progress_rises_and_ends_at_one(start in 1u32..13, targets in proptest::collection::vec(1i64..500, 12)) {
        let fiscal = FiscalYear::starting(start).unwrap();
        let year = Period::Year(2026).months(fiscal);
        let texts: Vec<&'static str> =
            year.iter().map(|month| &*Box::leak(month.to_string().into_boxed_str())).collect();
        let targets: Vec<(&'static str, i64)> = texts.into_iter().zip(targets).collect();
        let mut before = [Exact::zero(), Exact::zero()];
        for gone in 1..=12 {
            let world = World {
                fiscal,
                first: year[0],
                months: vec![7; gone],
                targets: targets.clone(),
                ..World::plain(0)
            };
            let pace = world.pace("P");
            let now = [share(&pace.by_days), share(&pace.by_targets)];
            prop_assert!(now[0] > before[0] && now[1] > before[1]);
            for (rate, progress) in [(&pace.rate_by_days, &now[0]), (&pace.rate_by_targets, &now[1])] {
                let value = rate.as_ref().unwrap().value.clone();
                prop_assert_eq!(&value * progress, Exact::from(7 * gone as i64));
            }
            if gone % 3 == 0 {
                prop_assert_eq!(share(&pace.quarter_by_days), Exact::one());
                prop_assert_eq!(share(&pace.quarter_by_targets), Exact::one());
            }
            before = now;
        }
        prop_assert_eq!(before, [Exact::one(), Exact::one()]);
    }
}
