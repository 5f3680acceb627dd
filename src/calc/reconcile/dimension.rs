//! A unit's own target beside the sum over a dimension's values, such as its product lines.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::{Below, Part, counts};
use crate::calc::targets::{TargetBook, TargetPiece};
use crate::model::{
    DimensionId, DimensionTarget, FiscalYear, Metric, MetricId, Period, Target, UnitId,
};

/// The targets of a dimension, a book for each of its values.
pub struct DimensionBooks {
    pub dimension: DimensionId,
    books: Vec<TargetBook>,
}

impl DimensionBooks {
    /// All of them, by dimension and value.
    pub fn all(
        targets: &[DimensionTarget],
        book: impl Fn(Vec<&Target>) -> TargetBook,
    ) -> Vec<Self> {
        let mut rows: BTreeMap<&DimensionId, BTreeMap<&str, Vec<&Target>>> = BTreeMap::new();
        for target in targets {
            let values = rows.entry(&target.dimension).or_default();
            values.entry(&target.value).or_default().push(&target.target);
        }
        let mut all = Vec::new();
        for (dimension, values) in rows {
            let books = values.into_values().map(&book).collect();
            all.push(Self { dimension: dimension.clone(), books });
        }
        all
    }

    /// The sum over the values, where their rows cover every month of the period.
    pub(super) fn below(
        &self,
        unit: &UnitId,
        metric: &Metric,
        period: Period,
        fiscal: FiscalYear,
    ) -> Option<Below<'static>> {
        let values = self.books.iter().map(|book| book.pieces(unit, &metric.id));
        let values: Vec<Vec<TargetPiece>> = values.collect();
        let counted: Vec<Vec<&TargetPiece>> = values
            .iter()
            .map(|pieces| pieces.iter().filter(|piece| counts(piece, period, fiscal)).collect())
            .collect();
        let covered: BTreeSet<Period> =
            counted.iter().flatten().map(|piece| piece.period).collect();
        let covers = match period {
            Period::Range(_) => covered.contains(&period),
            _ => period.months(fiscal).iter().all(|month| covered.contains(month)),
        };
        let parts = counted.iter().filter_map(|pieces| Part::sum(pieces, period, fiscal));
        let parts: Vec<Part> = parts.collect();
        covers.then(|| Below {
            sum: Some(parts.iter().map(|part| &part.value).sum()),
            counted: parts.len(),
            without: Vec::new(),
            cut: parts.iter().map(|part| part.cut).sum(),
        })
    }

    /// The periods that rows of any value were written for.
    pub(super) fn given<'a>(
        &'a self,
        unit: &'a UnitId,
        metric: &'a MetricId,
    ) -> impl Iterator<Item = Period> + 'a {
        self.books.iter().flat_map(|book| book.given(unit, metric))
    }
}
