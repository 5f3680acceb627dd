//! The tables of results that others read: Parquet with decimals, and CSV with full precision. An
//! absent figure is null. `docs/results.md` is their contract.

mod actions;
mod coefficients;
mod composites;
mod deliveries;
mod drivers;
mod flags;
mod pace;
mod parts;
mod restatements;
mod rows;
mod scores;
mod target_reconciliation;
mod tilt;

pub use actions::actions;
pub use coefficients::coefficients;
pub use composites::composites;
pub use deliveries::{Delivery, deliveries};
pub use drivers::drivers;
pub use flags::flags;
pub use pace::pace;
pub use parts::parts;
pub use restatements::{Restated, restatements};
pub use rows::{reconciliation, rejects};
pub use scores::scores;
pub use target_reconciliation::target_reconciliation;
pub use tilt::tilt;

use super::{LedgerError, Run, Stored, Table, TableFormat};
use crate::data::columns::{Column, Values, write_csv, write_parquet};
use crate::model::{Exact, round};

pub use crate::calc::correction::{AMOUNT_DECIMALS, SHARE_DECIMALS};

/// A table's bytes in a format.
///
/// # Errors
/// Columns that are no table.
pub fn bytes(
    table: Table,
    columns: &[Column],
    format: TableFormat,
) -> Result<Vec<u8>, LedgerError> {
    let written = match format {
        TableFormat::Parquet => write_parquet(columns),
        TableFormat::Csv => write_csv(columns),
    };
    let path = || Stored::Result(table, format).to_string();
    written.map_err(|source| LedgerError::Table { path: path(), source })
}

/// Writes a table into a run, in both formats.
///
/// # Errors
/// As [`Run::put`] and [`bytes`].
pub async fn put_table(run: &Run, table: Table, columns: &[Column]) -> Result<(), LedgerError> {
    for format in [TableFormat::Parquet, TableFormat::Csv] {
        run.put(&Stored::Result(table, format), bytes(table, columns, format)?).await?;
    }
    Ok(())
}

/// Writes the deliveries as they stood at an end of the run: the first end's under the table's name,
/// a later one's beside it.
///
/// # Errors
/// As [`put_table`].
pub async fn put_deliveries(run: &Run, end: u32, columns: &[Column]) -> Result<(), LedgerError> {
    let first = Stored::Result(Table::Deliveries, TableFormat::Parquet);
    if run.read(&first).await?.is_none() {
        return put_table(run, Table::Deliveries, columns).await;
    }
    for format in [TableFormat::Parquet, TableFormat::Csv] {
        let bytes = bytes(Table::Deliveries, columns, format)?;
        run.put(&Stored::LaterDeliveries(end, format), bytes).await?;
    }
    Ok(())
}

fn text<'a, R>(name: &str, rows: &'a [R], of: impl Fn(&'a R) -> Option<String>) -> Column {
    Column::new(name, Values::Text(rows.iter().map(of).collect()))
}

fn whole<'a, R>(name: &str, rows: &'a [R], of: impl Fn(&'a R) -> Option<u64>) -> Column {
    let cell = |row| of(row).and_then(|number| i64::try_from(number).ok());
    Column::new(name, Values::Integer(rows.iter().map(cell).collect()))
}

fn amount<'a, R>(name: &str, rows: &'a [R], of: impl Fn(&'a R) -> Option<Exact>) -> Column {
    decimal(name, AMOUNT_DECIMALS, rows, of)
}

fn share<'a, R>(name: &str, rows: &'a [R], of: impl Fn(&'a R) -> Option<Exact>) -> Column {
    decimal(name, SHARE_DECIMALS, rows, of)
}

fn decimal<'a, R>(
    name: &str,
    scale: usize,
    rows: &'a [R],
    of: impl Fn(&'a R) -> Option<Exact>,
) -> Column {
    // A number too long for the column is no absent one: it becomes one that the writer refuses.
    let minor = |number: Exact| round::to_minor(&number, scale).unwrap_or(i128::MAX);
    let cell = |row| of(row).map(minor);
    Column::new(name, Values::Decimal { minor: rows.iter().map(cell).collect(), scale })
}
