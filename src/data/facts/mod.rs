//! Rows to facts: each simple metric, for every unit and period that is asked for.
//!
//! Rows are first brought down to one line per owner and day (and key, for distinct counts); that
//! is an exact state, which can be merged from parts. Days are then put into the stretches between
//! all the periods' edges, owners into the units that they belonged to on the day, and every
//! period's figure is read off its stretches. So a figure that does not add is counted anew at
//! each grain.

mod credit;
mod credited;
mod days;
mod distinct;
mod fit;
mod left_out;
mod parts;
mod returns;
mod rows;
mod shares;
mod stretches;
mod totals;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate};

use self::credit::Crediting;
pub use self::credited::{CreditedRequest, Whose, find_credited};
use self::days::{DayLines, add_up, read_days};
pub(super) use self::days::{day_of, exact_of};
use self::distinct::count_distinct;
pub use self::fit::{Misfit, find_misfits};
pub use self::left_out::{LeftOutRequest, find_left_out};
pub use self::parts::{PartRequest, PartWanted, find_parts};
use self::rows::{CreditedRows, PassRows, credit_rows};
use self::stretches::Stretches;
use self::totals::find_totals;
use super::{Frame, Frames, Reject};
use crate::model::metric::Simple;
use crate::model::{
    Aggregate, DateRange, Diagnostic, Diagnostics, ExtractId, Facts, FiscalYear, Metric, MetricId,
    MetricKind, Org, Period, Place, Total, UnitId,
};

/// What is to be found: described by data alone.
pub struct FactRequest<'a> {
    pub metrics: &'a [Metric],
    pub periods: &'a [Period],
    pub org: &'a Org,
    pub fiscal: FiscalYear,
}

/// The facts, and the rows that nobody could be found for.
#[derive(Default)]
pub struct FactsFound {
    pub facts: Facts,
    /// Rows whose owner is in no extract of people or units, or whose shares cannot be.
    pub rejects: Vec<Reject>,
    /// Rows without an owner, by extract.
    pub unassigned: BTreeMap<ExtractId, u64>,
    /// Each additive metric's sum over all rows, and where it went.
    pub totals: Vec<Total>,
    /// What is odd and counts nevertheless, such as a return whose original row is not there.
    pub warnings: Diagnostics,
}

/// A simple metric with its id.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    id: &'a MetricId,
    simple: &'a Simple,
    is_money: bool,
}

/// Finds all facts of the request, in one pass over each extract and owner column, and one more
/// for each distinct count.
///
/// # Errors
/// Expressions that do not fit the extract's columns, and money that became a float.
pub fn find_facts(frames: &Frames, request: &FactRequest<'_>) -> Result<FactsFound, Diagnostics> {
    let mut passes: BTreeMap<(ExtractId, String, String), Vec<Wanted<'_>>> = BTreeMap::new();
    for metric in request.metrics {
        if let MetricKind::Simple(simple) = &metric.kind {
            let key =
                (simple.extract.clone(), simple.date.clone(), simple.credit_to.column().to_owned());
            let is_money = metric.unit == crate::model::MetricUnit::Money;
            passes.entry(key).or_default().push(Wanted { id: &metric.id, simple, is_money });
        }
    }
    let mut found = FactsFound::default();
    let mut problems = Diagnostics::default();
    for ((extract, _, _), wanted) in &passes {
        let Some(frame) = frames.get(extract) else { continue };
        if let Err(why) = find_in(frame, frames, wanted, request, &mut found) {
            problems.push(why);
        }
    }
    found.rejects.sort();
    found.rejects.dedup();
    if problems.has_errors() { Err(problems) } else { Ok(found) }
}

fn find_in(
    frame: &Frame,
    frames: &Frames,
    wanted: &[Wanted<'_>],
    request: &FactRequest<'_>,
    found: &mut FactsFound,
) -> Result<(), Diagnostic> {
    let Some(first) = wanted.first() else { return Ok(()) };
    let simple = first.simple;
    let rows = credit_rows(frame, frames, simple, request.org)?;
    let mut lines: Vec<(DayLines, Crediting<'_>)> = Vec::new();
    for credited in &rows.credited {
        let crediting = credited.crediting(request.org, &simple.credit_to);
        lines.push((read_days(frame, credited, wanted)?, crediting));
    }
    let Some((days, crediting)) = lines.first() else { return Ok(()) };
    *found.unassigned.entry(frame.extract.clone()).or_default() += days.unassigned;

    let unknown: BTreeSet<&UnitId> = days.owners().filter(|id| !crediting.knows(id)).collect();
    if !unknown.is_empty() {
        found.rejects.extend(days::unknown_rows(frame, &rows, simple, &unknown)?);
    }
    found.rejects.extend(rows.rejects(frame)?);
    found.warnings.extend_new(rows.dated.lost_returns(frame)?);
    found.warnings.extend_new(rows.stray_shares(frame)?);
    found.totals.extend(find_totals(frame, wanted, &rows, &lines)?);

    // A return may count on a day that the extract does not cover.
    let ends = match rows.dated.own_days(frame, &simple.date)? {
        Some(ends) => Some(ends),
        None => days.first_and_last_day(),
    };
    let months = ends.map(|(earliest, latest)| whole_months(earliest, latest));
    let Some(covered) = months.into_iter().chain(frame.covered).reduce(DateRange::around) else {
        return Ok(());
    };
    for want in wanted {
        found.facts.cover(want.id, covered);
    }
    find_figures(frame, wanted, &rows, &lines, request, &mut found.facts)
}

/// Every period's figures of a pass, for all that its rows are credited to.
fn find_figures(
    frame: &Frame,
    wanted: &[Wanted<'_>],
    rows: &PassRows<'_>,
    lines: &[(DayLines, Crediting<'_>)],
    request: &FactRequest<'_>,
    facts: &mut Facts,
) -> Result<(), Diagnostic> {
    let credited: Vec<(&CreditedRows, Crediting<'_>)> =
        rows.credited.iter().zip(lines).map(|(rows, (_, crediting))| (rows, *crediting)).collect();
    for want in wanted {
        let span = |period: &Period| (*period, want.simple.span(period, request.fiscal));
        let spans: Vec<(Period, DateRange)> = request.periods.iter().map(span).collect();
        let stretches = Stretches::between(spans.iter().map(|(_, dates)| *dates));
        if want.simple.aggregate == Aggregate::CountDistinct {
            count_distinct(frame, want, &spans, &stretches, &credited, facts)?;
        } else {
            add_up(want.id, &spans, &stretches, lines, facts);
        }
    }
    Ok(())
}

fn whole_months(earliest: NaiveDate, latest: NaiveDate) -> DateRange {
    let first_of = |day: NaiveDate| day - chrono::Days::new(u64::from(day.day0()));
    DateRange { start: first_of(earliest), end: first_of(latest) + Months::new(1) }
}

fn refuse(frame: &Frame, metric: &MetricId, what: String, help: &str) -> Diagnostic {
    let place = Place::file("metrics.toml");
    Diagnostic::error(place, format!("metric “{metric}” over {}: {what}", frame.extract), help)
}

#[cfg(test)]
mod tests;
