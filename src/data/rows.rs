//! A few rows as plain text: for the tables that describe the org and the targets.

use std::sync::Arc;

use chrono::NaiveDate;
use polars::prelude::*;

use super::Frame;
use crate::model::{Diagnostic, Exact, Place};

/// One row, with the wanted columns as text.
pub struct TextRow {
    pub file: String,
    pub row: u64,
    columns: Arc<[Named]>,
    values: Vec<Option<String>>,
}

/// A column as the config names it, and as the file does.
struct Named {
    name: String,
    header: String,
}

impl TextRow {
    /// The value of a wanted column; none where the cell is empty.
    pub fn get(&self, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|named| named.name == column)?;
        self.values[index].as_deref()
    }

    /// The value of a column that may not be configured at all.
    pub fn get_opt(&self, column: Option<&String>) -> Option<&str> {
        column.and_then(|column| self.get(column))
    }

    /// A date that `check` has already read.
    pub fn date(&self, column: Option<&String>) -> Result<Option<NaiveDate>, Diagnostic> {
        let Some((column, text)) = column.and_then(|c| Some((c, self.get(c)?))) else {
            return Ok(None);
        };
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Some).map_err(|_| {
            self.refuse(
                column,
                "not a date",
                "give the column type = \"date\" in the extract's config",
            )
        })
    }

    /// An exact number.
    pub fn number(&self, column: &str) -> Result<Option<Exact>, Diagnostic> {
        let Some(text) = self.get(column) else { return Ok(None) };
        Exact::parse(text).map(Some).map_err(|_| {
            self.refuse(column, "not a decimal number", "write digits such as 1234.50")
        })
    }

    /// What is wrong with a cell of this row.
    pub fn refuse(&self, column: &str, what: &str, help: impl Into<String>) -> Diagnostic {
        let named = self.columns.iter().find(|named| named.name == column);
        let header = named.map_or(column, |named| &named.header);
        let place = Place::file(&self.file).row(self.row).column(header);
        let diagnostic = Diagnostic::error(place, what, help);
        match self.get(column) {
            Some(value) => diagnostic.value(value),
            None => diagnostic,
        }
    }
}

/// All rows of an extract, in the order of files and rows, with the wanted columns as text.
///
/// # Errors
/// A column that the extract does not have, named.
pub fn read_rows(frame: &Frame, wanted: &[&str]) -> Result<Vec<TextRow>, Diagnostic> {
    let mut columns: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
    columns.sort();
    columns.dedup();
    let mut exprs: Vec<Expr> =
        columns.iter().map(|name| col(name.as_str()).cast(DataType::String)).collect();
    exprs.push(col("_file").cast(DataType::UInt64));
    exprs.push(col("_row").cast(DataType::UInt64));
    let order = SortMultipleOptions::default().with_maintain_order(true);
    let table = frame
        .lazy
        .clone()
        .select(exprs)
        .sort(["_file", "_row"], order)
        .collect()
        .map_err(|why| frame.refuse(&why))?;
    let texts: Vec<StringChunked> = columns
        .iter()
        .map(|name| table.column(name).and_then(|c| c.str().cloned()))
        .collect::<PolarsResult<_>>()
        .map_err(|why| frame.refuse(&why))?;
    let numbers = |name: &str| table.column(name).and_then(|c| c.u64().cloned());
    let files = numbers("_file").map_err(|why| frame.refuse(&why))?;
    let rows = numbers("_row").map_err(|why| frame.refuse(&why))?;
    let file_name = |index: u64| {
        let input = usize::try_from(index).ok().and_then(|index| frame.inputs.get(index));
        input.map_or_else(|| frame.extract.to_string(), |input| input.path.clone())
    };
    let named = |name: &String| Named { name: name.clone(), header: frame.header(name).to_owned() };
    let columns: Arc<[Named]> = columns.iter().map(named).collect();
    Ok((0..table.height())
        .map(|i| TextRow {
            file: files.get(i).map_or_else(|| frame.extract.to_string(), file_name),
            row: rows.get(i).unwrap_or_else(|| i as u64 + 2),
            columns: Arc::clone(&columns),
            values: texts.iter().map(|text| text.get(i).map(str::to_owned)).collect(),
        })
        .collect())
}
