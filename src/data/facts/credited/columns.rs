//! Which columns of an extract tell a reader which row it is.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use crate::data::facts::Wanted;
use crate::data::facts::parts::read_names;
use crate::data::facts::refuse;
use crate::data::sql::read_expression;
use crate::data::{Frame, Frames};
use crate::model::credited::RowColumn;
use crate::model::{Aggregate, Diagnostic, DimensionId, Metric, MetricId, MetricKind};
use crate::settings::ExtractSettings;

/// A statement is no second CRM: more columns than this are left out.
const MOST_COLUMNS: usize = 10;

/// A column with the way to read it.
pub struct Shown {
    pub name: String,
    header: String,
    dimension: Option<DimensionId>,
    read_by: Vec<MetricId>,
    /// What people call its values, where they are shown in their place.
    pub names: Option<BTreeMap<String, String>>,
}

impl Shown {
    pub fn column(&self) -> RowColumn {
        RowColumn {
            header: self.header.clone(),
            dimension: self.dimension.clone(),
            is_name: self.names.is_some(),
            read_by: self.read_by.clone(),
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
    (metrics, settings): (&[Metric], Option<&ExtractSettings>),
) -> Result<Vec<Shown>, Diagnostic> {
    let schema = frame.lazy.clone().collect_schema().map_err(|why| frame.refuse(&why))?;
    let own = |name: &str| match settings {
        Some(settings) => settings.columns.iter().any(|column| column.name == name),
        None => !name.starts_with('_'),
    };
    let values = values_of(frame, metrics, settings, &schema)?;
    let read_by = |name: &str| -> Vec<MetricId> {
        let of = values.iter().filter(|(_, columns)| columns.contains(name));
        of.map(|(id, _)| (*id).clone()).collect()
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
            read_by: read_by(name),
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

/// Which columns the value of each metric over an extract comes from, those that derived columns are
/// made of among them.
fn values_of<'a>(
    frame: &Frame,
    metrics: &'a [Metric],
    settings: Option<&ExtractSettings>,
    schema: &Schema,
) -> Result<Vec<(&'a MetricId, BTreeSet<String>)>, Diagnostic> {
    let mut found = Vec::new();
    for metric in metrics {
        let MetricKind::Simple(simple) = &metric.kind else { continue };
        let Some(value) = simple.value.as_ref().filter(|_| simple.extract == frame.extract) else {
            continue;
        };
        let named = |sql: &str| {
            let read = read_expression(sql, schema);
            read.map(|read| columns_in(&read))
                .map_err(|why| refuse(frame, &metric.id, why.what, &why.help))
        };
        let mut columns = named(value)?;
        // A derived column is made of those before it.
        for derived in settings.into_iter().flat_map(|settings| settings.derived.iter().rev()) {
            if columns.contains(&derived.name) {
                columns.extend(named(&derived.sql)?);
            }
        }
        found.push((&metric.id, columns));
    }
    Ok(found)
}

fn columns_in(expression: &Expr) -> BTreeSet<String> {
    let columns = expression.into_iter().filter_map(|node| match node {
        Expr::Column(name) => Some(name.to_string()),
        _ => None,
    });
    columns.collect()
}
