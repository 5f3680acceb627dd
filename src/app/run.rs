//! `attain run`: a month or a quarter, judged, rendered, remembered and delivered; or, as a dry run, all of it
//! into a folder.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::approve::hold;
use super::claim::claim_for_run;
use super::delivering::{Delivery, run_folder};
use super::dry_run::{dry_run, write_page};
use super::earlier::{
    awaiting_approval, earlier_runs, is_open, last_to_respect, refuse_after, refuse_unapproved,
};
use super::lock::is_locked;
use super::outbox::Store;
use super::outcome::{RunOutcome, not_sent, state_of};
use super::plan::{Plan, Prepared, Weighed, compose, pack_note, plan, prepare};
use super::test_send::test_send;
use super::{AppError, Station, Surroundings, alerts, bounces, chat, write};
use crate::deliver::{Channel, Receipt, Tally};
use crate::ledger::{
    Claim, CorrectionRecord, Finished, LedgerError, Outbox, Run, RunState, RunSummary, Standing,
    Standings, Stored, journal,
};
use crate::model::{Diagnostic, Period, Place, UnitId};

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// The folder of the project.
    pub dir: PathBuf,
    pub period: Option<Period>,
    pub dry_run: bool,
    pub only: Vec<UnitId>,
    pub as_of: Option<NaiveDate>,
    pub again: bool,
    /// Set where the run corrects what was delivered: only those are mailed whose figures changed.
    pub correction: Option<CorrectionRecord>,
    /// The mails wait for a person's approval.
    pub hold: bool,
    /// So many mails go first, and the others only where all of these were taken.
    pub canary: Option<NonZeroUsize>,
    /// All mails go to this address, marked, and nothing is remembered.
    pub test_send: Option<String>,
    /// Send although checks hold it, marked as provisional (暂定).
    pub provisional: bool,
    /// The period is taken from whoever has it, and not only from the dead.
    pub take_over: bool,
}

/// Runs the job of a month, or of a quarter, and tells the operator how it went.
///
/// # Errors
/// As [`run_period`].
pub async fn run(options: &RunOptions, around: &Surroundings<'_>) -> Result<RunOutcome, AppError> {
    let ended = run_period(options, around).await;
    if options.dry_run || options.test_send.is_some() {
        return ended;
    }
    alerts::told_after(&options.dir, (options.period, options.as_of), ended, around).await
}

/// Runs the job of a month, or of a quarter.
///
/// # Errors
/// Usage, held or failed, where nothing was mailed; cut off or taken over, where some mails may have
/// left.
async fn run_period(
    options: &RunOptions,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let prepared = prepare(options, around)?;
    let before = earlier_runs(&prepared.ledger, prepared.period).await?;
    if options.dry_run {
        let version = before.last().map_or(0, |run| run.version) + 1;
        return dry_run(options, &prepared, version, around).await;
    }
    if let Some(to) = &options.test_send {
        let version = before.last().map_or(0, |run| run.version) + 1;
        return test_send(options, to, &prepared, version, around).await;
    }
    // Whoever has nothing to do needs no claim.
    if let Some(outcome) = nothing_to_do(options, &prepared, &before).await? {
        return Ok(outcome);
    }
    if options.again {
        refuse_locked(&prepared).await?;
    }
    deliver(options, &prepared, None, around).await
}

/// A locked period is paid: its figures are adjusted, and never delivered anew.
async fn refuse_locked(prepared: &Prepared) -> Result<(), AppError> {
    let Prepared { project, ledger, period, today, .. } = prepared;
    if !is_locked(project, ledger, *period, *today).await? {
        return Ok(());
    }
    let what = "the period is locked, so it is not delivered anew";
    let help = format!("`attain rerun {period} --reason TEXT` corrects it, with adjustments");
    let found = Diagnostic::error(Place::file("PERIOD"), what, help);
    Err(AppError::Usage(found.value(period.to_string()).into()))
}

