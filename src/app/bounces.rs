//! `attain bounces`: mails that came back, found in the mailbox and written into the run that they
//! belong to, each once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::alerts::{Alert, Cause, alert};
use super::{AppError, Surroundings, load_project};
use crate::deliver::Bounce;
use crate::deliver::bounce::{Mailbox, Returned, Severity, Unread, read_report};
use crate::ledger::stored::BOUNCES;
use crate::ledger::{Ledger, LedgerError, Outbox, Run, Standings, Stored, journal};
use crate::model::{Diagnostic, Diagnostics, FiscalYear, Period, Place, State};
use crate::settings::Project;
use crate::store;

/// Reports come within days; nobody looks for a mail of years ago.
const MOST_RUNS: usize = 36;

/// In the place of a version, of what lies beside the runs of a period.
const BESIDE_RUNS: u32 = 0;

/// A mail that came back, as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BouncedMail {
    #[serde(flatten)]
    pub bounce: Bounce,
    /// The kind of the report and whom it is about: `person/E001`.
    pub report: String,
    /// When the job read of it.
    pub found_at: DateTime<Utc>,
}

/// One of them with its run.
#[derive(Clone, Debug, Serialize)]
pub struct FoundBounce {
    pub period: String,
    /// 0 of a mail that no run sent: a reminder of the schedule.
    pub version: u32,
    /// Whether nobody knew it before.
    pub is_new: bool,
    #[serde(flatten)]
    pub mail: BouncedMail,
    #[serde(skip)]
    run: (Period, u32),
}

/// What lies in the mailbox.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Bounced {
    /// By run, the newest first, then by recipient.
    pub found: Vec<FoundBounce>,
    /// Reports of mails that no run in the ledger sent.
    pub of_others: usize,
    /// Mails that are no reports.
    pub no_reports: usize,
    /// What could not be read, and whom the operator's alert did not reach.
    pub notes: Vec<Diagnostic>,
}

/// The command: of all runs, or of those of a period.
///
/// # Errors
/// Usage, where the project names no mailbox; a mailbox or a ledger that cannot be read.
pub async fn bounces(
    dir: &Path,
    period: Option<Period>,
    around: &Surroundings<'_>,
) -> Result<Bounced, AppError> {
    let project = load_project(dir, around)?;
    if project.delivery.bounces.is_none() {
        return Err(AppError::Usage(Diagnostics::from(Diagnostic::error(
            project.place_in("attain.toml", "delivery"),
            "no mailbox is named that mails come back to",
            "add [delivery.bounces] with maildir or folder",
        ))));
    }
    let place = store::open(&project.ledger, &project.dir, true, around.env);
    let ledger = Ledger::new(place.map_err(|why| AppError::Usage(why.into()))?);
    collect(&project, &ledger, period, around).await
}

/// Reads the mailbox, writes down what is new, and tells the operator of addresses that are wrong.
/// Nothing where the project names no mailbox.
///
/// # Errors
/// A mailbox or a ledger that cannot be read.
pub async fn collect(
    project: &Project,
    ledger: &Ledger,
    period: Option<Period>,
    around: &Surroundings<'_>,
) -> Result<Bounced, AppError> {
    let Some(settings) = &project.delivery.bounces else { return Ok(Bounced::default()) };
    let mailbox = Mailbox::open(settings).map_err(|why| AppError::Failed(unread(&why)))?;
    let mut bounced = Bounced::default();
    let mut reported: BTreeMap<String, BTreeSet<Bounce>> = BTreeMap::new();
    for (_, mail) in mailbox.mails() {
        match mail.map(|mail| read_report(&mail)) {
            Ok(Returned::Report(bounces)) => {
                for bounce in bounces {
                    reported.entry(bounce.message_id.clone()).or_default().insert(bounce);
                }
            }
            Ok(Returned::Other) => bounced.no_reports += 1,
            Err(why) => bounced.notes.push(unread(&why)),
        }
    }
    let periods = newest_periods(ledger, period, project.fiscal).await?;
    let mut senders = newest_runs(ledger, &periods).await?;
    senders.extend(periods.into_iter().take(MOST_RUNS).map(|period| ledger.of_period(period)));
    for run in senders {
        if reported.is_empty() {
            break;
        }
        let sent = match run.version {
            BESIDE_RUNS => reminders(ledger, run.period).await?,
            _ => sent_mails(&run).await?,
        };
        let mut of_run = Vec::new();
        for mail in &sent {
            for bounce in reported.remove(&mail.message_id).into_iter().flatten() {
                let bounce = as_sent(bounce, &mail.recipient);
                of_run.push(put_bounce(&run, bounce, &mail.report, around).await?);
            }
        }
        of_run.sort_by(|a, b| a.mail.bounce.recipient.cmp(&b.mail.bounce.recipient));
        bounced.notes.extend(tell_operator(project, ledger, &run, &of_run, around).await);
        bounced.found.extend(of_run);
    }
    bounced.of_others = reported.len();
    Ok(bounced)
}

