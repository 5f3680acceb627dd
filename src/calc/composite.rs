//! The weighted attainment over several metrics.

use crate::model::plan::{MissingPart, Weight};
use crate::model::{Absence, Exact, Figure, MetricId};

/// A metric with its weight and its attainment, as used: weight × attainment adds up to the value.
pub type Part = (MetricId, Exact, Figure);

/// Σ weight × attainment, each attainment kept within its cap and floor. A missing part counts as
/// zero, or leaves its weight to the others, as the plan says; with all parts missing there is
/// nothing, for the first part's reason.
pub fn composite(
    weights: &[Weight],
    missing: MissingPart,
    attainment_of: impl Fn(&MetricId) -> Figure,
) -> (Figure, Vec<Part>) {
    let mut parts: Vec<Part> = weights
        .iter()
        .map(|weight| {
            let held = match attainment_of(&weight.metric) {
                Figure::Known(value) => Figure::Known(hold(value, weight)),
                absent => absent,
            };
            (weight.metric.clone(), weight.weight.clone(), held)
        })
        .collect();
    let weighed: Exact =
        parts.iter().filter(|part| part.2.known().is_some()).map(|(_, weight, _)| weight).sum();
    if !weighed.is_positive() {
        let why = parts.first().and_then(|(_, _, held)| held.absence());
        return (Figure::Absent(why.unwrap_or(Absence::NoTarget)), parts);
    }
    if missing == MissingPart::Reweigh {
        for (_, weight, held) in &mut parts {
            let share = held.known().and_then(|_| weight.over(&weighed));
            *weight = share.unwrap_or_else(Exact::zero);
        }
    }
    let sum = parts.iter().filter_map(|(_, weight, held)| Some(weight * held.known()?)).sum();
    (Figure::Known(sum), parts)
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

    fn found(missing: MissingPart) -> (Figure, Vec<Part>) {
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
        composite(&weights, missing, attainment)
    }

    #[test]
    fn a_missing_part_counts_as_the_plan_says() {
        for (missing, expected) in [(MissingPart::Zero, "99%"), (MissingPart::Reweigh, "110%")] {
            let (value, parts) = found(missing);
            assert_eq!(value, Figure::Known(Exact::parse(expected).unwrap()));
            let told: Exact = parts
                .iter()
                .filter_map(|(_, weight, attainment)| Some(weight * attainment.known()?))
                .sum();
            assert_eq!(Figure::Known(told), value, "the parts as told make another value");
        }
    }

    #[test]
    fn nothing_at_all_stays_absent() {
        let none = |_: &MetricId| Figure::Absent(Absence::NoData);
        let found = composite(&[weight("sales", "100%", None)], MissingPart::Zero, none).0;
        assert_eq!(found, Figure::Absent(Absence::NoData));
    }
}
