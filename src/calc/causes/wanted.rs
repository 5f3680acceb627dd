//! What has to be parted by dimensions: only the warned units, and only the periods needed.

use std::collections::{BTreeMap, BTreeSet};

use super::adding::Adding;
use super::inquiry::Inquiry;
use crate::calc::score::{Score, Scorecards};
use crate::model::{DimensionId, DimensionKind, MetricId, Period, UnitId};

/// A metric from rows, to be parted by a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub metric: MetricId,
    pub dimension: DimensionId,
    pub units: BTreeSet<UnitId>,
    pub periods: BTreeSet<Period>,
}

impl Inquiry<'_> {
    /// What [`Inquiry::find`] has to be given, by metric and dimension.
    pub fn wanted(&self, cards: &Scorecards) -> Vec<Wanted> {
        let mut places: BTreeMap<MetricId, (BTreeSet<UnitId>, BTreeSet<Period>)> = BTreeMap::new();
        for score in self.warned(cards) {
            let (leaves, periods) = self.needed(score);
            for leaf in leaves {
                let (units, all) = places.entry(leaf).or_default();
                units.insert(score.unit.clone());
                all.extend(&periods);
            }
        }
        let kinds = [DimensionKind::Class, DimensionKind::Customer];
        let dimensions: Vec<&DimensionId> =
            kinds.into_iter().flat_map(|kind| self.dimensions_of(kind)).collect();
        let of = |(metric, (units, periods)): (MetricId, (BTreeSet<UnitId>, BTreeSet<Period>))| {
            let want = |dimension: &DimensionId| Wanted {
                metric: metric.clone(),
                dimension: dimension.clone(),
                units: units.clone(),
                periods: periods.clone(),
            };
            dimensions.iter().map(|dimension| want(dimension)).collect::<Vec<_>>()
        };
        places.into_iter().flat_map(of).collect()
    }

    /// The metrics from rows that a score is made of, and the periods to part them in.
    fn needed(&self, score: &Score) -> (Vec<MetricId>, Vec<Period>) {
        let Some(metric) = self.metric(&score.metric) else { return Default::default() };
        match self.adding(metric) {
            Adding::Not => Default::default(),
            Adding::Over { .. } => (self.leaves(&metric.id), vec![score.period]),
            Adding::Plain => {
                let base = match (score.year_ago.known(), score.previous.known()) {
                    (Some(_), _) => score.period.year_ago(),
                    (None, Some(_)) => score.period.previous(),
                    (None, None) => return Default::default(),
                };
                let periods = std::iter::once(score.period).chain(base).collect();
                (self.leaves(&metric.id), periods)
            }
        }
    }

    /// The dimensions of a kind that the rules ask for, in their order.
    pub(super) fn dimensions_of(&self, kind: DimensionKind) -> impl Iterator<Item = &DimensionId> {
        let asked = |id: &DimensionId| {
            self.rules.dimensions.as_ref().is_none_or(|asked| asked.contains(id))
        };
        self.dimensions
            .iter()
            .filter(move |dimension| dimension.kind == kind && asked(&dimension.id))
            .map(|dimension| &dimension.id)
    }
}
