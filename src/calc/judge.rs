//! All judgements of a run, period by period.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::attainment::attainment;
use super::change::change;
use super::coefficient::award;
use super::figures::Figures;
use super::peers::{Peer, standings};
use super::score::{PeerGroup, Reason, Score, Scorecards, TargetBasis};
use super::streak;
use super::targets::TargetBook;
use super::warning::warn;
use crate::model::plan::{Plan, RankWithin};
use crate::model::{
    Absence, DateRange, Direction, Exact, Facts, Figure, FiscalYear, Level, Metric, MetricId, Org,
    Period, UnitId,
};

/// Everything that judgements are made from.
pub struct Case<'a> {
    pub org: &'a Org,
    pub metrics: &'a [Metric],
    pub facts: &'a Facts,
    pub targets: &'a TargetBook,
    pub plan: &'a Plan,
    pub fiscal: FiscalYear,
    /// First day that is not judged any more: the day after the judged month.
    pub through: NaiveDate,
}

/// A unit that takes part in a period.
struct Member<'a> {
    unit: &'a UnitId,
    level: Level,
    parent: Option<&'a UnitId>,
    depth: usize,
    /// False for somebody who is only shown for rows from before or after their time.
    takes_part: bool,
}

/// Judges every shown metric of every unit that takes part, in each of the periods.
pub fn judge(case: &Case<'_>, periods: &[Period]) -> Scorecards {
    let figures = Figures::new(case.metrics, case.facts, case.org, case.fiscal, case.through);
    let with_rows = case.people_with_rows();
    let nobody = BTreeSet::new();
    let mut cards = Scorecards::default();
    for &period in periods {
        let with_rows = with_rows.get(&period).unwrap_or(&nobody);
        let members = case.members(&period.dates(case.fiscal), with_rows);
        for metric in case.metrics.iter().filter(|metric| !metric.hidden) {
            for score in case.scores(&figures, metric, period, &members) {
                let place = (period, score.unit.clone(), score.metric.clone());
                cards.scores.insert(place, score);
            }
        }
        case.award_all(period, &members, &mut cards);
    }
    streak::settle(&case.plan.warning, periods, &mut cards);
    cards
}

