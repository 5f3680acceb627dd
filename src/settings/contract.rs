//! `[contract]` of an extract: how it is kept up, how far it may drift, whose rows are expected, and
//! what the CRM states of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::columns::NamedColumn;
use super::problem::{Problem, Problems, require_extract};
use super::{ColumnKind, ColumnSettings};
use crate::model::{Consequence, DriftRule, Exact, Expected, ExtractId, LateRule, Period, Rhythm};

/// `[contract]`, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContractSettings {
    pub rhythm: Rhythm,
    /// The column with the day of a row; that of the first metric over the extract where not given.
    pub date: Option<String>,
    /// The column with the person; likewise.
    pub person: Option<String>,
    pub late: LateTable,
    pub drift: DriftTable,
    /// Whose rows are expected; nobody's where not given.
    pub expects: Option<Expected>,
    /// Another extract holds the totals that the CRM states.
    pub control: Option<ControlSettings>,
    /// Totals that the CRM states, month by month.
    pub stated: Vec<StatedTable>,
}

/// From when on it is late.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LateTable {
    /// Working days between the last row and the end of the period.
    pub after_days: Option<u32>,
    pub then: Consequence,
}

/// How far a month may lie off the months before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DriftTable {
    pub rows: Option<Exact>,
    pub sums: Option<Exact>,
    pub months: Option<u32>,
    pub then: Option<Consequence>,
}

/// The extract with control totals.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlSettings {
    pub extract: ExtractId,
    /// Its column with the name of the extract that a row is about; every row is about this one
    /// where not given.
    pub name: Option<String>,
    /// Its column with the month, as text: `2026-10`.
    pub period: String,
    /// Its column with the number of rows.
    pub rows: Option<String>,
    /// By column of this extract, its column with the sum.
    #[serde(default)]
    pub sums: BTreeMap<String, String>,
}

/// What is stated of a month.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedTable {
    pub period: String,
    pub rows: Option<u64>,
    #[serde(default)]
    pub sums: BTreeMap<String, Exact>,
}

impl StatedTable {
    /// The month; the config was checked to have one.
    pub fn month(&self) -> Option<Period> {
        let period: Option<Period> = self.period.parse().ok();
        period.filter(|period| matches!(period, Period::Month { .. }))
    }
}

/// Months that are looked at where nothing else is said.
const MONTHS: u32 = 6;

impl DriftTable {
    /// What holds, by this table, else by that of `[data]`, else by default: half of the mean of six
    /// months, as a warning.
    pub fn rule(&self, general: &Self) -> DriftRule {
        let share = |own: &Option<Exact>, general: &Option<Exact>| {
            own.clone().or_else(|| general.clone()).unwrap_or_else(|| Exact::from_minor(5, 1))
        };
        DriftRule {
            rows: share(&self.rows, &general.rows),
            sums: share(&self.sums, &general.sums),
            months: self.months.or(general.months).unwrap_or(MONTHS),
            then: self.then.or(general.then).unwrap_or_default(),
        }
    }

    pub(super) fn check(&self, key: &str, problems: &mut Problems) {
        for (part, share) in [("rows", &self.rows), ("sums", &self.sums)] {
            if share.as_ref().is_some_and(Exact::is_negative) {
                let help = "write a share of the mean, such as \"50%\"";
                problems.push(Problem::new(&format!("{key}.{part}"), "it is below zero", help));
            }
        }
        if self.months.is_some_and(|months| !(1..=36).contains(&months)) {
            let help = "look at 1 to 36 months";
            let what = "so many months cannot be looked at";
            problems.push(Problem::new(&format!("{key}.months"), what, help));
        }
    }
}

impl ContractSettings {
    /// From when on the source is late: a daily one after two working days without a row, a weekly
    /// one after five, a monthly one where the whole period has none.
    pub fn late(&self) -> LateRule {
        let by_rhythm = match self.rhythm {
            Rhythm::Daily => Some(2),
            Rhythm::Weekly => Some(5),
            Rhythm::Monthly | Rhythm::Irregular => None,
        };
        LateRule { after_days: self.late.after_days.or(by_rhythm), then: self.late.then }
    }

