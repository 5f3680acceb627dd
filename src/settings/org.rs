//! How the org tree and the targets are read from extracts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::columns::NamedColumn;
use super::problem::{Problem, Problems};
use crate::model::{
    Dimension, DimensionId, DimensionKind, Exact, ExtractId, MetricId, Seasonality,
};

/// `[org]`: either `units`, `people` and `memberships`, or people with the names of the units
/// above them in columns (`levels`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrgSettings {
    /// The id of the company's own unit.
    pub company: String,
    pub units: Option<UnitColumns>,
    pub people: PeopleColumns,
    pub memberships: Option<MembershipColumns>,
}

/// The extract of departments. Values are column names of the extract.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitColumns {
    pub extract: ExtractId,
    pub id: String,
    pub name: String,
    pub name_en: Option<String>,
    /// Empty for those right below the company.
    pub parent: Option<String>,
    /// The id of the person who is responsible.
    pub owner: Option<String>,
}

/// The extract of people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleColumns {
    pub extract: ExtractId,
    pub id: String,
    pub name: String,
    pub mail: Option<String>,
    pub language: Option<String>,
    pub role: Option<String>,
    pub joined: Option<String>,
    pub left: Option<String>,
    /// What a month is worth at a coefficient of 1 (奖金基数).
    pub bonus_base: Option<String>,
    /// Columns that name the units above a person, from the top down, where there are no ids.
    #[serde(default)]
    pub levels: Vec<String>,
}

/// The extract of who belonged where.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipColumns {
    pub extract: ExtractId,
    pub person: String,
    pub unit: String,
    /// First day; open where empty.
    pub from: Option<String>,
    /// The day after the last; open where empty.
    pub to: Option<String>,
    /// Set where `to` names the last day itself.
    #[serde(default)]
    pub to_is_last_day: bool,
}

impl OrgSettings {
    /// The columns that the org is read from, with the keys that name them.
    pub(super) fn columns_named(&self) -> Vec<NamedColumn<'_>> {
        let mut named = Vec::new();
        if let Some(of) = &self.units {
            let optional = [("name_en", &of.name_en), ("parent", &of.parent), ("owner", &of.owner)];
            let always = [("id", &of.id), ("name", &of.name)];
            name_columns("org.units", &of.extract, &always, &optional, &mut named);
        }
        let of = &self.people;
        let optional = [
            ("mail", &of.mail),
            ("language", &of.language),
            ("role", &of.role),
            ("joined", &of.joined),
            ("left", &of.left),
            ("bonus_base", &of.bonus_base),
        ];
        let always = [("id", &of.id), ("name", &of.name)];
        name_columns("org.people", &of.extract, &always, &optional, &mut named);
        for (index, column) in of.levels.iter().enumerate() {
            let key = format!("org.people.levels[{index}]");
            named.push(NamedColumn { key, extract: &of.extract, column });
        }
        if let Some(of) = &self.memberships {
            let always = [("person", &of.person), ("unit", &of.unit)];
            let optional = [("from", &of.from), ("to", &of.to)];
            name_columns("org.memberships", &of.extract, &always, &optional, &mut named);
        }
        named
    }
}

/// Adds the columns that a table of the config names.
pub(super) fn name_columns<'a>(
    table: &str,
    extract: &'a ExtractId,
    always: &[(&str, &'a String)],
    optional: &[(&str, &'a Option<String>)],
    named: &mut Vec<NamedColumn<'a>>,
) {
    let given = optional.iter().filter_map(|(key, column)| Some((*key, column.as_ref()?)));
    for (key, column) in always.iter().copied().chain(given) {
        named.push(NamedColumn { key: format!("{table}.{key}"), extract, column });
    }
}

/// What a row of a target table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// What is to be reached, set from the top down: figures are judged against it.
    #[default]
    Target,
    /// What somebody offers to reach (上报), from the bottom up: nothing is judged against it.
    Submission,
}

impl TargetKind {
    /// As a column of a table says it, in either language.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "target" | "目标" | "下达" | "下达目标" => Some(Self::Target),
            "submission" | "上报" | "申报" | "上报目标" => Some(Self::Submission),
            _ => None,
        }
    }
}

