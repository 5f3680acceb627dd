//! The rows that somebody may miss in a figure: those that name a unit's people and do not count,
//! or not for it, and those of nobody.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::credit::Crediting;
use super::days::{day_of, minor_of, scale_of, value_of};
use super::rows::{CreditedRows, PassRows, credit_rows, within};
use super::{Wanted, refuse};
use crate::data::{Frame, Frames};
use crate::model::metric::{CreditTo, Simple};
use crate::model::{
    Aggregate, DateRange, Diagnostic, Exact, FiscalYear, LeftOut, LeftOutRow, Metric, MetricKind,
    MetricUnit, Org, Period, UnitId, WhyLeftOut,
};

/// What is looked for: described by data alone.
pub struct LeftOutRequest<'a> {
    /// One that is read from rows; any other has none of its own.
    pub metric: &'a Metric,
    pub unit: &'a UnitId,
    pub period: Period,
    pub org: &'a Org,
    pub fiscal: FiscalYear,
    /// So many rows are named for each reason.
    pub most_rows: usize,
}

/// Finds the rows that are not in a unit's figure, by reason.
///
/// # Errors
/// Expressions that do not fit the extract's columns, and rows that cannot be read.
pub fn find_left_out(
    frames: &Frames,
    request: &LeftOutRequest<'_>,
) -> Result<Vec<LeftOut>, Diagnostic> {
    let MetricKind::Simple(simple) = &request.metric.kind else { return Ok(Vec::new()) };
    let Some(frame) = frames.get(&simple.extract) else { return Ok(Vec::new()) };
    let rows = credit_rows(frame, frames, simple, request.org)?;
    let search = Search::new(frame, simple, request);
    let mut found = Vec::new();
    for credited in &rows.credited {
        let told = if credited.overlay { search.overlay()? } else { search.own(&rows)? };
        search.collect(credited, told, &mut found)?;
    }
    if let Some(refused) = rows.refused()? {
        // Nobody can be credited with these, so they are looked up by whom they name themselves.
        let owner = col(simple.credit_to.column()).cast(DataType::String).alias("_owner");
        let lazy = refused.with_column(owner);
        let refused = CreditedRows { lazy, share_digits: None, overlay: false };
        search.collect(&refused, vec![(WhyLeftOut::Shares, search.would_count()?)], &mut found)?;
    }
    found.sort_by_key(|one| one.why);
    Ok(found)
}

/// Reasons, each with the condition that its rows meet; the first one counts.
type Told = Vec<(WhyLeftOut, Expr)>;

struct Search<'a> {
    frame: &'a Frame,
    simple: &'a Simple,
    /// The same without its filter.
    unfiltered: Simple,
    request: &'a LeftOutRequest<'a>,
    dates: DateRange,
    /// Whose rows may count for the unit; none stands for everybody's.
    owners: Option<BTreeSet<UnitId>>,
}

impl<'a> Search<'a> {
    fn new(frame: &'a Frame, simple: &'a Simple, request: &'a LeftOutRequest<'a>) -> Self {
        let dates = simple.span(&request.period, request.fiscal);
        let crediting =
            Crediting { org: request.org, credit_to: &simple.credit_to, overlay: false };
        let owners = crediting.owners_for(request.unit, &dates);
        let unfiltered = Simple { filter: None, ..simple.clone() };
        Self { frame, simple, unfiltered, request, dates, owners }
    }

    fn wanted<'s>(&'s self, simple: &'s Simple) -> Wanted<'s> {
        let is_money = self.request.metric.unit == MetricUnit::Money;
        Wanted { id: &self.request.metric.id, simple, is_money }
    }

    /// Whether the filter lets a row count.
    fn passes(&self) -> Result<Expr, Diagnostic> {
        let any = Simple { value: None, ..self.simple.clone() };
        Ok(value_of(self.frame, &self.wanted(&any))?.is_not_null())
    }

    /// What a row would count without the filter.
    fn value(&self) -> Result<Expr, Diagnostic> {
        value_of(self.frame, &self.wanted(&self.unfiltered))
    }

    fn inside(&self, day: &Expr) -> Expr {
        within(day, std::iter::once(self.dates)).unwrap_or_else(|| lit(false))
    }

    /// Rows of the period and the unit's people that have all that makes them count.
    fn would_count(&self) -> Result<Expr, Diagnostic> {
        let counts = self.passes()?.and(self.value()?.is_not_null());
        Ok(mine().and(counts).and(self.inside(&col("_day"))))
    }