    /// The columns that it names, with the keys that name them.
    pub(super) fn columns_named<'a>(&'a self, own: &'a ExtractId) -> Vec<NamedColumn<'a>> {
        let named = |key: &str, extract, column| {
            let key = format!("contract.{key}");
            NamedColumn { key, extract, column }
        };
        let mut all = Vec::new();
        all.extend(self.date.iter().map(|column| named("date", own, column)));
        all.extend(self.person.iter().map(|column| named("person", own, column)));
        if let Some(control) = &self.control {
            let theirs = [("period", Some(&control.period)), ("rows", control.rows.as_ref())];
            for (key, column) in theirs.into_iter().chain([("name", control.name.as_ref())]) {
                let key = format!("control.{key}");
                all.extend(column.map(|column| named(&key, &control.extract, column)));
            }
            for (column, their) in &control.sums {
                all.push(named(&format!("control.sums.{column}"), &control.extract, their));
            }
        }
        all
    }

    pub(super) fn check(
        &self,
        columns: &[ColumnSettings],
        known: &BTreeSet<ExtractId>,
        problems: &mut Problems,
    ) {
        self.drift.check("contract.drift", problems);
        let summed = |column: &String| {
            columns.iter().any(|one| one.name == *column && one.kind == ColumnKind::Decimal)
        };
        let mut no_sum = |key: String, column: &str| {
            let what = format!("“{column}” is no decimal column that is read");
            problems.push(Problem::new(&key, what, "sum up a decimal column of [[columns]]"));
        };
        if let Some(control) = &self.control {
            for column in control.sums.keys().filter(|column| !summed(column)) {
                no_sum(format!("contract.control.sums.{column}"), column);
            }
        }
        for (index, stated) in self.stated.iter().enumerate() {
            for column in stated.sums.keys().filter(|column| !summed(column)) {
                no_sum(format!("contract.stated[{index}].sums.{column}"), column);
            }
        }
        if let Some(control) = &self.control {
            require_extract("contract.control.extract", &control.extract, known, problems);
            if control.rows.is_none() && control.sums.is_empty() {
                let what = "it compares nothing";
                problems.push(Problem::new("contract.control", what, "add `rows` or `sums`"));
            }
        }
        for (index, stated) in self.stated.iter().enumerate() {
            if stated.month().is_none() {
                problems.push(Problem::new(
                    &format!("contract.stated[{index}].period"),
                    format!("“{}” is no month", stated.period),
                    "write a month such as 2026-10",
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_extract_says_counts_before_what_holds_for_all() {
        let table = |text: &str| toml::from_str::<DriftTable>(text).unwrap();
        let general = table("rows = '40%'\nmonths = 12\nthen = 'hold'");
        let rule = table("rows = '10%'\nthen = 'warn'").rule(&general);
        assert_eq!(rule.rows, Exact::from_minor(1, 1));
        assert_eq!(rule.sums, Exact::from_minor(5, 1));
        assert_eq!((rule.months, rule.then), (12, Consequence::Warn));
        assert_eq!(table("").rule(&general).then, Consequence::Hold);
    }

    #[test]
    fn control_totals_name_months_and_decimal_columns() {
        let contract: ContractSettings = toml::from_str(
            "stated = [{ period = '2026-Q3', sums = { a = 1 } }]\ndrift = { months = 0 }\n\
             control = { extract = 'totals', period = 'month' }",
        )
        .unwrap();
        let mut problems = Problems::new();
        contract.check(&[], &BTreeSet::new(), &mut problems);
        let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "contract.drift.months",
                "contract.stated[0].sums.a",
                "contract.control.extract",
                "contract.control",
                "contract.stated[0].period",
            ]
        );
    }
}
