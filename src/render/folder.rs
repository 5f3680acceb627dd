//! The `reports` folder of a project: what in it is the user's own, and what is still as `attain
//! init` copied it and so follows the program.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::templates::template_files;
use crate::model::{Diagnostic, Place, did_you_mean};

/// What there is to know about templates, with every field of every view: laid out beside them.
pub const GUIDE: (&str, &str) = ("README.md", include_str!("../../docs/templates.md"));

/// Where it is written down what was copied, in the folder itself.
pub const RECORD: &str = ".copied.toml";

/// The words have rules of their own; their files are known here so that nobody is told otherwise.
const WORDS: [&str; 2] = ["words/zh.toml", "words/en.toml"];

/// What was copied: the program's version, and the hash of each file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    #[serde(default)]
    version: String,
    #[serde(default)]
    sha256: BTreeMap<String, String>,
}

/// The record of the program's own templates, as they are laid out.
pub fn record() -> String {
    let mut text = format!(
        "# Written by `attain init`: what it copied here. A template that is still as it was copied\n\
         # follows the program, and one that was changed takes the place of the program's.\n\
         version = \"{}\"\n\n[sha256]\n",
        env!("CARGO_PKG_VERSION")
    );
    for (name, template) in template_files() {
        let _ = writeln!(text, "\"{name}\" = \"{}\"", hash(template));
    }
    text
}

/// Line ends count as one, since some version controls change them.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n"));
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// All templates, those of the project in the place of the program's.
#[derive(Debug)]
pub struct Folder {
    /// By name: the path below `reports`.
    pub texts: BTreeMap<String, String>,
    /// The names of those that are the user's own.
    pub own: Vec<String>,
    /// What the user may want to know.
    pub notes: Vec<Diagnostic>,
    /// What cannot be read.
    pub slips: Vec<Diagnostic>,
}

impl Folder {
    /// Without a folder, or where it is not there, the program's templates alone.
    pub fn read(dir: Option<&Path>) -> Self {
        let texts = template_files().map(|(name, text)| (name.to_owned(), text.to_owned()));
        let mut folder =
            Self { texts: texts.collect(), own: Vec::new(), notes: Vec::new(), slips: Vec::new() };
        if let Some(dir) = dir {
            let record = folder.read_record(dir);
            let mut names = Vec::new();
            folder.list(dir, "", &mut names);
            names.sort();
            for name in names.into_iter().filter(|name| !WORDS.contains(&name.as_str())) {
                folder.add(dir, name, &record);
            }
        }
        folder
    }

    fn read_record(&mut self, dir: &Path) -> Record {
        let text = match std::fs::read_to_string(dir.join(RECORD)) {
            Ok(text) => text,
            Err(why) if why.kind() == ErrorKind::NotFound => return Record::default(),
            Err(why) => {
                self.slips.push(unreadable(RECORD, "the record of what was copied", &why));
                return Record::default();
            }
        };
        toml::from_str(&text).unwrap_or_else(|why: toml::de::Error| {
            let line = why.span().map(|span| text[..span.start].matches('\n').count() + 1);
            let what = format!("the record of what was copied cannot be read: {}", why.message());
            let help = "delete it: whatever differs from the program's is then the project's own";
            self.slips.push(Diagnostic::error(place(RECORD).line(line), what, help));
            Record::default()
        })
    }

    fn add(&mut self, dir: &Path, name: String, record: &Record) {
        let is_known = self.texts.contains_key(&name);
        if !is_known && name.ends_with(".md") {
            return;
        }
        if !is_known && !is_part(&name) {
            self.notes.push(unread(&name, "no report reads this file"));
            return;
        }
        let text = match std::fs::read_to_string(dir.join(&name)) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned(),
            Err(why) => {
                self.slips.push(unreadable(&name, "the template", &why));
                return;
            }
        };
        let hash_now = hash(&text);
        let copied = record.sha256.get(&name);
        let built_in = self.texts.get(&name).map(|text| hash(text));
        if built_in.as_ref() == Some(&hash_now) || (is_known && copied == Some(&hash_now)) {
            return;
        }
        if let (Some(copied), Some(built_in)) = (copied, built_in)
            && *copied != built_in
        {
            self.notes.push(outdated(&name, &record.version));
        }
        self.texts.insert(name.clone(), text);
        self.own.push(name);
    }

    /// The files below a folder, hidden ones apart. A folder that cannot be listed is a slip: else
    /// the program's templates would take the place of the user's without a word.
    fn list(&mut self, dir: &Path, above: &str, names: &mut Vec<String>) {
        let entries = match std::fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>)
        {
            Ok(entries) => entries,
            Err(why) if above.is_empty() && why.kind() == ErrorKind::NotFound => return,
            Err(why) => return self.slips.push(unreadable(above, "the folder", &why)),
        };
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let (path, below) = (entry.path(), format!("{above}{name}"));
            match path.is_dir() {
                true => self.list(&path, &format!("{below}/"), names),
                false => names.push(below),
            }
        }
    }

    /// Takes a template of the user's out again; the program's counts where it has one.
    pub fn give_up(&mut self, name: &str) {
        match template_files().find(|(known, _)| *known == name) {
            Some((_, text)) => self.texts.insert(name.to_owned(), text.to_owned()),
            None => self.texts.remove(name),
        };
    }
}

