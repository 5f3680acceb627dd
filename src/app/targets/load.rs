//! The extracts that describe people and targets, without the many rows.

use std::collections::BTreeSet;

use crate::app::gather::{Gathered, gather_extracts};
use crate::app::{AppError, Surroundings};
use crate::model::{ExtractId, Period};
use crate::settings::{ExtractSettings, Project};

/// Loads the extracts of org and targets alone, as of a month.
///
/// # Errors
/// Held, with all that is wrong in one of them.
pub async fn gather_targets(
    project: &Project,
    month: Period,
    around: &Surroundings<'_>,
) -> Result<Gathered, AppError> {
    gather_extracts(project, &describing(project), month, false, around).await
}

/// The extracts that org and targets are read from, and those that these take columns from.
fn describing(project: &Project) -> Vec<ExtractSettings> {
    let org = &project.org;
    let mut wanted: BTreeSet<&ExtractId> = BTreeSet::from([&org.people.extract]);
    wanted.extend(org.units.iter().map(|units| &units.extract));
    wanted.extend(org.memberships.iter().map(|stays| &stays.extract));
    wanted.extend(project.targets.iter().map(|targets| &targets.extract));
    loop {
        let before = wanted.len();
        let joined = project.extracts.iter().filter(|extract| wanted.contains(&extract.id));
        let joined: Vec<&ExtractId> =
            joined.flat_map(|extract| &extract.join).map(|join| &join.extract).collect();
        wanted.extend(joined);
        if wanted.len() == before {
            break;
        }
    }
    let is_wanted = |extract: &&ExtractSettings| wanted.contains(&extract.id);
    project.extracts.iter().filter(is_wanted).cloned().collect()
}
