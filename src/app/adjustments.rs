//! `attain adjustments`: what is paid otherwise than it was told before, over all corrections of all
//! months. Read from what each version paid, so that a person's lines always add up to what the
//! last version pays less what the first one did.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::earlier::earlier_runs;
use super::rerun::sent::{paid_of, people_of, was_delivered};
use super::{AppError, Surroundings, load_project};
use crate::calc::correction::{PaidList, adjustments as differences};
use crate::data::columns::{Column, Values, write_csv};
use crate::ledger::{Ledger, LedgerError};
use crate::model::{Diagnostic, Exact, FiscalYear, Grain, Period, Place, round};
use crate::store;

/// One line of the register.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The month whose run it is.
    pub month: String,
    /// What is paid: the month, or the quarter that ends with it.
    pub period: String,
    pub person: String,
    pub name: String,
    pub from_version: u32,
    pub to_version: u32,
    pub old_coefficient: Option<Exact>,
    pub new_coefficient: Option<Exact>,
    /// Of one month.
    pub base: Option<Exact>,
    pub old_amount: Option<Exact>,
    pub new_amount: Option<Exact>,
    pub difference: Exact,
    /// The month that the difference is paid with; none where the version was no correction.
    pub paid_with: Option<String>,
    pub reason: Option<String>,
    /// Where the run lies.
    pub run: String,
}

/// The register.
#[derive(Clone, Debug, Serialize)]
pub struct Register {
    pub lines: Vec<Line>,
    pub sum: Exact,
    /// Where it was written, if it was asked for.
    pub csv: Option<PathBuf>,
}

/// The register of some months; of all where none is named.
///
/// # Errors
/// Usage, a ledger that cannot be read, a file that cannot be written.
pub async fn register(
    dir: &Path,
    periods: &[Period],
    csv: Option<&Path>,
    around: &Surroundings<'_>,
) -> Result<Register, AppError> {
    let project = load_project(dir, around)?;
    let place = store::open(&project.ledger, &project.dir, true, around.env);
    let ledger = place.map(Ledger::new).map_err(|why| AppError::Usage(why.into()))?;
    let mut months: Vec<Period> = match periods {
        [] => ledger.runs().await?.into_iter().map(|run| run.period).collect(),
        asked => asked.to_vec(),
    };
    months.retain(|period| period.grain() == Grain::Month);
    months.sort_unstable();
    months.dedup();
    let mut lines = Vec::new();
    for month in months {
        lines.extend(of_month(&ledger, month, project.fiscal).await?);
    }
    let sum = lines.iter().map(|line| &line.difference).sum();
    if let Some(path) = csv {
        let bytes = write_csv(&columns(&lines)).map_err(|why| {
            let place = Place::file(path.display().to_string());
            AppError::Failed(Diagnostic::error(place, why.to_string(), "name fewer months"))
        })?;
        std::fs::write(path, bytes).map_err(|why| AppError::write(path, &why))?;
    }
    Ok(Register { lines, sum, csv: csv.map(Path::to_owned) })
}

/// The differences of a month, version by version. A run that was restricted to some units sent
/// payroll nothing.
async fn of_month(
    ledger: &Ledger,
    month: Period,
    fiscal: FiscalYear,
) -> Result<Vec<Line>, LedgerError> {
    let start = month.dates(fiscal).start;
    let wanted = [month, Period::quarter_of(start, fiscal)];
    let mut before: Option<(u32, PaidList)> = None;
    let mut names = BTreeMap::new();
    let mut lines = Vec::new();
    for run in earlier_runs(ledger, month).await? {
        let everybody = run.manifest.as_ref().is_some_and(|manifest| manifest.only.is_empty());
        if !was_delivered(&run) || !everybody {
            continue;
        }
        let stored = ledger.open(month, Some(run.version)).await?;
        let people = people_of(&stored).await?;
        let mut paid = paid_of(&stored, &wanted).await?;
        paid.retain(|(_, unit), _| people.contains_key(unit));
        // Whoever is not there any more keeps the name of the version before.
        names.extend(people);
        let correction = run.manifest.and_then(|manifest| manifest.correction);
        if let Some((version, old)) = &before {
            lines.extend(differences(old, &paid).into_iter().map(|one| Line {
                month: month.to_string(),
                period: one.period.to_string(),
                name: names.get(&one.unit).cloned().unwrap_or_else(|| one.unit.to_string()),
                person: one.unit.to_string(),
                from_version: *version,
                to_version: run.version,
                difference: one.difference(),
                old_coefficient: one.old.coefficient,
                new_coefficient: one.new.coefficient,
                base: one.new.base.or(one.old.base),
                old_amount: one.old.amount,
                new_amount: one.new.amount,
                paid_with: correction.as_ref().map(|record| record.paid_with.clone()),
                reason: correction.as_ref().map(|record| record.reason.clone()),
                run: stored.shown(),
            }));
        }
        before = Some((run.version, paid));
    }
    Ok(lines)
}

/// The register as a table for payroll.
fn columns(lines: &[Line]) -> Vec<Column> {
    let text = |name: &str, of: &dyn Fn(&Line) -> Option<String>| {
        Column::new(name, Values::Text(lines.iter().map(of).collect()))
    };
    let number = |name: &str, scale: usize, of: &dyn Fn(&Line) -> Option<Exact>| {
        let minor = |value: Exact| round::to_minor(&value, scale).unwrap_or(i128::MAX);
        let minor = lines.iter().map(|line| of(line).map(minor)).collect();
        Column::new(name, Values::Decimal { minor, scale })
    };
    vec![
        text("month", &|line| Some(line.month.clone())),
        text("period", &|line| Some(line.period.clone())),
        text("person", &|line| Some(line.person.clone())),
        text("name", &|line| Some(line.name.clone())),
        text("from_version", &|line| Some(format!("v{}", line.from_version))),
        text("to_version", &|line| Some(format!("v{}", line.to_version))),
        number("old_coefficient", 6, &|line| line.old_coefficient.clone()),
        number("new_coefficient", 6, &|line| line.new_coefficient.clone()),
        number("bonus_base", 2, &|line| line.base.clone()),
        number("old_amount", 2, &|line| line.old_amount.clone()),
        number("new_amount", 2, &|line| line.new_amount.clone()),
        number("difference", 2, &|line| Some(line.difference.clone())),
        text("paid_with", &|line| line.paid_with.clone()),
        text("reason", &|line| line.reason.clone()),
        text("run", &|line| Some(line.run.clone())),
    ]
}
