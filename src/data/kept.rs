//! Typed cells of some rows, column by column, with the place that each row stands at.

use super::cell::Value;
use super::columns::{Column, Values};
use crate::settings::{ColumnKind, ColumnSettings, ExtractSettings};

/// Rows that were taken in.
pub struct Kept {
    columns: Vec<Values>,
    files: Vec<Option<i64>>,
    rows: Vec<Option<i64>>,
}

impl Kept {
    pub fn new(extract: &ExtractSettings) -> Self {
        let columns = extract.columns.iter().map(empty_values).collect();
        Self { columns, files: Vec::new(), rows: Vec::new() }
    }

    /// Takes a row in: a value for each column, by its type.
    pub fn push(&mut self, values: Vec<Value>, file: usize, row: u64) {
        for (column, value) in self.columns.iter_mut().zip(values) {
            match (column, value) {
                (Values::Text(cells), Value::Text(value)) => cells.push(value),
                (Values::Integer(cells), Value::Integer(value)) => cells.push(value),
                (Values::Decimal { minor, .. }, Value::Decimal(value)) => minor.push(value),
                (Values::Date(cells), Value::Date(value)) => cells.push(value),
                (Values::Boolean(cells), Value::Boolean(value)) => cells.push(value),
                _ => unreachable!("a cell is converted to its column's type"),
            }
        }
        self.files.push(i64::try_from(file).ok());
        self.rows.push(i64::try_from(row).ok());
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Hands out the rows since the last time: the configured columns, then `_file` and `_row`.
    pub fn take(&mut self, extract: &ExtractSettings) -> Vec<Column> {
        let taken = std::mem::replace(self, Self::new(extract));
        let names = extract.columns.iter().map(|column| column.name.clone());
        let mut columns: Vec<Column> =
            names.zip(taken.columns).map(|(name, values)| Column::new(name, values)).collect();
        columns.push(Column::new("_file", Values::Integer(taken.files)));
        columns.push(Column::new("_row", Values::Integer(taken.rows)));
        columns
    }
}

fn empty_values(column: &ColumnSettings) -> Values {
    match column.kind {
        ColumnKind::Text => Values::Text(Vec::new()),
        ColumnKind::Integer => Values::Integer(Vec::new()),
        ColumnKind::Decimal => Values::Decimal { minor: Vec::new(), scale: column.scale },
        ColumnKind::Date => Values::Date(Vec::new()),
        ColumnKind::Boolean => Values::Boolean(Vec::new()),
    }
}
