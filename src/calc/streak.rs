//! Warnings over the months: those that follow the year to date, how many months they have lasted,
//! and when a yellow one goes up as a red one does.

use std::collections::BTreeMap;

use super::score::{Reason, Score, Scorecards, Warning};
use super::warning::warn_below;
use crate::model::plan::{WarningBasis, WarningEdges, WarningRule};
use crate::model::{Absence, Figure, FiscalYear, Grain, MetricId, Period, UnitId};

/// How long a warning has lasted by a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streak {
    pub warning: Warning,
    /// Months in a row with a warning, this one among them; 0 without one.
    pub months: u32,
    /// How many of them, from the last one back, have the warning that this month has.
    pub same: u32,
    /// The first of them is the first month that is known: there may be more before it.
    pub open: bool,
}

impl Streak {
    /// That of a month after the one before it; none where that one is not known.
    pub fn after(before: Option<Self>, warning: Warning, first: bool) -> Self {
        if warning == Warning::None {
            return Self { warning, months: 0, same: 0, open: false };
        }
        let Some(before) = before.filter(|before| before.months > 0) else {
            return Self { warning, months: 1, same: 1, open: first };
        };
        let same = if before.warning == warning { before.same + 1 } else { 1 };
        Self { warning, months: before.months + 1, same, open: before.open }
    }
}

/// Settles the warnings of the judged months, the earliest first. A month without an attainment,
/// or without the unit, ends a streak; a year's end does not. A quarter follows the year to date by
/// its end where the metric's months do.
pub fn settle(rule: &WarningRule, periods: &[Period], fiscal: FiscalYear, cards: &mut Scorecards) {
    let quarters = periods.iter().filter(|period| period.grain() == Grain::Quarter);
    for (&quarter, metric) in quarters.flat_map(|of| rule.metrics.iter().map(move |m| (of, m))) {
        let Some(edges) = rule.edges(metric) else { continue };
        for unit in units_of(cards, quarter, metric) {
            let to_date = to_date(cards, &edges, quarter.last_month(fiscal), &unit, metric);
            let place = (quarter, unit, metric.clone());
            let Some(score) = cards.scores.get_mut(&place) else { continue };
            follow(score, &edges, to_date);
        }
    }

    let mut months: Vec<Period> = periods.to_vec();
    months.retain(|period| matches!(period, Period::Month { .. }));
    months.sort();
    for metric in &rule.metrics {
        let Some(edges) = rule.edges(metric) else { continue };
        let mut before: BTreeMap<UnitId, Streak> = BTreeMap::new();
        let mut last = None;
        for &month in &months {
            let follows = month.previous() == last && last.is_some();
            let known = if follows { std::mem::take(&mut before) } else { BTreeMap::new() };
            for unit in units_of(cards, month, metric) {
                let to_date = to_date(cards, &edges, month, &unit, metric);
                let place = (month, unit.clone(), metric.clone());
                let Some(score) = cards.scores.get_mut(&place) else { continue };
                follow(score, &edges, to_date);
                let streak = Streak::after(known.get(&unit).copied(), score.warning, !follows);
                note(score, streak, rule.escalate_after);
                before.insert(unit, streak);
            }
            last = Some(month);
        }
    }
}

/// Warns by the year to date where that is given. Who is exempt in the period is not warned for it,
/// whatever the year came to.
fn follow(score: &mut Score, edges: &WarningEdges, to_date: Option<Figure>) {
    let exempt = score.attainment == Figure::Absent(Absence::Exempt);
    if let Some(attainment) = to_date.filter(|_| !exempt) {
        by_year_to_date(score, edges, &attainment);
    }
}

fn units_of(cards: &Scorecards, period: Period, metric: &MetricId) -> Vec<UnitId> {
    let first = (period, UnitId::from(""), MetricId::from(""));
    let of_period = cards.scores.range(first..).take_while(|((of, ..), _)| *of == period);
    of_period.filter(|((.., of), _)| of == metric).map(|((_, unit, _), _)| unit.clone()).collect()
}

/// The attainment to date, where the metric's warnings follow it.
fn to_date(
    cards: &Scorecards,
    edges: &WarningEdges,
    month: Period,
    unit: &UnitId,
    metric: &MetricId,
) -> Option<Figure> {
    let Period::Month { year, month } = month else { return None };
    let of = |period| cards.score(period, unit, metric).map(|score| score.attainment.clone());
    (edges.basis == WarningBasis::Ytd)
        .then(|| of(Period::Ytd { year, month }).unwrap_or(Figure::Absent(Absence::NoData)))
}

fn by_year_to_date(score: &mut Score, edges: &WarningEdges, attainment: &Figure) {
    let (warning, why) = warn_below(edges, attainment, true);
    score.warning = warning;
    if let Some(reason) = score.reasons.first_mut() {
        *reason = why;
    }
}

fn note(score: &mut Score, streak: Streak, escalate_after: Option<u32>) {
    score.streak = streak.months;
    if streak.months >= 2 {
        score.reasons.push(Reason::Streak(streak));
    }
    let after = escalate_after.filter(|&after| streak.months >= after);
    if let Some(after) = after.filter(|_| score.warning == Warning::Yellow) {
        score.reasons.push(Reason::Escalated { after });
    }
}

#[cfg(test)]
#[path = "streak_tests.rs"]
mod tests;
