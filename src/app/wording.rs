//! What of the reports is the project's own: phrases and templates.

use std::io::ErrorKind;
use std::path::Path;

use super::AppError;
use crate::model::{Diagnostic, Diagnostics, Language, Place};
use crate::render::Templates;
use crate::report::WordBook;

/// The phrases and the templates of a project.
///
/// # Errors
/// Usage: all that is wrong with either.
pub fn read_reports(dir: &Path) -> Result<(WordBook, Templates), AppError> {
    match (words(dir), Templates::load(Some(&dir.join("reports")))) {
        (Ok(words), Ok(templates)) => Ok((words, templates)),
        (words, templates) => {
            let found = [words.err(), templates.err()].into_iter().flatten();
            let mut all = Diagnostics::default();
            found.for_each(|some| all.extend(some.iter().cloned()));
            Err(AppError::Usage(all))
        }
    }
}

/// The built-in phrases with those below `reports/words` of the project in their place.
///
/// # Errors
/// Usage: a file that cannot be read, and every phrase that is not known.
pub fn read_words(dir: &Path) -> Result<WordBook, AppError> {
    words(dir).map_err(AppError::Usage)
}

fn words(dir: &Path) -> Result<WordBook, Diagnostics> {
    let mut own = Vec::new();
    for language in [Language::Zh, Language::En] {
        let path = format!("reports/words/{}.toml", language.code());
        match std::fs::read_to_string(dir.join(&path)) {
            Ok(text) => own.push((language, path, text)),
            Err(why) if why.kind() == ErrorKind::NotFound => {}
            Err(why) => {
                let what = format!("the words cannot be read: {why}");
                let found = Diagnostic::error(Place::file(path), what, "save the file as UTF-8");
                return Err(found.into());
            }
        }
    }
    WordBook::with(&own)
}
