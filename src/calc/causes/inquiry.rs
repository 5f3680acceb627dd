//! Which judgements are explained, and what every explanation looks things up in.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cause, Causes, Process};
use crate::calc::figures::Figures;
use crate::calc::judge::Case;
use crate::calc::score::{Score, Scorecards, Warning};
use crate::model::{CauseRules, Dimension, Exact, Level, Metric, MetricId, Parts, Period, UnitId};

/// What to explain, and by which rules.
pub struct Inquiry<'a> {
    pub case: &'a Case<'a>,
    pub rules: &'a CauseRules,
    pub dimensions: &'a [Dimension],
    /// The judged period: it is explained, the year to date by its end, and the quarter and the
    /// fiscal year that end with it.
    pub judged: Period,
    /// Of this metric the company and its departments are explained in the judged period wherever
    /// they miss the target, warned or not.
    pub missed: Option<&'a MetricId>,
}

/// An inquiry under way.
pub(super) struct Search<'a> {
    pub(super) inquiry: &'a Inquiry<'a>,
    pub(super) cards: &'a Scorecards,
    pub(super) parts: &'a Parts,
    pub(super) figures: Figures<'a>,
    metrics: BTreeMap<&'a MetricId, &'a Metric>,
    below: BTreeMap<(Period, &'a UnitId, &'a MetricId), Vec<&'a Score>>,
}

impl<'a> Inquiry<'a> {
    /// Explains every warned score of the periods, and the year to date of those that are warned
    /// in the judged period.
    pub fn find(&self, cards: &Scorecards, parts: &Parts) -> Causes {
        let warned = self.warned(cards);
        let search = Search::new(self, cards, parts, &warned);
        let found = warned.iter().filter_map(|score| search.explain(score));
        found
            .map(|cause| ((cause.period, cause.unit.clone(), cause.metric.clone()), cause))
            .collect()
    }

    pub(super) fn metric(&self, id: &MetricId) -> Option<&'a Metric> {
        self.case.metrics.iter().find(|metric| metric.id == *id)
    }

    pub(super) fn warned<'c>(&self, cards: &'c Scorecards) -> Vec<&'c Score> {
        let of = |period: Period| scores_of(cards, period).filter(|score| score.gap.is_some());
        let is_warned = |score: &&Score| score.warning != Warning::None;
        let is_missed = |score: &&Score| {
            self.missed == Some(&score.metric)
                && score.level != Level::Person
                && score.attainment.known().is_some_and(|share| *share < Exact::one())
        };
        let mut warned: Vec<&Score> =
            of(self.judged).filter(|score| is_warned(score) || is_missed(score)).collect();
        let in_judged: BTreeSet<(&UnitId, &MetricId)> =
            warned.iter().map(|score| (&score.unit, &score.metric)).collect();
        let [to_date, others @ ..] = &self.longer()[..] else { return warned };
        warned.extend(
            of(*to_date).filter(|score| {
                is_warned(score) || in_judged.contains(&(&score.unit, &score.metric))
            }),
        );
        warned.extend(others.iter().flat_map(|period| of(*period).filter(is_warned)));
        warned
    }

    /// The year to date, then the quarter and the year that end with the judged period. What has
    /// just the days of that period or of the year to date is left out.
    fn longer(&self) -> Vec<Period> {
        let fiscal = self.case.fiscal;
        let dates = self.judged.dates(fiscal);
        let last = self.judged.last_month(fiscal);
        let Period::Month { year, month } = last else { return Vec::new() };
        let to_date = Period::Ytd { year, month };
        if to_date.dates(fiscal) == dates {
            return Vec::new();
        }
        let whole =
            [Period::quarter_of(dates.start, fiscal), Period::Year(fiscal.year_of(dates.start))];
        let ends = |period: &Period| {
            let of = period.dates(fiscal);
            of.end == dates.end && of != dates && of != to_date.dates(fiscal)
        };
        std::iter::once(to_date).chain(whole.into_iter().filter(ends)).collect()
    }
}

/// All scores of a period, by unit and metric.
fn scores_of(cards: &Scorecards, period: Period) -> impl Iterator<Item = &Score> {
    let first = (period, UnitId::from(""), MetricId::from(""));
    let scores = cards.scores.range(first..).map(|(_, score)| score);
    scores.take_while(move |score| score.period == period)
}

impl<'a> Search<'a> {
    fn new(
        inquiry: &'a Inquiry<'a>,
        cards: &'a Scorecards,
        parts: &'a Parts,
        warned: &[&'a Score],
    ) -> Self {
        let case = inquiry.case;
        let mut below: BTreeMap<_, Vec<&Score>> = warned
            .iter()
            .map(|score| ((score.period, &score.unit, &score.metric), Vec::new()))
            .collect();
        let periods: BTreeSet<Period> = warned.iter().map(|score| score.period).collect();
        for score in periods.iter().flat_map(|period| scores_of(cards, *period)) {
            let Some(parent) = &score.parent else { continue };
            if let Some(scores) = below.get_mut(&(score.period, parent, &score.metric)) {
                scores.push(score);
            }
        }
        Self {
            inquiry,
            cards,
            parts,
            figures: Figures::new(case.metrics, case.facts, case.org, case.fiscal, case.through),
            metrics: case.metrics.iter().map(|metric| (&metric.id, metric)).collect(),
            below,
        }
    }

    fn explain(&self, score: &'a Score) -> Option<Cause> {
        let metric = self.metric(&score.metric)?;
        let (drivers, finding) = self.drivers(metric, score);
        Some(Cause {
            period: score.period,
            unit: score.unit.clone(),
            metric: score.metric.clone(),
            warning: score.warning,
            gap: score.gap.clone()?,
            months: self.by_months(metric, score),
            dimensions: self.by_dimensions(metric, score),
            units: self.by_units(metric, score),
            customers: self.by_customers(metric, score),
            drivers,
            process: self.process(score),
            finding,
        })
    }

    pub(super) fn metric(&self, id: &MetricId) -> Option<&'a Metric> {
        self.metrics.get(id).copied()
    }

    /// The scores of those right below, by unit.
    pub(super) fn below(&self, score: &'a Score) -> &[&'a Score] {
        let place = (score.period, &score.unit, &score.metric);
        self.below.get(&place).map_or(&[], Vec::as_slice)
    }

    /// A figure that is known.
    pub(super) fn known(&self, metric: &MetricId, unit: &UnitId, period: Period) -> Option<Exact> {
        self.figures.figure(metric, unit, period).known().cloned()
    }

    fn process(&self, score: &Score) -> Vec<Process> {
        let shown = self.inquiry.case.metrics.iter().filter(|metric| !metric.hidden);
        let ids: Vec<&MetricId> = match &self.inquiry.rules.process {
            Some(ids) => ids.iter().collect(),
            None => shown.map(|metric| &metric.id).collect(),
        };
        let judged = |id: &MetricId| {
            let other = self.cards.score(score.period, &score.unit, id)?;
            Some(Process {
                metric: id.clone(),
                actual: other.actual.known()?.clone(),
                target: other.target.known()?.clone(),
                attainment: other.attainment.known()?.clone(),
            })
        };
        ids.into_iter().filter(|id| **id != score.metric).filter_map(judged).collect()
    }
}
