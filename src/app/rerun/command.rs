//! `attain rerun`: the correction planned, told, and delivered to those whom it concerns.

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Serialize;

use super::touched::{Touched, touched};
use super::{Corrections, month_after};
use crate::app::dry_run::{dry_run, write};
use crate::app::earlier::{
    awaiting_approval, earlier_runs, is_provisional, last_that_mailed, refuse_after,
    refuse_unapproved,
};
use crate::app::lock::is_locked;
use crate::app::outcome::RunOutcome;
use crate::app::plan::{Prepared, Weighed, compose, prepare, weigh};
use crate::app::run::{RunOptions, run_weighed};
use crate::app::{AppError, Surroundings};
use crate::calc::correction::{Adjustment, RowCounts};
use crate::ledger::results::Restated;
use crate::ledger::{CorrectionRecord, RunState};
use crate::model::{Diagnostic, Exact, Language, Org, Period, Place};

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct RerunOptions {
    /// The folder of the project.
    pub dir: PathBuf,
    pub period: Period,
    /// Why; a locked period asks for it.
    pub reason: Option<String>,
    /// Whether the later periods that show the corrected one are corrected, too.
    pub cascade: bool,
    pub dry_run: bool,
    pub as_of: Option<NaiveDate>,
}

/// What a correction came to.
#[derive(Clone, Debug, Serialize)]
pub struct Rerun {
    pub period: String,
    /// The version that it made, or would make; none where nothing differs.
    pub version: Option<u32>,
    pub reason: String,
    pub locked: bool,
    pub paid_with: String,
    pub rows: Vec<RowCounts>,
    pub differences: Vec<Difference>,
    pub adjustments: Vec<Line>,
    /// The later periods that show this one.
    pub later: Vec<Touched>,
    /// How the mails went; none where there were none to send.
    pub outcome: Option<RunOutcome>,
}

/// A figure that is another now.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    pub period: String,
    pub grain: &'static str,
    pub unit_id: String,
    pub name: String,
    pub figure: &'static str,
    pub metric: Option<String>,
    /// The version that its reader was last sent.
    pub base_version: u32,
    pub old: Option<Exact>,
    pub new: Option<Exact>,
    pub difference: Option<Exact>,
    /// By cause; they add up to the difference.
    pub parts: Vec<(&'static str, Exact)>,
    pub causes: Vec<&'static str>,
}

/// Somebody who is paid otherwise.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub period: String,
    pub unit_id: String,
    pub name: String,
    pub old_coefficient: Option<Exact>,
    pub new_coefficient: Option<Exact>,
    pub old_amount: Option<Exact>,
    pub new_amount: Option<Exact>,
    pub difference: Exact,
}

/// Corrects a period, and with `cascade` the later ones that show it, from early to late.
///
/// # Errors
/// Usage where the period was never delivered, or is locked and no reason is given; else as a run.
pub async fn rerun(
    options: &RerunOptions,
    around: &Surroundings<'_>,
) -> Result<Vec<Rerun>, AppError> {
    let first = correct(options, options.period, around).await?;
    let later: Vec<Period> = match options.cascade {
        true => first.later.iter().filter_map(|touched| touched.period.parse().ok()).collect(),
        false => Vec::new(),
    };
    let mut done = vec![first];
    for period in later {
        done.push(correct(options, period, around).await?);
    }
    Ok(done)
}

async fn correct(
    options: &RerunOptions,
    period: Period,
    around: &Surroundings<'_>,
) -> Result<Rerun, AppError> {
    let asked = RunOptions {
        dir: options.dir.clone(),
        period: Some(period),
        dry_run: options.dry_run,
        as_of: options.as_of,
        ..RunOptions::default()
    };
    let prepared = prepare(&asked, around)?;
    let version = next_version(&prepared).await?;
    let record = record(options, &prepared).await?;
    // Like a run that mails once more, but only to those whom it concerns.
    let nothing = Rerun {
        period: period.to_string(),
        version: None,
        reason: record.reason.clone(),
        locked: record.locked,
        paid_with: record.paid_with.clone(),
        rows: Vec::new(),
        differences: Vec::new(),
        adjustments: Vec::new(),
        later: Vec::new(),
        outcome: None,
    };
    let asked = RunOptions { again: true, correction: Some(record), ..asked };
    let weighed = match weigh(&asked, &prepared, version, None, around).await {
        Ok(weighed) if !weighed.is_held(&asked) => weighed,
        // As a run, it tells whoever is responsible for the data, and ends as held.
        Ok(_) | Err(AppError::Held(_)) => {
            let outcome = match asked.dry_run {
                true => dry_run(&asked, &prepared, version, around).await?,
                false => run_weighed(&asked, &prepared, None, around).await?,
            };
            return Ok(Rerun { version: Some(outcome.version), outcome: Some(outcome), ..nothing });
        }
        Err(why) => return Err(why),
    };
    let later = touched(&prepared.project, &prepared.ledger, period).await?;
    let later = later.into_iter().map(|(_, touched)| touched).collect();
    let told = tell(&weighed, &prepared, Rerun { later, ..nothing });
    if weighed.corrections.as_ref().is_none_or(Corrections::is_empty) {
        return Ok(told);
    }
    let outcome = match asked.dry_run {
        true => {
            let plan = compose(&asked, &prepared, weighed, None, around).await?;
            write(&prepared, &plan, version, around).await?
        }
        false => run_weighed(&asked, &prepared, Some(weighed), around).await?,
    };
    Ok(Rerun { version: Some(outcome.version), outcome: Some(outcome), ..told })
}

