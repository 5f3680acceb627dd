//! The bonus coefficient: the half-open band that an attainment lies in.

use super::attainment::missing_to;
use super::composite::composite;
use super::score::{Basis, CoefficientAward, NextBand, Score};
use crate::model::plan::{Band, CoefficientBasis, CoefficientRule};
use crate::model::{Absence, Direction, Exact, Figure, MetricId, Period, UnitId};

/// The award of a unit for a period. `score_of` finds the unit's score of a metric in it.
pub fn award<'a>(
    rule: &CoefficientRule,
    period: Period,
    unit: &UnitId,
    direction: impl Fn(&MetricId) -> Direction,
    score_of: impl Fn(&MetricId) -> Option<&'a Score>,
) -> CoefficientAward {
    let attainment_of =
        |metric: &MetricId| score_of(metric).map_or(NONE, |score| score.attainment.clone());
    let (basis, value, parts) = match &rule.basis {
        CoefficientBasis::Metric(metric) => {
            (Basis::Metric(metric.clone()), attainment_of(metric), Vec::new())
        }
        CoefficientBasis::Composite { weights, missing } => {
            let (value, parts) = composite(weights, *missing, attainment_of);
            (Basis::Composite, value, parts)
        }
    };
    let mut award = CoefficientAward {
        period,
        unit: unit.clone(),
        basis,
        band: None,
        coefficient: value.clone(),
        value,
        next: None,
        parts,
    };
    let Figure::Known(value) = &award.value else { return award };
    let Some(index) = band_of(&rule.bands, value) else { return award };
    let band = &rule.bands[index];
    award.band = Some((band.from.clone(), band.to.clone()));
    award.coefficient = Figure::Known(band.coefficient.clone());
    award.next = rule.bands.get(index + 1).map(|next| NextBand {
        coefficient: next.coefficient.clone(),
        from: next.from.clone(),
        missing: match &award.basis {
            Basis::Metric(metric) => score_of(metric).and_then(|score| {
                let (actual, target) = (score.actual.known()?, score.target.known()?);
                Some(missing_to(&next.from, actual, target, direction(metric)))
            }),
            Basis::Composite => None,
        },
    });
    award
}

const NONE: Figure = Figure::Absent(Absence::NoTarget);

/// The band that holds a value. Bands cover everything from 0 up; below 0, where returns outweigh
/// sales, the lowest band counts.
fn band_of(bands: &[Band], value: &Exact) -> Option<usize> {
    let below = bands.partition_point(|band| band.from <= *value);
    (!bands.is_empty()).then(|| below.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bands() -> Vec<Band> {
        [("0", Some("80%"), "0.8"), ("80%", Some("100%"), "1.0"), ("100%", None, "1.2")]
            .map(|(from, to, coefficient)| Band {
                from: Exact::parse(from).unwrap(),
                to: to.map(|to| Exact::parse(to).unwrap()),
                coefficient: Exact::parse(coefficient).unwrap(),
            })
            .to_vec()
    }

    #[test]
    fn bands_are_half_open() {
        let at = |text: &str| band_of(&bands(), &Exact::parse(text).unwrap());
        assert_eq!(at("79.999999999%"), Some(0));
        assert_eq!(at("80%"), Some(1));
        assert_eq!(at("99.5%"), Some(1));
        assert_eq!(at("99.99999%"), Some(1));
        assert_eq!(at("100%"), Some(2));
        assert_eq!(at("-3%"), Some(0));
    }

    proptest! {
        #[test]
        fn every_value_lies_in_just_the_band_that_is_found(minor in 0i64..3_000_000) {
            let value = Exact::from_minor(i128::from(minor), 6);
            let bands = bands();
            let holds = |band: &Band| band.from <= value && band.to.as_ref().is_none_or(|to| value < *to);
            let all: Vec<usize> = (0..bands.len()).filter(|&index| holds(&bands[index])).collect();
            prop_assert_eq!(all, vec![band_of(&bands, &value).unwrap()]);
        }
    }
}
