//! Parquet stays lazy: columns are renamed and cast by the plan, bad rows are found by a filter,
//! and nothing is read that nobody asks for.

use std::borrow::Cow;
use std::path::Path;

use polars::prelude::*;

use super::Reject;
use super::cell::{MOST_CHARACTERS, TOO_LONG};
use super::decode::visible;
use super::footer;
use super::limits;
use super::typed::{beginning, missing_columns};
use crate::model::{Diagnostic, Place, RejectKind};
use crate::settings::{ColumnKind, ColumnSettings, ExtractSettings};

/// The good rows of a file, with `_file` and `_row`; the bad ones; and how many there are.
pub struct Scanned {
    pub lazy: LazyFrame,
    /// The bad rows, with nothing in the cells that cannot be read; none where there is no such row.
    pub aside: Option<LazyFrame>,
    pub rejects: Vec<Reject>,
    pub rows: u64,
}

/// How a column of the file becomes the wanted one.
struct Conversion {
    value: Expr,
    /// Where the cell does not fit, true or false and never null, and why.
    faults: Vec<(Expr, RejectKind, String)>,
}

/// Scans one file that lies on this machine. Rows are counted as in a spreadsheet, from 2.
///
/// # Errors
/// A file that is no Parquet, lacks a wanted column, or holds a type there that cannot become the
/// wanted one.
pub fn scan(
    extract: &ExtractSettings,
    path: &Path,
    shown: &str,
    file_index: usize,
) -> Result<Scanned, Diagnostic> {
    // Pages that are not what they say make polars panic; all of them are looked at here.
    footer::without_panic(|| scan_columns(extract, path, shown, file_index)).unwrap_or_else(|| {
        let help = "export it again as Parquet, or give the extract another format";
        let what = "the file cannot be read: its pages are not what its footer says";
        Err(Diagnostic::error(Place::file(shown), what, help))
    })
}

fn scan_columns(
    extract: &ExtractSettings,
    path: &Path,
    shown: &str,
    file_index: usize,
) -> Result<Scanned, Diagnostic> {
    let refuse = |why: PolarsError| {
        let first = why.to_string().lines().next().unwrap_or("it cannot be read").to_owned();
        let help = "export it again as Parquet, or give the extract another format";
        Diagnostic::error(Place::file(shown), format!("the file cannot be read: {first}"), help)
    };
    footer::check(path).map_err(|what| {
        let help = "export it again as Parquet, or give the extract another format";
        Diagnostic::error(Place::file(shown), what, help)
    })?;
    let mut raw = open(path).map_err(refuse)?;
    let schema = raw.collect_schema().map_err(refuse)?;
    let there: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let wanted: Vec<String> =
        extract.columns.iter().map(|column| column.header().to_owned()).collect();
    let mut values = Vec::new();
    let mut faults: Vec<(&ColumnSettings, Expr, RejectKind, String)> = Vec::new();
    for column in &extract.columns {
        let Some(dtype) = schema.get(column.header()) else {
            let missing: Vec<&String> =
                wanted.iter().filter(|name| !there.contains(name)).collect();
            return Err(missing_columns(extract, shown, &missing, &there));
        };
        let conversion = convert(column, dtype).ok_or_else(|| {
            let what = format!("the column is {dtype}, which is no {:?}", column.kind);
            let help = format!("mend the column's type in {}", extract.file);
            Diagnostic::error(Place::file(shown).column(column.header()), what, help)
        })?;
        let outside = limits::faults(column, &conversion.value);
        let outside = outside.into_iter().map(|(at, why)| (at, RejectKind::Outside, why));
        let all = conversion.faults.into_iter().chain(outside);
        faults.extend(all.map(|(at, kind, why)| (column, at, kind, why)));
        values.push(conversion.value.alias(column.name.as_str()));
    }
    values.push(lit(file_index as u32).alias("_file"));
    values.push(col("_row"));
    let at = faults.iter().map(|(_, at, _, _)| at);
    let (rows, counts) = count(&raw, at, &extract.columns).map_err(refuse)?;
    let mut rejects = Vec::new();
    let found = faults.iter().zip(counts).filter(|(_, times)| *times > 0);
    for ((column, at, kind, reason), _) in found {
        for (row, value) in bad_cells(&raw, column.header(), at).map_err(refuse)? {
            rejects.push(Reject {
                extract: extract.id.clone(),
                file: shown.to_owned(),
                row,
                column: column.header().to_owned(),
                value: beginning(&value),
                reason: reason.clone(),
                kind: *kind,
            });
        }
    }
    // A row is set aside once, for the first of its columns.
    rejects.sort_by_key(|reject| reject.row);
    rejects.dedup_by_key(|reject| reject.row);
    let any = faults.into_iter().map(|(_, at, _, _)| at).reduce(Expr::or);
    let (good, aside) = match any.filter(|_| !rejects.is_empty()) {
        Some(any) => (raw.clone().filter(any.clone().not()), Some(raw.filter(any))),
        None => (raw, None),
    };
    let aside = aside.map(|aside| aside.select(values.clone()));
    Ok(Scanned { lazy: good.select(values), aside, rejects, rows })
}

