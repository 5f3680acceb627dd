//! `[ledger]`: where runs are remembered, and when one counts as dead.

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
}

fn five_minutes() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(299)
}