/// One of `[[targets]]`: a target table. Values are column names, but for `fixed_metric`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSettings {
    pub extract: ExtractId,
    pub unit: String,
    /// The column that names the metric, by id or by label in either language.
    pub metric: Option<String>,
    /// The metric of every row, where no column names it.
    pub fixed_metric: Option<String>,
    /// The column with `2026`, `2026-Q4` or `2026-10`; else `from` and `to` give explicit dates.
    pub period: Option<String>,
    pub from: Option<String>,
    /// The day after the last.
    pub to: Option<String>,
    pub value: String,
    pub owner: Option<String>,
    pub due: Option<String>,
    pub source: Option<String>,
    pub note: Option<String>,
    /// What every row of the table is.
    pub kind: Option<TargetKind>,
    /// The column that says it row by row instead.
    pub kind_column: Option<String>,
    /// Dimension → the column that names its value, for targets of a product line, say; an empty
    /// cell is none.
    #[serde(default)]
    pub dimensions: BTreeMap<DimensionId, String>,
    /// What the months of a year weigh, per metric; even where nothing is given.
    #[serde(default)]
    pub seasonality: BTreeMap<String, Seasonality>,
}

impl TargetSettings {
    /// The columns that the table at `index` is read from, with the keys that name them.
    pub(super) fn columns_named(&self, index: usize) -> Vec<NamedColumn<'_>> {
        let always = [("unit", &self.unit), ("value", &self.value)];
        let optional = [
            ("metric", &self.metric),
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
            ("owner", &self.owner),
            ("due", &self.due),
            ("source", &self.source),
            ("note", &self.note),
            ("kind_column", &self.kind_column),
        ];
        let mut named = Vec::new();
        let table = format!("targets[{index}]");
        name_columns(&table, &self.extract, &always, &optional, &mut named);
        for (dimension, column) in &self.dimensions {
            let key = format!("{table}.dimensions.{dimension}");
            named.push(NamedColumn { key, extract: &self.extract, column });
        }
        named
    }

    /// Whether the table says in one way what each row's metric and period are; `key` is its own.
    pub(super) fn check(&self, key: &str, judged: &BTreeSet<MetricId>, problems: &mut Problems) {
        if self.metric.is_some() == self.fixed_metric.is_some() {
            problems.push(Problem::new(
                key,
                "the target table must name its metrics in one way",
                "give either metric (a column) or fixed_metric (one metric for all rows)",
            ));
        }
        let dates = self.from.is_some() && self.to.is_some();
        if self.period.is_some() == dates {
            problems.push(Problem::new(
                key,
                "the target table must name its periods in one way",
                "give either period (a column), or from and to (columns with dates)",
            ));
        }
        if self.kind.is_some() && self.kind_column.is_some() {
            problems.push(Problem::new(
                key,
                "the target table must say in one way what its rows are",
                "give either kind (for all rows) or kind_column (a column)",
            ));
        }
        let named = self.fixed_metric.iter().map(|metric| ("fixed_metric".to_owned(), metric));
        let seasonal = self.seasonality.keys().map(|id| (format!("seasonality.{id}"), id));
        for (place, metric) in named.chain(seasonal) {
            if !judged.contains(&MetricId::from(metric.as_str())) {
                problems.push(Problem::new(
                    &format!("{key}.{place}"),
                    format!("“{metric}” is no metric that is shown"),
                    "name a metric of metrics.toml by its id",
                ));
            }
        }
        for (metric, seasonality) in &self.seasonality {
            let Seasonality::Given(weights) = seasonality else { continue };
            let sum: Exact = weights.iter().sum();
            if weights.len() != 12 || sum != Exact::one() {
                problems.push(Problem::new(
                    &format!("{key}.seasonality.{metric}"),
                    "the weights of the year are not twelve shares that add up to 100 %",
                    "give twelve shares by month of the fiscal year, or \"last_year\"",
                ));
            }
        }
    }

    /// Whether the dimensions that rows may name are there, with few values each.
    pub(super) fn check_dimensions(
        &self,
        index: usize,
        known: &[Dimension],
        problems: &mut Problems,
    ) {
        let classes: Vec<&str> = known
            .iter()
            .filter(|dimension| dimension.kind == DimensionKind::Class)
            .map(|dimension| dimension.id.as_str())
            .collect();
        for id in self.dimensions.keys().filter(|id| !classes.contains(&id.as_str())) {
            let what = match known.iter().any(|dimension| dimension.id == *id) {
                true => format!("“{id}” names customers, who have no targets of their own"),
                false => format!("there is no dimension “{id}”"),
            };
            let help = match classes.is_empty() {
                true => "add it to attain.toml as [[dimension]]".to_owned(),
                false => format!("add it as [[dimension]], or use one of: {}", classes.join(", ")),
            };
            problems.push(Problem::new(&format!("targets[{index}].dimensions.{id}"), what, help));
        }
    }
}