impl Case<'_> {
    /// People whose rows count in a period although they may have left by then: their figures are
    /// in their unit's, so they are shown.
    fn people_with_rows(&self) -> BTreeMap<Period, BTreeSet<&UnitId>> {
        let mut with_rows: BTreeMap<Period, BTreeSet<&UnitId>> = BTreeMap::new();
        for metric in self.metrics.iter().filter(|metric| metric.is_additive()) {
            for (period, unit, _) in self.facts.of_metric(&metric.id) {
                if self.org.people.contains_key(unit) {
                    with_rows.entry(period).or_default().insert(unit);
                }
            }
        }
        with_rows
    }

    /// Departments from the bottom up come last, so that sums over those below can be made in one
    /// walk: people, then the units with each child before its parent.
    fn members<'a>(&'a self, dates: &DateRange, with_rows: &BTreeSet<&UnitId>) -> Vec<Member<'a>> {
        let people = self.org.people.keys().filter_map(|unit| {
            let takes_part = self.org.takes_part(unit, dates);
            (takes_part || with_rows.contains(unit)).then(|| {
                let parent = Some(self.org.home(unit, dates));
                Member { unit, level: Level::Person, parent, depth: 0, takes_part }
            })
        });
        let units = self.org.units_in_order().into_iter().rev().map(|unit| Member {
            unit: &unit.id,
            level: unit.level(),
            parent: unit.parent.as_ref(),
            depth: self.org.and_above(&unit.id).count() - 1,
            takes_part: true,
        });
        people.chain(units).collect()
    }

    fn scores(
        &self,
        figures: &Figures<'_>,
        metric: &Metric,
        period: Period,
        members: &[Member<'_>],
    ) -> Vec<Score> {
        let mut below: BTreeMap<&UnitId, (Exact, usize)> = BTreeMap::new();
        let mut scores = Vec::new();
        for member in members {
            let own = member.takes_part.then(|| self.targets.own(member.unit, &metric.id, period));
            let (target, basis) = match own.flatten() {
                Some((value, basis)) => (Figure::Known(value), basis),
                None => match below.get(member.unit).filter(|_| metric.target_spreads()) {
                    Some((sum, count)) => {
                        (Figure::Known(sum.clone()), TargetBasis::SumOfBelow(*count))
                    }
                    None => (Figure::Absent(Absence::NoTarget), TargetBasis::None),
                },
            };
            if let (Figure::Known(value), Some(parent)) = (&target, member.parent) {
                let (sum, count) = below.entry(parent).or_insert_with(|| (Exact::zero(), 0));
                *sum = &*sum + value;
                *count += 1;
            }
            scores.push(self.score(figures, metric, period, member, target, basis));
        }
        self.rank(metric, members, &mut scores);
        scores
    }

    fn score(
        &self,
        figures: &Figures<'_>,
        metric: &Metric,
        period: Period,
        member: &Member<'_>,
        target: Figure,
        target_basis: TargetBasis,
    ) -> Score {
        let figure = |period: Option<Period>| {
            period.map_or(Figure::Absent(Absence::NoBase), |period| {
                figures.figure(&metric.id, member.unit, period)
            })
        };
        let actual = figure(Some(period));
        let previous = figure(period.previous());
        let year_ago = figure(period.year_ago());
        let attainment = attainment(&actual, &target, metric.direction);
        let (warning, why) = warn(&self.plan.warning, &metric.id, &attainment);
        let mut reasons = vec![why];
        if !matches!(target_basis, TargetBasis::Given(_) | TargetBasis::None) {
            reasons.push(Reason::TargetBasis(target_basis.clone()));
        }
        if actual.known().is_some() && figures.has_no_rows(&metric.id, member.unit, period) {
            reasons.push(Reason::NoRows);
        }
        Score {
            period,
            unit: member.unit.clone(),
            level: member.level,
            parent: member.parent.cloned(),
            metric: metric.id.clone(),
            gap: actual.known().zip(target.known()).map(|(actual, target)| actual - target),
            mom: change(&actual, &previous, metric.unit),
            yoy: change(&actual, &year_ago, metric.unit),
            actual,
            target,
            target_basis,
            attainment,
            previous,
            year_ago,
            standing: None,
            warning,
            streak: 0,
            reasons,
        }
    }

    fn rank(&self, metric: &Metric, members: &[Member<'_>], scores: &mut [Score]) {
        let mut groups: BTreeMap<PeerGroup, Vec<usize>> = BTreeMap::new();
        for (index, member) in members.iter().enumerate() {
            let Some(parent) = member.parent else { continue };
            let within = match self.plan.rank.within {
                RankWithin::Company => &self.org.company,
                RankWithin::Parent => parent,
            };
            let group =
                PeerGroup { level: member.level, depth: member.depth, within: within.clone() };
            groups.entry(group).or_default().push(index);
        }
        for (group, indices) in groups {
            let peers: Vec<Peer<'_>> = indices
                .iter()
                .map(|&index| &scores[index])
                .map(|score| Peer {
                    unit: &score.unit,
                    actual: &score.actual,
                    attainment: &score.attainment,
                })
                .collect();
            let mut found = standings(&group, &peers, metric.direction);
            for index in indices {
                scores[index].standing = found.remove(&scores[index].unit);
            }
        }
    }

    fn award_all(&self, period: Period, members: &[Member<'_>], cards: &mut Scorecards) {
        let Some(rule) = &self.plan.coefficient else { return };
        if !rule.grains.contains(&period.grain()) {
            return;
        }
        let direction = |id: &MetricId| {
            let metric = self.metrics.iter().find(|metric| metric.id == *id);
            metric.map_or(Direction::Higher, |metric| metric.direction)
        };
        for member in members.iter().filter(|member| rule.levels.contains(&member.level)) {
            let score_of = |metric: &MetricId| cards.score(period, member.unit, metric);
            let award = award(rule, period, member.unit, direction, score_of);
            cards.coefficients.insert((period, member.unit.clone()), award);
        }
    }
}
