use super::*;
use crate::calc::score::{PeerGroup, PeerStanding, Within};
use crate::model::formula::Formula;
use crate::model::metric::{CreditTo, Simple};
use crate::model::{Aggregate, Bilingual, Direction, Level, MetricUnit, UnitId};

fn metric(id: &str, kind: MetricKind) -> Metric {
    let both = || Bilingual { zh: id.to_owned(), en: id.to_owned() };
    Metric {
        id: id.into(),
        label: both(),
        definition: both(),
        kind,
        unit: MetricUnit::Money,
        direction: Direction::Higher,
        decimals: 2,
        hidden: false,
    }
}

fn simple(id: &str) -> Metric {
    let kind = MetricKind::Simple(Simple {
        extract: "orders".into(),
        value: Some("amount".to_owned()),
        aggregate: Aggregate::Sum,
        filter: None,
        date: "day".to_owned(),
        credit_to: CreditTo::Person("seller".to_owned()),
        trailing_months: None,
    });
    metric(id, kind)
}

fn metrics() -> Vec<Metric> {
    let formula = |text: &str| MetricKind::Derived(Formula::parse(text).unwrap());
    let margin = MetricKind::Ratio { numerator: "profit".into(), denominator: "sales".into() };
    vec![
        metric("margin", margin),
        simple("sales"),
        metric("profit", formula("sales - cost")),
        simple("cost"),
        metric("a_month", formula("profit / months")),
    ]
}

fn told(id: &str, cost: Figure) -> Vec<String> {
    let metrics = metrics();
    let mut of_rows = |metric: &MetricId| match metric.as_str() {
        "sales" => Figure::Known(Exact::from(100)),
        _ => cost.clone(),
    };
    let steps = steps(&metrics, &id.into(), &Exact::from(4), &mut of_rows);
    let shown = |figure: &Figure| match figure {
        Figure::Known(value) => crate::model::round::to_plain(value),
        Figure::Absent(why) => why.code().to_owned(),
    };
    steps
        .iter()
        .map(|step| {
            let from: Vec<String> =
                step.from.iter().map(|(name, of)| format!("{name} {}", shown(of))).collect();
            format!("{} = {} [{}]", step.metric.id, shown(&step.figure), from.join(", "))
        })
        .collect()
}

#[test]
fn every_part_comes_before_what_is_made_of_it_and_once() {
    assert_eq!(
        told("margin", Figure::Known(Exact::from(60))),
        [
            "sales = 100 []",
            "cost = 60 []",
            "profit = 40 [sales 100, cost 60]",
            "margin = 0.4 [profit 40, sales 100]",
        ]
    );
    assert_eq!(
        told("a_month", Figure::Known(Exact::from(60))).last().unwrap(),
        "a_month = 10 [profit 40, months 4]"
    );
    assert!(told("nothing", Figure::Known(Exact::zero())).is_empty());
}

#[test]
fn what_needs_an_absent_part_is_absent() {
    let told = told("margin", Figure::Absent(Absence::NoData));
    assert_eq!(told[2], "profit = no_data [sales 100, cost no_data]");
    assert_eq!(told[3], "margin = no_data [profit no_data, sales 100]");
}

#[test]
fn neighbours_are_those_of_another_rank() {
    let within = Within::Unit("C".into());
    let group = PeerGroup { level: Level::Person, depth: 0, within };
    let standing = PeerStanding {
        group,
        peers: 5,
        mean: Some(Exact::one()),
        median: Some(Exact::one()),
        rank: 2,
        by_attainment: true,
    };
    let ranked = |(unit, rank, value): (&str, usize, i64)| Ranked {
        unit: UnitId::from(unit),
        rank,
        value: Exact::from(value),
    };
    let peers = [("E", 5, 1), ("C", 2, 7), ("A", 1, 9), ("D", 2, 7), ("B", 2, 7)];
    let place =
        Place::new(&"C".into(), &standing, peers.into_iter().map(ranked).collect()).unwrap();
    let unit = |ranked: Option<&Ranked>| ranked.map(|one| one.unit.to_string());
    assert_eq!(unit(place.ahead()).as_deref(), Some("A"));
    assert_eq!(unit(place.behind()).as_deref(), Some("E"));
    assert_eq!(place.tied(), 2);
}
