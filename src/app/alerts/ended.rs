//! What the operator is told of how a command ended, and of what the schedule met.

use std::path::Path;

use chrono::NaiveDate;

use super::{Alert, Cause, alert};
use crate::app::claim::is_busy;
use crate::app::earlier::{awaiting_approval, earlier_runs, is_open, last_that_mailed};
use crate::app::outcome::RunOutcome;
use crate::app::{AppError, Surroundings, chat, due, load_project};
use crate::deliver::ping;
use crate::ledger::{Ledger, RunState, RunSummary};
use crate::model::{Diagnostic, Period, Place, State};
use crate::store;

/// How many findings the watching service hears.
const MOST_FINDINGS: usize = 20;

/// The folder of a run with what the operator was told of it.
const TOLD: &str = "alerts";

/// The same, once the operator was told of it: whom that did not reach is among the notes, or in the
/// log.
///
/// # Errors
/// Those of `ended`.
pub async fn told_after(
    dir: &Path,
    asked: (Option<Period>, Option<NaiveDate>),
    mut ended: Result<RunOutcome, AppError>,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let lost = after_run(dir, asked, &ended, around).await;
    match &mut ended {
        Ok(outcome) => outcome.notes.extend(lost),
        Err(_) => lost.iter().for_each(|lost| tracing::error!("{lost}")),
    }
    ended
}

/// Tells the operator how a run ended, where that is to be known, and the watching service in any
/// case. What comes back is whom it did not reach.
async fn after_run(
    dir: &Path,
    (period, as_of): (Option<Period>, Option<NaiveDate>),
    ended: &Result<RunOutcome, AppError>,
    around: &Surroundings<'_>,
) -> Vec<Diagnostic> {
    let quiet =
        |why: &AppError| was_mistyped(why) || is_busy(why) || matches!(why, AppError::TakenOver(_));
    // Who has the period tells of it.
    if ended.as_ref().is_err_and(quiet) {
        return Vec::new();
    }
    let project = match load_project(dir, around) {
        Ok(project) => project,
        // Who is to be told stands in the config that cannot be read.
        Err(_) => {
            tracing::debug!("the operator cannot be told: the config cannot be read");
            return Vec::new();
        }
    };
    let today = due::today(&project, as_of, around);
    let period = due::judged_period(period, today, project.fiscal).ok();
    let place = store::open(&project.ledger, &project.dir, false, around.env);
    let ledger = place.map(Ledger::new).ok();
    let found = match ended {
        Ok(outcome) => of_outcome(period, ledger.as_ref(), outcome).await,
        Err(why) if is_refused(why) => {
            untold(period, ledger.as_ref(), why).await.into_iter().collect()
        }
        Err(why) => vec![of_error(period, ledger.as_ref(), why).await],
    };
    let mut lost = Vec::new();
    for found in found {
        lost.extend(alert(&project, ledger.as_ref(), &found, around).await);
    }
    let went_well = ended.as_ref().is_ok_and(|outcome| outcome.exit_code() == 0);
    if let Some(address) = &project.operator.ping
        && let Err(why) = ping::ping(address, went_well, &spoken(ended)).await
    {
        let what = format!("the watching service was not reached: {why}");
        let help = "check ping_env of [operator]; it will call somebody, since it heard nothing";
        lost.push(Diagnostic::warning(Place::file("operator, ping"), what, help));
    }
    lost
}

/// How it is said that a run is not there.
const NO_RUN: &str = "there is no run of ";

/// Whether somebody sits at a terminal and wrote an argument that cannot be, or named a run that is
/// not there: they know by now.
fn was_mistyped(why: &AppError) -> bool {
    let argument = |found: &Diagnostic| {
        let place = &found.place.file;
        place == "PERIOD" || place.starts_with("--") || found.what.starts_with(NO_RUN)
    };
    matches!(why, AppError::Usage(found) if found.iter().all(argument))
}

/// Whether what the ledger holds was in the way, and nothing of the data: nothing new has happened.
fn is_refused(why: &AppError) -> bool {
    matches!(why, AppError::Held(found) if found.iter().all(|found| found.place.file == "ledger"))
}

