//! `attain targets`: its arguments, and what it says.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::args::Config;
use super::print::{json, line};
use super::table::{Align, Table};
use crate::app::targets::reconcile::{ReconcileOptions, Reconciled, Row, reconcile};
use crate::app::{AppError, Surroundings};
use crate::calc::ReconcileState;
use crate::model::{Exact, Period, round};

#[derive(Debug, Subcommand)]
pub enum Targets {
    /// Compare each target with the sum of those below it, and with what was submitted; exit code
    /// 3 where they differ and no buffer is declared
    Reconcile(Reconcile),
}

#[derive(Debug, Args)]
pub struct Reconcile {
    /// A year such as 2026, or a quarter or month in it; the year of today where none is given
    #[arg(value_name = "YEAR|PERIOD")]
    pub period: Option<Period>,
    #[command(flatten)]
    pub config: Config,
    /// Take this day as today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Write the comparisons as a workbook, too
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
    /// Print the comparisons as JSON
    #[arg(long)]
    pub json: bool,
}

impl Targets {
    pub fn json(&self) -> bool {
        match self {
            Self::Reconcile(reconcile) => reconcile.json,
        }
    }
}

/// Does what the command asks for, and says how it went; the exit code.
///
/// # Errors
/// As the commands of `app::targets`.
pub async fn perform(command: Targets, around: &Surroundings<'_>) -> Result<u8, AppError> {
    match command {
        Targets::Reconcile(asked) => {
            let options = ReconcileOptions {
                dir: asked.config.dir,
                period: asked.period,
                as_of: asked.as_of,
                xlsx: asked.xlsx,
            };
            let found = reconcile(&options, around).await?;
            if asked.json {
                json(&found)
            } else {
                tell(&found)
            }
            Ok(found.exit_code())
        }
    }
}

fn tell(found: &Reconciled) {
    let mut rest = found.rows.as_slice();
    while let Some(first) = rest.first() {
        let same = |row: &&Row| (&row.metric, row.grain) == (&first.metric, first.grain);
        let (group, after) = rest.split_at(rest.iter().take_while(same).count());
        rest = after;
        match group.iter().all(|row| row.period == first.period) {
            true => line(&format!("{} {}", first.label, first.period)),
            false => line(&format!("{}, by {}", first.label, first.grain)),
        }
        for text in table(group).lines() {
            line(&format!("  {text}"));
        }
        line("");
    }
    if !found.not_additive.is_empty() {
        line(&format!("Not additive, and so not compared: {}", found.not_additive.join(", ")));
    }
    for row in found.rows.iter().filter(|row| row.state == ReconcileState::Mismatch) {
        let Row { label, period, unit_name, unit_id, reason, .. } = row;
        line(&format!("mismatch: {label} {period}, {unit_name} ({unit_id}): {reason}"));
    }
    if found.mismatches > 0 {
        line(
            "  → mend the target tables, or declare the difference as [[reconcile.buffer]] in plan.toml",
        );
    }
    line(&format!(
        "{}: {} compared, of {} targets and {} submissions: {} match, {} within a buffer, {} {}",
        found.period,
        found.rows.len(),
        found.targets,
        found.submissions,
        found.matches,
        found.within_buffer,
        found.mismatches,
        if found.mismatches == 1 { "mismatch" } else { "mismatches" },
    ));
    if let Some(path) = &found.xlsx {
        line(&format!("workbook: {}", path.display()));
    }
}

fn table(rows: &[Row]) -> Table {
    let several = rows.iter().any(|row| row.period != rows[0].period);
    let mut table = Table::new(&[
        ("unit", Align::Left),
        (if several { "period" } else { "" }, Align::Left),
        ("target", Align::Right),
        ("sum below", Align::Right),
        ("of", Align::Right),
        ("difference", Align::Right),
        ("submitted", Align::Right),
        ("sum submitted below", Align::Right),
        ("of", Align::Right),
        ("state", Align::Left),
    ]);
    for row in rows {
        let amount = |value: &Option<Exact>| {
            value.as_ref().map_or_else(|| "–".to_owned(), |value| digits(value, row.decimals))
        };
        let count = |count: usize| match count {
            0 => String::new(),
            count => count.to_string(),
        };
        table.push(vec![
            format!("{}{} {}", "  ".repeat(row.depth), row.unit_name, row.unit_id),
            if several { row.period.clone() } else { String::new() },
            amount(&row.target),
            amount(&row.below),
            count(row.counted),
            amount(&row.difference),
            amount(&row.submitted),
            amount(&row.below_submitted),
            count(row.submitters),
            row.state.code().replace('_', " "),
        ]);
    }
    table
}

/// With all its digits, in groups of three: at least those of the metric.
fn digits(value: &Exact, decimals: usize) -> String {
    let places = (decimals..=decimals + 6).find(|&places| round::half_up(value, places) == *value);
    let text = round::to_fixed(value, places.unwrap_or(decimals + 6));
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = unsigned.split_at(unsigned.find('.').unwrap_or(unsigned.len()));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_show_all_their_digits_in_groups() {
        let shown = |text: &str, decimals| digits(&Exact::parse(text).unwrap(), decimals);
        assert_eq!(shown("-1234567.5", 2), "-1,234,567.50");
        assert_eq!(shown("999", 0), "999");
        assert_eq!(shown("1000.25", 0), "1,000.25");
    }
}
