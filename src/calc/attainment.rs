//! Actual against target.

use crate::model::{Absence, Direction, Exact, Figure};

/// 1 is on target. Higher is better: actual ÷ target. Lower is better: 2 − actual ÷ target, floored
/// at 0. A target of zero or below gives no ratio; what is absent stays absent by its name.
pub fn attainment(actual: &Figure, target: &Figure, direction: Direction) -> Figure {
    let target = match target {
        Figure::Known(target) => target,
        Figure::Absent(why) => return Figure::Absent(*why),
    };
    if !target.is_positive() {
        return Figure::Absent(Absence::ZeroTarget);
    }
    let actual = match actual {
        Figure::Known(actual) => actual,
        Figure::Absent(why) => return Figure::Absent(*why),
    };
    let Some(ratio) = actual.over(target) else { return Figure::Absent(Absence::ZeroTarget) };
    Figure::Known(match direction {
        Direction::Higher => ratio,
        Direction::Lower => (Exact::from(2) - ratio).max(Exact::zero()),
    })
}

/// How much of the metric is missing until the attainment is `edge`; negative beyond it.
pub fn missing_to(edge: &Exact, actual: &Exact, target: &Exact, direction: Direction) -> Exact {
    match direction {
        Direction::Higher => &(target * edge) - actual,
        Direction::Lower => actual - &(target * &(Exact::from(2) - edge.clone())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn known(whole: i64) -> Figure {
        Figure::Known(Exact::from(whole))
    }

    #[test]
    fn absent_states_keep_their_names() {
        let higher = Direction::Higher;
        let no_target = Figure::Absent(Absence::NoTarget);
        let no_data = Figure::Absent(Absence::NoData);
        assert_eq!(attainment(&known(5), &no_target, higher), no_target);
        assert_eq!(attainment(&no_data, &known(5), higher), no_data);
        for target in [0, -5] {
            let zero = Figure::Absent(Absence::ZeroTarget);
            assert_eq!(attainment(&known(5), &known(target), higher), zero);
        }
    }

    #[test]
    fn lower_is_better_turns_around_and_stops_at_zero() {
        let lower = Direction::Lower;
        assert_eq!(
            attainment(&known(30), &known(40), lower),
            Figure::Known(Exact::from_minor(125, 2))
        );
        assert_eq!(attainment(&known(90), &known(40), lower), known(0));
    }

    proptest! {
        #[test]
        fn attainment_rises_with_what_is_better(a in -1000i64..1000, b in -1000i64..1000, target in 1i64..500) {
            let at = |actual, direction| attainment(&known(actual), &known(target), direction).known().cloned();
            prop_assert_eq!(a < b, at(a, Direction::Higher) < at(b, Direction::Higher));
            if a < b {
                prop_assert!(at(a, Direction::Lower) >= at(b, Direction::Lower));
            }
        }

        #[test]
        fn what_is_missing_leads_to_the_edge(actual in 0i64..1000, target in 1i64..500, edge in 1i64..200) {
            let edge = Exact::from_minor(i128::from(edge), 2);
            let (actual, target) = (Exact::from(actual), Exact::from(target));
            let missing = missing_to(&edge, &actual, &target, Direction::Higher);
            let then = Figure::Known(&actual + &missing);
            prop_assert_eq!(attainment(&then, &Figure::Known(target.clone()), Direction::Higher), Figure::Known(edge.clone()));
            let missing = missing_to(&edge, &actual, &target, Direction::Lower);
            let then = Figure::Known(&actual - &missing);
            prop_assert_eq!(attainment(&then, &Figure::Known(target), Direction::Lower), Figure::Known(edge));
        }
    }
}
