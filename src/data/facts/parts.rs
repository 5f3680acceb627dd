//! The second pass over the rows: figures by the values of a dimension, only for the units and
//! periods that are asked for. Rows are credited as the facts are, so that the parts of an additive
//! metric add up to its figure.

mod lines;
mod names;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;

use self::lines::{Lines, ValueNames};
pub use self::names::read_names;
use super::days::{minor_of, scale_of, sum_of, value_of};
use super::distinct::{MOST_STRETCHES, Occurrence, mask_of, meets};
use super::rows::{CreditedRows, SharesOf, credit_rows, within};
use super::stretches::Stretches;
use super::{Wanted, refuse};
use crate::data::{Frame, Frames};
use crate::model::{
    Aggregate, DateRange, Diagnostic, Diagnostics, DimensionId, Exact, ExtractId, FiscalYear,
    Metric, MetricId, MetricKind, MetricUnit, Org, Parts, Period, UnitId,
};

/// What is to be found: described by data alone.
pub struct PartRequest<'a> {
    pub metrics: &'a [Metric],
    pub wanted: &'a [PartWanted],
    pub org: &'a Org,
    pub fiscal: FiscalYear,
}

/// One metric by one dimension, for these units in these periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartWanted {
    /// A simple metric: the others have no rows of their own.
    pub metric: MetricId,
    pub dimension: DimensionId,
    pub units: BTreeSet<UnitId>,
    pub periods: Vec<Period>,
}

/// A part that is wanted, with its metric and the days of its periods.
struct Want<'a> {
    wanted: &'a PartWanted,
    metric: Wanted<'a>,
    spans: Vec<(Period, DateRange)>,
}

/// The passes: one for each extract, day, owner and dimension.
type Passes<'a> = BTreeMap<(ExtractId, String, String, DimensionId), Vec<Want<'a>>>;

/// Finds the parts. A metric that is not simple, and one whose extract does not have the
/// dimension, has none.
///
/// # Errors
/// Expressions that do not fit the extract's columns.
pub fn find_parts(frames: &Frames, request: &PartRequest<'_>) -> Result<Parts, Diagnostics> {
    let mut parts = Parts::default();
    let mut problems = Diagnostics::default();
    for ((extract, _, _, dimension), wants) in &passes_of(request) {
        let Some(frame) = frames.get(extract) else { continue };
        let Some(column) = frame.dimensions.values.get(dimension) else { continue };
        let found = read_names(frames, dimension).and_then(|names| {
            find_in((frame, frames), column, wants, request.org, &names, &mut parts)
        });
        if let Err(why) = found {
            problems.push(why);
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(parts) }
}

fn passes_of<'a>(request: &PartRequest<'a>) -> Passes<'a> {
    let mut passes = Passes::new();
    for wanted in request.wanted {
        let metric = request.metrics.iter().find(|metric| metric.id == wanted.metric);
        let Some((metric, MetricKind::Simple(simple))) = metric.map(|m| (m, &m.kind)) else {
            continue;
        };
        let span = |period: &Period| (*period, simple.span(period, request.fiscal));
        let spans = wanted.periods.iter().map(span).collect();
        let is_money = metric.unit == MetricUnit::Money;
        let owner = simple.credit_to.column().to_owned();
        let key = (simple.extract.clone(), simple.date.clone(), owner, wanted.dimension.clone());
        let metric = Wanted { id: &metric.id, simple, is_money };
        passes.entry(key).or_default().push(Want { wanted, metric, spans });
    }
    passes
}

