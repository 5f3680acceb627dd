//! The second pass over the rows: figures by the values of a dimension, only for the units and
//! periods that are asked for. Rows are credited as the facts are, so that the parts of an additive
//! metric add up to its figure.

mod names;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use polars::prelude::*;

use self::names::read_names;
use super::credit::Crediting;
use super::days::{day_of, minor_of, scale_of, sum_of, value_of};
use super::distinct::{MOST_STRETCHES, Occurrence, mask_of, meets};
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
        let found = read_names(frames, dimension)
            .and_then(|names| find_in(frame, column, wants, request.org, &names, &mut parts));
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
    frame: &Frame,
    column: &str,
    wants: &[Want<'_>],
    org: &Org,
    names: &BTreeMap<String, String>,
    parts: &mut Parts,
) -> Result<(), Diagnostic> {
    let Some(first) = wants.first() else { return Ok(()) };
    let simple = first.metric.simple;
    let crediting = Crediting { org, credit_to: &simple.credit_to };
    let day = col(simple.date.as_str()).cast(DataType::Date);
    let spans = wants.iter().flat_map(|want| want.spans.iter().map(|(_, dates)| *dates));
    let Some(asked_for) = within(&day, spans) else { return Ok(()) };
    let rows = frame.lazy.clone().filter(asked_for).with_columns([
        col(simple.credit_to.column()).cast(DataType::String).alias("_owner"),
        day.alias("_day"),
        col(column).cast(DataType::String).fill_null(lit("")).alias("_value"),
    ]);
    let (distinct, additive): (Vec<&Want<'_>>, Vec<&Want<'_>>) =
        wants.iter().partition(|want| want.metric.simple.aggregate == Aggregate::CountDistinct);
    if !additive.is_empty() {
        let table = sums_of(frame, &rows, &additive)?;
        let lines = Lines::of(&table, names).map_err(|why| frame.refuse(&why))?;
        for want in additive {
            add_up(frame, want, &table, &lines, crediting, parts)?;
        }
    }
    for want in distinct {
        let table = keys_of(frame, &rows, want)?;
        let lines = Lines::of(&table, names).map_err(|why| frame.refuse(&why))?;
        count_distinct(frame, want, &table, &lines, crediting, parts)?;
    }
    Ok(())
}

/// A condition that holds on the days of any of the spans; none where there is no span.
fn within(day: &Expr, spans: impl Iterator<Item = DateRange>) -> Option<Expr> {
    let mut spans: Vec<DateRange> = spans.collect();
    spans.sort();
    let mut merged: Vec<DateRange> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => *last = last.around(span),
            _ => merged.push(span),
        }
    }
    let epoch = NaiveDate::default();
    let number = |day: NaiveDate| {
        let days = i32::try_from((day - epoch).num_days()).unwrap_or(i32::MAX);
        lit(days).cast(DataType::Date)
    };
    let inside = |span: DateRange| {
        day.clone().gt_eq(number(span.start)).and(day.clone().lt(number(span.end)))
    };
    merged.into_iter().map(inside).reduce(Expr::or)
}

