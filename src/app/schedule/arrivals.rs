//! Whether the extracts of a period are complete, and who has to mend what they lack.

use std::collections::BTreeMap;

use super::event::Lack;
use crate::app::check::check;
use crate::app::{AppError, Surroundings};
use crate::data::load::LoadRequest;
use crate::data::source::find_files;
use crate::model::{Diagnostic, ExtractId, Period, Severity};
use crate::report::Shortfall;
use crate::settings::{ExtractSettings, Project};

/// The extract of each file that was found, by the path that a person is shown.
pub type FilesByExtract = BTreeMap<String, ExtractId>;

/// All that an unattended run of a period would be held by; nothing where it would not be. A look
/// first asks for the files, and reads them only where none is missing.
///
/// # Errors
/// A config that cannot be used, and what is outside and broke.
pub async fn look(
    project: &Project,
    period: Period,
    around: &Surroundings<'_>,
) -> Result<Vec<Lack>, AppError> {
    let (late, files) = late_extracts(project, period, around).await;
    if !late.is_empty() {
        return Ok(late);
    }
    let found: Vec<Diagnostic> = match check(&project.dir, Some(period), None, around).await {
        Ok(checked) if checked.holds => checked.found,
        Ok(_) => Vec::new(),
        Err(AppError::Held(found)) => found.into_iter().collect(),
        Err(why) => return Err(why),
    };
    let holding = found.into_iter().filter(|found| found.severity == Severity::Error);
    Ok(holding.map(|found| lack_of(project, &files, found)).collect())
}

/// The extracts without a file for the last month, and the files of the others.
pub async fn late_extracts(
    project: &Project,
    period: Period,
    around: &Surroundings<'_>,
) -> (Vec<Lack>, FilesByExtract) {
    let through = period.last_month(project.fiscal);
    let request = LoadRequest {
        extracts: &project.extracts,
        root: &project.data,
        base: &project.dir,
        through,
        late_allowed: false,
        env: around.env,
        kept: around.kept,
    };
    let (mut late, mut files) = (Vec::new(), FilesByExtract::new());
    for extract in &project.extracts {
        match find_files(extract, &request).await {
            Ok(there) => {
                let shown = there.found.into_iter().map(|file| (file.shown, extract.id.clone()));
                files.extend(shown);
            }
            Err(found) => late.push(late_lack(extract, through, found)),
        }
    }
    (late, files)
}

/// Says the file of the month where that alone is missing.
fn late_lack(extract: &ExtractSettings, through: Period, mut found: Diagnostic) -> Lack {
    let missing = found.what.ends_with(&format!(" for {through}"));
    if missing {
        found.place.file = found.place.file.replace("{period}", &through.to_string());
    }
    Lack { missing, ..lack(extract, found) }
}

/// What was found, with the extract that it is a matter of.
pub fn lack_of(project: &Project, files: &FilesByExtract, found: Diagnostic) -> Lack {
    let of_file = files.get(&found.place.file);
    let extract = project
        .extracts
        .iter()
        .find(|extract| Some(&extract.id) == of_file || extract.file == found.place.file);
    match extract {
        Some(extract) => lack(extract, found),
        None => Lack::of_nobody(found),
    }
}

fn lack(extract: &ExtractSettings, found: Diagnostic) -> Lack {
    Lack {
        extract: Some(extract.id.clone()),
        responsible: extract.responsible.clone(),
        missing: found.what == "the file is not there",
        found,
    }
}

/// A lack as the mails tell it.
pub fn shortfall(lack: &Lack) -> Shortfall {
    let found = &lack.found;
    let value = found.value.as_ref().map_or_else(String::new, |value| format!(": “{value}”"));
    Shortfall {
        extract: lack.extract.as_ref().map_or_else(String::new, ToString::to_string),
        responsible: lack.responsible.clone().unwrap_or_else(String::new),
        missing: lack.missing,
        place: found.place.clone(),
        what: format!("{}{value}", found.what),
        help: found.help.clone(),
    }
}