/// Delivers what was judged before, and tells the operator how it went; it is judged anew where
/// another version came first.
///
/// # Errors
/// As [`run`].
pub async fn run_weighed(
    options: &RunOptions,
    prepared: &Prepared,
    ready: Option<Weighed>,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let ended = deliver(options, prepared, ready, around).await;
    alerts::told_after(&options.dir, (options.period, options.as_of), ended, around).await
}

async fn deliver(
    options: &RunOptions,
    prepared: &Prepared,
    ready: Option<Weighed>,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let claim = claim_for_run(prepared, options.take_over, around).await?;
    let outcome = claimed_run(options, prepared, ready, &claim, around).await;
    claim.end(&outcome).await;
    outcome
}

/// Where the period was delivered before.
async fn nothing_to_do(
    options: &RunOptions,
    prepared: &Prepared,
    before: &[RunSummary],
) -> Result<Option<RunOutcome>, AppError> {
    match last_to_respect(before, options.provisional).filter(|_| !options.again) {
        Some(run) if !is_open(run) => {
            let notes = pack_note(prepared).await?.into_iter().collect();
            Ok(Some(RunOutcome::delivered_before(prepared.ledger.shown(), run, notes)))
        }
        _ => Ok(None),
    }
}

async fn claimed_run(
    options: &RunOptions,
    prepared: &Prepared,
    ready: Option<Weighed>,
    claim: &Claim,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let before = earlier_runs(&prepared.ledger, prepared.period).await?;
    if let Some(outcome) = nothing_to_do(options, prepared, &before).await? {
        return Ok(outcome);
    }
    let mailed = last_to_respect(&before, options.provisional);
    if let Some(run) = mailed.filter(|_| !options.again) {
        return Err(AppError::Held(refuse_after(run).into()));
    }
    if let Some(run) = awaiting_approval(&before).filter(|_| !options.again) {
        return Err(AppError::Held(refuse_unapproved(run).into()));
    }
    let run = prepared.ledger.begin(prepared.period, &claim.holder).await?;
    // Whoever took over meanwhile has fenced the versions that were there, or sees this one.
    claim.confirm().await?;
    tracing::info!(period = %run.period, version = run.version, "run begun");
    match real_run(options, prepared, ready, (&run, claim), around).await {
        Err(AppError::Held(held)) => {
            record_stop((&run, claim), RunState::Held, held.iter(), around).await?;
            Err(AppError::Held(held))
        }
        Err(AppError::Failed(why)) if began_to_deliver(&run).await => Err(AppError::CutOff(why)),
        Err(AppError::TakenOver(why)) => Err(AppError::TakenOver(why)),
        Err(why) => {
            // Where the ledger itself broke, the first failure is the one to tell.
            let reasons = why.diagnostics();
            let stopped = record_stop((&run, claim), RunState::Failed, reasons, around).await;
            if let Err(second) = stopped {
                tracing::warn!(?second, "the failure is not in the ledger");
            }
            Err(why)
        }
        done => done,
    }
}

