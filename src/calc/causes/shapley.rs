//! What each factor of a formula makes of its change, whatever order the factors are changed in:
//! the mean over all orders (Shapley values).

use crate::model::Exact;

/// The amounts of `count` factors. `value` tells what the formula comes to where the factors of a
/// set (as bits) have their new value and the others their old one; it is asked once for each set.
/// The amounts add up to the value of all minus that of none, exactly. `None` where any set has no
/// value, as where a divisor becomes zero on the way.
pub(super) fn shapley(
    count: usize,
    value: &mut dyn FnMut(usize) -> Option<Exact>,
) -> Option<Vec<Exact>> {
    let values: Vec<Exact> = (0..1_usize << count).map(value).collect::<Option<_>>()?;
    // Of the count! orders, so many have just the `before` factors of a set ahead of one factor.
    let factorial = |n: usize| (1..=n as i64).product::<i64>();
    let orders: Vec<Exact> = (0..count)
        .map(|before| Exact::from(factorial(before) * factorial(count - before - 1)))
        .collect();
    let amount = |factor: usize| {
        let bit = 1 << factor;
        let mut steps = vec![Exact::zero(); count];
        for set in (0..values.len()).filter(|set| set & bit == 0) {
            let step = &values[set | bit] - &values[set];
            let before = set.count_ones() as usize;
            steps[before] = &steps[before] + &step;
        }
        let sum: Exact = steps.iter().zip(&orders).map(|(step, orders)| step * orders).sum();
        &sum / factorial(count)
    };
    Some((0..count).map(amount).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::formula::Formula;

    const NAMES: [&str; 4] = ["a", "b", "c", "d"];

    fn value(text: &str, figures: &[i64; 4]) -> Option<Exact> {
        let at = |name: &str| NAMES.iter().position(|other| *other == name);
        Formula::parse(text).unwrap().value(&mut |name| Some(Exact::from(figures[at(name)?])))
    }

    /// The amounts of a, b, c and d.
    fn amounts(text: &str, old: [i64; 4], new: [i64; 4]) -> Option<Vec<Exact>> {
        shapley(4, &mut |set| {
            let pick = |at: usize| if set & (1 << at) == 0 { old[at] } else { new[at] };
            value(text, &[pick(0), pick(1), pick(2), pick(3)])
        })
    }

    #[test]
    fn a_product_of_two_shares_what_both_did_evenly() {
        let found = amounts("a * b", [10, 20, 1, 1], [8, 25, 1, 1]).unwrap();
        // Alone: −2 × 20 and 5 × 10; after the other: −2 × 25 and 5 × 8.
        assert_eq!(found[..2], [Exact::from(-45), Exact::from(45)]);
        assert!(found[2].is_zero() && found[3].is_zero());
    }

    #[test]
    fn a_divisor_of_zero_on_the_way_gives_nothing() {
        assert_eq!(amounts("a / b", [1, 0, 0, 0], [1, 2, 0, 0]), None);
        assert_eq!(amounts("a / (b - c)", [1, 2, 1, 0], [1, 4, 2, 0]), None);
    }

    fn figures() -> impl Strategy<Value = [i64; 4]> {
        [1i64..500, 1i64..500, 1i64..500, 1i64..500]
    }

    const FORMULAS: [&str; 5] = [
        "a * b * c * d",
        "a * b / c + d",
        "(a - b) * (c + d)",
        "a / (b + c) / d",
        "a - 2 * b + c * d",
    ];

    proptest! {
        #[test]
        fn amounts_add_up_exactly(old in figures(), new in figures(), which in 0..FORMULAS.len()) {
            let text = FORMULAS[which];
            let sum: Exact = amounts(text, old, new).unwrap().iter().sum();
            prop_assert_eq!(sum, value(text, &new).unwrap() - value(text, &old).unwrap());
        }

        #[test]
        fn a_factor_that_stays_makes_nothing(old in figures(), new in figures(), which in 0..FORMULAS.len(), stays in 0usize..4) {
            let mut new = new;
            new[stays] = old[stays];
            prop_assert!(amounts(FORMULAS[which], old, new).unwrap()[stays].is_zero());
        }

        #[test]
        fn the_order_of_the_factors_changes_nothing(old in figures(), new in figures()) {
            let forward = amounts("a * b / c + d", old, new).unwrap();
            let turn = |figures: [i64; 4]| [figures[3], figures[2], figures[1], figures[0]];
            let mut backward = amounts("d * c / b + a", turn(old), turn(new)).unwrap();
            backward.reverse();
            prop_assert_eq!(forward, backward);
        }

        #[test]
        fn factors_alike_make_alike(old in figures(), new in figures()) {
            let (old, new) = ([old[0], old[0], old[2], 1], [new[0], new[0], new[2], 1]);
            let found = amounts("a * b * c", old, new).unwrap();
            prop_assert_eq!(&found[0], &found[1]);
        }

        #[test]
        fn a_sum_gives_plain_differences(old in figures(), new in figures()) {
            let found = amounts("a - b + 3 * c + d / 2", old, new).unwrap();
            let moved: Vec<Exact> = (0..4).map(|at| Exact::from(new[at] - old[at])).collect();
            let half = &moved[3] / 2;
            prop_assert_eq!(found, vec![moved[0].clone(), -&moved[1], &moved[2] * &Exact::from(3), half]);
        }

        #[test]
        fn money_in_cents_gives_amounts_in_cents(old in figures(), new in figures()) {
            let cents = |figures: [i64; 4]| [figures[0], figures[1], figures[2] * 100, figures[3]];
            let yuan = amounts("a * b * c", old, new).unwrap();
            let scaled = amounts("a * b * c", cents(old), cents(new)).unwrap();
            let hundred = Exact::from(100);
            prop_assert_eq!(scaled, yuan.iter().map(|amount| amount * &hundred).collect::<Vec<_>>());
        }
    }
}
