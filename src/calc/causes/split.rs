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
    pub verdict: Verdict,
}

/// Whether a part may be named as a main cause, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing stands against it.
    Main,
    /// The whole is not for the worse.
    WholeNotWorse,
    /// The change is within the noise, or small beside the gap that is to be explained.
    WholeSmall,
    /// The part itself is not for the worse.
    NotWorse,
    /// Its share of the whole is below the least.
    SmallShare,
    /// Its difference from its base is within the noise.
    Noise,
    /// What nothing explains is larger.
    LargerRest,
}

impl<N> Part<N> {
    /// Whether the rules allow to name it as a main cause.
    pub fn is_main(&self) -> bool {
        self.verdict == Verdict::Main
    }
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
    /// The gap that is to be explained, and the figure now.
    pub(super) gap: &'a Exact,
    pub(super) actual: &'a Exact,
}

impl Scales<'_> {
    /// Whether an amount is for the worse.
    pub(super) fn is_bad(&self, amount: &Exact) -> bool {
        match self.direction {
            Direction::Higher => amount.is_negative(),
            Direction::Lower => amount.is_positive(),
        }
    }

    /// Whether a change is too small to explain the gap: within the noise, or less of the gap than
    /// the least share. The gap itself never is.
    pub(super) fn is_small(&self, base: Base, whole: &Exact) -> bool {
        let old = self.actual - whole;
        let within_noise = whole.abs() <= &self.rules.noise * &old.abs();
        let beside_gap = whole.abs() < &self.rules.least_share * &self.gap.abs();
        base != Base::Target && (within_noise || beside_gap)
    }

    /// Weighs the pieces. A part is a main cause where the whole is for the worse and not small,
    /// the part is for the worse as well, its share is at least the least, its difference from its
    /// base is beyond the noise, and what nothing explains is no larger than it.
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
        let small = self.is_small(base, &whole);
        let parts = pieces
            .into_iter()
            .map(|Piece { name, now, base, amount }| {
                let share = amount.over(&whole);
                let large = share.as_ref().is_some_and(|share| *share >= self.rules.least_share);
                let verdict = if !self.is_bad(&whole) {
                    Verdict::WholeNotWorse
                } else if small {
                    Verdict::WholeSmall
                } else if !self.is_bad(&amount) {
                    Verdict::NotWorse
                } else if !large {
                    Verdict::SmallShare
                } else if !self.is_beyond_noise(now.as_ref(), base.as_ref()) {
                    Verdict::Noise
                } else if *unexplained > amount.abs() {
                    Verdict::LargerRest
                } else {
                    Verdict::Main
                };
                Part { name, now, base, amount, share, verdict }
            })
            .collect();
        Split { base, whole, parts, rest }
    }

    /// What has no figure of its own is not measured by the noise.
    fn is_beyond_noise(&self, now: Option<&Exact>, base: Option<&Exact>) -> bool {
        let nothing = Exact::zero();
        let beyond =
            |now: &Exact, base: &Exact| (now - base).abs() > &self.rules.noise * &base.abs();
        match (now, base) {
            (None, None) => true,
            (now, base) => beyond(now.unwrap_or(&nothing), base.unwrap_or(&nothing)),
        }
    }
}

impl<N> Split<N> {
    /// The parts that may be named as main causes, the largest first; of equals the earlier one.
    pub fn main(&self) -> Vec<&Part<N>> {
        let mut main: Vec<&Part<N>> = self.parts.iter().filter(|part| part.is_main()).collect();
        main.sort_by_key(|part| std::cmp::Reverse(part.amount.abs()));
        main
    }

    /// Whether shares of the whole say anything: it is for the worse and not small.
    pub fn is_telling(&self) -> bool {
        let dull = [Verdict::WholeNotWorse, Verdict::WholeSmall];
        self.parts.iter().any(|part| !dull.contains(&part.verdict))
    }

    /// The share of the whole that the rest is; none where there is no rest.
    pub fn rest_share(&self) -> Option<Exact> {
        if self.rest.is_zero() { None } else { self.rest.over(&self.whole) }
    }
}
