//! Columns under each other on a terminal, where a Chinese character is as wide as two others.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use crate::model::printable;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A table as text: a header, and rows of as many cells.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(columns: &[(&str, Align)]) -> Self {
        Self {
            columns: columns.iter().map(|(_, align)| *align).collect(),
            rows: vec![columns.iter().map(|(label, _)| (*label).to_owned()).collect()],
        }
    }

    /// A row. Control characters are shown as their escapes, so that no text makes a row of its own.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row.iter().map(|cell| printable(cell)).collect());
    }

    /// The table, a line for each row, without blanks at their ends; a column without a word is
    /// left out.
    pub fn lines(&self) -> Vec<String> {
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).zip(&self.columns);
            let cells = cells.map(|((cell, width), align)| {
                let blanks = " ".repeat(width.saturating_sub(cell.width()));
                match align {
                    Align::Left => format!("{cell}{blanks}"),
                    Align::Right => format!("{blanks}{cell}"),
                }
            });
            let shown = cells.zip(&widths).filter(|(_, width)| **width > 0).map(|(cell, _)| cell);
            shown.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_twice() {
        let mut table = Table::new(&[("unit", Align::Left), ("target", Align::Right)]);
        table.push(vec!["华东区".to_owned(), "1,200".to_owned()]);
        table.push(vec!["East".to_owned(), "9".to_owned()]);
        assert_eq!(table.lines(), ["unit    target", "华东区   1,200", "East         9"]);
    }
}
