//! What can be written on the command line.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

use crate::app::simulate::Periods;
use crate::model::{Period, UnitId};

/// The monthly job of sales operations: loads the CRM's extracts, judges targets, ranks and bonus
/// coefficients, and mails each owner a report.
#[derive(Debug, Parser)]
#[command(name = "attain", version, after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// How much is logged to standard error, as tracing filters are written: warn, info,
    /// attain=debug
    #[arg(long, global = true, value_name = "FILTER", default_value = "warn")]
    pub log: String,
}

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  failed
  2  bad usage or config
  3  held by a check, for approval, or by another process that has the period: nothing was mailed; of `targets reconcile`,
     an undeclared mismatch
  4  delivered in part";

/// One command each.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lay out a project in a folder: config, templates, sample data
    Init(Init),
    /// The whole job on generated data, the mails written to a folder
    Demo(Demo),
    /// Load config and extracts, and say all that is wrong with them
    Check(Check),
    /// Judge a month and mail each owner the report, or a quarter and mail the retrospective packs
    Run(Run),
    /// What another plan would have paid for past periods: who gains, who loses, and the cost
    Simulate(Simulate),
    /// Correct what was delivered: a new version to those whose figures changed, old beside new
    Rerun(super::rerun::Rerun),
    /// Compute a past run again from its kept inputs, and compare it byte for byte
    Verify(super::verify::Verify),
    /// Say that a period is paid: from then on it is corrected by adjustments alone
    Lock(super::payroll::Lock),
    /// List what corrections pay otherwise, for payroll
    Adjustments(super::payroll::Adjustments),
    /// List the runs in the ledger
    Runs(Runs),
    /// Show one run: its inputs, results and deliveries
    Show(super::show::Show),
    /// Finish a delivery that was cut off, or that some mails were put off in
    Resume(super::resume::Resume),
    /// Approve the mails of a run that waits for it, and send exactly these
    Approve(super::approve::Approve),
    /// Stay up, and run each month and quarter when it is due
    Schedule(super::schedule::Schedule),
    /// Why a number is as it is: the rows, the arithmetic, the target, the bands behind one figure
    Explain(super::explain::Explain),
    /// Mails that came back: read from the mailbox, and kept with the run that sent them
    Bounces(super::bounces::Bounces),
    /// Targets before anybody is judged against them
    #[command(subcommand)]
    Targets(super::targets::Targets),
}

/// Where the project lies.
#[derive(Debug, Args)]
pub struct Config {
    /// The folder with attain.toml
    #[arg(long = "config", value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct Init {
    /// The folder to lay the project out in; new or empty
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// The folder to write to; an earlier demo there is replaced
    #[arg(default_value = "demo")]
    pub dir: PathBuf,
    /// How many order lines to generate, up to 100 million
    #[arg(long, value_name = "N")]
    pub rows: Option<u64>,
    /// How many people the company has, 60 to 2,399
    #[arg(long, value_name = "N")]
    pub people: Option<usize>,
    /// Generate the company, and do not run the job on it
    #[arg(long)]
    pub data_only: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    /// The month or the quarter to check for, such as 2026-10 or 2026-Q3; the month that is due where
    /// none is given
    #[arg(value_name = "PERIOD")]
    pub period: Option<Period>,
    #[command(flatten)]
    pub config: Config,
    /// Take this day as today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Run {
    /// The month or the quarter to judge, such as 2026-10 or 2026-Q3; the month that is due where none
    /// is given
    #[arg(value_name = "PERIOD")]
    pub period: Option<Period>,
    #[command(flatten)]
    pub config: Config,
    /// Do everything but mail and remember: the reports are written to a folder
    #[arg(long, conflicts_with_all = ["hold", "canary"])]
    pub dry_run: bool,
    /// Only the reports of this unit and of those below it (repeatable)
    #[arg(long, value_name = "UNIT")]
    pub only: Vec<UnitId>,
    /// Take this day as today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Run although the period was delivered before, and mail everybody again as a new version
    #[arg(long)]
    pub again: bool,
    /// Store the mails and send none: they wait for `attain approve`
    #[arg(long)]
    pub hold: bool,
    /// Send so many mails first, and the others only if all of these were taken
    #[arg(long, value_name = "N")]
    pub canary: Option<std::num::NonZeroUsize>,
    /// Send all mails to this one address, marked as a test; nothing counts as delivered
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["dry_run", "hold", "canary", "again"])]
    pub test_send: Option<String>,
    /// Send although checks hold the run, with every mail marked as provisional (暂定); the final
    /// reports follow by another run
    #[arg(long)]
    pub provisional: bool,
    /// Take the period from the process that has it, without waiting for it to fall silent
    #[arg(long)]
    pub take_over: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Simulate {
    /// Months, quarters, or ranges of them: 2026-10, 2026-Q3, 2026-01..2026-10
    #[arg(value_name = "PERIOD", required = true)]
    pub periods: Vec<Periods>,
    /// The other plan, written like the project's plan.toml
    #[arg(long, value_name = "FILE")]
    pub plan: PathBuf,
    #[command(flatten)]
    pub config: Config,
    /// Take this day as today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Write everybody and every period to a workbook
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
    /// Print all of it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Runs {
    #[command(flatten)]
    pub config: Config,
    /// Print the list as JSON
    #[arg(long)]
    pub json: bool,
}

/// `v2` or `2`.
///
/// # Errors
/// What is no version.
pub fn parse_version(text: &str) -> Result<u32, String> {
    let number = text.strip_prefix('v').unwrap_or(text).parse();
    number.ok().filter(|version| *version > 0).ok_or_else(|| "write v1 or 1".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn no_two_arguments_of_a_command_share_a_name() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_version_is_named_as_the_ledger_shows_it_or_by_its_number() {
        let version = |text: &str| {
            let read = Arguments::try_parse_from(["attain", "show", "2026-10", text]);
            match read.map(|arguments| arguments.command) {
                Ok(Command::Show(show)) => show.version,
                _ => None,
            }
        };
        assert_eq!(
            ["v2", "2", "v0", "vv2", "x"].map(version),
            [Some(2), Some(2), None, None, None]
        );
    }
}
