//! The talent lists of a quarter, in its own run and in that of its last month: from this run's judgements, and, where the plan says
//! so, from what the ledger has of the quarters before.

use super::AppError;
use super::earlier::{earlier_runs, last_delivered};
use super::gather::{Gathered, Judged};
use crate::calc::talent::{
    Candidate, Missing, Places, QuarterPlace, candidates, places, talent_list, talent_quarters,
};
use crate::ledger::past::read_table;
use crate::ledger::{Ledger, LedgerError, Table};
use crate::model::plan::{TalentBasis, TalentRule, TalentSource};
use crate::model::{Absence, DateRange, Exact, Grain, Period, UnitId};
use crate::settings::Project;

/// Adds the quarters that the lists are recomputed from to those that are judged.
pub fn extend(project: &Project, period: Period, judged: &mut Vec<Period>) {
    let Some(rule) = &project.plan.talent else { return };
    let quarters = talent_quarters(period, rule, project.fiscal);
    // From the ledger, the judged quarter alone has to be.
    let wanted = match rule.source {
        TalentSource::Recompute => quarters.len(),
        TalentSource::Ledger => 1,
    };
    judged.extend(quarters.into_iter().take(wanted));
    judged.sort();
    judged.dedup();
}

/// Puts the lists among the judgements; nothing for a month that does not end a quarter.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn list(
    project: &Project,
    ledger: &Ledger,
    gathered: &Gathered,
    period: Period,
    judged: &mut Judged,
) -> Result<(), AppError> {
    let Some(rule) = &project.plan.talent else { return Ok(()) };
    let quarters = talent_quarters(period, rule, project.fiscal);
    let Some((&quarter, earlier)) = quarters.split_first() else { return Ok(()) };
    let mut before: Vec<(Period, Places)> = Vec::new();
    for &past in earlier {
        let found = match rule.source {
            TalentSource::Recompute => places(&candidates(&judged.cards, rule, past), rule),
            TalentSource::Ledger => {
                let people: Vec<UnitId> = gathered.org.people.keys().cloned().collect();
                of_ledger(project, ledger, rule, past, &people).await?
            }
        };
        before.push((past, found));
    }
    let last = period.dates(project.fiscal).last_day();
    let org = &gathered.org;
    let stays = |unit: &UnitId| {
        DateRange::new(last, last + chrono::Days::new(1))
            .is_some_and(|day| org.takes_part(unit, &day))
    };
    let now = candidates(&judged.cards, rule, quarter);
    let list = talent_list(rule, quarter, &now, &before, stays);
    judged.cards.talent = Some(list);
    Ok(())
}

/// The places of a quarter as they were delivered: of the last run that mailed everybody, of its
/// last month, or else of the quarter itself. Where there is none, everybody of this run's people
/// lacks the quarter.
async fn of_ledger(
    project: &Project,
    ledger: &Ledger,
    rule: &TalentRule,
    quarter: Period,
    people: &[UnitId],
) -> Result<Places, LedgerError> {
    let no_run = || {
        let missing = QuarterPlace::Missing(Missing::NoRun);
        people.iter().map(|unit| (unit.clone(), missing.clone())).collect()
    };
    let mut delivered = None;
    for period in [quarter.last_month(project.fiscal), quarter] {
        let runs = earlier_runs(ledger, period).await?;
        delivered = delivered.or(last_delivered(&runs).map(|run| (period, run.version)));
    }
    let Some((period, version)) = delivered else { return Ok(no_run()) };
    let run = ledger.open(period, Some(version)).await?;
    let (table, metric) = match &rule.by {
        TalentBasis::Metric(metric) => (Table::Scores, Some(metric)),
        TalentBasis::Composite => (Table::Composites, None),
    };
    let Some(delivered) = read_table(&run, table).await? else { return Ok(no_run()) };
    // The metric of each row, where the table has several.
    let metrics = match metric {
        Some(_) => delivered.columns(["metric"])?,
        None => Vec::new(),
    };
    let rows = delivered.columns([
        "period",
        "grain",
        "level",
        "unit_id",
        "state",
        "peer_group",
        "rank",
    ])?;
    let wanted = [&quarter.to_string(), Grain::Quarter.code(), "person"];
    let is_wanted = |at: usize| match metric {
        Some(metric) => metrics.get(at).is_some_and(|[of]| *of == metric.as_str()),
        None => true,
    };
    let found: Vec<Candidate<String>> = rows
        .into_iter()
        .enumerate()
        .filter(|(at, [period, grain, level, ..])| {
            [*period, *grain, *level] == wanted && is_wanted(*at)
        })
        .map(|(_, [_, _, _, unit, state, group, rank])| Candidate {
            unit: unit.into(),
            standing: delivered_standing(state, group, rank),
        })
        .collect();
    Ok(places(&found, rule))
}

/// Ranks are exact where attainments were rounded to be stored: they are what is compared.
fn delivered_standing(state: &str, group: &str, rank: &str) -> Result<(String, Exact), Missing> {
    if let Some(why) = Absence::from_code(state) {
        return Err(Missing::Absent(why));
    }
    match rank.parse::<i64>() {
        Ok(rank) if group.ends_with("by attainment") => Ok((group.to_owned(), Exact::from(-rank))),
        _ => Err(Missing::NotRanked),
    }
}
