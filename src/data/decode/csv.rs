//! CSV, TSV and their relatives.

use std::borrow::Cow;

use super::records::{Marks, Record, Records};
use super::{Cell, encoding};
use crate::data::typed::Collector;
use crate::model::{Diagnostic, Place};
use crate::settings::CsvSettings;

/// Reads a file's rows. Row numbers count records, the header being row 1.
///
/// # Errors
/// A wrong encoding, and a header without a wanted column. Rows with too few or too many fields or
/// with quotes that do not fit are set aside.
pub fn read(bytes: &[u8], csv: &CsvSettings, into: &mut Collector<'_>) -> Result<(), Diagnostic> {
    let text = encoding::decode(bytes, &csv.encoding, into.file())?;
    let marks = Marks {
        separator: &csv.separator,
        quote: csv.quote.as_bytes().first().copied(),
        row_end: csv.row_end.as_deref(),
    };
    let mut records = Records::new(&text, marks);
    let mut fields: Vec<Cow<'_, str>> = Vec::new();
    let mut number = 0;
    let width = if csv.header {
        number = 1;
        records.read(&mut fields);
        let names: Vec<String> = fields.iter().map(|name| name.trim().to_owned()).collect();
        if let Some(fitting) = other_separator(&names, csv, into) {
            let what = format!("the header is not divided by “{}”", csv.separator.escape_default());
            let help = format!(
                "write csv.separator = \"{}\" in the extract's config, or export it again",
                fitting.escape_default()
            );
            return Err(Diagnostic::error(Place::file(into.file()).row(1), what, help));
        }
        into.header(&names)?;
        names.len()
    } else {
        into.header(&csv.names)?;
        csv.names.len()
    };
    let mut cells = Vec::with_capacity(width);
    loop {
        let record = records.read(&mut fields);
        number += 1;
        match record {
            Record::End => return Ok(()),
            Record::Broken(why) => {
                into.set_aside(number, &fields.concat(), why.to_owned());
                continue;
            }
            Record::Row if fields.iter().all(|field| field.trim().is_empty()) => continue,
            Record::Row => {}
        }
        let beyond = fields.iter().skip(width).any(|field| !field.trim().is_empty());
        if fields.len() < width || beyond {
            let reason = format!("{} fields, where {width} were expected", fields.len());
            into.set_aside(number, &fields.join(&csv.separator), reason);
            continue;
        }
        cells.clear();
        cells.extend(fields.iter().take(width).map(|field| cell(field.clone(), csv)));
        into.row(number, &cells);
    }
}

/// The separator that would divide a header that the configured one leaves whole.
fn other_separator(names: &[String], csv: &CsvSettings, into: &Collector<'_>) -> Option<char> {
    let [whole] = names else { return None };
    let wanted = into.wanted_headers();
    let divides = |mark: &char| {
        let mut parts = whole.split(*mark).map(|part| part.trim_matches(['"', ' ']));
        whole.contains(*mark) && parts.any(|part| wanted.iter().any(|name| name == part))
    };
    let is_wanted = wanted.iter().any(|name| name == whole);
    [',', ';', '\t', '|']
        .into_iter()
        .find(divides)
        .filter(|mark| !is_wanted && !csv.separator.starts_with(*mark))
}

fn cell<'a>(field: Cow<'a, str>, csv: &CsvSettings) -> Cell<'a> {
    let cell = Cell::text(field);
    match &cell {
        Cell::Text(text) if csv.nulls.iter().any(|null| null.as_str() == text.as_ref()) => {
            Cell::Empty
        }
        _ => cell,
    }
}
