//! One column of an extract: what it is called, what it holds, and what it may hold.

use chrono::NaiveDate;
use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::{Exact, ExtractId, round};

/// One column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSettings {
    /// What the rest of the config calls it.
    pub name: String,
    /// The header in the file; the same as `name` where not given.
    pub from: Option<String>,
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// Digits after the point, for a decimal; more in the file are an error of the row.
    #[serde(default = "two")]
    pub scale: usize,
    /// Formats of a date, tried in order; `%Y-%m-%d` where none is given.
    #[serde(default)]
    pub formats: Vec<String>,
    /// A row without it is set aside.
    #[serde(default)]
    pub required: bool,
    /// The least and the greatest number or day that it may hold.
    pub least: Option<Edge>,
    pub most: Option<Edge>,
    /// The only texts that it may hold; any where empty.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// Each value must stand in that column of another extract.
    pub references: Option<ReferenceSettings>,
}

fn two() -> usize {
    2
}

/// The least or the greatest value of a column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Edge {
    Number(Exact),
    Day(NaiveDate),
}

/// A column of another extract.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceSettings {
    pub extract: ExtractId,
    pub column: String,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    Text,
    Integer,
    Decimal,
    Date,
    Boolean,
}

/// How many digits a decimal has at most, those after the point among them.
const MOST_DIGITS: usize = 38;

impl ColumnSettings {
    /// The header in the file.
    pub fn header(&self) -> &str {
        self.from.as_deref().unwrap_or(&self.name)
    }

    /// The least and the greatest value as they are compared: a number in units of the column's last
    /// digit. None where there is no such edge; the config was checked to have no other.
    pub fn numbers(&self) -> [Option<i128>; 2] {
        let digits = if self.kind == ColumnKind::Integer { 0 } else { self.scale };
        [&self.least, &self.most].map(|edge| match edge {
            Some(Edge::Number(number)) => round::to_minor(number, digits),
            Some(Edge::Day(_)) | None => None,
        })
    }

    /// The least and the greatest day.
    pub fn days(&self) -> [Option<NaiveDate>; 2] {
        [&self.least, &self.most].map(|edge| match edge {
            Some(Edge::Day(day)) => Some(*day),
            Some(Edge::Number(_)) | None => None,
        })
    }

    /// Whether its rules fit its type; `key` is its place in the file.
    pub(super) fn check(&self, key: &str, problems: &mut Problems) {
        let mut refuse = |part: &str, what: String, help: &str| {
            problems.push(Problem::new(&format!("{key}.{part}"), what, help));
        };
        if self.scale > MOST_DIGITS {
            let what = format!("{} digits after the point are too many", self.scale);
            refuse("scale", what, &format!("at most {MOST_DIGITS} digits are kept"));
        }
        for (part, edge) in [("least", &self.least), ("most", &self.most)] {
            match (edge, self.kind) {
                (Some(Edge::Number(number)), ColumnKind::Integer | ColumnKind::Decimal) => {
                    let digits = if self.kind == ColumnKind::Integer { 0 } else { self.scale };
                    let kept = round::half_up(number, digits) == *number;
                    if !kept || round::to_minor(number, digits).is_none() {
                        let what =
                            format!("it has more digits than the column, which has {digits}");
                        refuse(part, what, "round it to the column's digits");
                    }
                }
                (None, _) | (Some(Edge::Day(_)), ColumnKind::Date) => {}
                (Some(_), ColumnKind::Integer | ColumnKind::Decimal) => {
                    refuse(part, "it is no number".to_owned(), "write a number, such as 0");
                }
                (Some(_), ColumnKind::Date) => {
                    let help = "write a day in quotes, such as \"2020-01-01\"";
                    refuse(part, "it is no day".to_owned(), help);
                }
                (Some(_), ColumnKind::Text | ColumnKind::Boolean) => {
                    let help = "use `allowed` for texts, or another type";
                    refuse(part, "such a column has no order".to_owned(), help);
                }
            }
        }
        let [least, most] = self.numbers();
        let [first, last] = self.days();
        if least.zip(most).is_some_and(|(a, b)| a > b)
            || first.zip(last).is_some_and(|(a, b)| a > b)
        {
            refuse("least", "it is above `most`".to_owned(), "swap the two");
        }
        if !self.allowed.is_empty() && self.kind != ColumnKind::Text {
            let help = "use `least` and `most`, or type = \"text\"";
            refuse("allowed", "only texts are listed".to_owned(), help);
        }
        if self.references.is_some() && self.kind == ColumnKind::Decimal {
            let what = "a decimal names nothing in another extract".to_owned();
            refuse("references", what, "read the column as text or integer");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(rules: &str) -> Vec<String> {
        let column: ColumnSettings = toml::from_str(&format!("name = 'a'\n{rules}")).unwrap();
        let mut problems = Problems::new();
        column.check("columns[0]", &mut problems);
        problems.into_iter().map(|problem| format!("{}: {}", problem.key, problem.what)).collect()
    }

    #[test]
    fn rules_fit_the_type_of_their_column() {
        assert!(problems("type = 'decimal'\nleast = '-0.5'\nmost = 10").is_empty());
        assert!(problems("type = 'date'\nleast = '2020-01-01'").is_empty());
        assert!(problems("type = 'text'\nallowed = ['a', 'b']").is_empty());
        let one = |rules: &str| problems(rules).join("; ");
        assert_eq!(
            one("type = 'decimal'\nleast = '2020-01-01'"),
            "columns[0].least: it is no number"
        );
        assert_eq!(one("type = 'date'\nmost = 5"), "columns[0].most: it is no day");
        assert_eq!(one("type = 'text'\nmost = 5"), "columns[0].most: such a column has no order");
        assert_eq!(
            one("type = 'integer'\nleast = 5\nmost = 4"),
            "columns[0].least: it is above `most`"
        );
        assert_eq!(
            one("type = 'integer'\nallowed = ['1']"),
            "columns[0].allowed: only texts are listed"
        );
        assert_eq!(
            one("type = 'decimal'\nleast = '0.005'"),
            "columns[0].least: it has more digits than the column, which has 2"
        );
    }
}
