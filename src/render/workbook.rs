//! Sheets with finished rows become an XLSX workbook. The same sheets always give the same bytes,
//! and no text of a CRM ever becomes a formula.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook,
    Worksheet, XlsxError,
};

use crate::model::{Exact, round};

/// One sheet: lines above, a header, rows, and remarks below.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The tab's name; what a workbook does not take in it is left out, and it is cut to 31
    /// characters.
    pub name: String,
    /// Lines above the header: what the sheet is, of whom, of when.
    pub title: Vec<String>,
    pub columns: Vec<SheetColumn>,
    pub rows: Vec<Vec<SheetCell>>,
    /// Remarks below the rows.
    pub notes: Vec<String>,
}

/// A column of a sheet.
#[derive(Clone, Debug)]
pub struct SheetColumn {
    pub label: String,
    /// In characters of the digit's width; a Chinese character takes two.
    pub width: u16,
    pub kind: ColumnKind,
}

/// How a column's numbers are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnKind {
    #[default]
    Text,
    /// Two digits after the point, grouped.
    Amount,
    /// 0.915 is shown as 91.5 %.
    Percent,
    Whole,
    Date,
    /// To be filled in: tinted, so that its reader sees where to write.
    Open,
}

/// A finished cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SheetCell {
    #[default]
    Empty,
    Text(String),
    /// With all its digits, shown with two.
    Amount(Exact),
    Percent(Exact),
    Whole(i64),
    Date(NaiveDate),
    /// To be filled in with one of these words.
    Choice(Vec<String>),
}

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// The file's bytes.
///
/// # Errors
/// More rows or longer texts than a sheet takes.
pub fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, WorkbookError> {
    let mut book = Workbook::new();
    // A workbook says when it was made; the same rows are the same workbook.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let mut names: Vec<String> = Vec::new();
    for sheet in sheets {
        let name = free_name(&sheet.name, &names);
        let page = book.add_worksheet();
        page.set_name(&name)?;
        names.push(name);
        fill(page, sheet)?;
    }
    Ok(book.save_to_buffer()?)
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let strong = Format::new().set_bold().set_font_size(12);
    for (row, line) in (0..).zip(&sheet.title) {
        page.write_string_with_format(row, 0, line, &strong)?;
    }
    // A sheet that is read back as a table has nothing above its header.
    let header = match sheet.title.len() as u32 {
        0 => 0,
        lines => lines + 1,
    };
    let head = Format::new()
        .set_bold()
        .set_background_color(0xE4E9EE)
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    let formats: Vec<Format> = sheet.columns.iter().map(|column| format_of(column.kind)).collect();
    for (place, column) in (0..).zip(&sheet.columns) {
        page.write_string_with_format(header, place, &column.label, &head)?;
        page.set_column_width(place, column.width)?;
    }
    let mut row = header + 1;
    for cells in &sheet.rows {
        for (place, ((cell, column), format)) in
            (0..).zip(cells.iter().zip(&sheet.columns).zip(&formats))
        {
            write_cell(page, (row, place), cell, &shown_as(cell, column.kind, format))?;
        }
        row += 1;
    }
    if !sheet.columns.is_empty() {
        let last = sheet.columns.len() as u16 - 1;
        page.autofilter(header, 0, (row - 1).max(header), last)?;
    }
    if !sheet.columns.is_empty() {
        page.set_freeze_panes(header + 1, 0)?;
    }
    let below = if sheet.columns.is_empty() { header } else { row + 1 };
    for (line, note) in (below..).zip(&sheet.notes) {
        page.write_string(line, 0, note)?;
    }
    page.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(header, header)?;
    Ok(())
}

fn format_of(kind: ColumnKind) -> Format {
    let format = Format::new().set_align(FormatAlign::Top);
    match kind {
        ColumnKind::Text => format.set_text_wrap(),
        ColumnKind::Amount => format.set_num_format("#,##0.00"),
        ColumnKind::Percent => format.set_num_format("0.0%"),
        ColumnKind::Whole => format.set_num_format("#,##0"),
        ColumnKind::Date => format.set_num_format("yyyy-mm-dd"),
        ColumnKind::Open => {
            format.set_text_wrap().set_background_color(0xFFF8E1).set_border(FormatBorder::Hair)
        }
    }
}

