//! Tables in plain text: columns that line up where Chinese characters are two wide, and a few lines
//! for each row where a table would be too wide to read.

use super::look;
use crate::report::document::{Align, Cell, Column, Table};

/// The widest row of a table that mail programs' windows hold.
const WIDEST: usize = 100;
/// The widest of the lines that a row is broken into.
const WIDEST_LINE: usize = 76;

/// What stands for nothing.
pub(super) const NOTHING: [&str; 2] = ["—", "–"];

/// The table's lines, header first; or, where these would be too wide, each row as its first texts
/// and below them the others, each with its label.
pub fn lines(table: &Table) -> Vec<String> {
    let table = &without_blocks(table);
    let header = table.columns.iter().map(|column| one_line(&column.label)).collect();
    let rows = table.rows.iter().map(|row| {
        row.iter().zip(&table.columns).map(|(cell, column)| said(cell, column)).collect()
    });
    let all: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|column| {
            all.iter().filter_map(|row| row.get(column)).map(|c| width(c)).max().unwrap_or(0)
        })
        .collect();
    // The last column may be as long as it is where it is of sentences.
    let is_open = table.columns.len() == 2 && table.columns[1].align == Align::Left;
    let fixed = if is_open { &widths[..1] } else { &widths[..] };
    if fixed.iter().map(|width| width + GUTTER.len()).sum::<usize>() > WIDEST {
        return records(table, &all[1..]);
    }
    all.iter().map(|row| aligned(row, &table.columns, &widths)).collect()
}

/// Blocks of months are no figures, and in a font of letters of different widths they would tear the
/// columns apart: a table does without them.
fn without_blocks(table: &Table) -> Table {
    let has_blocks = |at: usize| {
        table.rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.spoken.is_empty()))
    };
    let kept: Vec<usize> = (0..table.columns.len()).filter(|at| !has_blocks(*at)).collect();
    let row = |row: &Vec<Cell>| kept.iter().filter_map(|at| row.get(*at).cloned()).collect();
    Table {
        columns: kept.iter().map(|at| table.columns[*at].clone()).collect(),
        rows: table.rows.iter().map(row).collect(),
        ..table.clone()
    }
}

/// Between two columns.
const GUTTER: &str = "  ";

/// Rows of texts, in columns that line up.
pub(super) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let columns: Vec<Column> = (0..count).map(|_| Column::default()).collect();
    let widths: Vec<usize> = (0..count)
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|c| width(c)).max().unwrap_or(0))
        .collect();
    rows.iter().map(|row| aligned(row, &columns, &widths)).collect()
}

fn aligned(row: &[String], columns: &[Column], widths: &[usize]) -> String {
    let cells = row.iter().zip(columns).zip(widths);
    let padded: Vec<String> =
        cells.map(|((text, column), width)| pad(text, *width, column.align)).collect();
    padded.join(GUTTER).trim_end().to_owned()
}

fn records(table: &Table, rows: &[Vec<String>]) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        let mut texts = row.iter().zip(&table.columns);
        lines.extend(texts.next().map(|(first, _)| first.clone()));
        let mut line = String::new();
        for (text, column) in texts.filter(|(text, _)| !NOTHING.contains(&text.as_str())) {
            let labelled = format!("{GUTTER}{} {text}", one_line(&column.label));
            if !line.is_empty() && width(&line) + width(&labelled) > WIDEST_LINE {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(&labelled);
        }
        lines.extend(Some(line).filter(|line| !line.is_empty()));
    }
    lines
}

/// A cell with the mark of its tone.
fn said(cell: &Cell, column: &Column) -> String {
    let text = one_line(&cell.text);
    match look::mark(cell, column.align) {
        "" => text,
        mark => format!("{mark} {text}"),
    }
}

/// A remark that was typed on several lines, on one: a row stays a row. Blanks stay, since they
/// indent.
fn one_line(text: &str) -> String {
    let parts: Vec<&str> = text.split(char::is_control).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// A sentence on lines no wider than a terminal holds, each after an indent. It breaks at blanks, and
/// between letters of scripts that do without them, but never before a mark that ends something.
pub fn wrapped(sentence: &str, indent: &str) -> Vec<String> {
    const ENDS: &str = "，。；：、？！）”》,.;:?!)%…";
    let sentence = one_line(sentence);
    let letters: Vec<char> = sentence.chars().collect();
    let mut lines = Vec::new();
    let mut line = String::from(indent);
    let mut piece = String::new();
    for (at, letter) in letters.iter().enumerate() {
        piece.push(*letter);
        let next = letters.get(at + 1);
        let is_wide = |c: &char| width(&c.to_string()) == 2;
        let breaks = match next {
            None => true,
            Some(next) if ENDS.contains(*next) => false,
            Some(next) => *letter == ' ' || is_wide(letter) || is_wide(next),
        };
        if !breaks {
            continue;
        }
        if width(&line) + width(piece.trim_end()) > WIDEST && line.len() > indent.len() {
            lines.push(line.trim_end().to_owned());
            line = String::from(indent);
        }
        line.push_str(&std::mem::take(&mut piece));
    }
    lines.push(line.trim_end().to_owned());
    lines
}

fn pad(text: &str, to: usize, align: Align) -> String {
    let blanks = " ".repeat(to.saturating_sub(width(text)));
    match align {
        Align::Left => format!("{text}{blanks}"),
        Align::Right => format!("{blanks}{text}"),
    }
}

/// Columns of a terminal: letters of East Asian scripts and their marks take two.
pub(super) fn width(text: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}');
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_with_chinese_text() {
        let cell = |text: &str| Cell { text: text.to_owned(), ..Cell::default() };
        let column = |label: &str, align| Column { label: label.to_owned(), align, under: false };
        let table = Table {
            key: "metrics",
            title: String::new(),
            columns: vec![column("指标", Align::Left), column("实际", Align::Right)],
            rows: vec![vec![cell("销售额"), cell("1,234.50")], vec![cell("Visits"), cell("14")]],
            notes: Vec::new(),
        };
        assert_eq!(lines(&table), ["指标        实际", "销售额  1,234.50", "Visits        14"]);
    }

    #[test]
    fn a_table_that_is_too_wide_has_a_few_lines_for_each_row() {
        let column = |at: usize| Column { label: format!("label {at}"), ..Column::default() };
        let cell = |text: &str| Cell { text: text.to_owned(), ..Cell::default() };
        let mut row: Vec<Cell> = (1..8).map(|at| cell(&format!("text number {at}"))).collect();
        row.insert(0, cell("East"));
        row[3] = cell("—");
        let columns = (0..8).map(column).collect();
        let (title, notes) = (String::new(), Vec::new());
        let lines = lines(&Table { key: "wide", title, columns, rows: vec![row], notes });
        assert_eq!(
            lines,
            [
                "East",
                "  label 1 text number 1  label 2 text number 2  label 4 text number 4",
                "  label 5 text number 5  label 6 text number 6  label 7 text number 7",
            ]
        );
    }
}
