//! `attain bounces`: its arguments, and what it says.

use clap::Args;

use super::args::Config;
use super::print::{json, line};
use crate::app::bounces::{Bounced, BouncedMail, bounces};
use crate::app::{AppError, Surroundings};
use crate::deliver::PostReceipt;
use crate::model::Period;

#[derive(Debug, Args)]
pub struct Bounces {
    /// Only mails of this month or quarter; of all runs where none is given
    #[arg(value_name = "PERIOD")]
    pub period: Option<Period>,
    #[command(flatten)]
    pub config: Config,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn perform(command: Bounces, around: &Surroundings<'_>) -> Result<u8, AppError> {
    let bounced = bounces(&command.config.dir, command.period, around).await?;
    match command.json {
        true => json(&bounced),
        false => print(&bounced),
    }
    Ok(0)
}

fn print(bounced: &Bounced) {
    for note in &bounced.notes {
        eprintln!("{note}");
    }
    let mut run = None;
    for found in &bounced.found {
        if run.replace((&found.period, found.version)) != Some((&found.period, found.version)) {
            match found.version {
                0 => line(&format!("{} reminders", found.period)),
                version => line(&format!("{} v{version}", found.period)),
            }
        }
        let new = if found.is_new { "  new" } else { "" };
        line(&format!("  {}{new}", words(&found.mail)));
    }
    let new = bounced.found.iter().filter(|found| found.is_new).count();
    let others = match bounced.of_others {
        0 => String::new(),
        others => format!("; {others} reports are of mails that the ledger does not know"),
    };
    line(&format!("{} mails came back, {new} of them new{others}", bounced.found.len()));
}

/// A mail that came back, on a line.
pub fn words(mail: &BouncedMail) -> String {
    let bounce = &mail.bounce;
    let severity = bounce.severity.code();
    format!(
        "{severity:<8} {} {} {}: {}",
        bounce.recipient, mail.report, bounce.status, bounce.detail
    )
}

/// A post, on a line.
pub fn post_words(post: &PostReceipt) -> String {
    format!("{:<10} chat {} {} {}", post.state.code(), post.chat, post.what, post.detail)
}