async fn real_run(
    options: &RunOptions,
    prepared: &Prepared,
    ready: Option<Weighed>,
    (run, claim): (&Run, &Claim),
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let came_back = bounces::look(&prepared.project, &prepared.ledger, around).await;
    let settings = &prepared.project.delivery;
    let mut store = Store::new(run, claim, settings);
    let mut plan = match ready.filter(|weighed| weighed.manifest.version == run.version) {
        Some(weighed) => {
            weighed.keep_inputs(prepared, around).await?;
            compose(options, prepared, weighed, Some(&mut store), around).await?
        }
        None => plan(options, prepared, run.version, Some(&mut store), around).await?,
    };
    plan.judged.notes.extend(came_back);
    remember(run, &plan, around).await?;
    let (outbox, hash) = store.close().await?;
    if options.hold || prepared.project.release.approve {
        return hold(prepared, &plan, (run, claim), (&outbox, hash), around).await;
    }

    let channel = Channel::open(settings, &run_folder(run)).await.map_err(AppError::Failed)?;
    let delivery = Delivery::open(run, claim, &outbox, settings).await?;
    delivery.begin(around).await?;
    let canary = options.canary.or(prepared.project.release.canary);
    let waiting = delivery.numbers(Standing::waits);
    let stopped_by = delivery.send_after(canary, &waiting, &channel, around).await?;
    let dir = channel.folder().map(Path::to_owned);
    channel.close().await;

    delivery.put_table().await?;
    let (place, receipts) = (run.shown(), delivery.receipts(around));
    let index = match &dir {
        Some(dir) => Some(write_page(dir, prepared, &plan, run.version, false, &receipts, &place)?),
        None => None,
    };
    let posts = match stopped_by.is_empty() {
        true => {
            let chats = &prepared.project.chats;
            chat::post_bulletin(chats, run, &delivery.tally(), around.clock).await?
        }
        // The month is not out yet.
        false => Vec::new(),
    };
    let state = delivery.end(stopped_by, around).await?;
    let mut told = outcome(prepared, &plan, run.version, &receipts, (place, index), false);
    told.notes.extend(chat::notes(&posts));
    Ok(RunOutcome { state, posts, ..told })
}

/// Writes what the run was made from and came to, before anything is delivered.
async fn remember(run: &Run, plan: &Plan, around: &Surroundings<'_>) -> Result<(), AppError> {
    around.progress.begin(Station::Remember, None);
    run.put_json(&Stored::Manifest, &plan.manifest).await?;
    write::put_tables(run, &plan.tables).await?;
    chat::put_bulletin(run, &plan.posts).await?;
    around.progress.end(Station::Remember, &run.shown());
    Ok(())
}

/// Whether mails may be out; a ledger that cannot be asked counts as yes.
async fn began_to_deliver(run: &Run) -> bool {
    !run.numbers("delivering").await.is_ok_and(|begun| begun.is_empty())
}

async fn record_stop(
    (run, claim): (&Run, &Claim),
    state: RunState,
    why: impl IntoIterator<Item = &Diagnostic>,
    around: &Surroundings<'_>,
) -> Result<(), AppError> {
    let told = told(run).await?;
    let finished = Finished {
        state,
        at: (around.clock)(),
        mails: told.0.into_iter().map(|(state, n)| (state.code().to_owned(), n)).collect(),
        stopped_by: why.into_iter().map(|why| format!("{}: {}", why.place, why.what)).collect(),
    };
    claim.confirm().await?;
    Ok(run.put_json(&Stored::Finished(run.next_delivery().await?), &finished).await?)
}

/// How many mails told whoever is responsible for the data that the run is held.
async fn told(run: &Run) -> Result<Tally, LedgerError> {
    match Outbox::read(run).await? {
        Some((outbox, _)) if outbox.held => {
            Ok(Standings::of(&outbox, &journal::read(run).await?).tally())
        }
        _ => Ok(Tally::default()),
    }
}

/// What a run, or a dry run, came to.
pub fn outcome(
    prepared: &Prepared,
    plan: &Plan,
    version: u32,
    receipts: &[Receipt],
    (results, index): (String, Option<PathBuf>),
    dry_run: bool,
) -> RunOutcome {
    RunOutcome {
        period: prepared.period.to_string(),
        version,
        dry_run,
        delivered_before: false,
        provisional: !plan.manifest.provisional.is_empty(),
        state: state_of(receipts),
        mails: Tally::of(receipts),
        sent_now: None,
        to_approve: None,
        test_send: None,
        rows: plan.judged.counts.clone(),
        not_sent: not_sent(&plan.planned, receipts),
        notes: plan.judged.notes.clone(),
        posts: Vec::new(),
        results,
        index,
    }
}
