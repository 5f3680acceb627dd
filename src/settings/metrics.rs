//! `metrics.toml`: every metric as a table, turned into [`Metric`]s that refer to what exists.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::columns::NamedColumn;
use super::problem::{Problem, Problems};
use crate::model::formula::Formula;
use crate::model::metric::{CreditTo, Simple};
use crate::model::{
    Aggregate, Bilingual, Direction, ExtractId, Metric, MetricId, MetricKind, MetricUnit,
};

/// One table of `metrics.toml`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricTable {
    id: String,
    label: Bilingual,
    definition: Bilingual,
    unit: MetricUnit,
    #[serde(default = "higher")]
    direction: Direction,
    #[serde(default)]
    decimals: usize,
    #[serde(default)]
    hidden: bool,
    extract: Option<ExtractId>,
    aggregate: Option<Aggregate>,
    value: Option<String>,
    filter: Option<String>,
    date: Option<String>,
    person: Option<String>,
    owner_unit: Option<String>,
    trailing_months: Option<u32>,
    numerator: Option<String>,
    denominator: Option<String>,
    formula: Option<String>,
}

fn higher() -> Direction {
    Direction::Higher
}

/// `metrics.toml`, as written: `[[metric]]` tables in the order of the reports.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsFile {
    pub metric: Vec<MetricTable>,
}

impl MetricsFile {
    /// The columns that the metrics name, with the keys that name them.
    pub(super) fn columns_named(&self) -> Vec<NamedColumn<'_>> {
        let mut named = Vec::new();
        for (index, table) in self.metric.iter().enumerate() {
            let Some(extract) = &table.extract else { continue };
            let keys = [("date", &table.date), ("person", &table.person)];
            for (key, column) in keys.into_iter().chain([("owner_unit", &table.owner_unit)]) {
                let key = format!("metric[{index}].{key}");
                named.extend(column.as_ref().map(|column| NamedColumn { key, extract, column }));
            }
        }
        named
    }

    /// The metrics, in order.
    pub fn check(self, extracts: &BTreeSet<ExtractId>, problems: &mut Problems) -> Vec<Metric> {
        let known: BTreeSet<String> = self.metric.iter().map(|table| table.id.clone()).collect();
        let mut seen = BTreeSet::new();
        let mut metrics = Vec::new();
        for (index, table) in self.metric.into_iter().enumerate() {
            let key = format!("metric[{index}]");
            if !seen.insert(table.id.clone()) {
                problems.push(Problem::new(
                    &key,
                    format!("there are two metrics “{}”", table.id),
                    "give each metric an id of its own",
                ));
            }
            if let Some(metric) = check_one(table, &key, &known, extracts, problems) {
                metrics.push(metric);
            }
        }
        refuse_circles(&metrics, problems);
        metrics
    }
}

fn check_one(
    table: MetricTable,
    key: &str,
    known: &BTreeSet<String>,
    extracts: &BTreeSet<ExtractId>,
    problems: &mut Problems,
) -> Option<Metric> {
    let id = table.id.clone();
    let kind = match (&table.extract, &table.numerator, &table.formula) {
        (Some(_), None, None) => simple(&table, key, extracts, problems)?,
        (None, Some(numerator), None) => {
            let Some(denominator) = &table.denominator else {
                problems.push(Problem::new(
                    key,
                    format!("metric “{id}” has a numerator and no denominator"),
                    "add denominator = \"…\", the id of another metric",
                ));
                return None;
            };
            MetricKind::Ratio {
                numerator: numerator.as_str().into(),
                denominator: denominator.as_str().into(),
            }
        }
        (None, None, Some(text)) => match Formula::parse(text) {
            Ok(formula) => MetricKind::Derived(formula),
            Err(why) => {
                problems.push(Problem::new(
                    &format!("{key}.formula"),
                    why.to_string(),
                    "for instance formula = \"sales - cost\"",
                ));
                return None;
            }
        },
        _ => {
            problems.push(Problem::new(key, format!("metric “{id}” must say in one way how it comes about"), "give either extract (with aggregate, date, person), or numerator and denominator, or formula"));
            return None;
        }
    };
    for part in parts(&kind) {
        if part != "months" && !known.contains(&part) {
            problems.push(Problem::new(
                key,
                format!("metric “{id}” needs “{part}”, which is no metric"),
                format!("use one of: {}", known.iter().cloned().collect::<Vec<_>>().join(", ")),
            ));
        }
    }
    Some(Metric {
        id: MetricId::from(id),
        label: table.label,
        definition: table.definition,
        kind,
        unit: table.unit,
        direction: table.direction,
        decimals: table.decimals,
        hidden: table.hidden,
    })
}

