//! The columns that the config names must be among those of their extract.

use super::ExtractSettings;
use super::problem::{Problem, Problems};
use crate::model::ExtractId;

/// A column of an extract, and the key of the config that names it.
pub(super) struct NamedColumn<'a> {
    pub key: String,
    pub extract: &'a ExtractId,
    pub column: &'a str,
}

/// Says so where a column is not there. An extract that is not there either is another's to name.
pub(super) fn check_columns(
    named: Vec<NamedColumn<'_>>,
    extracts: &[ExtractSettings],
    problems: &mut Problems,
) {
    for NamedColumn { key, extract, column } in named {
        let Some(settings) = extracts.iter().find(|settings| settings.id == *extract) else {
            continue;
        };
        let names = settings.column_names();
        if !names.contains(&column) {
            problems.push(Problem::new(
                &key,
                format!("extract “{extract}” has no column “{column}”"),
                format!("use one of: {}; or add it to {}", names.join(", "), settings.file),
            ));
        }
    }
}