/// The version that a correction would be.
async fn next_version(prepared: &Prepared) -> Result<u32, AppError> {
    let period = prepared.period;
    let runs = earlier_runs(&prepared.ledger, period).await?;
    if let Some(run) = awaiting_approval(&runs) {
        return Err(AppError::Held(refuse_unapproved(run).into()));
    }
    match last_that_mailed(&runs) {
        None => {
            let what = "the period was never delivered, so there is nothing to correct";
            let help = format!("`attain run {period}` delivers it");
            let found = Diagnostic::error(Place::file("PERIOD"), what, help);
            Err(AppError::Usage(found.value(period.to_string()).into()))
        }
        Some(run) if run.state == RunState::Delivering => {
            Err(AppError::Held(refuse_after(run).into()))
        }
        Some(run) if is_provisional(run) => {
            let what =
                format!("v{} was sent as provisional, and the final one is due", run.version);
            let help = format!("`attain run {period}` sends it, and tells what changed");
            let found = Diagnostic::error(Place::file("PERIOD"), what, help);
            Err(AppError::Usage(found.value(period.to_string()).into()))
        }
        Some(_) => Ok(runs.last().map_or(0, |run| run.version) + 1),
    }
}

/// Why, and when a difference is paid: with the period itself, or, where that is locked, with the
/// first month after it that is not.
async fn record(options: &RerunOptions, prepared: &Prepared) -> Result<CorrectionRecord, AppError> {
    let (period, fiscal) = (prepared.period, prepared.project.fiscal);
    let locked = is_locked(&prepared.project, &prepared.ledger, period, prepared.today).await?;
    let reason = options.reason.as_deref().unwrap_or_default().trim().to_owned();
    if locked && reason.is_empty() {
        let what = "the period is locked, and its correction needs a reason";
        let help = "give --reason TEXT: it stands in the mails and in the register of adjustments";
        let found = Diagnostic::error(Place::file("PERIOD"), what, help);
        return Err(AppError::Usage(found.value(period.to_string()).into()));
    }
    let mut month = period.last_month(fiscal);
    let open = async |month| {
        is_locked(&prepared.project, &prepared.ledger, month, prepared.today).await.map(|is| !is)
    };
    if locked {
        month = month_after(month, fiscal);
        while !open(month).await? {
            month = month_after(month, fiscal);
        }
    }
    Ok(CorrectionRecord { reason, locked, paid_with: month.to_string() })
}

fn tell(weighed: &Weighed, prepared: &Prepared, told: Rerun) -> Rerun {
    let org = &weighed.gathered.org;
    let language = prepared.project.language;
    let Some(corrections) = &weighed.corrections else { return told };
    let rows = corrections.restated(org);
    let line = |line: &Adjustment| Line {
        period: line.period.to_string(),
        unit_id: line.unit.to_string(),
        name: org.name(&line.unit, language),
        old_coefficient: line.old.coefficient.clone(),
        new_coefficient: line.new.coefficient.clone(),
        old_amount: line.old.amount.clone(),
        new_amount: line.new.amount.clone(),
        difference: line.difference(),
    };
    Rerun {
        rows: corrections.row_counts(),
        differences: rows.iter().map(|row| difference(row, org, language)).collect(),
        adjustments: corrections.adjustments.iter().map(line).collect(),
        ..told
    }
}

fn difference(row: &Restated, org: &Org, language: Language) -> Difference {
    let figure = &row.figure;
    Difference {
        period: figure.period.to_string(),
        grain: figure.period.grain().code(),
        unit_id: figure.unit.to_string(),
        name: org.name(&figure.unit, language),
        figure: figure.told.code(),
        metric: figure.told.metric().map(ToString::to_string),
        base_version: row.base_version,
        old: figure.old.clone(),
        new: figure.new.clone(),
        difference: figure.difference(),
        parts: figure.parts.iter().map(|(cause, part)| (cause.code(), part.clone())).collect(),
        causes: figure.causes.iter().map(|cause| cause.code()).collect(),
    }
}