/// The mail went to one address, and we know best to which; another one is where it was passed on.
fn as_sent(bounce: Bounce, recipient: &str) -> Bounce {
    let other = (!bounce.recipient.eq_ignore_ascii_case(recipient)).then_some(bounce.recipient);
    let final_recipient = bounce.final_recipient.or(other);
    let final_recipient = final_recipient.filter(|it| !it.eq_ignore_ascii_case(recipient));
    Bounce { recipient: recipient.to_owned(), final_recipient, ..bounce }
}

/// The mailbox before a run: what cannot be read there holds nothing up.
pub async fn look(
    project: &Project,
    ledger: &Ledger,
    around: &Surroundings<'_>,
) -> Vec<Diagnostic> {
    match collect(project, ledger, None, around).await {
        Ok(bounced) => bounced.notes,
        Err(why) => why.diagnostics().into_iter().cloned().collect(),
    }
}

/// The newest periods first.
async fn newest_periods(
    ledger: &Ledger,
    period: Option<Period>,
    fiscal: FiscalYear,
) -> Result<Vec<Period>, LedgerError> {
    let mut periods = match period {
        Some(period) => vec![period],
        None => ledger.periods().await?,
    };
    periods.sort_by_key(|period| std::cmp::Reverse((period.dates(fiscal).end, *period)));
    Ok(periods)
}

/// The newest runs first.
async fn newest_runs(ledger: &Ledger, periods: &[Period]) -> Result<Vec<Run>, LedgerError> {
    let mut runs = Vec::new();
    for period in periods {
        for version in ledger.versions(*period).await?.into_iter().rev() {
            runs.push(ledger.open(*period, Some(version)).await?);
        }
        if runs.len() >= MOST_RUNS {
            break;
        }
    }
    Ok(runs)
}

/// A mail that a run sent.
struct SentMail {
    message_id: String,
    recipient: String,
    report: String,
}

/// The mails that a run handed over, or may have handed over.
async fn sent_mails(run: &Run) -> Result<Vec<SentMail>, LedgerError> {
    let Some((outbox, _)) = Outbox::read(run).await? else { return Ok(Vec::new()) };
    let standings = Standings::of(&outbox, &journal::read(run).await?);
    let out = |state| matches!(state, State::Sent | State::InDoubt | State::Claimed);
    let mails = outbox.mails.iter().zip(standings.iter());
    let sent = mails.filter(|(_, standing)| out(standing.state));
    Ok(sent
        .map(|(mail, _)| SentMail {
            message_id: mail.message_id.clone(),
            recipient: mail.recipient.clone(),
            report: format!("{}/{}", mail.report, mail.unit),
        })
        .collect())
}

/// The reminders of a period that were handed over, or may have been.
async fn reminders(ledger: &Ledger, period: Period) -> Result<Vec<SentMail>, LedgerError> {
    let mut sent = Vec::new();
    for told in ledger.told(period).await? {
        let receipts = ledger.told_mails(period, told).await?.into_iter();
        let out = receipts.filter(|mail| matches!(mail.state, State::Sent | State::InDoubt));
        sent.extend(out.map(|mail| SentMail {
            message_id: mail.message_id,
            recipient: mail.recipient,
            report: format!("reminder/{}", told.name()),
        }));
    }
    Ok(sent)
}

