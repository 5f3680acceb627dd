//! `attain run`: a month or a quarter, judged, rendered, remembered and delivered; or, as a dry run, all of it
//! into a folder.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::dry_run::{dry_run, write_page};
use super::earlier::{earlier_runs, last_that_mailed, refuse_after};
use super::letters::Planned;
use super::lock::is_locked;
use super::outcome::{RunOutcome, not_sent, state_of};
use super::plan::{Plan, Prepared, pack_note, plan, prepare};
use super::{AppError, Station, Surroundings, write};
use crate::deliver::{Channel, Receipt, Tally, dispatch};
use crate::ledger::{
    CorrectionRecord, Finished, LedgerError, Run, RunState, Stored, Table, results,
};
use crate::model::{Diagnostic, Period, Place, UnitId};
use crate::settings::DeliverySettings;

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
}

/// Runs the job of a month, or of a quarter.
///
/// # Errors
/// Usage, held or failed, where nothing was mailed; cut off, where some mails may have left.
pub async fn run(options: &RunOptions, around: &Surroundings<'_>) -> Result<RunOutcome, AppError> {
    let prepared = prepare(options, around)?;
    let before = earlier_runs(&prepared.ledger, prepared.period).await?;
    let mailed = last_that_mailed(&before);
    if let Some(run) = mailed.filter(|_| !options.dry_run && !options.again) {
        return match run.state {
            RunState::Delivering => Err(AppError::Held(refuse_after(run).into())),
            _ => {
                let notes = pack_note(&prepared).await?.into_iter().collect();
                Ok(RunOutcome::delivered_before(prepared.ledger.shown(), run, notes))
            }
        };
    }
    if options.dry_run {
        let version = before.last().map_or(0, |run| run.version) + 1;
        return dry_run(options, &prepared, version, around).await;
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

/// Delivers the next version of a period. `ready` is its plan, where one was made before; it is made
/// anew where another version came first.
///
/// # Errors
/// As [`run`].
pub async fn deliver(
    options: &RunOptions,
    prepared: &Prepared,
    ready: Option<Plan>,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let claim = serde_json::json!({ "began": around.now, "process": std::process::id() });
    let run = prepared.ledger.begin(prepared.period, &claim).await?;
    tracing::info!(period = %run.period, version = run.version, "run begun");
    match real_run(options, prepared, &run, ready, around).await {
        Err(AppError::Held(held)) => {
            record_stop(&run, RunState::Held, held.iter(), around).await?;
            Err(AppError::Held(held))
        }
        Err(AppError::Failed(why)) if began_to_deliver(&run).await => Err(AppError::CutOff(why)),
        Err(why) => {
            // Where the ledger itself broke, the first failure is the one to tell.
            let reasons = why.diagnostics();
            if let Err(second) = record_stop(&run, RunState::Failed, reasons, around).await {
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
    run: &Run,
    ready: Option<Plan>,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let plan = match ready.filter(|plan| plan.manifest.version == run.version) {
        Some(plan) => {
            plan.keep_inputs(prepared, around).await?;
            plan
        }
        None => plan(options, prepared, run.version, Some(run), around).await?,
    };
    let delivery = &prepared.project.delivery;
    let run_folder = PathBuf::from(format!("{}-v{}", prepared.period, run.version));

    around.progress.begin(Station::Remember, None);
    run.put_json(&Stored::Manifest, &plan.manifest).await?;
    write::put_results(run, &plan.tables, &plan.planned).await?;
    around.progress.end(Station::Remember, &run.shown());

    let channel = Channel::open(delivery, &run_folder).await.map_err(AppError::Failed)?;
    let begins = serde_json::json!({ "at": (around.clock)() });
    run.put_json(&Stored::Delivering, &begins).await?;
    let receipts = send(&plan.planned, &channel, delivery, Some(run), around).await?;
    let dir = channel.folder().map(Path::to_owned);
    channel.close().await;

    let deliveries = results::deliveries(&write::deliveries(&plan.planned, &receipts));
    results::put_table(run, Table::Deliveries, &deliveries).await?;
    let place = run.shown();
    let index = match &dir {
        Some(dir) => Some(write_page(dir, prepared, &plan, run.version, false, &receipts, &place)?),
        None => None,
    };
    let where_to = (place, index);
    let outcome = outcome(prepared, &plan, run.version, &receipts, where_to, false);
    tracing::info!(period = %run.period, version = run.version, state = ?outcome.state, "run finished");
    let finished = Finished {
        state: outcome.state,
        at: (around.clock)(),
        mails: outcome.mails.0.iter().map(|(state, n)| (state.code().to_owned(), *n)).collect(),
        stopped_by: Vec::new(),
    };
    run.put_json(&Stored::Finished, &finished).await?;
    Ok(outcome)
}

/// Whether mails may be out; a ledger that cannot be asked counts as yes.
async fn began_to_deliver(run: &Run) -> bool {
    !matches!(run.read(&Stored::Delivering).await, Ok(None))
}

async fn record_stop(
    run: &Run,
    state: RunState,
    why: impl IntoIterator<Item = &Diagnostic>,
    around: &Surroundings<'_>,
) -> Result<(), AppError> {
    let finished = Finished {
        state,
        at: (around.clock)(),
        mails: std::collections::BTreeMap::new(),
        stopped_by: why.into_iter().map(|why| format!("{}: {}", why.place, why.what)).collect(),
    };
    Ok(run.put_json(&Stored::Finished, &finished).await?)
}

/// Sends every letter; what becomes of each is put into `run` as soon as it is decided.
///
/// # Errors
/// A ledger that refuses.
pub async fn send(
    planned: &[Planned],
    channel: &Channel,
    settings: &DeliverySettings,
    run: Option<&Run>,
    around: &Surroundings<'_>,
) -> Result<Vec<Receipt>, AppError> {
    let letters: Vec<_> = planned.iter().flat_map(|plan| plan.letters.iter().cloned()).collect();
    around.progress.begin(Station::Deliver, Some(letters.len() as u64));
    let decided = async |number: usize, receipt: &Receipt| -> Result<(), LedgerError> {
        around.progress.advance(1);
        match run {
            Some(run) => run.put_json(&Stored::Receipt(number + 1), receipt).await,
            None => Ok(()),
        }
    };
    let receipts = dispatch(&letters, channel, settings, around.clock, decided).await?;
    let tally = Tally::of(&receipts);
    let states: Vec<String> =
        tally.0.iter().map(|(state, count)| format!("{count} {}", state.code())).collect();
    let words = format!("{} mails: {}", tally.total(), states.join(", "));
    around.progress.end(Station::Deliver, &words);
    Ok(receipts)
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
        state: state_of(receipts),
        mails: Tally::of(receipts),
        rows: plan.judged.counts.clone(),
        not_sent: not_sent(&plan.planned, receipts),
        notes: plan.judged.notes.clone(),
        results,
        index,
    }
}
