//! What every row of an extract comes to, found apart from all credit, so that the two can be held
//! against each other.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::Wanted;
use super::credit::Crediting;
use super::days::{DayLines, exact_of, value_of};
use super::rows::PassRows;
use crate::data::Frame;
use crate::model::{Aggregate, Diagnostic, Exact, MetricId, Total};

/// Sums each additive metric of a pass over all rows, and over the rows without date.
pub fn find_totals(
    frame: &Frame,
    wanted: &[Wanted<'_>],
    rows: &PassRows<'_>,
    credited: &[(DayLines, Crediting<'_>)],
) -> Result<Vec<Total>, Diagnostic> {
    let Some(sums) = sum_up(frame, wanted, &rows.dated.lazy)? else { return Ok(Vec::new()) };
    let refused = match rows.refused()? {
        Some(refused) => sum_up(frame, wanted, &refused.filter(col("_day").is_not_null()))?,
        None => None,
    };
    let mut totals = Vec::new();
    for want in wanted {
        let mut shares = credited
            .iter()
            .filter_map(|(days, crediting)| days.shares(want.id, &|owner| crediting.knows(owner)));
        let Some([credited, rejected, unassigned]) = shares.next() else { continue };
        let Some((total, undated)) = sums.get(want.id).cloned() else { continue };
        let refused = refused.as_ref().and_then(|refused| refused.get(want.id));
        totals.push(Total {
            extract: frame.extract.clone(),
            metric: want.id.clone(),
            total,
            undated,
            credited,
            unassigned,
            rejected: refused.map_or(rejected.clone(), |(sum, _)| &rejected + sum),
            overlay: shares.map(|[overlay, ..]| overlay).sum(),
        });
    }
    Ok(totals)
}

/// Each additive metric over all rows, and over those without date; none without such a metric.
fn sum_up<'a>(
    frame: &Frame,
    wanted: &[Wanted<'a>],
    rows: &LazyFrame,
) -> Result<Option<BTreeMap<&'a MetricId, (Exact, Exact)>>, Diagnostic> {
    let additive =
        || wanted.iter().filter(|want| want.simple.aggregate != Aggregate::CountDistinct);
    let undated = |id: &MetricId| format!("_undated {id}");
    let mut sums = Vec::new();
    for want in additive() {
        let value = match want.simple.aggregate {
            Aggregate::Count => value_of(frame, want)?.is_not_null().cast(DataType::Int64),
            Aggregate::Sum | Aggregate::CountDistinct => value_of(frame, want)?,
        };
        let no_day = when(col("_day").is_null()).then(value.clone()).otherwise(lit(NULL));
        sums.push(value.sum().alias(want.id.as_str()));
        sums.push(no_day.sum().alias(undated(want.id)));
    }
    if sums.is_empty() {
        return Ok(None);
    }
    let table = rows
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
    let both = |id: &'a MetricId| Ok((id, (cell(id.as_str())?, cell(&undated(id))?)));
    additive().map(|want| both(want.id)).collect::<Result<_, _>>().map(Some)
}
