//! The judgements of a report: those about whom it shows, less what the policy keeps back.

use std::collections::BTreeSet;

use super::{Addressed, Sights};
use crate::calc::award::Pay;
use crate::calc::causes::{Cause, Finding};
use crate::calc::talent::TalentList;
use crate::calc::{CompositeScore, Score, Scorecards};
use crate::model::{Matter, MetricId, Relation, UnitId};
use crate::report::document::ReportKind;

impl Sights<'_> {
    pub(super) fn cards(
        &self,
        report: &Addressed<'_>,
        units: &[&UnitId],
        hidden: &BTreeSet<MetricId>,
    ) -> Scorecards {
        let whole = self.whole.cards;
        let mut cards = Scorecards { talent: self.talent(report, units), ..Scorecards::default() };
        self.awards(report, units, &mut cards);
        if report.kind == ReportKind::Hr {
            return cards;
        }
        let seen: BTreeSet<&UnitId> = units.iter().copied().collect();
        let is_seen =
            |unit: &UnitId, metric: &MetricId| seen.contains(unit) && !hidden.contains(metric);
        for unit in units {
            for &period in &self.periods[0] {
                let scores = whole.of_unit(period, unit);
                let scores = scores.filter(|score| !hidden.contains(&score.metric));
                cards.scores.extend(scores.map(|score| {
                    let place = (period, (*unit).clone(), score.metric.clone());
                    (place, self.score(report, score))
                }));
                cards.composites.extend(whole.composite(period, unit).map(|composite| {
                    ((period, (*unit).clone()), self.composite(report, composite))
                }));
            }
            for metric in self.whole.metrics.iter().filter(|one| !hidden.contains(&one.id)) {
                let place = ((*unit).clone(), metric.id.clone());
                cards.pace.extend(whole.pace.get(&place).map(|pace| (place, pace.clone())));
            }
        }
        let causes = whole.causes.iter();
        let causes = causes.filter(|((_, unit, metric), _)| is_seen(unit, metric));
        let rows = |unit: &UnitId| self.shows(Matter::Rows, unit, &self.relations(report, unit));
        cards.causes = causes
            .map(|(place, cause)| (place.clone(), cause_of(cause, hidden, rows(&place.1), &seen)))
            .collect();
        let parts = whole.parts.iter().filter(|part| is_seen(&part.unit, &part.metric));
        cards.parts = parts.cloned().collect();
        let actions = whole.actions.iter();
        cards.actions = actions
            .filter(|follow| self.carries(report, &seen, follow))
            .map(|follow| {
                let mut follow = follow.clone();
                follow.effect =
                    follow.effect.filter(|_| is_seen(&follow.action.unit, &follow.action.metric));
                follow
            })
            .collect();
        let outlook = whole.outlook.as_ref();
        cards.outlook = outlook.map(|outlook| outlook.only(is_seen));
        if *report.unit == self.whole.org.company {
            cards.tilt = whole.tilt.clone();
            cards.reconciliation = whole.reconciliation.clone();
            cards.questions = whole.questions.clone();
        }
        cards
    }

    /// The coefficients of people who are shown, and of the units.
    fn awards(&self, report: &Addressed<'_>, units: &[&UnitId], cards: &mut Scorecards) {
        let whole = self.whole.cards;
        for unit in units {
            let relations = self.relations(report, unit);
            if !self.shows(Matter::Coefficients, unit, &relations) {
                continue;
            }
            let paid = self.shows(Matter::Amounts, unit, &relations);
            for &period in &self.periods[1] {
                let Some(award) = whole.coefficient(period, unit) else { continue };
                let mut award = award.clone();
                if !paid {
                    award.pay = Pay::Nothing;
                }
                cards.coefficients.insert((period, (*unit).clone()), award);
            }
        }
    }

    /// The lists, of those whom each reader may know to be on one; their groups for HR alone.
    fn talent(&self, report: &Addressed<'_>, units: &[&UnitId]) -> Option<TalentList> {
        let mut list = self.whole.cards.talent.clone()?;
        let seen: BTreeSet<&UnitId> = units.iter().copied().collect();
        list.entries.retain(|entry| {
            let relations = self.relations(report, &entry.unit);
            seen.contains(&entry.unit) && self.shows(Matter::Talent, &entry.unit, &relations)
        });
        let is_hr = report.kind == ReportKind::Hr;
        if !is_hr {
            list.groups.clear();
        }
        (!is_hr || self.policy.shows(Matter::Talent, Relation::Hr)).then_some(list)
    }

    fn score(&self, report: &Addressed<'_>, score: &Score) -> Score {
        let of = (Some(&score.metric), score.period == self.whole.judged);
        let standing = score.standing.as_ref();
        let standing = standing.and_then(|standing| self.standing(report, of, standing));
        Score { standing, ..score.clone() }
    }

    fn composite(&self, report: &Addressed<'_>, composite: &CompositeScore) -> CompositeScore {
        let of = (None, composite.period == self.whole.judged);
        let standing = composite.standing.as_ref();
        let standing = standing.and_then(|standing| self.standing(report, of, standing));
        CompositeScore { standing, ..composite.clone() }
    }
}

/// A cause without what rests on a metric that is kept back, without customers where their rows
/// are, and without the parts of people who are not shown.
fn cause_of(
    cause: &Cause,
    hidden: &BTreeSet<MetricId>,
    rows: bool,
    seen: &BTreeSet<&UnitId>,
) -> Cause {
    let mut cause = cause.clone();
    cause.process.retain(|process| !hidden.contains(&process.metric));
    let tells = |metric: &MetricId| !hidden.contains(metric);
    let drivers = cause.drivers.as_ref();
    if drivers.is_some_and(|all| !all.split.parts.iter().all(|part| tells(&part.name.metric))) {
        (cause.drivers, cause.finding) = (None, Finding::NoTree);
    }
    if !rows {
        cause.customers.clear();
    }
    let strangers = cause
        .units
        .as_ref()
        .is_some_and(|units| units.parts.iter().any(|part| !seen.contains(&part.name)));
    if strangers {
        cause.units = None;
    }
    cause
}
