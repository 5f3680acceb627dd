//! A few typed columns, and tables written from them: the results that others read, and the
//! extracts of the demo company. The same columns always give the same bytes.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use chrono::NaiveDate;
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::*;

/// The cells of a column, top down; an absent figure is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    Text(Vec<Option<String>>),
    Integer(Vec<Option<i64>>),
    /// `minor` × 10^-`scale`.
    Decimal {
        minor: Vec<Option<i128>>,
        scale: usize,
    },
    Date(Vec<Option<NaiveDate>>),
    Boolean(Vec<Option<bool>>),
}

impl Values {
    pub fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Integer(cells) => cells.len(),
            Self::Decimal { minor, .. } => minor.len(),
            Self::Date(cells) => cells.len(),
            Self::Boolean(cells) => cells.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A named column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub values: Values,
}

impl Column {
    pub fn new(name: impl Into<String>, values: Values) -> Self {
        Self { name: name.into(), values }
    }
}

/// Why a table was not written.
#[derive(Debug, thiserror::Error)]
pub enum ColumnsError {
    #[error("column “{column}” has {rows} rows where the first has {expected}")]
    Uneven { column: String, rows: usize, expected: usize },
    #[error("the table cannot be laid out: {0}")]
    Layout(#[from] PolarsError),
    #[error("the file cannot be written: {0}")]
    File(#[from] std::io::Error),
}

/// The table as Parquet (zstd). Decimals are `Decimal(38, scale)`.
///
/// # Errors
/// Columns of different lengths or of the same name, or a decimal of more than 38 digits.
pub fn write_parquet(columns: &[Column]) -> Result<Vec<u8>, ColumnsError> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut to_table(columns)?)?;
    Ok(bytes)
}

/// The table as CSV after RFC 4180, in UTF-8 and with `\n`. Decimals keep every digit of their
/// scale; an absent cell is empty, where an empty text is `""`. A text that begins as a formula does
/// has a `'` before it.
///
/// # Errors
/// Columns of different lengths.
pub fn write_csv(columns: &[Column]) -> Result<Vec<u8>, ColumnsError> {
    let rows = count_rows(columns)?;
    let mut text = String::new();
    for (index, column) in columns.iter().enumerate() {
        push_separator(&mut text, index);
        push_quoted(&mut text, &column.name);
    }
    text.push('\n');
    for row in 0..rows {
        for (index, column) in columns.iter().enumerate() {
            push_separator(&mut text, index);
            push_cell(&mut text, &column.values, row);
        }
        text.push('\n');
    }
    Ok(text.into_bytes())
}

/// A Parquet file that grows batch by batch, for tables that do not fit in memory.
pub struct ParquetSink {
    writer: BatchedWriter<BufWriter<File>>,
}

impl ParquetSink {
    /// Begins a file with the columns of `first`, whose rows are not written yet.
    ///
    /// # Errors
    /// The file cannot be created, or the columns are not a table.
    pub fn create(path: &Path, first: &[Column]) -> Result<Self, ColumnsError> {
        let table = to_table(first)?;
        let file = BufWriter::new(File::create(path)?);
        Ok(Self { writer: ParquetWriter::new(file).batched(table.schema())? })
    }

    /// Appends a batch as one row group. Every batch has the columns that the file began with.
    ///
    /// # Errors
    /// As of [`write_parquet`], and where the disk refuses.
    pub fn append(&mut self, batch: &[Column]) -> Result<(), ColumnsError> {
        self.writer.write_batch(&to_table(batch)?)?;
        Ok(())
    }

    /// Writes the footer; without it the file is not Parquet.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn finish(self) -> Result<(), ColumnsError> {
        // It flushes the buffer, too, whose drop would swallow an error of the last write.
        self.writer.finish()?;
        Ok(())
    }
}

fn count_rows(columns: &[Column]) -> Result<usize, ColumnsError> {
    let expected = columns.first().map_or(0, |column| column.values.len());
    let uneven = columns.iter().find(|column| column.values.len() != expected);
    uneven.map_or(Ok(expected), |column| {
        Err(ColumnsError::Uneven {
            column: column.name.clone(),
            rows: column.values.len(),
            expected,
        })
    })
}

pub(super) fn to_table(columns: &[Column]) -> Result<DataFrame, ColumnsError> {
    let rows = count_rows(columns)?;
    let series: Vec<_> =
        columns.iter().map(|column| to_series(column).map(Into::into)).collect::<Result<_, _>>()?;
    Ok(DataFrame::new(rows, series)?)
}

fn to_series(column: &Column) -> PolarsResult<Series> {
    let name = PlSmallStr::from_str(&column.name);
    Ok(match &column.values {
        Values::Text(cells) => {
            StringChunked::from_iter_options(name, cells.iter().map(|cell| cell.as_deref()))
                .into_series()
        }
        Values::Integer(cells) => Series::new(name, cells),
        Values::Decimal { minor, scale } => {
            Int128Chunked::from_slice_options(name, minor).into_decimal(38, *scale)?.into_series()
        }
        Values::Date(cells) => {
            DateChunked::from_naive_date_options(name, cells.iter().copied()).into_series()
        }
        Values::Boolean(cells) => Series::new(name, cells),
    })
}

