//! A unit's place among its peers, with those before and behind it.

use crate::calc::composite::CompositeScore;
use crate::calc::score::{PeerStanding, Score, Scorecards};
use crate::model::{Exact, Period, UnitId};

/// A peer with what it is ranked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    pub unit: UnitId,
    pub rank: usize,
    pub value: Exact,
}

/// A peer group in the order of its ranks, ties by id, and the unit's own place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub standing: PeerStanding,
    pub peers: Vec<Ranked>,
    /// Where the unit itself stands in `peers`.
    pub own: usize,
}

impl Place {
    pub(super) fn new(
        unit: &UnitId,
        standing: &PeerStanding,
        mut peers: Vec<Ranked>,
    ) -> Option<Self> {
        peers.sort_by(|a, b| (a.rank, &a.unit).cmp(&(b.rank, &b.unit)));
        let own = peers.iter().position(|peer| peer.unit == *unit)?;
        Some(Self { standing: standing.clone(), peers, own })
    }

    /// The unit itself.
    pub fn own(&self) -> &Ranked {
        &self.peers[self.own]
    }

    /// The nearest of those who are better.
    pub fn ahead(&self) -> Option<&Ranked> {
        self.peers[..self.own].iter().rev().find(|peer| peer.rank < self.own().rank)
    }

    /// The nearest of those who are not as good.
    pub fn behind(&self) -> Option<&Ranked> {
        self.peers[self.own..].iter().find(|peer| peer.rank > self.own().rank)
    }

    /// How many others share the place.
    pub fn tied(&self) -> usize {
        self.peers.iter().filter(|peer| peer.rank == self.own().rank).count() - 1
    }
}

/// The place of a score; none where it is not ranked.
pub fn place_of_score(cards: &Scorecards, score: &Score) -> Option<Place> {
    let standing = score.standing.as_ref()?;
    let peers = scores_of(cards, score.period)
        .filter(|other| other.metric == score.metric)
        .filter_map(|other| {
            let found = other.standing.as_ref().filter(|found| found.group == standing.group)?;
            let figure = if standing.by_attainment { &other.attainment } else { &other.actual };
            let value = figure.known()?.clone();
            Some(Ranked { unit: other.unit.clone(), rank: found.rank, value })
        })
        .collect();
    Place::new(&score.unit, standing, peers)
}

/// The place of a composite; none where it is not ranked.
pub fn place_of_composite(cards: &Scorecards, composite: &CompositeScore) -> Option<Place> {
    let standing = composite.standing.as_ref()?;
    let of_period = cards.composites.values().filter(|other| other.period == composite.period);
    let peers = of_period
        .filter_map(|other| {
            let found = other.standing.as_ref().filter(|found| found.group == standing.group)?;
            let value = other.value.known()?.clone();
            Some(Ranked { unit: other.unit.clone(), rank: found.rank, value })
        })
        .collect();
    Place::new(&composite.unit, standing, peers)
}

fn scores_of(cards: &Scorecards, period: Period) -> impl Iterator<Item = &Score> {
    let first = (period, UnitId::from(""), "".into());
    let scores = cards.scores.range(first..).map(|(_, score)| score);
    scores.take_while(move |score| score.period == period)
}
