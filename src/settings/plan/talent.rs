//! `[talent]`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::require;
use crate::model::plan::{MissingQuarter, TalentBasis, TalentRule, TalentSource};
use crate::model::{Exact, MetricId};
use crate::settings::problem::{Problem, Problems};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TalentTable {
    by: String,
    #[serde(default = "three")]
    quarters: usize,
    #[serde(default = "twenty_percent")]
    promote_top: Exact,
    #[serde(default = "ten_percent")]
    coach_bottom: Exact,
    #[serde(default = "five")]
    least_group: usize,
    #[serde(default)]
    missing_quarter: MissingQuarter,
    #[serde(default)]
    source: TalentSource,
}

fn three() -> usize {
    3
}

fn five() -> usize {
    5
}

fn twenty_percent() -> Exact {
    Exact::from_minor(20, 2)
}

fn ten_percent() -> Exact {
    Exact::from_minor(10, 2)
}

/// More quarters than anybody's data reach back.
const MOST_QUARTERS: usize = 20;

impl TalentTable {
    pub(super) fn check(
        self,
        metrics: &BTreeSet<MetricId>,
        has_composite: bool,
        problems: &mut Problems,
    ) -> TalentRule {
        let by = if self.by == TalentBasis::Composite.code() {
            if !has_composite {
                problems.push(Problem::new(
                    "talent.by",
                    "the plan has no composite",
                    "add [composite] with its weights, or name a metric",
                ));
            }
            TalentBasis::Composite
        } else {
            let metric = MetricId::from(self.by.as_str());
            require(&metric, "talent.by", metrics, problems);
            TalentBasis::Metric(metric)
        };
        if self.quarters == 0 || self.quarters > MOST_QUARTERS {
            problems.push(Problem::new(
                "talent.quarters",
                format!("{} quarters make no streak", self.quarters),
                format!("give 1 to {MOST_QUARTERS}, such as 3"),
            ));
        }
        for (key, share) in
            [("promote_top", &self.promote_top), ("coach_bottom", &self.coach_bottom)]
        {
            if share.is_negative() || *share > Exact::one() {
                problems.push(Problem::new(
                    &format!("talent.{key}"),
                    "this is no share of a group",
                    "give 0 to 100 %, such as \"20%\"",
                ));
            }
        }
        if &self.promote_top + &self.coach_bottom > Exact::one() {
            problems.push(Problem::new(
                "talent.coach_bottom",
                "top and bottom overlap: together they are more than 100 %",
                "give shares such as \"20%\" and \"10%\"",
            ));
        }
        if self.least_group == 0 {
            problems.push(Problem::new(
                "talent.least_group",
                "a group of nobody has neither top nor bottom",
                "give at least 1, such as 5",
            ));
        }
        TalentRule {
            by,
            quarters: self.quarters,
            promote_top: self.promote_top,
            coach_bottom: self.coach_bottom,
            least_group: self.least_group,
            missing_quarter: self.missing_quarter,
            source: self.source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (TalentRule, Vec<String>) {
        let table: TalentTable = toml::from_str(text).unwrap();
        let mut problems = Problems::new();
        let rule = table.check(&BTreeSet::from([MetricId::from("sales")]), false, &mut problems);
        (rule, problems.into_iter().map(|problem| problem.key).collect())
    }

    #[test]
    fn a_table_with_its_metric_alone_is_the_usual_rule() {
        let (rule, problems) = check("by = \"sales\"");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!((rule.quarters, rule.least_group, rule.reach()), (3, 5, 3));
        assert_eq!(rule.promote_top, Exact::parse("20%").unwrap());
        assert_eq!(rule.coach_bottom, Exact::parse("10%").unwrap());
    }

    #[test]
    fn shares_that_are_none_or_overlap_are_refused() {
        let (_, problems) = check("by = \"sale\"\nquarters = 0\nleast_group = 0");
        assert_eq!(problems, ["talent.by", "talent.quarters", "talent.least_group"]);
        let (_, problems) = check("by = \"sales\"\npromote_top = \"-1%\"");
        assert_eq!(problems, ["talent.promote_top"]);
        let (_, problems) = check("by = \"composite\"");
        assert_eq!(problems, ["talent.by"]);
        let (_, problems) = check("by = \"sales\"\npromote_top = \"95%\"");
        assert_eq!(problems, ["talent.coach_bottom"]);
    }
}
