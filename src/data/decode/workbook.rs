//! XLSX, XLS, XLSB and ODS workbooks.

use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};

use super::Cell;
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
    let range = match book.worksheet_range(&wanted) {
        Ok(range) => range,
        Err(why) => {
            let help = "open it in a spreadsheet and save it again".to_owned();
            return refuse(format!("sheet “{wanted}” cannot be read: {why}"), help);
        }
    };
    let first = u64::from(range.start().map_or(0, |(row, _)| row));
    let mut rows = range.rows();
    let header: Vec<String> =
        rows.next().unwrap_or(&[]).iter().map(|cell| read_cell(cell).shown()).collect();
    into.header(&header)?;
    for (index, row) in rows.enumerate() {
        let cells: Vec<Cell<'_>> = row.iter().map(read_cell).collect();
        if cells.iter().any(|cell| *cell != Cell::Empty) {
            into.row(first + index as u64 + 2, &cells);
        }
    }
    Ok(())
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
