//! The bands of a coefficient.

use crate::model::plan::Band;
use crate::model::{Exact, round};
use crate::settings::problem::{Problem, Problems};

/// Bands run from 0 to infinity, each beginning where the one before ends.
pub(super) fn check_bands(bands: &[Band], problems: &mut Problems) {
    let percent = |value: &Exact| format!("{} %", round::to_plain(&(value * &Exact::from(100))));
    let mut reached = Some(Exact::zero());
    for (index, band) in bands.iter().enumerate() {
        let key = format!("coefficient.bands[{index}].from");
        match &reached {
            None => problems.push(Problem::new(
                &key,
                "a band follows one that has no end",
                "give every band but the last a `to`",
            )),
            Some(end) if band.from > *end => problems.push(Problem::new(
                &key,
                format!("there is a gap between {} and {}", percent(end), percent(&band.from)),
                format!("begin this band at {}", percent(end)),
            )),
            Some(end) if band.from < *end => problems.push(Problem::new(
                &key,
                format!("the bands overlap between {} and {}", percent(&band.from), percent(end)),
                format!("begin this band at {}", percent(end)),
            )),
            Some(_) => {}
        }
        if band.to.as_ref().is_some_and(|to| *to <= band.from) {
            problems.push(Problem::new(
                &format!("coefficient.bands[{index}].to"),
                "a band ends before it begins",
                "set `to` above `from`",
            ));
        }
        reached.clone_from(&band.to);
    }
    if bands.is_empty() || reached.is_some() {
        problems.push(Problem::new(
            "coefficient.bands",
            "the bands do not cover every attainment",
            "leave out `to` in the last band, so that it has no end",
        ));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::MetricId;
    use crate::settings::plan::PlanFile;

    fn problems(bands: &str) -> Vec<String> {
        let text = format!(
            "[warning]\nmetrics = [\"sales\"]\nyellow_below = \"80%\"\nred_below = \"60%\"\n\
             [rank]\nwithin = \"company\"\nleast_group = 5\n\
             [coefficient]\nmetric = \"sales\"\nlevels = [\"person\"]\ngrains = [\"month\"]\n{bands}"
        );
        let file: PlanFile = toml::from_str(&text).unwrap();
        let mut problems = Problems::new();
        file.check(&BTreeSet::from([MetricId::from("sales")]), &mut problems);
        problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn bands_must_cover_without_overlap() {
        let good =
            "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"80%\", coefficient=1}]";
        assert!(problems(good).is_empty());
        let gap =
            "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"81%\", coefficient=1}]";
        assert_eq!(problems(gap), ["there is a gap between 80 % and 81 %"]);
        let overlap =
            "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"79.5%\", coefficient=1}]";
        assert_eq!(problems(overlap), ["the bands overlap between 79.5 % and 80 %"]);
        assert_eq!(problems("bands = []"), ["the bands do not cover every attainment"]);
    }
}
