//! Cells to typed columns: exact, or set aside with the reason.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::Reject;
use super::columns::{Column, Values};
use super::decode::Cell;
use crate::model::{Diagnostic, Place};
use crate::settings::{ColumnKind, ColumnSettings, ExtractSettings};

/// Takes the rows of an extract's files in and keeps the good ones.
pub struct Collector<'a> {
    extract: &'a ExtractSettings,
    file: String,
    file_index: i64,
    /// Where each wanted column stands in the file at hand.
    positions: Vec<usize>,
    columns: Vec<Values>,
    files: Vec<Option<i64>>,
    rows: Vec<Option<i64>>,
    keys: HashMap<Vec<String>, (String, u64)>,
    pub rejects: Vec<Reject>,
    /// How many rows came in.
    pub count: u64,
}

/// A converted cell, before its row is known to be good.
enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Decimal(Option<i128>),
    Date(Option<NaiveDate>),
    Boolean(Option<bool>),
}

impl<'a> Collector<'a> {
    pub fn new(extract: &'a ExtractSettings) -> Self {
        let empty = |column: &ColumnSettings| match column.kind {
            ColumnKind::Text => Values::Text(Vec::new()),
            ColumnKind::Integer => Values::Integer(Vec::new()),
            ColumnKind::Decimal => Values::Decimal { minor: Vec::new(), scale: column.scale },
            ColumnKind::Date => Values::Date(Vec::new()),
            ColumnKind::Boolean => Values::Boolean(Vec::new()),
        };
        Self {
            extract,
            file: String::new(),
            file_index: -1,
            positions: Vec::new(),
            columns: extract.columns.iter().map(empty).collect(),
            files: Vec::new(),
            rows: Vec::new(),
            keys: HashMap::new(),
            rejects: Vec::new(),
            count: 0,
        }
    }

    /// The rows of the next file follow.
    pub fn begin_file(&mut self, shown: &str) {
        self.file = shown.to_owned();
        self.file_index += 1;
    }

    /// The file at hand.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The headers that the columns are read from.
    pub fn wanted_headers(&self) -> Vec<String> {
        self.extract.columns.iter().map(|column| column.header().to_owned()).collect()
    }

    /// Finds the wanted columns in a file's header.
    ///
    /// # Errors
    /// The first wanted column that is not there, with those that are.
    pub fn header(&mut self, names: &[String]) -> Result<(), Diagnostic> {
        self.positions.clear();
        for column in &self.extract.columns {
            let Some(position) = names.iter().position(|name| name == column.header()) else {
                return Err(missing_column(self.extract, &self.file, column.header(), names));
            };
            self.positions.push(position);
        }
        Ok(())
    }

    /// Takes a row in. A bad cell, an empty one where a value is required, or a repeated key sets
    /// it aside.
    pub fn row(&mut self, number: u64, cells: &[Cell<'_>]) {
        self.count += 1;
        let mut values = Vec::with_capacity(self.columns.len());
        for (column, position) in self.extract.columns.iter().zip(&self.positions) {
            let cell = cells.get(*position).unwrap_or(&Cell::Empty);
            match convert(cell, column, self.extract) {
                Ok(value) => values.push(value),
                Err(reason) => {
                    return self.reject(number, column.header(), cell.shown(), reason);
                }
            }
        }
        if let Some((shown, reason)) = self.repeated_key(number, cells) {
            let header = self.extract.key.first().and_then(|key| self.header_of(key));
            return self.reject(number, &header.unwrap_or_default(), shown, reason);
        }
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
        self.files.push(Some(self.file_index));
        self.rows.push(i64::try_from(number).ok());
    }

    /// Sets a whole row aside.
    pub fn set_aside(&mut self, number: u64, shown: &str, reason: String) {
        self.count += 1;
        self.reject(number, "", shown.chars().take(200).collect(), reason);
    }

    /// The good rows: the configured columns, then `_file` and `_row`.
    pub fn into_columns(self) -> Vec<Column> {
        let names = self.extract.columns.iter().map(|column| column.name.clone());
        let mut columns: Vec<Column> =
            names.zip(self.columns).map(|(name, values)| Column::new(name, values)).collect();
        columns.push(Column::new("_file", Values::Integer(self.files)));
        columns.push(Column::new("_row", Values::Integer(self.rows)));
        columns
    }

    fn header_of(&self, name: &str) -> Option<String> {
        let column = self.extract.columns.iter().find(|column| column.name == name);
        column.map(|column| column.header().to_owned())
    }

    fn repeated_key(&mut self, number: u64, cells: &[Cell<'_>]) -> Option<(String, String)> {
        if self.extract.key.is_empty() {
            return None;
        }
        let key: Vec<String> = self
            .extract
            .columns
            .iter()
            .zip(&self.positions)
            .filter(|(column, _)| self.extract.key.contains(&column.name))
            .map(|(_, position)| cells.get(*position).unwrap_or(&Cell::Empty).shown())
            .collect();
        let shown = key.join(", ");
        match self.keys.entry(key) {
            std::collections::hash_map::Entry::Occupied(first) => {
                let (file, row) = first.get();
                Some((shown, format!("the key is there already: row {row} of {file}")))
            }
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert((self.file.clone(), number));
                None
            }
        }
    }

    fn reject(&mut self, row: u64, column: &str, value: String, reason: String) {
        self.rejects.push(Reject {
            extract: self.extract.id.clone(),
            file: self.file.clone(),
            row,
            column: column.to_owned(),
            value,
            reason,
        });
    }
}

/// A file that lacks a wanted column.
pub fn missing_column(
    extract: &ExtractSettings,
    file: &str,
    wanted: &str,
    there: &[String],
) -> Diagnostic {
    let what = format!("extract “{}” has no column “{wanted}”", extract.id);
    let help =
        format!("the file has: {}; mend the file, or `from` in {}", there.join(", "), extract.file);
    Diagnostic::error(Place::file(file).row(1).column(wanted), what, help)
}

fn convert(
    cell: &Cell<'_>,
    column: &ColumnSettings,
    extract: &ExtractSettings,
) -> Result<Value, String> {
    let text = match cell {
        Cell::Empty if column.required => return Err("a value is required here".to_owned()),
        Cell::Broken(_) => return Err("the cell holds an error".to_owned()),
        Cell::Empty => None,
        Cell::Day(day) if column.kind == ColumnKind::Date => return Ok(Value::Date(Some(*day))),
        Cell::Day(day) => Some(Cow::Owned(day.to_string())),
        Cell::Text(text) => Some(Cow::Borrowed(text.as_ref())),
    };
    Ok(match column.kind {
        ColumnKind::Text => Value::Text(text.map(Cow::into_owned)),
        ColumnKind::Integer => {
            let read = |text: Cow<'_, str>| integer(&text, &extract.csv.thousands);
            Value::Integer(text.map(read).transpose()?)
        }
        ColumnKind::Decimal => {
            let csv = &extract.csv;
            let read =
                |text: Cow<'_, str>| decimal(&text, &csv.decimal, &csv.thousands, column.scale);
            Value::Decimal(text.map(read).transpose()?)
        }
        ColumnKind::Date => Value::Date(text.map(|text| date(&text, &column.formats)).transpose()?),
        ColumnKind::Boolean => Value::Boolean(text.map(|text| boolean(&text)).transpose()?),
    })
}

fn integer(text: &str, thousands: &str) -> Result<i64, String> {
    without(text, thousands).parse().map_err(|_| "not a whole number".to_owned())
}

fn without<'a>(text: &'a str, thousands: &str) -> Cow<'a, str> {
    if thousands.is_empty() || !text.contains(thousands) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(thousands, ""))
}

