//! `causes.toml`: what may explain a gap, and when something is called its cause.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::formula::Formula;
use crate::model::{CauseRules, Dimension, DimensionId, Exact, Metric, MetricId, Tree};

/// `causes.toml`, as written; a project without it has the defaults.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CausesFile {
    least_share: Option<Exact>,
    noise: Option<Exact>,
    process: Option<Vec<MetricId>>,
    dimensions: Option<Vec<DimensionId>>,
    #[serde(default)]
    tree: Vec<TreeTable>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TreeTable {
    metric: MetricId,
    formula: String,
}

impl CausesFile {
    /// The rules, for the metrics and dimensions that exist.
    pub fn check(
        self,
        metrics: &[Metric],
        dimensions: &[Dimension],
        problems: &mut Problems,
    ) -> CauseRules {
        let defaults = CauseRules::default();
        let shown: BTreeSet<&str> = metrics
            .iter()
            .filter(|metric| !metric.hidden)
            .map(|metric| metric.id.as_str())
            .collect();
        let known: BTreeSet<&str> = metrics.iter().map(|metric| metric.id.as_str()).collect();
        for (index, metric) in self.process.iter().flatten().enumerate() {
            require(
                metric.as_str(),
                &format!("process[{index}]"),
                "metric that is shown",
                &shown,
                problems,
            );
        }
        let parting: BTreeSet<&str> = dimensions.iter().map(|one| one.id.as_str()).collect();
        for (index, id) in self.dimensions.iter().flatten().enumerate() {
            require(id.as_str(), &format!("dimensions[{index}]"), "dimension", &parting, problems);
        }
        for (key, share) in [("least_share", &self.least_share), ("noise", &self.noise)] {
            if share.as_ref().is_some_and(|share| share.is_negative() || *share > Exact::one()) {
                problems.push(Problem::new(
                    key,
                    "the share lies outside 0 to 100 %",
                    "give a share such as \"30%\"",
                ));
            }
        }
        let trees = self.tree.into_iter().enumerate();
        let trees = trees
            .filter_map(|(index, table)| {
                let key = format!("tree[{index}]");
                let metric = &table.metric;
                require(
                    metric.as_str(),
                    &format!("{key}.metric"),
                    "metric that is shown",
                    &shown,
                    problems,
                );
                table.check(&key, &known, problems)
            })
            .collect();
        CauseRules {
            trees,
            process: self.process,
            dimensions: self.dimensions,
            least_share: self.least_share.unwrap_or(defaults.least_share),
            noise: self.noise.unwrap_or(defaults.noise),
        }
    }
}

impl TreeTable {
    fn check(self, key: &str, known: &BTreeSet<&str>, problems: &mut Problems) -> Option<Tree> {
        let key = format!("{key}.formula");
        let formula = match Formula::parse(&self.formula) {
            Ok(formula) => formula,
            Err(why) => {
                let help = "for instance formula = \"orders * order_value\"";
                problems.push(Problem::new(&key, why.to_string(), help));
                return None;
            }
        };
        let before = problems.len();
        let tree = Tree { metric: self.metric, formula };
        let factors = tree.factors();
        for factor in &factors {
            require(factor.as_str(), &key, "metric", known, problems);
        }
        if factors.contains(&tree.metric) {
            problems.push(Problem::new(
                &key,
                format!("the formula explains “{}” by itself", tree.metric),
                "name the metrics that it is made of",
            ));
        }
        if !(2..=Tree::MOST_FACTORS).contains(&factors.len()) {
            problems.push(Problem::new(
                &key,
                format!("the formula has {} factors", factors.len()),
                format!("give 2 to {}; part a larger tree into several", Tree::MOST_FACTORS),
            ));
        }
        (problems.len() == before).then_some(tree)
    }
}

fn require(name: &str, key: &str, what: &str, known: &BTreeSet<&str>, problems: &mut Problems) {
    if known.contains(name) {
        return;
    }
    let names: Vec<&str> = known.iter().copied().collect();
    let help = match names.is_empty() {
        true => format!("there is no {what} at all"),
        false => format!("use one of: {}", names.join(", ")),
    };
    problems.push(Problem::new(key, format!("“{name}” is no {what}"), help));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bilingual, Direction, MetricKind, MetricUnit};

    /// The metrics a, b, c … of which h is hidden.
    fn metrics() -> Vec<Metric> {
        let words = Bilingual { zh: String::new(), en: String::new() };
        let metric = |id: char| Metric {
            id: id.to_string().into(),
            label: words.clone(),
            definition: words.clone(),
            kind: MetricKind::Ratio { numerator: "a".into(), denominator: "b".into() },
            unit: MetricUnit::Count,
            direction: Direction::Higher,
            decimals: 0,
            hidden: id == 'h',
        };
        ('a'..='j').map(metric).collect()
    }

    fn checked(text: &str) -> (CauseRules, Vec<String>) {
        let file: CausesFile = toml::from_str(text).unwrap();
        let mut problems = Problems::new();
        let rules = file.check(&metrics(), &[], &mut problems);
        (rules, problems.into_iter().map(|one| format!("{}: {}", one.key, one.what)).collect())
    }

    #[test]
    fn a_project_without_the_file_has_the_defaults() {
        let (rules, problems) = checked("");
        assert_eq!((rules, problems), (CauseRules::default(), Vec::new()));
    }

    #[test]
    fn trees_name_metrics_that_are_there_and_not_too_many() {
        let of =
            |formula: &str| checked(&format!("[[tree]]\nmetric = \"a\"\nformula = \"{formula}\""));
        assert!(of("b * c / h").1.is_empty());
        assert_eq!(of("b * x").1, ["tree[0].formula: “x” is no metric"]);
        assert_eq!(of("b * months").1, ["tree[0].formula: “months” is no metric"]);
        assert_eq!(of("a * b").1, ["tree[0].formula: the formula explains “a” by itself"]);
        assert_eq!(of("b * 2").1, ["tree[0].formula: the formula has 1 factors"]);
        assert!(of("b * c * d * e * f * g * h * i").1.is_empty());
        let nine = of("b * c * d * e * f * g * h * i * j");
        assert_eq!(nine.1, ["tree[0].formula: the formula has 9 factors"]);
        assert!(nine.0.trees.is_empty());
        assert_eq!(of("b *").1.len(), 1);
        let hidden = checked("[[tree]]\nmetric = \"h\"\nformula = \"b * c\"").1;
        assert_eq!(hidden, ["tree[0].metric: “h” is no metric that is shown"]);
    }

    #[test]
    fn shares_and_names_are_checked() {
        let text =
            "least_share = \"130%\"\nnoise = \"-1%\"\nprocess = [\"h\"]\ndimensions = [\"z\"]";
        let expected = [
            "process[0]: “h” is no metric that is shown",
            "dimensions[0]: “z” is no dimension",
            "least_share: the share lies outside 0 to 100 %",
            "noise: the share lies outside 0 to 100 %",
        ];
        assert_eq!(checked(text).1, expected);
        assert_eq!(
            checked("least_share = \"1/3\"").0.least_share,
            Exact::parse("100").unwrap().over(&Exact::from(300)).unwrap()
        );
    }
}
