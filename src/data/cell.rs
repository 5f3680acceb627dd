//! A cell becomes a value of its column's type: exact, or refused with the reason.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::decode::Cell;
use crate::settings::{ColumnKind, ColumnSettings, ExtractSettings};

/// A converted cell, before its row is known to be good.
pub enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Decimal(Option<i128>),
    Date(Option<NaiveDate>),
    Boolean(Option<bool>),
}

impl Value {
    /// Nothing, in a column of a kind.
    pub fn absent(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text(None),
            ColumnKind::Integer => Self::Integer(None),
            ColumnKind::Decimal => Self::Decimal(None),
            ColumnKind::Date => Self::Date(None),
            ColumnKind::Boolean => Self::Boolean(None),
        }
    }

    /// The value in a key; the same text for the same value.
    pub fn shown(&self) -> String {
        let shown = match self {
            Self::Text(value) => value.clone(),
            Self::Integer(value) => value.map(|value| value.to_string()),
            Self::Decimal(minor) => minor.map(|minor| minor.to_string()),
            Self::Date(value) => value.map(|value| value.to_string()),
            Self::Boolean(value) => value.map(|value| value.to_string()),
        };
        shown.unwrap_or_default()
    }
}

/// Characters of a text at most: a spreadsheet takes no more in a cell.
pub const MOST_CHARACTERS: usize = 32_000;
pub const TOO_LONG: &str = "a text of more than 32,000 characters, which no spreadsheet takes";

fn is_too_long(text: &str) -> bool {
    text.len() > MOST_CHARACTERS && text.chars().count() > MOST_CHARACTERS
}

/// A cell by its column's type.
///
/// # Errors
/// Why it does not fit.
pub fn convert(
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
        ColumnKind::Text if text.as_ref().is_some_and(|text| is_too_long(text)) => {
            return Err(TOO_LONG.to_owned());
        }
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
    let refused = || "not a whole number".to_owned();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = ungroup(digits, thousands).filter(|digits| is_digits(digits));
    format!("{sign}{}", digits.ok_or_else(refused)?).parse().map_err(|_| refused())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits without the mark between thousands. None where the marks do not stand between
/// thousands: `1234,50` is a number with another decimal mark, and must not become 123450. Indian
/// groups of two (`12,34,567`) are known.
fn ungroup<'a>(digits: &'a str, thousands: &str) -> Option<Cow<'a, str>> {
    if thousands.is_empty() || !digits.contains(thousands) {
        return Some(Cow::Borrowed(digits));
    }
    let groups: Vec<&str> = digits.split(thousands).collect();
    let (first, rest) = groups.split_first()?;
    let (last, middle) = rest.split_last()?;
    let well_placed = (1..=3).contains(&first.len())
        && middle.iter().all(|group| (2..=3).contains(&group.len()))
        && last.len() == 3;
    well_placed.then(|| Cow::Owned(groups.concat()))
}

/// Decimal text to minor units of 10^-`scale`, digit by digit.
fn decimal(text: &str, mark: &str, thousands: &str, scale: usize) -> Result<i128, String> {
    let refused = || "not a decimal number".to_owned();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || !is_digits(fraction) {
        return Err(refused());
    }
    let whole = ungroup(whole, thousands).filter(|whole| is_digits(whole)).ok_or_else(refused)?;
    let fraction = fraction.trim_end_matches('0');
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
            // `%Y` takes 26 for the year 26.
            .filter(|day| day.year() >= 1000)
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
        assert_eq!(read("12,34,567.8"), Ok(123_456_780));
        for misplaced in ["1234,50", "1,2,3", ",123", "1,", "1.234,56", "0.1,234"] {
            assert_eq!(read(misplaced), Err("not a decimal number".into()), "{misplaced}");
        }
        assert!(read(&"9".repeat(40)).is_err());
    }

    #[test]
    fn dates_are_read_by_the_formats_given() {
        let formats = ["%Y/%m/%d".to_owned(), "%Y-%m-%d %H:%M:%S".to_owned()];
        let day = NaiveDate::from_ymd_opt(2026, 10, 5).unwrap();
        assert_eq!(date("2026/10/5", &formats), Ok(day));
        assert_eq!(date("2026-10-05 23:59:59", &formats), Ok(day));
        assert!(date("2026-02-30", &[]).is_err());
        assert_eq!(
            date("26/10/5", &formats).unwrap_err(),
            "not a date of the form %Y/%m/%d or %Y-%m-%d %H:%M:%S"
        );
    }

    #[test]
    fn whole_numbers_have_no_marks_but_between_thousands() {
        assert_eq!(integer("-1.234.567", "."), Ok(-1_234_567));
        assert_eq!(integer("+007", ""), Ok(7));
        for wrong in ["1.5", "", "-", "--1", "+-1", "7.0", "99999999999999999999"] {
            assert_eq!(integer(wrong, "."), Err("not a whole number".into()), "{wrong}");
        }
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
