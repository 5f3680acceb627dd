//! One JSON object per line. Numbers keep the digits that stand in the file.

use std::collections::BTreeMap;

use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ValueType};

use super::{Cell, encoding};
use crate::data::typed::Collector;
use crate::model::{Diagnostic, Place};

/// Reads a file's rows; a row's number is its line.
///
/// # Errors
/// Text that is no UTF-8, and a wanted name that no object has. A line that is no object is set
/// aside.
pub fn read(bytes: &[u8], into: &mut Collector<'_>) -> Result<(), Diagnostic> {
    let text = encoding::decode(bytes, "utf-8", into.file())?;
    let names = into.wanted_headers();
    into.header(&names)?;
    let mut seen = vec![false; names.len()];
    let mut rows = 0;
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = index as u64 + 1;
        match object(line) {
            Ok(mut object) => {
                rows += 1;
                let cells: Vec<Cell<'_>> = names
                    .iter()
                    .zip(&mut seen)
                    .map(|(name, seen)| {
                        let cell = object.remove(name);
                        *seen |= cell.is_some();
                        cell.unwrap_or(Cell::Empty)
                    })
                    .collect();
                into.row(number, &cells);
            }
            Err(why) => into.set_aside(number, line, format!("no JSON object: {why}")),
        }
    }
    match names.iter().zip(&seen).find(|(_, seen)| rows > 0 && !**seen) {
        None => Ok(()),
        Some((name, _)) => {
            let what = format!("no object has “{name}”");
            let help = "mend the column's `from` in the extract's config, or export it again";
            Err(Diagnostic::error(Place::file(into.file()).column(name), what, help))
        }
    }
}

fn object(line: &str) -> Result<BTreeMap<String, Cell<'static>>, ReaderError> {
    let mut json = JsonStreamReader::new(line.as_bytes());
    let mut cells = BTreeMap::new();
    json.begin_object()?;
    while json.has_next()? {
        let name = json.next_name_owned()?;
        let cell = match json.peek()? {
            ValueType::String => Cell::text(json.next_string()?),
            ValueType::Number => Cell::text(json.next_number_as_string()?),
            ValueType::Boolean => Cell::text(json.next_bool()?.to_string()),
            ValueType::Null => {
                json.next_null()?;
                Cell::Empty
            }
            ValueType::Array | ValueType::Object => {
                json.skip_value()?;
                Cell::Broken("a nested value".to_owned())
            }
        };
        cells.insert(name, cell);
    }
    json.end_object()?;
    json.consume_trailing_whitespace()?;
    Ok(cells)
}