async fn put_bounce(
    run: &Run,
    bounce: Bounce,
    report: &str,
    around: &Surroundings<'_>,
) -> Result<FoundBounce, LedgerError> {
    let stored = match run.version {
        BESIDE_RUNS => Stored::ToldBounce(bounce.digest()),
        _ => Stored::Bounce(bounce.digest()),
    };
    let report = report.to_owned();
    let found = |is_new, mail| FoundBounce {
        period: run.period.to_string(),
        version: run.version,
        is_new,
        mail,
        run: (run.period, run.version),
    };
    if let Some(known) = run.read_json::<BouncedMail>(&stored).await? {
        return Ok(found(false, known));
    }
    let mail = BouncedMail { bounce, report, found_at: (around.clock)() };
    match run.put_json(&stored, &mail).await {
        Ok(()) => Ok(found(true, mail)),
        Err(LedgerError::Exists { .. }) => Ok(found(false, mail)),
        Err(why) => Err(why),
    }
}

async fn tell_operator(
    project: &Project,
    ledger: &Ledger,
    run: &Run,
    of_run: &[FoundBounce],
    around: &Surroundings<'_>,
) -> Vec<Diagnostic> {
    let lost = of_run.iter().filter(|found| found.mail.bounce.severity != Severity::Delayed);
    let found: Vec<Diagnostic> = lost.map(|found| describe(&found.mail, found.run)).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let (period, version) = (Some(run.period), Some(run.version).filter(|it| *it != BESIDE_RUNS));
    alert(project, Some(ledger), &Alert { cause: Cause::Bounced, period, version, found }, around)
        .await
}

/// A mail that did not arrive, and what to do about it.
fn describe(mail: &BouncedMail, (period, version): (Period, u32)) -> Diagnostic {
    let bounce = &mail.bounce;
    let passed_on = bounce.final_recipient.as_ref();
    let passed_on = passed_on.map_or(String::new(), |to| format!(" (passed on to {to})"));
    let version = match version {
        BESIDE_RUNS => String::new(),
        version => format!(" v{version}"),
    };
    let what = format!(
        "the mail {} of {period}{version} to {}{passed_on} came back: {} {}",
        mail.report, bounce.recipient, bounce.status, bounce.detail
    );
    let help = match bounce.severity {
        Severity::Hard => "mend the address in the extract of the people, and tell its owner",
        _ => "the address may be right: see to it that its owner gets the report",
    };
    Diagnostic::warning(Place::file("mails"), what.trim_end().to_owned(), help)
}

fn unread(why: &Unread) -> Diagnostic {
    Diagnostic::warning(
        Place::file(why.path.display().to_string()),
        format!("what came back cannot be read: {}", why.why),
        "check [delivery.bounces], and that the job may read there",
    )
}

/// The bounces of a run, as it keeps them.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn of_run(run: &Run) -> Result<Vec<BouncedMail>, LedgerError> {
    let mut found: Vec<BouncedMail> = Vec::new();
    for hash in run.names(BOUNCES).await? {
        found.extend(run.read_json(&Stored::Bounce(hash)).await?);
    }
    found.sort_by(|a, b| a.bounce.cmp(&b.bounce));
    Ok(found)
}

/// What to know before addresses are mailed again: those whose last mail came back for good. A later
/// mail that did not come back settles it.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn notes(
    project: &Project,
    ledger: &Ledger,
    addresses: &BTreeSet<&str>,
) -> Result<Vec<Diagnostic>, LedgerError> {
    if project.delivery.bounces.is_none() {
        return Ok(Vec::new());
    }
    let mut notes = Vec::new();
    let mut settled: BTreeSet<String> = BTreeSet::new();
    let periods = newest_periods(ledger, None, project.fiscal).await?;
    for run in newest_runs(ledger, &periods).await? {
        let sent = sent_mails(&run).await?;
        for mail in of_run(&run).await? {
            let address = &mail.bounce.recipient;
            let is_hard = mail.bounce.severity == Severity::Hard;
            if is_hard && addresses.contains(address.as_str()) && settled.insert(address.clone()) {
                notes.push(describe(&mail, (run.period, run.version)));
            }
        }
        settled.extend(sent.into_iter().map(|mail| mail.recipient));
        if addresses.iter().all(|address| settled.contains(*address)) {
            break;
        }
    }
    Ok(notes)
}