fn unreadable(name: &str, which: &str, why: &std::io::Error) -> Diagnostic {
    let help = match why.kind() {
        ErrorKind::InvalidData => "save it as UTF-8",
        _ => "give the program the right to read it",
    };
    Diagnostic::error(place(name), format!("{which} cannot be read: {why}"), help)
}

fn outdated(name: &str, version: &str) -> Diagnostic {
    let what = format!(
        "the program's own has changed since this one was copied (from attain {version}), and this \
         one counts"
    );
    let help = "compare it with the one that `attain init NEW` lays out, then take over its line of \
                NEW/reports/.copied.toml; or delete it, and the program's counts";
    Diagnostic::warning(place(name), what, help)
}

/// A file of the folder that has no effect, with the name that may have been meant.
pub fn unread(name: &str, what: &str) -> Diagnostic {
    let known: Vec<&str> = template_files().map(|(name, _)| name).chain(WORDS).collect();
    let near = match did_you_mean(name, known.iter().copied()) {
        near if near.is_empty() => {
            let same = known.iter().find(|one| file_name(one) == file_name(name));
            same.map_or_else(String::new, |one| format!("did you mean “{one}”? "))
        }
        near => near,
    };
    Diagnostic::warning(place(name), what, format!("{near}rename it or take it away"))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn place(name: &str) -> Place {
    Place::file(format!("reports/{name}"))
}

/// Whether a file that the program does not know may be a part of the user's own templates.
fn is_part(name: &str) -> bool {
    [".html", ".txt"].iter().any(|ending| name.ends_with(ending)) && !name.starts_with("words/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TILES: &str = "parts/tiles.html";

    fn built_in(name: &str) -> &'static str {
        template_files().find(|(known, _)| *known == name).unwrap().1
    }

    fn read(files: &[(&str, &str)]) -> Folder {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Folder::read(Some(dir.path()))
    }

    /// A record in which one template was copied as `text`, by an earlier version.
    fn copied(text: &str) -> String {
        format!("version = \"0.0.9\"\n[sha256]\n\"{TILES}\" = \"{}\"\n", hash(text))
    }

    fn notes(folder: &Folder) -> Vec<String> {
        folder.notes.iter().map(|note| format!("{}: {}", note.place, note.what)).collect()
    }

    #[test]
    fn a_template_as_it_was_copied_follows_the_program() {
        for text in ["old\n", "old\r\n"] {
            let folder = read(&[(RECORD, &copied("old\n")), (TILES, text)]);
            assert_eq!(folder.texts[TILES], built_in(TILES));
            assert!(folder.own.is_empty() && folder.notes.is_empty());
        }
        // As it is laid out now, with and without a record.
        for record in [record(), String::new()] {
            let folder = read(&[(RECORD, &record), (TILES, built_in(TILES))]);
            assert!(folder.own.is_empty() && folder.notes.is_empty() && folder.slips.is_empty());
        }
    }

    #[test]
    fn a_changed_one_wins_and_says_when_the_programs_has_changed_too() {
        let folder = read(&[(RECORD, &copied("old\n")), (TILES, "mine\n")]);
        assert_eq!(folder.texts[TILES], "mine\n");
        assert_eq!(folder.own, [TILES]);
        assert_eq!(
            notes(&folder),
            ["reports/parts/tiles.html: the program's own has changed since this one was copied \
              (from attain 0.0.9), and this one counts"]
        );
        let folder = read(&[(RECORD, &record()), (TILES, "\u{feff}mine\n")]);
        assert_eq!((folder.texts[TILES].as_str(), folder.own.len()), ("mine\n", 1));
        assert!(folder.notes.is_empty());
    }

    #[test]
    fn a_deleted_one_falls_back_and_a_new_one_is_a_part() {
        let folder = read(&[(RECORD, &record()), ("parts/logo.html", "<img>")]);
        assert_eq!(folder.texts[TILES], built_in(TILES));
        assert_eq!(folder.own, ["parts/logo.html"]);
    }

    #[test]
    fn what_cannot_be_read_and_what_nobody_reads_is_named() {
        let folder = read(&[
            (RECORD, "version = 1\n"),
            ("words/ch.toml", ""),
            ("words/zh.toml", ""),
            (".git/config", ""),
            ("person/report.html.bak", ""),
            ("tiles.htm", ""),
        ]);
        assert_eq!(folder.slips[0].place.to_string(), "reports/.copied.toml:1");
        let told: Vec<(String, &str)> =
            folder.notes.iter().map(|n| (n.place.to_string(), n.help.as_str())).collect();
        let meant = |name: &str| format!("did you mean “{name}”? rename it or take it away");
        assert_eq!(
            told,
            [
                ("reports/person/report.html.bak".into(), meant("person/report.html").as_str()),
                ("reports/tiles.htm".into(), meant("parts/tiles.html").as_str()),
                ("reports/words/ch.toml".into(), meant("words/zh.toml").as_str()),
            ]
        );
    }
}
