//! `attain lock`: a period is paid; from now on its figures are adjusted, and never edited.

use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use super::earlier::{earlier_runs, last_delivered};
use super::runs::open_ledger;
use super::{AppError, Surroundings, load_project};
use crate::ledger::{Ledger, LedgerError, Lock};
use crate::model::{Diagnostic, FiscalYear, Grain, Period, Place};
use crate::settings::Project;

/// A period and its lock.
#[derive(Clone, Debug, Serialize)]
pub struct Locked {
    pub period: String,
    pub by: String,
    pub at: String,
}

/// Locks a month, once and for all.
///
/// # Errors
/// Usage: no month, one of which nothing was delivered or that is locked, or nobody who locks it.
pub async fn lock(
    dir: &Path,
    period: Period,
    by: &str,
    around: &Surroundings<'_>,
) -> Result<Locked, AppError> {
    let refuse = |what: String, help: &str| {
        let found = Diagnostic::error(Place::file("PERIOD"), what, help);
        AppError::Usage(found.value(period.to_string()).into())
    };
    if !matches!(period.grain(), Grain::Month | Grain::Quarter) {
        return Err(refuse("what is paid is a month or a quarter".into(), "write 2026-10"));
    }
    if by.trim().is_empty() {
        return Err(refuse("a lock says who set it".into(), "give --by NAME"));
    }
    let ledger = open_ledger(dir, around)?;
    let fiscal = load_project(dir, around)?.fiscal;
    if !was_delivered(&ledger, period, fiscal).await? {
        let what = "nothing of it was delivered, so nobody can have been paid by it";
        return Err(refuse(what.into(), "`attain runs` lists what was delivered; a lock stays"));
    }
    let lock = Lock { by: by.trim().to_owned(), at: (around.clock)() };
    match ledger.lock(period, &lock).await {
        Ok(()) => Ok(Locked { period: period.to_string(), by: lock.by, at: lock.at.to_rfc3339() }),
        Err(LedgerError::Exists { .. }) => {
            let set = ledger.locked(period).await?;
            let who = set.map_or_else(String::new, |set| {
                format!(" by {} on {}", set.by, set.at.date_naive())
            });
            Err(refuse(
                format!("it is locked already{who}"),
                "a lock stays; there is nothing to do",
            ))
        }
        Err(why) => Err(why.into()),
    }
}

/// Whether figures to pay by were delivered: of a quarter with its last month, or with its pack.
async fn was_delivered(
    ledger: &Ledger,
    period: Period,
    fiscal: FiscalYear,
) -> Result<bool, LedgerError> {
    for told in [period, period.last_month(fiscal)] {
        if last_delivered(&earlier_runs(ledger, told).await?).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a period is paid: somebody locked it, or the day that the config names has come.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn is_locked(
    project: &Project,
    ledger: &Ledger,
    period: Period,
    today: NaiveDate,
) -> Result<bool, LedgerError> {
    let by_day = project.payroll.locked_from(period, project.fiscal);
    Ok(by_day.is_some_and(|day| day <= today) || ledger.locked(period).await?.is_some())
}
