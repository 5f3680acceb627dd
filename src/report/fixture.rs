//! A small company with hand-made scores, as `calc` would hand them over.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Briefing, InputFacts, RejectedFacts};
use crate::calc::score::{
    Basis, Change, CoefficientAward, NextBand, PeerGroup, PeerStanding, Reason, Score, Scorecards,
    TargetBasis, Warning,
};
use crate::model::metric::{CreditTo, Simple};
use crate::model::org::Membership;
use crate::model::plan::{
    Band, CoefficientBasis, CoefficientRule, Plan, RankRule, RankWithin, WarningRule,
};
use crate::model::{
    Absence, Aggregate, Bilingual, Direction, Exact, Figure, FiscalYear, Grain, Level, Metric,
    MetricId, MetricKind, MetricUnit, Org, Period, Person, Target, TargetOrigin, Unit, UnitId,
};

pub(super) const MONTH: Period = Period::Month { year: 2026, month: 10 };
const TO_DATE: Period = Period::Ytd { year: 2026, month: 10 };

/// Everything that a briefing borrows.
pub(super) struct Company {
    pub(super) org: Org,
    pub(super) metrics: Vec<Metric>,
    pub(super) headline: Vec<MetricId>,
    pub(super) cards: Scorecards,
    pub(super) targets: Vec<Target>,
    pub(super) plan: Plan,
    pub(super) name: Bilingual,
    pub(super) inputs: Vec<InputFacts>,
    pub(super) rejected: Vec<RejectedFacts>,
    pub(super) fiscal: FiscalYear,
}

impl Company {
    pub(super) fn briefing(&self) -> Briefing<'_> {
        Briefing {
            org: &self.org,
            metrics: &self.metrics,
            headline: &self.headline,
            cards: &self.cards,
            targets: &self.targets,
            plan: &self.plan,
            company: &self.name,
            currency: "CNY",
            fiscal: self.fiscal,
            judged: MONTH,
            as_of: day(2026, 11, 3),
            version: 1,
            program_version: "0.1.0",
            config_hash: "9f2b7c1d4e5a6b7c8d9e0f1a",
            inputs: &self.inputs,
            rejected: &self.rejected,
        }
    }

    /// A mutable score of the judged month.
    pub(super) fn score(&mut self, unit: &str, metric: &str) -> &mut Score {
        self.cards.scores.get_mut(&(MONTH, unit.into(), metric.into())).unwrap()
    }
}

