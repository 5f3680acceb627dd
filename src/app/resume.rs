//! `attain resume`: the rest of a delivery that was cut off, or that some mails were put off in. What is
//! sent are the mails that the run stored; nothing is computed anew.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::claim::claim;
use super::delivering::{Delivery, ending, run_folder};
use super::earlier::{earlier_runs, is_open, last_that_mailed, refuse_unapproved};
use super::outcome::RunOutcome;
use super::{AppError, Surroundings, alerts, chat, load_project};
use crate::deliver::Channel;
use crate::ledger::{Claim, Ledger, LedgerError, Outbox, Run, RunState, Stored, standing};
use crate::model::{Diagnostic, Diagnostics, Entry, Period, Place, State, UnitId};
use crate::settings::{DeliverySettings, Project};
use crate::store;

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct ResumeOptions {
    /// The folder of the project.
    pub dir: PathBuf,
    pub period: Period,
    /// The last that came to a delivery where none is given.
    pub version: Option<u32>,
    /// Mails in doubt are sent again, though they may have arrived.
    pub resend_doubtful: bool,
    /// The mails of these units are sent again, whatever became of them.
    pub resend: Vec<UnitId>,
    /// Why.
    pub reason: Option<String>,
    pub take_over: bool,
    /// Of a delivery that begins: so many mails go first.
    pub canary: Option<NonZeroUsize>,
}

impl ResumeOptions {
    /// The rest of the last delivery, and nothing twice.
    pub fn of(dir: PathBuf, period: Period) -> Self {
        Self {
            dir,
            period,
            version: None,
            resend_doubtful: false,
            resend: Vec::new(),
            reason: None,
            take_over: false,
            canary: None,
        }
    }
}

/// Finishes the delivery of a run, and tells the operator how it went.
///
/// # Errors
/// Usage, held or failed, where nothing was mailed; cut off, where some mails may have left.
pub async fn resume(
    options: &ResumeOptions,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let ended = resume_period(options, around).await;
    if matches!(ended, Err(AppError::Usage(_) | AppError::Held(_))) {
        // Nothing came of it, and whoever asked for it reads why.
        return ended;
    }
    alerts::told_after(&options.dir, (Some(options.period), None), ended, around).await
}

async fn resume_period(
    options: &ResumeOptions,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let project = load_project(&options.dir, around)?;
    let place = store::open(&project.ledger, &project.dir, true, around.env);
    let ledger = Ledger::new(place.map_err(|why| AppError::Usage(why.into()))?);
    let run = run_to_resume(&ledger, options.period, options.version).await?;
    let how = ("resume", options.take_over);
    let claim = claim(&ledger, &project, options.period, how, around).await?;
    let outcome = resume_claimed(options, &project, &ledger, (&run, &claim), around).await;
    claim.end(&outcome).await;
    outcome
}

/// The run that is meant.
///
/// # Errors
/// Usage, where there is no such run.
pub async fn run_to_resume(
    ledger: &Ledger,
    period: Period,
    version: Option<u32>,
) -> Result<Run, AppError> {
    if version.is_none() {
        // One that blocks the period goes before a later one of some units alone.
        let runs = earlier_runs(ledger, period).await?;
        if let Some(open) = last_that_mailed(&runs).filter(|run| is_open(run)) {
            return Ok(ledger.open(period, Some(open.version)).await?);
        }
        for version in ledger.versions(period).await?.into_iter().rev() {
            let run = ledger.open(period, Some(version)).await?;
            if Outbox::read(&run).await?.is_some_and(|(outbox, _)| !outbox.held) {
                return Ok(run);
            }
        }
    }
    match ledger.open(period, version).await {
        Err(why @ LedgerError::NoRun { .. }) => {
            Err(AppError::Usage(Diagnostics::from(Diagnostic::from(why))))
        }
        opened => Ok(opened?),
    }
}

