//! How the org tree and the targets are read from extracts.

use serde::Deserialize;

use crate::model::ExtractId;

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
    /// Twelve shares of a year per metric, by month of the fiscal year; even where none is given.
    #[serde(default)]
    pub seasonality: std::collections::BTreeMap<String, Vec<crate::model::Exact>>,
}
