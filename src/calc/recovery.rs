//! Whether a unit that fell behind its plan for the year catches up.

use super::pace::{Estimate, Unpaced};
use crate::model::{Direction, Exact, Figure};

/// How a unit stands against the months' targets to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecoveryState {
    /// At or above the targets to date, as a month ago; or in the year's first month.
    OnPlan,
    /// At or above them again, after a month below.
    BackOnPlan,
    /// Below them, and closer than a month ago.
    Recovering,
    /// Below them for the first month.
    NewlyBehind,
    /// Below them, and no closer than a month ago.
    Behind,
    /// Below them, and what each month left must bring is out of reach.
    OutOfReach,
}

impl RecoveryState {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnPlan => "on_plan",
            Self::BackOnPlan => "back_on_plan",
            Self::Recovering => "recovering",
            Self::NewlyBehind => "newly_behind",
            Self::Behind => "behind",
            Self::OutOfReach => "out_of_reach",
        }
    }
}

/// A state with the numbers that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    pub state: RecoveryState,
    /// How far the unit is behind the targets to date; zero or below where it is not.
    pub behind: Exact,
    /// The same a month ago; none in the year's first month, and where it was not known.
    pub behind_before: Option<Exact>,
    /// What each month left must bring, as a share of the best of the trailing twelve months; none
    /// where no month is left, or none was above zero.
    pub of_best: Option<Exact>,
}

/// What the state is told from.
pub struct Standing<'a> {
    /// Actual and target to date.
    pub now: (&'a Figure, &'a Figure),
    /// The same a month ago, within the fiscal year.
    pub before: Option<(&'a Figure, &'a Figure)>,
    pub required: &'a Estimate,
    /// The best of the trailing twelve months.
    pub best: Option<&'a Exact>,
    pub direction: Direction,
    /// More than this share of the best month is out of reach.
    pub reach: &'a Exact,
}

/// The state. A unit is behind where it is short of the sum of the months' targets to date, so that
/// a season is no reason to be behind. Without a target above zero there is none.
pub fn recovery(standing: &Standing<'_>) -> Estimate<Recovery> {
    let behind = behind(standing.now, standing.direction)?;
    let behind_before = standing.before.and_then(|of| self::behind(of, standing.direction).ok());
    let of_best = match (standing.required, standing.best) {
        (Ok(required), Some(best)) if best.is_positive() => required.over(best),
        _ => None,
    };
    let was_behind = behind_before.as_ref().is_some_and(Exact::is_positive);
    let state = if !behind.is_positive() {
        if was_behind { RecoveryState::BackOnPlan } else { RecoveryState::OnPlan }
    } else if is_out_of_reach(standing) {
        RecoveryState::OutOfReach
    } else if !was_behind {
        RecoveryState::NewlyBehind
    } else if behind_before.as_ref().is_some_and(|before| behind < *before) {
        RecoveryState::Recovering
    } else {
        RecoveryState::Behind
    };
    Ok(Recovery { state, behind, behind_before, of_best })
}

fn behind((actual, target): (&Figure, &Figure), direction: Direction) -> Estimate {
    let target = target.known().ok_or(Unpaced::NoTarget)?;
    let actual = actual.known().ok_or(Unpaced::NoData)?;
    if !target.is_positive() {
        return Err(Unpaced::ZeroTarget);
    }
    Ok(match direction {
        Direction::Higher => target - actual,
        Direction::Lower => actual - target,
    })
}