fn simple(
    table: &MetricTable,
    key: &str,
    extracts: &BTreeSet<ExtractId>,
    problems: &mut Problems,
) -> Option<MetricKind> {
    let id = &table.id;
    let extract = table.extract.clone()?;
    if !extracts.contains(&extract) {
        let names: Vec<_> = extracts.iter().map(ToString::to_string).collect();
        problems.push(Problem::new(
            &format!("{key}.extract"),
            format!("metric “{id}” reads the extract “{extract}”, which has no file in extracts/"),
            format!("use one of: {}", names.join(", ")),
        ));
        return None;
    }
    let mut missing = |what: &str, help: &str| {
        problems.push(Problem::new(key, format!("metric “{id}” has no {what}"), help));
    };
    let Some(aggregate) = table.aggregate else {
        missing("aggregate", "add aggregate = \"sum\", \"count\" or \"count_distinct\"");
        return None;
    };
    if aggregate != Aggregate::Count && table.value.is_none() {
        missing("value", "add value = \"…\", a SQL expression over the extract's columns");
        return None;
    }
    let Some(date) = table.date.clone() else {
        missing("date", "add date = \"…\", the column with the day that a row counts on");
        return None;
    };
    let credit_to = match (&table.person, &table.owner_unit) {
        (Some(column), None) => CreditTo::Person(column.clone()),
        (None, Some(column)) => CreditTo::Unit(column.clone()),
        _ => {
            missing(
                "one way to tell whose a row is",
                "add person = \"…\" (a column with people) or owner_unit = \"…\" (a column with departments), not both",
            );
            return None;
        }
    };
    Some(MetricKind::Simple(Simple {
        extract,
        value: table.value.clone(),
        aggregate,
        filter: table.filter.clone(),
        date,
        credit_to,
        trailing_months: table.trailing_months,
    }))
}

fn parts(kind: &MetricKind) -> Vec<String> {
    match kind {
        MetricKind::Simple(_) => Vec::new(),
        MetricKind::Ratio { numerator, denominator } => {
            vec![numerator.to_string(), denominator.to_string()]
        }
        MetricKind::Derived(formula) => formula.names().into_iter().map(str::to_owned).collect(),
    }
}

/// A metric that needs itself, by whatever way round, can never be computed.
fn refuse_circles(metrics: &[Metric], problems: &mut Problems) {
    let mut settled: BTreeSet<String> = BTreeSet::from(["months".to_owned()]);
    let mut open: Vec<&Metric> = metrics.iter().collect();
    loop {
        let before = open.len();
        open.retain(|metric| {
            let ready = parts(&metric.kind).iter().all(|part| settled.contains(part));
            if ready {
                settled.insert(metric.id.to_string());
            }
            !ready
        });
        if open.len() == before {
            break;
        }
    }
    let known: BTreeSet<_> = metrics.iter().map(|metric| metric.id.to_string()).collect();
    let circular = open.iter().filter(|metric| {
        parts(&metric.kind).iter().all(|part| part == "months" || known.contains(part))
    });
    for metric in circular {
        problems.push(Problem::new(
            "metric",
            format!("metric “{}” needs itself", metric.id),
            "break the circle of numerators, denominators and formulas",
        ));
    }
}
