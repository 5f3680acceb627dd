//! What runs recorded of a figure: the run that is explained, and the version before it.

use crate::app::AppError;
use crate::app::explain::asked::{refuse, written};
use crate::calc::Scorecards;
use crate::ledger::past::{PastTable, read_table_where, table_of};
use crate::ledger::results::{self, bytes};
use crate::ledger::{Ledger, LedgerError, Manifest, Run, RunSummary, Stored, Table, TableFormat};
use crate::model::{FiscalYear, MetricId, Org, Period, UnitId};
use crate::report::explanation::{Item, Moved, Subject};

/// A run that recorded the period that is asked about.
pub struct PastRun {
    pub run: Run,
    pub summary: RunSummary,
    pub manifest: Manifest,
    scores: PastTable,
}

/// The run to explain a period by: the last one of the period itself, else of the month that it
/// ends with, else the next later one that judged it.
///
/// # Errors
/// Usage: no run has judged the period, or the version is none that has figures.
pub async fn find_run(
    ledger: &Ledger,
    asked: Period,
    version: Option<u32>,
    fiscal: FiscalYear,
) -> Result<PastRun, AppError> {
    let last_month = Period::month_of(asked.dates(fiscal).last_day());
    let own = [asked, last_month].into_iter().filter(|period| runs_by_itself(*period));
    let mut tried: Vec<Period> = Vec::new();
    for period in own {
        if tried.contains(&period) {
            continue;
        }
        tried.push(period);
        let mut versions = ledger.versions(period).await?;
        if let Some(version) = version.filter(|_| !versions.is_empty()) {
            return one_version(ledger, period, version, asked).await;
        }
        versions.reverse();
        for version in versions {
            if let Some(found) = past_run(ledger, period, version, asked).await? {
                return Ok(found);
            }
        }
    }
    if version.is_none() {
        let ends = |period: &Period| period.dates(fiscal).end;
        let mut later: Vec<RunSummary> = ledger.runs().await?;
        later.retain(|run| !tried.contains(&run.period) && ends(&run.period) >= ends(&asked));
        later.sort_by_key(|run| (ends(&run.period), run.period, std::cmp::Reverse(run.version)));
        for run in later {
            if let Some(found) = past_run(ledger, run.period, run.version, asked).await? {
                return Ok(found);
            }
        }
    }
    Err(never_run(asked, last_month))
}

fn runs_by_itself(period: Period) -> bool {
    matches!(period, Period::Month { .. } | Period::Quarter { .. })
}

async fn one_version(
    ledger: &Ledger,
    period: Period,
    version: u32,
    asked: Period,
) -> Result<PastRun, AppError> {
    let text = format!("v{version}");
    match past_run(ledger, period, version, asked).await {
        Ok(Some(found)) => Ok(found),
        Ok(None) => {
            let what = format!("v{version} of {period} has no figures of {}", written(asked));
            let help = format!(
                "it was held or did not come so far; `attain show {period} v{version}` tells"
            );
            Err(refuse("--version", what, help, &text))
        }
        Err(AppError::Failed(_)) if !ledger.versions(period).await?.contains(&version) => {
            let what = format!("there is no version {version} of {period}");
            Err(refuse("--version", what, "`attain runs` lists those there are", &text))
        }
        Err(why) => Err(why),
    }
}

/// A version that came as far as its figures, and has some of the period.
async fn past_run(
    ledger: &Ledger,
    period: Period,
    version: u32,
    asked: Period,
) -> Result<Option<PastRun>, AppError> {
    let run = ledger.open(period, Some(version)).await?;
    let Some(manifest) = run.read_json::<Manifest>(&Stored::Manifest).await? else {
        return Ok(None);
    };
    let Some(scores) = of_period(&run, Table::Scores, asked).await? else { return Ok(None) };
    if scores.is_empty() {
        return Ok(None);
    }
    let summary = run.summary().await?;
    Ok(Some(PastRun { run, summary, manifest, scores }))
}

