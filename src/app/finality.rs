//! Provisional runs (暂定): why a run is one, and what the final one has to say of it.

use std::collections::BTreeMap;

use super::Surroundings;
use super::earlier::{earlier_runs, is_provisional, last_that_mailed};
use super::plan::Prepared;
use super::rerun::sent::{Sent, read_sent};
use super::run::RunOptions;
use super::schedule::arrivals::{lack_of, late_extracts, shortfall};
use crate::ledger::past::read_table;
use crate::ledger::{LedgerError, Table};
use crate::model::{Diagnostics, Exact};
use crate::report::{Finality, Replaced, Shortfall, ToldFigure};

/// What still holds the run: extracts that are late, then what checks found. Nothing where the run
/// is not to be provisional, or need not be.
pub async fn reasons(
    options: &RunOptions,
    prepared: &Prepared,
    held: &Diagnostics,
    around: &Surroundings<'_>,
) -> Vec<Shortfall> {
    if !options.provisional {
        return Vec::new();
    }
    let (late, files) = late_extracts(&prepared.project, prepared.period, around).await;
    let held = held.iter().map(|found| lack_of(&prepared.project, &files, found.clone()));
    late.into_iter().chain(held).map(|lack| shortfall(&lack)).collect()
}

/// What the reports say of it.
pub fn of<'a>(reasons: &'a [Shortfall], replaced: Option<&'a Replaced>) -> Finality<'a> {
    match (reasons, replaced) {
        ([], None) => Finality::Final,
        ([], Some(replaced)) => Finality::Replaces(replaced),
        (reasons, _) => Finality::Provisional(reasons),
    }
}

/// A provisional run that a final one takes the place of.
pub struct Before {
    pub told: Replaced,
    /// Its mails, and those before it.
    pub sent: Sent,
}

/// The provisional run that was sent last for the period; none where what was sent last is none.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn replaced(prepared: &Prepared) -> Result<Option<Before>, LedgerError> {
    let (ledger, period) = (&prepared.ledger, prepared.period);
    let runs = earlier_runs(ledger, period).await?;
    let Some(before) = last_that_mailed(&runs).filter(|run| is_provisional(run)) else {
        return Ok(None);
    };
    let Some(manifest) = &before.manifest else { return Ok(None) };
    let run = ledger.open(period, Some(before.version)).await?;
    let wanted = [period.to_string(), period.grain().code().to_owned()];
    let figure = |cell: &str| Exact::parse(cell).ok().filter(|_| !cell.is_empty());
    let mut figures = BTreeMap::new();
    if let Some(table) = read_table(&run, Table::Scores).await? {
        let names = ["period", "grain", "unit_id", "metric", "actual", "attainment"];
        for [period, grain, unit, metric, actual, attainment] in table.columns(names)? {
            if [period, grain] == [wanted[0].as_str(), &wanted[1]] {
                let told = ToldFigure { actual: figure(actual), attainment: figure(attainment) };
                figures.insert((unit.into(), metric.into()), told);
            }
        }
    }
    let mut coefficients = BTreeMap::new();
    if let Some(table) = read_table(&run, Table::Coefficients).await? {
        for [period, grain, unit, value] in
            table.columns(["period", "grain", "unit_id", "coefficient"])?
        {
            if [period, grain] == [wanted[0].as_str(), &wanted[1]] {
                coefficients.extend(figure(value).map(|value| (unit.into(), value)));
            }
        }
    }
    let told = Replaced { version: before.version, day: manifest.as_of, figures, coefficients };
    let sent = read_sent(ledger, &runs, before.version + 1).await?;
    Ok(Some(Before { told, sent }))
}
