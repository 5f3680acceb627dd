//! How a figure moved against a base period.

use super::score::Change;
use crate::model::{Absence, Figure, MetricUnit};

/// Shares move by points, all else by a share of the base. A base of zero or below, or none at
/// all, is nothing comparable.
pub fn change(now: &Figure, base: &Figure, unit: MetricUnit) -> Change {
    let now = match now {
        Figure::Known(now) => now,
        Figure::Absent(why) => return Change::Absent(*why),
    };
    let Some(base) = base.known() else { return Change::Absent(Absence::NoBase) };
    if unit == MetricUnit::Percent {
        return Change::Points(now - base);
    }
    if !base.is_positive() {
        return Change::Absent(Absence::NoBase);
    }
    (now - base).over(base).map_or(Change::Absent(Absence::NoBase), Change::Relative)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Exact;

    #[test]
    fn only_a_positive_base_is_comparable() {
        let known = |whole: i64| Figure::Known(Exact::from(whole));
        let money = |base: Figure| change(&known(110), &base, MetricUnit::Money);
        assert_eq!(money(known(100)), Change::Relative(Exact::from_minor(1, 1)));
        for base in [known(0), known(-100), Figure::Absent(Absence::NoData)] {
            assert_eq!(money(base), Change::Absent(Absence::NoBase));
        }
        let points = change(&known(0), &known(0), MetricUnit::Percent);
        assert_eq!(points, Change::Points(Exact::zero()));
    }
}