pub(super) fn number(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn both(zh: &str, en: &str) -> Bilingual {
    Bilingual { zh: zh.to_owned(), en: en.to_owned() }
}

pub(super) fn metrics() -> Vec<Metric> {
    let metric = |id: &str, label, definition, unit, decimals| Metric {
        id: id.into(),
        label,
        definition,
        kind: MetricKind::Simple(Simple {
            extract: "orders".into(),
            value: None,
            aggregate: Aggregate::Sum,
            filter: None,
            date: "day".to_owned(),
            credit_to: CreditTo::Person("seller".to_owned()),
            trailing_months: None,
        }),
        unit,
        direction: Direction::Higher,
        decimals,
        hidden: false,
    };
    let sales = metric(
        "sales",
        both("销售额", "Sales"),
        both("当期订单明细金额之和。", "Sum of the order lines' amounts in the period."),
        MetricUnit::Money,
        2,
    );
    let rate = metric(
        "collection_rate",
        both("回款率", "Collection rate"),
        both("当期回款额 ÷ 当期到期应收。", "Payments received ÷ receivables due."),
        MetricUnit::Percent,
        1,
    );
    let rate = Metric {
        kind: MetricKind::Ratio { numerator: "sales".into(), denominator: "hidden".into() },
        ..rate
    };
    let visits = metric(
        "visits",
        both("客户拜访量", "Customer visits"),
        both("当期拜访记录数。", "Visits recorded in the period."),
        MetricUnit::Count,
        0,
    );
    let cycle = metric(
        "deal_cycle",
        both("平均成单周期", "Deal cycle"),
        both("赢单商机的平均天数，越低越好。", "Mean days to win; lower is better."),
        MetricUnit::Days,
        1,
    );
    let cycle = Metric { direction: Direction::Lower, ..cycle };
    let hidden =
        metric("hidden", both("成本", "Cost"), both("成本。", "Cost."), MetricUnit::Money, 2);
    vec![sales, rate, visits, cycle, Metric { hidden: true, ..hidden }]
}

pub(super) fn plan() -> Plan {
    let band = |from: &str, to: Option<&str>, coefficient: &str| Band {
        from: number(from),
        to: to.map(number),
        coefficient: number(coefficient),
    };
    Plan {
        warning: WarningRule {
            metrics: vec!["sales".into(), "collection_rate".into(), "visits".into()],
            yellow_below: number("80%"),
            red_below: number("60%"),
        },
        rank: RankRule { within: RankWithin::Company, least_group: 5 },
        coefficient: Some(CoefficientRule {
            basis: CoefficientBasis::Metric("sales".into()),
            bands: vec![
                band("0", Some("0.8"), "0.8"),
                band("0.8", Some("1"), "1.0"),
                band("1", None, "1.2"),
            ],
            levels: vec![Level::Department, Level::Person],
            grains: vec![Grain::Month],
        }),
    }
}

fn org() -> Org {
    let unit = |id: &str, name: &str, name_en: &str, parent: Option<&str>, owner: &str| {
        let (parent, owner) = (parent.map(UnitId::from), Some(owner.into()));
        let (id, name, name_en) = (UnitId::from(id), name.to_owned(), Some(name_en.to_owned()));
        (id.clone(), Unit { id, name, name_en, parent, owner })
    };
    let person = |id: &str, name: &str| {
        let (id, name) = (UnitId::from(id), name.to_owned());
        let (mail, language, role, joined, left) = (None, None, None, None, None);
        (id.clone(), Person { id, name, mail, language, role, joined, left })
    };
    let stays = [
        ("P0", "C00"),
        ("P1", "D1"),
        ("P2", "D11"),
        ("P3", "D11"),
        ("P4", "D11"),
        ("P5", "D2"),
        ("P6", "D2"),
    ];
    Org {
        company: "C00".into(),
        units: BTreeMap::from([
            unit("C00", "明德仪器", "Mingde Instruments", None, "P0"),
            unit("D1", "华东区", "East China", Some("C00"), "P1"),
            unit("D11", "上海一部", "Shanghai One", Some("D1"), "P1"),
            unit("D2", "华南区", "South China", Some("C00"), "P5"),
        ]),
        people: BTreeMap::from([
            person("P0", "周敏"),
            person("P1", "王磊"),
            person("P2", "张伟"),
            person("P3", "李娜"),
            person("P4", "赵强"),
            person("P5", "陈静"),
            person("P6", "孙悦"),
        ]),
        memberships: stays
            .map(|(id, unit)| {
                (id.into(), vec![Membership { unit: unit.into(), from: None, to: None }])
            })
            .into(),
    }
}

/// Actual, target, previous and year ago, where `-` stands for none.
fn score(org: &Org, period: Period, unit: &str, metric: &str, figures: [&str; 4]) -> Score {
    let [actual, target, previous, year_ago] = figures;
    let figure = |text: &str, absence| match text {
        "-" => Figure::Absent(absence),
        known => Figure::Known(number(known)),
    };
    let unit = UnitId::from(unit);
    let (actual, target) = (figure(actual, Absence::NoData), figure(target, Absence::NoTarget));
    let (attainment, gap) = match (&actual, &target) {
        (Figure::Known(actual), Figure::Known(target)) => {
            let share = actual.over(target).unwrap();
            let two = Exact::from(2);
            let share = if metric == "deal_cycle" { &two - &share } else { share };
            (Figure::Known(share), Some(actual - target))
        }
        (Figure::Absent(absence), _) | (_, Figure::Absent(absence)) => {
            (Figure::Absent(*absence), None)
        }
    };
    let (yellow, red) = (number("0.8"), number("0.6"));
    let (warning, reasons) = match attainment.known().filter(|_| metric != "deal_cycle") {
        Some(share) if *share < red => (Warning::Red, below(Warning::Red, share, red)),
        Some(share) if *share < yellow => (Warning::Yellow, below(Warning::Yellow, share, yellow)),
        _ => (Warning::None, vec![Reason::NotWarned]),
    };
    let (previous, year_ago) =
        (figure(previous, Absence::NoBase), figure(year_ago, Absence::NoBase));
    let change = |base: &Figure| match (&actual, base) {
        (Figure::Known(now), Figure::Known(base)) if metric == "collection_rate" => {
            Change::Points(now - base)
        }
        (Figure::Known(now), Figure::Known(base)) => {
            Change::Relative((now - base).over(base).unwrap())
        }
        _ => Change::Absent(Absence::NoBase),
    };
    Score {
        period,
        level: org.level(&unit).unwrap(),
        parent: None,
        metric: metric.into(),
        target_basis: match metric {
            "sales" => TargetBasis::Spread(Vec::new()),
            _ => TargetBasis::Carried(TargetOrigin { file: "targets.csv".to_owned(), row: 3 }),
        },
        mom: change(&previous),
        yoy: change(&year_ago),
        unit,
        actual,
        target,
        attainment,
        gap,
        previous,
        year_ago,
        standing: None,
        warning,
        reasons,
    }
}

fn below(warning: Warning, attainment: &Exact, edge: Exact) -> Vec<Reason> {
    vec![Reason::Below { warning, attainment: attainment.clone(), edge }]
}

/// Sales of the judged month: the company's and each unit's, with what coefficient they earn.
const SALES: [(&str, [&str; 4], &str); 10] = [
    ("C00", ["10820000", "11300000", "10300000.50", "9800000"], "1.0"),
    ("D1", ["4750000", "5300000", "4900000", "4100000"], "1.0"),
    ("D11", ["2350000", "3300000", "2500000", "2000000"], "0.8"),
    ("D2", ["6070000", "6000000", "5400000.50", "5700000"], "1.2"),
    ("P1", ["2400000", "2000000", "2400000", "2100000"], "1.2"),
    ("P2", ["823500.40", "900000", "798000", "-"], "1.0"),
    ("P3", ["1199.60", "600000", "402000", "500000"], "0.8"),
    ("P4", ["1525300", "1800000", "1300000", "1500000"], "1.0"),
    ("P5", ["4720000", "4000000", "3400000", "3700000"], "1.2"),
    ("P6", ["1350000", "2000000", "2000000.50", "2000000"], "0.8"),
];

fn cards(org: &Org) -> Scorecards {
    let mut scores = Vec::new();
    let mut coefficients = BTreeMap::new();
    for (unit, figures, coefficient) in SALES {
        let sales = score(org, MONTH, unit, "sales", figures);
        coefficients.insert((MONTH, UnitId::from(unit)), award(&sales, coefficient));
        scores.push(sales);
        let to_date = ["9123456.78", "9000000", "-", "8000000"];
        scores.push(score(org, TO_DATE, unit, "sales", to_date));
        let rate = if unit == "P2" { "0.7" } else { "0.932" };
        scores.push(score(org, MONTH, unit, "collection_rate", [rate, "0.95", "0.944", "-"]));
        scores.push(score(org, MONTH, unit, "visits", ["14", "-", "16", "12"]));
        scores.push(score(org, MONTH, unit, "deal_cycle", ["46.5", "45", "40", "50"]));
    }
    for (back, month) in (1..=9).rev().enumerate() {
        let actual = (700_000 + 31_000 * back).to_string();
        let period = Period::Month { year: 2026, month };
        scores.push(score(org, period, "P2", "sales", [&actual, "880000", "-", "760000"]));
    }
    coefficients.remove(&(MONTH, UnitId::from("C00")));
    let mut cards = Scorecards { coefficients, ..Scorecards::default() };
    for mut one in scores {
        if one.level == Level::Person && one.period == MONTH && one.metric.as_str() == "sales" {
            one.standing = Some(standing(one.unit.as_str()));
        }
        cards.scores.insert((one.period, one.unit.clone(), one.metric.clone()), one);
    }
    cards
}

fn standing(unit: &str) -> PeerStanding {
    let order = ["P1", "P5", "P2", "P4", "P6", "P3"];
    PeerStanding {
        group: PeerGroup { level: Level::Person, depth: 0, within: "C00".into() },
        peers: order.len(),
        mean: number("0.815"),
        median: number("0.8812"),
        rank: order.iter().position(|id| *id == unit).unwrap() + 1,
        by_attainment: true,
    }
}

fn award(sales: &Score, coefficient: &str) -> CoefficientAward {
    let share = sales.attainment.known().unwrap().clone();
    let band = match coefficient {
        "1.2" => ("1", None),
        "1.0" => ("0.8", Some("1")),
        _ => ("0", Some("0.8")),
    };
    let next = band.1.map(|from| NextBand {
        coefficient: number(if from == "1" { "1.2" } else { "1.0" }),
        from: number(from),
        missing: Some(
            &(sales.target.known().unwrap() * &number(from)) - sales.actual.known().unwrap(),
        ),
    });
    CoefficientAward {
        period: MONTH,
        unit: sales.unit.clone(),
        basis: Basis::Metric("sales".into()),
        value: Figure::Known(share),
        band: Some((number(band.0), band.1.map(number))),
        coefficient: Figure::Known(number(coefficient)),
        next,
        parts: Vec::new(),
    }
}

fn targets() -> Vec<Target> {
    let target = |unit: &str, metric: &str, period: &str, value: &str, note: Option<&str>| Target {
        unit: unit.into(),
        metric: metric.into(),
        period: period.parse().unwrap(),
        value: number(value),
        owner: None,
        due: Some(day(2026, 12, 31)),
        source: Some("CRM".to_owned()),
        note: note.map(str::to_owned),
        origin: TargetOrigin { file: "targets.csv".to_owned(), row: 2 },
    };
    let mut targets = vec![
        target("C00", "sales", "2026", "130000000", Some("新品上市")),
        target("C00", "collection_rate", "2026", "0.95", None),
        target("D1", "sales", "2026", "52000000", None),
        target("D2", "sales", "2026-Q1", "16000000", None),
        target("D2", "sales", "2026-Q2", "18000000.50", None),
        target("P2", "deal_cycle", "2026-10", "45", None),
    ];
    for month in 1..=12 {
        targets.push(target("P2", "visits", &format!("2026-{month:02}"), "15", None));
        targets.push(target("P3", "visits", &format!("2025-{month:02}"), "15", None));
    }
    targets
}

pub(super) fn company() -> Company {
    let org = org();
    Company {
        cards: cards(&org),
        org,
        metrics: metrics(),
        headline: ["sales", "collection_rate", "visits"].map(MetricId::from).to_vec(),
        targets: targets(),
        plan: plan(),
        name: both("明德仪器", "Mingde Instruments"),
        inputs: vec![InputFacts {
            path: "orders/2026-10/orders.csv".to_owned(),
            size: 1_234_567,
            sha256: "0123456789abcdef0123456789abcdef".to_owned(),
        }],
        rejected: vec![
            RejectedFacts { extract: "order_lines".to_owned(), rows: 12_345, rejected: 3 },
            RejectedFacts { extract: "visits".to_owned(), rows: 800, rejected: 0 },
        ],
        fiscal: FiscalYear::default(),
    }
}
