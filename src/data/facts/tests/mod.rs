//! Laws of the facts, on a small company whose rows chance makes.

mod credit;
mod credited;
mod left_out;
mod parts;
mod returns;
mod totals;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use polars::prelude::IntoLazy;

use super::{FactRequest, FactsFound, find_facts};
use crate::data::columns::{Column, Values, to_table};
use crate::data::{Frame, Frames, InputFile};
use crate::model::metric::{CreditTo, Simple};
use crate::model::org::Membership;
use crate::model::{
    Aggregate, Bilingual, Direction, ExtractId, FiscalYear, Metric, MetricKind, MetricUnit, Org,
    Period, Person, Unit, UnitId,
};
use crate::settings::DimensionColumns;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn unit(id: &str, parent: Option<&str>) -> (UnitId, Unit) {
    let parent = parent.map(UnitId::from);
    let unit = Unit { id: id.into(), name: id.to_owned(), name_en: None, parent, owner: None };
    (id.into(), unit)
}

fn person(id: &str) -> (UnitId, Person) {
    let person = Person {
        id: id.into(),
        name: id.to_owned(),
        mail: None,
        language: None,
        role: None,
        joined: None,
        left: None,
        bonus_base: None,
    };
    (id.into(), person)
}

/// C has D1 and D2, D1 has D11. P is in D11 and moves to D2 on 2026-10-16; Q is in D1 itself, R in
/// D2, and S in none.
pub fn org() -> Org {
    let stay = |unit: &str, from: Option<&str>, to: Option<&str>| Membership {
        unit: unit.into(),
        from: from.map(day),
        to: to.map(day),
    };
    let moved = "2026-10-16";
    let memberships = [
        ("P", vec![stay("D11", None, Some(moved)), stay("D2", Some(moved), None)]),
        ("Q", vec![stay("D1", None, None)]),
        ("R", vec![stay("D2", None, None)]),
    ];
    Org {
        company: "C".into(),
        units: BTreeMap::from([
            unit("C", None),
            unit("D1", Some("C")),
            unit("D11", Some("D1")),
            unit("D2", Some("C")),
        ]),
        people: ["P", "Q", "R", "S"].map(person).into(),
        memberships: memberships.map(|(id, stays)| (UnitId::from(id), stays)).into(),
    }
}

/// A metric over the extract `sales`.
pub fn metric(id: &str, aggregate: Aggregate, value: Option<&str>) -> Metric {
    let text = || Bilingual { zh: id.to_owned(), en: id.to_owned() };
    Metric {
        id: id.into(),
        label: text(),
        definition: text(),
        kind: MetricKind::Simple(Simple {
            extract: "sales".into(),
            value: value.map(str::to_owned),
            aggregate,
            filter: None,
            date: "day".to_owned(),
            credit_to: CreditTo::Person("seller".to_owned()),
            trailing_months: None,
        }),
        unit: MetricUnit::Count,
        direction: Direction::Higher,
        decimals: 0,
        hidden: false,
    }
}

/// The simple part of a metric, to change.
pub fn simple(metric: &mut Metric) -> &mut Simple {
    match &mut metric.kind {
        MetricKind::Simple(simple) => simple,
        _ => panic!("a simple metric"),
    }
}

/// A row of `sales`.
#[derive(Clone, Debug)]
pub struct Sale {
    pub seller: Option<&'static str>,
    pub day: Option<NaiveDate>,
    pub line: Option<&'static str>,
    pub customer: &'static str,
    pub fen: i64,
    /// Its number, and for a return that of the row it takes back.
    pub order: Option<String>,
    pub origin: Option<String>,
}

/// A row of the product line a and the customer k1.
pub fn sale(order: &str, seller: &'static str, on: &str, fen: i64) -> Sale {
    Sale {
        seller: (!seller.is_empty()).then_some(seller),
        day: Some(day(on)),
        line: Some("a"),
        customer: "k1",
        fen,
        order: Some(order.to_owned()),
        origin: None,
    }
}

/// The figures of a metric in a period, by unit.
pub fn shown(found: &FactsFound, metric: &str, period: &str) -> String {
    let period: Period = period.parse().unwrap();
    let figures = found.facts.of_metric(&metric.into()).filter(|(at, ..)| *at == period);
    figures.map(|(_, unit, figure)| format!("{unit}={figure:?}")).collect::<Vec<_>>().join(" ")
}

