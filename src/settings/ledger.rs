//! `[ledger]`: where runs are remembered, when one counts as dead, and whether inputs are kept.

use std::num::NonZeroU32;

use serde::Deserialize;

/// `[ledger]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerTable {
    pub location: String,
    /// After how long without a sign of life a run's period may be taken over.
    #[serde(default = "five_minutes")]
    pub silence_secs: NonZeroU32,
    /// Whether each run's files of extracts and config are kept, so that it can be computed again.
    #[serde(default = "yes")]
    pub keep_inputs: bool,
}

fn five_minutes() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(299)
}

fn yes() -> bool {
    true
}
