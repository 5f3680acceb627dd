//! A project's own phrases in place of the built-in ones, key by key.

use toml::{Table, Value};

use super::words::Words;
use crate::model::did_you_mean;

/// What is wrong with a file of words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Counted from 1; none where the file is no table at all.
    pub(super) line: Option<usize>,
    pub(super) what: String,
    pub(super) help: String,
}

/// The words of a language, some of them the project's.
#[derive(Debug)]
pub(super) struct Reworded {
    pub(super) words: Words,
    /// The phrases that are not as they are built in: `gap.short`.
    pub(super) own: Vec<String>,
}

/// A file of words in which every phrase stands as a comment: what is built in can be read there,
/// and none of it is fixed before somebody takes a `#` away.
pub(super) fn as_comments(built_in: &str) -> String {
    let mut text = String::from(
        "# The phrases of the reports. To say something in your own words, take the # away before a\n\
         # phrase and change it; all others follow the program. A word in braces is filled in by the\n\
         # report: a phrase may use those that it has here, in any order, and leave some out.\n\n",
    );
    // The first lines of the built-in file are about itself.
    for line in built_in.lines().skip_while(|line| !line.starts_with('[')) {
        let plain = line.is_empty() || line.starts_with('#') || line.starts_with('[');
        text.push_str(if plain { "" } else { "# " });
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The built-in words with those of `own` in their place.
pub(super) fn reworded(built_in: &str, own: &str) -> Result<Reworded, Vec<Wrong>> {
    let unread = |why: toml::de::Error| {
        let line =
            why.span().map(|span| own[..span.start.min(own.len())].matches('\n').count() + 1);
        let help = "write [section] and key = \"text\", as the built-in file does".to_owned();
        vec![Wrong { line, what: why.message().to_owned(), help }]
    };
    let own_table: Table = toml::from_str(own).map_err(unread)?;
    let mut words: Table = toml::from_str(built_in).map_err(unread)?;
    let (mut wrong, mut reworded) = (Vec::new(), Vec::new());
    for (section, phrases) in own_table {
        // The laid-out file has every phrase behind a `#`: its sections are empty, and one of them
        // may be gone from this version.
        if phrases.as_table().is_some_and(Table::is_empty) {
            continue;
        }
        let line = line_of(own, &section, None);
        match (words.get_mut(&section), phrases) {
            (Some(Value::Table(known)), Value::Table(phrases)) => {
                put(known, phrases, (own, &section), &mut wrong, &mut reworded);
            }
            _ => {
                let what = format!("there is no section [{section}]");
                let help = format!(
                    "{}the sections are: {}",
                    did_you_mean(&section, words.keys().map(String::as_str)),
                    names(&words)
                );
                wrong.push(Wrong { line, what, help });
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let words = Value::Table(words).try_into().map_err(unread)?;
    Ok(Reworded { words, own: reworded })
}

fn put(
    known: &mut Table,
    phrases: Table,
    (own, section): (&str, &str),
    wrong: &mut Vec<Wrong>,
    reworded: &mut Vec<String>,
) {
    for (key, phrase) in phrases {
        let line = line_of(own, section, Some(&key));
        let Some(old) = known.get_mut(&key) else {
            let what = format!("[{section}] has no phrase “{key}”");
            let help = format!(
                "{}it has: {}",
                did_you_mean(&key, known.keys().map(String::as_str)),
                names(known)
            );
            wrong.push(Wrong { line, what, help });
            continue;
        };
        if is_part_of(&phrase, old) {
            continue;
        }
        reworded.push(format!("{section}.{key}"));
        let (old_text, text) = match (&mut *old, &phrase) {
            (Value::String(old), Value::String(text)) => (old, text),
            // One more currency leaves the others as they are.
            (Value::Table(old), Value::Table(new)) => {
                old.extend(new.clone());
                continue;
            }
            // Lists of months and of steps: their form is checked as a whole.
            _ => {
                *old = phrase;
                continue;
            }
        };
        let offered = gaps(old_text);
        for gap in gaps(text).iter().filter(|gap| !offered.contains(gap)) {
            let what = format!("nothing fills {{{gap}}} in [{section}] {key}");
            let help = match offered.is_empty() {
                true => "this phrase has no gaps".to_owned(),
                false => format!("it may use: {{{}}}", offered.join("}, {")),
            };
            wrong.push(Wrong { line, what, help });
        }
        *old = phrase;
    }
}

/// Whether nothing is said otherwise.
fn is_part_of(own: &Value, built_in: &Value) -> bool {
    match (own, built_in) {
        (Value::Table(own), Value::Table(built_in)) => {
            own.iter().all(|(key, value)| built_in.get(key) == Some(value))
        }
        _ => own == built_in,
    }
}

/// The names between braces, in order.
pub(super) fn gaps(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect();
    found.sort_unstable();
    found
}

fn names(table: &Table) -> String {
    table.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The line of a section's header, or of a key below it.
fn line_of(text: &str, section: &str, key: Option<&str>) -> Option<usize> {
    let name =
        |line: &str| line.split('=').next().map_or("", str::trim).trim_matches('"').to_owned();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            let header = header.split(']').next().unwrap_or_default().trim();
            inside = header == section || header.starts_with(&format!("{section}."));
            if inside && key.is_none() {
                return Some(at + 1);
            }
        } else if inside && key.is_some_and(|key| name(line) == key) {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::words::{BUILT_IN_EN, BUILT_IN_ZH};

    fn wrong(own: &str) -> Vec<String> {
        let found = reworded(BUILT_IN_EN, own).map(drop).unwrap_err();
        found
            .into_iter()
            .map(|one| format!("{}: {} → {}", one.line.unwrap_or(0), one.what, one.help))
            .collect()
    }

    #[test]
    fn a_phrase_of_the_project_counts_and_the_others_stay() {
        let own = "[gap]\nnone = \"bang on\"\nshort = \"{gap} to go\"\n";
        let Reworded { words, own } = reworded(BUILT_IN_EN, own).unwrap();
        assert_eq!(own, ["gap.none", "gap.short"]);
        assert_eq!(words.gap.none.text(), "bang on");
        assert_eq!(words.gap.short.fill(&[("gap", "5")]), "5 to go");
        assert!(words.gap.over.fill(&[("gap", "5")]).contains('5'));
    }

    /// Every phrase taken back into use gives the words as they are built in.
    #[test]
    fn a_file_of_comments_says_everything_and_fixes_nothing() {
        for built_in in [BUILT_IN_ZH, BUILT_IN_EN] {
            let laid_out = as_comments(built_in);
            let phrases: Table = toml::from_str(&laid_out).unwrap();
            let empty = |value: &Value| {
                value
                    .as_table()
                    .is_some_and(|t| t.values().all(|v| v.as_table().is_some_and(Table::is_empty)))
            };
            assert!(phrases.values().all(empty), "{phrases:?}");
            assert!(reworded(built_in, &laid_out).unwrap().own.is_empty());
            let head = laid_out.find("\n\n").unwrap();
            let in_use = laid_out[head..].replace("\n# ", "\n");
            let all: Table = toml::from_str(&in_use).unwrap();
            assert_eq!(all, toml::from_str::<Table>(built_in).unwrap());
        }
    }

    #[test]
    fn a_section_that_is_gone_is_no_error_where_it_is_empty_and_a_currency_may_be_added() {
        let own = "[gone]\n[money.currencies]\nKRW = { symbol = \"₩\", name = \"KRW\" }\n";
        let Reworded { words, own } = reworded(BUILT_IN_EN, own).unwrap();
        assert_eq!(own, ["money.currencies"]);
        assert!(
            words.money.currencies.contains_key("KRW")
                && words.money.currencies.contains_key("CNY")
        );
    }

    #[test]
    fn what_is_not_known_is_named_with_its_line_and_the_nearest_name() {
        let found =
            wrong("[gap]\n\nshrot = \"x\"\n[lead]\njudged = \"{nmae} {gap}\"\n[gaps]\na = \"\"\n");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found[0].starts_with("3: [gap] has no phrase “shrot” → did you mean “short”?"),
            "{found:?}"
        );
        assert!(
            found[1].starts_with("6: there is no section [gaps] → did you mean “gap”?"),
            "{found:?}"
        );
        assert!(
            found[2].starts_with("5: nothing fills {nmae} in [lead] judged → it may use: {"),
            "{found:?}"
        );
        assert!(wrong("[gap\n")[0].starts_with("1: "), "{:?}", wrong("[gap\n"));
        assert_eq!(wrong("[calendar]\nmonths = [\"one\"]\n").len(), 1);
    }
}
