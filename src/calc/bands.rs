//! Half-open bands, and the three ways to read a coefficient from them.

use crate::model::plan::{Band, CoefficientMode};
use crate::model::{Exact, round};

/// The band that holds a value, by where each begins. Bands cover everything from 0 up; below 0,
/// where returns outweigh sales, the lowest counts. None where there are no bands.
pub fn band_of<'a>(starts: impl Iterator<Item = &'a Exact>, value: &Exact) -> Option<usize> {
    let mut found = None;
    for (index, start) in starts.enumerate() {
        if index > 0 && start > value {
            break;
        }
        found = Some(index);
    }
    found
}

/// A part of an attainment and what it brings: from, up to, at which rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    pub from: Exact,
    pub to: Exact,
    pub rate: Exact,
}

impl Slice {
    pub fn brings(&self) -> Exact {
        &(&self.to - &self.from) * &self.rate
    }
}

/// The slices of an attainment, one for each band that it reaches into; none at 0 and below.
pub fn slices(bands: &[Band], value: &Exact) -> Vec<Slice> {
    let reached = bands.iter().filter(|band| band.from < *value);
    reached
        .map(|band| {
            let to = band.to.as_ref().map_or(value, |to| to.min(value));
            Slice { from: band.from.clone(), to: to.clone(), rate: band.coefficient.clone() }
        })
        .collect()
}

/// What the bands alone give for an attainment; none where there are no bands.
pub fn read(mode: CoefficientMode, bands: &[Band], value: &Exact) -> Option<Exact> {
    let index = band_of(bands.iter().map(|band| &band.from), value)?;
    let band = &bands[index];
    Some(match mode {
        CoefficientMode::Flat => band.coefficient.clone(),
        CoefficientMode::Marginal => slices(bands, value).iter().map(Slice::brings).sum(),
        CoefficientMode::Linear => {
            let way = bands.get(index + 1).and_then(|next| {
                let length = &next.from - &band.from;
                let walked = value.clone().max(band.from.clone()) - band.from.clone();
                Some(&walked.over(&length)? * &(&next.coefficient - &band.coefficient))
            });
            way.map_or_else(|| band.coefficient.clone(), |way| &band.coefficient + &way)
        }
    })
}

/// A payout: the one place where money is rounded, half up to the cent.
pub fn pay_out(base: &Exact, coefficient: &Exact) -> Exact {
    round::half_up(&(base * coefficient), 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MODES: [CoefficientMode; 3] =
        [CoefficientMode::Flat, CoefficientMode::Marginal, CoefficientMode::Linear];

    fn number(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    /// The bands of the specification.
    fn bands() -> Vec<Band> {
        [("0", Some("80%"), "0.8"), ("80%", Some("100%"), "1.0"), ("100%", None, "1.2")]
            .map(|(from, to, coefficient)| Band {
                from: number(from),
                to: to.map(number),
                coefficient: number(coefficient),
            })
            .to_vec()
    }

    fn at(mode: CoefficientMode, value: &str) -> Exact {
        read(mode, &bands(), &number(value)).unwrap()
    }

    /// Attainment, and what it earns flat, marginal and linear: with a pocket calculator.
    #[test]
    fn edges_of_the_three_modes() {
        #[rustfmt::skip]
        let table = [
            ("-3%",     "0.8", "0",       "0.8"),
            ("0",       "0.8", "0",       "0.8"),
            ("40%",     "0.8", "0.32",    "0.9"),
            ("79.95%",  "0.8", "0.6396",  "0.999875"),
            ("80%",     "1",   "0.64",    "1"),
            ("90%",     "1",   "0.74",    "1.1"),
            ("99.96%",  "1",   "0.8396",  "1.1996"),
            ("99.9999%","1",   "0.839999","1.199999"),
            ("100%",    "1.2", "0.84",    "1.2"),
            ("150%",    "1.2", "1.44",    "1.2"),
        ];
        for (value, flat, marginal, linear) in table {
            let found = MODES.map(|mode| at(mode, value));
            assert_eq!(found, [flat, marginal, linear].map(number), "{value}");
        }
    }

    #[test]
    fn a_payout_is_rounded_once_half_up() {
        let third = Exact::one().over(&Exact::from(3)).unwrap();
        assert_eq!(pay_out(&number("1000"), &third), number("333.33"));
        assert_eq!(pay_out(&number("0.50"), &number("1.01")), number("0.51"));
        assert_eq!(pay_out(&number("333.35"), &number("1.1")), number("366.69"));
    }

    /// Bands that rise, from steps and rises.
    fn rising() -> impl Strategy<Value = Vec<Band>> {
        proptest::collection::vec((1i64..60, 0i64..40), 1..6).prop_map(|steps| {
            let (mut from, mut coefficient) = (0, 0);
            let mut bands: Vec<Band> = Vec::new();
            for (length, rise) in steps {
                coefficient += rise;
                let start = Exact::from_minor(from.into(), 2);
                from += length;
                bands.push(Band {
                    from: start,
                    to: Some(Exact::from_minor(from.into(), 2)),
                    coefficient: Exact::from_minor(coefficient.into(), 2),
                });
            }
            bands.last_mut().unwrap().to = None;
            bands
        })
    }

    proptest! {
        #[test]
        fn every_value_lies_in_just_the_band_that_is_found(bands in rising(), minor in 0i64..3_000_000) {
            let value = Exact::from_minor(i128::from(minor), 6);
            let holds = |band: &Band| band.from <= value && band.to.as_ref().is_none_or(|to| value < *to);
            let all: Vec<usize> = (0..bands.len()).filter(|&index| holds(&bands[index])).collect();
            let found = band_of(bands.iter().map(|band| &band.from), &value);
            prop_assert_eq!(all, vec![found.unwrap()]);
        }

        #[test]
        fn whoever_reaches_more_never_earns_less(bands in rising(), a in -500i64..4000, b in -500i64..4000) {
            let (low, high) = (a.min(b), a.max(b));
            for mode in MODES {
                let of = |minor: i64| read(mode, &bands, &Exact::from_minor(minor.into(), 3)).unwrap();
                prop_assert!(of(low) <= of(high), "{:?} at {} and {}", mode, low, high);
            }
        }

        #[test]
        fn linear_and_marginal_have_no_step_at_an_edge(bands in rising()) {
            let sliver = Exact::from_minor(1, 12);
            let steepest = Exact::from(100);
            for band in &bands[1..] {
                for mode in [CoefficientMode::Linear, CoefficientMode::Marginal] {
                    let before = read(mode, &bands, &(&band.from - &sliver)).unwrap();
                    let after = read(mode, &bands, &band.from).unwrap();
                    prop_assert!(&after - &before <= &sliver * &steepest, "{:?}", mode);
                }
                let linear = read(CoefficientMode::Linear, &bands, &band.from).unwrap();
                prop_assert_eq!(&linear, &band.coefficient);
            }
        }

        #[test]
        fn slices_add_up_to_the_attainment(bands in rising(), minor in 1i64..4000) {
            let value = Exact::from_minor(minor.into(), 3);
            let slices = slices(&bands, &value);
            let width: Exact = slices.iter().map(|slice| &slice.to - &slice.from).sum();
            prop_assert_eq!(width, value);
        }
    }
}
