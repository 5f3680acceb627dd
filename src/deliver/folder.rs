//! The folder channel: each mail as `.eml` and, for a browser, as `.html`.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::letter::Letter;

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
    /// there before it is whole.
    ///
    /// # Errors
    /// A file that is there already, or a disk that refuses; none is added, then.
    pub fn put(&self, letter: &Letter, mime: &[u8]) -> std::io::Result<String> {
        let name = format!("{}.eml", letter.file_stem);
        let page = page(letter);
        let mut files = vec![(format!("{}.html", letter.file_stem), page.as_bytes())];
        files.extend(letter.files_beside());
        files.push((name.clone(), mime));
        for (index, (name, bytes)) in files.iter().enumerate() {
            if let Err(why) = self.create(name, bytes) {
                let written = files[..index].iter().map(|(name, _)| self.path.join(name));
                return written.map(std::fs::remove_file).collect::<Result<(), _>>().and(Err(why));
            }
        }
        Ok(name)
    }

    /// A job that is killed while it writes leaves only a file that ends in `.part`.
    fn create(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let part = self.path.join(format!(".{name}.part"));
        std::fs::write(&part, bytes)?;
        // Unlike a renaming, a link never replaces a file that is there.
        let linked = std::fs::hard_link(&part, self.path.join(name));
        std::fs::remove_file(&part).and(linked)
    }
}

/// The HTML with its pictures inside, since a browser knows no `cid:`.
fn page(letter: &Letter) -> String {
    letter.pictures.iter().fold(letter.html.clone(), |html, picture| {
        let data = format!("data:image/png;base64,{}", STANDARD.encode(&picture.png));
        html.replace(&format!("cid:{}", picture.cid), &data)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::mime::tests::letter;

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Folder::open(folder.path().join("mails")).unwrap();
        let mut letter = letter("a@example.com");
        let name = "改进/计划.xlsx".to_owned();
        let mime = crate::deliver::XLSX;
        letter.attachments = vec![crate::deliver::Attachment { name, mime, bytes: vec![1, 2] }];
        assert_eq!(folder.put(&letter, b"mail").unwrap(), "001-E001.eml");
        assert!(folder.put(&letter, b"again").is_err());
        let beside = folder.path().join("001-E001-改进_计划.xlsx");
        assert_eq!(std::fs::read(beside).unwrap(), [1, 2]);
        assert_eq!(std::fs::read(folder.path().join("001-E001.eml")).unwrap(), b"mail");
    }

    #[test]
    fn a_mail_that_is_refused_leaves_no_page_behind() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path().to_owned()).unwrap();
        std::fs::write(place.path().join("001-E001.eml"), b"mail").unwrap();
        assert!(folder.put(&letter("a@example.com"), b"again").is_err());
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn pictures_are_inside_the_page() {
        assert!(page(&letter("a@example.com")).contains("data:image/png;base64,iVBORw=="));
    }
}
