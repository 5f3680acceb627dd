//! Which later periods show figures of a corrected one.

use serde::Serialize;

use super::sent::was_delivered;
use crate::ledger::{Ledger, LedgerError};
use crate::model::{Grain, Period};
use crate::settings::Project;

/// A later period that was delivered with figures that may be others now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Touched {
    pub period: String,
    /// What of it shows the corrected period.
    pub through: Vec<&'static str>,
}

/// The later periods that were delivered and show the corrected one, from early to late.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn touched(
    project: &Project,
    ledger: &Ledger,
    corrected: Period,
) -> Result<Vec<(Period, Touched)>, LedgerError> {
    let mut found: Vec<(Period, Touched)> = Vec::new();
    for run in ledger.runs().await? {
        if !was_delivered(&run) || found.iter().any(|(period, _)| *period == run.period) {
            continue;
        }
        let through = shows(project, run.period, corrected);
        if !through.is_empty() {
            found.push((run.period, Touched { period: run.period.to_string(), through }));
        }
    }
    // A pack follows the months that it is made from.
    let end =
        |period: &Period| (period.dates(project.fiscal).end, period.grain() == Grain::Quarter);
    found.sort_by_key(|(period, _)| end(period));
    Ok(found)
}

/// What of a later period shows an earlier one.
fn shows(project: &Project, later: Period, earlier: Period) -> Vec<&'static str> {
    let fiscal = project.fiscal;
    let (before, after) = (earlier.dates(fiscal), later.dates(fiscal));
    let mut through = Vec::new();
    // A pack says nothing that a month shows.
    if later == earlier || after.end < before.end || earlier.grain() != Grain::Month {
        return through;
    }
    if later.grain() == Grain::Quarter {
        if before.start >= after.start {
            through.push("the quarter's pack");
        }
    } else if after.end == before.end {
        return through;
    }
    if fiscal.year_of(before.start) == fiscal.year_of(after.start) {
        through.push("the year to date");
    }
    let months = |from: Period| std::iter::successors(Some(from), Period::previous);
    let last = later.last_month(fiscal);
    if months(last).skip(1).take(project.history_months as usize).any(|month| month == earlier) {
        through.push("trends and streaks");
    }
    let quarter = Period::quarter_of(after.start, fiscal);
    let ends = quarter.dates(fiscal).end == after.end;
    if let Some(rule) = project.plan.talent.as_ref().filter(|_| ends) {
        let quarters = crate::calc::talent::talent_quarters(later, rule, fiscal);
        let holds = |quarter: &Period| {
            let dates = quarter.dates(fiscal);
            dates.start <= before.start && before.end <= dates.end
        };
        if quarters.iter().any(holds) {
            through.push("the talent lists");
        }
    }
    through
}
