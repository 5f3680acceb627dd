//! A past run's inputs: kept in the ledger as it runs, and read back to compute it again.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tempfile::TempDir;

use super::plan::Prepared;
use super::wording::read_reports;
use super::{AppError, Surroundings, due};
use crate::data::Frames;
use crate::data::load::LoadRequest;
use crate::data::source::read_again;
use crate::ledger::shared::Shared;
use crate::ledger::{HashedFile, Ledger, Manifest, Run, Stored, sha256};
use crate::model::{Diagnostic, Place};
use crate::render::Font;
use crate::settings::Project;
use crate::store::{Kept, KeptFile};

/// Everything that a past run was made from.
pub struct Recorded {
    pub manifest: Manifest,
    pub prepared: Prepared,
    kept: Kept,
    env: Vec<(String, String)>,
    began: DateTime<Utc>,
}

impl Recorded {
    /// The world as it was for the run.
    pub fn surroundings<'a>(&'a self, around: &Surroundings<'a>) -> Surroundings<'a> {
        Surroundings { env: &self.env, now: self.began, kept: Some(&self.kept), ..*around }
    }
}

/// The files below `reports` of a project, by their path below the project.
///
/// # Errors
/// A folder that cannot be read.
pub fn report_files(dir: &Path) -> Result<Vec<(String, Bytes)>, AppError> {
    let mut files = Vec::new();
    collect(dir, "reports", &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(dir: &Path, below: &str, files: &mut Vec<(String, Bytes)>) -> Result<(), AppError> {
    let path = dir.join(below);
    let refuse = |why: std::io::Error| {
        let what = format!("it cannot be read: {why}");
        AppError::Failed(Diagnostic::error(Place::file(below), what, "check its rights"))
    };
    let entries = match std::fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(()),
        Err(why) => return Err(refuse(why)),
    };
    for entry in entries {
        let entry = entry.map_err(refuse)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let below = format!("{below}/{name}");
        match entry.file_type().map_err(refuse)?.is_dir() {
            true => collect(dir, &below, files)?,
            false => files.push((below, std::fs::read(entry.path()).map_err(refuse)?.into())),
        }
    }
    Ok(())
}

/// The names and hashes of some files.
pub fn hashed(files: &[(String, Bytes)]) -> Vec<HashedFile> {
    let hash =
        |(path, bytes): &(String, Bytes)| HashedFile { path: path.clone(), sha256: sha256(bytes) };
    files.iter().map(hash).collect()
}

/// Keeps the files that a run read, each content once. What the ledger has is not read again.
///
/// # Errors
/// A ledger that refuses, and a file that was changed since the run read it.
pub async fn keep(
    prepared: &Prepared,
    frames: &Frames,
    reports: &[(String, Bytes)],
    around: &Surroundings<'_>,
) -> Result<(), AppError> {
    let (project, ledger) = (&prepared.project, &prepared.ledger);
    for (_, text) in &project.files {
        ledger.keep(text.clone()).await?;
    }
    for (_, bytes) in reports {
        ledger.keep(bytes.clone()).await?;
    }
    let request = LoadRequest {
        extracts: &project.extracts,
        root: &project.data,
        base: &project.dir,
        through: prepared.period.last_month(project.fiscal),
        late_allowed: true,
        env: around.env,
        kept: around.kept,
    };
    for extract in &project.extracts {
        let inputs = frames.get(&extract.id).into_iter().flat_map(|frame| &frame.inputs);
        for input in inputs {
            if ledger.keeps(&input.sha256).await? {
                continue;
            }
            let content = read_again(extract, &request, &input.path).await;
            let content = content.map_err(AppError::Failed)?;
            let bytes = content.bytes.filter(|_| content.sha256 == input.sha256);
            let Some(bytes) = bytes else {
                let what = "the file was changed while the run read it";
                let help = "run again when nobody writes to it";
                let found = Diagnostic::error(Place::file(&input.path), what, help);
                return Err(AppError::Failed(found));
            };
            ledger.keep(bytes).await?;
        }
    }
    Ok(())
}

/// Reads back what a run was made from. `home` is the folder of the project as it is now: secrets
/// are looked up there, since no ledger holds any.
///
/// # Errors
/// A run whose inputs were not kept, or were changed since.
pub async fn recall(
    ledger: &Ledger,
    run: &Run,
    home: &Path,
    around: &Surroundings<'_>,
) -> Result<Recorded, AppError> {
    let manifest: Option<Manifest> = run.read_json(&Stored::Manifest).await?;
    let refuse = |what: &str, help: &str| {
        AppError::Failed(Diagnostic::error(Place::file(run.shown()), what, help))
    };
    let Some(manifest) = manifest else {
        let what = "the run was cut off before it wrote what it was made from";
        return Err(refuse(what, "name another version; `attain runs` lists them"));
    };
    if !manifest.inputs_kept {
        let what = "the run's inputs were not kept, so it cannot be computed again";
        return Err(refuse(what, "runs keep them where [ledger] says keep_inputs = true"));
    }
    let folder = restore(ledger, &manifest, run).await?;
    let env = variables(around, &manifest);
    let project = Project::load_at(folder.path(), home, &env).map_err(AppError::Usage)?;
    let (words, templates) = read_reports(folder.path())?;
    let font =
        Font::load(around.variable("ATTAIN_FONT").map(Path::new)).map_err(AppError::Failed)?;
    let file = |sha256: &str, size| {
        let path = Shared::Input(sha256.to_owned()).to_string();
        KeptFile { path, size, sha256: sha256.to_owned() }
    };
    let files: BTreeMap<String, KeptFile> = manifest
        .inputs
        .iter()
        .map(|input| (input.path.clone(), file(&input.sha256, input.size)))
        .collect();
    let began = manifest.started;
    let dated = manifest.mails_dated;
    let prepared = Prepared {
        dated: dated.unwrap_or_else(|| due::mail_time(&project, Some(manifest.as_of), around)),
        today: manifest.as_of,
        period: run.period,
        ledger: ledger.as_it_was(began),
        project,
        templates,
        words,
        font,
    };
    Ok(Recorded { kept: Kept::new(ledger.place().clone(), files), prepared, env, began, manifest })
}

/// The config and the reports of a run, in a folder of their own.
async fn restore(ledger: &Ledger, manifest: &Manifest, run: &Run) -> Result<TempDir, AppError> {
    let failed = |why: std::io::Error| AppError::write(&std::env::temp_dir(), &why);
    let folder = tempfile::tempdir().map_err(failed)?;
    for file in manifest.config.iter().chain(&manifest.reports) {
        let path = folder.path().join(&file.path);
        let inside = Path::new(&file.path).components();
        let text = match inside.clone().all(|step| matches!(step, std::path::Component::Normal(_)))
        {
            true => ledger.kept(&file.sha256).await?,
            false => None,
        };
        let Some(text) = text else {
            let what = format!("the content of {} is not in the ledger any more", file.path);
            let help = "restore the folder inputs of the ledger from a backup";
            return Err(AppError::Failed(Diagnostic::error(Place::file(run.shown()), what, help)));
        };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        std::fs::write(&path, text).map_err(failed)?;
    }
    Ok(folder)
}

/// The variables of now, but for those that stood for values of the config.
fn variables(around: &Surroundings<'_>, manifest: &Manifest) -> Vec<(String, String)> {
    let others = around.env.iter().filter(|(name, _)| !name.starts_with("ATTAIN__")).cloned();
    others.chain(manifest.variables.clone()).collect()
}

/// The variables that count in place of what the config says.
pub fn overriding(around: &Surroundings<'_>) -> BTreeMap<String, String> {
    around.env.iter().filter(|(name, _)| name.starts_with("ATTAIN__")).cloned().collect()
}
