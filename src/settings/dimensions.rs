//! `[[dimension]]` of `attain.toml`: the ways to part the rows, and the extracts' share in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::ExtractSettings;
use super::problem::{Problem, Problems, line_of_key};
use crate::model::{Bilingual, Diagnostic, Dimension, DimensionId, DimensionKind, Place};

/// One of `[[dimension]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionTable {
    id: DimensionId,
    label: Bilingual,
    #[serde(default)]
    kind: DimensionKind,
}

/// `[names.DIMENSION]` of an extract: its columns with a dimension's values and what people call
/// them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameColumns {
    pub value: String,
    pub name: String,
}

/// What an extract says of the dimensions: the columns that hold their values, and the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DimensionColumns {
    pub values: BTreeMap<DimensionId, String>,
    pub names: BTreeMap<DimensionId, NameColumns>,
}

/// The dimensions, in order.
pub(super) fn check_dimensions(
    tables: Vec<DimensionTable>,
    problems: &mut Problems,
) -> Vec<Dimension> {
    let mut seen = BTreeSet::new();
    for (index, table) in tables.iter().enumerate() {
        if table.id.as_str().is_empty() || !seen.insert(&table.id) {
            problems.push(Problem::new(
                &format!("dimension[{index}].id"),
                format!("“{}” is no id of its own", table.id),
                "give each dimension an id that no other one has",
            ));
        }
    }
    let dimension =
        |table: DimensionTable| Dimension { id: table.id, label: table.label, kind: table.kind };
    tables.into_iter().map(dimension).collect()
}

/// Every dimension that an extract speaks of and that the project does not have, and every one
/// whose values are named by two extracts.
pub(super) fn refuse_strangers(
    dimensions: &[Dimension],
    extracts: &[ExtractSettings],
) -> Vec<Diagnostic> {
    let known: Vec<&str> = dimensions.iter().map(|dimension| dimension.id.as_str()).collect();
    let mut found = Vec::new();
    let mut named: BTreeMap<&DimensionId, &str> = BTreeMap::new();
    for extract in extracts {
        let mut refuse = |key: String, what: String, help: String| {
            let line = line_of_key(&extract.text, &key);
            found.push(Diagnostic::error(Place::file(&extract.file).line(line), what, help));
        };
        let values = extract.dimensions.keys().map(|id| ("dimensions", id));
        let names = extract.names.keys().map(|id| ("names", id));
        for (table, id) in values.chain(names) {
            if !known.contains(&id.as_str()) {
                let help = match known.is_empty() {
                    true => "add it to attain.toml as [[dimension]]".to_owned(),
                    false => format!(
                        "add it to attain.toml as [[dimension]], or use one of: {}",
                        known.join(", ")
                    ),
                };
                refuse(format!("{table}.{id}"), format!("there is no dimension “{id}”"), help);
            }
        }
        for id in extract.names.keys() {
            if let Some(first) = named.insert(id, &extract.file) {
                let what = format!("the values of “{id}” are named by {first} already");
                let help = "let one extract name them".to_owned();
                refuse(format!("names.{id}"), what, help);
            }
        }
    }
    found
}
