//! The way from the rows that somebody wrote to the target of a unit in a period, step by step.

use std::collections::BTreeMap;

use super::{Rows, TargetBook, weight_of};
use crate::calc::score::{Score, Scorecards};
use crate::model::{Exact, Grain, MetricId, Period, TargetOrigin, UnitId};

/// What a month of a target comes to, or the whole of a row that is not parted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetStep {
    /// A month, or the period of the row itself.
    pub period: Period,
    pub row: TargetOrigin,
    /// The period that the row was written for, and what it says.
    pub written_for: Period,
    pub written: Exact,
    /// Of a longer row: what its other months take beforehand, in rows of their own.
    pub taken: Exact,
    /// Of a longer row: what the month weighs, and all months that have a part of it.
    pub weight: Option<(Exact, Exact)>,
    /// The part of the row.
    pub full: Exact,
    /// What is left of it for the days that count.
    pub value: Exact,
}

impl TargetBook {
    /// The steps of a unit's own target, in order; they add up to it, but where a row for just the
    /// period says another sum than the months inside it. None where nobody set one.
    pub fn steps(&self, unit: &UnitId, metric: &MetricId, period: Period) -> Vec<TargetStep> {
        let Some(rows) = self.rows.get(&(unit.clone(), metric.clone())) else { return Vec::new() };
        let whole = |written_for: Period, written: &Exact, row: &TargetOrigin, value: Exact| {
            let (taken, weight) = (Exact::zero(), None);
            let (row, full, written) = (row.clone(), written.clone(), written.clone());
            vec![TargetStep { period, row, written_for, written, taken, weight, full, value }]
        };
        let Some((value, _)) = self.own(unit, metric, period) else { return Vec::new() };
        if let Some((written, row)) = rows.given.get(&period) {
            return whole(period, written, row, value);
        }
        let dates = period.dates(self.fiscal);
        let holds = |of: &Period| {
            let range = of.dates(self.fiscal);
            range.start <= dates.start && dates.end <= range.end
        };
        let level = rows
            .levels
            .iter()
            .find(|(range, _)| range.start <= dates.start && dates.end <= range.end);
        if let Some((_, (written, row))) = level {
            let of = rows.given.iter().find(|(of, (_, other))| other == row && holds(of));
            return whole(of.map_or(period, |(of, _)| *of), written, row, value);
        }
        let months = period.months(self.fiscal).into_iter();
        months.filter_map(|month| self.month(rows, (unit, metric), month)).collect()
    }

    /// What a month comes to.
    fn month(
        &self,
        rows: &Rows,
        (unit, metric): (&UnitId, &MetricId),
        month: Period,
    ) -> Option<TargetStep> {
        let part = rows.months.get(&month)?;
        let of_row = |(of, (_, row)): &(&Period, &(Exact, TargetOrigin))| {
            *row == part.origin && of.grain() == part.row
        };
        let (written_for, (written, _)) = rows.given.iter().find(of_row)?;
        let (mut taken, mut weight) = (Exact::zero(), None);
        if part.row != Grain::Month {
            let year = self.fiscal.year_of(written_for.dates(self.fiscal).start);
            let season = self.seasons.of(unit, metric, year).0;
            let weigh = |month: Period| weight_of(month, season, self.fiscal);
            let mut all = Exact::zero();
            for other in written_for.months(self.fiscal) {
                match rows.months.get(&other) {
                    Some(one) if one.origin == part.origin && one.row == part.row => {
                        all = &all + &weigh(other);
                    }
                    Some(one) => taken = &taken + &one.full,
                    None => {}
                }
            }
            weight = Some((weigh(month), all));
        }
        Some(TargetStep {
            period: month,
            row: part.origin.clone(),
            written_for: *written_for,
            written: written.clone(),
            taken,
            weight,
            full: part.full.clone(),
            value: part.value.clone(),
        })
    }

    /// Of a target that is the sum of those below: whose they are, and what falls to the unit, by
    /// id. Somebody who moved leaves to each unit what falls into its days.
    pub fn targets_below(
        &self,
        cards: &Scorecards,
        unit: &UnitId,
        metric: &MetricId,
        period: Period,
    ) -> BTreeMap<UnitId, Exact> {
        let first = (period, UnitId::from(""), MetricId::from(""));
        let of_period = cards.scores.range(first..).map(|(_, score)| score);
        let scores = of_period.take_while(|score| score.period == period);
        let part = |score: &Score| {
            let (value, parent) = (score.target.known()?, score.parent.as_ref()?);
            match self.by_unit(&score.unit, metric, period) {
                Some(parts) => parts.get(unit).cloned(),
                None => (parent == unit).then(|| value.clone()),
            }
        };
        scores
            .filter(|score| score.metric == *metric)
            .filter_map(|score| Some((score.unit.clone(), part(score)?)))
            .collect()
    }
}
