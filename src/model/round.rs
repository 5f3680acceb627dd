//! The one place where exact numbers become digits: half-up, once, at display or at the payout
//! file; and the display that never contradicts a judgement.

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::Exact;

/// The digits of `value` with exactly `decimals` places, half up: `-1234.50`.
pub fn to_fixed(value: &Exact, decimals: usize) -> String {
    place_point(&value.half_up_minor(decimals), decimals)
}

/// `value` rounded half up to `decimals` places, still exact: what a payout file pays.
pub fn half_up(value: &Exact, decimals: usize) -> Exact {
    Exact::from_big_minor(value.half_up_minor(decimals), decimals)
}

/// `value` rounded down (towards minus infinity) to `decimals` places, still exact: for parts whose
/// rest is handed out afterwards.
pub fn floor(value: &Exact, decimals: usize) -> Exact {
    Exact::from_big_minor(value.floor_minor(decimals).0, decimals)
}

/// `parts` in at most `decimals` places that add up to what their sum rounds to: each is rounded
/// down, and the units that are left over go to the largest remainders, the earlier one first.
pub fn add_up(parts: &[Exact], decimals: usize) -> Vec<Exact> {
    let mut shown: Vec<Exact> = parts.iter().map(|part| floor(part, decimals)).collect();
    let whole = half_up(&parts.iter().sum(), decimals);
    let mut left = &whole - &shown.iter().sum();
    let unit = Exact::from_minor(1, decimals);
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_cached_key(|&at| (std::cmp::Reverse(&parts[at] - &shown[at]), at));
    for at in order {
        if !left.is_positive() {
            break;
        }
        shown[at] = &shown[at] + &unit;
        left = &left - &unit;
    }
    shown
}

/// `value` in units of 10^-`decimals`, half up, for a table's decimal column; `None` where it does
/// not fit 38 digits.
pub fn to_minor(value: &Exact, decimals: usize) -> Option<i128> {
    i128::try_from(value.half_up_minor(decimals)).ok()
}

/// The digits of `value` with at least `decimals` places, and more where rounding would carry it
/// to or past one of the `thresholds` that it lies below: 79.96 % is not shown as 80.0 %.
pub fn to_honest(value: &Exact, decimals: usize, thresholds: &[Exact]) -> String {
    const MORE: usize = 4;
    const MOST: usize = 12;
    let fits = |shown: &Exact| thresholds.iter().all(|edge| value.cmp(edge) == shown.cmp(edge));
    let rounded = |mut places: std::ops::RangeInclusive<usize>| {
        let found = places.find(|&places| fits(&half_up(value, places)));
        found.map(|places| to_fixed(value, places))
    };
    let cut = decimals + MORE;
    rounded(decimals..=cut)
        // So near below an edge that it is cut off; on it or just above, even that would contradict.
        .or_else(|| fits(&floor(value, cut)).then(|| place_point(&value.floor_minor(cut).0, cut)))
        .or_else(|| rounded(cut + 1..=decimals + MOST))
        .unwrap_or_else(|| place_point(&value.floor_minor(cut).0, cut))
}

/// All digits where `value` is a decimal of at most 24 places, else `numerator/denominator`.
pub fn to_plain(value: &Exact) -> String {
    (0..=24)
        .find(|&places| !value.floor_minor(places).1)
        .map(|places| to_fixed(value, places))
        .unwrap_or_else(|| format!("{value:?}"))
}

fn place_point(minor: &BigInt, decimals: usize) -> String {
    let sign = if minor.is_negative() && !minor.is_zero() { "-" } else { "" };
    let digits = minor.abs().to_string();
    if decimals == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at(padded.len() - decimals);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(to_fixed(&number("2.345"), 2), "2.35");
        assert_eq!(to_fixed(&number("-2.345"), 2), "-2.35");
        assert_eq!(to_fixed(&number("0.004"), 2), "0.00");
        assert_eq!(to_fixed(&number("-0.004"), 2), "0.00");
        assert_eq!(to_fixed(&number("7"), 0), "7");
    }

    #[test]
    fn display_never_reaches_a_threshold_the_value_did_not() {
        let edges = [number("80"), number("100")];
        assert_eq!(to_honest(&number("79.95"), 1, &edges), "79.95");
        assert_eq!(to_honest(&number("99.96"), 1, &edges), "99.96");
        assert_eq!(to_honest(&number("99.9999999"), 1, &edges), "99.99999");
        assert_eq!(to_honest(&number("80"), 1, &edges), "80.0");
        assert_eq!(to_honest(&number("80.04"), 1, &edges), "80.04");
        assert_eq!(to_honest(&number("85.26"), 1, &edges), "85.3");
        let target = number("1.89402101");
        let shown = |text: &str| to_honest(&number(text), 2, std::slice::from_ref(&target));
        assert_eq!(shown("1.89402101"), "1.89402101");
        assert_eq!(shown("1.8940210101"), "1.8940210101");
        assert_eq!(shown("1.8940210099"), "1.89");
    }

    proptest::proptest! {
        #[test]
        fn rounded_parts_add_up_and_stay_near(thirds in proptest::collection::vec(-9_999i64..9_999, 0..9), decimals in 0usize..3) {
            let parts: Vec<Exact> = thirds.iter().map(|n| &Exact::from(*n) / 3).collect();
            let shown = add_up(&parts, decimals);
            let sum: Exact = shown.iter().sum();
            proptest::prop_assert_eq!(sum, half_up(&parts.iter().sum(), decimals));
            for (part, shown) in parts.iter().zip(&shown) {
                proptest::prop_assert!((part - shown).abs() < Exact::from_minor(1, decimals));
            }
        }
    }

    #[test]
    fn plain_text_keeps_every_digit() {
        assert_eq!(to_plain(&number("1.2300")), "1.23");
        assert_eq!(to_plain(&Exact::one().over(&Exact::from(3)).unwrap()), "1/3");
    }
}
