//! Config files and short texts that nobody meant: they are read, or refused with a reason.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

use super::Project;
use crate::model::formula::Formula;
use crate::model::{Exact, Period};

type Edit = (u16, u8, u8);

fn cases() -> ProptestConfig {
    let given = std::env::var("ATTAIN_FUZZ_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: given.unwrap_or(48),
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    }
}

/// Characters of a config that change what it says.
const MARKS: [char; 16] =
    ['"', '[', ']', '=', '{', '}', '.', ',', '\n', '#', '0', '-', 'x', '价', '\u{202e}', '\''];

fn spoilt(text: &str, edits: &[Edit]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (place, how, with) in edits {
        let at = usize::from(*place) * letters.len() / 65_536;
        let mark = MARKS[usize::from(*with) % MARKS.len()];
        match how % 4 {
            0 => letters.insert(at, mark),
            1 if at < letters.len() => letters[at] = mark,
            2 => drop(letters.drain(at..letters.len().min(at + usize::from(*with)))),
            _ => letters.truncate(at),
        }
    }
    letters.into_iter().collect()
}

fn copy(from: &Path, to: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir(&target).unwrap();
            files.extend(copy(&path, &target));
        } else {
            std::fs::copy(&path, &target).unwrap();
            files.push(target);
        }
    }
    files.sort();
    files
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn config_files(which in any::<usize>(), edits in vec(any::<Edit>(), 1..5)) {
        let dir = tempfile::tempdir().unwrap();
        let files = copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config"), dir.path());
        let file = &files[which % files.len()];
        let text = std::fs::read_to_string(file).unwrap();
        std::fs::write(file, spoilt(&text, &edits)).unwrap();
        if let Err(found) = Project::load(dir.path(), &[]) {
            prop_assert!(found.has_errors());
            prop_assert!(found.iter().all(|one| !one.what.is_empty() && !one.place.file.is_empty()));
        }
    }

    #[test]
    fn short_texts(text in "\\PC{0,24}", near in "[0-9Qq年月.\\-/% +*()a-z,]{0,24}") {
        for text in [text, near] {
            if let Ok(period) = text.parse::<Period>() {
                prop_assert_eq!(period.to_string().parse::<Period>().ok(), Some(period));
            }
            if let Ok(number) = Exact::parse(&text) {
                prop_assert!(&number - &number == Exact::zero());
            }
            let _ = Formula::parse(&text);
        }
    }
}
