//! How the days that are worked are read from an extract.

use serde::Deserialize;

use super::columns::NamedColumn;
use super::org::name_columns;
use crate::model::ExtractId;

/// `[calendar]`: the extract of the days that differ from Monday to Friday. Values are column
/// names of the extract.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSettings {
    pub extract: ExtractId,
    pub day: String,
    /// A boolean: whether the day is worked.
    pub works: String,
    /// What the day is, such as 国庆节; named where two rows of a day contradict each other.
    pub name: Option<String>,
}

impl CalendarSettings {
    /// The columns that the calendar is read from, with the keys that name them.
    pub(super) fn columns_named(&self) -> Vec<NamedColumn<'_>> {
        let mut named = Vec::new();
        let always = [("day", &self.day), ("works", &self.works)];
        name_columns("calendar", &self.extract, &always, &[("name", &self.name)], &mut named);
        named
    }
}
