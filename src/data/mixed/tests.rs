use std::collections::BTreeMap;

use polars::prelude::df;
use proptest::prelude::*;

use super::*;
use crate::data::InputFile;
use crate::data::rows::read_rows;
use crate::settings::DimensionColumns;

/// A frame of the rows `(key, value)`, from one file.
fn frame(rows: &[(String, i64)], key: &[&str], hash: &str) -> Frame {
    let keys: Vec<&str> = rows.iter().map(|(key, _)| key.as_str()).collect();
    let values: Vec<i64> = rows.iter().map(|(_, value)| *value).collect();
    let places: Vec<i64> = (0..rows.len() as i64).collect();
    let files = vec![0i64; rows.len()];
    let table = df!("k" => keys, "v" => values, "_file" => files, "_row" => places).unwrap();
    let input = InputFile {
        extract: "a".into(),
        path: "a.csv".into(),
        month: None,
        size: 1,
        sha256: hash.into(),
    };
    Frame {
        extract: "a".into(),
        headers: BTreeMap::new(),
        dimensions: DimensionColumns::default(),
        key: key.iter().map(|name| (*name).to_owned()).collect(),
        credit: None,
        returns: None,
        lazy: table.lazy(),
        inputs: vec![input],
        rejects: Vec::new(),
        aside: None,
        covered: None,
        rows: rows.len() as u64,
        fetched: None,
    }
}

/// What the frame holds, in order.
fn held(frame: &Frame) -> Vec<(String, i64)> {
    let rows = read_rows(frame, &["k", "v"]).unwrap();
    let mut held: Vec<(String, i64)> = rows
        .iter()
        .map(|row| (row.get("k").unwrap().to_owned(), row.get("v").unwrap().parse().unwrap()))
        .collect();
    held.sort();
    held
}

fn sorted(mut rows: Vec<(String, i64)>) -> Vec<(String, i64)> {
    rows.sort();
    rows
}

type Rows = Vec<(String, i64)>;

fn keyed() -> impl Strategy<Value = Rows> {
    prop::collection::btree_map("[a-f]", 0i64..3, 0..6).prop_map(|rows| rows.into_iter().collect())
}

fn any_rows() -> impl Strategy<Value = Rows> {
    prop::collection::vec(("[a-b]", 0i64..2), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn of_keyed_rows_the_states_lead_from_old_to_new(old in keyed(), new in keyed()) {
        let (before, after) = (frame(&old, &["k"], "old"), frame(&new, &["k"], "new"));
        let found = compare(&before, &after).unwrap().unwrap();
        let keys = |rows: &Rows| rows.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
        let (was, is) = (keys(&old), keys(&new));
        let came: Rows = new.iter().filter(|(key, _)| !was.contains(key)).cloned().collect();
        let changed = new.iter().filter(|row| was.contains(&row.0) && !old.contains(row)).count();
        let went = old.iter().filter(|(key, _)| !is.contains(key)).count();
        prop_assert_eq!(
            (found.counts.added, found.counts.removed, found.counts.changed),
            (came.len() as u64, went as u64, changed as u64)
        );
        let with = found.with_added(&before).unwrap();
        prop_assert_eq!(held(&with), sorted([old.clone(), came.clone()].concat()));
        let without = found.without_removed(&with).unwrap();
        let stays = old.into_iter().filter(|(key, _)| is.contains(key));
        prop_assert_eq!(held(&without), sorted(stays.chain(came).collect()));
    }

    #[test]
    fn without_a_key_rows_come_and_go_and_rows_alike_are_counted(
        old in any_rows(),
        new in any_rows(),
    ) {
        let (before, after) = (frame(&old, &[], "old"), frame(&new, &[], "new"));
        let found = compare(&before, &after).unwrap().unwrap();
        prop_assert_eq!(found.counts.changed, 0);
        let with = found.with_added(&before).unwrap();
        prop_assert_eq!(held(&with).len() as u64, old.len() as u64 + found.counts.added);
        let without = found.without_removed(&with).unwrap();
        prop_assert_eq!(held(&without), sorted(new));
    }
}

#[test]
fn the_same_files_are_not_compared_and_other_columns_are_taken_as_a_whole() {
    let rows = [("a".to_owned(), 1)];
    let one = frame(&rows, &["k"], "same");
    assert!(compare(&one, &one).unwrap().is_none());
    let other = frame(&rows, &["k"], "other");
    let wider = Frame { lazy: other.lazy.clone().with_column(lit(1).alias("w")), ..other };
    assert!(compare(&one, &wider).unwrap().unwrap().whole);
}

#[test]
fn rows_of_files_that_both_sides_have_are_left_alone() {
    let rows = |key: &str| vec![(key.to_owned(), 1)];
    let both = |first: &str, second: &str, hashes: [&str; 2]| {
        let one = frame(&[rows(first), rows(second)].concat(), &["k"], "x");
        let place = vec![0i64, 1];
        let keys = vec![first, second];
        let table =
            df!("k" => keys, "v" => vec![1i64, 1], "_file" => place.clone(), "_row" => place);
        let input = |hash: &str| InputFile { sha256: hash.into(), ..one.inputs[0].clone() };
        let inputs = hashes.map(input).to_vec();
        Frame { lazy: table.unwrap().lazy(), inputs, ..one }
    };
    let found = compare(&both("a", "b", ["1", "2"]), &both("a", "c", ["1", "3"])).unwrap().unwrap();
    assert_eq!((found.counts.added, found.counts.removed), (1, 1));
}