/// In a column of text, or one to be filled in, each cell shows its own kind of number.
fn shown_as(cell: &SheetCell, kind: ColumnKind, format: &Format) -> Format {
    if !matches!(kind, ColumnKind::Text | ColumnKind::Open) {
        return format.clone();
    }
    let own = match cell {
        SheetCell::Amount(value) if round::half_up(value, 0) == *value => "#,##0",
        SheetCell::Amount(_) => "#,##0.00",
        SheetCell::Percent(_) => "0.0%",
        SheetCell::Whole(_) => "#,##0",
        SheetCell::Date(_) => "yyyy-mm-dd",
        SheetCell::Empty | SheetCell::Text(_) | SheetCell::Choice(_) => return format.clone(),
    };
    format.clone().set_num_format(own)
}

fn write_cell(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &SheetCell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        SheetCell::Empty => page.write_blank(row, column, format)?,
        SheetCell::Choice(words) => {
            let list = DataValidation::new().allow_list_strings(words)?;
            page.add_data_validation(row, column, row, column, &list)?;
            page.write_blank(row, column, format)?
        }
        SheetCell::Text(text) => page.write_string_with_format(row, column, text, format)?,
        SheetCell::Amount(value) | SheetCell::Percent(value) => {
            page.write_number_with_format(row, column, to_sheet(value), format)?
        }
        SheetCell::Whole(number) => {
            page.write_number_with_format(row, column, *number as f64, format)?
        }
        SheetCell::Date(day) => {
            let (year, month, date) = (day.year(), day.month(), day.day());
            let year = u16::try_from(year).unwrap_or(u16::MAX);
            let date = ExcelDateTime::from_ymd(year, month as u8, date as u8)?;
            page.write_datetime_with_format(row, column, &date, format)?
        }
    };
    Ok(())
}

/// A workbook keeps numbers as binary fractions of some 15 digits: for reading, not for reckoning.
fn to_sheet(value: &Exact) -> f64 {
    round::to_fixed(value, 12).parse().unwrap_or(f64::NAN)
}

/// A tab's name without what is not allowed in one, and no other's.
fn free_name(wanted: &str, taken: &[String]) -> String {
    const LONGEST: usize = 31;
    let allowed = |c: &char| !"[]:*?/\\".contains(*c) && !c.is_control();
    let kept: String = wanted.chars().filter(allowed).take(LONGEST).collect();
    let kept = kept.trim_matches('\'').trim();
    let name = if kept.is_empty() { "Sheet" } else { kept };
    let is_taken =
        |name: &str| taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let numbered = (2..).map(|number| {
        let mark = format!(" {number}");
        let stem: String = name.chars().take(LONGEST - mark.len()).collect();
        stem + &mark
    });
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !is_taken(name))
        .unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn sheet() -> Sheet {
        let column = |label: &str, kind| SheetColumn { label: label.into(), width: 16, kind };
        Sheet {
            name: "改进/计划".into(),
            title: vec!["改进计划表".into()],
            columns: vec![
                column("姓名", ColumnKind::Text),
                column("差额", ColumnKind::Amount),
                column("完成率", ColumnKind::Percent),
                column("截止", ColumnKind::Date),
            ],
            rows: vec![vec![
                SheetCell::Text("=HYPERLINK(\"x\")".into()),
                SheetCell::Amount(Exact::from_minor(-123_456, 2)),
                SheetCell::Percent(Exact::from_minor(915, 3)),
                SheetCell::Date(NaiveDate::from_ymd_opt(2026, 11, 30).unwrap()),
            ]],
            notes: vec!["说明".into()],
        }
    }

    #[test]
    fn cells_read_back_and_no_text_is_a_formula() {
        let bytes = workbook(&[sheet(), sheet()]).unwrap();
        assert_eq!(bytes, workbook(&[sheet(), sheet()]).unwrap(), "the same bytes each time");
        let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["改进计划", "改进计划 2"]);
        let range = book.worksheet_range("改进计划").unwrap();
        let row: Vec<&Data> = range.rows().nth(3).unwrap().iter().collect();
        assert_eq!(row[0], &Data::String("=HYPERLINK(\"x\")".into()));
        assert_eq!(row[1], &Data::Float(-1234.56));
        assert_eq!(row[2], &Data::Float(0.915));
        assert!(matches!(row[3], Data::DateTime(_)), "{:?}", row[3]);
        assert!(book.worksheet_formula("改进计划").unwrap().is_empty());
    }

    #[test]
    fn tabs_have_names_that_a_workbook_takes() {
        assert_eq!(free_name("a[b]:c", &[]), "abc");
        assert_eq!(free_name("//", &[]), "Sheet");
        let long = "名".repeat(40);
        let first = free_name(&long, &[]);
        assert_eq!(first.chars().count(), 31);
        let second = free_name(&long, std::slice::from_ref(&first));
        assert_eq!(second.chars().count(), 31);
        assert_ne!(first, second);
    }
}
