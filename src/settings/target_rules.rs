//! `[target_rules]` and `[exemptions]` of `attain.toml`: what holds for all targets, and who is
//! not judged.

use serde::Deserialize;

use super::columns::NamedColumn;
use super::org::name_columns;
use super::problem::{Problem, Problems};
use crate::model::{Exact, ExtractId, Grain, Prorate, TargetRules};

/// `[target_rules]`, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetRulesTable {
    prorate: Option<Prorate>,
    prorate_rows: Option<Vec<Grain>>,
    reach: Option<Reach>,
}

/// A multiple of last year's best, or `"none"`.
#[derive(Clone, Debug)]
struct Reach(Option<Exact>);

impl<'de> Deserialize<'de> for Reach {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::Value::deserialize(deserializer)?;
        if value.as_str() == Some("none") {
            return Ok(Self(None));
        }
        let multiple = Exact::deserialize(value).map_err(serde::de::Error::custom)?;
        Ok(Self(Some(multiple)))
    }
}

impl TargetRulesTable {
    /// The rules, with what is not written at its default.
    pub(super) fn check(self, problems: &mut Problems) -> TargetRules {
        let default = TargetRules::default();
        let rows = self.prorate_rows.unwrap_or(default.prorate_rows);
        if let Some(index) = rows.iter().position(|grain| *grain == Grain::Ytd) {
            problems.push(Problem::new(
                &format!("target_rules.prorate_rows[{index}]"),
                "no row of a target table is for a year to date",
                "use some of: month, quarter, year, range",
            ));
        }
        let reach = self.reach.map_or(default.reach, |reach| reach.0);
        if reach.as_ref().is_some_and(|multiple| *multiple < Exact::one()) {
            problems.push(Problem::new(
                "target_rules.reach",
                "a target as high as last year's best would be questioned",
                "give 100 % or more, such as \"150%\", or \"none\"",
            ));
        }
        TargetRules { prorate: self.prorate.unwrap_or_default(), prorate_rows: rows, reach }
    }
}

/// `[exemptions]`: the extract of those who are taken out of judgements. Values are column names
/// of the extract.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptionColumns {
    pub extract: ExtractId,
    pub unit: String,
    /// An empty cell means all metrics.
    pub metric: Option<String>,
    /// `2026`, `2026-Q4` or `2026-10`; else `from` and `to` give dates, open where empty.
    pub period: Option<String>,
    pub from: Option<String>,
    /// The day after the last.
    pub to: Option<String>,
    pub reason: String,
    /// Set where `to` names the last day itself.
    #[serde(default)]
    pub to_is_last_day: bool,
}

impl ExemptionColumns {
    pub(super) fn columns_named(&self) -> Vec<NamedColumn<'_>> {
        let always = [("unit", &self.unit), ("reason", &self.reason)];
        let optional = [
            ("metric", &self.metric),
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let mut named = Vec::new();
        name_columns("exemptions", &self.extract, &always, &optional, &mut named);
        named
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        let dates = self.from.is_some() || self.to.is_some();
        if self.period.is_some() == dates {
            problems.push(Problem::new(
                "exemptions",
                "the table of exemptions must say in one way how long one lasts",
                "give either period (a column), or from, to or both (columns with dates)",
            ));
        }
        if self.to_is_last_day && self.to.is_none() {
            problems.push(Problem::new(
                "exemptions.to_is_last_day",
                "to_is_last_day has no meaning without the column `to`",
                "remove it, or name the column",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> (TargetRules, Vec<String>) {
        let table: TargetRulesTable = toml::from_str(text).unwrap();
        let mut problems = Problems::new();
        let rules = table.check(&mut problems);
        (rules, problems.into_iter().map(|problem| problem.key).collect())
    }

    #[test]
    fn what_is_not_written_has_its_default() {
        assert_eq!(checked(""), (TargetRules::default(), Vec::new()));
        let (rules, problems) =
            checked("prorate = \"working\"\nprorate_rows = [\"year\"]\nreach = \"none\"");
        assert_eq!((rules.prorate, rules.reach), (Prorate::Working, None));
        assert_eq!((rules.prorate_rows, problems.len()), (vec![Grain::Year], 0));
    }

    #[test]
    fn rules_without_meaning_are_refused() {
        let problems = |text| checked(text).1;
        assert_eq!(problems("reach = \"90%\""), ["target_rules.reach"]);
        assert_eq!(
            problems("prorate_rows = [\"year\", \"ytd\"]"),
            ["target_rules.prorate_rows[1]"]
        );
        assert!(toml::from_str::<TargetRulesTable>("reach = 1.5").is_err());
    }
}
