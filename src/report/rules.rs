//! Rules across a drawing: round steps around the figures, and where each figure lies between them.

use super::desk::Desk;
use crate::model::{Exact, Metric, round};

/// At most so many steps between the rules.
const MOST_STEPS: i64 = 5;
/// Where the figures differ by less than this share of the highest one, an axis from zero would
/// show no difference.
const TOLD_APART: (i64, i64) = (1, 4);

/// The lowest and the highest rule, and how far they are apart.
pub(super) struct Rules {
    low: Exact,
    high: Exact,
    step: Exact,
}

impl Rules {
    /// From at or below zero to at or above the highest value.
    pub(super) fn from_zero<'a>(values: impl Iterator<Item = &'a Exact> + Clone) -> Self {
        let zero = Exact::zero();
        let top = values.clone().max().map_or(&zero, |value| value.max(&zero)).clone();
        let bottom = values.min().map_or(&zero, |value| value.min(&zero)).clone();
        let step = round_step(&(&top - &bottom));
        let (mut low, mut high) = (Exact::zero(), step.clone());
        while low > bottom {
            low = &low - &step;
        }
        while high < top {
            high = &high + &step;
        }
        Self { low, high, step }
    }

    /// From zero where that shows how the values differ; else from below the lowest of them, with
    /// room for what the drawing has to stand on.
    pub(super) fn around<'a>(values: impl Iterator<Item = &'a Exact> + Clone) -> Self {
        let (Some(bottom), Some(top)) = (values.clone().min(), values.clone().max()) else {
            return Self::from_zero(values);
        };
        let span = top - bottom;
        let (part, whole) = TOLD_APART;
        let tells = &span * &Exact::from(whole) >= top * &Exact::from(part);
        let foot = bottom - &(&span / 2);
        if tells || span.is_zero() || !foot.is_positive() {
            return Self::from_zero(values);
        }
        let step = round_step(&(top - &foot));
        let steps_below =
            foot.over(&step).map_or_else(Exact::zero, |steps| round::floor(&steps, 0));
        let low = &steps_below * &step;
        if !low.is_positive() {
            return Self::from_zero(values);
        }
        let mut high = &low + &step;
        while high < *top {
            high = &high + &step;
        }
        Self { low, high, step }
    }

    /// The value at the lowest rule, where that is above zero.
    pub(super) fn begins_at(&self) -> Option<&Exact> {
        Some(&self.low).filter(|low| low.is_positive())
    }

    /// 0 at the lowest rule, 1 at the highest.
    pub(super) fn place(&self, value: &Exact) -> f64 {
        let share = (value - &self.low).over(&(&self.high - &self.low));
        share.map_or(0.0, |share| share.to_drawing())
    }

    /// Where each rule lies, and what stands beside it.
    pub(super) fn ticks(&self, desk: &Desk<'_>, metric: &Metric) -> Vec<(f64, String)> {
        let tick = |value: &Exact| (self.place(value), desk.numbers.tick(metric, value));
        self.values().iter().map(tick).collect()
    }

    fn values(&self) -> Vec<Exact> {
        let next = |value: &Exact| Some(value + &self.step).filter(|next| *next <= self.high);
        std::iter::successors(Some(self.low.clone()), next).collect()
    }
}

/// The smallest of 1, 2, 5, 10, 20 … that covers the span in few steps, from a thousandth on.
fn round_step(span: &Exact) -> Exact {
    let mut step = Exact::from_minor(1, 3);
    let mut factors = [(2, 1), (5, 2), (2, 1)].into_iter().cycle();
    while &step * &Exact::from(MOST_STEPS) < *span {
        let Some((times, over)) = factors.next() else { break };
        step = &(&step * &Exact::from(times)) / over;
    }
    if span.is_zero() { Exact::one() } else { step }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps(top: &str) -> Vec<String> {
        let top = Exact::parse(top).unwrap();
        Rules::from_zero([top].iter()).values().iter().map(crate::model::round::to_plain).collect()
    }

    #[test]
    fn rules_stand_at_round_steps() {
        assert_eq!(steps("9200000"), ["0", "2000000", "4000000", "6000000", "8000000", "10000000"]);
        assert_eq!(
            steps("0.97"),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map(|s| {
                Exact::parse(s).map(|value| crate::model::round::to_plain(&value)).unwrap()
            })
        );
        assert_eq!(steps("0"), ["0", "1"]);
    }

    proptest! {
        #[test]
        fn every_value_lies_between_few_rules(values in prop::collection::vec(any::<i32>(), 1..24)) {
            let values: Vec<Exact> = values.into_iter().map(Exact::from).collect();
            let rules = Rules::from_zero(values.iter());
            prop_assert!((2..=8).contains(&rules.values().len()));
            for value in &values {
                prop_assert!((0.0..=1.0).contains(&rules.place(value)));
            }
        }

        #[test]
        fn values_that_are_close_together_are_told_apart(
            bottom in 0i64..1_000_000_000,
            differences in prop::collection::vec(1i64..1_000_000, 1..12),
        ) {
            let others = differences.iter().map(|more| Exact::from(bottom + more));
            let values: Vec<Exact> = std::iter::once(Exact::from(bottom)).chain(others).collect();
            let rules = Rules::around(values.iter());
            prop_assert!((2..=8).contains(&rules.values().len()), "{}", rules.values().len());
            let places: Vec<f64> = values.iter().map(|value| rules.place(value)).collect();
            prop_assert!(places.iter().all(|place| (0.0..=1.0).contains(place)));
            let (low, high) = places.iter().fold((1f64, 0f64), |(low, high), place| {
                (low.min(*place), high.max(*place))
            });
            prop_assert!(high - low > 0.15, "{low} to {high}");
            // A drawing that does not begin at zero leaves something to stand on.
            prop_assert!(rules.begins_at().is_none() || low > 0.0);
        }
    }
}