/// The same, of a period that was claimed.
///
/// # Errors
/// As [`resume`].
pub async fn resume_claimed(
    options: &ResumeOptions,
    project: &Project,
    ledger: &Ledger,
    (run, claim): (&Run, &Claim),
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    refuse_the_past(ledger, run).await?;
    let (outbox, _) = outbox_to_deliver(run).await?;
    let summary = run.summary().await?;
    let state = summary.state;
    let marks = summary.manifest.as_ref().map(|manifest| manifest.provisional.len());
    let provisional = marks.is_some_and(|marks| marks > 0);
    if state == RunState::AwaitingApproval && run.read(&Stored::Approved).await?.is_none() {
        return Err(AppError::Held(refuse_unapproved(&summary).into()));
    }
    let settings = settings(project, &outbox)?;
    let delivery = Delivery::open(run, claim, &outbox, &settings).await?;
    let resend = to_resend(options, &delivery, around)?;
    let unopened =
        |why| if may_be_out(state) { AppError::CutOff(why) } else { AppError::Failed(why) };
    let channel = Channel::open(&settings, &run_folder(run)).await.map_err(unopened)?;
    let mut entries = found_out(&delivery, &channel, around).await?;
    entries.extend(resend);
    let wanted = |mail: &standing::Standing| {
        mail.waits() || (options.resend_doubtful && mail.state == State::InDoubt)
    };
    if delivery.numbers(wanted).is_empty() && entries.is_empty() && state != RunState::Delivering {
        channel.close().await;
        let told = outcome(&delivery, state, 0);
        let told = with_posts(project, told, &delivery, around).await?;
        return Ok(RunOutcome { provisional, ..told });
    }
    match go_on(options, project, &delivery, (&entries, &channel), around).await {
        Ok(outcome) => {
            channel.close().await;
            Ok(RunOutcome { provisional, ..outcome })
        }
        Err(AppError::Failed(why)) => Err(AppError::CutOff(why)),
        Err(why) => Err(why),
    }
}

/// Whether mails of the run may have gone out before.
fn may_be_out(state: RunState) -> bool {
    use RunState::{Delivered, DeliveredInPart, Delivering, Halted};
    matches!(state, Delivering | Halted | DeliveredInPart | Delivered)
}

async fn go_on(
    options: &ResumeOptions,
    project: &Project,
    delivery: &Delivery<'_>,
    (entries, channel): (&[Entry], &Channel),
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    delivery.begin(around).await?;
    delivery.write(entries).await?;
    if options.resend_doubtful {
        let numbers = delivery.numbers(|mail| mail.state == State::InDoubt);
        let reason = options.reason.clone().unwrap_or_else(|| "--in-doubt resend".to_owned());
        if !numbers.is_empty() {
            delivery.write(&[resend(numbers, reason, delivery, around)]).await?;
        }
    }
    let waiting = delivery.numbers(|mail| mail.waits());
    let sent = |delivery: &Delivery<'_>| delivery.tally().count(State::Sent);
    let before = sent(delivery);
    let stopped_by = delivery.send_after(options.canary, &waiting, channel, around).await?;
    delivery.put_table().await?;
    let sent_now = sent(delivery) - before;
    // Posted before the end is written: what is cut off in between is posted by the next one.
    let mut told = outcome(delivery, RunState::Delivering, sent_now);
    if stopped_by.is_empty() {
        told = with_posts(project, told, delivery, around).await?;
    }
    Ok(RunOutcome { state: delivery.end(stopped_by, around).await?, ..told })
}

/// Posts what the chats have not heard yet.
async fn with_posts(
    project: &Project,
    outcome: RunOutcome,
    delivery: &Delivery<'_>,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let (chats, mails) = (&project.chats, delivery.tally());
    let posts = chat::post_bulletin(chats, delivery.run, &mails, around.clock).await?;
    Ok(RunOutcome { notes: chat::notes(&posts), posts, ..outcome })
}

/// A run that another one came after is not gone on with: everybody would be mailed twice.
async fn refuse_the_past(ledger: &Ledger, run: &Run) -> Result<(), AppError> {
    let runs = earlier_runs(ledger, run.period).await?;
    match last_that_mailed(&runs).filter(|last| last.version > run.version) {
        None => Ok(()),
        Some(last) => {
            let (period, version, later) = (run.period, run.version, last.version);
            let what = format!(
                "v{later} of {period} has mailed since v{version}: its mails are out of date"
            );
            let help = format!("`attain show {period} v{later}` tells what was sent last");
            Err(AppError::Held(Diagnostic::error(Place::file("ledger"), what, help).into()))
        }
    }
}

/// The outbox of a run that came to a delivery, with its hash.
///
/// # Errors
/// Held, where the run died or was stopped before it had mails to deliver.
pub async fn outbox_to_deliver(run: &Run) -> Result<(Outbox, String), AppError> {
    match Outbox::read(run).await? {
        Some((outbox, hash)) if !outbox.held => Ok((outbox, hash)),
        other => Err(AppError::Held(nothing_to_resume(run, other.is_some()).into())),
    }
}

/// `told` says whether it has mails to whoever is responsible for the data.
fn nothing_to_resume(run: &Run, told: bool) -> Diagnostic {
    let (period, version) = (run.period, run.version);
    let told = match told {
        true => format!(
            "; what the data owner was told is in `attain show {period} v{version} --deliveries`"
        ),
        false => String::new(),
    };
    let what =
        format!("v{version} of {period} did not come to a delivery: no report was mailed{told}");
    let help = format!("`attain run {period}` begins anew, as the next version");
    Diagnostic::error(Place::file("ledger"), what, help)
}

