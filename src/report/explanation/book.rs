//! An explanation as a workbook: the same words and tables, every row with its total, and every row
//! that was left out.

use super::{Explained, ExplanationText, Writer, explanation_text};
use crate::model::{Language, LeftOut, LeftOutRow};
use crate::report::document::{Block, Cell, Table};
use crate::report::sheet::{Book, ColumnKind, Sheet, SheetCell, SheetColumn, SheetTable, width_of};
use crate::report::statement::row_sheets;

/// Columns are as wide as what stands in them, up to this.
const WIDEST: u16 = 44;

/// The workbook of an explanation.
pub fn explanation_book(explained: &Explained<'_>, language: Language) -> Book {
    let writer = Writer::new(explained, language);
    let told = explanation_text(explained, language);
    let mut sheets = vec![writer.told(&told)];
    if let Some(found) = explained.figure {
        if explained.entitled.rows {
            sheets.extend(row_sheets(&writer.desk, &found.rows));
        }
        sheets.extend(writer.left_out_sheet(&found.left_out));
    }
    let briefing = explained.briefing;
    let file = format!("{}-{}-{}", writer.subject(), briefing.judged, explained.unit);
    Book { file, sheets }
}

impl Writer<'_> {
    /// Sentences are tables of one column, so that they keep their place between the others.
    fn told(&self, told: &ExplanationText) -> Sheet {
        let mut tables = Vec::new();
        for section in &told.sections {
            let mut caption = Some(section.title.clone());
            for block in &section.blocks {
                let table = match block {
                    Block::Text { lines } => lines_of(lines),
                    Block::Table(table) => table_of(table),
                    Block::Notice(_) | Block::Chart(_) => continue,
                };
                let own = table.caption.clone();
                let caption = caption.take().map_or(own.clone(), |section| match own.is_empty() {
                    true => section,
                    false => format!("{section}　{own}"),
                });
                tables.push(SheetTable { caption, ..table });
            }
        }
        let name = self.words.tab.text().to_owned();
        let title = told.heading.clone();
        Sheet { key: "told".to_owned(), name, title, tables, ..Sheet::default() }
    }

    /// Every row that was left out, as far as the reader may see it.
    fn left_out_sheet(&self, left_out: &[LeftOut]) -> Option<Sheet> {
        let words = self.words;
        let statement = &self.desk.words.statement;
        let seen = left_out.iter().filter(|one| self.may_see(one.why));
        let rows: Vec<Vec<SheetCell>> = seen
            .flat_map(|one| one.places.iter().map(move |at| (one, at)))
            .map(|(one, at)| self.left_out_row(one, at))
            .collect();
        let columns = vec![
            SheetColumn::new(self.desk.words.column.metric.text(), 14, ColumnKind::Text),
            SheetColumn::new(words.reason.text(), 34, ColumnKind::Text),
            SheetColumn::new(words.day.text(), 12, ColumnKind::Date),
            SheetColumn::new(self.desk.words.column.person.text(), 14, ColumnKind::Text),
            SheetColumn::new(statement.sum.text(), 16, ColumnKind::Amount),
            SheetColumn::new(statement.file_column.text(), 34, ColumnKind::Text),
            SheetColumn::new(statement.row_column.text(), 8, ColumnKind::Whole),
        ];
        let table = SheetTable { columns, rows, ..SheetTable::default() };
        let name = words.tab_left_out.text().to_owned();
        (!table.rows.is_empty()).then(|| Sheet {
            key: "left_out".to_owned(),
            name,
            tables: vec![table],
            ..Sheet::default()
        })
    }

    fn left_out_row(&self, one: &LeftOut, at: &LeftOutRow) -> Vec<SheetCell> {
        let owner = at.owner.as_ref().filter(|owner| self.of.entitled.to(owner));
        vec![
            SheetCell::text(self.label_of(one.metric.as_str())),
            SheetCell::text(self.why(one.why).text()),
            at.day.map_or(SheetCell::Empty, SheetCell::Date),
            owner.map_or(SheetCell::Empty, |owner| SheetCell::text(self.desk.name(owner))),
            SheetCell::amount(at.value.as_ref()),
            SheetCell::text(&*at.file),
            SheetCell::Whole(i64::try_from(at.row).unwrap_or(i64::MAX)),
        ]
    }
}

fn lines_of(lines: &[String]) -> SheetTable {
    let rows = lines.iter().map(|line| vec![SheetCell::text(&**line)]).collect();
    let columns = vec![SheetColumn::new("", WIDEST, ColumnKind::Text)];
    SheetTable { columns, rows, ..SheetTable::default() }
}

fn table_of(table: &Table) -> SheetTable {
    let width = |at: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(at));
        let widths = cells.map(|cell| width_of(&cell.text));
        widths.chain([width_of(&table.columns[at].label)]).max().unwrap_or(0) + 2
    };
    let columns = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            SheetColumn::new(column.label.clone(), width(at).min(WIDEST), ColumnKind::Text)
        })
        .collect();
    let row = |row: &Vec<Cell>| row.iter().map(|cell| SheetCell::text(&*cell.text)).collect();
    SheetTable {
        caption: table.title.clone(),
        columns,
        rows: table.rows.iter().map(row).collect(),
        notes: table.notes.clone(),
        ..SheetTable::default()
    }
}
