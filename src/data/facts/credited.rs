//! The third pass over the rows: those of one period, credited as the facts are, for statements to
//! list. It holds no more rows than a stated number: they are counted first, and whoever has more
//! has sums by day in their place.

mod columns;
mod read;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use self::columns::{Shown, shown_columns};
use self::read::Reading;
use super::rows::{credit_rows, within};
use super::{Wanted, credit::Crediting};
use crate::data::{Frame, Frames};
use crate::model::credited::{CreditedRows, RowTable, UnitRows, made_of};
use crate::model::{
    DateRange, Diagnostic, Diagnostics, ExtractId, FiscalYear, Metric, MetricId, MetricKind,
    MetricUnit, Org, Period, UnitId,
};
use crate::settings::ExtractSettings;

/// So many rows of one table are held at most, whatever `most_rows` allows for each owner.
const MOST_IN_A_TABLE: usize = 250_000;

/// What is to be listed: described by data alone.
pub struct CreditedRequest<'a> {
    pub metrics: &'a [Metric],
    /// The metrics whose rows are listed, with all that they are made of.
    pub of: &'a [MetricId],
    pub period: Period,
    pub org: &'a Org,
    pub fiscal: FiscalYear,
    /// They say which columns tell a row; all of its own where an extract is not among them.
    pub extracts: &'a [ExtractSettings],
    /// Whoever has more rows of a table than this has sums by day.
    pub most_rows: usize,
    pub whose: Whose<'a>,
    /// Metrics over trailing months as well, each with the rows of its months. A statement of one
    /// period has none of them, since their rows lie in other periods, too.
    pub trailing: bool,
}

/// Whose rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Those of every unit below the company, which lists units and not rows.
    BelowCompany,
    /// Those of every unit, the company among them.
    All,
    /// Those of one unit, and no others.
    Unit(&'a UnitId),
}

/// Finds the rows behind the figures.
///
/// # Errors
/// Expressions that do not fit the extract's columns, and rows that cannot be read.
pub fn find_credited(
    frames: &Frames,
    request: &CreditedRequest<'_>,
) -> Result<CreditedRows, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut tables = Vec::new();
    for (Pass { extract, .. }, wanted) in &passes_of(request) {
        let Some(frame) = frames.get(extract) else { continue };
        match find_in(frame, frames, wanted, request) {
            Ok(table) => tables.push(table),
            Err(why) => problems.push(why),
        }
    }
    // As the reader meets their metrics.
    let place = |table: &RowTable| {
        let first = table.metrics.first().map(|first| &first.id);
        request.metrics.iter().position(|metric| Some(&metric.id) == first)
    };
    tables.sort_by_key(place);
    let found = CreditedRows { period: request.period, most_rows: request.most_rows, tables };
    if problems.has_errors() { Err(problems) } else { Ok(found) }
}

/// What the metrics of one table have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Pass {
    extract: ExtractId,
    date: String,
    owner: String,
    trailing_months: Option<u32>,
}

type Passes<'a> = BTreeMap<Pass, Vec<Wanted<'a>>>;

/// One for each extract, day, owner and span, with its metrics in the order of the config.
fn passes_of<'a>(request: &CreditedRequest<'a>) -> Passes<'a> {
    let parts: Vec<&Metric> =
        request.of.iter().flat_map(|id| made_of(request.metrics, id)).collect();
    let mut passes = Passes::new();
    for metric in request.metrics {
        let MetricKind::Simple(simple) = &metric.kind else { continue };
        let listed = parts.iter().any(|part| part.id == metric.id);
        if !listed || (simple.trailing_months.is_some() && !request.trailing) {
            continue;
        }
        let pass = Pass {
            extract: simple.extract.clone(),
            date: simple.date.clone(),
            owner: simple.credit_to.column().to_owned(),
            trailing_months: simple.trailing_months,
        };
        let is_money = metric.unit == MetricUnit::Money;
        passes.entry(pass).or_default().push(Wanted { id: &metric.id, simple, is_money });
    }
    passes
}

