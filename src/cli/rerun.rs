//! `attain rerun`: its arguments, and what it says.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use clap::Args;

use super::args::Config;
use super::print::{self, json, line};
use super::table::{Align, Table};
use crate::app::rerun::command::{Difference, RerunOptions, rerun};
use crate::app::rerun::command::{Line, Rerun as Done};
use crate::app::{AppError, Surroundings};
use crate::model::{Exact, Period, round};

#[derive(Debug, Args)]
pub struct Rerun {
    /// The month or the quarter to correct, such as 2026-10 or 2026-Q3
    #[arg(value_name = "PERIOD")]
    pub period: Period,
    /// Why; it stands in the mails, and a locked period asks for it
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Correct the later periods that show this one, too, from early to late
    #[arg(long)]
    pub cascade: bool,
    /// Say what differs, and write the mails to a folder
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub config: Config,
    /// Take this day as today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Print what differs as JSON
    #[arg(long)]
    pub json: bool,
}

/// How many lines of one kind a person is shown.
const SHOWN: usize = 40;

/// Corrects what was delivered, and says how it went; the exit code.
///
/// # Errors
/// As [`rerun`].
pub async fn perform(asked: Rerun, around: &Surroundings<'_>) -> Result<u8, AppError> {
    let options = RerunOptions {
        dir: asked.config.dir,
        period: asked.period,
        reason: asked.reason,
        cascade: asked.cascade,
        dry_run: asked.dry_run,
        as_of: asked.as_of,
    };
    let done = rerun(&options, around).await?;
    if asked.json {
        json(&done);
    } else {
        for (at, one) in done.iter().enumerate() {
            if at > 0 {
                line("");
            }
            tell(one, options.cascade);
        }
    }
    let codes = done.iter().filter_map(|one| Some(one.outcome.as_ref()?.exit_code()));
    Ok(codes.max().unwrap_or(0))
}

fn tell(done: &Done, cascade: bool) {
    let Done { period, .. } = done;
    for rows in &done.rows {
        line(&format!(
            "{}: {} rows added, {} removed, {} changed",
            rows.extract, rows.added, rows.removed, rows.changed
        ));
    }
    let Some(version) = done.version else {
        line(&format!(
            "{period}: no figure differs from what was last sent; nothing was mailed, and no version made"
        ));
        return;
    };
    tell_differences(&done.differences, period);
    tell_adjustments(done);
    if let Some(outcome) = &done.outcome {
        line("");
        print::outcome(outcome, false);
        if outcome.mails.total() == 0 {
            line(&format!("{period} v{version}: nobody is to be told"));
        }
    }
    if !done.later.is_empty() && !cascade {
        line("");
        for later in &done.later {
            line(&format!("{} shows {period}: {}", later.period, later.through.join(", ")));
        }
        line(&format!("`attain rerun {period} --cascade` corrects these as well"));
    }
}

fn tell_differences(differences: &[Difference], period: &str) {
    // What follows from the others is in the mails and in the tables.
    let shown: Vec<&Difference> = differences
        .iter()
        .filter(|one| one.period == period && one.grain != "ytd")
        .filter(|one| !matches!(one.figure, "attainment" | "warning"))
        .collect();
    let shown = if shown.is_empty() { differences.iter().collect() } else { shown };
    // Said where the figures are not all those of the period.
    let of = |one: &Difference| match one.grain {
        "ytd" => format!("{}-ytd", one.period),
        _ => one.period.clone(),
    };
    let several = shown.iter().any(|one| of(one) != period);
    let mut table = Table::new(&[
        ("unit", Align::Left),
        ("figure", Align::Left),
        (if several { "of" } else { "" }, Align::Left),
        ("was sent", Align::Left),
        ("before", Align::Right),
        ("after", Align::Right),
        ("difference", Align::Right),
        ("by", Align::Left),
    ]);
    for one in shown.iter().take(SHOWN) {
        table.push(vec![
            format!("{} {}", one.name, one.unit_id),
            match &one.metric {
                Some(metric) => format!("{metric} {}", one.figure),
                None => one.figure.to_owned(),
            },
            if several { of(one) } else { String::new() },
            format!("v{}", one.base_version),
            number(one.old.as_ref()),
            number(one.new.as_ref()),
            number(one.difference.as_ref()),
            by(one),
        ]);
    }
    for text in table.lines() {
        line(&text);
    }
    if shown.len() > SHOWN {
        line(&format!("… and {} more", shown.len() - SHOWN));
    }
    let units: std::collections::BTreeSet<&String> =
        differences.iter().map(|one| &one.unit_id).collect();
    line(&format!(
        "{} figures of {} units and people differ; results/restatements.csv and --json list them all",
        differences.len(),
        units.len()
    ));
}

/// `rows_added +200, target -5`; a single cause needs no number.
fn by(one: &Difference) -> String {
    let parts: BTreeMap<&str, &Exact> =
        one.parts.iter().map(|(cause, part)| (*cause, part)).collect();
    let said: Vec<String> = one
        .causes
        .iter()
        .map(|cause| match parts.get(cause) {
            Some(part) if one.causes.len() > 1 => format!("{cause} {}", number(Some(part))),
            _ => (*cause).to_owned(),
        })
        .collect();
    said.join(", ")
}

fn tell_adjustments(done: &Done) {
    if done.adjustments.is_empty() {
        return;
    }
    let mut table = Table::new(&[
        ("paid otherwise", Align::Left),
        ("period", Align::Left),
        ("coefficient", Align::Left),
        ("before", Align::Right),
        ("after", Align::Right),
        ("difference", Align::Right),
    ]);
    for one in done.adjustments.iter().take(SHOWN) {
        let Line { name, unit_id, .. } = one;
        let coefficients =
            [&one.old_coefficient, &one.new_coefficient].map(|value| number(value.as_ref()));
        table.push(vec![
            format!("{name} {unit_id}"),
            one.period.clone(),
            coefficients.join(" → "),
            cents(one.old_amount.as_ref()),
            cents(one.new_amount.as_ref()),
            cents(Some(&one.difference)),
        ]);
    }
    line("");
    for text in table.lines() {
        line(&text);
    }
    if done.adjustments.len() > SHOWN {
        line(&format!("… and {} more", done.adjustments.len() - SHOWN));
    }
    let sum: Exact = done.adjustments.iter().map(|one| &one.difference).sum();
    let locked = if done.locked { "; the period is locked" } else { "" };
    let sum = cents(Some(&sum));
    line(&format!("{sum} in all, paid with {}{locked}", done.paid_with));
}

/// In at most six digits after the point.
fn number(value: Option<&Exact>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| round::to_plain(&round::half_up(value, 6)))
}

fn cents(value: Option<&Exact>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| round::to_fixed(value, 2))
}
