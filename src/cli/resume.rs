//! `attain resume`: its arguments, and what it says at its end.

use clap::{Args, ValueEnum};

use super::args::{Config, parse_version};
use super::print;
use crate::app::resume::{ResumeOptions, resume};
use crate::app::{AppError, Surroundings};
use crate::model::{Period, UnitId};

#[derive(Debug, Args)]
pub struct Resume {
    /// The month or the quarter whose delivery is to be finished, such as 2026-10 or 2026-Q3
    #[arg(value_name = "PERIOD")]
    pub period: Period,
    /// Which run of it; the last one that came to a delivery where none is given
    #[arg(value_name = "VERSION", value_parser = parse_version)]
    pub version: Option<u32>,
    #[command(flatten)]
    pub config: Config,
    /// What to do with mails that were under way when the delivery was cut off: they may have arrived
    #[arg(long, value_enum, default_value = "hold")]
    pub in_doubt: InDoubt,
    /// Send the mails about this unit again, whatever became of them (repeatable)
    #[arg(long, value_name = "UNIT", requires = "reason")]
    pub resend: Vec<UnitId>,
    /// Why they are sent again; the ledger keeps it
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Take the period from the process that has it, without waiting for it to fall silent
    #[arg(long)]
    pub take_over: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InDoubt {
    /// List them, and send none
    Hold,
    /// Send them again
    Resend,
}

/// Finishes the delivery.
///
/// # Errors
/// As [`resume`].
pub async fn perform(asked: Resume, around: &Surroundings<'_>) -> Result<u8, AppError> {
    let options = ResumeOptions {
        version: asked.version,
        resend_doubtful: asked.in_doubt == InDoubt::Resend,
        resend: asked.resend,
        reason: asked.reason,
        take_over: asked.take_over,
        ..ResumeOptions::of(asked.config.dir, asked.period)
    };
    let outcome = resume(&options, around).await?;
    print::outcome(&outcome, asked.json);
    Ok(outcome.exit_code())
}
