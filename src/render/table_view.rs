//! A table as templates see it: columns that may stand below others are put there, so that a table
//! of nine columns is four wide.

use schemars::JsonSchema;
use serde::Serialize;

use super::look::{self, Piece};
use super::text::{self, NOTHING};
use crate::report::document::{Align, Cell, Column, Table, Tone};

/// A table with full figures.
#[derive(JsonSchema, Serialize)]
pub struct TableView<'a> {
    /// A stable name: `metrics`, `attention`, `departments`, `people`, `pace` …
    pub key: &'static str,
    /// Empty where the section's title says it.
    pub title: &'a str,
    /// Whether a narrow page makes a card of each row, with a label at each figure.
    pub stacks: bool,
    /// The columns, left to right.
    pub columns: Vec<ColumnView<'a>>,
    /// How most cells of a row are aligned, but for the one that names it.
    pub align: Align,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<CellView<'a>>>,
    /// Remarks under the table.
    pub notes: &'a [String],
    /// The table as lines of text, its columns aligned: for the text part.
    pub lines: Vec<String>,
}

/// The head of a column.
#[derive(JsonSchema, Serialize)]
pub struct ColumnView<'a> {
    /// What the column holds.
    pub label: &'a str,
    /// Where its text stands.
    pub align: Align,
    /// Labels of the columns that stand below this one.
    pub under: Vec<&'a str>,
}

/// A cell of a table.
#[derive(JsonSchema, Serialize)]
pub struct CellView<'a> {
    /// What it says.
    pub text: &'a str,
    /// The column's label, for a page that makes a card of the row.
    pub label: &'a str,
    /// Where it stands, as its column.
    pub align: Align,
    /// Whether it names its row.
    pub is_head: bool,
    /// Whether it may be broken; figures and short words may not, since a narrow column would turn
    /// a date into two lines, or Chinese into one letter a line.
    pub wraps: bool,
    /// Whether it is a row's own name, or a sum.
    pub strong: bool,
    /// The mark of its tone, before the text; empty for none.
    pub mark: &'static str,
    /// Of the tone; empty for plain text.
    pub class: &'static str,
    /// What is read aloud for a text of blocks; empty for any other.
    pub spoken: &'a str,
    /// Empty for no bar.
    pub bar: Vec<Piece>,
    /// The cells of the columns below.
    pub under: Vec<LineView<'a>>,
}

/// A line below a cell's text.
#[derive(JsonSchema, Serialize)]
pub struct LineView<'a> {
    /// What it says.
    pub text: &'a str,
    /// The label of its column.
    pub label: &'a str,
    /// The mark of its tone, before the text; empty for none.
    pub mark: &'static str,
    /// Of the tone; empty for plain text.
    pub class: &'static str,
    /// What is read aloud for a text of blocks; empty for any other.
    pub spoken: &'a str,
}

/// Columns that a phone shows side by side.
const MOST_ABREAST: usize = 4;

/// Columns of text that stay on one line, where a Chinese letter takes two.
const UNBROKEN: usize = 12;

pub fn table<'a>(table: &'a Table, title: &'a str) -> TableView<'a> {
    let groups = groups(&table.columns);
    let columns: Vec<ColumnView<'a>> = groups
        .iter()
        .map(|group| {
            let of = |at: usize| table.columns[at].label.as_str();
            let under = group.clone().skip(1).map(of).collect();
            ColumnView { label: of(group.start), align: table.columns[group.start].align, under }
        })
        .collect();
    let rows = table.rows.iter().map(|row| {
        let mut is_head_there = false;
        let cells = groups.iter().filter_map(|group| {
            let cells = row.get(group.clone())?;
            let mut view = cell(cells, &table.columns[group.clone()])?;
            view.is_head = !is_head_there && view.align == Align::Left;
            is_head_there |= view.is_head;
            Some(view)
        });
        cells.collect()
    });
    let rights = columns.iter().filter(|column| column.align == Align::Right).count();
    TableView {
        key: table.key,
        title,
        stacks: columns.len() > MOST_ABREAST,
        align: if rights > 1 { Align::Right } else { Align::Left },
        rows: rows.collect(),
        columns,
        notes: &table.notes,
        lines: text::lines(table),
    }
}

/// Each column with those below it, by place.
fn groups(columns: &[Column]) -> Vec<std::ops::Range<usize>> {
    let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        match groups.last_mut() {
            Some(last) if column.under => last.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

fn cell<'a>(cells: &'a [Cell], columns: &'a [Column]) -> Option<CellView<'a>> {
    let (first, below) = cells.split_first()?;
    let (column, columns_below) = columns.split_first()?;
    let under = below.iter().zip(columns_below);
    // Nothing needs no line.
    let under = under.filter(|(cell, _)| !NOTHING.contains(&cell.text.as_str()));
    Some(CellView {
        text: &first.text,
        label: &column.label,
        align: column.align,
        is_head: false,
        wraps: wraps(first, column.align),
        strong: first.strong,
        mark: look::mark(first, column.align),
        class: class(first.tone),
        spoken: &first.spoken,
        bar: look::bar(first.tone, first.reach, first.bar_percent),
        under: under.map(|(cell, column)| line(cell, column)).collect(),
    })
}

fn wraps(cell: &Cell, align: Align) -> bool {
    let is_figure = align == Align::Right && cell.tone != Tone::Muted;
    !is_figure && text::width(&cell.text) > UNBROKEN
}

fn line<'a>(cell: &'a Cell, column: &'a Column) -> LineView<'a> {
    LineView {
        text: &cell.text,
        label: &column.label,
        mark: look::mark(cell, column.align),
        class: class(cell.tone),
        spoken: &cell.spoken,
    }
}

fn class(tone: Tone) -> &'static str {
    if tone == Tone::Plain { "" } else { look::of(tone).class }
}
