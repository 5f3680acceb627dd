//! Decoders on bytes that nobody meant: whatever they are, they are read, set aside or refused, and
//! no row is lost on the way. `ATTAIN_FUZZ_CASES` draws more (docs/threats.md).

use std::io::{Cursor, Read, Write};

use polars::prelude::{DataType, Schema};
use proptest::collection::vec;
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::columns::{Column, Values, write_parquet};
use super::sql::read_expression;
use super::typed::Collector;
use super::{decode, footer, parquet};
use crate::model::Diagnostic;
use crate::settings::ExtractSettings;

/// How many cases of each.
pub(crate) fn cases() -> ProptestConfig {
    let given = std::env::var("ATTAIN_FUZZ_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: given.unwrap_or(48),
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    }
}

/// A change to a text or to bytes: where (of all its length, by 65,536), how, and with what.
pub(crate) type Edit = (u16, u8, u8);

/// Bytes with some of them changed, put in, taken out, doubled or cut off.
pub(crate) fn spoilt(good: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (place, how, with) in edits {
        let at = usize::from(*place) * bytes.len() / 65_536;
        match how % 6 {
            0 if at < bytes.len() => bytes[at] = *with,
            1 => bytes.insert(at, *with),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 => bytes.truncate(at.max(1)),
            4 => {
                let copied = bytes[at..bytes.len().min(at + usize::from(*with))].to_vec();
                bytes.splice(at..at, copied);
            }
            _ if at < bytes.len() => bytes[at] ^= 1 << (with % 8),
            _ => {}
        }
    }
    bytes
}

pub(crate) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec(any::<Edit>(), 1..6)
}

/// A table with a column of each kind.
fn extract() -> ExtractSettings {
    let column =
        |(name, kind): (&str, &str)| format!("[[columns]]\nname = \"{name}\"\ntype = \"{kind}\"\n");
    let kinds = [("id", "text"), ("count", "integer"), ("amount", "decimal"), ("day", "date")];
    let columns: String = kinds.into_iter().map(column).collect();
    toml::from_str(&format!("location = \"x\"\nformat = \"csv\"\nkey = [\"id\"]\n{columns}"))
        .unwrap()
}

const TEXT: &str =
    "id,count,amount,day\nA,1,1.50,2026-10-01\n\"B\",-2,\"3.25\",2026-10-02\n价,,,\n";
const OBJECTS: &str = "{\"id\":\"A\",\"count\":1,\"amount\":1.50,\"day\":\"2026-10-01\"}\n\
                       {\"id\":\"B\",\"count\":null,\"amount\":\"2\",\"day\":[[1]]}\n";

/// Reads, and counts what came of it.
fn read(read: impl FnOnce(&ExtractSettings, &mut Collector<'_>) -> Result<(), Diagnostic>) {
    let extract = extract();
    let mut into = Collector::new(&extract);
    into.begin_file("x");
    let done = read(&extract, &mut into);
    let columns = into.take_columns();
    let kept = columns[0].values.len();
    assert!(columns.iter().all(|column| column.values.len() == kept), "columns of one length");
    assert_eq!(kept + into.rejects.len(), into.count as usize, "a row was lost");
    if let Err(why) = done {
        assert!(!why.what.is_empty() && !why.help.is_empty());
    }
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in TEXT.lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            sheet.write(row as u32, column as u16, cell).unwrap();
        }
    }
    sheet.write(5, 1, 7.5).unwrap();
    book.save_to_buffer().unwrap()
}

/// A workbook with one of its parts spoilt, packed again.
fn repacked(book: &[u8], which: usize, edits: &[Edit]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let spoil = which % from.len();
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let (name, mut bytes) = (part.name().unwrap().into_owned(), Vec::new());
        part.read_to_end(&mut bytes).unwrap();
        if at == spoil {
            bytes = spoilt(&bytes, edits);
        }
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(&bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn table() -> Vec<u8> {
    let text = |cells: [&str; 3]| Values::Text(cells.map(|cell| Some(cell.to_owned())).to_vec());
    let day = chrono::NaiveDate::from_ymd_opt(2026, 10, 1);
    write_parquet(&[
        Column::new("id", text(["A", "B", "价"])),
        Column::new("count", Values::Integer(vec![Some(1), None, Some(-3)])),
        Column::new("amount", text(["1.50", "x", "-2"])),
        Column::new("day", Values::Date(vec![day, day, None])),
    ])
    .unwrap()
}

fn scan(bytes: &[u8]) {
    let (extract, file) = (extract(), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(file.path(), bytes).unwrap();
    match parquet::scan(&extract, file.path(), "x", 0) {
        Err(why) => assert!(!why.what.is_empty()),
        Ok(scanned) => {
            let done = footer::without_panic(|| scanned.lazy.collect().is_ok());
            assert!(done.is_some(), "what was let in makes polars panic");
        }
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn separated_text(bytes in vec(any::<u8>(), 0..300), edits in edits()) {
        read(|extract, into| decode::csv::read(&bytes, &extract.csv, into));
        let spoilt = spoilt(TEXT.as_bytes(), &edits);
        read(|extract, into| decode::csv::read(&spoilt, &extract.csv, into));
    }

    #[test]
    fn objects(bytes in vec(any::<u8>(), 0..300), edits in edits()) {
        read(|_, into| decode::ndjson::read(&bytes, into));
        let spoilt = spoilt(OBJECTS.as_bytes(), &edits);
        read(|_, into| decode::ndjson::read(&spoilt, into));
    }

    #[test]
    fn workbooks(which in any::<usize>(), edits in edits()) {
        let book = workbook();
        let whole = spoilt(&book, &edits);
        read(|_, into| decode::workbook::read(whole.into(), None, into));
        let part = repacked(&book, which, &edits);
        read(|_, into| decode::workbook::read(part.into(), None, into));
    }

    #[test]
    fn parquet_files(edits in edits()) {
        scan(&spoilt(&table(), &edits));
    }

    #[test]
    fn expressions(words in vec(prop::sample::select(vec![
        "amount", "id", "(", ")", ",", "'x'", "\"id\"", "case", "when", "then", "else", "end", "in",
        "select", "from", "and", "not", "=", "+", "*", "1", "like", "cast", "as", "date", "sum",
        "over", "partition", "by", "null", "is", "between", "-", "'", "\"", "::", "[", "]", "coalesce",
    ]), 0..14)) {
        let columns = Schema::from_iter([
            ("id".into(), DataType::String),
            ("amount".into(), DataType::Decimal(38, 2)),
        ]);
        let sql = words.join(" ");
        if let Ok(expression) = read_expression(&sql, &columns) {
            let shown = format!("{expression:?}");
            prop_assert!(!shown.contains("SubPlan") && !shown.contains("SCAN"), "{}: {}", sql, shown);
        }
    }
}
