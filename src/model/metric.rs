//! Metrics: what a figure means, what it is counted in, and how it comes from rows. Data, not code.

use serde::{Deserialize, Serialize};

use super::{Bilingual, DateRange, ExtractId, FiscalYear, MetricId, Period};
use chrono::Months;

/// What a metric's figures are counted in; it decides how they print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricUnit {
    /// The company's currency, in whole units (yuan, dollars), exact to any decimal.
    Money,
    /// Things.
    Count,
    /// A share; 1 prints as 100 %.
    Percent,
    /// Days.
    Days,
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Higher,
    Lower,
}

/// How the rows of an extract make one figure. Each of these can be merged exactly from parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// The sum of the value.
    Sum,
    /// The number of rows (with a value, where a value is given).
    Count,
    /// The number of different values; does not add over units or time.
    CountDistinct,
}

/// Whose figure a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreditTo {
    /// The column names a person; the person's unit at the row's date has it too.
    Person(String),
    /// The column names a department or the company itself.
    Unit(String),
}

impl CreditTo {
    /// The column that names whose row it is.
    pub fn column(&self) -> &str {
        match self {
            Self::Person(column) | Self::Unit(column) => column,
        }
    }
}

/// A figure that is aggregated from the rows of one extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simple {
    pub extract: ExtractId,
    /// A SQL expression over the extract's columns; none for a plain count of rows.
    pub value: Option<String>,
    pub aggregate: Aggregate,
    /// A SQL condition over the extract's columns: which rows count.
    pub filter: Option<String>,
    /// The column with the day that a row counts on.
    pub date: String,
    pub credit_to: CreditTo,
    /// Where set, a period's figure is taken over this many months up to the period's end.
    pub trailing_months: Option<u32>,
}

impl Simple {
    /// The days whose rows make the figure of a period: its own, or the trailing months up to its
    /// end.
    pub fn span(&self, period: &Period, fiscal: FiscalYear) -> DateRange {
        let dates = period.dates(fiscal);
        match self.trailing_months {
            Some(months) => DateRange { start: dates.end - Months::new(months), end: dates.end },
            None => dates,
        }
    }
}

/// How a metric comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetricKind {
    Simple(Simple),
    /// One metric over another, both carried up the tree and over time before dividing.
    Ratio {
        numerator: MetricId,
        denominator: MetricId,
    },
    /// Arithmetic over other metrics, and `months`, the number of months in the period.
    Derived(super::formula::Formula),
}

/// A named figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    pub id: MetricId,
    pub label: Bilingual,
    /// One sentence: what is counted, printed as the report's footnote.
    pub definition: Bilingual,
    pub kind: MetricKind,
    pub unit: MetricUnit,
    pub direction: Direction,
    /// Digits after the point at display (of the percentage, for a percent).
    pub decimals: usize,
    /// A part of other metrics only: computed, never judged or shown by itself.
    pub hidden: bool,
}

/// A metric and all that it is made of, each once.
pub fn with_parts<'a>(metrics: &'a [Metric], id: &'a MetricId) -> Vec<&'a MetricId> {
    let mut found = vec![id];
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        at += 1;
        let Some(metric) = metrics.iter().find(|one| one.id == *id) else { continue };
        let parts: Vec<&str> = match &metric.kind {
            MetricKind::Simple(_) => Vec::new(),
            MetricKind::Ratio { numerator, denominator } => {
                vec![numerator.as_str(), denominator.as_str()]
            }
            MetricKind::Derived(formula) => formula.names(),
        };
        for part in metrics.iter().filter(|one| parts.contains(&one.id.as_str())) {
            if !found.contains(&&part.id) {
                found.push(&part.id);
            }
        }
    }
    found
}

impl Metric {
    /// Whether a year's target is parted among its months; else it is a level that holds for each
    /// of them, as that of a share, of a duration, of any quotient, or of a figure that takes in
    /// the trailing months anyway.
    pub fn target_spreads(&self) -> bool {
        let amount = matches!(self.unit, MetricUnit::Money | MetricUnit::Count);
        amount
            && match &self.kind {
                MetricKind::Simple(simple) => simple.trailing_months.is_none(),
                MetricKind::Ratio { .. } => false,
                MetricKind::Derived(formula) => !formula.divides(),
            }
    }

    /// Whether figures of different units and months may be added.
    pub fn is_additive(&self) -> bool {
        match &self.kind {
            MetricKind::Simple(simple) => {
                simple.aggregate != Aggregate::CountDistinct && simple.trailing_months.is_none()
            }
            MetricKind::Ratio { .. } | MetricKind::Derived(_) => false,
        }
    }
}