/// For who is behind: no month is left, or each would have to be better than any is thought to be.
/// Where less is better: what the year allows is used up.
fn is_out_of_reach(standing: &Standing<'_>) -> bool {
    match (standing.required, standing.direction) {
        (Err(why), _) => *why == Unpaced::YearOver,
        (Ok(required), Direction::Lower) => required.is_negative(),
        (Ok(required), Direction::Higher) => {
            required.is_positive()
                && standing.best.is_some_and(|best| *required > best * standing.reach)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Absence;

    fn known(whole: i64) -> Figure {
        Figure::Known(Exact::from(whole))
    }

    /// The state with these figures and targets to date, where 10 a month are required.
    fn state(now: (i64, i64), before: Option<(i64, i64)>, best: i64) -> RecoveryState {
        let pair = |(actual, target): (i64, i64)| (known(actual), known(target));
        let (now, before) = (pair(now), before.map(pair));
        let standing = Standing {
            now: (&now.0, &now.1),
            before: before.as_ref().map(|(actual, target)| (actual, target)),
            required: &Ok(Exact::from(10)),
            best: Some(&Exact::from(best)),
            direction: Direction::Higher,
            reach: &Exact::from_minor(15, 1),
        };
        recovery(&standing).unwrap().state
    }

    #[test]
    fn each_state_has_its_case() {
        use RecoveryState::*;
        assert_eq!(state((30, 30), Some((20, 20)), 20), OnPlan);
        assert_eq!(state((30, 30), Some((19, 20)), 20), BackOnPlan);
        assert_eq!(state((29, 30), Some((20, 20)), 20), NewlyBehind);
        assert_eq!(state((29, 30), Some((18, 20)), 20), Recovering);
        assert_eq!(state((29, 30), Some((19, 20)), 20), Behind);
        assert_eq!(state((27, 30), Some((19, 20)), 20), Behind);
        // The year's first month.
        assert_eq!(state((9, 10), None, 20), NewlyBehind);
        assert_eq!(state((10, 10), None, 20), OnPlan);
        // 10 are more than 150 % of 6, and not more than 150 % of 7; nor is 15 of 10.
        assert_eq!(state((29, 30), Some((18, 20)), 6), OutOfReach);
        assert_eq!(state((29, 30), Some((18, 20)), 7), Recovering);
        assert_eq!(state((29, 30), Some((18, 20)), 0), OutOfReach);
    }

    #[test]
    fn the_last_month_leaves_nothing_to_reach_it_in() {
        let standing = Standing {
            now: (&known(119), &known(120)),
            before: Some((&known(100), &known(110))),
            required: &Err(Unpaced::YearOver),
            best: Some(&Exact::from(20)),
            direction: Direction::Higher,
            reach: &Exact::one(),
        };
        let found = recovery(&standing).unwrap();
        assert_eq!((found.state, found.of_best), (RecoveryState::OutOfReach, None));
    }

    #[test]
    fn less_is_better_until_the_year_allows_no_more() {
        let with = |actual: i64, required: i64| {
            let standing = Standing {
                now: (&known(actual), &known(30)),
                before: Some((&known(20), &known(20))),
                required: &Ok(Exact::from(required)),
                best: None,
                direction: Direction::Lower,
                reach: &Exact::one(),
            };
            recovery(&standing).unwrap().state
        };
        assert_eq!(with(30, 9), RecoveryState::OnPlan);
        assert_eq!(with(31, 9), RecoveryState::NewlyBehind);
        assert_eq!(with(130, -1), RecoveryState::OutOfReach);
    }

    #[test]
    fn without_a_target_or_a_figure_there_is_no_state() {
        let none = Figure::Absent(Absence::NoTarget);
        let no_data = Figure::Absent(Absence::NoData);
        let of = |now: (&Figure, &Figure)| {
            let (required, reach) = (Err(Unpaced::NoTarget), Exact::one());
            let (before, best, direction) = (None, None, Direction::Higher);
            let standing =
                Standing { now, before, required: &required, best, direction, reach: &reach };
            recovery(&standing).map(|found| found.state)
        };
        assert_eq!(of((&known(3), &none)), Err(Unpaced::NoTarget));
        assert_eq!(of((&no_data, &known(3))), Err(Unpaced::NoData));
        assert_eq!(of((&known(3), &known(0))), Err(Unpaced::ZeroTarget));
    }

    proptest! {
        #[test]
        fn money_in_other_units_is_the_same_state(
            now in (0i64..200, 1i64..200), before in (0i64..200, 1i64..200), best in 1i64..50, required in -20i64..100,
        ) {
            let at = |factor: i64| {
                let figure = |whole: i64| known(whole * factor);
                let standing = Standing {
                    now: (&figure(now.0), &figure(now.1)),
                    before: Some((&figure(before.0), &figure(before.1))),
                    required: &Ok(Exact::from(required * factor)),
                    best: Some(&Exact::from(best * factor)),
                    direction: Direction::Higher,
                    reach: &Exact::from_minor(15, 1),
                };
                let found = recovery(&standing).unwrap();
                (found.state, found.of_best)
            };
            prop_assert_eq!(at(1), at(100));
        }
    }
}
