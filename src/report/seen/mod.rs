//! What one report may hold. The policy decides it here, once, from the report and all of its
//! readers; whatever composes a document, a booklet or a workbook is given the result, and has
//! nothing else to look at.

mod cards;
mod groups;
mod org;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use self::groups::InGroup;
use self::groups::Known;
use super::briefing::Briefing;
use super::document::ReportKind;
use super::pack::PackFacts;
use crate::calc::Scorecards;
use crate::model::policy::{kept_metrics, relation};
use crate::model::{
    CreditedRows, DateRange, DimensionTarget, Level, Matter, Metric, MetricId, Org, Period, Policy,
    Relation, Target, UnitId,
};
use crate::settings::Reader;

/// The whole of a run, and who is to see what of it; it gives each report its part.
pub struct Sights<'a> {
    whole: Briefing<'a>,
    policy: &'a Policy,
    dates: DateRange,
    /// What each unit and person stands under, the nearest first.
    targets: BTreeMap<&'a UnitId, Vec<&'a Target>>,
    by_dimension: BTreeMap<&'a UnitId, Vec<&'a DimensionTarget>>,
    /// Of each person who is responsible for a unit: whom of each peer group they see anyway.
    known: BTreeMap<&'a UnitId, Known<'a>>,
    /// Of scores and composites, and of coefficients.
    periods: [Vec<Period>; 2],
}

/// One report, and everybody who gets it.
#[derive(Clone, Copy, Debug)]
pub struct Addressed<'a> {
    pub kind: ReportKind,
    pub unit: &'a UnitId,
    /// The owner and those with copies; none where nobody is named, and then as for a manager.
    pub readers: &'a [&'a Reader],
}

/// A report's part of the run: everything that its composers see.
pub struct Seen<'a> {
    whole: Briefing<'a>,
    kind: ReportKind,
    unit: UnitId,
    org: Org,
    cards: Scorecards,
    metrics: Vec<Metric>,
    headline: Vec<MetricId>,
    targets: Vec<Target>,
    by_dimension: Vec<DimensionTarget>,
    sight: Sight,
}

/// What cannot be told from what is left of the figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// The rows behind the unit's figures.
    pub(super) rows: bool,
    /// What the coefficients of people below pay.
    pub(super) amounts: bool,
    /// What belongs to nobody: totals over all departments, rows that were set aside.
    pub(super) whole_company: bool,
    /// Whether anybody of the company has a base that a coefficient pays by.
    pub(super) somebody_has_base: bool,
}

impl<'a> Sights<'a> {
    /// Of all that a run has found.
    pub fn new(whole: &Briefing<'a>, policy: &'a Policy) -> Self {
        let mut targets: BTreeMap<&UnitId, Vec<&Target>> = BTreeMap::new();
        for target in whole.targets {
            targets.entry(&target.unit).or_default().push(target);
        }
        let mut by_dimension: BTreeMap<&UnitId, Vec<&DimensionTarget>> = BTreeMap::new();
        for part in whole.by_dimension {
            by_dimension.entry(&part.target.unit).or_default().push(part);
        }
        let dates = whole.judged.dates(whole.fiscal);
        let mut sights = Self {
            whole: *whole,
            policy,
            dates,
            targets,
            by_dimension,
            known: BTreeMap::new(),
            periods: [judged_periods(whole.cards), awarded_periods(whole.cards)],
        };
        sights.known = sights.known_to_owners();
        sights
    }

