//! The rooms and floors of ARCHITECTURE.md, held by reading the source.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms that each floor has. A room may use those of lower floors, and `ALSO`.
const FLOORS: [&[&str]; 5] = [
    &["model"],
    &["calc", "settings", "store"],
    &["data", "report"],
    &["render", "ledger", "deliver", "sample"],
    &["app", "cli", "main"],
];

/// On the top floor the way goes on: the program opens the command line, which calls the commands.
const ALSO: [(&str, &str); 2] = [("cli", "app"), ("main", "cli")];

const LINES_AT_MOST: usize = 400;

/// Words with a room of their own: polars turns rows into facts in `data` alone, the clock is read
/// at the door alone, and a judgement never knows a float.
const KEPT_IN: [(&str, &[&str]); 4] = [
    ("polars", &["data"]),
    ("Utc::now", &["cli"]),
    ("Local::now", &["cli"]),
    ("SystemTime::now", &["cli"]),
];

const NEVER_IN: [(&str, &[&str]); 2] =
    [("f64", &["calc", "settings"]), ("async fn", &["model", "calc", "settings", "report"])];

#[test]
fn every_room_knows_only_the_floors_below_it() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (at, line) in code_lines(&file.text) {
            for used in rooms_named(&line) {
                if !may_use(&file.room, &used) {
                    wrong.push(format!("{}:{at}: {} uses {used}", file.path, file.room));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "against the floors:\n{}", wrong.join("\n"));
}

#[test]
fn words_stay_in_the_rooms_they_belong_to() {
    let mut wrong = Vec::new();
    for file in sources() {
        let here = |rooms: &[&str]| rooms.contains(&file.room.as_str());
        for (at, line) in code_lines(&file.text) {
            let strayed = KEPT_IN.iter().filter(|(_, rooms)| !here(rooms));
            let unwanted = NEVER_IN.iter().filter(|(_, rooms)| here(rooms));
            for (word, _) in strayed.chain(unwanted).filter(|(word, _)| has_word(&line, word)) {
                wrong.push(format!("{}:{at}: `{word}` in {}", file.path, file.room));
            }
        }
    }
    assert!(wrong.is_empty(), "words in rooms where they do not belong:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_outgrows_its_subject() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|file| file.text.lines().count() > LINES_AT_MOST)
        .map(|file| format!("{}:{}", file.path, file.text.lines().count()))
        .collect();
    assert!(wrong.is_empty(), "longer than {LINES_AT_MOST} lines:\n{}", wrong.join("\n"));
}

#[test]
fn uses_are_read_in_all_their_forms() {
    assert_eq!(rooms_named("use crate::model::Period;"), ["model"]);
    assert_eq!(
        rooms_named("use crate::{data::{Frame, load}, model::Exact, store};"),
        ["data", "model", "store"]
    );
    assert_eq!(rooms_named("pub use crate::calc; let x = crate::data::load();"), ["calc", "data"]);
    assert_eq!(rooms_named("attain::cli::main()"), ["cli"]);
    assert!(rooms_named("let subcrate::data = 1;").is_empty());
    assert!(!may_use("calc", "data") && !may_use("calc", "settings") && !may_use("app", "cli"));
    assert!(may_use("cli", "app") && may_use("data", "model") && may_use("data", "data"));
    assert!(has_word("let x: f64 = 1.0;", "f64") && !has_word("let f64_like = 1;", "f64"));
}

struct Source {
    /// From the project's root, with `/`.
    path: String,
    room: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let sources = paths.iter().map(|path| {
        let inside = path.strip_prefix(&root).expect("it was found there");
        let first = inside.components().next().expect("a file has a name").as_os_str();
        let room = first.to_str().expect("ASCII").trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(path).expect("readable source");
        Source { path: format!("src/{}", inside.display()), room, text }
    });
    let sources: Vec<Source> = sources.filter(|source| source.path != "src/lib.rs").collect();
    assert!(sources.len() > 20, "the source is not where it was: {} files", sources.len());
    sources
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") {
            into.push(path);
        }
    }
}

/// The statements of a source, comments left out, each with the number of its first line: a `use`
/// group over several lines is one.
fn code_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        let code = line.split("//").next().expect("a split has a first part").trim();
        match lines.last_mut().filter(|_| open) {
            Some((_, whole)) => whole.push_str(code),
            None => lines.push((at + 1, code.to_owned())),
        }
        let last = &lines.last().expect("one was pushed").1;
        open = last.contains("use crate::{") && !last.ends_with(';');
    }
    lines
}

/// The rooms that a line names as `crate::room`, `crate::{room::…, room}` or `attain::room`.
fn rooms_named(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for root in ["crate", "attain"] {
        for (at, _) in line.match_indices(&format!("{root}::")) {
            let inside_a_word =
                line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
            if !inside_a_word {
                rooms.extend(first_names(&line[at + root.len() + 2..]));
            }
        }
    }
    rooms
}

/// `a::b` names a; `{a::{b, c}, d}` names a and d.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut names = vec![name(group.trim_start())];
    let mut depth = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(group[at + 1..].trim_start())),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn may_use(room: &str, used: &str) -> bool {
    let floor = |name| FLOORS.iter().position(|rooms| rooms.contains(&name));
    room == used
        || ALSO.contains(&(room, used))
        || matches!((floor(room), floor(used)), (Some(upper), Some(lower)) if lower < upper)
}

/// `word` with no letter, digit or `_` on either side.
fn has_word(line: &str, word: &str) -> bool {
    let part = |it: Option<char>| it.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        !part(line[..at].chars().next_back()) && !part(line[at + word.len()..].chars().next())
    })
}