/// Decimal text to minor units of 10^-`scale`, digit by digit.
fn decimal(text: &str, mark: &str, thousands: &str, scale: usize) -> Result<i128, String> {
    let refused = || "not a decimal number".to_owned();
    let plain = without(text, thousands);
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.strip_prefix('+').unwrap_or(plain.as_ref())),
    };
    let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && !digits.contains(|c: char| c.is_ascii_digit()) {
        return Err(refused());
    }
    if !digits_only(whole) || !digits_only(fraction) {
        return Err(refused());
    }
    if fraction.len() > scale {
        return Err(format!("more than {scale} digits after the point"));
    }
    let mut minor: i128 = 0;
    let padding = std::iter::repeat_n(b'0', scale - fraction.len());
    for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
        minor = minor
            .checked_mul(10)
            .and_then(|minor| minor.checked_add(i128::from(digit - b'0')))
            .filter(|minor| *minor < 10i128.pow(38))
            .ok_or("more than 38 digits")?;
    }
    Ok(if negative { -minor } else { minor })
}

fn date(text: &str, formats: &[String]) -> Result<NaiveDate, String> {
    let read = |format: &str| {
        NaiveDate::parse_from_str(text, format)
            .or_else(|_| NaiveDateTime::parse_from_str(text, format).map(|moment| moment.date()))
            .ok()
    };
    if formats.is_empty() {
        return read("%Y-%m-%d").ok_or_else(|| "not a date such as 2026-10-31".to_owned());
    }
    formats
        .iter()
        .find_map(|format| read(format))
        .ok_or_else(|| format!("not a date of the form {}", formats.join(" or ")))
}

fn boolean(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "yes" | "y" | "是" => Ok(true),
        "false" | "0" | "no" | "n" | "否" => Ok(false),
        _ => Err("neither true nor false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_exact_or_refused() {
        let read = |text: &str| decimal(text, ".", ",", 2);
        assert_eq!(read("-1,234.5"), Ok(-123_450));
        assert_eq!(read("12.300"), Ok(1230));
        assert_eq!(read(".5"), Ok(50));
        assert_eq!(read("7."), Ok(700));
        assert_eq!(read("12.345"), Err("more than 2 digits after the point".into()));
        for wrong in ["12O0", "1e5", "--1", "-", ".", "1.2.3", "¥5", "１２"] {
            assert_eq!(read(wrong), Err("not a decimal number".into()), "{wrong}");
        }
        assert_eq!(decimal("1.234,56", ",", ".", 2), Ok(123_456));
        assert!(read(&"9".repeat(40)).is_err());
    }

    #[test]
    fn dates_are_read_by_the_formats_given() {
        let formats = ["%Y/%m/%d".to_owned(), "%Y-%m-%d %H:%M:%S".to_owned()];
        let day = NaiveDate::from_ymd_opt(2026, 10, 5).unwrap();
        assert_eq!(date("2026/10/5", &formats), Ok(day));
        assert_eq!(date("2026-10-05 23:59:59", &formats), Ok(day));
        assert!(date("2026-02-30", &[]).is_err());
    }

    proptest! {
        #[test]
        fn a_decimal_reads_back(minor in any::<i64>(), scale in 0usize..8) {
            let exact = crate::model::Exact::from_minor(i128::from(minor), scale);
            let text = crate::model::round::to_fixed(&exact, scale);
            prop_assert_eq!(decimal(&text, ".", "", scale), Ok(i128::from(minor)));
        }
    }
}
