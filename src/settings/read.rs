//! Config files, read into their raw tables.

use std::collections::{BTreeSet, HashMap};
use std::io::ErrorKind;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::ExtractSettings;
use super::problem::line_of;
use crate::model::{Diagnostic, Diagnostics, ExtractId, Place};

/// Each file read, by its path below the project, with its text.
type Files = Vec<(String, String)>;

/// The ids of all extracts, those of files that cannot be used among them, so that nobody is told
/// that they are missing; and the settings of the others. None where there is no folder with them.
pub(super) fn read_extracts(
    dir: &Path,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<(BTreeSet<ExtractId>, Vec<ExtractSettings>)> {
    let mut names: Vec<String> = match std::fs::read_dir(dir.join("extracts")) {
        Ok(entries) => entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".toml"))
            .collect(),
        Err(why) => {
            let what = match why.kind() {
                ErrorKind::NotFound => "the folder is not there".to_owned(),
                _ => format!("the folder cannot be read: {why}"),
            };
            found.push(Diagnostic::error(Place::file("extracts"), what, belongs(dir)));
            return None;
        }
    };
    names.sort();
    let mut ids = BTreeSet::new();
    let mut extracts = Vec::new();
    for name in names {
        let id = ExtractId::from(name.trim_end_matches(".toml"));
        ids.insert(id.clone());
        let file = format!("extracts/{name}");
        if let Some(extract) = read_file::<ExtractSettings>(dir, &file, &[], files, found) {
            let text = files.last().map_or_else(String::new, |(_, text)| text.clone());
            extracts.push(ExtractSettings { id, file, text, ..extract });
        }
    }
    Some((ids, extracts))
}

/// The table of a file that a project may do without: that of an empty one where it is not there.
pub(super) fn read_if_there<T: DeserializeOwned + Default>(
    dir: &Path,
    file: &str,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<T> {
    match dir.join(file).try_exists() {
        Ok(false) => Some(T::default()),
        _ => read_file(dir, file, &[], files, found),
    }
}

/// A file's table. Where `env` has variables for it, they count in place of what is written.
pub(super) fn read_file<T: DeserializeOwned>(
    dir: &Path,
    file: &str,
    env: &[(String, String)],
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<T> {
    let text = match std::fs::read_to_string(dir.join(file)) {
        Ok(text) => text,
        Err(why) => {
            let (what, help) = match why.kind() {
                ErrorKind::NotFound => ("the file is not there".to_owned(), belongs(dir)),
                ErrorKind::InvalidData => {
                    ("the file is not UTF-8".to_owned(), "save it as UTF-8".to_owned())
                }
                _ => (format!("the file cannot be read: {why}"), "check its rights".to_owned()),
            };
            found.push(Diagnostic::error(Place::file(file), what, help));
            return None;
        }
    };
    let parsed = match with_variables(&text, env) {
        None => toml::from_str::<T>(&text).map_err(|why| in_file(&text, &why)),
        Some(read) => read.map_err(|why| match toml::from_str::<T>(&text) {
            Err(why) => in_file(&text, &why),
            Ok(_) => (None, format!("{why} (variables ATTAIN__… count too)")),
        }),
    };
    files.push((file.to_owned(), text));
    match parsed {
        Ok(value) => Some(value),
        Err((line, what)) => {
            let help = "the keys are described in docs/config.md and in the comments of the default project";
            found.push(Diagnostic::error(Place::file(file).line(line), what, help));
            None
        }
    }
}

fn belongs(dir: &Path) -> String {
    if dir.as_os_str().is_empty() {
        return "name a file that is there".to_owned();
    }
    format!("it belongs into {}; `attain init DIR` lays out a whole project", dir.display())
}

fn in_file(text: &str, why: &toml::de::Error) -> (Option<usize>, String) {
    let line = why.span().map(|span| line_of(text, span.start));
    (line, why.message().lines().collect::<Vec<_>>().join("; "))
}

/// The table with the variables in place; none where there are no variables.
fn with_variables<T: DeserializeOwned>(
    text: &str,
    env: &[(String, String)],
) -> Option<Result<T, config::ConfigError>> {
    let variables: HashMap<String, String> =
        env.iter().filter(|(name, _)| name.starts_with("ATTAIN__")).cloned().collect();
    if variables.is_empty() {
        return None;
    }
    let environment = config::Environment::with_prefix("ATTAIN")
        .prefix_separator("__")
        .separator("__")
        .try_parsing(true)
        .source(Some(variables));
    let read = config::Config::builder()
        .add_source(config::File::from_str(text, config::FileFormat::Toml))
        .add_source(environment)
        .build()
        .and_then(config::Config::try_deserialize);
    Some(read)
}
