//! Golden cases: what a person worked out by hand stands in `expected/TABLE.csv`, with any of the
//! table's columns and any of its rows, and must come out.
//!
//! A row is found by those of its columns that name things ([`NAMING`]); it must be just one. Every
//! other cell is compared: text as it stands; a number exactly, as `1234.5`, `79.95%` or `2/3`; after
//! `≈` as the digits that a pocket calculator shows, half up. An empty cell is an absent figure.

use std::fs;
use std::path::Path;

use attain::model::{Exact, round};

use super::{RUNS, Row, case, cases, read_csv, run_of};

/// Columns that name what a row is about, in whatever table.
const NAMING: [&str; 16] = [
    "period",
    "grain",
    "unit_id",
    "metric",
    "flag",
    "resource",
    "dimension",
    "part",
    "driver",
    "kind",
    "action",
    "extract",
    "file",
    "row",
    "column",
    "report",
];

/// Digits after the point of the tables' shares: `2/3` stands in them as 0.666666666667.
const SHARE_DECIMALS: usize = 12;

#[test]
fn what_was_worked_out_by_hand_comes_out() {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for name in RUNS.keys() {
        let dir = cases().join(name);
        let files = tables_in(&dir.join("expected"));
        if files.is_empty() {
            continue;
        }
        assert!(dir.join("README.md").exists(), "{name}: a README.md works the figures out");
        let Some(ran) = run_of(name) else { continue };
        let complete = case(name).complete;
        for table in &complete {
            let has = files.iter().any(|(known, _)| known == table);
            assert!(has, "{name}/case.toml: there is no expected/{table}.csv that is complete");
        }
        for (table, expected) in files {
            let found = ran.table(&table);
            if complete.contains(&table) && found.len() != expected.len() {
                let (found, expected) = (found.len(), expected.len());
                wrong.push(format!("{name}/{table}: {found} rows instead of {expected}"));
            }
            for row in &expected {
                match compare(row, found) {
                    Ok(cells) => compared += cells,
                    Err(slips) => {
                        wrong.extend(slips.iter().map(|slip| format!("{name}/{table}: {slip}")));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells came out otherwise:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 100, "the cases were not read: {compared} cells");
}

#[test]
fn a_figure_is_compared_as_it_is_written() {
    let same = |written: &str, found: &str| is_same(written, found);
    assert!(same("79.95%", "0.799500000000") && !same("79.95%", "0.799500000001"));
    assert!(same("2/3", "0.666666666667") && !same("2/3", "0.666666666666"));
    assert!(same("≈66.7%", "0.666666666667") && same("≈0.67", "0.666666666667"));
    assert!(!same("≈66.6%", "0.666666666667") && !same("≈66.7%", ""));
    assert!(same("", "") && !same("", "0") && !same("0", ""));
    assert!(same("yellow", "yellow") && !same("yellow", "none"));
}

#[test]
fn a_row_that_names_two_or_none_is_a_slip() {
    let row = |cells: &[(&str, &str)]| {
        Row(cells.iter().map(|(column, cell)| ((*column).into(), (*cell).into())).collect())
    };
    let found = [
        row(&[("unit_id", "P1"), ("metric", "sales"), ("actual", "1")]),
        row(&[("unit_id", "P1"), ("metric", "visits"), ("actual", "2")]),
    ];
    let slips = |cells: &[(&str, &str)]| compare(&row(cells), &found);
    assert_eq!(slips(&[("unit_id", "P1"), ("metric", "visits"), ("actual", "2")]), Ok(1));
    assert_eq!(slips(&[("unit_id", "P1")]), Err(vec!["unit_id P1: 2 rows".to_owned()]));
    assert_eq!(slips(&[("unit_id", "P2")]), Err(vec!["unit_id P2: 0 rows".to_owned()]));
    let other = slips(&[("metric", "sales"), ("actual", "2")]);
    assert_eq!(other, Err(vec!["metric sales: actual is “1” instead of “2”".to_owned()]));
    let unknown = slips(&[("metric", "sales"), ("actaul", "1")]);
    assert_eq!(unknown, Err(vec!["metric sales: the table has no column actaul".to_owned()]));
}

/// How many cells were compared, or all that came out otherwise.
fn compare(expected: &Row, found: &[Row]) -> Result<usize, Vec<String>> {
    let (mut names, mut cells): (Vec<_>, Vec<_>) =
        expected.0.iter().partition(|(column, _)| NAMING.contains(&column.as_str()));
    names.sort_by_key(|(column, _)| NAMING.iter().position(|name| name == column));
    cells.sort();
    let words: Vec<String> =
        names.iter().map(|(column, cell)| format!("{column} {cell}")).collect();
    let place = words.join(", ");
    let is_named = |row: &&Row| names.iter().all(|(column, cell)| row.0.get(*column) == Some(cell));
    let named: Vec<&Row> = found.iter().filter(is_named).collect();
    let [row] = named.as_slice() else {
        return Err(vec![format!("{place}: {} rows", named.len())]);
    };
    let slips: Vec<String> = cells
        .iter()
        .filter_map(|(column, written)| match row.0.get(*column) {
            None => Some(format!("{place}: the table has no column {column}")),
            Some(cell) if is_same(written, cell) => None,
            Some(cell) => Some(format!("{place}: {column} is “{cell}” instead of “{written}”")),
        })
        .collect();
    if slips.is_empty() { Ok(cells.len()) } else { Err(slips) }
}

fn is_same(written: &str, found: &str) -> bool {
    let Ok(number) = Exact::parse(found) else { return written == found };
    if let Some(digits) = written.strip_prefix('≈') {
        let (plain, share) = match digits.strip_suffix('%') {
            Some(plain) => (plain, true),
            None => (digits, false),
        };
        let shown = if share { number * Exact::from(100) } else { number };
        let places = plain.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        return round::to_fixed(&shown, places) == plain;
    }
    match written.split_once('/') {
        Some((part, whole)) => match (Exact::parse(part), Exact::parse(whole)) {
            (Ok(part), Ok(whole)) => part
                .over(&whole)
                .is_some_and(|share| round::half_up(&share, SHARE_DECIMALS) == number),
            _ => written == found,
        },
        None => Exact::parse(written).is_ok_and(|written| written == number),
    }
}

/// The tables in a folder, by name; none where it is not there.
fn tables_in(folder: &Path) -> Vec<(String, Vec<Row>)> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut tables: Vec<(String, Vec<Row>)> = files
        .map(|file| file.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), read_csv(&path)))
        .collect();
    tables.sort_by(|(one, _), (other, _)| one.cmp(other));
    tables
}
