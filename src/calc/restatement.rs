//! What a later version of a period says otherwise than the one before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Exact, MetricId, UnitId};

/// A figure as it was delivered: what was reached, and what was to be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    pub actual: Option<Exact>,
    pub target: Option<Exact>,
}

/// All figures of a version, by unit and metric.
pub type Version = BTreeMap<(UnitId, MetricId), Delivered>;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Restated {
    Actual,
    Target,
}

/// A figure that a later version says otherwise; none stands for an absent one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureChange {
    pub unit: UnitId,
    pub metric: MetricId,
    pub what: Restated,
    pub old: Option<Exact>,
    pub new: Option<Exact>,
}

/// Every difference, by unit, metric and what; compared exactly.
pub fn changes(old: &Version, new: &Version) -> Vec<FigureChange> {
    let places: BTreeSet<&(UnitId, MetricId)> = old.keys().chain(new.keys()).collect();
    let none = Delivered::default();
    let mut found = Vec::new();
    for place in places {
        let (before, after) = (old.get(place).unwrap_or(&none), new.get(place).unwrap_or(&none));
        let sides = [
            (Restated::Actual, &before.actual, &after.actual),
            (Restated::Target, &before.target, &after.target),
        ];
        for (what, old, new) in sides.into_iter().filter(|(_, old, new)| old != new) {
            let (unit, metric) = place.clone();
            found.push(FigureChange { unit, metric, what, old: old.clone(), new: new.clone() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(figures: &[(&str, Option<i64>, Option<i64>)]) -> Version {
        let exact = |value: &Option<i64>| value.map(Exact::from);
        let of = |(unit, actual, target): &(&str, Option<i64>, Option<i64>)| {
            let delivered = Delivered { actual: exact(actual), target: exact(target) };
            (((*unit).into(), "sales".into()), delivered)
        };
        figures.iter().map(of).collect()
    }

    #[test]
    fn what_appears_vanishes_or_moves_is_a_change_and_nothing_else() {
        let old = version(&[("A", Some(1), Some(9)), ("B", Some(2), None), ("C", Some(3), None)]);
        let new = version(&[("A", Some(1), Some(8)), ("B", Some(2), None), ("D", Some(0), None)]);
        let told: Vec<String> = changes(&old, &new)
            .into_iter()
            .map(|one| format!("{} {:?} {:?} {:?}", one.unit, one.what, one.old, one.new))
            .collect();
        let some = |value: i64| Some(Exact::from(value));
        let none: Option<Exact> = None;
        assert_eq!(
            told,
            [
                format!("A Target {:?} {:?}", some(9), some(8)),
                format!("C Actual {:?} {none:?}", some(3)),
                format!("D Actual {none:?} {:?}", some(0)),
            ]
        );
        assert!(changes(&old, &old).is_empty());
    }
}
