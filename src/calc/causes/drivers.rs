//! Why: what the factors of a metric's tree make of its gap, or of its change where the factors
//! have no targets.

use std::collections::BTreeMap;

use super::inquiry::Search;
use super::shapley::shapley;
use super::split::{Base, Piece, Scales};
use super::{Drivers, Finding};
use crate::calc::score::Score;
use crate::model::{Exact, Metric, MetricId, Tree};

/// A factor, and what its base is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driver {
    pub metric: MetricId,
    pub base: DriverBase,
}

/// Where the base of a factor comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverBase {
    /// Its own target.
    Target,
    /// It has none, and it alone: what the metric's target and those of the other factors ask of
    /// it.
    Implied,
    /// Its figure in the base period.
    Earlier,
}

impl DriverBase {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Implied => "implied",
            Self::Earlier => "earlier",
        }
    }
}

type Figures = BTreeMap<MetricId, Exact>;

impl Search<'_> {
    /// The drivers by the first tree that explains the gap; else by the first that explains the
    /// change since a year ago, or since the period before.
    pub(super) fn drivers(&self, metric: &Metric, score: &Score) -> (Option<Drivers>, Finding) {
        let trees: Vec<&Tree> =
            self.inquiry.rules.trees.iter().filter(|tree| tree.metric == metric.id).collect();
        let of_gap = |tree: &&Tree| self.of_gap(tree, metric, score);
        let of_change = |base: Base, old: &Option<Exact>| {
            trees.iter().find_map(|tree| {
                let old = (base.period()?, old.clone()?);
                self.of_change(tree, metric, score, base, old)
            })
        };
        let earlier = self.earlier(score);
        let found = trees.iter().find_map(of_gap).or_else(|| {
            earlier.iter().find_map(|(base, old)| of_change(*base, &Some(old.clone())))
        });
        let scales = self.scales(metric, score);
        let finding = match &found {
            Some(drivers) if drivers.split.parts.iter().any(|part| part.is_main()) => Finding::Main,
            Some(drivers) if !drivers.split.is_telling() => match scales {
                Some(scales) if scales.is_bad(&drivers.split.whole) => Finding::SmallChange,
                _ => Finding::NotWorse,
            },
            Some(_) => Finding::NoSingle,
            None if trees.is_empty() => Finding::NoTree,
            None => Finding::NoFigures,
        };
        (found, finding)
    }

    /// How the parts of a score are weighed; none where it has no gap.
    pub(super) fn scales<'s>(&'s self, metric: &Metric, score: &'s Score) -> Option<Scales<'s>> {
        Some(Scales {
            rules: self.inquiry.rules,
            direction: metric.direction,
            gap: score.gap.as_ref()?,
            actual: score.actual.known()?,
        })
    }

    /// The bases that a score's figure can be compared with over time, the better one first.
    pub(super) fn earlier(&self, score: &Score) -> Vec<(Base, Exact)> {
        let year_ago = (score.period.year_ago().map(Base::YearAgo), score.year_ago.known());
        let previous = (score.period.previous().map(Base::Previous), score.previous.known());
        let both = [year_ago, previous].into_iter();
        both.filter_map(|(base, figure)| Some((base?, figure?.clone()))).collect()
    }

    fn of_gap(&self, tree: &Tree, metric: &Metric, score: &Score) -> Option<Drivers> {
        let now = self.factors(tree, |factor| self.known(factor, &score.unit, score.period))?;
        let target = |factor: &MetricId| {
            let other = self.cards.score(score.period, &score.unit, factor)?;
            other.target.known().cloned()
        };
        let mut old: Figures =
            now.keys().filter_map(|factor| Some((factor.clone(), target(factor)?))).collect();
        let open: Vec<&MetricId> = now.keys().filter(|factor| !old.contains_key(*factor)).collect();
        let implied = match open[..] {
            [] => None,
            [one] => {
                let aim = score.target.known()?.clone();
                let known = &mut |name: &str| old.get(&MetricId::from(name)).cloned();
                Some((one.clone(), tree.formula.solve(one.as_str(), aim, known)?))
            }
            _ => return None,
        };
        let base_of = |factor: &MetricId| match &implied {
            Some((one, _)) if one == factor => DriverBase::Implied,
            _ => DriverBase::Target,
        };
        old.extend(implied.clone());
        let scales = self.scales(metric, score)?;
        self.decompose(tree, scales, (&now, &old), (Base::Target, score.gap.clone()?), &base_of)
    }

    fn of_change(
        &self,
        tree: &Tree,
        metric: &Metric,
        score: &Score,
        base: Base,
        (period, figure): (crate::model::Period, Exact),
    ) -> Option<Drivers> {
        let at = |period| self.factors(tree, |factor| self.known(factor, &score.unit, period));
        let (now, old) = (at(score.period)?, at(period)?);
        let whole = score.actual.known()? - &figure;
        let scales = self.scales(metric, score)?;
        self.decompose(tree, scales, (&now, &old), (base, whole), &|_| DriverBase::Earlier)
    }

    fn factors(&self, tree: &Tree, figure: impl Fn(&MetricId) -> Option<Exact>) -> Option<Figures> {
        tree.factors().into_iter().map(|factor| Some((factor.clone(), figure(&factor)?))).collect()
    }

    fn decompose(
        &self,
        tree: &Tree,
        scales: Scales<'_>,
        (now, old): (&Figures, &Figures),
        (base, whole): (Base, Exact),
        base_of: &dyn Fn(&MetricId) -> DriverBase,
    ) -> Option<Drivers> {
        let factors = tree.factors();
        let amounts = shapley(factors.len(), &mut |set| {
            tree.formula.value(&mut |name| {
                let at = factors.iter().position(|factor| factor.as_str() == name)?;
                let figures = if set & (1 << at) == 0 { old } else { now };
                figures.get(&factors[at]).cloned()
            })
        })?;
        let pieces = factors
            .into_iter()
            .zip(amounts)
            .map(|(factor, amount)| Piece {
                now: now.get(&factor).cloned(),
                base: old.get(&factor).cloned(),
                name: Driver { base: base_of(&factor), metric: factor },
                amount,
            })
            .collect();
        let split = scales.weigh(base, whole, pieces);
        Some(Drivers { formula: tree.formula.text().to_owned(), split })
    }
}
