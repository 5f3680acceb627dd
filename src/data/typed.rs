//! Rows of cells to typed columns: the good rows, and those set aside with the reason.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Reject;
use super::cell::{Value, convert};
use super::columns::Column;
use super::decode::Cell;
use super::kept::Kept;
use super::limits;
use crate::model::{Diagnostic, Place, RejectKind};
use crate::settings::{ColumnSettings, ExtractSettings};

/// Takes the rows of an extract's files in and keeps the good ones.
pub struct Collector<'a> {
    extract: &'a ExtractSettings,
    file: String,
    /// Where each wanted column stands in the file at hand.
    positions: Vec<usize>,
    good: Kept,
    /// The rows set aside, with whatever of their cells can be read.
    aside: Kept,
    /// The key of each row so far: which file it stands in, and where.
    keys: HashMap<String, (usize, u64)>,
    shown: Vec<String>,
    pub rejects: Vec<Reject>,
    /// How many rows came in.
    pub count: u64,
}

impl<'a> Collector<'a> {
    pub fn new(extract: &'a ExtractSettings) -> Self {
        Self {
            extract,
            file: String::new(),
            positions: Vec::new(),
            good: Kept::new(extract),
            aside: Kept::new(extract),
            keys: HashMap::new(),
            shown: Vec::new(),
            rejects: Vec::new(),
            count: 0,
        }
    }

    /// The rows of the next file follow.
    pub fn begin_file(&mut self, shown: &str) {
        self.file = shown.to_owned();
        self.shown.push(shown.to_owned());
    }

    /// The file at hand.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The headers that the columns are read from, each once.
    pub fn wanted_headers(&self) -> Vec<String> {
        let mut headers: Vec<String> = Vec::new();
        for column in &self.extract.columns {
            if !headers.iter().any(|header| header == column.header()) {
                headers.push(column.header().to_owned());
            }
        }
        headers
    }

    /// Finds the wanted columns in a file's header.
    ///
    /// # Errors
    /// The wanted columns that are not there, with those that are; one that is there twice.
    pub fn header(&mut self, names: &[String]) -> Result<(), Diagnostic> {
        let wanted = self.wanted_headers();
        if names.iter().all(|name| name.trim().is_empty()) {
            let help = "export it again; the first row names the columns";
            return Err(Diagnostic::error(
                Place::file(&self.file).row(1),
                "there is no header",
                help,
            ));
        }
        let missing: Vec<&String> = wanted.iter().filter(|name| !names.contains(name)).collect();
        if !missing.is_empty() {
            return Err(missing_columns(self.extract, &self.file, &missing, names));
        }
        let twice = |wanted: &&String| names.iter().filter(|name| name == wanted).count() > 1;
        if let Some(name) = wanted.iter().find(twice) {
            let what = format!("the header has “{name}” twice");
            let help = "give each column a header of its own, so that the right one is read";
            return Err(Diagnostic::error(Place::file(&self.file).row(1).column(name), what, help));
        }
        let position = |column: &ColumnSettings| names.iter().position(|n| n == column.header());
        self.positions = self.extract.columns.iter().filter_map(position).collect();
        Ok(())
    }

