//! `attain show`: one run of the ledger.

use std::path::Path;

use serde::Serialize;

use super::bounces::{BouncedMail, of_run};
use super::runs::open_ledger;
use super::{AppError, Surroundings, chat};
use crate::deliver::{PostReceipt, Receipt};
use crate::ledger::{LedgerError, RunSummary, Stored};
use crate::model::{Diagnostics, Period};

/// A run with its receipts.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    pub run: RunSummary,
    /// Where its files lie.
    pub place: String,
    pub receipts: Vec<Receipt>,
    /// Mails that came back.
    pub bounces: Vec<BouncedMail>,
    /// What the chats heard.
    pub posts: Vec<PostReceipt>,
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
            return Err(AppError::Usage(Diagnostics::from(crate::model::Diagnostic::from(why))));
        }
        other => other?,
    };
    let mut receipts = Vec::new();
    for number in run.receipts().await? {
        receipts.extend(run.read_json::<Receipt>(&Stored::Receipt(number)).await?);
    }
    let (bounces, posts) = (of_run(&run).await?, chat::of_run(&run).await?);
    Ok(Shown { run: run.summary().await?, place: run.shown(), receipts, bounces, posts })
}
