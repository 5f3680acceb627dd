//! `attain init`: a whole project to begin with, its sample data included.

use std::path::{Path, PathBuf};

use super::{AppError, Progress, Station, default_project};
use crate::model::{Diagnostic, Diagnostics, Place};
use crate::render::folder;
use crate::sample::{self, Size};

/// Lays out config, templates and sample data below `dir`.
///
/// # Errors
/// A folder that holds something already, and a disk that refuses.
pub fn init(dir: &Path, progress: &dyn Progress) -> Result<(), AppError> {
    if std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        let place = Place::file(dir.display().to_string());
        let what = "the folder is not empty, and nothing in it is overwritten";
        let found = Diagnostic::error(place, what, "name a new or an empty folder");
        return Err(AppError::Usage(Diagnostics::from(found)));
    }
    lay_out(dir)?;
    generate(&dir.join("data"), &Size::default(), progress)
}

/// Writes the config, and the templates with a record of what they are copies of.
pub fn lay_out(dir: &Path) -> Result<(), AppError> {
    let owned = |(path, text): (&str, &str)| (PathBuf::from(path), text.to_owned());
    let config = default_project::FILES.iter().copied().map(owned);
    let reports = crate::render::template_files()
        .chain([folder::GUIDE])
        .map(owned)
        .chain(crate::report::word_files().map(|(path, text)| (path.into(), text)))
        .chain([(folder::RECORD.into(), folder::record())])
        .map(|(path, text)| (Path::new("reports").join(path), text));
    for (path, text) in config.chain(reports) {
        let path = dir.join(path);
        let folder = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(folder).map_err(|why| AppError::write(folder, &why))?;
        std::fs::write(&path, text).map_err(|why| AppError::write(&path, &why))?;
    }
    Ok(())
}

/// Generates the sample company's extracts.
pub fn generate(dir: &Path, size: &Size, progress: &dyn Progress) -> Result<(), AppError> {
    progress.begin(Station::Generate, None);
    let summary = sample::generate(dir, size).map_err(|why| {
        AppError::Failed(Diagnostic::error(
            Place::file(dir.display().to_string()),
            why.to_string(),
            "check that the folder may be written to and has room",
        ))
    })?;
    let sample::Summary { people, orders, order_lines, payments, targets, .. } = summary;
    let words = format!(
        "{people} people, {orders} orders of {order_lines} lines, {payments} payments, {targets} targets"
    );
    progress.end(Station::Generate, &words);
    Ok(())
}
