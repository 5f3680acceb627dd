//! Sheets with finished rows become an XLSX workbook. The same sheets always give the same bytes,
//! and no text of a CRM ever becomes a formula.

mod layout;
mod look;
#[cfg(test)]
mod tests;

use chrono::Datelike;
use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Formula as XlsxFormula, Workbook, Worksheet,
    XlsxError,
};

use self::layout::{Layout, TablePlace, name_tabs};
use self::look::{Formats, Part, Style};
use crate::model::{Exact, round};
use crate::report::sheet::{
    ColumnKind, Formula, Print, Sheet, SheetCell, SheetColumn, SheetTable, width_of,
};

/// The height of a line, in points.
const LINE: u32 = 15;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    #[error("the workbook cannot be written: {0}")]
    Xlsx(#[from] XlsxError),
    #[error("the workbook cannot be written: a formula refers to a sheet “{0}” that is not there")]
    NoSheet(String),
}

/// The file's bytes.
///
/// # Errors
/// More rows or longer texts than a sheet takes.
pub fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, WorkbookError> {
    let mut book = Workbook::new();
    // A workbook says when it was made; the same rows are the same workbook.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let layout = Layout::of(sheets, name_tabs(sheets));
    let mut formats = Formats::default();
    for (at, sheet) in sheets.iter().enumerate() {
        let page = book.add_worksheet();
        page.set_name(layout.tab(at))?;
        let mut writer = Writer { page, at, layout: &layout, formats: &mut formats };
        writer.fill(sheet, &layout.tables[at])?;
    }
    Ok(book.save_to_buffer()?)
}

struct Writer<'a> {
    page: &'a mut Worksheet,
    /// The sheet's place in the book.
    at: usize,
    layout: &'a Layout<'a>,
    formats: &'a mut Formats,
}

