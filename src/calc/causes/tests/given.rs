//! A small company with hand-made facts, judged and asked for its causes.

use std::collections::BTreeMap;

use crate::calc::causes::{Cause, Inquiry, Split};
use crate::calc::{Case, Scorecards, TargetBook, judge};
use crate::model::formula::Formula;
use crate::model::metric::{CreditTo, Simple};
use crate::model::org::Membership;
use crate::model::plan::{Plan, RankRule, RankWithin, WarningRule};
use crate::model::{
    Aggregate, Bilingual, CauseRules, DateRange, Dimension, DimensionKind, Direction, Exact, Facts,
    FiscalYear, Metric, MetricId, MetricKind, MetricUnit, Org, Parts, Period, Person, Target,
    TargetOrigin, Tree, Unit, UnitId, WorkCalendar,
};
use chrono::NaiveDate;

pub(super) const MONTH: Period = Period::Month { year: 2026, month: 2 };
pub(super) const YEAR_AGO: Period = Period::Month { year: 2025, month: 2 };
pub(super) const TO_DATE: Period = Period::Ytd { year: 2026, month: 2 };
pub(super) const JANUARY: Period = Period::Month { year: 2026, month: 1 };

pub(super) fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn metric(id: &str, kind: Option<MetricKind>, unit: MetricUnit) -> Metric {
    let words = Bilingual { zh: String::new(), en: String::new() };
    let simple = MetricKind::Simple(Simple {
        extract: "orders".into(),
        value: None,
        aggregate: Aggregate::Sum,
        filter: None,
        date: "day".into(),
        credit_to: CreditTo::Person("person".into()),
        trailing_months: None,
    });
    Metric {
        id: id.into(),
        label: words.clone(),
        definition: words,
        kind: kind.unwrap_or(simple),
        unit,
        direction: Direction::Higher,
        decimals: 2,
        hidden: false,
    }
}

/// Sales, visits, decided and won proposals, and the quotients of them.
fn metrics() -> Vec<Metric> {
    let over = |top: &str, bottom: &str| {
        Some(MetricKind::Ratio { numerator: top.into(), denominator: bottom.into() })
    };
    let yield_of = MetricKind::Derived(Formula::parse("sales / (visits * win_rate)").unwrap());
    vec![
        metric("sales", None, MetricUnit::Money),
        metric("visits", None, MetricUnit::Count),
        metric("won", None, MetricUnit::Count),
        metric("decided", None, MetricUnit::Count),
        metric("win_rate", over("won", "decided"), MetricUnit::Percent),
        metric("yield", Some(yield_of), MetricUnit::Money),
        metric("sales_per_visit", over("sales", "visits"), MetricUnit::Money),
    ]
}

/// The company C with the people P1 and P2.
fn org() -> Org {
    let unit = Unit { id: "C".into(), name: "C".into(), name_en: None, parent: None, owner: None };
    let person = |id: &str| {
        let (mail, language, role, left) = (None, None, None, None);
        let joined = Some(day("2024-01-01"));
        let bonus_base = None;
        let person = Person {
            id: id.into(),
            name: id.into(),
            mail,
            language,
            role,
            joined,
            left,
            bonus_base,
        };
        (UnitId::from(id), person)
    };
    let stay = Membership { unit: "C".into(), from: None, to: None };
    Org {
        company: "C".into(),
        units: BTreeMap::from([("C".into(), unit)]),
        people: BTreeMap::from([person("P1"), person("P2")]),
        memberships: ["P1", "P2"].map(|id| (id.into(), vec![stay.clone()])).into(),
    }
}

/// What is put into an inquiry.
#[derive(Default)]
pub(super) struct Given {
    pub(super) facts: Vec<(&'static str, Period, &'static str, Exact)>,
    pub(super) targets: Vec<(&'static str, Period, &'static str, Exact)>,
    trees: Vec<&'static str>,
    /// Customer, now and a year ago.
    pub(super) customers: Vec<(&'static str, i64, i64)>,
}

impl Given {
    pub(super) fn fact(
        mut self,
        metric: &'static str,
        period: Period,
        unit: &'static str,
        value: i64,
    ) -> Self {
        self.facts.push((metric, period, unit, Exact::from(value)));
        self
    }

    pub(super) fn target(
        mut self,
        metric: &'static str,
        period: Period,
        unit: &'static str,
        value: &str,
    ) -> Self {
        self.targets.push((metric, period, unit, number(value)));
        self
    }

    pub(super) fn tree(mut self, formula: &'static str) -> Self {
        self.trees.push(formula);
        self
    }

    /// The causes of a metric that is warned below 80 %.
    pub(super) fn find(self, warned: &str) -> BTreeMap<(Period, UnitId, MetricId), Cause> {
        let (metrics, org, fiscal) = (metrics(), org(), FiscalYear::default());
        let mut facts = Facts::default();
        for metric in metrics.iter().filter(|metric| metric.is_additive()) {
            let covered = DateRange::new(day("2025-02-01"), day("2026-03-01")).unwrap();
            facts.cover(&metric.id, covered);
        }
        for (metric, period, unit, value) in self.facts {
            facts.insert(&metric.into(), period, &unit.into(), value);
        }
        let target = |(metric, period, unit, value): (&str, Period, &str, Exact)| Target {
            unit: unit.into(),
            metric: metric.into(),
            period,
            value,
            owner: None,
            due: None,
            source: None,
            note: None,
            origin: TargetOrigin { file: "t".into(), row: 2 },
        };
        let targets: Vec<Target> = self.targets.into_iter().map(target).collect();
        let plan = Plan::new(
            WarningRule::new(vec![warned.into()], number("0.8"), number("0.6")),
            RankRule::new(RankWithin::Company, 5),
        );
        let case = Case {
            org: &org,
            metrics: &metrics,
            facts: &facts,
            targets: &TargetBook::new(&targets, &BTreeMap::new(), &metrics, fiscal),
            plan: &plan,
            calendar: &WorkCalendar::weekdays(),
            fiscal,
            through: day("2026-03-01"),
        };
        let cards: Scorecards = judge(&case, &[JANUARY, MONTH, TO_DATE]);
        let mut parts = Parts::default();
        let customer = "customer".into();
        for (name, now, before) in self.customers {
            for (period, value) in [(MONTH, now), (YEAR_AGO, before)] {
                if value != 0 {
                    let place = (period, &UnitId::from("C"));
                    parts.insert(&"sales".into(), &customer, place, name, Exact::from(value));
                }
            }
        }
        let tree = |formula: &&str| Tree {
            metric: warned.into(),
            formula: Formula::parse(formula).unwrap(),
        };
        let rules =
            CauseRules { trees: self.trees.iter().map(tree).collect(), ..Default::default() };
        let label = Bilingual { zh: String::new(), en: String::new() };
        let dimensions = [Dimension { id: customer, label, kind: DimensionKind::Customer }];
        let inquiry = Inquiry {
            case: &case,
            rules: &rules,
            dimensions: &dimensions,
            judged: MONTH,
            missed: None,
        };
        inquiry.find(&cards, &parts)
    }

    pub(super) fn of_company(self, warned: &str) -> Cause {
        let mut found = self.find(warned);
        found.remove(&(MONTH, "C".into(), warned.into())).expect("the company is warned")
    }
}

pub(super) fn sum_of<N>(split: &Split<N>) -> Exact {
    split.parts.iter().map(|part| &part.amount).sum()
}
