//! Which columns of an extract tell a reader which row it is.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::data::facts::Wanted;
use crate::data::facts::parts::read_names;
use crate::data::{Frame, Frames};
use crate::model::credited::RowColumn;
use crate::model::{Aggregate, Diagnostic, DimensionId};
use crate::settings::ExtractSettings;

/// A statement is no second CRM: more columns than this are left out.
const MOST_COLUMNS: usize = 10;

/// A column with the way to read it.
pub struct Shown {
    pub name: String,
    header: String,
    dimension: Option<DimensionId>,
    /// What people call its values, where they are shown in their place.
    pub names: Option<BTreeMap<String, String>>,
}

impl Shown {
    pub fn column(&self) -> RowColumn {
        RowColumn {
            header: self.header.clone(),
            dimension: self.dimension.clone(),
            is_name: self.names.is_some(),
        }
    }
}

/// The key first, then what else the extract's config reads, then the dimensions that its rows were
/// given. Owner, day and the values that metrics add up have columns of their own.
///
/// # Errors
/// Columns that cannot be known.
pub fn shown_columns(
    frame: &Frame,
    frames: &Frames,
    wanted: &[Wanted<'_>],
    settings: Option<&ExtractSettings>,
) -> Result<Vec<Shown>, Diagnostic> {
    let schema = frame.lazy.clone().collect_schema().map_err(|why| frame.refuse(&why))?;
    let own = |name: &str| match settings {
        Some(settings) => settings.columns.iter().any(|column| column.name == name),
        None => !name.starts_with('_'),
    };
    let taken = |name: &str| {
        wanted.iter().any(|want| {
            let added_up = want.simple.aggregate == Aggregate::Sum;
            want.simple.date == name
                || want.simple.credit_to.column() == name
                || (added_up && want.simple.value.as_deref() == Some(name))
        })
    };
    let key = frame.key.iter().map(String::as_str);
    let read = schema.iter_names().map(PlSmallStr::as_str).filter(|name| own(name));
    let given = frame.dimensions.values.values().map(String::as_str);
    let mut shown: Vec<Shown> = Vec::new();
    for name in key.chain(read).chain(given) {
        let repeated = shown.iter().any(|column| column.name == name);
        if repeated || taken(name) || !schema.contains(name) || shown.len() >= MOST_COLUMNS {
            continue;
        }
        let dimension = frame.dimensions.values.iter().find(|(_, column)| *column == name);
        let names = match dimension {
            Some((dimension, _)) => read_names(frames, dimension)?,
            None => BTreeMap::new(),
        };
        let column = |names| Shown {
            name: name.to_owned(),
            header: frame.header(name).to_owned(),
            dimension: dimension.map(|(id, _)| id.clone()),
            names,
        };
        // A column that was taken from elsewhere has no header of its own: its names say more.
        if names.is_empty() || own(name) {
            shown.push(column(None));
        }
        if !names.is_empty() {
            shown.push(column(Some(names)));
        }
    }
    Ok(shown)
}
