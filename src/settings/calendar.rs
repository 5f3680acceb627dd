//! Which days are worked: the holidays that come with the program, and an extract of the company's.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ExtractSettings;
use super::columns::{NamedColumn, check_columns};
use super::holidays::Country;
use super::org::name_columns;
use super::problem::{Problem, Problems, require_extract};
use crate::model::ExtractId;

/// The days that differ from Monday to Friday. The extract's count more than the country's.
#[derive(Clone, Debug)]
pub struct CalendarSettings {
    pub country: Option<Country>,
    pub table: Option<CalendarColumns>,
}

/// The extract of such days. Values are column names of it.
#[derive(Clone, Debug)]
pub struct CalendarColumns {
    pub extract: ExtractId,
    pub day: String,
    /// A boolean: whether the day is worked.
    pub works: String,
    /// What the day is, such as 国庆节; named where two rows of a day contradict each other.
    pub name: Option<String>,
}

/// `[calendar]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarTable {
    country: Option<Country>,
    extract: Option<ExtractId>,
    day: Option<String>,
    works: Option<String>,
    name: Option<String>,
}

impl CalendarTable {
    /// The settings; none where what is written cannot be used.
    pub(super) fn check(
        self,
        known: &BTreeSet<ExtractId>,
        extracts: &[ExtractSettings],
        problems: &mut Problems,
    ) -> Option<CalendarSettings> {
        let settings = self.chosen(problems)?;
        if let Some(extract) = settings.extract() {
            require_extract("calendar.extract", extract, known, problems);
        }
        check_columns(settings.columns_named(), extracts, problems);
        Some(settings)
    }

    fn chosen(self, problems: &mut Problems) -> Option<CalendarSettings> {
        let Self { country, extract, day, works, name } = self;
        let Some(extract) = extract else {
            let unused =
                [("day", day.is_some()), ("works", works.is_some()), ("name", name.is_some())];
            for (key, _) in unused.into_iter().filter(|(_, given)| *given) {
                let what = "a column is named, and no extract that has it";
                problems.push(Problem::new(
                    &format!("calendar.{key}"),
                    what,
                    "name it: extract = \"calendar\"",
                ));
            }
            if country.is_none() {
                let what = "nothing says which days are worked";
                let help =
                    "add country = \"CN\", or extract, day and works, or leave [calendar] out";
                problems.push(Problem::new("calendar", what, help));
            }
            return country.map(|country| CalendarSettings { country: Some(country), table: None });
        };
        let (Some(day), Some(works)) = (day, works) else {
            let what = "the columns of the day and of whether it is worked are not named";
            problems.push(Problem::new(
                "calendar.extract",
                what,
                "add day and works, by the names of the extract's columns",
            ));
            return None;
        };
        Some(CalendarSettings {
            country,
            table: Some(CalendarColumns { extract, day, works, name }),
        })
    }
}

impl CalendarSettings {
    /// The columns that the calendar is read from, with the keys that name them.
    fn columns_named(&self) -> Vec<NamedColumn<'_>> {
        let mut named = Vec::new();
        if let Some(table) = &self.table {
            let always = [("day", &table.day), ("works", &table.works)];
            name_columns("calendar", &table.extract, &always, &[("name", &table.name)], &mut named);
        }
        named
    }

    /// The extract that it needs.
    pub fn extract(&self) -> Option<&ExtractId> {
        self.table.as_ref().map(|table| &table.extract)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (Option<CalendarSettings>, Vec<String>) {
        let table: CalendarTable = toml::from_str(text).unwrap();
        let mut problems = Problems::new();
        let settings = table.check(&BTreeSet::from(["c".into()]), &[], &mut problems);
        (settings, problems.into_iter().map(|problem| problem.key).collect())
    }

    #[test]
    fn a_country_an_extract_or_both_say_which_days_are_worked() {
        let (both, problems) = check("country = 'CN'\nextract = 'c'\nday = 'd'\nworks = 'w'");
        assert!(problems.is_empty(), "{problems:?}");
        let both = both.unwrap();
        assert_eq!((both.country, both.extract()), (Some(Country::China), Some(&"c".into())));
        assert!(check("country = 'CN'").0.is_some_and(|alone| alone.table.is_none()));
        assert_eq!(check("").1, ["calendar"]);
        assert_eq!(check("country = 'CN'\nday = 'd'").1, ["calendar.day"]);
        assert_eq!(check("extract = 'c'\nday = 'd'").1, ["calendar.extract"]);
        assert!(toml::from_str::<CalendarTable>("country = 'DE'").is_err());
    }
}
