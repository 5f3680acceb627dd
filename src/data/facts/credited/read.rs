//! Rows of one way of crediting, counted, and read where they are few enough.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use polars::prelude::*;

use super::columns::Shown;
use crate::data::Frame;
use crate::data::facts::Wanted;
use crate::data::facts::days::{day_of, minor_of, scale_of, sum_of, value_of};
use crate::data::facts::rows::CreditedRows;
use crate::model::credited::{CreditedRow, DaySum, RowCell, RowMetric, RowTable, RowValue};
use crate::model::{Aggregate, Diagnostic, UnitId};

/// The owners whose rows are read one by one.
#[derive(Default)]
pub struct Listed {
    owners: BTreeSet<String>,
    /// How many rows they have.
    pub rows: usize,
    /// Whether others have rows as well.
    leaves_out: bool,
}

impl Listed {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.owners.iter().map(String::as_str)
    }
}

/// Rows that are credited in one way, and what is to be read of them.
pub struct Reading<'a> {
    pub frame: &'a Frame,
    pub wanted: &'a [Wanted<'a>],
    pub shown: &'a [Shown],
    pub credited: &'a CreditedRows,
}

fn cell_name(at: usize) -> String {
    format!("_cell {at}")
}

fn value_name(at: usize) -> String {
    format!("_value {at}")
}

