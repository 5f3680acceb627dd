//! When, where and who: a gap by months and by units, a change by the values of a dimension.

use std::collections::{BTreeMap, BTreeSet};

use super::Split;
use super::adding::Adding;
use super::inquiry::Search;
use super::split::{Base, Piece};
use crate::calc::score::Score;
use crate::model::{
    DimensionId, DimensionKind, Exact, Metric, MetricId, MetricKind, Period, UnitId,
};

type Values = BTreeMap<String, Exact>;

/// A quotient's target, and the bottom of the whole.
struct Quotient<'a> {
    top: &'a MetricId,
    bottom: &'a MetricId,
    target: &'a Exact,
    whole: Exact,
}

impl Quotient<'_> {
    fn piece<N>(&self, name: N, top: &Exact, bottom: &Exact) -> Option<Piece<N>> {
        let beyond = top - &(self.target * bottom);
        Some(Piece {
            name,
            now: top.over(bottom),
            base: Some(self.target.clone()),
            amount: beyond.over(&self.whole)?,
        })
    }
}

impl<'a> Search<'a> {
    /// The gap by the months of the period that have begun.
    pub(super) fn by_months(&self, metric: &Metric, score: &Score) -> Option<Split<Period>> {
        if matches!(score.period, Period::Month { .. } | Period::Range(_)) {
            return None;
        }
        let months = score.period.months(self.inquiry.case.fiscal);
        let pieces: Vec<Piece<Period>> = match self.inquiry.adding(metric) {
            Adding::Not => return None,
            Adding::Plain => months
                .into_iter()
                .filter_map(|month| {
                    gap_of(month, self.cards.score(month, &score.unit, &score.metric)?)
                })
                .collect(),
            Adding::Over { top, bottom } => {
                let quotient = self.quotient(score, top, bottom)?;
                let piece = |month| self.piece_at(&quotient, month, &score.unit, month);
                months.into_iter().filter_map(piece).collect()
            }
        };
        self.split_of_gap(metric, score, pieces)
    }

    /// The gap by the units and people right below. Where figures do not add, the rest holds what
    /// several of them have in common.
    pub(super) fn by_units(&self, metric: &Metric, score: &'a Score) -> Option<Split<UnitId>> {
        let below = self.below(score).iter();
        let pieces: Vec<Piece<UnitId>> = match self.inquiry.adding(metric) {
            Adding::Not if !metric.target_spreads() => return None,
            Adding::Plain | Adding::Not => {
                below.filter_map(|below| gap_of(below.unit.clone(), below)).collect()
            }
            Adding::Over { top, bottom } => {
                let quotient = self.quotient(score, top, bottom)?;
                let piece = |below: &&Score| {
                    self.piece_at(&quotient, below.unit.clone(), &below.unit, score.period)
                };
                below.filter_map(piece).collect()
            }
        };
        self.split_of_gap(metric, score, pieces)
    }

    /// The change by the values of each dimension of classes, a quotient's gap likewise.
    pub(super) fn by_dimensions(
        &self,
        metric: &Metric,
        score: &Score,
    ) -> Vec<(DimensionId, Split<String>)> {
        self.inquiry
            .dimensions_of(DimensionKind::Class)
            .filter_map(|id| Some((id.clone(), self.by_values(metric, score, id)?)))
            .collect()
    }

