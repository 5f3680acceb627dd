//! What a correction says: each figure that differs from what was sent, split by cause. The way from
//! the old figure to the new one goes through states that differ in one cause each, and a cause's
//! part is what its step changed: so the parts add up to the difference, exactly and always.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use super::adjustment::{
    Adjustment, Paid, PaidList, Relisted, TalentLists, adjustments, relisted,
};
use super::score::{Scorecards, Warning};
use crate::model::{Exact, ExtractId, Figure, MetricId, Period, UnitId, round};

/// Digits after the point that a delivered amount was stored with.
pub const AMOUNT_DECIMALS: usize = 6;
/// Digits after the point that a delivered share was stored with.
pub const SHARE_DECIMALS: usize = 12;

/// What is told to its reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Actual(MetricId),
    Target(MetricId),
    Attainment(MetricId),
    /// 0 none, 1 yellow, 2 red.
    Warning(MetricId),
    Coefficient,
    /// What the coefficient pays.
    Amount,
}

impl Told {
    /// The word of the results tables.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Actual(_) => "actual",
            Self::Target(_) => "target",
            Self::Attainment(_) => "attainment",
            Self::Warning(_) => "warning",
            Self::Coefficient => "coefficient",
            Self::Amount => "amount",
        }
    }

    pub fn metric(&self) -> Option<&MetricId> {
        match self {
            Self::Actual(metric)
            | Self::Target(metric)
            | Self::Attainment(metric)
            | Self::Warning(metric) => Some(metric),
            Self::Coefficient | Self::Amount => None,
        }
    }

    /// As it is stored, and read back: with so many digits and no more.
    pub fn stored(&self, value: &Exact) -> Exact {
        let decimals = match self {
            Self::Actual(_) | Self::Target(_) | Self::Amount => AMOUNT_DECIMALS,
            Self::Attainment(_) | Self::Coefficient => SHARE_DECIMALS,
            Self::Warning(_) => 0,
        };
        round::half_up(value, decimals)
    }
}

/// Whose figure it is, when, and which.
pub type ToldOf = (Period, UnitId, Told);

/// The figures of one state; what is absent is not among them.
pub type ToldFigures = BTreeMap<ToldOf, Exact>;

/// Why a figure differs. The order is that of the way from old to new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The program computes the old inputs otherwise than the version that sent the figure.
    Program,
    RowsAdded,
    RowsRemoved,
    RowsChanged,
    /// Targets, exemptions and the working calendar.
    Target,
    Org,
    /// The config: metrics, plan, extracts.
    Rule,
    /// Several of them, which cannot be told apart.
    Unsplit,
}

impl Cause {
    pub const ALL: [Self; 8] = [
        Self::RowsAdded,
        Self::RowsRemoved,
        Self::RowsChanged,
        Self::Target,
        Self::Org,
        Self::Rule,
        Self::Program,
        Self::Unsplit,
    ];

    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::RowsAdded => "rows_added",
            Self::RowsRemoved => "rows_removed",
            Self::RowsChanged => "rows_changed",
            Self::Target => "target",
            Self::Org => "org",
            Self::Rule => "rule",
            Self::Unsplit => "unsplit",
        }
    }
}

/// How many rows of an extract differ between two loads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    pub extract: ExtractId,
    pub added: u64,
    pub removed: u64,
    /// The key is the same, another cell is not. Always 0 where the extract has no key.
    pub changed: u64,
}

/// The way from what was sent to what holds now.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// As it was sent, in the digits that the ledger has.
    pub sent: ToldFigures,
    /// The same computed again from the inputs of then; none where they were not kept.
    pub again: Option<ToldFigures>,
    /// The states after it, each with the one cause that it differs by from the state before.
    pub steps: Vec<(Cause, ToldFigures)>,
}

/// A figure that is another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    pub period: Period,
    pub unit: UnitId,
    pub told: Told,
    /// None where it was, or is, absent.
    pub old: Option<Exact>,
    pub new: Option<Exact>,
    /// What each cause changed; they add up to new − old. Empty where the figure was absent in any
    /// state: there is nothing to subtract from.
    pub parts: BTreeMap<Cause, Exact>,
    /// The causes that changed it.
    pub causes: BTreeSet<Cause>,
}

impl Corrected {
    pub fn difference(&self) -> Option<Exact> {
        Some(self.new.as_ref()? - self.old.as_ref()?)
    }
}

/// Every figure that differs, by period, unit and what it is.
pub fn corrected(way: &Way) -> Vec<Corrected> {
    let none = ToldFigures::new();
    let last = way.steps.last().map(|(_, figures)| figures).or(way.again.as_ref()).unwrap_or(&none);
    let places: BTreeSet<&ToldOf> = way.sent.keys().chain(last.keys()).collect();
    places.into_iter().filter_map(|place| way.of(place)).collect()
}