    /// The part of a report that all of its readers may see.
    pub fn of(&self, report: &Addressed<'_>) -> Seen<'a> {
        let relations = |subject: &UnitId| self.relations(report, subject);
        let units: Vec<&'a UnitId> = self
            .scope(report)
            .into_iter()
            .filter(|id| self.shows(Matter::Figures, id, &relations(id)))
            .collect();
        let own = relations(report.unit);
        let metrics: Vec<Metric> = self.whole.metrics.iter().cloned().collect();
        let shows =
            |metric: &MetricId| own.iter().all(|one| self.policy.shows_metric(metric, *one));
        let hidden: BTreeSet<MetricId> = match report.kind {
            ReportKind::Hr => BTreeSet::new(),
            _ => kept_metrics(&metrics, &shows),
        };
        let org = self.org(report, &units);
        let people_below = units.iter().filter(|id| self.level(id) == Some(Level::Person));
        let amounts =
            people_below.clone().all(|id| self.shows(Matter::Amounts, id, &relations(id)));
        let rows = self.shows(Matter::Rows, report.unit, &own)
            && people_below.clone().all(|id| self.shows(Matter::Rows, id, &relations(id)));
        let is_company = *report.unit == self.whole.org.company;
        let sight = Sight {
            rows: rows && report.kind != ReportKind::Hr,
            amounts,
            whole_company: is_company,
            somebody_has_base: self.whole.org.people.values().any(|one| one.bonus_base.is_some()),
        };
        let cards = self.cards(report, &units, &hidden);
        Seen {
            whole: self.whole,
            kind: report.kind,
            unit: report.unit.clone(),
            org,
            cards,
            headline: kept(self.whole.headline, &hidden, |id| id),
            metrics: metrics.into_iter().filter(|one| !hidden.contains(&one.id)).collect(),
            targets: self.targets_of(&self.targets, &units, &hidden, |target| &target.metric),
            by_dimension: self
                .targets_of(&self.by_dimension, &units, &hidden, |part| &part.target.metric),
            sight,
        }
    }

    fn level(&self, id: &UnitId) -> Option<Level> {
        self.whole.org.level(id)
    }

    /// What each reader is to a subject; a report about a person is always one for that person.
    fn relations(&self, report: &Addressed<'_>, subject: &UnitId) -> Vec<Relation> {
        if report.kind == ReportKind::Hr {
            return vec![Relation::Hr];
        }
        let org = self.whole.org;
        let of_reader = |reader: &&Reader| match reader {
            Reader::Person(id) => relation(org, &self.dates, id, subject),
            Reader::Address(_) => None,
        };
        let mut relations: Vec<Relation> = report.readers.iter().filter_map(of_reader).collect();
        if self.level(report.unit) == Some(Level::Person) {
            relations.extend((subject == report.unit).then_some(Relation::Own));
        } else if report.readers.is_empty() {
            relations.push(Relation::Manager);
        }
        relations.sort_unstable();
        relations.dedup();
        relations
    }

    fn shows(&self, matter: Matter, subject: &UnitId, relations: &[Relation]) -> bool {
        let is_unit = self.whole.org.units.contains_key(subject);
        let shows = |relation: &Relation| match relation {
            Relation::Manager if is_unit => true,
            // The lists for HR are of what people earn, and of no unit's figures.
            Relation::Hr => self.policy.shows(matter, Relation::Hr) || matter == Matter::Figures,
            relation => self.policy.shows(matter, *relation),
        };
        !relations.is_empty() && relations.iter().all(shows)
    }

    /// Whom a report is about: a person; or a unit with everything below it.
    fn scope(&self, report: &Addressed<'_>) -> Vec<&'a UnitId> {
        let org: &'a Org = self.whole.org;
        let lies_here = |id: &UnitId| org.and_above(id).any(|above| above == report.unit);
        let units = org.units.keys().filter(|id| lies_here(id));
        let people = org
            .people
            .keys()
            .filter(|id| *id == report.unit || lies_here(org.home(id, &self.dates)));
        match self.level(report.unit) {
            Some(Level::Person) => {
                org.people.get_key_value(report.unit).map(|(id, _)| id).into_iter().collect()
            }
            _ => units.chain(people).collect(),
        }
    }

    /// The targets of some units, in the order of the target tables.
    fn targets_of<T: Clone>(
        &self,
        all: &BTreeMap<&'a UnitId, Vec<&'a T>>,
        units: &[&UnitId],
        hidden: &BTreeSet<MetricId>,
        metric: fn(&T) -> &MetricId,
    ) -> Vec<T> {
        let of_units = units.iter().filter_map(|id| all.get(id)).flatten();
        of_units.copied().filter(|one| !hidden.contains(metric(one))).cloned().collect()
    }
}

fn judged_periods(cards: &Scorecards) -> Vec<Period> {
    let mut periods: Vec<Period> = cards.scores.keys().map(|(period, ..)| *period).collect();
    periods.extend(cards.composites.keys().map(|(period, _)| *period));
    periods.sort_unstable();
    periods.dedup();
    periods
}

fn awarded_periods(cards: &Scorecards) -> Vec<Period> {
    let mut periods: Vec<Period> = cards.coefficients.keys().map(|(period, _)| *period).collect();
    periods.dedup();
    periods
}

/// What is not hidden.
fn kept<T: Clone>(all: &[T], hidden: &BTreeSet<MetricId>, metric: fn(&T) -> &MetricId) -> Vec<T> {
    all.iter().filter(|one| !hidden.contains(metric(one))).cloned().collect()
}

impl Seen<'_> {
    /// Whom the report is about.
    pub fn unit(&self) -> &UnitId {
        &self.unit
    }

    pub fn kind(&self) -> ReportKind {
        self.kind
    }

    /// What composers are given.
    pub(super) fn briefing(&self) -> Briefing<'_> {
        Briefing {
            org: &self.org,
            cards: &self.cards,
            metrics: &self.metrics,
            headline: &self.headline,
            targets: &self.targets,
            by_dimension: &self.by_dimension,
            totals: if self.sight.whole_company { self.whole.totals } else { &[] },
            sight: self.sight,
            ..self.whole
        }
    }

    /// The rows that may be listed.
    pub(super) fn rows<'r>(&self, rows: Option<&'r CreditedRows>) -> Option<&'r CreditedRows> {
        rows.filter(|_| self.sight.rows)
    }

    /// What a pack may tell beside the figures: sums over the whole company, and what stands in rows
    /// of nobody, in the company's alone.
    pub(super) fn facts(&self, facts: &PackFacts) -> PackFacts {
        let mut facts = facts.clone();
        if !self.sight.whole_company {
            facts.totals.clear();
            facts.rejects.iter_mut().for_each(|one| one.first.2.clear());
        }
        let is_seen = |unit: &UnitId| self.org.level(unit).is_some();
        let is_shown = |id: &MetricId| self.metrics.iter().any(|metric| metric.id == *id);
        for version in &mut facts.restatements {
            version.changes.retain(|one| is_seen(&one.unit) && is_shown(&one.metric));
        }
        facts
    }
}
