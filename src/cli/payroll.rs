//! `attain lock` and `attain adjustments`: their arguments, and what they say.

use std::path::PathBuf;

use clap::Args;

use super::args::Config;
use super::print::{json, line};
use super::table::{Align, Table};
use crate::app::adjustments::{Register, register};
use crate::app::{AppError, Surroundings, lock};
use crate::model::{Exact, Period, round};

#[derive(Debug, Args)]
pub struct Lock {
    /// The month that is paid, such as 2026-10
    #[arg(value_name = "PERIOD")]
    pub period: Period,
    /// Who locks it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    #[command(flatten)]
    pub config: Config,
    /// Print the lock as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Adjustments {
    /// The months; all of the ledger where none is named
    #[arg(value_name = "PERIOD")]
    pub periods: Vec<Period>,
    /// Write them as a table for payroll
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    #[command(flatten)]
    pub config: Config,
    /// Print them as JSON
    #[arg(long)]
    pub json: bool,
}

/// Locks a period; the exit code.
///
/// # Errors
/// As [`lock::lock`].
pub async fn perform_lock(asked: Lock, around: &Surroundings<'_>) -> Result<u8, AppError> {
    let locked = lock::lock(&asked.config.dir, asked.period, &asked.by, around).await?;
    match asked.json {
        true => json(&locked),
        false => line(&format!(
            "{} is locked by {}: from now on it is corrected by adjustments alone",
            locked.period, locked.by
        )),
    }
    Ok(0)
}

/// Lists what is paid otherwise; the exit code.
///
/// # Errors
/// As [`register`].
pub async fn perform_adjustments(
    asked: Adjustments,
    around: &Surroundings<'_>,
) -> Result<u8, AppError> {
    let csv = asked.csv.as_deref();
    let found = register(&asked.config.dir, &asked.periods, csv, around).await?;
    if asked.json {
        json(&found);
    } else {
        tell(&found);
    }
    Ok(0)
}

fn tell(found: &Register) {
    if found.lines.is_empty() {
        line("No version pays otherwise than the one before it.");
    } else {
        for text in table(found).lines() {
            line(&text);
        }
        line(&format!("{} lines, {} in all", found.lines.len(), round::to_fixed(&found.sum, 2)));
    }
    if let Some(path) = &found.csv {
        line(&format!("written to {}", path.display()));
    }
}

fn table(found: &Register) -> Table {
    let mut table = Table::new(&[
        ("period", Align::Left),
        ("person", Align::Left),
        ("versions", Align::Left),
        ("coefficient", Align::Left),
        ("before", Align::Right),
        ("after", Align::Right),
        ("difference", Align::Right),
        ("paid with", Align::Left),
        ("reason", Align::Left),
    ]);
    let plain = |value: &Option<Exact>| {
        value
            .as_ref()
            .map_or_else(|| "–".to_owned(), |value| round::to_plain(&round::half_up(value, 6)))
    };
    let cents = |value: &Option<Exact>| {
        value.as_ref().map_or_else(|| "–".to_owned(), |value| round::to_fixed(value, 2))
    };
    for one in &found.lines {
        table.push(vec![
            one.period.clone(),
            format!("{} {}", one.name, one.person),
            format!("v{} → v{}", one.from_version, one.to_version),
            format!("{} → {}", plain(&one.old_coefficient), plain(&one.new_coefficient)),
            cents(&one.old_amount),
            cents(&one.new_amount),
            round::to_fixed(&one.difference, 2),
            one.paid_with.clone().unwrap_or_else(|| "–".to_owned()),
            one.reason.clone().unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    table
}
