//! `attain approve`: its arguments, and what it says at its end.

use clap::Args;

use super::args::{Config, parse_version};
use super::print;
use crate::app::approve::{ApproveOptions, approve};
use crate::app::{AppError, Surroundings};
use crate::model::Period;

#[derive(Debug, Args)]
pub struct Approve {
    /// The month or the quarter whose mails may leave, such as 2026-10 or 2026-Q3
    #[arg(value_name = "PERIOD")]
    pub period: Period,
    /// Which run of it; the last one where none is given
    #[arg(value_name = "VERSION", value_parser = parse_version)]
    pub version: Option<u32>,
    #[command(flatten)]
    pub config: Config,
    /// Who approves; the ledger keeps it. The user of this machine where nobody is named
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// The hash of the outbox that was looked at, or its first 12 digits: other mails are refused
    #[arg(long, value_name = "HASH")]
    pub hash: Option<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    pub json: bool,
}

/// Approves the mails, and sends them.
///
/// # Errors
/// As [`approve`].
pub async fn perform(asked: Approve, around: &Surroundings<'_>) -> Result<u8, AppError> {
    let options = ApproveOptions {
        dir: asked.config.dir,
        period: asked.period,
        version: asked.version,
        by: asked.by,
        hash: asked.hash,
    };
    let outcome = approve(&options, around).await?;
    print::outcome(&outcome, asked.json);
    Ok(outcome.exit_code())
}