/// One line per owner, day and value, with each metric's sum and how many rows made it.
fn sums_of(frame: &Frame, rows: &LazyFrame, wants: &[&Want<'_>]) -> Result<DataFrame, Diagnostic> {
    let mut sums = BTreeMap::new();
    for want in wants {
        let counted = value_of(frame, &want.metric)?.is_not_null().sum();
        let count = format!("_count {}", want.metric.id);
        sums.insert(count.clone(), counted.alias(count.as_str()));
        let sum = sum_of(frame, &want.metric)?.alias(want.metric.id.as_str());
        sums.insert(want.metric.id.to_string(), sum);
    }
    rows.clone()
        .group_by([col("_owner"), col("_day"), col("_value")])
        .agg(sums.into_values().collect::<Vec<_>>())
        .sort(["_owner", "_day", "_value"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)
        .map(|result| result.unwrap_single())
        .map_err(|why| frame.refuse(&why))
}

/// One line per owner, day, value and key of a distinct count.
fn keys_of(frame: &Frame, rows: &LazyFrame, want: &Want<'_>) -> Result<DataFrame, Diagnostic> {
    let key = value_of(frame, &want.metric)?.cast(DataType::String).alias("_key");
    rows.clone()
        .select([col("_owner"), col("_day"), col("_value"), key])
        .drop_nulls(None)
        .group_by([col("_owner"), col("_day"), col("_value"), col("_key")])
        .agg([])
        .sort(["_owner", "_day"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)
        .map(|result| result.unwrap_single())
        .map_err(|why| frame.refuse(&why))
}

/// The owner, day and value of each line of a table; values as numbers into `values`, under the
/// names that people know them by.
struct Lines {
    places: Vec<(usize, Option<UnitId>, Option<NaiveDate>, usize)>,
    values: Vec<String>,
}

impl Lines {
    fn of(table: &DataFrame, names: &BTreeMap<String, String>) -> PolarsResult<Self> {
        let owners = table.column("_owner")?.str()?;
        let days = table.column("_day")?.date()?;
        let texts = table.column("_value")?.str()?;
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut values = Vec::new();
        let mut places = Vec::new();
        let mut last: Option<UnitId> = None;
        for index in 0..table.height() {
            let owner = owners.get(index).filter(|owner| !owner.is_empty());
            if last.as_ref().map(UnitId::as_str) != owner {
                last = owner.map(UnitId::from);
            }
            let text = texts.get(index).unwrap_or_default();
            let value = *numbers.entry(text).or_insert_with(|| {
                values.push(names.get(text).map_or(text, String::as_str).to_owned());
                values.len() - 1
            });
            places.push((index, last.clone(), days.phys.get(index).and_then(day_of), value));
        }
        Ok(Self { places, values })
    }

    /// Hands out each line that counts: its place in the table, the units of `wanted` that it
    /// counts for, its stretch and its value.
    fn each(
        &self,
        wanted: &BTreeSet<UnitId>,
        stretches: &Stretches,
        crediting: Crediting<'_>,
        take: &mut dyn FnMut(usize, &[UnitId], usize, usize),
    ) {
        let mut last: Option<(&UnitId, NaiveDate)> = None;
        let mut units = Vec::new();
        for (index, owner, day, value) in &self.places {
            let (Some(owner), Some(day)) = (owner, *day) else { continue };
            let Some(stretch) = stretches.of(day) else { continue };
            if last != Some((owner, day)) {
                units = crediting.credited(owner, day);
                units.retain(|unit| wanted.contains(unit));
                last = Some((owner, day));
            }
            take(*index, &units, stretch, *value);
        }
    }
}

fn add_up(
    frame: &Frame,
    want: &Want<'_>,
    table: &DataFrame,
    lines: &Lines,
    crediting: Crediting<'_>,
    parts: &mut Parts,
) -> Result<(), Diagnostic> {
    let refuse = |why: PolarsError| frame.refuse(&why);
    let id = want.metric.id;
    let sums = table.column(id.as_str()).map_err(refuse)?;
    let counts = table.column(&format!("_count {id}")).map_err(refuse)?;
    let scale = scale_of(frame, &want.metric, sums.dtype())?;
    let minor = |column: &Column| -> PolarsResult<Vec<Option<i128>>> {
        (0..column.len()).map(|index| Ok(minor_of(&column.get(index)?))).collect()
    };
    let (sums, counts) = (minor(sums).map_err(refuse)?, minor(counts).map_err(refuse)?);
    let stretches = Stretches::between(want.spans.iter().map(|(_, dates)| *dates));
    let mut cells: BTreeMap<UnitId, HashMap<usize, BTreeMap<usize, i128>>> = BTreeMap::new();
    lines.each(&want.wanted.units, &stretches, crediting, &mut |index, units, stretch, value| {
        let Some(sum) = sums[index].filter(|_| counts[index].is_some_and(|count| count > 0)) else {
            return;
        };
        for unit in units {
            let of_unit = cells.entry(unit.clone()).or_default();
            *of_unit.entry(value).or_default().entry(stretch).or_default() += sum;
        }
    });
    let figure = |cell: &BTreeMap<usize, i128>, dates: &DateRange| {
        let inside = cell.range(stretches.within(dates)).map(|(_, sum)| *sum);
        inside.reduce(|sum, part| sum + part).map(|sum| Exact::from_minor(sum, scale))
    };
    insert(want, &cells, &lines.values, &figure, parts);
    Ok(())
}

fn count_distinct(
    frame: &Frame,
    want: &Want<'_>,
    table: &DataFrame,
    lines: &Lines,
    crediting: Crediting<'_>,
    parts: &mut Parts,
) -> Result<(), Diagnostic> {
    let stretches = Stretches::between(want.spans.iter().map(|(_, dates)| *dates));
    if stretches.count() > MOST_STRETCHES {
        let what = format!("{} stretches of time are too many", stretches.count());
        return Err(refuse(frame, want.metric.id, what, "ask for a shorter history"));
    }
    let keys = table.column("_key").and_then(|column| column.str());
    let keys = keys.map_err(|why| frame.refuse(&why))?;
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut cells: BTreeMap<UnitId, HashMap<usize, HashMap<usize, Occurrence>>> = BTreeMap::new();
    lines.each(&want.wanted.units, &stretches, crediting, &mut |index, units, stretch, value| {
        let next = numbers.len();
        let key = *numbers.entry(keys.get(index).unwrap_or_default()).or_insert(next);
        for unit in units {
            let of_value = cells.entry(unit.clone()).or_default().entry(value).or_default();
            of_value.entry(key).or_default()[stretch / 128] |= 1 << (stretch % 128);
        }
    });
    let figure = |keys: &HashMap<usize, Occurrence>, dates: &DateRange| {
        let mask = mask_of(stretches.within(dates));
        let count = keys.values().filter(|seen| meets(seen, &mask)).count();
        (count > 0).then(|| Exact::from(count as u64))
    };
    insert(want, &cells, &lines.values, &figure, parts);
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
