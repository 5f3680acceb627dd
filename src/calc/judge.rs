//! All judgements of a run, period by period.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::attainment::attainment;
use super::award::CoefficientAward;
use super::change::change;
use super::coefficient::Awards;
use super::composite::{CompositeScore, composite};
use super::figures::Figures;
use super::peers::{NotRanked, Peer, group_of, standings};
use super::score::{PeerGroup, Reason, Score, Scorecards, TargetBasis};
use super::streak;
use super::targets::TargetBook;
use super::warning::warn;
use crate::model::plan::Plan;
use crate::model::{
    Absence, DateRange, Direction, Exact, Facts, Figure, FiscalYear, Level, Metric, MetricId, Org,
    Period, UnitId, WorkCalendar,
};

/// Everything that judgements are made from.
pub struct Case<'a> {
    pub org: &'a Org,
    pub metrics: &'a [Metric],
    pub facts: &'a Facts,
    pub targets: &'a TargetBook,
    pub plan: &'a Plan,
    pub fiscal: FiscalYear,
    pub calendar: &'a WorkCalendar,
    /// First day that is not judged any more: the day after the judged month.
    pub through: NaiveDate,
}

/// A unit that takes part in a period.
pub struct Member<'a> {
    pub unit: &'a UnitId,
    pub level: Level,
    pub parent: Option<&'a UnitId>,
    /// How many units lie above a department; 0 of a person.
    pub depth: usize,
    /// False for somebody who is only shown for rows from before or after their time.
    pub takes_part: bool,
}

