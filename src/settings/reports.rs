//! `[reports]`: what heads each report, and how far back it looks.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportsTable {
    pub(super) headline: Vec<String>,
    #[serde(default = "twelve")]
    pub(super) history_months: u32,
}

fn twelve() -> u32 {
    12
}
