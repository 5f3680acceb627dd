//! Small groups: whose mean tells of one person, by itself or once what the reader knows anyway is
//! taken from it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Addressed, Sights};
use crate::calc::{PeerGroup, PeerStanding};
use crate::model::{Level, Matter, MetricId, Relation, UnitId};
use crate::report::document::ReportKind;
use crate::settings::Reader;

/// How much of a peer group somebody may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InGroup {
    /// Not even a place in it.
    Nothing,
    /// A place, and no figure of others.
    Place,
    /// Mean and median, and how far away the next ones are.
    Figures,
}

/// What is ranked: a metric, or the composite.
type Ranked<'a> = Option<&'a MetricId>;

/// How many members of each peer group somebody sees with their figures, in the judged period.
pub(super) type Known<'a> = BTreeMap<(Ranked<'a>, &'a PeerGroup), usize>;

impl<'a> Sights<'a> {
    /// Of everybody who is responsible for a unit. Whoever is not knows themselves alone.
    pub(super) fn known_to_owners(&self) -> BTreeMap<&'a UnitId, Known<'a>> {
        let org = self.whole.org;
        let mut heads: BTreeMap<&'a UnitId, BTreeSet<&'a UnitId>> = BTreeMap::new();
        for unit in org.units.values() {
            if let Some(owner) = &unit.owner {
                heads.entry(owner).or_default().insert(&unit.id);
            }
        }
        let people_shown = self.policy.shows(Matter::Figures, Relation::Manager);
        let mut known: BTreeMap<&'a UnitId, Known<'a>> = BTreeMap::new();
        for (unit, ranked, group) in self.standings() {
            let is_person = self.level(unit) == Some(Level::Person);
            let place = if is_person { org.home(unit, &self.dates) } else { unit };
            let above: BTreeSet<&UnitId> = org.and_above(place).collect();
            for (owner, units) in &heads {
                let manages = !units.is_disjoint(&above) && (people_shown || !is_person);
                if manages || *owner == unit {
                    *known.entry(owner).or_default().entry((ranked, group)).or_default() += 1;
                }
            }
        }
        known
    }

    /// Who is ranked in the judged period, by what, and among whom.
    fn standings(&self) -> impl Iterator<Item = (&'a UnitId, Ranked<'a>, &'a PeerGroup)> {
        let (cards, judged) = (self.whole.cards, self.whole.judged);
        let scores = cards.scores.values().filter(move |score| score.period == judged);
        let scores = scores.filter_map(|score| {
            Some((&score.unit, Some(&score.metric), &score.standing.as_ref()?.group))
        });
        let composites = cards.composites.values().filter(move |of| of.period == judged);
        scores
            .chain(composites.filter_map(|of| Some((&of.unit, None, &of.standing.as_ref()?.group))))
    }

    /// A standing as the readers of a report may see it: without mean and median where these would
    /// tell of somebody, and not at all where a place among so few people would.
    pub(super) fn standing(
        &self,
        report: &Addressed<'_>,
        (ranked, is_judged): (Option<&MetricId>, bool),
        standing: &PeerStanding,
    ) -> Option<PeerStanding> {
        let strangers = self.strangers(report, ranked, standing);
        let least = self.whole.plan.rank.least_group;
        let of_people = standing.group.level == Level::Person;
        let is_small = standing.peers < least && strangers > 0;
        if of_people && is_small && !self.policy.small_ranks {
            return None;
        }
        let mut shown = standing.clone();
        if !is_judged || !tells_of_nobody(standing.peers, strangers, least) {
            (shown.mean, shown.median) = (None, None);
        }
        Some(shown)
    }

    /// How much one reader may know of the group that a unit is ranked in, who asks for it alone.
    pub fn in_group(
        &self,
        reader: &Reader,
        unit: &UnitId,
        ranked: Option<&MetricId>,
        standing: &PeerStanding,
    ) -> InGroup {
        let report = Addressed { kind: ReportKind::Person, unit, readers: &[reader] };
        match self.standing(&report, (ranked, true), standing) {
            None => InGroup::Nothing,
            Some(shown) if shown.mean.is_none() => InGroup::Place,
            Some(_) => InGroup::Figures,
        }
    }

    /// How many of a group the reader who knows most of it does not see.
    fn strangers(
        &self,
        report: &Addressed<'_>,
        ranked: Option<&MetricId>,
        standing: &PeerStanding,
    ) -> usize {
        let seen_by = |reader: &UnitId| match self.known.get(reader) {
            Some(known) => known.get(&(ranked, &standing.group)).copied().unwrap_or(0),
            None => 1,
        };
        let readers = report.readers.iter().filter_map(|reader| match reader {
            Reader::Person(id) => Some(seen_by(id)),
            Reader::Address(_) => None,
        });
        // Whom the report is about counts as known to whoever reads it.
        standing.peers.saturating_sub(readers.max().unwrap_or(1).max(1))
    }
}

/// Whether mean and median of a group may be shown to somebody to whom so many of it are strangers:
/// the group has to be large, and what is left of it once the others are taken away as well, unless
/// there are no strangers at all.
pub(super) fn tells_of_nobody(members: usize, strangers: usize, least: usize) -> bool {
    members >= least && (strangers == 0 || strangers + 1 >= least)
}