/// Of a run that another one was in the way of: the other one, where nobody was told of it, as where
/// its process was killed.
async fn untold(period: Option<Period>, ledger: Option<&Ledger>, why: &AppError) -> Option<Alert> {
    let (period, ledger) = (period?, ledger?);
    let runs = earlier_runs(ledger, period).await.ok()?;
    let run =
        awaiting_approval(&runs).or_else(|| last_that_mailed(&runs).filter(|run| is_open(run)))?;
    let told = ledger.open(period, Some(run.version)).await.ok()?.names(TOLD).await.ok()?;
    let cause = match run.state {
        RunState::AwaitingApproval => Cause::Waits,
        RunState::Halted => Cause::Stopped,
        _ => Cause::CutOff,
    };
    let found = why.diagnostics().into_iter().cloned().collect();
    let alert = Alert { cause, period: Some(period), version: Some(run.version), found };
    told.is_empty().then_some(alert)
}

async fn of_error(period: Option<Period>, ledger: Option<&Ledger>, why: &AppError) -> Alert {
    let mut cause = Cause::of(why);
    let found = why.diagnostics().into_iter().cloned().collect();
    let runs = match (ledger, period) {
        (Some(ledger), Some(period)) if cause != Cause::BadConfig => {
            earlier_runs(ledger, period).await.unwrap_or_else(|_| Vec::new())
        }
        _ => Vec::new(),
    };
    let open = last_that_mailed(&runs).filter(|run| is_open(run));
    // Mails of an earlier attempt may be out, whatever broke now.
    if cause == Cause::Failed && open.is_some() {
        cause = Cause::CutOff;
    }
    let ended =
        |run: &&RunSummary| matches!(run.state, RunState::Delivered | RunState::DeliveredInPart);
    let run = match cause {
        Cause::CutOff => open.or_else(|| last_that_mailed(&runs)).or(runs.last()),
        // What failed before it was a run is none of the run before it.
        _ => runs.last().filter(|run| !ended(run)),
    };
    Alert { cause, period, version: run.map(|run| run.version), found }
}

async fn of_outcome(
    period: Option<Period>,
    ledger: Option<&Ledger>,
    outcome: &RunOutcome,
) -> Vec<Alert> {
    if outcome.delivered_before {
        return Vec::new();
    }
    let mut alerts = Vec::new();
    let mut add = |cause, found| {
        alerts.push(Alert { cause, period, version: Some(outcome.version), found });
    };
    let help = format!("`attain show {} v{}` lists them", outcome.period, outcome.version);
    let lines = outcome.not_sent.iter();
    let not_sent =
        lines.map(|line| Diagnostic::error(Place::file("mails"), line, &*help)).collect();
    match outcome.state {
        RunState::AwaitingApproval => add(Cause::Waits, vec![waits_for_approval(outcome)]),
        RunState::Halted => add(Cause::Stopped, not_sent),
        RunState::DeliveredInPart => add(Cause::InPart, not_sent),
        _ if outcome.mails.count(State::Suppressed) > 0 => add(Cause::Suppressed, not_sent),
        _ => {}
    }
    let went_out = matches!(outcome.state, RunState::Delivered | RunState::DeliveredInPart);
    if outcome.provisional && went_out {
        add(Cause::Provisional, missing(period, ledger, outcome.version).await);
    }
    let posts = chat::notes(&outcome.posts);
    if !posts.is_empty() {
        add(Cause::ChatFailed, posts);
    }
    alerts
}

fn waits_for_approval(outcome: &RunOutcome) -> Diagnostic {
    let (period, version) = (&outcome.period, outcome.version);
    let what = format!("the mails of v{version} of {period} wait for approval");
    let help = format!("`attain approve {period} v{version}` sends exactly these mails");
    Diagnostic::error(Place::file("ledger"), what, help)
}

