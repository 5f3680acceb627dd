//! The rows one by one: who and when, as much of which row it is as fits, what it counts, and where
//! it stands.

use super::{Listing, Writer};
use crate::model::Exact;
use crate::model::Level;
use crate::model::credited::{CreditedRow, RowCell};
use crate::report::desk::plain;
use crate::report::document::{Align, Cell, Column, Table};
use crate::report::sheet::width_of;
use crate::report::statement::column_label;
use crate::report::units::{left, right};

/// The widest line of a listing.
const WIDEST: u16 = 96;
const WIDEST_CELL: u16 = 24;

impl Writer<'_> {
    /// The rows one by one, or the largest of them; none where only sums were read.
    pub(super) fn listed(&self, of: Listing<'_>, most: usize) -> Option<Table> {
        if of.unit.rows.is_empty() {
            return None;
        }
        let shown = of.largest(most);
        let rest = of.unit.rows.len() - shown.len();
        let metric = self.labels(of);
        let title = match rest {
            0 => self.words.listed.fill(&[("metric", &metric)]),
            rest => of.shortened_as(self.words).fill(&[
                ("metric", &metric),
                ("shown", &shown.len().to_string()),
                ("rest", &self.count(rest as u64)),
            ]),
        };
        let (columns, notes) = self.columns(of, &shown);
        let rows = (0..shown.len())
            .map(|at| columns.iter().map(|(_, cells)| cells[at].clone()).collect())
            .collect();
        let columns = columns.into_iter().map(|(column, _)| column).collect();
        Some(Table { key: "rows", title, columns, rows, notes })
    }

    /// Who and when, as much of which row it is as fits, what it counts, and where it stands.
    fn columns(
        &self,
        of: Listing<'_>,
        shown: &[&CreditedRow],
    ) -> (Vec<(Column, Vec<Cell>)>, Vec<String>) {
        let words = &self.desk.words.statement;
        let filled = |column: Column, cell: &dyn Fn(&CreditedRow) -> String| {
            (column, shown.iter().map(|row| plain(cell(row))).collect::<Vec<Cell>>())
        };
        let mut first = vec![filled(left(&self.words.day), &|row| row.day.to_string())];
        if self.of.briefing.org.level(self.of.unit) != Some(Level::Person) {
            let name = |row: &CreditedRow| self.desk.name(&of.table.owners[row.owner]);
            first.push(filled(left(&self.desk.words.column.person), &name));
        }
        let mut last = Vec::new();
        for (at, metric) in of.table.metrics.iter().enumerate() {
            let label = right_of(self.label_of(metric.id.as_str()));
            last.push(filled(label, &|row| self.credited(of, row, at)));
        }
        if shown.iter().any(|row| row.share.is_some()) {
            let share = |row: &CreditedRow| match row.share {
                Some(share) => self.exact_share(&of.table.share(share), 0),
                None => String::new(),
            };
            last.push(filled(right(&words.share), &share));
        }
        if shown.iter().any(|row| row.overlay) {
            let said = |row: &CreditedRow| match row.overlay {
                true => words.overlay_yes.text().to_owned(),
                false => String::new(),
            };
            last.push(filled(left(&words.overlay), &said));
        }
        let (place, note) = self.places(of, shown);
        last.push(place);
        let width = |columns: &[(Column, Vec<Cell>)]| -> u16 { columns.iter().map(wide).sum() };
        let mut left_over = WIDEST.saturating_sub(width(&first) + width(&last));
        for (at, column) in of.table.columns.iter().enumerate() {
            let is_named = of.table.columns.iter().any(|other| {
                other.is_name && !column.is_name && other.dimension == column.dimension
            });
            if is_named {
                continue;
            }
            let cell = |row: &CreditedRow| shortened(&self.read(&row.cells[at]));
            let is_number = shown.iter().any(|row| matches!(row.cells[at], RowCell::Number { .. }));
            let align = if is_number { Align::Right } else { Align::Left };
            let label = column_label(&self.desk, of.table, at);
            let filled = filled(Column { align, ..left_of(&label) }, &cell);
            if wide(&filled) > left_over {
                break;
            }
            left_over -= wide(&filled);
            first.push(filled);
        }
        first.extend(last);
        (first, vec![note])
    }

    fn credited(&self, of: Listing<'_>, row: &CreditedRow, at: usize) -> String {
        let metric = self.desk.metric(&of.table.metrics[at].id);
        let value = of.table.credited(row, at).zip(metric);
        value.map_or_else(String::new, |(value, metric)| self.exact(metric, &value))
    }

    /// File and row: what all files begin with is said once, below the table.
    fn places(&self, of: Listing<'_>, shown: &[&CreditedRow]) -> ((Column, Vec<Cell>), String) {
        let words = &self.desk.words.statement;
        let file = |row: &CreditedRow| of.table.files.get(row.file).map_or("", String::as_str);
        let one = shown.iter().all(|row| row.file == shown[0].file);
        let begins = match (one, shown.first()) {
            (true, Some(first)) => file(first).to_owned(),
            _ => common_folder(shown.iter().map(|row| file(row))),
        };
        let place = |row: &CreditedRow| match one {
            true => row.row.to_string(),
            false => format!("{}:{}", &file(row)[begins.len()..], row.row),
        };
        let column = if one { right(&words.row_column) } else { left(&words.file_column) };
        let cells = shown.iter().map(|row| plain(place(row))).collect();
        let label = words.file_column.text();
        let note = self.desk.words.list.label.fill(&[("label", label), ("text", &begins)]);
        ((column, cells), note)
    }

    fn read(&self, cell: &RowCell) -> String {
        let words = &self.desk.words.statement;
        match cell {
            RowCell::Empty => String::new(),
            RowCell::Text(text) => text.to_string(),
            RowCell::Number { minor, scale } => {
                let number = Exact::from_minor(i128::from(*minor), usize::from(*scale));
                crate::model::round::to_plain(&number)
            }
            RowCell::Day(day) => day.to_string(),
            RowCell::Flag(true) => words.yes.text().to_owned(),
            RowCell::Flag(false) => words.no.text().to_owned(),
        }
    }
}

