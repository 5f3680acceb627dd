//! `[statement]`: whose mails carry a workbook with what is behind their figures, and how long it
//! may be.

use serde::Deserialize;

use super::problem::{Problem, Problems};

/// A kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attached {
    Person,
    Department,
    Company,
    Hr,
    Pack,
}

/// Which mails carry a statement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementSettings {
    /// The kinds of report whose mails carry one.
    #[serde(default = "all")]
    pub reports: Vec<Attached>,
    /// A unit with more rows behind a figure has sums by person and day in their place.
    #[serde(default = "five_thousand")]
    pub most_rows: usize,
}

/// More than this fits no sheet, with its header and total.
const ROWS_OF_A_SHEET: usize = 1_000_000;

fn all() -> Vec<Attached> {
    vec![Attached::Person, Attached::Department, Attached::Company, Attached::Hr, Attached::Pack]
}

fn five_thousand() -> usize {
    5_000
}

impl Default for StatementSettings {
    fn default() -> Self {
        Self { reports: all(), most_rows: five_thousand() }
    }
}

impl StatementSettings {
    /// Whether the mails of a kind of report carry one.
    pub fn goes_with(&self, report: Attached) -> bool {
        self.reports.contains(&report)
    }

    pub(super) fn check(self, problems: &mut Problems) -> Self {
        if self.most_rows > ROWS_OF_A_SHEET {
            problems.push(Problem::new(
                "statement.most_rows",
                format!("{} rows fit no sheet", self.most_rows),
                format!("use at most {ROWS_OF_A_SHEET}; 5000 rows are some 300 KB of a mail"),
            ));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_word_every_report_has_one() {
        let settings: StatementSettings = toml::from_str("").unwrap();
        assert!(settings.goes_with(Attached::Hr));
        let settings: StatementSettings = toml::from_str("reports = [\"company\"]").unwrap();
        assert!(settings.goes_with(Attached::Company) && !settings.goes_with(Attached::Pack));
        assert!(toml::from_str::<StatementSettings>("reports = [\"all\"]").is_err());
    }

    #[test]
    fn what_fits_no_sheet_is_refused() {
        let mut problems = Problems::new();
        let given: StatementSettings = toml::from_str("most_rows = 2000000").unwrap();
        given.check(&mut problems);
        assert_eq!(problems[0].key, "statement.most_rows");
    }
}
