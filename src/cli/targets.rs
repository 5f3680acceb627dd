//! `attain targets`: its arguments, and what it says.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::args::Config;
use super::print::{json, line};
use super::table::{Align, Table};
use crate::app::targets::propose::{Months, Proposal, ProposeOptions, SplitBy, propose};
use crate::app::targets::reconcile::{ReconcileOptions, Reconciled, Row, reconcile};
use crate::app::{AppError, Surroundings};
use crate::calc::ReconcileState;
use crate::model::{Exact, Period, round};

#[derive(Debug, Subcommand)]
pub enum Targets {
    /// Compare each target with the sum of those below it, and with what was submitted; exit code
    /// 3 where they differ and no buffer is declared
    Reconcile(Reconcile),
    /// Split a company's target for a year down to departments, people and months, and write it as
    /// the target table, for people to edit
    Propose(Propose),
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

/// What the target is split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Shares of the unit above, from --given; who has none has an equal part of the rest
    Shares,
    /// What everybody reached the year before
    LastYear,
    /// Heads; or weights, from --given
    Capacity,
}

/// What the months weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Seasons {
    /// As the project's target tables say
    Config,
    /// What each month of the company came to a year before
    LastYear,
    Even,
}

#[derive(Debug, Args)]
pub struct Propose {
    #[arg(value_name = "YEAR")]
    pub year: i32,
    /// The metric, by id or label
    #[arg(long, value_name = "M")]
    pub metric: String,
    /// The company's target for the year
    #[arg(long, value_name = "V", value_parser = parse_number)]
    pub value: Exact,
    #[arg(long, value_enum)]
    pub by: By,
    /// A text with an id and a share or a weight in each row, such as D10,25%
    #[arg(long, value_name = "FILE")]
    pub given: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "config")]
    pub months: Seasons,
    /// The most that a person may grow over last year, such as 30%
    #[arg(long, value_name = "SHARE", value_parser = parse_number, allow_hyphen_values = true)]
    pub max_growth: Option<Exact>,
    /// The least that a person must grow over last year
    #[arg(long, value_name = "SHARE", value_parser = parse_number, allow_hyphen_values = true)]
    pub min_growth: Option<Exact>,
    /// The least that a person may get
    #[arg(long, value_name = "AMOUNT", value_parser = parse_number)]
    pub min_person: Option<Exact>,
    /// The most that a person may get
    #[arg(long, value_name = "AMOUNT", value_parser = parse_number)]
    pub max_person: Option<Exact>,
    /// The table to write, .csv or .xlsx
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub config: Config,
    /// Take this day as today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Print the proposal as JSON
    #[arg(long)]
    pub json: bool,
}

fn parse_number(text: &str) -> Result<Exact, String> {
    Exact::parse(text).map_err(|why| why.to_string())
}

impl Targets {
    pub fn json(&self) -> bool {
        match self {
            Self::Reconcile(reconcile) => reconcile.json,
            Self::Propose(propose) => propose.json,
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
        Targets::Propose(asked) => {
            let as_json = asked.json;
            let proposal = propose(&options_of(asked), around).await?;
            if as_json {
                json(&proposal)
            } else {
                tell_proposal(&proposal)
            }
            Ok(0)
        }
    }
}

fn options_of(asked: Propose) -> ProposeOptions {
    ProposeOptions {
        dir: asked.config.dir,
        year: asked.year,
        metric: asked.metric,
        value: asked.value,
        by: match asked.by {
            By::Shares => SplitBy::Shares,
            By::LastYear => SplitBy::LastYear,
            By::Capacity => SplitBy::Capacity,
        },
        given: asked.given,
        months: match asked.months {
            Seasons::Config => Months::Config,
            Seasons::LastYear => Months::LastYear,
            Seasons::Even => Months::Even,
        },
        max_growth: asked.max_growth,
        min_growth: asked.min_growth,
        least: asked.min_person,
        most: asked.max_person,
        out: asked.out,
        as_of: asked.as_of,
    }
}

fn tell_proposal(proposal: &Proposal) {
    let mut table = Table::new(&[
        ("unit", Align::Left),
        ("proposed", Align::Right),
        ("last year", Align::Right),
        ("growth", Align::Right),
    ]);
    for unit in &proposal.units {
        let shown = |value: &Exact| digits(value, unit.decimals);
        let growth =
            |growth: &Exact| format!("{} %", round::to_fixed(&(growth * &Exact::from(100)), 1));
        table.push(vec![
            format!("{}{} {}", "  ".repeat(unit.depth), unit.name, unit.id),
            shown(&unit.value),
            unit.last_year.as_ref().map_or_else(|| "–".to_owned(), shown),
            unit.growth.as_ref().map_or_else(|| "–".to_owned(), growth),
        ]);
    }
    line(&format!("{} {}, proposed", proposal.label, proposal.year));
    for text in table.lines() {
        line(&format!("  {text}"));
    }
    for note in &proposal.notes {
        line(&format!("note: {note}"));
    }
    line(&format!("{} rows: {}", proposal.rows, proposal.out.display()));
}

fn tell(found: &Reconciled) {
    let mut rest = found.rows.as_slice();
    while let Some(first) = rest.first() {
        let group_of = |row: &Row| (row.metric.clone(), row.dimension.clone(), row.grain);
        let same = |row: &&Row| group_of(row) == group_of(first);
        let (group, after) = rest.split_at(rest.iter().take_while(same).count());
        rest = after;
        match group.iter().all(|row| row.period == first.period) {
            true => line(&format!("{} {}{}", first.label, first.period, by_dimension(first))),
            false => line(&format!("{}{}, by {}", first.label, by_dimension(first), first.grain)),
        }
        for text in table(group).lines() {
            line(&format!("  {text}"));
        }
        line("");
    }
    if !found.not_additive.is_empty() {
        line(&format!("Not additive, and so not compared: {}", found.not_additive.join(", ")));
    }
    if !found.spread_evenly.is_empty() {
        line(&format!(
            "Spread evenly over months here, and not by last year’s months: {}",
            found.spread_evenly.join(", ")
        ));
    }
    for row in found.rows.iter().filter(|row| row.state == ReconcileState::Mismatch) {
        let Row { label, period, unit_name, unit_id, reason, .. } = row;
        let by = by_dimension(row);
        line(&format!("mismatch: {label} {period}{by}, {unit_name} ({unit_id}): {reason}"));
    }
    if found.mismatches > 0 {
        line(
            "  → mend the target tables, or declare the difference as [[reconcile.buffer]] in plan.toml",
        );
    }
    line(&format!(
        "{}: {} compared, of {} and {}: {} match, {} within a buffer, {}",
        found.period,
        found.rows.len(),
        counted(found.targets, "target", "targets"),
        counted(found.submissions, "submission", "submissions"),
        found.matches,
        found.within_buffer,
        counted(found.mismatches, "mismatch", "mismatches"),
    ));
    if let Some(path) = &found.xlsx {
        line(&format!("workbook: {}", path.display()));
    }
}

/// What the sum goes over, where that is not those below.
fn by_dimension(row: &Row) -> String {
    let dimension = row.dimension_label.as_ref().or(row.dimension.as_ref());
    dimension.map_or_else(String::new, |label| format!(" by {label}"))
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn table(rows: &[Row]) -> Table {
    let several = rows.iter().any(|row| row.period != rows[0].period);
    let below = if rows[0].dimension.is_some() { "sum of parts" } else { "sum below" };
    let mut table = Table::new(&[
        ("unit", Align::Left),
        (if several { "period" } else { "" }, Align::Left),
        ("target", Align::Right),
        (below, Align::Right),
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
