//! The lists of human resources as a workbook: who is up for what, and what everybody is paid.

use super::letterhead::Letterhead;
use super::units::coefficients;
use crate::model::{Language, Period, UnitId};
use crate::report::desk::Desk;
use crate::report::document::{Align, ReportKind, Table};
use crate::report::hr;
use crate::report::seen::Seen;
use crate::report::sheet::{Book, ColumnKind, Sheet, SheetCell, SheetColumn, SheetTable, width_of};

/// The lists, complete. Nobody else gets them.
pub fn hr_workbook(seen: &Seen<'_>, language: Language) -> Book {
    let briefing = &seen.briefing();
    let company = &briefing.org.company;
    let desk = Desk { kind: ReportKind::Hr, ..Desk::new(briefing, company, language) };
    let words = &desk.words.workbook;
    let title = &desk.words.report.hr;
    let head = Letterhead::new(&desk, &words.title, title.text().to_owned());
    let mut sheets = Vec::new();
    for period in [Some(briefing.judged), desk.quarter_that_ends()].into_iter().flatten() {
        let people: Vec<&UnitId> = hr::awards(&desk, period).iter().map(|one| &one.unit).collect();
        let sheet = coefficients(&desk, period, people.into_iter(), true);
        sheets.extend(sheet.map(|sheet| dressed(&desk, &head, sheet, period)));
    }
    if let Some((list, rule)) = briefing.cards.talent.as_ref().zip(briefing.plan.talent.as_ref()) {
        for table in hr::talent(&desk, list, rule) {
            let mut sheet = as_sheet(&table);
            head.dress(&mut sheet, &table.title);
            sheets.push(sheet);
        }
    }
    let file = format!("{}-{}", words.file_hr.text(), briefing.judged);
    Book { file, sheets }
}

fn dressed(desk: &Desk<'_>, head: &Letterhead, mut sheet: Sheet, period: Period) -> Sheet {
    let name = match period == desk.briefing.judged {
        true => desk.words.workbook.tab_coefficients.text().to_owned(),
        false => desk.words.statement.tab_bands_of.fill(&[("period", &desk.period_text(period))]),
    };
    head.dress(&mut sheet, &name);
    sheet
}

/// A table of words as a sheet.
fn as_sheet(table: &Table) -> Sheet {
    let column = |(at, column): (usize, &crate::report::document::Column)| {
        let cells = table.rows.iter().filter_map(|row| row.get(at));
        let widths = cells.map(|cell| width_of(&cell.text)).chain([width_of(&column.label)]);
        let kind = match column.align {
            Align::Left => ColumnKind::Text,
            Align::Right => ColumnKind::Whole,
        };
        SheetColumn::new(column.label.clone(), (widths.max().unwrap_or(0) + 4).clamp(10, 60), kind)
    };
    let cell = |text: &str| match text.parse::<i64>() {
        Ok(whole) => SheetCell::Whole(whole),
        Err(_) => SheetCell::text(text),
    };
    let rows = table.rows.iter().map(|row| row.iter().map(|one| cell(&one.text)).collect());
    let sheet_table = SheetTable {
        columns: table.columns.iter().enumerate().map(column).collect(),
        rows: rows.collect(),
        notes: table.notes.clone(),
        ..SheetTable::default()
    };
    Sheet { key: table.key.to_owned(), tables: vec![sheet_table], ..Sheet::default() }
}
