//! The project's own phrases.

use std::io::ErrorKind;
use std::path::Path;

use super::AppError;
use crate::model::{Diagnostic, Language, Place};
use crate::report::WordBook;

/// The built-in phrases with those below `reports/words` of the project in their place.
///
/// # Errors
/// Usage: a file that cannot be read, and every phrase that is not known.
pub fn read_words(dir: &Path) -> Result<WordBook, AppError> {
    let mut own = Vec::new();
    for language in [Language::Zh, Language::En] {
        let path = format!("reports/words/{}.toml", language.code());
        match std::fs::read_to_string(dir.join(&path)) {
            Ok(text) => own.push((language, path, text)),
            Err(why) if why.kind() == ErrorKind::NotFound => {}
            Err(why) => {
                let what = format!("the words cannot be read: {why}");
                let found = Diagnostic::error(Place::file(path), what, "save the file as UTF-8");
                return Err(AppError::Usage(found.into()));
            }
        }
    }
    WordBook::with(&own).map_err(AppError::Usage)
}
