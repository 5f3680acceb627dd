//! A gap or a change, parted: what each part makes of it, and what the parts leave over.

use crate::model::{CauseRules, Direction, Exact, Period};

/// What the whole is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Base {
    /// The targets: the whole is the gap.
    Target,
    /// The figures of the same period a year before: the whole is the change since.
    YearAgo(Period),
    /// Those of the period just before.
    Previous(Period),
}

impl Base {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::YearAgo(_) => "year_ago",
            Self::Previous(_) => "previous",
        }
    }

    /// The period whose figures are the base; none for targets.
    pub fn period(self) -> Option<Period> {
        match self {
            Self::Target => None,
            Self::YearAgo(period) | Self::Previous(period) => Some(period),
        }
    }
}

/// One part, and what it makes of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<N> {
    pub name: N,
    /// The part's own figure now, and its base; absent ones are none, never zero.
    pub now: Option<Exact>,
    pub base: Option<Exact>,
    pub amount: Exact,
    /// Of the whole; none where the whole is zero.
    pub share: Option<Exact>,
    /// Whether the rules allow to name it as a main cause.
    pub main: bool,
}

/// A whole in parts: amounts and rest add up to it exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split<N> {
    pub base: Base,
    pub whole: Exact,
    pub parts: Vec<Part<N>>,
    /// What the parts leave over, zero where nothing.
    pub rest: Exact,
}

/// A part before it is weighed.
pub(super) struct Piece<N> {
    pub(super) name: N,
    pub(super) now: Option<Exact>,
    pub(super) base: Option<Exact>,
    pub(super) amount: Exact,
}

/// How a split is judged.
#[derive(Clone, Copy)]
pub(super) struct Scales<'a> {
    pub(super) rules: &'a CauseRules,
    pub(super) direction: Direction,
}

impl Scales<'_> {
    /// Whether an amount is for the worse.
    pub(super) fn is_bad(&self, amount: &Exact) -> bool {
        match self.direction {
            Direction::Higher => amount.is_negative(),
            Direction::Lower => amount.is_positive(),
        }
    }

    /// Weighs the pieces. A part is a main cause where the whole is for the worse and so is the
    /// part, its share is at least the least, its difference from its base is beyond the noise,
    /// and what is left over is no larger than it.
    pub(super) fn weigh<N>(&self, base: Base, whole: Exact, pieces: Vec<Piece<N>>) -> Split<N> {
        let sum: Exact = pieces.iter().map(|piece| &piece.amount).sum();
        let unexplained = (&whole - &sum).abs();
        self.weigh_some(base, whole, pieces, &unexplained)
    }

    /// The same for some of the pieces, where what nothing explains is less than the rest.
    pub(super) fn weigh_some<N>(
        &self,
        base: Base,
        whole: Exact,
        pieces: Vec<Piece<N>>,
        unexplained: &Exact,
    ) -> Split<N> {
        let sum: Exact = pieces.iter().map(|piece| &piece.amount).sum();
        let rest = &whole - &sum;
        let parts = pieces
            .into_iter()
            .map(|Piece { name, now, base, amount }| {
                let share = amount.over(&whole);
                let large = share.as_ref().is_some_and(|share| *share >= self.rules.least_share);
                let main = self.is_bad(&whole)
                    && self.is_bad(&amount)
                    && large
                    && self.is_beyond_noise(now.as_ref(), base.as_ref())
                    && *unexplained <= amount.abs();
                Part { name, now, base, amount, share, main }
            })
            .collect();
        Split { base, whole, parts, rest }
    }

    fn is_beyond_noise(&self, now: Option<&Exact>, base: Option<&Exact>) -> bool {
        let nothing = Exact::zero();
        let (now, base) = (now.unwrap_or(&nothing), base.unwrap_or(&nothing));
        (now - base).abs() > &self.rules.noise * &base.abs()
    }
}

impl<N> Split<N> {
    /// The parts that may be named as main causes, the largest first; of equals the earlier one.
    pub fn main(&self) -> Vec<&Part<N>> {
        let mut main: Vec<&Part<N>> = self.parts.iter().filter(|part| part.main).collect();
        main.sort_by_key(|part| std::cmp::Reverse(part.amount.abs()));
        main
    }

    /// The share of the whole that the rest is; none where there is no rest.
    pub fn rest_share(&self) -> Option<Exact> {
        if self.rest.is_zero() { None } else { self.rest.over(&self.whole) }
    }
}