    /// By the values of one dimension; none where no row tells a value.
    pub(super) fn by_values(
        &self,
        metric: &Metric,
        score: &Score,
        dimension: &DimensionId,
    ) -> Option<Split<String>> {
        let values = |id: &MetricId, period| self.values(id, dimension, period, &score.unit);
        let names = |one: &Values, other: &Values| -> BTreeSet<String> {
            one.keys().chain(other.keys()).cloned().collect()
        };
        let (base, whole, pieces) = match self.inquiry.adding(metric) {
            Adding::Not => return None,
            Adding::Plain => {
                let (base, figure) = self.earlier(score).into_iter().next()?;
                let (now, old) =
                    (values(&metric.id, score.period)?, values(&metric.id, base.period()?)?);
                let piece = |name: String| {
                    let (now, base) = (now.get(&name).cloned(), old.get(&name).cloned());
                    let nothing = Exact::zero();
                    let amount =
                        now.as_ref().unwrap_or(&nothing) - base.as_ref().unwrap_or(&nothing);
                    Piece { name, now, base, amount }
                };
                let pieces: Vec<_> = names(&now, &old).into_iter().map(piece).collect();
                (base, score.actual.known()? - &figure, pieces)
            }
            Adding::Over { top, bottom } => {
                let quotient = self.quotient(score, top, bottom)?;
                let (tops, bottoms) = (values(top, score.period)?, values(bottom, score.period)?);
                if tops.is_empty() || bottoms.is_empty() {
                    return None;
                }
                let nothing = Exact::zero();
                let piece = |name: String| {
                    let top = tops.get(&name).unwrap_or(&nothing);
                    let bottom = bottoms.get(&name).unwrap_or(&nothing);
                    quotient.piece(name, top, bottom)
                };
                let pieces: Vec<_> = names(&tops, &bottoms).into_iter().filter_map(piece).collect();
                (Base::Target, score.gap.clone()?, pieces)
            }
        };
        let told = pieces.iter().any(|piece: &Piece<String>| !piece.name.is_empty());
        if !told {
            return None;
        }
        Some(self.scales(metric, score)?.weigh(base, whole, pieces))
    }

    fn split_of_gap<N>(
        &self,
        metric: &Metric,
        score: &Score,
        pieces: Vec<Piece<N>>,
    ) -> Option<Split<N>> {
        let (gap, scales) = (score.gap.clone()?, self.scales(metric, score)?);
        (!pieces.is_empty()).then(|| scales.weigh(Base::Target, gap, pieces))
    }

    fn quotient<'q>(
        &self,
        score: &'q Score,
        top: &'q MetricId,
        bottom: &'q MetricId,
    ) -> Option<Quotient<'q>> {
        let whole = self.known(bottom, &score.unit, score.period)?;
        Some(Quotient { top, bottom, target: score.target.known()?, whole })
    }

    fn piece_at<N>(
        &self,
        quotient: &Quotient<'_>,
        name: N,
        unit: &UnitId,
        period: Period,
    ) -> Option<Piece<N>> {
        let top = self.known(quotient.top, unit, period)?;
        let bottom = self.known(quotient.bottom, unit, period)?;
        quotient.piece(name, &top, &bottom)
    }

    /// A metric's figures by the values of a dimension; empty where no row made one.
    fn values(
        &self,
        id: &MetricId,
        dimension: &DimensionId,
        period: Period,
        unit: &UnitId,
    ) -> Option<Values> {
        match &self.metric(id)?.kind {
            MetricKind::Simple(_) => {
                Some(self.parts.of(id, dimension, period, unit).cloned().unwrap_or_default())
            }
            MetricKind::Ratio { .. } => None,
            MetricKind::Derived(formula) => {
                let of = |name: &str| self.values(&name.into(), dimension, period, unit);
                let parts: BTreeMap<&str, Values> = formula
                    .names()
                    .into_iter()
                    .map(|name| Some((name, of(name)?)))
                    .collect::<Option<_>>()?;
                let names: BTreeSet<&String> = parts.values().flat_map(Values::keys).collect();
                let value = |name: &String| {
                    let of = &mut |part: &str| {
                        Some(parts.get(part)?.get(name).cloned().unwrap_or_else(Exact::zero))
                    };
                    Some((name.clone(), formula.value(of)?))
                };
                names.into_iter().map(value).collect()
            }
        }
    }
}

/// A score's own gap as a piece; none where it has none.
fn gap_of<N>(name: N, score: &Score) -> Option<Piece<N>> {
    Some(Piece {
        name,
        now: score.actual.known().cloned(),
        base: score.target.known().cloned(),
        amount: score.gap.clone()?,
    })
}