/// How the mails leave: by the way that they were planned for, from whom they were planned to come
/// from, and else as the project says now.
fn settings(project: &Project, outbox: &Outbox) -> Result<DeliverySettings, AppError> {
    let settings = DeliverySettings { from: outbox.from.clone(), ..project.delivery.clone() };
    let (planned, now) = (&outbox.channel, Channel::name(&settings));
    if planned == now {
        return Ok(settings);
    }
    let what = format!("the mails were planned for the channel {planned}, and this one is {now}");
    let help = format!("set channel = \"{planned}\" again for as long as it takes to resume");
    let place = project.place_in("attain.toml", "delivery.channel");
    Err(AppError::Usage(Diagnostic::error(place, what, help).into()))
}

/// What a person wants sent again.
fn to_resend(
    options: &ResumeOptions,
    delivery: &Delivery<'_>,
    around: &Surroundings<'_>,
) -> Result<Vec<Entry>, AppError> {
    let mut found = Diagnostics::default();
    let mut refuse = |place: &str, value: &str, what: &str, help: &str| {
        found.push(Diagnostic::error(Place::file(place), what, help).value(value));
    };
    let mut numbers = Vec::new();
    for unit in &options.resend {
        let mails = delivery.outbox.mails.iter().filter(|mail| mail.unit == unit.as_str());
        let before = numbers.len();
        numbers.extend(mails.filter(|mail| mail.withheld.is_none()).map(|mail| mail.number));
        if numbers.len() == before {
            let what = "the run has no mail about it that could be sent";
            let help = "name a unit or person by the id of the extracts; `attain show --deliveries` lists the mails";
            refuse("--resend", unit.as_str(), what, help);
        }
    }
    let reason = options.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if !options.resend.is_empty() && reason.is_none() {
        let what = "sending again needs a reason, which the ledger keeps";
        refuse("--reason", "", what, "add --reason \"why\"");
    }
    if found.has_errors() {
        return Err(AppError::Usage(found));
    }
    numbers.sort_unstable();
    numbers.dedup();
    let wanted = reason.filter(|_| !numbers.is_empty());
    let entry = wanted.map(|reason| resend(numbers, reason.to_owned(), delivery, around));
    Ok(entry.into_iter().collect())
}

fn resend(
    numbers: Vec<usize>,
    reason: String,
    delivery: &Delivery<'_>,
    around: &Surroundings<'_>,
) -> Entry {
    let user = ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|name| around.variable(name));
    let host = &delivery.claim.holder.host;
    let by = user.map_or_else(|| host.clone(), |user| format!("{user}@{host}"));
    Entry::Resend { numbers, reason, by, at: Some((around.clock)()) }
}

/// What became of the mails that were under way when the delivery was cut off. A folder can be asked;
/// of a server nobody knows, and that is entered for good.
async fn found_out(
    delivery: &Delivery<'_>,
    channel: &Channel,
    around: &Surroundings<'_>,
) -> Result<Vec<Entry>, AppError> {
    let cut_off = delivery.numbers(standing::Standing::was_cut_off);
    let mut entries = Vec::with_capacity(cut_off.len());
    for mail in cut_off.iter().filter_map(|number| delivery.outbox.mail(*number)) {
        let number = mail.number;
        let receipt = |state, detail: &str| ending(mail, state, detail, around);
        let Channel::Folder(folder) = channel else {
            let receipt = receipt(State::InDoubt, standing::CUT_OFF);
            entries.push(Entry::Decided { number, receipt });
            continue;
        };
        entries.push(match folder.find(&mail.file_stem, &mail.read(delivery.run).await?) {
            Ok(Some(name)) => Entry::Decided { number, receipt: receipt(State::Sent, &name) },
            Ok(None) => Entry::Returned(number),
            Err(why) => {
                let why = format!("the file cannot be compared: {why}");
                Entry::Decided { number, receipt: receipt(State::InDoubt, &why) }
            }
        });
    }
    Ok(entries)
}

fn outcome(delivery: &Delivery<'_>, state: RunState, sent_now: usize) -> RunOutcome {
    let run = delivery.run;
    RunOutcome {
        period: run.period.to_string(),
        version: run.version,
        dry_run: false,
        delivered_before: false,
        provisional: false,
        state,
        mails: delivery.tally(),
        sent_now: Some(sent_now),
        to_approve: None,
        test_send: None,
        rows: Vec::new(),
        not_sent: delivery.not_sent(),
        notes: Vec::new(),
        posts: Vec::new(),
        results: run.shown(),
        index: page(delivery),
    }
}

/// The page that the run wrote beside its mails, where they are in a folder.
fn page(delivery: &Delivery<'_>) -> Option<PathBuf> {
    use crate::settings::ChannelSettings::Folder;
    let Folder { path } = &delivery.settings.channel else { return None };
    Some(path.join(run_folder(delivery.run)).join("index.html")).filter(|page| Path::is_file(page))
}