    /// What may be told of rows that are credited to their owners.
    fn own(&self, rows: &PassRows<'_>) -> Result<Told, Diagnostic> {
        let (passes, value) = (self.passes()?, self.value()?);
        let counts = passes.clone().and(value.clone().is_not_null());
        let inside = self.inside(&col("_day"));
        let nobody = col("_owner").is_null().or(col("_owner").eq(lit("")));
        let then = |condition: Expr| condition.and(inside.clone());
        let mut told = vec![
            (WhyLeftOut::NoOwner, then(nobody.and(counts.clone()))),
            (WhyLeftOut::Unknown, then(known().not().and(counts.clone()))),
            (WhyLeftOut::NoDate, mine().and(col("_day").is_null()).and(counts.clone())),
            (WhyLeftOut::Filter, then(mine().and(passes.clone().not()))),
            (WhyLeftOut::NoValue, then(mine().and(passes).and(value.is_null()))),
        ];
        if rows.dated.moves_returns() {
            let own = self.inside(&col(self.simple.date.as_str()).cast(DataType::Date));
            let moved = own.and(inside.clone().not()).and(counts.clone());
            told.push((WhyLeftOut::OtherDay, mine().and(moved)));
        }
        if let Some(elsewhere) = self.elsewhere() {
            told.push((WhyLeftOut::Elsewhere, then(elsewhere.and(counts.clone()))));
        }
        if rows.credited.iter().any(|credited| credited.share_digits.is_some()) {
            let others = col("_named").is_not_null().and(col("_mine").is_null());
            let shared = others.and(col("_share").is_not_null());
            told.push((WhyLeftOut::OthersShare, then(shared.and(counts))));
        }
        Ok(told)
    }

    /// Credit beside the split goes into no unit above.
    fn overlay(&self) -> Result<Told, Diagnostic> {
        match self.request.org.people.contains_key(self.request.unit) {
            true => Ok(Vec::new()),
            false => Ok(vec![(WhyLeftOut::Overlay, self.would_count()?)]),
        }
    }

    /// The days on which people of a department stood elsewhere; none where nobody moved.
    fn elsewhere(&self) -> Option<Expr> {
        let org = self.request.org;
        if !org.units.contains_key(self.request.unit) {
            return None;
        }
        let below = |unit: &UnitId| org.and_above(unit).any(|above| above == self.request.unit);
        let away = |person: &UnitId| {
            let stays = org.stays(person).iter().filter(|stay| below(&stay.unit));
            let there: Vec<DateRange> =
                stays.filter_map(|stay| stay.days_in(&self.dates)).collect();
            let whole = there.iter().map(DateRange::days).sum::<i64>() == self.dates.days();
            let on_them = within(&col("_day"), there.into_iter())?;
            (!whole).then(|| col("_owner").eq(lit(person.as_str())).and(on_them.not()))
        };
        let people = self.owners.iter().flatten().filter(|id| org.people.contains_key(*id));
        people.filter_map(away).reduce(Expr::or)
    }

    /// Counts the rows of each reason, adds them up, and names the first of them.
    fn collect(
        &self,
        credited: &CreditedRows,
        told: Told,
        found: &mut Vec<LeftOut>,
    ) -> Result<(), Diagnostic> {
        if told.is_empty() {
            return Ok(());
        }
        let refuse = |why: PolarsError| self.frame.refuse(&why);
        let code = |why: WhyLeftOut| i32::try_from(why as usize).unwrap_or(i32::MAX);
        let why =
            told.into_iter().rev().fold(lit(NULL).cast(DataType::Int32), |rest, (why, is)| {
                when(is).then(lit(code(why))).otherwise(rest)
            });
        let value = match self.simple.aggregate {
            Aggregate::Sum => self.value()?,
            Aggregate::Count => lit(1),
            Aggregate::CountDistinct => lit(NULL).cast(DataType::Int64),
        };
        let rows = self
            .marked(credited)
            .map_err(refuse)?
            .with_columns([why.alias("_why"), value.alias("_value")])
            .filter(col("_why").is_not_null());
        let share = credited.share_digits.map(|_| col("_share"));
        let sums = rows
            .clone()
            .group_by([col("_why")].into_iter().chain(share.clone()).collect::<Vec<_>>())
            .agg([len().cast(DataType::Int64).alias("_rows"), col("_value").sum()])
            .sort(["_why"], SortMultipleOptions::default())
            .collect_with_engine(Engine::Streaming)
            .map_err(refuse)?
            .unwrap_single();
        let digits = self.digits(&sums)?;
        for mut one in self.summed(&sums, credited, digits).map_err(refuse)? {
            let of = rows.clone().filter(col("_why").eq(lit(code(one.why))));
            let columns = ["_file", "_row", "_day", "_owner", "_value"].map(col);
            let first = of
                .select(columns.into_iter().chain(share.clone()).collect::<Vec<_>>())
                .sort(["_file", "_row", "_owner"], SortMultipleOptions::default())
                .limit(u32::try_from(self.request.most_rows).unwrap_or(u32::MAX))
                .collect_with_engine(Engine::Streaming)
                .map_err(refuse)?
                .unwrap_single();
            one.places = self.places(&first, credited, digits).map_err(refuse)?;
            found.push(one);
        }
        Ok(())
    }

