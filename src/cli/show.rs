//! `attain show`: its arguments, and a run as a person reads it.

use clap::Args;

use super::args::{Config, parse_version};
use super::table::{Align, Table};
use super::{bounces, print};
use crate::app::show::{Resend, Shown, ShownMail, show};
use crate::app::{AppError, Surroundings};
use crate::ledger::RunState;
use crate::model::{Period, State};

#[derive(Debug, Args)]
pub struct Show {
    /// The month or the quarter, such as 2026-10 or 2026-Q3
    #[arg(value_name = "PERIOD")]
    pub period: Period,
    /// Which run of it; the last one where none is given
    #[arg(value_name = "VERSION", value_parser = parse_version)]
    pub version: Option<u32>,
    #[command(flatten)]
    pub config: Config,
    /// List every mail of the plan, with what became of it
    #[arg(long)]
    pub deliveries: bool,
    /// Print the run as JSON
    #[arg(long)]
    pub json: bool,
}

/// Shows the run.
///
/// # Errors
/// As [`show`].
pub async fn perform(asked: Show, around: &Surroundings<'_>) -> Result<u8, AppError> {
    let shown = show(&asked.config.dir, asked.period, asked.version, around).await?;
    match (asked.json, asked.deliveries) {
        (true, _) => print::json(&shown),
        (false, true) => deliveries(&shown),
        (false, false) => run(&shown),
    }
    Ok(0)
}

fn run(shown: &Shown) {
    let run = &shown.run;
    heading(shown);
    print::line(&format!("files: {}", shown.place));
    for why in run.finished.iter().flat_map(|finished| &finished.stopped_by) {
        print::line(&format!("stopped by: {why}"));
    }
    if let Some(manifest) = &run.manifest {
        let config = short(&manifest.config_sha256);
        let (program, as_of) = (&manifest.program_version, manifest.as_of);
        print::line(&format!("attain {program}, as of {as_of}, config {config}"));
        for input in &manifest.inputs {
            let hash = short(&input.sha256);
            print::line(&format!("input: {} {} bytes {hash}", input.path, input.size));
        }
    }
    if let Some(hash) = &shown.outbox_sha256 {
        print::line(&format!("outbox: {} mails, {hash}", shown.planned));
    }
    if let Some(approval) = &shown.approval {
        let at = approval.at.format("%Y-%m-%d %H:%M:%S UTC");
        print::line(&format!("approved by {} at {at}, on host {}", approval.by, approval.host));
    }
    let is_news = |mail: &&ShownMail| !matches!(mail.state, State::Sent | State::Planned);
    let unsent: Vec<&ShownMail> = shown.mails.iter().filter(is_news).collect();
    for mail in unsent.iter().take(print::SHOWN) {
        let ShownMail { state, report, unit, recipient, detail, .. } = mail;
        print::line(
            &format!("{}: {report}/{unit} <{recipient}> {detail}", state.code()).trim_end(),
        );
    }
    if unsent.len() > print::SHOWN {
        let more = unsent.len() - print::SHOWN;
        print::line(&format!("… and {more} more that were not sent; --deliveries lists them all"));
    }
    for post in &shown.posts {
        print::line(&bounces::post_words(post));
    }
    came_back(shown);
}

fn came_back(shown: &Shown) {
    for mail in &shown.bounces {
        print::line(&format!("came back: {}", bounces::words(mail)));
    }
}

fn deliveries(shown: &Shown) {
    heading(shown);
    let mut table = Table::new(&[
        ("no", Align::Right),
        ("state", Align::Left),
        ("report", Align::Left),
        ("unit", Align::Left),
        ("recipient", Align::Left),
        ("tries", Align::Right),
        ("at", Align::Left),
        ("detail", Align::Left),
    ]);
    for mail in &shown.mails {
        let at = mail.at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        table.push(vec![
            mail.number.to_string(),
            mail.state.code().to_owned(),
            mail.report.clone(),
            mail.unit.clone(),
            mail.recipient.clone(),
            mail.attempts.to_string(),
            at.unwrap_or_else(String::new),
            mail.detail.clone(),
        ]);
    }
    table.lines().iter().for_each(|line| print::line(line));
    for mail in &shown.mails {
        for Resend { reason, by, at } in &mail.resends {
            let at =
                at.map_or_else(String::new, |at| at.format(" at %Y-%m-%d %H:%M UTC").to_string());
            let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
            print::line(&format!("{} was to be sent again{by}{at}: {reason}", mail.number));
        }
    }
    came_back(shown);
    print::line(&format!("{} mails of the plan: {}", shown.planned, shown.totals.words()));
}

fn heading(shown: &Shown) {
    let run = &shown.run;
    let totals = shown.totals.words();
    print::line(
        &format!("{} v{}: {}  {totals}", run.period, run.version, run.state.words()).trim_end(),
    );
    let under_way = matches!(run.state, RunState::Begun | RunState::Delivering);
    if let Some(holder) = shown.holder.as_ref().filter(|_| under_way) {
        print::line(&format!("worked on by {}", holder.words()));
    }
}

fn short(hash: &str) -> &str {
    &hash[..12.min(hash.len())]
}
