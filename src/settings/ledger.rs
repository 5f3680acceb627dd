//! `[ledger]`: where runs are remembered, and whether with their inputs.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LedgerTable {
    pub(super) location: String,
    /// Whether each run's files of extracts and config are kept, so that it can be computed again.
    #[serde(default = "yes")]
    pub(super) keep_inputs: bool,
}

fn yes() -> bool {
    true
}
