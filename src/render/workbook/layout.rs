//! Where tables come to lie on their sheets, and what formulas call their cells.

use rust_xlsxwriter::utility::row_col_to_cell;

use super::WorkbookError;
use crate::report::sheet::{CellRef, Sheet, SheetTable, Term};

/// The rows of a sheet that a table takes, counted from 0.
#[derive(Clone, Copy, Debug)]
pub struct TablePlace {
    pub caption: u32,
    pub header: u32,
    /// The first of its rows.
    pub first: u32,
    pub notes: u32,
    /// The row after it, with an empty one between.
    pub end: u32,
}

impl TablePlace {
    fn of(table: &SheetTable, begin: u32) -> Self {
        let header = begin + u32::from(!table.caption.is_empty());
        let first = header + u32::from(!table.columns.is_empty());
        let rows = table.rows.len() as u32 + u32::from(!table.total.is_empty());
        let notes = first + rows;
        let end = notes + table.notes.len() as u32 + 1;
        Self { caption: begin, header, first, notes, end }
    }

    pub fn total(&self, table: &SheetTable) -> u32 {
        self.first + table.rows.len() as u32
    }
}

/// The first row below the lines above; a sheet that is read back as a table has nothing above its
/// header.
pub fn under_title(sheet: &Sheet) -> u32 {
    match sheet.title.len() as u32 {
        0 => 0,
        lines => lines + 1,
    }
}

/// All tables of a book, and the names of its tabs.
pub struct Layout<'a> {
    sheets: &'a [Sheet],
    tabs: Vec<String>,
    pub tables: Vec<Vec<TablePlace>>,
}

impl<'a> Layout<'a> {
    pub fn of(sheets: &'a [Sheet], tabs: Vec<String>) -> Self {
        let places = |sheet: &Sheet| {
            let mut next = under_title(sheet);
            let place = |table: &SheetTable| {
                let place = TablePlace::of(table, next);
                next = place.end;
                place
            };
            sheet.tables.iter().map(place).collect()
        };
        Self { sheets, tabs, tables: sheets.iter().map(places).collect() }
    }

    pub fn tab(&self, at: usize) -> &str {
        &self.tabs[at]
    }

    fn find(&self, key: &str) -> Result<usize, WorkbookError> {
        let found = self.sheets.iter().position(|sheet| sheet.key == key);
        found.ok_or_else(|| WorkbookError::NoSheet(key.to_owned()))
    }

    /// A tab's name as formulas write it.
    pub fn quoted(&self, key: &str) -> Result<String, WorkbookError> {
        Ok(format!("'{}'", self.tab(self.find(key)?).replace('\'', "''")))
    }

    /// The text of a formula on the sheet at `at`: cells of other sheets alone say which.
    pub fn code(&self, at: usize, terms: &[Term]) -> Result<String, WorkbookError> {
        let sheet = |key: &str| match self.find(key)? == at {
            true => Ok(String::new()),
            false => Ok::<_, WorkbookError>(format!("{}!", self.quoted(key)?)),
        };
        let mut code = String::from("=");
        for term in terms {
            match term {
                Term::Code(text) => code.push_str(text),
                Term::Quoted(text) => {
                    code.push_str(&format!("\"{}\"", text.replace('"', "\"\"")));
                }
                Term::Cell(cell) => code.push_str(&(sheet(&cell.sheet)? + &self.place(cell)?)),
                Term::Cells(from, to) => {
                    let (from_place, to_place) = (self.place(from)?, self.place(to)?);
                    code.push_str(&format!("{}{from_place}:{to_place}", sheet(&from.sheet)?));
                }
            }
        }
        Ok(code)
    }

    fn place(&self, cell: &CellRef) -> Result<String, WorkbookError> {
        let missing = || WorkbookError::NoSheet(format!("{} table {}", cell.sheet, cell.table));
        let table = self.tables[self.find(&cell.sheet)?].get(cell.table).ok_or_else(missing)?;
        let column = u16::try_from(cell.column).unwrap_or(u16::MAX);
        Ok(row_col_to_cell(table.first + cell.row as u32, column))
    }
}

/// The tabs of a book: each without what is not allowed in one, and no other's.
pub fn name_tabs(sheets: &[Sheet]) -> Vec<String> {
    let mut names = vec![String::new(); sheets.len()];
    let mut taken: Vec<String> = Vec::new();
    let mut order: Vec<usize> = (0..sheets.len()).collect();
    order.sort_by_key(|&at| !sheets[at].keeps_name);
    for at in order {
        names[at] = free_name(&sheets[at].name, &taken);
        taken.push(names[at].clone());
    }
    names
}

/// A tab's name without what is not allowed in one, and no other's.
pub fn free_name(wanted: &str, taken: &[String]) -> String {
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