impl Reading<'_> {
    /// The rows of the period that have an owner, one of `owners` where these are named, and count
    /// for at least one of the metrics.
    pub fn counting(
        &self,
        asked_for: Option<Expr>,
        owners: Option<&BTreeSet<UnitId>>,
    ) -> Result<LazyFrame, Diagnostic> {
        let counts = |want: &Wanted<'_>| Ok(value_of(self.frame, want)?.is_not_null());
        let any = self.wanted.iter().map(counts).collect::<Result<Vec<_>, Diagnostic>>()?;
        let any = any.into_iter().reduce(Expr::or).unwrap_or_else(|| lit(false));
        let owned = col("_owner").is_not_null().and(col("_owner").neq(lit("")));
        let asked_for = asked_for.unwrap_or_else(|| lit(false));
        let rows = self.credited.lazy.clone().filter(asked_for).filter(owned.and(any));
        let Some(owners) = owners else { return Ok(rows) };
        let names = owners.iter().map(UnitId::as_str);
        self.of_owners(&rows, names, JoinType::Semi).map_err(|why| self.frame.refuse(&why))
    }

    /// The same rows, read once, where they are no more than `most`; else as they were, to be
    /// counted before any is read.
    pub fn held(&self, lazy: LazyFrame, most: usize) -> Result<LazyFrame, Diagnostic> {
        let refuse = |why: PolarsError| self.frame.refuse(&why);
        let one_more = u32::try_from(most).unwrap_or(u32::MAX).saturating_add(1);
        let first = lazy.clone().limit(one_more).collect_with_engine(Engine::Streaming);
        let first = first.map_err(refuse)?.unwrap_single();
        Ok(if first.height() <= most { first.lazy() } else { lazy })
    }

    /// The owners whose rows are listed: those with the fewest first, as long as all of them
    /// together are no more than `left`.
    pub fn few_enough(
        &self,
        lazy: &LazyFrame,
        most_rows: usize,
        left: usize,
    ) -> Result<Listed, Diagnostic> {
        let refuse = |why: PolarsError| self.frame.refuse(&why);
        let table = lazy
            .clone()
            .group_by([col("_owner")])
            .agg([len().cast(DataType::Int64).alias("_rows")])
            .sort(["_rows", "_owner"], SortMultipleOptions::default())
            .collect_with_engine(Engine::Streaming)
            .map_err(refuse)?
            .unwrap_single();
        let owners = table.column("_owner").and_then(|c| c.str()).map_err(refuse)?;
        let counts = table.column("_rows").and_then(|c| c.i64()).map_err(refuse)?;
        let mut listed = Listed::default();
        for (owner, count) in owners.iter().zip(counts.iter()) {
            let (Some(owner), Some(count)) = (owner, count) else { continue };
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            if count > most_rows || count > left - listed.rows {
                listed.leaves_out = true;
                break;
            }
            listed.rows += count;
            listed.owners.insert(owner.to_owned());
        }
        Ok(listed)
    }

    /// The rows of these owners, or those of all others.
    fn of_owners<'n>(
        &self,
        lazy: &LazyFrame,
        owners: impl Iterator<Item = &'n str>,
        how: JoinType,
    ) -> PolarsResult<LazyFrame> {
        let names: Vec<&str> = owners.collect();
        let owners = DataFrame::new(names.len(), vec![Column::new("_listed".into(), names)])?;
        let lazy = lazy.clone();
        Ok(lazy.join(owners.lazy(), [col("_owner")], [col("_listed")], JoinArgs::new(how)))
    }

    /// Reads the rows of the listed owners into the table.
    pub fn read_rows(
        &self,
        lazy: &LazyFrame,
        listed: &Listed,
        table: &mut RowTable,
    ) -> Result<(), Diagnostic> {
        let refuse = |why: PolarsError| self.frame.refuse(&why);
        let mut wanted = vec![col("_owner"), col("_day").cast(DataType::Date)];
        wanted.extend(self.credited.share_digits.map(|_| col("_share")));
        wanted.extend(["_file", "_row"].map(|name| col(name).cast(DataType::Int64)));
        for (at, shown) in self.shown.iter().enumerate() {
            wanted.push(col(shown.name.as_str()).alias(cell_name(at)));
        }
        for (at, want) in self.wanted.iter().enumerate() {
            let value = value_of(self.frame, want)?;
            let value = match want.simple.aggregate {
                Aggregate::Sum => value,
                Aggregate::Count => when(value.is_not_null()).then(lit(1)).otherwise(lit(NULL)),
                Aggregate::CountDistinct => value.cast(DataType::String),
            };
            wanted.push(value.alias(value_name(at)));
        }
        if table.metrics.is_empty() {
            let columns = lazy.clone().select(wanted.clone()).collect_schema();
            table.metrics = self.metrics(&*columns.map_err(refuse)?)?;
        }
        if listed.owners.is_empty() {
            return Ok(());
        }
        let read = self
            .of_owners(lazy, listed.names(), JoinType::Semi)
            .map_err(refuse)?
            .select(wanted)
            .collect_with_engine(Engine::Streaming)
            .map_err(refuse)?
            .unwrap_single();
        let rows = self.rows_of(&read, table).map_err(refuse)?;
        table.rows.extend(rows);
        Ok(())
    }

    fn metrics(&self, columns: &Schema) -> Result<Vec<RowMetric>, Diagnostic> {
        let metric = |(at, want): (usize, &Wanted<'_>)| {
            let aggregate = want.simple.aggregate;
            let scale = match aggregate {
                Aggregate::Sum => {
                    let dtype = columns.get(value_name(at).as_str());
                    scale_of(self.frame, want, dtype.unwrap_or(&DataType::Null))?
                }
                Aggregate::Count | Aggregate::CountDistinct => 0,
            };
            Ok(RowMetric { id: want.id.clone(), aggregate, scale })
        };
        self.wanted.iter().enumerate().map(metric).collect()
    }

    fn rows_of(&self, read: &DataFrame, table: &mut RowTable) -> PolarsResult<Vec<CreditedRow>> {
        let mut owners = Owners::of(table);
        let names = read.column("_owner")?.str()?;
        let days = read.column("_day")?.date()?;
        let (files, numbers) = (read.column("_file")?.i64()?, read.column("_row")?.i64()?);
        let shares = match self.credited.share_digits {
            Some(_) => Some(read.column("_share")?.i64()?),
            None => None,
        };
        let mut texts = Texts::default();
        let mut cells = Vec::with_capacity(self.shown.len());
        for (at, shown) in self.shown.iter().enumerate() {
            cells.push((read.column(&cell_name(at))?, shown));
        }
        let values: Vec<&Column> = (0..self.wanted.len())
            .map(|at| read.column(&value_name(at)))
            .collect::<PolarsResult<_>>()?;
        let mut rows = Vec::with_capacity(read.height());
        for index in 0..read.height() {
            let (Some(owner), Some(day)) =
                (names.get(index), days.phys.get(index).and_then(day_of))
            else {
                continue;
            };
            let (file, row) = self.frame.place(files.get(index), numbers.get(index))?;
            let shown = cells
                .iter()
                .map(|(column, shown)| Ok(cell_of(&column.get(index)?, shown, &mut texts)));
            let counted = values.iter().map(|column| Ok(value_at(&column.get(index)?)));
            rows.push(CreditedRow {
                owner: owners.place(owner),
                day,
                file,
                row,
                cells: shown.collect::<PolarsResult<_>>()?,
                values: counted.collect::<PolarsResult<_>>()?,
                share: shares.and_then(|shares| shares.get(index)),
                overlay: self.credited.overlay,
            });
        }
        table.owners = owners.ids;
        Ok(rows)
    }

    /// Reads the sums by day of the owners who are not listed into the table.
    pub fn read_days(
        &self,
        lazy: &LazyFrame,
        listed: &Listed,
        table: &mut RowTable,
    ) -> Result<(), Diagnostic> {
        if !listed.leaves_out {
            return Ok(());
        }
        let refuse = |why: PolarsError| self.frame.refuse(&why);
        let mut sums = vec![len().cast(DataType::Int64).alias("_rows")];
        let file = || col("_file").cast(DataType::Int64);
        sums.extend([file().min().alias("_first"), file().max().alias("_last")]);
        for (at, want) in self.wanted.iter().enumerate() {
            if want.simple.aggregate != Aggregate::CountDistinct {
                sums.push(sum_of(self.frame, want)?.alias(value_name(at)));
            }
        }
        let read = self
            .of_owners(lazy, listed.names(), JoinType::Anti)
            .map_err(refuse)?
            .group_by(self.credited.grouping())
            .agg(sums)
            .sort(["_owner", "_day"], SortMultipleOptions::default())
            .collect_with_engine(Engine::Streaming)
            .map_err(refuse)?
            .unwrap_single();
        let days = self.days_of(&read, table).map_err(refuse)?;
        table.days.extend(days);
        Ok(())
    }

    /// One for each owner and day: lines of different shares are added up.
    fn days_of(&self, read: &DataFrame, table: &mut RowTable) -> PolarsResult<Vec<DaySum>> {
        let mut owners = Owners::of(table);
        let names = read.column("_owner")?.str()?;
        let dates = read.column("_day")?.date()?;
        let counts = read.column("_rows")?.i64()?;
        let (first, last_file) = (read.column("_first")?.i64()?, read.column("_last")?.i64()?);
        let shares = self.credited.shares_in(read)?;
        let mut days: Vec<DaySum> = Vec::new();
        for index in 0..read.height() {
            let (Some(owner), Some(day)) =
                (names.get(index), dates.phys.get(index).and_then(day_of))
            else {
                continue;
            };
            let rows = counts.get(index);
            let (first, count) = self.frame.place(first.get(index), rows)?;
            let (last_file, _) = self.frame.place(last_file.get(index), rows)?;
            let owner = owners.place(owner);
            if days.last().is_none_or(|last| (last.owner, last.day) != (owner, day)) {
                let sums = self.wanted.iter().map(|_| None).collect();
                let (files, overlay) = ([first; 2], self.credited.overlay);
                days.push(DaySum { owner, day, rows: 0, files, sums, overlay });
            }
            let Some(last) = days.last_mut() else { continue };
            last.files = [last.files[0].min(first), last.files[1].max(last_file)];
            last.rows += count;
            for (at, want) in self.wanted.iter().enumerate() {
                if want.simple.aggregate == Aggregate::CountDistinct {
                    continue;
                }
                if let Some(minor) = minor_of(&read.column(&value_name(at))?.get(index)?) {
                    let part = shares.part(index, minor)?;
                    last.sums[at] = Some(last.sums[at].unwrap_or(0) + part);
                }
            }
        }
        table.owners = owners.ids;
        Ok(days)
    }
}