fn left_of(label: &str) -> Column {
    Column { label: label.to_owned(), ..Column::default() }
}

fn right_of(label: &str) -> Column {
    Column { align: Align::Right, ..left_of(label) }
}

/// How wide a column is, with the blanks beside it.
fn wide((column, cells): &(Column, Vec<Cell>)) -> u16 {
    let cells = cells.iter().map(|cell| width_of(&cell.text));
    cells.chain([width_of(&column.label)]).max().unwrap_or(0) + 2
}

/// A text that stays on its line.
fn shortened(text: &str) -> String {
    if width_of(text) <= WIDEST_CELL {
        return text.to_owned();
    }
    let mut cut = String::new();
    for letter in text.chars() {
        if width_of(&cut) + 3 > WIDEST_CELL {
            break;
        }
        cut.push(letter);
    }
    cut + "…"
}

/// The folder that all files lie in, with its slash; empty where they share none.
fn common_folder<'a>(mut files: impl Iterator<Item = &'a str>) -> String {
    let Some(first) = files.next() else { return String::new() };
    let mut shared = first.rfind('/').map_or("", |end| &first[..=end]);
    for file in files {
        while !file.starts_with(shared) {
            let inside = shared.strip_suffix('/').unwrap_or(shared);
            shared = inside.rfind('/').map_or("", |end| &inside[..=end]);
        }
    }
    shared.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_share_the_folders_that_they_share() {
        let shared = |files: &[&str]| common_folder(files.iter().copied());
        assert_eq!(shared(&["a/b/1.csv", "a/b/2.csv"]), "a/b/");
        assert_eq!(shared(&["a/b/1.csv", "a/c/2.csv"]), "a/");
        assert_eq!(shared(&["a/1.csv", "b.csv"]), "");
    }

    #[test]
    fn a_long_cell_is_cut_to_its_width() {
        assert_eq!(shortened("short"), "short");
        let cut = shortened("一二三四五六七八九十一二三四五");
        assert!(cut.ends_with('…') && width_of(&cut) <= WIDEST_CELL, "{cut}");
    }
}
