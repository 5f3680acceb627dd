//! `[tilt]`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::require;
use crate::model::plan::{ShareBy, TiltRule};
use crate::model::{Exact, Grain, MetricId};
use crate::settings::problem::{Problem, Problems};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TiltTable {
    metric: String,
    #[serde(default = "to_date")]
    grain: Grain,
    #[serde(default = "by_headcount")]
    customers_by: ShareBy,
    #[serde(default = "by_target")]
    market_by: ShareBy,
    #[serde(default = "Exact::one")]
    strength: Exact,
    #[serde(default = "Exact::one")]
    floor: Exact,
    #[serde(default = "one_and_a_half")]
    cap: Exact,
}

fn to_date() -> Grain {
    Grain::Ytd
}

fn by_headcount() -> ShareBy {
    ShareBy::Headcount
}

fn by_target() -> ShareBy {
    ShareBy::Target
}

fn one_and_a_half() -> Exact {
    Exact::from_minor(15, 1)
}

impl TiltTable {
    pub(super) fn check(self, metrics: &BTreeSet<MetricId>, problems: &mut Problems) -> TiltRule {
        let metric = MetricId::from(self.metric.as_str());
        require(&metric, "tilt.metric", metrics, problems);
        if !matches!(self.grain, Grain::Month | Grain::Quarter | Grain::Ytd) {
            problems.push(Problem::new(
                "tilt.grain",
                "resources are shared out by a month, a quarter or the year to date",
                "use month, quarter or ytd",
            ));
        }
        if self.strength.is_negative() {
            problems.push(Problem::new(
                "tilt.strength",
                "resources would lean towards those below target",
                "give 0 or more, such as \"50%\" or 1",
            ));
        }
        if self.floor.is_negative() || self.floor > Exact::one() {
            problems.push(Problem::new(
                "tilt.floor",
                "the least factor lies between 0 and 1",
                "give 1 where only those above target move, else less, such as \"0.8\"",
            ));
        }
        if self.cap < Exact::one() {
            problems.push(Problem::new(
                "tilt.cap",
                "the greatest factor is at least 1",
                "give 1 or more, such as \"1.5\"",
            ));
        }
        TiltRule {
            metric,
            grain: self.grain,
            customers_by: self.customers_by,
            market_by: self.market_by,
            strength: self.strength,
            floor: self.floor,
            cap: self.cap,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_tilt_the_wrong_way_is_refused() {
        let check = |text: &str| -> Vec<String> {
            let table: TiltTable = toml::from_str(text).unwrap();
            let mut problems = Problems::new();
            table.check(&BTreeSet::from([MetricId::from("sales")]), &mut problems);
            problems.into_iter().map(|problem| problem.key).collect()
        };
        assert!(check("metric = \"sales\"").is_empty());
        assert_eq!(
            check(
                "metric = \"sale\"\ngrain = \"year\"\nstrength = -1\nfloor = \"1.1\"\ncap = \"0.9\""
            ),
            ["tilt.metric", "tilt.grain", "tilt.strength", "tilt.floor", "tilt.cap"]
        );
    }
}
