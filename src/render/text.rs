//! Tables in plain text: columns that line up where Chinese characters are two wide.

use crate::report::document::{Align, Table};

/// The table's lines, header first.
pub fn lines(table: &Table) -> Vec<String> {
    let header = table.columns.iter().map(|column| one_line(&column.label)).collect();
    let rows = table.rows.iter().map(|row| row.iter().map(|cell| one_line(&cell.text)).collect());
    let all: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|column| {
            all.iter().filter_map(|row| row.get(column)).map(|c| width(c)).max().unwrap_or(0)
        })
        .collect();
    all.iter()
        .map(|row| {
            let cells = row.iter().zip(&table.columns).zip(&widths);
            let padded: Vec<String> =
                cells.map(|((text, column), width)| pad(text, *width, column.align)).collect();
            padded.join("  ").trim_end().to_owned()
        })
        .collect()
}

/// A remark that was typed on several lines, on one: a row stays a row. Blanks stay, since they
/// indent.
fn one_line(text: &str) -> String {
    let parts: Vec<&str> = text.split(char::is_control).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
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
    use crate::report::document::{Cell, Column};

    #[test]
    fn columns_line_up_with_chinese_text() {
        let cell = |text: &str| Cell { text: text.to_owned(), ..Cell::default() };
        let column = |label: &str, align| Column { label: label.to_owned(), align };
        let table = Table {
            key: "metrics",
            title: String::new(),
            columns: vec![column("指标", Align::Left), column("实际", Align::Right)],
            rows: vec![vec![cell("销售额"), cell("1,234.50")], vec![cell("Visits"), cell("14")]],
            notes: Vec::new(),
        };
        assert_eq!(lines(&table), ["指标        实际", "销售额  1,234.50", "Visits        14"]);
    }
}