    /// Rows with `_mine`, where the owner's may count for the unit, `_known`, where the org has the
    /// owner, and `_named`, where the row itself names one whose rows may count.
    fn marked(&self, credited: &CreditedRows) -> PolarsResult<LazyFrame> {
        let org = self.request.org;
        let known: Vec<&str> = match self.simple.credit_to {
            CreditTo::Person(_) => org.people.keys().map(UnitId::as_str).collect(),
            CreditTo::Unit(_) => org.units.keys().map(UnitId::as_str).collect(),
        };
        let mine: Vec<&str> = match &self.owners {
            Some(owners) => owners.iter().map(UnitId::as_str).collect(),
            None => known.clone(),
        };
        let table = |ids: &[&str], mark: &str| {
            let columns = vec![
                Column::new("_id".into(), ids),
                Column::new(mark.into(), vec![true; ids.len()]),
            ];
            DataFrame::new(ids.len(), columns).map(IntoLazy::lazy)
        };
        let named = col(self.simple.credit_to.column()).cast(DataType::String).alias("_named id");
        let left = || JoinArgs::new(JoinType::Left);
        Ok(credited
            .lazy
            .clone()
            .with_column(named)
            .join(table(&mine, "_mine")?, [col("_owner")], [col("_id")], left())
            .join(table(&known, "_known")?, [col("_owner")], [col("_id")], left())
            .join(table(&mine, "_named")?, [col("_named id")], [col("_id")], left()))
    }

    fn digits(&self, sums: &DataFrame) -> Result<usize, Diagnostic> {
        if self.simple.aggregate != Aggregate::Sum {
            return Ok(0);
        }
        let value = sums.column("_value").map_err(|why| self.frame.refuse(&why))?;
        if *value.dtype() == DataType::Null {
            let what = "its value is nothing, no number".to_owned();
            return Err(refuse(self.frame, &self.request.metric.id, what, "check `value`"));
        }
        scale_of(self.frame, &self.wanted(self.simple), value.dtype())
    }

    fn summed(
        &self,
        sums: &DataFrame,
        credited: &CreditedRows,
        digits: usize,
    ) -> PolarsResult<Vec<LeftOut>> {
        let (codes, counts) = (sums.column("_why")?.i32()?, sums.column("_rows")?.i64()?);
        let (values, shares) = (sums.column("_value")?, credited.shares_in(sums)?);
        let adds = self.simple.aggregate != Aggregate::CountDistinct;
        let mut found: Vec<LeftOut> = Vec::new();
        for at in 0..sums.height() {
            let why = WhyLeftOut::ALL.into_iter().find(|why| codes.get(at) == Some(*why as i32));
            let Some(why) = why else { continue };
            if found.last().is_none_or(|last| last.why != why) {
                let sum = adds.then(Exact::zero);
                let (metric, extract) =
                    (self.request.metric.id.clone(), self.frame.extract.clone());
                found.push(LeftOut { metric, extract, why, rows: 0, sum, places: Vec::new() });
            }
            let Some(last) = found.last_mut() else { continue };
            last.rows += counts.get(at).map_or(0, i64::unsigned_abs);
            if let (Some(sum), Some(minor)) = (&mut last.sum, minor_of(&values.get(at)?)) {
                let part = shares.part(at, minor)?;
                *sum = &*sum + &Exact::from_minor(part, digits + shares.digits);
            }
        }
        Ok(found)
    }

    fn places(
        &self,
        table: &DataFrame,
        credited: &CreditedRows,
        digits: usize,
    ) -> PolarsResult<Vec<LeftOutRow>> {
        let number = |name: &str| table.column(name)?.cast(&DataType::Int64);
        let (files, rows) = (number("_file")?, number("_row")?);
        let (files, rows) = (files.i64()?, rows.i64()?);
        let days = table.column("_day")?.date()?;
        let owners = table.column("_owner")?.str()?;
        let (values, shares) = (table.column("_value")?, credited.shares_in(table)?);
        let place = |at: usize| -> PolarsResult<LeftOutRow> {
            let file = files.get(at).and_then(|file| usize::try_from(file).ok());
            let file = file.and_then(|file| self.frame.inputs.get(file));
            let value = match minor_of(&values.get(at)?) {
                Some(minor) => {
                    Some(Exact::from_minor(shares.part(at, minor)?, digits + shares.digits))
                }
                None => None,
            };
            Ok(LeftOutRow {
                file: file.map_or_else(|| self.frame.extract.to_string(), |f| f.path.clone()),
                row: rows.get(at).map_or(0, i64::unsigned_abs),
                day: days.phys.get(at).and_then(day_of),
                owner: owners.get(at).filter(|id| !id.is_empty()).map(UnitId::from),
                value,
            })
        };
        (0..table.height()).map(place).collect()
    }
}

fn mine() -> Expr {
    col("_mine").is_not_null()
}

fn known() -> Expr {
    col("_known").is_not_null()
}
