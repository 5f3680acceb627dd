//! `attain runs`: the ledger's runs.

use std::path::Path;

use super::{AppError, Surroundings, load_project};
use crate::ledger::{Ledger, RunSummary};
use crate::store;

/// Opens the project's ledger.
///
/// # Errors
/// A config or a place that cannot be used.
pub fn open_ledger(dir: &Path, around: &Surroundings<'_>) -> Result<Ledger, AppError> {
    let project = load_project(dir, around)?;
    let place = store::open(&project.ledger, &project.dir, true, around.env);
    place.map(Ledger::new).map_err(|why| AppError::Usage(why.into()))
}

/// All runs, by period and version.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn runs(dir: &Path, around: &Surroundings<'_>) -> Result<Vec<RunSummary>, AppError> {
    Ok(open_ledger(dir, around)?.runs().await?)
}
