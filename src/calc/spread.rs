//! Parts that add up to their whole exactly: largest remainder.

use crate::model::{Exact, round};

/// Parts `whole` by `weights` into amounts of at most `decimals` places that add up to it exactly.
/// Each part is its exact share rounded down; the units that are left over go to the largest
/// remainders, the earlier one first in a tie. What `whole` has beyond `decimals` places goes to
/// the part with the largest remainder. Equal weights are taken where none is positive.
pub fn spread(whole: &Exact, weights: &[Exact], decimals: usize) -> Vec<Exact> {
    if weights.is_empty() {
        return Vec::new();
    }
    let sum: Exact = weights.iter().sum();
    let even = Exact::one();
    let shares: Vec<Exact> = weights
        .iter()
        .map(|weight| if sum.is_positive() { weight } else { &even })
        .map(|weight| {
            let total =
                if sum.is_positive() { sum.clone() } else { Exact::from(weights.len() as u64) };
            let share = weight.over(&total).unwrap_or_else(Exact::zero);
            whole * &share
        })
        .collect();
    let mut parts: Vec<Exact> = shares.iter().map(|share| round::floor(share, decimals)).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_cached_key(|&index| (std::cmp::Reverse(&shares[index] - &parts[index]), index));
    let unit = Exact::from_minor(1, decimals);
    let mut left = whole - &parts.iter().sum::<Exact>();
    for &index in &order {
        if left < unit {
            break;
        }
        parts[index] = &parts[index] + &unit;
        left = &left - &unit;
    }
    parts[order[0]] = &parts[order[0]] + &left;
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_left_over_cent_goes_to_the_largest_remainder() {
        let thirds = spread(&Exact::from(100), &[Exact::one(), Exact::one(), Exact::one()], 2);
        let shown: Vec<_> = thirds.iter().map(|part| round::to_fixed(part, 2)).collect();
        assert_eq!(shown, ["33.34", "33.33", "33.33"]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_stay_near_their_share(
            minor in -1_000_000_000i64..1_000_000_000,
            weights in proptest::collection::vec(0u32..1000, 1..13),
            decimals in 0usize..4,
        ) {
            let whole = Exact::from_minor(i128::from(minor), 3);
            let weights: Vec<Exact> = weights.into_iter().map(|w| Exact::from(u64::from(w))).collect();
            let parts = spread(&whole, &weights, decimals);
            prop_assert_eq!(parts.iter().sum::<Exact>(), whole.clone());
            let sum: Exact = weights.iter().sum();
            if let Some(total) = Some(sum).filter(Exact::is_positive) {
                for (part, weight) in parts.iter().zip(&weights) {
                    let share = &whole * &weight.over(&total).unwrap();
                    prop_assert!((part - &share).abs() <= Exact::from_minor(2, decimals));
                }
            }
        }
    }
}