/// The owners met so far, numbered.
struct Owners {
    ids: Vec<UnitId>,
    places: HashMap<String, usize>,
}

impl Owners {
    fn of(table: &mut RowTable) -> Self {
        let ids = std::mem::take(&mut table.owners);
        let places = ids.iter().enumerate().map(|(at, id)| (id.to_string(), at)).collect();
        Self { ids, places }
    }

    fn place(&mut self, owner: &str) -> usize {
        if let Some(place) = self.places.get(owner) {
            return *place;
        }
        self.ids.push(UnitId::from(owner));
        self.places.insert(owner.to_owned(), self.ids.len() - 1);
        self.ids.len() - 1
    }
}

/// Texts that stand in many rows, held once.
#[derive(Default)]
struct Texts(HashSet<Arc<str>>);

impl Texts {
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone());
        new
    }
}

fn cell_of(value: &AnyValue<'_>, shown: &Shown, texts: &mut Texts) -> RowCell {
    let text = match value {
        AnyValue::Null => return RowCell::Empty,
        AnyValue::Boolean(yes) => return RowCell::Flag(*yes),
        AnyValue::Date(days) => return day_of(*days).map_or(RowCell::Empty, RowCell::Day),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        other => match number(other) {
            Some(number) if shown.names.is_none() => return number,
            _ => other.to_string(),
        },
    };
    let named = shown.names.as_ref().and_then(|names| names.get(&text));
    RowCell::Text(texts.shared(named.unwrap_or(&text)))
}

fn number(value: &AnyValue<'_>) -> Option<RowCell> {
    let scale = match value {
        AnyValue::Decimal(_, _, scale) => u8::try_from(*scale).ok()?,
        other if other.is_integer() => 0,
        _ => return None,
    };
    let minor = i64::try_from(minor_of(value)?).ok()?;
    Some(RowCell::Number { minor, scale })
}

fn value_at(value: &AnyValue<'_>) -> RowValue {
    match value {
        AnyValue::String(key) => RowValue::Key((*key).into()),
        AnyValue::StringOwned(key) => RowValue::Key(key.as_str().into()),
        other => minor_of(other).map_or(RowValue::Nothing, RowValue::Amount),
    }
}