fn open(path: &Path) -> PolarsResult<LazyFrame> {
    let args = ScanArgsParquet {
        row_index: Some(RowIndex { name: "_row".into(), offset: 2 }),
        hive_options: HiveOptions { enabled: Some(false), ..HiveOptions::default() },
        glob: false,
        cache: false,
        ..ScanArgsParquet::default()
    };
    LazyFrame::scan_parquet(PlRefPath::try_from_path(path)?, args)
}

/// How many rows there are, and in how many of them each fault is, in one pass over every column.
fn count<'a>(
    raw: &LazyFrame,
    faults: impl Iterator<Item = &'a Expr>,
    columns: &[ColumnSettings],
) -> PolarsResult<(u64, Vec<u64>)> {
    let times = faults.enumerate().map(|(index, at)| {
        at.clone().cast(DataType::UInt64).sum().alias(format!("{index}").as_str())
    });
    let rows = len().cast(DataType::UInt64).alias("rows");
    let read = columns.iter().enumerate().map(|(index, column)| {
        let nulls = col(column.header()).is_null().cast(DataType::UInt64).sum();
        nulls.alias(format!("read {index}").as_str())
    });
    let table = raw
        .clone()
        .select(std::iter::once(rows).chain(times).chain(read).collect::<Vec<_>>())
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let read = |column: &Column| Ok(column.get(0)?.extract::<u64>().unwrap_or(0));
    let mut counts = table.columns().iter().map(read).collect::<PolarsResult<Vec<u64>>>()?;
    let rows = counts.remove(0);
    counts.truncate(counts.len() - columns.len());
    Ok((rows, counts))
}

/// The rows where a column's cell does not fit, with the cell as text.
fn bad_cells(raw: &LazyFrame, header: &str, at: &Expr) -> PolarsResult<Vec<(u64, String)>> {
    let table = raw
        .clone()
        .filter(at.clone())
        .select([
            col("_row").cast(DataType::UInt64),
            col(header).cast(DataType::String).alias("_value"),
        ])
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let rows = table.column("_row")?.u64()?;
    let values = table.column("_value")?.str()?;
    Ok((0..table.height())
        .filter_map(|i| Some((rows.get(i)?, values.get(i).unwrap_or_default().to_owned())))
        .collect())
}

/// None where the type can never become the wanted one.
fn convert(column: &ColumnSettings, dtype: &DataType) -> Option<Conversion> {
    let raw = col(column.header());
    let mut faults = Vec::new();
    if column.required {
        let empty = match dtype {
            DataType::String => raw.clone().fill_null(lit("")).eq(lit("")),
            _ => raw.clone().is_null(),
        };
        faults.push((empty, RejectKind::Cell, "a value is required here".to_owned()));
    }
    let lost = |value: &Expr| value.clone().is_null().and(raw.clone().is_not_null());
    let value = match (column.kind, dtype) {
        // A column without any value may have been written without a type.
        (kind, DataType::Null) => lit(NULL).cast(dtype_of(kind, column.scale)),
        (ColumnKind::Text, DataType::String) => {
            let length = raw.clone().str().len_chars();
            let long = length.gt(lit(MOST_CHARACTERS as u32)).fill_null(lit(false));
            faults.push((long, RejectKind::Cell, TOO_LONG.to_owned()));
            raw.clone().map(only_visible, |_, field| Ok(field.clone()))
        }
        (ColumnKind::Text, dtype) if dtype.is_integer() || dtype.is_bool() => {
            raw.clone().cast(DataType::String)
        }
        (ColumnKind::Integer, dtype) if dtype.is_integer() => {
            let value = raw.clone().cast(DataType::Int64);
            faults.push((
                lost(&value),
                RejectKind::Cell,
                "a whole number that is too large".to_owned(),
            ));
            value
        }
        (ColumnKind::Integer, DataType::String) => {
            let value = raw.clone().cast(DataType::Int64);
            faults.push((lost(&value), RejectKind::Cell, "not a whole number".to_owned()));
            value
        }
        (ColumnKind::Decimal, dtype) => decimal(&raw, column.scale, dtype, &mut faults)?,
        (ColumnKind::Date, DataType::Date) => raw.clone(),
        (ColumnKind::Date, DataType::Datetime(_, _)) => raw.clone().cast(DataType::Date),
        (ColumnKind::Date, DataType::String) => {
            let value = date(&raw, &column.formats);
            faults.push((
                lost(&value),
                RejectKind::Cell,
                "not a date of the column's formats".to_owned(),
            ));
            value
        }
        (ColumnKind::Boolean, DataType::Boolean) => raw.clone(),
        _ => return None,
    };
    Some(Conversion { value, faults })
}

