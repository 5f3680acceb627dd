//! Shares or weights that somebody gives: a text with an id and a number in each row.

use std::collections::BTreeMap;
use std::path::Path;

use super::propose::place;
use crate::app::AppError;
use crate::model::{Diagnostic, Diagnostics, Exact, Org, UnitId};

/// The numbers by unit or person. The first row may be a header.
///
/// # Errors
/// Usage, with every row that does not fit.
pub(super) fn read_given(path: &Path, org: &Org) -> Result<BTreeMap<UnitId, Exact>, AppError> {
    let mut found = Diagnostics::default();
    let text = std::fs::read_to_string(path).map_err(|why| {
        let help = "name a text in UTF-8 with rows such as D10,25%";
        AppError::Usage(
            Diagnostic::error(place(path), format!("it cannot be read: {why}"), help).into(),
        )
    })?;
    let mut given = BTreeMap::new();
    for (row, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let cells: Vec<&str> = line.split([',', '\t']).map(str::trim).collect();
        let (Some(id), Some(number)) = (cells.first(), cells.get(1)) else { continue };
        let id = UnitId::from(*id);
        let number = Exact::parse(number).ok().filter(|number| !number.is_negative());
        let known = org.level(&id).is_some();
        let (what, help) = match number {
            _ if row == 1 && !known => continue,
            _ if !known => ("nobody and no unit has this id", "mend the id"),
            None => ("no number of zero or above", "write digits such as 25% or 1.5"),
            Some(number) => match given.insert(id, number) {
                None => continue,
                Some(_) => ("this id is there twice", "keep one row for it"),
            },
        };
        found.push(Diagnostic::error(place(path).row(row), what, help).value(line));
    }
    if found.has_errors() { Err(AppError::Usage(found)) } else { Ok(given) }
}