/// The version before one, of those that came as far as their figures.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn version_before(
    ledger: &Ledger,
    of: &PastRun,
    asked: Period,
) -> Result<Option<PastRun>, AppError> {
    let mut versions = ledger.versions(of.run.period).await?;
    versions.retain(|version| *version < of.run.version);
    for version in versions.into_iter().rev() {
        if let Some(found) = past_run(ledger, of.run.period, version, asked).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn never_run(asked: Period, last_month: Period) -> AppError {
    let (what, text) = ("no run has judged this period", written(asked));
    let help = match asked {
        Period::Month { .. } | Period::Quarter { .. } => {
            format!("`attain run {asked}` judges it; `attain runs` lists what was judged")
        }
        Period::Year(_) => format!(
            "a year is judged with its last month, `attain run {last_month}`; until then a year to \
             date such as {last_month}-ytd is"
        ),
        Period::Ytd { .. } | Period::Range(_) => {
            format!("it is judged with its last month: `attain run {last_month}`")
        }
    };
    refuse("PERIOD", what, help, &text)
}

/// The rows of a period in a run's table.
async fn of_period(
    run: &Run,
    table: Table,
    period: Period,
) -> Result<Option<PastTable>, LedgerError> {
    let (text, grain) = (period.to_string(), period.grain().code());
    // Every table that is asked begins with period and grain.
    let keep = |cells: &[std::borrow::Cow<'_, str>]| {
        cells.first().is_some_and(|cell| *cell == text)
            && cells.get(1).is_some_and(|cell| *cell == grain)
    };
    read_table_where(run, table, &keep).await
}

/// Values of the results tables, as they are written there.
pub type Values = Vec<(Item, String)>;

/// What the rank rests on that people are told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankedBy<'a> {
    Composite,
    Metric(&'a MetricId),
}

impl PastRun {
    /// What the run recorded; nothing where it has no such figure.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub async fn values(
        &self,
        subject: Subject<'_>,
        unit: &UnitId,
        asked: Period,
        ranked_by: RankedBy<'_>,
    ) -> Result<Values, LedgerError> {
        let other = match table_for(subject, ranked_by) {
            Table::Scores => None,
            table => of_period(&self.run, table, asked).await?,
        };
        let table = match table_for(subject, ranked_by) {
            Table::Scores => Some(&self.scores),
            _ => other.as_ref(),
        };
        table.map_or_else(|| Ok(Vec::new()), |table| values_in(table, subject, unit, ranked_by))
    }
}

fn table_for(subject: Subject<'_>, ranked_by: RankedBy<'_>) -> Table {
    match (subject, ranked_by) {
        (Subject::Coefficient, _) => Table::Coefficients,
        (Subject::Composite, _) | (Subject::Rank, RankedBy::Composite) => Table::Composites,
        (Subject::Metric(_), _) | (Subject::Rank, RankedBy::Metric(_)) => Table::Scores,
    }
}

fn values_in(
    table: &PastTable,
    subject: Subject<'_>,
    unit: &UnitId,
    ranked_by: RankedBy<'_>,
) -> Result<Values, LedgerError> {
    let values = |items: &[Item], cells: &[&str]| {
        items.iter().zip(cells).map(|(item, cell)| (*item, (*cell).to_owned())).collect()
    };
    let is = |of: &&str| *of == unit.as_str();
    Ok(match subject {
        Subject::Metric(metric) => {
            let names = ["unit_id", "metric", "actual", "target", "attainment", "warning", "rank"];
            let rows = table.columns(names)?;
            let row = rows.iter().find(|row| is(&row[0]) && row[1] == metric.id.as_str());
            let items = [Item::Actual, Item::Target, Item::Attainment, Item::Warning, Item::Rank];
            row.map_or_else(Vec::new, |row| values(&items, &row[2..]))
        }
        Subject::Coefficient => {
            let rows = table.columns(["unit_id", "coefficient", "amount"])?;
            let row = rows.iter().find(|row| is(&row[0]));
            row.map_or_else(Vec::new, |row| values(&[Item::Coefficient, Item::Amount], &row[1..]))
        }
        Subject::Composite => {
            let rows = table.columns(["unit_id", "value", "rank"])?;
            let row = rows.iter().find(|row| is(&row[0]));
            row.map_or_else(Vec::new, |row| values(&[Item::Composite, Item::Rank], &row[1..]))
        }
        Subject::Rank => match ranked_by {
            RankedBy::Composite => {
                let rows = table.columns(["unit_id", "rank"])?;
                let row = rows.iter().find(|row| is(&row[0]));
                row.map_or_else(Vec::new, |row| values(&[Item::Rank], &row[1..]))
            }
            RankedBy::Metric(metric) => {
                let rows = table.columns(["unit_id", "metric", "rank"])?;
                let row = rows.iter().find(|row| is(&row[0]) && row[1] == metric.as_str());
                row.map_or_else(Vec::new, |row| values(&[Item::Rank], &row[2..]))
            }
        },
    })
}

/// What is found now, written as the tables write it.
///
/// # Errors
/// A number that fits no column.
pub fn values_now(
    cards: &Scorecards,
    org: &Org,
    subject: Subject<'_>,
    (unit, asked): (&UnitId, Period),
    ranked_by: RankedBy<'_>,
) -> Result<Values, LedgerError> {
    let table = table_for(subject, ranked_by);
    let mut one = Scorecards::default();
    let columns = match table {
        Table::Coefficients => {
            one.coefficients.extend(
                cards.coefficient(asked, unit).map(|found| ((asked, unit.clone()), found.clone())),
            );
            results::coefficients(&one)
        }
        Table::Composites => {
            one.composites.extend(
                cards.composite(asked, unit).map(|found| ((asked, unit.clone()), found.clone())),
            );
            results::composites(&one)
        }
        _ => {
            let found = cards.of_unit(asked, unit);
            one.scores.extend(found.map(|score| (place_of(score), score.clone())));
            results::scores(&one, org)
        }
    };
    let text = bytes(table, &columns, TableFormat::Csv)?;
    values_in(&table_of(table.name(), &text, &|_| true)?, subject, unit, ranked_by)
}

fn place_of(score: &crate::calc::Score) -> (Period, UnitId, MetricId) {
    (score.period, score.unit.clone(), score.metric.clone())
}

/// The values that are not the same in both; none where the first has none at all.
pub fn moved(old: &Values, new: &Values) -> Vec<Moved> {
    let then = |item: Item, of: &Values| {
        let found = of.iter().find(|(other, _)| *other == item);
        found.map_or_else(String::new, |(_, text)| text.clone())
    };
    let items: std::collections::BTreeSet<Item> =
        old.iter().chain(new).map(|(item, _)| *item).collect();
    items
        .into_iter()
        .map(|item| Moved { item, old: then(item, old), new: then(item, new) })
        .filter(|moved| moved.old != moved.new)
        .collect()
}
