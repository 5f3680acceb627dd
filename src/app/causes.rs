//! Why warned units are behind: a second pass over the rows, for them alone.

use super::AppError;
use crate::calc::causes::{Causes, Inquiry, Wanted};
use crate::calc::{Case, Scorecards};
use crate::data::Frames;
use crate::data::facts::{PartRequest, PartWanted, find_parts};
use crate::model::{Grain, Period};
use crate::settings::Project;

/// Parts the rows of the warned units, and finds their causes.
///
/// # Errors
/// Expressions that do not fit the extracts.
pub fn explain(
    case: &Case<'_>,
    project: &Project,
    frames: &Frames,
    cards: &Scorecards,
    judged: Period,
) -> Result<Causes, AppError> {
    let (rules, dimensions) = (&project.causes, &project.dimensions);
    // A review of a quarter tells why its main metric was missed, whether that is a warning or not.
    let missed = project.headline.first().filter(|_| judged.grain() == Grain::Quarter);
    let inquiry = Inquiry { case, rules, dimensions, judged, missed };
    let wanted: Vec<PartWanted> = inquiry
        .wanted(cards)
        .into_iter()
        .map(|Wanted { metric, dimension, units, periods }| PartWanted {
            metric,
            dimension,
            units,
            periods: periods.into_iter().collect(),
        })
        .collect();
    let request = PartRequest {
        metrics: &project.metrics,
        wanted: &wanted,
        org: case.org,
        fiscal: project.fiscal,
    };
    let parts = find_parts(frames, &request).map_err(AppError::Usage)?;
    Ok(inquiry.find(cards, &parts))
}
