//! How 改进措施 are read from extracts, and the play-book that proposes them.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::columns::NamedColumn;
use super::org::name_columns;
use super::problem::{Problem, Problems};
use crate::model::{Bilingual, Exact, ExtractId, Level, MetricId, Play, Playbook};

/// One of `[[actions]]`: a table of actions. Values are column names, but for the last three.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionSettings {
    pub extract: ExtractId,
    /// What names the action; file and row where there is no such column, or its cell is empty.
    pub id: Option<String>,
    /// The id, or the name, of the unit or person.
    pub unit: String,
    /// The metric, by id or by label in either language.
    pub metric: String,
    pub measure: String,
    /// The id, or the name, of the person who is responsible.
    pub owner: Option<String>,
    pub opened: Option<String>,
    pub due: String,
    pub expected: Option<String>,
    pub status: Option<String>,
    pub done: Option<String>,
    /// The words of `status` that say that the action is done, and that it was given up.
    #[serde(default = "done_words")]
    pub done_words: Vec<String>,
    #[serde(default = "cancelled_words")]
    pub cancelled_words: Vec<String>,
    /// Whether a warned unit's mail carries a sheet with the columns of this table, to fill in.
    #[serde(default)]
    pub plan_sheet: bool,
}

fn done_words() -> Vec<String> {
    ["已完成", "完成", "done", "completed", "closed"].map(str::to_owned).into()
}

fn cancelled_words() -> Vec<String> {
    ["已取消", "取消", "作废", "cancelled", "canceled"].map(str::to_owned).into()
}

impl ActionSettings {
    /// The optional columns, with the keys that name them.
    pub fn optional(&self) -> [(&'static str, &Option<String>); 6] {
        [
            ("id", &self.id),
            ("owner", &self.owner),
            ("opened", &self.opened),
            ("expected", &self.expected),
            ("status", &self.status),
            ("done", &self.done),
        ]
    }

    /// The columns that every table has, with the keys that name them.
    pub fn required(&self) -> [(&'static str, &String); 4] {
        [
            ("unit", &self.unit),
            ("metric", &self.metric),
            ("measure", &self.measure),
            ("due", &self.due),
        ]
    }

    /// The columns that the table at `index` is read from, with the keys that name them.
    pub(super) fn columns_named(&self, index: usize) -> Vec<NamedColumn<'_>> {
        let mut named = Vec::new();
        let table = format!("actions[{index}]");
        name_columns(&table, &self.extract, &self.required(), &self.optional(), &mut named);
        named
    }
}

/// Whether the tables fit each other.
pub(super) fn check_tables(tables: &[ActionSettings], problems: &mut Problems) {
    let sheets: Vec<usize> = (0..tables.len()).filter(|at| tables[*at].plan_sheet).collect();
    if let [_, second, ..] = sheets[..] {
        problems.push(Problem::new(
            &format!("actions[{second}].plan_sheet"),
            "two tables are to be those of the plan sheets",
            "keep plan_sheet = true in one of them",
        ));
    }
}

/// `playbook.toml`, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaybookFile {
    due_soon_days: Option<u32>,
    #[serde(default)]
    playbook: Vec<PlayTable>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlayTable {
    metric: String,
    level: Option<Level>,
    measure: Bilingual,
    due_days: u32,
    expected: Option<Exact>,
}

impl PlaybookFile {
    /// The measures, for the metrics that exist.
    pub(super) fn check(self, metrics: &BTreeSet<MetricId>, problems: &mut Problems) -> Playbook {
        let mut plays = Vec::new();
        for (index, table) in self.playbook.into_iter().enumerate() {
            let key = format!("playbook[{index}]");
            let metric = MetricId::from(table.metric);
            if !metrics.contains(&metric) {
                let names: Vec<_> = metrics.iter().map(ToString::to_string).collect();
                problems.push(Problem::new(
                    &format!("{key}.metric"),
                    format!("“{metric}” is no metric that is shown"),
                    format!("use one of: {}", names.join(", ")),
                ));
            }
            if !(1..=LONGEST_DAYS).contains(&table.due_days) {
                problems.push(Problem::new(
                    &format!("{key}.due_days"),
                    format!("{} days are no time to do something in", table.due_days),
                    format!("use 1 to {LONGEST_DAYS}"),
                ));
            }
            let (level, measure) = (table.level, table.measure);
            let (due_days, expected) = (table.due_days, table.expected);
            plays.push(Play { metric, level, measure, due_days, expected });
        }
        let due_soon_days = self.due_soon_days.unwrap_or(DUE_SOON_DAYS);
        Playbook { due_soon_days, plays }
    }
}

const DUE_SOON_DAYS: u32 = 14;
const LONGEST_DAYS: u32 = 366;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_is_that_of_the_plan_sheets() {
        let table = |more: &str| -> ActionSettings {
            let required = "extract = 'a'\nunit = 'u'\nmetric = 'm'\nmeasure = 'x'\ndue = 'd'\n";
            toml::from_str(&format!("{required}{more}")).unwrap()
        };
        let refused = |tables: &[ActionSettings]| {
            let mut problems = Vec::new();
            check_tables(tables, &mut problems);
            problems.into_iter().map(|problem| problem.key).collect::<Vec<_>>()
        };
        let (plain, sheet) = (table(""), table("plan_sheet = true"));
        assert!(refused(&[plain.clone(), sheet.clone()]).is_empty());
        assert_eq!(refused(&[sheet.clone(), plain, sheet]), ["actions[2].plan_sheet"]);
    }

    #[test]
    fn a_measure_for_no_metric_or_for_never_is_refused() {
        let text = "[[playbook]]\nmetric = 'wins'\nmeasure = { zh = '训', en = 'train' }\n\
                    due_days = 0\n[[playbook]]\nmetric = 'visits'\nlevel = 'person'\n\
                    measure = { zh = '访', en = 'visit' }\ndue_days = 30\nexpected = '80%'\n";
        let file: PlaybookFile = toml::from_str(text).unwrap();
        let mut problems = Vec::new();
        let book = file.check(&BTreeSet::from(["visits".into()]), &mut problems);
        let keys: Vec<String> = problems.into_iter().map(|problem| problem.key).collect();
        assert_eq!(book.due_soon_days, 14);
        assert_eq!(keys, ["playbook[0].metric", "playbook[0].due_days"]);
        assert_eq!(book.plays[1].level, Some(Level::Person));
        assert_eq!(book.plays[1].expected, Some(Exact::from_minor(8, 1)));
    }
}
