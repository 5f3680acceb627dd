//! What people call the values of a dimension: a customer's name in the place of its number.

use std::collections::BTreeMap;

use crate::data::Frames;
use crate::data::rows::read_rows;
use crate::model::{Diagnostic, DimensionId};

/// The name of each value that has one. Values that share a name, or whose name is a value of
/// another, have theirs behind it, so that no two of them become one.
pub fn read_names(
    frames: &Frames,
    dimension: &DimensionId,
) -> Result<BTreeMap<String, String>, Diagnostic> {
    let named = frames.iter().find_map(|frame| Some((frame, frame.names_of(dimension)?)));
    let Some((frame, columns)) = named else {
        return Ok(BTreeMap::new());
    };
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for row in read_rows(frame, &[&columns.value, &columns.name])? {
        if let (Some(value), Some(name)) = (row.get(&columns.value), row.get(&columns.name)) {
            names.entry(value.to_owned()).or_insert_with(|| name.to_owned());
        }
    }
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for (value, name) in &names {
        *times.entry(name).or_default() += 1;
        if value != name {
            *times.entry(value).or_default() += 1;
        }
    }
    let own = |(value, name): (&String, &String)| {
        let shown = match times.get(name.as_str()) {
            Some(1) => name.clone(),
            _ => format!("{name} {value}"),
        };
        (value.clone(), shown)
    };
    Ok(names.iter().map(own).collect())
}
