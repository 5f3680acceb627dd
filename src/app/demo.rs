//! `attain demo`: the whole job on the generated company, the mails in a folder.

use std::path::Path;

use chrono::NaiveDate;

use super::outcome::RunOutcome;
use super::run::{RunOptions, run};
use super::{AppError, Surroundings, init};
use crate::model::{Diagnostic, Diagnostics, Period, Place};
use crate::sample::{Size, check_size};

/// Marks a folder as a demo's, which the next demo may replace.
const MARK: &str = ".attain-demo";

/// Generates the company in `dir` and, unless only the data are wanted, runs its month.
///
/// # Errors
/// A folder that holds anything but an earlier demo, and all that can hold a run.
pub async fn demo(
    dir: &Path,
    size: &Size,
    data_only: bool,
    around: &Surroundings<'_>,
) -> Result<Option<RunOutcome>, AppError> {
    if let Err(why) = check_size(size) {
        let help = "name a size inside these bounds";
        let found = Diagnostic::error(Place::file("demo"), why.to_string(), help);
        return Err(AppError::Usage(found.into()));
    }
    clear_earlier(dir)?;
    init::lay_out(dir)?;
    let mark = dir.join(MARK);
    std::fs::write(&mark, "An attain demo; the next one replaces this folder.\n")
        .map_err(|why| AppError::write(&mark, &why))?;
    init::generate(&dir.join("data"), size, around.progress)?;
    if data_only {
        return Ok(None);
    }
    let options = RunOptions {
        dir: dir.to_owned(),
        period: Some(Period::Month { year: 2026, month: 10 }),
        as_of: NaiveDate::from_ymd_opt(2026, 11, 3),
        ..RunOptions::default()
    };
    run(&options, around).await.map(Some)
}

fn clear_earlier(dir: &Path) -> Result<(), AppError> {
    let holds_something = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if !holds_something {
        return Ok(());
    }
    if !dir.join(MARK).exists() {
        let place = Place::file(dir.display().to_string());
        let what = "the folder holds something that is no demo, and is left alone";
        let found = Diagnostic::error(place, what, "name a new or an empty folder");
        return Err(AppError::Usage(Diagnostics::from(found)));
    }
    std::fs::remove_dir_all(dir).map_err(|why| AppError::write(dir, &why))
}
