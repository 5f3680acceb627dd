//! The folder channel: each mail as `.eml` and, for a browser, as `.html`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Message, MessageParser, MimeHeaders};

use super::letter::file_name;

/// A folder that is written to, never over.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder.
    ///
    /// # Errors
    /// A place that cannot be written to.
    pub fn open(path: PathBuf) -> std::io::Result<Self> {
        std::fs::create_dir_all(&path)?;
        Ok(Self { path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the mail, its page and its attachments, and returns the mail's file name. None is
    /// there before it is whole, and the mail comes last; what is there with the same bytes stays.
    ///
    /// # Errors
    /// A file that is there with other bytes, or a disk that refuses; none is added, then.
    pub fn put(&self, stem: &str, mail: &[u8]) -> std::io::Result<String> {
        let name = mail_name(stem);
        let mut files = match MessageParser::default().parse(mail) {
            Some(message) => files_beside(&message, stem),
            None => Vec::new(),
        };
        files.push((name.clone(), mail.to_owned()));
        let mut added = Vec::new();
        for (name, bytes) in &files {
            match self.create(name, bytes) {
                Ok(true) => added.push(self.path.join(name)),
                Ok(false) => {}
                Err(why) => {
                    let removed = added.iter().map(std::fs::remove_file);
                    return removed.collect::<Result<(), _>>().and(Err(why));
                }
            }
        }
        Ok(name)
    }

    /// The mail's file name, where it is there.
    ///
    /// # Errors
    /// A file that is there with other bytes, and one that cannot be read.
    pub fn find(&self, stem: &str, mail: &[u8]) -> std::io::Result<Option<String>> {
        let name = mail_name(stem);
        match std::fs::read(self.path.join(&name)) {
            Ok(bytes) if bytes == mail => Ok(Some(name)),
            Ok(_) => Err(ErrorKind::AlreadyExists.into()),
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// Whether it was not there before. A job that is killed while it writes leaves only a file that
    /// ends in `.part`.
    fn create(&self, name: &str, bytes: &[u8]) -> std::io::Result<bool> {
        let (part, whole) = (self.path.join(format!(".{name}.part")), self.path.join(name));
        std::fs::write(&part, bytes)?;
        // Unlike a renaming, a link never replaces a file that is there.
        let linked = std::fs::hard_link(&part, &whole);
        std::fs::remove_file(&part)?;
        match linked {
            Ok(()) => Ok(true),
            Err(why) if why.kind() == ErrorKind::AlreadyExists => {
                if std::fs::read(&whole)? == bytes { Ok(false) } else { Err(why) }
            }
            Err(why) => Err(why),
        }
    }
}

fn mail_name(stem: &str) -> String {
    format!("{stem}.eml")
}

/// The page and the attachments of a mail, by the names of their files.
fn files_beside(message: &Message<'_>, stem: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![(format!("{stem}.html"), page(message).into_bytes())];
    for part in message.attachments().filter(|part| part.content_id().is_none()) {
        let name = file_name(part.attachment_name().unwrap_or("attachment"));
        files.push((format!("{stem}-{name}"), part.contents().to_owned()));
    }
    files
}

/// The HTML with its pictures inside, since a browser knows no `cid:`.
fn page(message: &Message<'_>) -> String {
    let html = message.body_html(0).unwrap_or_default().replace("\r\n", "\n");
    message.parts.iter().fold(html, |html, part| match part.content_id() {
        Some(id) => {
            let data = format!("data:image/png;base64,{}", STANDARD.encode(part.contents()));
            html.replace(&format!("cid:{id}"), &data)
        }
        None => html,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::mime::tests::{letter, settings};
    use crate::deliver::mime::to_mime;
    use crate::settings::ChannelSettings;

    fn mail(subject: &str) -> Vec<u8> {
        let mut letter = letter("a@example.com");
        letter.subject = subject.to_owned();
        let (name, mime) = ("改进/计划.xlsx".to_owned(), crate::deliver::XLSX);
        letter.attachments = vec![crate::deliver::Attachment { name, mime, bytes: vec![1, 2] }];
        to_mime(&letter, &settings(ChannelSettings::Folder { path: "x".into() })).unwrap()
    }

    #[test]
    fn nothing_is_written_over_and_the_same_again_is_there_already() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path().join("mails")).unwrap();
        let (first, other) = (mail("first"), mail("other"));
        assert_eq!(folder.find("001-E001", &first).unwrap(), None);
        assert_eq!(folder.put("001-E001", &first).unwrap(), "001-E001.eml");
        assert!(folder.put("001-E001", &other).is_err());
        assert!(folder.find("001-E001", &other).is_err());
        assert_eq!(folder.put("001-E001", &first).unwrap(), "001-E001.eml");
        assert_eq!(folder.find("001-E001", &first).unwrap().as_deref(), Some("001-E001.eml"));
        let beside = folder.path().join("001-E001-改进_计划.xlsx");
        assert_eq!(std::fs::read(beside).unwrap(), [1, 2]);
        assert_eq!(std::fs::read(folder.path().join("001-E001.eml")).unwrap(), first);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_mail_that_is_refused_leaves_no_page_behind() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path().to_owned()).unwrap();
        std::fs::write(place.path().join("001-E001.eml"), b"mail").unwrap();
        assert!(folder.put("001-E001", &mail("again")).is_err());
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn pictures_are_inside_the_page() {
        let mail = mail("any");
        let page = page(&MessageParser::default().parse(&mail).unwrap());
        assert!(page.contains("data:image/png;base64,iVBORw=="), "{page}");
    }
}