impl Way {
    fn of(&self, place: &ToldOf) -> Option<Corrected> {
        let (period, unit, told) = place;
        let sent = self.sent.get(place);
        let again = self.again.as_ref().map(|figures| figures.get(place));
        let same = |value: Option<&Exact>| value.map(|value| told.stored(value)).as_ref() == sent;
        // Computed again, the figure has all its digits.
        let old = match again {
            Some(value) if same(value) => value,
            _ => sent,
        };
        let mut states = vec![(None, old)];
        states.extend(again.map(|value| (Some(Cause::Program), value)));
        states.extend(self.steps.iter().map(|(cause, state)| (Some(*cause), state.get(place))));
        let new = states.last().and_then(|(_, value)| *value);
        // Digits that were never stored are no difference.
        if old == new || (again.is_none() && same(new)) {
            return None;
        }
        let mut parts = BTreeMap::new();
        let mut causes = BTreeSet::new();
        let known = states.iter().all(|(_, value)| value.is_some());
        for pair in states.windows(2) {
            let [(_, before), (Some(cause), after)] = [pair[0], pair[1]] else { continue };
            if before == after {
                continue;
            }
            causes.insert(cause);
            if let (Some(before), Some(after), true) = (before, after, known) {
                let part: &mut Exact = parts.entry(cause).or_insert_with(Exact::zero);
                *part = &*part + &(after - before);
            }
        }
        Some(Corrected {
            period: *period,
            unit: unit.clone(),
            told: told.clone(),
            old: old.cloned(),
            new: new.cloned(),
            parts,
            causes,
        })
    }
}

/// What some periods' judgements tell.
pub fn told_figures(cards: &Scorecards, periods: &[Period]) -> ToldFigures {
    let mut told = ToldFigures::new();
    let mut put = |period: Period, unit: &UnitId, what: Told, value: Option<&Exact>| {
        if let Some(value) = value {
            told.insert((period, unit.clone(), what), value.clone());
        }
    };
    for score in cards.scores.values().filter(|score| periods.contains(&score.period)) {
        let (period, unit, metric) = (score.period, &score.unit, &score.metric);
        let known = |figure: &'_ Figure| figure.known().cloned();
        put(period, unit, Told::Actual(metric.clone()), known(&score.actual).as_ref());
        put(period, unit, Told::Target(metric.clone()), known(&score.target).as_ref());
        put(period, unit, Told::Attainment(metric.clone()), known(&score.attainment).as_ref());
        let level = level_of(score.warning);
        put(period, unit, Told::Warning(metric.clone()), Some(&level));
    }
    for award in cards.coefficients.values().filter(|award| periods.contains(&award.period)) {
        put(award.period, &award.unit, Told::Coefficient, award.coefficient());
        let amount = award.payout().map(|payout| &payout.amount);
        put(award.period, &award.unit, Told::Amount, amount);
    }
    told
}

/// A warning as a number.
pub fn level_of(warning: Warning) -> Exact {
    Exact::from(match warning {
        Warning::None => 0,
        Warning::Yellow => 1,
        Warning::Red => 2,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(unit: &str) -> ToldOf {
        let month = Period::Month { year: 2026, month: 10 };
        (month, unit.into(), Told::Actual("sales".into()))
    }

    fn state(value: Option<i64>) -> ToldFigures {
        value.map(|value| (place("A"), Exact::from(value))).into_iter().collect()
    }

    const STEPS: [Cause; 6] = [
        Cause::RowsAdded,
        Cause::RowsRemoved,
        Cause::RowsChanged,
        Cause::Target,
        Cause::Org,
        Cause::Rule,
    ];

    proptest! {
        #[test]
        fn parts_add_up_to_the_difference(
            sent in -99i64..99,
            again in -99i64..99,
            steps in prop::collection::vec(-99i64..99, 6),
        ) {
            let states = steps.iter().map(|value| state(Some(*value)));
            let way = Way {
                sent: state(Some(sent)),
                again: Some(state(Some(again))),
                steps: STEPS.into_iter().zip(states).collect(),
            };
            let found = corrected(&way);
            let last = *steps.last().unwrap();
            prop_assert_eq!(found.is_empty(), sent == last);
            for one in &found {
                prop_assert_eq!(one.difference(), Some(Exact::from(last - sent)));
                prop_assert_eq!(one.parts.values().sum::<Exact>(), Exact::from(last - sent));
                prop_assert!(one.parts.keys().all(|cause| one.causes.contains(cause)));
            }
        }
    }

    #[test]
    fn what_was_absent_names_its_causes_and_has_no_parts() {
        let way = Way {
            sent: state(None),
            again: Some(state(None)),
            steps: vec![(Cause::RowsAdded, state(Some(5))), (Cause::Target, state(Some(5)))],
        };
        let found = corrected(&way);
        assert_eq!(found[0].causes, BTreeSet::from([Cause::RowsAdded]));
        assert_eq!((found[0].difference(), found[0].parts.len()), (None, 0));
    }

    #[test]
    fn digits_that_were_never_stored_are_no_difference() {
        let third = Exact::one().over(&Exact::from(3)).unwrap();
        let full = ToldFigures::from([(place("A"), third.clone())]);
        let stored = ToldFigures::from([(place("A"), round::half_up(&third, AMOUNT_DECIMALS))]);
        for again in [Some(full.clone()), None] {
            let steps = vec![(Cause::Rule, full.clone())];
            let way = Way { sent: stored.clone(), again, steps };
            assert_eq!(corrected(&way), []);
        }
    }

    #[test]
    fn a_figure_that_the_program_computes_otherwise_is_its_doing() {
        let way = Way { sent: state(Some(3)), again: Some(state(Some(4))), steps: Vec::new() };
        let found = corrected(&way);
        assert_eq!(found[0].parts, BTreeMap::from([(Cause::Program, Exact::one())]));
    }
}
