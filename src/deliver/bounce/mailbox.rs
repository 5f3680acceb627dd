//! The mailbox that mails come back to: a Maildir, or a folder of `.eml` files.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::settings::BounceSettings;

/// A report with our whole mail in it is somewhat longer than our mail.
const LONGEST: u64 = 40_000_000;

/// What could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub path: PathBuf,
    pub why: String,
}

/// The mails of a mailbox, by the names of their files.
#[derive(Clone, Debug)]
pub struct Mailbox {
    files: Vec<PathBuf>,
}

impl Mailbox {
    /// Lists the mails.
    ///
    /// # Errors
    /// A folder that is not there or cannot be listed.
    pub fn open(settings: &BounceSettings) -> Result<Self, Unread> {
        let mut files = match settings {
            BounceSettings::Folder(path) => {
                let is_mail = |file: &PathBuf| {
                    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml"))
                };
                let mut files = list(path)?;
                files.retain(is_mail);
                files
            }
            BounceSettings::Maildir(path) => {
                let mut files = list(&path.join("new"))?;
                files.extend(list(&path.join("cur"))?);
                files
            }
        };
        files.sort();
        Ok(Self { files })
    }

    /// Each mail with its file; one that was moved meanwhile is left out.
    pub fn mails(&self) -> impl Iterator<Item = (&Path, Result<Vec<u8>, Unread>)> {
        self.files.iter().filter_map(|path| {
            let unread = |why: String| Err(Unread { path: path.clone(), why });
            let bytes = match std::fs::File::open(path) {
                Ok(file) => {
                    let mut bytes = Vec::new();
                    match file.take(LONGEST + 1).read_to_end(&mut bytes) {
                        Ok(_) if bytes.len() as u64 > LONGEST => {
                            unread(format!("it is longer than {LONGEST} bytes"))
                        }
                        Ok(_) => Ok(bytes),
                        Err(why) => unread(why.to_string()),
                    }
                }
                Err(why) if why.kind() == ErrorKind::NotFound => return None,
                Err(why) => unread(why.to_string()),
            };
            Some((path.as_path(), bytes))
        })
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Unread> {
    let unread = |why: std::io::Error| Unread { path: folder.to_owned(), why: why.to_string() };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.file_type().map_err(unread)?.is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maildir_has_new_and_read_mails_and_a_folder_those_that_end_in_eml() {
        let place = tempfile::tempdir().unwrap();
        for folder in ["new", "cur", "tmp"] {
            std::fs::create_dir(place.path().join(folder)).unwrap();
            std::fs::write(place.path().join(folder).join("1.host"), folder).unwrap();
        }
        std::fs::write(place.path().join("a.EML"), "eml").unwrap();
        std::fs::write(place.path().join("notes.txt"), "txt").unwrap();
        let read = |settings: BounceSettings| -> Vec<Vec<u8>> {
            let mailbox = Mailbox::open(&settings).unwrap();
            mailbox.mails().map(|(_, mail)| mail.unwrap()).collect()
        };
        let path = place.path().to_owned();
        assert_eq!(read(BounceSettings::Maildir(path.clone())), [b"cur", b"new"]);
        assert_eq!(read(BounceSettings::Folder(path.clone())), [b"eml"]);
        let missing = Mailbox::open(&BounceSettings::Folder(path.join("gone"))).unwrap_err();
        assert!(missing.path.ends_with("gone"));
    }
}
