//! The inputs of a run: those that it kept, or what lies in their place now, with which of them are
//! not what it read any more.

use std::collections::BTreeMap;

use crate::app::gather::{Gathered, gather};
use crate::app::{AppError, Surroundings, write};
use crate::ledger::{Ledger, LedgerError, Manifest};
use crate::model::Period;
use crate::report::explanation::{ChangedFile, FileChange};
use crate::settings::Project;

/// What a run is made from.
pub struct Inputs {
    pub gathered: Gathered,
    /// Files of data and config that are not as the run read them.
    pub changed: Vec<ChangedFile>,
}

/// The inputs of a run, from where `around` has them: of a run that is recalled these are what it
/// kept, else what lies in the data's place now. Held against what the run recorded.
///
/// # Errors
/// As a run's.
pub async fn of_run(
    project: &Project,
    run: Period,
    recorded: Option<&Manifest>,
    around: &Surroundings<'_>,
) -> Result<Inputs, AppError> {
    let gathered = gather(project, run, around).await?;
    let changed = recorded.map_or_else(Vec::new, |recorded| {
        let frames = Some(&gathered.frames);
        let now = write::manifest(project, frames, run, 0, recorded.as_of, around);
        changes(recorded, &now)
    });
    Ok(Inputs { gathered, changed })
}

/// The files that two runs did not read alike, by path.
pub fn changes(before: &Manifest, after: &Manifest) -> Vec<ChangedFile> {
    let (old, new) = (files(before), files(after));
    let mut changed: Vec<ChangedFile> = old
        .iter()
        .filter_map(|(path, hash)| {
            let change = match new.get(path) {
                Some(now) if now == hash => return None,
                Some(_) => FileChange::Changed,
                None => FileChange::Gone,
            };
            Some(ChangedFile { path: (*path).to_owned(), change })
        })
        .collect();
    let added = new.keys().filter(|path| !old.contains_key(*path));
    changed.extend(
        added.map(|path| ChangedFile { path: (*path).to_owned(), change: FileChange::New }),
    );
    changed.sort();
    changed
}

/// The files of a run whose kept contents are gone, or are not what was kept.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn lost(ledger: &Ledger, of: &Manifest) -> Result<Vec<String>, LedgerError> {
    let config = of.config.iter().chain(&of.reports).map(|file| (&file.path, &file.sha256));
    let inputs = of.inputs.iter().map(|input| (&input.path, &input.sha256));
    let mut lost = Vec::new();
    for (path, hash) in config.chain(inputs) {
        match ledger.kept(hash).await {
            Ok(Some(_)) => {}
            Ok(None) | Err(LedgerError::Past { .. }) => lost.push(path.clone()),
            Err(why) => return Err(why),
        }
    }
    Ok(lost)
}

fn files(of: &Manifest) -> BTreeMap<&str, &str> {
    let config = of.config.iter().map(|file| (file.path.as_str(), file.sha256.as_str()));
    let inputs = of.inputs.iter().map(|input| (input.path.as_str(), input.sha256.as_str()));
    config.chain(inputs).collect()
}
