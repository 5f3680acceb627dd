//! `attain show`: one run of the ledger.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::bounces::{BouncedMail, of_run};
use super::runs::open_ledger;
use super::{AppError, Surroundings, chat};
use crate::deliver::PostReceipt;
use crate::ledger::{
    Approval, Holder, LedgerError, Outbox, PlannedMail, RunSummary, Standing, Standings, Stored,
    journal,
};
use crate::model::{Diagnostic, Diagnostics, Entry, Period, State, Tally};

/// A run, and where its mails stand.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    pub run: RunSummary,
    /// Where its files lie.
    pub place: String,
    /// Who works on the period now.
    pub holder: Option<Holder>,
    /// How many mails the plan has.
    pub planned: usize,
    /// How many of them are in each state: they add up to the plan.
    pub totals: Tally,
    /// The hash of the plan.
    pub outbox_sha256: Option<String>,
    /// Who approved it, where it was held for that.
    pub approval: Option<Approval>,
    pub mails: Vec<ShownMail>,
    /// Mails that came back.
    pub bounces: Vec<BouncedMail>,
    /// What the chats heard.
    pub posts: Vec<PostReceipt>,
}

/// A mail of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct ShownMail {
    pub number: usize,
    pub message_id: String,
    pub recipient: String,
    /// The kind of the report, and whom it is about.
    pub report: String,
    pub unit: String,
    pub state: State,
    /// The server's answer, the file, or the reason.
    pub detail: String,
    /// When it came to that state.
    pub at: Option<DateTime<Utc>>,
    pub attempts: u32,
    /// The server that it was given to; empty for a folder.
    pub host: String,
    /// Each time that a person wanted it sent again.
    pub resends: Vec<Resend>,
}

/// That a person wanted a mail sent again.
#[derive(Clone, Debug, Serialize)]
pub struct Resend {
    pub reason: String,
    /// Such as `lin@ops-1`.
    pub by: String,
    pub at: Option<DateTime<Utc>>,
}

/// One run; the last one of the period where no version is given.
///
/// # Errors
/// Usage, where there is no such run.
pub async fn show(
    dir: &Path,
    period: Period,
    version: Option<u32>,
    around: &Surroundings<'_>,
) -> Result<Shown, AppError> {
    let ledger = open_ledger(dir, around)?;
    let run = match ledger.open(period, version).await {
        Err(why @ LedgerError::NoRun { .. }) => {
            return Err(AppError::Usage(Diagnostics::from(Diagnostic::from(why))));
        }
        other => other?,
    };
    let holder = ledger.holder(period).await?;
    let (mails, outbox_sha256) = match Outbox::read(&run).await? {
        None => (Vec::new(), None),
        Some((outbox, hash)) => {
            let account = journal::read(&run).await?;
            let mut standings = Standings::of(&outbox, &account);
            if holder.is_none() {
                // Whoever had claimed a mail is no longer there to decide it.
                standings.begin(u32::MAX);
            }
            let mails = outbox.mails.iter().zip(standings.iter());
            let shown = mails.map(|(mail, standing)| shown(mail, standing, &account));
            (shown.collect(), Some(hash))
        }
    };
    let (bounces, posts) = (of_run(&run).await?, chat::of_run(&run).await?);
    Ok(Shown {
        run: run.summary().await?,
        place: run.shown(),
        holder,
        planned: mails.len(),
        totals: Tally::of_states(mails.iter().map(|mail: &ShownMail| mail.state)),
        outbox_sha256,
        approval: run.read_json(&Stored::Approved).await?,
        mails,
        bounces,
        posts,
    })
}

fn shown(mail: &PlannedMail, standing: &Standing, account: &[journal::Segment]) -> ShownMail {
    let resent = |entry: &Entry| match entry {
        Entry::Resend { numbers, reason, by, at } if numbers.contains(&mail.number) => {
            Some(Resend { reason: reason.clone(), by: by.clone(), at: *at })
        }
        _ => None,
    };
    ShownMail {
        number: mail.number,
        message_id: mail.message_id.clone(),
        recipient: mail.recipient.clone(),
        report: mail.report.clone(),
        unit: mail.unit.clone(),
        state: standing.state,
        detail: standing.detail(mail).to_owned(),
        at: standing.at(),
        attempts: standing.attempts,
        host: standing.host().to_owned(),
        resends: account.iter().flat_map(|page| &page.entries).filter_map(resent).collect(),
    }
}