fn push_separator(text: &mut String, index: usize) {
    if index > 0 {
        text.push(',');
    }
}

fn push_cell(text: &mut String, values: &Values, row: usize) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = match values {
        Values::Text(cells) => {
            if let Some(cell) = &cells[row] {
                push_quoted(text, &disarmed(cell));
            }
            Ok(())
        }
        Values::Integer(cells) => cells[row].map_or(Ok(()), |whole| write!(text, "{whole}")),
        Values::Decimal { minor, scale } => {
            if let Some(minor) = minor[row] {
                push_decimal(text, minor, *scale);
            }
            Ok(())
        }
        Values::Date(cells) => cells[row].map_or(Ok(()), |day| write!(text, "{day}")),
        Values::Boolean(cells) => cells[row].map_or(Ok(()), |yes| write!(text, "{yes}")),
    };
}

/// A text that a spreadsheet does not take for a formula: where it begins as one does, a `'` comes
/// first. [`armed`] takes it off again.
fn disarmed(cell: &str) -> Cow<'_, str> {
    match is_formula(cell.trim_start_matches('\'')) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

/// A text as it was before it was written to CSV.
pub fn armed(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// Whether a spreadsheet reads a text as a formula or a command.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

fn push_quoted(text: &mut String, cell: &str) {
    if cell.is_empty() || cell.contains([',', '"', '\n', '\r']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// `minor` × 10^-`scale` with all its digits: `-12345` at scale 2 is `-123.45`.
pub fn push_decimal(text: &mut String, minor: i128, scale: usize) {
    let digits = format!("{:0width$}", minor.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if minor < 0 {
        text.push('-');
    }
    text.push_str(whole);
    if scale > 0 {
        text.push('.');
        text.push_str(fraction);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Vec<Column> {
        let day = NaiveDate::from_ymd_opt(2026, 10, 31);
        let text = |text: &str| Some(text.to_owned());
        vec![
            Column::new(
                "name",
                Values::Text(vec![text("华东区"), text("a,\"b\"\n"), text(""), None]),
            ),
            Column::new("count", Values::Integer(vec![Some(-3), None, Some(0), Some(i64::MAX)])),
            Column::new(
                "amount",
                Values::Decimal {
                    minor: vec![Some(-5), Some(12_345), None, Some(10_i128.pow(37))],
                    scale: 2,
                },
            ),
            Column::new("day", Values::Date(vec![day, None, day, day])),
            Column::new("yes", Values::Boolean(vec![Some(true), Some(false), None, None])),
        ]
    }

    #[test]
    fn csv_quotes_and_keeps_digits() {
        let text = String::from_utf8(write_csv(&table()).unwrap()).unwrap();
        assert_eq!(
            text,
            "name,count,amount,day,yes\n\
             华东区,-3,-0.05,2026-10-31,true\n\
             \"a,\"\"b\"\"\n\",,123.45,,false\n\
             \"\",0,,2026-10-31,\n\
             ,9223372036854775807,100000000000000000000000000000000000.00,2026-10-31,\n"
        );
    }

    #[test]
    fn no_text_of_a_csv_is_a_formula_and_each_reads_back() {
        for text in ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "'=1", "''-", "＝1"] {
            let cells = vec![Some(text.to_owned())];
            let column = Column::new("name", Values::Text(cells));
            let csv = String::from_utf8(write_csv(&[column]).unwrap()).unwrap();
            let cell = csv.lines().nth(1).unwrap();
            assert!(cell.starts_with('\'') && !is_formula(cell), "{cell}");
            assert_eq!(armed(cell), text);
        }
        assert_eq!([armed("'s-Gravenhage"), armed("O'=x")], ["'s-Gravenhage", "O'=x"]);
    }

    #[test]
    fn parquet_reads_back_and_is_the_same_each_time() {
        let bytes = write_parquet(&table()).unwrap();
        assert_eq!(bytes, write_parquet(&table()).unwrap());
        let read = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
        assert_eq!(read.column("amount").unwrap().dtype(), &DataType::Decimal(38, 2));
        assert!(read.equals_missing(&to_table(&table()).unwrap()));
    }

    #[test]
    fn a_sink_appends_batches() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.parquet");
        let mut sink = ParquetSink::create(&path, &table()).unwrap();
        sink.append(&table()).unwrap();
        sink.append(&table()).unwrap();
        sink.finish().unwrap();
        let read = ParquetReader::new(File::open(&path).unwrap()).finish().unwrap();
        let once = to_table(&table()).unwrap();
        assert!(read.equals_missing(&once.vstack(&once).unwrap()));
    }

    #[test]
    fn uneven_columns_and_too_long_decimals_are_refused() {
        let mut uneven = table();
        uneven[1].values = Values::Integer(vec![]);
        assert!(matches!(write_csv(&uneven), Err(ColumnsError::Uneven { rows: 0, .. })));
        let values = Values::Decimal { minor: vec![Some(i128::MAX)], scale: 2 };
        let long = [Column::new("amount", values)];
        assert!(matches!(write_parquet(&long), Err(ColumnsError::Layout(_))));
    }
}
