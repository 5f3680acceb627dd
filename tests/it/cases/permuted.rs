//! The order of the rows in an extract means nothing: golden cases with every file turned upside
//! down and dealt out again come to the same results, cell by cell.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{RUNS, Ran, cases, run, run_of};

/// The only table that says where rows stand.
const BY_PLACE: &str = "rejects";

#[test]
fn the_order_of_rows_means_nothing() {
    let mut compared = 0;
    for name in RUNS.keys() {
        let data = cases().join(name).join("data");
        let Some(ran) = run_of(name).filter(|_| data.is_dir()) else { continue };
        let shuffled = tempfile::tempdir().unwrap();
        let moved = shuffle_files(&data, shuffled.path());
        assert!(moved > 0, "{name}: no row was moved");
        let again = run(name, shuffled.path(), &[]);
        let (expected, found) = (said(ran, &data), said(&again, shuffled.path()));
        for (table, rows) in &expected {
            for (one, other) in rows.iter().zip(&found[table]) {
                assert_eq!(one, other, "{name}/{table}");
            }
            assert_eq!(rows.len(), found[table].len(), "{name}/{table}");
        }
        compared += 1;
    }
    assert!(compared >= 2, "{compared} cases");
}

/// Every row of every table as text, without the folder and the numbers of rows that reasons name.
fn said(ran: &Ran, data: &Path) -> BTreeMap<String, Vec<String>> {
    let folder = data.canonicalize().unwrap().display().to_string();
    let tables = ran.tables.iter().filter(|(name, _)| *name != BY_PLACE);
    let line = |row: &super::Row| {
        let cells: BTreeMap<&String, String> = row
            .0
            .iter()
            .map(|(column, text)| (column, without_places(&text.replace(&folder, "data"))))
            .collect();
        format!("{cells:?}")
    };
    tables.map(|(name, rows)| (name.clone(), rows.iter().map(line).collect())).collect()
}

/// `row 12 of` becomes `row of`.
fn without_places(text: &str) -> String {
    let mut parts = text.split("row ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |said, part| {
        said + "row " + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

/// Copies all files, the rows of CSV files in another order; returns how many rows moved.
fn shuffle_files(from: &Path, to: &Path) -> usize {
    let mut moved = 0;
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            moved += shuffle_files(&entry, &target);
        } else if entry.extension().is_some_and(|ending| ending == "csv") {
            let text = fs::read_to_string(&entry).unwrap();
            let (header, body) = text.split_once('\n').unwrap();
            let lines: Vec<&str> = body.lines().collect();
            let dealt = deal(&lines);
            moved += lines.iter().zip(&dealt).filter(|(before, after)| before != after).count();
            fs::write(target, format!("{header}\n{}\n", dealt.join("\n"))).unwrap();
        } else {
            fs::copy(&entry, target).unwrap();
        }
    }
    moved
}

/// From the last to the first, those at even places before those at odd ones.
fn deal<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let back = || lines.iter().rev().copied();
    back().step_by(2).chain(back().skip(1).step_by(2)).collect()
}