/// Texts as the other formats read them.
fn only_visible(column: Column) -> PolarsResult<Column> {
    let texts = column.str()?;
    let seen = |text: &str| matches!(visible(text.into()), Cow::Borrowed(_));
    if texts.iter().flatten().all(seen) {
        return Ok(column);
    }
    let texts = texts.iter().map(|text| text.map(|text| visible(text.into())));
    let cleaned = StringChunked::from_iter_options(column.name().clone(), texts);
    Ok(cleaned.into_series().into())
}

fn dtype_of(kind: ColumnKind, scale: usize) -> DataType {
    match kind {
        ColumnKind::Text => DataType::String,
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Decimal => DataType::Decimal(MOST_DIGITS, scale),
        ColumnKind::Date => DataType::Date,
        ColumnKind::Boolean => DataType::Boolean,
    }
}

/// The first format that reads the text gives the date.
fn date(raw: &Expr, formats: &[String]) -> Expr {
    let read = |format: &str| {
        let options = StrptimeOptions {
            format: Some(format.into()),
            strict: false,
            exact: true,
            ..StrptimeOptions::default()
        };
        let day = raw.clone().str().to_date(options);
        // `%Y` takes 26 for the year 26.
        when(day.clone().dt().year().gt_eq(lit(1000))).then(day).otherwise(lit(NULL))
    };
    match formats {
        [] => read("%Y-%m-%d"),
        formats => coalesce(&formats.iter().map(|format| read(format)).collect::<Vec<_>>()),
    }
}

const MOST_DIGITS: usize = 38;

/// Decimals, whole numbers and texts keep every digit. A binary fraction counts by its shortest
/// decimal form, as it was once written; what its sixth digit beyond the scale cannot see is noise.
fn decimal(
    raw: &Expr,
    scale: usize,
    dtype: &DataType,
    faults: &mut Vec<(Expr, RejectKind, String)>,
) -> Option<Expr> {
    const TOO_MANY: &str = "more digits after the point than the column's scale";
    let to = |value: &Expr, scale| value.clone().cast(DataType::Decimal(MOST_DIGITS, scale));
    let (value, finer) = match dtype {
        // It has room for every digit.
        DataType::Decimal(digits, given)
            if *given <= scale && digits - given <= MOST_DIGITS - scale =>
        {
            return Some(to(raw, scale));
        }
        DataType::Decimal(_, given) => {
            let value = to(raw, scale);
            let back = to(&value, *given);
            (value, (*given > scale).then(|| back.neq_missing(raw.clone())))
        }
        dtype if dtype.is_integer() => (to(raw, scale), None),
        dtype if dtype.is_float() => {
            let text = raw.clone().cast(DataType::String);
            let value = to(&text, scale);
            let finer = to(&text, MOST_DIGITS.min(scale + 6)).neq_missing(value.clone());
            (value, Some(finer))
        }
        DataType::String => {
            let has = |pattern: String| {
                raw.clone().str().contains(lit(pattern), true).fill_null(lit(false))
            };
            let number = has(r"^[+-]?(\d+\.?\d*|\.\d+)$".to_owned());
            let value = when(number).then(to(raw, scale)).otherwise(lit(NULL));
            (value, Some(has(format!(r"\.\d{{{scale}}}\d*[1-9]"))))
        }
        _ => return None,
    };
    let bad = |at: Expr, why: &str| (at, RejectKind::Cell, why.to_owned());
    faults.extend(finer.map(|finer| bad(finer.and(value.clone().is_not_null()), TOO_MANY)));
    let missing = value.clone().is_null().and(raw.clone().is_not_null());
    faults.push(bad(missing, "not a decimal number of at most 38 digits"));
    Some(value)
}
