//! The weighted attainment over several metrics.

use crate::model::plan::{MissingPart, Weight};
use crate::model::{Absence, Exact, Figure, MetricId};

/// A metric with its weight and its attainment, as used.
pub type Part = (MetricId, Exact, Figure);

/// Σ weight × attainment, each attainment kept within its cap and floor. A missing part counts as
/// zero, or leaves its weight to the others, as the plan says; with all parts missing there is
/// nothing, for the first part's reason.
pub fn composite(
    weights: &[Weight],
    missing: MissingPart,
    attainment_of: impl Fn(&MetricId) -> Figure,
) -> (Figure, Vec<Part>) {
    let parts: Vec<Part> = weights
        .iter()
        .map(|weight| {
            let held = match attainment_of(&weight.metric) {
                Figure::Known(value) => Figure::Known(hold(value, weight)),
                absent => absent,
            };
            (weight.metric.clone(), weight.weight.clone(), held)
        })
        .collect();
    let known = || parts.iter().filter_map(|(_, weight, held)| Some((weight, held.known()?)));
    let sum: Exact = known().map(|(weight, value)| weight * value).sum();
    let weighed: Exact = known().map(|(weight, _)| weight).sum();
    let value = match missing {
        _ if known().next().is_none() => {
            let why = parts.first().and_then(|(_, _, held)| held.absence());
            Figure::Absent(why.unwrap_or(Absence::NoTarget))
        }
        MissingPart::Zero => Figure::Known(sum),
        MissingPart::Reweigh => {
            sum.over(&weighed).map_or(Figure::Absent(Absence::NoTarget), Figure::Known)
        }
    };
    (value, parts)
}

fn hold(value: Exact, weight: &Weight) -> Exact {
    let capped = weight.cap.as_ref().map_or(value.clone(), |cap| value.min(cap.clone()));
    weight.floor.as_ref().map_or(capped.clone(), |floor| capped.max(floor.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(metric: &str, share: &str, cap: Option<&str>) -> Weight {
        Weight {
            metric: metric.into(),
            weight: Exact::parse(share).unwrap(),
            cap: cap.map(|cap| Exact::parse(cap).unwrap()),
            floor: None,
        }
    }

    fn value(missing: MissingPart) -> Figure {
        let weights = [
            weight("sales", "60%", Some("120%")),
            weight("visits", "30%", None),
            weight("x", "10%", None),
        ];
        let attainment = |metric: &MetricId| match metric.as_str() {
            "sales" => Figure::Known(Exact::parse("150%").unwrap()),
            "visits" => Figure::Known(Exact::parse("90%").unwrap()),
            _ => Figure::Absent(Absence::NoTarget),
        };
        composite(&weights, missing, attainment).0
    }

    #[test]
    fn a_missing_part_counts_as_the_plan_says() {
        assert_eq!(value(MissingPart::Zero), Figure::Known(Exact::parse("99%").unwrap()));
        assert_eq!(value(MissingPart::Reweigh), Figure::Known(Exact::parse("110%").unwrap()));
    }

    #[test]
    fn nothing_at_all_stays_absent() {
        let none = |_: &MetricId| Figure::Absent(Absence::NoData);
        let found = composite(&[weight("sales", "100%", None)], MissingPart::Zero, none).0;
        assert_eq!(found, Figure::Absent(Absence::NoData));
    }
}