/// A frame of these columns.
pub fn frame(extract: &str, mut columns: Vec<Column>, rows: usize) -> Frame {
    columns.push(Column::new("_file", Values::Integer(vec![Some(0); rows])));
    let numbers = (0..rows).map(|row| Some(row as i64 + 2)).collect();
    columns.push(Column::new("_row", Values::Integer(numbers)));
    Frame {
        extract: ExtractId::from(extract),
        headers: BTreeMap::new(),
        dimensions: DimensionColumns::default(),
        key: Vec::new(),
        credit: None,
        returns: None,
        lazy: to_table(&columns).unwrap().lazy(),
        aside: None,
        inputs: vec![InputFile {
            extract: ExtractId::from(extract),
            path: extract.to_owned(),
            month: None,
            size: 0,
            sha256: String::new(),
        }],
        rejects: Vec::new(),
        covered: None,
        rows: rows as u64,
        fetched: None,
    }
}

pub fn text<'a>(name: &str, cells: impl Iterator<Item = Option<&'a str>>) -> Column {
    Column::new(name, Values::Text(cells.map(|cell| cell.map(str::to_owned)).collect()))
}

/// The extract `sales` with the dimension `line`.
pub fn sales(rows: &[Sale]) -> Frame {
    let columns = vec![
        text("seller", rows.iter().map(|row| row.seller)),
        Column::new("day", Values::Date(rows.iter().map(|row| row.day).collect())),
        text("line", rows.iter().map(|row| row.line)),
        text("customer", rows.iter().map(|row| Some(row.customer))),
        text("order", rows.iter().map(|row| row.order.as_deref())),
        text("origin", rows.iter().map(|row| row.origin.as_deref())),
        Column::new(
            "amount",
            Values::Decimal {
                minor: rows.iter().map(|row| Some(i128::from(row.fen))).collect(),
                scale: 2,
            },
        ),
    ];
    let mut frame = frame("sales", columns, rows.len());
    for id in ["line", "customer"] {
        frame.dimensions.values.insert(id.into(), id.to_owned());
    }
    frame
}

pub fn frames(all: impl IntoIterator<Item = Frame>) -> Frames {
    let mut frames = Frames::default();
    all.into_iter().for_each(|frame| frames.insert(frame));
    frames
}

pub fn facts_of(frames: &Frames, metrics: &[Metric], periods: &[Period]) -> FactsFound {
    let org = org();
    let request = FactRequest { metrics, periods, org: &org, fiscal: FiscalYear::default() };
    find_facts(frames, &request).unwrap()
}

/// A month, a quarter, a year to date, and some days of their own.
pub fn periods() -> Vec<Period> {
    let some_days = crate::model::DateRange::new(day("2026-10-10"), day("2026-10-20")).unwrap();
    vec![
        "2026-09".parse().unwrap(),
        "2026-10".parse().unwrap(),
        "2026-Q4".parse().unwrap(),
        Period::Ytd { year: 2026, month: 10 },
        Period::Range(some_days),
    ]
}

/// Rows of chance, in all months of 2026, of people known and unknown and of nobody.
pub fn any_sales() -> impl proptest::strategy::Strategy<Value = Vec<Sale>> {
    use proptest::prelude::*;
    let seller = prop::sample::select(vec![
        Some("P"),
        Some("P"),
        Some("Q"),
        Some("R"),
        Some("S"),
        Some("stranger"),
        None,
    ]);
    let line = prop::sample::select(vec![Some("a"), Some("b"), None]);
    let customer = prop::sample::select(vec!["k1", "k2", "k3"]);
    let sale = (seller, prop::option::weighted(0.95, 0u64..365), line, customer, -999i64..9_999);
    let sale = sale.prop_map(|(seller, days, line, customer, fen)| Sale {
        seller,
        day: days.map(|days| day("2026-01-01") + chrono::Days::new(days)),
        line,
        customer,
        fen,
        order: None,
        origin: None,
    });
    let numbered = |mut rows: Vec<Sale>| {
        for (index, row) in rows.iter_mut().enumerate() {
            row.order = Some(format!("o{index}"));
        }
        rows
    };
    prop::collection::vec(sale, 0..40).prop_map(numbered)
}