/// What a provisional run was made without, as it noted it down.
async fn missing(period: Option<Period>, ledger: Option<&Ledger>, version: u32) -> Vec<Diagnostic> {
    let (Some(period), Some(ledger)) = (period, ledger) else { return Vec::new() };
    let manifest = async { ledger.open(period, Some(version)).await?.summary().await };
    let manifest = manifest.await.ok().and_then(|run| run.manifest);
    let lines = manifest.map_or_else(Vec::new, |manifest| manifest.provisional);
    let help = "complete it, and the final mails take the place of the provisional ones";
    let found = lines.iter().map(|line| {
        let (place, what) = line.split_once(": ").unwrap_or(("data", line));
        Diagnostic::warning(Place::file(place), what, help)
    });
    found.collect()
}

/// Of a window that ended without a delivery: mails wait for a person, or the data were not complete.
pub async fn missed(ledger: Option<&Ledger>, period: Period, found: Vec<Diagnostic>) -> Alert {
    let runs = match ledger {
        Some(ledger) => earlier_runs(ledger, period).await.unwrap_or_else(|_| Vec::new()),
        None => Vec::new(),
    };
    let halted = last_that_mailed(&runs).filter(|run| run.state == RunState::Halted);
    let waits = awaiting_approval(&runs).or(halted).map(|run| run.version);
    let cause = if waits.is_some() { Cause::Overdue } else { Cause::Missed };
    Alert { cause, period: Some(period), version: waits, found }
}

/// How a reminder is named as the place of what was found.
const REMINDER: &str = "reminder of ";

/// Of a step of the schedule that failed, and was told by no run.
pub fn schedule_failed(period: Option<Period>, exit_code: u8, found: Vec<Diagnostic>) -> Alert {
    let is_reminder = |found: &Diagnostic| found.place.file.starts_with(REMINDER);
    let cause = match exit_code {
        2 => Cause::BadConfig,
        _ if found.iter().any(is_reminder) => Cause::NotReminded,
        _ => Cause::ScheduleFailed,
    };
    Alert { cause, period, version: None, found }
}

/// A few lines for the watching service.
fn spoken(ended: &Result<RunOutcome, AppError>) -> String {
    match ended {
        Ok(outcome) => format!("{} v{} {}", outcome.period, outcome.version, outcome.state.words()),
        Err(why) => {
            let found = why.diagnostics().into_iter().take(MOST_FINDINGS);
            found.map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LedgerError;

    fn found(place: &str) -> Diagnostic {
        Diagnostic::error(Place::file(place), "no", "another")
    }

    #[test]
    fn who_mistyped_is_not_told() {
        let usage = |found: Diagnostic| AppError::Usage(found.into());
        assert!(was_mistyped(&usage(found("PERIOD"))) && was_mistyped(&usage(found("--only"))));
        assert!(!was_mistyped(&usage(found("attain.toml"))));
        let period: Period = "2026-10".parse().unwrap();
        let no_run = |version| Diagnostic::from(LedgerError::NoRun { period, version });
        assert!(was_mistyped(&usage(no_run(Some(3)))) && was_mistyped(&usage(no_run(None))));
        // The folder of a ledger that cannot be opened may be called so.
        assert!(!was_mistyped(&usage(found("ledger"))));
    }

    #[test]
    fn what_the_ledger_refuses_is_told_apart_from_what_the_data_are_held_by() {
        assert!(is_refused(&AppError::Held(found("ledger").into())));
        assert!(!is_refused(&AppError::Held(found("data/orders.csv").into())));
        assert!(!is_refused(&AppError::Usage(found("ledger").into())));
    }

    #[test]
    fn a_failure_of_the_schedule_is_no_failed_run() {
        let period: Option<Period> = "2026-10".parse().ok();
        let cause = |code, place| schedule_failed(period, code, vec![found(place)]).cause;
        assert_eq!(cause(1, "reminder of 2026-10"), Cause::NotReminded);
        assert_eq!(cause(1, "127.0.0.1:25"), Cause::ScheduleFailed);
        assert_eq!(cause(2, "attain.toml"), Cause::BadConfig);
    }

    #[tokio::test]
    async fn a_window_that_nothing_ran_in_was_missed() {
        let alert = missed(None, "2026-10".parse().unwrap(), vec![found("data/orders.csv")]).await;
        assert_eq!((alert.cause, alert.version), (Cause::Missed, None));
    }
}