impl Writer<'_> {
    fn fill(&mut self, sheet: &Sheet, places: &[TablePlace]) -> Result<(), WorkbookError> {
        self.page.set_screen_gridlines(false);
        for (row, line) in (0..).zip(&sheet.title) {
            let part = if row == 0 { Part::Title } else { Part::Below };
            self.page.write_string_with_format(row, 0, line, self.formats.of(part))?;
        }
        let widths = widths(sheet);
        for (column, width) in (0..).zip(&widths) {
            self.page.set_column_width(column, *width)?;
        }
        for (table, place) in sheet.tables.iter().zip(places) {
            self.table(table, *place)?;
            self.notes(&table.notes, place.notes, &widths)?;
        }
        let below = places.last().map_or_else(|| self::layout::under_title(sheet), |p| p.end);
        self.notes(&sheet.notes, below, &widths)?;
        if let ([table], [place]) = (&sheet.tables[..], places)
            && !table.columns.is_empty()
        {
            let last = table.columns.len() as u16 - 1;
            let to = place.first + (table.rows.len() as u32).max(1) - 1;
            self.page.autofilter(place.header, 0, to, last)?;
            self.page.set_freeze_panes(place.first, table.fixed_columns)?;
            self.page.set_repeat_rows(place.header, place.header)?;
        }
        self.print(&sheet.print, &widths);
        Ok(())
    }

    fn table(&mut self, table: &SheetTable, place: TablePlace) -> Result<(), WorkbookError> {
        if !table.caption.is_empty() {
            let (row, format) = (place.caption, self.formats.of(Part::Caption));
            self.page.write_string_with_format(row, 0, &table.caption, format)?;
        }
        for (at, column) in (0..).zip(&table.columns) {
            let part = Part::Head { right: is_number(column.kind), first: at == 0 };
            let format = self.formats.of(part);
            self.page.write_string_with_format(place.header, at, &column.label, format)?;
        }
        let labels = table.columns.iter().map(|column| (column.label.as_str(), column.width));
        self.heighten(place.header, 1, labels)?;
        for (row, cells) in (place.first..).zip(&table.rows) {
            self.row(row, cells, &table.columns, Part::Row)?;
        }
        if !table.total.is_empty() {
            self.row(place.total(table), &table.total, &table.columns, Part::Total)?;
        }
        Ok(())
    }

    fn row(
        &mut self,
        row: u32,
        cells: &[SheetCell],
        columns: &[SheetColumn],
        part: Part,
    ) -> Result<(), WorkbookError> {
        for (at, (cell, column)) in (0..).zip(cells.iter().zip(columns)) {
            self.cell((row, at), cell, &Style::of(cell, column.kind, part, at == 0))?;
        }
        // A row that is to be filled in has room for what is written there.
        let is_open = columns.iter().any(|column| column.kind == ColumnKind::Open);
        let least = if is_open { 4 } else { 1 };
        let wraps = |kind| matches!(kind, ColumnKind::Text | ColumnKind::Open);
        let wrapped = cells.iter().zip(columns).filter(|(_, column)| wraps(column.kind));
        let texts = wrapped.filter_map(|(cell, column)| match cell.content() {
            SheetCell::Text(text) => Some((text.as_str(), column.width)),
            _ => None,
        });
        self.heighten(row, least, texts)
    }

    /// Makes a row as high as the longest of its texts needs: not every program does so by itself.
    fn heighten<'t>(
        &mut self,
        row: u32,
        least: u32,
        texts: impl Iterator<Item = (&'t str, u16)>,
    ) -> Result<(), WorkbookError> {
        // Words do not fill their lines to the end.
        let lines = texts.map(|(text, width)| {
            let width = u32::from(width.max(4)) - 2;
            u32::from(width_of(text)).div_ceil(width)
        });
        match lines.max().unwrap_or(1).max(least) {
            0 | 1 => {}
            lines => drop(self.page.set_row_height(row, lines * LINE)?),
        }
        Ok(())
    }

    fn cell(
        &mut self,
        (row, column): (u32, u16),
        cell: &SheetCell,
        style: &Style,
    ) -> Result<(), WorkbookError> {
        let format = self.formats.styled(style);
        let page = &mut *self.page;
        match cell {
            SheetCell::Shown(inner, _) => return self.cell((row, column), inner, style),
            SheetCell::Empty => page.write_blank(row, column, format)?,
            SheetCell::Choice(words) => {
                let list = DataValidation::new().allow_list_strings(words)?;
                page.add_data_validation(row, column, row, column, &list)?;
                page.write_blank(row, column, format)?
            }
            SheetCell::Text(text) => {
                page.write_string_with_format(row, column, fitting(text), format)?
            }
            SheetCell::Amount(value) | SheetCell::Percent(value) | SheetCell::Points(value, _) => {
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
            SheetCell::Link { text, sheet } => {
                let to = format!("internal:{}!A1", self.layout.quoted(sheet)?);
                page.write_url_with_options(row, column, to.as_str(), text, "", Some(format))?
            }
            SheetCell::Formula(formula) => {
                let formula = self.formula(formula)?;
                let format = self.formats.styled(style);
                self.page.write_formula_with_format(row, column, formula, format)?
            }
        };
        Ok(())
    }

    fn formula(&self, formula: &Formula) -> Result<XlsxFormula, WorkbookError> {
        let code = self.layout.code(self.at, &formula.terms)?;
        let result = match formula.result.content() {
            SheetCell::Amount(value) | SheetCell::Percent(value) | SheetCell::Points(value, _) => {
                to_sheet(value).to_string()
            }
            SheetCell::Whole(number) => number.to_string(),
            SheetCell::Text(text) => text.clone(),
            _ => String::new(),
        };
        Ok(XlsxFormula::new(code).set_result(result))
    }

    /// Remarks, each over the whole width and as many lines as it needs.
    fn notes(&mut self, notes: &[String], from: u32, widths: &[u16]) -> Result<(), WorkbookError> {
        let whole: u16 = widths.iter().fold(0u16, |sum, width| sum.saturating_add(*width)).max(1);
        for (row, note) in (from..).zip(notes) {
            let format = self.formats.of(Part::Note);
            match u16::try_from(widths.len()).unwrap_or(u16::MAX) {
                0 | 1 => self.page.write_string_with_format(row, 0, note, format)?,
                columns => self.page.merge_range(row, 0, row, columns - 1, note, format)?,
            };
            let lines = u32::from(width_of(note)).div_ceil(u32::from(whole)).max(1);
            self.page.set_row_height(row, lines * LINE)?;
        }
        Ok(())
    }

    fn print(&mut self, print: &Print, widths: &[u16]) {
        const A4: u8 = 9;
        // Letters of a wider sheet would be too small to read on one page.
        const OF_A_PAGE: u32 = 260;
        if print.portrait {
            self.page.set_portrait();
        } else {
            self.page.set_landscape();
        }
        let whole: u32 = widths.iter().copied().map(u32::from).sum();
        let pages = u16::try_from(whole.div_ceil(OF_A_PAGE)).unwrap_or(1).max(1);
        self.page.set_paper_size(A4).set_print_fit_to_pages(pages, 0);
        self.page.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
        if !print.head.is_empty() {
            self.page.set_header(format!("&L&9{}", printed(&print.head)));
        }
        if !print.foot.is_empty() {
            let foot = printed(&print.foot).replace("{page}", "&P").replace("{pages}", "&N");
            self.page.set_footer(format!("&C&9{foot}"));
        }
    }
}

/// A text at the edge of a page, where `&` begins a command, and more than 255 characters are
/// refused.
fn printed(text: &str) -> String {
    const LONGEST: usize = 100;
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    // A digit after the size of the letters would be one of its digits.
    let apart = if text.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
    format!("{apart}{}", text.replace('&', "&&"))
}

/// The width of each column, as the widest of the sheet's tables has it.
fn widths(sheet: &Sheet) -> Vec<u16> {
    const OF_LINES: u16 = 110;
    let columns = sheet.tables.iter().map(|table| table.columns.len()).max().unwrap_or(0);
    if columns == 0 {
        return vec![OF_LINES];
    }
    let width = |at: usize| sheet.tables.iter().filter_map(move |t| Some(t.columns.get(at)?.width));
    (0..columns).map(|at| width(at).max().unwrap_or(10)).collect()
}

fn is_number(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Amount | ColumnKind::Percent | ColumnKind::Whole)
}

/// As much of a text as a cell takes.
fn fitting(text: &str) -> &str {
    const LONGEST: usize = 32_767;
    text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at])
}

/// A workbook keeps numbers as binary fractions of some 15 digits: for reading, not for reckoning.
fn to_sheet(value: &Exact) -> f64 {
    round::to_fixed(value, 12).parse().unwrap_or(f64::NAN)
}