/// Judges every shown metric of every unit that takes part, in each of the periods.
pub fn judge(case: &Case<'_>, periods: &[Period]) -> Scorecards {
    let figures = Figures::new(case.metrics, case.facts, case.org, case.fiscal, case.through);
    let with_rows = case.people_with_rows();
    let nobody = BTreeSet::new();
    let mut cards = Scorecards::default();
    for &period in periods {
        let with_rows = with_rows.get(&period).unwrap_or(&nobody);
        let dates = period.dates(case.fiscal);
        let members = case.members(&dates, with_rows);
        let groups = case.groups(&dates, &members);
        for metric in case.metrics.iter().filter(|metric| !metric.hidden) {
            for score in case.scores(&figures, metric, period, &members, &groups) {
                let place = (period, score.unit.clone(), score.metric.clone());
                cards.scores.insert(place, score);
            }
        }
        case.weigh(period, &members, &groups, &mut cards);
        case.award_all(period, &members, &mut cards);
    }
    streak::settle(&case.plan.warning, periods, case.fiscal, &mut cards);
    case.pace_all(&figures, Period::month_of(case.through - Days::new(1)), &mut cards);
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

    /// The targets of all units for a metric in any period, whether it is judged or not.
    pub(super) fn targets_in(
        &self,
        figures: &Figures<'_>,
        metric: &Metric,
        period: Period,
    ) -> BTreeMap<UnitId, Figure> {
        let members = self.members(&period.dates(self.fiscal), &BTreeSet::new());
        let unranked: Groups = members.iter().map(|_| None).collect();
        let scores = self.scores(figures, metric, period, &members, &unranked);
        scores.into_iter().map(|score| (score.unit, score.target)).collect()
    }

    fn scores(
        &self,
        figures: &Figures<'_>,
        metric: &Metric,
        period: Period,
        members: &[Member<'_>],
        groups: &Groups,
    ) -> Vec<Score> {
        let mut below: BTreeMap<UnitId, (Exact, usize)> = BTreeMap::new();
        let mut scores = Vec::new();
        for member in members {
            let own = member.takes_part.then(|| self.targets.own(member.unit, &metric.id, period));
            let (target, basis) = match own.flatten() {
                _ if self.targets.is_exempt(member.unit, &metric.id, period) => {
                    (Figure::Absent(Absence::Exempt), TargetBasis::None)
                }
                Some((value, basis)) => (Figure::Known(value), basis),
                None => match below.get(member.unit).filter(|_| metric.target_spreads()) {
                    Some((sum, count)) => {
                        (Figure::Known(sum.clone()), TargetBasis::SumOfBelow(*count))
                    }
                    None => (Figure::Absent(Absence::NoTarget), TargetBasis::None),
                },
            };
            if let (Figure::Known(value), Some(parent)) = (&target, member.parent) {
                let by_days = self.targets.by_unit(member.unit, &metric.id, period);
                let whole = || BTreeMap::from([(parent.clone(), value.clone())]);
                for (unit, part) in by_days.unwrap_or_else(whole) {
                    let (sum, count) = below.entry(unit).or_insert_with(|| (Exact::zero(), 0));
                    *sum = &*sum + &part;
                    *count += 1;
                }
            }
            scores.push(self.score(figures, metric, period, member, target, basis));
        }
        Self::rank(metric, groups, &mut scores);
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
        reasons.extend(self.targets.reasons(member.unit, &metric.id, period));
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

    /// The peer group of each member, or why it stands in no ranking; none of the company.
    fn groups(&self, dates: &DateRange, members: &[Member<'_>]) -> Groups {
        members
            .iter()
            .map(|member| {
                let parent = member.parent?;
                Some(group_of(&self.plan.rank, self.org, self.calendar, dates, member, parent))
            })
            .collect()
    }

    /// Ranks the scores of a metric, one for each member.
    fn rank(metric: &Metric, groups: &Groups, scores: &mut [Score]) {
        for (group, indices) in by_group(groups) {
            let peers: Vec<Peer<'_>> = indices
                .iter()
                .map(|&index| &scores[index])
                .filter(|score| score.attainment.absence() != Some(Absence::Exempt))
                .map(|score| Peer {
                    unit: &score.unit,
                    actual: &score.actual,
                    attainment: &score.attainment,
                })
                .collect();
            let mut found = standings(group, &peers, metric.direction);
            for index in indices {
                scores[index].standing = found.remove(&scores[index].unit);
            }
        }
        for (score, group) in scores.iter_mut().zip(groups) {
            if let Some(Err(why)) = group
                && score.actual.known().is_some()
            {
                score.reasons.push(Reason::NotRanked(why.clone()));
            }
        }
    }

    /// The composites of a period, whose scores have been judged, ranked among each other.
    fn weigh(
        &self,
        period: Period,
        members: &[Member<'_>],
        groups: &Groups,
        cards: &mut Scorecards,
    ) {
        let Some(rule) = &self.plan.composite else { return };
        let mut composites: Vec<CompositeScore> = members
            .iter()
            .zip(groups)
            .map(|(member, group)| {
                let attainment = |metric: &MetricId| {
                    let score = cards.score(period, member.unit, metric);
                    score.map_or(Figure::Absent(Absence::NoTarget), |s| s.attainment.clone())
                };
                let (value, parts) = composite(&rule.weights, rule.missing, attainment);
                let not_ranked = match group {
                    Some(Err(why)) if value.known().is_some() => Some(why.clone()),
                    _ => None,
                };
                let (unit, level) = (member.unit.clone(), member.level);
                CompositeScore { period, unit, level, value, parts, standing: None, not_ranked }
            })
            .collect();
        for (group, indices) in by_group(groups) {
            let none = Figure::Absent(Absence::NoData);
            let peers: Vec<Peer<'_>> = indices
                .iter()
                .map(|&index| &composites[index])
                .map(|one| Peer { unit: &one.unit, actual: &none, attainment: &one.value })
                .collect();
            let mut found = standings(group, &peers, Direction::Higher);
            for index in indices {
                composites[index].standing = found.remove(&composites[index].unit);
            }
        }
        let placed = composites.into_iter().map(|one| ((period, one.unit.clone()), one));
        cards.composites.extend(placed);
    }

    fn award_all(&self, period: Period, members: &[Member<'_>], cards: &mut Scorecards) {
        let awards = Awards {
            plan: self.plan,
            org: self.org,
            metrics: self.metrics,
            calendar: self.calendar,
            fiscal: self.fiscal,
            cards,
        };
        let made: Vec<CoefficientAward> = members
            .iter()
            .filter_map(|member| awards.award(period, member.unit, member.level))
            .collect();
        let placed = made.into_iter().map(|award| ((period, award.unit.clone()), award));
        cards.coefficients.extend(placed);
    }
}

/// The group of each member, in their order.
type Groups = Vec<Option<Result<PeerGroup, NotRanked>>>;

/// The places of the members of each group.
fn by_group(groups: &Groups) -> BTreeMap<&PeerGroup, Vec<usize>> {
    let mut places: BTreeMap<&PeerGroup, Vec<usize>> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        if let Some(Ok(group)) = group {
            places.entry(group).or_default().push(index);
        }
    }
    places
}
