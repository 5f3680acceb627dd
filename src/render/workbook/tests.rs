use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;

use super::layout::free_name;
use super::*;
use crate::report::document::Tone;
use crate::report::sheet::{CellRef, Term};

fn column(label: &str, kind: ColumnKind) -> SheetColumn {
    SheetColumn::new(label, 16, kind)
}

fn sheet() -> Sheet {
    let table = SheetTable {
        columns: vec![
            column("姓名", ColumnKind::Text),
            column("差额", ColumnKind::Amount),
            column("完成率", ColumnKind::Percent),
            column("截止", ColumnKind::Date),
        ],
        rows: vec![vec![
            SheetCell::text("=HYPERLINK(\"x\")"),
            SheetCell::Amount(Exact::from_minor(-123_456, 2)).toned(Tone::Bad),
            SheetCell::Percent(Exact::from_minor(915, 3)),
            SheetCell::Date(NaiveDate::from_ymd_opt(2026, 11, 30).unwrap()),
        ]],
        ..SheetTable::default()
    };
    let title = vec!["改进计划表".to_owned()];
    Sheet { title, ..Sheet::plain("改进/计划", table, vec!["说明".into()]) }
}

fn opened(bytes: Vec<u8>) -> Xlsx<std::io::Cursor<Vec<u8>>> {
    Xlsx::new(std::io::Cursor::new(bytes)).unwrap()
}

#[test]
fn cells_read_back_and_no_text_is_a_formula() {
    let other = Sheet { key: "other".into(), ..sheet() };
    let sheets = [sheet(), other];
    let bytes = workbook(&sheets).unwrap();
    assert_eq!(bytes, workbook(&sheets).unwrap(), "the same bytes each time");
    let mut book = opened(bytes);
    assert_eq!(book.sheet_names(), ["改进计划", "改进计划 2"]);
    let range = book.worksheet_range("改进计划").unwrap();
    let row: Vec<&Data> = range.rows().nth(3).unwrap().iter().collect();
    assert_eq!(row[0], &Data::String("=HYPERLINK(\"x\")".into()));
    assert_eq!(row[1], &Data::Float(-1234.56));
    assert_eq!(row[2], &Data::Float(0.915));
    assert!(matches!(row[3], Data::DateTime(_)), "{:?}", row[3]);
    assert!(book.worksheet_formula("改进计划").unwrap().is_empty());
}

/// Everywhere that a text of an extract may come to stand.
#[test]
fn whatever_a_text_begins_with_it_stays_a_text() {
    for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "&P&\"x"] {
        let mut odd = sheet();
        odd.name = text.to_owned();
        odd.title = vec![text.to_owned(), text.to_owned()];
        odd.print.head = text.to_owned();
        odd.print.foot = text.to_owned();
        odd.notes = vec![text.to_owned()];
        let table = &mut odd.tables[0];
        table.caption = text.to_owned();
        table.notes = vec![text.to_owned()];
        table.columns[0].label = text.to_owned();
        table.rows[0][0] = SheetCell::text(text);
        table.total = vec![SheetCell::text(text)];
        let mut book = opened(workbook(&[odd]).unwrap());
        let tab = book.sheet_names()[0].clone();
        assert!(book.worksheet_formula(&tab).unwrap().is_empty(), "{text}");
        let range = book.worksheet_range(&tab).unwrap();
        let texts = range.used_cells().filter(|(_, _, cell)| **cell == Data::String(text.into()));
        assert_eq!(texts.count(), 8, "{text}");
    }
}

#[test]
fn a_formula_finds_its_cells_wherever_they_lie_and_brings_its_result() {
    let mut below = sheet();
    below.name = "it's".to_owned();
    below.key = "rows".to_owned();
    below.tables[0].caption = "caption".to_owned();
    let cell = |row| CellRef::new("rows", 0, row, 1);
    let sum = Formula {
        terms: vec![Term::code("ROUND(SUM("), cell(0).down(3), Term::code("),2)")],
        result: SheetCell::Amount(Exact::from_minor(12_345, 2)),
    };
    let word = Formula {
        terms: vec![
            Term::code("IF("),
            Term::Cell(cell(0)),
            Term::code("=0,"),
            Term::Quoted("a \"b\"".into()),
            Term::code(",1)"),
        ],
        result: SheetCell::text("a \"b\""),
    };
    let mut above = sheet();
    above.key = "summary".to_owned();
    above.tables[0].rows[0][1] = SheetCell::Formula(Box::new(sum));
    above.tables[0].rows[0][2] = SheetCell::Formula(Box::new(word)).strong();
    above.tables[0].rows[0][0] = SheetCell::Link { text: "x".into(), sheet: "rows".into() };
    let mut book = opened(workbook(&[above.clone(), below]).unwrap());
    let formulas = book.worksheet_formula("改进计划").unwrap();
    let found: Vec<&String> = formulas.used_cells().map(|(_, _, text)| text).collect();
    assert_eq!(found, ["ROUND(SUM('it''s'!B5:B7),2)", "IF('it''s'!B5=0,\"a \"\"b\"\"\",1)"]);
    let row = book.worksheet_range("改进计划").unwrap();
    let row: Vec<&Data> = row.rows().nth(3).unwrap().iter().collect();
    assert_eq!(row[1], &Data::Float(123.45));
    assert_eq!(row[2], &Data::String("a \"b\"".into()));
    let why = workbook(&[above]).unwrap_err().to_string();
    assert!(why.contains("“rows”"), "{why}");
}

#[test]
fn tabs_have_names_that_a_workbook_takes() {
    assert_eq!(free_name("a[b]:c", &[]), "abc");
    assert_eq!(free_name("//", &[]), "Sheet");
    let long = "名".repeat(40);
    let first = free_name(&long, &[]);
    assert_eq!(first.chars().count(), 31);
    let second = free_name(&long, std::slice::from_ref(&first));
    assert_eq!(second.chars().count(), 31);
    assert_ne!(first, second);
}

#[test]
fn a_tab_that_is_read_back_keeps_its_name() {
    let named = |name: &str, keeps_name| Sheet { keeps_name, ..Sheet::lines(name, Vec::new()) };
    let sheets = [named("汇总", false), named("汇总", true), named("汇总", false)];
    assert_eq!(super::layout::name_tabs(&sheets), ["汇总 2", "汇总", "汇总 3"]);
}
