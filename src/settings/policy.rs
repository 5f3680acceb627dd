//! `policy.toml`: who sees what of whom.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::metric::with_parts;
use crate::model::plan::{CoefficientBasis, Plan, TalentBasis};
use crate::model::policy::{Matter, Policy, Relation};
use crate::model::{Metric, MetricId, did_you_mean};

/// `policy.toml`, as written; a project without it has the defaults.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    #[serde(default)]
    people: PeopleTable,
    #[serde(default)]
    groups: GroupsTable,
    #[serde(default)]
    metrics: BTreeMap<MetricId, BTreeSet<Relation>>,
}

type To = Option<BTreeSet<Relation>>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleTable {
    figures: To,
    rows: To,
    coefficients: To,
    amounts: To,
    talent: To,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupsTable {
    #[serde(default)]
    small_ranks: bool,
}

impl PolicyFile {
    /// The table, for the metrics that exist and what people are judged by.
    pub fn check(
        self,
        (metrics, headline): (&[Metric], &Vec<MetricId>),
        plan: &Plan,
        problems: &mut Problems,
    ) -> Policy {
        let mut policy = Policy { small_ranks: self.groups.small_ranks, ..Policy::default() };
        let PeopleTable { figures, rows, coefficients, amounts, talent } = self.people;
        for (matter, to) in [
            (Matter::Figures, figures),
            (Matter::Rows, rows),
            (Matter::Coefficients, coefficients),
            (Matter::Amounts, amounts),
            (Matter::Talent, talent),
        ] {
            if let Some(to) = to {
                policy.people.insert(matter, to);
            }
        }
        check_people(&policy, problems);
        for (metric, to) in self.metrics {
            check_metric(&metric, &to, (metrics, headline), plan, problems);
            policy.metrics.insert(metric, to);
        }
        policy
    }
}

/// Whoever sees the more has to see what it is made from.
fn check_people(policy: &Policy, problems: &mut Problems) {
    let mut refuse = |key: &str, what: &str, help: &str| {
        problems.push(Problem::new(&format!("people.{key}"), what, help));
    };
    let shows = |matter, relation| policy.shows(matter, relation);
    if !shows(Matter::Figures, Relation::Own) {
        refuse("figures", "a personal report would hold nothing", "add \"own\"");
    }
    if shows(Matter::Talent, Relation::Own) {
        let help = "take \"own\" out: managers and HR read the lists, and talk about them";
        refuse("talent", "nobody is told by mail that they are on a list", help);
    }
    for (key, matter) in [("figures", Matter::Figures), ("rows", Matter::Rows)] {
        if shows(matter, Relation::Hr) {
            let help = "take \"hr\" out; [hr] gets coefficients, amounts and talent";
            refuse(key, "the lists for HR hold none of this", help);
        }
    }
    for (key, matter, needs, name) in [
        ("rows", Matter::Rows, Matter::Figures, "figures"),
        ("coefficients", Matter::Coefficients, Matter::Figures, "figures"),
        ("amounts", Matter::Amounts, Matter::Coefficients, "coefficients"),
        ("talent", Matter::Talent, Matter::Figures, "figures"),
    ] {
        let told = [(Relation::Own, "own"), (Relation::Manager, "manager"), (Relation::Hr, "hr")];
        for (relation, word) in told {
            let of_lists = relation == Relation::Hr && needs == Matter::Figures;
            if shows(matter, relation) && !shows(needs, relation) && !of_lists {
                let what = format!("“{word}” sees {key} and not the {name} they come from");
                refuse(key, &what, &format!("add \"{word}\" to {name}, or take it out here"));
            }
        }
    }
}

fn check_metric(
    metric: &MetricId,
    to: &BTreeSet<Relation>,
    (metrics, headline): (&[Metric], &[MetricId]),
    plan: &Plan,
    problems: &mut Problems,
) {
    let key = format!("metrics.{metric}");
    let ids = || metrics.iter().map(|one| one.id.as_str());
    if !ids().any(|id| id == metric.as_str()) {
        let meant = did_you_mean(metric.as_str(), ids());
        let help = format!("{meant}use some of: {}", ids().collect::<Vec<_>>().join(", "));
        problems.push(Problem::new(&key, format!("there is no metric “{metric}”"), help));
    } else if !to.contains(&Relation::Manager) {
        let help = "add \"manager\", or set hidden = true in metrics.toml";
        problems.push(Problem::new(&key, "no manager would see the metric", help));
    } else if to.contains(&Relation::Hr) {
        let what = "the lists for HR hold no metrics";
        problems.push(Problem::new(&key, what, "take \"hr\" out"));
    } else if !to.contains(&Relation::Own) && is_judged_by(metric, headline, plan) {
        problems.push(Problem::new(
            &key,
            "people are judged by the metric, and would not see it",
            "add \"own\", or take the metric out of the headline and of plan.toml",
        ));
    } else if !to.contains(&Relation::Own)
        && let Some(whole) = metrics.iter().find(|whole| {
            is_judged_by(&whole.id, headline, plan)
                && with_parts(metrics, &whole.id).contains(&metric)
        })
    {
        problems.push(Problem::new(
            &key,
            format!("people are judged by “{}”, and would not see what it is made of", whole.id),
            "add \"own\", or take the other metric out of the headline and of plan.toml",
        ));
    }
}

/// Whether a headline, a warning, a composite, a coefficient or a list rests on a metric.
fn is_judged_by(metric: &MetricId, headline: &[MetricId], plan: &Plan) -> bool {
    let weighs = |basis: &CoefficientBasis| match basis {
        CoefficientBasis::Metric(of) => of == metric,
        CoefficientBasis::Composite(rule) => rule.weights.iter().any(|one| one.metric == *metric),
    };
    let second = |of: &MetricId| of == metric;
    headline.contains(metric)
        || plan.warning.metrics.contains(metric)
        || plan.composite.iter().any(|rule| rule.weights.iter().any(|one| one.metric == *metric))
        || plan.talent.iter().any(|rule| rule.by == TalentBasis::Metric(metric.clone()))
        || plan.coefficients.iter().any(|of| {
            weighs(&of.basis) || of.second.as_ref().is_some_and(|axis| second(&axis.metric))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plan::{RankRule, RankWithin, WarningRule};
    use crate::model::{Bilingual, Direction, Exact, MetricKind, MetricUnit};

    fn check(text: &str) -> (Policy, Vec<String>) {
        let file: PolicyFile = toml::from_str(text).unwrap();
        let label = || Bilingual { zh: "甲".to_owned(), en: "A".to_owned() };
        let metrics = ["sales", "margin", "cost", "discount"].map(|id| Metric {
            id: id.into(),
            label: label(),
            definition: label(),
            kind: MetricKind::Ratio {
                numerator: if id == "sales" { "discount" } else { "a" }.into(),
                denominator: "b".into(),
            },
            unit: MetricUnit::Percent,
            direction: Direction::Higher,
            decimals: 1,
            hidden: ["cost", "discount"].contains(&id),
        });
        let warning = WarningRule::new(
            vec!["sales".into()],
            Exact::from_minor(8, 1),
            Exact::from_minor(6, 1),
        );
        let plan = Plan::new(warning, RankRule::new(RankWithin::Company, 5));
        let mut problems = Problems::new();
        let policy = file.check((&metrics, &vec!["sales".into()]), &plan, &mut problems);
        (policy, problems.into_iter().map(|one| format!("{}: {}", one.key, one.what)).collect())
    }

    #[test]
    fn without_a_word_the_table_is_the_default() {
        let (policy, problems) = check("");
        assert_eq!((policy, problems), (Policy::default(), Vec::new()));
    }

    #[test]
    fn a_metric_may_be_kept_to_managers() {
        let (policy, problems) = check("[metrics]\nmargin = [\"manager\"]");
        assert_eq!(problems, Vec::<String>::new());
        assert!(!policy.shows_metric(&"margin".into(), Relation::Own));
        assert!(policy.shows_metric(&"margin".into(), Relation::Manager));
        assert!(policy.shows_metric(&"sales".into(), Relation::Own));
        // Nothing that anybody is judged by is made of it.
        let (policy, problems) = check("[metrics]\ncost = [\"manager\"]");
        assert_eq!(problems, Vec::<String>::new());
        assert!(!policy.shows_metric(&"cost".into(), Relation::Own));
    }

    #[test]
    fn what_makes_no_sense_is_named_by_its_key() {
        for (text, expected) in [
            (
                "[people]\nfigures = [\"manager\"]\nrows = [\"manager\"]\ncoefficients = [\"manager\", \"hr\"]\namounts = [\"hr\"]",
                "people.figures: a personal report would hold nothing",
            ),
            (
                "[people]\ntalent = [\"own\", \"manager\"]",
                "people.talent: nobody is told by mail that they are on a list",
            ),
            (
                "[people]\ncoefficients = [\"own\", \"hr\"]",
                "people.amounts: “manager” sees amounts and not the coefficients they come from",
            ),
            (
                "[people]\nrows = [\"own\", \"hr\"]",
                "people.rows: the lists for HR hold none of this",
            ),
            (
                "[metrics]\nsales = [\"manager\"]",
                "metrics.sales: people are judged by the metric, and would not see it",
            ),
            (
                "[metrics]\ndiscount = [\"manager\"]",
                "metrics.discount: people are judged by “sales”, and would not see what it is made of",
            ),
            ("[metrics]\nmargin = [\"own\"]", "metrics.margin: no manager would see the metric"),
            ("[metrics]\nmargins = [\"own\"]", "metrics.margins: there is no metric “margins”"),
        ] {
            assert_eq!(check(text).1, [expected], "{text}");
        }
    }

    #[test]
    fn a_word_that_is_no_relation_is_refused() {
        assert!(toml::from_str::<PolicyFile>("[people]\nrows = [\"everybody\"]").is_err());
        assert!(toml::from_str::<PolicyFile>("[people]\nsalary = [\"hr\"]").is_err());
    }
}