    /// Takes a row in. A bad cell, an empty one where a value is required, or a repeated key sets
    /// it aside.
    pub fn row(&mut self, number: u64, cells: &[Cell<'_>]) {
        self.count += 1;
        let mut values = Vec::with_capacity(self.extract.columns.len());
        let mut wrong: Option<(&ColumnSettings, String, (RejectKind, String))> = None;
        for (column, position) in self.extract.columns.iter().zip(&self.positions) {
            let cell = cells.get(*position).unwrap_or(&Cell::Empty);
            let (value, why) = match convert(cell, column, self.extract) {
                Ok(value) => {
                    let why = limits::refusal(column, &value);
                    (value, why.map(|why| (RejectKind::Outside, why)))
                }
                Err(why) => (Value::absent(column.kind), Some((RejectKind::Cell, why))),
            };
            values.push(value);
            // A row is set aside for the first of its cells.
            if let (Some(why), None) = (why, &wrong) {
                wrong = Some((column, cell.shown(), why));
            }
        }
        if let Some((column, shown, why)) = wrong {
            self.put_aside(values, number);
            return self.reject(number, column.header(), shown, why);
        }
        if let Some(reason) = self.repeated_key(number, &values) {
            let header = self.extract.key.first().and_then(|key| self.header_of(key));
            let keys = self.extract.columns.iter().zip(&self.positions);
            let keys = keys.filter(|(column, _)| self.extract.key.contains(&column.name));
            let cell = |(_, position): (_, &usize)| cells.get(*position).map(Cell::shown);
            let shown: Vec<String> = keys.filter_map(cell).collect();
            let why = (RejectKind::Repeated, reason);
            self.put_aside(values, number);
            return self.reject(number, &header.unwrap_or_default(), shown.join(", "), why);
        }
        self.good.push(values, self.shown.len() - 1, number);
    }

    fn put_aside(&mut self, values: Vec<Value>, number: u64) {
        self.aside.push(values, self.shown.len() - 1, number);
    }

    /// Sets a whole row aside.
    pub fn set_aside(&mut self, number: u64, shown: &str, reason: String) {
        self.count += 1;
        let nothing = self.extract.columns.iter().map(|column| Value::absent(column.kind));
        self.put_aside(nothing.collect(), number);
        let why = (RejectKind::Unreadable, reason);
        self.reject(number, "", shown.to_owned(), why);
    }

    /// Sets a whole file aside that cannot be read.
    pub fn set_file_aside(&mut self, shown: &str, why: &Diagnostic) {
        self.file = shown.to_owned();
        let column = why.place.column.clone().unwrap_or_default();
        let reason = format!("the file is set aside: {}", why.what);
        self.reject(1, &column, String::new(), (RejectKind::Unreadable, reason));
    }

    /// Hands out the good rows since the last time: the configured columns, then `_file` and `_row`.
    pub fn take_columns(&mut self) -> Vec<Column> {
        self.good.take(self.extract)
    }

    /// Hands out the rows set aside, likewise, with nothing in the cells that cannot be read; none
    /// where there is no such row.
    pub fn take_aside(&mut self) -> Option<Vec<Column>> {
        (!self.aside.is_empty()).then(|| self.aside.take(self.extract))
    }

    fn header_of(&self, name: &str) -> Option<String> {
        let column = self.extract.columns.iter().find(|column| column.name == name);
        column.map(|column| column.header().to_owned())
    }

    /// Keys are compared as values: 1 and 01 are the same number, but not the same text.
    fn repeated_key(&mut self, number: u64, values: &[Value]) -> Option<String> {
        if self.extract.key.is_empty() {
            return None;
        }
        let key: Vec<String> = self
            .extract
            .columns
            .iter()
            .zip(values)
            .filter(|(column, _)| self.extract.key.contains(&column.name))
            .map(|(_, value)| value.shown())
            .collect();
        match self.keys.entry(key.join("\u{1f}")) {
            Entry::Occupied(first) => {
                let (file, row) = *first.get();
                Some(format!("the key is there already: row {row} of {}", self.shown[file]))
            }
            Entry::Vacant(new) => {
                new.insert((self.shown.len() - 1, number));
                None
            }
        }
    }

    fn reject(
        &mut self,
        row: u64,
        column: &str,
        value: String,
        (kind, reason): (RejectKind, String),
    ) {
        self.rejects.push(Reject {
            extract: self.extract.id.clone(),
            file: self.file.clone(),
            row,
            column: column.to_owned(),
            value: beginning(&value),
            reason,
            kind,
        });
    }
}

/// As much of a value as a person needs to find it.
pub fn beginning(value: &str) -> String {
    const SHOWN: usize = 200;
    value.chars().take(SHOWN).collect()
}

/// A file that lacks wanted columns.
pub fn missing_columns(
    extract: &ExtractSettings,
    file: &str,
    missing: &[&String],
    there: &[String],
) -> Diagnostic {
    let names: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
    let word = if names.len() == 1 { "column" } else { "columns" };
    let what = format!("extract “{}” has no {word} “{}”", extract.id, names.join("”, “"));
    let mut place = Place::file(file).row(1);
    if let [one] = missing {
        place = place.column(*one);
    }
    let there: String = there.join(", ").chars().take(300).collect();
    let help = format!("the file has: {there}; mend the file, or `from` in {}", extract.file);
    Diagnostic::error(place, what, help)
}
