//! Approval: a run that is held once its mails are stored, and a person's word that exactly these may
//! leave.

use std::path::PathBuf;

use super::claim::claim;
use super::delivering::{Delivery, ending, run_folder};
use super::dry_run::write_page;
use super::earlier::earlier_runs;
use super::outcome::RunOutcome;
use super::plan::{Plan, Prepared};
use super::resume::{ResumeOptions, outbox_to_deliver, resume_claimed, run_to_resume};
use super::run::outcome;
use super::runs::open_ledger;
use super::{AppError, Surroundings, alerts, load_project, write};
use crate::deliver::folder::Folder;
use crate::ledger::{Approval, Claim, Ledger, Outbox, PlannedMail, Run, RunState, Stored};
use crate::model::{Diagnostic, Diagnostics, Period, Place, Receipt, State};

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct ApproveOptions {
    /// The folder of the project.
    pub dir: PathBuf,
    pub period: Period,
    /// The last that came to a plan of mails where none is given.
    pub version: Option<u32>,
    /// Who approves; the user of this machine where nobody is named.
    pub by: Option<String>,
    /// Of the outbox that was looked at.
    pub hash: Option<String>,
}

/// Ends a run whose mails are stored, before any leaves. They are laid out in a folder of the project,
/// for whoever is to approve them.
///
/// # Errors
/// Taken over; a ledger or a disk that refuses.
pub async fn hold(
    prepared: &Prepared,
    plan: &Plan,
    (run, claim): (&Run, &Claim),
    (outbox, hash): (&Outbox, String),
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let delivery = Delivery::open(run, claim, outbox, &prepared.project.delivery).await?;
    let dir = prepared.project.dir.join("approval").join(run_folder(run));
    write::clear_earlier(&dir)?;
    let folder = Folder::open(dir.clone()).map_err(|why| AppError::write(&dir, &why))?;
    for mail in outbox.mails.iter().filter(|mail| mail.withheld.is_none()) {
        let bytes = mail.read(run).await?;
        folder.put(&mail.file_stem, &bytes).map_err(|why| AppError::write(&dir, &why))?;
    }
    let receipts: Vec<Receipt> = outbox.mails.iter().map(|mail| waiting(mail, around)).collect();
    let place = run.shown();
    let page = write_page(&dir, prepared, plan, run.version, false, &receipts, &place)?;
    delivery.stop(RunState::AwaitingApproval, Vec::new(), around).await?;
    let told = outcome(prepared, plan, run.version, &receipts, (place, Some(page)), false);
    Ok(RunOutcome { state: RunState::AwaitingApproval, to_approve: Some(hash), ..told })
}

fn waiting(mail: &PlannedMail, around: &Surroundings<'_>) -> Receipt {
    match &mail.withheld {
        Some(why) => ending(mail, why.state, &why.detail, around),
        None => ending(mail, State::Planned, &format!("{}.eml", mail.file_stem), around),
    }
}

/// Records the approval, delivers what was approved, and tells the operator how it went.
///
/// # Errors
/// Usage, held or failed, where nothing was mailed; cut off, where some mails may have left.
pub async fn approve(
    options: &ApproveOptions,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let ended = approve_period(options, around).await;
    alerts::told_after(&options.dir, (Some(options.period), None), ended, around).await
}

async fn approve_period(
    options: &ApproveOptions,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let project = load_project(&options.dir, around)?;
    let ledger = open_ledger(&options.dir, around)?;
    let run = run_to_resume(&ledger, options.period, options.version).await?;
    let claim = claim(&ledger, &project, options.period, ("approve", false), around).await?;
    let outcome = async {
        record(options, &ledger, (&run, &claim), around).await?;
        let options = ResumeOptions {
            canary: project.release.canary,
            ..ResumeOptions::of(options.dir.clone(), options.period)
        };
        resume_claimed(&options, &project, &ledger, (&run, &claim), around).await
    };
    let outcome = outcome.await;
    claim.end(&outcome).await;
    outcome
}

async fn record(
    options: &ApproveOptions,
    ledger: &Ledger,
    (run, claim): (&Run, &Claim),
    around: &Surroundings<'_>,
) -> Result<(), AppError> {
    let (_, hash) = outbox_to_deliver(run).await?;
    refuse_what_does_not_wait(ledger, run).await?;
    if let Some(wanted) = options.hash.as_ref().filter(|wanted| !is_hash(wanted, &hash)) {
        let what = format!("these mails are others: the hash of their outbox is {hash}");
        let help = "look at them again (`attain show --deliveries`), and name this hash";
        return Err(usage("--hash", wanted, what, help));
    }
    let user = || ["USER", "LOGNAME"].iter().find_map(|name| around.variable(name));
    let by = options.by.as_deref().or_else(user).map(str::trim).filter(|by| !by.is_empty());
    let Some(by) = by else {
        let what = "nobody is named who approves".to_owned();
        return Err(usage("--by", "", what, "add --by NAME; the ledger keeps it"));
    };
    let approval = Approval {
        by: by.to_owned(),
        at: (around.clock)(),
        outbox_sha256: hash,
        host: claim.holder.host.clone(),
    };
    Ok(run.put_json(&Stored::Approved, &approval).await?)
}

/// The whole hash, or so much of its beginning as nobody hits by chance.
fn is_hash(wanted: &str, hash: &str) -> bool {
    wanted.len() >= 12 && hash.starts_with(&wanted.to_lowercase())
}

async fn refuse_what_does_not_wait(ledger: &Ledger, run: &Run) -> Result<(), AppError> {
    let (period, version) = (run.period, run.version);
    let refuse = |what: String, help: String| {
        Err(AppError::Held(Diagnostic::error(Place::file("ledger"), what, help).into()))
    };
    if let Some(approval) = run.read_json::<Approval>(&Stored::Approved).await? {
        let (by, at) = (approval.by, approval.at.format("%Y-%m-%d %H:%M:%S UTC"));
        let what = format!("v{version} of {period} was approved by {by} at {at}");
        return refuse(what, format!("`attain resume {period}` sends what is left of it"));
    }
    let runs = earlier_runs(ledger, period).await?;
    let waits = |state| state == RunState::AwaitingApproval;
    match runs.iter().find(|run| run.version == version).map(|run| run.state) {
        Some(state) if waits(state) => {}
        other => {
            let state = other.map_or("not there", RunState::words);
            let what = format!("v{version} of {period} does not wait for approval: {state}");
            return refuse(what, format!("`attain show {period}` tells more"));
        }
    }
    let later = |state| waits(state) || matches!(state, RunState::Delivering | RunState::Halted);
    match runs.iter().rev().find(|run| run.version > version && later(run.state)) {
        Some(last) => {
            let what = format!("v{} of {period} came after v{version}", last.version);
            refuse(what, format!("look at the later one: `attain show {period}`"))
        }
        None => Ok(()),
    }
}

fn usage(place: &str, value: &str, what: String, help: &str) -> AppError {
    let found = Diagnostic::error(Place::file(place), what, help).value(value);
    AppError::Usage(Diagnostics::from(found))
}