fn find_in(
    (frame, frames): (&Frame, &Frames),
    column: &str,
    wants: &[Want<'_>],
    org: &Org,
    names: &BTreeMap<String, String>,
    parts: &mut Parts,
) -> Result<(), Diagnostic> {
    let Some(first) = wants.first() else { return Ok(()) };
    let simple = first.metric.simple;
    let spans = wants.iter().flat_map(|want| want.spans.iter().map(|(_, dates)| *dates));
    let value = col(column).cast(DataType::String).fill_null(lit("")).alias("_value");
    let pass = credit_rows(frame, frames, simple, org)?;
    let Some(asked_for) = within(&pass.dated.day(&simple.date), spans) else { return Ok(()) };
    let mut passes = pass.credited;
    for rows in &mut passes {
        rows.lazy = rows.lazy.clone().filter(asked_for.clone()).with_column(value.clone());
    }
    let (distinct, additive): (Vec<&Want<'_>>, Vec<&Want<'_>>) =
        wants.iter().partition(|want| want.metric.simple.aggregate == Aggregate::CountDistinct);
    let mut values = ValueNames::new(names);
    if !additive.is_empty() {
        let mut lines = Vec::new();
        for rows in &passes {
            let table = sums_of(frame, rows, &additive)?;
            let crediting = rows.crediting(org, &simple.credit_to);
            let shares = rows.shares_in(&table);
            let read = Lines::of(table, crediting, &mut values);
            let refuse = |why: PolarsError| frame.refuse(&why);
            lines.push((read.map_err(refuse)?, shares.map_err(refuse)?));
        }
        for want in additive {
            add_up(frame, want, &lines, &values, parts)?;
        }
    }
    for want in distinct {
        let mut lines = Vec::new();
        for rows in &passes {
            let table = keys_of(frame, rows, want)?;
            let read = Lines::of(table, rows.crediting(org, &simple.credit_to), &mut values);
            lines.push(read.map_err(|why| frame.refuse(&why))?);
        }
        count_distinct(frame, want, &lines, &values, parts)?;
    }
    Ok(())
}

/// One line per owner, day and value (and share), with each metric's sum and how many rows made it.
fn sums_of(
    frame: &Frame,
    rows: &CreditedRows,
    wants: &[&Want<'_>],
) -> Result<DataFrame, Diagnostic> {
    let mut sums = BTreeMap::new();
    for want in wants {
        let counted = value_of(frame, &want.metric)?.is_not_null().sum();
        let count = format!("_count {}", want.metric.id);
        sums.insert(count.clone(), counted.alias(count.as_str()));
        let sum = sum_of(frame, &want.metric)?.alias(want.metric.id.as_str());
        sums.insert(want.metric.id.to_string(), sum);
    }
    let by: Vec<Expr> = rows.grouping().into_iter().chain([col("_value")]).collect();
    rows.lazy
        .clone()
        .group_by(by)
        .agg(sums.into_values().collect::<Vec<_>>())
        .sort(["_owner", "_day", "_value"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)
        .map(|result| result.unwrap_single())
        .map_err(|why| frame.refuse(&why))
}

/// One line per owner, day, value and key of a distinct count.
fn keys_of(frame: &Frame, rows: &CreditedRows, want: &Want<'_>) -> Result<DataFrame, Diagnostic> {
    let key = value_of(frame, &want.metric)?.cast(DataType::String).alias("_key");
    rows.lazy
        .clone()
        .select([col("_owner"), col("_day"), col("_value"), key])
        .drop_nulls(None)
        .group_by([col("_owner"), col("_day"), col("_value"), col("_key")])
        .agg([])
        .sort(["_owner", "_day"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)
        .map(|result| result.unwrap_single())
        .map_err(|why| frame.refuse(&why))
}

fn add_up(
    frame: &Frame,
    want: &Want<'_>,
    lines: &[(Lines<'_>, SharesOf)],
    values: &ValueNames<'_>,
    parts: &mut Parts,
) -> Result<(), Diagnostic> {
    let refuse = |why: PolarsError| frame.refuse(&why);
    let id = want.metric.id;
    let stretches = Stretches::between(want.spans.iter().map(|(_, dates)| *dates));
    let mut cells: BTreeMap<UnitId, HashMap<usize, BTreeMap<usize, i128>>> = BTreeMap::new();
    let mut scale = 0;
    for (lines, shares) in lines {
        let sums = lines.table.column(id.as_str()).map_err(refuse)?;
        let counts = lines.table.column(&format!("_count {id}")).map_err(refuse)?;
        scale = scale_of(frame, &want.metric, sums.dtype())? + shares.digits;
        let wanted = &want.wanted.units;
        let mut take = |index: usize, units: &[UnitId], stretch: usize, value: usize| {
            let counted = minor_of(&counts.get(index)?).unwrap_or(0);
            let Some(sum) = minor_of(&sums.get(index)?).filter(|_| counted > 0) else {
                return Ok(());
            };
            let part = shares.part(index, sum)?;
            for unit in units {
                let of_unit = cells.entry(unit.clone()).or_default();
                *of_unit.entry(value).or_default().entry(stretch).or_default() += part;
            }
            Ok(())
        };
        lines.each(wanted, &stretches, &mut take).map_err(refuse)?;
    }
    let figure = |cell: &BTreeMap<usize, i128>, dates: &DateRange| {
        let inside = cell.range(stretches.within(dates)).map(|(_, sum)| *sum);
        inside.reduce(|sum, part| sum + part).map(|sum| Exact::from_minor(sum, scale))
    };
    insert(want, &cells, values.shown(), &figure, parts);
    Ok(())
}

fn count_distinct(
    frame: &Frame,
    want: &Want<'_>,
    lines: &[Lines<'_>],
    values: &ValueNames<'_>,
    parts: &mut Parts,
) -> Result<(), Diagnostic> {
    let stretches = Stretches::between(want.spans.iter().map(|(_, dates)| *dates));
    if stretches.count() > MOST_STRETCHES {
        let what = format!("{} stretches of time are too many", stretches.count());
        return Err(refuse(frame, want.metric.id, what, "ask for a shorter history"));
    }
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut cells: BTreeMap<UnitId, HashMap<usize, HashMap<usize, Occurrence>>> = BTreeMap::new();
    for lines in lines {
        let keys = lines.table.column("_key").and_then(|column| column.str());
        let keys = keys.map_err(|why| frame.refuse(&why))?;
        let mut take = |index: usize, units: &[UnitId], stretch: usize, value: usize| {
            let next = numbers.len();
            let key = *numbers.entry(keys.get(index).unwrap_or_default()).or_insert(next);
            for unit in units {
                let of_value = cells.entry(unit.clone()).or_default().entry(value).or_default();
                of_value.entry(key).or_default()[stretch / 128] |= 1 << (stretch % 128);
            }
            Ok(())
        };
        let taken = lines.each(&want.wanted.units, &stretches, &mut take);
        taken.map_err(|why| frame.refuse(&why))?;
    }
    let figure = |keys: &HashMap<usize, Occurrence>, dates: &DateRange| {
        let mask = mask_of(stretches.within(dates));
        let count = keys.values().filter(|seen| meets(seen, &mask)).count();
        (count > 0).then(|| Exact::from(count as u64))
    };
    insert(want, &cells, values.shown(), &figure, parts);
    Ok(())
}

/// Reads every period's figures off the cells of each unit and value.
fn insert<C>(
    want: &Want<'_>,
    cells: &BTreeMap<UnitId, HashMap<usize, C>>,
    values: &[String],
    figure: &dyn Fn(&C, &DateRange) -> Option<Exact>,
    parts: &mut Parts,
) {
    let PartWanted { metric, dimension, .. } = want.wanted;
    for (unit, of_unit) in cells {
        for (period, dates) in &want.spans {
            let known =
                |(value, cell): (&usize, &C)| Some((values[*value].clone(), figure(cell, dates)?));
            let figures: BTreeMap<String, Exact> = of_unit.iter().filter_map(known).collect();
            if !figures.is_empty() {
                parts.insert_all(metric, dimension, (*period, unit), figures);
            }
        }
    }
}
