//! XLSX, XLS, XLSB and ODS workbooks.

use std::io::Cursor;

use calamine::{Data, Reader, Sheets, open_workbook_auto_from_rs};

use super::Cell;
use super::inflated::refuse_bombs;
use crate::data::typed::Collector;
use crate::model::{Diagnostic, Place};

/// Reads the rows of one sheet, the first where none is named; its first row is the header.
///
/// # Errors
/// Bytes that are no workbook, a sheet that is not there, and a header without a wanted column.
pub fn read(
    bytes: bytes::Bytes,
    sheet: Option<&str>,
    into: &mut Collector<'_>,
) -> Result<(), Diagnostic> {
    let refuse =
        |what: String, help: String| Err(Diagnostic::error(Place::file(into.file()), what, help));
    if let Err(why) = refuse_bombs(&bytes) {
        let help = "save it as XLSX in a spreadsheet, with fewer rows, or export it as CSV";
        return refuse(format!("the file is no workbook: {why}"), help.to_owned());
    }
    let mut book = match open_workbook_auto_from_rs(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(why) => {
            return refuse(
                format!("the file is no workbook: {why}"),
                "save it as XLSX, or give the extract another format".to_owned(),
            );
        }
    };
    let names = book.sheet_names();
    let wanted = sheet.or(names.first().map(String::as_str)).unwrap_or_default().to_owned();
    if !names.contains(&wanted) {
        let help = format!("xlsx.sheet must be one of: {}", names.join(", "));
        return refuse(format!("there is no sheet “{wanted}”"), help);
    }
    let unreadable = |why: &dyn std::fmt::Display, file: &str| {
        let help = "open it in a spreadsheet and save it again";
        let what = format!("sheet “{wanted}” cannot be read: {why}");
        Diagnostic::error(Place::file(file), what, help)
    };
    // Two cells far apart would be a table of billions of empty ones.
    let file = into.file().to_owned();
    let mut sheet = Rows::new(into);
    match &mut book {
        Sheets::Xlsx(book) => {
            let mut cells =
                book.worksheet_cells_reader(&wanted).map_err(|why| unreadable(&why, &file))?;
            while let Some(cell) = cells.next_cell().map_err(|why| unreadable(&why, &file))? {
                sheet.cell(cell.get_position(), cell.get_value().clone().into())?;
            }
        }
        Sheets::Xlsb(book) => {
            let mut cells =
                book.worksheet_cells_reader(&wanted).map_err(|why| unreadable(&why, &file))?;
            while let Some(cell) = cells.next_cell().map_err(|why| unreadable(&why, &file))? {
                sheet.cell(cell.get_position(), cell.get_value().clone().into())?;
            }
        }
        book => {
            let range = book.worksheet_range(&wanted).map_err(|why| unreadable(&why, &file))?;
            let (top, left) = range.start().unwrap_or((0, 0));
            for (row, column, value) in range.used_cells() {
                let place = (top + row as u32, left + column as u32);
                sheet.cell(place, value.clone())?;
            }
        }
    }
    sheet.end()
}

/// Cells put together to rows, as they come. The first row with anything in it is the header, and
/// what stands beside the header is nobody's.
struct Rows<'a, 'b> {
    into: &'a mut Collector<'b>,
    /// The row at hand, and its cells by their columns.
    row: u32,
    cells: Vec<Data>,
    has_header: bool,
}

impl<'a, 'b> Rows<'a, 'b> {
    fn new(into: &'a mut Collector<'b>) -> Self {
        Self { into, row: 0, cells: Vec::new(), has_header: false }
    }

    fn cell(&mut self, (row, column): (u32, u32), value: Data) -> Result<(), Diagnostic> {
        if row < self.row {
            let help = "open it in a spreadsheet and save it again";
            let what = "the rows of the sheet are not in order";
            let place = Place::file(self.into.file()).row(u64::from(row) + 1);
            return Err(Diagnostic::error(place, what, help));
        }
        if row > self.row {
            self.finish_row()?;
            self.row = row;
        }
        let column = column as usize;
        if self.has_header && column >= self.cells.len() || value == Data::Empty {
            return Ok(());
        }
        if column >= self.cells.len() {
            self.cells.resize(column + 1, Data::Empty);
        }
        self.cells[column] = value;
        Ok(())
    }

    fn finish_row(&mut self) -> Result<(), Diagnostic> {
        let cells: Vec<Cell<'_>> = self.cells.iter().map(read_cell).collect();
        if !self.has_header && !cells.is_empty() {
            let header: Vec<String> = cells.iter().map(Cell::shown).collect();
            self.into.header(&header)?;
            self.has_header = true;
        } else if cells.iter().any(|cell| *cell != Cell::Empty) {
            self.into.row(u64::from(self.row) + 1, &cells);
        }
        self.cells.fill(Data::Empty);
        Ok(())
    }

    fn end(mut self) -> Result<(), Diagnostic> {
        self.finish_row()?;
        if self.has_header { Ok(()) } else { self.into.header(&[]) }
    }
}

fn read_cell(cell: &Data) -> Cell<'_> {
    match cell {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DurationIso(text) => Cell::text(text.as_str()),
        Data::Int(whole) => Cell::text(whole.to_string()),
        Data::Float(number) => Cell::text(as_entered(*number)),
        Data::Bool(truth) => Cell::text(truth.to_string()),
        Data::DateTime(moment) => match moment.as_datetime() {
            Some(moment) => Cell::Day(moment.date()),
            None => Cell::Broken(moment.to_string()),
        },
        Data::DateTimeIso(text) => match text.get(..10).and_then(|day| day.parse().ok()) {
            Some(day) => Cell::Day(day),
            None => Cell::text(text.as_str()),
        },
        Data::Error(error) => Cell::Broken(error.to_string()),
    }
}

/// The decimal that was typed in: a workbook keeps numbers as binary fractions of which 15
/// significant digits are meant.
pub fn as_entered(number: f64) -> String {
    let meant: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    meant.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_as_they_were_typed() {
        for (number, typed) in [
            (0.1 + 0.2, "0.3"),
            (1234567.89, "1234567.89"),
            (20565.6206, "20565.6206"),
            (7.0, "7"),
            (1e15, "1000000000000000"),
        ] {
            assert_eq!(as_entered(number), typed);
        }
    }
}