fn find_in(
    frame: &Frame,
    frames: &Frames,
    wanted: &[Wanted<'_>],
    request: &CreditedRequest<'_>,
) -> Result<RowTable, Diagnostic> {
    let simple = wanted.first().map(|first| first.simple).ok_or_else(|| nothing_wanted(frame))?;
    let settings = request.extracts.iter().find(|one| one.id == frame.extract);
    let shown = shown_columns(frame, frames, wanted, (request.metrics, settings))?;
    let rows = credit_rows(frame, frames, simple, request.org)?;
    let dates: DateRange = simple.span(&request.period, request.fiscal);
    let mut table = RowTable {
        extract: frame.extract.clone(),
        metrics: Vec::new(),
        columns: shown.iter().map(Shown::column).collect(),
        files: frame.inputs.iter().map(|input| input.path.clone()).collect(),
        share_digits: rows.credited.iter().filter_map(|rows| rows.share_digits).max().unwrap_or(0),
        owners: Vec::new(),
        rows: Vec::new(),
        days: Vec::new(),
        units: BTreeMap::new(),
    };
    let asked_for = within(&rows.dated.day(&simple.date), std::iter::once(dates));
    let crediting = |overlay| Crediting { org: request.org, credit_to: &simple.credit_to, overlay };
    let owners = match request.whose {
        Whose::Unit(unit) => crediting(false).owners_for(unit, &dates),
        Whose::BelowCompany | Whose::All => None,
    };
    let mut left = MOST_IN_A_TABLE;
    for credited in &rows.credited {
        let pass = Reading { frame, wanted, shown: &shown, credited };
        let lazy = pass.held(pass.counting(asked_for.clone(), owners.as_ref())?, left)?;
        let listed = pass.few_enough(&lazy, request.most_rows, left)?;
        left -= listed.rows;
        pass.read_rows(&lazy, &listed, &mut table)?;
        pass.read_days(&lazy, &listed, &mut table)?;
    }
    table.rows.sort_by_key(|row| (row.day, row.file, row.row, row.owner));
    table.days.sort_by_key(|day| (day.day, day.owner));
    let listed = |unit: &UnitId| match request.whose {
        Whose::BelowCompany => *unit != request.org.company,
        Whose::All => true,
        Whose::Unit(only) => unit == only,
    };
    table.units = by_unit(&table, [crediting(false), crediting(true)], &listed);
    Ok(table)
}

/// A pass is made for a metric; this is for a caller who built one by hand.
fn nothing_wanted(frame: &Frame) -> Diagnostic {
    let place = crate::model::Place::file("metrics.toml");
    Diagnostic::error(place, format!("no metric reads “{}”", frame.extract), "name a metric")
}

/// What counts for each of the units that are listed.
fn by_unit(
    table: &RowTable,
    [own, overlay]: [Crediting<'_>; 2],
    listed: &dyn Fn(&UnitId) -> bool,
) -> BTreeMap<UnitId, UnitRows> {
    let mut units: BTreeMap<UnitId, UnitRows> = BTreeMap::new();
    let mut known: HashMap<(usize, NaiveDate, bool), Vec<UnitId>> = HashMap::new();
    let mut credited = |owner: usize, day: NaiveDate, is_overlay: bool| -> Vec<UnitId> {
        let find = || {
            let crediting = if is_overlay { overlay } else { own };
            let mut units = crediting.credited(&table.owners[owner], day);
            units.retain(|unit| listed(unit));
            units
        };
        known.entry((owner, day, is_overlay)).or_insert_with(find).clone()
    };
    for (at, row) in table.rows.iter().enumerate() {
        for unit in credited(row.owner, row.day, row.overlay) {
            let of_unit = units.entry(unit).or_default();
            of_unit.rows.push(at);
            of_unit.count += 1;
        }
    }
    for (at, day) in table.days.iter().enumerate() {
        for unit in credited(day.owner, day.day, day.overlay) {
            let of_unit = units.entry(unit).or_default();
            of_unit.days.push(at);
            of_unit.count += day.rows;
        }
    }
    units
}
