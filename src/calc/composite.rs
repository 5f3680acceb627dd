//! The weighted attainment over several metrics.

use super::peers::NotRanked;
use super::score::PeerStanding;
use crate::model::plan::{MissingPart, Weight};
use crate::model::{Absence, Exact, Figure, Level, MetricId, Period, UnitId};

/// A metric of a composite, as used: weight × counted adds up to the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub metric: MetricId,
    pub weight: Exact,
    /// The attainment within cap and floor.
    pub counted: Figure,
    /// The attainment itself.
    pub attainment: Figure,
}

impl Part {
    /// What it brings to the composite; none of a missing part.
    pub fn brings(&self) -> Option<Exact> {
        Some(&self.weight * self.counted.known()?)
    }
}

/// The composite of a unit in a period, and its place among its peers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositeScore {
    pub period: Period,
    pub unit: UnitId,
    pub level: Level,
    pub value: Figure,
    pub parts: Vec<Part>,
    pub standing: Option<PeerStanding>,
    /// Why it is not ranked although it has a value.
    pub not_ranked: Option<NotRanked>,
}

/// Σ weight × attainment, each attainment kept within its cap and floor. A missing part counts as
/// zero, or leaves its weight to the others, as the plan says; an exempt one always leaves it. With
/// all parts missing there is nothing, for the first part's reason.
pub fn composite(
    weights: &[Weight],
    missing: MissingPart,
    attainment_of: impl Fn(&MetricId) -> Figure,
) -> (Figure, Vec<Part>) {
    let mut parts: Vec<Part> = weights
        .iter()
        .map(|weight| {
            let attainment = attainment_of(&weight.metric);
            let counted = match &attainment {
                Figure::Known(value) => Figure::Known(hold(value.clone(), weight)),
                absent => absent.clone(),
            };
            let (metric, weight) = (weight.metric.clone(), weight.weight.clone());
            Part { metric, weight, counted, attainment }
        })
        .collect();
    let known = parts.iter().filter(|part| part.counted.known().is_some());
    let weighed: Exact = known.map(|part| &part.weight).sum();
    if !weighed.is_positive() {
        let why = parts.first().and_then(|part| part.counted.absence());
        return (Figure::Absent(why.unwrap_or(Absence::NoTarget)), parts);
    }
    // Nobody is to be measured by what they are exempt of, as by a zero.
    let counts = |part: &Part| match missing {
        MissingPart::Reweigh => part.counted.known().is_some(),
        MissingPart::Zero => part.counted.absence() != Some(Absence::Exempt),
    };
    let left: Exact = parts.iter().filter(|part| counts(part)).map(|part| &part.weight).sum();
    for part in &mut parts {
        let share = Some(&part.weight).filter(|_| counts(part)).and_then(|own| own.over(&left));
        part.weight = share.unwrap_or_else(Exact::zero);
    }
    let sum = parts.iter().filter_map(Part::brings).sum();
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
            let told: Exact = parts.iter().filter_map(Part::brings).sum();
            assert_eq!(Figure::Known(told), value, "the parts as told make another value");
        }
    }

    #[test]
    fn nothing_at_all_stays_absent() {
        let none = |_: &MetricId| Figure::Absent(Absence::NoData);
        let found = composite(&[weight("sales", "100%", None)], MissingPart::Zero, none).0;
        assert_eq!(found, Figure::Absent(Absence::NoData));
    }

    #[test]
    fn an_exempt_part_leaves_its_weight_to_the_others() {
        let weights = [weight("sales", "60%", None), weight("visits", "40%", None)];
        let attainment = |metric: &MetricId| match metric.as_str() {
            "sales" => Figure::Known(Exact::parse("90%").unwrap()),
            _ => Figure::Absent(Absence::Exempt),
        };
        for missing in [MissingPart::Zero, MissingPart::Reweigh] {
            let value = composite(&weights, missing, attainment).0;
            assert_eq!(value, Figure::Known(Exact::parse("90%").unwrap()));
        }
    }
}
