//! The files that were read, short enough for a mail: files that differ only in their digits, as
//! the months of one extract do, are one line.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::briefing::InputFacts;
use super::document::Input;
use super::words::ProvenanceWords;

/// Digits of a hash that are shown; the ledger has all.
const HASH_DIGITS: usize = 12;

/// The fewest files that are worth folding into one line.
const LEAST_FOLDED: usize = 3;

/// One line for each series of files, in the order of their first file.
pub(super) fn inputs(words: &ProvenanceWords, files: &[InputFacts]) -> Vec<Input> {
    let mut series: Vec<(String, Vec<&InputFacts>)> = Vec::new();
    for file in files {
        let key = without_digits(&file.path);
        match series.iter_mut().find(|(known, _)| *known == key) {
            Some((_, members)) => members.push(file),
            None => series.push((key, vec![file])),
        }
    }
    let lines = series.into_iter().map(|(_, mut members)| {
        members.sort_by(|a, b| a.path.cmp(&b.path));
        match members.as_slice() {
            [first, .., last] if members.len() >= LEAST_FOLDED => {
                vec![folded(words, &members, first, last)]
            }
            few => few.iter().map(|file| line(&file.path, file.size, &file.sha256)).collect(),
        }
    });
    lines.flatten().collect()
}

/// Whether any line stands for several files.
pub(super) fn is_folded(files: &[InputFacts], lines: &[Input]) -> bool {
    lines.len() < files.len()
}

/// A series as one line; its hash is that of what `sha256sum` prints for its files.
fn folded(
    words: &ProvenanceWords,
    members: &[&InputFacts],
    first: &InputFacts,
    last: &InputFacts,
) -> Input {
    let mut listed = String::new();
    for file in members {
        // Writing to a string cannot fail.
        let _ = writeln!(listed, "{}  {}", file.sha256, file.path);
    }
    let hash: String = Sha256::digest(listed).iter().map(|byte| format!("{byte:02x}")).collect();
    let path = words.several.fill(&[
        ("first", &first.path),
        ("last", last.path.rsplit('/').next().unwrap_or(&last.path)),
        ("count", &members.len().to_string()),
    ]);
    line(&path, members.iter().map(|file| file.size).sum(), &hash)
}

fn line(path: &str, bytes: u64, hash: &str) -> Input {
    Input { path: path.to_owned(), size: size(bytes), hash: shown_hash(hash).to_owned() }
}

fn without_digits(path: &str) -> String {
    path.chars().filter(|c| !c.is_ascii_digit()).collect()
}

pub(super) fn shown_hash(hash: &str) -> &str {
    hash.get(..HASH_DIGITS).unwrap_or(hash)
}

/// Bytes in the largest unit that fits, with one digit after the point: “1.2 MB”.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KB", "MB", "GB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = UNITS[0];
    for larger in &UNITS[1..] {
        if tenths >= 10_000 {
            tenths /= 1000;
            unit = larger;
        }
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::report::words::WordBook;

    fn file(path: &str) -> InputFacts {
        InputFacts { path: path.to_owned(), size: 600, sha256: "ab".repeat(32) }
    }

    #[test]
    fn the_months_of_an_extract_are_one_line_and_all_else_is_listed() {
        let months = ["a/2026-09.csv", "people.csv", "a/2026-08.csv", "a/2026-10.csv", "b/1.csv"];
        let lines = inputs(&WordBook::built_in().of(Language::En).provenance, &months.map(file));
        let paths: Vec<&str> = lines.iter().map(|line| line.path.as_str()).collect();
        assert_eq!(paths, ["a/2026-08.csv to 2026-10.csv (3 files)", "people.csv", "b/1.csv"]);
        assert_eq!(lines[0].size, "1.8 KB");
        let mut changed = months.map(file);
        changed[3].sha256 = "cd".repeat(32);
        let after = inputs(&WordBook::built_in().of(Language::En).provenance, &changed);
        assert_ne!(after[0].hash, lines[0].hash);
        assert_eq!([&after[1].hash, &after[2].hash], [&lines[1].hash, &lines[2].hash]);
    }

    #[test]
    fn sizes_are_in_words() {
        let shown = [0, 999, 1000, 1_234_567, 999_999, 5_400_000_000, 7_200_000_000_000].map(size);
        assert_eq!(shown, ["0 B", "999 B", "1.0 KB", "1.2 MB", "999.9 KB", "5.4 GB", "7200.0 GB"]);
    }
}
