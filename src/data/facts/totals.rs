//! What every row of an extract comes to, found apart from all credit, so that the two can be held
//! against each other.

use polars::prelude::*;

use super::Wanted;
use super::days::{DayLines, exact_of, value_of};
use crate::data::Frame;
use crate::model::{Aggregate, Diagnostic, Exact, ExtractId, MetricId, UnitId};

/// One metric's sum over all rows of its extract, and where it went. All parts are in the metric's
/// own unit, over all dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub extract: ExtractId,
    pub metric: MetricId,
    /// Over every good row, in a pass of its own.
    pub total: Exact,
    /// Of the rows whose owner is known.
    pub credited: Exact,
    /// Of the rows without owner.
    pub unassigned: Exact,
    /// Of the rows whose owner is in no extract of people or units.
    pub rejected: Exact,
    /// Of the rows without a date, such as deals still open.
    pub undated: Exact,
}

impl Total {
    /// What is left unexplained; zero, or there is a slip in the program.
    pub fn difference(&self) -> Exact {
        let parts = [&self.credited, &self.unassigned, &self.rejected, &self.undated];
        &self.total - &parts.into_iter().sum::<Exact>()
    }
}

/// Sums each additive metric of a pass over all rows, and over the rows without date.
pub fn find_totals(
    frame: &Frame,
    wanted: &[Wanted<'_>],
    days: &DayLines,
    known: &dyn Fn(&UnitId) -> bool,
) -> Result<Vec<Total>, Diagnostic> {
    let mut sums = Vec::new();
    for want in wanted.iter().filter(|want| want.simple.aggregate != Aggregate::CountDistinct) {
        let value = match want.simple.aggregate {
            Aggregate::Count => value_of(frame, want)?.is_not_null().cast(DataType::Int64),
            Aggregate::Sum | Aggregate::CountDistinct => value_of(frame, want)?,
        };
        let undated =
            when(col(want.simple.date.as_str()).is_null()).then(value.clone()).otherwise(lit(NULL));
        sums.push(value.sum().alias(want.id.as_str()));
        sums.push(undated.sum().alias(format!("_undated {}", want.id)));
    }
    if sums.is_empty() {
        return Ok(Vec::new());
    }
    let table = frame
        .lazy
        .clone()
        .select(sums)
        .collect_with_engine(Engine::Streaming)
        .and_then(|result| Ok(result.unwrap_single()))
        .map_err(|why| frame.refuse(&why))?;
    let cell = |name: &str| -> Result<Exact, Diagnostic> {
        let value = table.column(name).and_then(|column| column.get(0));
        let value = value.map_err(|why| frame.refuse(&why))?;
        Ok(exact_of(&value).unwrap_or_else(Exact::zero))
    };
    let mut totals = Vec::new();
    for want in wanted {
        let Some([credited, rejected, unassigned]) = days.shares(want.id, known) else { continue };
        totals.push(Total {
            extract: frame.extract.clone(),
            metric: want.id.clone(),
            total: cell(want.id.as_str())?,
            undated: cell(&format!("_undated {}", want.id))?,
            credited,
            unassigned,
            rejected,
        });
    }
    Ok(totals)
}
