//! The share of rows set aside in the judged period alone: over years of history a bad month would
//! drown.

use crate::app::checks::{RowCount, allowed_share, leading, rejects_in};
use crate::app::gather::Gathered;
use crate::data::Reject;
use crate::model::{Consequence, Exact, Finding, Found, Period, Total, WorstReason};
use crate::settings::Project;

/// Of a handful of rows a share says little: as long as no more are set aside in the period, only the
/// share of all rows counts.
const HANDFUL: u64 = 5;

/// The extracts that lost more than the allowed share of the period's rows, but for those that lost
/// more than that of all rows: these hold the run by themselves.
pub fn above(
    project: &Project,
    gathered: &Gathered,
    counts: &[RowCount],
    (totals, rejects): (&[Total], &[Reject]),
    period: Period,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for settings in &project.extracts {
        let Some(allowed) = allowed_share(project, settings) else { continue };
        let Some(frame) = gathered.frames.get(&settings.id) else { continue };
        let is_above = |rejected: u64, rows: u64| {
            Exact::from(rejected).over(&Exact::from(rows)).is_some_and(|share| share > *allowed)
        };
        let whole = counts.iter().find(|count| count.extract == settings.id);
        if whole.is_some_and(|count| is_above(count.rejected, count.rows)) {
            continue;
        }
        let of_extract = totals.iter().filter(|total| total.extract == settings.id);
        let Some(worst) = of_extract.max_by_key(|total| total.rejected_rows) else { continue };
        let (rejected, rows) = (worst.rejected_rows, worst.rows);
        if rejected <= HANDFUL || !is_above(rejected, rows) {
            continue;
        }
        let reasons = rejects_in(frame, rejects, (period, project.fiscal));
        let most = leading(&reasons).map(|(first, rows)| WorstReason {
            file: first.file.clone(),
            row: first.row,
            column: first.column.clone(),
            reason: first.reason.clone(),
            rows,
        });
        let allowed = allowed.clone();
        let what = Found::Rejected { period, rows, rejected, allowed, most };
        found.push(Finding { extract: settings.id.clone(), then: Consequence::Hold, what });
    }
    found
}
